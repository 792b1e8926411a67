//! Which messages of ours a report or an echo is about.

use std::time::Duration;

use frontdesk_core::ports::reports::PartStatus;
use frontdesk_core::{Author, ConversationId, DeliveryStatus, Message, OperatorAct, Payload, Timestamp};
use tokio::time::{Instant, sleep};

use super::{Again, Intake};
use crate::channels::{Echo, Report, Which, parts};

/// Messages of a conversation that a report is looked for among, newest first.
const REPORTED_AMONG: u32 = 256;
/// How long the reports of one request are held that are quicker than the note of what they report on.
const REPORT_PATIENCE: Duration = Duration::from_secs(2);
/// The pause between two looks for it.
pub(super) const REPORT_PAUSE: Duration = Duration::from_millis(50);
/// How long after we said something an echo of the same words is taken for ours, in milliseconds.
const OWN_WORDS_FOR_MS: i64 = 10 * 60 * 1_000;

/// So much of a text is nobody's by chance.
const CERTAIN_CHARACTERS_MIN: usize = 40;

/// Until when the reports of a request that begins now are held. All of them share it: many that are about
/// nothing of ours, which another system has sent over the same account, would outlast the provider's patience.
pub(super) fn patience() -> Instant {
    Instant::now() + REPORT_PATIENCE
}

impl Intake {
    /// Finds the messages a report is about; `None` when there are none. It may come before our note of
    /// having sent them, and is held until `give_up` while there may be one to come.
    pub(super) async fn resolve(
        &self,
        conversation: ConversationId,
        report: &Report,
        give_up: Instant,
    ) -> Result<Option<Payload>, Again> {
        let found = loop {
            let found = self.look_up(conversation, &report.of).await?;
            if !found.is_open || Instant::now() + REPORT_PAUSE > give_up {
                break found;
            }
            sleep(REPORT_PAUSE).await;
        };
        let Some((from_seq, up_to_seq)) = found.span else {
            return Ok(None);
        };
        if let Some(other) = &report.other_id {
            let called = self.reports.message_called(conversation, other).await?;
            if called.is_none_or(|called| called.seq != up_to_seq) {
                self.reports.note_other_id(conversation, up_to_seq, other).await?;
            }
        }
        let (status, reason) = match report.of.id() {
            Some(id) if found.parts > 1 => {
                let part = PartStatus {
                    id,
                    of: found.parts,
                    status: report.status,
                    reason: report.reason.as_deref(),
                };
                let whole = self.reports.tell_part(conversation, up_to_seq, &part).await?;
                whole.unwrap_or((DeliveryStatus::Pending, None))
            }
            Some(id) if report.is_for_now && report.status == DeliveryStatus::Failed => {
                self.put_off(conversation, up_to_seq, id, report, give_up).await?
            }
            _ => (report.status, report.reason.clone()),
        };
        Ok(Some(Payload::Status {
            from_seq,
            up_to_seq,
            fault: report.fault.filter(|_| status == DeliveryStatus::Failed),
            status,
            reason,
        }))
    }

    /// Looks among the latest messages, and for an id among all of them.
    async fn look_up(&self, conversation: ConversationId, of: &Which) -> Result<Found, Again> {
        if let Which::Marked(mark, _) = of {
            return Ok(Found::one(mark.seq, mark.parts));
        }
        let found = find(&self.recent(conversation).await?, of);
        match of {
            Which::Id(id) if found.span.is_none() => {
                let called = self.reports.message_called(conversation, id).await?;
                Ok(called.map_or(found, |called| Found::one(called.seq, called.parts)))
            }
            _ => Ok(found),
        }
    }

