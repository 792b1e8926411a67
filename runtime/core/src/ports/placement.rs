//! Which shards this node works on.

use std::sync::Arc;

use crate::{Epoch, ShardId};

/// The shards a node owns, each with the epoch of its ownership.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ownership {
    epochs: Vec<Option<Epoch>>,
}

impl Ownership {
    /// Owns every shard under one epoch.
    #[must_use]
    pub fn everything(epoch: Epoch) -> Self {
        Self {
            epochs: vec![Some(epoch); usize::from(ShardId::COUNT)],
        }
    }

    /// The epoch a shard is owned under; `None` when it is another node's.
    #[must_use]
    pub fn epoch(&self, shard: ShardId) -> Option<Epoch> {
        self.epochs.get(usize::from(shard.0)).copied().flatten()
    }

    /// The owned shards, ascending, with their epochs.
    pub fn iter(&self) -> impl Iterator<Item = (ShardId, Epoch)> + '_ {
        (0..ShardId::COUNT)
            .zip(&self.epochs)
            .filter_map(|(shard, epoch)| epoch.map(|epoch| (ShardId(shard), epoch)))
    }

    /// The one epoch of a node that owns everything; `None` in a cluster.
    #[must_use]
    pub fn sole_epoch(&self) -> Option<Epoch> {
        let first = self.epochs.first().copied().flatten()?;
        (self.epochs.len() == usize::from(ShardId::COUNT) && self.epochs.iter().all(|epoch| *epoch == Some(first)))
            .then_some(first)
    }
}

/// The shards given, each under its epoch.
impl FromIterator<(ShardId, Epoch)> for Ownership {
    fn from_iter<I: IntoIterator<Item = (ShardId, Epoch)>>(owned: I) -> Self {
        let mut epochs = vec![None; usize::from(ShardId::COUNT)];
        for (shard, epoch) in owned {
            epochs[usize::from(shard.0 % ShardId::COUNT)] = Some(epoch);
        }
        Self { epochs }
    }
}

/// Tells which shards this node owns now. One node owns everything; in a cluster leases decide.
pub trait Placement: Send + Sync + 'static {
    /// The shards owned at this moment.
    fn owned(&self) -> Arc<Ownership>;
}
