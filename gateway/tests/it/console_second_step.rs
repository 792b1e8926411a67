//! The second step of signing in: set up, asked for, lost, taken away.

use frontdesk_core::ports::registry::Role;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::support::{Browser, PASSWORD, Page, Process, TestApp};

const SETUP: &str = "/console/account/second-step";
const ENTRY: &str = "/console/sign-in/code";

/// The app on somebody's phone, which knows what was typed into it and the time.
struct App(Vec<u8>);

impl App {
    /// Types the key of the page into it.
    fn with(page: &Page) -> Self {
        let (_, rest) = page.text.split_once("secret=").expect("a link for the phone");
        let key: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
        let shown = page.text.replace(' ', "");
        assert!(shown.matches(&key).count() >= 2, "the key is there for the hand, too");
        Self(data_encoding::BASE32_NOPAD.decode(key.as_bytes()).unwrap())
    }

    /// The code that is shown `later` half minutes from now.
    fn code(&self, app: &TestApp, later: i64) -> String {
        let number = u64::try_from(app.clock().now().as_millis() / 30_000 + later).unwrap();
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).unwrap();
        mac.update(&number.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        let at = usize::from(hash[19] & 15);
        let four = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
        format!("{:06}", four % 1_000_000)
    }

    /// A code that counts for nothing.
    fn wrong(&self, app: &TestApp) -> String {
        let counting: Vec<String> = (-2..=2).map(|later| self.code(app, later)).collect();
        let candidates = (0..6).map(|number| format!("{number:06}"));
        candidates.into_iter().find(|code| !counting.contains(code)).unwrap()
    }
}

