//! A call that nobody took: a colleague is told, and where the tenant wants it the caller gets a text.
//!
//! ```text
//!  conversation by telephone ── `call_missed` ──► conversation by text message
//!  a ticket for a colleague                       "sorry we missed you", from the number that was called
//! ```

use std::time::Duration;

use frontdesk_core::ports::outbox::Lane;
use frontdesk_core::{ChannelKind, Fact};
use serde_json::{Value as Json, json};

use crate::facts::{Peer, PeerNews};
use crate::gate;
use crate::handoff;
use crate::manifest::Say;
use crate::person;
use crate::state::Gate;
use crate::turn::Turn;

/// The fact by which the conversation by text message hears of the call: `{lane}`.
pub(crate) const CALL_MISSED: &str = "call_missed";
/// The timer of a text that waits for the end of the night.
pub(crate) const TEXT_BACK: &str = "text_back";
/// Whoever calls again and again is texted once in this time.
const TEXT_AGAIN_AFTER: Duration = Duration::from_secs(12 * 60 * 60);

/// Nobody took the call. The text leaves over the account that was called: the caller knows no other.
pub(crate) fn missed(turn: &mut Turn<'_>) {
    handoff::missed_call(turn);
    let (Some(lane), Some(phone)) = (turn.event.lane.clone(), turn.state.text("phone").cloned()) else {
        return;
    };
    if !turn.tenant.playbook.texts_missed_calls {
        return;
    }
    turn.decide("call", "the caller gets a text");
    turn.tell_peers(&PeerNews {
        to: vec![Peer {
            channel: ChannelKind::Sms,
            address: phone,
        }],
        may_begin: true,
        fact: Fact {
            name: CALL_MISSED.to_owned(),
            data: json!({ "lane": lane }),
        },
    });
}

/// The person has called, and nobody was there: they are texted, now or when the night is over.
pub(crate) fn heard(turn: &mut Turn<'_>, data: &Json) {
    person::identify(turn);
    // The call's own turn has written down who called.
    turn.has_news = false;
    turn.is_identified = false;
    if turn.state.gate != Gate::Bot {
        turn.decide("call", "a person was called or has the conversation: no text");
        return;
    }
    let texted_at = turn.state.texted_back_at;
    if texted_at.is_some_and(|texted_at| turn.now.since(texted_at) < TEXT_AGAIN_AFTER) {
        turn.decide("call", "was texted a while ago: no text");
        return;
    }
    if let Ok(lane) = serde_json::from_value::<Lane>(data["lane"].clone()) {
        turn.state.lane = Some(lane);
    }
    if !gate::puts_off(turn, TEXT_BACK) {
        text_back(turn);
    }
}

/// Says that the call was missed. Whoever answers is asked on as after a greeting.
pub(crate) fn text_back(turn: &mut Turn<'_>) {
    turn.decide("call", "texted that it was missed");
    turn.state.texted_back_at = Some(turn.now);
    turn.state.is_greeted = true;
    turn.say(Say::MissedCall);
}
