//! Faults of manifests, in the languages of the console beside English.

use frontdesk_actors::{Fault, fill_fault};
use frontdesk_core::Language;

use super::Texts;

/// What a fault says in English, and in Spanish, Russian and Ukrainian; a `{}` is a place.
const SAID: &[(&str, [&str; 3])] = &[
    (
        "`accept` is missing: what counts as an answer to `{}`?",
        [
            "Falta `accept`: ¿qué vale como respuesta a `{}`?",
            "Нет `accept`: что считать ответом на `{}`?",
            "Немає `accept`: що вважати відповіддю на `{}`?",
        ],
    ),
    (
        "`{}` always accepts {}",
        [
            "`{}` siempre acepta {}",
            "`{}` всегда принимает {}",
            "`{}` завжди приймає {}",
        ],
    ),
    (
        "{} is kept under its own name: call the step `{}`",
        [
            "{} se guarda con su propio nombre: llama al paso `{}`",
            "{} хранится под своим именем: назовите шаг `{}`",
            "{} зберігається під власною назвою: назвіть крок `{}`",
        ],
    ),
    (
        "`min` is above `max`",
        [
            "`min` es mayor que `max`",
            "`min` больше `max`",
            "`min` більше за `max`",
        ],
    ),
    (
        "`{}` is not a currency such as USD (ISO 4217)",
        [
            "`{}` no es una moneda como USD (ISO 4217)",
            "`{}` — не валюта вроде USD (ISO 4217)",
            "`{}` — не валюта на зразок USD (ISO 4217)",
        ],
    ),
    (
        "2 to {} choices are expected here",
        [
            "Aquí se esperan de 2 a {} opciones",
            "Здесь нужно от 2 до {} вариантов",
            "Тут потрібно від 2 до {} варіантів",
        ],
    ),
    (
        "`{}` is not a span such as 21:00-08:00, or none",
        [
            "`{}` no es un intervalo como 21:00-08:00, ni none",
            "`{}` — не промежуток вроде 21:00-08:00 и не none",
            "`{}` — не проміжок на зразок 21:00-08:00 і не none",
        ],
    ),
    (
        "`{}` is not a date such as 2026-12-25",
        [
            "`{}` no es una fecha como 2026-12-25",
            "`{}` — не дата вроде 2026-12-25",
            "`{}` — не дата на зразок 2026-12-25",
        ],
    ),
    (
        "a day has at most {} spans",
        [
            "un día tiene como máximo {} intervalos",
            "в дне не больше {} промежутков",
            "у дні щонайбільше {} проміжків",
        ],
    ),
    (
        "`{}` is not a span such as 12:00-23:00, several separated by commas, or closed",
        [
            "`{}` no es un intervalo como 12:00-23:00, varios separados por comas, ni closed",
            "`{}` — не промежуток вроде 12:00-23:00, не несколько через запятую и не closed",
            "`{}` — не проміжок на зразок 12:00-23:00, не кілька через кому і не closed",
        ],
    ),
    (
        "`{}` is not a time such as 90s, 10m, 26h or 3d, at most 30d",
        [
            "`{}` no es un plazo como 90s, 10m, 26h o 3d, como máximo 30d",
            "`{}` — не срок вроде 90s, 10m, 26h или 3d, не больше 30d",
            "`{}` — не термін на зразок 90s, 10m, 26h чи 3d, не більше 30d",
        ],
    ),
    (
        "a playbook has at most {} steps",
        [
            "hay como máximo {} pasos",
            "шагов не больше {}",
            "кроків щонайбільше {}",
        ],
    ),
    (
        "a name in `was` is still the key of a step",
        [
            "un nombre de `was` sigue siendo la clave de un paso",
            "имя из `was` всё ещё ключ какого-то шага",
            "ім'я з `was` досі є ключем якогось кроку",
        ],
    ),
    (
        "`ask` is missing: there is no question for it yet",
        [
            "Falta `ask`: aún no hay pregunta para esto",
            "Нет `ask`: вопроса для этого ещё нет",
            "Немає `ask`: запитання для цього ще немає",
        ],
    ),
    (
        "one earlier step and its answers are expected here, such as { goal = [\"business\"] }",
        [
            "aquí se espera un paso anterior y sus respuestas, como { goal = [\"business\"] }",
            "здесь нужен один более ранний шаг и его ответы, например { goal = [\"business\"] }",
            "тут потрібен один попередній крок і його відповіді, наприклад { goal = [\"business\"] }",
        ],
    ),
    (
        "no earlier step is called `{}`",
        [
            "ningún paso anterior se llama `{}`",
            "ни один более ранний шаг не называется `{}`",
            "жоден попередній крок не називається `{}`",
        ],
    ),
    (
        "`{}` has no fixed answers to go by: choice and yes_no have",
        [
            "`{}` no tiene respuestas fijas: choice y yes_no sí",
            "у `{}` нет заданных ответов: они есть у choice и yes_no",
            "у `{}` немає заданих відповідей: вони є в choice та yes_no",
        ],
    ),
    (
        "`{}` is no answer of `{}`, only {}",
        [
            "`{}` no es una respuesta de `{}`, solo {}",
            "`{}` — не ответ на `{}`, только {}",
            "`{}` — не відповідь на `{}`, лише {}",
        ],
    ),
    (
        "a key has up to 40 characters of a-z, 0-9 and _, a letter first",
        [
            "una clave tiene hasta 40 caracteres de a-z, 0-9 y _, primero una letra",
            "ключ — до 40 знаков a-z, 0-9 и _, сначала буква",
            "ключ — до 40 знаків a-z, 0-9 та _, спершу літера",
        ],
    ),
    (
        "there is a step `{}` already",
        ["ya hay un paso `{}`", "шаг `{}` уже есть", "крок `{}` уже є"],
    ),
    (
        "`{}` is not a channel",
        ["`{}` no es un canal", "`{}` — не канал", "`{}` — не канал"],
    ),
    (
        "`{}` is listed twice",
        ["`{}` aparece dos veces", "`{}` указан дважды", "`{}` вказано двічі"],
    ),
    (
        "no step is called `{}`",
        [
            "ningún paso se llama `{}`",
            "ни один шаг не называется `{}`",
            "жоден крок не називається `{}`",
        ],
    ),
    (
        "only a step that accepts text can take the first message as its answer",
        [
            "solo un paso que acepta texto puede tomar el primer mensaje como respuesta",
            "только шаг, принимающий текст, может взять первое сообщение как ответ",
            "лише крок, що приймає текст, може взяти перше повідомлення як відповідь",
        ],
    ),
    (
        "at least one text is expected here",
        [
            "aquí se espera al menos un texto",
            "здесь нужен хотя бы один текст",
            "тут потрібен принаймні один текст",
        ],
    ),
    ("`{}` is missing", ["Falta `{}`", "Нет `{}`", "Немає `{}`"]),
    (
        "`{}` is not a key that is known here",
        [
            "`{}` no es una clave conocida aquí",
            "ключ `{}` здесь не известен",
            "ключ `{}` тут не відомий",
        ],
    ),
    (
        "the text is empty",
        ["el texto está vacío", "текст пуст", "текст порожній"],
    ),
    (
        "a text in quotes is expected here",
        [
            "aquí se espera un texto entre comillas",
            "здесь нужен текст в кавычках",
            "тут потрібен текст у лапках",
        ],
    ),
    (
        "`true` or `false` is expected here",
        [
            "aquí se espera `true` o `false`",
            "здесь нужно `true` или `false`",
            "тут потрібно `true` або `false`",
        ],
    ),
    (
        "a whole number from {} to {} is expected here",
        [
            "aquí se espera un número entero de {} a {}",
            "здесь нужно целое число от {} до {}",
            "тут потрібне ціле число від {} до {}",
        ],
    ),
    (
        "a number from {} to {} is expected here",
        [
            "aquí se espera un número de {} a {}",
            "здесь нужно число от {} до {}",
            "тут потрібне число від {} до {}",
        ],
    ),
    (
        "a table is expected here",
        [
            "aquí se espera una tabla",
            "здесь нужна таблица",
            "тут потрібна таблиця",
        ],
    ),
    (
        "a list is expected here",
        ["aquí se espera una lista", "здесь нужен список", "тут потрібен список"],
    ),
    (
        "`{}` is none of {}",
        [
            "`{}` no es ninguno de {}",
            "`{}` — не из числа {}",
            "`{}` — не з числа {}",
        ],
    ),
    (
        "the language is listed twice",
        [
            "el idioma aparece dos veces",
            "язык указан дважды",
            "мову вказано двічі",
        ],
    ),
    (
        "`languages` is empty: at least one is needed",
        [
            "`languages` está vacío: hace falta al menos uno",
            "`languages` пуст: нужен хотя бы один язык",
            "`languages` порожній: потрібна хоча б одна мова",
        ],
    ),
    (
        "`{}` is not an IANA time zone such as Europe/Madrid",
        [
            "`{}` no es una zona horaria IANA como Europe/Madrid",
            "`{}` — не часовой пояс IANA вроде Europe/Madrid",
            "`{}` — не часовий пояс IANA на зразок Europe/Madrid",
        ],
    ),
    (
        "`{}` is not a country such as US or ES",
        [
            "`{}` no es un país como US o ES",
            "`{}` — не страна вроде US или ES",
            "`{}` — не країна на зразок US чи ES",
        ],
    ),
    (
        "`{}` is not a colour such as #1f5fbf",
        [
            "`{}` no es un color como #1f5fbf",
            "`{}` — не цвет вроде #1f5fbf",
            "`{}` — не колір на зразок #1f5fbf",
        ],
    ),
    (
        "`{}` is not an origin such as https://example.com, without a path",
        [
            "`{}` no es un origen como https://example.com, sin ruta",
            "`{}` — не источник вроде https://example.com, без пути",
            "`{}` — не джерело на зразок https://example.com, без шляху",
        ],
    ),
    (
        "`{}` is not a web address",
        [
            "`{}` no es una dirección web",
            "`{}` — не веб-адрес",
            "`{}` — не вебадреса",
        ],
    ),
    (
        "a card has a picture (`image_url`), a link (`url`) or both",
        [
            "una tarjeta tiene una imagen (`image_url`), un enlace (`url`) o ambos",
            "у карточки есть картинка (`image_url`), ссылка (`url`) или и то и другое",
            "у картки є зображення (`image_url`), посилання (`url`) або і те, і те",
        ],
    ),
    (
        "a secret has at least {} characters",
        [
            "un secreto tiene al menos {} caracteres",
            "в секрете не меньше {} знаков",
            "у секреті щонайменше {} знаків",
        ],
    ),
    (
        "`kinds` is empty: leave the section out where no files are taken",
        [
            "`kinds` está vacío: quita la sección si no se aceptan archivos",
            "`kinds` пуст: уберите раздел, если файлы не принимаются",
            "`kinds` порожній: приберіть розділ, якщо файли не приймаються",
        ],
    ),
    (
        "a text has at most {} characters",
        [
            "un texto tiene como máximo {} caracteres",
            "в тексте не больше {} знаков",
            "у тексті щонайбільше {} знаків",
        ],
    ),
    (
        "`{}` cannot be used in a text, only {}",
        [
            "`{}` no se puede usar en un texto, solo {}",
            "`{}` нельзя использовать в тексте, только {}",
            "`{}` не можна вживати в тексті, лише {}",
        ],
    ),
    (
        "the text cannot be filled in: {}",
        [
            "el texto no se puede rellenar: {}",
            "текст нельзя заполнить: {}",
            "текст не можна заповнити: {}",
        ],
    ),
    (
        "nothing is called `{}`; there are {}",
        [
            "nada se llama `{}`; hay {}",
            "ничего не называется `{}`; есть {}",
            "нічого не називається `{}`; є {}",
        ],
    ),
    (
        "the text is needed in each language of the tenant: {}",
        [
            "el texto hace falta en cada idioma del negocio: {}",
            "текст нужен на каждом языке бизнеса: {}",
            "текст потрібен кожною мовою бізнесу: {}",
        ],
    ),
    (
        "at most {} facts are kept",
        [
            "se guardan como máximo {} datos",
            "хранится не больше {} фактов",
            "зберігається щонайбільше {} фактів",
        ],
    ),
    (
        "`{}` is not a language of this tenant",
        [
            "`{}` no es un idioma de este negocio",
            "`{}` — не язык этого бизнеса",
            "`{}` — не мова цього бізнесу",
        ],
    ),
];

