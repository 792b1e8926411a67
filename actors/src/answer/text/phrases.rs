//! Lists of wordings, kept as data beside their reader and compiled once.
//!
//! A list is one section of a text file: a `[section]` line, then one wording
//! per line. A wording is a regular expression over [`Text::flat`]: a space
//! stands for a word gap (a comma may stand in it), `~` for the rest of a word,
//! `_` for exactly one word, `^` at the start and `$` at the end for a clause
//! boundary. `#` starts a comment.

use std::borrow::Cow;
use std::ops::Range;

use regex::Regex;

use super::Text;
use super::hints::Hints;

/// A flat text in a reader's hands, of which wordings may have been blanked out.
#[derive(Clone, Debug)]
pub struct Flat<'t> {
    words: Cow<'t, str>,
    /// Of the text as it was: blanking takes wordings away and adds none.
    hints: Hints,
}

impl<'t> Flat<'t> {
    /// A text of its own, in the form of [`Text::flat`].
    #[must_use]
    pub fn new(words: String) -> Self {
        Self {
            hints: Hints::of(&words),
            words: words.into(),
        }
    }

    /// A whole text or a part of it.
    pub(super) const fn part(words: &'t str, hints: Hints) -> Self {
        Self {
            words: Cow::Borrowed(words),
            hints,
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.words
    }

    /// The same with other words blanked out by the caller.
    #[must_use]
    pub fn blanked_by(self, blank: impl FnOnce(&str) -> String) -> Self {
        Self {
            words: blank(&self.words).into(),
            hints: self.hints,
        }
    }
}

/// One compiled list of wordings.
#[derive(Debug)]
pub struct Phrases {
    pattern: Regex,
    /// What tells that it is worth searching for.
    hint: Option<Hints>,
}

impl Phrases {
    /// Compiles `section` of `source`.
    ///
    /// # Panics
    ///
    /// When the section is missing or a wording is not a regular expression; both
    /// are files compiled into the program, so the first use in a test finds it.
    #[must_use]
    pub fn new(source: &str, section: &str) -> Self {
        let wordings: Vec<String> = wordings(source, section).map(compile).collect();
        assert!(!wordings.is_empty(), "no wordings in [{section}]");
        let pattern =
            Regex::new(&wordings.join("|")).unwrap_or_else(|error| panic!("wordings of [{section}]: {error}"));
        Self {
            pattern,
            hint: Hints::of_list(source, section),
        }
    }

    /// Whether one of the wordings stands in the message.
    #[must_use]
    pub fn are_in(&self, text: &Text) -> bool {
        self.are_in_flat(&text.to_read())
    }

    /// Whether one of the wordings stands in a flat text.
    #[must_use]
    pub fn are_in_flat(&self, flat: &Flat<'_>) -> bool {
        self.may_be_in(flat) && self.is_match(&flat.words)
    }

    /// Byte ranges of the wordings in a flat text, without the spaces around them.
    pub fn ranges<'a>(&'a self, flat: &'a Flat<'_>) -> impl Iterator<Item = Range<usize>> + 'a {
        let words = &*flat.words;
        let mut from = if self.may_be_in(flat) { Some(0) } else { None };
        std::iter::from_fn(move || {
            let found = self.pattern.find_at(words, from?)?;
            // Neighbours share the space between them.
            from = Some((found.end() - 1).max(found.start() + 1));
            let trimmed = found.as_str().trim_matches([' ', '.', ',', '?']);
            let start = found.start() + found.as_str().find(trimmed).unwrap_or(0);
            Some(start..start + trimmed.len())
        })
    }

    /// The flat text with the wordings blanked out; positions stay what they were.
    #[must_use]
    pub fn blanked<'t>(&self, flat: Flat<'t>) -> Flat<'t> {
        let mut rest = String::new();
        for range in self.ranges(&flat) {
            rest.push_str(&flat.words[rest.len()..range.start.max(rest.len())]);
            rest.extend(std::iter::repeat_n('*', range.end - rest.len()));
        }
        if rest.is_empty() {
            return flat;
        }
        flat.blanked_by(|words| {
            rest.push_str(&words[rest.len()..]);
            rest
        })
    }

    pub(super) fn is_match(&self, flat: &str) -> bool {
        self.pattern.is_match(flat)
    }

    fn may_be_in(&self, flat: &Flat<'_>) -> bool {
        self.hint.is_none_or(|hint| flat.hints.meets(hint))
    }
}

/// The names of the sections of a source.
pub(in crate::answer) fn sections(source: &str) -> impl Iterator<Item = &str> {
    source.lines().filter_map(header)
}

/// The wordings of one section, as written.
pub(in crate::answer) fn wordings<'s>(source: &'s str, section: &str) -> impl Iterator<Item = &'s str> {
    source
        .lines()
        .skip_while(move |line| header(line) != Some(section))
        .skip(1)
        .take_while(|line| header(line).is_none())
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn header(line: &str) -> Option<&str> {
    line.trim().strip_prefix('[')?.strip_suffix(']')
}

fn compile(wording: &str) -> String {
    let begin = if wording.starts_with('^') { "(?:^|[.,?])" } else { "" };
    let end = if wording.ends_with('$') { "(?:[.,?]|$)" } else { "" };
    format!("(?:{begin}{}{end})", gapped(wording))
}

/// A wording with the gaps around it and within it, wherever in a clause it may stand.
pub(super) fn gapped(wording: &str) -> String {
    let body = wording.trim_start_matches('^').trim_end_matches('$');
    let mut pattern = String::from(" (?:");
    for letter in body.chars() {
        match letter {
            ' ' => pattern.push_str("(?: ,)? "),
            '~' => pattern.push_str("[^ ]*"),
            '_' => pattern.push_str("[^ .,?]+"),
            _ => pattern.push(letter),
        }
    }
    pattern.push_str(") ");
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "[greeting]\n# a comment\nhello (there|you)\n^hi$\nпривет~\n[other]\nbye";

    fn greets(message: &str) -> bool {
        Phrases::new(SOURCE, "greeting").are_in(&Text::new(message))
    }

    #[test]
    fn wordings_match_whole_words_and_clauses() {
        assert!(greets("Hello, you!"));
        assert!(greets("well. hi"));
        assert!(greets("hi, all"));
        assert!(greets("приветики всем"));
        assert!(!greets("hi all"));
        assert!(!greets("othello there"));
        assert!(!greets("bye"));
    }

    #[test]
    fn wordings_are_blanked_in_place() {
        let phrases = Phrases::new(SOURCE, "greeting");
        assert_eq!(
            phrases
                .blanked(Flat::new(" oh hello there hello you ".to_owned()))
                .as_str(),
            " oh *********** ********* "
        );
    }
}
