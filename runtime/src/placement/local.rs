use std::sync::Arc;

use frontdesk_core::Epoch;
use frontdesk_core::ports::placement::{Ownership, Placement};

/// One node that owns everything, under one epoch.
#[derive(Clone, Debug)]
pub struct LocalPlacement {
    owned: Arc<Ownership>,
}

impl LocalPlacement {
    /// Owns every shard under `epoch`, which must be greater than that of any earlier process on
    /// the same database.
    #[must_use]
    pub fn new(epoch: Epoch) -> Self {
        Self {
            owned: Arc::new(Ownership::everything(epoch)),
        }
    }
}

impl Placement for LocalPlacement {
    fn owned(&self) -> Arc<Ownership> {
        Arc::clone(&self.owned)
    }
}
