//! Bounds and rhythms of the runtime. Every default here is in force unless a file or the
//! environment says otherwise.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Everything that can be set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How much may wait.
    pub admission: Admission,
    /// Group commit.
    pub commit: Commit,
    /// Batched loads.
    pub activation: Activation,
    /// When conversations leave memory.
    pub passivation: Passivation,
    /// The supervision tree and its patience.
    pub supervision: Supervision,
    /// Durable timers.
    pub timers: Timers,
    /// Sending.
    pub outbox: Outbox,
    /// Copies of snapshots in the hot store.
    pub hot: Hot,
    /// Open sockets.
    pub live: Live,
    /// The way out.
    pub shutdown: Shutdown,
}

/// How many events may wait at once. Beyond it a sender is told to come back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Admission {
    /// Of one conversation.
    pub per_conversation_max: u32,
    /// Of one tenant.
    pub per_tenant_max: u32,
    /// In all.
    pub total_max: u32,
    /// What a refused sender is told to wait, in milliseconds.
    pub retry_after_ms: u64,
    /// Foreign attempts on conversations that get a receipt, per second; the rest is counted only.
    pub refusals_per_second_max: u32,
}

impl Default for Admission {
    fn default() -> Self {
        Self {
            per_conversation_max: 32,
            per_tenant_max: 8_192,
            total_max: 32_768,
            retry_after_ms: 1_000,
            refusals_per_second_max: 100,
        }
    }
}

/// How turns are gathered into transactions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Commit {
    /// Turns in one transaction.
    pub batch_turns_max: usize,
    /// Bytes of snapshots, records and messages in one transaction; one turn alone may exceed it.
    pub batch_bytes_max: usize,
    /// Turns waiting for one lane; beyond it the conversations wait.
    pub queue_max: usize,
    /// How long a batch is tried again while the database is away, in milliseconds.
    pub deadline_ms: u64,
    /// The longest pause between two tries, in milliseconds.
    pub backoff_max_ms: u64,
}

impl Default for Commit {
    fn default() -> Self {
        Self {
            batch_turns_max: 512,
            batch_bytes_max: 4 << 20,
            queue_max: 8_192,
            deadline_ms: 5_000,
            backoff_max_ms: 500,
        }
    }
}

/// How conversations come back into memory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Activation {
    /// Conversations asked for in one round.
    pub batch_max: usize,
    /// Rounds under way at once.
    pub rounds_max: usize,
    /// Requests that may wait.
    pub queue_max: usize,
    /// How long a round may take, in milliseconds.
    pub deadline_ms: u64,
    /// How long the hot store may take before the store is asked instead, in milliseconds.
    pub hot_deadline_ms: u64,
}

impl Default for Activation {
    fn default() -> Self {
        Self {
            batch_max: 256,
            rounds_max: 2,
            queue_max: 32_768,
            deadline_ms: 5_000,
            hot_deadline_ms: 50,
        }
    }
}

/// When an idle conversation leaves memory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Passivation {
    /// Without a word from anybody for so long, in milliseconds. Timers do not count as words.
    pub idle_ms: u64,
    /// How many may stay in memory; above it the longest idle ones leave early.
    pub live_max: usize,
    /// How often is looked, in milliseconds.
    pub sweep_ms: u64,
}

impl Default for Passivation {
    fn default() -> Self {
        Self {
            idle_ms: 300_000,
            live_max: 200_000,
            sweep_ms: 5_000,
        }
    }
}

/// The supervision tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Supervision {
    /// Supervisors that share the conversations among them.
    pub shards: usize,
    /// Failures of one event before it is parked.
    pub strikes_max: u32,
    /// How often a turn is taken again because somebody else changed the conversation.
    pub conflicts_max: u32,
}

impl Default for Supervision {
    fn default() -> Self {
        Self {
            shards: 64,
            strikes_max: 3,
            conflicts_max: 5,
        }
    }
}

/// Durable timers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Timers {
    /// How far ahead timers are kept in memory, in milliseconds.
    pub window_ms: u64,
    /// How many are kept in memory.
    pub window_max: usize,
    /// Timers read in one round.
    pub batch_max: u32,
    /// Timers being delivered at once; bounds the rate after a downtime too.
    pub in_flight_max: usize,
    /// The pause before a timer is tried again that could not be delivered, in milliseconds.
    pub retry_ms: u64,
}

impl Default for Timers {
    fn default() -> Self {
        Self {
            window_ms: 60_000,
            window_max: 100_000,
            batch_max: 1_024,
            in_flight_max: 256,
            retry_ms: 1_000,
        }
    }
}

