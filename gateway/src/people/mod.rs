//! People over several channels: what a conversation begins with, who is joined, and how somebody is
//! erased everywhere.
//!
//! ```text
//!  a conversation begins ──► introduce: what the person told elsewhere, an opt-out that outlived it
//!  every second ──► join who proved the same address
//!              └──► sweep: what was erased leaves memory, the hot store and the database's log
//! ```

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use frontdesk_actors::{ContactView, Dialogue, Introduction, Peer, State};
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::outbox::Entry;
use frontdesk_core::ports::people::{Arrival, Doomed, Erasure, ErasureOrder, Known, People, Seal};
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::ports::registry::Registry;
use frontdesk_core::ports::store::Error;
use frontdesk_core::records::AddressKind;
use frontdesk_core::{ChannelKind, InboundEvent, Payload, TenantId};
use frontdesk_runtime::{Origins, Runtime};
use hmac::{Hmac, KeyInit, Mac};
use rand::Rng;
use sha2::Sha256;
use tokio_util::sync::CancellationToken;

use crate::batching::Batcher;

/// Where the key of sealed addresses is kept.
const SETTING: &str = "seal_key";
/// Bytes of the key.
const KEY_BYTES: usize = 32;
/// How often it is looked who is to be joined, and what is to be swept.
const PAUSE: Duration = Duration::from_secs(1);
/// Addresses looked at in one transaction.
const JOIN_MAX: u32 = 256;

/// Keeps people together, and erases them.
#[derive(Clone)]
pub struct Keeper {
    people: Arc<dyn People>,
    clock: Arc<dyn Clock>,
    key: [u8; KEY_BYTES],
    /// Asked by every conversation that begins.
    arrivals: Arc<Batcher<Arrival, Known>>,
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").finish_non_exhaustive()
    }
}

impl Keeper {
    /// With the installation's key, made at its first start.
    ///
    /// # Errors
    ///
    /// The database is away, or holds a key that cannot be read.
    pub async fn open(registry: &dyn Registry, people: Arc<dyn People>, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let mut fresh = [0; KEY_BYTES];
        rand::rng().fill_bytes(&mut fresh);
        let kept = registry.setting_or(SETTING, &URL_SAFE_NO_PAD.encode(fresh)).await?;
        let key = URL_SAFE_NO_PAD.decode(kept).ok().and_then(|key| key.try_into().ok());
        let key = key.ok_or_else(|| Error::Invalid(format!("the setting {SETTING} cannot be read")))?;
        let asked = Arc::clone(&people);
        let arrivals = Batcher::new(move |arrivals: Vec<Arrival>| {
            let people = Arc::clone(&asked);
            async move { people.arrived(&arrivals).await }
        });
        Ok(Self {
            people,
            clock,
            key,
            arrivals: Arc::new(arrivals),
        })
    }

    /// Who the business knows.
    #[must_use]
    pub fn people(&self) -> &dyn People {
        &*self.people
    }

