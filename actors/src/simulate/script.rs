use std::time::Duration;

use frontdesk_core::ports::outbox::Lane;
use frontdesk_core::{
    Answered, Attachment, CarrierWord, ChannelKind, Fact, KnownFacts, Language, OperatorAct, Payload, Personal,
    TenantId, TimerName, Timestamp, UserMessage,
};
use jiff::civil::DateTime;
use serde_json::Value as Json;

use super::expectation::Expectation;
use crate::Fault;
use crate::manifest::{Document, Node, Table, duration};

/// More steps than this are no conversation.
const STEPS_MAX: usize = 500;
/// Deliveries of one event beside the first.
const DUPLICATES_MAX: i64 = 20;

/// A conversation to play: what is said and done, and what is expected to come of it.
#[derive(Clone, Debug)]
pub struct Script {
    pub(super) tenant: TenantId,
    pub(super) channel: ChannelKind,
    pub(super) address: Personal,
    pub(super) locale: Option<Language>,
    /// The account of ours the person writes to, where the script says.
    pub(super) account: Option<Lane>,
    /// On the tenant's clock.
    pub(super) start: DateTime,
    pub(super) steps: Vec<Step>,
}

/// One thing that happens, and what is expected of it.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) line: usize,
    pub(super) action: Option<Action>,
    /// How long before it arrives it was written, where the channel tells.
    pub(super) written_ago: Option<Duration>,
    /// How often the event comes again.
    pub(super) duplicates: i64,
    /// The event arrives after the one of the next step.
    pub(super) is_reordered: bool,
    /// The process dies in the middle; the sender, who heard nothing, sends again.
    pub(super) kill: Option<Kill>,
    /// The provider takes the reply and never says so.
    pub(super) is_provider_silent: bool,
    pub(super) expect: Expectation,
}

/// What happens.
#[derive(Clone, Debug)]
pub(super) enum Action {
    /// An event reaches the conversation.
    Deliver(Box<Payload>),
    /// Time passes; timers fire.
    Advance(Duration),
}

/// Where the process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kill {
    /// The turn is lost.
    BeforeCommit,
    /// The turn is durable, the acknowledgement is lost.
    AfterCommit,
}

impl Script {
    /// Whose dialogue is played.
    #[must_use]
    pub const fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Reads a script.
    ///
    /// # Errors
    ///
    /// All faults found, in the order of their place.
    pub fn parse(toml: &str) -> Result<Self, Vec<Fault>> {
        Document::read(toml, |root| {
            let tenant = root.require("tenant").and_then(|node| {
                let id = node.text()?.parse().ok();
                id.or_else(|| wrong(&node, "a tenant's short name is expected here"))
            });
            let channel = root
                .get("channel")
                .map_or(Some(ChannelKind::WebChat), |node| channel(&node));
            let address = root.get("address").map_or(Some(None), |node| node.text().map(Some));
            let account = root.get("account").map_or(Some(None), |node| account(&node).map(Some));
            let locale = root
                .get("locale")
                .map_or(Some(None), |node| node.text().map(Language::from_tag));
            let start = root.get("start").map_or_else(
                || Some(monday_morning()),
                |node| {
                    let start = node.text()?.parse().ok();
                    start.or_else(|| wrong(&node, "a time such as 2026-11-23T10:00 is expected here"))
                },
            );
            let nodes = root.require("step")?.list()?;
            if nodes.len() > STEPS_MAX {
                root.fault(format!("a script has at most {STEPS_MAX} steps"));
            }
            let steps: Vec<Option<Step>> = nodes.iter().map(|node| Step::read(&node.table()?)).collect();
            let channel = channel?;
            Some(Self {
                tenant: tenant?,
                channel,
                address: address?.unwrap_or_else(|| address_of(channel)).into(),
                locale: locale?,
                account: account?,
                start: start?,
                steps: steps.into_iter().collect::<Option<_>>()?,
            })
        })
    }
}

