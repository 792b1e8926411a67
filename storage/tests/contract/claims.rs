//! What somebody claims of a person replaces nothing that whoever holds the number has said.

use frontdesk_core::ports::reader::LeadFilter;
use frontdesk_core::records::{Contact, ContactChange, Lead, LeadChange, PersonKey, Proved, Record};
use frontdesk_core::{Language, Personal, Turn};
use serde_json::{Map, json};

use crate::place::Place;
use crate::samples::{FIRST, event, of, turn, turn_of};

const NUMBER: &str = "+15550001";

/// What one conversation says of the person.
#[derive(Clone, Copy)]
struct Said {
    name: Option<&'static str>,
    phone: &'static str,
    email: Option<&'static str>,
    language: Language,
}

const NOTHING: Said = Said {
    name: None,
    phone: NUMBER,
    email: None,
    language: Language::En,
};

/// A turn that says so of who holds the number.
fn says(mut turn: Turn, said: Said, proved: Proved) -> Turn {
    let text = |text: Option<&str>| text.map(Personal::from);
    let key = PersonKey::phone(NUMBER);
    turn.records = vec![
        Record::Contact(ContactChange {
            id: turn.receipt.event.record(0),
            key: key.clone(),
            name: text(said.name),
            phone: Some(said.phone.into()),
            phone_extension: text((said.phone != NUMBER).then_some("9")),
            email: text(said.email),
            language: Some(said.language),
            proved,
        }),
        Record::Lead(LeadChange {
            id: turn.receipt.event.record(1),
            key,
            source: "CHAT".to_owned(),
            name: text(said.name),
            phone: Some(said.phone.into()),
            email: text(said.email),
            context: Map::from_iter([("version".to_owned(), json!(turn.version))]),
            proved,
        }),
    ];
    turn
}

/// What whoever holds the number says of themselves.
fn own(turn: Turn, said: Said) -> Turn {
    let proved = Proved {
        name: said.name.is_some(),
        phone: true,
        email: said.email.is_some(),
    };
    says(turn, said, proved)
}

fn claim(turn: Turn, said: Said) -> Turn {
    says(turn, said, Proved::default())
}

async fn stored(place: &Place) -> (Contact, Lead) {
    let reader = place.reader();
    let mut contacts = reader.contacts(&of("acme"), None, FIRST).await.unwrap().items;
    let mut leads = reader
        .leads(&of("acme"), &LeadFilter::default(), FIRST)
        .await
        .unwrap()
        .items;
    assert_eq!((contacts.len(), leads.len()), (1, 1));
    let (contact, lead) = (contacts.remove(0), leads.remove(0));
    assert_eq!(
        (&contact.name, &contact.phone, &contact.email),
        (&lead.name, &lead.phone, &lead.email)
    );
    (contact, lead)
}

fn is(contact: &Contact, name: &str, email: Option<&str>) {
    assert_eq!(contact.name, Some(name.into()));
    assert_eq!(contact.email, email.map(Into::into));
}

const MALLORY: Said = Said {
    name: Some("Mallory"),
    phone: "+15559999",
    email: Some("mallory@example.com"),
    language: Language::Ru,
};

pub async fn a_claim_replaces_nothing_that_was_proved(place: Place) {
    let ana = Said {
        name: Some("Ana"),
        language: Language::Es,
        ..NOTHING
    };
    place.store.commit(&[own(turn("a", 1), ana)]).await.unwrap();
    let mallory = claim(turn_of(&event("b", 2), 1), MALLORY);
    place.store.commit(&[mallory]).await.unwrap();
    let (contact, lead) = stored(&place).await;
    is(&contact, "Ana", Some("mallory@example.com"));
    assert_eq!(contact.phone, Some(NUMBER.into()));
    assert_eq!(contact.phone_extension, None);
    assert_eq!(contact.language, Some(Language::Es));
    let kept = json!({"name": "Mallory", "phone": "+15559999", "email": "mallory@example.com"});
    assert_eq!(lead.context[Lead::CLAIMED], kept, "what was claimed is kept");
    assert_eq!(lead.context["version"], 1);

    let corrected = Said {
        email: Some("mally@example.com"),
        ..MALLORY
    };
    let corrected = claim(turn_of(&event("b", 3), 2), corrected);
    place.store.commit(&[corrected]).await.unwrap();
    let (contact, _) = stored(&place).await;
    is(&contact, "Ana", Some("mally@example.com"));

    let whole = Said {
        name: Some("Ana Lopez"),
        email: Some("ana@example.com"),
        ..NOTHING
    };
    place.store.commit(&[own(turn("a", 2), whole)]).await.unwrap();
    let again = claim(turn_of(&event("b", 4), 3), MALLORY);
    place.store.commit(&[again, own(turn("a", 3), NOTHING)]).await.unwrap();
    let (contact, lead) = stored(&place).await;
    is(&contact, "Ana Lopez", Some("ana@example.com"));
    assert_eq!(
        contact.language,
        Some(Language::En),
        "the holder writes another language now"
    );
    assert_eq!(lead.context[Lead::CLAIMED], kept);
}

pub async fn claims_among_themselves_are_believed_in_turn(place: Place) {
    let eve = Said {
        name: Some("Eve"),
        ..MALLORY
    };
    let first = claim(turn("a", 1), eve);
    let second = claim(turn_of(&event("b", 2), 1), MALLORY);
    place.store.commit(&[first]).await.unwrap();
    place.store.commit(&[second]).await.unwrap();
    let (contact, lead) = stored(&place).await;
    is(&contact, "Mallory", Some("mallory@example.com"));
    assert_eq!(
        lead.context.get(Lead::CLAIMED),
        None,
        "nothing was held against anything"
    );

    let ana = Said {
        name: Some("Ana"),
        ..NOTHING
    };
    place
        .store
        .commit(&[own(turn_of(&event("c", 3), 1), ana)])
        .await
        .unwrap();
    let (contact, _) = stored(&place).await;
    is(&contact, "Ana", Some("mallory@example.com"));
    assert_eq!(contact.phone, Some(NUMBER.into()), "the number is whose it is");
    let same = Said {
        name: Some("Ana"),
        ..NOTHING
    };
    place.store.commit(&[claim(turn("a", 2), same)]).await.unwrap();
    let (_, lead) = stored(&place).await;
    assert_eq!(
        lead.context.get(Lead::CLAIMED),
        None,
        "who says the same claims nothing else"
    );
}
