//! How much each sign counts, learnt from lines with their label.
//!
//! An averaged perceptron with a margin: a line that is not read rightly with some distance
//! pulls the weights of its signs towards its label and away from the one it was taken for,
//! and what is kept is the mean over the whole course. Integers and a fixed order, so the same
//! lines teach the same table everywhere.

use super::{Model, best, each_sign};
use crate::answer::text::Text;

/// How often all lines are gone through.
const ROUNDS: usize = 12;
/// By how much the right label must be ahead before a line teaches nothing more.
const MARGIN: i64 = 100;

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
    /// Learns from lines into a table of `rows`, a power of two.
    #[must_use]
    pub fn learnt(lessons: &[Lesson], rows: usize) -> Self {
        let signs: Vec<Vec<usize>> = lessons.iter().map(|lesson| signs(lesson, rows)).collect();
        let turns = ROUNDS * lessons.len();
        let mut course = Course::<N>::new(rows, turns);
        let stride = stride(lessons.len());
        for turn in 0..turns {
            // Neighbours in a file are alike: strides bring the labels in turn.
            let at = turn * stride % lessons.len();
            course.take(&signs[at], lessons[at].label);
        }
        Self {
            weights: course.rounded().into(),
        }
    }
}

fn signs(lesson: &Lesson, rows: usize) -> Vec<usize> {
    let mut signs = Vec::new();
    each_sign(&lesson.text, |sign| signs.push(sign % rows));
    signs
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
    weights: Vec<[i64; N]>,
    /// The sums of the weights over all turns, of which the mean is taken.
    sums: Vec<[i64; N]>,
    turns_left: i64,
}

impl<const N: usize> Course<N> {
    fn new(rows: usize, turns: usize) -> Self {
        Self {
            weights: vec![[0; N]; rows],
            sums: vec![[0; N]; rows],
            turns_left: i64::try_from(turns).expect("the lines of some files"),
        }
    }

    fn take(&mut self, signs: &[usize], right: usize) {
        let mut scores = [0; N];
        for &sign in signs {
            for (score, weight) in scores.iter_mut().zip(&self.weights[sign]) {
                *score += weight;
            }
        }
        let reached = scores[right];
        scores[right] = i64::MIN;
        let taken_for = best(&scores);
        if reached - scores[taken_for] < MARGIN {
            for &sign in signs {
                for (label, change) in [(right, 1), (taken_for, -1)] {
                    self.weights[sign][label] += change;
                    self.sums[sign][label] += change * self.turns_left;
                }
            }
        }
        self.turns_left -= 1;
    }

    /// The means, scaled so that the largest fills a signed byte.
    fn rounded(&self) -> Vec<u8> {
        let sums = || self.sums.iter().flatten();
        let largest = sums().map(|sum| sum.abs()).max().unwrap_or(0).max(1);
        let scaled = |sum: &i64| {
            let doubled = 2 * sum * i64::from(i8::MAX) + largest * sum.signum();
            i8::try_from(doubled / (2 * largest)).expect("no sum is above the largest")
        };
        sums().map(|sum| scaled(sum).cast_unsigned()).collect()
    }
}
