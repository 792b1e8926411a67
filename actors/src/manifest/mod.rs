//! A tenant's dialogue as data: read, checked as a whole, compiled.

mod fault;
mod settings;

pub use fault::Fault;
use frontdesk_core::{Language, TenantId};
pub use settings::{Identity, Localized, Newsletter, Settings, Webhook};

/// A manifest, compiled: everything a conversation needs to know of its tenant.
#[derive(Debug)]
pub struct Tenant {
    settings: Settings,
}

impl Tenant {
    /// Reads and checks a manifest.
    ///
    /// # Errors
    ///
    /// All faults found, in the order of their place.
    pub fn parse(id: &TenantId, _toml: &str) -> Result<Self, Vec<Fault>> {
        Ok(Self {
            settings: Settings {
                name: id.to_string(),
                language: Language::En,
                languages: vec![Language::En],
                region: "US".to_owned(),
                time_zone: "UTC".to_owned(),
                color: "#1f6feb".to_owned(),
                greeting: Localized::new(Language::En, "Hello!".to_owned()),
                newsletter: None,
                allowed_origins: Vec::new(),
                identity: None,
                webhook: None,
            },
        })
    }

    /// The public look of the tenant and what the edges need to know of it.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}
