//! One person over several channels: brought together and told apart.

use frontdesk_core::ports::desk::TAGS_MAX;
use frontdesk_core::ports::people::{Arrival, Doomed, MergeOrder, Merged, Shown, Tagging};
use frontdesk_core::ports::reader::{Page, Scope};
use frontdesk_core::records::{AddressKind, AddressKnown, ContactChange, PersonKey, Proved, Record};
use frontdesk_core::{ChannelKind, Personal, RecordId, TenantId, Turn};
use uuid::Uuid;

use crate::erasure::erasure;
use crate::place::Place;
use crate::samples::{FIRST, at, conversation, event, event_for, of, tenant, turn_of};

pub const PHONE: &str = "+15550101";
pub const EMAIL: &str = "ana.lopez@example.com";
pub const NAME: &str = "Ana López";

pub fn id(number: u128) -> RecordId {
    RecordId(Uuid::from_u128(number))
}

pub fn contact(number: u128, key: &PersonKey) -> Record {
    Record::Contact(ContactChange {
        id: id(number),
        key: key.clone(),
        name: Some(if number < 3 { NAME } else { "Somebody Else" }.into()),
        phone: None,
        phone_extension: None,
        email: None,
        language: None,
        proved: Proved::default(),
    })
}

pub fn address(key: &PersonKey, kind: AddressKind, address: &str, is_proved: bool) -> Record {
    Record::Address(AddressKnown {
        key: key.clone(),
        kind,
        address: address.into(),
        is_proved,
    })
}

/// The first turn of a conversation, whose person is filed under a key and whose number is proved.
pub fn met(address_: &str, number: i64, contact_id: u128, key: &PersonKey) -> Turn {
    let mut turn = turn_of(&event(address_, number), 1);
    turn.records = vec![
        contact(contact_id, key),
        address(key, AddressKind::Phone, address_, true),
    ];
    turn
}

pub fn order(number: u128, keep: u128, merge: u128) -> MergeOrder {
    MergeOrder {
        id: Uuid::from_u128(number),
        keep: id(keep),
        merge: id(merge),
        by: "olga@example.com".to_owned(),
        at: at(50_000),
    }
}

pub async fn an_address_once_proved_stays_proved(place: Place) {
    let key = PersonKey::phone(PHONE);
    let mut first = met(PHONE, 1, 1, &key);
    first.records.push(address(&key, AddressKind::Email, EMAIL, true));
    let mut second = turn_of(&event(PHONE, 2), 2);
    second.records = vec![
        address(&key, AddressKind::Email, EMAIL, false),
        address(&key, AddressKind::Email, EMAIL, false),
    ];
    for turn in [first, second] {
        place.store.commit(&[turn]).await.unwrap();
    }
    let profile = place.people().profile(&of("acme"), id(1)).await.unwrap().unwrap();
    let kinds: Vec<_> = profile
        .addresses
        .iter()
        .map(|known| (known.kind.as_str(), known.is_proved))
        .collect();
    assert_eq!(kinds, [("email", true), ("phone", true)]);
    assert_eq!(profile.addresses[0].conversation, conversation(PHONE));
}

pub async fn a_profile_is_of_its_tenant(place: Place) {
    let key = PersonKey::phone(PHONE);
    place.store.commit(&[met(PHONE, 1, 1, &key)]).await.unwrap();
    let people = place.people();
    for scope in [of("acme"), Scope::All] {
        let profile = people.profile(&scope, id(1)).await.unwrap().unwrap();
        assert_eq!((profile.contact.id, profile.conversations.len()), (id(1), 1));
        assert_eq!(
            people.contact_of(&scope, conversation(PHONE)).await.unwrap(),
            Some(id(1))
        );
    }
    assert!(people.profile(&of("other"), id(1)).await.unwrap().is_none());
    assert_eq!(
        people.contact_of(&of("other"), conversation(PHONE)).await.unwrap(),
        None
    );
    assert!(people.export(&of("other"), id(1)).await.unwrap().is_none());
    let nothing = |_: Doomed<'_>| None;
    let order = erasure(1);
    assert_eq!(people.erase(&of("other"), &order, &nothing).await.unwrap(), None);
    assert!(people.profile(&of("acme"), id(1)).await.unwrap().is_some());
}

