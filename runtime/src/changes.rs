//! Who watches all conversations at once: told that one has changed, not what changed in it. That is
//! in the store, where whoever is told too late or too much can always look.

use frontdesk_core::{ConversationId, TenantId};
use tokio::sync::broadcast;

/// Changes that may wait for one watcher; one that falls further behind is told that it did.
const WAITING_MAX: usize = 1024;

/// Something in a conversation is durable that was not before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Whose.
    pub tenant: TenantId,
    /// Which one.
    pub conversation: ConversationId,
}

/// The watchers.
#[derive(Debug)]
pub(crate) struct Changes(broadcast::Sender<Changed>);

impl Default for Changes {
    fn default() -> Self {
        Self(broadcast::Sender::new(WAITING_MAX))
    }
}

impl Changes {
    /// Tells all watchers; costs nothing while there are none.
    pub fn tell(&self, tenant: &TenantId, conversation: ConversationId) {
        if self.0.receiver_count() > 0 {
            let changed = Changed {
                tenant: tenant.clone(),
                conversation,
            };
            // The last watcher may have left this instant.
            drop(self.0.send(changed));
        }
    }

    /// A new watcher, who hears of what comes from now on.
    pub fn watch(&self) -> broadcast::Receiver<Changed> {
        self.0.subscribe()
    }
}
