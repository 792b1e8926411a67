//! Questions off the script, answered from what the tenant wrote down, or not at all.
//!
//! A fact lists the ways people ask for it. Each wording is a document of its own, ranked by
//! BM25; the confidence is how much of the wording, by weight of its words, stands in what the
//! person wrote. So the single word `parking` among the wordings makes every question with that
//! word sure, while "is there parking at the back" needs most of its words.

use std::fmt;

use bm25::{Embedder, EmbedderBuilder, Scorer, Tokenizer};
use frontdesk_core::{ChannelKind, Language};

use crate::answer::text::{Text, fold, is_cyrillic};
use crate::language::is_function_word;
use crate::manifest::{CardPrompt, Prompt, Table, Template, Templates, told};

/// Most facts a tenant may write down.
const FACTS_MAX: usize = 300;
/// Most answers to one message: two questions in one sentence are common, three are not.
const ANSWERS_MAX: usize = 2;
/// From this confidence on an answer is given.
const SURE: f32 = 0.65;
/// Words with a topic in a statement of which one alone may still be what it is about.
const STATEMENT_WORDS_MAX: usize = 3;
/// Words are compared by their first letters: endings differ, and so do people's typos in them.
const STEM_LETTERS: usize = 5;

/// What a tenant wrote down for people who ask.
pub(crate) struct Knowledge {
    facts: Vec<Fact>,
    wordings: Vec<Wording>,
    embedder: Embedder<u32, Stems>,
    scorer: Scorer<usize, u32>,
}

#[derive(Debug)]
struct Fact {
    key: String,
    answer: Prompt,
    card: Option<CardPrompt>,
}

/// A way to ask for a fact.
#[derive(Debug)]
struct Wording {
    /// Which fact.
    fact: usize,
    /// Its words that carry a topic.
    stems: Vec<u32>,
    /// The score it gets from itself.
    own_score: f32,
}

/// A fact that answers.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    /// Its name in the manifest.
    pub(crate) key: &'a str,
    /// What to say.
    pub(crate) answer: &'a Template,
    /// What to show with it.
    pub(crate) card: Option<&'a CardPrompt>,
    /// How sure it is, from [`SURE`] to 1.
    pub(crate) confidence: f32,
}

struct Stems;

impl Tokenizer for Stems {
    fn tokenize(&self, text: &str) -> Vec<String> {
        let text = Text::new(text);
        (0..text.tokens().len())
            .map(|index| text.word(index))
            .filter(|word| word.chars().next().is_some_and(char::is_alphanumeric) && !is_function_word(word))
            .map(stem)
            .collect()
    }
}

fn stem(word: &str) -> String {
    let singular = match word.strip_suffix('s') {
        Some(singular) if singular.len() > 2 && !word.contains(is_cyrillic) => singular,
        _ => word,
    };
    singular.chars().take(STEM_LETTERS).collect()
}

impl Knowledge {
    /// Nothing written down.
    pub(crate) fn empty() -> Self {
        Self::new(Vec::new())
    }

    fn new(facts: Vec<(Fact, Vec<String>)>) -> Self {
        let corpus: Vec<&str> = facts
            .iter()
            .flat_map(|(_, asked)| asked.iter().map(String::as_str))
            .collect();
        let embedder = EmbedderBuilder::<u32, Stems>::with_tokenizer_and_fit_to_corpus(Stems, &corpus)
            // Length does not matter: a wording is a wording, however short.
            .b(0.0)
            .build();
        let mut scorer = Scorer::new();
        for (document, wording) in corpus.iter().enumerate() {
            scorer.upsert(&document, embedder.embed(wording));
        }
        let of_fact = facts
            .iter()
            .enumerate()
            .flat_map(|(fact, (_, asked))| asked.iter().map(move |_| fact));
        let wordings = of_fact
            .zip(&corpus)
            .enumerate()
            .map(|(document, (fact, wording))| {
                let embedding = embedder.embed(wording);
                Wording {
                    fact,
                    own_score: scorer.score(&document, &embedding).unwrap_or(0.0),
                    stems: embedding.indices().copied().collect(),
                }
            })
            .collect();
        Self {
            wordings,
            facts: facts.into_iter().map(|(fact, _)| fact).collect(),
            embedder,
            scorer,
        }
    }

    /// Reads `[knowledge]`.
    pub(crate) fn read(table: &Table<'_>, languages: &[Language], templates: &mut Templates) -> Option<Self> {
        let nodes = table.get("facts").map_or(Some(Vec::new()), |node| node.list())?;
        if nodes.len() > FACTS_MAX {
            table.fault(told!("at most {} facts are kept", FACTS_MAX));
        }
        let mut facts = Vec::with_capacity(nodes.len());
        for node in &nodes {
            facts.extend(node.table().and_then(|table| fact(&table, languages, templates)));
        }
        table.finish();
        (facts.len() == nodes.len()).then(|| Self::new(facts))
    }

