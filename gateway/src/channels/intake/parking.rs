//! What is not delivered: kept whole until somebody has looked, or noted as refused.

use frontdesk_core::ports::dead_letters::DeadLetter;
use frontdesk_core::{DedupeKey, Fact, InboundEvent, OperatorAct, Outcome, Payload, Receipt, TenantId, Timestamp};
use metrics::counter;
use serde_json::json;

use super::{Again, Fate, Intake};
use crate::channels::doors::Door;
use crate::channels::{News, Request, Unreadable};
use crate::metrics::WEBHOOK_ITEMS;

/// The name of the fact under which a request is kept that could not be read.
const UNREADABLE: &str = "webhook_unreadable";
/// Where a kept request says whose account it came in over.
const HOLDER: &str = "account";

impl Intake {
    /// Writes down that an event was not accepted.
    pub(super) async fn refuse(&self, receipt: Receipt) -> Result<Fate, Again> {
        self.store.refuse(&[receipt]).await?;
        Ok(Fate::Refused)
    }

    /// Keeps an event that must not have its turn yet.
    pub(super) async fn park(&self, event: InboundEvent, error: String) -> Result<Fate, Again> {
        let letter = DeadLetter {
            parked_at: event.received_at,
            event,
            error,
            attempts: 1,
        };
        self.store.park(&letter).await?;
        Ok(Fate::Parked)
    }

    /// Keeps a request that cannot be read, whole.
    pub(super) async fn park_request(
        &self,
        door: &Door,
        request: &Request,
        unreadable: &Unreadable,
    ) -> Result<(), Again> {
        let provider = door.webhook.provider();
        tracing::warn!(provider, error = %unreadable, "a webhook could not be read and is parked");
        let event = unread(door, request, self.clock.now());
        let fate = self.park(event, format!("{provider}: {unreadable}")).await?;
        counter!(WEBHOOK_ITEMS, "provider" => provider, "result" => fate.code()).increment(1);
        Ok(())
    }
}

/// What makes the receipt of an event that was refused for some reason.
pub(super) fn refusal(event: &InboundEvent) -> impl FnOnce(&str) -> Receipt + use<> {
    let (dedupe, id, conversation) = (event.dedupe, event.id, event.conversation);
    let (tenant, channel) = (event.tenant.clone(), event.channel);
    let (kind, received_at) = (event.payload.kind(), event.received_at);
    move |reason| Receipt {
        dedupe,
        event: id,
        tenant,
        channel,
        conversation,
        kind: kind.to_owned(),
        received_at,
        outcome: Outcome::Refused {
            reason: reason.to_owned(),
        },
    }
}

/// The payload of an event that is not delivered: a receipt keeps only its kind, a dead letter all.
pub(super) fn undelivered(news: News) -> Payload {
    match news {
        News::Message(message) => Payload::Message(message),
        News::Fact(fact) => Payload::Fact(fact),
        News::Act(act) => Payload::Operator(act),
        News::Echo(echo) => Payload::Operator(OperatorAct::Wrote { text: echo.text }),
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

/// The request that a letter is, if it is one, and whose account it came in over; `None` is the
/// installation's.
pub(super) fn kept(event: &InboundEvent) -> Option<(Request, Option<TenantId>)> {
    let Payload::Fact(fact) = &event.payload else {
        return None;
    };
    if fact.name != UNREADABLE {
        return None;
    }
    let holder = fact.data[HOLDER].as_str().and_then(|holder| holder.parse().ok());
    Some((Request::restore(&fact.data)?, holder))
}
