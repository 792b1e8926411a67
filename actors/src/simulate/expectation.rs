use frontdesk_core::ConversationStatus;
use regex::Regex;
use serde_json::Value as Json;

use super::world::World;
use crate::manifest::{Node, Table};

/// What is expected to have come of a step. What is not mentioned may be anything.
#[derive(Clone, Debug, Default)]
pub(super) struct Expectation {
    /// Each stands in the bot's words of this step.
    reply: Vec<String>,
    /// The bot's words of this step, exactly.
    reply_is: Option<String>,
    /// The bot's words of this step match.
    reply_matches: Option<Regex>,
    /// None of these stands in the bot's words of this step.
    reply_lacks: Vec<String>,
    /// Nothing left in this step.
    silence: Option<bool>,
    /// How many messages left in this step.
    replies: Option<usize>,
    /// The buttons under the last message.
    quick_replies: Option<Vec<String>>,
    /// The approved texts that left in this step, all of them, by their keys.
    templates: Option<Vec<String>>,
    /// What was asked outside in this step, all of it, by name.
    asked: Option<Vec<String>>,
    /// Each stands in a reason why words were held back in this step.
    held_back: Vec<String>,
    /// Where the conversation stands.
    status: Option<ConversationStatus>,
    /// Timers that are set, all of them.
    timers: Option<Vec<String>>,
    /// Records written in this step, each with at least these fields.
    records: Vec<Json>,
    /// How many of a kind of record are stored.
    stored: Vec<(String, usize)>,
    /// News emitted in this step, all of them, in order.
    emitted: Option<Vec<String>>,
    /// Rules that decided in this step.
    decided: Vec<String>,
    /// Fields of the state, by path.
    state: Vec<(String, Json)>,
    /// Paths that are not in the state.
    absent: Vec<String>,
}

impl Expectation {
    /// Reads `[step.expect]`.
    pub(super) fn read(table: &Table<'_>) -> Option<Self> {
        let texts = |key: &str| table.get(key).map_or(Some(Vec::new()), |node| one_or_more(&node));
        let list = |key: &str| match table.get(key) {
            None => Some(None),
            Some(node) => one_or_more(&node).map(Some),
        };
        let expectation = Self {
            reply: texts("reply")?,
            reply_is: match table.get("reply_is") {
                None => None,
                Some(node) => Some(node.text()?.to_owned()),
            },
            reply_matches: match table.get("reply_matches") {
                None => None,
                Some(node) => Some(
                    Regex::new(node.text()?)
                        .map_err(|_| node.fault("this is not a regular expression"))
                        .ok()?,
                ),
            },
            reply_lacks: texts("reply_lacks")?,
            silence: match table.get("silence") {
                None => None,
                Some(node) => Some(node.boolean()?),
            },
            replies: match table.get("replies") {
                None => None,
                Some(node) => Some(usize::try_from(node.integer(0..=20)?).ok()?),
            },
            quick_replies: list("quick_replies")?,
            templates: list("templates")?,
            held_back: texts("held_back")?,
            asked: list("asked")?,
            status: match table.get("status") {
                None => None,
                Some(node) => Some(node.one_of(&ConversationStatus::ALL.map(|status| (status.code(), status)))?),
            },
            timers: list("timers")?.map(sorted),
            records: match table.get("records") {
                None => Vec::new(),
                Some(node) => node.list()?.iter().map(Node::json).collect(),
            },
            stored: match table.get("stored") {
                None => Vec::new(),
                Some(node) => node
                    .table()?
                    .entries()
                    .into_iter()
                    .map(|(kind, node)| Some((kind.to_owned(), usize::try_from(node.integer(0..=100)?).ok()?)))
                    .collect::<Option<_>>()?,
            },
            emitted: list("emitted")?,
            decided: texts("decided")?,
            state: match table.get("state") {
                None => Vec::new(),
                Some(node) => node
                    .table()?
                    .entries()
                    .into_iter()
                    .map(|(path, node)| (path.to_owned(), node.json()))
                    .collect(),
            },
            absent: texts("absent")?,
        };
        table.finish();
        Some(expectation)
    }
}

