//! One pass over a message: which of its numbers and words are days, times and head counts.

use super::clock::{Clock, clock_at, is_counted};
use super::day::{Day, day_at};
use super::decide::{decide_open, drop_denied};
use super::elapsed::{amount_at, elapsed_at};
use super::lexicon::{Lex, Part};
use super::line::Line;
use super::piece::{Number, What};
use crate::answer::Asked;
use crate::answer::party_size::{self, Count};
use crate::answer::text::Text;

/// Something a message says about when somebody comes or how many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Item {
    /// A day.
    Day(Day),
    /// A clock time.
    Time(Clock),
    /// Several times, or a bound: "between 7 and 8", "after 6".
    VagueTime,
    /// A part of the day.
    Part(Part),
    /// Minutes from now.
    Elapsed(i64),
    /// A head count or a part of one.
    Count(Count),
    /// A number after "for" or "на": an hour or a head count, as the rest decides.
    Open(Open),
    /// "sometime", "whenever".
    Sometime,
    /// "or" between two choices.
    Or,
    /// What follows replaces what stood before.
    Fix,
    /// What follows is denied.
    Not,
    /// A booking moves from one time to another.
    Move,
}

/// A number that may be an hour or a head count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Open {
    /// The hour it would be.
    pub(crate) clock: Option<Clock>,
    /// The number of people it would be.
    pub(crate) count: u32,
    /// The preposition or noun before it.
    pub(crate) lead: Lead,
}

/// What stands before a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lead {
    /// "table for", "mesa para".
    Table,
    /// "for", "para".
    For,
    /// "на".
    Na,
    /// Nothing.
    Bare,
    /// A day: "tomorrow 7".
    Day,
}

/// An item and where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placed {
    pub(crate) item: Item,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The items of a message in order.
#[derive(Debug)]
pub(crate) struct Scan {
    pub(crate) items: Vec<Placed>,
}

/// Items of one message that are kept; more are not a booking any more.
const ITEMS_MAX: usize = 64;

/// Finds the items of a message.
pub(crate) fn scan(text: &Text, asked: &Asked) -> Scan {
    let line = Line::new(text);
    let mut items: Vec<Placed> = Vec::new();
    let mut at = 0;
    while at < line.len() && items.len() < ITEMS_MAX {
        match item_at(&line, at, &items, asked) {
            Some((item, end)) => {
                items.push(Placed { item, start: at, end });
                at = end.max(at + 1);
            }
            None => at = skip_foreign(&line, at),
        }
    }
    if is_past_alone(&line, &items) {
        // "Yesterday at 7" answers the question wrongly: it is asked again.
        items.push(Placed {
            item: Item::Sometime,
            start: line.len(),
            end: line.len(),
        });
    }
    drop_denied(&line, &mut items, asked);
    decide_open(&line, &mut items, asked);
    Scan { items }
}

/// Whether a message names a day that has passed and tells nothing about it.
fn is_past_alone(line: &Line<'_>, items: &[Placed]) -> bool {
    let is_read = |at: usize| items.iter().any(|placed| (placed.start..placed.end).contains(&at));
    let tells = |at: usize| matches!(line.what(at), Some(What::Word(Lex::Other))) && !is_read(at);
    items.iter().any(|placed| placed.item == Item::Day(Day::Past)) && !(0..line.len()).any(tells)
}

fn item_at(line: &Line<'_>, at: usize, items: &[Placed], asked: &Asked) -> Option<(Item, usize)> {
    if matches!(asked, Asked::PartySize)
        && let Some((count, end)) = party_size::alone_at(line, at)
    {
        return Some((Item::Count(count), end));
    }
    if let Some((count, end)) = party_size::count_at(line, at) {
        return Some((Item::Count(count), end));
    }
    if matches!(asked, Asked::PartySize)
        && let Some((people, end)) = party_size::range_at(line, at)
    {
        return Some((Item::Count(Count::Group(people)), end));
    }
    if let Some(found) = elapsed_at(line, at) {
        return Some(found);
    }
    if let Some(marker) = marker_at(line, at) {
        return Some(marker);
    }
    if let Some((day, end)) = day_at(line, at) {
        return Some((Item::Day(day), end));
    }
    if is_foreign_number(line, at) {
        return None;
    }
    let is_move = items.iter().any(|placed| placed.item == Item::Move);
    if let Some(found) = bounded_time_at(line, at, is_move) {
        return Some(found);
    }
    if let Some(found) = time_at(line, at, items, asked) {
        return Some(found);
    }
    part_at(line, at)
}

