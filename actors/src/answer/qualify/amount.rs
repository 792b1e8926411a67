//! Amounts as people say them: "10-50k", "от 10 до 50 тысяч", "half a million", "€1.500".

use super::bound::{LOWER, UPPER, follows, leads};
use super::unit::{currency, currency_before, currency_behind, digits_at, scale_at, scale_word};
use crate::answer::text::numbers;
use crate::answer::text::{Kind, Text};

/// The largest amount that is read; beyond it digits are an account or a phone.
const AMOUNT_MAX: f64 = 1e15;

/// What a message says about an amount.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Range {
    /// The lower bound, if there is one.
    pub(super) min: Option<f64>,
    /// The upper bound, if there is one.
    pub(super) max: Option<f64>,
    /// ISO 4217 code, if a currency was said.
    pub(super) currency: Option<&'static str>,
    /// Whether several amounts were said and none was withdrawn.
    pub(super) is_choice: bool,
}

#[derive(Clone, Copy, Debug)]
struct Amount {
    value: f64,
    scale: f64,
    currency: Option<&'static str>,
    start: usize,
    end: usize,
    is_open_above: bool,
}

/// The amount or range a message says, if any.
pub(super) fn range(text: &Text) -> Option<Range> {
    let amounts = amounts(text);
    let mut ranges: Vec<(Range, usize, usize)> = Vec::new();
    let mut index = 0;
    while index < amounts.len() {
        let first = amounts[index];
        match amounts.get(index + 1).filter(|second| joins(text, first, **second)) {
            Some(second) => {
                ranges.push((between(text, first, *second), first.start, second.end));
                index += 2;
            }
            None => {
                ranges.push((bounded(text, first), first.start, first.end));
                index += 1;
            }
        }
    }
    merge(text, &ranges)
}

/// One range of several: the last after a correction, all as a choice otherwise.
fn merge(text: &Text, ranges: &[(Range, usize, usize)]) -> Option<Range> {
    let (first, rest) = ranges.split_first()?;
    let mut result = first.0;
    let mut end = first.2;
    for (range, start, last) in rest {
        let is_fixed = (end..*start).any(|at| is_correction(text.word(at)));
        if is_fixed || same(result, *range) {
            result = Range {
                currency: range.currency.or(result.currency),
                ..*range
            };
        } else if let Some(both) = two_bounds(result, *range) {
            result = both;
        } else {
            result.is_choice = true;
        }
        end = *last;
    }
    Some(result)
}

/// "at least 100, at most 300".
fn two_bounds(first: Range, second: Range) -> Option<Range> {
    let currency = first.currency.or(second.currency);
    match (first.min, first.max, second.min, second.max) {
        (Some(min), None, None, Some(max)) | (None, Some(max), Some(min), None) if min <= max => Some(Range {
            min: Some(min),
            max: Some(max),
            currency,
            is_choice: false,
        }),
        _ => None,
    }
}

fn same(one: Range, other: Range) -> bool {
    one.min == other.min && one.max == other.max
}

fn is_correction(word: &str) -> bool {
    matches!(
        word,
        "no" | "wait"
            | "actually"
            | "sorry"
            | "rather"
            | "mean"
            | "нет"
            | "точнее"
            | "вернее"
            | "ой"
            | "ні"
            | "точніше"
            | "perdon"
            | "mejor"
            | "digo"
            | "лучше"
            | "краще"
            | "вірніше"
    )
}

/// Whether two amounts are the ends of a range: "10-50", "от 10 до 50", "between 100 and 200".
fn joins(text: &Text, first: Amount, second: Amount) -> bool {
    let words: Vec<&str> = (first.end..second.start)
        .map(|at| text.word(at))
        .filter(|word| !word.is_empty() && currency(word).is_none())
        .collect();
    let has_dash = (first.end..second.start).any(|at| matches!(text.kind(at), Some(Kind::Mark('-' | '—' | '~'))));
    let lead = text.word(first.start.wrapping_sub(1));
    let is_between = matches!(lead, "between" | "entre" | "между" | "між");
    match words.as_slice() {
        [] | [","] if has_dash => true,
        ["to" | "до" | "a" | "hasta" | "по" | "till" | "until" | "upto"] => true,
        ["up", "to"] => true,
        ["and" | "y" | "и" | "і" | "та" | "й"] => is_between,
        ["or" | "или" | "або" | "чи" | "o"] => second.value > first.value && second.value <= first.value * 2.0,
        _ => false,
    }
}

