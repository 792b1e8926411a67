//! What a visitor says: the whole contact collection, in the order a website's visitor is asked.

use std::fmt::Write as _;

use uuid::Uuid;

/// Turns of one contact collection: the wish, name, phone, email, newsletter.
pub const DIALOGUE_TURNS: usize = 5;

const FIRST_NAMES: [&str; 8] = ["Maria", "John", "Olena", "Carlos", "Anna", "David", "Sofia", "Peter"];
const LAST_NAMES: [&str; 8] = [
    "Smith",
    "Garcia",
    "Kovalenko",
    "Brown",
    "Lopez",
    "Miller",
    "Novak",
    "Taylor",
];
const AREA_CODES: [u64; 8] = [212, 303, 312, 415, 512, 617, 702, 916];
const AFTERWARDS: [&str; 4] = [
    "What are your opening hours?",
    "Do you have vegetarian dishes?",
    "How far do you travel?",
    "Thank you, see you soon",
];

/// The id of a thread's message in turn `turn` (from 0): unique in its thread, as the protocol asks.
#[must_use]
pub fn message_id(turn: usize) -> String {
    format!("m{}", turn + 1)
}

/// One run of the load test. Its threads are new to any database, whatever ran before.
#[derive(Clone, Debug)]
pub struct Run {
    name: String,
    offset: u64,
    tenant: String,
}

impl Run {
    /// A run that talks to `tenant`.
    #[must_use]
    pub fn new(tenant: &str) -> Self {
        let id = Uuid::new_v4();
        let name = id.simple().to_string()[..12].to_owned();
        Self {
            name,
            offset: id.as_u64_pair().1 >> 32,
            tenant: tenant.to_owned(),
        }
    }

    /// What tells this run's threads from another's.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The tenant talked to.
    #[must_use]
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// The thread of visitor `number`.
    #[must_use]
    pub fn thread(&self, number: u64) -> Thread {
        let mut user = String::with_capacity(32);
        write!(user, "u-{}-{number}", self.name).expect("writing to a string cannot fail");
        let thread = format!("t{}", &user[1..]);
        Thread { number, user, thread }
    }

    /// What visitor `number` says in turn `turn` (from 0). The same every time it is asked.
    pub fn write_line(&self, buffer: &mut String, number: u64, turn: usize) {
        buffer.clear();
        let written = match turn {
            0 => write!(buffer, "Hi, I want to book for 10 people"),
            1 => write!(
                buffer,
                "My name is {} {}",
                pick(&FIRST_NAMES, number),
                pick(&LAST_NAMES, number / 8)
            ),
            2 => self.write_phone(buffer, number),
            3 => write!(buffer, "visitor{number}.{}@example.com", self.name),
            4 => write!(buffer, "yes"),
            // The turn makes the text unique in its thread, so a history can be compared word by word.
            later => write!(buffer, "{} ({later})", pick(&AFTERWARDS, later as u64)),
        };
        written.expect("writing to a string cannot fail");
    }

    /// What visitor `number` says in turn `turn`, as a string of its own.
    #[must_use]
    pub fn line(&self, number: u64, turn: usize) -> String {
        let mut line = String::new();
        self.write_line(&mut line, number, turn);
        line
    }

    /// A valid number of the United States, another one for every visitor: two visitors with one phone would be one
    /// contact.
    fn write_phone(&self, buffer: &mut String, number: u64) -> std::fmt::Result {
        const LINES: u64 = 10_000;
        const EXCHANGES: u64 = 80;
        let n = self.offset.wrapping_add(number);
        let line = n % LINES;
        // Exchanges 220 to 299: none of them ends in 11, which would be a service number.
        let exchange = 220 + (n / LINES) % EXCHANGES;
        let area = pick(&AREA_CODES, n / LINES / EXCHANGES);
        write!(buffer, "({area}) {exchange}-{line:04}")
    }
}

fn pick<T: Copy>(choices: &[T], index: u64) -> T {
    choices[usize::try_from(index % choices.len() as u64).expect("smaller than the list")]
}

/// Who talks, and in which thread.
#[derive(Clone, Debug)]
pub struct Thread {
    /// The visitor's number in the run.
    pub number: u64,
    /// The `userId`.
    pub user: String,
    /// The `threadId`.
    pub thread: String,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_visitor_has_a_phone_of_its_own() {
        let run = Run::new("demo-catering");
        let phones: HashSet<_> = (0..50_000).map(|number| run.line(number, 2)).collect();
        assert_eq!(phones.len(), 50_000);
    }

    #[test]
    fn lines_are_repeatable_and_unique_in_a_thread() {
        let run = Run::new("demo-catering");
        let lines: HashSet<_> = (0..20).map(|turn| run.line(7, turn)).collect();
        assert_eq!(lines.len(), 20);
        assert_eq!(run.line(7, 3), run.line(7, 3));
    }

    #[test]
    fn runs_do_not_share_threads() {
        let (a, b) = (Run::new("t"), Run::new("t"));
        assert_ne!(a.thread(1).thread, b.thread(1).thread);
        assert_ne!(a.thread(1).thread, a.thread(2).thread);
    }
}
