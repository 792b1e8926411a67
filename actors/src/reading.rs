//! What a message answers: the readers of [`crate::answer`] put to a step, a field, a claim.

use std::sync::LazyLock;

use frontdesk_core::{Personal, Timestamp};

use crate::answer::intent::{self, Intent};
use crate::answer::qualify::{self, Question, Validity};
use crate::answer::text::phrases::Phrases;
use crate::answer::text::{Kind, Text};
use crate::answer::when::scan::{Item, Placed, scan};
use crate::answer::when::{self, DateOrder, Thanksgiving, When};
use crate::answer::yes_no::{self, YesNo};
use crate::answer::{Asked, NoAnswer, email, multi, name, party_size, phone, refusal};
use crate::manifest::{Accept, Step, Tenant};
use crate::state::Value;

/// Longest free answer kept.
const ANSWER_CHARS_MAX: usize = 500;

/// What readers need to know beside the message.
#[derive(Clone, Debug)]
pub(crate) struct Context<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) now: Timestamp,
    /// The moment already known: a day, with its hour or without.
    pub(crate) agreed: Option<Personal>,
}

/// An answer to a step.
#[derive(Debug)]
pub(crate) struct Answer {
    /// What is kept.
    pub(crate) value: Value,
    /// The extension of a phone number.
    pub(crate) extension: Option<Personal>,
    /// How sure the reader is, where it is not simply sure.
    pub(crate) confidence: Option<f64>,
}

impl From<Value> for Answer {
    fn from(value: Value) -> Self {
        Self {
            value,
            extension: None,
            confidence: None,
        }
    }
}

