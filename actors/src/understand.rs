//! What the bot makes of a text: one JSON line in, one JSON line out.
//!
//! The tasks are those of `frontdesk understand`. What is not said is `null`; `reason`
//! stands only where there is no value. A line that cannot be answered is answered
//! with `error {code, message}`, and the next line is not affected.

use frontdesk_core::Language;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::answer::text::Text;
use crate::answer::when::scan::scan;
use crate::answer::when::{self, DateOrder, Hours, Thanksgiving, When};
use crate::answer::{Asked, NoAnswer, email, intent, multi, name, party_size, phone, qualify, yes_no};
use crate::interrupts::{self, Interrupt};

/// Bytes of a line that are read; a longer one is refused.
const LINE_BYTES_MAX: usize = 64 * 1024;

/// What is to be read from a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// A person's name.
    Name,
    /// A phone number.
    Phone,
    /// An email address.
    Email,
    /// Yes, no, later or unclear.
    #[serde(alias = "yes_no")]
    Yesno,
    /// Stop, pause, start, operator, help.
    Stopwords,
    /// Head count, day and time.
    DatetimeParty,
    /// What somebody wants.
    Intent,
    /// The answer to a tenant's question.
    Qualify,
    /// Everything at once.
    Multi,
}

/// One text and what is to be read from it.
#[derive(Clone, Debug, Deserialize)]
pub struct Request {
    /// What is to be read.
    pub task: Task,
    /// What the person wrote or said.
    pub text: String,
    /// The person's language, if it is known: tells the region when that is missing.
    #[serde(default)]
    pub lang: Option<String>,
    /// The tenant's region, ISO 3166.
    #[serde(default)]
    pub region: Option<String>,
    /// The channel; on `sms` the carriers' words count.
    #[serde(default)]
    pub channel: Option<String>,
    /// What was asked last.
    #[serde(default)]
    pub context: Option<String>,
    /// Now on the tenant's wall clock, `YYYY-MM-DDTHH:MM`.
    #[serde(default)]
    pub now: Option<String>,
    /// The tenant's IANA time zone; UTC when missing.
    #[serde(default)]
    pub tz: Option<String>,
    /// Opening hours, `12:00-23:00`.
    #[serde(default)]
    pub hours: Option<String>,
    /// The question for [`Task::Qualify`].
    #[serde(default)]
    pub question: Option<qualify::Question>,
}

/// Why a request cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The line is longer than 64 KiB.
    #[error("The line is longer than 64 KiB.")]
    TooLarge,
    /// The line is not JSON.
    #[error("The line is not a JSON object.")]
    BadJson,
    /// The task is missing or not one of the known ones.
    #[error("The task is not one of name, phone, email, yesno, stopwords, datetime_party, intent, qualify, multi.")]
    UnknownTask,
    /// A field is missing or has the wrong type.
    #[error("The request cannot be read: {0}.")]
    BadRequest(String),
    /// A field that the task needs is missing.
    #[error("This task needs `{0}`.")]
    Missing(&'static str),
    /// A field has a value that cannot be read.
    #[error("`{field}` cannot be read; {expected} is expected.")]
    BadValue {
        /// The field.
        field: &'static str,
        /// What it should hold.
        expected: &'static str,
    },
}

impl Error {
    /// A stable name for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::BadJson => "bad_json",
            Self::UnknownTask => "unknown_task",
            Self::BadRequest(_) => "bad_request",
            Self::Missing(_) => "missing_field",
            Self::BadValue { .. } => "bad_value",
        }
    }
}

/// Answers one line of JSON with one line of JSON; a given `id` comes back as it was.
#[must_use]
pub fn respond_line(line: &str) -> String {
    if line.len() > LINE_BYTES_MAX {
        return with_id(None, Err(Error::TooLarge));
    }
    let Ok(Value::Object(mut fields)) = serde_json::from_str(line) else {
        return with_id(None, Err(Error::BadJson));
    };
    let id = fields.remove("id");
    with_id(id, parse(fields).and_then(|request| answer(&request)))
}

