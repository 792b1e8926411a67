//! What happens to every request of every provider, from its first byte to the acknowledgement.
//!
//! ```text
//!  request ─► doors ─► believed ─► gather ─► whose ─► recognise ─► admit ─► commit ─► answer
//!             which    403         items     tenant   which of     event    durable   200 | 503
//!             account                                 two ids
//! ```
//!
//! What a report is of is found by [`reported`], and a message that is refused afterwards for the time being is
//! sent once more by [`again`]. What cannot be read, and what is not to be delivered, is kept by [`parking`]; what no webhook brought
//! comes in by [`recovery`]; what was kept is read once more by [`replay`].

mod acquaintance;
mod again;
mod parking;
mod recovery;
mod replay;
mod reported;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use frontdesk_actors::Dialogue;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::reports::Reports;
use frontdesk_core::ports::store::{self, Store};
use frontdesk_core::ports::watch::Watch;
use frontdesk_core::{ConversationId, InboundEvent, Payload, TenantId, Timestamp, UserMessage};
use frontdesk_runtime::{Refused, Runtime};
use frontdesk_storage::Database;
use futures_util::{StreamExt, stream};
use metrics::{counter, histogram};
use tokio::time::{Instant, timeout};

use self::acquaintance::Acquaintances;
use self::parking::{refusal, undelivered};
use self::reported::patience;
use super::accounts::Accounts;
use super::doors::{Door, believed, greeting};
use super::news::Told;
use super::{Denied, Item, News, Request, Ungathered, Unreadable};
use crate::metrics::{WEBHOOK_DENIALS, WEBHOOK_ITEMS, WEBHOOK_SECONDS, WEBHOOKS};
use crate::tenants::Directory;
use crate::watch::Signs;

pub use recovery::Taken;
pub use replay::{Error as ReplayError, Replayed, Replays};

/// Things in one request; providers batch up to a thousand.
const ITEMS_MAX: usize = 2_000;
/// Conversations of one request that are served at once.
const CONVERSATIONS_AT_ONCE: usize = 16;
/// Characters of a person's text; a longer one waits for a colleague's eye.
const TEXT_CHARACTERS_MAX: usize = 10_000;
/// How long ago a message can have been written that comes in now. A clock that is off is not believed.
const WRITTEN_WITHIN: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// What a provider is told to wait that has to come again, in seconds.
const RETRY_AFTER_S: u64 = 2;

/// Why a request is kept in which somebody wrote to nobody.
const UNOWNED: &str = "written to an address of ours that no business has; add its route, then replay";

/// Takes providers' requests in.
pub struct Intake {
    runtime: Runtime<Dialogue>,
    store: Arc<dyn Store>,
    watch: Arc<dyn Watch>,
    reports: Arc<dyn Reports>,
    signs: Arc<Signs>,
    acquaintances: Acquaintances,
    accounts: Arc<Accounts>,
    tenants: Arc<Directory>,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Intake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Intake").finish_non_exhaustive()
    }
}

/// Not everything is durable: the provider has to send it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Again {
    /// After so many seconds.
    pub after_s: u64,
}

impl From<store::Error> for Again {
    fn from(error: store::Error) -> Self {
        tracing::warn!(%error, "a webhook could not be stored; its sender is told to come again");
        Self { after_s: RETRY_AFTER_S }
    }
}

/// What became of one thing that was told; all of these are durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Processed,
    /// It was known already.
    Duplicate,
    /// Kept until somebody has looked.
    Parked,
    /// Of nobody, or forbidden: only a receipt is kept.
    Refused,
}

impl Fate {
    /// The stable name in metrics.
    const fn code(self) -> &'static str {
        match self {
            Self::Processed => "processed",
            Self::Duplicate => "duplicate",
            Self::Parked => "parked",
            Self::Refused => "refused",
        }
    }
}

/// The things a request tells, and whose each is.
struct Mail {
    items: Vec<(TenantId, Item)>,
    /// Somebody wrote to an address of ours that no business has: once it has one, that can be delivered
    /// after all.
    is_unowned: bool,
}

/// The addresses that providers call.
pub fn router(intake: &Arc<Intake>) -> Router {
    let channels = intake.accounts.environment().iter();
    let webhooks = channels.flat_map(|channel| &channel.webhooks);
    webhooks.fold(Router::new(), |router, (path, webhook)| {
        let (path, provider) = (*path, webhook.provider());
        let intake = Arc::clone(intake);
        let handler = move |method: Method, uri: Uri, headers: HeaderMap, body: Result<Bytes, BytesRejection>| {
            let intake = Arc::clone(&intake);
            async move {
                match body {
                    Ok(body) => {
                        let request = Request {
                            method,
                            uri,
                            headers,
                            body,
                        };
                        intake.take(path, provider, &request).await
                    }
                    Err(rejected) => rejected.into_response(),
                }
            }
        };
        router.route(path, any(handler))
    })
}

