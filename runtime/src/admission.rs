//! Bounds in front of the mailboxes, which ractor does not bound.
//!
//! A permit is taken before an event is handed to its conversation and travels with it; whatever
//! happens to the event, dropping it gives the permit back.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use frontdesk_core::TenantId;
use parking_lot::RwLock;

use crate::config;

/// How many events wait, in all and by tenant.
#[derive(Debug)]
pub(crate) struct Admission {
    bounds: config::Admission,
    total: Arc<Load>,
    tenants: RwLock<HashMap<TenantId, Arc<Load>>>,
}

/// Events that wait somewhere.
#[derive(Debug, Default)]
pub(crate) struct Load(AtomicU32);

impl Load {
    fn enter(&self, max: u32) -> bool {
        let before = self.0.fetch_add(1, Ordering::AcqRel);
        if before >= max {
            self.leave();
        }
        before < max
    }

    fn leave(&self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }

    pub fn waiting(&self) -> u32 {
        self.0.load(Ordering::Acquire)
    }
}

/// What is known of a live conversation outside of its actor.
#[derive(Debug)]
pub(crate) struct Presence {
    waiting: Load,
    tenant: Arc<Load>,
    /// Last word from anybody, in milliseconds since the runtime's start.
    last_word_ms: AtomicU64,
}

impl Presence {
    pub fn new(tenant: Arc<Load>, last_word_ms: u64) -> Self {
        Self {
            waiting: Load::default(),
            tenant,
            last_word_ms: AtomicU64::new(last_word_ms),
        }
    }

    /// No event is queued or being dealt with.
    pub fn is_idle(&self) -> bool {
        self.waiting.waiting() == 0
    }

    pub fn last_word_ms(&self) -> u64 {
        self.last_word_ms.load(Ordering::Relaxed)
    }

    pub fn hear(&self, now_ms: u64) {
        self.last_word_ms.store(now_ms, Ordering::Relaxed);
    }
}

/// The right of one event to wait.
#[derive(Debug)]
pub(crate) struct Permit {
    presence: Arc<Presence>,
    total: Arc<Load>,
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.total.leave();
        self.presence.tenant.leave();
        self.presence.waiting.leave();
    }
}

/// Too much waits already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Busy;

impl Admission {
    pub fn new(bounds: config::Admission) -> Self {
        Self {
            bounds,
            total: Arc::default(),
            tenants: RwLock::default(),
        }
    }

    /// The load of a tenant. Tenants are few and known, so they are kept for good.
    pub fn tenant(&self, id: &TenantId) -> Arc<Load> {
        if let Some(load) = self.tenants.read().get(id) {
            return Arc::clone(load);
        }
        Arc::clone(self.tenants.write().entry(id.clone()).or_default())
    }

    /// Lets one event of a conversation in, or not.
    pub fn admit(&self, presence: &Arc<Presence>) -> Result<Permit, Busy> {
        if !presence.waiting.enter(self.bounds.per_conversation_max) {
            return Err(Busy);
        }
        if !presence.tenant.enter(self.bounds.per_tenant_max) {
            presence.waiting.leave();
            return Err(Busy);
        }
        if !self.total.enter(self.bounds.total_max) {
            presence.tenant.leave();
            presence.waiting.leave();
            return Err(Busy);
        }
        Ok(Permit {
            presence: Arc::clone(presence),
            total: Arc::clone(&self.total),
        })
    }

    /// Events accepted and not dealt with yet.
    pub fn waiting(&self) -> usize {
        self.total.waiting() as usize
    }

    /// When a refused sender should come back.
    pub fn retry_after(&self) -> Duration {
        Duration::from_millis(self.bounds.retry_after_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission() -> Admission {
        Admission::new(config::Admission {
            per_conversation_max: 2,
            per_tenant_max: 3,
            total_max: 4,
            ..config::Admission::default()
        })
    }

    fn presence(admission: &Admission, tenant: &str) -> Arc<Presence> {
        Arc::new(Presence::new(admission.tenant(&tenant.parse().unwrap()), 0))
    }

    #[test]
    fn each_bound_holds_by_itself() {
        let admission = admission();
        let (first, second) = (presence(&admission, "a"), presence(&admission, "a"));
        let other = presence(&admission, "b");

        let mut permits: Vec<Permit> = (0..2).map(|_| admission.admit(&first).unwrap()).collect();
        assert_eq!(admission.admit(&first).unwrap_err(), Busy, "the conversation is full");
        permits.push(admission.admit(&second).unwrap());
        assert_eq!(admission.admit(&second).unwrap_err(), Busy, "the tenant is full");
        permits.push(admission.admit(&other).unwrap());
        assert_eq!(admission.admit(&other).unwrap_err(), Busy, "everything is full");
        assert_eq!(admission.waiting(), 4);

        permits.clear();
        assert_eq!(admission.waiting(), 0);
        assert!(first.is_idle() && second.is_idle() && other.is_idle());
        assert!(admission.admit(&other).is_ok());
    }
}
