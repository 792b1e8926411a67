//! Clock times as people say them: "half seven", "без четверти восемь", "siete y media".

use super::lexicon::{Lex, Part};
use super::line::Line;
use super::piece::{Number, What};
use crate::answer::text::numbers::{self, Class};

/// A clock time as said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clock {
    /// 0 to 24.
    pub(crate) hour: u32,
    /// 0 to 59.
    pub(crate) minute: u32,
    /// Whether the hour is on the 24-hour clock already.
    pub(crate) is_exact: bool,
    /// The part of the day said right after it.
    pub(crate) part: Option<Part>,
    /// Whether its form alone shows that it is a time.
    pub(crate) is_certain: bool,
}

impl Clock {
    const fn new(hour: u32, minute: u32, is_certain: bool) -> Self {
        Self {
            hour,
            minute,
            is_exact: hour > 12 || hour == 0,
            part: None,
            is_certain,
        }
    }

    /// The same minutes before the hour instead of after it: 8 and 15 become 7:45.
    const fn before(hour: u32, minutes: u32) -> Self {
        let earlier = if hour <= 1 { hour + 11 } else { hour - 1 };
        Self::new(earlier, 60 - minutes, true)
    }

    /// Half or quarter of the hour that runs: "половина восьмого" is 7:30.
    const fn of_running(hour: u32, minute: u32) -> Self {
        let earlier = if hour <= 1 { hour + 11 } else { hour - 1 };
        Self::new(earlier, minute, true)
    }
}

/// The clock time that starts at `at`, and the place after it.
pub(crate) fn clock_at(line: &Line<'_>, at: usize) -> Option<(Clock, usize)> {
    let (clock, end) = bare_clock_at(line, at)?;
    Some(with_suffix(line, clock, end))
}

fn bare_clock_at(line: &Line<'_>, at: usize) -> Option<(Clock, usize)> {
    match line.what(at)? {
        What::Clock { hour, minute, is_exact } => {
            let clock = Clock {
                is_exact,
                ..Clock::new(hour, minute, true)
            };
            Some((clock, at + 1))
        }
        What::Pair { left, right, mark } => pair_as_clock(left, right, mark).map(|clock| (clock, at + 1)),
        What::Number(number) => number_clock(line, at, number),
        What::Word(lex) => word_clock(line, at, lex),
        _ => None,
    }
}

/// "19.30", "7-30", "7,30" as a time; round minutes make it certain.
fn pair_as_clock(left: Number, right: Number, mark: char) -> Option<Clock> {
    let is_time = left.value <= 24 && right.value < 60 && right.digits == 2 && left.digits <= 2;
    let is_round = right.value.is_multiple_of(15) || right.value > 31;
    let is_likely = match mark {
        '.' => right.value == 0 || right.value > 12 || left.value > 12 && right.value.is_multiple_of(5),
        '-' => is_round,
        _ => false,
    };
    let is_exact = left.has_zero || left.value > 12 || left.value == 0;
    (is_time && (mark == '.' || mark == ',' || is_round)).then(|| Clock {
        is_exact,
        is_certain: is_likely,
        ..Clock::new(left.value, right.value, false)
    })
}

fn word_clock(line: &Line<'_>, at: usize, lex: Lex) -> Option<(Clock, usize)> {
    match lex {
        Lex::Noon => Some((
            Clock {
                is_exact: true,
                ..Clock::new(12, 0, true)
            },
            at + 1,
        )),
        Lex::Midnight => Some((Clock::new(24, 0, true), at + 1)),
        Lex::Half | Lex::Quarter => fraction_clock(line, at, lex),
        Lex::Without => before_hour(line, at + 1),
        Lex::Za => before_hour(line, at + 1).filter(|_| line.word(at) == "за"),
        Lex::Hour if line.word(at) == "час" => Some((Clock::new(1, 0, false), at + 1)),
        Lex::Hour if line.word(at) == "часу" && line.is_word(line.before(at), &["к", "до", "после", "около"]) => {
            Some((Clock::new(1, 0, false), at + 1))
        }
        Lex::Part(Part::Afternoon | Part::Evening | Part::Morning | Part::Night | Part::Day) => None,
        _ if line.is_word(at, &["medio"]) && line.is_word(at + 1, &["dia"]) => Some((
            Clock {
                is_exact: true,
                ..Clock::new(12, 0, true)
            },
            at + 2,
        )),
        _ if line.is_word(at, &["media"]) && line.is_word(at + 1, &["noche"]) => {
            Some((Clock::new(24, 0, true), at + 2))
        }
        _ => half_in_one_word(line.word(at)).map(|hour| (Clock::of_running(hour, 30), at + 1)),
    }
}

