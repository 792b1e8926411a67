//! How much each sign counts, learnt from lines with their label.
//!
//! Signs that several lines have get a row each, the most frequent first. Then logistic regression: every line pulls
//! the weights of its signs towards its label by as much as the label was thought unlikely, and weights that were
//! pulled often move less (`AdaGrad`). Only sums, products, quotients and square roots in a fixed order, which come
//! out the same everywhere, so the same lines teach the same table on every machine.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::{Model, UNIT, each_sign, mark, places};
use crate::answer::text::Text;

/// How often all lines are gone through.
const ROUNDS: usize = 12;
/// How far the first pull moves a weight.
const RATE: f32 = 0.2;
/// How strongly weights are drawn back to nothing.
const DECAY: f32 = 3e-4;
/// A label that is so nearly right teaches nothing.
const LEARNT: f32 = 1e-3;
/// A sign of fewer lines says nothing about others.
const LINES_MIN: usize = 2;

/// A line and its label.
#[derive(Clone, Debug)]
pub struct Lesson {
    /// The place of its label.
    pub label: usize,
    /// What somebody wrote.
    pub text: Text,
}

/// Reads a file of lines: `[label]`, then a message a line.
///
/// # Errors
///
/// The line that is none of the labels, or that stands before the first one.
pub fn lessons(source: &str, labels: &[&str]) -> Result<Vec<Lesson>, String> {
    let mut lessons = Vec::new();
    let mut label = None;
    let lines = source.lines().map(str::trim);
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(name) => {
                let place = labels.iter().position(|label| *label == name);
                label = Some(place.ok_or_else(|| line.to_owned())?);
            }
            None => lessons.push(Lesson {
                label: label.ok_or_else(|| line.to_owned())?,
                text: Text::new(line),
            }),
        }
    }
    Ok(lessons)
}

impl<const N: usize> Model<N> {
    /// Learns from lines into a table of `rows`, a power of two and four at least.
    #[must_use]
    pub fn learnt(lessons: &[Lesson], rows: usize) -> Self {
        let signs: Vec<Vec<u64>> = lessons.iter().map(signs).collect();
        let marks = marks(&signs, rows);
        let lines: Vec<Vec<usize>> = signs.iter().map(|signs| known(signs, &marks)).collect();
        let mut course = Course::<N>::new(rows);
        let stride = stride(lines.len());
        for turn in 0..ROUNDS * lines.len() {
            // Neighbours in a file are alike: strides bring the labels in turn.
            let at = turn * stride % lines.len();
            course.take(&lines[at], lessons[at].label);
        }
        let row = |(mark, weights): (&Option<u8>, &[f32; N])| {
            let mark = mark.unwrap_or_default();
            std::iter::once(mark).chain(weights.map(rounded)).collect::<Vec<u8>>()
        };
        Self {
            rows: marks.iter().zip(&course.weights).flat_map(row).collect(),
        }
    }
}

fn signs(lesson: &Lesson) -> Vec<u64> {
    let mut signs = Vec::new();
    each_sign(&lesson.text, |sign| signs.push(sign));
    signs
}

/// The mark of the sign that has each row, if one has.
fn marks(lines: &[Vec<u64>], rows: usize) -> Vec<Option<u8>> {
    let mut lines_of: HashMap<u64, usize> = HashMap::new();
    for line in lines {
        let mut signs = line.clone();
        signs.sort_unstable();
        signs.dedup();
        for sign in signs {
            *lines_of.entry(sign).or_default() += 1;
        }
    }
    let mut frequent: Vec<(usize, u64)> = lines_of.into_iter().map(|(sign, lines)| (lines, sign)).collect();
    frequent.retain(|(lines, _)| *lines >= LINES_MIN);
    frequent.sort_unstable_by_key(|&entry| Reverse(entry));
    let mut marks = vec![None; rows];
    for (_, sign) in frequent {
        let free = places(sign, rows).find(|&place| marks[place].is_none_or(|other| other == mark(sign)));
        if let Some(place) = free {
            marks[place] = Some(mark(sign));
        }
    }
    marks
}

/// The rows of a line's signs.
fn known(signs: &[u64], marks: &[Option<u8>]) -> Vec<usize> {
    let row = |&sign: &u64| places(sign, marks.len()).find(|&place| marks[place] == Some(mark(sign)));
    signs.iter().filter_map(row).collect()
}

/// A step that visits each of `count` places once, and neighbours far apart.
fn stride(count: usize) -> usize {
    let golden = count * 618 / 1000;
    let is_coprime = |step: &usize| greatest_common_divisor(*step, count) == 1;
    (golden.max(1)..).find(is_coprime).unwrap_or(1)
}

const fn greatest_common_divisor(mut left: usize, mut right: usize) -> usize {
    while right > 0 {
        (left, right) = (right, left % right);
    }
    left
}

struct Course<const N: usize> {
    weights: Vec<[f32; N]>,
    /// The sums of the squares of all pulls at each weight.
    pulls: Vec<[f32; N]>,
}

impl<const N: usize> Course<N> {
    fn new(rows: usize) -> Self {
        Self {
            weights: vec![[0.0; N]; rows],
            pulls: vec![[1e-6; N]; rows],
        }
    }

    fn take(&mut self, line: &[usize], right: usize) {
        let scale = 1.0 / (line.len().max(1) as f32).sqrt();
        let mut scores = [0.0; N];
        for &row in line {
            for (score, weight) in scores.iter_mut().zip(&self.weights[row]) {
                *score += weight * scale;
            }
        }
        let mut errors = likelihoods(scores);
        errors[right] -= 1.0;
        for &row in line {
            for (label, error) in errors.iter().enumerate().filter(|(_, error)| error.abs() >= LEARNT) {
                let weight = &mut self.weights[row][label];
                let pull = error * scale + DECAY * *weight;
                let pulls = &mut self.pulls[row][label];
                *pulls += pull * pull;
                *weight -= RATE * pull / pulls.sqrt();
            }
        }
    }
}

fn likelihoods<const N: usize>(scores: [f32; N]) -> [f32; N] {
    let highest = scores.into_iter().fold(f32::MIN, f32::max);
    let powers = scores.map(|score| power_of_e(score - highest));
    let sum: f32 = powers.iter().sum();
    powers.map(|power| power / sum)
}

/// The exponential of nothing or less as a limit of powers: unlike the library's it is the same on every machine.
fn power_of_e(exponent: f32) -> f32 {
    const SQUARES: u32 = 10;
    let steps = (1_u32 << SQUARES) as f32;
    (0..SQUARES).fold((1.0 + exponent / steps).max(0.0), |power, _| power * power)
}

fn rounded(weight: f32) -> u8 {
    // Casts to integers end at their bounds.
    ((weight * f32::from(UNIT)).round() as i8).cast_unsigned()
}
