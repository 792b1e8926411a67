//! The desk where colleagues work.

use async_trait::async_trait;
use frontdesk_core::ports::desk::{
    Assignment, Desk, Filter, Note, Order, QueueCounts, QueueRow, Search, TAGS_MAX, Tag,
};
use frontdesk_core::ports::reader::{Page, Rows, Scope};
use frontdesk_core::ports::store::Error;
use frontdesk_core::records::Lead;
use frontdesk_core::{ConversationId, RecordId, TenantId, UserId};
use uuid::Uuid;

use super::Postgres;
use super::{queue, tags};
use crate::codec::{self, from_column, like_pattern, search_ranges};
use crate::error::port;
use crate::rows;

const QUEUE_COUNTS: &str = "
    SELECT (SELECT count(*) FROM (SELECT 1 FROM conversations
                                  WHERE status = 'needs_person' AND ($1::text IS NULL OR tenant = $1) LIMIT $2) AS a),
           (SELECT count(*) FROM (SELECT 1 FROM conversations
                                  WHERE status = 'with_person' AND ($1::text IS NULL OR tenant = $1) LIMIT $2) AS b)";

/// Conversations looked for, for one scope: the parts find on their own, by an index each.
macro_rules! search {
    ($scope:literal) => {
        concat!(
            "WITH found (id) AS (
                 SELECT * FROM (SELECT conversation_id FROM contacts
                       WHERE name COLLATE \"C\" >= $2::text AND name COLLATE \"C\" < $3::text AND ", $scope, "
                       ORDER BY name COLLATE \"C\" LIMIT 50) AS a
                 UNION SELECT * FROM (SELECT conversation_id FROM contacts
                       WHERE name COLLATE \"C\" >= $4::text AND name COLLATE \"C\" < $5::text AND ", $scope, "
                       ORDER BY name COLLATE \"C\" LIMIT 50) AS b
                 UNION SELECT * FROM (SELECT conversation_id FROM contacts
                       WHERE email COLLATE \"C\" >= $6::text AND email COLLATE \"C\" < $7::text AND ", $scope, "
                       ORDER BY email COLLATE \"C\" LIMIT 50) AS c
                 UNION SELECT * FROM (SELECT conversation_id FROM contacts
                       WHERE phone COLLATE \"C\" >= $8::text AND phone COLLATE \"C\" < $9::text AND ", $scope, "
                       ORDER BY phone COLLATE \"C\" LIMIT 50) AS d
                 UNION SELECT id FROM (SELECT id FROM conversations WHERE ", $scope, " AND $10::text IS NOT NULL
                                       ORDER BY created_at DESC, id DESC LIMIT 1000) AS newest
                 WHERE EXISTS (SELECT 1 FROM messages WHERE messages.conversation_id = newest.id AND text ILIKE $10::text ESCAPE '!'))
             SELECT id, tenant, channel, address, status, version, last_seq, created_at, updated_at, snapshot,
                    (SELECT author FROM messages WHERE conversation_id = conversations.id AND seq = conversations.last_seq),
                    (SELECT substr(text, 1, 200) FROM messages WHERE conversation_id = conversations.id AND seq = conversations.last_seq),
                    (SELECT name FROM assignments WHERE conversation_id = conversations.id),
                    (SELECT string_agg(tag, chr(10) ORDER BY tag) FROM conversation_tags WHERE conversation_id = conversations.id)
             FROM conversations WHERE id IN (SELECT id FROM found) AND ", $scope, "
             ORDER BY updated_at DESC, id DESC LIMIT 50"
        )
    };
}

const SEARCH: &str = search!("($1::text IS NULL)");

const SEARCH_TENANT: &str = search!("(tenant = $1::text)");

const MARK_LEADS: &str = "
    UPDATE leads SET status = $3 WHERE id = ANY($2) AND ($1::text IS NULL OR tenant = $1) AND status <> $3
    RETURNING id, tenant";

const ADD_NOTE: &str = "
    INSERT INTO notes (id, conversation_id, tenant, user_id, author, text, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (id) DO NOTHING";

const NOTES: &str = "
    SELECT id, conversation_id, tenant, user_id, author, text, at FROM notes
    WHERE conversation_id = $1 AND ($2::text IS NULL OR tenant = $2) ORDER BY at DESC, id DESC LIMIT $3";

const ASSIGN: &str = "
    INSERT INTO assignments (conversation_id, tenant, user_id, name, at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (conversation_id) DO UPDATE
    SET user_id = excluded.user_id, name = excluded.name, at = excluded.at
    WHERE assignments.user_id = $6 OR assignments.user_id = excluded.user_id";

const UNASSIGN: &str = "
    DELETE FROM assignments WHERE conversation_id = $1 AND ($2::text IS NULL OR tenant = $2) AND user_id = $3";

const ASSIGNMENT: &str = "
    SELECT conversation_id, tenant, user_id, name, at FROM assignments
    WHERE conversation_id = $1 AND ($2::text IS NULL OR tenant = $2)";

const ADD_TAG: &str = "
    INSERT INTO conversation_tags (conversation_id, tag, tenant, at)
    SELECT $1::uuid, $2::text, $3::text, $4::bigint
    WHERE (SELECT count(*) FROM conversation_tags WHERE conversation_id = $1 AND tag <> $2) < $5
    ON CONFLICT (conversation_id, tag) DO UPDATE SET at = conversation_tags.at";

const REMOVE_TAG: &str = "
    DELETE FROM conversation_tags WHERE conversation_id = $1 AND tag = $2 AND ($3::text IS NULL OR tenant = $3)";

const TAGS: &str = "
    SELECT tag FROM conversation_tags
    WHERE conversation_id = $1 AND ($2::text IS NULL OR tenant = $2) ORDER BY tag";

#[async_trait]
impl Desk for Postgres {
    async fn queue(&self, scope: &Scope, filter: &Filter, order: Order, page: Page) -> Result<Rows<QueueRow>, Error> {
        queue::queue(self, scope, filter, order, page).await
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

    async fn search(&self, scope: &Scope, search: &Search) -> Result<Vec<QueueRow>, Error> {
        let tenant = scope.tenant().map(TenantId::as_str);
        let mut query = sqlx::query(if tenant.is_some() { SEARCH_TENANT } else { SEARCH }).bind(tenant);
        for (from, to) in search_ranges(search) {
            query = query.bind(from).bind(to);
        }
        let rows = query
            .bind(search.words.as_ref().map(|words| like_pattern(words)))
            .fetch_all(&self.readers)
            .await
            .map_err(port)?;
        rows.iter().map(rows::queue_row).collect()
    }

    async fn add_note(&self, note: &Note) -> Result<(), Error> {
        let added = sqlx::query(ADD_NOTE)
            .bind(note.id)
            .bind(note.conversation.0)
            .bind(note.tenant.as_str().to_owned())
            .bind(note.user.0)
            .bind(note.author.clone())
            .bind(note.text.as_str().to_owned())
            .bind(note.at.as_millis());
        self.change(added).await.map(drop)
    }

    async fn notes(&self, scope: &Scope, id: ConversationId, limit: u32) -> Result<Vec<Note>, Error> {
        let rows = sqlx::query(NOTES)
            .bind(id.0)
            .bind(scope.tenant().map(TenantId::as_str))
            .bind(i64::from(limit))
            .fetch_all(&self.readers)
            .await
            .map_err(port)?;
        rows.iter().map(rows::note).collect()
    }

    async fn assign(&self, assignment: &Assignment, had: Option<UserId>) -> Result<bool, Error> {
        let assigned = sqlx::query(ASSIGN)
            .bind(assignment.conversation.0)
            .bind(assignment.tenant.as_str().to_owned())
            .bind(assignment.user.0)
            .bind(assignment.name.clone())
            .bind(assignment.at.as_millis())
            .bind(had.map(|user| user.0));
        Ok(self.change(assigned).await? > 0)
    }

    async fn unassign(&self, scope: &Scope, id: ConversationId, had: UserId) -> Result<bool, Error> {
        let ended = sqlx::query(UNASSIGN)
            .bind(id.0)
            .bind(scope.tenant().map(|tenant| tenant.as_str().to_owned()))
            .bind(had.0);
        Ok(self.change(ended).await? > 0)
    }

    async fn assignment(&self, scope: &Scope, id: ConversationId) -> Result<Option<Assignment>, Error> {
        let row = sqlx::query(ASSIGNMENT)
            .bind(id.0)
            .bind(scope.tenant().map(TenantId::as_str))
            .fetch_optional(&self.readers)
            .await
            .map_err(port)?;
        row.as_ref().map(rows::assignment).transpose()
    }

    async fn mark_leads(
        &self,
        scope: &Scope,
        ids: &[RecordId],
        is_handled: bool,
    ) -> Result<Vec<(RecordId, TenantId)>, Error> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let marked: Vec<(Uuid, String)> = sqlx::query_as(MARK_LEADS)
            .bind(scope.tenant().map(TenantId::as_str))
            .bind(ids)
            .bind(if is_handled { Lead::HANDLED } else { Lead::NEW })
            .fetch_all(&self.writers)
            .await
            .map_err(port)?;
        let whose = |(id, tenant): (Uuid, String)| Ok((RecordId(id), codec::tenant(&tenant)?));
        marked.into_iter().map(whose).collect()
    }

    async fn add_tag(&self, tag: &Tag) -> Result<bool, Error> {
        let added = sqlx::query(ADD_TAG)
            .bind(tag.conversation.0)
            .bind(tag.name.clone())
            .bind(tag.tenant.as_str().to_owned())
            .bind(tag.at.as_millis())
            .bind(i64::try_from(TAGS_MAX).unwrap_or(i64::MAX));
        Ok(self.change(added).await? > 0)
    }

    async fn remove_tag(&self, scope: &Scope, id: ConversationId, name: &str) -> Result<(), Error> {
        let removed = sqlx::query(REMOVE_TAG)
            .bind(id.0)
            .bind(name.to_owned())
            .bind(scope.tenant().map(|tenant| tenant.as_str().to_owned()));
        self.change(removed).await.map(drop)
    }

    async fn tags(&self, scope: &Scope, id: ConversationId) -> Result<Vec<String>, Error> {
        sqlx::query_scalar(TAGS)
            .bind(id.0)
            .bind(scope.tenant().map(TenantId::as_str))
            .fetch_all(&self.readers)
            .await
            .map_err(port)
    }

    async fn tags_in_use(&self, scope: &Scope, limit: u32) -> Result<Vec<String>, Error> {
        tags::in_use(self, tags::OF_CONVERSATIONS, scope, limit).await
    }
}
