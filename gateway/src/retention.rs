//! The nightly job that forgets what tenants no longer want kept (`[profile.retention]`).
//!
//! It runs in the hour after three in the morning on the tenant's own clock, in small batches with
//! pauses, and once a day on each node; that two nodes forget the same is harmless.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use frontdesk_actors::Retention as Kept;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::retention::Retention;
use frontdesk_core::ports::store;
use frontdesk_core::{TenantId, Timestamp};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use metrics::counter;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::metrics::FORGOTTEN;
use crate::tenants::Directory;

/// How often it is looked whose night it is.
const LOOK_EVERY: Duration = Duration::from_secs(10 * 60);
/// The hour of the night.
const HOUR: i8 = 3;
/// Between two batches, so that whoever works meanwhile hardly notices.
const PAUSE: Duration = Duration::from_millis(200);
/// Batches of one night and kind; what is left is forgotten the next night.
const BATCHES_MAX: usize = 20_000;

/// Batches of the outbox at one look; the next look goes on.
const OUTBOX_BATCHES_MAX: usize = 100;

/// What is kept for the installation, whatever its tenants want.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Days after which what was sent and taken leaves the outbox; 0 keeps it for ever.
    pub sent_days: u16,
}

/// How much was forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Conversations whose messages are gone.
    pub conversations: u64,
    /// Dead letters.
    pub dead_letters: u64,
    /// Entries of the log of who did what.
    pub audit: u64,
}

/// Forgets each night, until `stop`.
pub async fn run(
    retention: Arc<dyn Retention>,
    directory: Arc<Directory>,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
) {
    let mut done: HashMap<TenantId, Date> = HashMap::new();
    while stop.run_until_cancelled(tokio::time::sleep(LOOK_EVERY)).await.is_some() {
        let now = clock.now();
        for id in directory.ids() {
            let Some(tenant) = directory.find(&id) else { continue };
            let settings = tenant.settings();
            let Some(night) = night(now, &settings.time_zone) else {
                continue;
            };
            if settings.retention == Kept::default() || done.get(&id) == Some(&night) {
                continue;
            }
            let Some(forgotten) = stop
                .run_until_cancelled(sweep(&*retention, &id, settings.retention, now))
                .await
            else {
                return;
            };
            match forgotten {
                Ok(forgotten) => {
                    tracing::info!(tenant.id = %id, conversations = forgotten.conversations,
                        dead_letters = forgotten.dead_letters, audit = forgotten.audit, "forgot what is no longer kept");
                    done.insert(id, night);
                }
                // Looked at again within the hour.
                Err(error) => tracing::warn!(tenant.id = %id, %error, "what is no longer kept could not be forgotten"),
            }
        }
    }
}

/// Clears what was sent long ago out of the outbox, some at each look, until `stop`.
pub async fn tidy_outbox(
    retention: Arc<dyn Retention>,
    config: Config,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
) {
    if config.sent_days == 0 {
        return;
    }
    let mut after = None;
    while stop.run_until_cancelled(tokio::time::sleep(LOOK_EVERY)).await.is_some() {
        let before = days_before(clock.now(), config.sent_days);
        for _ in 0..OUTBOX_BATCHES_MAX {
            match retention.forget_sent(before, after).await {
                Ok(tidied) => {
                    counter!(FORGOTTEN, "what" => "sent").increment(tidied.count);
                    after = tidied.next;
                }
                Err(error) => tracing::warn!(%error, "what was sent long ago could not be removed"),
            }
            if after.is_none() || stop.run_until_cancelled(tokio::time::sleep(PAUSE)).await.is_none() {
                break;
            }
        }
    }
}

fn days_before(now: Timestamp, days: u16) -> Timestamp {
    const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
    Timestamp::from_millis(now.as_millis().saturating_sub(i64::from(days) * DAY_MS))
}

/// The day whose night it is on a clock, if it is night there.
fn night(now: Timestamp, time_zone: &str) -> Option<Date> {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    let local = now.to_jiff().to_zoned(zone);
    (local.hour() == HOUR).then(|| local.date())
}

/// Forgets what a tenant no longer wants kept, as of `now`.
///
/// # Errors
///
/// The database is away or refuses; what was forgotten before is forgotten.
pub async fn sweep(
    retention: &dyn Retention,
    tenant: &TenantId,
    kept: Kept,
    now: Timestamp,
) -> Result<Forgotten, store::Error> {
    let before = |days| days_before(now, days);
    let mut forgotten = Forgotten::default();
    if let Some(days) = kept.conversations {
        let mut after = None;
        for _ in 0..BATCHES_MAX {
            let batch = retention.forget_conversations(tenant, before(days), after).await?;
            forgotten.conversations += batch.count;
            let Some(next) = batch.next else { break };
            after = Some(next);
            tokio::time::sleep(PAUSE).await;
        }
    }
    if let Some(days) = kept.dead_letters {
        for _ in 0..BATCHES_MAX {
            match retention.forget_dead_letters(tenant, before(days)).await? {
                0 => break,
                count => forgotten.dead_letters += count,
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
    if let Some(days) = kept.audit {
        for _ in 0..BATCHES_MAX {
            match retention.forget_audit(tenant, before(days)).await? {
                0 => break,
                count => forgotten.audit += count,
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
    counter!(FORGOTTEN, "what" => "conversations").increment(forgotten.conversations);
    counter!(FORGOTTEN, "what" => "dead_letters").increment(forgotten.dead_letters);
    counter!(FORGOTTEN, "what" => "audit").increment(forgotten.audit);
    Ok(forgotten)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn night_is_on_the_tenants_own_clock() {
        let now: jiff::Timestamp = "2026-11-21T08:20:00Z".parse().unwrap();
        let now = now.into();
        assert_eq!(night(now, "America/New_York"), Some(jiff::civil::date(2026, 11, 21)));
        assert_eq!(night(now, "Europe/Kyiv"), None);
    }
}