    /// An echo of our own says that the message was taken; any other is a colleague's. One without words can
    /// be known by its id alone, and is held until `give_up` while that may not be noted yet.
    pub(super) async fn resolve_echo(
        &self,
        conversation: ConversationId,
        echo: Echo,
        give_up: Instant,
    ) -> Result<Payload, Again> {
        let since = Timestamp::from_millis(self.clock.now().as_millis() - OWN_WORDS_FOR_MS);
        let own = loop {
            let recent = self.recent(conversation).await?;
            let own = own(&recent, &echo, since);
            let awaited = recent
                .iter()
                .rev()
                .find(|message| shows_cards(message) && message.at >= since);
            match (own, awaited) {
                (None, Some(awaited)) if echo.text.trim().is_empty() => {
                    if Instant::now() + REPORT_PAUSE > give_up {
                        break Some(Own::part(awaited));
                    }
                    sleep(REPORT_PAUSE).await;
                }
                (own, _) => break own,
            }
        };
        Ok(match own {
            Some(own) => Payload::Status {
                from_seq: own.seq,
                up_to_seq: own.seq,
                // That a part was taken says nothing of the others.
                status: if own.is_whole {
                    DeliveryStatus::Sent
                } else {
                    DeliveryStatus::Pending
                },
                reason: None,
                fault: None,
            },
            None => Payload::Operator(OperatorAct::Wrote { text: echo.text }),
        })
    }

    /// The latest messages of a conversation, oldest first.
    async fn recent(&self, conversation: ConversationId) -> Result<Vec<Message>, Again> {
        let stored = self.store.load(&[conversation]).await?;
        let Some(stored) = stored.first() else {
            return Ok(Vec::new());
        };
        let after_seq = stored.last_seq.saturating_sub(u64::from(REPORTED_AMONG));
        Ok(self.store.history(conversation, after_seq, REPORTED_AMONG).await?)
    }
}

/// What a report was found to be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Found {
    /// From this `seq` to that one; `None` when nothing was found.
    span: Option<(u64, u64)>,
    /// In how many parts a message left of which one is meant.
    parts: u32,
    /// Whether looking again may find more: a newer message is on its way, and our note of its having
    /// left may come after the report.
    is_open: bool,
}

impl Found {
    const fn one(seq: u64, parts: u32) -> Self {
        Self {
            span: Some((seq, seq)),
            parts,
            is_open: false,
        }
    }
}

/// Finds the messages among those of a conversation, oldest first.
fn find(messages: &[Message], of: &Which) -> Found {
    let is_meant = |message: &Message| match of {
        Which::Marked(mark, _) => message.seq == mark.seq,
        Which::Id(id) | Which::UpTo(id) => ids_of(message).any(|known| known == id),
        Which::Until(moment) => message.at <= *moment,
    };
    let ours: Vec<&Message> = messages.iter().rev().filter(|message| is_ours(message)).collect();
    let newest = ours.iter().position(|message| is_meant(message));
    match (of, newest) {
        (_, None) => Found {
            span: None,
            parts: 1,
            is_open: ours.iter().any(|message| awaits_note(message)),
        },
        (Which::Marked(..) | Which::Id(_), Some(place)) => {
            let parts = u32::try_from(ids_of(ours[place]).count()).unwrap_or(u32::MAX);
            Found::one(ours[place].seq, parts)
        }
        // Of a message that left in parts the last one must be seen; those before it are.
        (Which::UpTo(id), Some(place)) if ids_of(ours[place]).next_back() != Some(id) => before(&ours[place + 1..]),
        (Which::Until(_) | Which::UpTo(_), Some(place)) => before(&ours[place..]),
    }
}

/// The last messages without a gap that have left, newest first: one that failed, or of which nobody
/// can tell, has not arrived by what came later having arrived.
fn before(ours: &[&Message]) -> Found {
    let is_waiting = |message: &&&Message| matches!(message.status, DeliveryStatus::Pending | DeliveryStatus::Retrying);
    let waiting = ours.iter().take_while(is_waiting).count();
    let mut gone = ours[waiting..]
        .iter()
        .skip_while(|message| !has_left(message))
        .take_while(|message| has_left(message))
        .map(|message| message.seq);
    let span = gone.next().map(|newest| (gone.last().unwrap_or(newest), newest));
    Found {
        span,
        parts: 1,
        is_open: waiting > 0 || span.is_none(),
    }
}

