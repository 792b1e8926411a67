//! How the channels of businesses stand: by what came and went, by the alarms, by whose account it is.

use std::collections::HashMap;

use frontdesk_core::ports::outbox::Lane;
use frontdesk_core::ports::reader::{Page, Scope, TrafficRow};
use frontdesk_core::ports::registry::Route;
use frontdesk_core::ports::store;
use frontdesk_core::ports::watch::{Alarm, Cause};
use frontdesk_core::{ChannelKind, TenantId, Timestamp};

use super::super::accounts;
use crate::channels::NAMES;
use crate::channels::credentials::{PROVIDERS, Provider};
use crate::console::records::filter::dawn;
use crate::console::shell::{Moment, icon};
use crate::console::texts::Texts;
use crate::console::{Console, told};

/// Milliseconds of an hour.
const HOUR_MS: i64 = 60 * 60 * 1_000;
/// How far back somebody writing to an address is looked for.
const HOURS_SEEN: i64 = 30 * 24;
/// Open alarms that are looked through.
const ALARMS_MAX: u32 = 200;
/// Messages that are looked at for one business …
const LOOKED_AT_MAX: u32 = 2_000;
/// … and for several together, and the fewest of each.
const LOOKED_AT_TOGETHER: u32 = 2_500;
const LOOKED_AT_MIN: u32 = 50;

/// How a channel or an address stands, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Nobody can reach us here.
    Unset,
    /// It is set up, and nobody has written yet.
    New,
    /// People write.
    Works,
    /// Nobody writes although people usually do at this hour.
    Silent,
    /// Something is wrong.
    Wrong,
}

impl State {
    /// What the address of the list calls it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unset => "unset",
            Self::New => "new",
            Self::Works => "works",
            Self::Silent => "silent",
            Self::Wrong => "wrong",
        }
    }

    /// What it is called.
    pub const fn title(self, texts: &Texts) -> &'static str {
        match self {
            Self::Unset => texts.reach.unset,
            Self::New => texts.reach.new,
            Self::Works => texts.reach.works,
            Self::Silent => texts.reach.silent,
            Self::Wrong => texts.reach.wrong,
        }
    }

    /// A class of the style sheet.
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Unset | Self::New => "",
            Self::Works => "good",
            Self::Silent => "warn",
            Self::Wrong => "bad",
        }
    }
}

/// An address of ours.
pub struct Address {
    pub address: String,
    /// Who serves it.
    pub provider: &'static str,
    /// Whose account that is, and a class of the style sheet.
    pub account: (&'static str, &'static str),
    /// Where the account is, and under which name.
    pub account_name: Option<&'static str>,
    pub state: State,
    /// What is wrong, in words.
    pub troubles: Vec<String>,
    /// The hour in which somebody last wrote to it.
    pub last: Option<Moment>,
}

impl Address {
    /// Itself, and how it stands where somebody should look.
    pub fn told(&self, texts: &Texts) -> (String, Option<(&'static str, &'static str)>) {
        let is_bad = matches!(self.state, State::Silent | State::Wrong);
        (
            self.address.clone(),
            is_bad.then(|| (self.state.tone(), self.state.title(texts))),
        )
    }
}

/// A channel of a business.
pub struct Channel {
    /// Its place among all channels of the businesses in sight.
    pub place: usize,
    pub tenant: TenantId,
    pub kind: ChannelKind,
    pub icon: &'static str,
    pub title: &'static str,
    pub state: State,
    pub addresses: Vec<Address>,
    pub last_in: Option<Moment>,
    pub last_out: Option<Moment>,
    /// Messages of the day, in and out; with a plus when there may be more.
    pub today: (String, String),
}

impl Channel {
    /// Those of every business in the scope, as businesses and channels follow each other.
    pub async fn all(console: &Console, scope: &Scope, texts: &'static Texts) -> Result<Vec<Self>, store::Error> {
        let facts = Facts::load(console, scope).await?;
        let ids = match scope {
            Scope::All => console.tenants.ids(),
            Scope::Tenant(own) => vec![own.clone()],
        };
        let all = ids.iter().flat_map(|tenant| facts.channels(console, texts, tenant));
        Ok(all
            .enumerate()
            .map(|(place, channel)| Self { place, ..channel })
            .collect())
    }

