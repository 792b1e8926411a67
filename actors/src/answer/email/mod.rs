//! An email address, typed or spelled out, lower case.
//!
//! ```text
//!  "it's john dot smith at g mail dot com"
//!      │ atoms     at · signs · letters · breaks
//!      ▼
//!   local ◄── At ──► domain     grown from each at as far as they hold together
//!      │ valid?    by RFC 5321, with a dot in the domain
//!      ▼
//!   john.smith@gmail.com
//! ```
//!
//! What is valid is taken as said: "gmial.com" is the person's to correct, not ours.

use std::ops::Range;

use email_address::EmailAddress;

use super::text::Text;
use super::{Asked, NoAnswer, preference, refusal};

mod atoms;
mod domain;
mod function_word;
mod remark;

use atoms::{Atom, Part};
pub(super) use atoms::{after_explanation, name_of_letter};

/// Words of a spelled local part that are joined ("john smith at" is johnsmith).
const JOINED_WORDS_MAX: usize = 3;
/// Parts of a local part that are read leftwards.
const LOCAL_PARTS_MAX: usize = 80;

/// An address found in a message, with the tokens it takes.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) address: String,
    pub(super) tokens: Range<usize>,
}

/// Reads the email address to use.
///
/// # Errors
///
/// Why there is none: refused, a question back, later, or not an answer.
pub fn read(written: &str, asked: &Asked) -> Result<String, NoAnswer> {
    read_text(&Text::new(written), asked)
}

/// Reads an already normalised message.
///
/// # Errors
///
/// As [`read`].
pub fn read_text(text: &Text, asked: &Asked) -> Result<String, NoAnswer> {
    find(text, asked)
        .map(|candidate| candidate.address)
        .ok_or_else(|| refusal::reason(text))
}

/// The candidate to use, if any.
pub(super) fn find(text: &Text, asked: &Asked) -> Option<Candidate> {
    if !atoms::may_have_at(text) {
        return None;
    }
    let atoms = atoms::read(text);
    let mut candidates: Vec<Candidate> = Vec::new();
    for at in (0..atoms.len()).filter(|&at| atoms[at].part == Part::At) {
        let Some(candidate) = address(&atoms, at, asked) else {
            continue;
        };
        candidates.push(candidate);
    }
    correct_domains(text, &atoms, &mut candidates);
    let spans: Vec<_> = candidates.iter().map(|candidate| candidate.tokens.clone()).collect();
    let chosen = preference::choose(text, &spans)?;
    candidates.into_iter().nth(chosen)
}

fn address(atoms: &[Atom], at: usize, asked: &Asked) -> Option<Candidate> {
    let domain = domain::read(atoms, at + 1)?;
    let has_known_ending = domain.name.rsplit('.').next().is_some_and(domain::is_ending);
    let (local, first) = local(atoms, at, has_known_ending)?;
    // "reach me at acme.com" names a site.
    let is_place = atoms[at].is_spoken && !domain.is_spoken && first + 1 == at;
    if is_place && is_no_mailbox(&local, asked) {
        return None;
    }
    let address = format!("{local}@{}", domain.name);
    is_valid(&address).then(|| Candidate {
        address,
        tokens: atoms[first].tokens.start..domain.tokens_end,
    })
}

fn is_no_mailbox(local: &str, asked: &Asked) -> bool {
    let is_never = matches!(local, "me" | "us" | "you" | "it" | "him" | "her" | "them" | "look");
    let is_rarely = matches!(
        local,
        "order" | "book" | "online" | "website" | "site" | "page" | "menu"
    );
    is_never || (is_rarely && *asked != Asked::Email)
}

/// The local part before an at, and the index of its first atom. A domain without a known ending is
/// one only where it is typed on.
fn local(atoms: &[Atom], at: usize, has_known_ending: bool) -> Option<(String, usize)> {
    let is_typed = !atoms[at].is_spoken && atoms[at].is_glued;
    // "my insta is @kate.bakes" is a handle.
    let is_handle = !atoms[at].is_spoken
        && !atoms[at].is_glued
        && atoms.get(at + 1).is_some_and(|next| next.is_glued)
        && (at.checked_sub(1).is_some_and(|before| atoms[before].is_function_word) || !has_known_ending);
    if is_handle {
        return None;
    }
    let mut first = at;
    let mut words = 0;
    while first > 0 && at - first < LOCAL_PARTS_MAX {
        let right = &atoms[first];
        let left = &atoms[first - 1];
        let holds = match &left.part {
            Part::At | Part::Comma | Part::Break => false,
            Part::Sign('.') if !left.is_spoken => right.is_glued && left.is_glued,
            Part::Sign(_) => left.is_spoken || right.is_glued,
            Part::Letters(letters) => {
                let is_first = first == at || matches!(right.part, Part::Sign(_));
                words += usize::from(letters.chars().count() > 1 && !is_first);
                let is_glued = right.is_glued && !right.is_spoken;
                is_glued
                    || (is_first && (first < at || !is_typed))
                    || (!is_typed && words < JOINED_WORDS_MAX && joins(atoms, first - 1))
            }
        };
        if !holds && !is_letter_comma(atoms, first) {
            break;
        }
        first -= 1;
    }
    // "sam@lee@gmail.com": typed without a gap, nobody knows which is meant.
    if is_typed && first > 0 && atoms[first - 1].part == Part::At && atoms[first].is_glued {
        return None;
    }
    while first < at && !matches!(atoms[first].part, Part::Letters(_)) {
        first += 1;
    }
    let mut local: String = atoms[first..at].iter().filter_map(piece).collect();
    if !is_typed {
        // Said, an apostrophe is only how the word is written: "bob's".
        local.retain(|letter| letter != '\'');
        // "j-o-h-n": the dashes only part the letters.
        if is_dashed_spelling(&atoms[first..at]) {
            local.retain(|letter| letter != '-');
        }
    }
    (!local.is_empty()).then(|| (domain::romanised(&local), first))
}

