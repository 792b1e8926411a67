//! The questions of a tenant, in order.

use std::time::Duration;

use frontdesk_core::{ChannelKind, Language};

use super::accept::Accept;
use super::duration;
use super::prompt::{Prompt, Variants};
use super::reader::{Node, Table};
use super::template::Templates;
use super::texts::Defaults;
use super::told;

/// Most steps a playbook may have.
const STEPS_MAX: usize = 40;
/// Most reminders per conversation.
const NUDGES_MAX: i64 = 2;

/// What a tenant asks, in which order, and what it says when all is asked.
#[derive(Debug)]
pub(crate) struct Playbook {
    /// The questions, in the order they are asked.
    pub(crate) steps: Vec<Step>,
    /// What steps were called in earlier manifests: that name, and the present one.
    pub(crate) renamed: Vec<(String, String)>,
    /// Channels with an order of their own: positions in `steps`.
    orders: Vec<(ChannelKind, Vec<usize>)>,
    /// Channels where nothing is asked before the person wants to book.
    waits_for_wish: Vec<ChannelKind>,
    /// Whoever called in vain gets a text from the number they called.
    pub(crate) texts_missed_calls: bool,
    /// Reminders for people who fall silent.
    pub(crate) nudge: Option<Nudge>,
}

/// A gentle reminder.
#[derive(Debug)]
pub(crate) struct Nudge {
    /// How long after the last question.
    pub(crate) after: Duration,
    /// How many in one conversation.
    pub(crate) times: u8,
    /// On which channels.
    pub(crate) channels: Vec<ChannelKind>,
}

/// One question.
#[derive(Debug)]
pub(crate) struct Step {
    /// Its name, and the field the answer is kept in.
    pub(crate) key: String,
    /// What counts as an answer.
    pub(crate) accept: Accept,
    /// A wrong answer is asked again once at most, and nobody is called for it.
    pub(crate) is_optional: bool,
    /// The first message answers it, when it says more than a greeting.
    pub(crate) takes_first_message: bool,
    /// Asked only when an earlier answer is among these.
    when: Option<Condition>,
    /// The question.
    pub(crate) ask: Prompt,
    /// The question, put differently after an answer that is none.
    pub(crate) again: Variants,
    /// Why it is asked.
    pub(crate) why: Option<Prompt>,
    /// Said first when it was answered.
    pub(crate) accepted: Option<Prompt>,
    /// The name under which other systems hear of the answer.
    pub(crate) emit: Option<String>,
}

/// The steps read so far. One with faults has a key but no step: what refers to it is not at fault.
#[derive(Debug, Default)]
struct Known {
    keys: Vec<String>,
    steps: Vec<Step>,
    renamed: Vec<(String, String)>,
}

#[derive(Debug)]
struct Condition {
    step: String,
    among: Vec<String>,
}

