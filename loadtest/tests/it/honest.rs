//! Against a server that keeps its promises: nothing is found, and what is measured is what happened.

use std::time::Duration;

use loadtest::client::Peer;
use loadtest::report::Report;
use loadtest::scenario::{chat, idle, storm};

use crate::double::{self, Fault};
use crate::settings;

#[tokio::test]
async fn dialogues_are_taken_and_counted() {
    let settings = settings(double::start(Fault::None).await, 8);
    let outcome = chat::run(&settings).await.unwrap();
    assert!(!outcome.is_failed, "{:?}", outcome.failures);
    assert!(outcome.figure("turns per second").unwrap() > 100.0);
    assert!(outcome.latencies.iter().all(|latency| latency.count > 0));
    let report = Report {
        table: Vec::new(),
        outcomes: vec![outcome],
    };
    assert!(report.text().contains("turns per second") && report.html().contains("<svg"));
}

#[tokio::test]
async fn a_fixed_rate_is_kept() {
    let mut settings = settings(double::start(Fault::None).await, 8);
    settings.rate = Some(200.0);
    let measured = chat::measure(&settings, Peer::Chat).await.unwrap();
    assert_eq!((measured.recorder.turns(), measured.failures), (200, 0));
}

/// A closed loop would see one slow turn per client. At a fixed rate every turn that should have been sent meanwhile
/// is as late as it was kept.
#[tokio::test]
async fn a_server_that_stalls_is_charged_for_every_turn_it_kept_from_being_sent() {
    let mut settings = settings(double::start(Fault::Stall(500)).await, 8);
    settings.rate = Some(400.0);
    let measured = chat::measure(&settings, Peer::Chat).await.unwrap();
    assert_eq!((measured.recorder.turns(), measured.failures), (400, 0));
    let latencies = measured.recorder.latencies();
    let reply = latencies
        .iter()
        .find(|latency| latency.name.ends_with("reply"))
        .unwrap();
    // Half of the second was stalled: half of the turns were late, by a quarter of a second in the middle.
    assert!(reply.at(70.0) > 80.0, "{reply:?}");
    assert!(reply.at(99.0) > 400.0, "{reply:?}");
}

#[tokio::test]
async fn a_storm_leaves_no_trace() {
    let outcome = storm::run(&settings(double::start(Fault::None).await, 8))
        .await
        .unwrap();
    assert!(!outcome.is_failed, "{:?} {:?}", outcome.failures, outcome.findings);
    assert!(outcome.figure("copies sent besides").unwrap() > 10.0);
    assert!(outcome.figure("of these in random order").unwrap() > 0.0);
}

#[tokio::test]
async fn memory_is_read_of_the_process_named() {
    let mut settings = settings(double::start(Fault::None).await, 20);
    settings.pid = Some(std::process::id());
    let outcome = idle::run(&settings, Duration::from_millis(1)).await.unwrap();
    assert_eq!(outcome.figure("conversations"), Some(20.0));
    assert!(!outcome.is_failed);
}

#[tokio::test]
async fn nobody_listening_is_a_failure() {
    let address = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    let settings = settings(address, 2);
    assert!(chat::run(&settings).await.is_err());
    let measured = chat::measure(&settings, Peer::Chat).await.unwrap();
    assert!(measured.failures > 0 && chat::outcome("chat", &settings, &measured).is_failed);
}

/// Two measurements of one server, as the benchmark takes them: the second must not find the first one's threads.
#[tokio::test]
async fn measurements_of_one_server_do_not_meet() {
    let first = settings(double::start(Fault::None).await, 4);
    for settings in [first.afresh(), first.afresh()] {
        let measured = chat::measure(&settings, Peer::Chat).await.unwrap();
        assert_eq!(measured.failures, 0, "{:?}", measured.failure_texts);
    }
}
