use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ports::outbox::Lane;
use crate::{
    Attachment, Author, ChannelKind, Content, ConversationId, DedupeKey, DeliveryStatus, EventId, Fault, Language,
    Personal, SessionId, TenantId, TimerName, Timestamp,
};

/// A message that comes in so long after it was written is late: whoever wrote it does not wait for an
/// answer any more.
pub const LATE_AFTER: Duration = Duration::from_secs(2 * 60 * 60);

/// Something happened that concerns a conversation: a person wrote, a timer came due, a model
/// answered, an operator took over. The only thing that ever reaches a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InboundEvent {
    /// Its id; everything the turn creates derives its own from it.
    pub id: EventId,
    /// Whose conversation.
    pub tenant: TenantId,
    /// Over which channel.
    pub channel: ChannelKind,
    /// Which conversation; always `ConversationId::derive(tenant, channel, address)`.
    pub conversation: ConversationId,
    /// The other side's address on the channel: a phone number, a scoped id, a chat thread.
    pub address: Personal,
    /// Another id under which the channel shows the same person: a number beside an id, or an id beside
    /// a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub also: Option<Personal>,
    /// The account of ours it came in over, as an outbox lane (see [`crate::ports::outbox::Lane`]):
    /// a reply leaves the same way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<Lane>,
    /// Who says it, where an address alone proves nothing (a chat thread): the first sender owns
    /// the conversation and nobody else gets in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Personal>,
    /// Its identity: the same event twice is one turn.
    pub dedupe: DedupeKey,
    /// When the gateway had it whole.
    pub received_at: Timestamp,
    /// What happened.
    pub payload: Payload,
    /// The socket it came from, which gets an acknowledgement instead of its own message.
    #[serde(skip)]
    pub origin: Option<SessionId>,
}

impl InboundEvent {
    /// Builds an event; the conversation and the event's id follow from the rest.
    #[must_use]
    pub fn new(
        tenant: TenantId,
        channel: ChannelKind,
        address: impl Into<Personal>,
        dedupe: DedupeKey,
        received_at: Timestamp,
        payload: Payload,
    ) -> Self {
        let address = address.into();
        Self {
            id: EventId::new(dedupe, received_at),
            conversation: ConversationId::derive(&tenant, channel, &address),
            tenant,
            channel,
            address,
            also: None,
            lane: None,
            sender: None,
            dedupe,
            received_at,
            payload,
            origin: None,
        }
    }

    /// When a message was written that reached us late, as after an outage; `None` for everything else.
    #[must_use]
    pub fn late_from(&self) -> Option<Timestamp> {
        let Payload::Message(message) = &self.payload else {
            return None;
        };
        let is_late = |written: &Timestamp| self.received_at.since(*written) >= LATE_AFTER;
        message.sent_at.filter(is_late)
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Payload {
    /// The person wrote or said something.
    Message(UserMessage),
    /// News of outbound messages `from_seq..=up_to_seq`.
    Status {
        /// The first message meant.
        from_seq: u64,
        /// The last message meant.
        up_to_seq: u64,
        /// What is now known of them.
        status: DeliveryStatus,
        /// Why, in plain words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// What a failure says of the address or the account.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fault: Option<Fault>,
    },
    /// A timer of this conversation came due.
    Timer {
        /// Which one.
        name: TimerName,
        /// The hour it was set to; a timer set anew since then has another one.
        due: Timestamp,
    },
    /// An [`crate::Inquiry`] was answered, or will not be.
    Answer(Answered),
    /// A colleague of the business acts.
    Operator(OperatorAct),
    /// Something happened outside of the conversation: a form, a finished call, a payment, a click
    /// on a tracked link, a consent at a marketplace, a stage moved in the CRM.
    Fact(Fact),
}

impl Payload {
    /// The stable name of the kind, for logs, metrics and the API.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Message(_) => "message",
            Self::Status { .. } => "status",
            Self::Timer { .. } => "timer",
            Self::Answer(_) => "answer",
            Self::Operator(_) => "operator",
            Self::Fact(_) => "fact",
        }
    }
}