/// The recovery codes of a page.
fn recovery_codes(page: &Page) -> Vec<String> {
    let parts = page.text.split(r#"<code class="secret">"#).skip(1);
    parts.map(|part| part.split('<').next().unwrap().to_owned()).collect()
}

/// What somebody has who has set a second step up.
struct Setup {
    phone: App,
    /// The code that proved it. Later ones are of later numbers, however long a test takes.
    used: String,
    codes: Vec<String>,
}

/// Sets a second step up.
async fn set_up(app: &TestApp, browser: &mut Browser) -> Setup {
    browser.get("/console/account").await;
    assert_eq!(browser.submit(SETUP, &[]).await.location, SETUP);
    let page = browser.get(SETUP).await;
    assert!(page.text.contains("<svg class=\"qr\""), "{}", page.text);
    let phone = App::with(&page);
    let path = format!("{SETUP}/confirm");
    let wrong = browser.submit(&path, &[("code", &phone.wrong(app))]).await;
    assert_eq!((wrong.status, wrong.text.matches("class=\"fault\"").count()), (422, 1));
    let used = phone.code(app, 0);
    let page = browser.submit(&path, &[("code", &used)]).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let codes = recovery_codes(&page);
    Setup { phone, used, codes }
}

/// A browser whose password was right.
async fn half_signed_in(app: &TestApp, email: &str) -> Browser {
    let mut browser = Browser::new(app.address);
    let page = browser.sign_in(email, PASSWORD).await;
    assert_eq!(page.status, 303);
    assert!(page.location.starts_with(ENTRY), "{}", page.location);
    browser
}

#[tokio::test]
async fn the_password_alone_opens_nothing() {
    let app = TestApp::start().await;
    let email = app.user(Role::Viewer, None).await.email;
    let mut browser = Browser::new(app.address);
    assert_eq!(browser.sign_in(&email, PASSWORD).await.location, "/console");
    let Setup { phone, used, codes } = set_up(&app, &mut browser).await;
    assert_eq!(codes.len(), 10);
    assert!(browser.get("/console/account").await.text.contains("10"));
    assert_eq!(
        browser.get(SETUP).await.location,
        "/console/account",
        "it is shown once"
    );

    let mut thief = half_signed_in(&app, &email).await;
    assert!(thief.get("/console").await.location.starts_with("/console/sign-in?"));
    assert_eq!(thief.get(ENTRY).await.status, 200);
    let begun = thief.cookie.clone();
    let used = thief.submit(ENTRY, &[("code", &used)]).await;
    assert_eq!(used.status, 422, "it proved the app, and counts once");
    assert!(used.text.contains("role=\"alert\""));

    let code = phone.code(&app, 1);
    let typed = format!(" {} {}", &code[..3], &code[3..]);
    let entered = thief
        .submit(ENTRY, &[("code", &typed), ("next", "/console/leads")])
        .await;
    assert_eq!((entered.status, entered.location.as_str()), (303, "/console/leads"));
    assert_ne!(thief.cookie, begun, "the session is another one");
    assert_eq!(thief.get("/console/account").await.status, 200);
    let mut late = Browser::new(app.address);
    late.cookie = begun;
    assert_eq!(late.get(ENTRY).await.location, "/console/sign-in", "it was used up");

    let mut again = half_signed_in(&app, &email).await;
    assert_eq!(again.submit(ENTRY, &[("code", &code)]).await.status, 422, "twice");
    let foreign = [("code", codes[0].as_str()), ("next", "//evil.example")];
    assert_eq!(again.submit(ENTRY, &foreign).await.location, "/console");
    app.stop().await;
}

#[tokio::test]
async fn a_recovery_code_opens_once() {
    let app = TestApp::start().await;
    let email = app.user(Role::Viewer, None).await.email;
    let mut browser = Browser::new(app.address);
    browser.sign_in(&email, PASSWORD).await;
    let Setup { codes, .. } = set_up(&app, &mut browser).await;
    let copied = codes[3].to_lowercase().replace('-', " ");
    let mut other = half_signed_in(&app, &email).await;
    assert_eq!(other.submit(ENTRY, &[("code", &copied)]).await.location, "/console");
    let mut third = half_signed_in(&app, &email).await;
    assert_eq!(third.submit(ENTRY, &[("code", &codes[3])]).await.status, 422);

    browser.get("/console/account").await;
    let path = format!("{SETUP}/codes");
    assert_eq!(browser.submit(&path, &[("password", "not it, no")]).await.status, 422);
    let renewed = recovery_codes(&browser.submit(&path, &[("password", PASSWORD)]).await);
    assert_eq!(renewed.len(), 10);
    assert_eq!(third.submit(ENTRY, &[("code", &codes[4])]).await.status, 422);
    assert_eq!(third.submit(ENTRY, &[("code", &renewed[4])]).await.status, 303);
    app.stop().await;
}

#[tokio::test]
async fn codes_and_passwords_are_counted_together() {
    let app = TestApp::start().await;
    let email = app.user(Role::Viewer, None).await.email;
    let mut browser = Browser::new(app.address);
    browser.sign_in(&email, PASSWORD).await;
    let Setup { phone, codes, .. } = set_up(&app, &mut browser).await;
    let mut thief = half_signed_in(&app, &email).await;
    for attempt in 2..=3 {
        let page = thief.submit(ENTRY, &[("code", &phone.wrong(&app))]).await;
        assert_eq!(page.status, 422, "attempt {attempt}");
    }
    // The right password in between gives no new tries.
    let mut thief = half_signed_in(&app, &email).await;
    assert_eq!(thief.submit(ENTRY, &[("code", &phone.wrong(&app))]).await.status, 422);
    for right in [&phone.code(&app, 1), &codes[0]] {
        assert_eq!(thief.submit(ENTRY, &[("code", right)]).await.status, 429);
    }
    browser.get("/console/account").await;
    let off = browser
        .submit(&format!("{SETUP}/remove"), &[("password", PASSWORD)])
        .await;
    assert_eq!(off.status, 429, "passwords of those signed in are counted, too");
    app.stop().await;
}

#[tokio::test]
async fn it_is_switched_off_with_the_password_and_by_an_administrator() {
    let app = TestApp::start().await;
    let user = app.user(Role::Operator, Some("demo-catering")).await;
    let mut browser = Browser::new(app.address);
    browser.sign_in(&user.email, PASSWORD).await;
    set_up(&app, &mut browser).await;
    browser.get("/console/account").await;
    let path = format!("{SETUP}/remove");
    assert_eq!(browser.submit(&path, &[("password", "not it, no")]).await.status, 422);
    half_signed_in(&app, &user.email).await;
    assert_eq!(browser.submit(&path, &[("password", PASSWORD)]).await.status, 303);
    let mut other = Browser::new(app.address);
    assert_eq!(other.sign_in(&user.email, PASSWORD).await.location, "/console");

    set_up(&app, &mut browser).await;
    let path = format!("/console/users/{}/second-step/remove", user.id);
    let mut elsewhere = app.signed_in(Role::Admin, Some("demo-academy")).await;
    assert_eq!(elsewhere.submit(&path, &[]).await.status, 404);
    half_signed_in(&app, &user.email).await;
    let mut admin = app.signed_in(Role::Admin, Some("demo-catering")).await;
    assert!(admin.get("/console/users").await.text.contains(&path));
    assert_eq!(admin.submit(&path, &[]).await.status, 303);
    assert!(!admin.get("/console/users").await.text.contains(&path));
    assert_eq!(
        browser.get("/console/account").await.status,
        303,
        "signed out everywhere"
    );
    assert_eq!(other.sign_in(&user.email, PASSWORD).await.location, "/console");
    let log = admin.get("/console/audit").await.text;
    for act in [
        "user.second_step\"",
        "user.second_step_off\"",
        "user.second_step_reset\"",
    ] {
        assert!(log.contains(act), "{act} in {log}");
    }
    app.stop().await;
}

#[tokio::test]
async fn the_command_line_takes_it_away() {
    let server = Process::start().await;
    let email = "totp@example.com";
    let add = [
        "user",
        "add",
        "--email",
        email,
        "--password",
        PASSWORD,
        "--role",
        "viewer",
    ];
    let (code, text) = server.command(&add, "").await;
    assert_eq!(code, 0, "{text}");
    let reset = ["user", "reset-totp", "--email", email];
    let (code, text) = server.command(&reset, "").await;
    assert!(code == 1 && text.contains("without codes"), "{text}");
    let mut browser = Browser::new(server.address);
    browser.sign_in(email, PASSWORD).await;
    browser.get("/console/account").await;
    browser.submit(SETUP, &[]).await;
    let page = browser.get(SETUP).await;
    let (code, text) = server.command(&["tenant", "credential", "rotate"], "").await;
    assert!(code == 0 && text.contains("0 secrets"), "{text}");
    assert!(page.text.contains("secret="));
    let (code, text) = server.command(&reset, "").await;
    assert!(code == 0 && text.contains("password alone"), "{text}");
    assert_eq!(browser.get("/console/account").await.status, 303);
}

#[tokio::test]
async fn without_the_key_of_the_codes_recovery_codes_work() {
    let app = TestApp::start().await;
    let email = app.user(Role::Viewer, None).await.email;
    let mut browser = Browser::new(app.address);
    browser.sign_in(&email, PASSWORD).await;
    let Setup { phone, codes, .. } = set_up(&app, &mut browser).await;
    let app = app
        .restart_with("master_key = \"another-key-0123456789abcdef0123456789\"\n")
        .await;
    let mut browser = half_signed_in(&app, &email).await;
    let page = browser.submit(ENTRY, &[("code", &phone.code(&app, 1))]).await;
    assert!(
        page.status == 422 && page.text.contains("lacks the key"),
        "{}",
        page.text
    );
    assert_eq!(browser.submit(ENTRY, &[("code", &codes[0])]).await.location, "/console");
    app.stop().await;
}
