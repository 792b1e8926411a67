//! The systems beside the channels that Frontdesk tells news to.

pub mod http;
pub mod webhook;
