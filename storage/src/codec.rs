//! Stored columns, and what they mean. Shared by the two databases.

use frontdesk_core::ports::desk::Search;
use frontdesk_core::ports::reader::{Cursor, Page, Rows};
use frontdesk_core::ports::registry::Role;
use frontdesk_core::ports::store::Error;
use frontdesk_core::ports::watch::Cause;
use frontdesk_core::{
    Author, ChannelKind, Content, ConversationId, ConversationStatus, DeliveryStatus, Language, Outcome, Personal,
    TenantId, Timestamp,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::error::unreadable;

/// The most rows one page holds, whatever is asked for.
const PAGE_ROWS_MAX: u32 = 200;

/// JSON of plain data of ours.
pub(crate) fn to_json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("plain data with text keys is always JSON")
}

pub(crate) fn from_json<T: DeserializeOwned>(field: &'static str, text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|_| unreadable(field))
}

pub(crate) fn raw_json(field: &'static str, text: String) -> Result<Box<RawValue>, Error> {
    RawValue::from_string(text).map_err(|_| unreadable(field))
}

pub(crate) fn tenant(text: &str) -> Result<TenantId, Error> {
    text.parse().map_err(|_| unreadable("tenant"))
}

pub(crate) fn channel(code: &str) -> Result<ChannelKind, Error> {
    code.parse().map_err(|_| unreadable("channel"))
}

pub(crate) fn conversation_status(code: &str) -> Result<ConversationStatus, Error> {
    ConversationStatus::from_code(code).ok_or_else(|| unreadable("conversation status"))
}

pub(crate) fn delivery_status(code: &str) -> Result<DeliveryStatus, Error> {
    DeliveryStatus::from_code(code).ok_or_else(|| unreadable("delivery status"))
}

pub(crate) fn author(code: &str) -> Result<Author, Error> {
    Author::from_code(code).ok_or_else(|| unreadable("author"))
}

pub(crate) fn role(code: &str) -> Result<Role, Error> {
    Role::from_code(code).ok_or_else(|| unreadable("role"))
}

pub(crate) fn language(code: &str) -> Result<Language, Error> {
    Language::from_tag(code).ok_or_else(|| unreadable("language"))
}

pub(crate) fn cause(code: &str) -> Result<Cause, Error> {
    Cause::from_code(code).ok_or_else(|| unreadable("cause"))
}

