//! Digits and number words that stand in a row.

use std::ops::Range;

use crate::answer::text::{Kind, Text, numbers};

/// Digits of a run that are kept; no number with its extension is longer.
const DIGITS_MAX: usize = 48;
/// Fewest digits, written or said, that can be a phone number.
const DIGITS_MIN: usize = 7;

/// Some digits of a run, and how they are separated from those before.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) digits: String,
    pub(super) tokens: Range<usize>,
    pub(super) has_plus: bool,
    /// A comma, a line end, "or", "and": another number may begin here.
    pub(super) is_break: bool,
}

/// Pieces in a row, and the extension said after them.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) pieces: Vec<Piece>,
    pub(super) tokens: Range<usize>,
    pub(super) ext: Option<String>,
}

impl Run {
    pub(super) fn digits(&self) -> String {
        self.pieces.iter().map(|piece| piece.digits.as_str()).collect()
    }

    pub(super) fn has_plus(&self) -> bool {
        self.pieces.iter().any(|piece| piece.has_plus)
    }
}

/// Whether the message has digits and number words enough for a phone number; cheap.
pub(super) fn has_enough_digits(text: &Text) -> bool {
    let mut digits = 0;
    for (index, token) in text.tokens().iter().enumerate() {
        digits += match token.kind {
            Kind::Digits => token.end - token.start,
            // "eight hundred", "тройка", "double five": at most a few digits a word.
            Kind::Word if numbers::word(text.word(index)).is_some() => 3,
            Kind::Word if repeat(text.word(index)).is_some() || is_oh(text.word(index)) => 3,
            _ => 0,
        };
        if digits >= DIGITS_MIN {
            return true;
        }
    }
    false
}

/// The runs of a message, without prices, dates, times and counted things.
pub(super) fn read(text: &Text) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut at = 0;
    while at < text.tokens().len() {
        let skipped = skip_other_number(text, at).max(skip_hour(text, at));
        if skipped > at {
            at = skipped;
            continue;
        }
        match run(text, at) {
            Some(run) => {
                at = run.tokens.end;
                runs.push(run);
            }
            None => at += 1,
        }
    }
    runs
}

/// "tomorrow at 7, 917 555 0144": the end of an hour or a head count that a comma parts from a number.
fn skip_hour(text: &Text, at: usize) -> usize {
    let is_short = text.kind(at) == Some(Kind::Digits) && text.word(at).len() <= 2;
    let is_led = matches!(
        text.word(at.wrapping_sub(1)),
        "at" | "@" | "las" | "в" | "о" | "об" | "for" | "para" | "by"
    );
    let is_parted = matches!(text.kind(at + 1), Some(Kind::Mark(',' | '.' | '\n')))
        && text.tokens().get(at + 2).is_some_and(|next| !next.is_glued);
    if is_short && is_led && is_parted { at + 1 } else { at }
}

fn run(text: &Text, start: usize) -> Option<Run> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = start;
    let mut plus_at = None;
    let mut is_break = false;
    let mut count = 0;
    let mut ext = None;
    while at < text.tokens().len() && count < DIGITS_MAX {
        if plus_at.is_none() && is_plus(text, at, pieces.is_empty()) {
            plus_at = Some(at);
            at += 1;
        } else if let Some((digits, end)) = said_digits(text, at, !pieces.is_empty()) {
            if is_counted(text, at, end) || skip_other_number(text, at) > at {
                break;
            }
            count += digits.len();
            let first = plus_at.unwrap_or(at);
            let has_plus = plus_at.take().is_some();
            pieces.push(Piece {
                digits,
                tokens: first..end,
                has_plus,
                is_break: is_break || (has_plus && !pieces.is_empty()),
            });
            is_break = false;
            at = end;
        } else if pieces.is_empty() {
            return None;
        } else if let Some((digits, end)) = extension(text, at) {
            ext = Some(digits);
            at = end;
            break;
        } else if let Some(separates) = separator(text, at) {
            is_break |= separates;
            at += 1;
        } else {
            break;
        }
    }
    let end = if ext.is_some() { at } else { pieces.last()?.tokens.end };
    let start = pieces.first()?.tokens.start;
    Some(Run {
        pieces,
        tokens: start..end,
        ext,
    })
}

