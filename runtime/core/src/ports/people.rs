//! Who the business knows: one person over several channels, brought together, told apart again,
//! handed out and erased.
//!
//! Contacts that turn out to be one person are not rewritten: one of them points at the other, so
//! what is brought together can be told apart again. The contact that points at nobody speaks for
//! all of them.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::reader::{ConversationRow, Page, Rows, Scope};
use super::store::Error;
use crate::records::{Contact, Lead};
use crate::{ChannelKind, ConversationId, Personal, RecordId, TenantId, Timestamp};

/// An address of a person, and the conversation that told it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Address {
    /// `phone`, `email`, or the code of the channel whose id it is.
    pub kind: String,
    /// The address in normal form.
    pub address: Personal,
    /// The channel itself proved it; else somebody merely said so.
    pub is_proved: bool,
    /// In which conversation.
    pub conversation: ConversationId,
    /// Over which channel.
    pub channel: ChannelKind,
    /// Since when.
    pub at: Timestamp,
}

/// A conversation of a person, with what it knows of them.
#[derive(Clone, Debug, Serialize)]
pub struct Spoken {
    /// The row.
    pub conversation: ConversationRow,
    /// The dialogue's state.
    pub state: Box<RawValue>,
}

/// Somebody who begins a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Whose conversation.
    pub tenant: TenantId,
    /// The keyed hash of the address it is begun from.
    pub hash: [u8; 32],
    /// The address that the channel proves, and its kind (see [`Address::kind`]), where it proves one.
    pub proved: Option<(String, Personal)>,
}

/// Whether somebody is known already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The address had opted out when its conversation was erased.
    pub is_sealed: bool,
    /// Somebody has proved the same address, see [`People::proved_conversations`].
    pub is_elsewhere: bool,
}

/// A person as a channel shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// To whom.
    pub tenant: TenantId,
    /// Which channel.
    pub channel: ChannelKind,
    /// The ids it shows them under.
    pub ids: Vec<Personal>,
}

/// Two contacts that became one person, and perhaps two again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Merge {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub tenant: TenantId,
    /// The contact that speaks for both.
    pub kept: RecordId,
    /// The contact that points at it.
    pub merged: RecordId,
    /// Why: `proved_address`, or `colleague`.
    pub reason: String,
    /// By whom: a colleague's email, or `frontdesk`.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// When they were told apart again.
    pub undone_at: Option<Timestamp>,
    /// By whom.
    pub undone_by: Option<String>,
}

/// Everything the business knows of a person.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The contact that speaks for the person.
    pub contact: Contact,
    /// The contacts that point at it, oldest first.
    pub merged: Vec<Contact>,
    /// Addresses, oldest first, 200 at most.
    pub addresses: Vec<Address>,
    /// Conversations, the last active first, 100 at most.
    pub conversations: Vec<Spoken>,
    /// Leads, newest first.
    pub leads: Vec<Lead>,
    /// What was brought together and told apart, newest first, 100 at most.
    pub merges: Vec<Merge>,
    /// Other people with one of these addresses, which nobody has proved: 20 at most.
    pub lookalikes: Vec<Contact>,
}

/// The wish to bring two contacts together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeOrder {
    /// The id of the merge: the same order twice is one.
    pub id: Uuid,
    /// The contact to speak for both.
    pub keep: RecordId,
    /// The other one.
    pub merge: RecordId,
    /// Who wishes it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A word to be put on people, or taken off them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagging {
    /// The contacts that speak for them.
    pub contacts: Vec<RecordId>,
    /// The word.
    pub tag: String,
    /// Put on, not taken off.
    pub is_put_on: bool,
    /// When.
    pub at: Timestamp,
}

/// What became of a tag that was to be put on people, or taken off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tagged {
    /// Those who were changed, and whose they are.
    pub changed: Vec<(RecordId, TenantId)>,
    /// How many have no room for it: [`TAGS_MAX`](super::desk::TAGS_MAX) others. None when it is taken off.
    pub full: u64,
}

/// What became of a wish to merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merged {
    /// They are one.
    Done,
    /// One of them is not there, or they are of two tenants.
    NotFound,
    /// They were one already.
    Already,
}

/// Who is to be erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// The person of a contact; any of theirs will do.
    Contact(RecordId),
    /// Whoever has a conversation, be it somebody who left neither phone nor email.
    Conversation(ConversationId),
}

