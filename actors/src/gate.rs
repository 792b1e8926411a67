//! The send gate: whether words may leave now, later or never, and why.
//!
//! Everything that leaves passes here. A reply to somebody who is there leaves at once; what nobody
//! has asked for heeds the channel's window, a pause, and the night where the person lives.

use std::time::Duration;

use frontdesk_core::{Author, ChannelKind, OperatorAct, Payload, Timestamp, Transport};
use jiff::tz::TimeZone;

use crate::answer::phone;
use crate::delivery;
use crate::manifest::Tenant;
use crate::state::{Gate, State};
use crate::turn::Turn;

/// Who has written within this time is awake, whatever the hour.
const AWAKE: Duration = Duration::from_secs(30 * 60);

/// Why something is about to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occasion {
    /// The person has just acted.
    Reply,
    /// A colleague acts, at whatever hour; the person may have been silent for long.
    AtWork,
    /// The last words after an opt-out.
    StopConfirmed,
    /// Nobody has: a timer came due, news came from elsewhere.
    Unasked,
}

impl Occasion {
    /// The occasion that an event is.
    pub(crate) const fn of(payload: &Payload) -> Self {
        match payload {
            // A colleague only brings the hour forward: what the timer says is still unasked for.
            Payload::Operator(OperatorAct::FireTimer { .. }) => Self::Unasked,
            Payload::Operator(_) => Self::AtWork,
            Payload::Message(_) | Payload::Answer(_) => Self::Reply,
            Payload::Status { .. } | Payload::Timer { .. } | Payload::Fact(_) => Self::Unasked,
        }
    }
}

/// What the gate says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It leaves.
    Now,
    /// It leaves as a text that the provider has approved, or not at all.
    AsTemplate {
        /// Why not as it is.
        reason: &'static str,
    },
    /// It leaves as words that a person typed.
    AsPerson {
        /// Why not as any words.
        reason: &'static str,
    },
    /// It leaves at this moment.
    Later {
        /// When.
        at: Timestamp,
        /// Why not now.
        reason: &'static str,
    },
    /// It does not leave.
    Never {
        /// Why.
        reason: &'static str,
    },
}

/// Decides about words of `author`: the bot, or a colleague.
pub(crate) fn decide(
    tenant: &Tenant,
    state: &State,
    channel: ChannelKind,
    (occasion, author): (Occasion, Author),
    now: Timestamp,
) -> Verdict {
    if state.undelivered >= delivery::UNDELIVERED_MAX {
        return Verdict::Never {
            reason: "nobody can be reached at this address",
        };
    }
    match occasion {
        Occasion::StopConfirmed => return Verdict::Now,
        _ if state.is_opted_out => {
            return Verdict::Never {
                reason: "the person has opted out",
            };
        }
        Occasion::Reply => return Verdict::Now,
        Occasion::AtWork => return within_window(state, channel, author, now),
        Occasion::Unasked => {}
    }
    if state.gate == Gate::WithPerson {
        return Verdict::Never {
            reason: "a colleague has the conversation",
        };
    }
    let passage = within_window(state, channel, author, now);
    if matches!(passage, Verdict::Never { .. }) {
        return passage;
    }
    if let Some(at) = state.paused_until.filter(|until| *until > now) {
        return Verdict::Later {
            at,
            reason: "the person asked for a pause",
        };
    }
    let silent_for = state.heard_at.map(|heard_at| now.since(heard_at));
    let is_awake = silent_for.is_some_and(|silence| silence < AWAKE);
    // Where the log is what the person sees, nothing rings.
    if is_awake || channel.profile().transport == Transport::Log {
        return Verdict::Now;
    }
    match end_of_quiet_hours(tenant, state, now) {
        Some(at) => Verdict::Later {
            at,
            reason: "it is night where the person lives",
        },
        None => passage,
    }
}

