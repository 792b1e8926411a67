//! What became of the ticked rows, said above the list when it is shown again.

use super::filter::Filter;
use crate::console::texts::{Texts, fill};

/// What was done with rows that were ticked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// Nothing: no row was ticked.
    Nothing,
    /// They were to be brought together, and are fewer than two.
    NothingToMerge,
    /// A tag was put on; who has as many as fit was left out.
    Tagged,
    /// A tag was taken off.
    Untagged,
    /// Leads were marked as handled.
    Handled,
    /// Leads were marked as new.
    Renewed,
    /// Subscriptions were ended.
    Unsubscribed,
    /// Dead letters were tried once more; some may have failed again.
    Replayed,
    /// Messages were sent again; others need it no more.
    SentAgain,
    /// Messages were marked as dealt with; others were so already.
    SeenTo,
}

impl Deed {
    const ALL: [Self; 10] = [
        Self::Nothing,
        Self::NothingToMerge,
        Self::Tagged,
        Self::Untagged,
        Self::Handled,
        Self::Renewed,
        Self::Unsubscribed,
        Self::Replayed,
        Self::SentAgain,
        Self::SeenTo,
    ];

    /// As an address says it.
    const fn code(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::NothingToMerge => "one",
            Self::Tagged => "tagged",
            Self::Untagged => "untagged",
            Self::Handled => "handled",
            Self::Renewed => "new",
            Self::Unsubscribed => "unsubscribed",
            Self::Replayed => "replayed",
            Self::SentAgain => "sent",
            Self::SeenTo => "seen-to",
        }
    }

    /// The sentences: with the number of those it was done to, and with that of the others.
    const fn sentences(self, texts: &'static Texts) -> (&'static str, &'static str) {
        let own = &texts.told;
        match self {
            Self::Nothing => (own.nothing, own.left),
            Self::NothingToMerge => (own.nothing_to_merge, own.left),
            Self::Tagged => (own.tagged, own.full),
            Self::Untagged => (own.untagged, own.left),
            Self::Handled => (own.handled, own.left),
            Self::Renewed => (own.renewed, own.left),
            Self::Unsubscribed => (own.unsubscribed, own.left),
            Self::Replayed => (own.replayed, own.failed_again),
            Self::SentAgain => (own.sent_again, own.left),
            Self::SeenTo => (own.seen_to, own.left),
        }
    }
}

/// What was done, to how many, and how many were left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) deed: Deed,
    pub(super) done: u64,
    pub(super) left: u64,
}

impl Told {
    /// Of `asked` rows, `done` were done something to.
    pub(super) fn of(deed: Deed, done: usize, asked: usize) -> Self {
        let count = |rows| u64::try_from(rows).unwrap_or(u64::MAX);
        Self {
            deed,
            done: count(done),
            left: count(asked.saturating_sub(done)),
        }
    }

    /// The address of a list that says so.
    pub(super) fn at(self, list: &str) -> String {
        let joint = if list.contains('?') { '&' } else { '?' };
        format!("{list}{joint}told={}.{}.{}", self.deed.code(), self.done, self.left)
    }

    /// What the address of a list says; nothing, where it says nothing of ours.
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (code, done, left) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self {
            deed: Deed::ALL.into_iter().find(|deed| deed.code() == code)?,
            done: done.parse().ok()?,
            left: left.parse().ok()?,
        })
    }

    fn sentence(self, texts: &'static Texts) -> String {
        let (done, left) = self.deed.sentences(texts);
        let mut said = fill(done, self.done);
        if self.left > 0 {
            said.push(' ');
            said.push_str(&fill(left, self.left));
        }
        said
    }
}

/// What the list says above its rows, and whether something was left undone.
pub(super) fn told(filter: &Filter, texts: &'static Texts) -> Option<(String, bool)> {
    let told = Told::read(&filter.told)?;
    Some((told.sentence(texts), told.done == 0 || told.left > 0))
}

#[cfg(test)]
mod tests {
    use frontdesk_core::Language;

    use super::*;

    #[test]
    fn what_an_address_says_is_what_was_done() {
        for deed in Deed::ALL {
            let told = Told::of(deed, 3, 5);
            let at = told.at("/console/contacts?q=ana");
            let (_, text) = at.split_once("&told=").unwrap();
            assert_eq!(Told::read(text), Some(told), "{at}");
        }
        assert_eq!(Told::of(Deed::Tagged, 1, 1).at("/x"), "/x?told=tagged.1.0");
        for foreign in ["", "tagged", "tagged.1", "tagged.-1.0", "tagged.1.x", "<b>.1.1"] {
            assert_eq!(Told::read(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn whoever_was_left_out_is_counted_with_the_reason() {
        let english = Texts::of(Language::En);
        assert_eq!(
            Told::of(Deed::Tagged, 2, 3).sentence(english),
            "Tagged: 2. Left out, for they have 12 tags already: 1."
        );
        assert_eq!(Told::of(Deed::Handled, 2, 2).sentence(english), "Marked as handled: 2.");
    }
}
