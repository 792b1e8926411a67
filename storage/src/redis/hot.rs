//! Recent conversations and their last messages, for fast rehydration.

use std::time::Duration;

use async_trait::async_trait;
use frontdesk_core::ports::hot::{Hot as HotPort, Unavailable, Warm};
use frontdesk_core::ports::store::Stored;
use frontdesk_core::{ConversationId, ConversationStatus, Message, Personal};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{AsyncTypedCommands, Client, ErrorKind, Pipeline, RedisError, Script, ServerErrorKind};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::codec::to_json;
use crate::error::OpenError;

/// How long one use may take. A slow answer is worth less than a read of the database.
const TIMEOUT: Duration = Duration::from_millis(200);

/// After a failure Redis is left alone for so long: a caller that waits in vain each time would be
/// slower with Redis than without.
const PAUSE: Duration = Duration::from_secs(1);

/// How long a conversation is remembered after its last turn.
const TIME_TO_LIVE: Duration = Duration::from_secs(60 * 60);

/// Messages remembered of one conversation.
const MESSAGES_MAX: usize = 64;

const PUT: &str = include_str!("put.lua");

/// A row as remembered. The number in the keys changes with its form.
#[derive(Serialize, Deserialize)]
struct Row {
    owner: Option<Personal>,
    version: u64,
    last_seq: u64,
    status: ConversationStatus,
    snapshot: String,
}

/// The hot store on one Redis.
pub(crate) struct Hot {
    connection: ConnectionManager,
    put: Script,
    /// When Redis is to be asked again.
    resume_at: watch::Sender<Option<Instant>>,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Redis(#[from] RedisError),
    #[error("no answer in time")]
    Timeout(#[from] tokio::time::error::Elapsed),
    #[error("failed a moment ago")]
    Paused,
    #[error("what is remembered cannot be read")]
    Unreadable,
}

impl Hot {
    /// A hot store that connects with its first use.
    pub(crate) fn new(address: &str) -> Result<Self, OpenError> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(TIMEOUT))
            .set_response_timeout(Some(TIMEOUT))
            .set_number_of_retries(0);
        let client = Client::open(address).map_err(OpenError::Redis)?;
        Ok(Self {
            connection: ConnectionManager::new_lazy_with_config(client, config).map_err(OpenError::Redis)?,
            put: Script::new(PUT),
            resume_at: watch::Sender::new(None),
        })
    }

    /// Runs one use under its deadline, and none for a while after one has failed.
    async fn attempt<T>(&self, call: impl Future<Output = Result<T, Failure>>) -> Result<T, Unavailable> {
        if self.resume_at.borrow().is_some_and(|moment| Instant::now() < moment) {
            return Err(Unavailable(Box::new(Failure::Paused)));
        }
        let result = tokio::time::timeout(TIMEOUT, call)
            .await
            .map_err(Failure::from)
            .flatten();
        let resume_at = match &result {
            Err(Failure::Redis(_) | Failure::Timeout(_)) => Some(Instant::now() + PAUSE),
            Err(Failure::Paused | Failure::Unreadable) | Ok(_) => None,
        };
        self.resume_at.send_if_modified(|current| {
            let is_new = *current != resume_at;
            *current = resume_at;
            is_new
        });
        result.map_err(|failure| Unavailable(Box::new(failure)))
    }

