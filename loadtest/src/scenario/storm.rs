//! Everything is delivered again: doubled, out of order, over connections that break.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};

use super::history::{self, Claim};
use super::{Bar, Settings};
use crate::client::{Conversation, Error, Socket};
use crate::clock;
use crate::fleet::{self, Progress};
use crate::report::{Figure, Outcome};
use crate::verify::Finding;

/// One dialogue in so many sends its messages in a random order.
const SHUFFLED_ONE_IN: u32 = 3;
/// One turn in so many loses its connection right after the message was sent.
const BROKEN_ONE_IN: u32 = 4;
/// How often a message is sent at most.
const COPIES_MAX: usize = 4;
/// Connections one dialogue may use up.
const CONNECTIONS_MAX: u32 = 50;
/// The pause before connecting again; a server that asks to wait gets it too.
const RECONNECT: Duration = Duration::from_millis(20);

#[derive(Debug)]
struct Shared {
    settings: Settings,
    next_visitor: AtomicU64,
    copies: AtomicU64,
    connections: AtomicU64,
    progress: Arc<Progress>,
    end: Instant,
}

/// One dialogue's end.
type Dialogue = (Claim, Vec<Finding>, Option<String>);

/// Sends everything again for the whole duration, then checks every thread.
///
/// # Errors
///
/// When the undisturbed dialogue fails.
pub async fn run(settings: &Settings) -> Result<Outcome> {
    let reference = history::reference(settings, settings.turns_per_conversation).await?;
    let shared = Arc::new(Shared {
        settings: settings.clone(),
        next_visitor: AtomicU64::new(0),
        copies: AtomicU64::new(0),
        connections: AtomicU64::new(0),
        progress: Arc::default(),
        end: clock::now() + settings.duration,
    });
    let bar = Bar::follow("storm", "conversations", None, &shared.progress, settings.show_progress);
    let dialogues = fleet::run(settings.threads, settings.connections, {
        let shared = Arc::clone(&shared);
        move |seat| client(Arc::clone(&shared), seat.client as u64)
    })
    .await?;
    drop(bar);

    let mut outcome = Outcome::new("storm", settings);
    let mut claims = Vec::new();
    for (claim, findings, failure) in dialogues.into_iter().flatten() {
        claims.push(claim);
        outcome.find(findings);
        failure.into_iter().for_each(|failure| outcome.fail(failure));
    }
    let shuffled = claims.iter().filter(|claim| !claim.is_orderly).count();
    let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed) as f64;
    outcome.figures.extend([
        Figure::new("conversations", claims.len() as f64, "threads"),
        Figure::new("of these in random order", shuffled as f64, "threads"),
        Figure::new(
            "messages",
            (claims.len() * settings.turns_per_conversation) as f64,
            "messages",
        ),
        Figure::new("copies sent besides", count(&shared.copies), "copies"),
        Figure::new("connections", count(&shared.connections), "connections"),
    ]);
    history::verify(settings, claims, &reference, &mut outcome).await?;
    outcome
        .figures
        .push(Figure::new("violations", outcome.findings_total as f64, "found"));
    Ok(outcome)
}

