//! People whom a provider shows under two ids, now one, now the other, now both: their conversation
//! goes on under the one it began with.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use frontdesk_core::ports::people::People;
use frontdesk_core::ports::store::Error;
use frontdesk_core::{ChannelKind, ConversationId, TenantId};
use parking_lot::Mutex;

use crate::channels::Item;

/// Conversations remembered to go by the address they come under.
const REMEMBERED_MAX: usize = 65_536;

/// Recognises people by either of their ids.
pub(super) struct Acquaintances {
    people: Arc<dyn People>,
    /// Conversations that go by the very address they were looked up under: nearly all, and for good.
    plain: Mutex<HashSet<ConversationId>>,
}

impl fmt::Debug for Acquaintances {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Acquaintances").finish_non_exhaustive()
    }
}

impl Acquaintances {
    pub(super) fn new(people: Arc<dyn People>) -> Self {
        Self {
            people,
            plain: Mutex::default(),
        }
    }

    /// Addresses things to the conversations that were begun under one of the person's ids, where there
    /// are; the other id goes with them.
    pub(super) async fn recognise(&self, items: &mut [(TenantId, Item)]) -> Result<(), Error> {
        for (tenant, item) in items {
            // Only WhatsApp shows people so.
            if item.kind != ChannelKind::Whatsapp || item.theirs.is_empty() || *tenant == TenantId::nobody() {
                continue;
            }
            let conversation = ConversationId::derive(tenant, item.kind, &item.theirs);
            if self.plain.lock().contains(&conversation) {
                continue;
            }
            let ids: Vec<_> = [Some(item.theirs.clone()), item.also.clone()]
                .into_iter()
                .flatten()
                .collect();
            match self.people.begun_as(tenant, item.kind, &ids).await? {
                Some(address) if address == item.theirs => self.met(conversation),
                Some(address) => item.also = Some(std::mem::replace(&mut item.theirs, address)),
                None => {}
            }
        }
        Ok(())
    }

    /// A conversation goes by the address it was looked up under.
    pub(super) fn met(&self, conversation: ConversationId) {
        let mut plain = self.plain.lock();
        if plain.len() >= REMEMBERED_MAX {
            plain.clear();
        }
        plain.insert(conversation);
    }
}
