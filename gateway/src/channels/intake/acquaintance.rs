//! People whom a provider shows under two ids, now one, now the other, now both: their conversation
//! goes on under the one it began with.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use frontdesk_core::ports::people::{People, Shown};
use frontdesk_core::ports::store::Error;
use frontdesk_core::{ChannelKind, ConversationId, Personal, TenantId};
use futures_util::future::try_join_all;
use parking_lot::Mutex;

use crate::batching::Batcher;
use crate::channels::Item;

/// Conversations remembered to go by the address they come under.
const REMEMBERED_MAX: usize = 65_536;

/// Recognises people by either of their ids.
pub(super) struct Acquaintances {
    /// Asked by everybody who is not remembered.
    begun: Batcher<Shown, Option<Personal>>,
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
        let begun = Batcher::new(move |shown: Vec<Shown>| {
            let people = Arc::clone(&people);
            async move { people.begun_as(&shown).await }
        });
        Self {
            begun,
            plain: Mutex::default(),
        }
    }

    /// Addresses things to the conversations that were begun under one of the person's ids, where there
    /// are; the other id goes with them.
    pub(super) async fn recognise(&self, items: &mut [(TenantId, Item)]) -> Result<(), Error> {
        let unknown = items.iter_mut().filter_map(|(tenant, item)| {
            let question = self.question(tenant, item)?;
            Some(async move { Ok::<_, Error>((self.begun.ask(question).await?, tenant, item)) })
        });
        for (begun, tenant, item) in try_join_all(unknown).await? {
            match begun {
                Some(address) if address == item.theirs => {
                    self.met(item.kind, ConversationId::derive(tenant, item.kind, &item.theirs));
                }
                Some(address) => item.also = Some(std::mem::replace(&mut item.theirs, address)),
                None => {}
            }
        }
        Ok(())
    }

    /// What has to be asked about a thing's sender, if anything.
    fn question(&self, tenant: &TenantId, item: &Item) -> Option<Shown> {
        if !shows_two_ids(item.kind) || item.theirs.is_empty() || *tenant == TenantId::nobody() {
            return None;
        }
        let conversation = ConversationId::derive(tenant, item.kind, &item.theirs);
        if self.plain.lock().contains(&conversation) {
            return None;
        }
        let ids = [Some(item.theirs.clone()), item.also.clone()];
        Some(Shown {
            tenant: tenant.clone(),
            channel: item.kind,
            ids: ids.into_iter().flatten().collect(),
        })
    }

    /// A conversation goes by the address it was looked up under.
    pub(super) fn met(&self, channel: ChannelKind, conversation: ConversationId) {
        if !shows_two_ids(channel) {
            return;
        }
        let mut plain = self.plain.lock();
        if plain.len() >= REMEMBERED_MAX {
            plain.clear();
        }
        plain.insert(conversation);
    }
}

/// Whether a channel shows people now under one id, now under another: what of the others is never asked is
/// not remembered either.
fn shows_two_ids(channel: ChannelKind) -> bool {
    channel == ChannelKind::Whatsapp
}
