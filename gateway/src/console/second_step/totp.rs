//! Codes that change every half minute (RFC 6238: SHA-1, six digits), as every authenticator app makes
//! them, and recovery codes for the day the app is gone.

use std::fmt::{self, Write};

use data_encoding::{BASE32, BASE32_NOPAD};
use frontdesk_core::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use qrcode::{Color, EcLevel, QrCode};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use subtle::ConstantTimeEq;
use url::form_urlencoded::byte_serialize;

use crate::api::secret_hash;

/// Bytes of a secret: the length of the hash, as RFC 4226 advises.
const SECRET_BYTES: usize = 20;
/// How long a code is shown.
const PERIOD_MS: i64 = 30_000;
/// Digits of a code.
const DIGITS: usize = 6;
/// Clocks may be apart by one code before and one after.
const CODES_APART: u64 = 1;
/// Recovery codes made at once.
const RECOVERY_CODES: usize = 10;
/// Random bytes of a recovery code: more than anybody who has its hash can try.
const RECOVERY_BYTES: usize = 10;
/// Modules of white that a scanner wants around the picture.
const MARGIN: usize = 4;

/// What the codes of one colleague are made from.
pub struct Secret([u8; SECRET_BYTES]);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// One that nobody had before.
    pub fn new() -> Self {
        Self(rand::random())
    }

    /// Reads what [`Secret::text`] wrote.
    pub fn read(text: &SecretString) -> Option<Self> {
        let bytes = BASE32_NOPAD.decode(text.expose_secret().as_bytes()).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The secret as apps take it when it is typed, and as it is sealed.
    pub fn text(&self) -> SecretString {
        BASE32_NOPAD.encode(&self.0).into()
    }

    /// The code of a number; the numbers count half minutes since the Unix epoch.
    fn code(&self, number: u64) -> String {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(&number.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        // RFC 4226, 5.3: the last half byte says where the four bytes of the code stand.
        let at = usize::from(hash[hash.len() - 1] & 0x0f);
        let bytes = [hash[at] & 0x7f, hash[at + 1], hash[at + 2], hash[at + 3]];
        format!("{:06}", u32::from_be_bytes(bytes) % 1_000_000)
    }

    /// The number of the code that was typed, if it is one of those that count at `now`.
    pub fn number_of(&self, typed: &str, now: Timestamp) -> Option<u64> {
        let current = u64::try_from(now.as_millis() / PERIOD_MS).ok()?;
        let counting = current.saturating_sub(CODES_APART)..=current + CODES_APART;
        // All are compared, so that the time does not tell which one was near.
        counting.fold(None, |found, number| {
            let is_it: bool = self.code(number).as_bytes().ct_eq(typed.as_bytes()).into();
            if is_it { Some(number) } else { found }
        })
    }

    /// What the picture says to an app: whose codes, and how to make them.
    pub fn address(&self, email: &str) -> String {
        let account: String = byte_serialize(email.as_bytes()).collect();
        let secret = self.text();
        format!(
            "otpauth://totp/Frontdesk:{account}?secret={}&issuer=Frontdesk",
            secret.expose_secret()
        )
    }
}

/// A code as it was meant: apps and people put spaces into it.
pub fn typed_code(text: &str) -> Option<String> {
    let code: String = text.chars().filter(|char| !char.is_whitespace()).collect();
    (code.len() == DIGITS && code.bytes().all(|byte| byte.is_ascii_digit())).then_some(code)
}

/// Letters and digits in groups of four, as people copy them.
pub fn in_groups(text: &str, between: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(between)
}

/// New recovery codes, and what is kept of them.
pub fn recovery_codes() -> (Vec<String>, Vec<[u8; 32]>) {
    let code = || in_groups(&BASE32.encode(&rand::random::<[u8; RECOVERY_BYTES]>()), "-");
    let codes = std::iter::repeat_with(code).take(RECOVERY_CODES);
    codes.map(|code| (code.clone(), recovery_hash(&code))).unzip()
}

/// What is kept of a recovery code, however it was copied.
pub fn recovery_hash(typed: &str) -> [u8; 32] {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric);
    secret_hash(&letters.collect::<String>().to_ascii_uppercase())
}

/// A picture for the camera of a phone: the black squares as the path of an SVG.
pub struct Picture {
    /// The part of the plane that is shown.
    pub view: String,
    /// The black squares.
    pub path: String,
}

/// The picture that says `text`; `None` when it is longer than a picture can be.
pub fn picture(text: &str) -> Option<Picture> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let side = code.width();
    let mut path = String::new();
    for (index, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (index % side + MARGIN, index / side + MARGIN);
            write!(path, "M{x} {y}h1v1h-1z").expect("a String takes everything");
        }
    }
    let whole = side + 2 * MARGIN;
    Some(Picture {
        view: format!("0 0 {whole} {whole}"),
        path,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the examples in RFC 6238.
    const EXAMPLE: Secret = Secret(*b"12345678901234567890");

    #[test]
    fn codes_are_those_of_the_standard() {
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(EXAMPLE.code(second / 30), code, "at second {second}");
        }
    }

    #[test]
    fn a_code_counts_a_little_before_and_after_its_time() {
        let at = |second: i64| Timestamp::from_millis(second * 1_000);
        for (second, number) in [(29, None), (30, Some(2)), (89, Some(2)), (119, Some(2)), (120, None)] {
            assert_eq!(EXAMPLE.number_of("359152", at(second)), number, "at second {second}");
        }
        for wrong in ["", "35915", "359153", "3591520"] {
            assert_eq!(EXAMPLE.number_of(wrong, at(60)), None, "{wrong:?}");
        }
    }

    #[test]
    fn secrets_come_back_and_are_told_to_apps() {
        let text = EXAMPLE.text();
        assert_eq!(text.expose_secret(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(Secret::read(&text).unwrap().0, EXAMPLE.0);
        assert!(Secret::read(&"GEZDGNBV".to_owned().into()).is_none());
        assert_ne!(Secret::new().0, Secret::new().0);
        assert_eq!(
            EXAMPLE.address("ana+1@example.com"),
            "otpauth://totp/Frontdesk:ana%2B1%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Frontdesk"
        );
    }

    #[test]
    fn codes_are_read_as_people_type_them() {
        assert_eq!(typed_code(" 123 456 ").as_deref(), Some("123456"));
        for other in ["12345", "1234567", "12345a", "ABCD-EFGH-IJKL-MNOP"] {
            assert_eq!(typed_code(other), None, "{other}");
        }
        let (codes, hashes) = recovery_codes();
        assert_eq!(codes.len(), 10);
        assert_eq!(codes[0].len(), 19);
        assert_ne!(codes[0], codes[1]);
        let copied = codes[0].to_lowercase().replace('-', " ");
        assert_eq!(recovery_hash(&copied), hashes[0]);
        assert_ne!(hashes[1], hashes[0]);
    }

    #[test]
    fn a_picture_has_its_corners_and_white_around() {
        let Picture { view, path } = picture("otpauth://totp/x").unwrap();
        let side: usize = view.rsplit(' ').next().unwrap().parse().unwrap();
        for (x, y) in [
            (MARGIN, MARGIN),
            (side - MARGIN - 1, MARGIN),
            (MARGIN, side - MARGIN - 1),
        ] {
            assert!(path.contains(&format!("M{x} {y}h")), "{x} {y}");
        }
        assert!(!path.contains(&format!("M{} ", MARGIN - 1)));
    }
}
