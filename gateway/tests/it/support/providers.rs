use super::{fresh, fresh_number};

/// A provider's channel at a demo tenant.
pub struct Provider {
    /// The channel's name.
    pub name: &'static str,
    /// Which channel it is to the person.
    pub kind: &'static str,
    /// Our address on it.
    pub ours: &'static str,
    /// Whose that is.
    pub tenant: &'static str,
    /// Whether it can be asked what people wrote.
    pub tells_inbox: bool,
}

/// Every provider that serves a channel.
pub const PROVIDERS: [Provider; 8] = [
    Provider {
        name: "twilio_sms",
        kind: "sms",
        ours: "+14155550100",
        tenant: "demo-catering",
        tells_inbox: true,
    },
    Provider {
        name: "textmagic",
        kind: "sms",
        ours: "+447624800501",
        tenant: "demo-catering",
        tells_inbox: true,
    },
    Provider {
        name: "ringcentral",
        kind: "sms",
        ours: "+16573900100",
        tenant: "demo-catering",
        tells_inbox: true,
    },
    Provider {
        name: "messenger",
        kind: "messenger",
        ours: "104020918399999",
        tenant: "demo-catering",
        tells_inbox: true,
    },
    Provider {
        name: "instagram",
        kind: "instagram",
        ours: "17841405822304914",
        tenant: "demo-catering",
        tells_inbox: true,
    },
    Provider {
        name: "whatsapp_cloud",
        kind: "whatsapp",
        ours: "106540352242922",
        tenant: "demo-catering",
        tells_inbox: false,
    },
    Provider {
        name: "gupshup",
        kind: "whatsapp",
        ours: "DemoApp",
        tenant: "demo-academy",
        tells_inbox: false,
    },
    Provider {
        name: "yelp",
        kind: "marketplace",
        ours: "SoVHhx7Hel_XX0DKCLp72Q",
        tenant: "demo-services",
        tells_inbox: false,
    },
];

impl Provider {
    /// The one of this name.
    pub fn named(name: &str) -> &'static Self {
        let found = PROVIDERS.iter().find(|provider| provider.name == name);
        found.unwrap_or_else(|| panic!("no provider {name}"))
    }

    /// A customer's address that nobody else in the tests has.
    pub fn fresh_customer(&self) -> String {
        match self.kind {
            "sms" | "whatsapp" => fresh_number(),
            "marketplace" => fresh("lead"),
            _ => fresh_scoped_id(),
        }
    }
}

/// An id as Messenger and Instagram give people.
pub fn fresh_scoped_id() -> String {
    format!("6{:015}", uuid::Uuid::new_v4().as_u128() % 1_000_000_000_000_000)
}