pub async fn people_are_brought_together_and_told_apart(place: Place) {
    for (number, phone) in [(1, "+15550101"), (2, "+15550102"), (3, "+15550103")] {
        let turn = met(phone, i64::try_from(number).unwrap(), number, &PersonKey::phone(phone));
        place.store.commit(&[turn]).await.unwrap();
    }
    let mut foreign = turn_of(&event_for("other", PHONE, 4), 1);
    foreign.records = vec![contact(4, &PersonKey::phone(PHONE))];
    place.store.commit(&[foreign]).await.unwrap();
    let (people, acme) = (place.people(), of("acme"));
    assert_eq!(
        people.merge(&Scope::All, &order(10, 1, 4)).await.unwrap(),
        Merged::NotFound
    );
    assert_eq!(
        people.merge(&of("other"), &order(10, 1, 2)).await.unwrap(),
        Merged::NotFound
    );
    assert_eq!(people.merge(&acme, &order(10, 1, 1)).await.unwrap(), Merged::Already);

    // Three becomes part of two, and both of them part of one.
    assert_eq!(people.merge(&acme, &order(11, 2, 3)).await.unwrap(), Merged::Done);
    assert_eq!(people.merge(&acme, &order(12, 1, 3)).await.unwrap(), Merged::Done);
    assert_eq!(people.merge(&acme, &order(12, 1, 3)).await.unwrap(), Merged::Already);
    for any in [1, 2, 3] {
        let profile = people.profile(&acme, id(any)).await.unwrap().unwrap();
        let others: Vec<_> = profile.merged.iter().map(|contact| contact.id).collect();
        assert_eq!((profile.contact.id, others), (id(1), vec![id(2), id(3)]));
        assert_eq!((profile.conversations.len(), profile.merges.len()), (3, 2));
    }
    let listed = place.reader().contacts(&acme, None, FIRST).await.unwrap().items;
    assert_eq!(listed.iter().map(|contact| contact.id).collect::<Vec<_>>(), [id(1)]);

    assert!(
        !people
            .unmerge(&of("other"), Uuid::from_u128(12), "x", at(60_000))
            .await
            .unwrap()
    );
    assert!(
        people
            .unmerge(&acme, Uuid::from_u128(12), "pavlo@example.com", at(60_000))
            .await
            .unwrap()
    );
    assert!(
        !people
            .unmerge(&acme, Uuid::from_u128(12), "x", at(61_000))
            .await
            .unwrap()
    );
    let one = people.profile(&acme, id(1)).await.unwrap().unwrap();
    assert_eq!((one.merged.len(), one.conversations.len()), (0, 1));
    let undone = &one.merges[0];
    assert_eq!(undone.undone_by.as_deref(), Some("pavlo@example.com"));
    assert_eq!((undone.at, undone.undone_at), (at(50_000), Some(at(60_000))));
    let two = people.profile(&acme, id(3)).await.unwrap().unwrap();
    assert_eq!(
        (two.contact.id, two.merged[0].id),
        (id(2), id(3)),
        "what was together before still is"
    );
    let listed = place.reader().contacts(&acme, None, FIRST).await.unwrap().items;
    assert_eq!(listed.len(), 2);
}