/// Sending.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Outbox {
    /// Entries claimed in one round.
    pub claim_max: u32,
    /// Entries in memory at once.
    pub in_flight_max: usize,
    /// Sends under way at once in one lane of one tenant.
    pub lane_concurrency_max: usize,
    /// Sends per second in one lane of one tenant.
    pub lane_rate_per_second: u32,
    /// Sends that may leave at once after a pause.
    pub lane_burst: u32,
    /// How often the store is asked when nobody rings, in milliseconds.
    pub poll_ms: u64,
    /// How long one send may take, in milliseconds.
    pub send_deadline_ms: u64,
    /// Tries before an entry is dead.
    pub attempts_max: u32,
    /// The pause after the first failed try, in milliseconds; doubles with each one.
    pub backoff_base_ms: u64,
    /// The longest pause between two tries, in milliseconds.
    pub backoff_max_ms: u64,
    /// The pause before a receiver is first asked what became of a send whose answer was lost, in
    /// milliseconds; doubles with each question.
    pub trace_base_ms: u64,
    /// How long after a send it is asked for, in milliseconds; then a person has to look.
    pub trace_for_ms: u64,
    /// The pause before a message is tried again whose account was refused, in milliseconds.
    pub account_retry_ms: u64,
    /// How long after it was said a message waits for its account to be mended, in milliseconds; then a person
    /// has to look.
    pub account_wait_ms: u64,
    /// Failures in a row that open the breaker of one tenant's lane.
    pub breaker_failures: u32,
    /// How long an open breaker rests before one try, in milliseconds.
    pub breaker_rest_ms: u64,
}

impl Default for Outbox {
    fn default() -> Self {
        Self {
            claim_max: 256,
            in_flight_max: 4_096,
            lane_concurrency_max: 16,
            lane_rate_per_second: 50,
            lane_burst: 50,
            poll_ms: 1_000,
            send_deadline_ms: 15_000,
            attempts_max: 6,
            backoff_base_ms: 1_000,
            backoff_max_ms: 16_000,
            trace_base_ms: 2_000,
            trace_for_ms: 60_000,
            account_retry_ms: 30_000,
            account_wait_ms: 6 * 60 * 60 * 1_000,
            breaker_failures: 10,
            breaker_rest_ms: 10_000,
        }
    }
}

/// Copies of snapshots in the hot store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hot {
    /// Snapshots waiting to be copied; beyond it they are dropped and counted.
    pub queue_max: usize,
    /// Snapshots copied in one round.
    pub batch_max: usize,
    /// How long a round may take, in milliseconds.
    pub deadline_ms: u64,
}

impl Default for Hot {
    fn default() -> Self {
        Self {
            queue_max: 4_096,
            batch_max: 256,
            deadline_ms: 500,
        }
    }
}

/// Open sockets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Live {
    /// Sockets of one conversation; the oldest leaves when one more comes.
    pub sessions_per_conversation_max: usize,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            sessions_per_conversation_max: 16,
        }
    }
}

/// The way out, phase by phase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shutdown {
    /// Events already accepted finish their turns, in milliseconds.
    pub drain_ms: u64,
    /// Sends under way end and are written down, in milliseconds.
    pub outbox_ms: u64,
    /// Actors and committers stop, in milliseconds.
    pub stop_ms: u64,
}

impl Default for Shutdown {
    fn default() -> Self {
        Self {
            drain_ms: 6_000,
            outbox_ms: 4_000,
            stop_ms: 2_000,
        }
    }
}

impl Config {
    /// Finds a setting that would keep the runtime from working or make it spin.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        let Self {
            admission,
            timers,
            outbox,
            ..
        } = self;
        let per_event = [
            admission.per_conversation_max,
            admission.per_tenant_max,
            admission.total_max,
        ];
        if per_event.contains(&0) {
            return Err("admission must let at least one event in");
        }
        if timers.window_ms < 2 || timers.retry_ms == 0 || timers.window_max == 0 {
            return Err("timers must have a window and a pause before they are tried again");
        }
        if outbox.poll_ms == 0 || outbox.backoff_base_ms == 0 || outbox.trace_base_ms == 0 {
            return Err("the outbox must pause between polls and between tries");
        }
        if outbox.claim_max == 0 || outbox.in_flight_max == 0 {
            return Err("the outbox must have room for at least one entry");
        }
        Ok(())
    }
}

pub(crate) const fn millis(ms: u64) -> Duration {
    Duration::from_millis(ms)
}
