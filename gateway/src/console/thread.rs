//! The transcript of a conversation: messages with what became of them and what was understood, and
//! between them what colleagues and timers did.

use frontdesk_core::ports::reader::TurnRow;
use frontdesk_core::{Author, Decision, DeliveryStatus, EventId, Message, MessageId, OperatorAct};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::files;
use super::shell::Moment;
use super::texts::{Texts, fill};

/// A line of the transcript. Its key changes with everything that can change in it.
pub struct Item {
    pub key: String,
    /// The first one of a day, in the business's time zone, says which.
    pub day: Option<String>,
    pub at: Moment,
    pub body: Body,
}

/// What a line shows.
pub enum Body {
    Message(Box<Bubble>),
    /// Something that happened between the messages.
    Event(String),
}

/// A message.
pub struct Bubble {
    /// Its place in the conversation.
    pub seq: u64,
    /// `user`, `bot` or `operator`.
    pub by: &'static str,
    pub name: String,
    pub text: String,
    pub quick_replies: Vec<String>,
    pub cards: Vec<String>,
    pub files: Vec<File>,
    pub status: &'static str,
    pub status_title: &'static str,
    pub reason: Option<String>,
    /// What was understood and decided, in a sentence, and by which rule.
    pub decisions: Vec<(String, String)>,
    /// It has a way to go, and the way is shown.
    pub is_outbound: bool,
    /// Its place, where a colleague can still say what became of it or send it again.
    pub unsettled: Option<u64>,
    /// Nobody can tell whether it came through.
    pub is_unknown: bool,
    /// When it was written, where no webhook brought it.
    pub recovered_from: Option<Moment>,
    /// When it was written, where it reached us late and the line above does not say.
    pub late_from: Option<Moment>,
}

/// A file that goes with a message.
pub struct File {
    /// What it is called, or else what it is.
    pub name: String,
    /// Type and size, in a few words.
    pub about: String,
    /// Where it is fetched, if anywhere: from us, never from a provider.
    pub href: Option<String>,
    /// Shown as a small picture.
    pub is_picture: bool,
}

/// A turn's record, as far as the transcript shows it.
#[derive(Deserialize)]
struct Account {
    event: Happened,
    #[serde(default)]
    decisions: Vec<Decision>,
    #[serde(default)]
    effects: Vec<Mark>,
}

