//! What an administrator sets up in the console: manifests, addresses, keys, colleagues.

use frontdesk_core::ports::registry::Role;

use crate::support::{Browser, Http, PASSWORD, Phone, TestApp, fresh};

const TENANT: &str = "/console/tenants/demo-catering";

/// The manifest that is stored.
async fn manifest(app: &TestApp, id: &str) -> (String, u64) {
    let rows = app.database.registry.tenants().await.unwrap();
    let row = rows.into_iter().find(|row| row.id.as_str() == id).unwrap();
    (row.manifest, row.revision)
}

#[tokio::test]
async fn a_manifest_is_checked_rehearsed_and_published() {
    let app = TestApp::start().await;
    let mut admin = app.signed_in(Role::Admin, Some("demo-catering")).await;
    let (before, revision) = manifest(&app, "demo-catering").await;
    let revision = revision.to_string();
    let text = format!("{TENANT}/text");
    assert_eq!(admin.get(&text).await.status, 200);

    let wrong = before.replacen("version = 1", "version = 1\nnonsense = true", 1);
    let fields = [("manifest", wrong.as_str()), ("revision", &revision), ("lines", "Hi")];
    let page = admin.submit(&text, &fields).await;
    assert_eq!(page.status, 422);
    assert!(
        page.text.contains("nonsense") && page.text.contains("data-line=\""),
        "{}",
        page.text
    );
    assert_eq!(manifest(&app, "demo-catering").await.0, before, "nothing is stored");

    let name = "Ana's <Kitchen>";
    let (head, tail) = before.split_once("\nname = ").unwrap();
    let (_, tail) = tail.split_once('\n').unwrap();
    let better = format!("{head}\nname = \"{name}\"\n{tail}").replace('\n', "\r\n");
    let lines = "Hi, a party for 10 people\n+1h\nJohn Smith";
    let fields = [
        ("manifest", better.as_str()),
        ("revision", &revision),
        ("lines", lines),
        ("channel", "sms"),
    ];
    let check = admin.submit(&format!("{TENANT}/check"), &fields).await;
    assert_eq!(check.status, 200);
    assert!(
        check.text.contains("No faults.") && check.text.contains("class=\"bot\""),
        "{}",
        check.text
    );
    assert_eq!(
        manifest(&app, "demo-catering").await.0,
        before,
        "a rehearsal stores nothing"
    );
    let more = [fields.as_slice(), &[("add", "+26h")]].concat();
    assert!(
        admin
            .submit(&format!("{TENANT}/check"), &more)
            .await
            .text
            .contains("John Smith\n+26h")
    );

    assert_eq!(admin.submit(&text, &fields).await.status, 303);
    let (stored, _) = manifest(&app, "demo-catering").await;
    assert!(stored.contains(name) && !stored.contains('\r'), "{stored}");
    assert!(
        admin
            .get("/console/tenants")
            .await
            .text
            .contains("Ana&#39;s &#60;Kitchen&#62;")
    );
    let late = admin.submit(&text, &fields).await;
    assert_eq!(late.status, 409, "the revision is an old one");
    assert!(late.text.contains("somebody else has changed it"), "{}", late.text);
    app.stop().await;
}

#[tokio::test]
async fn businesses_are_set_up_by_whoever_may() {
    let app = TestApp::start().await;
    let mut own = app.signed_in(Role::Admin, Some("demo-catering")).await;
    for path in [
        "/console/tenants/demo-academy",
        "/console/tenants/demo-academy/access",
        "/console/tenants/demo-academy/text",
        "/console/tenants/demo-academy/settings/questions",
        "/console/tenants/demo-academy/history",
        "/console/tenants/demo-academy/history/1",
        "/console/tenants/nobody",
    ] {
        assert_eq!(own.get(path).await.status, 404, "{path}");
    }
    assert!(!own.get("/console/tenants").await.text.contains("demo-academy"));
    assert_eq!(own.get("/console/tenants/new").await.status, 403);

    let mut admin = app.signed_in(Role::Admin, None).await;
    assert_eq!(admin.get("/console/tenants/new").await.status, 200);
    let (catering, _) = manifest(&app, "demo-catering").await;
    let new = |id: &'static str| [("id", id), ("manifest", catering.as_str()), ("revision", "7")];
    assert_eq!(admin.submit("/console/tenants", &new("No Name")).await.status, 422);
    assert_eq!(admin.submit("/console/tenants", &new("demo-academy")).await.status, 409);
    assert_ne!(manifest(&app, "demo-academy").await.0, catering);
    let added = admin.submit("/console/tenants", &new("bistro")).await;
    assert_eq!(
        (added.status, added.location.as_str()),
        (303, "/console/tenants/bistro")
    );
    assert_eq!(manifest(&app, "bistro").await, (catering.clone(), 1));

    let routes = "/console/tenants/bistro/routes";
    let ours = [("provider", "twilio_sms"), ("address", "+14155550188")];
    assert_eq!(own.submit(routes, &ours).await.status, 403);
    assert_eq!(admin.submit(routes, &ours).await.status, 303);
    assert!(
        admin
            .get("/console/tenants/bistro/access")
            .await
            .text
            .contains("+14155550188")
    );
    let taken = [("provider", "twilio_sms"), ("address", "+14155550100")];
    let page = admin.submit(routes, &taken).await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("belongs to another business"), "{}", page.text);
    let slip = [("provider", "twilio_sms"), ("address", "4155550188x")];
    assert_eq!(admin.submit(routes, &slip).await.status, 422);
    let gone = [("channel", "sms"), ("address", "+14155550188")];
    assert_eq!(admin.submit(&format!("{routes}/remove"), &gone).await.status, 303);
    assert_eq!(admin.submit(&format!("{routes}/remove"), &gone).await.status, 404);
    app.stop().await;
}