/// Letters with nothing but typed dashes between them.
fn is_dashed_spelling(atoms: &[Atom]) -> bool {
    atoms.len() > 4
        && atoms.iter().enumerate().all(|(index, atom)| {
            let is_dash = atom.part == Part::Sign('-') && !atom.is_spoken;
            if index % 2 == 0 { is_letter(atom) } else { is_dash }
        })
}

/// Whether a word joins the one after it: spelled letters do, function words do not.
fn joins(atoms: &[Atom], at: usize) -> bool {
    let is_word = matches!(&atoms[at].part, Part::Letters(letters)
        if matches!(letters.as_str(), "a" | "y" | "o" | "e" | "и" | "і" | "а" | "я"));
    let is_spelled = is_letter(&atoms[at]) && at > 0 && is_letter(&atoms[at - 1]);
    let is_explained = is_letter(&atoms[at]) && atoms[at].tokens.len() > 1;
    is_spelled || is_explained || !(is_word || atoms[at].is_function_word)
}

fn is_letter(atom: &Atom) -> bool {
    matches!(&atom.part, Part::Letters(letters) if letters.chars().count() == 1)
}

/// "j, o, h, n, at": a comma between single letters, or before the at, is a pause.
fn is_letter_comma(atoms: &[Atom], first: usize) -> bool {
    let is_before_at = atoms
        .get(first)
        .is_some_and(|next| next.part == Part::At && next.is_spoken);
    matches!(atoms[first - 1].part, Part::Break | Part::Comma)
        && (is_before_at || atoms.get(first).is_some_and(is_letter))
        && first > 1
        && is_letter(&atoms[first - 2])
}

fn piece(atom: &Atom) -> Option<String> {
    match &atom.part {
        Part::Letters(letters) => Some(letters.clone()),
        Part::Sign(sign) => Some(sign.to_string()),
        Part::At | Part::Comma | Part::Break => None,
    }
}

/// "…, sorry, it's .co not .com": the domain or its end said again.
fn correct_domains(text: &Text, atoms: &[Atom], candidates: &mut [Candidate]) {
    let Some(last) = candidates.last_mut() else { return };
    let from = atoms.partition_point(|atom| atom.tokens.start < last.tokens.end);
    let Some(correction) = domain::correction(atoms, from) else {
        return;
    };
    let starts = atoms[from].tokens.start;
    if !preference::is_corrected_between(text, starts, correction.tokens_end) {
        return;
    }
    let Some((local, domain)) = last.address.split_once('@') else {
        return;
    };
    let domain = match domain.rsplit_once('.') {
        Some((host, _)) if correction.is_ending => format!("{host}.{}", correction.name),
        _ => correction.name,
    };
    let corrected = format!("{local}@{domain}");
    if is_valid(&corrected) {
        last.address = corrected;
        last.tokens.end = correction.tokens_end;
    }
}

fn is_valid(address: &str) -> bool {
    let Some((_, domain)) = address.rsplit_once('@') else {
        return false;
    };
    let ending = domain.rsplit('.').next().unwrap_or_default();
    let has_ending = domain.contains('.')
        && ending.len() >= 2
        && (ending.bytes().all(|byte| byte.is_ascii_alphabetic()) || ending.starts_with("xn--"));
    has_ending && address.is_ascii() && EmailAddress::is_valid(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(message: &str) -> Option<String> {
        read(message, &Asked::Email).ok()
    }

    fn is_read_as(message: &str, address: &str) {
        assert_eq!(email(message).as_deref(), Some(address), "{message}");
    }

    #[test]
    fn typed_addresses_are_taken_as_they_are() {
        is_read_as("My email: <John.Smith@Example.COM>.", "john.smith@example.com");
        is_read_as("mailto:a_b+c@x.co.uk, thanks", "a_b+c@x.co.uk");
        is_read_as("john@gmial.com", "john@gmial.com");
    }

    #[test]
    fn spelled_addresses_are_put_together() {
        is_read_as("it's john dot smith at g mail dot com", "john.smith@gmail.com");
        is_read_as("juan punto pérez arroba gmail punto com", "juan.perez@gmail.com");
        is_read_as("иван собака мейл точка ру", "ivan@mail.ru");
        is_read_as("j o h n twenty three at yahoo dot com", "john23@yahoo.com");
    }

    #[test]
    fn corrections_are_applied() {
        is_read_as("john@acme.com, no wait, it's .co not .com", "john@acme.co");
        is_read_as("not a@x.com, use b@x.com", "b@x.com");
    }

    #[test]
    fn what_is_no_address_is_none() {
        for message in [
            "john@gmailcom",
            "look at acme.com",
            "at 7",
            "@john_smith",
            "john at gmail",
            "a@b",
        ] {
            assert_eq!(email(message), None, "{message}");
        }
    }
}
