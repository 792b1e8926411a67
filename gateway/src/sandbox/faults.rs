//! What goes wrong on demand, and how often.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// A way of failing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Our call: nothing is taken and nothing answered.
    Timeout,
    /// Our call: 429 with `Retry-After`.
    TooManyRequests,
    /// Our call: 500, nothing is taken.
    ServerError,
    /// Our call: taken, and the connection breaks before the answer.
    LostAnswer,
    /// Our call: the credentials have expired.
    ExpiredToken,
    /// A webhook: comes twice.
    DuplicateWebhook,
    /// A webhook: comes late.
    DelayedWebhook,
    /// A webhook: comes after the next one.
    ReorderedWebhook,
    /// A webhook: does not come; a provider that cannot be asked what was written sends it again later.
    MissingWebhook,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Timeout,
        Self::TooManyRequests,
        Self::ServerError,
        Self::LostAnswer,
        Self::ExpiredToken,
        Self::DuplicateWebhook,
        Self::DelayedWebhook,
        Self::ReorderedWebhook,
        Self::MissingWebhook,
    ];

    /// The stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::TooManyRequests => "too_many_requests",
            Self::ServerError => "server_error",
            Self::LostAnswer => "lost_answer",
            Self::ExpiredToken => "expired_token",
            Self::DuplicateWebhook => "duplicate_webhook",
            Self::DelayedWebhook => "delayed_webhook",
            Self::ReorderedWebhook => "reordered_webhook",
            Self::MissingWebhook => "missing_webhook",
        }
    }

    /// Whether it befalls our calls; the others befall webhooks.
    #[must_use]
    pub const fn is_of_calls(self) -> bool {
        match self {
            Self::Timeout | Self::TooManyRequests | Self::ServerError | Self::LostAnswer | Self::ExpiredToken => true,
            Self::DuplicateWebhook | Self::DelayedWebhook | Self::ReorderedWebhook | Self::MissingWebhook => false,
        }
    }
}

/// One way of failing, for the next so many times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Which.
    pub kind: Kind,
    /// How often.
    #[serde(default = "once")]
    pub count: u32,
    /// Seconds of `Retry-After`, or milliseconds of a delay.
    #[serde(default)]
    pub value: Option<u64>,
}

const fn once() -> u32 {
    1
}

/// The faults that are set, by channel; of two kinds that could befall the same thing the first set
/// comes first.
#[derive(Debug, Default)]
pub struct Faults {
    set: HashMap<String, Vec<Fault>>,
}

impl Faults {
    /// Sets one, replacing one of its kind. A count of 0 takes it away.
    pub fn set(&mut self, channel: &str, fault: Fault) {
        let faults = self.set.entry(channel.to_owned()).or_default();
        faults.retain(|other| other.kind != fault.kind);
        if fault.count > 0 {
            faults.push(fault);
        }
    }

    /// Takes all of a channel's away.
    pub fn clear(&mut self, channel: &str) {
        self.set.remove(channel);
    }

    /// The ones that are set for a channel.
    pub fn of(&self, channel: &str) -> Vec<Fault> {
        self.set.get(channel).cloned().unwrap_or_default()
    }

    /// The fault that befalls this call or webhook, counted down.
    pub fn strike(&mut self, channel: &str, is_call: bool) -> Option<Fault> {
        let faults = self.set.get_mut(channel)?;
        let next = faults
            .iter_mut()
            .find(|fault| fault.kind.is_of_calls() == is_call && fault.count > 0)?;
        next.count -= 1;
        let struck = *next;
        faults.retain(|fault| fault.count > 0);
        Some(struck)
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn codes_are_what_the_api_takes() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
        }
    }
}