#[tokio::test]
async fn a_key_is_shown_once_works_and_is_taken_away() {
    let app = TestApp::start().await;
    let mut admin = app.signed_in(Role::Admin, Some("demo-catering")).await;
    let keys = format!("{TENANT}/keys");
    let page = admin.submit(&keys, &[("role", "viewer")]).await;
    let (_, rest) = page.text.split_once("<code>fdk_").unwrap();
    let secret = format!("fdk_{}", rest.split('<').next().unwrap());
    let api = Http::new(app.address, Some(&secret));
    assert_eq!(api.get("/api/v1/leads").await.status, 200);
    let again = admin.get(&format!("{TENANT}/access")).await.text;
    assert!(!again.contains(&secret));
    let (_, rest) = again.split_once(&format!("{keys}/")).unwrap();
    let remove = format!("{keys}/{}/remove", rest.split('/').next().unwrap());
    let mut theirs = app.signed_in(Role::Admin, Some("demo-academy")).await;
    let foreign = remove.replace("demo-catering", "demo-academy");
    assert_eq!(theirs.submit(&foreign, &[]).await.status, 404);
    assert_eq!(admin.submit(&remove, &[]).await.status, 303);
    assert_eq!(api.get("/api/v1/leads").await.status, 401);
    app.stop().await;
}

#[tokio::test]
async fn colleagues_are_added_changed_and_removed() {
    let app = TestApp::start().await;
    let mut admin = app.signed_in(Role::Admin, Some("demo-catering")).await;
    let email = format!("{}@example.com", fresh("new"));
    let fields = |email, password| {
        [
            ("name", "Nina"),
            ("email", email),
            ("role", "operator"),
            ("tenant", "demo-academy"),
            ("password", password),
        ]
    };
    let page = admin.submit("/console/users", &fields("nobody", "short")).await;
    assert_eq!(
        (page.status, page.text.matches("class=\"fault\"").count()),
        (422, 2),
        "{}",
        page.text
    );
    assert_eq!(
        admin.submit("/console/users", &fields(&email, PASSWORD)).await.status,
        303
    );
    assert_eq!(
        admin.submit("/console/users", &fields(&email, PASSWORD)).await.status,
        422
    );

    let users = app.database.registry.users().await.unwrap();
    let nina = users.iter().find(|user| user.email == email).unwrap();
    let home = nina.tenant.as_ref().map(|tenant| tenant.as_str());
    assert_eq!(
        home,
        Some("demo-catering"),
        "an administrator adds to their own business"
    );
    let mut browser = Browser::new(app.address);
    assert_eq!(browser.sign_in(&email, PASSWORD).await.status, 303);
    assert_eq!(browser.get("/console/users").await.status, 403);

    let (role, remove) = (
        format!("/console/users/{}/role", nina.id),
        format!("/console/users/{}/remove", nina.id),
    );
    let mut theirs = app.signed_in(Role::Admin, Some("demo-academy")).await;
    for path in [&role, &remove] {
        let fields = [("was", "operator"), ("role", "viewer")];
        assert_eq!(theirs.submit(path, &fields).await.status, 404, "{path}");
    }
    let was = nina.role.code();
    assert_eq!(
        admin.submit(&role, &[("was", was), ("role", "admin")]).await.status,
        303
    );
    assert_eq!(browser.get("/console/users").await.status, 200);
    assert_eq!(
        browser.submit(&remove, &[]).await.status,
        422,
        "nobody removes themselves"
    );
    assert_eq!(admin.submit(&remove, &[]).await.status, 303);
    assert_eq!(browser.get("/console/inbox").await.status, 303, "signed out at once");
    app.stop().await;
}