/// "полвосьмого", "пів" glued to an ordinal.
fn half_in_one_word(word: &str) -> Option<u32> {
    let rest = word.strip_prefix("пол").or_else(|| word.strip_prefix("пів"))?;
    let ordinal = numbers::word(rest)?;
    (ordinal.class == Class::Ordinal && (1..=12).contains(&ordinal.value)).then_some(ordinal.value)
}

/// "half past seven", "quarter to eight", "половина восьмого", "пів на восьму", "чверть по сьомій".
fn fraction_clock(line: &Line<'_>, at: usize, lex: Lex) -> Option<(Clock, usize)> {
    let minutes = if lex == Lex::Half { 30 } else { 15 };
    if line.is_word(at, &["media"]) {
        return line
            .is_word(at + 1, &["noche"])
            .then(|| (Clock::new(24, 0, true), at + 2));
    }
    let next = at + 1;
    if line.is_word(next, &["of", "before"]) || line.lex(next) == Lex::To || line.lex(next) == Lex::For {
        // "cuarto para las ocho"
        let hour_at = line.skip(next + 1, &[Lex::Las]);
        let (hour, end) = hour(line, hour_at)?;
        return Some((Clock::before(hour, minutes), end));
    }
    if line.lex(next) == Lex::Past || line.is_word(next, &["after", "по", "після"]) {
        let (hour, end) = hour(line, next + 1)?;
        return Some((Clock::new(hour, minutes, true), end));
    }
    let is_slavic = line.word(at).starts_with(crate::answer::text::is_cyrillic);
    let hour_at = line.skip(next, &[Lex::Na]);
    let (hour, end) = hour(line, hour_at)?;
    if is_slavic {
        return Some((Clock::of_running(hour, minutes), end));
    }
    // British "half seven" is half past.
    (lex == Lex::Half).then(|| (Clock::new(hour, 30, true), end))
}

/// What follows "без" and "за": "четверти восемь", "десяти минут восемь", "чверть восьма".
fn before_hour(line: &Line<'_>, at: usize) -> Option<(Clock, usize)> {
    let at = line.skip(at, &[Lex::The]);
    let minutes = match line.what(at)? {
        What::Word(Lex::Quarter) => 15,
        What::Number(number) if number.value < 30 && number.value > 0 && !number.is_collective => number.value,
        _ => return None,
    };
    let hour_at = line.skip(at + 1, &[Lex::Minute, Lex::Na]);
    let Some((hour, end)) = hour(line, hour_at) else {
        return twenty_before(line, at);
    };
    let is_hour = hour_at > at + 1 || minutes.is_multiple_of(5);
    (is_hour && !is_counted(line, end)).then(|| (Clock::before(hour, minutes), end))
}

/// "без двадцати девять": heard as one number, it is twenty minutes and an hour.
fn twenty_before(line: &Line<'_>, at: usize) -> Option<(Clock, usize)> {
    let number = line
        .number(at)
        .filter(|number| number.digits == 0 && (21..30).contains(&number.value))?;
    Some((Clock::before(number.value - 20, 20), at + 1))
}

