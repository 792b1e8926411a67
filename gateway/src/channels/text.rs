//! Words for channels that show nothing else, cut into parts that a provider takes.

use frontdesk_core::Content;
use frontdesk_core::ports::outbox::SendError;

/// Everything a message says, as plain text: the words, then cards and files as lines of their own.
/// Quick replies are left out: where a channel has no buttons, the words offer them already.
#[must_use]
pub fn plain(content: &Content) -> String {
    let mut lines: Vec<&str> = Vec::new();
    if !content.text.is_empty() {
        lines.push(&content.text);
    }
    for card in &content.cards {
        lines.push(&card.title);
        lines.extend(card.text.as_deref());
        lines.extend(card.url.as_deref());
    }
    lines.extend(content.attachments.iter().map(|file| file.url.as_str()));
    lines.join("\n")
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

/// Some parts of a message are out already: trying all of it again would say them twice.
#[must_use]
pub fn broken_off(error: &SendError) -> SendError {
    SendError::Unknown {
        reason: format!("the message was sent in part only: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use frontdesk_core::Card;

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
