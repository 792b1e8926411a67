//! The writer's connection, and transactions that begin and end within scripts.
//!
//! A transaction of sqlx's own takes two messages to the connection's thread for its beginning and two for
//! its end. One whose BEGIN and COMMIT go along with other statements takes none, but sqlx knows nothing
//! of it: when nobody waits for its end any more, whoever takes the connection next undoes it.

use std::sync::atomic::{AtomicBool, Ordering};

use frontdesk_core::ports::store::Error;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::MutexGuard;

use super::Writer;
use crate::error::{port, unavailable};

const ROLLBACK: &str = "
    ROLLBACK";

impl Writer {
    /// Waits for the connection.
    pub(super) async fn lock(&self) -> Result<MutexGuard<'_, SqliteConnection>, Error> {
        let mut connection = tokio::time::timeout(self.wait, self.connection.lock())
            .await
            .map_err(unavailable)?;
        if self.is_open.load(Ordering::Relaxed) {
            OpenTransaction(&self.is_open).undo(&mut connection).await?;
        }
        Ok(connection)
    }

    /// To be called by whoever holds the connection, before it executes a script that begins a
    /// transaction.
    pub(super) fn open_transaction(&self) -> OpenTransaction<'_> {
        self.is_open.store(true, Ordering::Relaxed);
        OpenTransaction(&self.is_open)
    }
}

/// A transaction that a script began or is about to begin. Dropped, it is left to whoever is next.
#[must_use]
pub(super) struct OpenTransaction<'w>(&'w AtomicBool);

impl OpenTransaction<'_> {
    /// A script has committed it.
    pub(super) fn committed(self) {
        self.0.store(false, Ordering::Relaxed);
    }

    /// Undoes whatever there is of it.
    pub(super) async fn undo(self, connection: &mut SqliteConnection) -> Result<(), Error> {
        match sqlx::query(ROLLBACK).execute(connection).await {
            // It fails only where there is nothing to undo: the transaction did not begin, or has ended.
            Ok(_) | Err(sqlx::Error::Database(_)) => {
                self.0.store(false, Ordering::Relaxed);
                Ok(())
            }
            Err(error) => Err(port(error)),
        }
    }
}
