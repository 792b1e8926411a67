//! Text messages over TextMagic, through the real surface, with its twin on the other side.

use serde_json::json;

use super::support::{Phone, Provider, TestApp, eventually, fresh_number};

const OURS: &str = "+447624800501";

#[tokio::test]
async fn a_lead_is_collected_and_every_reply_is_delivered() {
    let app = TestApp::start().await;
    let phone = Phone::at(&app, Provider::named("textmagic"));
    phone.write("Hola, ¿hacen fiestas para 12 personas?").await;
    assert!(phone.reply(1).await.contains("nombre"));
    phone.write("Ana García").await;
    assert!(phone.reply(2).await.contains("correo"));
    phone.write("ana@example.com").await;
    assert!(phone.reply(3).await.contains("boletín"));
    phone.write("No, gracias").await;
    phone.reply(4).await;

    let lead = phone.lead(&app).await;
    assert_eq!(
        (&lead["name"], &lead["email"]),
        (&json!("Ana García"), &json!("ana@example.com"))
    );
    phone.until_delivered(&app).await;
    app.assert_balanced().await;
}

#[tokio::test]
async fn a_reply_leaves_from_the_number_the_person_wrote_to() {
    let app = TestApp::start().await;
    let customer = fresh_number();
    let twilio = Phone::new(&app, "twilio_sms", &customer, "+14155550100");
    let textmagic = Phone::new(&app, "textmagic", &customer, OURS);
    twilio.write("hello").await;
    twilio.reply(1).await;
    textmagic.write("Ana García").await;
    textmagic.reply(1).await;
    assert_eq!(twilio.replies().await.len(), 1);
}

#[tokio::test]
async fn the_address_proves_itself_by_its_key() {
    let app = TestApp::start().await;
    let body = json!({"id": 1, "sender": "12125550123", "receiver": "447624800500", "text": "hi"});
    for path in ["/webhooks/textmagic", "/webhook/textmagic/?key=wrong"] {
        assert_eq!(app.anonymous().get(path).await.status, 200, "the trial of {path}");
        assert_eq!(app.anonymous().post(path, &body).await.status, 403, "{path}");
    }
    assert!(app.ledger("demo-leads", "sms").await.is_none(), "nothing was stored");
}

#[tokio::test]
async fn somebody_unsubscribed_at_the_provider_has_opted_out() {
    let app = TestApp::start().await;
    let phone = Phone::new(&app, "textmagic", "+15005550004", OURS);
    phone.write("hello").await;
    let path = format!("/api/v1/conversations/{}", phone.conversation(&app).await);
    eventually("the opt-out is known", || async {
        let shown = app.admin().get(&path).await.json();
        (shown["state"]["is_opted_out"] == true).then_some(())
    })
    .await;
}
