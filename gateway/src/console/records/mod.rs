//! Lists of what the business keeps: leads, contacts, subscriptions, consents, messages, dead letters, channels, and
//! the businesses themselves.
//!
//! All of them are one page: columns, the days and the business looked at, pages, and the same rows
//! as a file. What a list is made of says its [`Records`]; one more list is one more of these.

mod bulk;
mod businesses;
mod channels;
mod columns;
mod consents;
mod contacts;
mod dead_letter;
mod dead_letters;
mod export;
pub(super) mod filter;
mod history;
mod lead;
mod leads;
mod messages;
mod newsletter;
mod refused;
mod told;

use askama::Template;
use async_trait::async_trait;
use axum::extract::{Query, State};
use axum::response::Response;
use frontdesk_core::ports::reader::{Cursor, Page as Part, Rows, Scope};
use frontdesk_core::ports::registry::Role;
use frontdesk_core::ports::store;
use frontdesk_core::{ChannelKind, ConversationId, Personal, TenantId, Timestamp};

use super::list::{Pager, address};
use super::session::Shared;
use super::shell::{Moment, Section, Shell, html, icon};
use super::tabs::Tab;
use super::texts::Texts;
use super::{Colleague, Console, Error};

pub use bulk::{export_ticked, mark_leads, merge_contacts, replay_all, tag_contacts, unsubscribe};
pub use businesses::Business;
pub use columns::choose as choose_columns;
pub use dead_letter::page as dead_letter;
pub use dead_letters::replay;
pub use export::{export, workbook};
use filter::{Filter, Period, Wanted, periods, today};
pub use lead::page as lead;
#[cfg(test)]
pub(super) use leads::SOURCES;
pub use messages::{MESSAGES, see_to as see_to_messages};

/// Tags offered in the form above a list.
const TAGS_OFFERED_MAX: u32 = 100;

