//! Answers to a tenant's own questions: a choice, a number, a sum of money, a range.
//!
//! ```text
//!  Text ──► answer found?  choice.rs, related/, amount.rs
//!              │ yes: valid, or ambiguous when it is one of several or out of bounds
//!              │ no:  off script (a question of the person's own), unsure, or noise
//!              ▼
//!           Verdict { validity, answer, confidence }
//! ```

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::refusal;
use super::text::phrases::Phrases;
use super::text::{Kind, Text, is_keyboard_row};

mod amount;
mod bound;
mod choice;
mod related;
mod unit;

/// Confidence from which an answer is taken.
pub const VALID_MIN: f64 = 0.65;
/// Confidence below which a message is noise.
pub const AMBIGUOUS_MIN: f64 = 0.3;

/// What kind of answer a question wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuestionType {
    /// One of the choices.
    Choice,
    /// A sum of money or a range of sums.
    Money,
    /// One number.
    Number,
    /// A range of numbers.
    Range,
}

/// One choice of a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// What the answer is recorded as.
    pub value: String,
    /// Other ways to say it.
    #[serde(default)]
    pub synonyms: Vec<String>,
    /// Smallest number that means this choice.
    #[serde(default)]
    pub min: Option<f64>,
    /// Largest number that means this choice.
    #[serde(default)]
    pub max: Option<f64>,
}

/// A question and what counts as its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The question's name in the tenant's manifest.
    #[serde(default)]
    pub key: String,
    /// What kind of answer it wants.
    #[serde(rename = "type")]
    pub kind: QuestionType,
    /// The choices, for [`QuestionType::Choice`].
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// Answers shown to people who were not understood.
    #[serde(default)]
    pub examples: Vec<String>,
    /// ISO 4217 code of sums said without a currency.
    #[serde(default)]
    pub currency: Option<String>,
    /// Smallest plausible number.
    #[serde(default)]
    pub min: Option<f64>,
    /// Largest plausible number.
    #[serde(default)]
    pub max: Option<f64>,
}

/// How good an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Validity {
    /// An answer.
    Valid,
    /// Perhaps an answer: ask again, with examples.
    Ambiguous,
    /// Not an answer.
    Noise,
    /// A question or request of the person's own.
    OffScript,
}

/// What a message is to a question.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// How good it is.
    pub validity: Validity,
    /// The answer when it is valid: a choice's value, a number, or `{min, max, currency?}`.
    pub answer: Value,
    /// From 0 to 1.
    pub confidence: f64,
}

impl Verdict {
    /// A verdict whose validity follows from the confidence; only a valid one keeps its answer.
    fn of(answer: Value, confidence: f64) -> Self {
        let validity = if confidence >= VALID_MIN {
            Validity::Valid
        } else if confidence >= AMBIGUOUS_MIN {
            Validity::Ambiguous
        } else {
            Validity::Noise
        };
        let answer = if validity == Validity::Valid {
            answer
        } else {
            Value::Null
        };
        Self {
            validity,
            answer,
            confidence,
        }
    }

    const fn off_script() -> Self {
        Self {
            validity: Validity::OffScript,
            answer: Value::Null,
            confidence: 0.2,
        }
    }
}

/// An answer found in a message.
enum Found {
    /// One answer.
    One(Value, f64),
    /// Several, or one that is not plausible.
    Unclear,
}

#[derive(Debug)]
struct Wordings {
    unsure: Phrases,
    vague: Phrases,
    not_asks: Phrases,
    request: Phrases,
    asks: Phrases,
    chatter: Phrases,
}

static WORDINGS: LazyLock<Wordings> = LazyLock::new(|| {
    let phrases = |section| Phrases::new(include_str!("qualify.txt"), section);
    Wordings {
        unsure: phrases("unsure"),
        vague: phrases("vague"),
        not_asks: phrases("not_asks"),
        request: phrases("request"),
        asks: phrases("asks"),
        chatter: phrases("chatter"),
    }
});

/// Reads the answer to `question`.
#[must_use]
pub fn read(text: &Text, question: &Question) -> Verdict {
    let wordings = &*WORDINGS;
    let flat = wordings.not_asks.blanked(text.to_read());
    let asks = wordings.asks.are_in_flat(&flat) || wordings.request.are_in_flat(&flat);
    let has_mark = text.flat().contains(" ? ");
    match find(text, question) {
        // "Instagram. How much is it?" answers first; "how much is 500?" only asks.
        Some(Found::One(answer, confidence)) if asks => match find(&without_questions(text), question) {
            Some(Found::One(..)) => Verdict::of(answer, confidence),
            _ => Verdict::off_script(),
        },
        // "IG? no, fb": what was asked first was then answered.
        Some(Found::One(answer, confidence)) if has_mark && !text.flat().ends_with(" ? ") => {
            Verdict::of(answer, confidence)
        }
        Some(Found::One(answer, confidence)) if has_mark => Verdict::of(answer, confidence - 0.3),
        Some(Found::One(answer, confidence)) if wordings.unsure.are_in(text) => Verdict::of(answer, confidence - 0.2),
        Some(Found::One(answer, confidence)) => Verdict::of(answer, confidence),
        _ if asks || (has_mark && refusal::is_question(text) && text.word_count() > 1) => Verdict::off_script(),
        Some(Found::Unclear) => Verdict::of(Value::Null, 0.5),
        None if wordings.unsure.are_in(text) || wordings.vague.are_in(text) => Verdict::of(Value::Null, 0.4),
        None if is_gibberish(text) || wordings.chatter.are_in(text) => Verdict::of(Value::Null, 0.05),
        None => Verdict::of(Value::Null, 0.2),
    }
}

