//! What a conversation remembers: small, because it is written with every turn, and no history,
//! because the message log has that.

use std::collections::BTreeMap;

use frontdesk_core::ports::outbox::Lane;
use frontdesk_core::records::PersonKey;
use frontdesk_core::{ConversationStatus, Language, Personal, RecordId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::form::FormKind;

/// What a conversation remembers between two events.
///
/// Snapshots of older versions stay readable: every field has a default and is left out when it
/// has nothing to say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// The shape of this snapshot.
    #[serde(rename = "v")]
    pub(crate) version: Version,
    /// The language the person writes, once it is plain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<Language>,
    /// What the person wants, in one word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) intent: Option<String>,
    /// The words in which they first said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request: Option<Personal>,
    /// The page a visitor first wrote from, path only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) page: Option<String>,
    /// What the tenant's own site says of the person, by its own names.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) attributes: BTreeMap<String, Personal>,
    /// The account of ours the person last wrote to: what is said leaves from there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lane: Option<Lane>,
    /// Messages in a row that nobody could be reached with at this address.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) undelivered: u8,
    /// Telephone calls under way, and the last ones that ended.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) calls: Vec<Call>,
    /// Answers, by step or field.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) answers: BTreeMap<String, Value>,
    /// A day was named that could be two: which one is to be asked.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) is_moment_unclear: bool,
    /// Extension of the phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone_extension: Option<Personal>,
    /// Steps the person would not answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) refused: Vec<String>,
    /// Steps the person wants to answer later: they are asked last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) postponed: Vec<String>,
    /// The one step an answer is awaited for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) awaited: Option<Awaited>,
    /// The first words were said.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) is_greeted: bool,
    /// Everything was asked.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) is_done: bool,
    /// Said goodbye after that.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) is_closed: bool,
    /// Who has the conversation.
    #[serde(skip_serializing_if = "Gate::is_bot")]
    pub(crate) gate: Gate,
    /// The open ticket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ticket: Option<RecordId>,
    /// Nothing leaves until the person starts again.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) is_opted_out: bool,
    /// When what said so came in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) opted_out_at: Option<Timestamp>,
    /// Nothing leaves unasked until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) paused_until: Option<Timestamp>,
    /// Reminders sent.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) nudges: u8,
    /// Timers that are set; one that fires and is not here is stale.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) timers: BTreeMap<String, Timestamp>,
    /// Of name, phone and email, what a form or another conversation says, and nobody here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) hearsay: Vec<String>,
    /// Under which key the person's records are written, for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) person: Option<PersonKey>,
    /// The address of this conversation was written down as the person's.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) is_filed: bool,
    /// The other id under which the channel shows this person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) shown: Option<Personal>,
    /// What is known of whoever begins this conversation; taken in by the first turn.
    #[serde(skip)]
    pub(crate) introduction: Option<Introduction>,
    /// The newsletter subscription was written.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) is_subscribed: bool,
    /// The form this conversation began with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) form: Option<FormKind>,
    /// A name the channel has for the person, which they have not confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) offered_name: Option<Personal>,
    /// The channel was asked what the person calls themselves there.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) is_profile_asked: bool,
    /// When the person last wrote, on channels where words may come at a bad time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) heard_at: Option<Timestamp>,
    /// When the person was last texted because a call of theirs was missed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) texted_back_at: Option<Timestamp>,
    /// Approved texts that left since the person last wrote, by their keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) said_approved: Vec<String>,
    /// The person was told that nobody can reach them.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) is_told_unreachable: bool,
}

impl State {
    /// Keeps under `key` what is remembered of the step that an earlier manifest called `before`; `true`
    /// when anything was. An answer under the present name counts more.
    pub(crate) fn rename_step(&mut self, before: &str, key: &str) -> bool {
        let answer = self.answers.remove(before);
        let mut is_known = answer.is_some();
        if let Some(answer) = answer {
            self.answers.entry(key.to_owned()).or_insert(answer);
        }
        for name in self.refused.iter_mut().chain(&mut self.postponed) {
            if name == before {
                key.clone_into(name);
                is_known = true;
            }
        }
        if let Some(awaited) = self.awaited.as_mut().filter(|awaited| awaited.step == before) {
            key.clone_into(&mut awaited.step);
            is_known = true;
        }
        is_known
    }
}

/// The shape of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Version(u8);

impl Default for Version {
    fn default() -> Self {
        Self(1)
    }
}

/// A step an answer is awaited for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Awaited {
    /// Its key.
    #[serde(rename = "s")]
    pub(crate) step: String,
    /// How often it was asked again after an answer that was none.
    #[serde(rename = "n", default, skip_serializing_if = "is_zero")]
    pub(crate) reprompts: u8,
}

/// Who has the conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Gate {
    /// The bot.
    #[default]
    Bot,
    /// A person was called; the bot says once that they are on the way, and else nothing.
    Called,
    /// As `Called`, and it was said.
    CalledAndTold,
    /// A person: the bot is silent.
    WithPerson,
}

