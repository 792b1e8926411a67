//! What a message answers: the readers of [`crate::answer`] put to a step, a field, a claim.

use frontdesk_core::{Personal, Timestamp};

use crate::answer::text::Text;
use crate::answer::yes_no::{self, YesNo};
use crate::answer::{Asked, NoAnswer, email, phone, refusal};
use crate::manifest::{Accept, Step, Tenant};
use crate::state::Value;

/// Longest free answer kept.
const ANSWER_CHARS_MAX: usize = 500;

/// What readers need to know beside the message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) now: Timestamp,
}

/// An answer to a step.
#[derive(Debug)]
pub(crate) struct Answer {
    /// What is kept.
    pub(crate) value: Value,
    /// The extension of a phone number.
    pub(crate) extension: Option<Personal>,
}

impl From<Value> for Answer {
    fn from(value: Value) -> Self {
        Self { value, extension: None }
    }
}

/// Everything a message tells, by field.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Fields and their values.
    pub(crate) fields: Vec<(&'static str, Value)>,
    /// The extension of a phone number among them.
    pub(crate) phone_extension: Option<Personal>,
}

/// Reads the answer to a step.
///
/// # Errors
///
/// Why the message is none.
pub(crate) fn answer(context: &Context<'_>, step: &Step, text: &Text) -> Result<Answer, NoAnswer> {
    let asked = asked(step);
    match &step.accept {
        Accept::Name => interim_name(text)
            .map(|name| Value::Text(name.into()).into())
            .ok_or_else(|| refusal::reason(text)),
        Accept::Phone => phone::read_text(text, &context.tenant.settings.region, &asked).map(|phone| Answer {
            value: Value::Text(phone.e164.into()),
            extension: phone.ext.map(Personal::from),
        }),
        Accept::Email => email::read_text(text, &asked).map(|email| Value::Text(email.into()).into()),
        Accept::YesNo => match yes_no::read_text(text, &asked) {
            YesNo::Yes => Ok(Value::Flag(true).into()),
            YesNo::No => Ok(Value::Flag(false).into()),
            YesNo::Later => Err(NoAnswer::Later),
            YesNo::Unclear => Err(match refusal::reason(text) {
                NoAnswer::Question => NoAnswer::Question,
                _ => NoAnswer::NotAnAnswer,
            }),
        },
        Accept::Text => free(text),
        Accept::PartySize | Accept::DateTime | Accept::Choice(_) | Accept::Number(_) | Accept::Money(..) => {
            let _ = context.now;
            Err(refusal::reason(text))
        }
    }
}

fn free(text: &Text) -> Result<Answer, NoAnswer> {
    match refusal::reason(text) {
        NoAnswer::NotAnAnswer if text.word_count() > 0 => {
            let words: String = text.clean().chars().take(ANSWER_CHARS_MAX).collect();
            Ok(Value::Text(words.into()).into())
        }
        reason => Err(reason),
    }
}

/// Reads everything else a message tells beside the answer to the awaited step.
pub(crate) fn everything(context: &Context<'_>, text: &Text, awaited: Option<&Step>) -> Found {
    let asked = awaited.map_or(Asked::Open, asked);
    let mut found = Found::default();
    if let Ok(email) = email::read_text(text, &asked) {
        found.fields.push(("email", Value::Text(email.into())));
    }
    if let Ok(phone) = phone::read_text(text, &context.tenant.settings.region, &asked) {
        found.phone_extension = phone.ext.map(Personal::from);
        found.fields.push(("phone", Value::Text(phone.e164.into())));
    }
    found
}

/// What a person wants, if it is plain.
pub(crate) fn wish(text: &Text) -> Option<&'static str> {
    let is_booking = ["book", "reserv", "заброн", "записа"].iter().any(|stem| text.flat().contains(stem));
    is_booking.then_some("reservation")
}

/// Whether it is a wish the playbook serves.
pub(crate) fn is_wish_to_book(intent: &str) -> bool {
    matches!(intent, "reservation" | "order")
}

/// Whether the person asks something.
pub(crate) fn is_question(text: &Text) -> bool {
    refusal::is_question(text)
}

/// Whether the person asks what the answer is for.
pub(crate) fn asks_why(text: &Text) -> bool {
    const WHY: [&str; 12] = [
        " why ", " what for ", " por que ", " para que ", " zachem ", " зачем ", " почему ", " для чего ", " навіщо ", " чому ",
        " нащо ", " за чим ",
    ];
    WHY.iter().any(|why| text.flat().contains(why))
}

/// A name as a form or profile claims it.
pub(crate) fn known_name(claim: &str) -> Option<Personal> {
    interim_name(&Text::new(claim)).map(Personal::from)
}

/// An email as a form claims it.
pub(crate) fn known_email(claim: &str) -> Option<Personal> {
    email::read(claim, &Asked::Email).ok().map(Personal::from)
}

/// A phone number as a form or channel claims it, and its extension.
pub(crate) fn known_phone(context: &Context<'_>, claim: &str) -> Option<(Personal, Option<Personal>)> {
    let phone = phone::read(claim, &context.tenant.settings.region, &Asked::Phone).ok()?;
    Some((phone.e164.into(), phone.ext.map(Personal::from)))
}

fn asked(step: &Step) -> Asked {
    Asked::from_context(&step.key).unwrap_or_else(|| Asked::Question(step.key.clone()))
}

fn interim_name(text: &Text) -> Option<String> {
    let clean = text.clean().trim();
    let lower = clean.to_lowercase();
    let cut = ["my name is ", "it's ", "it is ", "i'm ", "i am ", "this is ", "me llamo ", "soy ", "меня зовут ", "мене звати "]
        .iter()
        .filter_map(|lead| lower.find(lead).map(|at| at + lead.len()))
        .max()
        .unwrap_or(0);
    let name = clean.get(cut..)?.trim_matches(|letter: char| !letter.is_alphabetic());
    let is_name = (1..=4).contains(&name.split_whitespace().count())
        && name.chars().filter(|letter| letter.is_alphabetic()).count() >= 2
        && name.chars().all(|letter| letter.is_alphabetic() || matches!(letter, ' ' | '-' | '\'' | '.'))
        && refusal::reason(text) == NoAnswer::NotAnAnswer;
    is_name.then(|| name.to_owned())
}
