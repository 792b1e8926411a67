//! Finds the way out of an entry: the account its lane names, else the tenant's first address on the
//! channel.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use frontdesk_core::Fault;
use frontdesk_core::ports::outbox::{Entry, Lane, SendError, Sender, Sent};
use frontdesk_core::ports::registry::Route;

use super::Channel;
use crate::tenants::Directory;

/// Hands entries to the sender of their account.
pub struct Dispatcher {
    senders: HashMap<&'static str, Arc<dyn Sender>>,
    tenants: Arc<Directory>,
}

impl Dispatcher {
    /// Over the channels that have a way out.
    pub fn new(channels: &[Channel], tenants: Arc<Directory>) -> Self {
        let senders = channels
            .iter()
            .filter_map(|channel| Some((channel.name, Arc::clone(channel.sender.as_ref()?))))
            .collect();
        Self { senders, tenants }
    }

    /// The tenant's first address on the channel that one of the senders serves.
    fn first_account(&self, entry: &Entry) -> Option<Lane> {
        let serves = |route: Route| {
            let provider = route.provider.filter(|name| self.senders.contains_key(name.as_str()))?;
            Some(Lane::of_account(&provider, &route.address))
        };
        self.tenants
            .routes_of(&entry.tenant, entry.channel)
            .into_iter()
            .find_map(serves)
    }
}

#[async_trait]
impl Sender for Dispatcher {
    async fn send(&self, entry: &Entry) -> Result<Sent, SendError> {
        let own;
        let entry = if entry.our_address().is_some() {
            entry
        } else {
            let lane = self.first_account(entry).ok_or_else(|| SendError::Permanent {
                reason: format!("the tenant has no address on the channel '{}'", entry.channel.code()),
                fault: Some(Fault::Account),
            })?;
            own = Entry {
                lane: lane.into(),
                ..entry.clone()
            };
            &own
        };
        match self.senders.get(entry.sender()) {
            Some(sender) => sender.send(entry).await,
            None => Err(SendError::permanent(format!(
                "there is no way out '{}'",
                entry.sender()
            ))),
        }
    }
}
