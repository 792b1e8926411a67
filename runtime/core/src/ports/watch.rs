//! What is kept to notice that something stays away: what providers were asked, how many people
//! usually write, and the alarms.

use async_trait::async_trait;
use uuid::Uuid;

use super::reader::{Page, Rows, Scope};
use super::store::Error;
use crate::{ChannelKind, ConversationId, DedupeKey, TenantId, Timestamp};

/// Why somebody must look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cause {
    /// Nobody writes to an address of ours although at this hour of the week people do.
    InboundSilent,
    /// Messages were found at a provider that no webhook had brought.
    WebhooksMissing,
    /// A provider's requests are no longer believed.
    SignaturesFailing,
    /// What an account is proved with is about to end, or has ended.
    TokenEnding,
    /// An account, or the subscription to its events, fails whenever it is looked at.
    AccountFailing,
    /// A receiver keeps failing, and sending to it rests.
    BreakerOpen,
    /// A provider refuses our account.
    AccountRefused,
    /// More and more events fail for good.
    DeadLettersGrowing,
}

impl Cause {
    /// All of them, in a fixed order.
    pub const ALL: [Self; 8] = [
        Self::InboundSilent,
        Self::WebhooksMissing,
        Self::SignaturesFailing,
        Self::TokenEnding,
        Self::AccountFailing,
        Self::BreakerOpen,
        Self::AccountRefused,
        Self::DeadLettersGrowing,
    ];

    /// The stable name in the database, the API and metrics.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InboundSilent => "inbound_silent",
            Self::WebhooksMissing => "webhooks_missing",
            Self::SignaturesFailing => "signatures_failing",
            Self::TokenEnding => "token_ending",
            Self::AccountFailing => "account_failing",
            Self::BreakerOpen => "breaker_open",
            Self::AccountRefused => "account_refused",
            Self::DeadLettersGrowing => "dead_letters_growing",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.code() == code)
    }
}

/// Something that is wrong at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What is wrong.
    pub cause: Cause,
    /// What it is about: a lane, a provider, a credential. Never a person's details.
    pub subject: String,
    /// Whose; [`TenantId::nobody`] when it concerns everybody.
    pub tenant: TenantId,
    /// How many: messages that would be usual, failures, letters. 0 where nothing is counted.
    pub count: u64,
    /// Since when, or when a token ends.
    pub moment: Timestamp,
}

/// A trouble that was noticed: open until it is over, and kept from then on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// Its id; ordered by time.
    pub id: Uuid,
    /// What is or was wrong, as last seen.
    pub trouble: Trouble,
    /// When it was noticed.
    pub opened_at: Timestamp,
    /// When it was over; `None` while it is not.
    pub closed_at: Option<Timestamp>,
    /// Who has said that they know of it, and when.
    pub acknowledged: Option<(String, Timestamp)>,
}

/// How many messages came in over an account of ours in one hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HourCount {
    /// The account, as an outbox lane.
    pub lane: String,
    /// Hours since the Unix epoch.
    pub hour: i64,
    /// How many.
    pub count: u64,
}

/// An event that no webhook brought and that was found at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// The event's identity.
    pub dedupe: DedupeKey,
    /// Whose.
    pub tenant: TenantId,
    /// Over which channel.
    pub channel: ChannelKind,
    /// In which conversation.
    pub conversation: ConversationId,
    /// The account of ours it came in over, as an outbox lane.
    pub lane: String,
    /// When it was written.
    pub sent_at: Timestamp,
    /// When it was found.
    pub found_at: Timestamp,
}

/// Refused accounts that are read at once.
pub const REFUSALS_MAX: u32 = 1_024;

/// An account of ours that a provider does not let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Whose messages that stopped.
    pub tenant: TenantId,
    /// The account, as an outbox lane.
    pub lane: String,
    /// Since when.
    pub since: Timestamp,
    /// How many messages that stopped.
    pub count: u64,
    /// It takes messages and says later that they did not leave: taking one more proves nothing.
    pub is_told_late: bool,
    /// When it was last refused.
    pub last_at: Timestamp,
}

/// What is kept to notice that something stays away.
#[async_trait]
pub trait Watch: Send + Sync + 'static {
    /// Up to when everything written to an account was looked for; `None` when it never was.
    async fn inbox_mark(&self, lane: &str) -> Result<Option<Timestamp>, Error>;

    /// Moves that mark on; an earlier moment than the one kept changes nothing.
    async fn move_inbox_mark(&self, lane: &str, up_to: Timestamp) -> Result<(), Error>;

    /// Whether an event has a receipt.
    async fn is_received(&self, conversation: ConversationId, dedupe: DedupeKey) -> Result<bool, Error>;

    /// Writes down that an event was found at its provider; the same one twice is one.
    async fn note_recovery(&self, recovery: &Recovery) -> Result<(), Error>;

    /// Takes that back: a webhook was quicker after all.
    async fn forget_recovery(&self, dedupe: DedupeKey) -> Result<(), Error>;

    /// How many events of an account were found since a moment.
    async fn recoveries_since(&self, lane: &str, since: Timestamp) -> Result<u64, Error>;

    /// Adds to the hours' counts.
    async fn count_inbound(&self, counts: &[HourCount]) -> Result<(), Error>;

    /// The counts from an hour on, by lane and hour; hours without anything are absent.
    async fn inbound_hours(&self, from_hour: i64) -> Result<Vec<HourCount>, Error>;

    /// Forgets the counts of hours before this one.
    async fn forget_inbound_hours(&self, before_hour: i64) -> Result<(), Error>;

    /// Writes down that accounts were refused: adds to what is known of each.
    async fn note_refusals(&self, refusals: &[Refusal]) -> Result<(), Error>;

    /// An account is let in again.
    async fn end_refusal(&self, tenant: &TenantId, lane: &str) -> Result<(), Error>;

    /// The accounts that were refused since a moment, by tenant and lane, [`REFUSALS_MAX`] at most.
    async fn refusals(&self, since: Timestamp) -> Result<Vec<Refusal>, Error>;

    /// Forgets the accounts that were last refused before a moment.
    async fn forget_refusals(&self, before: Timestamp) -> Result<(), Error>;

    /// Opens an alarm under `id`, unless one of this cause, subject and tenant is open: that one then
    /// says what is seen now, and that it is. `true` when it is new.
    async fn raise(&self, id: Uuid, trouble: &Trouble, now: Timestamp) -> Result<bool, Error>;

    /// Closes the open alarms that nobody has raised since a moment, and tells which: a trouble may be seen by
    /// one node alone, so that another one's not seeing it ends nothing.
    async fn close_unseen(&self, since: Timestamp, now: Timestamp) -> Result<Vec<Alarm>, Error>;

    /// Alarms, newest first; the closed ones only when asked for.
    async fn alarms(&self, scope: &Scope, with_closed: bool, page: Page) -> Result<Rows<Alarm>, Error>;

    /// Writes down that somebody knows of an alarm; `false` when there is no such alarm. The first
    /// one to say so stays.
    async fn acknowledge(&self, scope: &Scope, id: Uuid, by: &str, now: Timestamp) -> Result<bool, Error>;
}
