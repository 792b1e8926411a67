//! What a conversation remembers.

use frontdesk_core::Personal;
use serde::{Deserialize, Serialize};

/// What a conversation remembers between two events.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {}

/// What is known of the person, for the welcome of a returning visitor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ContactView {
    /// Name.
    pub name: Option<Personal>,
    /// Phone in E.164.
    pub phone: Option<Personal>,
    /// Email.
    pub email: Option<Personal>,
    /// Whether the newsletter is wanted; `None` when the person has not said.
    pub newsletter: Option<bool>,
}

impl State {
    /// What is known of the person.
    #[must_use]
    pub fn contact(&self) -> ContactView {
        ContactView::default()
    }
}
