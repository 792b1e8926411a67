//! What happens to every request of every provider, from its first byte to the acknowledgement.

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
use frontdesk_core::ports::dead_letters::DeadLetter;
use frontdesk_core::ports::outbox::Lane;
use frontdesk_core::ports::store::{self, Store};
use frontdesk_core::ports::watch::{Recovery, Watch};
use frontdesk_core::{
    ConversationId, DedupeKey, DeliveryStatus, Fact, InboundEvent, Message, OperatorAct, Outcome, Payload, Receipt,
    TenantId, Timestamp,
};
use frontdesk_runtime::{Refused, Runtime};
use frontdesk_storage::Database;
use futures_util::{StreamExt, stream};
use metrics::{counter, histogram};
use serde_json::json;
use tokio::time::{Instant, sleep, timeout};

use super::accounts::{Accounts, Door, believed, greeting};
use super::acquaintance::Acquaintances;
use super::reported::{self, Found};
use super::{Denied, Echo, Item, News, Report, Request, Ungathered, Unreadable, Webhook, Which, Written};
use crate::metrics::{WEBHOOK_DENIALS, WEBHOOK_ITEMS, WEBHOOK_SECONDS, WEBHOOKS};
use crate::tenants::Directory;
use crate::watch::Signs;

/// Things in one request; providers batch up to a thousand.
const ITEMS_MAX: usize = 2_000;
/// Conversations of one request that are served at once.
const CONVERSATIONS_AT_ONCE: usize = 16;
/// Characters of a person's text; a longer one waits for a colleague's eye.
const TEXT_CHARACTERS_MAX: usize = 10_000;
/// Messages of a conversation that a report is looked for among, newest first.
const REPORTED_AMONG: u32 = 256;
/// How long a report is held that is quicker than the note of what it reports on.
const REPORT_PATIENCE: Duration = Duration::from_secs(2);
/// The pause between two looks for it.
const REPORT_PAUSE: Duration = Duration::from_millis(50);
/// How long after we said something an echo of the same words is taken for ours, in milliseconds.
const OWN_WORDS_FOR_MS: i64 = 10 * 60 * 1_000;
/// How long ago a message can have been written that comes in now. A clock that is off is not believed.
const WRITTEN_WITHIN: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// What a provider is told to wait that has to come again, in seconds.
const RETRY_AFTER_S: u64 = 2;

/// Why a request is kept in which somebody wrote to nobody.
const UNOWNED: &str = "written to an address of ours that no business has; add its route, then replay";
/// Why the receipt of a kept request says refused in the end: what it said has receipts of its own.
const READ_AGAIN: &str = "read_again";
/// What became of something that is known already.
const DUPLICATE: &str = "duplicate";

/// Where a kept request says whose account it came in over.
const HOLDER: &str = "account";

/// The name of the fact under which a request is kept that could not be read.
pub const UNREADABLE: &str = "webhook_unreadable";

/// Takes providers' requests in.
pub struct Intake {
    runtime: Runtime<Dialogue>,
    store: Arc<dyn Store>,
    watch: Arc<dyn Watch>,
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

/// Why a kept request could not be dealt with.
#[derive(Debug)]
pub(super) enum ReadAgainError {
    /// It is still not what the provider documents, or the provider does not answer.
    Ungathered(Ungathered),
    /// Not everything is durable.
    Again(Again),
}

impl From<Ungathered> for ReadAgainError {
    fn from(error: Ungathered) -> Self {
        Self::Ungathered(error)
    }
}

impl From<Unreadable> for ReadAgainError {
    fn from(error: Unreadable) -> Self {
        Self::Ungathered(error.into())
    }
}

impl From<Again> for ReadAgainError {
    fn from(again: Again) -> Self {
        Self::Again(again)
    }
}

/// Not everything is durable: the provider has to send it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Again {
    /// After so many seconds.
    pub after_s: u64,
}