/// How words pass at this moment of the channel's windows, which open with each message of the person.
fn within_window(state: &State, channel: ChannelKind, author: Author, now: Timestamp) -> Verdict {
    let profile = channel.profile();
    let is_open = |window: Duration| {
        let silent_for = state.heard_at.map(|heard_at| now.since(heard_at));
        silent_for.is_some_and(|silence| silence < window)
    };
    let is_person = author == Author::Operator;
    if profile.reply_window.is_none_or(is_open) {
        Verdict::Now
    } else if profile.takes_templates {
        Verdict::AsTemplate {
            reason: "more than a day after the person's last message only approved texts may leave",
        }
    } else if is_person && profile.person_window.is_some_and(is_open) {
        Verdict::AsPerson {
            reason: "more than a day after the person's last message: sent as a colleague's own words",
        }
    } else if is_person {
        Verdict::Never {
            reason: "too long after the person's last message: they have to write first",
        }
    } else {
        Verdict::Never {
            reason: "more than a day after the person's last message the bot may not write here",
        }
    }
}

/// When the quiet hours are over that `now` lies in, on the person's clock as far as their number
/// tells it, else on the tenant's.
fn end_of_quiet_hours(tenant: &Tenant, state: &State, now: Timestamp) -> Option<Timestamp> {
    let quiet = tenant.quiet_hours?;
    let zone = state
        .text("phone")
        .and_then(|phone| phone::place(phone).time_zone)
        .and_then(|name| TimeZone::get(name).ok())
        .unwrap_or_else(|| tenant.zone.clone());
    let local = now.to_jiff().to_zoned(zone.clone()).datetime();
    let end = quiet.end_around(local)?.to_zoned(zone).ok()?;
    Some(Timestamp::from(end.timestamp()))
}

/// Whether no free words may leave that nobody has asked for, now or later.
pub(crate) fn is_shut(turn: &Turn<'_>) -> bool {
    matches!(unasked(turn), Verdict::Never { .. } | Verdict::AsTemplate { .. })
}

fn unasked(turn: &Turn<'_>) -> Verdict {
    decide(
        turn.tenant,
        &turn.state,
        turn.event.channel,
        (Occasion::Unasked, Author::Bot),
        turn.now,
    )
}

/// Puts off what a timer was to say, by setting that timer anew. Tells whether it did.
///
/// The words themselves do not wait: by then they may be wrong, and after a stop none may leave.
pub(crate) fn puts_off(turn: &mut Turn<'_>, timer: &str) -> bool {
    let Verdict::Later { at, reason } = unasked(turn) else {
        return false;
    };
    turn.decide("gate.later", format!("`{timer}` waits: {reason}"));
    turn.set_timer(timer, at.since(turn.now));
    true
}

#[cfg(test)]
mod tests {
    use frontdesk_core::Personal;

    use super::*;
    use crate::demo;
    use crate::state::Value;

    fn catering() -> Tenant {
        let (id, manifest) = demo::MANIFESTS[0];
        Tenant::parse(&id.parse().unwrap(), manifest).unwrap()
    }

    fn at(moment: &str) -> Timestamp {
        Timestamp::from(moment.parse::<jiff::Timestamp>().unwrap())
    }

    fn of(phone: &str) -> State {
        let mut state = State::default();
        let phone = Value::Text(Personal::from(phone));
        state.answers.insert("phone".to_owned(), phone);
        state
    }

    #[test]
    fn nobody_is_woken_where_they_live() {
        let tenant = catering();
        let decide = |state: &State, now| {
            decide(
                &tenant,
                state,
                ChannelKind::Sms,
                (Occasion::Unasked, Author::Bot),
                at(now),
            )
        };
        // Nine in the evening in New York is six in San Francisco, where the tenant is.
        let (new_york, san_francisco) = (of("+12125550100"), of("+14155550100"));
        let now = "2026-11-24T02:30:00Z";
        let morning = Verdict::Later {
            at: at("2026-11-24T13:00:00Z"),
            reason: "it is night where the person lives",
        };
        assert_eq!(decide(&new_york, now), morning);
        assert_eq!(decide(&san_francisco, now), Verdict::Now);
        // After midnight it is the same morning.
        assert_eq!(decide(&new_york, "2026-11-24T08:00:00Z"), morning);
        assert_eq!(decide(&new_york, "2026-11-24T13:00:00Z"), Verdict::Now);
        // A number that tells no zone is on the tenant's clock.
        assert_eq!(decide(&of("+12085550100"), now), Verdict::Now);
    }

