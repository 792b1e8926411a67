//! Tables of what people write and what it means: each line of `reading/*.jsonl` is a
//! request of `frontdesk understand` with the fields its answer must have.

use std::fmt::Write as _;

use frontdesk_actors::understand::respond_line;
use serde_json::Value;

/// Checks every line of a table and lists all that are wrong.
fn check(table: &str) {
    let mut wrong = String::new();
    let lines = table.lines().filter(|line| !line.trim().is_empty());
    for line in lines.clone() {
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
    let failures = wrong.lines().count();
    assert!(failures == 0, "{failures} of {} lines:\n{wrong}", lines.count());
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
fn intents_are_read() {
    check(include_str!("reading/intent.jsonl"));
}

#[test]
fn answers_to_own_questions_are_read() {
    check(include_str!("reading/qualify.jsonl"));
}
