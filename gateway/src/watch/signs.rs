//! What is seen in passing: who is believed, who writes, which account is refused. In memory, bounded, and
//! written down with every round of alarms where other nodes have to know: a restart forgets minutes.

use std::collections::{HashMap, HashSet, VecDeque};

use frontdesk_core::ports::outbox::Lane;
use frontdesk_core::ports::watch::{HourCount, Refusal};
use frontdesk_core::{DeliveryStatus, Fault, TenantId, Timestamp};
use parking_lot::Mutex;

/// Milliseconds of a minute and an hour.
const MINUTE_MS: i64 = 60_000;
/// Milliseconds of an hour.
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Minutes in which proofs are counted.
const PROOF_MINUTES: i64 = 15;
/// Accounts remembered as refused.
const REFUSED_MAX: usize = 1_024;

/// What is seen in passing.
#[derive(Debug, Default)]
pub struct Signs {
    proofs: Mutex<HashMap<&'static str, VecDeque<Minute>>>,
    inbound: Mutex<HashMap<(Lane, i64), u64>>,
    refused: Mutex<Refused>,
}

/// Requests of one provider in one minute.
#[derive(Clone, Copy, Debug, Default)]
struct Minute {
    minute: i64,
    believed: u64,
    denied: u64,
}

/// Requests of one provider within the last quarter of an hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Proofs {
    /// How many were believed.
    pub believed: u64,
    /// How many had a wrong or an old proof, or none could be checked.
    pub denied: u64,
    /// When the first one was denied, to the minute.
    pub since: Timestamp,
}

/// An account of ours: whose messages, and which lane.
type Account = (TenantId, String);

/// Accounts that providers do not let in. What is new since the last round waits to be written; what all nodes
/// have written is known as of that round.
#[derive(Debug, Default)]
struct Refused {
    /// Each with whether it is told late.
    known: HashMap<Account, bool>,
    fresh: HashMap<Account, Refusal>,
    over: HashSet<Account>,
}

/// What became of accounts since the last round, to be written in this order.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Refusals {
    /// Let in again.
    pub over: Vec<(TenantId, String)>,
    /// Refused since.
    pub fresh: Vec<Refusal>,
}

impl Signs {
    /// A provider's request was believed, or was not.
    pub fn proved(&self, provider: &'static str, is_believed: bool, now: Timestamp) {
        let minute = now.as_millis().div_euclid(MINUTE_MS);
        let mut proofs = self.proofs.lock();
        let minutes = proofs.entry(provider).or_default();
        if minutes.back().is_none_or(|last| last.minute < minute) {
            minutes.push_back(Minute {
                minute,
                ..Minute::default()
            });
            minutes.retain(|counted| counted.minute > minute - PROOF_MINUTES);
        }
        let Some(last) = minutes.back_mut() else { return };
        if is_believed {
            last.believed += 1;
        } else {
            last.denied += 1;
        }
    }

    /// The providers that called within the last quarter of an hour.
    #[must_use]
    pub fn proofs(&self, now: Timestamp) -> Vec<(&'static str, Proofs)> {
        let oldest = now.as_millis().div_euclid(MINUTE_MS) - PROOF_MINUTES;
        let sum = |minutes: &VecDeque<Minute>| {
            let recent = minutes.iter().filter(|counted| counted.minute > oldest);
            let mut proofs = Proofs::default();
            for counted in recent {
                if proofs.denied == 0 && counted.denied > 0 {
                    proofs.since = Timestamp::from_millis(counted.minute * MINUTE_MS);
                }
                proofs.believed += counted.believed;
                proofs.denied += counted.denied;
            }
            proofs
        };
        let proofs = self.proofs.lock();
        proofs
            .iter()
            .map(|(provider, minutes)| (*provider, sum(minutes)))
            .collect()
    }

    /// A person wrote over an account of ours.
    pub fn heard(&self, lane: &Lane, now: Timestamp) {
        let hour = now.as_millis().div_euclid(HOUR_MS);
        *self.inbound.lock().entry((lane.clone(), hour)).or_default() += 1;
    }

    /// Hands out how many have written since the last time it was asked.
    #[must_use]
    pub fn take_heard(&self) -> Vec<HourCount> {
        let taken = std::mem::take(&mut *self.inbound.lock());
        let count = |((lane, hour), count): ((Lane, i64), u64)| HourCount {
            lane: lane.into(),
            hour,
            count,
        };
        taken.into_iter().map(count).collect()
    }

