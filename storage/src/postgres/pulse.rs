//! How the day goes, in numbers.

use async_trait::async_trait;
use frontdesk_core::ports::pulse::{Counts, Pulse};
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::ports::store::Error;
use frontdesk_core::{TenantId, Timestamp};

use super::Postgres;
use crate::codec::from_column;
use crate::error::port;
use crate::rows;

/// A statement for every scope: of all tenants, and of one.
struct Statement {
    all: &'static str,
    tenant: &'static str,
}

macro_rules! statement {
    ($($part:literal),+ ; $all:literal, $tenant:literal ; $($rest:literal),+) => {
        Statement { all: concat!($($part,)+ $all, $($rest),+), tenant: concat!($($part,)+ $tenant, $($rest),+) }
    };
}

const CONVERSATIONS: Statement = statement!(
    "SELECT count(*) FROM conversations WHERE "; "($1::text IS NULL)", "tenant = $1"; " AND created_at >= $2 AND created_at < $3"
);

const LEADS: Statement = statement!(
    "SELECT count(*) FROM leads WHERE "; "($1::text IS NULL)", "tenant = $1"; " AND created_at >= $2 AND created_at < $3"
);

const FIRST_REPLIES: Statement = statement!(
    "SELECT (SELECT at FROM messages m WHERE m.conversation_id = c.id AND m.author <> 'user' AND m.seq > 1 ORDER BY m.seq LIMIT 1)
            - (SELECT at FROM messages m WHERE m.conversation_id = c.id AND m.seq = 1 AND m.author = 'user')
     FROM (SELECT * FROM conversations WHERE "; "($1::text IS NULL)", "tenant = $1"; " AND created_at >= $2
           ORDER BY created_at DESC LIMIT $3) AS c"
);

const FIRST_HUMAN_REPLIES: Statement = statement!(
    "SELECT (SELECT at FROM messages m WHERE m.conversation_id = k.conversation_id AND m.author = 'operator' AND m.at >= k.opened_at
             ORDER BY m.seq LIMIT 1) - k.opened_at
     FROM (SELECT conversation_id, opened_at FROM tickets WHERE "; "($1::text IS NULL)", "tenant = $1"; " AND opened_at >= $2
           ORDER BY opened_at DESC LIMIT $3) AS k"
);

const FAILED_SENDS: Statement = statement!(
    "SELECT count(*) FROM (SELECT 1 FROM outbox WHERE state IN ('unknown', 'dead') AND "; "($1::text IS NULL)", "tenant = $1"; "
                           AND (settled_at >= $2 OR settled_at IS NULL) LIMIT $3) AS failed"
);

impl Statement {
    /// The first column of all rows, without nulls.
    async fn numbers(&self, db: &Postgres, scope: &Scope, from: i64, bound: i64) -> Result<Vec<u64>, Error> {
        let tenant = scope.tenant().map(TenantId::as_str);
        let rows = sqlx::query(if tenant.is_some() { self.tenant } else { self.all })
            .bind(tenant)
            .bind(from)
            .bind(bound)
            .fetch_all(&db.readers)
            .await
            .map_err(port)?;
        let numbers = rows.iter().map(|row| rows::get::<Option<i64>>(row, 0));
        numbers
            .filter_map(|number| number.map(|number| number.map(from_column)).transpose())
            .collect()
    }

    async fn number(&self, db: &Postgres, scope: &Scope, from: i64, bound: i64) -> Result<u64, Error> {
        let numbers = self.numbers(db, scope, from, bound).await?;
        Ok(numbers.first().copied().unwrap_or(0))
    }
}

#[async_trait]
impl Pulse for Postgres {
    async fn counts(&self, scope: &Scope, from: Timestamp, until: Timestamp) -> Result<Counts, Error> {
        let (from, until) = (from.as_millis(), until.as_millis());
        Ok(Counts {
            conversations: CONVERSATIONS.number(self, scope, from, until).await?,
            leads: LEADS.number(self, scope, from, until).await?,
        })
    }

    async fn first_replies(&self, scope: &Scope, since: Timestamp, limit: u32) -> Result<Vec<u64>, Error> {
        FIRST_REPLIES
            .numbers(self, scope, since.as_millis(), limit.into())
            .await
    }

    async fn first_human_replies(&self, scope: &Scope, since: Timestamp, limit: u32) -> Result<Vec<u64>, Error> {
        FIRST_HUMAN_REPLIES
            .numbers(self, scope, since.as_millis(), limit.into())
            .await
    }

    async fn failed_sends(&self, scope: &Scope, since: Timestamp, max: u32) -> Result<u64, Error> {
        FAILED_SENDS.number(self, scope, since.as_millis(), max.into()).await
    }
}
