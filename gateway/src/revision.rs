//! Which revision of the database a table in memory is of.

use frontdesk_core::ports::store::Error;
use tokio::sync::Mutex;

/// The revision that was loaded last; `None` before the first.
///
/// The ticker and the console load at any moment. One does so at a time, from reading the number to
/// replacing the table: otherwise what was read earlier could replace what was read later, and stay.
#[derive(Debug, Default)]
pub struct Revision(Mutex<Option<u64>>);

impl Revision {
    /// Loads when the number is another one than at the last time; `true` when it did.
    ///
    /// # Errors
    ///
    /// One of the two failed; then the next call tries again.
    pub async fn follow(
        &self,
        current: impl Future<Output = Result<u64, Error>>,
        load: impl Future<Output = Result<(), Error>>,
    ) -> Result<bool, Error> {
        let mut loaded = self.0.lock().await;
        let current = current.await?;
        if *loaded == Some(current) {
            return Ok(false);
        }
        load.await?;
        *loaded = Some(current);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use futures_util::poll;
    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn what_was_read_earlier_never_replaces_what_was_read_later() {
        let (stored, table, slow) = (AtomicU64::new(1), AtomicU64::new(0), Notify::new());
        let revision = Revision::default();
        let current = async || Ok(stored.load(Ordering::SeqCst));
        let early = revision.follow(current(), async {
            let read = stored.load(Ordering::SeqCst);
            slow.notified().await;
            table.store(read, Ordering::SeqCst);
            Ok(())
        });
        let mut early = Box::pin(early);
        assert!(poll!(&mut early).is_pending(), "it reads");
        stored.store(2, Ordering::SeqCst);
        let load = async || {
            table.store(stored.load(Ordering::SeqCst), Ordering::SeqCst);
            Ok(())
        };
        let mut late = Box::pin(revision.follow(current(), load()));
        assert!(poll!(&mut late).is_pending(), "it waits for the one before");
        slow.notify_one();
        assert!(early.await.unwrap());
        assert!(late.await.unwrap());
        assert_eq!(table.load(Ordering::SeqCst), 2);
        assert!(
            !revision.follow(current(), load()).await.unwrap(),
            "nothing has changed"
        );
    }

    #[tokio::test]
    async fn what_failed_is_tried_again() {
        let revision = Revision::default();
        let failed = || Error::Invalid("away".to_owned());
        assert!(revision.follow(async { Ok(1) }, async { Err(failed()) }).await.is_err());
        assert!(
            revision
                .follow(async { Err(failed()) }, async { Ok(()) })
                .await
                .is_err()
        );
        assert!(revision.follow(async { Ok(1) }, async { Ok(()) }).await.unwrap());
    }
}
