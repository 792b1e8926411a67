//! Time from now: "in 2 hours", "через полчаса", "dentro de una semana".

use super::clock::clock_at;
use super::day::Day;
use super::lexicon::Lex;
use super::line::Line;
use super::piece::What;
use super::scan::Item;

/// "in 2 hours", "через полчаса", "dentro de una semana", "an hour from now".
pub(crate) fn elapsed_at(line: &Line<'_>, at: usize) -> Option<(Item, usize)> {
    let lex = line.lex(at);
    let is_lead = matches!(lex, Lex::InElapsed | Lex::Za);
    if lex == Lex::Za && clock_at(line, at).is_some() {
        return None;
    }
    // "de aquí a dos horas"
    if line.is_word(at, &["aqui", "ahora"]) && line.is_word(at + 1, &["a", "en"]) {
        let (amount, unit, end) = amount_at(line, at + 2)?;
        return as_item(amount, unit, end);
    }
    // "часа через два", "години за дві": about two hours
    if matches!(lex, Lex::Hour | Lex::Minute)
        && line.is_word(at + 1, &["через", "за"])
        && let Some(number) = line.number(at + 2).filter(|number| !number.is_ordinal)
    {
        return as_item(f64::from(number.value), lex, at + 3);
    }
    if !is_lead {
        let (amount, unit, end) = amount_at(line, at)?;
        let is_from_now = line.lex(end) == Lex::From && line.is_word(end + 1, &["now"]);
        return if is_from_now {
            as_item(amount, unit, end + 2)
        } else {
            None
        };
    }
    let start = line.skip(at + 1, &[Lex::About]);
    let start = if line.is_word(at + 1, &["de"]) { at + 2 } else { start };
    let (amount, unit, end) = amount_at(line, start)?;
    if lex == Lex::Za && !is_ukrainian_unit(line.word(end - 1)) {
        return None;
    }
    as_item(amount, unit, end)
}

fn as_item(amount: f64, unit: Lex, end: usize) -> Option<(Item, usize)> {
    #[expect(clippy::cast_possible_truncation, reason = "bounded just below")]
    let whole = |value: f64| value.clamp(0.0, 100_000.0).round() as i64;
    #[expect(clippy::cast_possible_truncation, reason = "bounded just below")]
    let days = |value: f64| value.clamp(0.0, 5_000.0).round() as i32;
    let item = match unit {
        Lex::Hour => Item::Elapsed(whole(amount * 60.0)),
        Lex::Minute => Item::Elapsed(whole(amount)),
        Lex::DayUnit => Item::Day(Day::Relative(days(amount))),
        Lex::Week => Item::Day(Day::Weeks(days(amount))),
        Lex::MonthUnit => Item::Day(Day::Months(days(amount))),
        _ => return None,
    };
    Some((item, end))
}

fn is_ukrainian_unit(word: &str) -> bool {
    ["годин", "хвил", "тиж", "дні", "днів", "півгод", "місяц", "кілька"]
        .iter()
        .any(|stem| word.starts_with(stem))
}

/// An amount of time: "2 hours", "half an hour", "полтора часа", "an hour and a half".
pub(crate) fn amount_at(line: &Line<'_>, at: usize) -> Option<(f64, Lex, usize)> {
    if line.is_word(at, &["полчаса", "полчасика", "півгодини", "получаса", "півгодинки"])
    {
        return Some((0.5, Lex::Hour, at + 1));
    }
    let (mut amount, unit_at) = quantity_at(line, at)?;
    // Russian "дня" is "days" here and a part of the day elsewhere.
    let unit = if line.is_word(unit_at, &["дня"]) {
        Lex::DayUnit
    } else {
        line.lex(unit_at)
    };
    if !matches!(
        unit,
        Lex::Hour | Lex::Minute | Lex::DayUnit | Lex::Week | Lex::MonthUnit
    ) {
        return None;
    }
    let mut end = unit_at + 1;
    let is_joint = line.is_word(end, &["and", "y", "с", "з", "и", "і"]);
    if is_joint {
        let half = line.skip(end + 1, &[Lex::The]);
        match line.what(half) {
            Some(What::Word(Lex::Half)) => {
                amount += 0.5;
                end = half + 1;
            }
            Some(What::Word(_)) if line.is_word(half, &["половиной", "половиною"]) => {
                amount += 0.5;
                end = half + 1;
            }
            Some(What::Number(minutes)) if unit == Lex::Hour && line.lex(half + 1) == Lex::Minute => {
                amount += f64::from(minutes.value) / 60.0;
                end = half + 2;
            }
            _ => {}
        }
    } else if unit == Lex::Hour
        && let Some(minutes) = line.number(end)
        && line.lex(end + 1) == Lex::Minute
    {
        amount += f64::from(minutes.value) / 60.0;
        end += 2;
    }
    Some((amount, unit, end))
}

/// How many: "2", "a", "half an", "a couple of", "полтора"; "через час" says none and means one.
fn quantity_at(line: &Line<'_>, at: usize) -> Option<(f64, usize)> {
    match line.what(at)? {
        What::Number(number) if !number.is_ordinal => {
            // "an hour and a half" is read behind the unit, "two and a half hours" here.
            let half = line.skip(at + 2, &[Lex::The]);
            if line.lex(at + 1) == Lex::And && line.lex(half) == Lex::Half {
                return Some((f64::from(number.value) + 0.5, half + 1));
            }
            Some((f64::from(number.value), at + 1))
        }
        What::Pair {
            left,
            right,
            mark: '.' | ',',
        } if right.digits == 1 => Some((f64::from(left.value) + f64::from(right.value) / 10.0, at + 1)),
        What::Word(Lex::Half) => Some((0.5, line.skip(at + 1, &[Lex::The]))),
        What::Word(Lex::Quarter) => Some((0.25, line.skip(at + 1, &[Lex::The]))),
        What::Word(Lex::The) => {
            let next = line.skip(at, &[Lex::The]);
            if line.is_word(next, &["couple"]) {
                return Some((2.0, line.skip(next + 1, &[Lex::The])));
            }
            if matches!(line.lex(next), Lex::Half | Lex::Quarter) {
                return quantity_at(line, next);
            }
            line.is_word(at, &["a", "an", "un", "una"]).then_some((1.0, next))
        }
        What::Word(_) if line.is_word(at, &["полтора", "полторы", "півтора", "півтори"]) => {
            Some((1.5, at + 1))
        }
        What::Word(_) if line.is_word(at, &["couple", "par", "пару", "пара"]) => {
            Some((2.0, line.skip(at + 1, &[Lex::The])))
        }
        What::Word(Lex::Hour | Lex::Week | Lex::MonthUnit | Lex::DayUnit | Lex::Minute) => Some((1.0, at)),
        _ => None,
    }
}
