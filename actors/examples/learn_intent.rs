//! Learns the weights of the intent reader from `actors/training/intent` and writes them:
//! `cargo run -p frontdesk-actors --example learn_intent`. Before that it tells, for each
//! language, how many of its lines are read rightly by a model that has not seen them.

use std::error::Error;
use std::fs;
use std::path::Path;

use frontdesk_actors::answer::intent::{Lesson, Model, lessons};

const LANGUAGES: [&str; 4] = ["en", "es", "ru", "uk"];
/// Parts the lines are cut into; each is read by a model that learnt from the others.
const PARTS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = LANGUAGES
        .map(|language| lessons_of(&package.join(format!("training/intent/{language}.txt"))))
        .into_iter()
        .collect::<Result<Vec<_>, _>>()?;
    for (language, rate) in LANGUAGES.iter().zip(unseen_rates(&files)) {
        println!("{language}: {rate:.1} % of unseen lines");
    }
    let model = Model::learnt(&files.concat());
    fs::write(package.join("src/answer/intent/weights.bin"), model.as_bytes())?;
    Ok(())
}

fn lessons_of(file: &Path) -> Result<Vec<Lesson>, Box<dyn Error>> {
    Ok(lessons(&fs::read_to_string(file)?).map_err(|line| format!("{}: {line}", file.display()))?)
}

/// Percent of each file's lines.
fn unseen_rates(files: &[Vec<Lesson>]) -> Vec<f64> {
    let mut right = vec![0_u32; files.len()];
    for part in 0..PARTS {
        // Files say the same in the same order, so what is close by place stays in one part.
        let is_unseen = |at: usize, count: usize| at * 10 * PARTS / count % PARTS == part;
        let seen: Vec<Lesson> = files
            .iter()
            .flat_map(|file| file.iter().enumerate().filter(|(at, _)| !is_unseen(*at, file.len())))
            .map(|(_, lesson)| lesson.clone())
            .collect();
        let model = Model::learnt(&seen);
        for (file, right) in files.iter().zip(&mut right) {
            let unseen = file.iter().enumerate().filter(|(at, _)| is_unseen(*at, file.len()));
            let read = unseen.filter(|(_, lesson)| model.intent(&lesson.text) == lesson.intent);
            *right += u32::try_from(read.count()).unwrap_or(u32::MAX);
        }
    }
    let rate = |(right, file): (u32, &Vec<Lesson>)| 100.0 * f64::from(right) / file.len() as f64;
    right.into_iter().zip(files).map(rate).collect()
}
