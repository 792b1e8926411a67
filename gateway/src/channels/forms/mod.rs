//! The forms of web sites: a price asked for, a date to be booked.
//!
//! ```text
//!  POST ─► limits ─► spam trap ─► check, field by field ─► InboundEvent form_submitted
//!          429       201, nothing   422, every fault             │ durable
//!                    stored                                      ▼
//!                                              201; the way back to the person leaves by the outbox
//! ```
//!
//! A person's forms are one conversation, by their email address. A form is sent once however often
//! the button is pressed: by its `Idempotency-Key`, and without one by what it says on that day.

mod check;
mod fields;
mod limits;

use std::net::IpAddr;
use std::sync::Arc;

use frontdesk_actors::{Form, FormKind, Preference, Tenant};
use frontdesk_core::{ChannelKind, DedupeKey, Fact, InboundEvent, Payload, TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use url::Url;

pub use check::FieldFault;
use limits::Limits;

/// The field that people do not see and programs fill in.
const TRAP: &str = "website";

/// Settings of the forms.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Whose form it is when none names a tenant.
    pub default_tenant: TenantId,
    /// Forms, and files of visitors, a minute from one address.
    pub per_address_per_minute: u32,
    /// Forms an hour that name the same phone number or email: each may send a text message.
    pub per_person_per_hour: u32,
    /// Whether a proxy of ours stands before the server and tells the address in `X-Forwarded-For`.
    pub is_behind_proxy: bool,
}

/// What the forms share.
#[derive(Debug)]
pub struct Forms {
    config: Config,
    /// How the outside sees us.
    pub public_url: Url,
    limits: Limits,
}

/// What a request says before anybody looks at the fields.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// Which form.
    pub kind: FormKind,
    /// The fields, as they came.
    pub fields: &'a Map<String, Value>,
    /// The sender's own name for this very form.
    pub key: Option<&'a str>,
    /// When it came.
    pub at: Timestamp,
}

/// What becomes of a form.
#[derive(Debug)]
pub enum Judged {
    /// To be delivered.
    Accepted {
        /// The event.
        event: Box<InboundEvent>,
        /// How the person will hear back.
        preferred: Preference,
    },
    /// Filled in by a program: answered as if it were accepted, and forgotten.
    Trapped,
    /// Cannot be right, for these reasons.
    Faulty(Vec<FieldFault>),
    /// Too many at once.
    TooMany {
        /// Seconds to wait.
        retry_after_s: u64,
    },
}

/// The address a request comes from: the peer, or what a proxy of ours says of it.
#[must_use]
pub fn sender(is_behind_proxy: bool, peer: IpAddr, forwarded_for: Option<&str>) -> IpAddr {
    let told = forwarded_for
        .filter(|_| is_behind_proxy)
        // What stands before the last entry was not written by our proxy.
        .and_then(|list| list.rsplit(',').next()?.trim().parse().ok());
    told.unwrap_or(peer)
}

impl Forms {
    /// Forms that nobody has sent yet.
    #[must_use]
    pub fn new(config: Config, public_url: Url) -> Self {
        Self {
            limits: Limits::new(config.per_address_per_minute, config.per_person_per_hour),
            config,
            public_url,
        }
    }

    /// Whose form it is when none names a tenant.
    #[must_use]
    pub const fn default_tenant(&self) -> &TenantId {
        &self.config.default_tenant
    }

    /// The address a request comes from: the peer, or what our proxy says of it.
    #[must_use]
    pub fn sender(&self, peer: IpAddr, forwarded_for: Option<&str>) -> IpAddr {
        sender(self.config.is_behind_proxy, peer, forwarded_for)
    }

    /// Lets something from an address pass that nobody signs for, or tells how many seconds to wait.
    ///
    /// # Errors
    ///
    /// The address has used up its allowance.
    pub fn admit(&self, from: IpAddr) -> Result<(), u64> {
        self.limits.admit_address(from)
    }

    /// Judges a form; `can_text` tells whether the tenant has a number to text from.
    pub fn judge(&self, id: &TenantId, tenant: &Arc<Tenant>, can_text: bool, from: IpAddr, sent: Sent<'_>) -> Judged {
        if let Err(retry_after_s) = self.admit(from) {
            return Judged::TooMany { retry_after_s };
        }
        if fields::is_filled(sent.fields, TRAP) {
            return Judged::Trapped;
        }
        let mut form = match check::check(sent.kind, sent.fields, tenant, sent.at) {
            Ok(form) => form,
            Err(faults) => return Judged::Faulty(faults),
        };
        for person in [&form.phone, &form.email] {
            if let Err(retry_after_s) = self.limits.admit_person(id, person) {
                return Judged::TooMany { retry_after_s };
            }
        }
        if form.preferred == Preference::Text && !can_text {
            form.preferred = Preference::Email;
        }
        Judged::Accepted {
            preferred: form.preferred,
            event: Box::new(event(id, &form, sent)),
        }
    }
}

fn event(tenant: &TenantId, form: &Form, sent: Sent<'_>) -> InboundEvent {
    let data = serde_json::to_value(form).expect("a form has only text, numbers and flags");
    let derived;
    let key = match sent.key {
        Some(key) => key,
        None => {
            let day = sent.at.as_millis().div_euclid(24 * 60 * 60 * 1_000);
            derived = format!("{day}:{:x?}", Sha256::digest(data.to_string()));
            &derived
        }
    };
    let dedupe = DedupeKey::derive(tenant, ChannelKind::Form, &[sent.kind.source(), key]);
    let payload = Payload::Fact(Fact {
        name: "form_submitted".to_owned(),
        data,
    });
    let address = form.email.clone();
    InboundEvent::new(tenant.clone(), ChannelKind::Form, address, dedupe, sent.at, payload)
}

#[cfg(test)]
mod tests;
