//! What keeps the books behind the ledger: it counts once what was there before them, adds up what
//! commits enter, and tells the sums to whoever watches.

use std::sync::Arc;
use std::time::Duration;

use frontdesk_core::ChannelKind;
use frontdesk_core::ports::books::Books;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::reader::{LedgerRow, Reader, Scope};
use frontdesk_core::ports::store;
use metrics::gauge;
use tokio_util::sync::CancellationToken;

use crate::metrics::{LEDGER_EVENTS, LEDGER_UNBALANCED};

/// How often entries are added up: a page reads those that wait, so there should be few.
const POST_EVERY: Duration = Duration::from_secs(5);
/// Entries of one transaction.
const ENTRIES_MAX: u32 = 5_000;
/// Transactions in a row before others get their turn; the next look goes on.
const BATCHES_MAX: usize = 100;
/// After a count that failed.
const COUNT_AGAIN_AFTER: Duration = Duration::from_secs(60);

/// Counts what was there before the books, if nobody has, and adds up entries until `stop`.
pub async fn run(books: Arc<dyn Books>, reader: Arc<dyn Reader>, clock: Arc<dyn Clock>, stop: CancellationToken) {
    let opening = open(&*books, &*clock);
    let posting = async {
        loop {
            tokio::time::sleep(POST_EVERY).await;
            post(&*books).await;
            tell(&*books, &*reader).await;
        }
    };
    // To count a big database takes minutes, in which entries are added up all the same.
    let _ = stop.run_until_cancelled(async { tokio::join!(opening, posting) }).await;
}

/// The ledger; `None` while what was there before the books is being counted.
///
/// # Errors
///
/// The database is away or refuses.
pub async fn ledger(
    books: &dyn Books,
    reader: &dyn Reader,
    scope: &Scope,
) -> Result<Option<Vec<LedgerRow>>, store::Error> {
    match books.opened_at().await? {
        Some(_) => reader.ledger(scope).await.map(Some),
        None => Ok(None),
    }
}

async fn open(books: &dyn Books, clock: &dyn Clock) {
    loop {
        let opened = match books.opened_at().await {
            Ok(Some(_)) => return,
            Ok(None) => books.open(None, clock.now()).await,
            Err(error) => Err(error),
        };
        match opened {
            Ok(is_first) => {
                if is_first {
                    tracing::info!("the ledger holds what was there before its books");
                }
                return;
            }
            Err(error) => tracing::warn!(%error, "what was there before the ledger's books could not be counted"),
        }
        tokio::time::sleep(COUNT_AGAIN_AFTER).await;
    }
}

async fn post(books: &dyn Books) {
    for _ in 0..BATCHES_MAX {
        match books.post(ENTRIES_MAX).await {
            Ok(posted) if posted < u64::from(ENTRIES_MAX) => return,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "entries of the ledger could not be added up");
                return;
            }
        }
    }
}

/// Sets what `/metrics` says. Nothing is said of what cannot be read: the next look says it.
async fn tell(books: &dyn Books, reader: &dyn Reader) {
    let Ok(Some(rows)) = ledger(books, reader, &Scope::All).await else {
        return;
    };
    for channel in ChannelKind::ALL {
        let of_channel = || rows.iter().filter(|row| row.channel == channel);
        for (outcome, events) in [
            ("processed", of_channel().map(|row| row.processed).sum::<u64>()),
            ("parked", of_channel().map(|row| row.parked).sum()),
            ("refused", of_channel().map(|row| row.refused).sum()),
        ] {
            gauge!(LEDGER_EVENTS, "channel" => channel.code(), "outcome" => outcome).set(events as f64);
        }
    }
    let unbalanced = rows.iter().filter(|row| !LedgerRow::is_balanced(row)).count();
    gauge!(LEDGER_UNBALANCED).set(unbalanced as f64);
}
