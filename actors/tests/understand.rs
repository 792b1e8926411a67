//! Tables of what people write and what it means: each line of `reading/*.jsonl` is a
//! request of `frontdesk understand` with the fields its answer must have.

use std::collections::HashSet;
use std::fmt::Write as _;

use frontdesk_actors::answer::learnt::{Model, lessons};
use frontdesk_actors::answer::{intent, yes_no};
use frontdesk_actors::interrupts;
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

#[test]
fn answers_to_a_tenants_questions_are_read() {
    check(include_str!("reading/qualify.jsonl"));
}

/// What is learnt from others is read by likeness: a share is all that can be asked for.
fn check_most(table: &str, percent_min: usize) {
    let wrong = wrong(table);
    let (failures, lines) = (wrong.lines().count(), lines(table).count());
    assert!(
        100 * failures <= (100 - percent_min) * lines,
        "{failures} of {lines} lines:\n{wrong}"
    );
}

const INTENT_UNSEEN: &str = include_str!("reading/intent_unseen.jsonl");
const YES_NO_UNSEEN: &str = include_str!("reading/yes_no_unseen.jsonl");
const INTERRUPTS_UNSEEN: &str = include_str!("reading/interrupts_unseen.jsonl");

const INTENT_LINES: [&str; 4] = [
    include_str!("../training/intent/en.txt"),
    include_str!("../training/intent/es.txt"),
    include_str!("../training/intent/ru.txt"),
    include_str!("../training/intent/uk.txt"),
];
const YES_NO_LINES: &str = include_str!("../training/yes_no.txt");
const INTERRUPTS_LINES: &str = include_str!("../training/interrupts.txt");

#[test]
fn most_unseen_wordings_are_read() {
    check_most(INTENT_UNSEEN, 98);
    check_most(YES_NO_UNSEEN, 91);
    check_most(INTERRUPTS_UNSEEN, 92);
}

#[test]
fn no_unseen_wording_was_learnt_from() {
    let files: [(&str, &[&str]); 3] = [
        (INTENT_UNSEEN, &INTENT_LINES),
        (YES_NO_UNSEEN, &[YES_NO_LINES]),
        (INTERRUPTS_UNSEEN, &[INTERRUPTS_LINES]),
    ];
    for (table, files) in files {
        let learnt: HashSet<&str> = files.iter().flat_map(|file| file.lines()).collect();
        for line in lines(table) {
            let request: Value = serde_json::from_str(line).expect("a line is JSON");
            let text = request["text"].as_str().expect("a line has a text");
            assert!(!learnt.contains(text), "{text}");
        }
    }
}

#[test]
fn weights_are_what_the_lines_teach() {
    fn check<const N: usize>(files: &[&str], labels: [&str; N], weights: &[u8]) {
        let lessons: Vec<_> = files
            .iter()
            .flat_map(|file| lessons(file, &labels).expect("the lines stand below their labels"))
            .collect();
        assert!(
            Model::<N>::learnt(&lessons, weights.len() / (N + 1)).as_bytes() == weights,
            "the lines, the kinds or the signs have changed: cargo run -p frontdesk-actors --example learn"
        );
    }
    let weights = include_bytes!("../src/answer/learnt/intent.bin");
    check(&INTENT_LINES, intent::LABELS, weights);
    let weights = include_bytes!("../src/answer/learnt/yes_no.bin");
    check(&[YES_NO_LINES], yes_no::LABELS, weights);
    let weights = include_bytes!("../src/answer/learnt/interrupts.bin");
    check(&[INTERRUPTS_LINES], interrupts::LABELS, weights);
}
