//! A message of ours is found by either id that its provider has for it, however long ago it was said.

use frontdesk_core::Turn;

use crate::place::Place;
use crate::samples::{conversation, turn};

/// A turn whose answer left under this id.
fn sent_as(mut turn: Turn, id: &str) -> Turn {
    turn.messages[1].external_id = Some(id.to_owned());
    turn
}

pub async fn a_message_is_found_by_either_of_its_ids(place: Place) {
    let (store, reports) = (&place.store, place.reports());
    let mut turns = vec![sent_as(turn("a", 1), "own-1")];
    turns[0].messages[0].external_id = Some("theirs".to_owned());
    turns.extend((2..300).map(|version| turn("a", version)));
    for turn in turns {
        store.commit(&[turn]).await.unwrap();
    }
    store.commit(&[sent_as(turn("b", 1), "own-b")]).await.unwrap();
    let (a, b) = (conversation("a"), conversation("b"));
    let called = async |of, id| reports.message_called(of, id).await.unwrap();
    assert_eq!(called(a, "own-1").await, Some(2), "the oldest of hundreds");
    assert_eq!(called(a, "other-1").await, None);

    reports.note_other_id(a, 2, "other-1").await.unwrap();
    reports.note_other_id(a, 2, "late").await.unwrap();
    assert_eq!(called(a, "other-1").await, Some(2));
    assert_eq!(called(a, "own-1").await, Some(2));
    assert_eq!(called(a, "late").await, None, "the first one stays");
    assert_eq!(called(b, "other-1").await, None, "of its own conversation");
    assert_eq!(called(a, "theirs").await, None, "that is the person's");
    reports.note_other_id(a, 1, "other-theirs").await.unwrap();
    assert_eq!(called(a, "other-theirs").await, None);
    reports.note_other_id(conversation("nobody"), 2, "x").await.unwrap();
}
