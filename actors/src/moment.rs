//! Days and hours as people say them.

use frontdesk_core::Language;
use jiff::civil::{Date, DateTime, Time, Weekday};

/// A day, with an hour where one was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    date: Date,
    time: Option<Time>,
}

impl Moment {
    /// Reads `2026-11-28` or `2026-11-28T19:00`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.contains('T') {
            let moment: DateTime = text.parse().ok()?;
            Some(Self {
                date: moment.date(),
                time: Some(moment.time()),
            })
        } else {
            Some(Self {
                date: text.parse().ok()?,
                time: None,
            })
        }
    }
}

/// `on Saturday, November 28 at 7:00 PM`, in the language's own order.
pub(crate) fn with_preposition(moment: &Moment, language: Language) -> Option<String> {
    let (date, weekday) = (moment.date, moment.date.weekday());
    let month = MONTHS[language as usize].get(usize::try_from(date.month() - 1).ok()?)?;
    let day = match language {
        Language::En => format!("on {}, {month} {}", name(weekday, language), date.day()),
        Language::Es => format!("el {} {} de {month}", name(weekday, language), date.day()),
        Language::Ru => format!("{}, {} {month}", ON_RU[index(weekday)], date.day()),
        Language::Uk => format!("{}, {} {month}", ON_UK[index(weekday)], date.day()),
    };
    Some(match moment.time {
        None => day,
        Some(time) => {
            let at = match language {
                Language::En => "at",
                Language::Es if time.hour() == 1 => "a la",
                Language::Es => "a las",
                Language::Ru => "в",
                Language::Uk => "о",
            };
            format!("{day} {at} {}", clock(time, language))
        }
    })
}

/// `Saturday`.
pub(crate) fn weekday(moment: &Moment, language: Language) -> &'static str {
    name(moment.date.weekday(), language)
}

/// `7:00 PM` in English, `19:00` elsewhere.
pub(crate) fn clock(time: Time, language: Language) -> String {
    let (hour, minute) = (time.hour(), time.minute());
    match language {
        Language::En => {
            let half = if hour < 12 { "AM" } else { "PM" };
            format!("{}:{minute:02} {half}", (hour + 11) % 12 + 1)
        }
        Language::Es | Language::Ru | Language::Uk => format!("{hour}:{minute:02}"),
    }
}

fn name(weekday: Weekday, language: Language) -> &'static str {
    WEEKDAYS[language as usize][index(weekday)]
}

fn index(weekday: Weekday) -> usize {
    usize::try_from(weekday.to_monday_zero_offset()).expect("an offset is 0 to 6")
}

const WEEKDAYS: [[&str; 7]; 4] = [
    [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ],
    ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
    [
        "понедельник",
        "вторник",
        "среда",
        "четверг",
        "пятница",
        "суббота",
        "воскресенье",
    ],
    [
        "понеділок",
        "вівторок",
        "середа",
        "четвер",
        "п'ятниця",
        "субота",
        "неділя",
    ],
];

const ON_RU: [&str; 7] = [
    "в понедельник",
    "во вторник",
    "в среду",
    "в четверг",
    "в пятницу",
    "в субботу",
    "в воскресенье",
];

const ON_UK: [&str; 7] = [
    "у понеділок",
    "у вівторок",
    "у середу",
    "у четвер",
    "у п'ятницю",
    "у суботу",
    "у неділю",
];

const MONTHS: [[&str; 12]; 4] = [
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
    [
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ],
    [
        "січня",
        "лютого",
        "березня",
        "квітня",
        "травня",
        "червня",
        "липня",
        "серпня",
        "вересня",
        "жовтня",
        "листопада",
        "грудня",
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_said_in_every_language() {
        let moment = Moment::parse("2026-11-28T19:30").unwrap();
        let said = |language| with_preposition(&moment, language).unwrap();
        assert_eq!(said(Language::En), "on Saturday, November 28 at 7:30 PM");
        assert_eq!(said(Language::Es), "el sábado 28 de noviembre a las 19:30");
        assert_eq!(said(Language::Ru), "в субботу, 28 ноября в 19:30");
        assert_eq!(said(Language::Uk), "у суботу, 28 листопада о 19:30");
        let day = Moment::parse("2026-01-01").unwrap();
        assert_eq!(with_preposition(&day, Language::En).unwrap(), "on Thursday, January 1");
    }

    #[test]
    fn noon_and_midnight_are_twelve() {
        assert_eq!(clock(Time::constant(0, 5, 0, 0), Language::En), "12:05 AM");
        assert_eq!(clock(Time::constant(12, 0, 0, 0), Language::En), "12:00 PM");
    }
}
