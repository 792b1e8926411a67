//! One person over several channels: brought together, told apart, handed out, erased.

use frontdesk_core::ports::dead_letters::DeadLetter;
use frontdesk_core::ports::desk::{Assignment, Note, Tag};
use frontdesk_core::ports::files::{File, Quota};
use frontdesk_core::ports::people::{Arrival, Doomed, ErasureOrder, MergeOrder, Merged, Seal, Shown, Whom};
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::ports::watch::Recovery;
use frontdesk_core::records::{
    AddressKind, AddressKnown, ConsentGiven, ContactChange, LeadChange, NewsletterChange, PersonKey, Proved, Record,
    TicketChange,
};
use frontdesk_core::{ChannelKind, FileId, Personal, Receipt, RecordId, TenantId, TimerChange, Turn, UserId};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::place::Place;
use crate::samples::{FIRST, at, conversation, entry, event, event_for, of, tenant, turn_of};

const PHONE: &str = "+15550101";
const EMAIL: &str = "ana.lopez@example.com";
const NAME: &str = "Ana López";

fn id(number: u128) -> RecordId {
    RecordId(Uuid::from_u128(number))
}

fn contact(number: u128, key: &PersonKey) -> Record {
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

fn address(key: &PersonKey, kind: AddressKind, address: &str, is_proved: bool) -> Record {
    Record::Address(AddressKnown {
        key: key.clone(),
        kind,
        address: address.into(),
        is_proved,
    })
}

/// The first turn of a conversation, whose person is filed under a key and whose number is proved.
fn met(address_: &str, number: i64, contact_id: u128, key: &PersonKey) -> Turn {
    let mut turn = turn_of(&event(address_, number), 1);
    turn.records = vec![
        contact(contact_id, key),
        address(key, AddressKind::Phone, address_, true),
    ];
    turn
}

fn order(number: u128, keep: u128, merge: u128) -> MergeOrder {
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
    let listed = place.reader().contacts(&acme, FIRST).await.unwrap().items;
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
    let listed = place.reader().contacts(&acme, FIRST).await.unwrap().items;
    assert_eq!(listed.len(), 2);
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

/// Whether addresses of these tenants with these hashes had opted out before they were erased.
async fn are_sealed(place: &Place, asked: &[(&str, [u8; 32])]) -> Vec<bool> {
    let arrivals = asked.iter().map(|(name, hash)| Arrival {
        tenant: tenant(name),
        hash: *hash,
        proved: None,
    });
    let arrivals: Vec<Arrival> = arrivals.collect();
    let known = place.people().arrived(&arrivals).await.unwrap();
    known.iter().map(|known| known.is_sealed).collect()
}

fn erasure(contact: u128) -> ErasureOrder {
    ErasureOrder {
        id: Uuid::from_u128(900),
        whom: Whom::Contact(id(contact)),
        by: "olga@example.com".to_owned(),
        at: at(70_000),
    }
}

/// Ana, in every table there is; and somebody else, in most.
async fn fill(place: &Place) {
    let key = PersonKey::phone(PHONE);
    let mut turn = met(PHONE, 1, 1, &key);
    turn.messages[0].content.text = format!("I am {NAME}, {PHONE}, {EMAIL}").into();
    turn.snapshot = format!(r#"{{"person":"phone:{PHONE}","name":"{NAME}","is_opted_out":true}}"#);
    turn.record = format!(r#"{{"event":{{"text":"{NAME} {EMAIL}"}}}}"#);
    turn.timers = vec![TimerChange::Set {
        name: "nudge".into(),
        due: at(99_000),
    }];
    turn.outbox = vec![entry(&turn, 0, "sms")];
    turn.records.extend([
        address(&key, AddressKind::Email, EMAIL, false),
        Record::Lead(LeadChange {
            id: id(101),
            key: key.clone(),
            source: "SMS".to_owned(),
            name: Some(NAME.into()),
            phone: Some(PHONE.into()),
            email: Some(EMAIL.into()),
            context: Map::new(),
            proved: Proved::default(),
        }),
        Record::Newsletter(NewsletterChange {
            id: id(102),
            email: EMAIL.into(),
            name: Some(NAME.into()),
            phone: Some(PHONE.into()),
            source: "SMS".to_owned(),
            email_consent: Some(true),
            sms_consent: None,
            is_confirmed: false,
        }),
        Record::Consent(ConsentGiven {
            id: id(103),
            subject: key.as_str().into(),
            purpose: "newsletter".to_owned(),
            is_granted: true,
            words_shown: "Offers?".to_owned(),
            words_said: NAME.into(),
        }),
        Record::Ticket(TicketChange {
            id: id(104),
            is_open: true,
            reason: "asked".to_owned(),
            context: Map::from_iter([("name".to_owned(), NAME.into())]),
        }),
    ]);
    // A second conversation, whose contact is merged; and a third person.
    let email = PersonKey::email(EMAIL);
    let second = met("US.1234", 2, 2, &email);
    let mut third = met("+15550999", 3, 3, &PersonKey::phone("+15550999"));
    third.outbox = vec![entry(&third, 0, "sms")];
    let file = File {
        id: FileId(Uuid::from_u128(1)),
        conversation: turn.conversation,
        tenant: turn.tenant.clone(),
        name: format!("{NAME}.txt").into(),
        media_type: "text/plain".to_owned(),
        bytes: 20,
        uploaded_at: at(1),
        seq: None,
    };
    let quota = Quota {
        conversation_files_max: 1,
        tenant_bytes_max: 100,
    };
    place.files().reserve(&file, quota).await.unwrap();
    place.files().add_part(file.id, 0, PHONE.as_bytes()).await.unwrap();
    place.store.commit(&[turn, second, third]).await.unwrap();
    let acme = of("acme");
    assert_eq!(
        place.people().merge(&acme, &order(12, 1, 2)).await.unwrap(),
        Merged::Done
    );
    for (number, about) in [(20, PHONE), (21, "somewhere else")] {
        let mut parked = event(about, number);
        if number == 21 {
            // A request that belongs to no conversation, and mentions her.
            parked.sender = Some(format!("from {}", &PHONE[1..]).into());
        }
        let letter = DeadLetter {
            event: parked,
            error: "panicked".to_owned(),
            attempts: 3,
            parked_at: at(20_000),
        };
        place.store.park(&letter).await.unwrap();
    }
    let found = Recovery {
        dedupe: event(PHONE, 1).dedupe,
        tenant: tenant("acme"),
        channel: ChannelKind::Sms,
        conversation: conversation(PHONE),
        lane: "sms:ours".to_owned(),
        sent_at: at(1_000),
        found_at: at(2_000),
    };
    place.watch().note_recovery(&found).await.unwrap();
    note_and_assign(place).await;
}

async fn note_and_assign(place: &Place) {
    let user = UserId(Uuid::from_u128(7));
    let note = Note {
        id: Uuid::from_u128(105),
        conversation: conversation(PHONE),
        tenant: tenant("acme"),
        user,
        author: "Olga".to_owned(),
        text: format!("{NAME} called").into(),
        at: at(30_000),
    };
    place.desk().add_note(&note).await.unwrap();
    let assignment = Assignment {
        conversation: conversation(PHONE),
        tenant: tenant("acme"),
        user,
        name: "Olga".to_owned(),
        at: at(30_000),
    };
    assert!(place.desk().assign(&assignment, None).await.unwrap());
    let tag = Tag {
        conversation: conversation(PHONE),
        tenant: tenant("acme"),
        name: "vip".to_owned(),
        at: at(30_000),
    };
    assert!(place.desk().add_tag(&tag).await.unwrap());
}

/// Tables that hold nothing of the people a business talks to.
const IMPERSONAL: &[&str] = &[
    "_sqlx_migrations",
    "account_states",
    "alarms",
    "api_keys",
    "audit",
    "begun_sign_ins",
    "canned_replies",
    "counters",
    "credentials",
    "erasure_scope",
    "erasures",
    // The content of `files`, which are exported and erased.
    "file_parts",
    "inbound_hours",
    "inbox_marks",
    "list_columns",
    "manifests",
    // Where `messages` in trouble are, and with whom they go.
    "message_troubles",
    "recovery_codes",
    "refusals",
    "routes",
    "saved_views",
    "sealed",
    "second_steps",
    "sessions",
    "settings",
    "shards",
    "sign_in_attempts",
    "tenants",
    "users",
];

/// A new table is either in the list of what is exported and erased, or in the one above.
pub async fn every_table_is_exported_or_impersonal(place: Place) {
    fill(&place).await;
    let export = place.people().export(&of("acme"), id(2)).await.unwrap().unwrap();
    for table in place.tables().await {
        let is_exported = export.contains_key(table.as_str());
        let is_impersonal = IMPERSONAL.contains(&table.as_str());
        assert!(
            is_exported != is_impersonal,
            "`{table}`: say in storage/src/*/erasure.rs how a person's rows are found, or here that it has none"
        );
    }
    for (table, rows) in &export {
        assert!(!rows.is_empty(), "nothing of Ana in `{table}`: fill() leaves it out");
    }
    assert_eq!(export["messages"].len(), 4);
    let words = |row: &Map<String, Value>| row["text"] == format!("I am {NAME}, {PHONE}, {EMAIL}");
    assert!(export["messages"].iter().any(words), "{:?}", export["messages"]);
    assert_eq!(export["conversations"].len(), 2);
    let snapshots: Vec<_> = export["conversations"]
        .iter()
        .map(|row| row["snapshot"]["name"].clone())
        .collect();
    assert!(snapshots.contains(&NAME.into()), "{snapshots:?}");
    assert_eq!(export["dead_letters"].len(), 2);
    // Nothing was kept of the question.
    assert_eq!(place.people().unswept().await.unwrap(), []);
}

pub async fn an_erasure_leaves_nothing_but_its_proof(place: Place) {
    fill(&place).await;
    let (people, acme) = (place.people(), of("acme"));
    let before = place.bytes().await;
    for word in [PHONE, &PHONE[1..], EMAIL, NAME, "US.1234"] {
        assert!(before.contains(word), "{word} is not even there before");
    }
    let hash = [7; 32];
    let seal = |doomed: Doomed<'_>| {
        Some(Seal {
            hash: if doomed.address == PHONE { hash } else { [8; 32] },
            is_opted_out: doomed.snapshot.contains("is_opted_out"),
        })
    };
    let proof = people.erase(&acme, &erasure(2), &seal).await.unwrap().unwrap();
    assert_eq!((proof.counts["conversations"], proof.counts["messages"]), (2, 4));
    assert_eq!((proof.counts["contacts"], proof.counts["dead_letters"]), (2, 2));
    assert_eq!(
        people.erase(&acme, &erasure(2), &seal).await.unwrap(),
        Some(proof.clone())
    );

    let waiting = people.unswept().await.unwrap();
    assert_eq!((waiting.len(), waiting[0].0), (1, proof.id));
    assert!(waiting[0].1.contains(&conversation(PHONE)) && waiting[0].1.contains(&conversation("US.1234")));
    assert!(people.swept(proof.id, at(71_000)).await.unwrap());
    assert_eq!(people.unswept().await.unwrap(), []);
    let proofs = people.erasures(&acme, FIRST).await.unwrap().items;
    assert_eq!(proofs.len(), 1);
    assert_eq!(
        (&proofs[0].counts, proofs[0].swept_at),
        (&proof.counts, Some(at(71_000)))
    );
    assert_eq!(people.erasures(&of("other"), FIRST).await.unwrap().items, []);

    let after = place.bytes().await;
    for word in [PHONE, &PHONE[1..], EMAIL, NAME, "US.1234"] {
        assert!(!after.contains(word), "{word} is still there");
    }
    // Somebody else is untouched, and the ledger adds up.
    let other = people.profile(&acme, id(3)).await.unwrap().unwrap();
    assert_eq!(other.conversations.len(), 1);
    let ledger = place.reader().ledger(&Scope::All).await.unwrap();
    assert!(
        ledger.iter().all(frontdesk_core::ports::reader::LedgerRow::is_balanced),
        "{ledger:?}"
    );
    // Who had opted out still has.
    let asked = [("acme", [8; 32]), ("acme", hash), ("other", hash)];
    assert_eq!(are_sealed(&place, &asked).await, [false, true, false]);
}

pub async fn what_another_process_erased_is_no_longer_written_to(place: Place) {
    let key = PersonKey::phone(PHONE);
    place.store.commit(&[met(PHONE, 1, 1, &key)]).await.unwrap();
    let other = place.open_again().await;
    let nothing = |_: Doomed<'_>| None;
    let erased = other.people().erase(&of("acme"), &erasure(1), &nothing).await.unwrap();
    assert!(erased.is_some());
    let stale = turn_of(&event(PHONE, 2), 2);
    let answers = place.store.commit(&[stale]).await.unwrap();
    assert_eq!(answers, [frontdesk_core::ports::store::Committed::Conflict]);
    assert!(place.store.load(&[conversation(PHONE)]).await.unwrap().is_empty());
}

/// Somebody of whom nothing is known but a conversation.
pub async fn who_left_neither_phone_nor_email_is_erased_by_the_conversation(place: Place) {
    fill(&place).await;
    let (people, acme) = (place.people(), of("acme"));
    let thread = "thread-of-nobody-known";
    for number in 1..=2 {
        let turn = turn_of(&event(thread, number), u64::try_from(number).unwrap());
        place.store.commit(&[turn]).await.unwrap();
    }
    let id = conversation(thread);
    assert_eq!(people.contact_of(&acme, id).await.unwrap(), None);
    assert!(place.bytes().await.contains(thread));
    let order = ErasureOrder {
        id: Uuid::from_u128(910),
        whom: Whom::Conversation(id),
        ..erasure(0)
    };
    let nothing = |_: Doomed<'_>| None;
    assert_eq!(people.erase(&of("other"), &order, &nothing).await.unwrap(), None);
    let proof = people.erase(&acme, &order, &nothing).await.unwrap().unwrap();
    assert_eq!((proof.counts["conversations"], proof.counts["contacts"]), (1, 0));
    assert!(proof.counts["messages"] > 0 && proof.counts["turns"] == 2, "{proof:?}");
    assert_eq!(proof.contact.0, order.id, "nothing that leads to the conversation");
    assert_eq!(people.unswept().await.unwrap(), [(order.id, vec![id])]);
    assert!(people.swept(order.id, at(71_000)).await.unwrap());
    let after = place.bytes().await;
    assert!(!after.contains(thread) && after.contains(PHONE), "others are untouched");
    assert!(!after.contains(&id.to_string()), "nor is its id anywhere");

    // Whoever has a contact is erased whole, by any conversation.
    let order = ErasureOrder {
        id: Uuid::from_u128(911),
        whom: Whom::Conversation(conversation(PHONE)),
        ..erasure(0)
    };
    let proof = people.erase(&acme, &order, &nothing).await.unwrap().unwrap();
    assert_eq!((proof.counts["conversations"], proof.counts["contacts"]), (2, 2));
    let unknown = ErasureOrder {
        id: Uuid::from_u128(912),
        whom: Whom::Conversation(conversation("nobody")),
        ..erasure(0)
    };
    assert_eq!(people.erase(&acme, &unknown, &nothing).await.unwrap(), None);
}

pub async fn a_writer_of_an_erased_conversation_starts_anew(place: Place) {
    let key = PersonKey::phone(PHONE);
    let first = met(PHONE, 1, 1, &key);
    place.store.commit(std::slice::from_ref(&first)).await.unwrap();
    let nothing = |_: Doomed<'_>| None;
    place
        .people()
        .erase(&of("acme"), &erasure(1), &nothing)
        .await
        .unwrap()
        .unwrap();
    let stale = turn_of(&event(PHONE, 2), 2);
    let answers = place.store.commit(&[stale]).await.unwrap();
    assert_eq!(answers, [frontdesk_core::ports::store::Committed::Conflict]);
    let anew = turn_of(&event(PHONE, 2), 1);
    assert_eq!(
        place.store.commit(std::slice::from_ref(&anew)).await.unwrap(),
        [frontdesk_core::ports::store::Committed::Done]
    );
    let Receipt { dedupe, .. } = anew.receipt;
    assert_ne!(dedupe, first.receipt.dedupe);
    // Somebody who opted in again is let in again.
    let seal = |is_opted_out| {
        move |_: Doomed<'_>| {
            Some(Seal {
                hash: [7; 32],
                is_opted_out,
            })
        }
    };
    for (number, is_opted_out) in [(901, true), (902, false)] {
        let mut turn = met("+15550999", number, 5, &PersonKey::phone("+15550999"));
        turn.receipt.event = event("+15550999", number).id;
        place.store.commit(&[turn]).await.unwrap();
        let order = ErasureOrder {
            id: Uuid::from_u128(u128::try_from(number).unwrap()),
            ..erasure(5)
        };
        place
            .people()
            .erase(&of("acme"), &order, &seal(is_opted_out))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(are_sealed(&place, &[("acme", [7; 32])]).await, [is_opted_out]);
    }
}
