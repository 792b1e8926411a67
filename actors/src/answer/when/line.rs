//! Looking around in the pieces of one message.

use super::lexicon::Lex;
use super::piece::{Number, Piece, What, pieces};
use crate::answer::text::Text;

/// The pieces of one message, safe to look at beyond either end.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    pieces: Vec<Piece<'a>>,
}

impl<'a> Line<'a> {
    pub(crate) fn new(text: &'a Text) -> Self {
        Self { pieces: pieces(text) }
    }

    pub(crate) fn len(&self) -> usize {
        self.pieces.len()
    }

    pub(crate) fn what(&self, at: usize) -> Option<What> {
        self.pieces.get(at).map(|piece| piece.what)
    }

    pub(crate) fn lex(&self, at: usize) -> Lex {
        self.pieces.get(at).map_or(Lex::Other, Piece::lex)
    }

    /// The folded word at `at`; empty for marks and beyond the ends.
    pub(crate) fn word(&self, at: usize) -> &'a str {
        self.pieces.get(at).map_or("", |piece| piece.word)
    }

    pub(crate) fn number(&self, at: usize) -> Option<Number> {
        self.pieces.get(at).and_then(Piece::number)
    }

    pub(crate) fn is_glued(&self, at: usize) -> bool {
        self.pieces.get(at).is_some_and(|piece| piece.is_glued)
    }

    pub(crate) fn is_word(&self, at: usize, words: &[&str]) -> bool {
        words.contains(&self.word(at))
    }

    /// The place before `at`, or one beyond the end when there is none.
    pub(crate) fn before(&self, at: usize) -> usize {
        at.checked_sub(1).unwrap_or(usize::MAX)
    }

    /// The first place from `at` on whose meaning is not in `lexes`.
    pub(crate) fn skip(&self, mut at: usize, lexes: &[Lex]) -> usize {
        while at < self.len() && lexes.contains(&self.lex(at)) {
            at += 1;
        }
        at
    }

    /// The place before `at`, skipping back over `lexes`.
    pub(crate) fn back(&self, at: usize, lexes: &[Lex]) -> usize {
        let mut before = self.before(at);
        while before != usize::MAX && lexes.contains(&self.lex(before)) {
            before = self.before(before);
        }
        before
    }

    /// Whether a comma, dash, full stop or question mark stands between two places.
    pub(crate) fn has_mark_between(&self, from: usize, to: usize) -> bool {
        (from..to.min(self.len())).any(|at| {
            matches!(
                self.pieces[at].what,
                What::Comma | What::Dash | What::Stop | What::Question
            )
        })
    }
}
