//! Checks a form field by field, and tells every fault at once.

use email_address::EmailAddress;
use frontdesk_actors::{Form, FormKind, Preference, Tenant};
use frontdesk_core::{Language, Personal, Timestamp};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::fields;

const NAME_CHARACTERS: std::ops::RangeInclusive<usize> = 2..=100;
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 10..=15;
const EMAIL_CHARACTERS_MAX: usize = 254;
const GUESTS: std::ops::RangeInclusive<u32> = 1..=10_000;
const BUDGET_CHARACTERS_MAX: usize = 100;
const LOCATION_CHARACTERS_MAX: usize = 300;
const MESSAGE_CHARACTERS_MAX: usize = 2_000;
const PAGE_CHARACTERS_MAX: usize = 200;
/// How far ahead a date may lie: beyond it somebody mistyped the year.
const YEARS_AHEAD_MAX: i16 = 5;
/// How people and browsers write an hour.
const CLOCKS: [&str; 6] = ["%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p"];

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldFault {
    /// The field's name, as documented.
    pub field: &'static str,
    /// A stable code: `required`, `too_short`, `too_long`, `invalid`, `past`, `too_far`, `out_of_range`.
    pub code: &'static str,
    /// The same for people.
    pub message: &'static str,
}

/// Checks a form.
pub(super) fn check(
    kind: FormKind,
    fields: &Map<String, Value>,
    tenant: &Tenant,
    now: Timestamp,
) -> Result<Form, Vec<FieldFault>> {
    let mut checker = Checker {
        fields,
        tenant,
        now,
        is_booking: kind == FormKind::Booking,
        faults: Vec::new(),
    };
    let form = checker.form(kind);
    // A fault and a missing part go together, so either is enough to refuse.
    form.filter(|_| checker.faults.is_empty()).ok_or(checker.faults)
}

struct Checker<'a> {
    fields: &'a Map<String, Value>,
    tenant: &'a Tenant,
    now: Timestamp,
    is_booking: bool,
    faults: Vec<FieldFault>,
}