/// A kind of record that is shown in a list, newest first.
#[async_trait]
pub trait Records: Sized + Send + Sync + 'static {
    /// Where the list is. The file is there too, with `.csv` behind.
    const PATH: &'static str;
    /// What the file is called, and the act in the log.
    const NAME: &'static str;
    /// The columns of the file: names that stay the same in every language.
    const HEADER: &'static [&'static str];

    /// Stable names of the columns on the page, in their order.
    const COLUMNS: &'static [&'static str];

    /// What the page says beside its rows.
    fn words(texts: &'static Texts) -> Words;

    /// Reads a part of the list.
    async fn read(console: &Console, wanted: &Wanted, part: Part) -> Result<Rows<Self>, store::Error>;

    /// Where it stands in the list.
    fn place(&self) -> Cursor;

    /// Whose it is.
    fn tenant(&self) -> &TenantId;

    /// What the page shows, one a column.
    fn cells(&self, texts: &'static Texts, may: Role) -> Vec<Cell>;

    /// Whether colleagues put tags on the rows: there is a route `…/tags`.
    const HAS_TAGS: bool = false;

    /// Whether the ticked rows can be taken along as a file: there is a route `…/export`.
    const EXPORTS_TICKED: bool = false;

    /// Under which name a row is ticked to be done something with, if it can be.
    fn tick(&self) -> Option<String> {
        Some(self.place().id.to_string())
    }

    /// What the file holds, one a column of [`Self::HEADER`].
    fn fields(&self, texts: &'static Texts) -> Vec<String>;
}

/// What a list says beside its rows.
#[derive(Debug)]
pub struct Words {
    section: Section,
    tabs: Vec<Tab>,
    title: &'static str,
    lead: &'static str,
    columns: Vec<&'static str>,
    /// The label of the field for looking something up, where the list has one.
    search: Option<&'static str>,
    /// The label of the box that shows what is hidden otherwise.
    hidden: Option<&'static str>,
    /// What an empty list says.
    empty: &'static str,
    /// Where records come from, to choose one: what is stored.
    sources: &'static [&'static str],
    /// Further choices of the filter.
    choices: Vec<Choice>,
    /// The label of the box that shows only what nobody has handled yet.
    only_new: Option<&'static str>,
    /// What can be done with several at once: where the form goes, and its buttons.
    bulk: Option<(&'static str, Vec<(&'static str, &'static str)>)>,
    /// The label of the button that takes the day's rows along.
    day: Option<&'static str>,
    /// Its rows are of certain days, to be chosen from.
    is_dated: bool,
    /// Its rows are businesses: which one a row is of needs neither a column nor a choice.
    is_of_businesses: bool,
    /// Where a row is added, and what the button says, for whoever sees all businesses.
    add: Option<(&'static str, &'static str)>,
}

/// A field of the filter with several answers.
#[derive(Debug)]
pub struct Choice {
    /// The field of the filter.
    name: &'static str,
    label: &'static str,
    /// What it says while it leaves nothing out.
    any: &'static str,
    /// The answers: as the address says them, and as people read them.
    answers: Vec<(&'static str, &'static str)>,
}

impl Choice {
    /// A choice of channels.
    fn of_channels(texts: &'static Texts) -> Self {
        let answer = |channel: ChannelKind| (channel.code(), texts.channels.of(channel));
        Self {
            name: "channel",
            label: texts.records.channel,
            any: texts.records.every_channel,
            answers: ChannelKind::ALL.into_iter().map(answer).collect(),
        }
    }
}

impl Default for Words {
    fn default() -> Self {
        Self {
            section: Section::People,
            tabs: Vec::new(),
            title: "",
            lead: "",
            columns: Vec::new(),
            search: None,
            hidden: None,
            empty: "",
            sources: &[],
            choices: Vec::new(),
            only_new: None,
            bulk: None,
            day: None,
            is_dated: true,
            is_of_businesses: false,
            add: None,
        }
    }
}

impl Words {
    /// Marks the tab of the source that is looked at, and takes its title.
    fn look_at(&mut self, path: &str, filter: &Filter) {
        let here = address(path, &[("source", &filter.source)], None);
        if !self.tabs.iter().any(|tab| tab.href == here) {
            return;
        }
        for tab in &mut self.tabs {
            tab.is_current = tab.href == here;
            if tab.is_current {
                self.title = tab.title;
            }
        }
    }
}

/// What stands in a row and column.
#[derive(Debug)]
pub enum Cell {
    /// Nothing.
    Nothing,
    /// Words.
    Text(String),
    /// An email address, as far as the sign and from there: where a narrow column breaks it.
    Email(String, String),
    /// Words that take more than one line.
    Long(String),
    /// A name or number for machines.
    Code(String),
    /// Several of them, each with how it stands where that is worth a word: a class of the style sheet, and the word.
    Codes(Vec<(String, Option<(&'static str, &'static str)>)>),
    /// The way to something.
    Link {
        /// Where.
        href: String,
        /// Its words.
        text: String,
    },
    /// A moment.
    When(Moment),
    /// How it stands.
    Tag {
        /// Its words.
        text: String,
        /// A class of the style sheet: `good`, `warn`, `bad` or none.
        tone: &'static str,
    },
    /// Words that colleagues put on it.
    Tags(Vec<String>),
    /// A channel.
    Channel {
        /// The symbol.
        icon: &'static str,
        /// What it is called.
        title: &'static str,
        /// Where it is set up, for whoever may.
        href: Option<String>,
    },
    /// Something to do.
    Act {
        /// Where the form goes.
        action: String,
        /// What its button says.
        label: &'static str,
    },
}

impl Cell {
    fn words(text: Option<&Personal>) -> Self {
        text.filter(|text| !text.is_empty())
            .map_or(Self::Nothing, |text| Self::Text(text.as_str().to_owned()))
    }

    fn email(address: Option<&Personal>) -> Self {
        match (address, address.and_then(|address| address.as_str().rfind('@'))) {
            (Some(address), Some(sign)) => {
                let (name, host) = address.as_str().split_at(sign);
                Self::Email(name.to_owned(), host.to_owned())
            }
            _ => Self::words(address),
        }
    }

    fn when(at: Timestamp) -> Self {
        Self::When(at.into())
    }

    fn tag(text: &str, tone: &'static str) -> Self {
        Self::Tag {
            text: text.to_owned(),
            tone,
        }
    }

    fn channel(channel: ChannelKind, texts: &'static Texts) -> Self {
        Self::Channel {
            icon: icon(channel),
            title: texts.channels.of(channel),
            href: None,
        }
    }

    fn conversation(id: ConversationId, texts: &'static Texts) -> Self {
        Self::Link {
            href: format!("/console/conversations/{id}"),
            text: texts.records.open.to_owned(),
        }
    }
}

/// A field of a file; empty when there is nothing.
fn field(text: Option<&Personal>) -> String {
    text.map(|text| text.as_str().to_owned()).unwrap_or_default()
}

/// Reads a part of a list, and no further back than the first day looked at.
async fn read<R: Records>(console: &Console, wanted: &Wanted, part: Part) -> Result<Rows<R>, store::Error> {
    let mut rows = R::read(console, wanted, part).await?;
    if let Some(from) = wanted.from {
        let kept = rows.items.iter().take_while(|row| row.place().at >= from).count();
        if kept < rows.items.len() || rows.next.is_some_and(|next| next.at < from) {
            rows.items.truncate(kept);
            rows.next = None;
        }
    }
    Ok(rows)
}

/// A part of rows that are all in memory. The place of such a row is how many come before it: what is added
/// or goes meanwhile moves those behind it, as far as it is long.
fn part_of<R: Records>(rows: impl Iterator<Item = R>, part: Part) -> Rows<R> {
    let limit = usize::try_from(part.limit).unwrap_or(usize::MAX);
    let is_behind = |row: &R| part.after.is_none_or(|after| row.place().at > after.at);
    let mut items: Vec<R> = rows.filter(is_behind).take(limit.saturating_add(1)).collect();
    let is_cut = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| is_cut).map(Records::place);
    Rows { items, next }
}

struct Row {
    /// Ticked to be done something with, if it can be.
    tick: Option<String>,
    cells: Vec<Cell>,
    tenant: Option<String>,
}

#[derive(Template)]
#[template(path = "console/records.html")]
struct Page {
    shell: Shell,
    words: Words,
    path: &'static str,
    rows: Vec<Row>,
    pager: Pager,
    filter: Filter,
    /// The businesses to choose from, when there is a choice.
    tenants: Vec<String>,
    shows_tenant: bool,
    /// What the list is called, and its columns: name, title, whether it is shown.
    list: &'static str,
    columns: Vec<(&'static str, &'static str, bool)>,
    periods: Vec<Period>,
    /// The tags there are, to choose one, where rows have tags.
    tags: Option<Vec<String>>,
    /// What was just done with ticked rows, and whether some of it was not.
    told: Option<(String, bool)>,
    /// The ticked rows can be taken along.
    exports_ticked: bool,
    /// Where the files are, for whoever may take them along: for Excel, as lines, and the day's.
    files: Option<(String, String, String)>,
}

impl Page {
    /// What stands in a column, with the column's name and what it is called.
    fn labelled<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = (&'static str, &'static str, &'a Cell)> {
        let cells = self.columns.iter().zip(&row.cells);
        cells
            .filter(|((_, _, is_shown), _)| *is_shown)
            .map(|((name, title, _), cell)| (*name, *title, cell))
    }

    /// Whether rows can be ticked.
    fn is_ticked(&self) -> bool {
        self.words.bulk.is_some() && self.shell.may_act()
    }

    /// The answer that is given to a choice of the filter.
    fn given(&self, name: &str) -> &str {
        let fields = self.filter.fields();
        let field = fields.into_iter().find(|(field, _)| *field == name);
        field.map_or("", |(_, value)| value)
    }

    /// What stands behind the question mark of this very list.
    fn query(&self) -> String {
        let place = self.filter.after.after.as_deref().unwrap_or_default();
        let fields = [&self.filter.fields()[..], &[("after", place)]].concat();
        let here = address("", &fields, None);
        here.trim_start_matches('?').to_owned()
    }
}

/// `GET` of a list.
pub async fn page<R: Records>(
    State(console): Shared,
    colleague: Colleague,
    Query(filter): Query<Filter>,
) -> Result<Response, Error> {
    let wanted = filter.wanted(&console, &colleague)?;
    let rows = read::<R>(&console, &wanted, wanted.part).await?;
    let texts = colleague.texts;
    let people = console.keeper.people();
    let sees_all = colleague.user.tenant.is_none();
    let mut words = R::words(texts);
    words.look_at(R::PATH, &filter);
    let shows_tenant = wanted.scope == Scope::All && !words.is_of_businesses;
    let fields = filter.fields();
    let may = colleague.user.role;
    let row = |record: R| Row {
        tick: record.tick(),
        cells: record.cells(texts, may),
        tenant: shows_tenant.then(|| record.tenant().to_string()),
    };
    let today = today(&console, &wanted.scope);
    let files = || {
        let day = today.to_string();
        let the_day = [("tenant", filter.tenant.as_str()), ("from", &day), ("until", &day)];
        let excel = format!("{}.xlsx", R::PATH);
        (
            address(&excel, &fields, None),
            address(&format!("{}.csv", R::PATH), &fields, None),
            address(&excel, &the_day, None),
        )
    };
    let hidden = console.presets.hidden_columns(colleague.user.id, R::NAME).await?;
    let column = |(name, title): (&&'static str, &&'static str)| {
        let is_shown = !hidden.iter().any(|hidden| hidden == name);
        (*name, *title, is_shown)
    };
    let page = Page {
        shell: Shell::load(&console, &colleague, words.section).await?,
        path: R::PATH,
        list: R::NAME,
        columns: R::COLUMNS.iter().zip(&words.columns).map(column).collect(),
        pager: Pager {
            newest: filter.after.after.as_ref().map(|_| address(R::PATH, &fields, None)),
            older: rows.next.map(|cursor| address(R::PATH, &fields, Some(cursor))),
        },
        rows: rows.items.into_iter().map(row).collect(),
        tenants: if sees_all && !words.is_of_businesses {
            console.tenants.ids().into_iter().map(Into::into).collect()
        } else {
            Vec::new()
        },
        shows_tenant,
        tags: match R::HAS_TAGS {
            true => Some(people.tags_in_use(&wanted.scope, TAGS_OFFERED_MAX).await?),
            false => None,
        },
        exports_ticked: R::EXPORTS_TICKED,
        told: told::told(&filter, texts),
        periods: periods(R::PATH, &filter, today, texts),
        files: colleague.may(Role::Operator).then(files),
        words,
        filter,
    };
    html(&page)
}
