//! What the items of a message make of each other: denials, and numbers that may be
//! an hour or a head count.

use super::lexicon::Lex;
use super::line::Line;
use super::piece::What;
use super::scan::{Item, Lead, Placed};
use crate::answer::Asked;
use crate::answer::party_size::Count;

/// Most people that a number alone beside an hour counts; a larger one may be anything.
const BESIDE_TIME_MAX: u32 = 50;

/// Takes out what is denied ("not 7") and makes a bare number after it what it replaces ("not 7, 8").
pub(crate) fn drop_denied(line: &Line<'_>, items: &mut Vec<Placed>, asked: &Asked) {
    let mut index = 0;
    while index < items.len() {
        let is_not = items[index].item == Item::Not;
        if is_not
            && let Some(next) = items.get(index + 1).copied()
            && next.start <= items[index].end + 2
            && !line.has_mark_between(items[index].end, next.start)
        {
            replace_denied(items, index + 1, asked);
            items.drain(index..=index + 1);
            continue;
        }
        index += 1;
    }
}

/// Makes a bare number after a denied one what the denied one was.
fn replace_denied(items: &mut [Placed], denied: usize, asked: &Asked) {
    // "8 instead of 7" says the new one first.
    let open_at =
        |index: usize| matches!(items.get(index).map(|placed| placed.item), Some(Item::Open(_))).then_some(index);
    let Some(kept) = open_at(denied + 1).or_else(|| open_at(denied.wrapping_sub(2))) else {
        return;
    };
    let Item::Open(open) = items[kept].item else { return };
    let is_count = match items[denied].item {
        Item::Count(_) => true,
        Item::Time(_) => false,
        Item::Open(_) => matches!(asked, Asked::PartySize),
        _ => return,
    };
    match open.clock {
        _ if is_count => items[kept].item = Item::Count(Count::Group(open.count)),
        Some(clock) => items[kept].item = Item::Time(clock),
        None => {}
    }
}

/// Decides whether open numbers are hours or head counts.
pub(crate) fn decide_open(line: &Line<'_>, items: &mut [Placed], asked: &Asked) {
    let mut has_count = items
        .iter()
        .any(|placed| matches!(placed.item, Item::Count(count) if count.is_whole()));
    let mut has_time = items
        .iter()
        .any(|placed| matches!(placed.item, Item::Time(_) | Item::VagueTime | Item::Elapsed(_)));
    let has_day = items.iter().any(|placed| matches!(placed.item, Item::Day(_)));
    let open_left = items
        .iter()
        .filter(|placed| matches!(placed.item, Item::Open(_)))
        .count();
    for index in 0..items.len() {
        let Item::Open(open) = items[index].item else { continue };
        let after_day = index > 0 && matches!(items[index - 1].item, Item::Day(_));
        // "for 6, no, for 7 people": what a head count corrects was one.
        let is_corrected = matches!(
            items.get(index + 1..index + 3),
            Some([fix, count]) if fix.item == Item::Fix && matches!(count.item, Item::Count(Count::Group(_)))
        );
        let corrects = if is_corrected {
            Some(false)
        } else {
            correction_of(items, index)
        };
        let is_time = match (open.lead, asked) {
            (_, _) if open.clock.is_none() => false,
            _ if corrects.is_some() => corrects == Some(true),
            (Lead::Bare | Lead::Day, Asked::Open | Asked::DateTime) if is_or_time(items, index) => true,
            (Lead::Table, _) => has_count && !has_time,
            (Lead::Na, Asked::Open) if after_day => !has_time,
            (Lead::For | Lead::Na, Asked::DateTime) => !has_time,
            (Lead::For | Lead::Na, _) => has_count && !has_time,
            (Lead::Day, Asked::PartySize) => has_count && !has_time,
            (Lead::Day, _) => !has_time,
            (Lead::Bare, Asked::DateTime) => !has_time,
            (Lead::Bare, Asked::PartySize) => has_count && !has_time && has_day,
            (Lead::Bare, _) => has_day && has_count && !has_time && open_left == 1,
        };
        let is_beside_time = !has_count && open.count <= BESIDE_TIME_MAX && is_beside_time(line, items, index);
        let is_count = !is_time
            && match (open.lead, asked) {
                _ if corrects.is_some() => corrects == Some(false),
                (Lead::Table, _) => true,
                (Lead::Bare | Lead::Day, _) if is_explained(items, index) => !has_count,
                (Lead::Bare, Asked::Open | Asked::DateTime) if is_beside_time => true,
                (Lead::For | Lead::Na, Asked::DateTime) => has_time && !has_count,
                (Lead::For | Lead::Na, _) => !has_count,
                (Lead::Day, Asked::PartySize) => !has_count,
                (Lead::Day, _) => false,
                (Lead::Bare, Asked::PartySize) => !has_count,
                (Lead::Bare, _) => false,
            };
        if let (true, Some(clock)) = (is_time, open.clock) {
            items[index].item = Item::Time(clock);
            has_time = true;
        } else if is_count {
            items[index].item = Item::Count(Count::Group(open.count));
            has_count = true;
        }
    }
}

