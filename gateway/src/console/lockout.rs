//! The lock after repeated failures. Passwords and codes of one account are counted together, so that
//! whoever has found the one gets no further tries for the other.

use std::time::Duration;

use frontdesk_core::Timestamp;
use frontdesk_core::ports::registry::User;
use frontdesk_core::ports::store;
use secrecy::SecretString;

use super::{Console, Error};
use crate::api::secret_hash;

/// Attempts on one account within [`WINDOW`]; more are not even looked at.
const ATTEMPTS_MAX: u32 = 5;
/// How long attempts count.
const WINDOW: Duration = Duration::from_secs(15 * 60);

/// What became of a password that somebody signed in gave again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// It is theirs.
    Right,
    /// It is not.
    Wrong,
    /// There were too many attempts to look at it.
    Locked,
}

impl Console {
    /// Counts an attempt on the account of this email, lower-cased, existing or not; whether it may be
    /// looked at.
    pub(super) async fn may_try(&self, email: &str) -> Result<bool, store::Error> {
        let now = self.clock.now();
        let window = i64::try_from(WINDOW.as_millis()).unwrap_or(i64::MAX);
        let since = Timestamp::from_millis(now.as_millis() - window);
        let attempts = self.access.count_attempt(&secret_hash(email), now, since).await?;
        Ok(attempts <= ATTEMPTS_MAX)
    }

    /// Forgets the attempts after one that succeeded.
    pub(super) async fn forget_attempts(&self, email: &str) -> Result<(), store::Error> {
        self.access.forget_attempts(&secret_hash(email)).await
    }

    /// Whether a password is the one of somebody who is signed in. It counts as an attempt.
    pub(super) async fn judge_password(&self, user: &User, password: SecretString) -> Result<Given, Error> {
        if !self.may_try(&user.email).await? {
            return Ok(Given::Locked);
        }
        if !self.passwords.is_right(password, Some(&user.password_hash)).await? {
            return Ok(Given::Wrong);
        }
        self.forget_attempts(&user.email).await?;
        Ok(Given::Right)
    }
}
