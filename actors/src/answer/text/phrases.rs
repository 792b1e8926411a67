//! Lists of wordings, kept as data beside their reader and compiled once.
//!
//! A list is one section of a text file: a `[section]` line, then one wording
//! per line. A wording is a regular expression over [`Text::flat`]: a space
//! stands for a word gap (a comma may stand in it), `~` for the rest of a word,
//! `_` for exactly one word, `^` at the start and `$` at the end for a clause
//! boundary. `#` starts a comment.

use std::ops::Range;

use regex::Regex;

use super::Text;

/// One compiled list of wordings.
#[derive(Debug)]
pub struct Phrases {
    pattern: Regex,
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
        let wordings: Vec<String> = source
            .lines()
            .map(str::trim)
            .skip_while(|line| line.strip_prefix('[') != Some(&format!("{section}]")))
            .skip(1)
            .take_while(|line| !is_header(line))
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(compile)
            .collect();
        assert!(!wordings.is_empty(), "no wordings in [{section}]");
        let pattern =
            Regex::new(&wordings.join("|")).unwrap_or_else(|error| panic!("wordings of [{section}]: {error}"));
        Self { pattern }
    }

    /// Whether one of the wordings stands in the message.
    #[must_use]
    pub fn are_in(&self, text: &Text) -> bool {
        self.are_in_flat(text.flat())
    }

    /// Whether one of the wordings stands in a flat text.
    #[must_use]
    pub fn are_in_flat(&self, flat: &str) -> bool {
        self.pattern.is_match(flat)
    }

    /// Byte ranges of the wordings in a flat text, without the spaces around them.
    pub fn ranges<'a>(&'a self, flat: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        let mut from = 0;
        std::iter::from_fn(move || {
            let found = self.pattern.find_at(flat, from)?;
            // Neighbours share the space between them.
            from = (found.end() - 1).max(found.start() + 1);
            let trimmed = found.as_str().trim_matches([' ', '.', ',', '?']);
            let start = found.start() + found.as_str().find(trimmed).unwrap_or(0);
            Some(start..start + trimmed.len())
        })
    }

    /// The flat text with the wordings blanked out; positions stay what they were.
    #[must_use]
    pub fn blanked(&self, flat: &str) -> String {
        let mut rest = String::with_capacity(flat.len());
        for range in self.ranges(flat) {
            rest.push_str(&flat[rest.len()..range.start.max(rest.len())]);
            rest.extend(std::iter::repeat_n('*', range.end - rest.len()));
        }
        rest.push_str(&flat[rest.len()..]);
        rest
    }
}

fn is_header(line: &str) -> bool {
    line.starts_with('[') && line.ends_with(']')
}

fn compile(wording: &str) -> String {
    let body = wording.trim_start_matches('^').trim_end_matches('$');
    let mut pattern = String::from(if wording.starts_with('^') {
        "(?:(?:^|[.,?]) (?:"
    } else {
        "(?: (?:"
    });
    for letter in body.chars() {
        match letter {
            ' ' => pattern.push_str("(?: ,)? "),
            '~' => pattern.push_str("[^ ]*"),
            '_' => pattern.push_str("[^ .,?]+"),
            _ => pattern.push(letter),
        }
    }
    pattern.push_str(if wording.ends_with('$') {
        ")(?: [.,?]| $))"
    } else {
        ") )"
    });
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
            phrases.blanked(" oh hello there hello you "),
            " oh *********** ********* "
        );
    }
}