    /// Takes back what could not be written down.
    pub fn put_back(&self, counts: Vec<HourCount>) {
        let mut inbound = self.inbound.lock();
        for HourCount { lane, hour, count } in counts {
            *inbound.entry((lane.into(), hour)).or_default() += count;
        }
    }

    /// A provider refused an account of ours.
    pub fn refused(&self, tenant: &TenantId, lane: &str, now: Timestamp) {
        self.count_refusal(tenant, lane, now, false);
    }

    /// A report came of a message that a provider had taken.
    pub fn reported(
        &self,
        tenant: &TenantId,
        lane: &str,
        status: DeliveryStatus,
        fault: Option<Fault>,
        now: Timestamp,
    ) {
        match (status, fault) {
            (_, Some(Fault::Account)) => self.count_refusal(tenant, lane, now, true),
            // Of an account that is refused at once it says nothing: that one left before.
            (DeliveryStatus::Delivered | DeliveryStatus::Read, _) => {
                self.let_in(tenant, lane, |is_told_late| is_told_late);
            }
            _ => {}
        }
    }

    fn count_refusal(&self, tenant: &TenantId, lane: &str, now: Timestamp, is_late: bool) {
        let mut refused = self.refused.lock();
        let account = (tenant.clone(), lane.to_owned());
        if refused.fresh.len() >= REFUSED_MAX && !refused.fresh.contains_key(&account) {
            return;
        }
        let known = refused.fresh.entry(account).or_insert_with(|| Refusal {
            tenant: tenant.clone(),
            lane: lane.to_owned(),
            since: now,
            count: 0,
            is_told_late: false,
            last_at: now,
        });
        known.count += 1;
        known.is_told_late |= is_late;
        known.last_at = now;
    }

    /// It took something: it lets the account in again, unless it is one that says so later.
    pub fn taken(&self, tenant: &TenantId, lane: &str) {
        self.let_in(tenant, lane, |is_told_late| !is_told_late);
    }

    fn let_in(&self, tenant: &TenantId, lane: &str, is_over: impl Fn(bool) -> bool) {
        let mut refused = self.refused.lock();
        if refused.known.is_empty() && refused.fresh.is_empty() {
            return;
        }
        let account = (tenant.clone(), lane.to_owned());
        let fresh = refused.fresh.get(&account).map(|refusal| refusal.is_told_late);
        let told = [fresh, refused.known.get(&account).copied()];
        let is_told_late = told.contains(&Some(true));
        if told != [None, None] && is_over(is_told_late) {
            refused.fresh.remove(&account);
            refused.known.remove(&account);
            refused.over.insert(account);
        }
    }

    /// Hands out what became of accounts since the last time it was asked.
    #[must_use]
    pub fn take_refusals(&self) -> Refusals {
        let mut refused = self.refused.lock();
        let over = std::mem::take(&mut refused.over).into_iter().collect();
        let fresh = std::mem::take(&mut refused.fresh);
        for (account, refusal) in &fresh {
            *refused.known.entry(account.clone()).or_default() |= refusal.is_told_late;
        }
        Refusals {
            over,
            fresh: fresh.into_values().collect(),
        }
    }

    /// Takes back what could not be written down.
    pub fn put_back_refusals(&self, refusals: Refusals) {
        let mut refused = self.refused.lock();
        refused.over.extend(refusals.over);
        for refusal in refusals.fresh {
            let account = (refusal.tenant.clone(), refusal.lane.clone());
            refused
                .fresh
                .entry(account)
                .and_modify(|later| {
                    later.since = refusal.since;
                    later.count += refusal.count;
                    later.is_told_late |= refusal.is_told_late;
                })
                .or_insert(refusal);
        }
    }