    #[test]
    fn who_is_awake_is_answered() {
        let (tenant, now) = (catering(), at("2026-11-24T08:00:00Z"));
        let mut state = of("+12125550100");
        state.heard_at = Some(at("2026-11-24T07:45:00Z"));
        let decide = |state: &State, occasion| decide(&tenant, state, ChannelKind::Sms, (occasion, Author::Bot), now);
        assert_eq!(decide(&state, Occasion::Unasked), Verdict::Now);
        state.heard_at = Some(at("2026-11-24T07:00:00Z"));
        assert!(matches!(decide(&state, Occasion::Unasked), Verdict::Later { .. }));
        assert_eq!(decide(&state, Occasion::Reply), Verdict::Now);
    }

    #[test]
    fn an_opt_out_holds_everything_but_its_confirmation() {
        let (tenant, now) = (catering(), at("2026-11-24T18:00:00Z"));
        let state = State {
            is_opted_out: true,
            ..State::default()
        };
        for channel in ChannelKind::ALL {
            let decide = |occasion| decide(&tenant, &state, channel, (occasion, Author::Bot), now);
            assert!(matches!(decide(Occasion::Reply), Verdict::Never { .. }));
            assert!(matches!(decide(Occasion::Unasked), Verdict::Never { .. }));
            assert_eq!(decide(Occasion::StopConfirmed), Verdict::Now);
        }
    }

    #[test]
    fn a_window_shuts_a_day_after_the_last_message() {
        let (tenant, now) = (catering(), at("2026-11-24T18:00:00Z"));
        let mut state = State::default();
        let unasked = (Occasion::Unasked, Author::Bot);
        let decide = |state: &State| decide(&tenant, state, ChannelKind::Messenger, unasked, now);
        assert!(
            matches!(decide(&state), Verdict::Never { .. }),
            "nobody has written yet"
        );
        state.heard_at = Some(at("2026-11-23T18:00:00Z"));
        assert!(matches!(decide(&state), Verdict::Never { .. }));
        state.heard_at = Some(at("2026-11-23T18:00:01Z"));
        assert_eq!(decide(&state), Verdict::Now);
    }
    #[test]
    fn past_the_window_whatsapp_takes_templates_and_messenger_a_persons_words_for_a_week() {
        let (tenant, heard) = (catering(), at("2026-11-20T18:00:00Z"));
        let state = State {
            heard_at: Some(heard),
            ..State::default()
        };
        let decide = |channel, asked, now| decide(&tenant, &state, channel, asked, at(now));
        let (later, much_later) = ("2026-11-22T18:00:00Z", "2026-11-27T18:00:00Z");
        let (unasked, bot, person) = (
            (Occasion::Unasked, Author::Bot),
            (Occasion::AtWork, Author::Bot),
            (Occasion::AtWork, Author::Operator),
        );
        for asked in [unasked, bot, person] {
            let verdict = decide(ChannelKind::Whatsapp, asked, later);
            assert!(matches!(verdict, Verdict::AsTemplate { .. }), "{asked:?}: {verdict:?}");
        }
        for channel in [ChannelKind::Messenger, ChannelKind::Instagram] {
            assert_eq!(decide(channel, person, "2026-11-21T17:59:59Z"), Verdict::Now);
            assert!(matches!(decide(channel, person, later), Verdict::AsPerson { .. }));
            assert!(matches!(decide(channel, person, much_later), Verdict::Never { .. }));
            for asked in [unasked, bot] {
                assert!(matches!(decide(channel, asked, later), Verdict::Never { .. }));
            }
        }
        assert_eq!(decide(ChannelKind::Sms, person, much_later), Verdict::Now);
        let night = decide(ChannelKind::Whatsapp, unasked, "2026-11-22T08:00:00Z");
        assert!(matches!(night, Verdict::Later { .. }), "a template rings as loud");
    }
}
