//! Files that go with messages.

use async_trait::async_trait;
use frontdesk_core::ports::files::{File, Files, Quota, Reserved};
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::ports::store::Error;
use frontdesk_core::{ConversationId, FileId, TenantId, Timestamp};
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::Sqlite;
use super::statement::execute_json;
use crate::batch::Batch;
use crate::codec::to_column;
use crate::error::port;
use crate::rows;

const RESERVE: &str = "
    INSERT INTO files (id, conversation_id, tenant, name, media_type, bytes, uploaded_at)
    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
    WHERE (SELECT count(*) FROM files WHERE conversation_id = ?2) < ?8
      AND (SELECT coalesce(sum(bytes), 0) FROM files WHERE tenant = ?3) + ?6 <= ?9
    ON CONFLICT (id) DO NOTHING";

const RESERVED: &str = "
    SELECT EXISTS (SELECT 1 FROM files WHERE id = ?1),
           (SELECT count(*) FROM files WHERE conversation_id = ?2)";

const ADD_PART: &str = "
    INSERT INTO file_parts (file_id, part, content) VALUES (?1, ?2, ?3)
    ON CONFLICT (file_id, part) DO UPDATE SET content = excluded.content";

const COMPLETE: &str = "
    UPDATE files SET is_complete = true, media_type = ?2 WHERE id = ?1";

const FILE: &str = "
    SELECT id, conversation_id, tenant, name, media_type, bytes, uploaded_at, seq FROM files
    WHERE id = ?1 AND is_complete AND (?2 IS NULL OR tenant = ?2)";

const PART: &str = "
    SELECT content FROM file_parts WHERE file_id = ?1 AND part = ?2";

const REMOVE: &str = "
    DELETE FROM files WHERE id = ?1 AND seq IS NULL";

const SWEEP: &str = "
    DELETE FROM files WHERE id IN (
        SELECT id FROM files WHERE seq IS NULL AND uploaded_at < ?1 ORDER BY uploaded_at LIMIT ?2)";

const REMOVE_OF_CONVERSATION: &str = "
    DELETE FROM files WHERE conversation_id = ?1 AND (?2 IS NULL OR tenant = ?2)";

const ATTACH: &str = "
    UPDATE files SET seq = carried.seq
    FROM (SELECT unhex(value ->> 'id', '-') AS id, unhex(value ->> 'conversation_id', '-') AS conversation_id,
                 value ->> 'seq' AS seq
          FROM jsonb_each(?1)) AS carried
    WHERE files.id = carried.id AND files.conversation_id = carried.conversation_id AND files.seq IS NULL";

/// Notes which messages carry which files, in the transaction of their turns.
pub(super) async fn attach(connection: &mut SqliteConnection, batch: &Batch<'_>) -> Result<(), Error> {
    execute_json(connection, ATTACH, &batch.files).await.map(drop)
}

#[async_trait]
impl Files for Sqlite {
    async fn reserve(&self, file: &File, quota: Quota) -> Result<Reserved, Error> {
        let reserve = sqlx::query(RESERVE)
            .bind(file.id.0)
            .bind(file.conversation.0)
            .bind(file.tenant.as_str().to_owned())
            .bind(file.name.as_str().to_owned())
            .bind(file.media_type.clone())
            .bind(to_column(file.bytes))
            .bind(file.uploaded_at.as_millis())
            .bind(quota.conversation_files_max)
            .bind(to_column(quota.tenant_bytes_max));
        if self.change(reserve).await? > 0 {
            return Ok(Reserved::Done);
        }
        let row = sqlx::query(RESERVED)
            .bind(file.id.0)
            .bind(file.conversation.0)
            .fetch_one(&self.readers)
            .await
            .map_err(port)?;
        let (is_there, count): (bool, i64) = (rows::get(&row, 0)?, rows::get(&row, 1)?);
        Ok(match is_there {
            true => Reserved::Done,
            false if count >= i64::from(quota.conversation_files_max) => Reserved::ConversationFull,
            false => Reserved::TenantFull,
        })
    }

    async fn add_part(&self, id: FileId, part: u32, content: &[u8]) -> Result<(), Error> {
        let added = sqlx::query(ADD_PART).bind(id.0).bind(part).bind(content.to_vec());
        self.change(added).await.map(drop)
    }

    async fn complete(&self, id: FileId, media_type: &str) -> Result<(), Error> {
        let completed = sqlx::query(COMPLETE).bind(id.0).bind(media_type.to_owned());
        self.change(completed).await.map(drop)
    }

    async fn file(&self, scope: &Scope, id: FileId) -> Result<Option<File>, Error> {
        let row = sqlx::query(FILE)
            .bind(id.0)
            .bind(scope.tenant().map(TenantId::as_str))
            .fetch_optional(&self.readers)
            .await
            .map_err(port)?;
        row.as_ref().map(rows::file).transpose()
    }

    async fn part(&self, id: FileId, part: u32) -> Result<Option<Vec<u8>>, Error> {
        let row = sqlx::query(PART)
            .bind(id.0)
            .bind(part)
            .fetch_optional(&self.readers)
            .await
            .map_err(port)?;
        row.map(|row| row.try_get(0)).transpose().map_err(port)
    }

    async fn remove(&self, id: FileId) -> Result<(), Error> {
        self.change(sqlx::query(REMOVE).bind(id.0)).await.map(drop)
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, Error> {
        self.change(sqlx::query(SWEEP).bind(before.as_millis()).bind(limit))
            .await
    }

    async fn remove_of_conversation(&self, scope: &Scope, id: ConversationId) -> Result<u64, Error> {
        let removed = sqlx::query(REMOVE_OF_CONVERSATION)
            .bind(id.0)
            .bind(scope.tenant().map(|tenant| tenant.as_str().to_owned()));
        self.change(removed).await
    }
}
