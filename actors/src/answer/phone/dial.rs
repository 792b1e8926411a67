//! Digits to a number that can be dialled, by libphonenumber's rules.

use phonenumber::metadata::{DATABASE, Descriptor};
use phonenumber::{Metadata, Mode, PhoneNumber, country};

use super::runs::{Piece, Run};
use super::{Candidate, Phone};

/// Fewest and most digits with the country code that can be a number (E.164 allows 15).
const DIGITS: std::ops::RangeInclusive<usize> = 7..=17;
/// Attempts on the pieces of one run; a run with more pieces is not a phone number.
const ATTEMPTS_MAX: usize = 160;

/// Loads the numbering plans, which takes long the first time.
pub fn warm() {
    let us = country::Id::US;
    if let Ok(number) = phonenumber::parse(Some(us), "+12125550100") {
        // Matching compiles the plan's patterns; the result does not matter here.
        let _ = number.is_valid();
    }
}

/// How sure a number is, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Grade {
    Possible,
    Valid,
}

/// The numbers in a run: the whole of it, or its parts at commas, or the best stretches.
pub(super) fn numbers(run: &Run, region: &str) -> Vec<Candidate> {
    let region = region_id(region);
    if let Some((_, e164)) = dial(&run.pieces, region) {
        return vec![candidate(e164, &run.pieces, run)];
    }
    let mut found = Vec::new();
    let mut from = 0;
    for to in 1..=run.pieces.len() {
        if to < run.pieces.len() && !run.pieces[to].is_break {
            continue;
        }
        found.extend(stretches(&run.pieces[from..to], region, run));
        from = to;
    }
    if found.is_empty() {
        found = stretches(&run.pieces, region, run);
    }
    found
}

/// Numbers among pieces in a row, the surest and then the longest first at each place.
fn stretches(pieces: &[Piece], region: Option<country::Id>, run: &Run) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut attempts = 0;
    let mut from = 0;
    while from < pieces.len() {
        let mut best: Option<(Grade, usize, String)> = None;
        for to in (from + 1..=pieces.len()).rev() {
            attempts += 1;
            if attempts > ATTEMPTS_MAX {
                return found;
            }
            if let Some((grade, e164)) = dial(&pieces[from..to], region)
                && best.as_ref().is_none_or(|(known, ..)| grade > *known)
            {
                best = Some((grade, to, e164));
            }
        }
        match best {
            Some((_, to, e164)) => {
                found.push(candidate(e164, &pieces[from..to], run));
                from = to;
            }
            None => from += 1,
        }
    }
    found
}

fn candidate(e164: String, pieces: &[Piece], run: &Run) -> Candidate {
    let end_of = |pieces: &[Piece]| pieces.last().map_or(run.tokens.end, |piece| piece.tokens.end);
    let is_last = end_of(pieces) == end_of(&run.pieces);
    let start = pieces.first().map_or(run.tokens.start, |piece| piece.tokens.start);
    let end = if is_last { run.tokens.end } else { end_of(pieces) };
    let ext = run.ext.clone().filter(|_| is_last);
    Candidate {
        phone: Phone { e164, ext },
        tokens: start..end,
    }
}

