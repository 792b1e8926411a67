//! The queue of conversations.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use frontdesk_core::ports::desk::{QueueCounts, QueueRow};
use frontdesk_core::{Author, ConversationStatus, Personal};
use serde::Deserialize;

use super::list::{After, Pager};
use super::search::search;
use super::session::Shared;
use super::shell::{Moment, Section, Shell, html, icon};
use super::texts::Texts;
use super::wanted::{self, Sieve, Wanted};
use super::{Colleague, Console, Error};

/// Where the inbox is.
pub const PATH: &str = "/console/inbox";
/// Where counting ends: beyond it the number says "many".
pub const COUNT_MAX: u32 = 1_000;

/// Which conversations, and from where on.
#[derive(Debug, Default, Deserialize)]
pub struct Part {
    #[serde(flatten)]
    pub wanted: Wanted,
    #[serde(flatten)]
    after: After,
}

/// One of the queues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View(Option<ConversationStatus>);

impl View {
    /// Those who need a person.
    pub const WAITING: Self = Self(Some(ConversationStatus::NeedsPerson));

    /// All of them, in the order of the tabs.
    const ALL: [Self; 5] = [
        Self(Some(ConversationStatus::NeedsPerson)),
        Self(Some(ConversationStatus::WithPerson)),
        Self(Some(ConversationStatus::Open)),
        Self(Some(ConversationStatus::Done)),
        Self(None),
    ];

    /// The stable name in addresses.
    pub fn code(self) -> &'static str {
        self.0.map_or("all", ConversationStatus::code)
    }

    /// Where its conversations stand; `None` is anywhere.
    pub const fn status(self) -> Option<ConversationStatus> {
        self.0
    }

    /// Reads a stable name.
    pub fn from_code(code: Option<&str>) -> Option<Self> {
        code.and_then(|code| Self::ALL.into_iter().find(|view| view.code() == code))
    }

    fn title(self, texts: &'static Texts) -> &'static str {
        let texts = &texts.inbox;
        match self.0 {
            Some(ConversationStatus::NeedsPerson) => texts.needs_person,
            Some(ConversationStatus::WithPerson) => texts.with_person,
            Some(ConversationStatus::Open) => texts.open,
            Some(ConversationStatus::Done) => texts.done,
            None => texts.all,
        }
    }
}

/// Where a conversation stands, in words.
pub fn status_title(status: ConversationStatus, texts: &'static Texts) -> &'static str {
    View(Some(status)).title(texts)
}

/// A queue as a tab.
pub struct Tab {
    pub href: String,
    pub title: &'static str,
    pub count: Option<String>,
    pub is_current: bool,
}

/// A conversation in the queue.
pub struct Row {
    pub href: String,
    pub id: String,
    pub who: String,
    pub initials: String,
    pub channel: &'static str,
    pub icon: &'static str,
    pub status: &'static str,
    pub status_title: &'static str,
    pub preview: String,
    pub by: &'static str,
    pub at: Moment,
    /// Somebody waits for a person since then.
    pub waits: bool,
    /// Whose it is, for whoever sees several.
    pub business: Option<String>,
    pub assignee: Option<String>,
    pub tags: Vec<String>,
    pub is_current: bool,
}

/// The left side of the inbox: queues and what is in the current one.
pub struct Queue {
    pub tabs: Vec<Tab>,
    pub rows: Vec<Row>,
    pub pager: Pager,
    pub empty: &'static str,
    /// Where our script gets this part again.
    pub source: String,
}

/// What stands above the queue and stays while it changes: the search and the filter.
pub struct Head {
    pub q: String,
    pub sieve: Sieve,
}

impl Head {
    /// The head of the queue that is asked for.
    pub async fn load(console: &Console, colleague: &Colleague, wanted: &Wanted) -> Result<Self, Error> {
        Ok(Self {
            q: wanted.search().to_owned(),
            sieve: Sieve::load(console, colleague, wanted).await?,
        })
    }
}

/// What a person is called: as they told, else as their profile on the channel says.
pub fn name(state: &frontdesk_actors::State) -> Option<Personal> {
    let told = state.contact().name;
    told.or_else(|| state.offered_name().cloned())
}

/// Who a conversation is with: a name, or what else the channel tells.
pub fn who(state: &frontdesk_actors::State, address: &Personal, is_phone: bool, texts: &'static Texts) -> String {
    let contact = state.contact();
    let known = name(state).or(contact.phone).or(contact.email);
    match known {
        Some(known) => known.into_string(),
        None if is_phone => address.as_str().to_owned(),
        None => texts.inbox.unnamed.to_owned(),
    }
}

/// One or two letters for the round picture.
pub fn initials(name: &str) -> String {
    let letters = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphabetic()));
    let initials: String = letters.take(2).flat_map(char::to_uppercase).collect();
    if initials.is_empty() { "#".to_owned() } else { initials }
}