impl Gate {
    fn is_bot(&self) -> bool {
        *self == Self::Bot
    }
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Value {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Count(i64),
    /// Any number.
    Number(f64),
    /// A span of numbers, in a currency where one was named.
    Range {
        /// The least.
        #[serde(skip_serializing_if = "Option::is_none")]
        min: Option<f64>,
        /// The most.
        #[serde(skip_serializing_if = "Option::is_none")]
        max: Option<f64>,
        /// ISO 4217.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        currency: Option<String>,
    },
    /// Words; dates as `2026-11-28`, with a time as `2026-11-28T19:00`, on the tenant's clock.
    Text(Personal),
}

impl Value {
    /// The answer in words.
    pub(crate) fn to_text(&self) -> String {
        match self {
            Self::Flag(true) => "yes".to_owned(),
            Self::Flag(false) => "no".to_owned(),
            Self::Count(count) => count.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.as_str().to_owned(),
            Self::Range { min, max, currency } => {
                let bound = |bound: &Option<f64>| bound.map_or(String::new(), |number| number.to_string());
                let span = match (bound(min), bound(max)) {
                    (min, max) if min == max => min,
                    (min, max) => format!("{min}–{max}"),
                };
                currency
                    .iter()
                    .fold(span, |span, currency| format!("{span} {currency}"))
            }
        }
    }

    fn personal(&self) -> Option<&Personal> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// What is known of a person before their conversation begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Introduction {
    /// What they told in conversations whose channels prove who they are.
    pub known: ContactView,
    /// They had opted out here before everything about them was erased.
    pub is_opted_out: bool,
}

/// What is known of the person, for the welcome of a returning visitor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ContactView {
    /// Name.
    pub name: Option<Personal>,
    /// Phone in E.164.
    pub phone: Option<Personal>,
    /// Email.
    pub email: Option<Personal>,
    /// Whether the newsletter is wanted; `None` when the person has not said.
    pub newsletter: Option<bool>,
}

impl State {
    /// A conversation about to begin.
    #[must_use]
    pub fn introduced(introduction: Introduction) -> Self {
        Self {
            introduction: Some(introduction),
            ..Self::default()
        }
    }

    /// Whether nothing may leave until the person starts again.
    #[must_use]
    pub const fn is_opted_out(&self) -> bool {
        self.is_opted_out
    }

    /// What is known of the person.
    #[must_use]
    pub fn contact(&self) -> ContactView {
        ContactView {
            name: self.text("name").cloned(),
            phone: self.text("phone").cloned(),
            email: self.text("email").cloned(),
            newsletter: self.flag("newsletter"),
        }
    }

    /// What a profile says that the person is called, while they have not said so themselves.
    #[must_use]
    pub const fn offered_name(&self) -> Option<&Personal> {
        self.offered_name.as_ref()
    }

    /// The words of an answer.
    pub(crate) fn text(&self, field: &str) -> Option<&Personal> {
        self.answers.get(field).and_then(Value::personal)
    }

    /// A yes or no.
    pub(crate) fn flag(&self, field: &str) -> Option<bool> {
        match self.answers.get(field) {
            Some(Value::Flag(flag)) => Some(*flag),
            _ => None,
        }
    }

    /// Where the conversation stands.
    pub(crate) fn status(&self) -> ConversationStatus {
        match self.gate {
            Gate::WithPerson => ConversationStatus::WithPerson,
            Gate::Called | Gate::CalledAndTold => ConversationStatus::NeedsPerson,
            Gate::Bot if self.ticket.is_some() => ConversationStatus::NeedsPerson,
            Gate::Bot if self.is_done || self.is_opted_out => ConversationStatus::Done,
            Gate::Bot => ConversationStatus::Open,
        }
    }
}

fn is_false(flag: &bool) -> bool {
    !*flag
}

fn is_zero(count: &u8) -> bool {
    *count == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_state_is_a_few_bytes_and_old_snapshots_stay_readable() {
        assert_eq!(serde_json::to_string(&State::default()).unwrap(), r#"{"v":1}"#);
        assert_eq!(serde_json::from_str::<State>("{}").unwrap(), State::default());
    }

    #[test]
    fn answers_survive_a_snapshot_as_they_are() {
        let mut state = State::default();
        for (field, value) in [
            ("a", Value::Flag(true)),
            ("b", Value::Count(10)),
            ("c", Value::Number(2.5)),
            ("d", Value::Text("Ana".into())),
            (
                "e",
                Value::Range {
                    min: Some(300.0),
                    max: Some(600.0),
                    currency: Some("USD".to_owned()),
                },
            ),
        ] {
            state.answers.insert(field.to_owned(), value);
        }
        let snapshot = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<State>(&snapshot).unwrap(), state);
    }
}
