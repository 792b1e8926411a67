//! A second step of signing in, for whoever wants it: a code of their phone beside the password.
//!
//! ```text
//!  password right ─► second step in force? ──no──► session
//!                        │ yes
//!                        ▼
//!                    begun sign-in (5 minutes, no session) ─► code, or recovery code ─► session
//! ```

mod entry;
mod setup;
mod totp;

use frontdesk_core::ports::registry::User;
use frontdesk_core::ports::second_step::SecondStep;

use super::{Console, Error};
use totp::Secret;

pub use entry::{ask, check, page as entry_page};
pub use setup::{begin, confirm, page as setup_page, remove, replace_codes};

impl Console {
    /// A user's second step, if it is in force.
    pub(super) async fn second_step(&self, user: &User) -> Result<Option<SecondStep>, Error> {
        let found = self.second_steps.second_step(user.id).await?;
        Ok(found.filter(|step| step.confirmed_at.is_some()))
    }

    /// What a user's codes are made from; `None` when the key it is sealed under is not set here.
    fn secret(&self, step: &SecondStep) -> Option<Secret> {
        match self.accounts.vault().unseal_second_step(step) {
            Ok(text) => Secret::read(&text),
            Err(error) => {
                tracing::error!(user.id = %step.user, %error, "the codes of a colleague cannot be checked");
                None
            }
        }
    }
}
