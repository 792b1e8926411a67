//! An area code said apart: "555 0144, area 305", "area code is 808, then 555 0142".

use super::runs::{Piece, Run};
use crate::answer::text::Text;

/// Digits of an area code.
const AREA_DIGITS: usize = 3;
/// Digits of a number without one.
const LOCAL_DIGITS: usize = 7;
/// Words between "area" and the code: "area code is".
const REACH: usize = 3;

/// Puts the area code before the numbers that lack one.
pub(super) fn join(text: &Text, runs: &mut Vec<Run>) {
    let Some(place) = runs.iter().position(|run| is_named(text, run.tokens.start)) else {
        return;
    };
    if runs[place].digits().len() == AREA_DIGITS + LOCAL_DIGITS {
        // A comma after the code begins no other number.
        runs[place].pieces.iter_mut().for_each(|piece| piece.is_break = false);
        return;
    }
    let code = runs[place].digits();
    if code.len() != AREA_DIGITS {
        return;
    }
    runs.remove(place);
    for run in runs
        .iter_mut()
        .filter(|run| run.digits().len() == LOCAL_DIGITS && !run.has_plus())
    {
        let start = run.tokens.start;
        let piece = Piece {
            digits: code.clone(),
            tokens: start..start,
            has_plus: false,
            is_break: false,
        };
        run.pieces.insert(0, piece);
    }
}

fn is_named(text: &Text, at: usize) -> bool {
    (at.saturating_sub(REACH)..at).any(|at| matches!(text.word(at), "area" | "lada" | "prefijo" | "код"))
}
