//! Who begins a conversation, asked for many at once: every first message waits for it.

use frontdesk_core::ports::people::{Arrival, Known, Shown};
use frontdesk_core::ports::store::Error;
use frontdesk_core::{ConversationId, Personal};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::Postgres;
use crate::error::port;
use crate::rows;

/// With a limit, so that no plan reads a whole table to hash it.
const ARRIVED: &str = "
    SELECT coalesce((SELECT true FROM sealed s
                     WHERE s.tenant = asked.tenant AND s.hash = asked.hash LIMIT 1), false),
           coalesce((SELECT true FROM addresses a
                     WHERE a.tenant = asked.tenant AND a.kind = asked.kind AND a.address = asked.address
                       AND a.is_proved LIMIT 1), false)
    FROM unnest($1::text[], $2::bytea[], $3::text[], $4::text[])
         WITH ORDINALITY AS asked (tenant, hash, kind, address, place)
    ORDER BY place";

const BEGUN_AS: &str = "
    SELECT asked.place, c.address
    FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::uuid[])
         AS asked (place, tenant, channel, id, conversation)
    CROSS JOIN LATERAL (
        SELECT asked.conversation AS id
        UNION ALL SELECT a.conversation_id FROM addresses a
        WHERE a.tenant = asked.tenant AND a.channel = asked.channel AND a.address = asked.id AND a.is_proved) AS begun
    JOIN conversations c ON c.id = begun.id
    ORDER BY asked.place, c.created_at, c.id";

pub(super) async fn arrived(db: &Postgres, arrivals: &[Arrival]) -> Result<Vec<Known>, Error> {
    let proved = arrivals.iter().map(|arrival| arrival.proved.as_ref());
    let (kinds, addresses): (Vec<_>, Vec<_>) = proved
        .map(|proved| proved.map(|(kind, address)| (kind.as_str(), address.as_str())).unzip())
        .unzip();
    let rows = sqlx::query(ARRIVED)
        .bind(
            arrivals
                .iter()
                .map(|arrival| arrival.tenant.as_str())
                .collect::<Vec<_>>(),
        )
        .bind(
            arrivals
                .iter()
                .map(|arrival| arrival.hash.as_slice())
                .collect::<Vec<_>>(),
        )
        .bind(kinds)
        .bind(addresses)
        .fetch_all(&db.readers)
        .await
        .map_err(port)?;
    let known = |row: &PgRow| {
        Ok(Known {
            is_sealed: rows::get(row, 0)?,
            is_elsewhere: rows::get(row, 1)?,
        })
    };
    rows.iter().map(known).collect()
}

pub(super) async fn begun_as(db: &Postgres, shown: &[Shown]) -> Result<Vec<Option<Personal>>, Error> {
    let (mut places, mut tenants, mut channels) = (Vec::new(), Vec::new(), Vec::new());
    let (mut ids, mut conversations): (Vec<&str>, Vec<Uuid>) = (Vec::new(), Vec::new());
    for (place, shown) in (0_i32..).zip(shown) {
        for id in &shown.ids {
            places.push(place);
            tenants.push(shown.tenant.as_str());
            channels.push(shown.channel.code());
            ids.push(id.as_str());
            conversations.push(ConversationId::derive(&shown.tenant, shown.channel, id).0);
        }
    }
    let query = sqlx::query(BEGUN_AS)
        .bind(places)
        .bind(tenants)
        .bind(channels)
        .bind(ids)
        .bind(conversations);
    let mut begun = vec![None; shown.len()];
    for row in query.fetch_all(&db.readers).await.map_err(port)? {
        let place = usize::try_from(rows::get::<i32>(&row, 0)?).unwrap_or(usize::MAX);
        if let Some(first) = begun.get_mut(place) {
            first.get_or_insert(Personal::from(rows::get::<String>(&row, 1)?));
        }
    }
    Ok(begun)
}
