//! Against a server that breaks one promise: the verifier names it.

use std::net::SocketAddr;
use std::path::Path;

use loadtest::process::Plan;
use loadtest::report::Outcome;
use loadtest::scenario::{kill, restart, storm};
use loadtest::verify::Violation;

use crate::double::{self, Fault};
use crate::settings;

/// Tells a process started by these tests which promise to break.
const FAULT_VARIABLE: &str = "LOADTEST_DOUBLE_FAULT";

async fn storm_against(fault: Fault) -> Outcome {
    let mut settings = settings(double::start(fault).await, 4);
    // A client kept waiting by a broken promise shall not keep the test waiting.
    settings.timeout = std::time::Duration::from_secs(3);
    storm::run(&settings).await.unwrap()
}

fn assert_found(outcome: &Outcome, matches: impl Fn(&Violation) -> bool) {
    assert!(outcome.is_failed);
    let found = outcome.findings.iter().any(|finding| matches(&finding.violation));
    assert!(found, "{:?} {:?}", outcome.findings, outcome.failures);
}

#[tokio::test]
async fn a_message_taken_twice_is_found() {
    let outcome = storm_against(Fault::Double).await;
    assert_found(
        &outcome,
        |violation| matches!(violation, Violation::Doubled { id, .. } if id == "m3"),
    );
}

#[tokio::test]
async fn a_reply_delivered_twice_is_found() {
    let outcome = storm_against(Fault::DeliverTwice).await;
    assert_found(&outcome, |violation| {
        matches!(violation, Violation::DeliveredTwice { .. })
    });
}

#[tokio::test]
async fn a_message_acknowledged_elsewhere_is_found() {
    let outcome = storm_against(Fault::AckElsewhere).await;
    assert_found(&outcome, |violation| {
        matches!(violation, Violation::AckChanged { .. } | Violation::Moved { .. })
    });
}

#[tokio::test]
async fn a_lost_message_is_found() {
    let outcome = storm_against(Fault::Lose).await;
    assert_found(
        &outcome,
        |violation| matches!(violation, Violation::Lost { id, .. } if id == "m3"),
    );
}

#[tokio::test]
async fn a_doubled_reply_is_found() {
    let outcome = storm_against(Fault::ReplyTwice).await;
    assert_found(
        &outcome,
        |violation| matches!(violation, Violation::Replies { id, expected: 1, found: 2 } if id == "m3"),
    );
}

#[tokio::test]
async fn a_reordered_message_is_found() {
    let outcome = storm_against(Fault::Reorder).await;
    assert_found(
        &outcome,
        |violation| matches!(violation, Violation::Moved { id, .. } if id == "m3"),
    );
}

/// The double as a process of its own, so that it can be killed. Run as a test it proves the plan's environment.
#[tokio::test]
async fn the_double_as_a_process() {
    let Ok(fault) = std::env::var(FAULT_VARIABLE) else {
        let unknown = Plan::new(Path::new("/nowhere"), None, Path::new("/tmp")).await.unwrap();
        assert!(unknown.start().is_err());
        return;
    };
    let fault = serde_json::from_str(&fault).unwrap();
    let listen: SocketAddr = std::env::var("FRONTDESK_LISTEN").unwrap().parse().unwrap();
    let data = std::env::var("FRONTDESK_DATA").unwrap();
    std::fs::create_dir_all(&data).unwrap();
    let listener = tokio::net::TcpListener::bind(listen).await.unwrap();
    double::serve(listener, fault, Some(Path::new(&data))).await;
}

async fn plan(fault: Fault, data: &Path) -> Plan {
    let mut plan = Plan::new(&std::env::current_exe().unwrap(), None, data).await.unwrap();
    plan.arguments = ["faults::the_double_as_a_process", "--exact", "--nocapture"]
        .map(str::to_owned)
        .to_vec();
    plan.environment = vec![(FAULT_VARIABLE.to_owned(), serde_json::to_string(&fault).unwrap())];
    plan
}

async fn kill_against(fault: Fault) -> Outcome {
    let data = tempfile::tempdir().unwrap();
    let plan = plan(fault, data.path()).await;
    let mut settings = settings(plan.target().address(), 6);
    settings.plan = Some(plan);
    kill::run(&settings, 5).await.unwrap()
}

#[tokio::test]
async fn a_server_that_keeps_every_turn_survives_being_killed() {
    let outcome = kill_against(Fault::None).await;
    assert!(!outcome.is_failed, "{:?} {:?}", outcome.failures, outcome.findings);
    assert!(outcome.figure("reconnects").unwrap() > 0.0);
    assert!(outcome.figure("acknowledged messages").unwrap() > 0.0);
}

#[tokio::test]
async fn a_server_that_acknowledges_before_it_keeps_is_found_out_by_killing_it() {
    let outcome = kill_against(Fault::KeepLate).await;
    assert_found(&outcome, |violation| matches!(violation, Violation::Lost { .. }));
}

#[tokio::test]
async fn conversations_come_back_after_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let plan = plan(Fault::None, data.path()).await;
    let mut settings = settings(plan.target().address(), 5);
    settings.plan = Some(plan);
    let outcome = restart::run(&settings, 40).await.unwrap();
    assert!(!outcome.is_failed, "{:?} {:?}", outcome.failures, outcome.findings);
    assert!(outcome.figure(restart::BROUGHT_BACK).unwrap() > 0.0);
}
