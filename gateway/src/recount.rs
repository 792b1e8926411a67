//! What counts ahead of reports: days that are over, in rounds, so that no page counts years.

use std::sync::Arc;
use std::time::Duration;

use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::recount::Recount;
use tokio_util::sync::CancellationToken;

/// From the end of a round to the next one: so long may a report not know what changed in days gone by.
const ROUND_EVERY: Duration = Duration::from_secs(60 * 60);
/// How often it is looked whether a round is due, and how long is waited after a failure.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// Between two steps, so that whoever works meanwhile hardly notices.
const PAUSE: Duration = Duration::from_millis(20);

/// Counts until `stop`; nodes share the rounds.
pub async fn run(recount: Arc<dyn Recount>, clock: Arc<dyn Clock>, stop: CancellationToken) {
    loop {
        let now = clock.now();
        let pause = match recount.recount_sources(now, now.plus(ROUND_EVERY)).await {
            Ok(true) => PAUSE,
            Ok(false) => LOOK_EVERY,
            Err(error) => {
                tracing::warn!(%error, "days that are over could not be counted");
                LOOK_EVERY
            }
        };
        if stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_none() {
            return;
        }
    }
}