/// Everything a message tells.
#[derive(Debug)]
pub(crate) struct Reading {
    /// The answer to the awaited step, or why there is none; `None` when nothing is awaited.
    pub(crate) answer: Option<Result<Answer, NoAnswer>>,
    /// Fields and their values, the awaited one perhaps among them.
    pub(crate) fields: Vec<(&'static str, Value)>,
    /// The extension of a phone number among them.
    pub(crate) phone_extension: Option<Personal>,
    /// A day or an hour was named, and which one is to be asked.
    pub(crate) is_moment_unclear: bool,
}

/// Reads a message once, for the awaited step and for everything else it tells.
pub(crate) fn read(context: &Context<'_>, awaited: Option<&Step>, text: &Text) -> Reading {
    let asked = awaited.map_or(Asked::Open, asked);
    let items = scan(text, &asked).items;
    let details = multi::read_text(text, &context.tenant.settings.region, &asked, &items);
    let found = when(context, text, &items, &asked);
    let moment = moment(&found, context.agreed.as_ref());
    let party_size = party_size::settle(&items, text).map(|count| Value::Count(i64::from(count)));
    let words = |said: Option<String>| said.map(|said| Value::Text(said.into()));
    let extension = details.ext.map(Personal::from);
    let mut fields = Vec::new();
    fields.extend(words(details.name).map(|name| ("name", name)));
    fields.extend(words(details.phone).map(|phone| ("phone", phone)));
    fields.extend(words(details.email).map(|email| ("email", email)));
    fields.extend(details.newsletter.map(|wish| ("newsletter", Value::Flag(wish))));
    fields.extend(party_size.map(|count| ("party_size", count)));
    fields.extend(moment.map(|moment| ("datetime", moment)));
    let answer = awaited.map(|step| match &step.accept {
        Accept::Name | Accept::Phone | Accept::Email | Accept::PartySize | Accept::DateTime => fields
            .iter()
            .find(|(field, value)| *field == step.key && settles(step, value))
            .map(|(_, value)| Answer {
                extension: extension.clone().filter(|_| step.accept == Accept::Phone),
                ..Answer::from(value.clone())
            })
            .ok_or_else(|| refusal::reason(text)),
        Accept::YesNo => yes_or_no(text, &asked),
        Accept::Text => free(text),
        Accept::Choice(question, _) | Accept::Number(question) | Accept::Money(question) => qualified(text, question),
    });
    let is_amount = awaited.is_some_and(|step| matches!(step.accept, Accept::Number(_) | Accept::Money(_)));
    if is_amount && matches!(answer, Some(Ok(_))) {
        // "From 10 to 50 thousand" is no hour.
        fields.retain(|(field, _)| !matches!(*field, "party_size" | "datetime"));
    }
    let is_number_asked = awaited.is_some_and(|step| step.accept == Accept::Phone);
    if is_number_asked && !text.tokens().iter().any(|token| token.kind == Kind::Word) {
        // "55 12 34" is half a number, and no hour.
        fields.retain(|(field, _)| !matches!(*field, "party_size" | "datetime"));
    }
    Reading {
        answer,
        fields,
        phone_extension: extension,
        is_moment_unclear: found.ambiguous,
    }
}

/// Whether a value is all the step wants to know: a day without its hour is not.
pub(crate) fn settles(step: &Step, value: &Value) -> bool {
    match (&step.accept, value) {
        (Accept::DateTime, Value::Text(moment)) => moment.contains('T'),
        _ => true,
    }
}

fn yes_or_no(text: &Text, asked: &Asked) -> Result<Answer, NoAnswer> {
    match yes_no::read_text(text, asked) {
        YesNo::Yes => Ok(Value::Flag(true).into()),
        YesNo::No => Ok(Value::Flag(false).into()),
        YesNo::Later => Err(NoAnswer::Later),
        YesNo::Unclear => Err(match refusal::reason(text) {
            NoAnswer::Question => NoAnswer::Question,
            NoAnswer::Refused | NoAnswer::Later | NoAnswer::NotAnAnswer => NoAnswer::NotAnAnswer,
        }),
    }
}

/// The tenant's own questions are answered when the reader is sure.
fn qualified(text: &Text, question: &Question) -> Result<Answer, NoAnswer> {
    let verdict = qualify::read(text, question);
    let value = match verdict.validity {
        Validity::Valid => serde_json::from_value(verdict.answer).ok(),
        Validity::Ambiguous | Validity::Noise => None,
        Validity::OffScript => return Err(NoAnswer::Question),
    };
    match value {
        Some(value) => Ok(Answer {
            value,
            extension: None,
            confidence: Some(verdict.confidence),
        }),
        None => Err(refusal::reason(text)),
    }
}

/// Reads a free answer: anything that is no refusal, question, putting off or mere pleasantry.
///
/// # Errors
///
/// Which of these it is.
pub(crate) fn free(text: &Text) -> Result<Answer, NoAnswer> {
    match refusal::reason(text) {
        // "Ok" is said to the question, not to what it asks.
        NoAnswer::NotAnAnswer if text.word_count() > 0 && !is_pleasantry(text) => {
            let words: String = text.clean().chars().take(ANSWER_CHARS_MAX).collect();
            Ok(Value::Text(words.into()).into())
        }
        reason => Err(reason),
    }
}

/// When somebody wants to come.
fn when(context: &Context<'_>, text: &Text, items: &[Placed], asked: &Asked) -> When {
    let tenant = context.tenant;
    let hours = tenant.hours.widest();
    let surroundings = when::Context {
        now: context.now.to_jiff().to_zoned(tenant.zone.clone()).datetime(),
        zone: &tenant.zone,
        hours: hours.map_or_else(when::Hours::default, |(opens, closes)| when::Hours { opens, closes }),
        date_order: DateOrder::of_region(&tenant.settings.region),
        thanksgiving: Thanksgiving::of_region(&tenant.settings.region),
        asked,
    };
    // "At eight" after "on Saturday" is Saturday at eight, and so is "better at nine" after that.
    let has_time = items.iter().any(|placed| matches!(placed.item, Item::Time(_)));
    let on_day = context.agreed.as_ref().filter(|_| has_time).and_then(|agreed| {
        let day = agreed.split('T').next()?;
        let joined = Text::new(&format!("{day} {}", text.clean()));
        let found = when::read(&joined, &surroundings);
        let is_that_day = found.datetime.is_some_and(|moment| moment.date().to_string() == day);
        (is_that_day && !found.ambiguous).then_some(found)
    });
    on_day.unwrap_or_else(|| when::read_items(items, &surroundings))
}

/// Day and hour, or the day alone. "Sunday instead" of Friday at seven is Sunday at seven.
fn moment(found: &When, agreed: Option<&Personal>) -> Option<Value> {
    let moment = match found.datetime {
        Some(moment) if !found.ambiguous => moment.strftime("%Y-%m-%dT%H:%M").to_string(),
        _ => {
            let day = found.date_only?;
            let hour = agreed
                .filter(|_| !found.ambiguous)
                .and_then(|agreed| agreed.split_once('T'));
            hour.map_or_else(|| day.to_string(), |(_, hour)| format!("{day}T{hour}"))
        }
    };
    Some(Value::Text(moment.into()))
}

/// What a person wants, if it is plain.
pub(crate) fn wish(text: &Text) -> Option<&'static str> {
    match intent::read_plain(text) {
        Intent::Reservation => Some(RESERVATION),
        Intent::Order => Some(ORDER),
        Intent::Info => Some(INFO),
        Intent::Complaint => Some(COMPLAINT),
        Intent::Job => Some("job"),
        Intent::Spam => Some("spam"),
        Intent::Other => None,
    }
}

