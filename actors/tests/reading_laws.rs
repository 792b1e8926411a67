//! What holds for every text, however odd.

use frontdesk_actors::answer::text::Text;
use frontdesk_actors::answer::when::{self, DateOrder, Hours, Thanksgiving};
use frontdesk_actors::answer::{Asked, intent, party_size, qualify};
use frontdesk_actors::understand::respond_line;
use jiff::civil::{DateTime, date};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Words that make readers look twice, in any order.
const WORDS: [&str; 64] = [
    "at",
    "for",
    "two",
    "7",
    "7:30",
    "pm",
    "am",
    "half",
    "quarter",
    "to",
    "past",
    "next",
    "friday",
    "tomorrow",
    "feb",
    "30",
    "or",
    "between",
    "and",
    "no",
    "not",
    "in",
    "hours",
    "2",
    "weeks",
    "from",
    "a",
    "12/24",
    "2026-12-24",
    "8-10",
    "people",
    "kids",
    "plus",
    "me",
    "my",
    "wife",
    "a las",
    "y media",
    "menos cuarto",
    "mañana",
    "el 5",
    "de mayo",
    "para",
    "через",
    "полчаса",
    "полвосьмого",
    "без",
    "четверти",
    "восемь",
    "на",
    "двоих",
    "завтра",
    "п'ять",
    "за",
    "чверть",
    "година",
    "999999999999",
    "31.02",
    "10k",
    "$",
    "-",
    ",",
    "midnight",
    "999",
];

fn text() -> impl Strategy<Value = String> {
    let words = prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..12).prop_map(|words| words.join(" "));
    prop_oneof![words, any::<String>(), "\\PC{0,80}", "[0-9 :./,+-]{0,30}"]
}

fn moment() -> impl Strategy<Value = DateTime> {
    let days = 1_i16..=9_998;
    (days, 1_i8..=12, 1_i8..=28, 0_i8..24, 0_i8..60)
        .prop_map(|(year, month, day, hour, minute)| date(year, month, day).at(hour, minute, 0, 0))
}

fn asked() -> impl Strategy<Value = Asked> {
    prop::sample::select(vec![Asked::Open, Asked::DateTime, Asked::PartySize, Asked::Name])
}

fn question(kind: &str) -> qualify::Question {
    serde_json::from_value(json!({
        "key": "q", "type": kind, "currency": "USD",
        "choices": [{"value": "low", "synonyms": ["small"], "max": 10}, {"value": "high", "min": 10}],
    }))
    .expect("a question")
}

proptest! {
    #[test]
    fn a_time_read_is_never_past_and_never_ambiguous(text in text(), now in moment(), asked in asked()) {
        let zone = TimeZone::get("America/New_York").expect("a zone of the database");
        for date_order in [DateOrder::MonthFirst, DateOrder::DayFirst, DateOrder::Unknown] {
            let context = when::Context { now, zone: &zone, hours: Hours::default(), date_order, thanksgiving: Thanksgiving::American, asked: &asked };
            let read = when::read(&Text::new(&text), &context);
            if let Some(datetime) = read.datetime {
                prop_assert!(datetime >= now, "{datetime} before {now}");
                prop_assert!(!read.ambiguous && read.date_only.is_none());
            }
            if let Some(day) = read.date_only {
                prop_assert!(day >= now.date(), "{day} before {now}");
            }
        }
    }

    #[test]
    fn a_party_has_people(text in text(), asked in asked()) {
        if let Some(people) = party_size::read(&Text::new(&text), &asked) {
            prop_assert!((1..=2_000).contains(&people));
        }
    }

    #[test]
    fn ranges_are_ordered_and_validity_follows_confidence(text in text()) {
        for kind in ["choice", "money", "number", "range"] {
            let verdict = qualify::read(&Text::new(&text), &question(kind));
            prop_assert!((0.0..=1.0).contains(&verdict.confidence));
            prop_assert_eq!(verdict.validity == qualify::Validity::Valid, verdict.confidence >= qualify::VALID_MIN);
            prop_assert_eq!(verdict.validity == qualify::Validity::Valid, !verdict.answer.is_null());
            if let (Some(min), Some(max)) = (verdict.answer["min"].as_f64(), verdict.answer["max"].as_f64()) {
                prop_assert!(min <= max);
            }
        }
    }

    #[test]
    fn every_line_gets_one_line(line in any::<String>()) {
        let answer = respond_line(&line);
        prop_assert!(!answer.contains('\n'));
        prop_assert!(serde_json::from_str::<Value>(&answer).is_ok());
    }

    #[test]
    fn every_text_has_an_intent(text in text()) {
        let read = intent::read(&Text::new(&text));
        prop_assert!(serde_json::to_value(read).is_ok_and(|value| value.is_string()));
    }
}

#[test]
fn elapsed_time_crosses_the_change_of_clocks() {
    let zone = TimeZone::get("America/New_York").expect("a zone of the database");
    // Clocks go back at 02:00 on 2026-11-01: three hours after midnight it is 02:00.
    let context = when::Context {
        now: date(2026, 11, 1).at(0, 0, 0, 0),
        zone: &zone,
        hours: Hours::default(),
        date_order: DateOrder::MonthFirst,
        thanksgiving: Thanksgiving::American,
        asked: &Asked::Open,
    };
    let read = when::read(&Text::new("in 3 hours"), &context);
    assert_eq!(read.datetime, Some(date(2026, 11, 1).at(2, 0, 0, 0)));
}

#[test]
fn opening_hours_decide_bare_hours() {
    let read = |hours: &str, text: &str| {
        let context = when::Context {
            now: date(2026, 11, 18).at(5, 0, 0, 0),
            zone: &TimeZone::UTC,
            hours: Hours::parse(hours).expect("hours"),
            date_order: DateOrder::MonthFirst,
            thanksgiving: Thanksgiving::American,
            asked: &Asked::Open,
        };
        when::read(&Text::new(text), &context)
    };
    assert_eq!(
        read("07:00-11:00", "at 8").datetime,
        Some(date(2026, 11, 18).at(8, 0, 0, 0))
    );
    assert_eq!(
        read("18:00-02:00", "at 1").datetime,
        Some(date(2026, 11, 19).at(1, 0, 0, 0))
    );
    assert!(read("18:00-22:00", "at 3").ambiguous);
}
