//! Tenants' own accounts at providers: another server's twin of Twilio stands for the provider.

use frontdesk_core::ports::registry::{Credential, Role, Route};
use frontdesk_core::{ChannelKind, TenantId};
use gateway::channels::twilio_sms::{INBOUND_PATH, sign};
use tempfile::TempDir;

use super::support::{Answer, Phone, Process, TestApp, eventually, fresh, fresh_number};

const OURS: &str = "+14155550100";
const ACCOUNTS: &str = "/console/tenants/demo-catering/accounts";
const SID: &str = "AC00000000000000000000000000000001";

/// A server, and beside it one whose twin of Twilio is the provider.
async fn pair() -> (TestApp, TestApp) {
    let provider = TestApp::start().await;
    let base = format!("http://{}/sandbox/twilio_sms", provider.address);
    let app = TestApp::with_settings(&format!("[channels.twilio]\napi_base = \"{base}\"\n")).await;
    (app, provider)
}

/// Somebody writes, and Twilio signs it with a token.
async fn write(app: &TestApp, query: &str, token: &str, from: &str, to: &str) -> Answer {
    let form = [
        ("MessageSid", fresh("SM")),
        ("From", from.to_owned()),
        ("To", to.to_owned()),
        ("Body", "hello".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    let path = format!("{INBOUND_PATH}{query}");
    let signature = sign(token, &format!("http://{}{path}", app.address), &form);
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let signed = [("x-twilio-signature", signature.as_str())];
    app.anonymous().post_form(&path, &signed, &body).await
}

/// Sets the tenant's account up in the console.
async fn set_up(app: &TestApp, token: &str) {
    let mut admin = app.signed_in(Role::Admin, Some("demo-catering")).await;
    let fields = [("account_sid", SID), ("auth_token", token)];
    let saved = admin.submit(&format!("{ACCOUNTS}/twilio"), &fields).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
}

async fn refused(app: &TestApp) -> u64 {
    let row = app.ledger("nobody", "sms").await;
    row.map_or(0, |row| row["refused"].as_u64().unwrap())
}

/// How many messages of people a tenant has.
async fn heard(app: &TestApp, tenant: &str) -> usize {
    let mut count = 0;
    for row in app.admin().items("/api/v1/conversations?limit=200").await {
        if row["tenant"] == tenant {
            let path = format!("/api/v1/conversations/{}/messages", row["id"].as_str().unwrap());
            let messages = app.admin().items(&path).await;
            count += messages.iter().filter(|message| message["role"] == "user").count();
        }
    }
    count
}

#[tokio::test]
async fn a_tenants_own_account_is_used_both_ways_and_speaks_for_that_tenant_alone() {
    let (app, provider) = pair().await;
    let other: TenantId = "demo-leads".parse().unwrap();
    let route = Route {
        channel: ChannelKind::Sms,
        address: "+14155550199".to_owned(),
        tenant: other,
        provider: Some("twilio_sms".to_owned()),
    };
    app.database.registry.add_route(&route).await.unwrap();
    let token = provider.sandbox_secret("twilio_sms", "auth token");
    let installations = app.sandbox_secret("twilio_sms", "auth token");
    let customer = fresh_number();
    assert_eq!(
        write(&app, "", &token, &customer, OURS).await.status,
        403,
        "not set up yet"
    );
    set_up(&app, &token).await;

    // The installation's account no longer speaks for the tenant, but for all others.
    assert_eq!(write(&app, "", &installations, &customer, OURS).await.status, 200);
    assert_eq!(refused(&app).await, 1);
    eventually("the other tenant's number is known", || async {
        write(&app, "", &installations, &customer, &route.address).await;
        app.ledger("demo-leads", "sms").await
    })
    .await;
    let before = refused(&app).await;
    let others = heard(&app, "demo-leads").await;

    // The tenant's own one does, named or not; for nobody else.
    assert_eq!(write(&app, "", &token, &customer, OURS).await.status, 200);
    let phone = Phone::new(&provider, "twilio_sms", &customer, OURS);
    assert!(phone.reply(1).await.contains("name"), "it left over the own account");
    let named = "?account=demo-catering";
    assert_eq!(write(&app, named, &token, &customer, OURS).await.status, 200);
    assert_eq!(app.ledger("demo-catering", "sms").await.unwrap()["processed"], 2);
    assert_eq!(write(&app, "", &token, &customer, &route.address).await.status, 200);
    assert_eq!(refused(&app).await, before + 1);
    assert_eq!(heard(&app, "demo-leads").await, others, "it heard nothing of it");
    for query in [named, "?account=demo-leads", "?account=nobody-knows", "?account=%00"] {
        let answer = write(&app, query, &installations, &customer, OURS).await;
        assert_eq!(answer.status, 403, "{query}");
    }
    app.assert_balanced().await;
}

/// When a part of an account was last set, as the console's form says it.
async fn last_set(app: &TestApp) -> String {
    let stored = app.database.registry.credentials().await.unwrap();
    let moments = stored.iter().map(|credential| credential.set_at.as_millis());
    moments.max().unwrap().to_string()
}

#[tokio::test]
async fn the_console_sets_checks_and_removes_an_account_and_shows_no_secret() {
    let (app, provider) = pair().await;
    let token = provider.sandbox_secret("twilio_sms", "auth token");
    let mut admin = app.signed_in(Role::Admin, Some("demo-catering")).await;
    let twilio = format!("{ACCOUNTS}/twilio");
    let missing = admin
        .submit(&twilio, &[("account_sid", SID), ("auth_token", " ")])
        .await;
    assert_eq!(missing.status, 422);
    assert!(
        missing.text.contains("This is needed.") && missing.text.contains(SID),
        "{}",
        missing.text
    );

    set_up(&app, &token).await;
    let page = admin.get(ACCOUNTS).await.text;
    assert!(!page.contains(&token) && page.contains(&token[token.len() - 4..]) && page.contains(SID));
    assert!(page.contains("Own account") && page.contains("?account=demo-catering"));
    let checked = admin.submit(&format!("{twilio}/check"), &[]).await;
    assert!(
        checked.text.contains("The provider accepts this account."),
        "{}",
        checked.text
    );

    // Whoever saves over what a colleague has set since is told.
    let late = [("auth_token", "another-token-of-mine"), ("seen", "0")];
    let told = admin.submit(&twilio, &late).await;
    assert!(
        told.status == 409 && told.text.contains("a colleague has set"),
        "{}",
        told.text
    );
    let checked = admin.submit(&format!("{twilio}/check"), &[]).await;
    assert!(
        checked.text.contains("accepts this account"),
        "nothing was overwritten: {}",
        checked.text
    );

    // What is left empty stays; what is given replaces.
    let wrong = "a-token-that-is-not-theirs";
    let seen = last_set(&app).await;
    let fields = [("auth_token", wrong), ("seen", seen.as_str())];
    assert_eq!(admin.submit(&twilio, &fields).await.status, 303);
    let checked = admin.submit(&format!("{twilio}/check"), &[]).await;
    assert!(
        checked.text.contains("does not accept this account"),
        "{}",
        checked.text
    );
    let customer = fresh_number();
    assert_eq!(write(&app, "", wrong, &customer, OURS).await.status, 200);
    let failed = Phone::new(&app, "twilio_sms", &customer, OURS).failure_of(&app).await;
    assert!(failed.contains("20003") || failed.contains("credentials"), "{failed}");

    let stored = app.database.registry.credentials().await.unwrap();
    assert!(
        stored
            .iter()
            .all(|row| !row.sealed.windows(8).any(|window| window == &wrong.as_bytes()[..8]))
    );
    let audit = admin.get("/console/audit").await.text;
    assert!(audit.contains("credential.set") && !audit.contains(wrong), "{audit}");

    let mut elsewhere = app.signed_in(Role::Admin, Some("demo-academy")).await;
    for path in [twilio.clone(), format!("{twilio}/check"), format!("{twilio}/remove")] {
        assert_eq!(elsewhere.submit(&path, &[]).await.status, 404, "{path}");
    }
    assert_eq!(admin.submit(&format!("{ACCOUNTS}/nobody"), &[]).await.status, 404);
    let seen = last_set(&app).await;
    let removed = admin.submit(&format!("{twilio}/remove"), &[("seen", &seen)]).await;
    assert_eq!(removed.status, 303);
    assert_eq!(app.database.registry.credentials().await.unwrap(), []);
    let installations = app.sandbox_secret("twilio_sms", "auth token");
    let phone = Phone::new(&app, "twilio_sms", &fresh_number(), OURS);
    assert_eq!(write(&app, "", &installations, &phone.customer, OURS).await.status, 200);
    assert!(
        phone.reply(1).await.contains("name"),
        "the installation's account is used again"
    );
}

#[tokio::test]
async fn the_sandboxs_own_secrets_are_answered_by_the_sandbox() {
    let app = TestApp::start().await;
    set_up(&app, &app.sandbox_secret("twilio_sms", "auth token")).await;
    let mut admin = app.signed_in(Role::Admin, Some("demo-catering")).await;
    let checked = admin.submit(&format!("{ACCOUNTS}/twilio/check"), &[]).await.text;
    assert!(
        checked.contains("accepts this account") && checked.contains("Sandbox"),
        "{checked}"
    );
    let phone = Phone::new(&app, "twilio_sms", &fresh_number(), OURS);
    phone.write("hello").await;
    phone.until_delivered(&app).await;
    assert_eq!(phone.replies().await.len(), 1);
    for provider in ["textmagic", "ringcentral", "meta", "gupshup", "yelp"] {
        let checked = admin.submit(&format!("{ACCOUNTS}/{provider}/check"), &[]).await.text;
        assert!(checked.contains("accepts this account"), "{provider}: {checked}");
    }
}

/// A secret that was put into another one's place.
async fn tamper(app: &TestApp) {
    let stored = app.database.registry.credentials().await.unwrap();
    let find = |name: &str| stored.iter().find(|row| row.name == name).unwrap().clone();
    let swapped = Credential {
        sealed: find("account_sid").sealed,
        ..find("auth_token")
    };
    app.database.registry.put_credentials(&[swapped]).await.unwrap();
}

#[tokio::test]
async fn an_account_that_cannot_be_opened_lets_nothing_pass() {
    let (app, provider) = pair().await;
    let token = provider.sandbox_secret("twilio_sms", "auth token");
    let installations = app.sandbox_secret("twilio_sms", "auth token");
    let phone = Phone::new(&app, "twilio_sms", &fresh_number(), OURS);
    assert_eq!(write(&app, "", &installations, &phone.customer, OURS).await.status, 200);
    phone.reply(1).await;
    set_up(&app, &token).await;
    tamper(&app).await;
    let mut admin = app.signed_in(Role::Admin, Some("demo-catering")).await;
    eventually("it is shut", || async {
        let answer = write(&app, "", &token, &fresh_number(), OURS).await;
        (answer.status == 403).then_some(())
    })
    .await;
    let page = admin.get(ACCOUNTS).await.text;
    assert!(page.contains("tampered") && page.contains("Cannot be used"), "{page}");
    assert_eq!(write(&app, "", &installations, &phone.customer, OURS).await.status, 200);
    assert!(refused(&app).await >= 1, "the installation's account does not stand in");
    let path = format!("/api/v1/conversations/{}", phone.conversation(&app).await);
    let words = serde_json::json!({"by": "Ana", "text": "Are you there?"});
    assert_eq!(app.admin().post(&format!("{path}/messages"), &words).await.status, 200);
    eventually("nothing leaves", || async {
        let messages = app.admin().items(&format!("{path}/messages")).await;
        let said = messages.iter().find(|message| message["role"] == "operator")?;
        said["reason"].as_str()?.contains("tampered").then_some(())
    })
    .await;
    assert_eq!(phone.replies().await.len(), 1);
}

#[tokio::test]
async fn the_command_line_sets_rotates_and_removes_accounts() {
    let server = Process::start().await;
    let key = |keys: &str| ("FRONTDESK_MASTER_KEY", keys.to_owned());
    let (one, two) = (fresh("key-one-0123456789abcdef-"), fresh("key-two-0123456789abcdef-"));
    let set = [
        "tenant",
        "credential",
        "set",
        "demo-catering",
        "twilio",
        "account_sid=AC1",
        "-",
    ];
    let (code, text) = server.command_with(&[key(&one)], &set, "auth_token=hush-hush\n").await;
    assert!(code == 0 && !text.contains("hush"), "{text}");
    let list = ["tenant", "credential", "list"];
    let (_, listed) = server.command_with(&[], &list, "").await;
    assert!(listed.contains("auth_token") && !listed.contains("hush"), "{listed}");
    let rotate = ["tenant", "credential", "rotate"];
    let (code, text) = server.command_with(&[key(&two)], &rotate, "").await;
    assert!(code == 1 && text.contains("FRONTDESK_MASTER_KEY"), "{text}");
    let (code, text) = server.command_with(&[key(&format!("{two},{one}"))], &rotate, "").await;
    assert!(code == 0 && text.contains("2 secrets"), "{text}");
    let (code, text) = server.command_with(&[key(&two)], &rotate, "").await;
    assert!(code == 0 && text.contains("0 secrets"), "{text}");
    for wrong in [
        vec!["set", "demo-catering", "twilio", "password=1"],
        vec!["set", "demo-catering", "nobody", "password=1"],
        vec!["set", "demo-academy", "twilio", "auth_token=1"],
        vec!["set", "no-such-tenant", "twilio", "auth_token=1"],
        vec!["set", "demo-catering", "twilio", "auth_token"],
    ] {
        let arguments = [&["tenant", "credential"], wrong.as_slice()].concat();
        let (code, text) = server.command_with(&[key(&two)], &arguments, "").await;
        assert_eq!(code, 1, "{wrong:?}: {text}");
    }
    let remove = ["tenant", "credential", "remove", "demo-catering", "twilio"];
    assert_eq!(server.command_with(&[], &remove, "").await.0, 0);
    assert_eq!(server.command_with(&[], &remove, "").await.0, 1);
}

#[tokio::test]
async fn a_server_that_cannot_open_its_tenants_secrets_does_not_start() {
    let data = TempDir::new().unwrap();
    let app = TestApp::in_directory(data.path(), "").await.unwrap();
    set_up(&app, "hush-hush-hush-hush").await;
    app.stop().await;
    std::fs::remove_file(data.path().join("master.key")).unwrap();
    let error = TestApp::in_directory(data.path(), "").await.err().unwrap();
    let told = format!("{error:#}");
    assert!(
        told.contains("FRONTDESK_MASTER_KEY") && told.contains("demo-catering"),
        "{told}"
    );
    let with_other = "master_key = \"0123456789abcdef0123456789abcdef\"\n";
    assert!(TestApp::in_directory(data.path(), with_other).await.is_err());
}