/// `messenger:104020918399999`: the sender and our address.
fn account(node: &Node<'_>) -> Option<Lane> {
    let (sender, address) = node
        .text()?
        .split_once(':')
        .or_else(|| wrong(node, "a sender, a colon and our address are expected here"))?;
    Some(Lane::of_account(sender, address))
}

/// When a script begins that does not say: a Monday morning.
fn monday_morning() -> DateTime {
    jiff::civil::date(2026, 11, 23).at(10, 0, 0, 0)
}

/// Whom a script talks to that does not say.
const fn address_of(channel: ChannelKind) -> &'static str {
    if channel.profile().tells_phone {
        "+15552345678"
    } else {
        "thread-1"
    }
}

impl Step {
    fn read(table: &Table<'_>) -> Option<Self> {
        let said = table.get("say");
        let message = message(table);
        let payload = match &said {
            Some(node) => Some(Payload::Message(UserMessage {
                text: text_or_empty(node)?.into(),
                ..message?
            })),
            None => {
                let other = ["page", "known", "attachment", "carrier"]
                    .iter()
                    .find(|key| table.get(key).is_some());
                if let Some(key) = other {
                    table.fault(format!("`{key}` goes with `say`"));
                }
                None
            }
        };
        let operator = table.get("operator").map(|node| operator(&node));
        let fact = table.get("fact").map(|node| fact(&node));
        let answer = table.get("answer").map(|node| answer(&node));
        let advance = table.get("advance").map(|node| duration(&node));
        let actions = [
            payload.is_some(),
            operator.is_some(),
            fact.is_some(),
            answer.is_some(),
            advance.is_some(),
        ];
        if actions.iter().filter(|is_there| **is_there).count() > 1 {
            table.fault("one step does one thing: say, operator, fact, answer or advance");
        }
        let outside = match (fact, answer) {
            (Some(fact), _) => Some(Payload::Fact(fact?)),
            (None, Some(answer)) => Some(Payload::Answer(answer?)),
            (None, None) => None,
        };
        let action = match (payload, operator, outside, advance) {
            (Some(payload), ..) => Some(Action::Deliver(Box::new(payload))),
            (_, Some(act), ..) => Some(Action::Deliver(Box::new(Payload::Operator(act?)))),
            (_, _, Some(payload), _) => Some(Action::Deliver(Box::new(payload))),
            (.., Some(duration)) => Some(Action::Advance(duration?)),
            _ => None,
        };
        let written_ago = table.get("late").map_or(Some(None), |node| {
            if said.is_none() {
                node.fault("`late` goes with `say`");
            }
            duration(&node).map(Some)
        });
        let duplicates = table
            .get("duplicate")
            .map_or(Some(0), |node| node.integer(1..=DUPLICATES_MAX));
        let kill = table.get("kill").map_or(Some(None), |node| {
            node.one_of(&[
                ("before_commit", Kill::BeforeCommit),
                ("after_commit", Kill::AfterCommit),
            ])
            .map(Some)
        });
        let flag = |key: &str| table.get(key).map_or(Some(false), |node| node.boolean());
        let (is_reordered, is_provider_silent) = (flag("reorder"), flag("provider_timeout"));
        let expect = match table.get("expect") {
            None => Some(Expectation::default()),
            Some(node) => node.table().and_then(|table| Expectation::read(&table)),
        };
        let line = table.line();
        table.finish();
        Some(Self {
            line,
            action,
            written_ago: written_ago?,
            duplicates: duplicates?,
            is_reordered: is_reordered?,
            kill: kill?,
            is_provider_silent: is_provider_silent?,
            expect: expect?,
        })
    }
}