impl Intake {
    /// Over a running runtime and its database, for requests that come in over these accounts; what is seen
    /// in passing is told to `signs`.
    #[must_use]
    pub fn new(
        runtime: Runtime<Dialogue>,
        database: &Database,
        signs: Arc<Signs>,
        accounts: Arc<Accounts>,
        tenants: Arc<Directory>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            runtime,
            store: Arc::clone(&database.store),
            watch: Arc::clone(&database.watch),
            reports: Arc::clone(&database.reports),
            signs,
            acquaintances: Acquaintances::new(Arc::clone(&database.people)),
            accounts,
            tenants,
            clock,
        }
    }

    /// Answers a request to a path of a provider's; with the provider's acknowledgement only when all of it
    /// is durable.
    pub async fn take(&self, path: &str, provider: &'static str, request: &Request) -> Response {
        let started = Instant::now();
        let doors = self.accounts.doors(path, request);
        if let Some(greeting) = greeting(&doors, request) {
            counter!(WEBHOOKS, "provider" => provider, "result" => "greeted").increment(1);
            return greeting;
        }
        let door = match self.prove(provider, &doors, request) {
            Ok(door) => door,
            Err(denied) => {
                counter!(WEBHOOK_DENIALS, "provider" => provider, "reason" => denied.code()).increment(1);
                tracing::warn!(provider, reason = denied.code(), "a webhook was not believed");
                return StatusCode::FORBIDDEN.into_response();
            }
        };
        let taken = timeout(door.webhook.deadline(), self.take_proved(door, request)).await;
        let (response, result) = match taken {
            Ok(Ok(())) => (door.webhook.accept(request), "accepted"),
            Ok(Err(Again { after_s })) => (again(after_s), "again"),
            Err(_) => (again(RETRY_AFTER_S), "late"),
        };
        counter!(WEBHOOKS, "provider" => provider, "result" => result).increment(1);
        histogram!(WEBHOOK_SECONDS, "provider" => provider).record(started.elapsed().as_secs_f64());
        response
    }

    /// The account that a request comes from.
    fn prove<'a>(&self, provider: &'static str, doors: &'a [Door], request: &Request) -> Result<&'a Door, Denied> {
        let now = self.clock.now();
        let found = believed(doors, request, now);
        // A request without any proof is a passer-by's; the others say something of our set-up.
        if !matches!(found, Err(Denied::Missing)) {
            self.signs.proved(provider, found.is_ok(), now);
        }
        found
    }

    async fn take_proved(&self, door: &Door, request: &Request) -> Result<(), Again> {
        match door.webhook.gather(request).await {
            Ok(items) if items.len() <= ITEMS_MAX => {
                let mail = self.sort(door.holder.as_ref(), items);
                self.take_items(mail.items).await?;
                if mail.is_unowned {
                    self.park_request(door, request, &Unreadable::new(UNOWNED)).await?;
                }
                Ok(())
            }
            Ok(items) => {
                let reason = format!("{} things in one request, more than {ITEMS_MAX}", items.len());
                self.park_request(door, request, &Unreadable(reason)).await
            }
            Err(Ungathered::Unreadable(unreadable)) => self.park_request(door, request, &unreadable).await,
            Err(Ungathered::Unanswered(error)) => {
                let provider = door.webhook.provider();
                tracing::warn!(provider, %error, "a hint could not be followed up");
                Err(Again { after_s: RETRY_AFTER_S })
            }
        }
    }

    /// Finds out whose everything is. What `holder`'s account does not speak for is nobody's.
    fn sort(&self, holder: Option<&TenantId>, items: Vec<Item>) -> Mail {
        let mut is_unowned = false;
        let whose = |item: Item| {
            let owner = self.tenants.owner(item.kind, &item.ours);
            let is_mail = matches!(item.news, News::Message(_)) && !item.ours.is_empty() && !item.theirs.is_empty();
            is_unowned |= is_mail && owner.is_none();
            let tenant =
                owner.filter(|tenant| !item.theirs.is_empty() && self.accounts.speaks_for(holder, tenant, item.sender));
            (tenant.unwrap_or_else(TenantId::nobody), item)
        };
        let items = items.into_iter().map(whose).collect();
        Mail { items, is_unowned }
    }

    /// Delivers everything: in order within a conversation, side by side otherwise. What can be
    /// taken is, even when something else cannot.
    async fn take_items(&self, mut items: Vec<(TenantId, Item)>) -> Result<(), Again> {
        self.acquaintances.recognise(&mut items).await?;
        let give_up = patience();
        // Nearly every request tells one thing.
        if items.len() == 1 {
            return self.take_group(items, give_up).await;
        }
        let mut groups: Vec<Vec<(TenantId, Item)>> = Vec::new();
        let mut places = HashMap::new();
        for (tenant, item) in items {
            let conversation = ConversationId::derive(&tenant, item.kind, &item.theirs);
            let place = *places.entry(conversation).or_insert(groups.len());
            if place == groups.len() {
                groups.push(Vec::new());
            }
            groups[place].push((tenant, item));
        }
        stream::iter(groups)
            .map(|items| self.take_group(items, give_up))
            .buffer_unordered(CONVERSATIONS_AT_ONCE)
            .fold(Ok(()), |all, one| std::future::ready(all.and(one)))
            .await
    }

    /// Delivers the things of one conversation, one after the other.
    async fn take_group(&self, items: Vec<(TenantId, Item)>, give_up: Instant) -> Result<(), Again> {
        for (tenant, item) in items {
            let (told, news) = item.split();
            self.take_one(tenant, told, news, give_up).await?;
        }
        Ok(())
    }

    /// Delivers one thing; a report that is quicker than our note is held until `give_up`.
    async fn take_one(&self, tenant: TenantId, told: Told, news: News, give_up: Instant) -> Result<Fate, Again> {
        let provider = told.sender;
        let fate = self.deal(tenant, told, news, give_up).await?;
        counter!(WEBHOOK_ITEMS, "provider" => provider, "result" => fate.code()).increment(1);
        Ok(fate)
    }

    /// From the provider's news to an event of its conversation, or to where it is kept instead.
    async fn deal(&self, tenant: TenantId, told: Told, news: News, give_up: Instant) -> Result<Fate, Again> {
        let now = self.clock.now();
        if tenant == TenantId::nobody() && !matches!(news, News::Unreadable { .. }) {
            let reason = if told.theirs.is_empty() {
                "no_sender"
            } else {
                "unowned_address"
            };
            let event = told.event(tenant, undelivered(news), now);
            return self.refuse(refusal(&event)(reason)).await;
        }
        let conversation = told.conversation(&tenant);
        let payload = match news {
            News::Message(message) => {
                self.signs.heard(&told.lane(), now);
                Payload::Message(tidy(message, now))
            }
            News::Fact(fact) => Payload::Fact(fact),
            News::Act(act) => Payload::Operator(act),
            News::Echo(echo) => self.resolve_echo(conversation, echo, give_up).await?,
            News::Report(ref report) => match self.resolve(conversation, report, give_up).await? {
                Some(payload) => {
                    let lane = told.lane();
                    self.signs
                        .reported(&tenant, lane.as_str(), report.status, report.fault, now);
                    payload
                }
                None => {
                    let event = told.event(tenant, undelivered(news), now);
                    return self.refuse(refusal(&event)("unknown_message")).await;
                }
            },
            News::Unreadable { ref reason, .. } => {
                let provider = told.sender;
                tracing::warn!(provider, error = %reason, "a part of a webhook could not be read and is parked");
                let error = format!("{provider}: {reason}");
                return self.park(told.event(tenant, undelivered(news), now), error).await;
            }
        };
        let kind = told.kind;
        let fate = self.deliver(told.event(tenant, payload, now)).await?;
        if fate == Fate::Processed {
            self.acquaintances.met(kind, conversation);
        }
        Ok(fate)
    }

    /// Hands an event to its conversation, and waits until its turn is durable.
    async fn deliver(&self, event: InboundEvent) -> Result<Fate, Again> {
        if let Some(error) = too_long(&event.payload) {
            return self.park(event, error).await;
        }
        let refusal = refusal(&event);
        match self.runtime.deliver(event).await {
            Ok(delivered) if delivered.is_duplicate => Ok(Fate::Duplicate),
            Ok(_) => Ok(Fate::Processed),
            Err(Refused::Parked) => Ok(Fate::Parked),
            Err(Refused::Forbidden) => self.refuse(refusal("forbidden")).await,
            Err(Refused::UnknownTenant) => self.refuse(refusal("unknown_tenant")).await,
            Err(Refused::Busy { retry_after }) => Err(Again {
                after_s: retry_after.as_secs().max(1),
            }),
            Err(Refused::Unavailable | Refused::ShuttingDown) => Err(Again { after_s: RETRY_AFTER_S }),
        }
    }
}