/// An hour number: "seven", "восьмого", "la una"; or "час" for one.
fn hour(line: &Line<'_>, at: usize) -> Option<(u32, usize)> {
    let at = line.skip(at, &[Lex::Las]);
    // "к часу дня"
    let is_one = line.word(at) == "часу" && line.is_word(line.before(at), &["к", "до", "после", "около"]);
    if line.word(at) == "час" || is_one {
        return Some((1, at + 1));
    }
    if line.lex(at) == Lex::Noon {
        return Some((12, at + 1));
    }
    if line.lex(at) == Lex::Midnight {
        return Some((24, at + 1));
    }
    let number = line.number(at)?;
    let is_hour = number.value <= 24 && !number.is_collective && number.digits <= 2;
    is_hour.then_some((number.value, at + 1))
}

fn number_clock(line: &Line<'_>, at: usize, number: Number) -> Option<(Clock, usize)> {
    if number.is_collective {
        return None;
    }
    if let Some(found) = minutes_and_hour(line, at, number) {
        return Some(found);
    }
    if number.digits == 4 && number.value / 100 < 24 && number.value % 100 < 60 {
        let mut clock = Clock::new(number.value / 100, number.value % 100, false);
        clock.is_exact |= number.has_zero;
        clock.is_certain = number.has_zero && number.value.is_multiple_of(15);
        return Some((clock, at + 1));
    }
    // "seven thirty" as one composed number ("730") is written with three digits.
    if number.digits == 3 && number.value / 100 <= 12 && number.value % 100 < 60 && number.value.is_multiple_of(5) {
        return Some((Clock::new(number.value / 100, number.value % 100, false), at + 1));
    }
    if number.value > 24 || number.digits > 2 || is_date_ordinal(line.word(at), number) {
        return None;
    }
    let hour = number.value;
    let exact = |mut clock: Clock| {
        clock.is_exact |= number.has_zero;
        clock
    };
    if let Some((minute, end)) = minutes_after(line, at + 1, number) {
        return Some((exact(Clock::new(hour, minute, true)), end));
    }
    if line.is_word(at + 1, &["menos"]) {
        let minutes = match line.what(at + 2)? {
            What::Word(Lex::Quarter) => 15,
            What::Number(minutes) if minutes.value < 60 && minutes.value > 0 => minutes.value,
            _ => return None,
        };
        return Some((Clock::before(hour, minutes), at + 3));
    }
    if is_counted(line, at + 1) {
        return None;
    }
    let is_feminine = number.is_ordinal && number.digits == 0;
    Some((exact(Clock::new(hour, 0, is_feminine)), at + 1))
}

/// Ordinals that name a day of the month: digits with a tail, masculine and neuter words.
pub(crate) fn is_date_ordinal(word: &str, number: Number) -> bool {
    const ENDINGS: [&str; 7] = ["ого", "его", "ього", "ое", "ее", "ье", "е"];
    number.is_ordinal
        && (number.digits > 0
            || !word.starts_with(crate::answer::text::is_cyrillic)
            || ENDINGS.iter().any(|ending| word.ends_with(ending)))
}

/// "ten to eight", "twenty past seven", "десять минут восьмого", "десять по восьмій", "veinte para las ocho".
fn minutes_and_hour(line: &Line<'_>, at: usize, minutes: Number) -> Option<(Clock, usize)> {
    if minutes.value == 0 || minutes.value >= 60 || minutes.is_ordinal {
        return None;
    }
    let has_unit = line.lex(at + 1) == Lex::Minute;
    let next = at + 1 + usize::from(has_unit);
    let is_round = minutes.value.is_multiple_of(5) || has_unit;
    let lex = line.lex(next);
    if lex == Lex::Past || (is_round && line.is_word(next, &["after", "по"])) {
        let (hour, end) = hour(line, next + 1)?;
        return Some((Clock::new(hour, minutes.value, true), end));
    }
    let is_to = is_round && lex == Lex::To && !matches!(line.lex(line.back(at, &[Lex::Las])), Lex::From | Lex::Between);
    let is_para = is_round && lex == Lex::For && line.lex(next + 1) == Lex::Las;
    if is_to || is_para {
        let (hour, end) = hour(line, next + 1)?;
        // In digits "5 to 6" is a range, and "10 to 7" ten minutes before.
        let is_range = is_to && minutes.digits > 0 && minutes.value < hour;
        let is_time =
            !is_range && hour <= 12 && !is_counted(line, end) && !matches!(line.lex(end), Lex::Pm if minutes.value < 5);
        return is_time.then(|| (Clock::before(hour, minutes.value), end));
    }
    if has_unit {
        // "двадцать минут восьмого", "десять хвилин на восьму"
        let (hour, end) = hour(line, line.skip(next, &[Lex::Na]))?;
        let is_ordinal = line.number(end - 1).is_some_and(|number| number.is_ordinal);
        return is_ordinal.then(|| (Clock::of_running(hour, minutes.value), end));
    }
    None
}