fn one_or_more(node: &Node<'_>) -> Option<Vec<String>> {
    if node.is_list() {
        return Some(node.texts()?.into_iter().map(str::to_owned).collect());
    }
    Some(vec![node.text()?.to_owned()])
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

/// The first thing that is not as expected, in words.
pub(super) fn unmet(expect: &Expectation, world: &World) -> Option<String> {
    unmet_words(expect, world)
        .or_else(|| unmet_effects(expect, world))
        .or_else(|| unmet_state(expect, world))
}

fn unmet_words(expect: &Expectation, world: &World) -> Option<String> {
    let said = world.said().join("\n");
    let told = || format!("the reply was {said:?}");
    if let Some(part) = expect.reply.iter().find(|part| !said.contains(part.as_str())) {
        return Some(format!("expected the reply to contain {part:?}, {}", told()));
    }
    if let Some(whole) = expect.reply_is.as_ref().filter(|whole| **whole != said) {
        return Some(format!("expected the reply {whole:?}, {}", told()));
    }
    if let Some(pattern) = expect.reply_matches.as_ref().filter(|pattern| !pattern.is_match(&said)) {
        return Some(format!("expected the reply to match /{pattern}/, {}", told()));
    }
    if let Some(part) = expect.reply_lacks.iter().find(|part| said.contains(part.as_str())) {
        return Some(format!("expected the reply not to contain {part:?}, {}", told()));
    }
    let count = world.said().len();
    match expect.silence {
        Some(true) if count > 0 => return Some(format!("expected silence, {}", told())),
        Some(false) if count == 0 => return Some("expected a reply, there was none".to_owned()),
        _ => {}
    }
    if let Some(expected) = expect.replies.filter(|expected| *expected != count) {
        return Some(format!("expected {expected} messages, there were {count}: {}", told()));
    }
    let sent = world.templates();
    if let Some(expected) = expect.templates.as_ref().filter(|expected| **expected != sent) {
        return Some(format!("expected the templates {expected:?}, there were {sent:?}"));
    }
    let reasons = world.held_back();
    let is_told = |part: &&String| reasons.iter().any(|reason| reason.contains(part.as_str()));
    if let Some(part) = expect.held_back.iter().find(|part| !is_told(part)) {
        return Some(format!(
            "expected words to be held back for {part:?}, they were for {reasons:?}"
        ));
    }
    let buttons = world.buttons();
    let expected = expect.quick_replies.as_ref().filter(|expected| **expected != buttons)?;
    Some(format!("expected the buttons {expected:?}, there were {buttons:?}"))
}

fn unmet_effects(expect: &Expectation, world: &World) -> Option<String> {
    for expected in &expect.records {
        if !world.written().iter().any(|record| includes(record, expected)) {
            let written: Vec<String> = world.written().iter().map(Json::to_string).collect();
            return Some(format!(
                "expected a record with {expected}, written were [{}]",
                written.join(", ")
            ));
        }
    }
    for (kind, expected) in &expect.stored {
        let count = world.stored(kind);
        if count != *expected {
            return Some(format!("expected {expected} stored {kind} records, there are {count}"));
        }
    }
    if let Some(expected) = expect.emitted.as_ref().filter(|expected| **expected != world.emitted()) {
        return Some(format!(
            "expected the news {expected:?}, emitted were {:?}",
            world.emitted()
        ));
    }
    if let Some(rule) = expect.decided.iter().find(|rule| !world.decided().contains(rule)) {
        return Some(format!("expected `{rule}` to decide, it was {:?}", world.decided()));
    }
    if let Some(expected) = expect.asked.as_ref().filter(|expected| **expected != world.asked()) {
        return Some(format!("expected {expected:?} to be asked, it was {:?}", world.asked()));
    }
    let timers = world.timers();
    let expected = expect.timers.as_ref().filter(|expected| **expected != timers)?;
    Some(format!("expected the timers {expected:?}, set are {timers:?}"))
}

fn unmet_state(expect: &Expectation, world: &World) -> Option<String> {
    if let Some(expected) = expect.status.filter(|expected| *expected != world.status()) {
        return Some(format!(
            "expected the status {}, it is {}",
            expected.code(),
            world.status().code()
        ));
    }
    let state = world.state_json();
    for (path, expected) in &expect.state {
        let found = at(&state, path);
        if found != Some(expected) {
            return Some(format!(
                "expected the state's {path} to be {expected}, it is {}",
                found.map_or_else(|| "absent".to_owned(), Json::to_string)
            ));
        }
    }
    let path = expect.absent.iter().find(|path| at(&state, path).is_some())?;
    Some(format!("expected the state's {path} to be absent"))
}

/// The value at a path such as `answers.name`.
fn at<'a>(state: &'a Json, path: &str) -> Option<&'a Json> {
    path.split('.').try_fold(state, |value, key| value.get(key))
}

/// Whether `whole` has everything that `part` has.
fn includes(whole: &Json, part: &Json) -> bool {
    match (whole, part) {
        (Json::Object(whole), Json::Object(part)) => part
            .iter()
            .all(|(key, value)| whole.get(key).is_some_and(|own| includes(own, value))),
        _ => whole == part,
    }
}
