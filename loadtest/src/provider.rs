//! WhatsApp's side of the webhooks scenario: messages signed as Meta signs them, and an API that takes every reply.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result};
use axum::extract::State;
use axum::{Json, Router};
use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The number of the demo tenant that is written to.
const NUMBER_ID: &str = "106540352242922";
/// Any secret will do: both sides learn it from here.
const SECRET: &str = "loadtest";
/// What a person says, one message after the other.
const WORDS: [&str; 5] = [
    "Hi, I want to book for 10 people",
    "Maria Smith",
    "maria@example.com",
    "yes",
    "thank you",
];

/// One webhook, ready to be sent.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// The body.
    pub body: Vec<u8>,
    /// The value of `X-Hub-Signature-256`.
    pub signature: String,
}

/// How many messages a person writes.
pub const MESSAGES_EACH: u64 = WORDS.len() as u64;

/// The message `turn` of a person of this run.
#[must_use]
pub fn webhook(run: &str, person: u64, turn: u64, unix_seconds: i64) -> Webhook {
    let phone = format!("1415{:07}", person % 10_000_000);
    let text = WORDS[usize::try_from(turn % MESSAGES_EACH).unwrap_or(0)];
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [{
        "field": "messages",
        "value": {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550783881", "phone_number_id": NUMBER_ID},
            "contacts": [{"profile": {"name": "Maria"}, "wa_id": phone}],
            "messages": [{"from": phone, "id": format!("wamid.{run}.{person}.{turn}"),
                "timestamp": unix_seconds.to_string(), "type": "text", "text": {"body": text}}],
        },
    }]}]});
    let body = body.to_string().into_bytes();
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(&body);
    let digest = mac.finalize().into_bytes();
    Webhook {
        body,
        signature: format!("sha256={:x}", Bytes::copy_from_slice(&digest)),
    }
}

/// The provider's API: takes every message at once. Ends when it is dropped.
#[derive(Debug)]
pub struct Sink {
    address: SocketAddr,
    taken: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Sink {
    /// Listens on a free port of loopback.
    ///
    /// # Errors
    ///
    /// When no port is free.
    pub async fn start() -> Result<Self> {
        let taken = Arc::<AtomicU64>::default();
        let router = Router::new().fallback(take).with_state(Arc::clone(&taken));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .context("no free port")?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                eprintln!("loadtest: the provider's API ended: {error}");
            }
        });
        Ok(Self { address, taken, task })
    }

    /// What makes a server believe these webhooks, and send its replies here.
    #[must_use]
    pub fn environment(&self) -> Vec<(String, String)> {
        [
            ("META_APP_SECRET", SECRET.to_owned()),
            ("META_VERIFY_TOKEN", SECRET.to_owned()),
            ("META_ACCESS_TOKEN", SECRET.to_owned()),
            ("META_API_BASE", format!("http://{}", self.address)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    }

    /// Messages taken so far.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn take(State(taken): State<Arc<AtomicU64>>) -> Json<Value> {
    let number = taken.fetch_add(1, Ordering::Relaxed);
    Json(json!({"messaging_product": "whatsapp", "messages": [{"id": format!("wamid.reply.{number}")}]}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_covers_the_body() {
        let one = webhook("run", 1, 0, 1_795_222_865);
        assert_eq!(one.signature.len(), "sha256=".len() + 64);
        assert_eq!(one.signature, webhook("run", 1, 0, 1_795_222_865).signature);
        assert_ne!(one.signature, webhook("run", 2, 0, 1_795_222_865).signature);
    }
}