/// Counts and places are stored as signed numbers and never reach the sign.
pub(crate) fn to_column(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(crate) fn from_column(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// What a message says besides its words; most say nothing else.
pub(crate) fn extras(content: &Content) -> Option<String> {
    (!content.is_plain()).then(|| {
        to_json(&Content {
            text: Personal::default(),
            ..content.clone()
        })
    })
}

/// The opposite of [`extras`].
pub(crate) fn content(text: String, extras: Option<&str>) -> Result<Content, Error> {
    let rest = match extras {
        Some(json) => from_json("content", json)?,
        None => Content::default(),
    };
    Ok(Content {
        text: text.into(),
        ..rest
    })
}

/// The columns `outcome`, `seq` and `reason`.
pub(crate) fn outcome_columns(outcome: &Outcome) -> (&'static str, i64, Option<&str>) {
    match outcome {
        Outcome::Processed { seq } => ("processed", to_column(*seq), None),
        Outcome::Parked => ("parked", 0, None),
        Outcome::Refused { reason } => ("refused", 0, Some(reason)),
    }
}

/// The opposite of [`outcome_columns`].
pub(crate) fn outcome(code: &str, seq: i64, reason: Option<String>) -> Result<Outcome, Error> {
    match code {
        "processed" => Ok(Outcome::Processed { seq: from_column(seq) }),
        "parked" => Ok(Outcome::Parked),
        "refused" => Ok(Outcome::Refused {
            reason: reason.unwrap_or_default(),
        }),
        _ => Err(unreadable("outcome")),
    }
}

/// Rows to ask for: one more than the page holds, which tells whether there is a next page.
pub(crate) fn page_limit(page: Page) -> i64 {
    i64::from(page.limit.clamp(1, PAGE_ROWS_MAX)) + 1
}

/// The place that a page of the newest rows goes on from: behind the last one seen, or before any.
pub(crate) fn before(page: Page) -> (i64, Uuid) {
    page.after
        .map_or((i64::MAX, Uuid::max()), |cursor| (cursor.at.as_millis(), cursor.id))
}

/// Cuts the extra row off and points behind the last one that stays.
pub(crate) fn page_rows<T>(page: Page, mut items: Vec<T>, cursor: impl Fn(&T) -> Cursor) -> Rows<T> {
    let limit = page.limit.clamp(1, PAGE_ROWS_MAX) as usize;
    let has_more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| has_more).map(cursor);
    Rows { items, next }
}

/// Which of the candidates that were looked at a page shows, and where the next one starts: after the
/// last row of a full page, else after the last candidate unless these were all.
pub(crate) fn chosen(page: Page, candidates: &[(Cursor, bool)], looked_at: i64) -> (Vec<Uuid>, Option<Cursor>) {
    let limit = page.limit.clamp(1, PAGE_ROWS_MAX) as usize;
    let mut wanted: Vec<Cursor> = candidates
        .iter()
        .filter(|(_, is_wanted)| *is_wanted)
        .map(|(cursor, _)| *cursor)
        .collect();
    let has_more = wanted.len() > limit;
    wanted.truncate(limit);
    let is_cut = i64::try_from(candidates.len()).unwrap_or(i64::MAX) >= looked_at;
    let next = if has_more {
        wanted.last().copied()
    } else {
        candidates.last().filter(|_| is_cut).map(|(cursor, _)| *cursor)
    };
    (wanted.into_iter().map(|cursor| cursor.id).collect(), next)
}

/// The texts that begin with `prefix`: from the first bound on, before the second. Without a prefix
/// there are none.
pub(crate) fn prefix_range(prefix: Option<&Personal>) -> (Option<String>, Option<String>) {
    let prefix = prefix.filter(|prefix| !prefix.is_empty());
    let end = prefix.map(|prefix| format!("{}{}", prefix.as_str(), char::MAX));
    (prefix.map(|prefix| prefix.as_str().to_owned()), end)
}

/// The ranges of what is looked for, in the order that statements take them: two names, an email, a phone.
pub(crate) fn search_ranges(search: &Search) -> [(Option<String>, Option<String>); 4] {
    let names = &search.names;
    [
        names.first(),
        names.get(1),
        search.email.as_ref(),
        search.phone.as_ref(),
    ]
    .map(prefix_range)
}

/// The pattern of texts that hold `words`, for `LIKE … ESCAPE '!'`.
pub(crate) fn like_pattern(words: &str) -> String {
    let mut pattern = String::from("%");
    for letter in words.chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// No id that was made at `at` or later is smaller: they begin with the time.
pub(crate) fn first_id(at: Timestamp) -> Uuid {
    Uuid::from_u128(u128::from(from_column(at.as_millis())) << 80)
}

/// The patterns of texts that hold `words`, whose letters may be small or large: not every database
/// knows the two of letters beyond English.
pub(crate) fn like_patterns(words: &str) -> Vec<String> {
    let small = words.to_lowercase();
    let mut letters = small.chars();
    let title: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect();
    [words, &small, &title, &words.to_uppercase()].map(like_pattern).into()
}

/// What stands in the audit log in place of a conversation that was erased.
pub(crate) const ERASED_SUBJECT: &str = "erased";

/// Conversations a person may have by their addresses, whether anybody has noted them or not: on every
/// channel whose address is the number, of numbers they proved or are filed under, and the one that
/// links in emails lead to.
pub(crate) fn derived_conversations(
    tenant: &TenantId,
    persons: &[String],
    addresses: &[String],
    proved: &[String],
) -> Vec<ConversationId> {
    let filed = persons.iter().filter_map(|person| person.strip_prefix("phone:"));
    let numbers = filed
        .chain(proved.iter().map(String::as_str))
        .filter(|address| address.starts_with('+'));
    let by_number = numbers.flat_map(|number| {
        let channels = ChannelKind::ALL
            .into_iter()
            .filter(|channel| channel.profile().tells_phone);
        channels.map(move |channel| ConversationId::derive(tenant, channel, number))
    });
    let by_email = addresses
        .iter()
        .filter(|address| address.contains('@'))
        .map(|email| ConversationId::derive(tenant, ChannelKind::Form, email));
    by_number.chain(by_email).collect()
}

/// A stored text, as the JSON it may be.
pub(crate) fn with_json(text: String) -> Value {
    let object = Some(&text)
        .filter(|text| text.starts_with('{'))
        .map(|text| serde_json::from_str(text));
    match object {
        Some(Ok(value)) => value,
        Some(Err(_)) | None => Value::String(text),
    }
}

#[cfg(test)]
mod tests {
    use frontdesk_core::QuickReply;

    use super::*;

    #[test]
    fn content_comes_back_as_it_was() {
        let plain = Content::text("hello");
        assert_eq!(extras(&plain), None);
        let rich = Content {
            quick_replies: vec![QuickReply {
                label: "Yes".into(),
                value: "yes".into(),
            }],
            ..Content::text("sure?")
        };
        for whole in [plain, rich] {
            let stored = extras(&whole);
            let back = content(whole.text.as_str().to_owned(), stored.as_deref()).unwrap();
            assert_eq!(back, whole);
        }
    }

    #[test]
    fn a_page_tells_whether_there_is_a_next_one() {
        let page = Page { after: None, limit: 2 };
        let cursor = |at: &i64| Cursor {
            at: Timestamp::from_millis(*at),
            id: Uuid::nil(),
        };
        assert_eq!(page_limit(page), 3);
        assert!(page_rows(page, vec![3, 2], cursor).next.is_none());
        let part = page_rows(page, vec![3, 2, 1], cursor);
        assert_eq!(part.items, [3, 2]);
        assert_eq!(part.next, Some(cursor(&2)));
    }
}