    /// Learns which accounts are refused, whichever node noticed it.
    pub fn know_refusals(&self, refusals: &[Refusal]) {
        let known = refusals.iter().map(|refusal| {
            let account = (refusal.tenant.clone(), refusal.lane.clone());
            (account, refusal.is_told_late)
        });
        self.refused.lock().known = known.collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn minute(number: i64) -> Timestamp {
        Timestamp::from_millis(number * MINUTE_MS + 5)
    }

    #[test]
    fn proofs_are_those_of_the_last_quarter() {
        let signs = Signs::default();
        for number in 0..10 {
            signs.proved("carrier", number < 4, minute(number));
        }
        let proofs = |now| signs.proofs(now)[0].1;
        assert_eq!(
            proofs(minute(10)),
            Proofs {
                believed: 4,
                denied: 6,
                since: Timestamp::from_millis(4 * MINUTE_MS)
            }
        );
        assert_eq!((proofs(minute(18)).believed, proofs(minute(18)).denied), (0, 6));
        assert_eq!(proofs(minute(25)).denied, 0);
    }

    #[test]
    fn what_was_heard_is_handed_out_once() {
        let (signs, lane) = (Signs::default(), Lane::of_account("carrier", "+1555"));
        for number in [1, 2, 61] {
            signs.heard(&lane, minute(number));
        }
        let mut taken = signs.take_heard();
        taken.sort_by_key(|count| count.hour);
        assert_eq!(
            taken.iter().map(|count| (count.hour, count.count)).collect::<Vec<_>>(),
            [(0, 2), (1, 1)]
        );
        assert_eq!(signs.take_heard(), []);
        signs.put_back(taken.clone());
        signs.heard(&lane, minute(3));
        assert_eq!(signs.take_heard().iter().map(|count| count.count).sum::<u64>(), 4);
    }

    const LANE: &str = "carrier:+1555";

    /// The refusals that a round of alarms writes.
    fn refusal(since: Timestamp, count: u64, is_told_late: bool, last_at: Timestamp) -> Refusal {
        Refusal {
            tenant: TenantId::nobody(),
            lane: LANE.to_owned(),
            since,
            count,
            is_told_late,
            last_at,
        }
    }

    #[test]
    fn an_account_is_refused_until_it_is_let_in() {
        let (signs, tenant) = (Signs::default(), TenantId::nobody());
        signs.refused(&tenant, LANE, minute(1));
        signs.refused(&tenant, LANE, minute(2));
        let first = signs.take_refusals();
        assert_eq!(first.fresh, [refusal(minute(1), 2, false, minute(2))]);
        signs.refused(&tenant, LANE, minute(3));
        signs.put_back_refusals(first);
        assert_eq!(signs.take_refusals().fresh, [refusal(minute(1), 3, false, minute(3))]);
        assert_eq!(signs.take_refusals(), Refusals::default());
        signs.reported(&tenant, LANE, DeliveryStatus::Read, None, minute(3));
        assert_eq!(signs.take_refusals(), Refusals::default(), "that one left before");
        signs.taken(&tenant, LANE);
        signs.taken(&tenant, LANE);
        let over = signs.take_refusals();
        assert_eq!(over.over, [(tenant.clone(), LANE.to_owned())]);
        signs.refused(&tenant, LANE, minute(9));
        signs.put_back_refusals(over);
        let both = signs.take_refusals();
        assert_eq!(
            (both.over.len(), both.fresh.len()),
            (1, 1),
            "let in, then refused again"
        );
    }

    #[test]
    fn an_account_that_is_refused_afterwards_is_let_in_when_something_arrives() {
        let (signs, tenant) = (Signs::default(), TenantId::nobody());
        let report = |status, fault| signs.reported(&tenant, LANE, status, fault, minute(1));
        report(DeliveryStatus::Failed, Some(Fault::WrongAddress));
        assert_eq!(
            signs.take_refusals(),
            Refusals::default(),
            "that is the person's number"
        );
        report(DeliveryStatus::Failed, Some(Fault::Account));
        assert_eq!(signs.take_refusals().fresh, [refusal(minute(1), 1, true, minute(1))]);
        signs.taken(&tenant, LANE);
        report(DeliveryStatus::Sent, None);
        assert_eq!(signs.take_refusals(), Refusals::default(), "it always takes them");
        report(DeliveryStatus::Delivered, None);
        assert_eq!(signs.take_refusals().over.len(), 1);
    }

    #[test]
    fn what_another_node_was_refused_is_over_here() {
        let (signs, tenant) = (Signs::default(), TenantId::nobody());
        signs.taken(&tenant, LANE);
        assert_eq!(signs.take_refusals(), Refusals::default());
        signs.know_refusals(&[refusal(minute(1), 1, true, minute(1))]);
        signs.taken(&tenant, LANE);
        assert_eq!(signs.take_refusals(), Refusals::default(), "taking proves nothing");
        signs.reported(&tenant, LANE, DeliveryStatus::Read, None, minute(2));
        assert_eq!(signs.take_refusals().over.len(), 1);
        signs.know_refusals(&[]);
        signs.reported(&tenant, LANE, DeliveryStatus::Read, None, minute(3));
        assert_eq!(signs.take_refusals(), Refusals::default());
    }
}
