//! The tenants in memory, compiled, and kept in step with the database.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use frontdesk_actors::{Dialogue, Fault, Tenant, demo};
use frontdesk_core::ports::registry::{Registry, Route};
use frontdesk_core::ports::store;
use frontdesk_core::{ChannelKind, TenantId, Timestamp};
use frontdesk_runtime::Tenants;

use crate::revision::Revision;

/// All tenants as they are now. Reading takes no lock: the whole table is replaced at once.
#[derive(Default)]
pub struct Directory {
    tenants: ArcSwap<HashMap<TenantId, Arc<Tenant>>>,
    routes: ArcSwap<HashMap<(ChannelKind, String), Route>>,
    revision: Revision,
}

impl fmt::Debug for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Directory")
            .field("tenants", &self.tenants.load().keys())
            .finish_non_exhaustive()
    }
}

impl Directory {
    /// The tenant of this name.
    #[must_use]
    pub fn find(&self, id: &TenantId) -> Option<Arc<Tenant>> {
        self.tenants.load().get(id).cloned()
    }

    /// What the business calls itself; its short name when it is served no more.
    #[must_use]
    pub fn name_of(&self, id: &TenantId) -> String {
        self.find(id)
            .map_or_else(|| id.to_string(), |tenant| tenant.settings().name.clone())
    }

    /// Whether any tenant fulfils a condition.
    pub fn any(&self, condition: impl Fn(&Tenant) -> bool) -> bool {
        self.tenants.load().values().any(|tenant| condition(tenant))
    }

    /// The short names, in order.
    #[must_use]
    pub fn ids(&self) -> Vec<TenantId> {
        let mut ids: Vec<TenantId> = self.tenants.load().keys().cloned().collect();
        ids.sort();
        ids
    }

    /// Whose an address of ours is.
    #[must_use]
    pub fn owner(&self, channel: ChannelKind, address: &str) -> Option<TenantId> {
        let key = (channel, address.to_owned());
        self.routes.load().get(&key).map(|route| route.tenant.clone())
    }

    /// Every address of ours, by channel and address.
    #[must_use]
    pub fn routes(&self) -> Vec<Route> {
        let mut routes: Vec<Route> = self.routes.load().values().cloned().collect();
        routes.sort_by(|one, other| (one.channel, &one.address).cmp(&(other.channel, &other.address)));
        routes
    }

    /// The addresses of a tenant on a channel, in order.
    #[must_use]
    pub fn routes_of(&self, tenant: &TenantId, channel: ChannelKind) -> Vec<Route> {
        let routes = self.routes.load();
        let own = |route: &&Route| route.channel == channel && route.tenant == *tenant;
        let mut found: Vec<Route> = routes.values().filter(own).cloned().collect();
        found.sort_by(|one, other| one.address.cmp(&other.address));
        found
    }

    /// Takes over what has changed in the database since the last time; `true` when something had.
    /// A manifest that cannot be read leaves the tenant as it was and is reported.
    ///
    /// # Errors
    ///
    /// The database is away or refuses.
    pub async fn refresh(&self, registry: &dyn Registry) -> Result<bool, store::Error> {
        self.revision.follow(registry.revision(), self.load(registry)).await
    }

    async fn load(&self, registry: &dyn Registry) -> Result<(), store::Error> {
        let before = self.tenants.load_full();
        let mut tenants = HashMap::new();
        for row in registry.tenants().await? {
            match Tenant::parse(&row.id, &row.manifest) {
                Ok(tenant) => {
                    tenants.insert(row.id, Arc::new(tenant));
                }
                Err(faults) => {
                    tracing::error!(tenant.id = %row.id, faults = faults.len(),
                        "the tenant's manifest cannot be read; the one before stays in force");
                    if let Some(tenant) = before.get(&row.id) {
                        tenants.insert(row.id, Arc::clone(tenant));
                    }
                }
            }
        }
        let routes = registry.routes().await?;
        let by_address = routes
            .into_iter()
            .map(|route| ((route.channel, route.address.clone()), route));
        self.routes.store(Arc::new(by_address.collect()));
        self.tenants.store(Arc::new(tenants));
        Ok(())
    }
}

impl Tenants<Dialogue> for Directory {
    fn get(&self, id: &TenantId) -> Option<Arc<Tenant>> {
        self.find(id)
    }
}

/// The setting that says that the demo tenants were added, so that one who removes them is not
/// given them again.
const DEMO_ADDED: &str = "demo_tenants_added";

/// Adds the demo tenants to an installation that has none of its own; `true` when it did. A start
/// that was killed halfway is finished by the next one.
///
/// # Errors
///
/// The database is away or refuses.
pub async fn add_demo(registry: &dyn Registry, now: Timestamp) -> Result<bool, store::Error> {
    let is_own = |id: &TenantId| !demo::MANIFESTS.iter().any(|(demo, _)| *demo == id.as_str());
    let has_own = registry.tenants().await?.iter().any(|row| is_own(&row.id));
    if has_own || registry.setting(DEMO_ADDED).await?.is_some() {
        return Ok(false);
    }
    for (id, manifest) in demo::MANIFESTS {
        let id: TenantId = id.parse().expect("demo tenants have valid names");
        registry.put_tenant(&id, manifest, now).await?;
    }
    for (tenant, channel, address, provider) in DEMO_ROUTES {
        let route = Route {
            channel: *channel,
            address: (*address).to_owned(),
            tenant: tenant.parse().expect("demo tenants have valid names"),
            provider: Some((*provider).to_owned()),
        };
        registry.add_route(&route).await?;
    }
    registry.setting_or(DEMO_ADDED, "yes").await?;
    Ok(true)
}

/// The addresses of the demo tenants: tenant, channel, our address, provider.
pub const DEMO_ROUTES: &[(&str, ChannelKind, &str, &str)] = &[
    ("demo-catering", ChannelKind::Sms, "+14155550100", "twilio_sms"),
    ("demo-leads", ChannelKind::Sms, "+447624800500", "textmagic"),
    ("demo-catering", ChannelKind::Sms, "+447624800501", "textmagic"),
    ("demo-catering", ChannelKind::Sms, "+16573900100", "ringcentral"),
    ("demo-catering", ChannelKind::Voice, "+16573900100", "ringcentral"),
    ("demo-catering", ChannelKind::Voice, "+14155550100", "twilio_sms"),
    ("demo-restaurant", ChannelKind::Voice, "agent_demo_restaurant", "retell"),
    (
        "demo-catering",
        ChannelKind::Whatsapp,
        "106540352242922",
        "whatsapp_cloud",
    ),
    ("demo-catering", ChannelKind::Messenger, "104020918399999", "messenger"),
    (
        "demo-catering",
        ChannelKind::Instagram,
        "17841405822304914",
        "instagram",
    ),
    ("demo-academy", ChannelKind::Whatsapp, "DemoApp", "gupshup"),
    (
        "demo-services",
        ChannelKind::Marketplace,
        "SoVHhx7Hel_XX0DKCLp72Q",
        "yelp",
    ),
];

/// Faults of a manifest, one a line.
#[must_use]
pub fn describe(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
}