#[derive(Deserialize)]
struct Happened {
    id: EventId,
    #[serde(flatten)]
    payload: What,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum What {
    Message,
    Timer {
        name: String,
    },
    Operator(OperatorAct),
    Fact {
        name: String,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Mark {
    effect: String,
    #[serde(default)]
    seq: u64,
}

/// What the turns tell about the messages.
#[derive(Default)]
struct Told {
    decisions: Vec<(MessageId, Vec<Decision>)>,
    /// Who of us wrote which message.
    authors: Vec<(u64, String)>,
    events: Vec<Item>,
}

/// Builds the transcript from messages and turns of about the same time.
pub fn build(
    messages: Vec<Message>,
    turns: &[TurnRow],
    person: &str,
    zone: &TimeZone,
    texts: &'static Texts,
) -> Vec<Item> {
    let told = told(turns, texts);
    let since = messages.first().map_or(i64::MIN, |message| message.at.as_millis());
    let mut items: Vec<(i64, Item)> = Vec::new();
    for message in messages {
        let at = message.at.as_millis();
        items.push((at, bubble(message, &told, person, texts)));
    }
    for (turn, event) in told.events.into_iter().map(|event| (event.at.millis, event)) {
        if turn >= since {
            items.push((turn, event));
        }
    }
    items.sort_by_key(|(at, _)| *at);
    let mut last_day = None;
    items
        .into_iter()
        .map(|(at, mut item)| {
            let day = frontdesk_core::Timestamp::from_millis(at)
                .to_jiff()
                .to_zoned(zone.clone())
                .date();
            item.day = (last_day != Some(day)).then(|| day.to_string());
            last_day = Some(day);
            item
        })
        .collect()
}

/// What happened by itself or was told from elsewhere: timers that came due, facts.
pub fn happened(turns: &[TurnRow], texts: &'static Texts) -> Vec<(Moment, String)> {
    let event = |turn: &TurnRow| {
        // What an older version wrote differently is left out, not an error.
        let account: Account = serde_json::from_str(turn.record.get()).ok()?;
        let what = match account.event.payload {
            What::Timer { name } => fill(texts.thread.timer_fired, texts.desk.timer(&name)),
            What::Fact { name } => fill(texts.thread.happened, name),
            What::Message | What::Operator(_) | What::Other => return None,
        };
        Some((turn.at.into(), what))
    };
    turns.iter().filter_map(event).collect()
}

fn told(turns: &[TurnRow], texts: &'static Texts) -> Told {
    let mut told = Told::default();
    for turn in turns {
        // What an older version wrote differently is left out, not an error.
        let Ok(account) = serde_json::from_str::<Account>(turn.record.get()) else {
            continue;
        };
        let said = account
            .effects
            .iter()
            .find(|mark| mark.effect == "say")
            .map(|mark| mark.seq);
        let thread = &texts.thread;
        let event = match account.event.payload {
            What::Message => {
                told.decisions.push((account.event.id.message(0), account.decisions));
                None
            }
            What::Operator(OperatorAct::Say { by, .. } | OperatorAct::SendTemplate { by, .. }) => {
                told.authors.extend(said.map(|seq| (seq, by)));
                None
            }
            What::Operator(OperatorAct::Wrote { .. }) => None,
            What::Operator(OperatorAct::TakeOver { by }) => Some(fill(thread.taken_over, by)),
            What::Operator(OperatorAct::GiveBack { by }) => Some(fill(thread.given_back, by)),
            What::Operator(
                OperatorAct::Arrived { .. }
                | OperatorAct::SeenTo { .. }
                | OperatorAct::SendAgain { .. }
                | OperatorAct::Test { .. },
            ) => None,
            What::Operator(OperatorAct::CancelTimer { by, .. }) => Some(fill(texts.desk.timer_cancelled, by)),
            What::Operator(OperatorAct::FireTimer { by, .. }) => Some(fill(texts.desk.timer_fired, by)),
            What::Timer { name } => Some(fill(thread.timer_fired, texts.desk.timer(&name))),
            What::Fact { name } => Some(fill(thread.happened, name)),
            What::Other => None,
        };
        told.events.extend(event.map(|text| Item {
            key: format!("t{}", turn.version),
            day: None,
            at: turn.at.into(),
            body: Body::Event(text),
        }));
    }
    told
}

fn bubble(message: Message, told: &Told, person: &str, texts: &'static Texts) -> Item {
    let decisions = told.decisions.iter().find(|(id, _)| *id == message.id);
    let decisions = decisions.map_or(&[][..], |(_, decisions)| decisions);
    let decisions = decisions
        .iter()
        .map(|each| (texts.decided(each), each.rule.clone()))
        .collect();
    let author = told.authors.iter().find(|(seq, _)| *seq == message.seq);
    let name = match message.author {
        Author::User => person.to_owned(),
        Author::Bot => texts.thread.bot.to_owned(),
        Author::Operator => author.map_or_else(|| texts.roles.operator.to_owned(), |(_, name)| name.clone()),
    };
    let is_outbound = message.author != Author::User;
    Item {
        key: format!("m{}-{}", message.seq, message.status.code()),
        day: None,
        at: message.at.into(),
        body: Body::Message(Box::new(Bubble {
            seq: message.seq,
            by: message.author.code(),
            name,
            text: message.content.text.into_string(),
            quick_replies: message
                .content
                .quick_replies
                .into_iter()
                .map(|reply| reply.label)
                .collect(),
            cards: message.content.cards.into_iter().map(|card| card.title).collect(),
            files: files::shown(message.seq, message.content.attachments),
            status: message.status.code(),
            status_title: texts.deliveries.of(message.status),
            reason: message.reason.filter(|_| is_outbound),
            decisions,
            unsettled: is_unsettled(&message.status).then_some(message.seq),
            is_unknown: message.status == DeliveryStatus::Unknown,
            is_outbound: is_outbound || message.status != DeliveryStatus::Delivered,
            late_from: match message.content.recovered_from {
                Some(_) => None,
                None => message.content.late_from.map(Moment::from),
            },
            recovered_from: message.content.recovered_from.map(Moment::from),
        })),
    }
}

/// Whether a colleague can still see to a message of ours.
pub const fn is_unsettled(status: &DeliveryStatus) -> bool {
    matches!(
        status,
        DeliveryStatus::Unknown | DeliveryStatus::Failed | DeliveryStatus::Escalated
    )
}