fn marker_at(line: &Line<'_>, at: usize) -> Option<(Item, usize)> {
    let item = match line.lex(at) {
        Lex::Or if !line.is_word(at + 1, &["sea"]) => Item::Or,
        Lex::Fix if line.is_word(at, &["instead", "rather"]) && line.is_word(at + 1, &["of", "than"]) => {
            return Some((Item::Not, at + 2));
        }
        Lex::Fix => Item::Fix,
        // Spanish "no" before an article denies what follows: "el domingo, no el sábado".
        Lex::No if line.is_word(at + 1, &["el", "a", "las", "para", "la"]) => Item::Not,
        Lex::No if line.is_word(at + 1, &["earlier", "later", "antes", "despues"]) => Item::VagueTime,
        Lex::No => Item::Fix,
        Lex::Not if line.lex(at + 1) == Lex::Before || line.is_word(at + 1, &["later", "позже", "пізніше"]) => {
            Item::VagueTime
        }
        Lex::Not => Item::Not,
        Lex::Move => Item::Move,
        _ if is_now_instead(line, at) => Item::Fix,
        _ if line.is_word(at, &["то", "o"]) && line.is_word(at + 1, &["есть", "sea"]) => {
            return Some((Item::Fix, at + 2));
        }
        _ if line.is_word(
            at,
            &[
                "sometime",
                "whenever",
                "anytime",
                "asap",
                "whatever",
                "якнайшвидше",
                "якнайскоріше",
            ],
        ) =>
        {
            Item::Sometime
        }
        _ if is_any_time(line, at) => return Some((Item::Sometime, at + 2)),
        _ if line.is_word(at, &["en"]) && line.is_word(at + 1, &["lugar", "vez"]) => return Some((Item::Not, at + 3)),
        _ => return None,
    };
    Some((item, at + 1))
}

/// "it was 6 but now 7": what follows replaces what was said.
fn is_now_instead(line: &Line<'_>, at: usize) -> bool {
    let is_turn = line.is_word(line.before(at), &["but", "pero", "а", "но", "але", "та"])
        || line.what(line.before(at)) == Some(What::Comma);
    at > 0
        && at + 1 < line.len()
        && (line.is_word(at, &["стало", "стала"]) || is_turn && line.is_word(at, &["now", "ahora", "теперь", "тепер"]))
}

/// "any time", "as soon as possible", "cualquier hora", "любое время".
fn is_any_time(line: &Line<'_>, at: usize) -> bool {
    match line.word(at) {
        "any" => line.is_word(at + 1, &["time", "day", "hour"]),
        "as" => line.is_word(at + 1, &["soon"]),
        "cualquier" => line.is_word(at + 1, &["hora", "dia", "momento"]),
        "cuando" => line.is_word(at + 1, &["sea", "puedan", "quieran", "tengan", "haya", "gusten"]),
        "lo" | "cuanto" => line.is_word(at + 1, &["antes"]),
        "любое" | "любой" => line.is_word(at + 1, &["время", "день"]),
        "коли" => line.is_word(at + 1, &["завгодно", "небудь", "зручно", "є", "буде", "будуть"]),
        "будьякий" | "будь" => line.is_word(at + 1, &["час", "день", "коли"]),
        "когда" => line.is_word(at + 1, &["угодно", "нибудь", "удобно", "есть", "будет", "будут"]),
        "как" | "як" => line.is_word(at + 1, &["можно", "можна"]),
        _ => false,
    }
}