fn between(text: &Text, first: Amount, second: Amount) -> Range {
    // "10-50k": the scale said last holds for both.
    let shares_scale = first.scale <= 1.0 && second.scale > 1.0 && first.value <= second.value / second.scale;
    let low = if shares_scale {
        first.value * second.scale
    } else {
        first.value
    };
    // "тысяч пять-семь", "тысяча-две": so does the one said first.
    let leads_scale = scale_word(text.word(first.start)).is_some() && second.scale <= 1.0 && second.value < first.scale;
    let high = if leads_scale {
        second.value * first.scale
    } else {
        second.value
    };
    Range {
        min: Some(low.min(high)),
        max: Some(low.max(high)),
        currency: second.currency.or(first.currency),
        is_choice: false,
    }
}

fn bounded(text: &Text, amount: Amount) -> Range {
    let is_upper = leads(text, amount.start, &UPPER);
    let is_lower = amount.is_open_above
        || leads(text, amount.start, &LOWER)
        || follows(
            text,
            amount.end,
            &[
                "more",
                "plus",
                "minimum",
                "mas",
                "минимум",
                "мінімум",
                "больше",
                "більше",
                "higher",
                "up",
                "above",
            ],
        );
    let is_capped = follows(
        text,
        amount.end,
        &[
            "max",
            "maximum",
            "maximo",
            "tops",
            "максимум",
            "макс",
            "less",
            "under",
            "menos",
            "меньше",
            "менше",
            "limit",
        ],
    );
    Range {
        min: (!(is_upper || is_capped)).then_some(amount.value),
        max: (!is_lower || is_upper || is_capped).then_some(amount.value),
        currency: amount.currency,
        is_choice: false,
    }
}

fn amounts(text: &Text) -> Vec<Amount> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.tokens().len() {
        match amount_at(text, at) {
            Some(amount) => {
                at = amount.end.max(at + 1);
                found.push(amount);
            }
            None => at += 1,
        }
    }
    found
}

fn amount_at(text: &Text, at: usize) -> Option<Amount> {
    if let Some(amount) = scale_first_at(text, at) {
        return Some(amount);
    }
    let (mut value, mut end, is_scaled_word) = plain_at(text, at)?;
    let mut scale = 1.0;
    while let Some((factor, next)) = scale_at(text, end) {
        value *= factor;
        scale *= factor;
        end = next;
        // "a thousand five hundred", "миллион двести тысяч", "a hundred and twenty": smaller parts are added.
        let adds = factor >= 1_000.0 || text.word(end) == "and";
        let part = end + usize::from(text.word(end) == "and");
        if let Some((rest, rest_end, _)) =
            plain_at(text, part).filter(|(rest, _, _)| adds && *rest < factor && text.kind(part) != Some(Kind::Digits))
        {
            let (rest, rest_end) = match scale_at(text, rest_end) {
                Some((smaller, next)) if smaller < factor => (rest * smaller, next),
                _ => (rest, rest_end),
            };
            value += rest;
            end = rest_end;
        }
    }
    if is_scaled_word && scale <= 1.0 && value >= 1_000.0 {
        scale = 1_000.0;
    }
    let is_open_above = text.kind(end) == Some(Kind::Mark('+')) && text.kind(end + 1) != Some(Kind::Digits);
    end += usize::from(is_open_above);
    let (behind, end) = currency_behind(text, end);
    let currency = behind.or_else(|| currency_before(text, at));
    (value <= AMOUNT_MAX && !is_something_else(text, at, end)).then_some(Amount {
        value,
        scale,
        currency,
        start: at,
        end,
        is_open_above,
    })
}

/// "тысяч двадцать", "тыщ 50": the scale before the number means "about".
fn scale_first_at(text: &Text, at: usize) -> Option<Amount> {
    if !matches!(
        text.word(at),
        "тысяч" | "тисяч" | "тыщ" | "тищ" | "тыс" | "тис" | "миллионов" | "мільйонів" | "штук"
    ) {
        return None;
    }
    let factor = scale_word(text.word(at))?;
    let number = numbers::at(text, at + 1).filter(|number| (1..1_000).contains(&number.value))?;
    #[expect(clippy::cast_precision_loss, reason = "below a thousand")]
    let value = number.value as f64 * factor;
    let (currency, end) = currency_behind(text, at + 1 + number.tokens);
    Some(Amount {
        value,
        scale: factor,
        currency,
        start: at,
        end,
        is_open_above: false,
    })
}

