//! How many segments a text message takes: 7 bits a character where all of it is in the GSM alphabet
//! (3GPP TS 23.038), else UCS-2. Carriers bill by segment.

use super::text;

/// The default alphabet, each one septet.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
    ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// The extension table, each two septets.
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// What a text takes on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segments {
    /// How many messages the carrier sends.
    pub count: usize,
    /// Whether all of it is in the GSM alphabet.
    pub is_gsm: bool,
}

/// Counts the segments of a text. An empty one takes none.
#[must_use]
pub fn count(text: &str) -> Segments {
    match text.chars().map(septets).sum::<Option<usize>>() {
        Some(septets) => Segments {
            count: parts(septets, 160, 153),
            is_gsm: true,
        },
        None => Segments {
            count: parts(text.encode_utf16().count(), 70, 67),
            is_gsm: false,
        },
    }
}

/// Cuts a text into messages of at most so many segments each.
#[must_use]
pub fn cut(text: &str, segments_max: usize) -> Vec<String> {
    let mut characters_max = segments_max * 153;
    loop {
        let parts = text::parts(text, characters_max);
        let is_short = |part: &String| count(part).count <= segments_max;
        if characters_max <= 1 || parts.iter().all(is_short) {
            return parts;
        }
        characters_max /= 2;
    }
}

fn septets(character: char) -> Option<usize> {
    if BASIC.contains(character) {
        Some(1)
    } else {
        EXTENDED.contains(character).then_some(2)
    }
}

/// A message of several parts gives some of each part to their numbering.
const fn parts(units: usize, alone: usize, joined: usize) -> usize {
    if units == 0 {
        0
    } else if units <= alone {
        1
    } else {
        units.div_ceil(joined)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_text_keeps_to_the_segments() {
        for text in [
            "word ".repeat(600),
            "слово ".repeat(300),
            "€".repeat(1_000),
            "a".repeat(918),
        ] {
            let parts = cut(&text, 6);
            assert!(parts.iter().all(|part| count(part).count <= 6));
            let letters = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).count();
            let kept: usize = parts.iter().map(|part| letters(part)).sum();
            assert_eq!(kept, letters(&text));
        }
        assert_eq!(cut(&"a".repeat(918), 6).len(), 1);
    }

    #[test]
    fn bounds_are_those_of_the_standard() {
        for (text, is_gsm, expected) in [
            (String::new(), true, 0),
            ("a".repeat(160), true, 1),
            ("a".repeat(161), true, 2),
            ("a".repeat(306), true, 2),
            ("a".repeat(307), true, 3),
            ("€".repeat(80), true, 1),
            ("€".repeat(81), true, 2),
            ("я".repeat(70), false, 1),
            ("я".repeat(71), false, 2),
            ("😀".repeat(35), false, 1),
            ("😀".repeat(36), false, 2),
            (format!("{}😀", "a".repeat(69)), false, 2),
        ] {
            assert_eq!(
                count(&text),
                Segments {
                    count: expected,
                    is_gsm
                },
                "{text}"
            );
        }
    }
}
