//! The ways in at the addresses that providers call: which accounts a request may have come over, and
//! which of them believes it.

use std::collections::HashMap;
use std::sync::Arc;

use axum::response::Response;
use frontdesk_core::{TenantId, Timestamp};

use super::{Channel, Denied, Request, Webhook};

/// Tenants' accounts that a request is tried against which does not say whose it is. Beyond them, a
/// tenant's webhook has to name it, as in `?account=acme`.
const TRIED_MAX: usize = 64;
/// The part of a webhook's query that says whose account it is for.
pub const ACCOUNT: &str = "account";

/// A way in over one account.
#[derive(Clone)]
pub(super) struct Door {
    /// Whose account it is; `None` is the installation's.
    pub holder: Option<TenantId>,
    /// What proves and reads a request.
    pub webhook: Arc<dyn Webhook>,
}

/// Every way in, by its path. Made anew whenever an account changes, so that a request looks it up and
/// searches nothing.
#[derive(Default)]
pub(super) struct Doors(HashMap<&'static str, Hall>);

/// The ways in at one path.
#[derive(Default)]
struct Hall {
    /// Of the installation's account.
    environment: Option<Door>,
    /// Of tenants' accounts.
    own: HashMap<TenantId, Arc<[Door]>>,
    /// Those that a request is tried at which names no account: the installation's, then tenants' in order.
    tried: Arc<[Door]>,
}

impl Doors {
    /// The ways in over the installation's channels and over those that tenants' own accounts have.
    pub(super) fn new<'a>(
        environment: &[Channel],
        own: impl IntoIterator<Item = (&'a TenantId, &'a [Channel])>,
    ) -> Self {
        let mut halls: HashMap<&'static str, Hall> = HashMap::new();
        for (path, webhook) in webhooks(environment) {
            let hall = halls.entry(path).or_default();
            hall.environment.get_or_insert_with(|| Door {
                holder: None,
                webhook: Arc::clone(webhook),
            });
        }
        let mut held: HashMap<(&'static str, &TenantId), Vec<Door>> = HashMap::new();
        for (tenant, channels) in own {
            let mut met = Vec::new();
            for (path, webhook) in webhooks(channels) {
                // One account's channels share a reader of a path, as those of Meta do.
                if !met.contains(&path) {
                    met.push(path);
                    held.entry((path, tenant)).or_default().push(Door {
                        holder: Some(tenant.clone()),
                        webhook: Arc::clone(webhook),
                    });
                }
            }
        }
        for ((path, tenant), doors) in held {
            let hall = halls.entry(path).or_default();
            hall.own.insert(tenant.clone(), doors.into());
        }
        halls.values_mut().for_each(Hall::line_up);
        Self(halls)
    }

    /// The ways in at a path: those of the account that the request names, or all.
    pub(super) fn at(&self, path: &str, request: &Request) -> Arc<[Door]> {
        let Some(hall) = self.0.get(path) else {
            return Arc::default();
        };
        match request.query(ACCOUNT) {
            None => Arc::clone(&hall.tried),
            Some(named) => {
                let tenant = named.parse::<TenantId>().ok();
                let own = tenant.and_then(|tenant| hall.own.get(&tenant).cloned());
                own.unwrap_or_default()
            }
        }
    }

    /// What reads the requests to a path that come in over the account of `holder`; `None` is the
    /// installation's.
    pub(super) fn reader(&self, path: &str, holder: Option<&TenantId>) -> Option<Arc<dyn Webhook>> {
        let hall = self.0.get(path)?;
        let door = match holder {
            Some(tenant) => hall.own.get(tenant)?.first()?,
            None => hall.environment.as_ref()?,
        };
        Some(Arc::clone(&door.webhook))
    }
}

impl Hall {
    fn line_up(&mut self) {
        let mut tenants: Vec<&TenantId> = self.own.keys().collect();
        tenants.sort();
        let own = tenants.into_iter().flat_map(|tenant| self.own[tenant].iter());
        self.tried = self.environment.iter().chain(own.take(TRIED_MAX)).cloned().collect();
    }
}

fn webhooks(channels: &[Channel]) -> impl Iterator<Item = (&'static str, &Arc<dyn Webhook>)> {
    let webhooks = channels.iter().flat_map(|channel| &channel.webhooks);
    webhooks.map(|(path, webhook)| (*path, webhook))
}

/// The first answer to a handshake that agrees; else any.
pub(super) fn greeting(doors: &[Door], request: &Request) -> Option<Response> {
    let mut refusal = None;
    for greeting in doors.iter().filter_map(|door| door.webhook.greet(request)) {
        if greeting.status().is_success() {
            return Some(greeting);
        }
        refusal = Some(greeting);
    }
    refusal
}

/// The account that a request comes from; without one, what the account that is set up says against it.
pub(super) fn believed<'a>(doors: &'a [Door], request: &Request, now: Timestamp) -> Result<&'a Door, Denied> {
    let mut denied = Denied::NotConfigured;
    for door in doors {
        match door.webhook.verify(request, now) {
            Ok(()) => return Ok(door),
            Err(Denied::NotConfigured) => {}
            Err(reason) => denied = reason,
        }
    }
    Err(denied)
}

