//! A test in both directions: a message of ours on its way to somebody, and one of theirs that is
//! waited for.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_actors::{OfferedText, State as Conversation, Tenant};
use frontdesk_core::ports::reader::{MessageFilter, Page as Part, Scope};
use frontdesk_core::ports::registry::TenantRow;
use frontdesk_core::{
    ChannelKind, ConversationId, DedupeKey, DeliveryStatus, InboundEvent, OperatorAct, Payload, Personal, Timestamp,
};
use serde::Deserialize;
use uuid::Uuid;

use super::super::{PATH, find};
use super::{Asked, render};
use crate::console::session::Shared;
use crate::console::shell::{Moment, html};
use crate::console::texts::{Texts, fill};
use crate::console::{Colleague, Console, Error};

/// Characters of what keeps a form from being sent twice.
const KEY_CHARACTERS_MAX: usize = 64;

/// Channels on which anybody with a number can be written to.
pub const fn takes_tests(kind: ChannelKind) -> bool {
    matches!(kind, ChannelKind::Sms | ChannelKind::Whatsapp)
}

/// Where a test stands.
#[derive(Debug)]
pub struct Trial {
    pub texts: &'static Texts,
    /// A class of the style sheet: `good`, `bad`, or `warn` while it is on.
    pub tone: &'static str,
    pub words: String,
    pub reason: Option<String>,
    pub at: Option<Moment>,
    /// The conversation it is in.
    pub href: Option<String>,
    /// Where to ask again, while it is on.
    pub poll: Option<String>,
}

#[derive(Template)]
#[template(path = "console/channel_trial.html")]
struct Alone {
    trial: Trial,
}

/// Waits for somebody's message on a channel, from a moment on.
pub async fn heard(
    console: &Console,
    texts: &'static Texts,
    row: &TenantRow,
    kind: ChannelKind,
    since: i64,
) -> Result<Trial, Error> {
    let wanted = MessageFilter {
        channel: Some(kind),
        is_inbound: Some(true),
        ..MessageFilter::default()
    };
    let newest = Part { after: None, limit: 1 };
    let scope = Scope::Tenant(row.id.clone());
    let found = console.reader.message_log(&scope, &wanted, newest).await?;
    let found = found.items.into_iter().next();
    let own = &texts.reach;
    Ok(match found.filter(|found| found.message.at.as_millis() >= since) {
        Some(found) => Trial {
            texts,
            tone: "good",
            words: own.heard.to_owned(),
            reason: None,
            at: Some(found.message.at.into()),
            href: Some(place(found.conversation, found.message.seq)),
            poll: None,
        },
        None => Trial {
            texts,
            tone: "warn",
            words: own.waiting.to_owned(),
            reason: None,
            at: None,
            href: None,
            poll: Some(format!(
                "{PATH}/{}/channels/{}/heard?since={since}",
                row.id,
                kind.code()
            )),
        },
    })
}

fn place(conversation: ConversationId, seq: u64) -> String {
    format!("/console/conversations/{conversation}?at={seq}#m{seq}")
}

/// Looks how far a test of ours has come.
pub async fn sent(
    console: &Console,
    texts: &'static Texts,
    row: &TenantRow,
    kind: ChannelKind,
    message: &str,
) -> Result<Trial, Error> {
    let (id, seq) = message.split_once('.').ok_or(Error::NotFound)?;
    let id = ConversationId(id.parse().map_err(|_| Error::NotFound)?);
    let seq: u64 = seq.parse().map_err(|_| Error::NotFound)?;
    let scope = Scope::Tenant(row.id.clone());
    let after = seq.checked_sub(1).ok_or(Error::NotFound)?;
    let found = console.reader.messages(&scope, id, after, 1).await?;
    let found = found.into_iter().next().ok_or(Error::NotFound)?;
    let (tone, is_on) = match found.status {
        DeliveryStatus::Pending | DeliveryStatus::Retrying => ("warn", true),
        // The provider may still tell more.
        DeliveryStatus::Sent => ("good", true),
        DeliveryStatus::Delivered | DeliveryStatus::Read | DeliveryStatus::Replied | DeliveryStatus::Validated => {
            ("good", false)
        }
        DeliveryStatus::Failed | DeliveryStatus::Escalated | DeliveryStatus::Resolved => ("bad", false),
        DeliveryStatus::Unknown => ("bad", true),
    };
    let poll = || format!("{PATH}/{}/channels/{}/sent?message={id}.{seq}", row.id, kind.code());
    Ok(Trial {
        texts,
        tone,
        words: texts.deliveries.of(found.status).to_owned(),
        reason: found.reason,
        at: Some(found.at.into()),
        href: Some(place(id, seq)),
        poll: is_on.then(poll),
    })
}

