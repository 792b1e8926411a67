//! The ids under which a channel knows one person.

use frontdesk_core::ports::store::Error;
use frontdesk_core::{ChannelKind, ConversationId, Personal, TenantId};
use sqlx::postgres::PgExecutor;

use super::Postgres;
use crate::error::port;

const FIND: &str = "
    SELECT address FROM aliases WHERE tenant = $1 AND channel = $2 AND alias = $3";

const IS_BEGUN: &str = "
    SELECT EXISTS (SELECT 1 FROM conversations WHERE id = $1)";

const ADD: &str = "
    INSERT INTO aliases (tenant, channel, alias, address) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";

pub(super) async fn settle(
    db: &Postgres,
    tenant: &TenantId,
    channel: ChannelKind,
    ids: &[Personal],
) -> Result<Personal, Error> {
    let mut known = Vec::with_capacity(ids.len());
    for id in ids {
        known.push(find(&db.readers, tenant, channel, id).await?);
    }
    match (&ids, known.iter().flatten().next()) {
        ([], _) => return Err(Error::Invalid("nobody has no id".to_owned())),
        ([only], None) => return Ok(only.clone()),
        (_, Some(address)) if known.iter().all(Option::is_some) => return Ok(address.clone()),
        _ => {}
    }
    let mut transaction = db.writers.begin().await.map_err(port)?;
    let mut settled = None;
    for id in ids {
        settled = settled.or(find(&mut *transaction, tenant, channel, id).await?);
    }
    for id in ids {
        let conversation = ConversationId::derive(tenant, channel, id);
        let is_begun: bool = sqlx::query_scalar(IS_BEGUN)
            .bind(conversation.0)
            .fetch_one(&mut *transaction)
            .await
            .map_err(port)?;
        settled = settled.or_else(|| is_begun.then(|| id.clone()));
    }
    let settled = settled.unwrap_or_else(|| ids[0].clone());
    for id in ids {
        sqlx::query(ADD)
            .bind(tenant.as_str())
            .bind(channel.code())
            .bind(id.as_str())
            .bind(settled.as_str())
            .execute(&mut *transaction)
            .await
            .map_err(port)?;
    }
    transaction.commit().await.map_err(port)?;
    Ok(settled)
}

async fn find<'c>(
    connection: impl PgExecutor<'c>,
    tenant: &TenantId,
    channel: ChannelKind,
    id: &Personal,
) -> Result<Option<Personal>, Error> {
    let found: Option<String> = sqlx::query_scalar(FIND)
        .bind(tenant.as_str())
        .bind(channel.code())
        .bind(id.as_str())
        .fetch_optional(connection)
        .await
        .map_err(port)?;
    Ok(found.map(Personal::from))
}
