//! Which conversations somebody wants to see: a queue, a filter, a search, as they stand in addresses.

use frontdesk_core::ports::desk::{Assignee, Filter, Order};
use frontdesk_core::ports::presets::SavedView;
use frontdesk_core::ports::registry::{Role, User};
use frontdesk_core::{ChannelKind, ConversationStatus, UserId};
use serde::Deserialize;
use url::form_urlencoded;

use super::inbox::View;
use super::list::address;
use super::texts::Texts;
use super::{Colleague, Console, Error, inbox};

/// Characters of a tag.
pub const TAG_CHARACTERS_MAX: usize = 30;
/// Tags offered for choice.
const TAGS_OFFERED_MAX: u32 = 100;
/// Oneself, in place of an id.
const ME: &str = "me";
/// Nobody, in place of an id.
const NOBODY: &str = "nobody";
/// The order that begins with whoever has waited longest.
const OLDEST: &str = "oldest";

/// What an address asks for. What cannot be read is as if it were not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Wanted {
    /// A queue: the code of a status, or `all`.
    view: Option<String>,
    /// What is looked for, in all queues.
    q: Option<String>,
    channel: Option<String>,
    tag: Option<String>,
    /// `me`, `nobody`, or a user's id.
    assignee: Option<String>,
    order: Option<String>,
}

/// Whether a text can be a tag.
pub fn is_tag(text: &str) -> bool {
    (1..=TAG_CHARACTERS_MAX).contains(&text.chars().count()) && !text.contains(char::is_control)
}

impl Wanted {
    /// Reads the query of an address.
    pub fn parse(query: &str) -> Self {
        let mut wanted = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let field = match &*name {
                "view" => &mut wanted.view,
                "q" => &mut wanted.q,
                "channel" => &mut wanted.channel,
                "tag" => &mut wanted.tag,
                "assignee" => &mut wanted.assignee,
                "order" => &mut wanted.order,
                _ => continue,
            };
            *field = Some(value.into_owned());
        }
        wanted
    }

    /// The queue, if one is asked for.
    pub fn view(&self) -> Option<View> {
        View::from_code(self.view.as_deref())
    }

    /// The same in another queue, without the search.
    pub fn in_view(&self, view: View) -> Self {
        Self {
            view: Some(view.code().to_owned()),
            q: None,
            ..self.clone()
        }
    }

    /// What is looked for; empty when nothing is.
    pub fn search(&self) -> &str {
        self.q.as_deref().unwrap_or_default().trim()
    }

    fn channel(&self) -> Option<ChannelKind> {
        self.channel.as_ref()?.parse().ok()
    }

    fn tag(&self) -> Option<&str> {
        self.tag.as_deref().filter(|tag| is_tag(tag))
    }

    fn assignee(&self, me: UserId) -> Option<Assignee> {
        match self.assignee.as_deref()? {
            ME => Some(Assignee::User(me)),
            NOBODY => Some(Assignee::Nobody),
            id => id.parse().ok().map(Assignee::User),
        }
    }

    /// In which order.
    pub fn order(&self) -> Order {
        if self.order.as_deref() == Some(OLDEST) {
            Order::OldestFirst
        } else {
            Order::NewestFirst
        }
    }

    /// What is wanted of a queue, as somebody means it.
    pub fn filter(&self, view: View, me: UserId) -> Filter {
        Filter {
            status: view.status(),
            channel: self.channel(),
            tag: self.tag().map(str::to_owned),
            assignee: self.assignee(me),
        }
    }

    /// What may stand in an address, name and value.
    fn pairs(&self) -> [(&'static str, &str); 6] {
        let assignee = self.assignee.as_deref().unwrap_or_default();
        let is_known = [ME, NOBODY].contains(&assignee) || assignee.parse::<UserId>().is_ok();
        [
            ("view", self.view().map_or("", View::code)),
            ("q", self.search()),
            ("channel", self.channel().map_or("", ChannelKind::code)),
            ("tag", self.tag().unwrap_or_default()),
            ("assignee", if is_known { assignee } else { "" }),
            ("order", if self.order() == Order::OldestFirst { OLDEST } else { "" }),
        ]
    }

    /// The address of a list with all this, from a place on.
    pub fn address(&self, path: &str, after: Option<frontdesk_core::ports::reader::Cursor>) -> String {
        address(path, &self.pairs(), after)
    }

    /// The query of such an address.
    pub fn query(&self) -> String {
        self.address("", None).trim_start_matches('?').to_owned()
    }

    /// Whether more is asked for than a queue.
    fn is_filtered(&self) -> bool {
        let mut more = self
            .pairs()
            .into_iter()
            .filter(|(name, _)| !matches!(*name, "view" | "q"));
        more.any(|(_, value)| !value.is_empty())
    }
}

/// One of the things to choose from.
pub struct Choice {
    pub value: String,
    pub title: String,
    pub is_chosen: bool,
}

/// A filter somebody saved.
pub struct Saved {
    pub name: String,
    pub href: String,
    pub is_current: bool,
}

