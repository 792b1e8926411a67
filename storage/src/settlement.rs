//! How attempts to send ended, as rows.

use frontdesk_core::DeliveryStatus::{self, Failed, Retrying, Sent, Unknown};
use frontdesk_core::ports::outbox::{Settled, Settlement};
use serde::Serialize;
use uuid::Uuid;

/// One end of an attempt, as both databases take it.
#[derive(Serialize)]
pub(crate) struct SettlementRow<'a> {
    id: Uuid,
    epoch: i64,
    /// The entry's state from here on.
    state: &'static str,
    /// The carried message's status from here on; `None` leaves it.
    status: Option<&'static str>,
    rank: Option<u8>,
    /// 1 when it was tried, 0 when it was handed back.
    tried: u8,
    /// The next try, if there is one.
    not_before: Option<i64>,
    reason: Option<&'a str>,
    external_id: Option<&'a str>,
    at: i64,
    /// From when on an earlier try may have been taken; `None` leaves it.
    unsure_since: Option<i64>,
}

impl SettlementRow<'_> {
    /// Whether the entry is sent again, later, and whoever stands behind it waits too.
    pub(crate) const fn is_put_off(&self) -> bool {
        self.not_before.is_some() && self.unsure_since.is_none()
    }
}

impl<'a> From<&'a Settlement> for SettlementRow<'a> {
    fn from(settlement: &'a Settlement) -> Self {
        let row = Self {
            id: settlement.id.0,
            epoch: settlement.epoch.0,
            state: "pending",
            status: None,
            rank: None,
            tried: 1,
            not_before: None,
            reason: None,
            external_id: None,
            at: settlement.at.as_millis(),
            unsure_since: None,
        };
        let (row, status) = match &settlement.result {
            Settled::Sent { external_id } => {
                let external_id = external_id.as_deref();
                (
                    Self {
                        state: "sent",
                        external_id,
                        ..row
                    },
                    Some(Sent),
                )
            }
            Settled::RetryAt { at, reason } => {
                let (not_before, reason) = (Some(at.as_millis()), Some(reason.as_str()));
                (
                    Self {
                        not_before,
                        reason,
                        ..row
                    },
                    Some(Retrying),
                )
            }
            Settled::Waiting { at, reason } => {
                let (not_before, reason) = (Some(at.as_millis()), Some(reason.as_str()));
                (
                    Self {
                        tried: 0,
                        not_before,
                        reason,
                        ..row
                    },
                    Some(Retrying),
                )
            }
            Settled::Unsure { since, at, reason } => {
                let (not_before, reason) = (Some(at.as_millis()), Some(reason.as_str()));
                (
                    Self {
                        not_before,
                        reason,
                        unsure_since: Some(since.as_millis()),
                        ..row
                    },
                    Some(Unknown),
                )
            }
            Settled::Unknown { reason } => {
                let reason = Some(reason.as_str());
                (
                    Self {
                        state: "unknown",
                        reason,
                        ..row
                    },
                    Some(Unknown),
                )
            }
            Settled::Dead { reason } => {
                let reason = Some(reason.as_str());
                (
                    Self {
                        state: "dead",
                        reason,
                        ..row
                    },
                    Some(Failed),
                )
            }
            Settled::Released { at } => {
                let not_before = Some(at.as_millis());
                (
                    Self {
                        tried: 0,
                        not_before,
                        ..row
                    },
                    None,
                )
            }
        };
        Self {
            status: status.map(DeliveryStatus::code),
            rank: status.map(DeliveryStatus::rank),
            ..row
        }
    }
}
