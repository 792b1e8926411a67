//! Whether a message of ours left, from its entry in the outbox.

use frontdesk_core::ports::reports::{BETWEEN_IDS, Departure};
use uuid::Uuid;

/// Bytes of an id that say when the event came in of which it is.
const MOMENT_BYTES: usize = 6;

/// An entry, as far as it matters here.
#[derive(sqlx::FromRow)]
pub(crate) struct EntryRow {
    state: String,
    attempts: i64,
    external_id: Option<String>,
    unsure_since: Option<i64>,
}

/// Whether the message of an entry left under this id.
pub(crate) fn departure(entry: Option<&EntryRow>, id: &str) -> Departure {
    let Some(entry) = entry else {
        return Departure::Gone;
    };
    match (entry.state.as_str(), entry.external_id.as_deref()) {
        ("sending", _) => Departure::Open,
        ("pending", _) if entry.unsure_since.is_some() => Departure::Open,
        ("pending", _) => Departure::Again,
        ("sent", Some(external_id)) if external_id == id => Departure::Left {
            attempts: u32::try_from(entry.attempts).unwrap_or(u32::MAX),
        },
        ("sent", Some(_)) => Departure::Again,
        _ => Departure::Gone,
    }
}

/// The least and the greatest id of all that a turn left in which a message of this id was said: an outbox
/// is found by the ids of its entries, and kept in their order.
pub(crate) fn of_the_same_turn(message: Uuid) -> (Uuid, Uuid) {
    let bound = |rest: u8| {
        let mut bytes = [rest; 16];
        bytes[..MOMENT_BYTES].copy_from_slice(&message.as_bytes()[..MOMENT_BYTES]);
        Uuid::from_bytes(bytes)
    };
    (bound(0), bound(u8::MAX))
}

/// In how many parts a message left that is known by this.
pub(crate) fn parts(external_id: Option<&str>) -> u32 {
    let between = external_id.map_or(0, |ids| ids.matches(BETWEEN_IDS).count());
    u32::try_from(between).unwrap_or(u32::MAX).saturating_add(1)
}