#[tokio::test]
async fn channels_tell_how_they_stand_and_are_tested_in_both_directions() {
    let app = TestApp::start().await;
    let mut admin = app.signed_in(Role::Admin, Some("demo-catering")).await;
    let page = admin.get(&format!("{TENANT}/channels")).await;
    assert_eq!(page.status, 200, "{}", page.text);
    for part in [
        "+14155550100",
        "data-tenant=&#34;demo-catering&#34;",
        "Sandbox",
        "No message yet",
        "Not set up",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    assert!(!page.text.contains("DemoApp"), "another business's address");

    // Somebody's message is waited for, and turns the test green.
    let (_, rest) = page.text.split_once("/channels?kind=sms&amp;since=").unwrap();
    let since = rest.split('#').next().unwrap();
    let heard = format!("{TENANT}/channels/sms/heard?since={since}");
    let waits = admin.get(&heard).await.text;
    assert!(waits.contains("Waiting.") && waits.contains("data-poll"), "{waits}");
    let phone = Phone::new(&app, "twilio_sms", "+14155550177", "+14155550100");
    phone.write("hello").await;
    phone.reply(1).await;
    let green = admin.get(&heard).await.text;
    assert!(green.contains("tag good") && green.contains("It arrived."), "{green}");
    assert!(!green.contains("data-poll"), "it is over: {green}");
    let later = admin
        .get(&format!("{TENANT}/channels/sms/heard?since=99999999999999"))
        .await
        .text;
    assert!(
        later.contains("Waiting."),
        "only what comes from then on counts: {later}"
    );
    let page = admin.get(&format!("{TENANT}/channels")).await.text;
    assert!(page.contains("In today: 1"), "{page}");

    // A test of ours goes out once, and leaves the conversation to the bot.
    let test = format!("{TENANT}/channels/sms/test");
    let bad = admin.submit(&test, &[("to", "555-01"), ("key", "k")]).await;
    assert!(
        bad.status == 422 && bad.text.contains("value=\"555-01\""),
        "{}",
        bad.text
    );
    let fields = [("to", "+1 415 555 0188"), ("key", "k")];
    let sent = admin.submit(&test, &fields).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    let again = [("to", "(415) 555-0188"), ("key", "k")];
    let again = admin.submit(&test, &again).await.location;
    assert_eq!(again, sent.location, "twice is once, however the number is written");
    let page = sent.location.split('#').next().unwrap().to_owned();
    let query = page.split_once("message=").unwrap().1;
    let theirs = Phone::new(&app, "twilio_sms", "+14155550188", "+14155550100");
    theirs.reply(1).await;
    assert_eq!(theirs.replies().await.len(), 1);
    assert!(admin.get(&page).await.text.contains("id=\"trial\""));
    let part = admin.get(&format!("{TENANT}/channels/sms/sent?message={query}")).await;
    assert_eq!(part.status, 200, "{}", part.text);
    let id = query.split('.').next().unwrap();
    let state = app.admin().get(&format!("/api/v1/conversations/{id}")).await.json();
    assert_eq!(state["status"], "open", "{state}");
    let mut other = app.signed_in(Role::Admin, Some("demo-restaurant")).await;
    let foreign = format!("/console/tenants/demo-restaurant/channels/sms/sent?message={query}");
    assert_eq!(other.get(&foreign).await.status, 404);
    assert_eq!(other.submit(&test, &fields).await.status, 404);
    // Whoever has never written to a number of WhatsApp's gets an approved text only.
    let test = format!("{TENANT}/channels/whatsapp/test");
    let page = admin.get(&format!("{TENANT}/channels")).await.text;
    assert!(page.contains("<option value=\"go_on\">"), "{page}");
    let stranger = Phone::new(&app, "whatsapp_cloud", "+14155550189", "106540352242922");
    let wish = |key, template| [("to", "+1 415 555 0189"), ("key", key), ("template", template)];
    assert_eq!(admin.submit(&test, &wish("k1", "")).await.status, 303);
    assert!(stranger.failure(&app).await.contains("only approved texts"));
    assert_eq!(admin.submit(&test, &wish("k2", "nothing_of_ours")).await.status, 404);
    assert_eq!(admin.submit(&test, &wish("k3", "go_on")).await.status, 303);
    stranger.reply(1).await;
    let shown = stranger.replies().await;
    assert_eq!(
        (shown.len(), &shown[0]["is_template"]),
        (1, &serde_json::Value::Bool(true)),
        "{shown:?}"
    );

    for kind in ["web_chat", "pigeon"] {
        let test = format!("{TENANT}/channels/{kind}/test");
        assert_eq!(admin.submit(&test, &fields).await.status, 404, "{kind}");
    }

    let mut all = app.signed_in(Role::Viewer, None).await;
    let list = all.get("/console/channels").await.text;
    assert!(list.contains("+14155550100") && list.contains("DemoApp"), "{list}");
    let list = all.get("/console/channels?tenant=demo-academy").await.text;
    assert!(!list.contains("+14155550100") && list.contains("DemoApp"), "{list}");
    let mut viewer = app.signed_in(Role::Viewer, Some("demo-catering")).await;
    assert_eq!(viewer.get("/console/channels?tenant=demo-academy").await.status, 404);
    assert!(!viewer.get("/console/channels").await.text.contains("DemoApp"));
    app.stop().await;
}
