//! Names of files: what people see, and what lands on a colleague's disk.

/// Characters of a name.
const CHARACTERS_MAX: usize = 100;
/// What a file without a name is called.
const NAMELESS: &str = "file";
/// How a name ends whose content nobody knows: no program opens it by itself.
const UNKNOWN: &str = "bin";

/// A name that looks like what it is and lands where it should: no path, no characters that cannot be
/// seen or that turn the others around, and one of the endings of its content's type.
#[must_use]
pub fn clean(claimed: &str, endings: &[&str]) -> String {
    let last = claimed.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = last
        .chars()
        .map(plain)
        .filter(|letter| !is_invisible(*letter))
        .collect();
    let name = visible.trim().trim_start_matches('.').trim_end_matches([' ', '.']);
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_honest = endings.iter().any(|known| ending.eq_ignore_ascii_case(known));
    let (stem, ending) = match is_honest {
        true => (stem, ending),
        false => (name, endings.first().copied().unwrap_or(UNKNOWN)),
    };
    let stem: String = stem.chars().take(CHARACTERS_MAX - ending.len() - 1).collect();
    let stem = stem.trim_end_matches([' ', '.']);
    format!("{}.{ending}", if stem.is_empty() { NAMELESS } else { stem })
}

/// The header that has a browser keep a file instead of showing it.
#[must_use]
pub fn disposition(name: &str) -> String {
    let is_harmless = |letter: &char| letter.is_ascii_alphanumeric() || " .-_()".contains(*letter);
    let ascii: String = name
        .chars()
        .map(|letter| if is_harmless(&letter) { letter } else { '_' })
        .collect();
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

/// Characters that systems of files have other uses for.
fn plain(letter: char) -> char {
    match letter {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        other => other,
    }
}

/// Control characters, and those that write from the other side or are not seen at all.
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(claimed: &str) -> String {
        clean(claimed, &["pdf"])
    }

    #[test]
    fn honest_names_stay() {
        assert_eq!(cleaned("Menú de boda (v2).pdf"), "Menú de boda (v2).pdf");
        assert_eq!(cleaned("меню.PDF"), "меню.PDF");
    }

    #[test]
    fn names_that_deceive_do_not() {
        for (claimed, expected) in [
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe.pdf"),
            ("evil.html", "evil.html.pdf"),
            ("<img src=x onerror=alert(1)>.pdf", "_img src=x onerror=alert(1)_.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("C:\\Windows\\a.pdf", "a.pdf"),
            (".pdf", "pdf.pdf"),
            ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie_ x=1.pdf"),
            ("zero\u{200b}width.pdf ", "zerowidth.pdf"),
            ("", "file.pdf"),
            ("...", "file.pdf"),
        ] {
            assert_eq!(cleaned(claimed), expected, "{claimed:?}");
        }
        let long = cleaned(&format!("{}.pdf", "щ".repeat(500)));
        assert_eq!(long.chars().count(), CHARACTERS_MAX);
        assert!(long.ends_with(".pdf"));
    }

    #[test]
    fn a_header_says_the_name_in_both_ways() {
        assert_eq!(
            disposition("меню 1.pdf"),
            "attachment; filename=\"____ 1.pdf\"; filename*=UTF-8''%D0%BC%D0%B5%D0%BD%D1%8E%201.pdf"
        );
        assert_eq!(
            disposition("a\"b;.pdf"),
            "attachment; filename=\"a_b_.pdf\"; filename*=UTF-8''a%22b%3B.pdf"
        );
    }
}