fn find(text: &Text, question: &Question) -> Option<Found> {
    match question.kind {
        QuestionType::Choice => choice::find(text, question),
        QuestionType::Number => number(text, question),
        QuestionType::Money | QuestionType::Range => range(text, question),
    }
}

/// The message without its clauses that ask.
fn without_questions(text: &Text) -> Text {
    let mut kept = String::new();
    let mut start = 0;
    let clean = text.clean();
    for (at, mark) in clean
        .char_indices()
        .filter(|(_, letter)| matches!(letter, '.' | '?' | '!' | ',' | ';' | '\n'))
    {
        let end = at + mark.len_utf8();
        keep_clause(&clean[start..end], mark == '?', &mut kept);
        start = end;
    }
    keep_clause(&clean[start..], false, &mut kept);
    Text::new(&kept)
}

fn keep_clause(clause: &str, is_question: bool, kept: &mut String) {
    if !is_question && !WORDINGS.asks.are_in(&Text::new(clause)) {
        kept.push_str(clause);
        kept.push(' ');
    }
}

fn number(text: &Text, question: &Question) -> Option<Found> {
    let range = amount::range(text)?;
    let (Some(min), Some(max)) = (range.min, range.max) else {
        return Some(Found::Unclear);
    };
    let is_one = (min - max).abs() < f64::EPSILON && !range.is_choice;
    if !is_one || !is_plausible(min, question) {
        return Some(Found::Unclear);
    }
    Some(Found::One(whole(min), 0.95))
}

/// The currency that was said. The tenant's own where its sign or name is all that was said: "$" in Mexico is a peso.
fn said_currency(said: Option<&str>, text: &Text, question: &Question) -> Option<String> {
    const DOLLAR_SIGNS: [&str; 10] = ["MXN", "ARS", "COP", "CLP", "UYU", "DOP", "CAD", "AUD", "NZD", "SGD"];
    const PESOS: [&str; 6] = ["MXN", "ARS", "COP", "CLP", "UYU", "DOP"];
    let own = question.currency.as_deref();
    let is_own = |currencies: &[&str]| own.is_some_and(|own| currencies.contains(&own));
    let is_bare_sign = || text.flat().contains(" $ ") && !text.flat().contains(" us");
    match said {
        Some("USD") if is_own(&DOLLAR_SIGNS) && is_bare_sign() => own,
        Some("MXN") if is_own(&PESOS) => own,
        said => said.or(own),
    }
    .map(str::to_owned)
}

fn range(text: &Text, question: &Question) -> Option<Found> {
    let range = amount::range(text)?;
    if range.is_choice
        || [range.min, range.max]
            .into_iter()
            .flatten()
            .any(|bound| !is_plausible(bound, question))
    {
        return Some(Found::Unclear);
    }
    let mut answer = json!({ "min": range.min.map(whole), "max": range.max.map(whole) });
    let currency = said_currency(range.currency, text, question);
    if let Some(currency) = currency.filter(|_| question.kind == QuestionType::Money || range.currency.is_some()) {
        answer["currency"] = Value::String(currency);
    }
    Some(Found::One(answer, 0.95))
}

fn is_plausible(value: f64, question: &Question) -> bool {
    question.min.is_none_or(|min| value >= min) && question.max.is_none_or(|max| value <= max)
}

/// A number as JSON, without a fraction when it has none.
fn whole(value: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "amounts are bounded to 10^15")]
    if value.fract() == 0.0 {
        json!(value as i64)
    } else {
        json!(value)
    }
}

/// Emoji alone, keys hit at random, one letter again and again.
fn is_gibberish(text: &Text) -> bool {
    let words = (0..text.tokens().len()).filter(|&at| text.kind(at) == Some(Kind::Word));
    let (mut all, mut bad) = (0, 0);
    for at in words {
        all += 1;
        bad += usize::from(is_mash(text.word(at)));
    }
    bad == all
}

fn is_mash(word: &str) -> bool {
    let is_vowel = |letter: char| "aeiouyаеиоуыэюяіїєё".contains(letter);
    let letters = word.chars().count();
    let vowels = word.chars().filter(|letter| is_vowel(*letter)).count();
    is_keyboard_row(word) || (letters >= 4 && vowels == 0) || (letters >= 7 && vowels * 6 < letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(message: &str) -> Verdict {
        let question = Question {
            key: "budget".into(),
            kind: QuestionType::Money,
            choices: Vec::new(),
            examples: Vec::new(),
            currency: Some("USD".into()),
            min: None,
            max: None,
        };
        read(&Text::new(message), &question)
    }

    #[test]
    fn confidence_decides_validity() {
        assert_eq!(Verdict::of(json!(1), 0.65).validity, Validity::Valid);
        assert_eq!(Verdict::of(json!(1), 0.64).validity, Validity::Ambiguous);
        assert_eq!(Verdict::of(json!(1), 0.29).validity, Validity::Noise);
        assert_eq!(Verdict::of(json!(1), 0.4).answer, Value::Null);
    }

    #[test]
    fn questions_and_noise_are_told_apart() {
        assert_eq!(money("how much does it cost?").validity, Validity::OffScript);
        assert_eq!(money("asdfgh").validity, Validity::Noise);
        assert_eq!(money("не знаю").validity, Validity::Ambiguous);
        assert_eq!(money("about 500. how long does it take?").validity, Validity::Valid);
    }
}