impl Checker<'_> {
    /// The form, if everything it cannot do without is there. Every field is looked at before that
    /// is decided.
    fn form(&mut self, kind: FormKind) -> Option<Form> {
        let name = self.name();
        let email = self.email();
        let phone = self.phone();
        let preferred = self.preferred();
        let date = self.date();
        let time = self.time();
        let guests = self.guests();
        let budget = self.words("budget", &["budget"], BUDGET_CHARACTERS_MAX);
        let location = self.location();
        let message = self.words("message", &["message", "notes"], MESSAGE_CHARACTERS_MAX);
        let email_consent = self.flag("email_consent", &["email_consent", "emailConsent"], true);
        let sms_consent = self.flag("sms_consent", &["sms_consent", "smsConsent"], false);
        let language = fields::words(self.fields, &["language", "locale"]).ok().flatten();
        let page = fields::words(self.fields, &["page"]).ok().flatten();
        let preferred = match preferred {
            Some(preferred) => preferred,
            // Who does not say, but may be texted, is texted.
            None if sms_consent => Preference::Text,
            None => Preference::Email,
        };
        Some(Form {
            form: kind,
            name: name?,
            phone: phone?,
            email: email?,
            language: language.and_then(|tag| Language::from_tag(&tag)),
            preferred,
            datetime: date.map(|date| match time {
                Some(time) => date.to_datetime(time).strftime("%Y-%m-%dT%H:%M").to_string(),
                None => date.to_string(),
            }),
            guests,
            budget,
            location,
            message,
            page: page.map(|page| page.chars().take(PAGE_CHARACTERS_MAX).collect()),
            email_consent,
            sms_consent,
        })
    }

    fn fault(&mut self, field: &'static str, code: &'static str, message: &'static str) {
        self.faults.push(FieldFault { field, code, message });
    }

    /// The words of a field that must be there.
    fn required(&mut self, field: &'static str, names: &[&str], message: &'static str) -> Option<String> {
        match fields::words(self.fields, names) {
            Ok(Some(words)) => return Some(words),
            Ok(None) => self.fault(field, "required", message),
            Err(()) => self.fault(field, "invalid", message),
        }
        None
    }

    fn name(&mut self) -> Option<Personal> {
        let name = self.required("name", &["name"], "Please tell us your name.")?;
        let characters = name.chars().count();
        if characters < *NAME_CHARACTERS.start() {
            self.fault("name", "too_short", "A name has at least 2 characters.");
        } else if characters > *NAME_CHARACTERS.end() {
            self.fault("name", "too_long", "A name has at most 100 characters.");
        } else if name.contains(char::is_control) || !name.contains(char::is_alphabetic) {
            self.fault("name", "invalid", "Please write your name in letters.");
        } else {
            return Some(name.into());
        }
        None
    }

    fn email(&mut self) -> Option<Personal> {
        let email = self.required("email", &["email"], "Please tell us your email address.")?;
        let has_host = email.rsplit_once('@').is_some_and(|(_, host)| host.contains('.'));
        if email.len() > EMAIL_CHARACTERS_MAX || !EmailAddress::is_valid(&email) || !has_host {
            self.fault(
                "email",
                "invalid",
                "This does not look like an email address such as name@example.com.",
            );
            return None;
        }
        Some(email.to_lowercase().into())
    }

    fn phone(&mut self) -> Option<Personal> {
        let phone = self.required("phone", &["phone"], "Please tell us your phone number.")?;
        let digits = phone.chars().filter(char::is_ascii_digit).count();
        let is_written = |char: char| char.is_ascii_digit() || matches!(char, '+' | '(' | ')' | '-' | '.' | ' ' | '/');
        if !phone.chars().all(is_written) || digits > *PHONE_DIGITS.end() {
            self.fault(
                "phone",
                "invalid",
                "Please write the phone number in digits, at most 15.",
            );
            return None;
        }
        if digits < *PHONE_DIGITS.start() {
            self.fault(
                "phone",
                "too_short",
                "A phone number has at least 10 digits, with the area code.",
            );
            return None;
        }
        let read = self.tenant.read_phone(&phone);
        if read.is_none() {
            self.fault("phone", "invalid", "This is not a phone number that can be called.");
        }
        read
    }

    fn preferred(&mut self) -> Option<Preference> {
        const FIELD: &str = "preferred_communication";
        let names = [FIELD, "preferredCommunication", "preferred"];
        let words = match fields::words(self.fields, &names) {
            Ok(words) => words,
            Err(()) => Some(String::new()),
        };
        match words.as_deref().map(str::to_ascii_lowercase).as_deref() {
            None => {
                if self.is_booking {
                    self.fault(
                        FIELD,
                        "required",
                        "Please tell us how to reach you: phone, text or email.",
                    );
                }
                None
            }
            Some("phone" | "call") => Some(Preference::Phone),
            Some("text" | "sms") => Some(Preference::Text),
            Some("email") => Some(Preference::Email),
            Some(_) => {
                self.fault(FIELD, "invalid", "This is one of phone, text and email.");
                None
            }
        }
    }

    fn date(&mut self) -> Option<Date> {
        const FIELD: &str = "event_date";
        let names = [FIELD, "eventDate", "date"];
        let asked = "Please tell us the date of your event.";
        if !self.is_booking && matches!(fields::words(self.fields, &names), Ok(None)) {
            return None;
        }
        let words = self.required(FIELD, &names, asked)?;
        let zone = TimeZone::get(&self.tenant.settings().time_zone).unwrap_or(TimeZone::UTC);
        // A moment, as programs write dates, is a day on the tenant's clock.
        let moment = words.parse::<jiff::Timestamp>().ok();
        let read = match moment {
            Some(moment) => Some(moment.to_zoned(zone.clone()).date()),
            None => words.parse::<Date>().ok(),
        };
        let Some(date) = read else {
            self.fault(FIELD, "invalid", "This is not a date such as 2026-12-05.");
            return None;
        };
        let today = self.now.to_jiff().to_zoned(zone).date();
        if date < today {
            self.fault(FIELD, "past", "This day is over.");
        } else if date.year() > today.year() + YEARS_AHEAD_MAX {
            self.fault(FIELD, "too_far", "This is too far ahead.");
        } else {
            return Some(date);
        }
        None
    }

    fn time(&mut self) -> Option<Time> {
        const FIELD: &str = "event_time";
        let names = [FIELD, "eventTime", "time"];
        if !self.is_booking && matches!(fields::words(self.fields, &names), Ok(None)) {
            return None;
        }
        let words = self.required(FIELD, &names, "Please tell us the time of your event.")?;
        let words = words.to_ascii_uppercase();
        let read = CLOCKS.iter().find_map(|clock| Time::strptime(clock, &words).ok());
        if read.is_none() {
            self.fault(FIELD, "invalid", "This is not a time such as 18:30.");
        }
        read
    }

    fn guests(&mut self) -> Option<u32> {
        const FIELD: &str = "guest_count";
        let names = [FIELD, "guestCount", "guests"];
        if !self.is_booking && matches!(fields::words(self.fields, &names), Ok(None)) {
            return None;
        }
        let words = self.required(FIELD, &names, "Please tell us how many guests will come.")?;
        let Ok(guests) = words.parse::<i64>() else {
            self.fault(FIELD, "invalid", "This is not a number of people.");
            return None;
        };
        let guests = u32::try_from(guests).ok().filter(|guests| GUESTS.contains(guests));
        if guests.is_none() {
            self.fault(FIELD, "out_of_range", "We cook for 1 to 10,000 guests.");
        }
        guests
    }

    fn location(&mut self) -> Option<Personal> {
        let (field, names) = if self.is_booking {
            ("address", ["address", "location"])
        } else {
            ("location", ["location", "address"])
        };
        let written = fields::address(self.fields, &names);
        self.bounded(field, written, LOCATION_CHARACTERS_MAX)
    }

    fn words(&mut self, field: &'static str, names: &[&str], characters_max: usize) -> Option<Personal> {
        let written = fields::words(self.fields, names);
        self.bounded(field, written, characters_max)
    }

    fn bounded(
        &mut self,
        field: &'static str,
        written: Result<Option<String>, ()>,
        characters_max: usize,
    ) -> Option<Personal> {
        let is_odd = |char: char| char.is_control() && !matches!(char, '\n' | '\r' | '\t');
        match written {
            Ok(None) => None,
            Ok(Some(words)) if words.chars().count() > characters_max => {
                self.fault(field, "too_long", "This is too long.");
                None
            }
            Ok(Some(words)) if !words.contains(is_odd) => Some(words.into()),
            Ok(Some(_)) | Err(()) => {
                self.fault(field, "invalid", "This cannot be read.");
                None
            }
        }
    }

    fn flag(&mut self, field: &'static str, names: &[&str], default: bool) -> bool {
        match fields::flag(self.fields, names) {
            Ok(flag) => flag.unwrap_or(default),
            Err(()) => {
                self.fault(field, "invalid", "This is true or false.");
                false
            }
        }
    }
}
