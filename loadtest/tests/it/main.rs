//! The scenarios against a chat server that lies on demand: what must never be seen has to be found.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod ceilings;
mod double;
mod faults;
mod honest;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use loadtest::client::{DIALOGUE_TURNS, Run};
use loadtest::scenario::Settings;

/// Settings for a short run against `address`.
fn settings(address: SocketAddr, connections: usize) -> Settings {
    Settings {
        target: format!("ws://{address}/ws/chat").parse().unwrap(),
        plan: None,
        pid: None,
        run: Arc::new(Run::new("demo-catering")),
        connections,
        threads: 1,
        duration: Duration::from_secs(1),
        warm_up: Duration::ZERO,
        timeout: Duration::from_secs(20),
        rate: None,
        turns_per_conversation: DIALOGUE_TURNS,
        seed: 7,
        show_progress: false,
    }
}
