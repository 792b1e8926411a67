//! Who may do what at the console: signing in and out, roles, tenants, forged forms.

use frontdesk_core::ports::registry::Role;
use gateway::console::{Needs, routes};

use crate::support::{Browser, PASSWORD, TestApp, fresh};

/// An address with its places filled by what nobody has.
fn address(path: &str) -> String {
    let nobody = uuid::Uuid::nil().to_string();
    path.split('/')
        .map(|part| if part.starts_with('{') { nobody.as_str() } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

#[tokio::test]
async fn every_page_asks_for_its_role_and_for_our_own_form() {
    let app = TestApp::start().await;
    for route in routes() {
        let (needed, home) = match route.needs {
            Needs::Nothing => continue,
            Needs::Role(role) => (role, Some("demo-catering")),
            Needs::Everywhere(role) => (role, None),
        };
        let path = address(route.path);
        let what = format!("{} {path}", route.method);
        let is_read = route.method == "GET";

        let mut nobody = Browser::new(app.address);
        let page = if is_read {
            nobody.get(&path).await
        } else {
            nobody.submit(&path, &[]).await
        };
        if is_read {
            assert_eq!(page.status, 303, "{what} without a session");
            assert!(page.location.starts_with("/console/sign-in?next="), "{what}");
        } else {
            assert_eq!(page.status, 401, "{what} without a session");
        }

        // A stream for those who may has no end to wait for.
        if route.path == "/console/events" {
            continue;
        }
        for role in [Role::Viewer, Role::Operator, Role::Admin] {
            let mut browser = app.signed_in(role, home).await;
            let page = if is_read {
                browser.get(&path).await
            } else {
                browser.submit(&path, &[]).await
            };
            let is_let_in = page.status != 403;
            assert_eq!(is_let_in, role >= needed, "{what} as {role:?}: {}", page.status);
            assert!(page.status < 500, "{what} as {role:?}: {}", page.status);
        }
        if home.is_none() {
            let mut browser = app.signed_in(Role::Admin, Some("demo-catering")).await;
            let page = if is_read {
                browser.get(&path).await
            } else {
                browser.submit(&path, &[]).await
            };
            assert_eq!(page.status, 403, "{what} as an administrator of one business");
        }
        if !is_read {
            let mut browser = app.signed_in(Role::Admin, None).await;
            let csrf = browser.csrf.clone();
            for (fields, headers) in [
                (vec![], vec![]),
                (vec![("csrf", "forged")], vec![]),
                (vec![("csrf", csrf.as_str())], vec![("origin", "https://evil.example")]),
                (vec![("csrf", csrf.as_str())], vec![("sec-fetch-site", "cross-site")]),
            ] {
                let page = browser.submit_as(&path, &fields, &headers).await;
                assert_eq!(page.status, 403, "{what} with {fields:?} {headers:?}");
            }
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn the_first_user_is_made_by_the_link_once() {
    let app = TestApp::start().await;
    let link = format!("/console/welcome/{}", app.first_sign_in().unwrap());
    let mut browser = Browser::new(app.address);
    assert_eq!(browser.get("/console/welcome/guessed").await.status, 404);
    assert_eq!(browser.get(&link).await.status, 200);
    let bad = [("name", ""), ("email", "nobody"), ("password", "short")];
    let page = browser.submit(&link, &bad).await;
    assert_eq!(page.status, 422);
    assert_eq!(page.text.matches("class=\"fault\"").count(), 3, "{}", page.text);

    let good = [("name", "Ana"), ("email", " Ana@Example.com "), ("password", PASSWORD)];
    let page = browser.submit(&link, &good).await;
    assert_eq!((page.status, page.location.as_str()), (303, "/console"));
    assert!(browser.get("/console/account").await.text.contains("ana@example.com"));

    let mut second = Browser::new(app.address);
    let used = second.get(&link).await;
    assert_eq!(used.status, 410);
    assert!(
        used.text.contains("used already") && used.text.contains("/console/sign-in"),
        "{}",
        used.text
    );
    assert_eq!(second.submit(&link, &good).await.status, 410);
    assert_eq!(second.sign_in("ana@example.com", PASSWORD).await.status, 303);
    app.stop().await;
}

#[tokio::test]
async fn a_session_is_new_with_every_sign_in_and_gone_after_it() {
    let app = TestApp::start().await;
    let email = app.user(Role::Viewer, None).await.email;
    let mut browser = Browser::new(app.address);
    browser.cookie = Some("frontdesk_session=chosen-by-somebody-else".to_owned());
    let page = browser.sign_in(&email.to_uppercase(), PASSWORD).await;
    assert_eq!(page.status, 303);
    let set = page.headers["set-cookie"].to_str().unwrap();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
    assert!(!set.contains("chosen"), "{set}");

    let mut thief = Browser::new(app.address);
    thief.cookie = browser.cookie.clone();
    assert_eq!(thief.get("/console/account").await.status, 200);
    browser.get("/console/account").await;
    let page = browser.submit("/console/sign-out", &[]).await;
    assert_eq!(page.location, "/console/sign-in");
    assert_eq!(browser.cookie, None);
    assert_eq!(thief.get("/console/account").await.status, 303);
    app.stop().await;
}

#[tokio::test]
async fn one_signs_in_to_where_one_wanted_and_nowhere_else() {
    let app = TestApp::start().await;
    let email = app.user(Role::Viewer, None).await.email;
    for (next, wanted) in [
        ("/console/inbox?view=done", "/console/inbox?view=done"),
        ("https://evil.example/console", "/console"),
        ("//evil.example", "/console"),
    ] {
        let mut browser = Browser::new(app.address);
        let fields = [("email", email.as_str()), ("password", PASSWORD), ("next", next)];
        let page = browser.submit("/console/sign-in", &fields).await;
        assert_eq!(page.location, wanted);
    }
    app.stop().await;
}

#[tokio::test]
async fn guessing_locks_the_account_whether_it_exists_or_not() {
    let app = TestApp::start().await;
    let email = app.user(Role::Viewer, None).await.email;
    let nobody = format!("{}@example.com", fresh("nobody"));
    for email in [&email, &nobody] {
        let mut browser = Browser::new(app.address);
        for attempt in 1..=5 {
            let page = browser.sign_in(email, "a wrong password").await;
            assert_eq!(page.status, 422, "attempt {attempt} on {email}");
        }
        assert_eq!(browser.sign_in(email, PASSWORD).await.status, 429);
    }
    app.stop().await;
}

#[tokio::test]
async fn a_new_password_signs_the_other_devices_out() {
    let app = TestApp::start().await;
    let email = app.user(Role::Operator, None).await.email;
    let (mut one, mut other) = (Browser::new(app.address), Browser::new(app.address));
    for browser in [&mut one, &mut other] {
        browser.sign_in(&email, PASSWORD).await;
        browser.get("/console/account").await;
    }
    let path = "/console/account/password";
    let wrong = one.submit(path, &[("current", "not it"), ("new", "short")]).await;
    assert_eq!((wrong.status, wrong.text.matches("class=\"fault\"").count()), (422, 2));
    let right = one
        .submit(path, &[("current", PASSWORD), ("new", "another password")])
        .await;
    assert_eq!(right.status, 303);
    assert_eq!(one.get("/console/account").await.status, 200);
    assert_eq!(other.get("/console/account").await.status, 303);
    assert_eq!(other.sign_in(&email, "another password").await.status, 303);

    one.get("/console/account").await;
    one.submit("/console/account/sign-out-everywhere", &[]).await;
    assert_eq!(other.get("/console/account").await.status, 303);
    app.stop().await;
}

#[tokio::test]
async fn names_and_languages_are_shown_and_never_run() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in(Role::Viewer, None).await;
    let name = "<script>alert(1)</script> \"Ana\"";
    let saved = browser
        .submit("/console/account", &[("name", name), ("language", "uk")])
        .await;
    assert_eq!(saved.status, 303);
    let page = browser.get("/console/account").await;
    assert!(page.text.contains(r#"<html lang="uk">"#));
    assert!(page.text.contains("&#60;script&#62;"), "{}", page.text);
    assert!(!page.text.contains("<script>alert"));
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self'") && policy.contains("default-src 'none'"));
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(page.headers["cache-control"], "no-store");
    app.stop().await;
}

#[tokio::test]
async fn the_log_tells_each_tenant_its_own() {
    let app = TestApp::start().await;
    let mut ours = app.signed_in(Role::Admin, Some("demo-catering")).await;
    let own = app.user(Role::Viewer, Some("demo-catering")).await.email;
    let theirs = app.user(Role::Viewer, Some("demo-academy")).await.email;
    for email in [&own, &theirs] {
        Browser::new(app.address).sign_in(email, PASSWORD).await;
    }
    let log = ours.get("/console/audit").await;
    assert!(log.text.contains(&own) && !log.text.contains(&theirs), "{}", log.text);
    let mut everybody = app.signed_in(Role::Admin, None).await;
    assert!(everybody.get("/console/audit").await.text.contains(&theirs));
    app.stop().await;
}

#[tokio::test]
async fn one_sees_ones_devices_and_signs_them_out() {
    let app = TestApp::start().await;
    let email = app.user(Role::Viewer, None).await.email;
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 <script>";
    let mut phone = Browser::new(app.address);
    let fields = [("email", email.as_str()), ("password", PASSWORD)];
    phone
        .submit_as("/console/sign-in", &fields, &[("user-agent", firefox)])
        .await;
    let (mut one, mut other) = (Browser::new(app.address), Browser::new(app.address));
    for browser in [&mut one, &mut other] {
        browser.sign_in(&email, PASSWORD).await;
    }
    let page = one.get("/console/account").await.text;
    assert!(page.contains("Firefox, Linux") && page.contains("127.0.0.1"), "{page}");
    assert_eq!(
        page.matches("name=\"device\"").count(),
        2,
        "all but this one can be ended"
    );
    let (_, row) = page.split_once("Firefox, Linux").unwrap();
    let (_, id) = row.split_once("name=\"device\" value=\"").unwrap();
    let id = id.split('"').next().unwrap().to_owned();

    let mut stranger = app.signed_in(Role::Viewer, None).await;
    stranger
        .submit("/console/account/devices/end", &[("device", &id)])
        .await;
    assert_eq!(
        phone.get("/console/account").await.status,
        200,
        "of another one's session nothing ends"
    );
    let bad = one.submit("/console/account/devices/end", &[("device", "%")]).await;
    assert_eq!(bad.status, 404);
    let ended = one.submit("/console/account/devices/end", &[("device", &id)]).await;
    assert_eq!(ended.location, "/console/account?done=devices");
    assert_eq!(phone.get("/console/account").await.status, 303);
    assert_eq!(other.get("/console/account").await.status, 200);
    one.submit("/console/account/devices/end-others", &[]).await;
    assert_eq!(other.get("/console/account").await.status, 303);
    assert_eq!(one.get("/console/account").await.status, 200);
    app.stop().await;
}

#[tokio::test]
async fn behind_tls_the_cookie_stays_on_this_host_and_off_the_open_wire() {
    let app = TestApp::with_settings("public_url = \"https://desk.example\"\n").await;
    let email = app.user(Role::Viewer, None).await.email;
    let mut browser = Browser::new(app.address);
    let page = browser.sign_in(&email, PASSWORD).await;
    let set = page.headers["set-cookie"].to_str().unwrap();
    assert!(set.starts_with("__Host-frontdesk_session="), "{set}");
    for flag in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/;"] {
        assert!(set.contains(flag), "{flag} in {set}");
    }
    assert!(!set.contains("Domain"), "{set}");
    // The same token under the name that any host of the network could have set is nobody's.
    let secure = browser.cookie.clone().unwrap();
    browser.cookie = Some(secure.replace("__Host-", ""));
    assert_eq!(browser.get("/console/account").await.status, 303);
    browser.cookie = Some(secure);
    assert_eq!(browser.get("/console/account").await.status, 200);
    app.stop().await;
}

#[tokio::test]
async fn nobody_is_signed_in_by_another_site() {
    let app = TestApp::start().await;
    let email = app.user(Role::Viewer, None).await.email;
    let fields = [("email", email.as_str()), ("password", PASSWORD), ("code", "123456")];
    for route in routes()
        .iter()
        .filter(|route| route.needs == Needs::Nothing && route.method == "POST")
    {
        for header in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
        ] {
            let mut browser = Browser::new(app.address);
            let page = browser.submit_as(&address(route.path), &fields, &[header]).await;
            assert_eq!(
                (page.status, &browser.cookie),
                (403, &None),
                "{} {header:?}",
                route.path
            );
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn every_form_is_told_where_to_come_back_to_and_nowhere_else() {
    let app = TestApp::start().await;
    for (asked, kept) in [
        ("/console/leads?status=new", "/console/leads?status=new"),
        ("https://evil.example", "/console"),
        ("/\\evil.example", "/console"),
        ("/consoleevil", "/console"),
    ] {
        let asked: String = url::form_urlencoded::byte_serialize(asked.as_bytes()).collect();
        let page = Browser::new(app.address)
            .get(&format!("/console/sign-in?next={asked}"))
            .await;
        let kept = format!("name=\"next\" value=\"{kept}\"");
        assert!(page.text.contains(&kept), "{asked}: {}", page.text);
    }
    app.stop().await;
}