/// "between 7 and 8", "from 7 to 9", "after 6", "до 8".
fn bounded_time_at(line: &Line<'_>, at: usize, is_move: bool) -> Option<(Item, usize)> {
    let lex = line.lex(at);
    if !matches!(
        lex,
        Lex::Between | Lex::From | Lex::After | Lex::Before | Lex::Until | Lex::Past
    ) && !line.is_word(at, &["de", "later", "earlier"])
    {
        return None;
    }
    let inner = line.skip(at + 1, &[Lex::The, Lex::Las, Lex::About, Lex::At]);
    let (first, end) = clock_at(line, inner)?;
    if is_counted(line, end) {
        return None;
    }
    let is_to = range_end(line, end, false).is_some() || line.lex(end) == Lex::Na;
    let is_from = lex == Lex::From || line.is_word(at, &["de"]);
    if is_move && is_from && is_to {
        // "move it from 7 to 8": only the new time counts.
        let new_at = line.skip(end + 1, &[Lex::The, Lex::Las, Lex::About]);
        return clock_at(line, new_at).map(|(new, end)| (Item::Time(new), end));
    }
    if let Some(last) = range_end(line, end, lex == Lex::Between) {
        let item = if matches!(lex, Lex::From) || line.is_word(at, &["de"]) {
            Item::Time(Clock {
                part: first.part,
                ..first
            })
        } else {
            Item::VagueTime
        };
        return Some((item, last));
    }
    // "entre 10 y 12 personas"
    if lex == Lex::Between && line.lex(end) == Lex::And && line.number(end + 1).is_some() && is_counted(line, end + 2) {
        return None;
    }
    match lex {
        Lex::From if first.is_certain || at == 0 => Some((Item::Time(first), end)),
        Lex::Between => Some((Item::VagueTime, end)),
        Lex::After | Lex::Before | Lex::Until => Some((Item::VagueTime, end)),
        // "a partir de las 8"
        _ if line.is_word(line.before(at), &["partir"]) => Some((Item::VagueTime, end)),
        _ => None,
    }
}

/// The place after "to 9", "and 8", "- 8" when it ends a range of times.
fn range_end(line: &Line<'_>, at: usize, is_between: bool) -> Option<usize> {
    let is_joint = matches!(line.lex(at), Lex::To | Lex::Until)
        || (is_between && line.lex(at) == Lex::And)
        || line.is_word(at, &["a"])
        || line.what(at) == Some(What::Dash);
    if !is_joint {
        return None;
    }
    let inner = line.skip(at + 1, &[Lex::The, Lex::Las, Lex::About]);
    let (_, end) = clock_at(line, inner)?;
    (!is_counted(line, end)).then_some(end)
}

