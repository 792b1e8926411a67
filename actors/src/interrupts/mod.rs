//! Code words, checked on every inbound message before anything else.
//!
//! A code word counts when it is the person's wish, not when it is in the text:
//! either the whole message is the word, or a wording asks for it ("please don't
//! text me anymore"). What carriers define as opt-out always counts on SMS. A message that
//! speaks of the conversation itself in words of no list is likened to lines learnt from, and so is one with a listed
//! wording in a longer sentence.

use std::sync::LazyLock;

use crate::answer::learnt::Model;
use crate::answer::text::phrases::{Flat, Phrases};
use crate::answer::text::{Kind, Text};

mod duration;

/// Length of a pause that names no duration, in minutes.
pub const PAUSE_MINUTES_DEFAULT: u32 = 60;
/// The longest pause, in minutes.
pub const PAUSE_MINUTES_MAX: u32 = 24 * 60;

/// A wish that concerns the conversation itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Interrupt {
    /// The message is for the dialogue.
    #[default]
    None,
    /// No more messages: opt-out.
    Stop,
    /// No messages for a while.
    Pause {
        /// How long, from 1 to [`PAUSE_MINUTES_MAX`].
        minutes: u32,
    },
    /// Messages again, after a stop or a pause.
    Start,
    /// A person instead of the bot.
    Operator,
    /// What this is and which words it understands.
    Help,
}

#[derive(Debug)]
struct Wordings {
    stop_carrier: Phrases,
    stop_word: Phrases,
    pause_word: Phrases,
    start_word: Phrases,
    operator_word: Phrases,
    help_word: Phrases,
    not_stop: Phrases,
    stop: Phrases,
    stop_clause: Phrases,
    not_operator: Phrases,
    operator: Phrases,
    not_pause: Phrases,
    pause: Phrases,
    not_start: Phrases,
    start: Phrases,
    conversation: Phrases,
    everywhere: Phrases,
}

static WORDINGS: LazyLock<Wordings> = LazyLock::new(|| {
    let list = |section| Phrases::new(include_str!("interrupts.txt"), section);
    Wordings {
        stop_carrier: list("stop_carrier"),
        stop_word: list("stop_word"),
        pause_word: list("pause_word"),
        start_word: list("start_word"),
        operator_word: list("operator_word"),
        help_word: list("help_word"),
        not_stop: list("not_stop"),
        stop: list("stop"),
        stop_clause: list("stop_clause"),
        not_operator: list("not_operator"),
        operator: list("operator"),
        not_pause: list("not_pause"),
        pause: list("pause"),
        not_start: list("not_start"),
        start: list("start"),
        conversation: list("conversation"),
        everywhere: list("everywhere"),
    }
});

/// Reads the wish of a message; `is_carrier_sms` says whether the carriers' opt-out
/// rules hold on its channel, so that a bare "cancel" or "end" is an opt-out too.
#[must_use]
pub fn read(written: &str, is_carrier_sms: bool) -> Interrupt {
    read_text(&Text::new(written), is_carrier_sms)
}

/// Whether a stop is meant for every channel, not for this one alone.
#[must_use]
pub fn is_stop_everywhere(text: &Text) -> bool {
    WORDINGS.everywhere.are_in(text)
}

/// Reads an already normalised message.
#[must_use]
pub fn read_text(text: &Text, is_carrier_sms: bool) -> Interrupt {
    match bare_word(text, is_carrier_sms) {
        Interrupt::None => worded(text),
        wish => wish,
    }
}

/// The message is nothing but a code word, however often repeated or politely put.
fn bare_word(text: &Text, is_carrier_sms: bool) -> Interrupt {
    let wordings = &*WORDINGS;
    let Some(bare) = bare(text) else {
        return Interrupt::None;
    };
    let is_one_of = |phrases: &Phrases| phrases.are_in_flat(&bare);
    if is_one_of(&wordings.stop_word) || (is_carrier_sms && is_one_of(&wordings.stop_carrier)) {
        Interrupt::Stop
    } else if is_one_of(&wordings.pause_word) {
        pause(None)
    } else if is_one_of(&wordings.start_word) {
        Interrupt::Start
    } else if is_one_of(&wordings.operator_word) {
        Interrupt::Operator
    } else if is_one_of(&wordings.help_word) {
        Interrupt::Help
    } else {
        Interrupt::None
    }
}

/// The words of a short message without marks and repetitions; `None` for a longer
/// message and for a question.
fn bare(text: &Text) -> Option<Flat<'static>> {
    const WORDS_MAX: usize = 8;
    if text.word_count() > WORDS_MAX || text.flat().contains(" ? ") {
        return None;
    }
    let mut bare = String::from(" ");
    let mut before = "";
    for (index, token) in text.tokens().iter().enumerate() {
        let word = text.word(index);
        let is_word = matches!(token.kind, Kind::Word | Kind::Digits) || word == "🛑";
        if is_word && word != before {
            bare.push_str(word);
            bare.push(' ');
            before = word;
        }
    }
    Some(Flat::new(bare))
}

/// The message words a wish.
fn worded(text: &Text) -> Interrupt {
    match by_lists(text) {
        Interrupt::None => by_likeness(text),
        listed => doubted(listed, text),
    }
}

