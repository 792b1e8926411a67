//! The ways out beside the channels: a tenant's own system, and a person's other conversations.

pub mod http;
pub mod peers;
pub mod webhook;
