//! How long a pause shall be: "for 2 hours", "пол часа", "hasta mañana".

use std::sync::LazyLock;

use crate::answer::text::phrases::Phrases;
use crate::answer::text::{Kind, Text, numbers};

static TILL_LATER_DAY: LazyLock<Phrases> =
    LazyLock::new(|| Phrases::new(include_str!("interrupts.txt"), "till_later_day"));

const HOUR: u32 = 60;
const DAY: u32 = 24 * HOUR;

/// The duration a message names, in minutes and not limited; `None` when it names none.
pub(super) fn read(text: &Text) -> Option<u32> {
    (0..text.tokens().len())
        .find_map(|at| {
            counted(text, at)
                .or_else(|| roughly(text, at))
                .or_else(|| fixed(text, at))
        })
        .or_else(|| (0..text.tokens().len()).find_map(|at| bare_minutes(text, at)))
        .or_else(|| TILL_LATER_DAY.are_in(text).then_some(DAY))
}

/// A number and a unit: "2 hours", "30min", "an hour and a half", "полтора часа".
fn counted(text: &Text, at: usize) -> Option<u32> {
    let (halves, tokens) = count(text, at)?;
    let mut next = at + tokens;
    while matches!(
        text.word(next),
        "" | "of" | "de" | "more" | "mas" | "a" | "an" | "full" | "whole"
    ) && next < text.tokens().len()
    {
        next += 1;
    }
    let unit = unit(text.word(next))?;
    let whole = halves.saturating_mul(unit) / 2;
    let half = if is_and_a_half(text, next + 1) { unit / 2 } else { 0 };
    let rest = match text.word(next + 1) {
        "and" | "y" | "и" | "і" | "й" => next + 2,
        _ => next + 1,
    };
    // "1 hour 30 minutes"
    let finer = count(text, rest).and_then(|(halves, tokens)| {
        let finer = self::unit(text.word(rest + tokens))?;
        (finer < unit).then(|| halves.saturating_mul(finer) / 2)
    });
    Some(whole.saturating_add(half).saturating_add(finer.unwrap_or(0)))
}

/// "минут 15", "часа два": the unit before its number says that it is a guess.
fn roughly(text: &Text, at: usize) -> Option<u32> {
    let is_many = matches!(
        text.word(at),
        "минут"
            | "минуток"
            | "хвилин"
            | "часа"
            | "часов"
            | "часика"
            | "години"
            | "годин"
            | "дня"
            | "дней"
            | "дні"
            | "днів"
    );
    let is_counted = at > 0 && count(text, at - 1).is_some();
    let number = numbers::at(text, at + 1).filter(|_| is_many && !is_counted)?;
    let value = u32::try_from(number.value).ok()?.min(DAY);
    Some(value.saturating_mul(unit(text.word(at))?))
}

/// "pause 30", "text me in 45": a number without a unit is minutes, when it is the last word
/// and too many for hours.
fn bare_minutes(text: &Text, at: usize) -> Option<u32> {
    const FEWEST: u32 = 5;
    let before = text.word(at.checked_sub(1)?);
    let is_led = is_pause(before) || matches!(before, "in" | "for" | "en" | "por" | "через" | "на" | "за");
    let is_last = (at + 1..text.tokens().len()).all(|after| text.is_clause_mark(after));
    let minutes = text.word(at).parse().ok()?;
    (is_led && is_last && minutes >= FEWEST).then_some(minutes)
}

fn is_pause(word: &str) -> bool {
    matches!(word, "pause" | "snooze" | "mute" | "pausa" | "пауза" | "паузу")
}

/// A count in halves, so that one and a half stays whole, and its tokens.
fn count(text: &Text, at: usize) -> Option<(u32, usize)> {
    let by_word = match text.word(at) {
        "a" | "an" | "un" | "una" => 2,
        "half" | "media" | "medio" | "пол" | "пів" => 1,
        "полтора" | "полторы" | "півтори" | "півтора" => 3,
        "couple" | "par" | "пару" | "пара" | "парочку" | "кілька" => 4,
        "few" | "several" | "unas" | "unos" | "несколько" | "декілька" | "some" => 6,
        _ => 0,
    };
    if by_word > 0 {
        // "a couple of hours", "a 5 minute break": the article does not count.
        return match count_after_article(text, at) {
            Some((halves, tokens)) => Some((halves, tokens + 1)),
            None => Some((by_word, 1)),
        };
    }
    let number = numbers::at(text, at)?;
    let value = u32::try_from(number.value).ok()?.min(DAY);
    if text.kind(at + 1) == Some(Kind::Mark('.')) || text.kind(at + 1) == Some(Kind::Mark(',')) {
        let has_half = text.word(at + 2) == "5" && text.tokens().get(at + 2)?.is_glued;
        if has_half {
            return Some((value * 2 + 1, 3));
        }
    }
    Some((value * 2, number.tokens))
}

