//! What was found at a provider and no webhook had brought.

use frontdesk_core::ports::watch::Recovery;

use super::reported::patience;
use super::{Again, Fate, Intake};
use crate::channels::{News, Written};

/// What became of something found at a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Its webhook had brought it, or nobody owns the address any more.
    Known,
    /// It was missing, and is durable now.
    Recovered,
}

impl Intake {
    /// Takes in what was found at a provider, unless it is known: the same event as its webhook would
    /// have been, with a mark.
    ///
    /// # Errors
    ///
    /// It is not durable, and may be brought again.
    pub async fn recover(&self, written: Written) -> Result<Taken, Again> {
        let Written { at, mut item } = written;
        let owner = self.tenants.owner(item.kind, &item.ours);
        let Some(tenant) = owner.filter(|_| !item.theirs.is_empty()) else {
            return Ok(Taken::Known);
        };
        if let News::Message(message) = &mut item.news {
            message.sent_at = Some(at);
            message.is_recovered = true;
        }
        let mut found = [(tenant, item)];
        self.acquaintances.recognise(&mut found).await?;
        let [(tenant, item)] = found;
        let (told, news) = item.split();
        let (conversation, dedupe) = (told.conversation(&tenant), told.dedupe(&tenant));
        if self.watch.is_received(conversation, dedupe).await? {
            return Ok(Taken::Known);
        }
        let recovery = Recovery {
            dedupe,
            tenant: tenant.clone(),
            channel: told.kind,
            conversation,
            lane: told.lane().into(),
            sent_at: at,
            found_at: self.clock.now(),
        };
        // Noted first: a crash between the two leaves a note that the next round makes true.
        self.watch.note_recovery(&recovery).await?;
        if self.take_one(tenant, told, news, patience()).await? == Fate::Duplicate {
            self.watch.forget_recovery(dedupe).await?;
            return Ok(Taken::Known);
        }
        Ok(Taken::Recovered)
    }
}
