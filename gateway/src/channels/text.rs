//! Words for channels that show nothing else, cut into parts that a provider takes.

use frontdesk_core::{Card, Content};

/// Everything a message says, as plain text: the words, then cards and files as lines of their own.
/// Quick replies are left out: where a channel has no buttons, the words offer them already.
#[must_use]
pub fn plain(content: &Content) -> String {
    let mut lines: Vec<&str> = Vec::new();
    if !content.text.is_empty() {
        lines.push(&content.text);
    }
    lines.extend(content.cards.iter().flat_map(of_card));
    lines.extend(content.attachments.iter().map(|file| file.url.as_str()));
    lines.join("\n")
}

/// What a card says, line by line, and where it leads.
pub fn of_card(card: &Card) -> impl Iterator<Item = &str> {
    let lines = [Some(card.title.as_str()), card.text.as_deref(), card.url.as_deref()];
    lines.into_iter().flatten()
}

/// The cards that a channel shows as such, and everything else.
#[must_use]
pub fn apart(content: &Content, is_shown: impl Fn(&Card) -> bool) -> (Vec<&Card>, Content) {
    let shown = content.cards.iter().filter(|card| is_shown(card)).collect();
    let rest = Content {
        cards: content.cards.iter().filter(|card| !is_shown(card)).cloned().collect(),
        ..content.clone()
    };
    (shown, rest)
}

/// Cuts a text into parts of at most `characters_max`, at line ends or spaces where there are any.
#[must_use]
pub fn parts(text: &str, characters_max: usize) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let Some((limit, _)) = rest.char_indices().nth(characters_max.max(1)) else {
            parts.push(rest.to_owned());
            break;
        };
        let head = &rest[..limit];
        // A cut in the first half would make more parts than words deserve.
        let cut = head
            .rfind('\n')
            .filter(|cut| *cut > limit / 2)
            .or_else(|| head.rfind(' ').filter(|cut| *cut > 0))
            .unwrap_or(limit);
        parts.push(rest[..cut].trim_end().to_owned());
        rest = rest[cut..].trim_start();
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_are_one_part_and_no_word_is_lost() {
        assert_eq!(parts("hello there", 20), ["hello there"]);
        assert_eq!(parts("one two three four", 9), ["one two", "three", "four"]);
        assert_eq!(parts("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(parts("", 10), Vec::<String>::new());
        let long = "слово ".repeat(500);
        let cut = parts(&long, 160);
        assert!(cut.iter().all(|part| part.chars().count() <= 160));
        assert_eq!(
            cut.join(" ").split_whitespace().count(),
            500,
            "every word is there, whole"
        );
    }

    #[test]
    fn cards_and_files_become_lines() {
        let mut content = Content::text("Look:");
        content.cards.push(Card {
            title: "Menu".to_owned(),
            text: None,
            image_url: None,
            url: Some("https://example.com/menu".to_owned()),
        });
        assert_eq!(plain(&content), "Look:\nMenu\nhttps://example.com/menu");
    }
}