impl Texts {
    /// What a manifest's fault says.
    #[must_use]
    pub fn told(&self, fault: &Fault) -> String {
        told(fault, self.language)
    }
}

/// A fault in a language; what somebody else said, such as the reader of TOML, stays as it is.
fn told(fault: &Fault, language: Language) -> String {
    let other = match language {
        Language::En => return fault.message.clone(),
        Language::Es => 0,
        Language::Ru => 1,
        Language::Uk => 2,
    };
    let said = SAID.iter().find(|(says, _)| *says == fault.says);
    said.map_or_else(
        || fault.message.clone(),
        |(_, others)| fill_fault(others[other], &fault.with),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What reads manifests.
    const SOURCES: [&str; 10] = [
        include_str!("../../../../actors/src/manifest/accept.rs"),
        include_str!("../../../../actors/src/manifest/card.rs"),
        include_str!("../../../../actors/src/manifest/hours.rs"),
        include_str!("../../../../actors/src/manifest/mod.rs"),
        include_str!("../../../../actors/src/manifest/playbook.rs"),
        include_str!("../../../../actors/src/manifest/prompt.rs"),
        include_str!("../../../../actors/src/manifest/reader.rs"),
        include_str!("../../../../actors/src/manifest/settings.rs"),
        include_str!("../../../../actors/src/manifest/template.rs"),
        include_str!("../../../../actors/src/knowledge.rs"),
    ];

    /// The sentences of a source: what stands in quotes after one of the ways to tell a fault.
    fn sentences(source: &str) -> Vec<String> {
        let code = source.split("#[cfg(test)]").next().unwrap();
        let mut found = Vec::new();
        for way in ["told!(", "fault(", "wrong("] {
            for (at, _) in code.match_indices(way) {
                let rest = code[at + way.len()..].trim_start();
                let Some(rest) = rest.strip_prefix('"') else { continue };
                let mut letters = rest.chars();
                let mut sentence = String::new();
                while let Some(letter) = letters.next().filter(|letter| *letter != '"') {
                    sentence.push(if letter == '\\' {
                        letters.next().unwrap()
                    } else {
                        letter
                    });
                }
                found.push(sentence);
            }
        }
        found
    }

    #[test]
    fn every_fault_is_told_in_every_language() {
        let all: Vec<String> = SOURCES.into_iter().flat_map(sentences).collect();
        assert!(all.len() > 40, "{}", all.len());
        for sentence in &all {
            assert!(
                SAID.iter().any(|(says, _)| says == sentence),
                "no other language says: {sentence}"
            );
        }
        for (says, others) in SAID {
            assert!(
                all.iter().any(|sentence| sentence == says),
                "nothing says any more: {says}"
            );
            for other in others {
                assert_eq!(says.matches("{}").count(), other.matches("{}").count(), "{other}");
            }
        }
    }

    #[test]
    fn what_stands_in_a_fault_stands_in_every_language() {
        let tenant = "cafe".parse().unwrap();
        let faults = frontdesk_actors::Tenant::parse(&tenant, "version = 1\nnonsense = true\n").unwrap_err();
        let fault = faults.iter().find(|fault| fault.path == "nonsense").unwrap();
        assert_eq!(told(fault, Language::En), "`nonsense` is not a key that is known here");
        assert_eq!(told(fault, Language::Es), "`nonsense` no es una clave conocida aquí");
        assert_eq!(told(fault, Language::Uk), "ключ `nonsense` тут не відомий");
        let broken = frontdesk_actors::Tenant::parse(&tenant, "version = = 1").unwrap_err();
        assert_eq!(told(&broken[0], Language::Ru), broken[0].message);
    }
}