    /// The time of day.
    #[must_use]
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    /// Erases a person. Memory and the hot store follow within seconds, see [`Keeper::tend`].
    ///
    /// # Errors
    ///
    /// The database is away or refuses.
    pub async fn erase(&self, scope: &Scope, order: &ErasureOrder) -> Result<Option<Erasure>, Error> {
        let seal = |doomed: Doomed<'_>| {
            let state: Option<State> = serde_json::from_str(doomed.snapshot).ok();
            Some(Seal {
                hash: self.hash(doomed.channel, doomed.address),
                is_opted_out: state?.is_opted_out(),
            })
        };
        self.people.erase(scope, order, &seal).await
    }

    /// Joins and sweeps, until `stop`.
    pub async fn tend(self, runtime: Runtime<Dialogue>, stop: CancellationToken) {
        while stop.run_until_cancelled(tokio::time::sleep(PAUSE)).await.is_some() {
            if let Err(error) = self.people.join_proved(self.clock.now(), JOIN_MAX).await {
                tracing::warn!(%error, "who proved the same address could not be looked for");
            }
            if let Err(error) = self.sweep(&runtime).await {
                tracing::warn!(%error, "what was erased could not be swept; it is tried again");
            }
        }
    }

    /// Clears memory, the hot store and the database's log of what was erased, by whichever process
    /// and however long ago.
    async fn sweep(&self, runtime: &Runtime<Dialogue>) -> Result<(), Error> {
        for (erasure, conversations) in self.people.unswept().await? {
            let is_done = match runtime.forget(&conversations).await {
                Ok(()) => self.people.swept(erasure, self.clock.now()).await?,
                Err(_) => false,
            };
            if is_done {
                tracing::info!(%erasure, "an erasure is complete");
            } else {
                tracing::debug!(%erasure, "an erasure waits to be swept");
            }
        }
        Ok(())
    }

    /// Whoever is addressed by a number, wherever else they are: conversations that go by an id of
    /// theirs, or by another number.
    ///
    /// # Errors
    ///
    /// The database is away or refuses.
    pub async fn peers(&self, entry: &Entry, named: &[Peer]) -> Result<Vec<Peer>, Error> {
        let Some(first) = named.first().filter(|peer| peer.address.starts_with('+')) else {
            return Ok(Vec::new());
        };
        let phone = AddressKind::Phone.code();
        let spoken = self
            .people
            .proved_conversations(&entry.tenant, phone, &first.address)
            .await?;
        let peers = spoken.into_iter().map(|spoken| Peer {
            channel: spoken.conversation.channel,
            address: spoken.conversation.address,
        });
        Ok(peers.filter(|peer| !named.contains(peer)).collect())
    }

    /// The keyed hash of an address: known to nobody without the key, who could try all numbers.
    fn hash(&self, channel: ChannelKind, address: &str) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of any length");
        mac.update(channel.code().as_bytes());
        mac.update(b"\0");
        mac.update(address.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// What was told in conversations of whoever holds this address.
    async fn known(&self, tenant: &TenantId, kind: AddressKind, address: &str) -> Result<ContactView, Error> {
        let spoken = self.people.proved_conversations(tenant, kind.code(), address).await?;
        let told = spoken
            .iter()
            .filter_map(|spoken| serde_json::from_str::<State>(spoken.state.get()).ok());
        // The last active first: the newest word on each counts.
        Ok(told
            .map(|state| state.contact())
            .fold(ContactView::default(), |known, told| ContactView {
                name: known.name.or(told.name),
                phone: known.phone.or(told.phone),
                email: known.email.or(told.email),
                newsletter: known.newsletter.or(told.newsletter),
            }))
    }
}

#[async_trait]
impl Origins<Dialogue> for Keeper {
    async fn begin(&self, event: &InboundEvent) -> Result<State, Error> {
        let channel = event.channel;
        // A thread of the web site and a form are of nobody who could be known.
        if matches!(channel, ChannelKind::WebChat | ChannelKind::Form) {
            return Ok(State::default());
        }
        let proved = proved_address(event);
        let arrival = Arrival {
            tenant: event.tenant.clone(),
            hash: self.hash(channel, &event.address),
            proved: proved.map(|(kind, address)| (kind.code().to_owned(), address.into())),
        };
        let Known {
            is_sealed: is_opted_out,
            is_elsewhere,
        } = self.arrivals.ask(arrival).await?;
        let known = match proved.filter(|_| is_elsewhere) {
            Some((kind, address)) => self.known(&event.tenant, kind, address).await?,
            None => ContactView::default(),
        };
        Ok(State::introduced(Introduction { known, is_opted_out }))
    }
}

/// The address by which whoever begins a conversation may be known from elsewhere.
fn proved_address(event: &InboundEvent) -> Option<(AddressKind, &str)> {
    let profile = event.channel.profile();
    if !profile.proves_address {
        return None;
    }
    if profile.tells_phone && event.address.starts_with('+') {
        return Some((AddressKind::Phone, &event.address));
    }
    match (&event.payload, event.channel) {
        // WhatsApp shows the number beside the words of a person whom it knows by an id.
        (Payload::Message(message), ChannelKind::Whatsapp) if message.known.phone.is_some() => {
            Some((AddressKind::Phone, message.known.phone.as_deref()?))
        }
        _ => Some((AddressKind::On(event.channel), &event.address)),
    }
}
