//! The send gate: whether words may leave now, later or never, and why.
//!
//! Everything that leaves passes here. A reply to somebody who is there leaves at once; what nobody
//! has asked for heeds the channel's window, a pause, and the night where the person lives.

use std::time::Duration;

use frontdesk_core::{ChannelKind, OperatorAct, Payload, Timestamp, Transport};
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
    /// A person or a colleague has just acted.
    Reply,
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
            Payload::Message(_) | Payload::Operator(_) | Payload::Answer(_) => Self::Reply,
            Payload::Status { .. } | Payload::Timer { .. } | Payload::Fact(_) => Self::Unasked,
        }
    }
}

/// What the gate says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It leaves.
    Now,
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

/// Decides about words of the bot or of a colleague.
pub(crate) fn decide(
    tenant: &Tenant,
    state: &State,
    channel: ChannelKind,
    occasion: Occasion,
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
        Occasion::Unasked => {}
    }
    if state.gate == Gate::WithPerson {
        return Verdict::Never {
            reason: "a colleague has the conversation",
        };
    }
    let silent_for = state.heard_at.map(|heard_at| now.since(heard_at));
    let is_window_shut = channel
        .profile()
        .reply_window
        .is_some_and(|window| silent_for.is_none_or(|silence| silence >= window));
    if is_window_shut {
        return Verdict::Never {
            reason: "the channel takes free words only so long after the person's last message",
        };
    }
    if let Some(at) = state.paused_until.filter(|until| *until > now) {
        return Verdict::Later {
            at,
            reason: "the person asked for a pause",
        };
    }
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
        None => Verdict::Now,
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

/// Whether nothing may leave that nobody has asked for, now or later.
pub(crate) fn is_shut(turn: &Turn<'_>) -> bool {
    matches!(unasked(turn), Verdict::Never { .. })
}

fn unasked(turn: &Turn<'_>) -> Verdict {
    decide(
        turn.tenant,
        &turn.state,
        turn.event.channel,
        Occasion::Unasked,
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
        let decide = |state: &State, now| decide(&tenant, state, ChannelKind::Sms, Occasion::Unasked, at(now));
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
        let decide = |state: &State, occasion| decide(&tenant, state, ChannelKind::Sms, occasion, now);
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
            let decide = |occasion| decide(&tenant, &state, channel, occasion, now);
            assert!(matches!(decide(Occasion::Reply), Verdict::Never { .. }));
            assert!(matches!(decide(Occasion::Unasked), Verdict::Never { .. }));
            assert_eq!(decide(Occasion::StopConfirmed), Verdict::Now);
        }
    }

    #[test]
    fn a_window_shuts_a_day_after_the_last_message() {
        let (tenant, now) = (catering(), at("2026-11-24T18:00:00Z"));
        let mut state = State::default();
        let decide = |state: &State| decide(&tenant, state, ChannelKind::Messenger, Occasion::Unasked, now);
        assert!(
            matches!(decide(&state), Verdict::Never { .. }),
            "nobody has written yet"
        );
        state.heard_at = Some(at("2026-11-23T18:00:00Z"));
        assert!(matches!(decide(&state), Verdict::Never { .. }));
        state.heard_at = Some(at("2026-11-23T18:00:01Z"));
        assert_eq!(decide(&state), Verdict::Now);
    }
}
