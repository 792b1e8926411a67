//! The names of this crate's metrics, and handles to the ones on the hot path.

use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};

pub(crate) const TURNS: &str = "frontdesk_turns_total";
pub(crate) const DUPLICATES: &str = "frontdesk_duplicates_total";
pub(crate) const CONFLICTS: &str = "frontdesk_conflicts_total";
pub(crate) const STRIKES: &str = "frontdesk_strikes_total";
pub(crate) const PARKED: &str = "frontdesk_parked_total";
pub(crate) const REFUSED: &str = "frontdesk_refused_total";
pub(crate) const COMMITS: &str = "frontdesk_commits_total";
pub(crate) const COMMIT_SECONDS: &str = "frontdesk_commit_seconds";
pub(crate) const COMMIT_TURNS: &str = "frontdesk_commit_turns";
pub(crate) const COMMIT_QUEUE: &str = "frontdesk_commit_queue_turns";
pub(crate) const EVENTS_WAITING: &str = "frontdesk_events_waiting";
pub(crate) const LIVE_CONVERSATIONS: &str = "frontdesk_live_conversations";
pub(crate) const SESSIONS: &str = "frontdesk_sessions";
pub(crate) const SLOW_SESSIONS: &str = "frontdesk_slow_sessions_total";
pub(crate) const ACTIVATIONS: &str = "frontdesk_activations_total";
pub(crate) const PASSIVATIONS: &str = "frontdesk_passivations_total";
pub(crate) const RESTARTS: &str = "frontdesk_restarts_total";
pub(crate) const TIMERS_FIRED: &str = "frontdesk_timers_fired_total";
pub(crate) const TIMERS_WAITING: &str = "frontdesk_timers_waiting";
pub(crate) const SENDS: &str = "frontdesk_sends_total";
pub(crate) const SENDS_IN_FLIGHT: &str = "frontdesk_sends_in_flight";
pub(crate) const BREAKERS_OPENED: &str = "frontdesk_breakers_opened_total";
pub(crate) const HOT_DROPPED: &str = "frontdesk_hot_dropped_total";
pub(crate) const HOT_ERRORS: &str = "frontdesk_hot_errors_total";

/// Handles looked up once.
pub(crate) struct Metrics {
    pub turns: Counter,
    pub duplicates: Counter,
    pub conflicts: Counter,
    pub strikes: Counter,
    pub parked: Counter,
    pub commits: Counter,
    pub commit_seconds: Histogram,
    pub commit_turns: Histogram,
    pub commit_queue: Gauge,
    pub slow_sessions: Counter,
    pub activations: Counter,
    pub passivations: Counter,
}

impl Metrics {
    pub fn new() -> Self {
        Self {
            turns: counter!(TURNS),
            duplicates: counter!(DUPLICATES),
            conflicts: counter!(CONFLICTS),
            strikes: counter!(STRIKES),
            parked: counter!(PARKED),
            commits: counter!(COMMITS),
            commit_seconds: histogram!(COMMIT_SECONDS),
            commit_turns: histogram!(COMMIT_TURNS),
            commit_queue: gauge!(COMMIT_QUEUE),
            slow_sessions: counter!(SLOW_SESSIONS),
            activations: counter!(ACTIVATIONS),
            passivations: counter!(PASSIVATIONS),
        }
    }
}