/// To book, change or cancel.
pub(crate) const RESERVATION: &str = "reservation";
const ORDER: &str = "order";
/// Something went wrong.
pub(crate) const COMPLAINT: &str = "complaint";
/// What was booked shall not take place.
pub(crate) const CANCELLATION: &str = "cancellation";
/// To know something.
pub(crate) const INFO: &str = "info";

/// Whether it is a wish the playbook serves.
pub(crate) fn is_wish_to_book(intent: &str) -> bool {
    matches!(intent, RESERVATION | ORDER)
}

/// Whether the person asks something.
pub(crate) fn is_question(text: &Text) -> bool {
    refusal::is_question(text)
}

/// Whether the person asks what the answer is for.
pub(crate) fn asks_why(text: &Text) -> bool {
    SMALL_TALK.why.are_in(text)
}

/// Whether the person puts their own name right: "sorry, it's Mike Taylor".
pub(crate) fn corrects_name(text: &Text) -> bool {
    SMALL_TALK.name_corrected.are_in(text)
}

/// The way to reach a person, `phone` or `email`, that a refusal says there is none of.
pub(crate) fn refused_way(text: &Text) -> Option<&'static str> {
    match (SMALL_TALK.no_phone.are_in(text), SMALL_TALK.no_email.are_in(text)) {
        (true, false) => Some("phone"),
        (false, true) => Some("email"),
        _ => None,
    }
}

/// Whether the person asks with whom they speak.
pub(crate) fn asks_who(text: &Text) -> bool {
    SMALL_TALK.who.are_in(text)
}

/// Whether the person asks what something costs, however many they are and whenever they come.
pub(crate) fn asks_price(text: &Text) -> bool {
    is_question(text) && SMALL_TALK.price.are_in(text)
}

/// Whether there is nothing in a message but thanks and greetings.
pub(crate) fn is_pleasantry(text: &Text) -> bool {
    let rest = SMALL_TALK.pleasantry.blanked(text.to_read());
    text.word_count() > 0 && !rest.as_str().contains(char::is_alphanumeric)
}

/// Whether a message ends a conversation: thanks, a goodbye, "no, that's all", a lone emoji.
pub(crate) fn is_farewell(text: &Text) -> bool {
    let rest = SMALL_TALK
        .farewell
        .blanked(SMALL_TALK.pleasantry.blanked(text.to_read()));
    !rest.as_str().contains(char::is_alphanumeric)
}