/// What is asked of a person's data: whose, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasureOrder {
    /// The id of the erasure.
    pub id: Uuid,
    /// Who is erased.
    pub whom: Whom,
    /// Who wishes it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// The proof that a person was erased. It holds nothing of the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Erasure {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub tenant: TenantId,
    /// The contact that was erased; the erasure's own id where there was none. The id of a conversation
    /// could be guessed from the address.
    pub contact: RecordId,
    /// Who wished it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// How many rows of each table are gone.
    pub counts: BTreeMap<String, u64>,
    /// When memory and the hot store were cleared as well; `None` until then.
    pub swept_at: Option<Timestamp>,
}

/// A conversation about to be erased, as the dialogue sees it.
#[derive(Debug)]
pub struct Doomed<'a> {
    /// Over which channel.
    pub channel: ChannelKind,
    /// The other side's address.
    pub address: &'a str,
    /// The dialogue's state, as JSON.
    pub snapshot: &'a str,
}

/// What must outlive the erasure of a conversation: whether the address has opted out, under a keyed
/// hash of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seal {
    /// The keyed hash of channel and address.
    pub hash: [u8; 32],
    /// Nothing may leave to it.
    pub is_opted_out: bool,
}

/// Tells what must outlive a conversation; see [`People::erase`].
pub type Sealer<'a> = &'a (dyn for<'d> Fn(Doomed<'d>) -> Option<Seal> + Send + Sync);

/// All rows of a person, by table.
pub type Export = BTreeMap<&'static str, Vec<Map<String, Value>>>;

/// Who the business knows.
#[async_trait]
pub trait People: Send + Sync + 'static {
    /// A person, by any of their contacts.
    async fn profile(&self, scope: &Scope, contact: RecordId) -> Result<Option<Profile>, Error>;

    /// The contact that speaks for whoever has a conversation.
    async fn contact_of(&self, scope: &Scope, conversation: ConversationId) -> Result<Option<RecordId>, Error>;

    /// Conversations, 20 at most, of the person who has proved this address; of these only the ones
    /// whose channel proves an address.
    async fn proved_conversations(&self, tenant: &TenantId, kind: &str, address: &str) -> Result<Vec<Spoken>, Error>;

    /// Puts a tag on people, or takes it off; whoever is so already, has [`TAGS_MAX`](super::desk::TAGS_MAX) others, or is another
    /// tenant's is left alone.
    async fn tag(&self, scope: &Scope, order: &Tagging) -> Result<Tagged, Error>;

    /// The tags that people have, in their order, at most `limit`.
    async fn tags_in_use(&self, scope: &Scope, limit: u32) -> Result<Vec<String>, Error>;

    /// Brings two people together; each stays as it is, one points at the other and hands it its tags.
    async fn merge(&self, scope: &Scope, order: &MergeOrder) -> Result<Merged, Error>;

    /// Tells them apart again; `false` when there is no such merge, or it was undone.
    async fn unmerge(&self, scope: &Scope, merge: Uuid, by: &str, at: Timestamp) -> Result<bool, Error>;

    /// Brings together who has proved the same address, looking at `limit` addresses at most that
    /// were not looked at yet; returns how many were looked at. Who was told apart by a colleague
    /// stays apart.
    async fn join_proved(&self, now: Timestamp, limit: u32) -> Result<u32, Error>;

    /// All rows of a person.
    async fn export(&self, scope: &Scope, contact: RecordId) -> Result<Option<Export>, Error>;

    /// Erases a person in one transaction, and writes the proof. `seal` is asked about every
    /// conversation, within that transaction. `None` when there is no such person.
    async fn erase(&self, scope: &Scope, order: &ErasureOrder, seal: Sealer<'_>) -> Result<Option<Erasure>, Error>;

    /// Erasures whose conversations may still be in memory or in the hot store.
    async fn unswept(&self) -> Result<Vec<(Uuid, Vec<ConversationId>)>, Error>;

    /// Clears what the database's own files still hold of what was erased, and notes that memory and
    /// the hot store are clear. `false` when readers are in the way: to be tried again.
    async fn swept(&self, erasure: Uuid, at: Timestamp) -> Result<bool, Error>;

    /// The proofs, newest first.
    async fn erasures(&self, scope: &Scope, page: Page) -> Result<Rows<Erasure>, Error>;

    /// What is known of those who begin conversations; as many answers as questions, in their order.
    async fn arrived(&self, arrivals: &[Arrival]) -> Result<Vec<Known>, Error>;

    /// For each person, the address of the first conversation on the channel that was begun under one of
    /// their ids, or by somebody who proved one of them; `None` when there is none.
    async fn begun_as(&self, shown: &[Shown]) -> Result<Vec<Option<Personal>>, Error>;
}