impl Playbook {
    /// The keys of all steps, for the texts that name them. Faults are told by [`Playbook::read`].
    pub(crate) fn keys<'s>(root: &Table<'s>) -> Vec<&'s str> {
        root.get("playbook")
            .filter(Node::is_table)
            .and_then(|node| node.table())
            .and_then(|table| table.get("steps"))
            .filter(Node::is_list)
            .and_then(|node| node.list())
            .unwrap_or_default()
            .iter()
            .filter(|node| node.is_table())
            .filter_map(|node| node.table()?.get("key").filter(Node::is_text)?.text())
            .collect()
    }

    /// Reads `[playbook]`.
    pub(crate) fn read(
        table: &Table<'_>,
        languages: &[Language],
        defaults: &Defaults<'_>,
        templates: &mut Templates,
    ) -> Option<Self> {
        let nodes = table.require("steps")?.list()?;
        if nodes.len() > STEPS_MAX {
            table.fault(told!("a playbook has at most {} steps", STEPS_MAX));
        }
        let mut known = Known::default();
        for node in &nodes {
            let step = node
                .table()
                .and_then(|table| Step::read(&table, &mut known, languages, defaults, templates));
            known.steps.extend(step);
        }
        let orders = table
            .get("order")
            .map_or(Some(Vec::new()), |node| orders(&node, &known));
        let is_renamed_well = known.renamed.iter().all(|(before, _)| !known.keys.contains(before));
        if !is_renamed_well {
            table.fault("a name in `was` is still the key of a step");
        }
        let Known { steps, renamed, .. } = known;
        let waits_for_wish = table
            .get("waits_for_wish")
            .map_or(Some(Vec::new()), |node| channels(&node));
        let texts_missed_calls = table
            .get("texts_missed_calls")
            .map_or(Some(false), |node| node.boolean());
        let nudge = match table.get("nudge") {
            None => None,
            Some(node) => Some(Nudge::read(&node.table()?)?),
        };
        table.finish();
        (steps.len() == nodes.len() && is_renamed_well).then_some(())?;
        Some(Self {
            steps,
            renamed,
            orders: orders?,
            waits_for_wish: waits_for_wish?,
            texts_missed_calls: texts_missed_calls?,
            nudge,
        })
    }

    /// The steps in the order of a channel.
    pub(crate) fn on(&self, channel: ChannelKind) -> impl Iterator<Item = &Step> {
        let own = self.orders.iter().find(|(other, _)| *other == channel);
        let own = own.map(|(_, order)| order.as_slice());
        let count = own.map_or(self.steps.len(), <[usize]>::len);
        (0..count).filter_map(move |index| self.steps.get(own.map_or(index, |order| order[index])))
    }

    /// The step of a name.
    pub(crate) fn step(&self, key: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.key == key)
    }

    /// Whether nothing is asked on this channel before the person wants to book.
    pub(crate) fn waits_for_wish(&self, channel: ChannelKind) -> bool {
        self.waits_for_wish.contains(&channel)
    }
}

impl Step {
    fn read(
        table: &Table<'_>,
        known: &mut Known,
        languages: &[Language],
        defaults: &Defaults<'_>,
        templates: &mut Templates,
    ) -> Option<Self> {
        let Some(key) = key(table, &mut known.keys) else {
            // Without a key nobody can tell what belongs to it.
            table.entries();
            return None;
        };
        let accept = Accept::read(table, &key, languages);
        let is_optional = table.get("optional").map_or(Some(false), |node| node.boolean());
        let takes_first_message = takes_first_message(table, accept.as_ref());
        let when = match table.get("when") {
            None => Some(None),
            Some(node) => Condition::read(&node, known).map(Some),
        };
        let field = key.as_str();
        let own_or = |name: &str, templates: &mut Templates| match table.get(name) {
            Some(node) => Some(Prompt::read(&node, languages, templates)),
            None => defaults.prompt(name, field, templates).map(Some),
        };
        let ask = own_or("ask", templates);
        if ask.is_none() {
            table.fault("`ask` is missing: there is no question for it yet");
        }
        let why = own_or("why", templates);
        let accepted = own_or("accepted", templates);
        let again = match table.get("again") {
            Some(node) => Variants::read(&node, languages, templates),
            None => accept.as_ref().and_then(|accept| {
                let name = if field == "newsletter" { field } else { accept.name() };
                defaults.variants("again", name, templates)
            }),
        };
        let was = table.get("was").map_or(Some(Vec::new()), |node| node.texts());
        let was = was.into_iter().flatten();
        known.renamed.extend(was.map(|before| (before.to_owned(), key.clone())));
        let emit = table.get("emit").map(|node| node.text().map(str::to_owned));
        table.finish();
        Some(Self {
            accept: accept?,
            is_optional: is_optional?,
            takes_first_message: takes_first_message?,
            when: when?,
            ask: ask??,
            again: again?,
            why: why.flatten(),
            accepted: accepted.flatten(),
            emit: emit.flatten(),
            key,
        })
    }

    /// Whether the step is asked at all, as far as earlier answers tell.
    pub(crate) fn applies(&self, answer: impl Fn(&str) -> Option<String>) -> bool {
        self.when
            .as_ref()
            .is_none_or(|condition| answer(&condition.step).is_some_and(|answer| condition.among.contains(&answer)))
    }
}