fn by_lists(text: &Text) -> Interrupt {
    let wordings = &*WORDINGS;
    let without_lookalikes = wordings.not_stop.blanked(text.to_read());
    let is_stop = wordings.stop.are_in_flat(&without_lookalikes);
    let pauses = wordings.pause.are_in_flat(&wordings.not_pause.blanked(text.to_read()));
    let is_operator = || {
        wordings
            .operator
            .are_in_flat(&wordings.not_operator.blanked(text.to_read()))
    };
    if is_stop || pauses {
        return match duration::read(text) {
            None if is_stop => Interrupt::Stop,
            minutes => pause(minutes),
        };
    }
    if is_operator() {
        return Interrupt::Operator;
    }
    if wordings.start.are_in_flat(&wordings.not_start.blanked(text.to_read())) {
        return Interrupt::Start;
    }
    if !text.flat().contains(" ? ") && wordings.stop_clause.are_in_flat(&without_lookalikes) {
        return Interrupt::Stop;
    }
    Interrupt::None
}

/// A pause of so long as was said, within its bounds.
fn pause(minutes: Option<u32>) -> Interrupt {
    Interrupt::Pause {
        minutes: minutes.map_or(PAUSE_MINUTES_DEFAULT, |minutes| minutes.clamp(1, PAUSE_MINUTES_MAX)),
    }
}

/// What the lines call the wishes, in the order of their weights.
pub const LABELS: [&str; 6] = ["stop", "pause", "start", "operator", "help", "none"];

static MODEL: Model<{ LABELS.len() }> = Model::built_in(include_bytes!("../answer/learnt/interrupts.bin"));
/// The place of "none" among the labels.
const NONE: usize = 5;
/// Fewer words are like too much.
const WORDS_MIN: usize = 3;

/// What the lists read, unless the message is far more like the lines of another wish, or of none: a listed wording
/// may stand in a sentence that means something else. Nobody is opted out by that.
fn doubted(listed: Interrupt, text: &Text) -> Interrupt {
    const LEAD: i32 = 200;
    /// An opt-out that is not heard is worse.
    const LEAD_OVER_STOP: i32 = 250;
    let (place, lead) = match listed {
        Interrupt::Stop => (0, LEAD_OVER_STOP),
        Interrupt::Pause { .. } => (1, LEAD),
        Interrupt::Start => (2, LEAD),
        Interrupt::Operator => (3, LEAD),
        Interrupt::Help => (4, LEAD),
        Interrupt::None => (NONE, LEAD),
    };
    if text.word_count() < WORDS_MIN {
        return listed;
    }
    match MODEL.label_ahead_of(place, lead, text) {
        Some(1) => pause(duration::read(text)),
        Some(2) => Interrupt::Start,
        Some(3) => Interrupt::Operator,
        Some(NONE) => Interrupt::None,
        _ => listed,
    }
}

/// A wish in words that are in no list, where it is like those that were learnt from.
fn by_likeness(text: &Text) -> Interrupt {
    const LEAD: i32 = 80;
    /// What ends or begins consent is hardly guessed.
    const LEAD_OF_CONSENT: i32 = 150;
    /// What has words of no wish has to be more like one.
    const LEAD_OF_LOOKALIKES: i32 = 100;
    let wordings = &*WORDINGS;
    if text.word_count() < WORDS_MIN || !wordings.conversation.are_in(text) {
        return Interrupt::None;
    }
    let lookalikes = [
        &wordings.not_stop,
        &wordings.not_operator,
        &wordings.not_pause,
        &wordings.not_start,
    ];
    let more = if lookalikes.iter().any(|list| list.are_in(text)) {
        LEAD_OF_LOOKALIKES
    } else {
        0
    };
    let ahead_by = |lead| MODEL.label_ahead_of(NONE, lead + more, text);
    let is_sure = || ahead_by(LEAD_OF_CONSENT).is_some();
    match ahead_by(LEAD) {
        Some(0) if is_sure() => Interrupt::Stop,
        Some(1) => pause(duration::read(text)),
        Some(2) if is_sure() => Interrupt::Start,
        Some(3) => Interrupt::Operator,
        Some(4) => Interrupt::Help,
        _ => Interrupt::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_word_counts_when_it_is_the_wish() {
        assert_eq!(read("STOP!!!", true), Interrupt::Stop);
        assert_eq!(read("I can't stop thinking about your menu", true), Interrupt::None);
        assert_eq!(read("please don't text me anymore", false), Interrupt::Stop);
    }

    #[test]
    fn cancelling_a_booking_is_not_opting_out() {
        assert_eq!(read("Cancel", true), Interrupt::Stop);
        assert_eq!(read("Cancel", false), Interrupt::None);
        assert_eq!(read("cancel my booking", true), Interrupt::None);
    }

    #[test]
    fn wishes_in_words_of_no_list_are_heard_and_no_stop_is_guessed() {
        assert_eq!(read("i withdraw my consent to these messages", false), Interrupt::Stop);
        for message in [
            "listo",
            "I'd rather not share my number",
            "price per person please",
            "wrong number",
        ] {
            assert_eq!(read(message, true), Interrupt::None, "{message}");
        }
    }

    #[test]
    fn a_stop_for_a_while_is_a_pause() {
        assert_eq!(
            read("don't text me for two hours", false),
            Interrupt::Pause { minutes: 120 }
        );
        assert_eq!(read("пауза", false), Interrupt::Pause { minutes: 60 });
    }
}