fn kind(code: &str) -> Result<ChannelKind, Error> {
    code.parse().map_err(|_| Error::NotFound)
}

/// `GET /console/tenants/{id}/channels/{kind}/heard`
pub async fn heard_part(
    State(console): Shared,
    colleague: Colleague,
    Path((id, code)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let row = find(&console, &colleague, &id).await?;
    let since = asked.since.ok_or(Error::NotFound)?;
    let trial = heard(&console, colleague.texts, &row, kind(&code)?, since).await?;
    html(&Alone { trial })
}

/// `GET /console/tenants/{id}/channels/{kind}/sent`
pub async fn sent_part(
    State(console): Shared,
    colleague: Colleague,
    Path((id, code)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let row = find(&console, &colleague, &id).await?;
    let trial = sent(&console, colleague.texts, &row, kind(&code)?, &asked.message).await?;
    html(&Alone { trial })
}

/// A test that is wanted.
#[derive(Debug, Deserialize)]
pub struct Wish {
    /// Who gets it: a phone number as people write it, by the tenant's region without a country.
    #[serde(default)]
    to: String,
    /// The same twice is one test.
    #[serde(default)]
    key: String,
    /// The approved text that it says; none is a sentence of ours.
    #[serde(default)]
    template: String,
}

/// The approved texts that can be tried on anybody: those that say nothing of the person.
pub fn approved(tenant: &Tenant, kind: ChannelKind, now: Timestamp) -> Vec<OfferedText> {
    if !kind.profile().takes_templates {
        return Vec::new();
    }
    let mut texts = tenant.offered_texts(&Conversation::default(), now);
    texts.retain(|text| text.is_complete);
    texts
}

/// `POST /console/tenants/{id}/channels/{kind}/test`: says one sentence to a number. Nobody takes the
/// conversation over for it.
pub async fn send(
    State(console): Shared,
    colleague: Colleague,
    Path((id, code)): Path<(String, String)>,
    Form(wish): Form<Wish>,
) -> Result<Response, Error> {
    let row = find(&console, &colleague, &id).await?;
    let kind = kind(&code)?;
    if !takes_tests(kind) || !(1..=KEY_CHARACTERS_MAX).contains(&wish.key.len()) {
        return Err(Error::NotFound);
    }
    let served = console.tenants.find(&row.id).ok_or(Error::NotFound)?;
    let Some(number) = served.read_phone(&wish.to).map(Personal::into_string) else {
        let asked = Asked {
            fault: Some((kind, wish.to)),
            ..Asked::default()
        };
        let page = render(&console, &colleague, &row, &asked).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let template = Some(wish.template).filter(|key| !key.is_empty());
    let is_known = |key: &String| {
        let texts = approved(&served, kind, console.clock.now());
        texts.iter().any(|text| text.key == *key)
    };
    if !template.as_ref().is_none_or(is_known) {
        return Err(Error::NotFound);
    }
    let words = fill(colleague.texts.reach.test_words, &served.settings().name);
    let dedupe = DedupeKey::derive(&row.id, kind, &["test", &number, &wish.key]);
    let act = OperatorAct::Test {
        by: colleague.name().to_owned(),
        text: words.into(),
        template,
    };
    let now = console.clock.now();
    let event = InboundEvent::new(row.id.clone(), kind, number, dedupe, now, Payload::Operator(act));
    let conversation = event.conversation;
    let delivered = console.runtime.deliver(event).await?;
    if !delivered.is_duplicate {
        console
            .audit(
                &colleague.user,
                Some(row.id.clone()),
                "channel.test",
                conversation.to_string(),
            )
            .await?;
    }
    let seq = delivered.seq;
    let back = format!(
        "{PATH}/{}/channels?kind={}&message={conversation}.{seq}#{}",
        row.id,
        kind.code(),
        kind.code()
    );
    Ok(Redirect::to(&back).into_response())
}

/// What keeps the form of a test from being sent twice.
pub fn fresh_key() -> String {
    Uuid::new_v4().to_string()
}
