//! Which shards this node works on.

mod local;

pub use local::LocalPlacement;