/// A time, a percentage, a date, an account, how many digits a number has.
fn is_something_else(text: &Text, start: usize, end: usize) -> bool {
    let is_clock = text.kind(end) == Some(Kind::Mark(':')) || matches!(text.word(end), "am" | "pm" | "oclock");
    let is_percent = text.word(end) == "%";
    let is_name = start > 0
        && text.tokens()[start].is_glued
        && matches!(text.kind(start - 1), Some(Kind::Word | Kind::Mark(':' | '@' | '#')))
        && text.kind(start) == Some(Kind::Digits)
        && !matches!(text.word(start - 1), "usd" | "eur" | "us" | "x");
    let is_length = matches!(text.word(end), "figure" | "figures" | "digits" | "cifras");
    is_clock || is_percent || is_name || is_length
}

/// A number before its scale and currency.
fn plain_at(text: &Text, at: usize) -> Option<(f64, usize, bool)> {
    if text.kind(at) == Some(Kind::Digits) {
        return digits_at(text, at).map(|(value, end)| (value, end, false));
    }
    if text.kind(at) != Some(Kind::Word) {
        return None;
    }
    if is_dozen(text.word(at)) {
        return Some((12.0, at + 1, false));
    }
    let half: Option<f64> = match text.word(at) {
        "half" | "medio" | "media" | "пол" | "пів" | "половина" | "half-a" => Some(0.5),
        "полтора" | "полторы" | "півтора" | "півтори" | "полутора" => Some(1.5),
        "couple" | "пара" | "пару" | "par" => Some(2.0),
        "few" => Some(3.0),
        _ => None,
    };
    if let Some(part) = half {
        let next = skip_articles(text, at + 1);
        if is_dozen(text.word(next)) {
            return Some((part * 12.0, next + 1, false));
        }
        // Only with a scale is it an amount: "half a million", "a couple of hundred"; one and a half stands alone.
        return (scale_at(text, next).is_some() || (part - 1.5).abs() < f64::EPSILON).then_some((part, next, false));
    }
    if let Some(rest) = text
        .word(at)
        .strip_prefix("пол")
        .or_else(|| text.word(at).strip_prefix("пів"))
        && let Some(factor) = scale_word(rest)
    {
        return Some((factor / 2.0, at + 1, false));
    }
    if let Some(number) = numbers::at(text, at) {
        let is_article = number.tokens == 1
            && matches!(text.word(at), "un" | "una" | "one" | "раз" | "both" | "once")
            && text.word_count() > 2
            && !matches!(text.word(at + 1), "to" | "or" | "a" | "до" | "o")
            && scale_at(text, at + 1).is_none()
            && currency_behind(text, at + 1).0.is_none();
        let is_pronoun = number.class == numbers::Class::Ordinal;
        if is_article || is_pronoun {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "number words stay far below 2^52")]
        let value = number.value as f64;
        let fraction_at = at + number.tokens;
        if is_dozen(text.word(fraction_at)) {
            return Some((value * 12.0, fraction_at + 1, false));
        }
        return Some(match fraction(text, fraction_at) {
            Some((part, end)) => (value + part, end, false),
            None => (value, fraction_at, true),
        });
    }
    // "a grand", "a thousand", "сотня", "тысячу": a scale alone is one of it.
    scale_at(text, at)
        .filter(|_| text.word(at).chars().count() > 2 && text.word(at) != "штук")
        .map(|_| (1.0, at, false))
}

fn is_dozen(word: &str) -> bool {
    matches!(
        word,
        "dozen" | "dozens" | "docena" | "docenas" | "дюжина" | "дюжину" | "дюжины" | "дюжини"
    )
}

/// "point five", "and a half", "с половиной", "y medio".
fn fraction(text: &Text, at: usize) -> Option<(f64, usize)> {
    match text.word(at) {
        "and" if text.word(at + 1) == "a" && text.word(at + 2) == "half" => Some((0.5, at + 3)),
        "с" | "з" if text.word(at + 1).starts_with("половин") => Some((0.5, at + 2)),
        "y" if matches!(text.word(at + 1), "medio" | "media") => Some((0.5, at + 2)),
        "point" | "punto" | "coma" | "кома" | "точка" => {
            let tenth = numbers::at(text, at + 1).filter(|tenth| tenth.value < 10)?;
            #[expect(clippy::cast_precision_loss, reason = "one digit")]
            let part = tenth.value as f64 / 10.0;
            Some((part, at + 1 + tenth.tokens))
        }
        _ => None,
    }
}

fn skip_articles(text: &Text, mut at: usize) -> usize {
    while matches!(text.word(at), "a" | "of" | "de" | "un") || text.kind(at) == Some(Kind::Mark('-')) {
        at += 1;
    }
    at
}