fn dial(pieces: &[Piece], region: Option<country::Id>) -> Option<(Grade, String)> {
    let mut digits = String::new();
    for (index, piece) in pieces.iter().enumerate() {
        if piece.has_plus && index > 0 {
            return None;
        }
        digits.push_str(&piece.digits);
    }
    if !DIGITS.contains(&digits.len()) || is_one_digit(&digits) {
        return None;
    }
    let has_plus = pieces.first()?.has_plus;
    if !has_plus && region == Some(country::Id::UA) && digits.len() == 11 && digits.starts_with("80") {
        // The trunk prefix of old was 8-0, and many still say it.
        digits.remove(0);
    }
    if !has_plus && region == Some(country::Id::MX) {
        // Dialled before a Mexican number until 2019; people still write it.
        let local = ["044", "045", "01"].iter().find_map(|trunk| digits.strip_prefix(trunk));
        if let Some(local) = local.filter(|local| local.len() == 10) {
            digits = local.to_owned();
        }
    }
    if has_plus && digits.len() == 13 && digits.starts_with("521") {
        // Mexican mobiles had a 1 after the country code until 2020; people still write it.
        digits.remove(2);
    }
    if let Some(number) = russian_with_eight(&digits, has_plus, region) {
        return Some((Grade::Valid, number));
    }
    if has_plus {
        return accept(&format!("+{digits}"), None)
            .or_else(|| accept(&digits, region).filter(|(grade, _)| *grade == Grade::Valid));
    }
    let local = accept(&digits, region);
    if let Some((Grade::Valid, _)) = local {
        return local;
    }
    // A foreign number without its plus: only when it is certain.
    let foreign = (digits.len() >= 11)
        .then(|| accept(&format!("+{}", digits.trim_start_matches('0')), None))
        .flatten()
        .filter(|(grade, _)| *grade == Grade::Valid);
    foreign.or(local)
}

/// "8 800 555-35-35", "812 320-01-03": the library takes the 8 of such an area code for the trunk prefix.
fn russian_with_eight(digits: &str, has_plus: bool, region: Option<country::Id>) -> Option<String> {
    let is_near = has_plus || matches!(region, Some(country::Id::RU | country::Id::KZ));
    let national = match digits.len() {
        11 if digits.starts_with('7') || (digits.starts_with('8') && !has_plus) => &digits[1..],
        10 if !has_plus && region == Some(country::Id::RU) => digits,
        _ => return None,
    };
    let has_area = national.starts_with('8') && matches!(national.as_bytes()[1], b'0'..=b'7');
    (is_near && has_area).then(|| format!("+7{national}"))
}

fn is_one_digit(digits: &str) -> bool {
    let first = &digits[..1];
    matches!(first, "0") && digits.bytes().all(|digit| digit == b'0')
}

fn accept(written: &str, region: Option<country::Id>) -> Option<(Grade, String)> {
    let number = phonenumber::parse(region, written).ok()?;
    let grade = if is_of_person(&number) || number.is_valid() {
        Grade::Valid
    } else if is_possible(&number) {
        Grade::Possible
    } else {
        return None;
    };
    let e164 = number.format().mode(Mode::E164).to_string();
    Some((grade, e164))
}

/// Whether it is a fixed or mobile number: nearly every one is, and the library asks all the other kinds
/// first, twice.
fn is_of_person(number: &PhoneNumber) -> bool {
    let national = number.national().to_string();
    plan_of(number).is_some_and(|plan| {
        plan.descriptors().general().is_match(&national) && kinds(plan).any(|kind| kind.is_match(&national))
    })
}

/// Whether the national number is as long as its country's fixed or mobile numbers.
fn is_possible(number: &PhoneNumber) -> bool {
    let national = number.national().to_string();
    plan_of(number).is_some_and(|plan| {
        kinds(plan).any(|kind| {
            let lengths = kind.possible_length();
            lengths.iter().any(|&length| usize::from(length) == national.len())
                || (lengths.is_empty() && has_general_length(plan, &national))
        })
    })
}

/// The plan of a number's country; of a code that several share, of the main one, which comes first.
fn plan_of(number: &PhoneNumber) -> Option<&'static Metadata> {
    DATABASE.by_code(&number.country().code())?.into_iter().next()
}

/// The kinds of numbers that people have.
fn kinds(plan: &Metadata) -> impl Iterator<Item = &Descriptor> {
    [plan.descriptors().fixed_line(), plan.descriptors().mobile()]
        .into_iter()
        .flatten()
}

/// A kind without lengths of its own has those of the plan.
fn has_general_length(plan: &Metadata, national: &str) -> bool {
    let lengths = plan.descriptors().general().possible_length();
    lengths.iter().any(|&length| usize::from(length) == national.len())
}

fn region_id(region: &str) -> Option<country::Id> {
    region.trim().to_ascii_uppercase().parse().ok()
}
