//! Pages for the API and the console.

use async_trait::async_trait;
use frontdesk_core::ports::desk::Search;
use frontdesk_core::ports::reader::{
    ConversationDetail, ConversationRow, Cursor, DeadLetterRow, LeadFilter, LedgerRow, MessageFilter, MessageRow, Page,
    Reader, RefusedRow, Rows, Scope, SourceRow, SubscriptionFilter, TimerRow, TrafficRow, TurnRow,
};
use frontdesk_core::ports::store::Error;
use frontdesk_core::records::{Consent, Contact, Lead, Subscription};
use frontdesk_core::{ChannelKind, ConversationId, ConversationStatus, Message, RecordId, TenantId, Timestamp};

use super::columns::{conversation, lead};
use super::{Postgres, find, ledger, log, pages, sources};
use crate::codec::{from_column, page_rows, raw_json, to_column};
use crate::error::port;
use crate::rows;

const CONVERSATION: &str = concat!(
    "SELECT ",
    conversation!(),
    ", snapshot
    FROM conversations WHERE id = $1 AND ($2::text IS NULL OR tenant = $2)"
);

const TIMERS: &str = "
    SELECT name, due_at FROM timers WHERE conversation_id = $1 ORDER BY due_at, name";

const TURNS: &str = "
    SELECT t.version, t.at, t.record
    FROM turns t JOIN conversations c ON c.id = t.conversation_id
    WHERE t.conversation_id = $1 AND t.version > $3 AND ($2::text IS NULL OR c.tenant = $2)
    ORDER BY t.version LIMIT $4";

const MESSAGES: &str = "
    SELECT m.id, m.seq, m.author, m.text, m.content, m.at, m.status, m.reason, m.external_id
    FROM messages m JOIN conversations c ON c.id = m.conversation_id
    WHERE m.conversation_id = $1 AND m.seq > $3 AND ($2::text IS NULL OR c.tenant = $2)
    ORDER BY m.seq LIMIT $4";

const LEAD: &str = concat!(
    "SELECT ",
    lead!(),
    "
    FROM leads WHERE id = $1 AND ($2::text IS NULL OR tenant = $2)"
);

fn tenant(scope: &Scope) -> Option<&str> {
    scope.tenant().map(TenantId::as_str)
}

#[async_trait]
impl Reader for Postgres {
    async fn conversations(
        &self,
        scope: &Scope,
        status: Option<ConversationStatus>,
        page: Page,
    ) -> Result<Rows<ConversationRow>, Error> {
        let list = match status {
            Some(ConversationStatus::NeedsPerson | ConversationStatus::WithPerson) => pages::CONVERSATIONS_WITH_PEOPLE,
            Some(ConversationStatus::Open | ConversationStatus::Done) | None => pages::CONVERSATIONS,
        };
        let rows = list
            .fetch(self, scope, page, status.map(ConversationStatus::code))
            .await?;
        let items = rows.iter().map(rows::conversation).collect::<Result<_, _>>()?;
        Ok(page_rows(page, items, |row: &ConversationRow| Cursor {
            at: row.created_at,
            id: row.id.0,
        }))
    }

    async fn conversation(&self, scope: &Scope, id: ConversationId) -> Result<Option<ConversationDetail>, Error> {
        let row = sqlx::query(CONVERSATION)
            .bind(id.0)
            .bind(tenant(scope))
            .fetch_optional(&self.readers)
            .await
            .map_err(port)?;
        let Some(row) = row else { return Ok(None) };
        let timers = sqlx::query(TIMERS)
            .bind(id.0)
            .fetch_all(&self.readers)
            .await
            .map_err(port)?;
        let timer = |row| {
            Ok(TimerRow {
                name: rows::get(row, 0)?,
                due: rows::time(row, 1)?,
            })
        };
        Ok(Some(ConversationDetail {
            row: rows::conversation(&row)?,
            state: raw_json("snapshot", rows::get(&row, 9)?)?,
            timers: timers.iter().map(timer).collect::<Result<_, Error>>()?,
        }))
    }

    async fn turns(
        &self,
        scope: &Scope,
        id: ConversationId,
        after_version: u64,
        limit: u32,
    ) -> Result<Vec<TurnRow>, Error> {
        let rows = sqlx::query(TURNS)
            .bind(id.0)
            .bind(tenant(scope))
            .bind(to_column(after_version))
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await
            .map_err(port)?;
        let turn = |row| {
            Ok(TurnRow {
                version: from_column(rows::get(row, 0)?),
                at: rows::time(row, 1)?,
                record: raw_json("record", rows::get(row, 2)?)?,
            })
        };
        rows.iter().map(turn).collect()
    }

    async fn messages(
        &self,
        scope: &Scope,
        id: ConversationId,
        after_seq: u64,
        limit: u32,
    ) -> Result<Vec<Message>, Error> {
        let rows = sqlx::query(MESSAGES)
            .bind(id.0)
            .bind(tenant(scope))
            .bind(to_column(after_seq))
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await
            .map_err(port)?;
        rows.iter().map(rows::message).collect()
    }

    async fn message_log(&self, scope: &Scope, wanted: &MessageFilter, page: Page) -> Result<Rows<MessageRow>, Error> {
        log::message_log(self, scope, wanted, page).await
    }

    async fn traffic(&self, scope: &Scope, since: Timestamp, limit: u32) -> Result<Vec<TrafficRow>, Error> {
        log::traffic(self, scope, since, limit).await
    }

