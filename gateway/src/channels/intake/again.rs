//! A message that its provider took, and told later that for the time being it does not.

use frontdesk_core::ports::reports::Departure;
use frontdesk_core::{ConversationId, DeliveryStatus};
use tokio::time::{Instant, sleep};

use super::reported::REPORT_PAUSE;
use super::{Again, Intake, RETRY_AFTER_S};
use crate::channels::Report;
use crate::channels::call::pause_ms;

/// Tries of one message, before a colleague has to look.
const TRIES_MAX: u32 = 6;

impl Intake {
    /// Takes the message that left under this id back into the outbox, and tells what it has become: tried again
    /// later, or failed for good. Told twice, it is tried once: by then it leaves under another id.
    pub(super) async fn put_off(
        &self,
        conversation: ConversationId,
        seq: u64,
        id: &str,
        report: &Report,
        give_up: Instant,
    ) -> Result<(DeliveryStatus, Option<String>), Again> {
        let failed = || (DeliveryStatus::Failed, report.reason.clone());
        let reason = report.reason.as_deref().unwrap_or_default();
        loop {
            let attempts = match self.reports.departure(conversation, seq, id).await? {
                // The refusal is quicker than our note of the answer.
                Departure::Open if Instant::now() + REPORT_PAUSE <= give_up => {
                    sleep(REPORT_PAUSE).await;
                    continue;
                }
                Departure::Open => return Err(Again { after_s: RETRY_AFTER_S }),
                Departure::Again => return Ok((DeliveryStatus::Retrying, report.reason.clone())),
                Departure::Gone => return Ok(failed()),
                Departure::Left { attempts } => attempts,
            };
            if attempts >= TRIES_MAX {
                let reason = format!("given up after {attempts} tries: {reason}");
                return Ok((DeliveryStatus::Failed, Some(reason)));
            }
            let pause = std::time::Duration::from_millis(pause_ms(attempts.saturating_sub(1)));
            let at = self.clock.now().plus(pause);
            if self.reports.try_again(conversation, seq, id, at, reason).await? {
                return Ok((DeliveryStatus::Retrying, report.reason.clone()));
            }
            // It got further in the meantime, or somebody has dealt with it.
            return Ok(failed());
        }
    }
}