/// The provider's ids of a message, one for each part.
fn ids_of(message: &Message) -> impl DoubleEndedIterator<Item = &str> {
    message.external_id.iter().flat_map(|ids| parts::ids(ids))
}

/// Whether a message of ours with cards may be at the provider without our having noted its ids there. The echo
/// of a card has no words.
fn shows_cards(message: &Message) -> bool {
    is_ours(message) && awaits_note(message) && !message.content.cards.is_empty()
}

/// Whether a message may be at the provider without our having noted its id there.
const fn awaits_note(message: &Message) -> bool {
    match message.status {
        DeliveryStatus::Pending | DeliveryStatus::Retrying | DeliveryStatus::Unknown | DeliveryStatus::Sent => {
            message.external_id.is_none()
        }
        DeliveryStatus::Delivered
        | DeliveryStatus::Read
        | DeliveryStatus::Replied
        | DeliveryStatus::Validated
        | DeliveryStatus::Failed
        | DeliveryStatus::Escalated
        | DeliveryStatus::Resolved => false,
    }
}

const fn has_left(message: &Message) -> bool {
    match message.status {
        DeliveryStatus::Sent
        | DeliveryStatus::Delivered
        | DeliveryStatus::Read
        | DeliveryStatus::Replied
        | DeliveryStatus::Validated => true,
        DeliveryStatus::Pending
        | DeliveryStatus::Retrying
        | DeliveryStatus::Unknown
        | DeliveryStatus::Failed
        | DeliveryStatus::Escalated
        | DeliveryStatus::Resolved => false,
    }
}

/// A message of ours that an echo is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Own {
    seq: u64,
    /// The echo is of all of it.
    is_whole: bool,
}

impl Own {
    const fn part(message: &Message) -> Self {
        Self {
            seq: message.seq,
            is_whole: false,
        }
    }
}

/// The message of ours, said since a moment, that an echo without our mark is of; by its id, or while
/// that is not noted yet by its words.
fn own(messages: &[Message], echo: &Echo, since: Timestamp) -> Option<Own> {
    let mut ours = messages.iter().rev().filter(|message| is_ours(message));
    ours.find_map(|message| {
        let said = message.content.text.trim();
        let is_known = ids_of(message).any(|id| id == echo.id);
        let is_same = is_known || (message.at >= since && has_words(said, echo.text.trim()));
        is_same.then(|| Own {
            seq: message.seq,
            is_whole: ids_of(message).count() == 1 || echo.text.contains(said),
        })
    })
}

/// What we said and what was sent differ where a long text was cut or choices were added.
fn has_words(said: &str, sent: &str) -> bool {
    let is_long = said.chars().count().min(sent.chars().count()) >= CERTAIN_CHARACTERS_MIN;
    !sent.is_empty() && (said == sent || (is_long && (said.contains(sent) || sent.contains(said))))
}

const fn is_ours(message: &Message) -> bool {
    !matches!(message.author, Author::User)
}

#[cfg(test)]
mod tests {
    use frontdesk_core::{Content, MessageId};
    use uuid::Uuid;

    use super::*;

    /// Messages of ours at 10, 20, 30 … with a person's before each.
    fn said(statuses: &[DeliveryStatus]) -> Vec<Message> {
        let message = |seq: u64, author, status| Message {
            id: MessageId(Uuid::from_u128(u128::from(seq))),
            seq,
            author,
            content: Content::text(format!("Our words number {seq}, which are long enough to be known")),
            at: Timestamp::from_millis(i64::try_from(seq).unwrap() * 5),
            status,
            reason: None,
            external_id: (status != DeliveryStatus::Pending).then(|| format!("m{seq}")),
        };
        let pairs = statuses.iter().zip(1_u64..).flat_map(|(status, number)| {
            [
                message(number * 2 - 1, Author::User, DeliveryStatus::Delivered),
                message(number * 2, Author::Bot, *status),
            ]
        });
        pairs.collect()
    }

