//! What the customers' phones show.

use std::collections::{HashMap, VecDeque};

use frontdesk_core::{Author, DeliveryStatus, QuickReply};
use serde::Serialize;

/// Messages that one phone keeps of one line.
const SHOWN_MAX: usize = 200;
/// Lines that are kept; the one that was silent longest makes way.
const LINES_MAX: usize = 2_000;

/// A customer's thread with a business: one channel, two addresses.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Line {
    /// The channel's name.
    pub channel: String,
    /// The customer's address.
    pub customer: String,
    /// The business's address.
    pub business: String,
}

/// A message as the phone shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Its id at the provider.
    pub id: String,
    /// `user` for the customer's own, `bot` for the business's.
    pub author: Author,
    /// The words.
    pub text: String,
    /// It came as a template that the provider had approved.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_template: bool,
    /// Buttons below it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<QuickReply>,
    /// The ticks.
    pub status: DeliveryStatus,
    /// When, in milliseconds since the Unix epoch.
    pub at_ms: i64,
}

/// All phones.
#[derive(Debug, Default)]
pub struct Phones {
    lines: HashMap<Line, Thread>,
    turn: u64,
}

#[derive(Debug, Default)]
struct Thread {
    shown: VecDeque<Shown>,
    /// Grows with every use; the least is the oldest.
    last_use: u64,
}

impl Phones {
    /// Shows one more message.
    pub fn show(&mut self, line: &Line, message: Shown) {
        self.turn += 1;
        let thread = self.lines.entry(line.clone()).or_default();
        thread.last_use = self.turn;
        if thread.shown.len() == SHOWN_MAX {
            thread.shown.pop_front();
        }
        thread.shown.push_back(message);
        if self.lines.len() > LINES_MAX {
            let oldest = self.lines.iter().min_by_key(|(_, thread)| thread.last_use);
            if let Some(line) = oldest.map(|(line, _)| line.clone()) {
                self.lines.remove(&line);
            }
        }
    }

    /// Moves the ticks of a message on.
    pub fn tick(&mut self, line: &Line, id: &str, status: DeliveryStatus) {
        let thread = self.lines.get_mut(line);
        let message = thread.and_then(|thread| thread.shown.iter_mut().find(|message| message.id == id));
        if let Some(message) = message.filter(|message| message.status.rank() < status.rank()) {
            message.status = status;
        }
    }

    /// What customers wrote over a channel, newest first.
    pub fn written(&self, channel: &str) -> Vec<(Line, Shown)> {
        let lines = self.lines.iter().filter(|(line, _)| line.channel == channel);
        let own = |shown: &&Shown| shown.author == Author::User;
        let mut written: Vec<(Line, Shown)> = lines
            .flat_map(|(line, thread)| {
                thread
                    .shown
                    .iter()
                    .filter(own)
                    .map(|shown| (line.clone(), shown.clone()))
            })
            .collect();
        written.sort_by(|(_, one), (_, other)| (other.at_ms, &other.id).cmp(&(one.at_ms, &one.id)));
        written
    }

    /// What a line shows, oldest first.
    pub fn shown(&self, line: &Line) -> Vec<Shown> {
        let thread = self.lines.get(line);
        thread.map_or_else(Vec::new, |thread| thread.shown.iter().cloned().collect())
    }
}
