//! How much each sign counts, learnt from lines with their intent.
//!
//! An averaged perceptron with a margin: a line that is not read rightly with some distance
//! pulls the weights of its signs towards its intent and away from the one it was taken for,
//! and what is kept is the mean over the whole course. Integers and a fixed order, so the same
//! lines teach the same table everywhere.

use super::{BUCKETS, Intent, Model, best, each_sign};
use crate::answer::text::Text;

/// How often all lines are gone through.
const ROUNDS: usize = 8;
/// By how much the right intent must be ahead before a line teaches nothing more.
const MARGIN: i64 = 200;

/// A line and what it wants.
#[derive(Clone, Debug)]
pub struct Lesson {
    /// What it wants.
    pub intent: Intent,
    /// What somebody wrote.
    pub text: Text,
}

/// Reads a file of lines: `[intent]`, then a message a line.
///
/// # Errors
///
/// The line that is no intent, or that stands before the first one.
pub fn lessons(source: &str) -> Result<Vec<Lesson>, String> {
    let mut lessons = Vec::new();
    let mut intent = None;
    let lines = source.lines().map(str::trim);
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(name) => intent = Some(named(name).ok_or_else(|| line.to_owned())?),
            None => lessons.push(Lesson {
                intent: intent.ok_or_else(|| line.to_owned())?,
                text: Text::new(line),
            }),
        }
    }
    Ok(lessons)
}

fn named(name: &str) -> Option<Intent> {
    serde_json::from_value(name.into()).ok()
}

impl Model {
    /// Learns from lines.
    #[must_use]
    pub fn learnt(lessons: &[Lesson]) -> Self {
        let signs: Vec<Vec<usize>> = lessons.iter().map(signs).collect();
        let mut course = Course::new(ROUNDS * lessons.len());
        let stride = stride(lessons.len());
        for turn in 0..ROUNDS * lessons.len() {
            // Neighbours in the file are alike: strides bring the intents in turn.
            let at = turn * stride % lessons.len();
            course.take(&signs[at], lessons[at].intent);
        }
        Self {
            weights: course.rounded().into(),
        }
    }
}

fn signs(lesson: &Lesson) -> Vec<usize> {
    let mut signs = Vec::new();
    each_sign(&lesson.text, |bucket| signs.push(bucket));
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

type Row = [i64; Intent::ALL.len()];

struct Course {
    weights: Vec<Row>,
    /// The sums of the weights over all turns, of which the mean is taken.
    sums: Vec<Row>,
    turns_left: i64,
}

impl Course {
    fn new(turns: usize) -> Self {
        Self {
            weights: vec![Row::default(); BUCKETS],
            sums: vec![Row::default(); BUCKETS],
            turns_left: i64::try_from(turns).expect("the lines of some files"),
        }
    }

    fn take(&mut self, signs: &[usize], intent: Intent) {
        let mut scores = Row::default();
        for &sign in signs {
            for (score, weight) in scores.iter_mut().zip(&self.weights[sign]) {
                *score += weight;
            }
        }
        let right = intent as usize;
        let reached = scores[right];
        scores[right] = i64::MIN;
        let taken_for = best(&scores) as usize;
        if reached - scores[taken_for] < MARGIN {
            for &sign in signs {
                for (intent, change) in [(right, 1), (taken_for, -1)] {
                    self.weights[sign][intent] += change;
                    self.sums[sign][intent] += change * self.turns_left;
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
