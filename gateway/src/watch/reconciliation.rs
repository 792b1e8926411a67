//! Asks providers what was written to us, and takes in what no webhook brought.
//!
//! Each account of ours has a mark: up to there everything was looked for. A round asks for what lies
//! between the mark and a little while ago, a little before the mark too, since lists fill up late; a
//! webhook that is merely on its way is given its time. What has a receipt is left alone. The rest goes
//! the way of every webhook, under the same identity: should the webhook come after all, it is a
//! duplicate.

use std::sync::Arc;
use std::time::Duration;

use frontdesk_core::Timestamp;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::outbox::{Lane, SendError};
use frontdesk_core::ports::registry::Route;
use frontdesk_core::ports::store;
use frontdesk_core::ports::watch::Watch;
use metrics::counter;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::channels::{Accounts, Asked, Inbox, Intake, NAMES, Taken, Written};
use crate::metrics::{RECONCILIATION_FAILURES, RECOVERED};
use crate::tenants::Directory;
use crate::watch::every;

/// How far before the mark is asked again: a list may show a message later than one written after it.
const OVERLAP: Duration = Duration::from_secs(5 * 60);
/// How long one account may take in a round.
const ACCOUNT_DEADLINE: Duration = Duration::from_secs(60);
/// The shortest stretch of time asked for. One so full that its pages are too many is cut short.
const STRETCH_MIN: Duration = Duration::from_secs(60);

/// How often is asked, and for what.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The pause between two rounds, in milliseconds; 0 never asks.
    pub every_ms: u64,
    /// How old a message must be before its webhook counts as missing, in milliseconds.
    pub settle_ms: u64,
    /// How far back is looked at most, in milliseconds.
    pub look_back_ms: u64,
    /// Pages of one account in one round.
    pub pages_max: u32,
}

/// Why an account could not be looked at.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("the provider: {0}")]
    Provider(#[from] SendError),
    #[error("{0}")]
    Store(#[from] store::Error),
    #[error("not everything could be taken in; the rest comes with the next round")]
    Busy,
}

/// The job.
pub struct Reconciliation {
    config: Config,
    accounts: Arc<Accounts>,
    intake: Arc<Intake>,
    tenants: Arc<Directory>,
    watch: Arc<dyn Watch>,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Reconciliation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reconciliation")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

/// A stretch of time, of which everything was found or only the newest.
struct Found {
    written: Vec<Written>,
    is_whole: bool,
}

impl Reconciliation {
    /// Over the accounts at providers that can tell.
    #[must_use]
    pub const fn new(
        config: Config,
        accounts: Arc<Accounts>,
        intake: Arc<Intake>,
        tenants: Arc<Directory>,
        watch: Arc<dyn Watch>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            config,
            accounts,
            intake,
            tenants,
            watch,
            clock,
        }
    }

    /// Goes round until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        if self.config.every_ms > 0 {
            let pause = Duration::from_millis(self.config.every_ms);
            every("reconciliation", pause, stop, || self.round()).await;
        }
    }

    /// Looks at every account once, one after the other: a provider sees one question at a time.
    pub async fn round(&self) {
        for route in self.tenants.routes() {
            let Some(provider) = route.provider.as_deref() else {
                continue;
            };
            // A voice number of the same provider has no inbox of texts.
            if !NAMES.contains(&(provider, route.channel)) {
                continue;
            }
            let Some(inbox) = self.accounts.inbox(&route.tenant, provider) else {
                continue;
            };
            let lane = Lane::of_account(provider, &route.address);
            match timeout(ACCOUNT_DEADLINE, self.account(&*inbox, &route, &lane)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => self.failed(&lane, &error.to_string()),
                Err(_) => self.failed(&lane, "it took too long"),
            }
        }
    }

    fn failed(&self, lane: &Lane, error: &str) {
        counter!(RECONCILIATION_FAILURES, "provider" => lane.sender().to_owned()).increment(1);
        tracing::warn!(
            lane = lane.as_str(),
            error,
            "an account could not be looked at for missing messages"
        );
    }

    async fn account(&self, inbox: &dyn Inbox, route: &Route, lane: &Lane) -> Result<(), Error> {
        let now = self.clock.now();
        let settled = before(now, Duration::from_millis(self.config.settle_ms));
        let Some(mark) = self.watch.inbox_mark(lane.as_str()).await? else {
            // What was written before this account was ours to look at is not ours to answer.
            return Ok(self.watch.move_inbox_mark(lane.as_str(), now).await?);
        };
        let oldest = before(now, Duration::from_millis(self.config.look_back_ms));
        let from = before(mark, OVERLAP).max(oldest);
        let mut until = settled;
        let found = loop {
            if until <= mark {
                return Ok(());
            }
            let found = self.stretch(inbox, route, from, until).await?;
            let length = until.since(from);
            if found.is_whole || length <= STRETCH_MIN {
                break found;
            }
            until = from.plus(length / 2);
        };
        if !found.is_whole {
            tracing::error!(
                lane = lane.as_str(),
                "more was written in a minute than may be asked for; some of it may be missing"
            );
        }
        self.take(lane, found.written).await?;
        Ok(self.watch.move_inbox_mark(lane.as_str(), until).await?)
    }

    /// Everything written between two moments, as far as the pages go.
    async fn stretch(
        &self,
        inbox: &dyn Inbox,
        route: &Route,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Found, Error> {
        let mut written = Vec::new();
        let mut next: Option<String> = None;
        for _ in 0..self.config.pages_max.max(1) {
            let asked = Asked {
                tenant: &route.tenant,
                ours: &route.address,
                from,
                until,
                page: next.as_deref(),
            };
            let page = inbox.written(&asked).await?;
            let is_asked_for =
                |written: &Written| written.item.ours == route.address && written.at >= from && written.at < until;
            written.extend(page.items.into_iter().filter(is_asked_for));
            next = page.next;
            if next.is_none() {
                return Ok(Found {
                    written,
                    is_whole: true,
                });
            }
        }
        Ok(Found {
            written,
            is_whole: false,
        })
    }

    /// Takes in what has no receipt, in the order it was written.
    async fn take(&self, lane: &Lane, mut written: Vec<Written>) -> Result<(), Error> {
        // Lists are newest first, and some count in seconds.
        written.reverse();
        written.sort_by_key(|written| written.at);
        let mut recovered: u64 = 0;
        for one in written {
            match self.intake.recover(one).await {
                Ok(Taken::Recovered) => recovered += 1,
                Ok(Taken::Known) => {}
                Err(_) => return Err(Error::Busy),
            }
        }
        if recovered > 0 {
            counter!(RECOVERED, "provider" => lane.sender().to_owned()).increment(recovered);
            tracing::warn!(
                lane = lane.as_str(),
                messages = recovered,
                "messages were found at the provider that no webhook brought"
            );
        }
        Ok(())
    }
}

fn before(moment: Timestamp, span: Duration) -> Timestamp {
    let span = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(moment.as_millis().saturating_sub(span))
}