/// What became of something found at a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Its webhook had brought it, or nobody owns the address any more.
    Known,
    /// It was missing, and is durable now.
    Recovered,
}

impl From<store::Error> for Again {
    fn from(error: store::Error) -> Self {
        tracing::warn!(%error, "a webhook could not be stored; its sender is told to come again");
        Self { after_s: RETRY_AFTER_S }
    }
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
        let now = self.clock.now();
        let found = believed(&doors, request, now);
        // A request without any proof is a passer-by's; the others say something of our set-up.
        if found.as_ref().err() != Some(&Denied::Missing) {
            self.signs.proved(provider, found.is_ok(), now);
        }
        let door = match found {
            Ok(door) => door,
            Err(denied) => {
                counter!(WEBHOOK_DENIALS, "provider" => provider, "reason" => denied.code()).increment(1);
                tracing::warn!(provider, reason = denied.code(), "a webhook was not believed");
                return StatusCode::FORBIDDEN.into_response();
            }
        };
        let webhook = &*door.webhook;
        let taken = timeout(webhook.deadline(), self.take_proved(door, request)).await;
        let (response, result) = match taken {
            Ok(Ok(())) => (webhook.accept(), "accepted"),
            Ok(Err(Again { after_s })) => (again(after_s), "again"),
            Err(_) => (again(RETRY_AFTER_S), "late"),
        };
        counter!(WEBHOOKS, "provider" => provider, "result" => result).increment(1);
        histogram!(WEBHOOK_SECONDS, "provider" => provider).record(started.elapsed().as_secs_f64());
        response
    }

    async fn take_proved(&self, door: &Door, request: &Request) -> Result<(), Again> {
        let webhook = &*door.webhook;
        match webhook.gather(request).await {
            Ok(items) if items.len() <= ITEMS_MAX => {
                let is_unowned = items.iter().any(|item| self.is_unowned(item));
                self.take_items(door.holder.as_ref(), items).await?;
                if is_unowned {
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
                tracing::warn!(provider = webhook.provider(), %error, "a hint could not be followed up");
                Err(Again { after_s: RETRY_AFTER_S })
            }
        }
    }

    /// Whether somebody wrote to an address of ours that no business has: once it has one, it can be
    /// delivered after all.
    fn is_unowned(&self, item: &Item) -> bool {
        let is_mail = matches!(item.news, News::Message(_)) && !item.ours.is_empty() && !item.theirs.is_empty();
        is_mail && self.tenants.owner(item.kind, &item.ours).is_none()
    }

    /// What reads the requests to a path that come in over a tenant's own account.
    pub(super) fn own_reader(&self, path: &str, tenant: &TenantId) -> Option<Arc<dyn Webhook>> {
        self.accounts.door_of(path, tenant).map(|door| door.webhook)
    }

    /// Reads a kept request once more, and delivers what it says. What was delivered before is a
    /// duplicate.
    pub(super) async fn read_again(
        &self,
        webhook: &dyn Webhook,
        request: &Request,
        letter: &InboundEvent,
    ) -> Result<usize, ReadAgainError> {
        let items = webhook.gather(request).await?;
        let count = items.len();
        if count > ITEMS_MAX {
            return Err(Unreadable::new("too many things in one request").into());
        }
        if let Some(reason) = items.iter().find_map(|item| match &item.news {
            News::Unreadable { reason, .. } => Some(reason.clone()),
            _ => None,
        }) {
            return Err(reason.into());
        }
        if items.iter().any(|item| self.is_unowned(item)) {
            return Err(Unreadable::new(UNOWNED).into());
        }
        self.take_items(holder(letter).as_ref(), items).await?;
        let resolved = self.store.resolve(letter, READ_AGAIN, self.clock.now()).await;
        resolved.map_err(Again::from)?;
        Ok(count)
    }

    /// Delivers everything: in order within a conversation, side by side otherwise. What can be
    /// taken is, even when something else cannot. What `holder`'s account does not speak for is nobody's.
    async fn take_items(&self, holder: Option<&TenantId>, items: Vec<Item>) -> Result<(), Again> {
        let mut groups: Vec<(TenantId, Vec<Item>)> = Vec::new();
        let mut places = std::collections::HashMap::new();
        for mut item in items {
            let owner = self
                .tenants
                .owner(item.kind, &item.ours)
                .filter(|tenant| !item.theirs.is_empty() && self.accounts.speaks_for(holder, tenant, item.sender));
            let tenant = owner.unwrap_or_else(TenantId::nobody);
            self.acquaintances.recognise(&tenant, &mut item).await?;
            let place = *places
                .entry(ConversationId::derive(&tenant, item.kind, &item.theirs))
                .or_insert(groups.len());
            if place == groups.len() {
                groups.push((tenant, Vec::new()));
            }
            groups[place].1.push(item);
        }
        stream::iter(groups)
            .map(|(tenant, items)| self.take_group(tenant, items))
            .buffer_unordered(CONVERSATIONS_AT_ONCE)
            .fold(Ok(()), |all, one| std::future::ready(all.and(one)))
            .await
    }

    async fn take_group(&self, tenant: TenantId, items: Vec<Item>) -> Result<(), Again> {
        for item in items {
            let sender = item.sender;
            let result = self.take_item(tenant.clone(), item).await?;
            counter!(WEBHOOK_ITEMS, "provider" => sender, "result" => result).increment(1);
        }
        Ok(())
    }

    /// Delivers one thing, and tells what became of it.
    async fn take_item(&self, tenant: TenantId, item: Item) -> Result<&'static str, Again> {
        let now = self.clock.now();
        let is_unreadable = matches!(item.news, News::Unreadable { .. });
        if tenant == TenantId::nobody() && !is_unreadable {
            let reason = if item.theirs.is_empty() {
                "no_sender"
            } else {
                "unowned_address"
            };
            return self.refuse(item.event(tenant, placeholder(&item), now), reason).await;
        }
        let payload = match item.news.clone() {
            News::Message(mut message) => {
                message.text = printable(&message.text).into();
                message.sent_at = message.sent_at.filter(|at| is_likely(*at, now));
                self.signs
                    .heard(Lane::of_account(item.sender, &item.ours).as_str(), now);
                Payload::Message(message)
            }
            News::Fact(fact) => Payload::Fact(fact),
            News::Act(act) => Payload::Operator(act),
            News::Echo(echo) => {
                let conversation = ConversationId::derive(&tenant, item.kind, &item.theirs);
                self.resolve_echo(conversation, echo).await?
            }
            News::Unreadable { reason, .. } => {
                let provider = item.sender;
                tracing::warn!(provider, error = %reason, "a part of a webhook could not be read and is parked");
                let event = item.event(tenant, placeholder(&item), now);
                return self.park(event, format!("{provider}: {reason}")).await;
            }
            News::Report(report) => {
                let conversation = ConversationId::derive(&tenant, item.kind, &item.theirs);
                let (status, fault) = (report.status, report.fault);
                match self.resolve(conversation, report).await? {
                    Some(payload) => {
                        let lane = Lane::of_account(item.sender, &item.ours);
                        self.signs.reported(&tenant, lane.as_str(), status, fault, now);
                        payload
                    }
                    None => {
                        let event = item.event(tenant, placeholder(&item), now);
                        return self.refuse(event, "unknown_message").await;
                    }
                }
            }
        };
        let event = item.event(tenant, payload, now);
        if let Payload::Message(message) = &event.payload {
            let characters = message.text.chars().count();
            if characters > TEXT_CHARACTERS_MAX {
                let error = format!("a text of {characters} characters, more than {TEXT_CHARACTERS_MAX}");
                return self.park(event, error).await;
            }
        }
        match self.runtime.deliver(event.clone()).await {
            Ok(delivered) if delivered.is_duplicate => Ok(DUPLICATE),
            Ok(_) => Ok("processed"),
            Err(Refused::Parked) => Ok("parked"),
            Err(Refused::Forbidden) => self.refuse(event, "forbidden").await,
            Err(Refused::UnknownTenant) => self.refuse(event, "unknown_tenant").await,
            Err(Refused::Busy { retry_after }) => Err(Again {
                after_s: retry_after.as_secs().max(1),
            }),
            Err(Refused::Unavailable | Refused::ShuttingDown) => Err(Again { after_s: RETRY_AFTER_S }),
        }
    }

    /// Takes in what was found at a provider, unless it is known: the same event as its webhook would
    /// have been, with a mark.
    ///
    /// # Errors
    ///
    /// It is not durable, and may be brought again.
    pub async fn recover(&self, written: Written) -> Result<Taken, Again> {
        let Written { at, mut item } = written;
        let owner = self.tenants.owner(item.kind, &item.ours);
        let Some(tenant) = owner.filter(|_| !item.theirs.is_empty()) else {
            return Ok(Taken::Known);
        };
        if let News::Message(message) = &mut item.news {
            message.sent_at = Some(at);
            message.is_recovered = true;
        }
        self.acquaintances.recognise(&tenant, &mut item).await?;
        let conversation = ConversationId::derive(&tenant, item.kind, &item.theirs);
        let dedupe = item.dedupe(&tenant);
        if self.watch.is_received(conversation, dedupe).await? {
            return Ok(Taken::Known);
        }
        let recovery = Recovery {
            dedupe,
            tenant: tenant.clone(),
            channel: item.kind,
            conversation,
            lane: Lane::of_account(item.sender, &item.ours).into(),
            sent_at: at,
            found_at: self.clock.now(),
        };
        // Noted first: a crash between the two leaves a note that the next round makes true.
        self.watch.note_recovery(&recovery).await?;
        let sender = item.sender;
        let result = self.take_item(tenant, item).await?;
        counter!(WEBHOOK_ITEMS, "provider" => sender, "result" => result).increment(1);
        if result == DUPLICATE {
            self.watch.forget_recovery(dedupe).await?;
            return Ok(Taken::Known);
        }
        Ok(Taken::Recovered)
    }

    /// Finds the messages a report is about. It may come before our note of having sent them.
    async fn resolve(&self, conversation: ConversationId, report: Report) -> Result<Option<Payload>, Again> {
        let give_up = Instant::now() + REPORT_PATIENCE;
        let span = loop {
            let found = match &report.of {
                Which::Seq(seq) => Found {
                    span: Some((*seq, *seq)),
                    is_open: false,
                },
                of => reported::find(&self.recent(conversation).await?, of),
            };
            if !found.is_open || Instant::now() + REPORT_PAUSE > give_up {
                break found.span;
            }
            sleep(REPORT_PAUSE).await;
        };
        Ok(span.map(|(from_seq, up_to_seq)| Payload::Status {
            from_seq,
            up_to_seq,
            status: report.status,
            reason: report.reason,
            fault: report.fault,
        }))
    }

    /// An echo of our own says that the message was taken; any other is a colleague's.
    async fn resolve_echo(&self, conversation: ConversationId, echo: Echo) -> Result<Payload, Again> {
        let since = Timestamp::from_millis(self.clock.now().as_millis() - OWN_WORDS_FOR_MS);
        let own = reported::own(&self.recent(conversation).await?, &echo, since);
        Ok(match own {
            Some(seq) => Payload::Status {
                from_seq: seq,
                up_to_seq: seq,
                status: DeliveryStatus::Sent,
                reason: None,
                fault: None,
            },
            None => Payload::Operator(OperatorAct::Wrote { text: echo.text }),
        })
    }

    /// The latest messages of a conversation, oldest first.
    async fn recent(&self, conversation: ConversationId) -> Result<Vec<Message>, Again> {
        let stored = self.store.load(&[conversation]).await?;
        let Some(stored) = stored.first() else {
            return Ok(Vec::new());
        };
        let after_seq = stored.last_seq.saturating_sub(u64::from(REPORTED_AMONG));
        Ok(self.store.history(conversation, after_seq, REPORTED_AMONG).await?)
    }

    /// Writes down that an event was not accepted.
    async fn refuse(&self, event: InboundEvent, reason: &str) -> Result<&'static str, Again> {
        let receipt = Receipt {
            dedupe: event.dedupe,
            event: event.id,
            conversation: event.conversation,
            kind: event.payload.kind().to_owned(),
            received_at: event.received_at,
            outcome: Outcome::Refused {
                reason: reason.to_owned(),
            },
            tenant: event.tenant,
            channel: event.channel,
        };
        self.store.refuse(&[receipt]).await?;
        Ok("refused")
    }

    async fn park(&self, event: InboundEvent, error: String) -> Result<&'static str, Again> {
        let letter = DeadLetter {
            parked_at: event.received_at,
            event,
            error,
            attempts: 1,
        };
        self.store.park(&letter).await?;
        Ok("parked")
    }

    /// Keeps a request that cannot be read, whole, until somebody has looked.
    async fn park_request(&self, door: &Door, request: &Request, unreadable: &Unreadable) -> Result<(), Again> {
        let provider = door.webhook.provider();
        tracing::warn!(provider, error = %unreadable, "a webhook could not be read and is parked");
        let event = unread(door, request, self.clock.now());
        self.park(event, format!("{provider}: {unreadable}")).await?;
        counter!(WEBHOOK_ITEMS, "provider" => provider, "result" => "parked").increment(1);
        Ok(())
    }
}

