//! A tenant's own account is what is asked for what people wrote, and for the files they sent: another
//! server's twin of Twilio stands for the provider.

use frontdesk_core::ports::registry::Role;
use gateway::channels::twilio_sms::{INBOUND_PATH, sign};

use super::support::{Phone, TestApp, eventually, fresh, fresh_number};

const OURS: &str = "+14155550100";
const LANE: &str = "twilio_sms:+14155550100";
const SID: &str = "AC00000000000000000000000000000001";

/// A server whose business has an account at another one's twin, set up.
async fn pair() -> (TestApp, TestApp) {
    let provider = TestApp::start().await;
    let base = api_base(&provider);
    let settings =
        format!("[channels.twilio]\napi_base = \"{base}\"\n[reconciliation]\nevery_ms = 100\nsettle_ms = 0\n");
    let app = TestApp::with_settings(&settings).await;
    let token = provider.sandbox_secret("twilio_sms", "auth token");
    let mut admin = app.signed_in(Role::Admin, Some("demo-catering")).await;
    let fields = [("account_sid", SID), ("auth_token", token.as_str())];
    let saved = admin
        .submit("/console/tenants/demo-catering/accounts/twilio", &fields)
        .await;
    assert_eq!(saved.status, 303, "{}", saved.text);
    (app, provider)
}

fn api_base(app: &TestApp) -> String {
    format!("http://{}/sandbox/twilio_sms", app.address)
}

#[tokio::test]
async fn what_no_webhook_brought_is_found_over_the_own_account() {
    let (app, provider) = pair().await;
    eventually("the account is looked at", || async {
        app.database.watch.inbox_mark(LANE).await.unwrap()
    })
    .await;
    // The twin tells its own server alone, so here no webhook ever comes.
    let phone = Phone::new(&provider, "twilio_sms", &fresh_number(), OURS);
    phone.write("Hi! Do you do parties?").await;
    let said = phone.said(&app, 1).await;
    assert!(said[0]["recovered_from"].is_string(), "{said:?}");
    // The installation's account speaks for it no longer.
    let other = Phone::new(&app, "twilio_sms", &fresh_number(), OURS);
    other.fault("missing_webhook", 1).await;
    other.write("hello").await;
    phone.write("It is for 12 people").await;
    phone.said(&app, 2).await;
    let rows = app.admin().items("/api/v1/conversations?limit=200").await;
    assert!(
        !rows.iter().any(|row| row["address"] == other.customer.as_str()),
        "{rows:?}"
    );
}

/// A picture comes over the own account, said to be kept at `base`; what a colleague gets who looks at it.
async fn look_at_picture(app: &TestApp, provider: &TestApp, base: &str) -> (u16, String) {
    let customer = fresh_number();
    let media = format!("{base}/2010-04-01/Accounts/{SID}/Messages/MM1/Media/ME1");
    let form = [
        ("MessageSid", fresh("MM")),
        ("From", customer.clone()),
        ("To", OURS.to_owned()),
        ("Body", String::new()),
        ("NumMedia", "1".to_owned()),
        ("MediaUrl0", media),
        ("MediaContentType0", "image/png".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    let token = provider.sandbox_secret("twilio_sms", "auth token");
    let signature = sign(&token, &format!("http://{}{INBOUND_PATH}", app.address), &form);
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let signed = [("x-twilio-signature", signature.as_str())];
    let taken = app.anonymous().post_form(INBOUND_PATH, &signed, &body).await;
    assert_eq!(taken.status, 200, "{taken:?}");
    let phone = Phone::new(app, "twilio_sms", &customer, OURS);
    let mut viewer = app.signed_in(Role::Viewer, Some("demo-catering")).await;
    let path = format!("/console/conversations/{}/files/1/0", phone.conversation(app).await);
    let file = viewer.get(&path).await;
    (file.status, file.text)
}

#[tokio::test]
async fn files_are_fetched_with_the_proof_of_the_own_account_alone() {
    let (app, provider) = pair().await;
    let (status, content) = look_at_picture(&app, &provider, &api_base(&provider)).await;
    assert_eq!(status, 200, "{content}");
    assert!(content.contains("IHDR"), "{content}");
    // What lies at the installation's account is another's: no proof of it is shown for this business.
    let (status, _) = look_at_picture(&app, &provider, &api_base(&app)).await;
    assert_eq!(status, 404);
}
