//! How many forms one address, and one person, may send.

use std::fmt;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;

use frontdesk_core::TenantId;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Senders remembered at once; beyond it the ones that have waited long enough are forgotten.
const SENDERS_MAX: usize = 50_000;
/// What a sender is told to wait when nobody can be remembered any more.
const CROWDED_RETRY_S: u64 = 60;

/// The allowances, by who sends.
pub(super) struct Limits {
    clock: DefaultClock,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    people: DefaultKeyedRateLimiter<String>,
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limits")
            .field("addresses", &self.addresses.len())
            .field("people", &self.people.len())
            .finish_non_exhaustive()
    }
}

impl Limits {
    pub fn new(per_address_per_minute: u32, per_person_per_hour: u32) -> Self {
        let at_least_one = |count: u32| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        Self {
            clock: DefaultClock::default(),
            addresses: RateLimiter::keyed(Quota::per_minute(at_least_one(per_address_per_minute))),
            people: RateLimiter::keyed(Quota::per_hour(at_least_one(per_person_per_hour))),
        }
    }

    /// Lets a form from an address pass, or tells how many seconds to wait.
    pub fn admit_address(&self, address: IpAddr) -> Result<(), u64> {
        self.admit(&self.addresses, &home(address))
    }

    /// The same for a phone number or an email address that a form names.
    pub fn admit_person(&self, tenant: &TenantId, contact: &str) -> Result<(), u64> {
        self.admit(&self.people, &format!("{tenant}:{contact}"))
    }

    fn admit<K: Hash + Eq + Clone>(&self, senders: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<(), u64> {
        if senders.len() >= SENDERS_MAX {
            senders.retain_recent();
            if senders.len() >= SENDERS_MAX {
                return Err(CROWDED_RETRY_S);
            }
        }
        senders
            .check_key(key)
            .map_err(|until| until.wait_time_from(self.clock.now()).as_secs().max(1))
    }
}

/// Whoever has an IPv6 address has a whole network of them.
fn home(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or_else(
            || {
                let network = u128::from(six) & (u128::MAX << 64);
                IpAddr::V6(network.into())
            },
            IpAddr::V4,
        ),
    }
}
