//! What Redis is used for. Nothing here is the only copy of anything.

mod hot;

pub(crate) use hot::Hot;