    /// Whether people can reach us here.
    pub fn is_set_up(&self) -> bool {
        self.state != State::Unset
    }
}

/// What the channels are judged by.
pub struct Facts {
    routes: Vec<Route>,
    /// The last hour in which somebody wrote, by lane.
    heard: HashMap<String, i64>,
    alarms: Vec<Alarm>,
    traffic: Vec<TrafficRow>,
    looked_at: u32,
}

impl Facts {
    /// Reads them, of every business in the scope.
    pub async fn load(console: &Console, scope: &Scope) -> Result<Self, store::Error> {
        let hour = console.clock.now().as_millis().div_euclid(HOUR_MS);
        let mut heard: HashMap<String, i64> = HashMap::new();
        for counted in console.watch.inbound_hours(hour - HOURS_SEEN).await? {
            let last = heard.entry(counted.lane).or_default();
            *last = counted.hour.max(*last);
        }
        // What concerns everybody concerns each.
        let page = Page {
            after: None,
            limit: ALARMS_MAX,
        };
        let alarms = console.watch.alarms(&Scope::All, false, page).await?.items;
        let businesses = match scope {
            Scope::All => u32::try_from(console.tenants.ids().len()).unwrap_or(u32::MAX),
            Scope::Tenant(_) => 1,
        };
        let share = LOOKED_AT_TOGETHER / businesses.max(1);
        let looked_at = share.clamp(LOOKED_AT_MIN, LOOKED_AT_MAX);
        Ok(Self {
            routes: console.tenants.routes(),
            heard,
            alarms,
            traffic: console.reader.traffic(scope, dawn(console, scope), looked_at).await?,
            looked_at,
        })
    }

    /// The channels of a business, in their order.
    pub fn channels(&self, console: &Console, texts: &'static Texts, tenant: &TenantId) -> Vec<Channel> {
        let own = |row: &&TrafficRow| row.tenant == *tenant;
        let looked_at: u64 = self.traffic.iter().filter(own).map(|row| row.looked_at).sum();
        let is_cut = looked_at >= u64::from(self.looked_at);
        let channel = |kind: ChannelKind| {
            let addresses = self.addresses(console, texts, tenant, kind);
            let went = |is_inbound| {
                let mut rows = self.traffic.iter().filter(own);
                rows.find(|row| row.channel == kind && row.is_inbound == is_inbound)
            };
            let (inbound, outbound) = (went(true), went(false));
            let count = |row: Option<&TrafficRow>| {
                let more = if is_cut { "+" } else { "" };
                format!("{}{more}", row.map_or(0, |row| row.count))
            };
            Channel {
                place: 0,
                tenant: tenant.clone(),
                kind,
                icon: icon(kind),
                title: texts.channels.of(kind),
                state: state(kind, &addresses, inbound.is_some()),
                last_in: inbound.map(|row| row.last_at.into()),
                last_out: outbound.map(|row| row.last_at.into()),
                today: (count(inbound), count(outbound)),
                addresses,
            }
        };
        ChannelKind::ALL.into_iter().map(channel).collect()
    }

    fn addresses(
        &self,
        console: &Console,
        texts: &'static Texts,
        tenant: &TenantId,
        kind: ChannelKind,
    ) -> Vec<Address> {
        let own = |route: &&Route| route.tenant == *tenant && route.channel == kind;
        let address = |route: &Route| {
            let name = route.provider.as_deref().or_else(|| first_of(kind)).unwrap_or_default();
            let provider = PROVIDERS.iter().find(|provider| provider.channels.contains(&name));
            let lane: String = Lane::of_account(name, &route.address).into();
            let last = self.heard.get(&lane);
            let mut troubles = Vec::new();
            let mut state = if last.is_some() { State::Works } else { State::New };
            for alarm in &self.alarms {
                if concerns(alarm, tenant, &lane, name, provider) {
                    state = state.max(match alarm.trouble.cause {
                        Cause::InboundSilent => State::Silent,
                        _ => State::Wrong,
                    });
                    troubles.push(told(&alarm.trouble, texts).0);
                }
            }
            let account = provider.map(|provider| accounts::standing(console, texts, tenant, provider));
            if account.is_some_and(|(_, tone)| tone == "bad") {
                state = State::Wrong;
            }
            Address {
                address: route.address.clone(),
                provider: provider.map_or("", |provider| provider.title),
                account: account.unwrap_or_default(),
                account_name: provider.map(|provider| provider.name),
                state,
                troubles,
                last: last.map(|hour| Timestamp::from_millis(hour * HOUR_MS).into()),
            }
        };
        self.routes.iter().filter(own).map(address).collect()
    }
}