/// Digits at a token: written, a number word, "oh", "double five", "две семёрки".
fn said_digits(text: &Text, at: usize, is_inside: bool) -> Option<(String, usize)> {
    let word = text.word(at);
    if text.kind(at)? == Kind::Digits {
        return Some((word.to_owned(), at + 1));
    }
    // "8 9О5 ОО7": the letter typed for the digit
    let is_zero = |letter: char| matches!(letter, 'o' | 'о');
    if text.tokens()[at].is_glued && is_inside && word.chars().count() > 1 && word.chars().all(is_zero) {
        return Some(("0".repeat(word.chars().count()), at + 1));
    }
    if is_oh(word) {
        // "2223456789 o al 222…": a letter alone is "or" in Spanish.
        let is_letter = matches!(word, "o" | "о") && !text.tokens()[at].is_glued;
        let is_spoken = is_inside && !is_letter || said_digits(text, at + 1, true).is_some();
        return is_spoken.then(|| ("0".to_owned(), at + 1));
    }
    if let Some(times) = repeat(word) {
        let next = if matches!(text.word(at + 1), "" | "the" | "el" | "de") {
            at + 2
        } else {
            at + 1
        };
        if is_oh(text.word(next)) {
            return Some(("0".repeat(times), next + 1));
        }
        let number = numbers::at(text, next).filter(|number| number.value < 10)?;
        return Some((number.value.to_string().repeat(times), next + number.tokens));
    }
    if let (Some(count), Some(noun)) = (numbers::word(word), numbers::word(text.word(at + 1)))
        && (noun.class == numbers::Class::Noun || matches!(text.word(at + 1), "нуля" | "нулі"))
        && (2..=4).contains(&count.value)
    {
        return Some((noun.value.to_string().repeat(count.value as usize), at + 2));
    }
    if matches!(text.word(at + 1), "veces" | "раза" | "рази") {
        let times = numbers::word(word).filter(|times| (2..=4).contains(&times.value))?;
        let next = if text.word(at + 2) == "el" { at + 3 } else { at + 2 };
        let digit = numbers::word(text.word(next)).filter(|digit| digit.value < 10)?;
        return Some((digit.value.to_string().repeat(times.value as usize), next + 1));
    }
    let mut number = numbers::at(text, at)?;
    let units = number.value % 100;
    if text.word(at + 1) == "hundred" && number.tokens == 3 && (1..10).contains(&units) {
        // "eight hundred five five five" is 800 and a five, not 805.
        number.value -= units;
        number.tokens = 2;
    }
    let is_said = matches!(
        number.class,
        numbers::Class::Cardinal | numbers::Class::Noun | numbers::Class::Multiplier
    );
    is_said.then(|| (number.value.to_string(), at + number.tokens))
}

fn is_oh(word: &str) -> bool {
    matches!(
        word,
        "o" | "oh" | "о" | "zero" | "нуль" | "ноль" | "cero" | "naught" | "nought"
    )
}

fn repeat(word: &str) -> Option<usize> {
    match word {
        "double" | "doble" | "twice" | "дважды" | "двічі" | "дабл" => Some(2),
        "triple" | "treble" | "трижды" | "тричі" => Some(3),
        "quadruple" => Some(4),
        _ => None,
    }
}

fn is_plus(text: &Text, at: usize, is_first: bool) -> bool {
    let is_plus = match text.word(at) {
        "+" => true,
        "plus" | "плюс" | "mas" => is_first || text.kind(at.wrapping_sub(1)) != Some(Kind::Digits),
        _ => false,
    };
    is_plus && said_digits(text, at + 1, true).is_some()
}

