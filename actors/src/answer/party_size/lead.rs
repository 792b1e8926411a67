//! Words before a head count: "party of six", "somos cinco", "Guests: 5".

use super::{Count, PARTY_MAX, is_adults, quantity, skip_words};
use crate::answer::when::lexicon::Lex;
use crate::answer::when::line::Line;
use crate::answer::when::piece::What;

/// "party of six", "somos cinco", "нас четверо", "there are 6", "будет 5".
pub(super) fn group_lead(line: &Line<'_>, at: usize) -> Option<(Count, usize)> {
    let start = match line.word(at) {
        "party" | "group" | "team" | "crew" | "equipo" | "grupo" | "family" | "familia" | "компания" | "компанія"
        | "группа" | "группу" | "група" | "групу" | "родина" | "родину" | "родиною" | "семья" | "семьей" | "семьи"
        | "сімя" | "сімєю" | "сімї" => {
            let of = at + 1;
            let is_of = line.is_word(of, &["of", "de", "из", "з", "із", "size"]) || line.number(of).is_some();
            if !is_of {
                return None;
            }
            line.skip(
                if line.number(of).is_some() { of } else { of + 1 },
                &[Lex::About, Lex::The],
            )
        }
        "somos" | "semos" | "seremos" | "seriamos" | "vamos" | "estaremos" | "caben" | "cabemos" | "cabriamos"
        | "quedamos" | "iremos" | "eramos" => line.skip(
            skip_words(line, at + 1, &["a", "ser", "estar", "unos", "unas", "como", "solo"]),
            &[Lex::About],
        ),
        "нас" => line.skip(
            skip_words(line, at + 1, &["будет", "буде", "всего", "всього", "где", "то"]),
            &[Lex::About],
        ),
        "было" | "було" => at + 1,
        "ourselves" => return None,
        "будет" | "буде" | "будем" | "будемо" if line.is_word(at + 1, &["нас"]) => {
            line.skip(at + 2, &[Lex::About])
        }
        "будем" | "будемо" | "прийдем" | "придем" | "прийдемо" => at + 1,
        "there" if line.is_word(at + 1, &["are", "is", "will", "were"]) => {
            skip_words(line, at + 2, &["be", "about", "around", "only", "gonna"])
        }
        "theres" | "therell" => skip_words(line, at + 1, &["be", "about", "around", "only"]),
        "were" | "we" => skip_words(
            line,
            at + 1,
            &[
                "supposed", "to", "are", "re", "will", "be", "ll", "supposed", "to", "about", "around", "only", "just",
                "have", "ve", "got",
            ],
        ),
        "well" | "wed" if line.is_word(at + 1, &["be"]) => skip_words(line, at + 2, &["about", "around", "only"]),
        _ => return None,
    };
    let start = after_denied(line, start).unwrap_or(start);
    let (people, end) = quantity(line, start)?;
    let is_people = !matches!(
        line.lex(end),
        Lex::Hour
            | Lex::OClock
            | Lex::Am
            | Lex::Pm
            | Lex::Minute
            | Lex::Money
            | Lex::Week
            | Lex::DayUnit
            | Lex::MonthUnit
            | Lex::Year
    ) && !matches!(line.what(start), Some(What::Clock { .. }));
    // "we have two kids", "somos dos adultos y tres niños": the noun decides.
    let noun = line.lex(line.skip(end, &[Lex::The]));
    if noun == Lex::Child || is_adults(line.word(end)) || !is_people {
        return None;
    }
    let is_weak = matches!(line.word(at), "we" | "there" | "well" | "theres")
        && matches!(line.what(end), Some(What::Word(Lex::Other)));
    if is_weak
        && !line.is_word(
            end,
            &[
                "but",
                "total",
                "altogether",
                "in",
                "coming",
                "and",
                "now",
                "instead",
                "actually",
            ],
        )
    {
        return None;
    }
    let end = if noun == Lex::People {
        line.skip(end, &[Lex::The]) + 1
    } else {
        end
    };
    let end = if line.is_word(end, &["of"]) && line.is_word(end + 1, &["us"]) {
        end + 2
    } else {
        end
    };
    Some((Count::Group(people), end))
}

/// "не 5, а 6", "no 5 sino 6", "not 5 but 6": the place of the number that holds.
fn after_denied(line: &Line<'_>, at: usize) -> Option<usize> {
    let is_denied = matches!(line.lex(at), Lex::Not | Lex::No) && line.number(at + 1).is_some();
    let turn = at + 2 + usize::from(line.what(at + 2) == Some(What::Comma));
    let is_turn = is_denied && line.is_word(turn, &["а", "але", "но", "but", "sino"]);
    (is_turn && line.number(turn + 1).is_some()).then_some(turn + 1)
}

/// "Guests: 5", "x4".
pub(super) fn labelled(line: &Line<'_>, at: usize) -> Option<(Count, usize)> {
    let is_heading =
        (line.lex(at) == Lex::People || line.is_word(at, &["size"])) && line.what(at + 1) == Some(What::Comma);
    let number_at = if is_heading { at + 2 } else { at + 1 };
    let number = line
        .number(number_at)
        .filter(|number| (1..=PARTY_MAX).contains(&number.value))?;
    let is_end = line
        .what(number_at + 1)
        .is_none_or(|what| !matches!(what, What::Word(_) | What::Number(_)));
    // "Guests: 7 Date: June 27": the next heading.
    let is_end = is_end || line.what(number_at + 2) == Some(What::Comma) && line.number(number_at + 1).is_none();
    let is_times = line.is_word(at, &["x", "х"])
        && (line.is_glued(number_at) || number_at + 1 == line.len())
        && !matches!(line.what(line.before(at)), Some(What::Foreign | What::Number(_)));
    (is_heading && is_end || is_times).then_some((Count::Group(number.value), number_at + 1))
}