/// "5 (2 are kids)": what is explained is a head count.
fn is_explained(items: &[Placed], index: usize) -> bool {
    let Some(next) = items.get(index + 1) else { return false };
    matches!(next.item, Item::Count(Count::Included(_))) && next.start <= items[index].end + 2
}

/// "4 at 8", "Smith, 7:45, 2": a number right before an hour or day, right after one, or alone in its clause in a message that tells one.
fn is_beside_time(line: &Line<'_>, items: &[Placed], index: usize) -> bool {
    let own = items[index];
    let is_time = |placed: &Placed| matches!(placed.item, Item::Time(_));
    let is_before = items.get(index + 1).is_some_and(|next| {
        let is_led = matches!(line.lex(own.end), Lex::At | Lex::InV)
            || line.is_word(own.end, &["a"]) && line.lex(own.end + 1) == Lex::Las;
        is_time(next) && is_led && next.start <= own.end + 2
    });
    let ends = |at: usize| !matches!(line.what(at), Some(What::Word(_) | What::Number(_) | What::Foreign));
    let is_corrected = items
        .iter()
        .any(|placed| matches!(placed.item, Item::Fix | Item::Or | Item::Not | Item::Move));
    let is_apart = items.iter().any(is_time)
        && !is_corrected
        && ends(line.before(own.start))
        && ends(own.end)
        && items
            .iter()
            .filter(|placed| matches!(placed.item, Item::Open(_)))
            .count()
            == 1;
    // "2 for tomorrow", "dos para esta noche"
    let is_for_day = line.lex(own.end) == Lex::For
        && items
            .get(index + 1)
            .is_some_and(|next| matches!(next.item, Item::Day(_)) && next.start <= own.end + 2);
    // "tmrw 7:45 pm 2"
    let is_after_time = index > 0
        && is_time(&items[index - 1])
        && items[index - 1].end == own.start
        && own.end >= line.len()
        && (matches!(line.lex(line.before(own.start)), Lex::Am | Lex::Pm)
            || matches!(line.what(line.before(own.start)), Some(What::Clock { .. })));
    is_before || is_apart || is_for_day || is_after_time
}

/// "7 or 7:30": what stands beside a time is one.
fn is_or_time(items: &[Placed], index: usize) -> bool {
    matches!(
        items.get(index + 1..index + 3),
        Some([or, time]) if or.item == Item::Or && matches!(time.item, Item::Time(_))
    )
}

/// For a number right after a correction: whether what it corrects was a time.
fn correction_of(items: &[Placed], index: usize) -> Option<bool> {
    let before = items[..index].iter().rev();
    let mut is_fix = false;
    for placed in before {
        match placed.item {
            Item::Fix => is_fix = true,
            Item::Time(_) if is_fix => return Some(true),
            Item::Count(_) if is_fix => return Some(false),
            Item::Day(_) | Item::Part(_) => {}
            _ => return None,
        }
    }
    None
}
