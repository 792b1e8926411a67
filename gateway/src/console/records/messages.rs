//! The list of all messages, and what is done with those that did not come through.

use std::str::FromStr;

use async_trait::async_trait;
use axum::Form;
use axum::extract::State;
use axum::response::Response;
use frontdesk_core::ports::reader::{Cursor, MessageFilter, MessageRow, Page, Rows};
use frontdesk_core::ports::registry::Role;
use frontdesk_core::ports::store;
use frontdesk_core::{Author, DeliveryStatus, OperatorAct, Personal, TenantId};
use uuid::Uuid;

use super::bulk::Ticked;
use super::filter::Wanted;
use super::told::{Deed, Told};
use super::{Cell, Choice, Records, Words};
use crate::console::session::Shared;
use crate::console::shell::Section;
use crate::console::texts::Texts;
use crate::console::{Colleague, Console, Error, acts, tabs, thread};

/// Where the list is.
pub const MESSAGES: &str = MessageRow::PATH;

/// What the button is called that sends messages again.
const SEND_AGAIN: &str = "send-again";

/// Letters of a message in the list.
const TEXT_CHARACTERS_MAX: usize = 240;

/// The statuses that the address calls by one word; of an unknown word, any.
fn statuses(word: &str) -> Vec<DeliveryStatus> {
    use DeliveryStatus::{
        Delivered, Escalated, Failed, Pending, Read, Replied, Resolved, Retrying, Sent, Unknown, Validated,
    };
    match word {
        "troubled" => DeliveryStatus::TROUBLED.to_vec(),
        "failed" => vec![Failed, Escalated],
        "unknown" => vec![Unknown],
        "held" => vec![Pending, Retrying],
        "sent" => vec![Sent],
        "delivered" => vec![Delivered],
        "read" => vec![Read, Replied, Validated],
        "resolved" => vec![Resolved],
        _ => Vec::new(),
    }
}

const fn tone(status: DeliveryStatus) -> &'static str {
    match status {
        DeliveryStatus::Failed | DeliveryStatus::Escalated => "bad",
        DeliveryStatus::Unknown | DeliveryStatus::Retrying => "warn",
        DeliveryStatus::Delivered
        | DeliveryStatus::Read
        | DeliveryStatus::Replied
        | DeliveryStatus::Validated
        | DeliveryStatus::Resolved => "good",
        DeliveryStatus::Pending | DeliveryStatus::Sent => "",
    }
}

/// The beginning of a message; of one without words, what else it brings.
fn shown(row: &MessageRow) -> String {
    let content = &row.message.content;
    let text = content.text.as_str();
    if let Some((end, _)) = text.char_indices().nth(TEXT_CHARACTERS_MAX) {
        return format!("{}…", &text[..end]);
    }
    if !text.is_empty() {
        return text.to_owned();
    }
    let names = content.attachments.iter().map(|file| {
        let name = file.name.as_ref().map(Personal::as_str);
        format!("📎 {}", name.unwrap_or(&file.media_type))
    });
    names.collect::<Vec<_>>().join(", ")
}

/// What the other side is called, as far as it is known.
fn who(row: &MessageRow) -> Option<String> {
    let state: frontdesk_actors::State = serde_json::from_str(row.state.get()).ok()?;
    let contact = state.contact();
    contact.name.map(Personal::into_string)
}

