//! Files that go with messages.

use frontdesk_core::ports::files::{File, PART_BYTES, Quota, Reserved};
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::{Attachment, ConversationId, FileId, Turn};
use uuid::Uuid;

use crate::place::Place;
use crate::samples::{at, event, of, tenant, turn_of};

const ROOMY: Quota = Quota {
    conversation_files_max: 100,
    tenant_bytes_max: 1_000_000,
};

fn file(number: u128, conversation: ConversationId, uploaded_at: i64) -> File {
    File {
        id: FileId(Uuid::from_u128(number)),
        conversation,
        tenant: tenant("acme"),
        name: "menu.pdf".into(),
        media_type: "application/octet-stream".to_owned(),
        bytes: 1_000,
        uploaded_at: at(uploaded_at),
        seq: None,
    }
}

/// A complete file of one short part.
async fn upload(place: &Place, file: &File) {
    let files = place.files();
    assert_eq!(files.reserve(file, ROOMY).await.unwrap(), Reserved::Done);
    files.add_part(file.id, 0, b"content").await.unwrap();
    files.complete(file.id, "application/pdf").await.unwrap();
}

/// A turn of `address` whose first message carries a file.
fn carrying(address: &str, id: FileId) -> Turn {
    let mut turn = turn_of(&event(address, 1), 1);
    turn.messages[0].content.attachments = vec![Attachment {
        media_type: "application/pdf".to_owned(),
        file: Some(id),
        ..Attachment::default()
    }];
    turn
}

fn conversation(address: &str) -> ConversationId {
    event(address, 1).conversation
}

pub async fn a_file_is_found_when_it_is_complete(place: Place) {
    let files = place.files();
    let own = file(1, conversation("ana"), 5);
    assert_eq!(files.reserve(&own, ROOMY).await.unwrap(), Reserved::Done);
    files.add_part(own.id, 0, b"content").await.unwrap();
    assert_eq!(files.file(&Scope::All, own.id).await.unwrap(), None);
    files.complete(own.id, "application/pdf").await.unwrap();
    let whole = File {
        media_type: "application/pdf".to_owned(),
        ..own.clone()
    };
    assert_eq!(files.file(&of("acme"), own.id).await.unwrap(), Some(whole.clone()));
    assert_eq!(files.file(&Scope::All, own.id).await.unwrap(), Some(whole));
    assert_eq!(files.file(&of("other"), own.id).await.unwrap(), None);
}

pub async fn parts_come_back_as_they_were_sent(place: Place) {
    let files = place.files();
    let own = file(1, conversation("ana"), 5);
    files.reserve(&own, ROOMY).await.unwrap();
    let first: Vec<u8> = (0..PART_BYTES)
        .map(|index| u8::try_from(index % 251).unwrap())
        .collect();
    files.add_part(own.id, 1, b"\0\xffend").await.unwrap();
    files.add_part(own.id, 0, b"broken off").await.unwrap();
    files.add_part(own.id, 0, &first).await.unwrap();
    assert_eq!(files.part(own.id, 0).await.unwrap(), Some(first));
    assert_eq!(files.part(own.id, 1).await.unwrap(), Some(b"\0\xffend".to_vec()));
    assert_eq!(files.part(own.id, 2).await.unwrap(), None);
}

pub async fn a_file_is_carried_by_the_message_of_its_conversation(place: Place) {
    let own = file(1, conversation("ana"), 5);
    let foreign = file(2, conversation("ben"), 5);
    upload(&place, &own).await;
    upload(&place, &foreign).await;
    let mut turn = carrying("ana", own.id);
    let more = carrying("ana", foreign.id).messages.remove(0).content.attachments;
    turn.messages[0].content.attachments.extend(more);
    place.store.commit(&[turn]).await.unwrap();
    let seq = |found: Option<File>| found.unwrap().seq;
    assert_eq!(seq(place.files().file(&Scope::All, own.id).await.unwrap()), Some(1));
    assert_eq!(seq(place.files().file(&Scope::All, foreign.id).await.unwrap()), None);
    let stored = place.store.history(own.conversation, 0, 1).await.unwrap();
    assert_eq!(stored[0].content.attachments[0].file, Some(own.id));
}

pub async fn what_no_message_carries_is_swept(place: Place) {
    let (carried, old) = (file(1, conversation("ana"), 5), file(2, conversation("ana"), 6));
    let (older, young) = (file(3, conversation("ana"), 5), file(4, conversation("ana"), 10));
    for file in [&carried, &old, &older, &young] {
        upload(&place, file).await;
    }
    place.store.commit(&[carrying("ana", carried.id)]).await.unwrap();
    let files = place.files();
    assert_eq!(files.sweep(at(10), 1).await.unwrap(), 1);
    assert_eq!(
        files.file(&Scope::All, older.id).await.unwrap(),
        None,
        "the oldest first"
    );
    assert_eq!(files.sweep(at(10), 100).await.unwrap(), 1);
    assert_eq!(files.sweep(at(10), 100).await.unwrap(), 0);
    assert_eq!(files.part(old.id, 0).await.unwrap(), None, "content goes with its file");
    assert!(files.file(&Scope::All, carried.id).await.unwrap().is_some());
    assert!(files.file(&Scope::All, young.id).await.unwrap().is_some());
}

pub async fn a_carried_file_is_not_removed_alone(place: Place) {
    let (carried, loose) = (file(1, conversation("ana"), 5), file(2, conversation("ana"), 5));
    upload(&place, &carried).await;
    upload(&place, &loose).await;
    place.store.commit(&[carrying("ana", carried.id)]).await.unwrap();
    let files = place.files();
    files.remove(carried.id).await.unwrap();
    files.remove(loose.id).await.unwrap();
    assert!(files.file(&Scope::All, carried.id).await.unwrap().is_some());
    assert_eq!(files.file(&Scope::All, loose.id).await.unwrap(), None);
}

pub async fn files_go_with_their_conversation(place: Place) {
    let (carried, loose) = (file(1, conversation("ana"), 5), file(2, conversation("ana"), 5));
    let other = file(3, conversation("ben"), 5);
    for file in [&carried, &loose, &other] {
        upload(&place, file).await;
    }
    place.store.commit(&[carrying("ana", carried.id)]).await.unwrap();
    let (files, ana) = (place.files(), conversation("ana"));
    assert_eq!(files.remove_of_conversation(&of("other"), ana).await.unwrap(), 0);
    assert_eq!(files.remove_of_conversation(&of("acme"), ana).await.unwrap(), 2);
    assert_eq!(files.part(carried.id, 0).await.unwrap(), None);
    assert!(files.file(&Scope::All, other.id).await.unwrap().is_some());
}

pub async fn quotas_hold(place: Place) {
    let files = place.files();
    let quota = Quota {
        conversation_files_max: 2,
        tenant_bytes_max: 3_500,
    };
    let reserve = async |number, address| {
        let file = file(number, conversation(address), 5);
        files.reserve(&file, quota).await.unwrap()
    };
    assert_eq!(reserve(1, "ana").await, Reserved::Done);
    assert_eq!(reserve(2, "ana").await, Reserved::Done);
    assert_eq!(reserve(2, "ana").await, Reserved::Done, "the same file is one");
    assert_eq!(reserve(3, "ana").await, Reserved::ConversationFull);
    assert_eq!(reserve(4, "ben").await, Reserved::Done);
    assert_eq!(reserve(5, "eve").await, Reserved::TenantFull);
    let other = File {
        tenant: tenant("other"),
        ..file(6, conversation("eve"), 5)
    };
    assert_eq!(files.reserve(&other, quota).await.unwrap(), Reserved::Done);
}