#[cfg(test)]
mod tests {
    use frontdesk_core::ChannelKind;

    use super::*;
    use crate::channels::{Item, Unreadable};

    /// Believes whoever names it.
    struct Named(&'static str);

    impl Webhook for Named {
        fn provider(&self) -> &'static str {
            self.0
        }

        fn kind(&self) -> ChannelKind {
            ChannelKind::Sms
        }

        fn verify(&self, request: &Request, _: Timestamp) -> Result<(), Denied> {
            let is_named = request.body == self.0.as_bytes();
            is_named.then_some(()).ok_or(Denied::Wrong)
        }

        fn read(&self, _: &Request) -> Result<Vec<Item>, Unreadable> {
            Ok(Vec::new())
        }
    }

    fn channels(path: &'static str, name: &'static str) -> Vec<Channel> {
        vec![Channel {
            name,
            kind: ChannelKind::Sms,
            webhooks: vec![(path, Arc::new(Named(name)))],
            sender: None,
            inbox: None,
            media: None,
            check: None,
            subscription: None,
        }]
    }

    fn tenant(number: usize) -> TenantId {
        format!("tenant-{number:03}").parse().unwrap()
    }

    fn names(doors: &[Door]) -> Vec<&'static str> {
        doors.iter().map(|door| door.webhook.provider()).collect()
    }

    fn request(uri: &str, body: &str) -> Request {
        Request::post(uri, "text/plain", body.as_bytes()).unwrap()
    }

    #[test]
    fn a_request_is_tried_at_the_account_it_names_or_at_all_in_order() {
        let environment = channels("/a", "environment");
        let (second, first) = (channels("/a", "second"), channels("/a", "first"));
        let elsewhere = channels("/b", "elsewhere");
        let (one, two) = (tenant(1), tenant(2));
        let own = [(&two, &*second), (&one, &*first), (&one, &*elsewhere)];
        let doors = Doors::new(&environment, own);

        let all = doors.at("/a", &request("/a", "second"));
        assert_eq!(names(&all), ["environment", "first", "second"]);
        let found = believed(&all, &request("/a", "second"), Timestamp::default());
        assert_eq!(found.map(|door| door.holder.clone()).ok(), Some(Some(two.clone())));

        let named = doors.at("/a", &request("/a?account=tenant-002", ""));
        assert_eq!(names(&named), ["second"]);
        for nobodys in ["/a?account=tenant-003", "/a?account=No%20name", "/a?account="] {
            assert!(doors.at("/a", &request(nobodys, "")).is_empty(), "{nobodys}");
        }
        assert!(doors.at("/c", &request("/c", "")).is_empty());

        let reader = |path, holder| doors.reader(path, holder).map(|webhook| webhook.provider());
        assert_eq!(reader("/a", None), Some("environment"));
        assert_eq!(reader("/a", Some(&one)), Some("first"));
        assert_eq!(reader("/b", None), None, "the installation has no account there");
        assert_eq!(reader("/b", Some(&one)), Some("elsewhere"));
    }

    #[test]
    fn of_very_many_accounts_those_beyond_the_bound_have_to_be_named() {
        let tenants: Vec<TenantId> = (0..=TRIED_MAX).map(tenant).collect();
        let own = channels("/a", "own");
        let doors = Doors::new(&[], tenants.iter().map(|tenant| (tenant, &*own)));
        assert_eq!(doors.at("/a", &request("/a", "")).len(), TRIED_MAX);
        let last = format!("/a?account={}", tenant(TRIED_MAX));
        assert_eq!(doors.at("/a", &request(&last, "")).len(), 1);
    }
}
