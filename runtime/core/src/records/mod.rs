//! What the business keeps: contacts, leads, subscriptions, consents, tickets.
//!
//! A step writes them by [`Record`]: an upsert by a key that the dialogue knows without asking the
//! database (a phone number, an email address), so that the same person writing twice is one row.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{ChannelKind, ConversationId, Language, Personal, RecordId, TenantId, Timestamp};

/// One write. Fields that are `None` leave what is stored as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub enum Record {
    /// What is known of a person.
    Contact(ContactChange),
    /// An interest in buying.
    Lead(LeadChange),
    /// A subscription to the newsletter, or its end.
    Newsletter(NewsletterChange),
    /// Words of consent or refusal; only ever added.
    Consent(ConsentGiven),
    /// A person is called, or has finished.
    Ticket(TicketChange),
    /// An address of a person.
    Address(AddressKnown),
}

/// What makes two mentions the same person: `phone:+15551234567`, `email:ana@example.com`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonKey(Personal);

impl PersonKey {
    /// By phone number, in E.164.
    #[must_use]
    pub fn phone(e164: &str) -> Self {
        Self(Personal::new(format!("phone:{e164}")))
    }

    /// By email address, lower-cased.
    #[must_use]
    pub fn email(address: &str) -> Self {
        Self(Personal::new(format!("email:{}", address.to_lowercase())))
    }

    /// The key as stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// Which details come from whoever holds the number they are filed under. Such a detail stays when
/// somebody else says otherwise: what that one says is a claim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Proved {
    /// The name.
    pub name: bool,
    /// The phone, and with it its extension and the language.
    pub phone: bool,
    /// The email.
    pub email: bool,
}

/// New knowledge of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactChange {
    /// The id if this person is new.
    pub id: RecordId,
    /// Who.
    pub key: PersonKey,
    /// Name.
    pub name: Option<Personal>,
    /// Phone in E.164.
    pub phone: Option<Personal>,
    /// Extension of the phone.
    pub phone_extension: Option<Personal>,
    /// Email.
    pub email: Option<Personal>,
    /// The language they write.
    pub language: Option<Language>,
    /// What of it is no claim.
    #[serde(default)]
    pub proved: Proved,
}

/// An address of a person, told in this conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressKnown {
    /// Whose.
    pub key: PersonKey,
    /// What kind of address.
    pub kind: AddressKind,
    /// The address in normal form.
    pub address: Personal,
    /// The channel itself proves it; else somebody merely says so.
    pub is_proved: bool,
}

/// Why two contacts became one where nobody asked for it: both proved the same address.
pub const PROVED_ADDRESS: &str = "proved_address";

/// A kind of address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressKind {
    /// A phone number in E.164.
    Phone,
    /// An email address, lower-cased.
    Email,
    /// An id that a channel gives the person.
    On(ChannelKind),
}

impl AddressKind {
    /// The stable name in the API and the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::On(channel) => channel.code(),
        }
    }
}

/// New knowledge of a lead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeadChange {
    /// The id if this lead is new.
    pub id: RecordId,
    /// Who; one person has one lead per tenant.
    pub key: PersonKey,
    /// Where it came from first, such as `CHAT`.
    pub source: String,
    /// Name.
    pub name: Option<Personal>,
    /// Phone in E.164.
    pub phone: Option<Personal>,
    /// Email.
    pub email: Option<Personal>,
    /// What they want: merged into what is stored, field by field.
    pub context: Map<String, Value>,
    /// What of it is no claim. A claim that replaces nothing is kept in the context, see [`Lead::CLAIMED`].
    #[serde(default)]
    pub proved: Proved,
}

/// A subscription to the newsletter, by email.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewsletterChange {
    /// The id if this address is new.
    pub id: RecordId,
    /// The address.
    pub email: Personal,
    /// Name.
    pub name: Option<Personal>,
    /// Phone in E.164.
    pub phone: Option<Personal>,
    /// Where it came from first, such as `CHAT`.
    pub source: String,
    /// Wants email, or no longer.
    pub email_consent: Option<bool>,
    /// Wants text messages, or no longer.
    pub sms_consent: Option<bool>,
    /// The address has proven to be the person's own: they followed the link sent to it.
    #[serde(default)]
    pub is_confirmed: bool,
}