/// Whether a token may stand between digits of one number; `Some(true)` when another
/// number may as well begin after it.
fn separator(text: &Text, at: usize) -> Option<bool> {
    let is_before_digits = |next: usize| said_digits(text, next, true).is_some() || is_plus(text, next, false);
    match text.kind(at)? {
        Kind::Mark('-' | '.' | '(' | ')' | '—' | '*' | '_' | '\'' | '"') => Some(false),
        Kind::Mark('/' | ',' | ';' | '\n' | '|' | '&' | '…') => Some(true),
        Kind::Word => match text.word(at) {
            "y" | "and" | "а"
                if matches!(
                    text.word(at + 1),
                    "luego" | "despues" | "then" | "потом" | "потім" | "далее" | "далі"
                ) && is_before_digits(at + 2) =>
            {
                Some(false)
            }
            "dash" | "hyphen" | "minus" | "guion" | "тире" | "дефис" | "дефіс" | "минус" | "мінус" | "dot"
            | "punto" | "точка" | "крапка" | "space" | "espacio" | "пробел" | "пробіл" | "uh" | "um" | "er" | "eh"
            | "э" | "ээ" | "е" | "then" | "next" | "luego" | "потом" | "потім" | "далее" | "далі" | "дальше"
            | "затем" | "пауза" | "coma" | "запятая" | "ну" | "и" | "і" | "este" | "emm" | "parentesis" | "скобка"
            | "pause" | "comma" => Some(false),
            "or" | "and" | "o" | "y" | "или" | "або" | "чи" | "e" if is_before_digits(at + 1) => Some(true),
            _ => None,
        },
        _ => None,
    }
}

/// "ext. 9", "x 12", "доб 305", "#4": the extension after a number.
fn extension(text: &Text, at: usize) -> Option<(String, usize)> {
    let mut next = at;
    while matches!(text.kind(next), Some(Kind::Mark(',' | '.' | '(' | '-' | ';'))) {
        next += 1;
    }
    // "then press 3"
    next += usize::from(
        matches!(text.word(next), "then" | "and" | "luego" | "потом" | "потім") && is_press(text, next + 1),
    );
    let is_word = is_press(text, next)
        || matches!(
            text.word(next),
            "ext"
                | "extn"
                | "xt"
                | "extension"
                | "extention"
                | "extencion"
                | "exten"
                | "x"
                | "х"
                | "#"
                | "anexo"
                | "interno"
                | "int"
                | "доб"
                | "добавочный"
                | "добавочные"
                | "добавочній"
                | "дод"
                | "додатковий"
                | "внутр"
                | "внутренний"
                | "внутрішній"
                | "вн"
                | "экст"
                | "екст"
                | "poste"
        );
    if !is_word {
        return None;
    }
    next += 1;
    while matches!(text.kind(next), Some(Kind::Mark('.' | ':' | '#' | '-' | ',' | '=')))
        || matches!(text.word(next), "number" | "numero" | "номер" | "is" | "es")
    {
        next += 1;
    }
    let mut digits = String::new();
    while let Some((more, end)) = said_digits(text, next, !digits.is_empty()) {
        if digits.len() + more.len() > 7 {
            break;
        }
        digits.push_str(&more);
        next = end;
    }
    (!digits.is_empty()).then_some((digits, next))
}

fn is_press(text: &Text, at: usize) -> bool {
    matches!(
        text.word(at),
        "press" | "dial" | "marque" | "marca" | "нажмите" | "натисніть"
    )
}

/// "10 people", "7 pm", "500 dollars": a number that counts something.
fn is_counted(text: &Text, at: usize, end: usize) -> bool {
    let is_price = at > 0 && matches!(text.word(at - 1), "$" | "€" | "£" | "₽" | "₴");
    let is_label = (at.saturating_sub(3)..at).any(|before| is_other_label(text.word(before)))
        && !(at.saturating_sub(3)..at).any(|before| text.word(before) == ",");
    // "Guests: 5" begins something else.
    let is_heading = matches!(text.kind(end + 1), Some(Kind::Mark(':' | '=')));
    let has_unit = text.kind(end) != Some(Kind::Mark('\n')) && is_unit(text.word(end)) && !is_heading;
    is_price || is_label || (has_unit && end - at <= 3)
}

