//! The second step of signing in: codes of a device, and recovery codes for the day it is lost.
//!
//! A secret that makes codes is known here only sealed; recovery codes only as hashes.

use async_trait::async_trait;

use super::registry::User;
use super::store::Error;
use crate::{Timestamp, UserId};

/// What a user's codes are made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondStep {
    /// Whose.
    pub user: UserId,
    /// Which key the secret is sealed under.
    pub key_id: String,
    /// The secret, sealed.
    pub sealed: Vec<u8>,
    /// When setting it up began.
    pub began_at: Timestamp,
    /// Since when it is asked for; `None` while it is being set up.
    pub confirmed_at: Option<Timestamp>,
    /// Recovery codes that nobody has used.
    pub recovery_codes: u32,
}

/// A password was right, and the code is still to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BegunSignIn {
    /// SHA-256 of the token that the browser keeps meanwhile.
    pub token_hash: [u8; 32],
    /// Who.
    pub user: UserId,
    /// When the password was right.
    pub began_at: Timestamp,
    /// Until when the code may follow.
    pub expires_at: Timestamp,
}

/// The second steps of users.
#[async_trait]
pub trait SecondSteps: Send + Sync + 'static {
    /// A user's, being set up or in force.
    async fn second_step(&self, user: UserId) -> Result<Option<SecondStep>, Error>;

    /// Everybody's, by user.
    async fn second_steps(&self) -> Result<Vec<SecondStep>, Error>;

    /// Begins to set one up, in place of one that was never confirmed; `false` when one is in force.
    async fn propose_second_step(
        &self,
        user: UserId,
        key_id: &str,
        sealed: &[u8],
        began_at: Timestamp,
    ) -> Result<bool, Error>;

    /// Puts the proposed one in force with its recovery codes' SHA-256; `code_number` is the number of
    /// the code that proved it, which is used up by that. `false` when it is not the one proposed with
    /// this secret, or is in force already.
    async fn confirm_second_step(
        &self,
        user: UserId,
        sealed: &[u8],
        code_number: u64,
        recovery_hashes: &[[u8; 32]],
        now: Timestamp,
    ) -> Result<bool, Error>;

    /// Uses the code of this number up, and all before it; `false` when it was used up already.
    async fn use_code(&self, user: UserId, code_number: u64) -> Result<bool, Error>;

    /// Uses a recovery code up; `false` when the user has no such one.
    async fn use_recovery_code(&self, user: UserId, hash: &[u8; 32]) -> Result<bool, Error>;

    /// Replaces all recovery codes; `false` when no second step is in force.
    async fn replace_recovery_codes(&self, user: UserId, hashes: &[[u8; 32]]) -> Result<bool, Error>;

    /// Keeps the same secret sealed anew; `false` when it is not the one that was `sealed`.
    async fn reseal_second_step(&self, was: &SecondStep, key_id: &str, sealed: &[u8]) -> Result<bool, Error>;

    /// Removes a user's second step with its recovery codes; `false` when there is none.
    async fn remove_second_step(&self, user: UserId) -> Result<bool, Error>;

    /// Remembers that a password was right, and forgets those whose code never came.
    async fn begin_sign_in(&self, begun: &BegunSignIn) -> Result<(), Error>;

    /// Who began to sign in with this token, unless it has ended by `now`.
    async fn begun_sign_in(&self, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<User>, Error>;

    /// Forgets it; `false` when it was not there: of two who finish it, one does.
    async fn end_begun_sign_in(&self, token_hash: &[u8; 32]) -> Result<bool, Error>;
}
