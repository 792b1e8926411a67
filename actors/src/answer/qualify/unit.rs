//! The parts of an amount: written digits, scales ("k", "тысяч"), currencies.

use crate::answer::text::{Kind, Text};

/// Groups of three digits after the first digits of an amount.
const GROUPS_MAX: usize = 5;

/// "30 000", "1,200", "1.200", "1,5", "1.234,56".
pub(crate) fn digits_at(text: &Text, at: usize) -> Option<(f64, usize)> {
    let mut digits = text.said(at).to_owned();
    let is_group = |index: usize| text.kind(index) == Some(Kind::Digits) && text.said(index).len() == 3;
    let can_group = digits.len() <= 3 && !digits.starts_with('0');
    let mut end = at + 1;
    let mut separator = None;
    let groups = if can_group { GROUPS_MAX } else { 0 };
    for _ in 0..groups {
        let mark = match text.kind(end) {
            Some(Kind::Mark(mark @ ('.' | ',' | '\'' | '_')))
                if text.tokens()[end].is_glued && is_group(end + 1) && text.tokens()[end + 1].is_glued =>
            {
                Some(mark)
            }
            Some(Kind::Digits) if is_group(end) && !text.tokens()[end].is_glued => Some(' '),
            _ => None,
        };
        let Some(mark) = mark.filter(|mark| separator.is_none_or(|known| known == *mark)) else {
            break;
        };
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

pub(crate) fn scale_at(text: &Text, at: usize) -> Option<(f64, usize)> {
    let at = if text.kind(at) == Some(Kind::Mark('-')) && text.tokens()[at].is_glued {
        at + 1
    } else {
        at
    };
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
    let has_stop = matches!(word, "тыс" | "тис" | "млн" | "т")
        && text.kind(at + 1) == Some(Kind::Mark('.'))
        && text.tokens()[at + 1].is_glued;
    Some((factor, at + 1 + usize::from(has_stop)))
}

pub(crate) fn scale_word(word: &str) -> Option<f64> {
    const STEMS: [(&str, f64); 14] = [
        ("тысяч", 1e3),
        ("тисяч", 1e3),
        ("миллион", 1e6),
        ("мільйон", 1e6),
        ("миллиард", 1e9),
        ("мільярд", 1e9),
        ("косар", 1e3),
        ("лям", 1e6),
        ("сотн", 1e2),
        ("сотен", 1e2),
        ("сотень", 1e2),
        ("штук", 1e3),
        ("тыщ", 1e3),
        ("тищ", 1e3),
    ];
    match word {
        "hundred" | "hundreds" | "сот" | "cientos" => Some(1e2),
        "thousand" | "thousands" | "grand" | "mil" | "miles" | "тыс" | "тис" | "тыр" => Some(1e3),
        "million" | "millions" | "millon" | "millones" | "млн" => Some(1e6),
        "billion" | "млрд" => Some(1e9),
        _ => STEMS
            .iter()
            .find(|(stem, _)| word.starts_with(stem))
            .map(|(_, factor)| *factor),
    }
}

pub(crate) fn currency_behind(text: &Text, at: usize) -> (Option<&'static str>, usize) {
    let next = if matches!(text.word(at), "de" | "us") {
        at + 1
    } else {
        at
    };
    match currency(text.word(next)) {
        Some(code) => (Some(code), next + 1),
        None => (None, at),
    }
}

pub(crate) fn currency_before(text: &Text, at: usize) -> Option<&'static str> {
    (1..=2).find_map(|back| currency(text.word(at.checked_sub(back)?)))
}

/// The ISO 4217 code of a currency's symbol or name.
pub(crate) fn currency(word: &str) -> Option<&'static str> {
    const STEMS: [(&str, &str); 10] = [
        ("доллар", "USD"),
        ("долар", "USD"),
        ("бакс", "USD"),
        ("руб", "RUB"),
        ("грив", "UAH"),
        ("тенге", "KZT"),
        ("фунт", "GBP"),
        ("злот", "PLN"),
        ("лари", "GEL"),
        ("песо", "MXN"),
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
        _ => STEMS
            .iter()
            .find(|(stem, _)| word.starts_with(stem))
            .map(|(_, code)| *code),
    }
}