fn with_id(id: Option<Value>, answer: Result<Map<String, Value>, Error>) -> String {
    let mut response = Map::new();
    if let Some(id) = id {
        response.insert("id".into(), id);
    }
    match answer {
        Ok(answer) => response.extend(answer),
        Err(error) => {
            response.insert(
                "error".into(),
                json!({ "code": error.code(), "message": error.to_string() }),
            );
        }
    }
    Value::Object(response).to_string()
}

fn parse(mut fields: Map<String, Value>) -> Result<Request, Error> {
    let task = fields.get("task").cloned().unwrap_or(Value::Null);
    if serde_json::from_value::<Task>(task).is_err() {
        return Err(Error::UnknownTask);
    }
    if !fields.get("text").is_some_and(Value::is_string) {
        return Err(Error::Missing("text"));
    }
    // An explicit null is a field left out.
    fields.retain(|_, value| !value.is_null());
    serde_json::from_value(Value::Object(fields)).map_err(|error| Error::BadRequest(error.to_string()))
}

/// Answers one request.
///
/// # Errors
///
/// When a field the task needs is missing or cannot be read.
pub fn answer(request: &Request) -> Result<Map<String, Value>, Error> {
    let asked = asked(request)?;
    let text = Text::new(&request.text);
    let region = region(request);
    let fields = match request.task {
        Task::Name => match name::read(&request.text, &asked) {
            Ok(name) => json!({ "name": name }),
            Err(reason) => json!({ "name": null, "reason": reason }),
        },
        Task::Phone => phone_fields(phone::read_text(&text, region, &asked)),
        Task::Email => match email::read_text(&text, &asked) {
            Ok(email) => json!({ "email": email }),
            Err(reason) => json!({ "email": null, "reason": reason }),
        },
        Task::Yesno => json!({ "answer": yes_no::read_text(&text, &asked) }),
        Task::Stopwords => stopword_fields(interrupts::read_text(&text, request.channel.as_deref() == Some("sms"))),
        Task::DatetimeParty => {
            let when = read_when(request, &text, &asked)?;
            json!({
                "party_size": party_size::read(&text, &asked),
                "datetime": when.datetime.map(minutes),
                "date_only": when.date_only.map(|date| date.to_string()),
                "ambiguous": when.ambiguous,
            })
        }
        Task::Intent => json!({ "intent": intent::read(&text) }),
        Task::Qualify => {
            let question = request.question.as_ref().ok_or(Error::Missing("question"))?;
            let verdict = qualify::read(&text, question);
            json!({ "validity": verdict.validity, "answer": verdict.answer, "confidence": verdict.confidence })
        }
        Task::Multi => multi_fields(request, &text, region, &asked)?,
    };
    match fields {
        Value::Object(fields) => Ok(fields),
        _ => Ok(Map::new()),
    }
}

fn phone_fields(read: Result<phone::Phone, NoAnswer>) -> Value {
    match read {
        Ok(phone::Phone { e164, ext: Some(ext) }) => json!({ "phone": e164, "ext": ext }),
        Ok(phone::Phone { e164, ext: None }) => json!({ "phone": e164 }),
        Err(reason) => json!({ "phone": null, "reason": reason }),
    }
}

fn stopword_fields(interrupt: Interrupt) -> Value {
    match interrupt {
        Interrupt::Stop => json!({ "action": "stop" }),
        Interrupt::Pause { minutes } => json!({ "action": "pause", "minutes": minutes }),
        Interrupt::Start => json!({ "action": "start" }),
        Interrupt::Operator => json!({ "action": "operator" }),
        Interrupt::Help => json!({ "action": "help" }),
        Interrupt::None => json!({ "action": "none" }),
    }
}

fn multi_fields(request: &Request, text: &Text, region: &str, asked: &Asked) -> Result<Value, Error> {
    let items = scan(text, asked).items;
    let found = multi::read_text(text, region, asked, &items);
    // Without `now` everything but the time can be told.
    let when = if request.now.is_some() {
        read_when(request, text, asked)?
    } else {
        When::default()
    };
    Ok(json!({
        "name": found.name,
        "phone": found.phone,
        "ext": found.ext,
        "email": found.email,
        "party_size": party_size::settle(&items, text),
        "datetime": when.datetime.map(minutes),
        "date_only": when.date_only.map(|date| date.to_string()),
        "newsletter": found.newsletter,
    }))
}