/// Minutes said after an hour, and the place after them.
fn minutes_after(line: &Line<'_>, at: usize, hour: Number) -> Option<(u32, usize)> {
    // "siete y media", "семь с половиной"
    let is_joint = line.is_word(at, &["y", "с", "з", "и", "і"]);
    if is_joint {
        match line.what(at + 1) {
            Some(What::Word(Lex::Half)) => return Some((30, at + 2)),
            Some(What::Word(Lex::Quarter)) => return Some((15, at + 2)),
            Some(What::Word(_)) if line.is_word(at + 1, &["половиною"]) => return Some((30, at + 2)),
            Some(What::Word(_)) if line.is_word(at + 1, &["pico", "algo"]) => return Some((0, at + 2)),
            Some(What::Number(minutes)) if line.word(at) == "y" => {
                let is_minutes = (5..60).contains(&minutes.value) && !is_counted(line, at + 2);
                return is_minutes.then_some((minutes.value, at + 2));
            }
            _ => return None,
        }
    }
    // "семь часов тридцать минут", "сьома година тридцять"
    let has_hour_word = line.lex(at) == Lex::Hour;
    let at = at + usize::from(has_hour_word);
    if line.is_word(at, &["hundred"]) && !has_hour_word {
        return Some((0, at + 1));
    }
    let (minute, end) = match line.what(at)? {
        What::Word(Lex::Other) if line.is_word(at, &["oh", "o"]) => (line.number(at + 1)?.value, at + 2),
        What::Number(zero) if zero.value == 0 => match line.number(at + 1) {
            Some(units) if units.value < 10 => (units.value, at + 2),
            _ => return None,
        },
        What::Number(minutes) => {
            let is_written_alike = (minutes.digits == 2 && hour.digits > 0) || minutes.digits == 0;
            let is_minutes =
                is_written_alike && !minutes.is_ordinal && !minutes.is_collective && (10..60).contains(&minutes.value);
            if !is_minutes {
                return None;
            }
            (minutes.value, at + 1)
        }
        _ => return None,
    };
    let has_unit = line.lex(end) == Lex::Minute;
    let end = end + usize::from(has_unit);
    (minute < 60 && (has_unit || !is_counted(line, end))).then_some((minute, end))
}