/// What comes with the words: page, claims of the channel, a file, what the carrier made of them.
fn message(table: &Table<'_>) -> Option<UserMessage> {
    let page = table.get("page").map_or(Some(None), |node| node.text().map(Some))?;
    let known = table.get("known").map_or_else(
        || Some(KnownFacts::default()),
        |node| {
            let table = node.table()?;
            let text = |key: &str| {
                table
                    .get(key)
                    .map_or(Some(None), |node| node.text().map(|text| Some(text.into())))
            };
            let known = KnownFacts {
                name: text("name")?,
                phone: text("phone")?,
                email: text("email")?,
                newsletter_consent: table
                    .get("newsletter")
                    .map_or(Some(None), |node| node.boolean().map(Some))?,
                ..KnownFacts::default()
            };
            table.finish();
            Some(known)
        },
    )?;
    let attachments = match table.get("attachment") {
        None => Vec::new(),
        Some(node) => vec![Attachment {
            media_type: "image/jpeg".to_owned(),
            url: node.text()?.to_owned(),
            ..Attachment::default()
        }],
    };
    let carrier_word = table.get("carrier").map_or(Some(None), |node| {
        node.one_of(&[
            ("stop", CarrierWord::Stop),
            ("start", CarrierWord::Start),
            ("help", CarrierWord::Help),
        ])
        .map(Some)
    })?;
    Some(UserMessage {
        carrier_word,
        page: page.map(str::to_owned),
        known,
        attachments,
        ..UserMessage::default()
    })
}

/// `"take_over"`, `"give_back"`, `{ say = "…" }`, `{ wrote = "…" }` in the provider's own inbox,
/// `{ template = "…" }`, or `{ cancel = "…" }`, `{ fire = "…" }` of a timer, at whichever hour it is set to then.
fn operator(node: &Node<'_>) -> Option<OperatorAct> {
    const BY: &str = "colleague";
    let due = Timestamp::default();
    let by = BY.to_owned();
    if node.is_table() {
        let table = node.table()?;
        for (key, is_fired) in [("cancel", false), ("fire", true)] {
            let Some(node) = table.get(key) else { continue };
            let name = TimerName::from(node.text()?);
            table.finish();
            return Some(if is_fired {
                OperatorAct::FireTimer { by, name, due }
            } else {
                OperatorAct::CancelTimer { by, name, due }
            });
        }
        if let Some(node) = table.get("template") {
            let key = node.text()?.to_owned();
            table.finish();
            return Some(OperatorAct::SendTemplate { by, key });
        }
        let wrote = table.get("wrote");
        let text = match &wrote {
            Some(node) => node.text()?,
            None => table.require("say")?.text()?,
        };
        table.finish();
        let text = text.into();
        return Some(if wrote.is_some() {
            OperatorAct::Wrote { text }
        } else {
            OperatorAct::Say {
                by,
                text,
                attachments: Vec::new(),
            }
        });
    }
    let is_taking = node.one_of(&[("take_over", true), ("give_back", false)])?;
    Some(if is_taking {
        OperatorAct::TakeOver { by }
    } else {
        OperatorAct::GiveBack { by }
    })
}

/// `{ to = "profile", told = { … } }`, or without `told` where there was none.
fn answer(node: &Node<'_>) -> Option<Answered> {
    let table = node.table()?;
    let inquiry = table.require("to")?.text()?.to_owned();
    let told = table.get("told").map(|node| node.json());
    table.finish();
    Some(Answered {
        inquiry,
        result: told.ok_or_else(|| "refused".to_owned()),
    })
}

fn fact(node: &Node<'_>) -> Option<Fact> {
    let table = node.table()?;
    let name = table.require("name")?.text()?.to_owned();
    let data = table.get("data").map_or(Json::Null, |node| node.json());
    table.finish();
    Some(Fact { name, data })
}

fn channel(node: &Node<'_>) -> Option<ChannelKind> {
    let name = node.text()?;
    name.parse()
        .ok()
        .or_else(|| wrong(node, format!("`{name}` is not a channel")))
}

/// Saying nothing is possible: a picture without words.
fn text_or_empty<'s>(node: &Node<'s>) -> Option<&'s str> {
    if node.is_empty_text() { Some("") } else { node.text() }
}

fn wrong<T>(node: &Node<'_>, message: impl Into<String>) -> Option<T> {
    let message: String = message.into();
    node.fault(message);
    None
}
