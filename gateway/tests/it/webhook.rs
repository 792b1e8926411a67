//! News of a lead reach the tenant's own system once, signed.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::support::{TestApp, within};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Deliveries so far.
static DELIVERED: AtomicUsize = AtomicUsize::new(0);

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

/// A tenant's system: hands on what it gets, and refuses the first delivery.
async fn receiver() -> (SocketAddr, mpsc::Receiver<Delivery>) {
    let (to, deliveries) = mpsc::channel(16);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/leads", post(receive)).with_state(to);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, deliveries)
}

async fn receive(State(to): State<mpsc::Sender<Delivery>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let is_first = DELIVERED.fetch_add(1, Ordering::SeqCst) == 0;
    to.send(Delivery { headers, body }).await.unwrap();
    if is_first {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::NO_CONTENT
    }
}

#[tokio::test]
async fn a_lead_is_posted_signed_and_again_under_the_same_id_when_it_was_refused() {
    let app = TestApp::with_settings("[runtime.outbox]\nbackoff_base_ms = 10").await;
    let (address, mut deliveries) = receiver().await;
    let manifest = frontdesk_actors::demo::MANIFESTS[0].1;
    let webhook =
        format!("[profile.webhook]\nurl = \"http://{address}/leads\"\nsecret = \"{SECRET}\"\n\n[profile.hours]");
    app.put_tenant("hooked", &manifest.replacen("[profile.hours]", &webhook, 1))
        .await;

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
}

/// Leaves name and phone.
async fn become_lead(app: &TestApp, phone: &str) {
    let mut chat = app.chat().await;
    chat.tenant = "hooked".to_owned();
    for words in ["I'd like to book a party", "John Smith", phone] {
        chat.ask(words).await;
    }
}