/// Who serves a kind of channel when a route does not say.
fn first_of(kind: ChannelKind) -> Option<&'static str> {
    NAMES.iter().find(|(_, of)| *of == kind).map(|(name, _)| *name)
}

/// Whether an alarm is about an address: itself, its channel, or the provider.
fn concerns(alarm: &Alarm, tenant: &TenantId, lane: &str, name: &str, provider: Option<&Provider>) -> bool {
    let trouble = &alarm.trouble;
    let is_theirs = trouble.tenant == *tenant || trouble.tenant == TenantId::nobody();
    let subject = trouble.subject.as_str();
    is_theirs && (subject == lane || subject == name || provider.is_some_and(|provider| provider.name == subject))
}

/// How a channel stands: as the worst of its addresses. A site's chat and forms need none.
fn state(kind: ChannelKind, addresses: &[Address], is_heard: bool) -> State {
    let needs_none = matches!(kind, ChannelKind::WebChat | ChannelKind::Form);
    let least = match (needs_none || !addresses.is_empty(), is_heard) {
        (true, true) => State::Works,
        (true, false) => State::New,
        (false, _) => State::Unset,
    };
    addresses.iter().map(|address| address.state).fold(least, State::max)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use frontdesk_core::ports::watch::Trouble;

    fn alarm(tenant: &TenantId, subject: &str) -> Alarm {
        Alarm {
            id: Uuid::nil(),
            trouble: Trouble {
                cause: Cause::AccountRefused,
                subject: subject.to_owned(),
                tenant: tenant.clone(),
                count: 0,
                moment: Timestamp::from_millis(0),
            },
            opened_at: Timestamp::from_millis(0),
            closed_at: None,
            acknowledged: None,
        }
    }

    #[test]
    fn an_alarm_concerns_whose_lane_channel_or_provider_it_names() {
        let (own, other): (TenantId, TenantId) = ("own".parse().unwrap(), "other".parse().unwrap());
        let (lane, name) = ("twilio_sms:+1", "twilio_sms");
        let twilio = PROVIDERS.iter().find(|provider| provider.name == "twilio");
        let concerns = |tenant: &TenantId, subject| concerns(&alarm(tenant, subject), &own, lane, name, twilio);
        for subject in [lane, name, "twilio"] {
            assert!(concerns(&own, subject), "{subject}");
            assert!(concerns(&TenantId::nobody(), subject), "{subject}");
            assert!(!concerns(&other, subject), "{subject}");
        }
        for subject in ["twilio_sms:+2", "meta", "own"] {
            assert!(!concerns(&own, subject), "{subject}");
        }
    }

    #[test]
    fn a_channel_stands_as_the_worst_of_its_addresses() {
        let address = |state| Address {
            address: String::new(),
            provider: "",
            account: ("", ""),
            account_name: None,
            state,
            troubles: Vec::new(),
            last: None,
        };
        let sms = |states: &[State], is_heard| {
            let addresses: Vec<Address> = states.iter().copied().map(address).collect();
            state(ChannelKind::Sms, &addresses, is_heard)
        };
        assert_eq!(sms(&[], false), State::Unset);
        assert_eq!(sms(&[], true), State::Unset, "it was taken away");
        assert_eq!(sms(&[State::New], false), State::New);
        assert_eq!(sms(&[State::New], true), State::Works);
        assert_eq!(sms(&[State::Works, State::Silent], true), State::Silent);
        assert_eq!(sms(&[State::Wrong, State::Silent], true), State::Wrong);
        assert_eq!(state(ChannelKind::WebChat, &[], false), State::New);
        assert_eq!(state(ChannelKind::Form, &[], true), State::Works);
    }
}
