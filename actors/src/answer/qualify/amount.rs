//! Amounts as people say them: "10-50k", "от 10 до 50 тысяч", "half a million", "€1.500".

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
                ranges.push((between(first, *second), first.start, second.end));
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
            result = Range { currency: range.currency.or(result.currency), ..*range };
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
        (Some(min), None, None, Some(max)) | (None, Some(max), Some(min), None) if min <= max => {
            Some(Range { min: Some(min), max: Some(max), currency, is_choice: false })
        }
        _ => None,
    }
}

fn same(one: Range, other: Range) -> bool {
    one.min == other.min && one.max == other.max
}

fn is_correction(word: &str) -> bool {
    matches!(
        word,
        "no" | "wait" | "actually" | "sorry" | "rather" | "mean" | "нет" | "точнее" | "вернее" | "ой" | "ні" | "точніше"
            | "perdon" | "mejor" | "digo" | "лучше" | "краще" | "вірніше"
    )
}

/// Whether two amounts are the ends of a range: "10-50", "от 10 до 50", "between 100 and 200".
fn joins(text: &Text, first: Amount, second: Amount) -> bool {
    let words: Vec<&str> = (first.end..second.start).map(|at| text.word(at)).filter(|word| !word.is_empty()).collect();
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

fn between(first: Amount, second: Amount) -> Range {
    // "10-50k": the scale said last holds for both.
    let shares_scale = first.scale <= 1.0 && second.scale > 1.0 && first.value <= second.value / second.scale;
    let low = if shares_scale { first.value * second.scale } else { first.value };
    Range {
        min: Some(low.min(second.value)),
        max: Some(low.max(second.value)),
        currency: second.currency.or(first.currency),
        is_choice: false,
    }
}

fn bounded(text: &Text, amount: Amount) -> Range {
    let is_upper = leads(text, amount.start, &UPPER);
    let is_lower = amount.is_open_above || leads(text, amount.start, &LOWER) || follows(text, amount.end, &["more", "plus", "minimum", "mas", "минимум", "мінімум", "больше", "більше", "higher", "up", "above"]);
    let is_capped = follows(text, amount.end, &["max", "maximum", "maximo", "tops", "максимум", "макс", "less", "under", "menos", "меньше", "менше", "limit"]);
    Range {
        min: (!(is_upper || is_capped)).then_some(amount.value),
        max: (!is_lower || is_upper || is_capped).then_some(amount.value),
        currency: amount.currency,
        is_choice: false,
    }
}

const UPPER: [&str; 40] = [
    "up to", "max", "maximum", "under", "below", "less than", "no more than", "not more than", "at most", "hasta", "maximo",
    "menos de", "no mas de", "como mucho", "до", "не больше", "не более", "максимум", "макс", "меньше", "менее",
    "не більше", "менше", "не вище", "не выше", "no more then", "not over", "within", "в пределах", "у межах", "до суммы",
    "por debajo de", "a lo sumo", "как максимум", "не дороже", "не дорожче", "upto", "maximum of", "max of", "como maximo",
];
const LOWER: [&str; 36] = [
    "from", "at least", "more than", "over", "above", "minimum", "min", "desde", "mas de", "minimo", "al menos",
    "a partir de", "por lo menos", "от", "не менее", "не меньше", "больше", "более", "минимум", "свыше", "від", "понад",
    "щонайменше", "не менше", "більше", "більш ніж", "starting at", "no less than", "not less than", "starting from",
    "как минимум", "больше чем", "більше ніж", "como minimo", "minimum of", "мінімум",
];

/// Whether one of the wordings stands right before `at`; fillers may stand between.
fn leads(text: &Text, at: usize, wordings: &[&str]) -> bool {
    let mut words: Vec<&str> = (at.saturating_sub(6)..at).map(|at| text.word(at)).filter(|word| !word.is_empty()).collect();
    while words.last().is_some_and(|word| matches!(*word, "about" | "around" | "a" | "the" | "like" | "примерно" | "где" | "близько" | "около" | "unos" | "$" | "€" | "£" | "₴" | "₽" | "сумму" | "usd" | "us")) {
        words.pop();
    }
    let tail = words.join(" ");
    // The longest wording decides: "no more than" is an upper bound, "more than" a lower one.
    let longest = |list: &[&str]| list.iter().filter(|wording| ends_with_words(&tail, wording)).map(|wording| wording.len()).max().unwrap_or(0);
    let own = longest(wordings);
    own > 0 && own >= longest(&UPPER).max(longest(&LOWER))
}

fn ends_with_words(tail: &str, wording: &str) -> bool {
    tail.strip_suffix(wording).is_some_and(|rest| rest.is_empty() || rest.ends_with(' '))
}

/// Whether one of the words stands right behind, perhaps after "or": "500 or less", "500 max".
fn follows(text: &Text, at: usize, words: &[&str]) -> bool {
    let words_after: Vec<&str> = (at..at + 4).map(|at| text.word(at)).filter(|word| !word.is_empty()).collect();
    match words_after.as_slice() {
        ["or" | "o" | "или" | "або" | "and" | "y" | "и" | "і" | "at" | "at the", next, ..] if words.contains(next) => true,
        ["or", "so", ..] => false,
        [next, ..] => words.contains(next) && !matches!(*next, "more" | "less" | "up"),
        [] => false,
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
    let (mut value, mut end, is_scaled_word) = plain_at(text, at)?;
    let mut scale = 1.0;
    while let Some((factor, next)) = scale_at(text, end) {
        value *= factor;
        scale *= factor;
        end = next;
        // "a thousand five hundred", "миллион двести тысяч": smaller parts are added.
        if let Some((rest, rest_end, _)) = plain_at(text, end).filter(|(rest, _, _)| factor >= 1_000.0 && *rest < factor && text.kind(end) != Some(Kind::Digits)) {
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
    (value <= AMOUNT_MAX && !is_something_else(text, at, end)).then_some(Amount { value, scale, currency, start: at, end, is_open_above })
}

/// A time, a percentage, a date, an account.
fn is_something_else(text: &Text, start: usize, end: usize) -> bool {
    let is_clock = text.kind(end) == Some(Kind::Mark(':')) || matches!(text.word(end), "am" | "pm" | "oclock");
    let is_percent = text.word(end) == "%";
    let is_name = start > 0
        && text.tokens()[start].is_glued
        && matches!(text.kind(start - 1), Some(Kind::Word | Kind::Mark(':' | '@' | '#')))
        && text.kind(start) == Some(Kind::Digits)
        && !matches!(text.word(start - 1), "usd" | "eur" | "us" | "x");
    is_clock || is_percent || is_name
}

/// A number before its scale and currency.
fn plain_at(text: &Text, at: usize) -> Option<(f64, usize, bool)> {
    if text.kind(at) == Some(Kind::Digits) {
        return digits_at(text, at).map(|(value, end)| (value, end, false));
    }
    if text.kind(at) != Some(Kind::Word) {
        return None;
    }
    let half = match text.word(at) {
        "half" | "medio" | "media" | "пол" | "пів" | "половина" | "half-a" => Some(0.5),
        "полтора" | "полторы" | "півтора" | "півтори" | "полутора" => Some(1.5),
        "couple" | "пара" | "пару" | "par" => Some(2.0),
        "few" => Some(3.0),
        _ => None,
    };
    if let Some(part) = half {
        let next = skip_articles(text, at + 1);
        // Only with a scale is it an amount: "half a million", "a couple of hundred".
        return scale_at(text, next).map(|_| (part, next, false));
    }
    if let Some(rest) = text.word(at).strip_prefix("пол").or_else(|| text.word(at).strip_prefix("пів"))
        && let Some(factor) = scale_word(rest)
    {
        return Some((factor / 2.0, at + 1, false));
    }
    if let Some(number) = numbers::at(text, at) {
        let is_article = number.tokens == 1 && matches!(text.word(at), "un" | "una" | "one" | "раз" | "both" | "once") && text.word_count() > 2 && scale_at(text, at + 1).is_none() && currency_behind(text, at + 1).0.is_none();
        let is_pronoun = number.class == numbers::Class::Ordinal;
        if is_article || is_pronoun {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "number words stay far below 2^52")]
        let value = number.value as f64;
        let fraction_at = at + number.tokens;
        return Some(match fraction(text, fraction_at) {
            Some((part, end)) => (value + part, end, false),
            None => (value, fraction_at, true),
        });
    }
    // "a grand", "a thousand", "сотня", "тысячу": a scale alone is one of it.
    scale_at(text, at).filter(|_| text.word(at).chars().count() > 2 && text.word(at) != "штук").map(|_| (1.0, at, false))
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

/// "30 000", "1,200", "1.200", "1,5", "1.234,56".
fn digits_at(text: &Text, at: usize) -> Option<(f64, usize)> {
    let mut digits = text.said(at).to_owned();
    let is_group = |index: usize| text.kind(index) == Some(Kind::Digits) && text.said(index).len() == 3;
    let can_group = digits.len() <= 3 && !digits.starts_with('0');
    let mut end = at + 1;
    let mut separator = None;
    while can_group {
        let mark = match text.kind(end) {
            Some(Kind::Mark(mark @ ('.' | ',' | '\'' | '_'))) if text.tokens()[end].is_glued && is_group(end + 1) && text.tokens()[end + 1].is_glued => Some(mark),
            Some(Kind::Digits) if is_group(end) && !text.tokens()[end].is_glued => Some(' '),
            _ => None,
        };
        let Some(mark) = mark.filter(|mark| separator.is_none_or(|known| known == *mark)) else { break };
        separator = Some(mark);
        let group = if mark == ' ' { end } else { end + 1 };
        digits.push_str(text.said(group));
        end = group + 1;
    }
    let has_fraction = matches!(text.kind(end), Some(Kind::Mark('.' | ',')))
        && text.tokens()[end].is_glued
        && text.kind(end + 1) == Some(Kind::Digits)
        && text.tokens()[end + 1].is_glued;
    if has_fraction {
        digits.push('.');
        digits.push_str(text.said(end + 1));
        end += 2;
    }
    digits.parse().ok().map(|value| (value, end))
}

fn scale_at(text: &Text, at: usize) -> Option<(f64, usize)> {
    let at = if text.kind(at) == Some(Kind::Mark('-')) && text.tokens()[at].is_glued { at + 1 } else { at };
    let word = text.word(at);
    let is_glued = text.tokens().get(at).is_some_and(|token| token.is_glued);
    let short = match word {
        "k" | "к" => Some(1e3),
        "m" | "м" if is_glued => Some(1e6),
        "mm" | "mln" | "mio" => Some(1e6),
        "kk" | "кк" => Some(1e6),
        "b" if is_glued => Some(1e9),
        _ => None,
    };
    let factor = short.or_else(|| scale_word(word))?;
    let has_stop = matches!(word, "тыс" | "тис" | "млн" | "т") && text.kind(at + 1) == Some(Kind::Mark('.')) && text.tokens()[at + 1].is_glued;
    Some((factor, at + 1 + usize::from(has_stop)))
}

fn scale_word(word: &str) -> Option<f64> {
    const STEMS: [(&str, f64); 14] = [
        ("тысяч", 1e3), ("тисяч", 1e3), ("миллион", 1e6), ("мільйон", 1e6), ("миллиард", 1e9), ("мільярд", 1e9),
        ("косар", 1e3), ("лям", 1e6), ("сотн", 1e2), ("сотен", 1e2), ("сотень", 1e2), ("штук", 1e3), ("тыщ", 1e3), ("тищ", 1e3),
    ];
    match word {
        "hundred" | "hundreds" | "сот" | "cientos" => Some(1e2),
        "thousand" | "thousands" | "grand" | "mil" | "miles" | "тыс" | "тис" | "тыр" => Some(1e3),
        "million" | "millions" | "millon" | "millones" | "млн" => Some(1e6),
        "billion" | "млрд" => Some(1e9),
        _ => STEMS.iter().find(|(stem, _)| word.starts_with(stem)).map(|(_, factor)| *factor),
    }
}

fn currency_behind(text: &Text, at: usize) -> (Option<&'static str>, usize) {
    let next = if matches!(text.word(at), "de" | "us") { at + 1 } else { at };
    match currency(text.word(next)) {
        Some(code) => (Some(code), next + 1),
        None => (None, at),
    }
}

fn currency_before(text: &Text, at: usize) -> Option<&'static str> {
    (1..=2).find_map(|back| currency(text.word(at.checked_sub(back)?)))
}

/// The ISO 4217 code of a currency's symbol or name.
fn currency(word: &str) -> Option<&'static str> {
    const STEMS: [(&str, &str); 10] = [
        ("доллар", "USD"), ("долар", "USD"), ("бакс", "USD"), ("руб", "RUB"), ("грив", "UAH"), ("тенге", "KZT"),
        ("фунт", "GBP"), ("злот", "PLN"), ("лари", "GEL"), ("песо", "MXN"),
    ];
    match word {
        "$" | "usd" | "dollar" | "dollars" | "bucks" | "buck" | "dolares" | "dolar" => Some("USD"),
        "€" | "eur" | "euro" | "euros" | "евро" | "євро" => Some("EUR"),
        "£" | "gbp" | "pounds" | "quid" | "libras" => Some("GBP"),
        "₽" | "rub" | "rubles" | "roubles" | "р" => Some("RUB"),
        "₴" | "uah" | "грн" | "hryvnia" => Some("UAH"),
        "mxn" | "pesos" => Some("MXN"),
        "cad" => Some("CAD"),
        "aud" => Some("AUD"),
        "kzt" | "₸" => Some("KZT"),
        "pln" | "zloty" => Some("PLN"),
        _ => STEMS.iter().find(|(stem, _)| word.starts_with(stem)).map(|(_, code)| *code),
    }
}
