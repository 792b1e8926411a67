use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use frontdesk_core::ports::dead_letters::DeadLetter;
use frontdesk_core::ports::outbox::{Claim, Entry, Settlement};
use frontdesk_core::ports::placement::Ownership;
use frontdesk_core::ports::reader::LedgerRow;
use frontdesk_core::ports::store::{Committed, Error, Store, Stored};
use frontdesk_core::ports::timers::{DueTimer, Window};
use frontdesk_core::{
    ChannelKind, ConversationId, DeadLetterId, DedupeKey, InboundEvent, Message, Outcome, Receipt, TenantId, TimerName,
    Timestamp, Turn,
};
use parking_lot::Mutex;

use super::tables::{OutboxRow, Tables};

/// A store in memory that keeps the contract of the databases. Clones share their rows, so a test
/// can end a runtime and start another one on what it left. Records of the business are not kept.
#[derive(Clone, Default)]
pub struct MemoryStore(Arc<Mutex<Tables>>);

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tables = self.0.lock();
        f.debug_struct("MemoryStore")
            .field("conversations", &tables.conversations.len())
            .field("receipts", &tables.receipts.len())
            .field("timers", &tables.timers.len())
            .field("outbox", &tables.outbox.len())
            .finish()
    }
}

impl MemoryStore {
    /// The receipt of an event.
    #[must_use]
    pub fn receipt(&self, dedupe: DedupeKey) -> Option<Receipt> {
        self.0.lock().receipts.get(&dedupe).cloned()
    }

    /// Every conversation, in no particular order.
    #[must_use]
    pub fn conversations(&self) -> Vec<Stored> {
        let tables = self.0.lock();
        tables.conversations.values().map(|row| row.stored.clone()).collect()
    }

    /// Every message of a conversation, by `seq`.
    #[must_use]
    pub fn messages(&self, id: ConversationId) -> Vec<Message> {
        let tables = self.0.lock();
        tables
            .conversations
            .get(&id)
            .map_or_else(Vec::new, |row| row.messages.clone())
    }

    /// The record of every turn of a conversation, in order.
    #[must_use]
    pub fn records(&self, id: ConversationId) -> Vec<String> {
        let tables = self.0.lock();
        tables
            .conversations
            .get(&id)
            .map_or_else(Vec::new, |row| row.records.clone())
    }

    /// Every timer that is set.
    #[must_use]
    pub fn timers(&self) -> Vec<(ConversationId, TimerName, Timestamp)> {
        let tables = self.0.lock();
        let timers = tables.timers.iter();
        timers.map(|((id, name), due)| (*id, name.clone(), *due)).collect()
    }

    /// Every outbox entry there ever was, in the order of commits.
    #[must_use]
    pub fn outbox(&self) -> Vec<OutboxRow> {
        self.0.lock().outbox.clone()
    }

    /// Dead letters that wait.
    #[must_use]
    pub fn dead_letters(&self) -> Vec<DeadLetter> {
        let tables = self.0.lock();
        let waiting = tables.letters.values().filter(|row| !row.is_resolved);
        waiting.map(|row| row.letter.clone()).collect()
    }

    /// The ledger, by tenant and channel.
    #[must_use]
    pub fn ledger(&self) -> Vec<LedgerRow> {
        let tables = self.0.lock();
        let mut rows: BTreeMap<(TenantId, ChannelKind), LedgerRow> = BTreeMap::new();
        let mut row = |tenant: &TenantId, channel: ChannelKind, count: &dyn Fn(&mut LedgerRow)| {
            count(rows.entry((tenant.clone(), channel)).or_insert_with(|| LedgerRow {
                tenant: tenant.clone(),
                channel,
                receipts: 0,
                processed: 0,
                parked: 0,
                refused: 0,
                recovered: 0,
                turns: 0,
                waiting: 0,
            }));
        };
        for receipt in tables.receipts.values() {
            row(&receipt.tenant, receipt.channel, &|row| {
                row.receipts += 1;
                match receipt.outcome {
                    Outcome::Processed { .. } => row.processed += 1,
                    Outcome::Parked => row.parked += 1,
                    Outcome::Refused { .. } => row.refused += 1,
                }
            });
        }
        for conversation in tables.conversations.values() {
            let turns = conversation.records.len() as u64;
            row(&conversation.tenant, conversation.channel, &|row| row.turns += turns);
        }
        for letter in tables.letters.values().filter(|row| !row.is_resolved) {
            let event = &letter.letter.event;
            row(&event.tenant, event.channel, &|row| row.waiting += 1);
        }
        rows.into_values().collect()
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn commit(&self, turns: &[Turn]) -> Result<Vec<Committed>, Error> {
        self.0.lock().commit(turns)
    }

    async fn refuse(&self, receipts: &[Receipt]) -> Result<(), Error> {
        self.0.lock().refuse(receipts);
        Ok(())
    }

    async fn load(&self, ids: &[ConversationId]) -> Result<Vec<Stored>, Error> {
        let tables = self.0.lock();
        let found = ids.iter().filter_map(|id| tables.conversations.get(id));
        Ok(found.map(|row| row.stored.clone()).collect())
    }

    async fn history(&self, id: ConversationId, after_seq: u64, limit: u32) -> Result<Vec<Message>, Error> {
        let tables = self.0.lock();
        let messages = tables.conversations.get(&id).map_or(&[][..], |row| &row.messages);
        let later = messages.iter().filter(|message| message.seq > after_seq);
        Ok(later.take(limit as usize).cloned().collect())
    }

    async fn due_timers(&self, window: &Window) -> Result<Vec<DueTimer>, Error> {
        Ok(self.0.lock().due_timers(window))
    }

    async fn claim(&self, claim: &Claim) -> Result<Vec<Entry>, Error> {
        Ok(self.0.lock().claim(claim))
    }

    async fn claimed(&self, owned: &Ownership) -> Result<Vec<Entry>, Error> {
        Ok(self.0.lock().claimed(owned))
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<(), Error> {
        self.0.lock().settle(settlements);
        Ok(())
    }

    async fn abandon_claims(&self, owned: &Ownership) -> Result<u64, Error> {
        Ok(self.0.lock().abandon_claims(owned))
    }

    async fn park(&self, letter: &DeadLetter) -> Result<(), Error> {
        self.0.lock().park(letter);
        Ok(())
    }

    async fn parked(&self, id: DeadLetterId, tenant: Option<&TenantId>) -> Result<Option<DeadLetter>, Error> {
        let tables = self.0.lock();
        let waiting = tables.letters.get(&id).filter(|row| !row.is_resolved);
        let ours = waiting.filter(|row| tenant.is_none_or(|tenant| row.letter.event.tenant == *tenant));
        Ok(ours.map(|row| row.letter.clone()))
    }

    async fn resolve(&self, event: &InboundEvent, reason: &str, _: Timestamp) -> Result<(), Error> {
        self.0.lock().resolve(event, reason);
        Ok(())
    }

    async fn ping(&self) -> Result<(), Error> {
        Ok(())
    }
}
