//! Who begins a conversation, asked for many at once: every first message waits for it.

use frontdesk_core::ports::people::{Arrival, Known, Shown};
use frontdesk_core::ports::store::Error;
use frontdesk_core::{ConversationId, Personal};
use serde_json::json;

use super::Sqlite;
use crate::codec::{from_json, to_json};
use crate::error::port;
use crate::rows;

/// All of it is one row: a row each would wake the waiting task once a row.
const ARRIVED: &str = "
    SELECT json_group_array(json_array(
        asked.key,
        EXISTS (SELECT 1 FROM sealed
                WHERE tenant = asked.value ->> 'tenant' AND hash = unhex(asked.value ->> 'hash')),
        EXISTS (SELECT 1 FROM addresses
                WHERE tenant = asked.value ->> 'tenant' AND kind = asked.value ->> 'kind'
                  AND address = asked.value ->> 'address' AND is_proved)))
    FROM jsonb_each(?1) AS asked";

/// A cross join is read in the order it is written.
const BEGUN_AS: &str = "
    SELECT asked.value ->> 'place', c.address, c.created_at, c.id
    FROM jsonb_each(?1) AS asked CROSS JOIN conversations c
    WHERE c.id = unhex(asked.value ->> 'conversation', '-')
    UNION
    SELECT asked.value ->> 'place', c.address, c.created_at, c.id
    FROM jsonb_each(?1) AS asked CROSS JOIN addresses a CROSS JOIN conversations c
    WHERE a.tenant = asked.value ->> 'tenant' AND a.channel = asked.value ->> 'channel'
      AND a.address = asked.value ->> 'id' AND a.is_proved AND c.id = a.conversation_id
    ORDER BY 1, 3, 4";

pub(super) async fn arrived(db: &Sqlite, arrivals: &[Arrival]) -> Result<Vec<Known>, Error> {
    let asked: Vec<_> = arrivals.iter().map(question).collect();
    let row = sqlx::query(ARRIVED).bind(to_json(&asked)).fetch_one(&db.readers).await;
    let told: Vec<(usize, u8, u8)> = from_json("arrivals", rows::get(&row.map_err(port)?, 0)?)?;
    let mut known = vec![Known::default(); arrivals.len()];
    for (place, is_sealed, is_elsewhere) in told {
        known[place] = Known {
            is_sealed: is_sealed == 1,
            is_elsewhere: is_elsewhere == 1,
        };
    }
    Ok(known)
}

fn question(arrival: &Arrival) -> serde_json::Value {
    let (kind, address) = arrival
        .proved
        .as_ref()
        .map(|(kind, address)| (kind, address.as_str()))
        .unzip();
    let hash: String = arrival.hash.iter().map(|byte| format!("{byte:02x}")).collect();
    json!({"tenant": arrival.tenant.as_str(), "hash": hash, "kind": kind, "address": address})
}

pub(super) async fn begun_as(db: &Sqlite, shown: &[Shown]) -> Result<Vec<Option<Personal>>, Error> {
    let ids = shown.iter().enumerate().flat_map(|(place, shown)| {
        shown.ids.iter().map(move |id| {
            json!({
                "place": place, "tenant": shown.tenant.as_str(), "channel": shown.channel.code(), "id": id.as_str(),
                "conversation": ConversationId::derive(&shown.tenant, shown.channel, id),
            })
        })
    });
    let asked: Vec<_> = ids.collect();
    let query = sqlx::query(BEGUN_AS).bind(to_json(&asked));
    let mut begun = vec![None; shown.len()];
    for row in query.fetch_all(&db.readers).await.map_err(port)? {
        let place = usize::try_from(rows::get::<i64>(&row, 0)?).unwrap_or(usize::MAX);
        if let Some(first) = begun.get_mut(place) {
            first.get_or_insert(Personal::from(rows::get::<String>(&row, 1)?));
        }
    }
    Ok(begun)
}
