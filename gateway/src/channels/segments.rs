//! How many segments a text message takes: 7 bits a character where all of it is in the GSM alphabet
//! (3GPP TS 23.038), else UCS-2. Carriers bill by segment.

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