    async fn put_all(&self, warm: &[Warm]) -> Result<(), Failure> {
        let mut pipeline = redis::pipe();
        for conversation in warm {
            self.add_put(&mut pipeline, conversation);
        }
        let mut connection = self.connection.clone();
        match pipeline.exec_async(&mut connection).await {
            // Redis has been started anew, or for the first time, since the script was last loaded.
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                connection.load_script::<()>(&self.put).await?;
                pipeline.exec_async(&mut connection).await?;
            }
            done => done?,
        }
        Ok(())
    }

    fn add_put(&self, pipeline: &mut Pipeline, warm: &Warm) {
        let stored = &warm.stored;
        let row = Row {
            owner: stored.owner.clone(),
            version: stored.version,
            last_seq: stored.last_seq,
            status: stored.status,
            snapshot: stored.snapshot.clone(),
        };
        let command = pipeline
            .cmd("EVALSHA")
            .arg(self.put.get_hash())
            .arg(2)
            .arg(row_key(stored.id))
            .arg(messages_key(stored.id))
            .arg(stored.version)
            .arg(to_json(&row))
            .arg(TIME_TO_LIVE.as_secs() * 1_000)
            .arg(MESSAGES_MAX);
        let skipped = warm.messages.len().saturating_sub(MESSAGES_MAX);
        for message in &warm.messages[skipped..] {
            command.arg(to_json(message));
        }
        command.ignore();
    }

    async fn load_all(&self, ids: &[ConversationId]) -> Result<Vec<Stored>, Failure> {
        let mut pipeline = redis::pipe();
        for id in ids {
            pipeline.hget(row_key(*id), "row");
        }
        let rows: Vec<Option<String>> = pipeline.query_async(&mut self.connection.clone()).await?;
        let stored = |(id, row): (&ConversationId, Option<String>)| {
            let row: Row = serde_json::from_str(&row?).ok()?;
            Some(Stored {
                id: *id,
                owner: row.owner,
                version: row.version,
                last_seq: row.last_seq,
                status: row.status,
                snapshot: row.snapshot,
            })
        };
        Ok(ids.iter().zip(rows).filter_map(stored).collect())
    }

    async fn messages(&self, id: ConversationId, after_seq: u64) -> Result<Option<Vec<Message>>, Failure> {
        let mut pipeline = redis::pipe();
        pipeline
            .atomic()
            .hget(row_key(id), "row")
            .lrange(messages_key(id), 0, -1);
        let (row, messages): (Option<String>, Vec<String>) = pipeline.query_async(&mut self.connection.clone()).await?;
        let Some(row) = row else { return Ok(None) };
        let row: Row = serde_json::from_str(&row).map_err(|_| Failure::Unreadable)?;
        if after_seq >= row.last_seq {
            return Ok(Some(Vec::new()));
        }
        let messages: Vec<Message> = messages
            .iter()
            .map(|message| serde_json::from_str(message).map_err(|_| Failure::Unreadable))
            .collect::<Result<_, _>>()?;
        let is_whole = messages.first().is_some_and(|first| first.seq <= after_seq + 1)
            && messages.last().is_some_and(|last| last.seq == row.last_seq);
        Ok(is_whole.then(|| {
            let wanted = messages.into_iter().filter(|message| message.seq > after_seq);
            wanted.collect()
        }))
    }
}

/// Both keys of a conversation carry the same tag, so that a cluster keeps them together.
fn row_key(id: ConversationId) -> String {
    format!("frontdesk:1:{{{id}}}:row")
}

fn messages_key(id: ConversationId) -> String {
    format!("frontdesk:1:{{{id}}}:messages")
}

#[async_trait]
impl HotPort for Hot {
    async fn put(&self, warm: &[Warm]) -> Result<(), Unavailable> {
        if warm.is_empty() {
            return Ok(());
        }
        self.attempt(self.put_all(warm)).await
    }

    async fn load(&self, ids: &[ConversationId]) -> Result<Vec<Stored>, Unavailable> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.attempt(self.load_all(ids)).await
    }

    async fn history(&self, id: ConversationId, after_seq: u64) -> Result<Option<Vec<Message>>, Unavailable> {
        self.attempt(self.messages(id, after_seq)).await
    }

    async fn forget(&self, ids: &[ConversationId]) -> Result<(), Unavailable> {
        if ids.is_empty() {
            return Ok(());
        }
        let keys: Vec<String> = ids.iter().flat_map(|id| [row_key(*id), messages_key(*id)]).collect();
        let mut connection = self.connection.clone();
        self.attempt(async { Ok(connection.del(keys).await.map(drop)?) }).await
    }
}