fn is_other_label(word: &str) -> bool {
    matches!(
        word,
        "order"
            | "invoice"
            | "booking"
            | "reservation"
            | "confirmation"
            | "ticket"
            | "zip"
            | "card"
            | "account"
            | "tracking"
            | "room"
            | "apt"
            | "address"
            | "ssn"
            | "pedido"
            | "factura"
            | "reserva"
            | "tarjeta"
            | "cuenta"
            | "postal"
            | "заказ"
            | "заказа"
            | "счет"
            | "счета"
            | "карта"
            | "карты"
            | "индекс"
            | "инн"
            | "бронь"
            | "замовлення"
            | "рахунок"
            | "картка"
            | "картки"
            | "індекс"
            | "passport"
            | "паспорт"
            | "case"
            | "id"
            | "budget"
            | "price"
    )
}

fn is_unit(word: &str) -> bool {
    matches!(
        word,
        "people"
            | "persons"
            | "person"
            | "guests"
            | "guest"
            | "pax"
            | "adults"
            | "kids"
            | "pm"
            | "am"
            | "dollars"
            | "bucks"
            | "usd"
            | "eur"
            | "euros"
            | "$"
            | "€"
            | "₽"
            | "₴"
            | "%"
            | "hours"
            | "minutes"
            | "personas"
            | "invitados"
            | "adultos"
            | "pesos"
            | "dolares"
            | "человек"
            | "людей"
            | "гостей"
            | "персон"
            | "руб"
            | "рублей"
            | "грн"
            | "гривень"
            | "гривен"
            | "осіб"
            | "людини"
            | "человека"
            | "years"
            | "anos"
            | "лет"
            | "років"
            | "st"
            | "th"
            | "nd"
            | "rd"
            | "street"
            | "avenue"
            | "ave"
            | "людин"
            | "взрослых"
            | "дорослих"
            | "детей"
            | "дітей"
            | "часов"
            | "годин"
            | "минут"
            | "хвилин"
    )
}

/// The end of a date or time that starts at `at`; `at` when there is none.
fn skip_other_number(text: &Text, at: usize) -> usize {
    let part = |index: usize| match text.kind(index) {
        Some(Kind::Digits) => text
            .word(index)
            .parse::<u32>()
            .ok()
            .map(|value| (value, text.word(index).len())),
        _ => None,
    };
    let joint = |index: usize, marks: &[char]| {
        let is_glued = |index: usize| text.tokens().get(index).is_some_and(|token| token.is_glued);
        matches!(text.kind(index), Some(Kind::Mark(mark)) if marks.contains(&mark))
            && is_glued(index)
            && is_glued(index + 1)
    };
    let Some(first) = part(at) else { return at };
    if let (true, Some((minute, 2))) = (joint(at + 1, &[':']), part(at + 2)) {
        return if first.0 < 24 && minute < 60 { at + 3 } else { at };
    }
    if !joint(at + 1, &['/', '.', '-']) || !joint(at + 3, &['/', '.', '-']) {
        return at;
    }
    let (Some(second), Some(third)) = (part(at + 2), part(at + 4)) else {
        return at;
    };
    let is_day_and_month = |a: (u32, usize), b: (u32, usize)| {
        a.1 <= 2 && b.1 <= 2 && a.0.min(b.0) >= 1 && a.0.min(b.0) <= 12 && a.0.max(b.0) <= 31
    };
    let is_year = |year: (u32, usize)| year.1 == 4 && (1900..2100).contains(&year.0);
    let ends_here = !joint(at + 5, &['/', '.', '-']);
    let is_date = ends_here
        && ((is_day_and_month(first, second)
            && (is_year(third) || third.1 == 2 && text.kind(at + 1) != Some(Kind::Mark('-'))))
            || (is_year(first) && is_day_and_month(second, third)));
    if is_date { at + 5 } else { at }
}