/// Whether the number before `at` counts something: people, money, days, courses of a street.
pub(crate) fn is_counted(line: &Line<'_>, at: usize) -> bool {
    let at = line.skip(at, &[Lex::DateNoun]);
    // "20k"
    if line.is_word(at, &["k", "к"]) {
        return line.is_glued(at);
    }
    match line.lex(at) {
        Lex::People
        | Lex::Child
        | Lex::Money
        | Lex::DayUnit
        | Lex::Week
        | Lex::MonthUnit
        | Lex::Year
        | Lex::Minute
        | Lex::Street
        | Lex::Month(_) => true,
        Lex::The => line.is_word(at, &["of"]) && line.is_word(at + 1, &["us", "them"]),
        Lex::Other => {
            line.is_word(
                at,
                &[
                    "percent",
                    "rooms",
                    "bedrooms",
                    "bathrooms",
                    "habitaciones",
                    "recamaras",
                    "комнаты",
                    "комнат",
                    "кімнати",
                    "кімнат",
                    "этаже",
                    "этаж",
                    "поверсі",
                    "поверх",
                    "grand",
                    "nights",
                    "noches",
                    "ночи",
                    "bottles",
                    "pizzas",
                    "cars",
                    "coches",
                    "autos",
                    "carros",
                    "машины",
                    "машини",
                    "машин",
                    "авто",
                    "boxes",
                    "cajas",
                    "trays",
                    "bandejas",
                    "cakes",
                    "pasteles",
                    "tacos",
                    "courses",
                    "tickets",
                    "порций",
                    "порцій",
                    "пиццы",
                    "піци",
                    "пицц",
                    "піц",
                    "бутылок",
                    "бутылки",
                    "пляшок",
                    "пляшки",
                    "times",
                    "miles",
                    "km",
                    "раза",
                    "раз",
                    "рази",
                    "разів",
                    "veces",
                ],
            ) || (1..=2).any(|offset| line.lex(at + offset) == Lex::Street && !line.has_mark_between(at, at + offset))
        }
        _ => false,
    }
}

/// Reads "o'clock", "sharp", "-ish", "pm" and the part of the day behind a time.
fn with_suffix(line: &Line<'_>, mut clock: Clock, mut at: usize) -> (Clock, usize) {
    loop {
        match line.lex(at) {
            Lex::Am => {
                clock.is_exact = true;
                clock.hour = if clock.hour == 12 { 0 } else { clock.hour };
            }
            Lex::Pm => {
                clock.is_exact = true;
                clock.hour = if clock.hour < 12 { clock.hour + 12 } else { clock.hour };
            }
            Lex::OClock | Lex::Sharp => {}
            Lex::Ish if clock.is_certain || line.is_glued(at) || clock.minute == 0 => {}
            Lex::Hour
                if line.is_word(at, &["ч", "h", "hrs", "година", "годині", "годину", "години"])
                    || clock.is_certain
                    || clock.hour >= 5 =>
            {
                let is_duration = line.is_word(at, &["hours", "hour", "horas", "hora", "години", "hrs"])
                    && !clock.is_certain
                    && clock.hour < 13;
                if is_duration {
                    return (clock, at);
                }
            }
            Lex::Hour if part_after(line, at + 1).is_some() => {}
            Lex::InElapsed if line.lex(at + 1) == Lex::Sharp => at += 1,
            _ => break,
        }
        clock.is_certain = true;
        at += 1;
    }
    if let Some((part, end)) = part_after(line, at) {
        if !matches!(clock.part, Some(known) if known != part) && clock.hour <= 12 {
            clock.part = Some(part);
        }
        clock.is_certain = true;
        return (clock, end);
    }
    (clock, at)
}

/// The part of the day that qualifies the time before `at`: "in the evening", "de la tarde", "вечера".
fn part_after(line: &Line<'_>, at: usize) -> Option<(Part, usize)> {
    let direct = match line.lex(at) {
        Lex::Part(part) => Some(part),
        Lex::Tonight => Some(Part::Evening),
        _ => None,
    };
    if let Some(part) = direct {
        // "tonight" also names the day: it stays for the day reader.
        let end = if line.lex(at) == Lex::Tonight { at } else { at + 1 };
        return Some((part, end));
    }
    let is_joint = matches!(line.lex(at), Lex::InElapsed | Lex::The | Lex::At) || line.is_word(at, &["por"]);
    if !is_joint {
        return None;
    }
    let inner = line.skip(at + 1, &[Lex::The]);
    match line.lex(inner) {
        Lex::Part(part) => Some((part, inner + 1)),
        Lex::Manana if line.is_word(line.before(inner), &["la"]) => Some((Part::Morning, inner + 1)),
        Lex::Noon if line.is_word(inner, &["mediodia"]) => Some((Part::Day, inner + 1)),
        _ => None,
    }
}
