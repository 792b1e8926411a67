//! What counts as an answer to a step.

use frontdesk_core::Language;

use super::reader::{Node, Table};
use super::template::in_languages;
use super::{Localized, told};
use crate::answer::qualify::{Choice, Question, QuestionType};

/// Most choices a step may offer.
const CHOICES_MAX: usize = 20;

/// What counts as an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Accept {
    /// The person's name.
    Name,
    /// A phone number.
    Phone,
    /// An email address.
    Email,
    /// Yes or no.
    YesNo,
    /// How many come.
    PartySize,
    /// A date and time.
    DateTime,
    /// One of several, with what their buttons show.
    Choice(Question, Vec<Localized<String>>),
    /// A number.
    Number(Question),
    /// An amount of money, or a span of amounts.
    Money(Question),
    /// Anything.
    Text,
}

/// The fields that mean the same everywhere, and what they accept.
pub(crate) const FIELDS: [(&str, Accept); 6] = [
    ("name", Accept::Name),
    ("phone", Accept::Phone),
    ("email", Accept::Email),
    ("newsletter", Accept::YesNo),
    ("party_size", Accept::PartySize),
    ("datetime", Accept::DateTime),
];

impl Accept {
    /// Its name in a manifest.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::YesNo => "yes_no",
            Self::PartySize => "party_size",
            Self::DateTime => "datetime",
            Self::Choice(..) => "choice",
            Self::Number(_) => "number",
            Self::Money(_) => "money",
            Self::Text => "text",
        }
    }

    /// Reads what a step accepts.
    pub(super) fn read(table: &Table<'_>, key: &str, languages: &[Language]) -> Option<Self> {
        let field = FIELDS
            .into_iter()
            .find(|(name, _)| *name == key)
            .map(|(_, accept)| accept);
        let Some(node) = table.get("accept") else {
            if field.is_none() {
                table.fault(told!("`accept` is missing: what counts as an answer to `{}`?", key));
            }
            return field;
        };
        let kind = node.one_of(&[
            ("name", "name"),
            ("phone", "phone"),
            ("email", "email"),
            ("yes_no", "yes_no"),
            ("party_size", "party_size"),
            ("datetime", "datetime"),
            ("choice", "choice"),
            ("number", "number"),
            ("money", "money"),
            ("text", "text"),
        ])?;
        let accept = match kind {
            "choice" => choices(table, key, languages)?,
            "number" => Accept::Number(bounded(table, key, QuestionType::Number)?),
            "money" => {
                let currency = table.get("currency").map(|node| currency(&node));
                let question = bounded(table, key, QuestionType::Money)?;
                Accept::Money(Question {
                    currency: match currency {
                        None => None,
                        Some(currency) => Some(currency?),
                    },
                    ..question
                })
            }
            "yes_no" => Accept::YesNo,
            "text" => Accept::Text,
            fixed => FIELDS.into_iter().find(|(name, _)| *name == fixed)?.1,
        };
        match field {
            Some(field) if field != accept => {
                node.fault(told!("`{}` always accepts {}", key, field.name()));
                None
            }
            None if FIELDS
                .iter()
                .any(|(name, accept)| *name == kind && *accept != Accept::YesNo) =>
            {
                node.fault(told!("{} is kept under its own name: call the step `{}`", kind, kind));
                None
            }
            _ => Some(accept),
        }
    }
}

fn question(key: &str, kind: QuestionType) -> Question {
    Question {
        key: key.to_owned(),
        kind,
        choices: Vec::new(),
        examples: Vec::new(),
        currency: None,
        min: None,
        max: None,
    }
}

fn bounded(table: &Table<'_>, key: &str, kind: QuestionType) -> Option<Question> {
    let bound = |name: &str| match table.get(name) {
        None => Some(None),
        Some(node) => node.number(-1e12..=1e12).map(Some),
    };
    let (min, max) = (bound("min")?, bound("max")?);
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        table.fault("`min` is above `max`");
        return None;
    }
    Some(Question {
        min,
        max,
        ..question(key, kind)
    })
}

fn currency(node: &Node<'_>) -> Option<String> {
    let code = node.text()?;
    let is_code = code.len() == 3 && code.bytes().all(|letter| letter.is_ascii_uppercase());
    if !is_code {
        node.fault(told!("`{}` is not a currency such as USD (ISO 4217)", code));
    }
    is_code.then(|| code.to_owned())
}

fn choices(table: &Table<'_>, key: &str, languages: &[Language]) -> Option<Accept> {
    let node = table.require("choices")?;
    let items = node.list()?;
    if !(2..=CHOICES_MAX).contains(&items.len()) {
        node.fault(told!("2 to {} choices are expected here", CHOICES_MAX));
        return None;
    }
    let choices: Vec<Option<(Choice, Localized<String>)>> =
        items.iter().map(|item| choice(&item.table()?, languages)).collect();
    let (choices, labels) = choices.into_iter().collect::<Option<Vec<_>>>()?.into_iter().unzip();
    let question = Question {
        choices,
        ..question(key, QuestionType::Choice)
    };
    Some(Accept::Choice(question, labels))
}

/// One choice: what is kept, what says so, what its button shows.
fn choice(table: &Table<'_>, languages: &[Language]) -> Option<(Choice, Localized<String>)> {
    let value = table.require("value").and_then(|node| node.text().map(str::to_owned));
    let label = table
        .require("label")
        .and_then(|node| in_languages(&node, languages, |node| node.text().map(str::to_owned)));
    let synonyms = table.get("synonyms").map_or(Some(Vec::new()), |node| node.texts());
    table.finish();
    let label = label?;
    // A press on the button comes back as its label.
    let labels = label.iter().map(|(_, label)| label.clone());
    let synonyms = labels.chain(synonyms?.into_iter().map(str::to_owned)).collect();
    let choice = Choice {
        value: value?,
        synonyms,
        min: None,
        max: None,
    };
    Some((choice, label))
}