/// A message as it may be shown and stored.
fn tidy(mut message: UserMessage, now: Timestamp) -> UserMessage {
    if message.text.chars().any(is_unwanted) {
        let text: String = message
            .text
            .chars()
            .filter(|character| !is_unwanted(*character))
            .collect();
        message.text = text.into();
    }
    message.sent_at = message.sent_at.filter(|at| is_likely(*at, now));
    message
}

/// Control characters, which no database and no screen wants; line breaks and tabs stay.
fn is_unwanted(character: char) -> bool {
    character.is_control() && !matches!(character, '\n' | '\t')
}

/// Whether a message that comes in now can have been written then: no provider tries for longer.
fn is_likely(at: Timestamp, now: Timestamp) -> bool {
    at <= now && now.since(at) <= WRITTEN_WITHIN
}

/// Says how long a text is that is too long for a conversation.
fn too_long(payload: &Payload) -> Option<String> {
    let Payload::Message(message) = payload else {
        return None;
    };
    // No text has more characters than bytes.
    if message.text.len() <= TEXT_CHARACTERS_MAX {
        return None;
    }
    let characters = message.text.chars().count();
    let is_too_long = characters > TEXT_CHARACTERS_MAX;
    is_too_long.then(|| format!("a text of {characters} characters, more than {TEXT_CHARACTERS_MAX}"))
}

fn again(after_s: u64) -> Response {
    let mut response = StatusCode::SERVICE_UNAVAILABLE.into_response();
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(after_s));
    response
}
