//! The desk where colleagues work.

use async_trait::async_trait;
use frontdesk_core::ports::desk::{Desk, QueueCounts, QueueRow};
use frontdesk_core::ports::reader::{Cursor, Page, Rows, Scope};
use frontdesk_core::ports::store::Error;
use frontdesk_core::{ConversationStatus, Personal, TenantId};
use sqlx::postgres::PgRow;

use super::{Postgres, pages, rows};
use crate::codec::{self, from_column, page_rows, raw_json};
use crate::error::port;

const QUEUE_COUNTS: &str = "
    SELECT (SELECT count(*) FROM (SELECT 1 FROM conversations
                                  WHERE status = 'needs_person' AND ($1::text IS NULL OR tenant = $1) LIMIT $2) AS a),
           (SELECT count(*) FROM (SELECT 1 FROM conversations
                                  WHERE status = 'with_person' AND ($1::text IS NULL OR tenant = $1) LIMIT $2) AS b)";

fn queue_row(row: &PgRow) -> Result<QueueRow, Error> {
    let author: Option<&str> = rows::get(row, 10)?;
    let text: Option<String> = rows::get(row, 11)?;
    let last = author.map(codec::author).transpose()?;
    Ok(QueueRow {
        conversation: rows::conversation(row)?,
        state: raw_json("snapshot", rows::get(row, 9)?)?,
        last: last.zip(text.map(Personal::from)),
    })
}

#[async_trait]
impl Desk for Postgres {
    async fn queue(
        &self,
        scope: &Scope,
        status: Option<ConversationStatus>,
        page: Page,
    ) -> Result<Rows<QueueRow>, Error> {
        let list = match status {
            Some(ConversationStatus::NeedsPerson | ConversationStatus::WithPerson) => pages::QUEUE_WAITING,
            Some(ConversationStatus::Done) => pages::QUEUE_DONE,
            Some(ConversationStatus::Open) | None => pages::QUEUE,
        };
        let is_waiting = matches!(
            status,
            Some(ConversationStatus::NeedsPerson | ConversationStatus::WithPerson)
        );
        let rows = list
            .fetch(self, scope, page, status.map(ConversationStatus::code))
            .await?;
        let items = rows.iter().map(queue_row).collect::<Result<_, _>>()?;
        Ok(page_rows(page, items, |row: &QueueRow| Cursor {
            at: if is_waiting {
                row.conversation.updated_at
            } else {
                row.conversation.created_at
            },
            id: row.conversation.id.0,
        }))
    }

    async fn queue_counts(&self, scope: &Scope, max: u32) -> Result<QueueCounts, Error> {
        let row = sqlx::query(QUEUE_COUNTS)
            .bind(scope.tenant().map(TenantId::as_str))
            .bind(i64::from(max))
            .fetch_one(&self.readers)
            .await
            .map_err(port)?;
        let count = |index| rows::get(&row, index).map(from_column);
        Ok(QueueCounts {
            needs_person: count(0)?,
            with_person: count(1)?,
        })
    }
}
