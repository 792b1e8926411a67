//! Whom somebody comes with: "wife", "hermana", "родители".

use crate::answer::text::is_cyrillic;
use crate::answer::when::line::Line;

/// How many a relation names: parents are two.
pub(super) fn people_of(relative: &str) -> u32 {
    let is_pair = matches!(
        relative,
        "parents" | "grandparents" | "padres" | "papas" | "abuelos" | "suegros" | "folks"
    ) || ["родител", "батьк"].iter().any(|stem| relative.starts_with(stem));
    1 + u32::from(is_pair)
}

/// A relation of the speaker who would sit at the table.
pub(super) fn is_relative(line: &Line<'_>, at: usize) -> bool {
    is_relation(line.word(at))
}

pub(super) fn is_relation(word: &str) -> bool {
    const WORDS: [&str; 73] = [
        "missus",
        "wifey",
        "papas",
        "nuera",
        "yerno",
        "wife",
        "husband",
        "girlfriend",
        "boyfriend",
        "partner",
        "fiance",
        "fiancee",
        "mom",
        "mum",
        "dad",
        "mother",
        "father",
        "sister",
        "brother",
        "son",
        "daughter",
        "friend",
        "boss",
        "colleague",
        "hubby",
        "gf",
        "bf",
        "grandma",
        "grandpa",
        "grandmother",
        "grandfather",
        "parents",
        "coworker",
        "date",
        "cousin",
        "aunt",
        "uncle",
        "mujer",
        "marido",
        "esposa",
        "esposo",
        "novia",
        "novio",
        "pareja",
        "madre",
        "padre",
        "mama",
        "papa",
        "hermano",
        "hermana",
        "amigo",
        "amiga",
        "suegra",
        "suegro",
        "padres",
        "abuela",
        "abuelo",
        "spouse",
        "roommate",
        "neighbor",
        "niece",
        "nephew",
        "primo",
        "prima",
        "tia",
        "tio",
        "jefe",
        "abuelos",
        "suegros",
        "grandparents",
        "granny",
        "nana",
        "inlaws",
    ];
    const STEMS: [&str; 41] = [
        "жен",
        "муж",
        "девушк",
        "парн",
        "друг",
        "подруг",
        "мам",
        "пап",
        "брат",
        "тато",
        "дедушка",
        "дідусь",
        "сестр",
        "дочк",
        "дочер",
        "сын",
        "дружин",
        "чолові",
        "хлопц",
        "дівчин",
        "подруж",
        "тат",
        "син",
        "доньк",
        "дочк",
        "коллег",
        "колег",
        "родител",
        "батьк",
        "бабушк",
        "бабус",
        "дедушк",
        "дідус",
        "тещ",
        "тесть",
        "свекр",
        "внук",
        "онук",
        "племянни",
        "племінни",
        "кум",
    ];
    WORDS.contains(&word)
        || (word.starts_with(is_cyrillic)
            && STEMS.iter().any(|stem| word.starts_with(stem))
            && word.chars().count() <= 10)
}