/// What people say beside the matter.
#[derive(Debug)]
struct SmallTalk {
    why: Phrases,
    who: Phrases,
    name_corrected: Phrases,
    no_phone: Phrases,
    no_email: Phrases,
    price: Phrases,
    pleasantry: Phrases,
    farewell: Phrases,
}

static SMALL_TALK: LazyLock<SmallTalk> = LazyLock::new(|| {
    let list = |section| Phrases::new(include_str!("small_talk.txt"), section);
    SmallTalk {
        why: list("why"),
        who: list("who"),
        name_corrected: list("name_corrected"),
        no_phone: list("no_phone"),
        no_email: list("no_email"),
        price: list("price"),
        pleasantry: list("pleasantry"),
        farewell: list("farewell"),
    }
});

/// Characters of a name that is taken as it was typed.
const KNOWN_NAME_CHARS_MAX: usize = 100;

/// A name as a form or profile claims it. In a field made for it even a word that is no name
/// elsewhere is one, next to a word that is: `Paula Phone`.
pub(crate) fn known_name(claim: &str) -> Option<Personal> {
    let claim = claim.trim();
    let read = |text: &str| name::read(text, &Asked::Name).ok();
    let words = |text: &str| text.split_whitespace().count();
    let heard = read(claim);
    if heard.as_deref().is_some_and(|name| words(name) == words(claim)) {
        return heard.map(Personal::from);
    }
    let is_written = |char: char| char.is_alphabetic() || matches!(char, ' ' | '-' | '\'' | '’' | '.');
    let is_bounded = claim.chars().count() <= KNOWN_NAME_CHARS_MAX && claim.chars().all(is_written);
    let begins_with_name = claim.split_once(' ').is_some_and(|(first, _)| read(first).is_some());
    if is_bounded && begins_with_name {
        return Some(Personal::from(claim));
    }
    heard.map(Personal::from)
}

/// A name that is all a message without a wish says, as callers begin: `Cal Lerner`.
pub(crate) fn lone_name(text: &Text) -> Option<Personal> {
    /// Words of a name and a surname. One word alone may be anything.
    const WORDS: std::ops::RangeInclusive<usize> = 2..=4;
    let words = text.word_count();
    if !WORDS.contains(&words) || is_pleasantry(text) {
        return None;
    }
    let name = name::read(text.clean(), &Asked::Name).ok()?;
    (name.split_whitespace().count() == words).then(|| Personal::from(name))
}

/// An email as a form claims it.
pub(crate) fn known_email(claim: &str) -> Option<Personal> {
    email::read(claim, &Asked::Email).ok().map(Personal::from)
}

/// A phone number as a form or channel claims it, and its extension.
pub(crate) fn known_phone(tenant: &Tenant, claim: &str) -> Option<(Personal, Option<Personal>)> {
    let phone = phone::read(claim, &tenant.settings.region, &Asked::Phone).ok()?;
    Some((phone.e164.into(), phone.ext.map(Personal::from)))
}

fn asked(step: &Step) -> Asked {
    Asked::from_context(&step.key).unwrap_or_else(|| Asked::Question(step.key.clone()))
}

#[cfg(test)]
mod tests {
    use super::known_name;

    #[test]
    fn a_field_for_names_takes_more_than_a_conversation() {
        for name in ["Paula Phone", "Ana García", "John", "Bo Ok", "May Sure"] {
            assert_eq!(known_name(name).as_deref(), Some(name));
        }
        assert_eq!(known_name("mr john smith").as_deref(), Some("John Smith"));
        for claim in [
            "",
            "x",
            "SMS Lead 1234",
            "SMS Lead",
            "book a table",
            "me@example.com",
            "12345",
        ] {
            assert!(known_name(claim).is_none(), "{claim}");
        }
    }
}
