//! Learns the weights of the small models from `actors/training` and writes them:
//! `cargo run -p frontdesk-actors --example learn`. Before that it tells, for each file, how many
//! of its lines are read rightly by a model that has not seen them.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use frontdesk_actors::answer::learnt::{Lesson, Model, lessons};
use frontdesk_actors::answer::{intent, yes_no};
use frontdesk_actors::interrupts;

/// Parts the lines are cut into; each is read by a model that learnt from the others.
const PARTS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let intents = ["intent/en", "intent/es", "intent/ru", "intent/uk"];
    learn("intent", &intents, intent::LABELS, 1 << 16)?;
    learn("yes_no", &["yes_no"], yes_no::LABELS, 1 << 15)?;
    learn("interrupts", &["interrupts"], interrupts::LABELS, 1 << 15)
}

fn learn<const N: usize>(model: &str, files: &[&str], labels: [&str; N], rows: usize) -> Result<(), Box<dyn Error>> {
    let lines = files
        .iter()
        .map(|file| lines_of(&package(&format!("training/{file}.txt")), &labels))
        .collect::<Result<Vec<_>, _>>()?;
    for (file, rate) in files.iter().zip(unseen_rates::<N>(&lines, rows)) {
        println!("{file}: {rate:.1} % of unseen lines");
    }
    let learnt = Model::<N>::learnt(&lines.concat(), rows);
    fs::write(package(&format!("src/answer/learnt/{model}.bin")), learnt.as_bytes())?;
    Ok(())
}

fn package(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn lines_of(file: &Path, labels: &[&str]) -> Result<Vec<Lesson>, Box<dyn Error>> {
    Ok(lessons(&fs::read_to_string(file)?, labels).map_err(|line| format!("{}: {line}", file.display()))?)
}

/// Percent of each file's lines.
fn unseen_rates<const N: usize>(files: &[Vec<Lesson>], rows: usize) -> Vec<f64> {
    let mut right = vec![0_u32; files.len()];
    for part in 0..PARTS {
        // Files say the same in the same order, so what is close by place stays in one part.
        let is_unseen = |at: usize, count: usize| at * 10 * PARTS / count % PARTS == part;
        let seen: Vec<Lesson> = files
            .iter()
            .flat_map(|file| file.iter().enumerate().filter(|(at, _)| !is_unseen(*at, file.len())))
            .map(|(_, lesson)| lesson.clone())
            .collect();
        let model = Model::<N>::learnt(&seen, rows);
        for (file, right) in files.iter().zip(&mut right) {
            let unseen = file.iter().enumerate().filter(|(at, _)| is_unseen(*at, file.len()));
            let read = unseen.filter(|(_, lesson)| model.label(&lesson.text) == lesson.label);
            *right += u32::try_from(read.count()).unwrap_or(u32::MAX);
        }
    }
    let rate = |(right, file): (u32, &Vec<Lesson>)| 100.0 * f64::from(right) / file.len() as f64;
    right.into_iter().zip(files).map(rate).collect()
}
