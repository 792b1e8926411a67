//! A server to test, and its clients.

mod app;
mod browser;
mod chat;
mod forger;
mod http;
mod phone;
mod process;
mod providers;

pub use app::{ADMIN_TOKEN, TestApp};
pub use browser::{Browser, PASSWORD, Page};
pub use chat::{Chat, Closed};
pub use forger::Forger;
pub use http::{Answer, Http};
pub use phone::{Phone, fresh_number};
pub use process::{Process, first_words};
pub use providers::{PROVIDERS, Provider, fresh_scoped_id};

use std::future::Future;
use std::time::Duration;

/// How long anything may take before it counts as never happening.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The outcome, unless it takes too long.
pub async fn within<F: Future>(what: &str, future: F) -> F::Output {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(output) => output,
        Err(_) => panic!("{what}: nothing happened in {PATIENCE:?}"),
    }
}

/// Asks until there is an answer.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    let asking = async {
        let mut pause = tokio::time::interval(Duration::from_millis(20));
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            pause.tick().await;
        }
    };
    within(what, asking).await
}

/// A fresh id, so that tests share nothing.
pub fn fresh(prefix: &str) -> String {
    format!("{prefix}-{}", uuid::Uuid::new_v4().simple())
}
