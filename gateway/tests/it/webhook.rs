//! News of a lead reach the tenant's own system once, signed.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use frontdesk_core::ChannelKind;
use frontdesk_core::ports::registry::Route;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::support::{Phone, TestApp, fresh_number, within};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// One delivery as the receiver sees it.
struct Delivery {
    headers: HeaderMap,
    body: Bytes,
}

impl Delivery {
    fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// Verifies like a receiver that follows Standard Webhooks.
    fn assert_signed(&self) {
        let key = STANDARD.decode(SECRET.trim_start_matches("whsec_")).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(self.header("webhook-id").as_bytes());
        mac.update(b".");
        mac.update(self.header("webhook-timestamp").as_bytes());
        mac.update(b".");
        mac.update(&self.body);
        let signature = self.header("webhook-signature").strip_prefix("v1,").unwrap();
        mac.verify_slice(&STANDARD.decode(signature).unwrap()).unwrap();
    }
}

/// A tenant's system.
struct System {
    to: mpsc::Sender<Delivery>,
    /// Deliveries that it refuses yet.
    refuses: AtomicUsize,
}

/// A tenant's system that hands on what it gets, and refuses the first deliveries.
async fn receiver(refuses: usize) -> (SocketAddr, mpsc::Receiver<Delivery>) {
    let (to, deliveries) = mpsc::channel(16);
    let system = System {
        to,
        refuses: refuses.into(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new()
        .route("/leads", post(receive))
        .with_state(Arc::new(system));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, deliveries)
}

async fn receive(State(system): State<Arc<System>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let fewer = |refuses: usize| refuses.checked_sub(1);
    let is_refused = system
        .refuses
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, fewer)
        .is_ok();
    system.to.send(Delivery { headers, body }).await.unwrap();
    if is_refused {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::NO_CONTENT
    }
}

/// A caterer whose leads go to that system.
async fn put_hooked(app: &TestApp, address: SocketAddr) {
    let manifest = frontdesk_actors::demo::MANIFESTS[0].1;
    let webhook =
        format!("[profile.webhook]\nurl = \"http://{address}/leads\"\nsecret = \"{SECRET}\"\n\n[profile.hours]");
    app.put_tenant("hooked", &manifest.replacen("[profile.hours]", &webhook, 1))
        .await;
}

#[tokio::test]
async fn a_lead_is_posted_signed_and_again_under_the_same_id_when_it_was_refused() {
    let app = TestApp::with_settings("[runtime.outbox]\nbackoff_base_ms = 10").await;
    let (address, mut deliveries) = receiver(1).await;
    put_hooked(&app, address).await;

    become_lead(&app, "+1 213 555 0142").await;
    let first = within("the first delivery", deliveries.recv()).await.unwrap();
    let second = within("the second delivery", deliveries.recv()).await.unwrap();
    for delivery in [&first, &second] {
        delivery.assert_signed();
    }
    assert_eq!(first.header("webhook-id"), second.header("webhook-id"));
    assert_eq!(first.body, second.body);
    let body: Value = serde_json::from_slice(&first.body).unwrap();
    assert_eq!(body["tenant"], "hooked");
    assert_eq!(body["stream"], "good");
    assert!(!body["key"].as_str().unwrap().is_empty());
    assert!(body["type"].as_str().unwrap().starts_with("lead."), "{body}");

    // Taken once means never posted again: the next thing to arrive is of the next lead.
    become_lead(&app, "+1 213 555 0143").await;
    let next = within("the next delivery", deliveries.recv()).await.unwrap();
    next.assert_signed();
    assert_ne!(next.header("webhook-id"), first.header("webhook-id"));
    let body: Value = serde_json::from_slice(&next.body).unwrap();
    assert_eq!(body["data"]["contact"]["phone"], "+12135550143");
    let claims = json!({"name": false, "phone": false, "email": false});
    assert_eq!(body["data"]["proved"], claims, "anybody may say so in a chat");
}

#[tokio::test]
async fn what_the_channel_proves_is_told_as_that() {
    let app = TestApp::start().await;
    let (address, mut deliveries) = receiver(0).await;
    let route = Route {
        channel: ChannelKind::Sms,
        address: "+14155550177".to_owned(),
        tenant: "hooked".parse().unwrap(),
        provider: Some("twilio_sms".to_owned()),
    };
    assert!(app.database.registry.add_route(&route).await.unwrap());
    put_hooked(&app, address).await;
    let phone = Phone::new(&app, "twilio_sms", &fresh_number(), &route.address);
    for words in ["I'd like to book a party", "John Smith"] {
        assert_eq!(phone.write(words).await, Some(200));
    }
    // Who writes has the number; the name is known with the second message.
    for is_named in [false, true] {
        let delivery = within("a delivery", deliveries.recv()).await.unwrap();
        let body: Value = serde_json::from_slice(&delivery.body).unwrap();
        assert_eq!(body["data"]["contact"]["phone"], phone.customer.as_str(), "{body}");
        let proved = json!({"name": is_named, "phone": true, "email": false});
        assert_eq!(body["data"]["proved"], proved, "{body}");
    }
}

/// Leaves name and phone.
async fn become_lead(app: &TestApp, phone: &str) {
    let mut chat = app.chat().await;
    chat.tenant = "hooked".to_owned();
    for words in ["I'd like to book a party", "John Smith", phone] {
        chat.ask(words).await;
    }
}