impl Condition {
    fn read(node: &Node<'_>, known: &Known) -> Option<Self> {
        let table = node.table()?;
        let [(step, ref among)] = table.entries()[..] else {
            node.fault("one earlier step and its answers are expected here, such as { goal = [\"business\"] }");
            return None;
        };
        let Some(earlier) = known.steps.iter().find(|earlier| earlier.key == step) else {
            if !known.keys.iter().any(|key| key == step) {
                node.fault(told!("no earlier step is called `{}`", step));
            }
            return None;
        };
        let among: Vec<String> = among.texts()?.into_iter().map(str::to_owned).collect();
        let possible: Vec<&str> = match &earlier.accept {
            Accept::Choice(question, _) => question.choices.iter().map(|choice| choice.value.as_str()).collect(),
            Accept::YesNo => vec!["yes", "no"],
            _ => {
                node.fault(told!(
                    "`{}` has no fixed answers to go by: choice and yes_no have",
                    step
                ));
                return None;
            }
        };
        if let Some(other) = among.iter().find(|value| !possible.contains(&value.as_str())) {
            node.fault(told!(
                "`{}` is no answer of `{}`, only {}",
                other,
                step,
                possible.join(", ")
            ));
            return None;
        }
        Some(Self {
            step: step.to_owned(),
            among,
        })
    }
}

impl Nudge {
    fn read(table: &Table<'_>) -> Option<Self> {
        let after = table.require("after").and_then(|node| duration(&node));
        let times = table.get("times").map_or(Some(1), |node| node.integer(1..=NUDGES_MAX));
        let channels = table.require("channels").and_then(|node| channels(&node));
        table.finish();
        Some(Self {
            after: after?,
            times: u8::try_from(times?).ok()?,
            channels: channels?,
        })
    }
}

fn key(table: &Table<'_>, taken: &mut Vec<String>) -> Option<String> {
    let node = table.require("key")?;
    let key = node.text()?;
    let is_word = key
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && key.starts_with(|letter: char| letter.is_ascii_lowercase())
        && key.len() <= 40;
    if !is_word {
        node.fault("a key has up to 40 characters of a-z, 0-9 and _, a letter first");
    } else if taken.iter().any(|other| other == key) {
        node.fault(told!("there is a step `{}` already", key));
    } else {
        taken.push(key.to_owned());
        return Some(key.to_owned());
    }
    None
}

fn orders(node: &Node<'_>, known: &Known) -> Option<Vec<(ChannelKind, Vec<usize>)>> {
    let mut orders = Vec::new();
    for (name, list) in node.table()?.entries() {
        let Ok(channel) = name.parse::<ChannelKind>() else {
            list.fault(told!("`{}` is not a channel", name));
            continue;
        };
        let mut order = Vec::new();
        for item in list.list()? {
            let position = |key: &str| known.steps.iter().position(|step| step.key == key);
            match item.text().map(|key| (key, position(key))) {
                Some((_, Some(index))) if !order.contains(&index) => order.push(index),
                Some((key, Some(_))) => item.fault(told!("`{}` is listed twice", key)),
                Some((key, None)) if !known.keys.iter().any(|other| other == key) => {
                    item.fault(told!("no step is called `{}`", key));
                }
                Some((_, None)) | None => {}
            }
        }
        orders.push((channel, order));
    }
    Some(orders)
}

fn channels(node: &Node<'_>) -> Option<Vec<ChannelKind>> {
    node.list()?
        .iter()
        .map(|item| {
            let name = item.text()?;
            let channel = name.parse().ok();
            if channel.is_none() {
                item.fault(told!("`{}` is not a channel", name));
            }
            channel
        })
        .collect()
}

fn takes_first_message(table: &Table<'_>, accept: Option<&Accept>) -> Option<bool> {
    let Some(node) = table.get("first_message") else {
        return Some(false);
    };
    let takes = node.boolean()?;
    if takes && accept != Some(&Accept::Text) {
        node.fault("only a step that accepts text can take the first message as its answer");
        return None;
    }
    Some(takes)
}