fn count_after_article(text: &Text, at: usize) -> Option<(u32, usize)> {
    let is_article = matches!(text.word(at), "a" | "an" | "un" | "una");
    let counts = !matches!(text.word(at + 1), "a" | "an" | "un" | "una");
    (is_article && counts).then(|| count(text, at + 1)).flatten()
}

fn is_and_a_half(text: &Text, at: usize) -> bool {
    let words = (text.word(at), text.word(at + 1), text.word(at + 2));
    matches!(
        words,
        ("and", "a", "half") | ("and", "half", _) | ("y", "media" | "medio", _)
    ) || matches!(words, ("с" | "з", "половиной" | "половиною", _))
}

/// A word that is a duration of its own.
fn fixed(text: &Text, at: usize) -> Option<u32> {
    let before = at.checked_sub(1).map_or("", |before| text.word(before));
    match text.word(at) {
        "полчаса" | "півгодини" | "полчасика" | "півгодинки" => Some(HOUR / 2),
        "hora" if is_and_a_half(text, at + 1) => Some(HOUR + HOUR / 2),
        // Nothing else is counted in them.
        "сутки" | "добу" | "недельку" | "тижденьок" => Some(DAY),
        "час" | "часок" | "часик" | "годину" | "годинку" | "година" | "hour" | "hora"
            if is_pause(before) || matches!(before, "на" | "через" | "за" | "for" | "in") =>
        {
            Some(HOUR)
        }
        "минутку" | "минуту" | "хвилину" | "хвилинку" if matches!(before, "на" | "через") => {
            Some(1)
        }
        "день" | "неделю" | "тиждень" | "місяць" | "месяц" if matches!(before, "на" | "через") => {
            Some(DAY)
        }
        _ => None,
    }
}

fn unit(word: &str) -> Option<u32> {
    match word {
        "m" | "min" | "mins" | "minute" | "minutes" | "minuto" | "minutos" | "minutito" | "minutitos"
        | "minutillos" | "м" | "мин" | "минут" | "минуты" | "минуту" | "минута" | "минуток" | "хв" | "хвилин"
        | "хвилини" | "хвилину" | "хвилина" => Some(1),
        "h" | "hr" | "hrs" | "hour" | "hours" | "hora" | "horas" | "horita" | "horitas" | "ч" | "час" | "часа"
        | "часов" | "часика" | "часок" | "г" | "год" | "година" | "години" | "годин" | "годину" => {
            Some(HOUR)
        }
        "d" | "day" | "days" | "dia" | "dias" | "день" | "дня" | "дней" | "дні" | "днів" | "дн" | "сутки" | "суток"
        | "добу" | "доби" => Some(DAY),
        "week" | "weeks" | "semana" | "semanas" | "semanita" | "fortnight" | "недельку" | "недельки" | "тижденьок"
        | "неделя" | "недели" | "недель" | "неделю" | "тиждень" | "тижні" | "тижнів" | "month" | "months" | "mes"
        | "meses" | "месяц" | "месяца" | "месяцев" | "місяць" | "місяці" | "місяців" | "years" | "year" => {
            Some(7 * DAY)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_four_languages() {
        for (said, minutes) in [
            ("for 2 hours", 120),
            ("30min", 30),
            ("an hour and a half", 90),
            ("1.5 hours", 90),
            ("a couple of hours", 120),
            ("1 hour 20 minutes", 80),
            ("half an hour", 30),
            ("media hora", 30),
            ("una hora y media", 90),
            ("на полтора часа", 90),
            ("через два часа", 120),
            ("на півгодини", 30),
            ("на годину", 60),
            ("минут 15", 15),
            ("часа два", 120),
            ("una horita", 60),
            ("until tomorrow", 1440),
        ] {
            assert_eq!(read(&Text::new(said)), Some(minutes), "{said}");
        }
        assert_eq!(read(&Text::new("for table 5")), None);
    }
}
