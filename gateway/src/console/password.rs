//! Passwords: hashed with Argon2, away from the threads that serve, and few at a time.

use std::sync::Arc;
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// Characters of a password at least.
pub const CHARACTERS_MIN: usize = 10;
/// Characters of a password at most: more would only cost time.
pub const CHARACTERS_MAX: usize = 200;
/// How many are hashed at once. Each takes 19 MiB and a core for a moment.
const AT_ONCE_MAX: usize = 2;
/// How long one may wait for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a password was neither hashed nor checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Too many are being hashed; later it will work.
    #[error("too many passwords are being checked")]
    Busy,
    /// The hash cannot be made.
    #[error("the password cannot be hashed")]
    Hash,
}

/// Whether a password is long enough, and not too long.
#[must_use]
pub fn is_acceptable(password: &str) -> bool {
    (CHARACTERS_MIN..=CHARACTERS_MAX).contains(&password.chars().count())
}

/// Hashes a password, in PHC form. Takes tens of milliseconds.
///
/// # Errors
///
/// [`Error::Hash`] when the system gives no randomness.
pub fn hash(password: &str) -> Result<String, Error> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|_| Error::Hash)
}

/// Hashes and checks passwords for the console.
#[derive(Debug)]
pub struct Passwords {
    places: Arc<Semaphore>,
    /// Checked for an account that does not exist, so that the time tells nothing.
    nobody: String,
}

impl Passwords {
    /// # Errors
    ///
    /// [`Error::Hash`] when the system gives no randomness.
    pub fn new() -> Result<Self, Error> {
        Ok(Self {
            places: Arc::new(Semaphore::new(AT_ONCE_MAX)),
            nobody: hash("nobody has this password")?,
        })
    }

    /// [`hash`], when there is a place.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn hash(&self, password: SecretString) -> Result<String, Error> {
        self.run(move || hash(password.expose_secret())).await?
    }

    /// Whether a password is the one of this hash; never, when there is none.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn is_right(&self, password: SecretString, kept: Option<&str>) -> Result<bool, Error> {
        let exists = kept.is_some();
        let kept = kept.unwrap_or(&self.nobody).to_owned();
        let is_right = self.run(move || verify(password.expose_secret(), &kept)).await?;
        Ok(is_right && exists)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let place = timeout(PATIENCE, Arc::clone(&self.places).acquire_owned()).await;
        let place = place.ok().and_then(Result::ok).ok_or(Error::Busy)?;
        let done = spawn_blocking(move || {
            let _place = place;
            work()
        });
        done.await.map_err(|_| Error::Hash)
    }
}

fn verify(password: &str, kept: &str) -> bool {
    Argon2::default().verify_password(password.as_bytes(), kept).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_somebody_is_right() {
        let passwords = Passwords::new().unwrap();
        let kept = passwords.hash("correct horse".into()).await.unwrap();
        assert!(passwords.is_right("correct horse".into(), Some(&kept)).await.unwrap());
        assert!(!passwords.is_right("correct house".into(), Some(&kept)).await.unwrap());
        assert!(
            !passwords
                .is_right("correct horse".into(), Some("not a hash"))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .is_right("nobody has this password".into(), None)
                .await
                .unwrap()
        );
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        assert!(!is_acceptable("ключ-ключ"));
        assert!(is_acceptable("ключ-ключ1"));
        assert!(!is_acceptable(&"x".repeat(201)));
    }
}
