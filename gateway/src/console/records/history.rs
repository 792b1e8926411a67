//! What happened to a lead, by whom and when: what colleagues did with it and with its conversation, what
//! came due and what was told from elsewhere.

use std::collections::HashMap;

use frontdesk_core::UserId;
use frontdesk_core::ports::access::AuditEntry;
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::records::Lead;

use crate::console::shell::Moment;
use crate::console::texts::Texts;
use crate::console::{Console, Error, thread};

/// Things that are shown.
const EVENTS_MAX: u32 = 100;
/// Turns of the conversation that are looked at: reports of delivery are turns too.
const TURNS_MAX: u32 = 200;

/// Something that happened.
pub struct Event {
    pub at: Moment,
    /// Who did it; nobody did what happened by itself.
    pub who: Option<String>,
    pub what: String,
}

/// The history of a lead, newest first.
///
/// # Errors
///
/// The database is away or refuses.
pub async fn of(console: &Console, lead: &Lead, texts: &'static Texts) -> Result<Vec<Event>, Error> {
    // A lead is one business's, whoever looks.
    let scope = Scope::Tenant(lead.tenant.clone());
    let subjects = [lead.id.to_string(), lead.conversation.to_string()];
    let done = console.access.audit_about(&scope, &subjects, EVENTS_MAX).await?;
    let mut events = by_colleagues(console, done, texts).await?;
    if let Some(detail) = console.reader.conversation(&scope, lead.conversation).await? {
        let after = detail.row.version.saturating_sub(u64::from(TURNS_MAX));
        let turns = console
            .reader
            .turns(&scope, lead.conversation, after, TURNS_MAX)
            .await?;
        let by_itself = thread::happened(&turns, texts);
        events.extend(by_itself.into_iter().map(|(at, what)| Event { at, who: None, what }));
    }
    events.push(Event {
        at: lead.created_at.into(),
        who: None,
        what: texts.history.came.to_owned(),
    });
    events.sort_by_key(|event| std::cmp::Reverse(event.at.millis));
    Ok(events)
}

/// What colleagues did, by what they are called today; whoever is gone, by their email at that time.
async fn by_colleagues(console: &Console, done: Vec<AuditEntry>, texts: &'static Texts) -> Result<Vec<Event>, Error> {
    if done.is_empty() {
        return Ok(Vec::new());
    }
    let users = console.registry.users().await?.into_iter();
    let names: HashMap<UserId, String> = users.filter_map(|user| Some((user.id, user.name?))).collect();
    let event = |entry: AuditEntry| Event {
        at: entry.at.into(),
        who: Some(names.get(&entry.user).cloned().unwrap_or(entry.email)),
        what: texts.history.of(&entry.act),
    };
    Ok(done.into_iter().map(event).collect())
}