pub async fn a_tag_is_put_on_people_and_taken_off(place: Place) {
    for (number, phone) in [(1, "+15550101"), (2, "+15550102"), (3, "+15550103")] {
        let turn = met(phone, i64::try_from(number).unwrap(), number, &PersonKey::phone(phone));
        place.store.commit(&[turn]).await.unwrap();
    }
    let mut foreign = turn_of(&event_for("other", PHONE, 4), 1);
    foreign.records = vec![contact(4, &PersonKey::phone(PHONE))];
    place.store.commit(&[foreign]).await.unwrap();
    let (people, reader, acme) = (place.people(), place.reader(), of("acme"));
    let order = |contacts: &[u128], tag: &str, is_put_on| Tagging {
        contacts: contacts.iter().copied().map(id).collect(),
        tag: tag.to_owned(),
        is_put_on,
        at: at(70_000),
    };
    let tag = async |scope: &Scope, order: Tagging| {
        let tagged = people.tag(scope, &order).await.unwrap();
        assert_eq!(tagged.full, 0);
        let mut changed: Vec<RecordId> = tagged.changed.into_iter().map(|(id, _)| id).collect();
        changed.sort_unstable_by_key(|id| id.0);
        changed
    };
    let everybody = [1, 2, 3, 4, 99];
    assert_eq!(tag(&acme, order(&everybody[..2], "VIP", true)).await, [id(1), id(2)]);
    assert_eq!(
        tag(&acme, order(&everybody, "VIP", true)).await,
        [id(3)],
        "once each, and nobody of others"
    );
    assert_eq!(tag(&of("other"), order(&everybody, "theirs", true)).await, [id(4)]);
    assert_eq!(people.tags_in_use(&acme, 10).await.unwrap(), ["VIP"]);
    assert_eq!(people.tags_in_use(&Scope::All, 10).await.unwrap(), ["VIP", "theirs"]);
    assert_eq!(people.tags_in_use(&Scope::All, 1).await.unwrap(), ["VIP"]);

    // Newest first, a page at a time.
    let of_two = Page { limit: 2, ..FIRST };
    let first = reader.contacts(&acme, Some("VIP"), of_two).await.unwrap();
    let rest = Page {
        after: first.next,
        ..of_two
    };
    let rest = reader.contacts(&acme, Some("VIP"), rest).await.unwrap();
    let listed: Vec<_> = first
        .items
        .iter()
        .chain(&rest.items)
        .map(|contact| contact.id)
        .collect();
    assert_eq!((listed, rest.next), (vec![id(3), id(2), id(1)], None));
    assert_eq!(
        reader.contacts(&of("other"), Some("VIP"), FIRST).await.unwrap().items,
        []
    );
    assert_eq!(
        reader
            .contacts(&Scope::All, Some("theirs"), FIRST)
            .await
            .unwrap()
            .items
            .len(),
        1
    );

    assert_eq!(tag(&of("other"), order(&everybody, "VIP", false)).await, []);
    assert_eq!(tag(&acme, order(&[1, 2], "VIP", false)).await, [id(1), id(2)]);
    for number in 1..TAGS_MAX {
        tag(&acme, order(&[2, 3], &format!("tag {number:02}"), true)).await;
    }
    let last = order(&everybody[1..], &format!("tag {TAGS_MAX}"), true);
    for (changed, what) in [(1, "one had room"), (0, "whoever has it needs none")] {
        let tagged = people.tag(&acme, &last).await.unwrap();
        assert_eq!((tagged.changed.len(), tagged.full), (changed, 1), "{what}");
    }
    let tags = async |contact| people.profile(&acme, id(contact)).await.unwrap().unwrap().contact.tags;
    assert_eq!((tags(2).await.len(), tags(3).await.len()), (TAGS_MAX, TAGS_MAX));
    assert_eq!(tags(3).await[0], "VIP", "it had one before, and none more than it may");

    // Who speaks for others has their tags, and keeps them.
    assert_eq!(people.merge(&acme, &self::order(11, 1, 3)).await.unwrap(), Merged::Done);
    assert_eq!(tags(1).await.len(), TAGS_MAX);
    let listed = reader.contacts(&acme, Some("VIP"), FIRST).await.unwrap().items;
    assert_eq!(listed.iter().map(|contact| contact.id).collect::<Vec<_>>(), [id(1)]);
    let erased = people
        .erase(&acme, &erasure(1), &|_: Doomed<'_>| None)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(erased.counts["contact_tags"], 2 * u64::try_from(TAGS_MAX).unwrap());
    assert_eq!(reader.contacts(&acme, Some("VIP"), FIRST).await.unwrap().items, []);
}

pub async fn who_proved_the_same_address_is_one_person(place: Place) {
    let (by_phone, by_email) = (PersonKey::phone(PHONE), PersonKey::email(EMAIL));
    let mut claims = turn_of(&event("+15550109", 3), 1);
    let claimer = PersonKey::phone("+15550109");
    claims.records = vec![
        contact(3, &claimer),
        address(&claimer, AddressKind::Phone, PHONE, false),
    ];
    let mut elsewhere = turn_of(&event("US.1234", 2), 1);
    elsewhere.records = vec![
        contact(2, &by_email),
        address(&by_email, AddressKind::On(ChannelKind::Whatsapp), "US.1234", true),
        address(&by_email, AddressKind::Phone, PHONE, true),
    ];
    place
        .store
        .commit(&[met(PHONE, 1, 1, &by_phone), elsewhere, claims])
        .await
        .unwrap();
    let (people, acme) = (place.people(), of("acme"));
    assert_eq!(people.join_proved(at(9_000), 100).await.unwrap(), 3);
    assert_eq!(people.join_proved(at(9_000), 100).await.unwrap(), 0);
    let profile = people.profile(&acme, id(2)).await.unwrap().unwrap();
    assert_eq!((profile.contact.id, profile.merged[0].id), (id(1), id(2)));
    assert_eq!(profile.merges[0].reason, "proved_address");
    let lookalikes: Vec<_> = profile.lookalikes.iter().map(|contact| contact.id).collect();
    assert_eq!(lookalikes, [id(3)], "who merely says so may be somebody else");

    let known = people
        .proved_conversations(&tenant("acme"), "phone", PHONE)
        .await
        .unwrap();
    let mut ids: Vec<_> = known.iter().map(|spoken| spoken.conversation.id).collect();
    ids.sort();
    let mut both = vec![conversation(PHONE), conversation("US.1234")];
    both.sort();
    assert_eq!(ids, both);
    assert!(
        people
            .proved_conversations(&tenant("other"), "phone", PHONE)
            .await
            .unwrap()
            .is_empty()
    );

    // A colleague knows better, and is not overruled when the address is proved once more.
    people
        .unmerge(&acme, profile.merges[0].id, "olga@example.com", at(10_000))
        .await
        .unwrap();
    let mut again = turn_of(&event("US.1234", 4), 2);
    again.records = vec![address(&by_email, AddressKind::Phone, "+15550777", true)];
    let mut third = turn_of(&event("US.777", 5), 1);
    third.records = vec![address(&by_email, AddressKind::Phone, PHONE, true)];
    place.store.commit(&[again, third]).await.unwrap();
    assert_eq!(people.join_proved(at(11_000), 100).await.unwrap(), 2);
    let profile = people.profile(&acme, id(1)).await.unwrap().unwrap();
    assert_eq!(profile.merged, []);
}

pub async fn two_ids_of_one_person_lead_to_one_conversation(place: Place) {
    let (people, acme) = (place.people(), tenant("acme"));
    let shown = |tenant: &TenantId, channel, ids: &[&str]| Shown {
        tenant: tenant.clone(),
        channel,
        ids: ids.iter().map(|id| Personal::from(*id)).collect(),
    };
    let begun = async |ids: &[&str]| {
        let found = people.begun_as(&[shown(&acme, ChannelKind::Sms, ids)]).await.unwrap();
        assert_eq!(found.len(), 1);
        found.into_iter().next().flatten().map(Personal::into_string)
    };
    assert_eq!(begun(&["US.1", "+1555"]).await, None);
    let id = AddressKind::On(ChannelKind::Sms);
    let key = PersonKey::phone("+1555");
    let mut by_id = turn_of(&event("US.1", 1), 1);
    by_id.records = vec![
        address(&key, id, "US.1", true),
        address(&key, AddressKind::Phone, "+1777", false),
    ];
    place.store.commit(&[by_id]).await.unwrap();
    assert_eq!(begun(&["+1555", "US.1"]).await.as_deref(), Some("US.1"));
    assert_eq!(begun(&["+1555"]).await, None, "nobody has seen them together");
    let mut together = turn_of(&event("US.1", 2), 2);
    together.records = vec![address(&key, AddressKind::Phone, "+1555", true)];
    // Meanwhile a second conversation began; the first one counts.
    place.store.commit(&[together, met("+1555", 3, 1, &key)]).await.unwrap();
    assert_eq!(begun(&["+1555"]).await.as_deref(), Some("US.1"));
    assert_eq!(begun(&["+1777"]).await, None, "what somebody says proves nothing");
    let asked = [
        shown(&tenant("other"), ChannelKind::Sms, &["US.1"]),
        shown(&acme, ChannelKind::Sms, &["+1999", "US.1"]),
        shown(&acme, ChannelKind::Whatsapp, &["US.1"]),
        shown(&acme, ChannelKind::Sms, &["+1999"]),
        shown(&acme, ChannelKind::Sms, &["+1555"]),
    ];
    let found = people.begun_as(&asked).await.unwrap();
    let first = Some(Personal::from("US.1"));
    assert_eq!(found, [None, first.clone(), None, None, first], "each its own answer");
    assert_eq!(people.begun_as(&[]).await.unwrap(), []);
}

pub async fn who_begins_a_conversation_may_be_known(place: Place) {
    let people = place.people();
    let key = PersonKey::phone(PHONE);
    let mut turn = met(PHONE, 1, 1, &key);
    turn.records.push(address(&key, AddressKind::Phone, "+15550888", false));
    place.store.commit(&[turn]).await.unwrap();
    let arrival = |name: &str, kind: &str, address: &str| Arrival {
        tenant: tenant(name),
        hash: [7; 32],
        proved: Some((kind.to_owned(), address.into())),
    };
    let unproved = Arrival {
        tenant: tenant("acme"),
        hash: [7; 32],
        proved: None,
    };
    let asked = [
        arrival("acme", "phone", "+15550888"),
        arrival("acme", "phone", PHONE),
        arrival("other", "phone", PHONE),
        arrival("acme", "email", PHONE),
        unproved,
    ];
    let known = people.arrived(&asked).await.unwrap();
    let is_elsewhere: Vec<bool> = known.iter().map(|known| known.is_elsewhere).collect();
    assert_eq!(
        is_elsewhere,
        [false, true, false, false, false],
        "proved, by the tenant's own people"
    );
    assert!(known.iter().all(|known| !known.is_sealed));
    assert_eq!(people.arrived(&[]).await.unwrap(), []);
}
