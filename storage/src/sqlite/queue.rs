//! The queue of conversations: which ones first, by an index each, then what is shown of them.

use frontdesk_core::ports::desk::{Assignee, Filter, LOOKED_AT_MAX, Order, QueueRow};
use frontdesk_core::ports::reader::{Cursor, Page, Rows, Scope};
use frontdesk_core::ports::store::Error;
use frontdesk_core::{ChannelKind, ConversationStatus, TenantId, Timestamp};
use uuid::Uuid;

use super::Sqlite;
use crate::codec::{self, page_limit};
use crate::error::port;
use crate::rows;

/// Candidates in both orders and for every scope. The order of parameters: time and id of the last
/// one seen, how many are looked at, tenant, status, channel, tag, assignee, whether nobody's.
struct Candidates {
    newest: [&'static str; 2],
    oldest: [&'static str; 2],
}

macro_rules! candidates {
    (@sql $from:literal, $id:literal, $time:literal, $condition:literal, $scope:literal, $beyond:literal, $order:literal) => {
        concat!(
            "SELECT ", $id, ", ", $time, ",
                    (?5 IS NULL OR c.status = ?5) AND (?6 IS NULL OR c.channel = ?6)
                    AND (?7 IS NULL OR EXISTS (SELECT 1 FROM conversation_tags t
                                                 WHERE t.conversation_id = c.id AND t.tag = ?7))
                    AND (?8 IS NULL OR EXISTS (SELECT 1 FROM assignments u
                                                 WHERE u.conversation_id = c.id AND u.user_id = ?8))
                    AND (NOT ?9 OR NOT EXISTS (SELECT 1 FROM assignments n WHERE n.conversation_id = c.id))
             FROM ", $from, "
             WHERE ", $scope, " AND (", $time, ", ", $id, ") ", $beyond, " (?1, ?2) AND ", $condition, "
             ORDER BY ", $time, " ", $order, ", ", $id, " ", $order, " LIMIT ?3"
        )
    };
    ($from:literal, $tenant:literal, $id:literal, $time:literal, $condition:literal) => {
        Candidates {
            newest: [
                candidates!(@sql $from, $id, $time, $condition, "?4 IS NULL", "<", "DESC"),
                candidates!(@sql $from, $id, $time, $condition, $tenant, "<", "DESC"),
            ],
            oldest: [
                candidates!(@sql $from, $id, $time, $condition, "?4 IS NULL", ">", "ASC"),
                candidates!(@sql $from, $id, $time, $condition, $tenant, ">", "ASC"),
            ],
        }
    };
}

const ANY: Candidates = candidates!("conversations c", "c.tenant = ?4", "c.id", "c.created_at", "true");

const OPEN: Candidates = candidates!(
    "conversations c",
    "c.tenant = ?4",
    "c.id",
    "c.created_at",
    "c.status = 'open'"
);

const DONE: Candidates = candidates!(
    "conversations c",
    "c.tenant = ?4",
    "c.id",
    "c.created_at",
    "c.status = 'done'"
);

/// Those who are with people or should be.
const WAITING: Candidates = candidates!(
    "conversations c INDEXED BY conversations_waiting",
    "c.tenant = ?4",
    "c.id",
    "c.updated_at",
    "c.status = ?5 AND c.status IN ('needs_person', 'with_person')"
);

const ASSIGNED: Candidates = candidates!(
    "assignments a JOIN conversations c ON c.id = a.conversation_id",
    "a.tenant = ?4",
    "a.conversation_id",
    "a.at",
    "a.user_id = ?8"
);

const TAGGED: Candidates = candidates!(
    "conversation_tags g JOIN conversations c ON c.id = g.conversation_id",
    "g.tenant = ?4",
    "g.conversation_id",
    "g.at",
    "g.tag = ?7"
);

const ROWS: &str = "
    SELECT c.id, c.tenant, c.channel, c.address, c.status, c.version, c.last_seq, c.created_at, c.updated_at, c.snapshot,
           (SELECT author FROM messages WHERE conversation = c.number AND seq = c.last_seq),
           (SELECT substr(text, 1, 200) FROM messages WHERE conversation = c.number AND seq = c.last_seq),
           (SELECT name FROM assignments WHERE conversation_id = c.id),
           (SELECT group_concat(tag, char(10) ORDER BY tag) FROM conversation_tags WHERE conversation_id = c.id)
    FROM conversations c WHERE c.id IN (SELECT unhex(value) FROM json_each(?1)) AND (?2 IS NULL OR c.tenant = ?2)";

impl Candidates {
    fn of(filter: &Filter) -> Self {
        match (filter.assignee, &filter.tag, filter.status) {
            (Some(Assignee::User(_)), _, _) => ASSIGNED,
            (_, Some(_), _) => TAGGED,
            (_, _, Some(ConversationStatus::NeedsPerson | ConversationStatus::WithPerson)) => WAITING,
            (_, _, Some(ConversationStatus::Open)) => OPEN,
            (_, _, Some(ConversationStatus::Done)) => DONE,
            (_, _, None) => ANY,
        }
    }

    async fn fetch(
        &self,
        db: &Sqlite,
        scope: &Scope,
        filter: &Filter,
        order: Order,
        page: Page,
        limit: i64,
    ) -> Result<Vec<(Cursor, bool)>, Error> {
        let (statements, first) = match order {
            Order::NewestFirst => (self.newest, (i64::MAX, Uuid::max())),
            Order::OldestFirst => (self.oldest, (i64::MIN, Uuid::nil())),
        };
        let (at, id) = page
            .after
            .map_or(first, |cursor| (Timestamp::as_millis(cursor.at), cursor.id));
        let tenant = scope.tenant().map(TenantId::as_str);
        let user = match filter.assignee {
            Some(Assignee::User(user)) => Some(user.0),
            Some(Assignee::Nobody) | None => None,
        };
        let found = sqlx::query(statements[usize::from(tenant.is_some())])
            .bind(at)
            .bind(id)
            .bind(limit)
            .bind(tenant)
            .bind(filter.status.map(ConversationStatus::code))
            .bind(filter.channel.map(ChannelKind::code))
            .bind(filter.tag.as_deref())
            .bind(user)
            .bind(filter.assignee == Some(Assignee::Nobody))
            .fetch_all(&db.readers)
            .await
            .map_err(port)?;
        found.iter().map(rows::candidate).collect()
    }
}

/// A page of the queue.
pub(super) async fn queue(
    db: &Sqlite,
    scope: &Scope,
    filter: &Filter,
    order: Order,
    page: Page,
) -> Result<Rows<QueueRow>, Error> {
    let limit = if filter.is_plain() {
        page_limit(page)
    } else {
        i64::from(LOOKED_AT_MAX)
    };
    let candidates = Candidates::of(filter);
    let found = candidates.fetch(db, scope, filter, order, page, limit).await?;
    let (wanted, next) = codec::chosen(page, &found, limit);
    let mut items = shown(db, scope, &wanted).await?;
    items.sort_by_key(|row| wanted.iter().position(|id| *id == row.conversation.id.0));
    Ok(Rows { items, next })
}

/// Conversations by their ids, in no particular order.
async fn shown(db: &Sqlite, scope: &Scope, ids: &[Uuid]) -> Result<Vec<QueueRow>, Error> {
    let ids: Vec<String> = ids.iter().map(|id| id.simple().to_string()).collect();
    let rows = sqlx::query(ROWS)
        .bind(codec::to_json(&ids))
        .bind(scope.tenant().map(TenantId::as_str))
        .fetch_all(&db.readers)
        .await
        .map_err(port)?;
    rows.iter().map(rows::queue_row).collect()
}
