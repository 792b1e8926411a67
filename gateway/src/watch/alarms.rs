//! Opens alarms for what is wrong, and closes them when it is over.
//!
//! A round looks at everything and raises what is wrong: so an alarm opens once, says what is seen now while
//! it lasts, and ends by itself, over restarts too. Some troubles are seen by one node alone (its breakers, the
//! requests that reach it), so an alarm ends when no node has raised it for some rounds.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use frontdesk_actors::Dialogue;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::outbox::Lane;
use frontdesk_core::ports::reader::{Page, Reader, Scope};
use frontdesk_core::ports::store::Error;
use frontdesk_core::ports::upkeep::{AccountState, Upkeep};
use frontdesk_core::ports::watch::{Cause, HourCount, Trouble, Watch};
use frontdesk_core::{TenantId, Timestamp};
use frontdesk_runtime::Runtime;
use metrics::gauge;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::signs::HOUR_MS;
use super::{HOURS_KEPT, Signs, every, silence};
use crate::metrics::ALARMS;
use crate::tenants::Directory;

/// Requests of a provider that are not believed within a quarter of an hour, before that is told.
const DENIED_MIN: u64 = 5;
/// Dead letters of one business within the last hour that still wait, before that is told.
const LETTERS_MIN: u64 = 5;
/// Failed looks at an account in a row, before that is told: many troubles pass by themselves.
const FAILURES_MIN: u64 = 2;
/// The time in which dead letters and recovered messages count.
const LAST_HOUR: Duration = Duration::from_secs(60 * 60);
/// How long an account counts as refused after the last message that it stopped: nothing leaves by it then, and
/// nobody can tell. In milliseconds.
const REFUSED_FOR_MS: i64 = 24 * HOUR_MS;
/// Dead letters looked at in a round, and open alarms counted after it.
const ROWS_MAX: u32 = 200;
/// Rounds in which no node sees a trouble, before its alarm is over: nodes go round at their own times.
const UNSEEN_ROUNDS: u32 = 3;

/// How often is looked.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The pause between two rounds, in milliseconds.
    pub every_ms: u64,
    /// How long a receiver must have been failing before that is told, in milliseconds: many troubles pass
    /// by themselves.
    pub resting_ms: u64,
    /// How long before the end of an account's token that is told, in milliseconds.
    pub ending_ms: u64,
}

/// What is looked at.
pub struct Alarms {
    config: Config,
    signs: Arc<Signs>,
    watch: Arc<dyn Watch>,
    upkeep: Arc<dyn Upkeep>,
    reader: Arc<dyn Reader>,
    runtime: Runtime<Dialogue>,
    tenants: Arc<Directory>,
    clock: Arc<dyn Clock>,
    silent: Mutex<Silent>,
}

impl std::fmt::Debug for Alarms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Alarms")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

/// The accounts that are silent against their habit, as of an hour.
#[derive(Debug, Default)]
struct Silent {
    hour: Option<i64>,
    troubles: HashMap<String, Trouble>,
}

