//! Laws that hold for any message whatever: no reader panics, and what a reader read it
//! reads again.

use frontdesk_actors::answer::{Asked, email, multi, name, phone, yes_no};
use frontdesk_actors::interrupts::{self, Interrupt, PAUSE_MINUTES_MAX};
use proptest::prelude::*;

/// Words that steer the readers into their deeper branches.
const WORDS: [&str; 72] = [
    "my",
    "name",
    "is",
    "john",
    "Smith",
    "O'Brien",
    "de",
    "la",
    "Jean",
    "not",
    "no",
    "wait",
    "sorry",
    "i",
    "mean",
    "without",
    "the",
    "h",
    "J",
    "o",
    "-",
    ".",
    ",",
    "?",
    "!",
    "\n",
    "@",
    "at",
    "dot",
    "gmail",
    "com",
    "собака",
    "точка",
    "ру",
    "мейл",
    "arroba",
    "punto",
    "guion",
    "bajo",
    "five",
    "double",
    "triple",
    "oh",
    "hundred",
    "плюс",
    "семь",
    "девятьсот",
    "тройки",
    "две",
    "555",
    "123-4567",
    "+1",
    "ext",
    "9",
    "x",
    "stop",
    "pause",
    "for",
    "2",
    "hours",
    "оператор",
    "меня",
    "зовут",
    "Аня",
    "я",
    "да",
    "нет",
    "later",
    "👍🏽",
    "(",
    "№",
    "newsletter",
];

fn message() -> impl Strategy<Value = String> {
    let words = prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..24);
    let joined = (words, prop::bool::ANY).prop_map(|(words, is_spaced)| words.join(if is_spaced { " " } else { "" }));
    prop_oneof![any::<String>(), "\\PC{0,80}", joined]
}

fn asked() -> impl Strategy<Value = Asked> {
    prop::sample::select(vec![
        Asked::Name,
        Asked::Phone,
        Asked::Email,
        Asked::Newsletter,
        Asked::Open,
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn a_name_is_read_again_as_itself(text in message(), asked in asked()) {
        if let Ok(read) = name::read(&text, &asked) {
            let letters = read.chars().filter(|letter| letter.is_alphabetic()).count();
            prop_assert!(letters >= 2 && read.chars().count() <= 100, "{read:?}");
            let again = name::read(&read, &Asked::Name);
            prop_assert_eq!(again.as_deref(), Ok(read.as_str()));
        }
    }

    #[test]
    fn a_phone_is_read_again_as_itself(text in message(), region in "[A-Z]{2}|US|ES|RU|UA|MX") {
        if let Ok(read) = phone::read(&text, &region, &Asked::Phone) {
            prop_assert!(read.e164.starts_with('+'));
            prop_assert!(read.e164[1..].bytes().all(|byte| byte.is_ascii_digit()));
            prop_assert!(read.e164.len() <= 16);
            let again = phone::read(&read.e164, &region, &Asked::Phone);
            prop_assert_eq!(again.map(|phone| phone.e164), Ok(read.e164));
        }
    }

    #[test]
    fn an_email_is_read_again_as_itself(text in message(), asked in asked()) {
        if let Ok(read) = email::read(&text, &asked) {
            prop_assert_eq!(&read, &read.to_lowercase());
            let again = email::read(&read, &Asked::Email);
            prop_assert_eq!(again.as_deref(), Ok(read.as_str()));
        }
    }

    #[test]
    fn everything_else_answers_within_its_bounds(text in message(), asked in asked(), is_sms in any::<bool>()) {
        if let Interrupt::Pause { minutes } = interrupts::read(&text, is_sms) {
            prop_assert!((1..=PAUSE_MINUTES_MAX).contains(&minutes));
        }
        let answer = yes_no::read(&text, &asked);
        prop_assert_eq!(answer, yes_no::read(&text, &asked));
        let several = multi::read(&text, "US", &asked);
        prop_assert!(several.ext.is_none() || several.phone.is_some());
    }

    #[test]
    fn a_bare_carrier_word_is_always_a_stop_on_sms(
        word in prop::sample::select(vec!["STOP", "stopall", "Unsubscribe", "cancel", "END", "quit", "стоп", "baja"]),
        before in "[ \\n!.\"*]{0,3}",
        after in "[ \\n!.\"*👍]{0,4}",
    ) {
        let stop = interrupts::read(&format!("{before}{word}{after}"), true);
        prop_assert_eq!(stop, Interrupt::Stop);
    }
}
