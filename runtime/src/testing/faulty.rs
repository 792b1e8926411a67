use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use frontdesk_core::ports::dead_letters::DeadLetter;
use frontdesk_core::ports::outbox::{Claim, Entry, Settlement};
use frontdesk_core::ports::placement::Ownership;
use frontdesk_core::ports::store::{Committed, Error, Store, Stored};
use frontdesk_core::ports::timers::{DueTimer, Window};
use frontdesk_core::{ConversationId, DeadLetterId, InboundEvent, Message, Receipt, TenantId, Timestamp, Turn};
use parking_lot::Mutex;
use tokio::sync::watch;

/// A method of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// [`Store::commit`]
    Commit,
    /// [`Store::refuse`]
    Refuse,
    /// [`Store::load`]
    Load,
    /// [`Store::history`]
    History,
    /// [`Store::due_timers`]
    DueTimers,
    /// [`Store::claim`]
    Claim,
    /// [`Store::claimed`]
    Claimed,
    /// [`Store::settle`]
    Settle,
    /// [`Store::abandon_claims`]
    AbandonClaims,
    /// [`Store::park`]
    Park,
    /// [`Store::parked`]
    Parked,
    /// [`Store::resolve`]
    Resolve,
    /// [`Store::ping`]
    Ping,
}

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Unavailable, nothing done.
    Before,
    /// Unavailable, although it took effect.
    After,
    /// Refused as invalid, nothing done.
    Invalid,
    /// A panic, nothing done.
    Panic,
}

type Dice = Box<dyn FnMut(Call) -> Option<Fault> + Send>;

/// A store around another one that fails when told, or waits.
pub struct FaultyStore {
    inner: Arc<dyn Store>,
    next: Mutex<HashMap<Call, VecDeque<Fault>>>,
    dice: Mutex<Option<Dice>>,
    counts: Mutex<HashMap<Call, u64>>,
    held: watch::Sender<Vec<Call>>,
}

impl fmt::Debug for FaultyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultyStore")
            .field("next", &self.next)
            .field("counts", &self.counts)
            .finish_non_exhaustive()
    }
}

impl FaultyStore {
    /// A store that works like `inner` until told otherwise.
    pub fn new(inner: Arc<dyn Store>) -> Self {
        Self {
            inner,
            next: Mutex::default(),
            dice: Mutex::default(),
            counts: Mutex::default(),
            held: watch::Sender::default(),
        }
    }

    /// Lets the next calls of this method fail so, in this order.
    pub fn fail(&self, call: Call, faults: impl IntoIterator<Item = Fault>) {
        self.next.lock().entry(call).or_default().extend(faults);
    }

    /// Asks `dice` at every call that was told nothing else.
    pub fn roll(&self, dice: impl FnMut(Call) -> Option<Fault> + Send + 'static) {
        *self.dice.lock() = Some(Box::new(dice));
    }

    /// Works again.
    pub fn heal(&self) {
        self.next.lock().clear();
        *self.dice.lock() = None;
    }

    /// Lets calls of this method wait, until released.
    pub fn hold(&self, call: Call) {
        self.held.send_modify(|held| held.push(call));
    }

    /// Lets the held calls go on.
    pub fn release(&self) {
        self.held.send_modify(Vec::clear);
    }

    /// How often the method was called.
    #[must_use]
    pub fn calls(&self, call: Call) -> u64 {
        self.counts.lock().get(&call).copied().unwrap_or(0)
    }

    async fn pass<T>(&self, call: Call, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        *self.counts.lock().entry(call).or_default() += 1;
        let mut held = self.held.subscribe();
        // The sender lives as long as this store: waiting cannot fail.
        let _ = held.wait_for(|held| !held.contains(&call)).await;
        match self.fault(call) {
            None => work.await,
            Some(Fault::Before) => Err(away()),
            Some(Fault::After) => work.await.and_then(|_| Err(away())),
            Some(Fault::Invalid) => Err(Error::Invalid("told to refuse".to_owned())),
            Some(Fault::Panic) => panic!("told to panic"),
        }
    }

    fn fault(&self, call: Call) -> Option<Fault> {
        let told = self.next.lock().get_mut(&call).and_then(VecDeque::pop_front);
        told.or_else(|| self.dice.lock().as_mut().and_then(|dice| dice(call)))
    }
}

fn away() -> Error {
    Error::Unavailable("told to be away".into())
}

#[async_trait]
impl Store for FaultyStore {
    async fn commit(&self, turns: &[Turn]) -> Result<Vec<Committed>, Error> {
        self.pass(Call::Commit, self.inner.commit(turns)).await
    }

    async fn refuse(&self, receipts: &[Receipt]) -> Result<(), Error> {
        self.pass(Call::Refuse, self.inner.refuse(receipts)).await
    }

    async fn load(&self, ids: &[ConversationId]) -> Result<Vec<Stored>, Error> {
        self.pass(Call::Load, self.inner.load(ids)).await
    }

    async fn history(&self, id: ConversationId, after_seq: u64, limit: u32) -> Result<Vec<Message>, Error> {
        self.pass(Call::History, self.inner.history(id, after_seq, limit)).await
    }

    async fn due_timers(&self, window: &Window) -> Result<Vec<DueTimer>, Error> {
        self.pass(Call::DueTimers, self.inner.due_timers(window)).await
    }

    async fn claim(&self, claim: &Claim) -> Result<Vec<Entry>, Error> {
        self.pass(Call::Claim, self.inner.claim(claim)).await
    }

    async fn claimed(&self, owned: &Ownership) -> Result<Vec<Entry>, Error> {
        self.pass(Call::Claimed, self.inner.claimed(owned)).await
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<(), Error> {
        self.pass(Call::Settle, self.inner.settle(settlements)).await
    }

    async fn abandon_claims(&self, owned: &Ownership) -> Result<u64, Error> {
        self.pass(Call::AbandonClaims, self.inner.abandon_claims(owned)).await
    }

    async fn park(&self, letter: &DeadLetter) -> Result<(), Error> {
        self.pass(Call::Park, self.inner.park(letter)).await
    }

    async fn parked(&self, id: DeadLetterId, tenant: Option<&TenantId>) -> Result<Option<DeadLetter>, Error> {
        self.pass(Call::Parked, self.inner.parked(id, tenant)).await
    }

    async fn resolve(&self, event: &InboundEvent, reason: &str, at: Timestamp) -> Result<(), Error> {
        self.pass(Call::Resolve, self.inner.resolve(event, reason, at)).await
    }

    async fn ping(&self) -> Result<(), Error> {
        self.pass(Call::Ping, self.inner.ping()).await
    }
}