impl Alarms {
    /// Over a running runtime, what is seen in passing, and the database.
    #[must_use]
    pub fn new(
        config: Config,
        signs: Arc<Signs>,
        database: &frontdesk_storage::Database,
        runtime: Runtime<Dialogue>,
        tenants: Arc<Directory>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            config,
            signs,
            watch: Arc::clone(&database.watch),
            upkeep: Arc::clone(&database.upkeep),
            reader: Arc::clone(&database.reader),
            runtime,
            tenants,
            clock,
            silent: Mutex::default(),
        }
    }

    /// Goes round until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let pause = Duration::from_millis(self.config.every_ms.max(1));
        every("alarms", pause, stop, || async {
            if let Err(error) = self.round().await {
                tracing::warn!(%error, "what needs attention could not be looked at; tried again");
            }
        })
        .await;
    }

    /// Looks at everything once.
    ///
    /// # Errors
    ///
    /// The database is away; the next round makes up for it.
    pub async fn round(&self) -> Result<(), Error> {
        let now = self.clock.now();
        self.write_hours().await?;
        self.write_refusals().await?;
        let troubles = self.troubles(now).await?;
        for trouble in &troubles {
            if self.watch.raise(Uuid::now_v7(), trouble, now).await? {
                let Trouble {
                    cause, subject, tenant, ..
                } = trouble;
                tracing::error!(cause = cause.code(), %subject, tenant.id = %tenant, count = trouble.count,
                    "an alarm: somebody must look, see the console");
            }
        }
        for alarm in self.watch.close_unseen(self.unseen_since(now), now).await? {
            tracing::info!(cause = alarm.trouble.cause.code(), subject = %alarm.trouble.subject, "an alarm is over");
        }
        self.count_open().await
    }

    /// A trouble that nobody has seen since then is over.
    fn unseen_since(&self, now: Timestamp) -> Timestamp {
        let pause = i64::try_from(self.config.every_ms).unwrap_or(i64::MAX);
        let unseen_ms = pause.saturating_mul(UNSEEN_ROUNDS.into());
        Timestamp::from_millis(now.as_millis().saturating_sub(unseen_ms))
    }

    /// Tells the open alarms to whoever watches, whichever node opened them.
    async fn count_open(&self) -> Result<(), Error> {
        let page = Page {
            after: None,
            limit: ROWS_MAX,
        };
        let open = self.watch.alarms(&Scope::All, false, page).await?.items;
        for cause in Cause::ALL {
            let count = open.iter().filter(|alarm| alarm.trouble.cause == cause).count();
            gauge!(ALARMS, "cause" => cause.code()).set(u32::try_from(count).unwrap_or(u32::MAX));
        }
        Ok(())
    }

    /// Writes down who wrote since the last round.
    async fn write_hours(&self) -> Result<(), Error> {
        let heard = self.signs.take_heard();
        if heard.is_empty() {
            return Ok(());
        }
        let written = self.watch.count_inbound(&heard).await;
        if written.is_err() {
            self.signs.put_back(heard);
        }
        written
    }

    /// Writes down which accounts were refused, and let in again, since the last round.
    async fn write_refusals(&self) -> Result<(), Error> {
        let changes = self.signs.take_refusals();
        let written = async {
            for (tenant, lane) in &changes.over {
                self.watch.end_refusal(tenant, lane).await?;
            }
            if !changes.fresh.is_empty() {
                self.watch.note_refusals(&changes.fresh).await?;
            }
            Ok(())
        };
        let written = written.await;
        if written.is_err() {
            self.signs.put_back_refusals(changes);
        }
        written
    }

    async fn troubles(&self, now: Timestamp) -> Result<Vec<Trouble>, Error> {
        let mut troubles = self.failing_signatures(now);
        troubles.extend(self.resting_receivers(now));
        troubles.extend(self.refused_accounts(now).await?);
        for state in self.upkeep.states().await? {
            troubles.extend(self.ending_token(&state, now));
            troubles.extend(failing_account(&state));
        }
        troubles.extend(self.growing_letters(now).await?);
        troubles.extend(self.missing_webhooks(now).await?);
        troubles.extend(self.silent_accounts(now).await?);
        Ok(troubles)
    }

    fn failing_signatures(&self, now: Timestamp) -> Vec<Trouble> {
        let proofs = self.signs.proofs(now).into_iter();
        proofs
            .filter(|(_, proofs)| proofs.denied >= DENIED_MIN && proofs.denied > proofs.believed)
            .map(|(provider, proofs)| Trouble {
                cause: Cause::SignaturesFailing,
                subject: provider.to_owned(),
                tenant: TenantId::nobody(),
                count: proofs.denied,
                moment: proofs.since,
            })
            .collect()
    }

    fn resting_receivers(&self, now: Timestamp) -> Vec<Trouble> {
        let long = Duration::from_millis(self.config.resting_ms);
        let resting = self.runtime.resting_receivers().into_iter();
        resting
            .filter(|(_, since)| now.since(*since) >= long)
            .map(|(sender, since)| Trouble {
                cause: Cause::BreakerOpen,
                subject: sender,
                tenant: TenantId::nobody(),
                count: 0,
                moment: since,
            })
            .collect()
    }

    /// Whichever node was refused.
    async fn refused_accounts(&self, now: Timestamp) -> Result<Vec<Trouble>, Error> {
        let refusals = self.watch.refusals(refused_since(now)).await?;
        self.signs.know_refusals(&refusals);
        let troubles = refusals.into_iter().map(|refusal| Trouble {
            cause: Cause::AccountRefused,
            subject: refusal.lane,
            tenant: refusal.tenant,
            count: refusal.count,
            moment: refusal.since,
        });
        Ok(troubles.collect())
    }

    fn ending_token(&self, state: &AccountState, now: Timestamp) -> Option<Trouble> {
        let soon = now.plus(Duration::from_millis(self.config.ending_ms));
        let moment = state.ends_at.filter(|ends_at| *ends_at <= soon)?;
        Some(Trouble {
            cause: Cause::TokenEnding,
            subject: state.provider.clone(),
            tenant: state.tenant.clone(),
            count: 0,
            moment,
        })
    }

    async fn growing_letters(&self, now: Timestamp) -> Result<Vec<Trouble>, Error> {
        let page = Page {
            after: None,
            limit: ROWS_MAX,
        };
        let letters = self.reader.dead_letters(&Scope::All, false, page).await?.items;
        let mut growing: BTreeMap<TenantId, (u64, Timestamp)> = BTreeMap::new();
        for letter in letters
            .into_iter()
            .filter(|letter| now.since(letter.parked_at) <= LAST_HOUR)
        {
            let (count, oldest) = growing.entry(letter.tenant).or_insert((0, letter.parked_at));
            *count += 1;
            *oldest = (*oldest).min(letter.parked_at);
        }
        let enough = growing.into_iter().filter(|(_, (count, _))| *count >= LETTERS_MIN);
        Ok(enough
            .map(|(tenant, (count, oldest))| Trouble {
                cause: Cause::DeadLettersGrowing,
                subject: tenant.to_string(),
                tenant,
                count,
                moment: oldest,
            })
            .collect())
    }

    async fn missing_webhooks(&self, now: Timestamp) -> Result<Vec<Trouble>, Error> {
        // To the hour, so that an alarm does not change with every round.
        let hour = now.as_millis().div_euclid(HOUR_MS) - 1;
        let since = Timestamp::from_millis(hour * HOUR_MS);
        let mut missing = Vec::new();
        for (lane, tenant) in self.accounts() {
            let count = self.watch.recoveries_since(&lane, since).await?;
            if count > 0 {
                missing.push(Trouble {
                    cause: Cause::WebhooksMissing,
                    subject: lane,
                    tenant,
                    count,
                    moment: since,
                });
            }
        }
        Ok(missing)
    }

    /// Habits are looked at once an hour: no sooner can an hour of silence be over. Whoever was heard since,
    /// by whichever node, is not silent.
    async fn silent_accounts(&self, now: Timestamp) -> Result<Vec<Trouble>, Error> {
        let hour = now.as_millis().div_euclid(HOUR_MS);
        if self.silent.lock().hour != Some(hour) {
            let counts = self.watch.inbound_hours(hour - HOURS_KEPT).await?;
            self.watch.forget_inbound_hours(hour - HOURS_KEPT).await?;
            self.watch.forget_refusals(refused_since(now)).await?;
            let troubles = self.against_habit(counts, hour);
            *self.silent.lock() = Silent {
                hour: Some(hour),
                troubles,
            };
        } else if !self.silent.lock().troubles.is_empty() {
            let heard = self.watch.inbound_hours(hour).await?;
            let mut silent = self.silent.lock();
            for count in heard {
                silent.troubles.remove(&count.lane);
            }
        }
        Ok(self.silent.lock().troubles.values().cloned().collect())
    }

    fn against_habit(&self, counts: Vec<HourCount>, hour: i64) -> HashMap<String, Trouble> {
        let mut by_lane: HashMap<String, Vec<(i64, u64)>> = HashMap::new();
        for count in counts {
            by_lane.entry(count.lane).or_default().push((count.hour, count.count));
        }
        let silent = self.accounts().into_iter().filter_map(|(lane, tenant)| {
            let found = silence(by_lane.get(&lane)?, hour)?;
            let trouble = Trouble {
                cause: Cause::InboundSilent,
                subject: lane.clone(),
                tenant,
                count: found.usual,
                moment: Timestamp::from_millis((found.last_heard + 1) * HOUR_MS),
            };
            Some((lane, trouble))
        });
        silent.collect()
    }

    /// Our accounts at providers, and whose they are.
    fn accounts(&self) -> Vec<(String, TenantId)> {
        let account = |route: frontdesk_core::ports::registry::Route| {
            let lane = Lane::of_account(route.provider.as_deref()?, &route.address);
            Some((lane.into(), route.tenant))
        };
        self.tenants.routes().into_iter().filter_map(account).collect()
    }
}

/// Who was last refused before then may be let in by now.
const fn refused_since(now: Timestamp) -> Timestamp {
    Timestamp::from_millis(now.as_millis() - REFUSED_FOR_MS)
}

fn failing_account(state: &AccountState) -> Option<Trouble> {
    let failing = state.failing.as_ref().filter(|failing| failing.count >= FAILURES_MIN)?;
    Some(Trouble {
        cause: Cause::AccountFailing,
        subject: state.provider.clone(),
        tenant: state.tenant.clone(),
        count: failing.count,
        moment: failing.since,
    })
}
