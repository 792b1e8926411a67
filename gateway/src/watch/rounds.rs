//! Jobs that come round again and again.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use tokio_util::sync::CancellationToken;

/// Runs a job with a pause before each round, until `stop`. A round that panics is told, and the next
/// one comes; one that is under way when the server stops is dropped, so it must be safe to repeat.
pub async fn every<F: Future<Output = ()>>(
    name: &'static str,
    pause: Duration,
    stop: CancellationToken,
    mut round: impl FnMut() -> F,
) {
    while stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_some() {
        let round = AssertUnwindSafe(round()).catch_unwind();
        match stop.run_until_cancelled(round).await {
            Some(Ok(())) => {}
            Some(Err(_)) => tracing::error!(job = name, "a round panicked; the next one comes"),
            None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_round_that_panics_is_followed_by_the_next() {
        let rounds = AtomicU32::new(0);
        let stop = CancellationToken::new();
        let job = every("test", Duration::ZERO, stop.clone(), || {
            let number = rounds.fetch_add(1, Ordering::Relaxed) + 1;
            let stop = stop.clone();
            async move {
                match number {
                    1 => panic!("told to panic"),
                    2 => {}
                    _ => stop.cancel(),
                }
            }
        });
        job.await;
        assert_eq!(rounds.load(Ordering::Relaxed), 3);
    }
}
