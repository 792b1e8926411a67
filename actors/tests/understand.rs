//! Tables of what people write and what it means: each line of `reading/*.jsonl` is a
//! request of `frontdesk understand` with the fields its answer must have.

use std::collections::HashSet;
use std::fmt::Write as _;

use frontdesk_actors::answer::intent::{Model, lessons};
use frontdesk_actors::understand::respond_line;
use serde_json::Value;

fn lines(table: &str) -> impl Iterator<Item = &str> {
    table.lines().filter(|line| !line.trim().is_empty())
}

/// The lines of a table that are read wrongly, and how.
fn wrong(table: &str) -> String {
    let mut wrong = String::new();
    for line in lines(table) {
        let request: Value = serde_json::from_str(line).expect("a line is JSON");
        let answer: Value = serde_json::from_str(&respond_line(line)).expect("an answer is JSON");
        let expected = request["expect"].as_object().expect("a line says what it expects");
        for (field, value) in expected {
            if answer.get(field) != Some(value) {
                let got = answer.get(field).unwrap_or(&answer);
                writeln!(wrong, "{}: {field} should be {value}, is {got}", request["text"]).expect("strings grow");
            }
        }
    }
    wrong
}

/// Checks every line of a table and lists all that are wrong.
fn check(table: &str) {
    let wrong = wrong(table);
    let (failures, lines) = (wrong.lines().count(), lines(table).count());
    assert!(failures == 0, "{failures} of {lines} lines:\n{wrong}");
}

#[test]
fn days_and_times_are_read() {
    check(include_str!("reading/when.jsonl"));
}

#[test]
fn head_counts_are_read() {
    check(include_str!("reading/party_size.jsonl"));
}

/// What people want is learnt, so a share of lines it has not learnt from is all that can be asked.
#[test]
fn most_unseen_intents_are_read() {
    const PERCENT_MIN: usize = 90;
    let table = include_str!("reading/intent.jsonl");
    let wrong = wrong(table);
    let (failures, lines) = (wrong.lines().count(), lines(table).count());
    assert!(
        100 * failures <= (100 - PERCENT_MIN) * lines,
        "{failures} of {lines} lines:\n{wrong}"
    );
}

#[test]
fn weights_of_intents_are_what_the_lines_teach() {
    let files = [
        include_str!("../training/intent/en.txt"),
        include_str!("../training/intent/es.txt"),
        include_str!("../training/intent/ru.txt"),
        include_str!("../training/intent/uk.txt"),
    ];
    let lessons: Vec<_> = files
        .into_iter()
        .flat_map(|file| lessons(file).expect("the lines stand below their intents"))
        .collect();
    assert!(
        Model::learnt(&lessons).as_bytes() == include_bytes!("../src/answer/intent/weights.bin"),
        "the lines, the kinds or the signs have changed: cargo run -p frontdesk-actors --example learn_intent"
    );
}

#[test]
fn no_unseen_line_was_learnt_from() {
    let learnt = concat!(
        include_str!("../training/intent/en.txt"),
        include_str!("../training/intent/es.txt"),
        include_str!("../training/intent/ru.txt"),
        include_str!("../training/intent/uk.txt"),
    );
    let learnt: HashSet<&str> = learnt.lines().collect();
    for line in lines(include_str!("reading/intent.jsonl")) {
        let request: Value = serde_json::from_str(line).expect("a line is JSON");
        let text = request["text"].as_str().expect("a line has a text");
        assert!(!learnt.contains(text), "{text}");
    }
}

#[test]
fn answers_to_own_questions_are_read() {
    check(include_str!("reading/qualify.jsonl"));
}
