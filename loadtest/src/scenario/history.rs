//! Reads histories back and compares them with what was sent.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use super::{Bar, Settings};
use crate::client::{DIALOGUE_TURNS, Error, Peer, Sent, Socket, Visitor, read_history};
use crate::clock;
use crate::fleet::{self, Progress};
use crate::report::Outcome;
use crate::verify::{Entry, Finding, Reference, check};

/// Sockets histories are read over, each thread after thread.
const READERS: usize = 32;
/// How often one history is asked for.
const ATTEMPTS: u32 = 5;
/// The visitor of the undisturbed dialogue; the scenarios count from 0 and do not get here.
const REFERENCE_VISITOR: u64 = 1 << 40;

/// What one dialogue claims to have sent, to be held against the history.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    /// What was sent, and what was promised.
    pub sent: Sent,
    /// Whether the messages were sent one after the other, so that order and replies can be compared.
    pub is_orderly: bool,
}

/// Takes one dialogue that nothing disturbs, makes sure that it does what it is for, and counts the replies.
pub(super) async fn reference(settings: &Settings, turns: usize) -> Result<Reference> {
    let Settings {
        target, run, timeout, ..
    } = settings;
    let open = || Visitor::open(target, Peer::Chat, run, REFERENCE_VISITOR, *timeout);
    let mut visitor = open().await.context("the undisturbed dialogue cannot begin")?;
    for turn in 1..=turns {
        let taken = visitor.take_turn().await;
        taken.with_context(|| format!("the undisturbed dialogue fails in turn {turn}"))?;
    }
    visitor.close().await;
    let visitor = open().await.context("the undisturbed dialogue cannot be resumed")?;
    ensure!(
        turns < DIALOGUE_TURNS || visitor.is_contact_complete(),
        "the undisturbed dialogue ended without name, phone, email and newsletter: there is nothing to measure"
    );
    visitor.close().await;
    let mut socket = Socket::connect(target, *timeout).await?;
    let history = read_history(&mut socket, run, REFERENCE_VISITOR, *timeout).await?;
    let reference = Reference::from_history(&history);
    let found = reference.turns();
    ensure!(
        found == turns,
        "the undisturbed dialogue has {found} messages, not {turns}"
    );
    ensure!(
        reference.answers_everything(),
        "the undisturbed dialogue leaves messages unanswered"
    );
    Ok(reference)
}

/// Holds every claim against the server's history.
pub(super) async fn verify(
    settings: &Settings,
    claims: Vec<Claim>,
    reference: &Reference,
    outcome: &mut Outcome,
) -> Result<()> {
    let progress = Arc::<Progress>::default();
    let bar = Bar::follow(
        "verify",
        "threads",
        Some(claims.len() as u64),
        &progress,
        settings.show_progress,
    );
    let shared = Arc::new((settings.clone(), claims, reference.clone()));
    let results = fleet::run(settings.threads, READERS, {
        let (shared, progress) = (Arc::clone(&shared), Arc::clone(&progress));
        move |seat| {
            let (shared, progress) = (Arc::clone(&shared), Arc::clone(&progress));
            async move {
                let (settings, claims, reference) = &*shared;
                let mine = claims.iter().skip(seat.client).step_by(READERS);
                verify_some(settings, mine, reference, &progress).await
            }
        }
    })
    .await?;
    drop(bar);
    for (findings, failures) in results {
        outcome.find(findings);
        failures.into_iter().for_each(|failure| outcome.fail(failure));
    }
    Ok(())
}

async fn verify_some<'a>(
    settings: &Settings,
    claims: impl Iterator<Item = &'a Claim>,
    reference: &Reference,
    progress: &Progress,
) -> (Vec<Finding>, Vec<String>) {
    let (mut findings, mut failures) = (Vec::new(), Vec::new());
    let mut socket = None;
    for claim in claims {
        let thread = settings.run.thread(claim.sent.number).thread;
        match read(settings, &mut socket, claim.sent.number).await {
            Ok(history) => {
                let reference = claim.is_orderly.then_some(reference);
                findings.extend(Finding::of(
                    &thread,
                    check(&settings.run, &claim.sent, &history, reference),
                ));
            }
            Err(error) => failures.push(format!("{thread}: the history cannot be read: {error}")),
        }
        progress.step();
    }
    (findings, failures)
}

/// Reads one history over the socket at hand, or over a new one after a failure.
async fn read(settings: &Settings, socket: &mut Option<Socket>, number: u64) -> Result<Vec<Entry>, Error> {
    let mut attempt = 0;
    loop {
        match try_read(settings, socket, number).await {
            Err(error) if attempt == ATTEMPTS => return Err(error),
            Err(_) => *socket = None,
            Ok(history) => return Ok(history),
        }
        attempt += 1;
        clock::sleep(Duration::from_millis(50) * attempt).await;
    }
}

async fn try_read(settings: &Settings, socket: &mut Option<Socket>, number: u64) -> Result<Vec<Entry>, Error> {
    let socket = match socket {
        Some(socket) => socket,
        none => none.insert(Socket::connect(&settings.target, settings.timeout).await?),
    };
    read_history(socket, &settings.run, number, settings.timeout).await
}
