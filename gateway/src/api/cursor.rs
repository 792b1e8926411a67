//! A place in a list, as it stands in addresses.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use frontdesk_core::Timestamp;
use frontdesk_core::ports::reader::Cursor;
use uuid::Uuid;

/// Writes a place down.
#[must_use]
pub fn encode(cursor: Cursor) -> String {
    let mut bytes = [0; 24];
    bytes[..8].copy_from_slice(&cursor.at.as_millis().to_be_bytes());
    bytes[8..].copy_from_slice(cursor.id.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads a place; `None` when it is not one of ours.
#[must_use]
pub fn decode(text: &str) -> Option<Cursor> {
    let bytes: [u8; 24] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
    let (at, id) = bytes.split_at(8);
    Some(Cursor {
        at: Timestamp::from_millis(i64::from_be_bytes(at.try_into().ok()?)),
        id: Uuid::from_slice(id).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_way_out_and_back() {
        let cursor = Cursor {
            at: Timestamp::from_millis(1_790_000_000_123),
            id: Uuid::from_u128(42),
        };
        assert_eq!(decode(&encode(cursor)), Some(cursor));
    }
}
