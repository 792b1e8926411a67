//! The list of channels: how people reach each business, and whether they do. What is not set up is left out.

use async_trait::async_trait;
use frontdesk_core::ports::reader::{Cursor, Page, Rows};
use frontdesk_core::ports::registry::Role;
use frontdesk_core::ports::store;
use frontdesk_core::{TenantId, Timestamp};
use uuid::Uuid;

use super::filter::{Asked, Wanted};
use super::{Cell, Choice, Records, Words, part_of};
use crate::channels::credentials::PROVIDERS;
use crate::console::Console;
use crate::console::shell::{Moment, Section};
use crate::console::tabs;
use crate::console::tenants::channels::{Address, Channel, Standing};
use crate::console::texts::Texts;

/// How a channel of the list may stand.
const STATES: [Standing; 4] = [Standing::Wrong, Standing::Silent, Standing::New, Standing::Works];

/// How channels stand, to choose one.
fn states(texts: &'static Texts) -> Choice {
    Choice {
        name: "status",
        label: texts.records.standing,
        any: texts.records.every_status,
        answers: STATES.map(|state| (state.code(), state.title(texts))).into(),
    }
}

/// Who serves channels, to choose one.
fn providers(texts: &'static Texts) -> Choice {
    Choice {
        name: "source",
        label: texts.reach.provider,
        any: texts.reach.every_provider,
        answers: PROVIDERS
            .iter()
            .map(|provider| (provider.name, provider.title))
            .collect(),
    }
}

/// Whether it is one of those asked for.
fn is_wanted(channel: &Channel, asked: &Asked) -> bool {
    let has = |name: &str| {
        let mut names = channel.addresses.iter().filter_map(|address| address.account_name);
        names.any(|account| account == name)
    };
    let says = |text: &str| {
        let addresses = channel.addresses.iter().map(|address| address.address.as_str());
        let mut words = addresses.chain([channel.tenant.as_str()]);
        words.any(|word| word.to_lowercase().contains(&text.to_lowercase()))
    };
    asked.channel.is_none_or(|kind| kind == channel.kind)
        && (asked.status.is_empty() || asked.status == channel.state.code())
        && asked.source.as_deref().is_none_or(has)
        && asked.text.as_deref().is_none_or(says)
}

/// What the addresses tell, each thing once, in the order of the addresses.
fn each<'a>(channel: &'a Channel, told: impl Fn(&'a Address) -> &'a str) -> Vec<&'a str> {
    let mut words: Vec<&str> = Vec::new();
    for word in channel.addresses.iter().map(told).filter(|word| !word.is_empty()) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

impl Channel {
    /// Who serves it, and by whose accounts, as briefly as a list needs it: a longer word says more behind a colon.
    fn served_by(&self) -> Cell {
        let brief = |address: &'_ Address| address.account.0.split(':').next().unwrap_or_default();
        let mut accounts: Vec<&str> = self
            .addresses
            .iter()
            .map(brief)
            .filter(|word| !word.is_empty())
            .collect();
        accounts.dedup();
        match each(self, |address| address.provider) {
            providers if providers.is_empty() => Cell::Nothing,
            providers => Cell::Text(format!("{} · {}", providers.join(", "), accounts.join(", "))),
        }
    }
}

fn exact(at: Option<&Moment>) -> String {
    at.map(|at| at.exact.clone()).unwrap_or_default()
}

#[async_trait]
impl Records for Channel {
    const PATH: &'static str = "/console/channels";
    const NAME: &'static str = "channels";
    const HEADER: &'static [&'static str] = &[
        "tenant",
        "channel",
        "status",
        "addresses",
        "providers",
        "accounts",
        "last_in",
        "last_out",
        "in_today",
        "out_today",
    ];

    const COLUMNS: &'static [&'static str] = &[
        "channel",
        "status",
        "addresses",
        "provider",
        "last_in",
        "last_out",
        "in_today",
        "out_today",
    ];

    fn words(texts: &'static Texts) -> Words {
        let (own, reach) = (&texts.records, &texts.reach);
        Words {
            section: Section::Reports,
            tabs: tabs::reports(texts, Self::PATH),
            title: reach.title,
            lead: reach.lead,
            columns: vec![
                own.channel,
                own.standing,
                texts.tenants.addresses,
                reach.provider,
                reach.last_in,
                reach.last_out,
                reach.today_in,
                reach.today_out,
            ],
            search: Some(reach.search),
            empty: reach.none,
            choices: vec![Choice::of_channels(texts), providers(texts), states(texts)],
            is_dated: false,
            ..Words::default()
        }
    }

    async fn read(console: &Console, wanted: &Wanted, part: Page) -> Result<Rows<Self>, store::Error> {
        let all = Self::all(console, &wanted.scope, wanted.texts).await?;
        let of_list = |channel: &Self| channel.is_set_up() && is_wanted(channel, &wanted.asked);
        Ok(part_of(all.into_iter().filter(of_list), part))
    }

    fn place(&self) -> Cursor {
        Cursor {
            at: Timestamp::from_millis(i64::try_from(self.place).unwrap_or(i64::MAX)),
            id: Uuid::nil(),
        }
    }

    fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    fn cells(&self, texts: &'static Texts, may: Role) -> Vec<Cell> {
        let set_up = || format!("/console/tenants/{}/channels#{}", self.tenant, self.kind.code());
        let said = |direction: &str, count: &str| Cell::Link {
            href: format!(
                "/console/messages?tenant={}&channel={}&direction={direction}",
                self.tenant,
                self.kind.code()
            ),
            text: count.to_owned(),
        };
        let when = |at: &Option<Moment>| at.clone().map_or(Cell::Nothing, Cell::When);
        vec![
            Cell::Channel {
                icon: self.icon,
                title: self.title,
                href: (may >= Role::Admin).then(set_up),
            },
            Cell::tag(self.state.title(texts), self.state.tone()),
            Cell::Codes(self.addresses.iter().map(|address| address.told(texts)).collect()),
            self.served_by(),
            when(&self.last_in),
            when(&self.last_out),
            said("in", &self.today.0),
            said("out", &self.today.1),
        ]
    }

    fn fields(&self, _: &'static Texts) -> Vec<String> {
        vec![
            self.tenant.to_string(),
            self.kind.code().to_owned(),
            self.state.code().to_owned(),
            each(self, |address| &address.address).join(" "),
            each(self, |address| address.provider).join(", "),
            each(self, |address| address.account.0).join(", "),
            exact(self.last_in.as_ref()),
            exact(self.last_out.as_ref()),
            self.today.0.clone(),
            self.today.1.clone(),
        ]
    }
}