fn time_at(line: &Line<'_>, at: usize, items: &[Placed], asked: &Asked) -> Option<(Item, usize)> {
    if let Some(What::Pair { left, right, mark: '-' }) = line.what(at)
        && is_range_of_hours(line, at, left, right, asked)
    {
        return Some((Item::VagueTime, at + 1));
    }
    if let (Some(What::Pair { mark: '-', .. }), Asked::PartySize) = (line.what(at), asked)
        && let Some((people, end)) = party_size::quantity(line, at)
    {
        return Some((Item::Count(Count::Group(people)), end));
    }
    let number = line.number(at);
    if let (Asked::PartySize, Some(number), Lex::Ish) = (asked, number, line.lex(at + 1)) {
        return Some((Item::Count(Count::Group(number.value)), at + 2));
    }
    let found = clock_at(line, at);
    let lead_at = line.back(at, &[Lex::The, Lex::About, Lex::This]);
    let lead = line.lex(lead_at);
    let Some((mut clock, end)) = found else {
        return open_at(line, at, None, at + 1, lead, number, items, asked);
    };
    // "a table for 2 tonight": "tonight" is the day of the table, not the half of the day of "2".
    if number.is_some() && matches!(lead, Lex::For | Lex::Table) && line.lex(end) == Lex::Tonight {
        clock.is_certain = false;
    }
    let is_pair = matches!(line.what(at), Some(What::Pair { .. }));
    // "7ish, maybe 8"
    if line.is_word(line.before(at), &["maybe", "perhaps", "quizas", "может", "може"])
        && matches!(items.last().map(|placed| placed.item), Some(Item::Time(_)))
        && !is_counted(line, end)
    {
        return Some((Item::VagueTime, end));
    }
    if is_counted(line, end) && (!clock.is_certain || is_pair) {
        return None;
    }
    let is_led = is_time_lead(line, at, lead_at, asked);
    if clock.is_certain || is_led {
        if let Some(last) = range_end(line, end, false).or_else(|| or_end(line, end)) {
            return Some((Item::VagueTime, last));
        }
        return Some((Item::Time(clock), end));
    }
    // "para 6 a las 21:30" tells a head count and a time.
    let is_party = lead == Lex::For && line.lex(end + 1) == Lex::Las;
    if let Some(last) = range_end(line, end, false).filter(|_| !is_party)
        && (matches!(asked, Asked::DateTime)
            || clock_at(line, line.before(last)).is_some_and(|(last, _)| last.is_certain))
    {
        return Some((Item::VagueTime, last));
    }
    if let Some(last) = or_end(line, end)
        && !matches!(lead, Lex::For | Lex::Table | Lex::Na)
        && (matches!(asked, Asked::DateTime) || (!matches!(asked, Asked::PartySize) && is_day(line.lex(last))))
    {
        return Some((Item::VagueTime, last));
    }
    open_at(line, at, Some(clock), end, lead, number, items, asked)
}

const fn is_day(lex: Lex) -> bool {
    matches!(lex, Lex::Day(_) | Lex::Weekday(_) | Lex::Tonight | Lex::Manana)
}

/// "at 7 or 8": the second of two hours.
fn or_end(line: &Line<'_>, at: usize) -> Option<usize> {
    if line.lex(at) != Lex::Or {
        return None;
    }
    let inner = line.skip(at + 1, &[Lex::The, Lex::Las, Lex::About, Lex::At, Lex::InV]);
    let (_, end) = clock_at(line, inner)?;
    (!is_counted(line, end)).then_some(end)
}

fn is_time_lead(line: &Line<'_>, at: usize, lead_at: usize, asked: &Asked) -> bool {
    let before = line.before(at);
    match line.lex(lead_at) {
        Lex::At | Lex::Las => true,
        Lex::InV => line
            .number(at)
            .is_none_or(|number| !number.is_ordinal || number.digits == 0),
        _ => {
            (line.is_word(before, &["la"]) && line.number(at).is_some_and(|number| number.value == 1))
                || (line.is_word(before, &["around", "about", "около", "близько", "районе", "районі"])
                    && line.number(at).is_some()
                    && !line.is_word(at + 1, &["hours", "hrs", "hour", "hr"])
                    && !matches!(asked, Asked::PartySize))
                || line.lex(before) == Lex::OClock
                || (matches!(line.lex(before), Lex::Hour) && line.is_word(before, &["часов", "часиков", "годині"]))
        }
    }
}

fn is_range_of_hours(line: &Line<'_>, at: usize, left: Number, right: Number, asked: &Asked) -> bool {
    let is_hours = left.value < right.value && right.value <= 24 && right.value > 0 && left.value > 0;
    let is_minutes = right.digits == 2 && right.value.is_multiple_of(15);
    let lead = line.lex(line.back(at, &[Lex::About, Lex::The]));
    let next = line.lex(at + 1);
    is_hours
        && !is_minutes
        && !is_counted(line, at + 1)
        && (matches!(asked, Asked::DateTime)
            || matches!(
                lead,
                Lex::At | Lex::Las | Lex::InV | Lex::Day(_) | Lex::Weekday(_) | Lex::Between
            )
            || matches!(next, Lex::Am | Lex::Pm | Lex::Part(_)))
}