/// A request as an event of nobody.
fn unread(door: &Door, request: &Request, now: Timestamp) -> InboundEvent {
    let webhook = &*door.webhook;
    let tenant = TenantId::nobody();
    let digest = request.body_sha256();
    let dedupe = DedupeKey::derive(&tenant, webhook.kind(), &[UNREADABLE, webhook.provider(), &digest]);
    let mut data = request.keep();
    if let Some(holder) = &door.holder {
        data[HOLDER] = holder.as_str().into();
    }
    let fact = Fact {
        name: UNREADABLE.to_owned(),
        data,
    };
    InboundEvent::new(tenant, webhook.kind(), "", dedupe, now, Payload::Fact(fact))
}

/// Whose account a kept request came in over; `None` is the installation's.
pub(super) fn holder(letter: &InboundEvent) -> Option<TenantId> {
    match &letter.payload {
        Payload::Fact(fact) => fact.data[HOLDER].as_str()?.parse().ok(),
        _ => None,
    }
}

/// Stands for the news of an event that is not delivered: a receipt keeps only the kind, a dead letter all.
fn placeholder(item: &Item) -> Payload {
    match &item.news {
        News::Message(message) => Payload::Message(message.clone()),
        News::Fact(fact) => Payload::Fact(fact.clone()),
        News::Act(act) => Payload::Operator(act.clone()),
        News::Echo(echo) => Payload::Operator(OperatorAct::Wrote {
            text: echo.text.clone(),
        }),
        News::Unreadable { path, body, .. } => Payload::Fact(Fact {
            name: UNREADABLE.to_owned(),
            data: json!({"path": path, "media_type": "application/json", "body": body.to_string()}),
        }),
        News::Report(report) => Payload::Status {
            from_seq: 0,
            up_to_seq: 0,
            status: report.status,
            reason: None,
            fault: None,
        },
    }
}

/// Whether a message that comes in now can have been written then: no provider tries for longer.
fn is_likely(at: Timestamp, now: Timestamp) -> bool {
    at <= now && now.since(at) <= WRITTEN_WITHIN
}

/// Without control characters, which no database and no screen wants; line breaks and tabs stay.
fn printable(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_control() || matches!(character, '\n' | '\t'))
        .collect()
}

fn again(after_s: u64) -> Response {
    let mut response = StatusCode::SERVICE_UNAVAILABLE.into_response();
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(after_s));
    response
}
