//! The same rows, group-committed by the same store behind the same sockets, with no runtime and no dialogue between.
//!
//! Acknowledges when durable and answers, as the protocol says; knows nothing of resuming, deduplication in memory,
//! admission, timers or other sockets.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use frontdesk_core::ports::store::{Committed, Store};
use frontdesk_core::{TenantId, Timestamp, Turn};
use frontdesk_storage::{Config, Durability};
use futures_util::SinkExt as _;
use serde::Deserialize;
use tokio::sync::{Mutex, mpsc, oneshot};

use super::rows::Thread;
use super::{MAX_FRAME_BYTES, READ_BUFFER_BYTES};
use crate::clock;

/// Turns of one transaction at most; what Frontdesk's committer takes, too.
const BATCH_MAX: usize = 512;
/// Turns waiting for the committer at most.
const QUEUE_MAX: usize = 8192;

/// A turn, and who waits for it.
type Job = (Turn, oneshot::Sender<()>);

/// Opens the store and starts the committers.
pub(super) async fn open(database: Option<String>, data: std::path::PathBuf) -> Result<Committer> {
    let config = Config {
        url: database,
        data_dir: data,
        durability: Durability::Full,
        ..Config::default()
    };
    let store = frontdesk_storage::open(&config)
        .await
        .context("cannot open the database")?
        .store;
    let (jobs, queue) = mpsc::channel(QUEUE_MAX);
    let queue = Arc::new(Mutex::new(queue));
    for _ in 0..store.commits_at_once() {
        tokio::spawn(commit(Arc::clone(&store), Arc::clone(&queue)));
    }
    Ok(Committer { jobs })
}

/// Takes turns in and answers when they are durable.
#[derive(Clone, Debug)]
pub(super) struct Committer {
    jobs: mpsc::Sender<Job>,
}

impl Committer {
    /// Whether the turn is durable.
    async fn commit(&self, turn: Turn) -> bool {
        let (done, durable) = oneshot::channel();
        self.jobs.send((turn, done)).await.is_ok() && durable.await.is_ok()
    }
}

/// Commits what has gathered while the transaction before ran.
async fn commit(store: Arc<dyn Store>, queue: Arc<Mutex<mpsc::Receiver<Job>>>) {
    let mut jobs = Vec::with_capacity(BATCH_MAX);
    loop {
        if queue.lock().await.recv_many(&mut jobs, BATCH_MAX).await == 0 {
            return;
        }
        let (turns, waiting): (Vec<Turn>, Vec<_>) = jobs.drain(..).unzip();
        match store.commit(&turns).await {
            Ok(answers) => {
                for (done, answer) in waiting.into_iter().zip(answers) {
                    // A turn that was not committed is not answered: the client sees its socket close.
                    if answer == Committed::Done {
                        let _gone = done.send(());
                    }
                }
            }
            Err(error) => eprintln!("loadtest: a batch of {} turns failed: {error}", turns.len()),
        }
    }
}

/// Answers the upgrade.
pub(super) async fn upgrade(State(committer): State<Committer>, upgrade: WebSocketUpgrade) -> Response {
    upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(READ_BUFFER_BYTES)
        .max_frame_size(MAX_FRAME_BYTES)
        .max_message_size(MAX_FRAME_BYTES)
        .on_upgrade(move |socket| async move {
            if let Err(error) = converse(&committer, socket).await {
                eprintln!("loadtest: a socket ended: {error:#}");
            }
        })
}

/// A frame of the client; the fields this server needs.
#[derive(Debug, Deserialize)]
struct Frame<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(default)]
    id: &'a str,
    #[serde(default, borrow)]
    content: std::borrow::Cow<'a, str>,
    #[serde(rename = "userId")]
    user: &'a str,
    #[serde(rename = "threadId")]
    thread: &'a str,
}

async fn converse(committer: &Committer, mut socket: WebSocket) -> Result<()> {
    let tenant: TenantId = "ceiling".parse().expect("a valid short name");
    let mut current: Option<Thread> = None;
    while let Some(Ok(message)) = socket.recv().await {
        let Message::Text(text) = message else { continue };
        let frame: Frame<'_> = serde_json::from_str(&text).context("not a frame of the chat")?;
        if frame.kind == "hello" {
            let welcome = format!(
                r#"{{"type":"welcome","threadId":"{}","seq":0,"contact":{{}}}}"#,
                frame.thread
            );
            current = Some(Thread::new(tenant.clone(), frame.user, frame.thread));
            socket.send(Message::Text(welcome.into())).await?;
            continue;
        }
        let thread = current
            .as_mut()
            .filter(|thread| thread.name() == frame.thread)
            .context("no hello before")?;
        let at = Timestamp::from_millis(clock::unix_millis());
        let turn = thread.next_turn(frame.id, &frame.content, at);
        let (ack, reply) = answers(frame.id, &turn)?;
        anyhow::ensure!(committer.commit(turn).await, "the turn was not committed");
        socket.feed(Message::Text(ack)).await?;
        socket.feed(Message::Text(reply)).await?;
        socket.flush().await?;
    }
    Ok(())
}

/// The frames that answer a turn once it is durable.
fn answers(id: &str, turn: &Turn) -> Result<(Utf8Bytes, Utf8Bytes)> {
    let [said, reply] = turn.messages.as_slice() else {
        anyhow::bail!("a turn has two messages")
    };
    let ack = format!(r#"{{"type":"ack","id":"{id}","seq":{}}}"#, said.seq);
    let reply = format!(
        r#"{{"type":"message","id":"{}","seq":{},"role":"bot","content":{},"timestamp":"{}"}}"#,
        reply.id,
        reply.seq,
        serde_json::to_string(reply.content.text.as_str())?,
        reply.at,
    );
    Ok((ack.into(), reply.into()))
}
