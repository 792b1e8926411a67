//! What addresses look like: enough to tell a slip of the keyboard from an address, no more. Whether
//! somebody is there, the provider alone knows.

use frontdesk_core::ChannelKind;

use super::{retell, whatsapp_cloud};

/// Characters of an address of no particular form.
const WORD_CHARACTERS_MAX: usize = 128;

/// How the addresses of a channel are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `+14155550100`.
    Number,
    /// `+14155550100`, or the few digits of a short code.
    NumberOrCode,
    /// `+14155550100`, or `US.13491208655302741918` of somebody who shows no number.
    NumberOrUser,
    /// `104020918399999`.
    Id,
    /// Anything without control characters.
    Word,
}

impl Form {
    /// How our addresses at a provider are written, or on a channel of which no provider is named.
    #[must_use]
    pub fn of_ours(provider: Option<&str>, channel: ChannelKind) -> Self {
        match channel {
            ChannelKind::Sms => Self::NumberOrCode,
            ChannelKind::Voice if provider == Some(retell::NAME) => Self::Word,
            ChannelKind::Voice => Self::Number,
            ChannelKind::Messenger | ChannelKind::Instagram => Self::Id,
            ChannelKind::Whatsapp if provider == Some(whatsapp_cloud::NAME) => Self::Id,
            ChannelKind::Whatsapp | ChannelKind::WebChat | ChannelKind::Marketplace | ChannelKind::Form => Self::Word,
        }
    }

    /// How customers' addresses on a channel are written.
    #[must_use]
    pub const fn of_theirs(channel: ChannelKind) -> Self {
        match channel {
            ChannelKind::Sms | ChannelKind::Voice => Self::Number,
            ChannelKind::Whatsapp => Self::NumberOrUser,
            ChannelKind::Messenger | ChannelKind::Instagram => Self::Id,
            ChannelKind::WebChat | ChannelKind::Marketplace | ChannelKind::Form => Self::Word,
        }
    }

    /// Whether an address is written so.
    #[must_use]
    pub fn fits(self, address: &str) -> bool {
        let is_number = || {
            address
                .strip_prefix('+')
                .is_some_and(|digits| !digits.starts_with('0') && has_digits(digits, 7, 15))
        };
        match self {
            Self::Number => is_number(),
            Self::NumberOrCode => is_number() || has_digits(address, 4, 8),
            Self::NumberOrUser => is_number() || is_user(address),
            Self::Id => has_digits(address, 4, 32),
            Self::Word => {
                (1..=WORD_CHARACTERS_MAX).contains(&address.chars().count())
                    && address.trim() == address
                    && !address.contains(char::is_control)
            }
        }
    }

    /// What is expected, for whoever wrote something else: `… is not <this>`.
    #[must_use]
    pub const fn expected(self) -> &'static str {
        match self {
            Self::Number => "a phone number with its country, such as +14155550100",
            Self::NumberOrCode => "a phone number with its country, such as +14155550100, or a short code of digits",
            Self::NumberOrUser => {
                "a phone number with its country, such as +14155550100, or an id such as US.1349120865"
            }
            Self::Id => "an id of digits, such as 104020918399999",
            Self::Word => "an address of up to 128 characters",
        }
    }
}

fn has_digits(text: &str, min: usize, max: usize) -> bool {
    (min..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A country and the id of somebody who shows no number.
fn is_user(text: &str) -> bool {
    text.split_once('.').is_some_and(|(country, id)| {
        country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase()) && has_digits(id, 1, 32)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_keyboard_is_no_address() {
        for (form, fits, others) in [
            (
                Form::Number,
                &["+14155550100", "+34600111222"][..],
                &["12", "14155550100", "+1415555O100", "+0"][..],
            ),
            (
                Form::NumberOrCode,
                &["+14155550100", "32665"],
                &["123", "caterer", "+12"],
            ),
            (
                Form::NumberOrUser,
                &["+14155550100", "US.999"],
                &["US.", "us.999", "999", "+1 415"],
            ),
            (Form::Id, &["1545041", "17841405822304914"], &["psid-206", "12", ""]),
            (
                Form::Word,
                &["DemoApp", "SoVHhx7Hel_XX0DKCLp72Q"],
                &["", " app", "a\nb"],
            ),
        ] {
            for address in fits {
                assert!(form.fits(address), "{address} is {}", form.expected());
            }
            for address in others {
                assert!(!form.fits(address), "{address} is not {}", form.expected());
            }
        }
    }
}
