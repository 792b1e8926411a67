//! The ports: what the runtime and the edges need from the outside, as traits with typed errors.
//! No implementations here.

pub mod access;
pub mod books;
pub mod clock;
pub mod dead_letters;
pub mod desk;
pub mod files;
pub mod hot;
pub mod outbox;
pub mod people;
pub mod placement;
pub mod presets;
pub mod pulse;
pub mod reader;
pub mod recount;
pub mod registry;
pub mod reports;
pub mod retention;
pub mod second_step;
pub mod store;
pub mod timers;
pub mod upkeep;
pub mod watch;
