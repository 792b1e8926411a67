//! Who restarts whom.

pub(crate) mod root;
pub(crate) mod shard;