#[expect(clippy::too_many_arguments, reason = "one decision over everything around a number")]
fn open_at(
    line: &Line<'_>,
    at: usize,
    clock: Option<Clock>,
    end: usize,
    lead: Lex,
    number: Option<Number>,
    items: &[Placed],
    asked: &Asked,
) -> Option<(Item, usize)> {
    let number = number.filter(|number| !number.is_ordinal && number.value > 0 && number.digits <= 4)?;
    if is_counted(line, at + 1)
        || (number.value > 24 && clock.is_none() && !matches!(asked, Asked::PartySize) && number.value > 500)
    {
        return None;
    }
    let day_before = items.last().is_some_and(|placed| {
        matches!(placed.item, Item::Day(_) | Item::Part(_))
            && !line.has_mark_between(placed.end, at)
            && placed.end + 1 >= at
    });
    let lead = match lead {
        Lex::Table => Lead::Table,
        Lex::For if line.lex(line.before(line.back(at, &[Lex::The, Lex::About]))) == Lex::Table => Lead::Table,
        Lex::Na if line.lex(line.before(line.back(at, &[Lex::The, Lex::About]))) == Lex::Table => Lead::Table,
        Lex::For => Lead::For,
        Lex::Na => Lead::Na,
        _ if line.is_word(line.before(at), &["для"]) => Lead::Table,
        _ if day_before || is_day(line.lex(end)) => Lead::Day,
        _ => Lead::Bare,
    };
    let has_time = || items.iter().any(|placed| matches!(placed.item, Item::Time(_)));
    // "8 or 9" people are nine.
    let upper = match (lead, asked) {
        (Lead::For, _) if has_time() => party_size::quantity(line, at).filter(|(_, last)| *last > at + 1),
        (Lead::Bare, Asked::PartySize) | (Lead::Table, _) => {
            party_size::quantity(line, at).filter(|(_, last)| *last > at + 1 && !is_counted(line, *last))
        }
        _ => None,
    };
    if let Some((people, last)) = upper {
        return Some((Item::Count(Count::Group(people)), last));
    }
    Some((
        Item::Open(Open {
            clock,
            count: number.value,
            lead,
        }),
        end,
    ))
}

fn part_at(line: &Line<'_>, at: usize) -> Option<(Item, usize)> {
    let part = match line.lex(at) {
        Lex::Part(part) => part,
        Lex::Manana => Part::Morning,
        _ => return None,
    };
    // "good evening", "buenas noches", "добрый вечер" are greetings.
    let is_greeting = line.is_word(
        line.before(at),
        &[
            "good",
            "buenas",
            "добрый",
            "добрыи",
            "доброе",
            "доброго",
            "добрий",
            "доброї",
            "спокойной",
            "надобраніч",
        ],
    );
    (!is_greeting).then_some((Item::Part(part), at + 1))
}

/// Numbers of rooms, orders, streets, prices.
fn is_foreign_number(line: &Line<'_>, at: usize) -> bool {
    if line.number(at).is_none() {
        return false;
    }
    let before = line.before(at);
    let is_label = matches!(line.lex(line.back(at, &[Lex::The])), Lex::Label | Lex::Money)
        || line.lex(before) == Lex::Street
        || (line.lex(line.before(before)) == Lex::Street && matches!(line.what(before), Some(What::Word(Lex::Other))));
    let is_money = line.lex(at + 1) == Lex::Money;
    is_label && !matches!(line.lex(before), Lex::At | Lex::InV) || is_money
}

/// Skips durations ("for 2 hours", "на 2 часа") and other counted things.
fn skip_foreign(line: &Line<'_>, at: usize) -> usize {
    let is_lead = matches!(line.lex(at), Lex::For | Lex::Na) || line.number(at).is_some();
    if is_lead {
        let start = if line.number(at).is_some() { at } else { at + 1 };
        if let Some((_, _, end)) = amount_at(line, start)
            && line.lex(at) != Lex::Na
        {
            return end;
        }
    }
    at + 1
}
