//! Words that make an amount a bound: "up to 500", "от 5000", "500 max".

use crate::answer::text::Text;

/// Wordings before the most that may be.
pub(super) const UPPER: [&str; 61] = [
    "not a penny over",
    "a penny over",
    "a cent over",
    "a penny more than",
    "a dollar over",
    "ceiling",
    "ceiling is",
    "cap is",
    "limit is",
    "tope",
    "el tope es",
    "el techo es",
    "limite",
    "потолок",
    "лимит",
    "стеля",
    "ліміт",
    "максимальний",
    "not a penny more than",
    "not a cent over",
    "up to",
    "max",
    "maximum",
    "under",
    "below",
    "less than",
    "no more than",
    "not more than",
    "at most",
    "hasta",
    "maximo",
    "menos de",
    "no mas de",
    "como mucho",
    "до",
    "не больше",
    "не более",
    "максимум",
    "макс",
    "меньше",
    "менее",
    "не більше",
    "менше",
    "не вище",
    "не выше",
    "no more then",
    "not over",
    "within",
    "в пределах",
    "у межах",
    "до суммы",
    "por debajo de",
    "a lo sumo",
    "как максимум",
    "як максимум",
    "не дороже",
    "не дорожче",
    "upto",
    "maximum of",
    "max of",
    "como maximo",
];

/// Wordings before the least that may be.
pub(super) const LOWER: [&str; 37] = [
    "from",
    "at least",
    "more than",
    "over",
    "above",
    "minimum",
    "min",
    "desde",
    "mas de",
    "minimo",
    "al menos",
    "a partir de",
    "por lo menos",
    "от",
    "не менее",
    "не меньше",
    "больше",
    "более",
    "минимум",
    "свыше",
    "від",
    "понад",
    "щонайменше",
    "не менше",
    "більше",
    "більш ніж",
    "starting at",
    "no less than",
    "not less than",
    "starting from",
    "как минимум",
    "як мінімум",
    "больше чем",
    "більше ніж",
    "como minimo",
    "minimum of",
    "мінімум",
];

/// Whether one of the wordings stands right before `at`; fillers may stand between.
pub(super) fn leads(text: &Text, at: usize, wordings: &[&str]) -> bool {
    let mut words: Vec<&str> = (at.saturating_sub(6)..at)
        .map(|at| text.word(at))
        .filter(|word| !word.is_empty())
        .collect();
    while words.last().is_some_and(|word| {
        matches!(
            *word,
            "about"
                | "around"
                | "a"
                | "the"
                | "like"
                | "примерно"
                | "где"
                | "близько"
                | "около"
                | "unos"
                | "$"
                | "€"
                | "£"
                | "₴"
                | "₽"
                | "сумму"
                | "usd"
                | "us"
        )
    }) {
        words.pop();
    }
    let tail = words.join(" ");
    // The longest wording decides: "no more than" is an upper bound, "more than" a lower one.
    let longest = |list: &[&str]| {
        list.iter()
            .filter(|wording| ends_with_words(&tail, wording))
            .map(|wording| wording.len())
            .max()
            .unwrap_or(0)
    };
    let own = longest(wordings);
    own > 0 && own >= longest(&UPPER).max(longest(&LOWER))
}

fn ends_with_words(tail: &str, wording: &str) -> bool {
    tail.strip_suffix(wording)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with(' '))
}

/// Whether one of the words stands right behind, perhaps after "or": "500 or less", "500 max".
pub(super) fn follows(text: &Text, at: usize, words: &[&str]) -> bool {
    let words_after: Vec<&str> = (at..at + 4)
        .map(|at| text.word(at))
        .filter(|word| !word.is_empty())
        .collect();
    match words_after.as_slice() {
        [
            "or" | "o" | "или" | "або" | "and" | "y" | "и" | "і" | "at" | "at the",
            next,
            ..,
        ] if words.contains(next) => true,
        ["or", "so", ..] => false,
        [next, ..] => words.contains(next) && !matches!(*next, "more" | "less" | "up"),
        [] => false,
    }
}
