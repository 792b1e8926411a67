//! Tables of what people write and say, and what must be read from it.
//!
//! Each line of `reading/<reader>.jsonl` is one message: `text`, then `expect` (the value,
//! or the answer) or `reason` (why there is none), and where it matters `asked`, `region`
//! and `sms`.

use frontdesk_actors::answer::{Asked, email, multi, name, phone, yes_no};
use frontdesk_actors::interrupts::{self, Interrupt};
use serde_json::{Value, json};

struct Case {
    line: usize,
    text: String,
    asked: Option<Asked>,
    region: String,
    is_sms: bool,
    expected: Value,
}

fn cases(source: &str) -> impl Iterator<Item = Case> {
    source
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.is_empty())
        .map(|(index, line)| {
            let row: Value = serde_json::from_str(line).expect("a line of JSON");
            let string = |key: &str| row[key].as_str().map(str::to_owned);
            let expected = match string("reason") {
                Some(reason) => json!({ "reason": reason }),
                None => row["expect"].clone(),
            };
            Case {
                line: index + 1,
                text: string("text").expect("a text"),
                asked: string("asked").map(|asked| Asked::from_context(&asked).expect("a context")),
                region: string("region").unwrap_or_else(|| "US".to_owned()),
                is_sms: row["sms"].as_bool().unwrap_or(false),
                expected,
            }
        })
}

/// Runs a whole table before it fails, so that one change shows all it breaks.
fn check(source: &str, read: impl Fn(&Case) -> Value) {
    let mut count = 0;
    let mut wrong = Vec::new();
    for case in cases(source) {
        count += 1;
        let found = read(&case);
        if found != case.expected {
            wrong.push(format!(
                "line {}: {}\n    read {found}, expected {}",
                case.line, case.text, case.expected
            ));
        }
    }
    assert!(count > 0, "an empty table proves nothing");
    assert!(
        wrong.is_empty(),
        "{} of {count} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn or_reason<T: Into<Value>>(read: Result<T, frontdesk_actors::answer::NoAnswer>) -> Value {
    match read {
        Ok(value) => value.into(),
        Err(reason) => json!({ "reason": reason }),
    }
}

#[test]
fn names() {
    check(include_str!("reading/name.jsonl"), |case| {
        or_reason(name::read(&case.text, case.asked.as_ref().unwrap_or(&Asked::Name)))
    });
}

#[test]
fn phones() {
    check(include_str!("reading/phone.jsonl"), |case| {
        let asked = case.asked.as_ref().unwrap_or(&Asked::Phone);
        or_reason(
            phone::read(&case.text, &case.region, asked).map(|phone| match phone.ext {
                Some(ext) => format!("{} x{ext}", phone.e164),
                None => phone.e164,
            }),
        )
    });
}

#[test]
fn emails() {
    check(include_str!("reading/email.jsonl"), |case| {
        or_reason(email::read(&case.text, case.asked.as_ref().unwrap_or(&Asked::Email)))
    });
}

#[test]
fn yes_and_no() {
    check(include_str!("reading/yes_no.jsonl"), |case| {
        json!(yes_no::read(
            &case.text,
            case.asked.as_ref().unwrap_or(&Asked::Newsletter)
        ))
    });
}

#[test]
fn code_words() {
    check(
        include_str!("reading/interrupts.jsonl"),
        |case| match interrupts::read(&case.text, case.is_sms) {
            Interrupt::None => json!("none"),
            Interrupt::Stop => json!("stop"),
            Interrupt::Pause { minutes } => json!(minutes),
            Interrupt::Start => json!("start"),
            Interrupt::Operator => json!("operator"),
            Interrupt::Help => json!("help"),
        },
    );
}

#[test]
fn several_details() {
    check(include_str!("reading/multi.jsonl"), |case| {
        let read = multi::read(&case.text, &case.region, case.asked.as_ref().unwrap_or(&Asked::Open));
        let Value::Object(fields) = json!(read) else {
            unreachable!("a struct is an object")
        };
        fields.into_iter().filter(|(_, value)| !value.is_null()).collect()
    });
}