    async fn contacts(&self, scope: &Scope, tag: Option<&str>, page: Page) -> Result<Rows<Contact>, Error> {
        let list = match tag {
            None => pages::CONTACTS,
            Some(_) => pages::CONTACTS_TAGGED,
        };
        let rows = list.fetch(self, scope, page, tag).await?;
        let items = rows.iter().map(rows::contact).collect::<Result<_, _>>()?;
        Ok(page_rows(page, items, |row: &Contact| Cursor {
            at: row.created_at,
            id: row.id.0,
        }))
    }

    async fn contacts_found(&self, scope: &Scope, search: &Search, page: Page) -> Result<Rows<Contact>, Error> {
        find::contacts(self, scope, search, page).await
    }

    async fn leads_found(
        &self,
        scope: &Scope,
        search: &Search,
        wanted: &LeadFilter,
        page: Page,
    ) -> Result<Rows<Lead>, Error> {
        find::leads(self, scope, search, wanted, page).await
    }

    async fn leads(&self, scope: &Scope, wanted: &LeadFilter, page: Page) -> Result<Rows<Lead>, Error> {
        let list = match (wanted.is_new, &wanted.source) {
            (false, None) => pages::LEADS,
            (true, None) => pages::LEADS_NEW,
            (false, Some(_)) => pages::LEADS_OF,
            (true, Some(_)) => pages::LEADS_NEW_OF,
        };
        let rows = list.fetch(self, scope, page, wanted.source.as_deref()).await?;
        let items = rows.iter().map(rows::lead).collect::<Result<_, _>>()?;
        Ok(page_rows(page, items, |row: &Lead| Cursor {
            at: row.created_at,
            id: row.id.0,
        }))
    }

    async fn lead(&self, scope: &Scope, id: RecordId) -> Result<Option<Lead>, Error> {
        let row = sqlx::query(LEAD)
            .bind(id.0)
            .bind(tenant(scope))
            .fetch_optional(&self.readers)
            .await
            .map_err(port)?;
        row.as_ref().map(rows::lead).transpose()
    }

    async fn newsletter(&self, scope: &Scope, page: Page) -> Result<Rows<Subscription>, Error> {
        let rows = pages::NEWSLETTER.fetch(self, scope, page, None::<&str>).await?;
        let items = rows.iter().map(rows::subscription).collect::<Result<_, _>>()?;
        Ok(page_rows(page, items, |row: &Subscription| Cursor {
            at: row.subscribed_at,
            id: row.id.0,
        }))
    }

    async fn subscriptions(
        &self,
        scope: &Scope,
        wanted: &SubscriptionFilter,
        page: Page,
    ) -> Result<Rows<Subscription>, Error> {
        let rows = match wanted {
            SubscriptionFilter::Email(email) => find::subscriptions(self, scope, email, page).await?,
            SubscriptionFilter::HasEnded(true) => {
                pages::NEWSLETTER_ENDED.fetch(self, scope, page, None::<&str>).await?
            }
            SubscriptionFilter::HasEnded(false) => {
                pages::NEWSLETTER_IN_FORCE
                    .fetch(self, scope, page, None::<&str>)
                    .await?
            }
        };
        let items = rows.iter().map(rows::subscription).collect::<Result<_, _>>()?;
        Ok(page_rows(page, items, |row: &Subscription| Cursor {
            at: row.subscribed_at,
            id: row.id.0,
        }))
    }

    async fn consents(&self, scope: &Scope, subject: Option<&str>, page: Page) -> Result<Rows<Consent>, Error> {
        let list = match subject {
            Some(_) => pages::CONSENTS_OF,
            None => pages::CONSENTS,
        };
        let rows = list.fetch(self, scope, page, subject).await?;
        let items = rows.iter().map(rows::consent).collect::<Result<_, _>>()?;
        Ok(page_rows(page, items, |row: &Consent| Cursor {
            at: row.at,
            id: row.id.0,
        }))
    }

    async fn sources(&self, scope: &Scope, from: Timestamp, until: Timestamp) -> Result<Vec<SourceRow>, Error> {
        sources::sources(self, scope, from, until).await
    }

    async fn dead_letters(&self, scope: &Scope, resolved: bool, page: Page) -> Result<Rows<DeadLetterRow>, Error> {
        let rows = pages::DEAD_LETTERS.fetch(self, scope, page, resolved).await?;
        let items = rows.iter().map(rows::dead_letter).collect::<Result<_, _>>()?;
        Ok(page_rows(page, items, |row: &DeadLetterRow| Cursor {
            at: row.parked_at,
            id: row.id.0,
        }))
    }

    async fn dead_letters_of(
        &self,
        scope: &Scope,
        channel: ChannelKind,
        resolved: bool,
        page: Page,
    ) -> Result<Rows<DeadLetterRow>, Error> {
        let list = if resolved {
            pages::DEAD_LETTERS_OF
        } else {
            pages::DEAD_LETTERS_WAITING_OF
        };
        let rows = list.fetch(self, scope, page, channel.code()).await?;
        let items = rows.iter().map(rows::dead_letter).collect::<Result<_, _>>()?;
        Ok(page_rows(page, items, |row: &DeadLetterRow| Cursor {
            at: row.parked_at,
            id: row.id.0,
        }))
    }

    async fn refused(&self, scope: &Scope, page: Page) -> Result<Rows<RefusedRow>, Error> {
        let rows = pages::REFUSED.fetch(self, scope, page, None::<&str>).await?;
        let items = rows.iter().map(rows::refused).collect::<Result<_, _>>()?;
        Ok(page_rows(page, items, |row: &RefusedRow| Cursor {
            at: row.received_at,
            id: row.id.0,
        }))
    }

    async fn ledger(&self, scope: &Scope) -> Result<Vec<LedgerRow>, Error> {
        ledger::ledger(self, scope).await
    }
}