impl Row {
    /// The row as it is shown; `current` is the conversation that is open.
    pub fn new(
        console: &Console,
        colleague: &Colleague,
        row: QueueRow,
        wanted: &Wanted,
        current: Option<&str>,
    ) -> Self {
        let texts = colleague.texts;
        let sees_all = colleague.user.tenant.is_none();
        let conversation = row.conversation;
        let state: frontdesk_actors::State = serde_json::from_str(row.state.get()).unwrap_or_default();
        let is_phone = conversation.channel.profile().tells_phone;
        let who = who(&state, &conversation.address, is_phone, texts);
        let id = conversation.id.to_string();
        let (author, preview) = row.last.unwrap_or_else(|| (Author::Bot, Personal::default()));
        Self {
            href: wanted.address(&format!("/console/conversations/{id}"), None),
            initials: initials(&who),
            who,
            channel: texts.channels.of(conversation.channel),
            icon: icon(conversation.channel),
            status: conversation.status.code(),
            status_title: status_title(conversation.status, texts),
            preview: preview.into_string(),
            by: author.code(),
            at: conversation.updated_at.into(),
            // Whoever has opted out waits for nothing: nobody may write to them.
            waits: conversation.status == ConversationStatus::NeedsPerson && !state.is_opted_out(),
            assignee: row.assignee,
            tags: row.tags,
            business: sees_all.then(|| console.tenants.name_of(&conversation.tenant)),
            is_current: current == Some(id.as_str()),
            id,
        }
    }
}

fn shown(count: u64) -> Option<String> {
    match count {
        0 => None,
        count if count >= u64::from(COUNT_MAX) => Some(format!("{}+", COUNT_MAX - 1)),
        count => Some(count.to_string()),
    }
}

impl Queue {
    /// Reads the queue that is asked for; without a wish, whoever waits comes first.
    pub async fn load(
        console: &Console,
        colleague: &Colleague,
        part: &Part,
        current: Option<&str>,
    ) -> Result<Self, Error> {
        let texts = colleague.texts;
        let counts = console.desk.queue_counts(&colleague.scope, COUNT_MAX).await?;
        if !part.wanted.search().is_empty() {
            return Self::found(console, colleague, &part.wanted, counts, current).await;
        }
        let view = part.wanted.view().unwrap_or_else(|| first_view(counts));
        let wanted = part.wanted.in_view(view);
        let filter = wanted.filter(view, colleague.user.id);
        let page = part.after.page()?;
        let rows = console
            .desk
            .queue(&colleague.scope, &filter, wanted.order(), page)
            .await?;
        let is_waiting = view == View::WAITING && filter.is_plain();
        Ok(Self {
            tabs: tabs(counts, Some(view), &wanted, texts),
            source: wanted.address(PATH, page.after),
            empty: wanted::nothing(texts, rows.next.is_some(), is_waiting),
            pager: Pager {
                newest: page.after.map(|_| wanted.address(PATH, None)),
                older: rows.next.map(|cursor| wanted.address(PATH, Some(cursor))),
            },
            rows: rows
                .items
                .into_iter()
                .map(|row| Row::new(console, colleague, row, &wanted, current))
                .collect(),
        })
    }
}

/// The queues, with the number of those who wait.
fn tabs(counts: QueueCounts, current: Option<View>, wanted: &Wanted, texts: &'static Texts) -> Vec<Tab> {
    let tab = |tab: View| Tab {
        href: wanted.in_view(tab).address(PATH, None),
        title: tab.title(texts),
        count: match tab.0 {
            Some(ConversationStatus::NeedsPerson) => shown(counts.needs_person),
            Some(ConversationStatus::WithPerson) => shown(counts.with_person),
            _ => None,
        },
        is_current: current == Some(tab),
    };
    View::ALL.into_iter().map(tab).collect()
}

impl Queue {
    /// Conversations that are looked for, in whichever queue they are.
    async fn found(
        console: &Console,
        colleague: &Colleague,
        wanted: &Wanted,
        counts: QueueCounts,
        current: Option<&str>,
    ) -> Result<Self, Error> {
        let (texts, q) = (colleague.texts, wanted.search());
        let rows = console
            .desk
            .search(&colleague.scope, &search(console, &colleague.scope, q))
            .await?;
        Ok(Self {
            tabs: tabs(counts, None, wanted, texts),
            rows: rows
                .into_iter()
                .map(|row| Row::new(console, colleague, row, wanted, current))
                .collect(),
            pager: Pager {
                newest: None,
                older: None,
            },
            empty: texts.inbox.nobody_found,
            source: wanted.address(PATH, None),
        })
    }
}

fn first_view(counts: QueueCounts) -> View {
    let status = match counts {
        QueueCounts { needs_person: 1.., .. } => Some(ConversationStatus::NeedsPerson),
        QueueCounts { with_person: 1.., .. } => Some(ConversationStatus::WithPerson),
        _ => None,
    };
    View(status)
}

#[derive(Template)]
#[template(path = "console/inbox.html")]
struct Page {
    shell: Shell,
    head: Head,
    queue: Queue,
}

#[derive(Template)]
#[template(path = "console/queue.html")]
struct Alone<'a> {
    texts: &'static Texts,
    queue: &'a Queue,
}

/// `GET /console/inbox`: the page, or for our script the queue alone.
pub async fn page(
    State(console): Shared,
    colleague: Colleague,
    Query(part): Query<Part>,
    headers: axum::http::HeaderMap,
) -> Result<Response, Error> {
    let queue = Queue::load(&console, &colleague, &part, None).await?;
    if super::gate::is_fragment(&headers) {
        return html(&Alone {
            texts: colleague.texts,
            queue: &queue,
        });
    }
    html(&Page {
        shell: Shell::load(&console, &colleague, Section::Inbox).await?,
        head: Head::load(&console, &colleague, &part.wanted).await?,
        queue,
    })
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_letters() {
        for (name, wanted) in [
            ("Ana María López", "AM"),
            ("олена", "О"),
            ("+1 555 010", "#"),
            ("", "#"),
            ("(Joe) 😀", "J"),
        ] {
            assert_eq!(initials(name), wanted, "{name}");
        }
    }
}
