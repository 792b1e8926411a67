//! Where a phone number is at home: its country, and its time zone where there is but one.
//!
//! A guess: people move and keep their numbers. Good enough for not waking anybody at night, and
//! shown with where it came from.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Zones by prefix; `None` where a prefix spans several.
static ZONES: LazyLock<HashMap<&'static str, Option<&'static str>>> = LazyLock::new(|| {
    let mut zones = HashMap::new();
    let lines = include_str!("zones.txt").lines().filter(|line| !line.starts_with('#'));
    for line in lines {
        let mut words = line.split(' ');
        let zone = words.next().filter(|zone| *zone != "-");
        zones.extend(words.map(|prefix| (prefix, zone)));
    }
    zones
});

/// Where a number is at home.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// ISO 3166, as in `US`.
    pub country: Option<String>,
    /// IANA, as in `America/Los_Angeles`; `None` where the number may belong to several.
    pub time_zone: Option<&'static str>,
}

/// Tells it from a number in E.164. Anything else is nowhere.
#[must_use]
pub fn place(e164: &str) -> Place {
    let Some(digits) = e164
        .strip_prefix('+')
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
    else {
        return Place::default();
    };
    let country = phonenumber::parse(None, e164)
        .ok()
        .and_then(|number| number.country().id())
        .map(|id| id.as_ref().to_owned());
    Place {
        country,
        time_zone: (1..=digits.len())
            .rev()
            .find_map(|length| ZONES.get(&digits[..length]))
            .copied()
            .flatten(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_tells_its_country_and_its_only_time_zone() {
        for (number, country, zone) in [
            ("+14155550100", Some("US"), Some("America/Los_Angeles")),
            ("+12125550100", Some("US"), Some("America/New_York")),
            ("+380441234567", Some("UA"), Some("Europe/Kyiv")),
            ("+34911234567", Some("ES"), Some("Europe/Madrid")),
            ("+442079460000", Some("GB"), Some("Europe/London")),
            // Idaho lies in two zones.
            ("+12085550100", Some("US"), None),
            ("4155550100", None, None),
            ("+", None, None),
            ("+٣٤", None, None),
        ] {
            let found = place(number);
            assert_eq!((found.country.as_deref(), found.time_zone), (country, zone), "{number}");
        }
    }

    #[test]
    fn every_zone_is_one_that_can_be_computed_with() {
        for zone in ZONES.values().flatten() {
            assert!(jiff::tz::TimeZone::get(zone).is_ok(), "{zone}");
        }
    }
}