    /// The facts that answer a message, the surest first. None when nothing is sure.
    ///
    /// A question is about any of its words. A statement (`is_question` is `false`) of many words is not
    /// about the one of them that is a wording by itself: "I paid your colleague on Friday" asks nothing
    /// about payment.
    pub(crate) fn answer(
        &self,
        text: &str,
        is_question: bool,
        language: Language,
        channel: ChannelKind,
    ) -> Vec<Found<'_>> {
        if self.facts.is_empty() {
            return Vec::new();
        }
        let query = self.embedder.embed(&once_each(text));
        let is_long = query.indices().count() > STATEMENT_WORDS_MAX;
        let mut hits = self.scorer.matches(&query);
        // The scorer leaves equals in no particular order.
        hits.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.id.cmp(&other.id)));
        let mut found: Vec<Found<'_>> = Vec::new();
        let mut explained: Vec<u32> = Vec::new();
        for hit in hits {
            let wording = &self.wordings[hit.id];
            if is_long && !is_question && wording.stems.len() == 1 {
                continue;
            }
            let confidence = hit.score / wording.own_score;
            // "How much space" asks for the space, and no longer for the price.
            let is_news = query
                .indices()
                .any(|stem| wording.stems.contains(stem) && !explained.contains(stem));
            if confidence < SURE || !is_news || found.len() == ANSWERS_MAX {
                continue;
            }
            explained.extend(wording.stems.iter().copied());
            let fact = &self.facts[wording.fact];
            if found.iter().all(|other| other.key != fact.key) {
                found.push(Found {
                    key: &fact.key,
                    answer: fact.answer.get(language, channel),
                    card: fact.card.as_ref(),
                    confidence: confidence.min(1.0),
                });
            }
        }
        found
    }
}

/// The message with each word once: saying it twice makes nothing surer.
fn once_each(text: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    for word in text.split_whitespace() {
        if !words.iter().any(|other| fold(other) == fold(word)) {
            words.push(word);
        }
    }
    words.join(" ")
}

fn fact(table: &Table<'_>, languages: &[Language], templates: &mut Templates) -> Option<(Fact, Vec<String>)> {
    let key = table.require("key").and_then(|node| node.text().map(str::to_owned));
    let asked = table.require("asked").and_then(|node| {
        let mut wordings = Vec::new();
        for (code, list) in node.table()?.entries() {
            match Language::from_tag(code) {
                Some(language) if languages.contains(&language) => {
                    wordings.extend(list.texts()?.into_iter().map(str::to_owned));
                }
                _ => list.fault(told!("`{}` is not a language of this tenant", code)),
            }
        }
        Some(wordings)
    });
    let answer = table
        .require("answer")
        .and_then(|node| Prompt::read(&node, languages, templates));
    let card = match table.get("card") {
        Some(node) => Some(CardPrompt::read(&node, languages, templates)?),
        None => None,
    };
    table.finish();
    Some((
        Fact {
            key: key?,
            answer: answer?,
            card,
        },
        asked?,
    ))
}

impl fmt::Debug for Knowledge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Knowledge")
            .field("facts", &self.facts)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tenant;

    fn asked(tenant: &str, question: &str) -> Vec<String> {
        heard(tenant, question, true)
    }

    fn heard(tenant: &str, question: &str, is_question: bool) -> Vec<String> {
        let (id, manifest) = crate::demo::MANIFESTS
            .iter()
            .find(|(id, _)| *id == tenant)
            .expect("a demo tenant");
        let tenant = Tenant::parse(&id.parse().unwrap(), manifest).unwrap();
        let found = tenant
            .knowledge
            .answer(question, is_question, Language::En, ChannelKind::WebChat);
        found.iter().map(|fact| fact.key.to_owned()).collect()
    }

    #[test]
    fn questions_find_their_fact_in_any_wording() {
        for (question, key) in [
            ("Do you cook for vegetarians?", "vegetarian"),
            ("how much does it cost per person", "prices"),
            ("¿cuánto cuesta?", "prices"),
            ("is there a travel fee to Sacramento", "area"),
            ("what happens if it rains", "deposit"),
            ("how much is it?", "prices"),
            ("how much space do you need?", "space"),
            ("one of us is ALLERGIC to shellfish", "allergies"),
        ] {
            assert_eq!(
                asked("demo-catering", question).first().map(String::as_str),
                Some(key),
                "{question}"
            );
        }
        assert_eq!(asked("demo-academy", "а сколько стоит обучение?"), ["price"]);
        assert_eq!(asked("demo-academy", "чи буде сертифікат?"), ["certificate"]);
    }

    #[test]
    fn what_one_fact_explains_does_not_ask_for_another() {
        assert_eq!(asked("demo-catering", "how much space do you need?"), ["space"]);
        assert_eq!(
            asked("demo-catering", "¿me dan presupuesto para 20 personas?"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn one_word_of_a_statement_is_not_what_it_is_about() {
        let statement = "I will pay your colleague the rest on the day of the party";
        assert_eq!(heard("demo-catering", statement, false), Vec::<String>::new());
        assert_eq!(heard("demo-catering", "vegetarian please", false), ["vegetarian"]);
        let statement = "Мы прошлой осенью получили диплом другой школы рекламы";
        assert_eq!(heard("demo-academy", statement, false), Vec::<String>::new());
        assert_eq!(heard("demo-academy", "диплом", false), ["certificate"]);
    }

    #[test]
    fn two_questions_get_two_answers() {
        let found = asked("demo-restaurant", "is there parking and can I bring my dog?");
        assert_eq!(found.len(), 2);
        assert!(found.contains(&"parking".to_owned()) && found.contains(&"dogs".to_owned()));
    }

    #[test]
    fn what_nobody_wrote_down_is_not_answered() {
        for question in [
            "do you have a helicopter?",
            "what is the meaning of life",
            "",
            "👍",
            "how are you?",
        ] {
            assert_eq!(asked("demo-catering", question), Vec::<String>::new(), "{question}");
        }
    }
}