#[async_trait]
impl Records for MessageRow {
    const PATH: &'static str = "/console/messages";
    const NAME: &'static str = "messages";
    const HEADER: &'static [&'static str] = &[
        "id",
        "tenant",
        "at",
        "channel",
        "direction",
        "author",
        "name",
        "address",
        "text",
        "status",
        "reason",
        "conversation_id",
        "seq",
    ];

    const COLUMNS: &'static [&'static str] = &[
        "when",
        "who",
        "channel",
        "direction",
        "words",
        "status",
        "reason",
        "conversation",
    ];

    fn words(texts: &'static Texts) -> Words {
        let own = &texts.records;
        let ways = &texts.deliveries;
        Words {
            section: Section::Reports,
            tabs: tabs::reports(texts, Self::PATH),
            title: own.messages,
            lead: own.messages_lead,
            columns: vec![
                texts.common.when,
                own.who,
                own.channel,
                own.direction,
                own.words,
                own.standing,
                own.why,
                own.conversation,
            ],
            search: Some(own.search_messages),
            empty: own.no_messages,
            choices: vec![
                Choice {
                    name: "status",
                    label: own.standing,
                    any: own.every_status,
                    answers: vec![
                        ("troubled", own.troubled),
                        ("failed", ways.failed),
                        ("unknown", ways.unknown),
                        ("held", own.held),
                        ("sent", ways.sent),
                        ("delivered", ways.delivered),
                        ("read", ways.read),
                        ("resolved", ways.resolved),
                    ],
                },
                Choice::of_channels(texts),
                Choice {
                    name: "direction",
                    label: own.direction,
                    any: own.both_directions,
                    answers: vec![("in", own.incoming), ("out", own.outgoing)],
                },
            ],
            bulk: Some((
                "/console/messages/see-to",
                vec![("send-again", texts.thread.send_again), ("resolve", own.seen_to)],
            )),
            ..Words::default()
        }
    }

    async fn read(console: &Console, wanted: &Wanted, part: Page) -> Result<Rows<Self>, store::Error> {
        let (reader, scope, asked) = (&console.reader, &wanted.scope, &wanted.asked);
        let wanted = MessageFilter {
            statuses: statuses(&asked.status),
            channel: asked.channel,
            is_inbound: asked.is_inbound,
            words: asked.text.as_deref().map(Personal::from),
        };
        reader.message_log(scope, &wanted, part).await
    }

    fn place(&self) -> Cursor {
        Cursor {
            at: self.message.at,
            id: self.message.id.0,
        }
    }

    fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    fn tick(&self) -> Option<String> {
        let is_ours = self.message.author != Author::User;
        (is_ours && thread::is_unsettled(&self.message.status))
            .then(|| format!("{}.{}", self.conversation, self.message.seq))
    }

    fn cells(&self, texts: &'static Texts, _: Role) -> Vec<Cell> {
        let own = &texts.records;
        let message = &self.message;
        let name = who(self).unwrap_or_else(|| {
            let is_phone = self.channel.profile().tells_phone;
            let address = is_phone.then(|| self.address.as_str().to_owned());
            address.unwrap_or_else(|| texts.inbox.unnamed.to_owned())
        });
        let is_inbound = message.author == Author::User;
        vec![
            Cell::when(message.at),
            Cell::Text(name),
            Cell::channel(self.channel, texts),
            Cell::Text(if is_inbound { own.incoming } else { own.outgoing }.to_owned()),
            Cell::Long(shown(self)),
            if is_inbound {
                Cell::Nothing
            } else {
                Cell::tag(texts.deliveries.of(message.status), tone(message.status))
            },
            message.reason.clone().map_or(Cell::Nothing, Cell::Long),
            Cell::Link {
                href: format!(
                    "/console/conversations/{}?at={seq}#m{seq}",
                    self.conversation,
                    seq = message.seq
                ),
                text: own.open.to_owned(),
            },
        ]
    }

    fn fields(&self, _: &'static Texts) -> Vec<String> {
        let message = &self.message;
        let direction = if message.author == Author::User { "in" } else { "out" };
        vec![
            message.id.to_string(),
            self.tenant.to_string(),
            message.at.to_string(),
            self.channel.code().to_owned(),
            direction.to_owned(),
            message.author.code().to_owned(),
            who(self).unwrap_or_default(),
            self.address.as_str().to_owned(),
            message.content.text.as_str().to_owned(),
            message.status.code().to_owned(),
            message.reason.clone().unwrap_or_default(),
            self.conversation.to_string(),
            message.seq.to_string(),
        ]
    }
}

/// A message as it is ticked: its conversation, and its place there.
#[derive(Debug)]
struct Place(Uuid, u64);

impl FromStr for Place {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (conversation, seq) = text.split_once('.').ok_or(Error::NotFound)?;
        let conversation = conversation.parse().map_err(|_| Error::NotFound)?;
        Ok(Self(conversation, seq.parse().map_err(|_| Error::NotFound)?))
    }
}

/// `POST /console/messages/see-to`: what did not come through is sent again, or was dealt with. One
/// that somebody else has seen to meanwhile stays as it is.
pub async fn see_to(
    State(console): Shared,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let ticked = Ticked::new(pairs, MESSAGES)?;
    let mut done = 0;
    for place in ticked.ids::<Place>()? {
        match see_to_one(&console, &colleague, &ticked.act, place).await {
            Ok(()) => done += 1,
            Err(Error::Invalid(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let deed = if ticked.act == SEND_AGAIN {
        Deed::SentAgain
    } else {
        Deed::SeenTo
    };
    Ok(ticked.done(Told::of(deed, done, ticked.count())))
}

async fn see_to_one(console: &Console, colleague: &Colleague, wish: &str, Place(id, seq): Place) -> Result<(), Error> {
    let row = acts::row(console, colleague, id).await?;
    let message = acts::unsettled(console, colleague, id, seq).await?;
    let by = colleague.name().to_owned();
    let (name, what) = match wish {
        SEND_AGAIN => (
            "message.send_again",
            OperatorAct::SendAgain {
                by,
                seq,
                author: message.author,
                content: Box::new(message.content),
            },
        ),
        "resolve" => ("message.seen_to", OperatorAct::SeenTo { by, seq }),
        _ => return Err(Error::NotFound),
    };
    acts::deliver(console, colleague, row, &seq.to_string(), (name, what)).await
}
