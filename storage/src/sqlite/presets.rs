//! What colleagues set up for their own work.

use async_trait::async_trait;
use frontdesk_core::ports::presets::{CANNED_REPLIES_MAX, CannedReply, Presets, Put, SAVED_VIEWS_MAX, SavedView};
use frontdesk_core::ports::store::Error;
use frontdesk_core::{TenantId, UserId};
use uuid::Uuid;

use super::Sqlite;
use crate::codec::to_column;
use crate::error::port;
use crate::rows;

const CANNED_REPLIES: &str = "
    SELECT id, tenant, shortcut, text, revision, author, updated_at FROM canned_replies
    WHERE tenant = ?1 ORDER BY shortcut LIMIT ?2";

const ADD_CANNED_REPLY: &str = "
    INSERT INTO canned_replies (id, tenant, shortcut, text, revision, author, updated_at)
    SELECT ?1, ?2, ?3, ?4, 1, ?6, ?7
    WHERE ?5 = 0 AND (SELECT count(*) FROM canned_replies WHERE tenant = ?2) < ?8
    ON CONFLICT DO NOTHING";

const CHANGE_CANNED_REPLY: &str = "
    UPDATE canned_replies SET shortcut = ?3, text = ?4, revision = revision + 1, author = ?6, updated_at = ?7
    WHERE id = ?1 AND tenant = ?2 AND revision = ?5 AND ?8 > 0
      AND NOT EXISTS (SELECT 1 FROM canned_replies o WHERE o.tenant = ?2 AND o.shortcut = ?3 AND o.id <> ?1)";

/// Why a canned reply was not written: its shortcut is another one's, or there are too many.
const WHY_NOT: &str = "
    SELECT EXISTS (SELECT 1 FROM canned_replies WHERE tenant = ?1 AND shortcut = ?2 AND id <> ?3),
           (SELECT count(*) FROM canned_replies WHERE tenant = ?1)";

const REMOVE_CANNED_REPLY: &str = "
    DELETE FROM canned_replies WHERE tenant = ?1 AND id = ?2 AND revision = ?3";

const SAVED_VIEWS: &str = "
    SELECT user_id, name, query, at FROM saved_views WHERE user_id = ?1 ORDER BY name LIMIT ?2";

const SAVE_VIEW: &str = "
    INSERT INTO saved_views (user_id, name, query, at)
    SELECT ?1, ?2, ?3, ?4
    WHERE (SELECT count(*) FROM saved_views WHERE user_id = ?1 AND name <> ?2) < ?5
    ON CONFLICT (user_id, name) DO UPDATE SET query = excluded.query, at = excluded.at";

const REMOVE_VIEW: &str = "
    DELETE FROM saved_views WHERE user_id = ?1 AND name = ?2";

const HIDDEN_COLUMNS: &str = "
    SELECT hidden FROM list_columns WHERE user_id = ?1 AND list = ?2";

const HIDE_COLUMNS: &str = "
    INSERT INTO list_columns (user_id, list, hidden) VALUES (?1, ?2, ?3)
    ON CONFLICT (user_id, list) DO UPDATE SET hidden = excluded.hidden";

#[async_trait]
impl Presets for Sqlite {
    async fn canned_replies(&self, tenant: &TenantId) -> Result<Vec<CannedReply>, Error> {
        let rows = sqlx::query(CANNED_REPLIES)
            .bind(tenant.as_str())
            .bind(i64::from(CANNED_REPLIES_MAX))
            .fetch_all(&self.readers)
            .await
            .map_err(port)?;
        rows.iter().map(rows::canned_reply).collect()
    }

    async fn put_canned_reply(&self, reply: &CannedReply) -> Result<Put, Error> {
        let is_new = reply.revision == 0;
        let put = sqlx::query(if is_new { ADD_CANNED_REPLY } else { CHANGE_CANNED_REPLY })
            .bind(reply.id)
            .bind(reply.tenant.as_str().to_owned())
            .bind(reply.shortcut.clone())
            .bind(reply.text.clone())
            .bind(to_column(reply.revision))
            .bind(reply.author.clone())
            .bind(reply.updated_at.as_millis())
            .bind(i64::from(CANNED_REPLIES_MAX));
        if self.change(put).await? > 0 {
            return Ok(Put::Done);
        }
        let row = sqlx::query(WHY_NOT)
            .bind(reply.tenant.as_str())
            .bind(&reply.shortcut)
            .bind(reply.id)
            .fetch_one(&self.readers)
            .await
            .map_err(port)?;
        let (is_taken, count): (bool, i64) = (rows::get(&row, 0)?, rows::get(&row, 1)?);
        Ok(match (is_taken, is_new) {
            (true, _) => Put::Taken,
            (false, true) if count >= i64::from(CANNED_REPLIES_MAX) => Put::Full,
            (false, _) => Put::Conflict,
        })
    }

    async fn remove_canned_reply(&self, tenant: &TenantId, id: Uuid, revision: u64) -> Result<bool, Error> {
        let removed = sqlx::query(REMOVE_CANNED_REPLY)
            .bind(tenant.as_str().to_owned())
            .bind(id)
            .bind(to_column(revision));
        Ok(self.change(removed).await? > 0)
    }

    async fn saved_views(&self, user: UserId) -> Result<Vec<SavedView>, Error> {
        let rows = sqlx::query(SAVED_VIEWS)
            .bind(user.0)
            .bind(i64::from(SAVED_VIEWS_MAX))
            .fetch_all(&self.readers)
            .await
            .map_err(port)?;
        rows.iter().map(rows::saved_view).collect()
    }

    async fn save_view(&self, view: &SavedView) -> Result<bool, Error> {
        let saved = sqlx::query(SAVE_VIEW)
            .bind(view.user.0)
            .bind(view.name.clone())
            .bind(view.query.clone())
            .bind(view.at.as_millis())
            .bind(i64::from(SAVED_VIEWS_MAX));
        Ok(self.change(saved).await? > 0)
    }

    async fn hidden_columns(&self, user: UserId, list: &str) -> Result<Vec<String>, Error> {
        let row = sqlx::query(HIDDEN_COLUMNS)
            .bind(user.0)
            .bind(list)
            .fetch_optional(&self.readers)
            .await
            .map_err(port)?;
        let hidden: Option<String> = row.map(|row| rows::get(&row, 0)).transpose()?;
        let hidden = hidden.unwrap_or_default();
        Ok(hidden
            .split(',')
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect())
    }

    async fn hide_columns(&self, user: UserId, list: &str, columns: &[String]) -> Result<(), Error> {
        let hidden = sqlx::query(HIDE_COLUMNS)
            .bind(user.0)
            .bind(list.to_owned())
            .bind(columns.join(","));
        self.change(hidden).await.map(drop)
    }

    async fn remove_view(&self, user: UserId, name: &str) -> Result<(), Error> {
        let removed = sqlx::query(REMOVE_VIEW).bind(user.0).bind(name.to_owned());
        self.change(removed).await.map(drop)
    }
}