    fn until(statuses: &[DeliveryStatus], moment: i64) -> (Option<(u64, u64)>, bool) {
        let found = find(&said(statuses), &Which::Until(Timestamp::from_millis(moment)));
        (found.span, found.is_open)
    }

    #[test]
    fn a_watermark_means_all_that_has_left_before_it() {
        use DeliveryStatus::{Delivered, Failed, Pending, Sent, Unknown};
        assert_eq!(until(&[Sent, Sent, Sent], 20), (Some((2, 4)), false));
        assert_eq!(until(&[Delivered, Sent, Sent], 100), (Some((2, 6)), false));
        assert_eq!(until(&[Sent], 5), (None, false), "nothing was said by then");
        assert_eq!(until(&[Sent, Failed, Sent], 100), (Some((6, 6)), false));
        assert_eq!(until(&[Sent, Unknown], 100), (Some((2, 2)), false));
        assert_eq!(
            until(&[Sent, Pending], 100),
            (Some((2, 2)), true),
            "our note may come later"
        );
        assert_eq!(until(&[Pending], 100), (None, true));
    }

    #[test]
    fn a_read_message_means_those_before_it_too() {
        let messages = said(&[DeliveryStatus::Sent, DeliveryStatus::Sent, DeliveryStatus::Sent]);
        assert_eq!(find(&messages, &Which::UpTo("m4".to_owned())).span, Some((2, 4)));
        assert_eq!(find(&messages, &Which::Id("m4".to_owned())).span, Some((4, 4)));
        let mut in_parts = messages.clone();
        in_parts[3].external_id = Some("m4a m4b".to_owned());
        assert_eq!(find(&in_parts, &Which::UpTo("m4b".to_owned())).span, Some((2, 4)));
        let first_part = find(&in_parts, &Which::UpTo("m4a".to_owned())).span;
        assert_eq!(first_part, Some((2, 2)), "the second part is not seen");
        let part = find(&in_parts, &Which::Id("m4a".to_owned()));
        assert_eq!((part.span, part.parts), (Some((4, 4)), 2));
        let of_a_person = find(&messages, &Which::Id("m5".to_owned()));
        assert_eq!((of_a_person.span, of_a_person.is_open), (None, false));
    }

    #[test]
    fn an_unknown_id_is_waited_for_while_a_message_of_ours_has_none() {
        use DeliveryStatus::{Failed, Pending, Sent};
        for (last, is_open) in [(Pending, true), (Sent, false), (Failed, false)] {
            let found = find(&said(&[Sent, last]), &Which::Id("unknown".to_owned()));
            assert_eq!((found.span, found.is_open), (None, is_open), "{last:?}");
        }
        assert!(!find(&[], &Which::UpTo("unknown".to_owned())).is_open);
    }

    #[test]
    fn an_echo_is_ours_by_its_id_or_by_its_words() {
        let messages = said(&[DeliveryStatus::Sent, DeliveryStatus::Pending]);
        let own = |id: &str, text: &str, since| {
            let echo = Echo {
                id: id.to_owned(),
                text: text.into(),
            };
            own(&messages, &echo, Timestamp::from_millis(since))
        };
        let words = messages[3].content.text.as_str();
        let whole = |seq| Some(Own { seq, is_whole: true });
        assert_eq!(own("m2", "whatever", 0), whole(2));
        assert_eq!(own("x", words, 0), whole(4));
        assert_eq!(own("x", &format!("{words} (Yes / No)"), 0), whole(4));
        let cut = own("x", &words[..45], 0).unwrap();
        assert_eq!((cut.seq, cut.is_whole), (4, false), "that is a part of it");
        assert_eq!(own("x", words, 1_000), None, "that is long ago");
        assert_eq!(own("x", "Our words", 0), None, "too short to be certain");
        assert_eq!(own("x", "", 0), None);
    }
}
