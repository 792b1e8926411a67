//! One person, handed out or erased.

use frontdesk_core::ports::dead_letters::DeadLetter;
use frontdesk_core::ports::desk::{Assignment, Note, Tag};
use frontdesk_core::ports::files::{File, Quota};
use frontdesk_core::ports::people::{Arrival, Doomed, ErasureOrder, Merged, Seal, Tagging, Whom};
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::ports::watch::Recovery;
use frontdesk_core::records::{
    AddressKind, ConsentGiven, LeadChange, NewsletterChange, PersonKey, Proved, Record, TicketChange,
};
use frontdesk_core::{ChannelKind, FileId, Receipt, TimerChange, UserId};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::people::{EMAIL, NAME, PHONE, address, id, met, order};
use crate::place::Place;
use crate::samples::{FIRST, at, conversation, entry, event, of, tenant, turn_of};

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

pub fn erasure(contact: u128) -> ErasureOrder {
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
    let tagging = Tagging {
        contacts: vec![id(1)],
        tag: NAME.to_owned(),
        is_put_on: true,
        at: at(15_000),
    };
    assert_eq!(place.people().tag(&acme, &tagging).await.unwrap().changed.len(), 1);
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
    "ledger",
    "ledger_journal",
    "ledger_opening",
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
    "source_round",
    "source_sums",
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
    crate::books::prove(&place).await;
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