/// A code word that a carrier or provider has acted upon, and answered, by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CarrierWord {
    /// Nothing we send is delivered from here on.
    Stop,
    /// What we send is delivered again.
    Start,
    /// Help was given.
    Help,
}

/// What a person wrote or said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UserMessage {
    /// The words; may be empty when there are attachments.
    pub text: Personal,
    /// The sender's own id of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// When it was written, where the provider says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Timestamp>,
    /// No webhook brought it: it was found at the provider.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_recovered: bool,
    /// It is a code word that was seen to before it came to us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier_word: Option<CarrierWord>,
    /// What the channel knows of the person by itself.
    #[serde(default, skip_serializing_if = "KnownFacts::is_empty")]
    pub known: KnownFacts,
    /// The page the person is on, path only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// The language the page or device is set to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Language>,
}

/// What a channel tells of a person without the bot asking. Claims, not proof: they are read and
/// checked like any answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownFacts {
    /// Name as given in a form or profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Personal>,
    /// Phone as given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Personal>,
    /// Email as given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Personal>,
    /// Ticked or cleared the newsletter box.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newsletter_consent: Option<bool>,
    /// Which wording stood beside that box; `None` for the one in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newsletter_version: Option<String>,
    /// What else the sender's system says of the person, by its own names (`plan`, `order`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, Personal>,
}

impl KnownFacts {
    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The answer to an inquiry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    /// What was asked: the name the step gave it.
    pub inquiry: String,
    /// The answer, or why there is none.
    pub result: Result<Value, String>,
}

/// What a colleague does in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum OperatorAct {
    /// Takes the conversation over: the bot is silent from here on.
    TakeOver {
        /// Who.
        by: String,
    },
    /// Writes to the person; takes over when nobody has yet.
    Say {
        /// Who.
        by: String,
        /// The words; may be empty when there are attachments.
        text: Personal,
        /// Files.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<Attachment>,
    },
    /// Has written to the person elsewhere, in the provider's own inbox: it is in their hands from
    /// here on, and the words are logged, not sent again.
    Wrote {
        /// The words.
        text: Personal,
    },
    /// Gives the conversation back to the bot.
    GiveBack {
        /// Who.
        by: String,
    },
    /// Sends one of the tenant's approved texts; takes over when nobody has yet.
    SendTemplate {
        /// Who.
        by: String,
        /// What the tenant's manifest calls it.
        key: String,
    },
    /// Knows that a message of ours came through, whatever the channel could tell.
    Arrived {
        /// Who.
        by: String,
        /// The message's place.
        seq: u64,
    },
    /// Tries whether a message of ours comes through; nobody takes the conversation over for it.
    Test {
        /// Who.
        by: String,
        /// What it says.
        text: Personal,
        /// The approved text that it says instead, by its name in the tenant's manifest: whoever has not written
        /// for a while gets no other.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        template: Option<String>,
    },
    /// Has dealt with a message of ours that did not come through, in another way than sending it.
    SeenTo {
        /// Who.
        by: String,
        /// The message's place.
        seq: u64,
    },
    /// Sends a message of ours again that did not come through.
    SendAgain {
        /// Who.
        by: String,
        /// The message's place.
        seq: u64,
        /// Who wrote it.
        author: Author,
        /// What it says.
        content: Box<Content>,
    },
    /// Cancels a timer, unless it was set anew since.
    CancelTimer {
        /// Who.
        by: String,
        /// Which one.
        name: TimerName,
        /// The hour it was set to when the colleague saw it.
        due: Timestamp,
    },
    /// Lets a timer come due now, unless it was set anew since.
    FireTimer {
        /// Who.
        by: String,
        /// Which one.
        name: TimerName,
        /// The hour it was set to when the colleague saw it.
        due: Timestamp,
    },
}

/// Something that happened outside of the conversation. Manifests refer to it by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// What: `form_submitted`, `call_ended`, `payment_confirmed`, `link_clicked` …
    pub name: String,
    /// The details, by the source's own fields.
    pub data: Value,
}