fn minutes(moment: DateTime) -> String {
    moment.strftime("%Y-%m-%dT%H:%M").to_string()
}

fn read_when(request: &Request, text: &Text, asked: &Asked) -> Result<When, Error> {
    let now = request.now.as_deref().ok_or(Error::Missing("now"))?;
    let now: DateTime = now.trim().parse().map_err(|_| Error::BadValue {
        field: "now",
        expected: "YYYY-MM-DDTHH:MM",
    })?;
    let zone = match request.tz.as_deref() {
        None => TimeZone::UTC,
        Some(zone) => TimeZone::get(zone).map_err(|_| Error::BadValue {
            field: "tz",
            expected: "an IANA time zone",
        })?,
    };
    let hours = match request.hours.as_deref() {
        None => Hours::default(),
        Some(hours) => Hours::parse(hours).ok_or(Error::BadValue {
            field: "hours",
            expected: "HH:MM-HH:MM",
        })?,
    };
    let context = when::Context {
        now,
        zone: &zone,
        hours,
        date_order: date_order(request),
        thanksgiving: Thanksgiving::of_region(region(request)),
        asked,
    };
    Ok(when::read(text, &context))
}

fn asked(request: &Request) -> Result<Asked, Error> {
    let context = request.context.as_deref().unwrap_or_default();
    Asked::from_context(context).ok_or(Error::BadValue {
        field: "context",
        expected: "name, phone, email, newsletter, party_size, datetime, open or question:<text>",
    })
}

fn language(request: &Request) -> Option<Language> {
    request.lang.as_deref().and_then(Language::from_tag)
}

/// The region said, else the one of the language.
fn region(request: &Request) -> &str {
    request.region.as_deref().unwrap_or_else(|| match language(request) {
        Some(Language::Es) => "ES",
        Some(Language::Ru) => "RU",
        Some(Language::Uk) => "UA",
        Some(Language::En) | None => "US",
    })
}

/// Told by the region, else by the time zone, else by the language; with none of them "3/4"
/// stays unclear. English is written on both sides of the ocean, so its zone comes first.
fn date_order(request: &Request) -> DateOrder {
    let by_zone = || match request.tz.as_deref().map(DateOrder::of_zone) {
        Some(DateOrder::Unknown) | None => None,
        known => known,
    };
    match (request.region.as_deref(), language(request)) {
        (Some(region), _) => DateOrder::of_region(region),
        (None, Some(Language::En)) => by_zone().unwrap_or(DateOrder::MonthFirst),
        (None, Some(_)) => DateOrder::DayFirst,
        (None, None) => by_zone().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_any_type_come_back() {
        for id in ["7", "\"a\"", "null", "{\"x\":1}"] {
            let line = format!("{{\"id\":{id},\"task\":\"intent\",\"text\":\"hello\"}}");
            let answer: Value = serde_json::from_str(&respond_line(&line)).expect("answers are JSON");
            let expected: Value = serde_json::from_str(id).expect("ids are JSON");
            assert_eq!(answer.get("id"), Some(&expected), "{line}");
        }
    }

    #[test]
    fn what_cannot_be_answered_is_said_plainly() {
        let code = |line: &str| {
            let answer: Value = serde_json::from_str(&respond_line(line)).expect("answers are JSON");
            answer["error"]["code"].as_str().map(str::to_owned)
        };
        assert_eq!(code("nonsense").as_deref(), Some("bad_json"));
        assert_eq!(code("[]").as_deref(), Some("bad_json"));
        assert_eq!(code(r#"{"task":"poem","text":"x"}"#).as_deref(), Some("unknown_task"));
        assert_eq!(code(r#"{"task":"name"}"#).as_deref(), Some("missing_field"));
        assert_eq!(
            code(r#"{"task":"datetime_party","text":"at 7"}"#).as_deref(),
            Some("missing_field")
        );
        assert_eq!(
            code(r#"{"task":"datetime_party","text":"at 7","now":"soon"}"#).as_deref(),
            Some("bad_value")
        );
        assert_eq!(
            code(&format!("{{\"text\":\"{}\"}}", "x".repeat(LINE_BYTES_MAX))).as_deref(),
            Some("too_large")
        );
    }
}