/// The form of the filter.
pub struct Sieve {
    /// The queue that stays.
    pub view: &'static str,
    pub channels: Vec<Choice>,
    pub tags: Vec<Choice>,
    pub assignees: Vec<Choice>,
    pub orders: Vec<Choice>,
    pub views: Vec<Saved>,
    /// What saving would save.
    pub query: String,
    pub is_filtered: bool,
    /// The address without the filter.
    pub plain: String,
}

/// Whether somebody can look after conversations of this reach.
pub fn may_look_after(user: &User, colleague: &Colleague) -> bool {
    let is_near = colleague
        .scope
        .tenant()
        .is_none_or(|own| user.tenant.as_ref().is_none_or(|tenant| tenant == own));
    user.role >= Role::Operator && is_near
}

impl Sieve {
    /// The form as it stands after `wanted`.
    ///
    /// # Errors
    ///
    /// The database is away or refuses.
    pub async fn load(console: &Console, colleague: &Colleague, wanted: &Wanted) -> Result<Self, Error> {
        let texts = colleague.texts;
        let own = &texts.desk;
        let choice = |value: &str, title: &str, chosen: &str| Choice {
            is_chosen: value == chosen,
            value: value.to_owned(),
            title: title.to_owned(),
        };
        let [_, _, (_, channel), (_, tag), (_, assignee), (_, order)] = wanted.pairs();
        let mut channels = vec![choice("", own.any_channel, channel)];
        channels.extend(ChannelKind::ALL.map(|kind| choice(kind.code(), texts.channels.of(kind), channel)));
        let mut tags = vec![choice("", own.any_tag, tag)];
        let used = console.desk.tags_in_use(&colleague.scope, TAGS_OFFERED_MAX).await?;
        tags.extend(used.iter().map(|name| choice(name, name, tag)));
        let mut assignees = vec![
            choice("", own.anybody, assignee),
            choice(ME, own.me, assignee),
            choice(NOBODY, own.nobody, assignee),
        ];
        let users = console.registry.users().await?;
        let others = users
            .iter()
            .filter(|user| user.id != colleague.user.id && may_look_after(user, colleague));
        assignees.extend(others.map(|user| {
            let name = user.name.as_deref().unwrap_or(&user.email);
            choice(&user.id.to_string(), name, assignee)
        }));
        let query = wanted.query();
        let saved = console.presets.saved_views(colleague.user.id).await?;
        Ok(Self {
            view: wanted.view().map_or("", View::code),
            channels,
            tags,
            assignees,
            orders: vec![
                choice("", own.newest_first, order),
                choice(OLDEST, own.oldest_first, order),
            ],
            views: saved.into_iter().map(|view| Saved::new(view, &query)).collect(),
            is_filtered: wanted.is_filtered(),
            plain: wanted.view().map_or_else(|| inbox::PATH.to_owned(), Self::plain),
            query,
        })
    }

    fn plain(view: View) -> String {
        address(inbox::PATH, &[("view", view.code())], None)
    }
}

impl Saved {
    fn new(view: SavedView, current: &str) -> Self {
        let wanted = Wanted::parse(&view.query);
        Self {
            href: wanted.address(inbox::PATH, None),
            is_current: wanted.query() == current,
            name: view.name,
        }
    }
}

/// What a conversation's status is called in a queue's address; for links to a queue.
pub fn of_status(status: ConversationStatus) -> Wanted {
    Wanted {
        view: Some(status.code().to_owned()),
        ..Wanted::default()
    }
}

/// What one does not see is not offered: the texts of an empty, filtered queue.
pub const fn nothing(texts: &Texts, has_more: bool, is_waiting: bool) -> &'static str {
    match (has_more, is_waiting) {
        (true, _) => texts.desk.look_on,
        (false, true) => texts.inbox.empty_needs_person,
        (false, false) => texts.inbox.empty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_what_can_be_read_and_nothing_else() {
        let id = UserId(uuid::Uuid::from_u128(7));
        let wanted = Wanted::parse(&format!(
            "view=open&channel=sms&tag=a%26b&assignee={id}&order=oldest&x=1"
        ));
        assert_eq!(
            wanted.query(),
            format!("view=open&channel=sms&tag=a%26b&assignee={id}&order=oldest")
        );
        let filter = wanted.filter(View::WAITING, UserId(uuid::Uuid::nil()));
        assert_eq!(filter.assignee, Some(Assignee::User(id)));
        assert_eq!(
            (filter.tag.as_deref(), filter.channel),
            (Some("a&b"), Some(ChannelKind::Sms))
        );

        let odd = Wanted::parse("view=%0A&channel=fax&assignee=somebody&order=up&tag=%0A&after=1");
        assert_eq!((odd.query().as_str(), odd.is_filtered()), ("", false));
        assert_eq!(odd.filter(View::WAITING, id), Filter::of(View::WAITING.status()));
        assert!(Wanted::parse("tag=vip").is_filtered());
        assert!(!Wanted::parse("view=done&q=x").is_filtered());
    }
}