/// Who agreed to or refused what, where, and in which words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentGiven {
    /// Its id.
    pub id: RecordId,
    /// Who, as far as known: a person key, else the address on the channel.
    pub subject: Personal,
    /// To what: `newsletter`, `sms`, `contact` (all words on the channel), `contact_everywhere`.
    pub purpose: String,
    /// Yes or no.
    pub is_granted: bool,
    /// The words shown.
    pub words_shown: String,
    /// The words said.
    pub words_said: Personal,
}

/// A person is called to a conversation, or has finished with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TicketChange {
    /// The ticket.
    pub id: RecordId,
    /// `true` opens it, `false` closes it.
    pub is_open: bool,
    /// Why the person was called: `asked`, `retries`, `off_script` …
    pub reason: String,
    /// What the person needs to know: what was asked, what is known.
    pub context: Map<String, Value>,
}

/// A contact as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// Its id.
    pub id: RecordId,
    /// Whose.
    pub tenant: TenantId,
    /// Name.
    pub name: Option<Personal>,
    /// Phone in E.164.
    pub phone: Option<Personal>,
    /// Extension of the phone.
    pub phone_extension: Option<Personal>,
    /// Email.
    pub email: Option<Personal>,
    /// The language they write.
    pub language: Option<Language>,
    /// Words that colleagues put on them, in their order.
    pub tags: Vec<String>,
    /// The conversation they were last heard in.
    pub conversation: ConversationId,
    /// First heard of.
    pub created_at: Timestamp,
    /// Last changed.
    pub updated_at: Timestamp,
}

/// A lead as stored.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lead {
    /// Its id.
    pub id: RecordId,
    /// Whose.
    pub tenant: TenantId,
    /// Where it came from first.
    pub source: String,
    /// [`Lead::NEW`], until a colleague says otherwise.
    pub status: String,
    /// Name.
    pub name: Option<Personal>,
    /// Phone in E.164.
    pub phone: Option<Personal>,
    /// Email.
    pub email: Option<Personal>,
    /// What they want.
    pub context: Map<String, Value>,
    /// The channel it came from first.
    pub channel: ChannelKind,
    /// The conversation it was last heard in.
    pub conversation: ConversationId,
    /// First heard of.
    pub created_at: Timestamp,
    /// Last changed.
    pub updated_at: Timestamp,
}

impl Lead {
    /// The status of a lead that nobody has handled since it was last heard of.
    pub const NEW: &'static str = "new";
    /// The status of a lead that a colleague has handled.
    pub const HANDLED: &'static str = "handled";
    /// The field of the context that keeps the last claim to be this person which said otherwise: an
    /// object of `name`, `phone` and `email`.
    pub const CLAIMED: &'static str = "claimed";
}

/// A newsletter subscription as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Subscription {
    /// Its id.
    pub id: RecordId,
    /// Whose.
    pub tenant: TenantId,
    /// The address.
    pub email: Personal,
    /// Name.
    pub name: Option<Personal>,
    /// Phone in E.164.
    pub phone: Option<Personal>,
    /// Where it came from first.
    pub source: String,
    /// Wants email.
    pub email_consent: bool,
    /// Wants text messages.
    pub sms_consent: bool,
    /// When they subscribed.
    pub subscribed_at: Timestamp,
    /// When they followed the link sent to the address.
    pub confirmed_at: Option<Timestamp>,
    /// When they left again.
    pub unsubscribed_at: Option<Timestamp>,
}

/// Words of consent or refusal as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Consent {
    /// Its id.
    pub id: RecordId,
    /// Whose.
    pub tenant: TenantId,
    /// Over which channel.
    pub channel: ChannelKind,
    /// In which conversation.
    pub conversation: ConversationId,
    /// Who: a person key, or the address on the channel.
    pub subject: Personal,
    /// To what.
    pub purpose: String,
    /// Yes or no.
    pub is_granted: bool,
    /// The words shown.
    pub words_shown: String,
    /// The words said.
    pub words_said: Personal,
    /// When.
    pub at: Timestamp,
}