async fn client(shared: Arc<Shared>, client: u64) -> Vec<Dialogue> {
    let mut rng = StdRng::seed_from_u64(shared.settings.seed ^ client.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut dialogues = Vec::new();
    while clock::now() < shared.end {
        let number = shared.next_visitor.fetch_add(1, Ordering::Relaxed);
        dialogues.push(dialogue(&shared, number, &mut rng).await);
        shared.progress.step();
    }
    dialogues
}

async fn dialogue(shared: &Shared, number: u64, rng: &mut StdRng) -> Dialogue {
    let mut conversation = Conversation::new(&shared.settings.run, number);
    let is_orderly = !rng.random_ratio(1, SHUFFLED_ONE_IN);
    let mut last_error = None;
    for _ in 0..CONNECTIONS_MAX {
        shared.connections.fetch_add(1, Ordering::Relaxed);
        let ended = if is_orderly {
            in_order(shared, &mut conversation, rng).await
        } else {
            shuffled(shared, &mut conversation, rng).await
        };
        match ended {
            Ok(true) => {
                last_error = None;
                break;
            }
            Ok(false) => {}
            Err(error) => {
                // Nobody kills this server: an answer that does not come is lost.
                let is_final = matches!(error, Error::Refused(_) | Error::Protocol(_) | Error::Timeout(_));
                last_error = Some(error);
                if is_final {
                    break;
                }
            }
        }
        clock::sleep(RECONNECT).await;
    }
    let is_complete =
        !conversation.is_waiting() && conversation.sent().acks.len() == shared.settings.turns_per_conversation;
    let thread = shared.settings.run.thread(number).thread;
    let failure = match last_error {
        Some(error) => Some(format!("{thread}: {error}")),
        None if is_orderly && !is_complete => {
            Some(format!("{thread}: not complete after {CONNECTIONS_MAX} connections"))
        }
        None => None,
    };
    let (sent, findings) = conversation.finish();
    (Claim { sent, is_orderly }, findings, failure)
}

/// Turn after turn, each with copies of itself and of earlier ones. Returns whether the dialogue is complete.
async fn in_order(shared: &Shared, conversation: &mut Conversation, rng: &mut StdRng) -> Result<bool, Error> {
    let Settings {
        target,
        timeout,
        turns_per_conversation,
        ..
    } = &shared.settings;
    let mut socket = Socket::connect(target, *timeout).await?;
    conversation.resume(&mut socket, *timeout).await?;
    while conversation.is_waiting() || conversation.turns_done() < *turns_per_conversation {
        let turn = conversation.turns_done();
        conversation.announce(turn + 1);
        // Copies of this message and of any earlier one, before the one that is waited for.
        for copy in copies(turn + 1, rng) {
            if copy < turn || rng.random_ratio(1, 2) {
                conversation.send(&mut socket, copy).await?;
                shared.copies.fetch_add(1, Ordering::Relaxed);
            }
        }
        if rng.random_ratio(1, BROKEN_ONE_IN) {
            conversation.send(&mut socket, turn).await?;
            // Dropped without a goodbye, with answers unread.
            return Ok(false);
        }
        conversation.take_turn(&mut socket, *timeout).await?;
    }
    socket.close().await;
    Ok(true)
}

/// All messages at once, in a random order, some several times. Complete when all are acknowledged.
async fn shuffled(shared: &Shared, conversation: &mut Conversation, rng: &mut StdRng) -> Result<bool, Error> {
    let Settings {
        target,
        timeout,
        turns_per_conversation,
        ..
    } = &shared.settings;
    let mut socket = Socket::connect(target, *timeout).await?;
    conversation.resume(&mut socket, *timeout).await?;
    conversation.announce(*turns_per_conversation);
    let mut order: Vec<usize> = (0..*turns_per_conversation).collect();
    order.extend(copies(*turns_per_conversation, rng));
    order.shuffle(rng);
    shared
        .copies
        .fetch_add((order.len() - *turns_per_conversation) as u64, Ordering::Relaxed);
    for turn in order {
        conversation.send(&mut socket, turn).await?;
        if rng.random_ratio(1, 4 * BROKEN_ONE_IN) {
            return Ok(false);
        }
    }
    conversation.wait_for_acks(&mut socket, *timeout).await?;
    drop(socket);
    // On a connection of its own, so that what was on its way is not mistaken for a second delivery.
    let mut socket = Socket::connect(target, *timeout).await?;
    conversation.resume(&mut socket, *timeout).await?;
    socket.close().await;
    Ok(true)
}

fn copies(turns: usize, rng: &mut StdRng) -> Vec<usize> {
    let count = rng.random_range(0..COPIES_MAX);
    (0..count).map(|_| rng.random_range(0..turns)).collect()
}
