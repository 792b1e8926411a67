//! Lists are read in pages, by whoever may see them.

use frontdesk_core::ports::dead_letters::DeadLetter;
use frontdesk_core::ports::reader::{Cursor, LeadFilter, LedgerRow, Page, RefusedRow, Rows, Scope, TimerRow};
use frontdesk_core::ports::watch::Recovery;
use frontdesk_core::records::{ContactChange, Lead, LeadChange, NewsletterChange, PersonKey, Proved, Record};
use frontdesk_core::{ChannelKind, ConversationStatus, Outcome, TimerChange, Turn};
use uuid::Uuid;

use crate::place::Place;
use crate::samples::{FIRST, at, conversation, event, event_for, of, receipt, tenant, turn, turn_of};

/// Five conversations of `acme`, two of them from the same moment, and one of `other`.
fn six() -> Vec<Turn> {
    let mut turns: Vec<Turn> = (1..=5)
        .map(|number| turn_of(&event(&format!("p{number}"), number), 1))
        .collect();
    turns[3].at = turns[2].at;
    turns.push(turn_of(&event_for("other", "p1", 3), 1));
    turns
}

/// Reads a list page by page and returns its ids.
async fn walk<T, F: Future<Output = Rows<T>>>(list: impl Fn(Page) -> F, id: impl Fn(&T) -> Uuid) -> Vec<Uuid> {
    let mut seen = Vec::new();
    let mut after: Option<Cursor> = None;
    loop {
        let part = list(Page { after, limit: 2 }).await;
        assert!(part.items.len() <= 2);
        seen.extend(part.items.iter().map(&id));
        match part.next {
            Some(next) => after = Some(next),
            None => return seen,
        }
    }
}

fn newest_first(turns: &[Turn], id: impl Fn(&Turn) -> Uuid) -> Vec<Uuid> {
    let mut keys: Vec<_> = turns.iter().map(|turn| (turn.at, id(turn))).collect();
    keys.sort_unstable();
    keys.iter().rev().map(|key| key.1).collect()
}

pub async fn conversations_are_paged_newest_first(place: Place) {
    let turns = six();
    place.store.commit(&turns).await.unwrap();
    let reader = place.reader();
    for (scope, wanted) in [
        (Scope::All, &turns[..]),
        (of("acme"), &turns[..5]),
        (of("other"), &turns[5..]),
    ] {
        let scope = &scope;
        let list = |page| async move { reader.conversations(scope, None, page).await.unwrap() };
        let seen = walk(list, |row| row.id.0).await;
        assert_eq!(seen, newest_first(wanted, |turn| turn.conversation.0), "{scope:?}");
    }
    let none = reader.conversations(&of("nobody"), None, FIRST).await.unwrap();
    assert!(none.items.is_empty() && none.next.is_none());
    let row = reader
        .conversations(&of("other"), None, FIRST)
        .await
        .unwrap()
        .items
        .remove(0);
    assert_eq!((row.version, row.last_seq, row.channel), (1, 2, ChannelKind::Sms));
    assert_eq!((row.tenant, row.address), (tenant("other"), "p1".into()));
    assert_eq!((row.created_at, row.updated_at), (at(3_000), at(3_000)));
}

pub async fn conversations_are_filtered_by_status(place: Place) {
    let mut turns = six();
    let statuses = [
        ConversationStatus::NeedsPerson,
        ConversationStatus::Open,
        ConversationStatus::NeedsPerson,
        ConversationStatus::WithPerson,
        ConversationStatus::Done,
        ConversationStatus::NeedsPerson,
    ];
    for (turn, status) in turns.iter_mut().zip(statuses) {
        turn.status = status;
    }
    place.store.commit(&turns).await.unwrap();
    let reader = place.reader();
    for status in ConversationStatus::ALL {
        for scope in [Scope::All, of("acme")] {
            let wanted: Vec<Turn> = turns
                .iter()
                .filter(|turn| turn.status == status && scope.tenant().is_none_or(|tenant| *tenant == turn.tenant))
                .cloned()
                .collect();
            let scope = &scope;
            let list = |page| async move { reader.conversations(scope, Some(status), page).await.unwrap() };
            let seen = walk(list, |row| row.id.0).await;
            assert_eq!(
                seen,
                newest_first(&wanted, |turn| turn.conversation.0),
                "{status:?} {scope:?}"
            );
        }
    }
}

pub async fn a_conversation_is_shown_with_its_timers(place: Place) {
    let mut turn = turn("a", 1);
    let set = |name: &str, due| TimerChange::Set {
        name: name.into(),
        due: at(due),
    };
    turn.timers = vec![set("resume", 9_000), set("nudge", 5_000)];
    place.store.commit(std::slice::from_ref(&turn)).await.unwrap();
    let reader = place.reader();
    let shown = reader
        .conversation(&of("acme"), turn.conversation)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(shown.row.id, turn.conversation);
    assert_eq!(shown.state.get(), turn.snapshot);
    let row = |name: &str, due| TimerRow {
        name: name.to_owned(),
        due: at(due),
    };
    assert_eq!(shown.timers, [row("nudge", 5_000), row("resume", 9_000)]);
    assert!(
        reader
            .conversation(&Scope::All, turn.conversation)
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        reader
            .conversation(&of("other"), turn.conversation)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        reader
            .conversation(&Scope::All, conversation("b"))
            .await
            .unwrap()
            .is_none()
    );
}

pub async fn turns_and_messages_are_of_the_scope(place: Place) {
    let (store, reader) = (&place.store, place.reader());
    for version in 1..=4 {
        store.commit(&[turn("a", version), turn("b", version)]).await.unwrap();
    }
    let id = conversation("a");
    let turns = reader.turns(&of("acme"), id, 1, 2).await.unwrap();
    let read: Vec<_> = turns
        .iter()
        .map(|turn| (turn.version, turn.at, turn.record.get()))
        .collect();
    let wanted = [(2, at(2_000), "{\"event\":\"2\"}"), (3, at(3_000), "{\"event\":\"3\"}")];
    assert_eq!(read, wanted);
    assert_eq!(reader.turns(&Scope::All, id, 0, 100).await.unwrap().len(), 4);
    assert!(reader.turns(&of("other"), id, 0, 100).await.unwrap().is_empty());

    let messages = reader.messages(&of("acme"), id, 3, 2).await.unwrap();
    assert_eq!(messages.iter().map(|message| message.seq).collect::<Vec<_>>(), [4, 5]);
    assert_eq!(reader.messages(&Scope::All, id, 0, 100).await.unwrap().len(), 8);
    assert!(reader.messages(&of("other"), id, 0, 100).await.unwrap().is_empty());
}

pub async fn contacts_leads_and_newsletter_are_paged(place: Place) {
    let mut turns = six();
    for turn in &mut turns {
        let key = PersonKey::email(&format!("{}@example.com", turn.address.as_str()));
        let event = turn.receipt.event;
        turn.records = vec![
            Record::Contact(ContactChange {
                id: event.record(0),
                key: key.clone(),
                name: None,
                phone: None,
                phone_extension: None,
                email: None,
                language: None,
                proved: Proved::default(),
            }),
            Record::Lead(LeadChange {
                id: event.record(1),
                key,
                source: "CHAT".to_owned(),
                name: None,
                phone: None,
                email: None,
                context: serde_json::Map::new(),
                proved: Proved::default(),
            }),
            Record::Newsletter(NewsletterChange {
                id: event.record(2),
                email: turn.address.clone(),
                name: None,
                phone: None,
                source: "CHAT".to_owned(),
                email_consent: Some(true),
                sms_consent: None,
                is_confirmed: false,
            }),
        ];
    }
    place.store.commit(&turns).await.unwrap();
    let reader = place.reader();
    for (scope, wanted) in [(Scope::All, &turns[..]), (of("acme"), &turns[..5])] {
        let scope = &scope;
        let record = |ordinal| newest_first(wanted, move |turn| turn.receipt.event.record(ordinal).0);
        let list = |page| async move { reader.contacts(scope, None, page).await.unwrap() };
        assert_eq!(walk(list, |row| row.id.0).await, record(0));
        let list = |page| async move { reader.leads(scope, &LeadFilter::default(), page).await.unwrap() };
        assert_eq!(walk(list, |row| row.id.0).await, record(1));
        let list = |page| async move { reader.newsletter(scope, page).await.unwrap() };
        assert_eq!(walk(list, |row| row.id.0).await, record(2));
    }
}

pub async fn leads_are_marked_and_filtered(place: Place) {
    let mut turns = six();
    let sources = ["CHAT", "BOOKING", "CHAT", "BOOKING", "PHONE", "CHAT"];
    let lead = |turn: &Turn, source: &str| {
        Record::Lead(LeadChange {
            id: turn.receipt.event.record(0),
            key: PersonKey::email(&format!("{}@example.com", turn.address.as_str())),
            source: source.to_owned(),
            name: None,
            phone: None,
            email: None,
            context: serde_json::Map::new(),
            proved: Proved::default(),
        })
    };
    for (turn, source) in turns.iter_mut().zip(sources) {
        turn.records = vec![lead(turn, source)];
    }
    place.store.commit(&turns).await.unwrap();
    let (reader, desk) = (place.reader(), place.desk());
    let id = |index: usize| turns[index].receipt.event.record(0);
    let foreign = desk.mark_leads(&of("acme"), &[id(5)], true).await.unwrap();
    assert_eq!(foreign, [], "another tenant's lead is left alone");
    let mut marked = desk.mark_leads(&of("acme"), &[id(0), id(1)], true).await.unwrap();
    marked.sort_unstable_by_key(|(id, _)| *id);
    let mut both = [(id(0), tenant("acme")), (id(1), tenant("acme"))];
    both.sort_unstable_by_key(|(id, _)| *id);
    assert_eq!(marked, both);
    assert_eq!(desk.mark_leads(&Scope::All, &[id(0)], true).await.unwrap(), []);
    for (source, is_new, wanted) in [
        (None, false, vec![0, 1, 2, 3, 4]),
        (None, true, vec![2, 3, 4]),
        (Some("BOOKING"), false, vec![1, 3]),
        (Some("BOOKING"), true, vec![3]),
        (Some("NOWHERE"), false, vec![]),
    ] {
        let filter = LeadFilter {
            source: source.map(str::to_owned),
            is_new,
        };
        let expected: Vec<Turn> = wanted.into_iter().map(|index: usize| turns[index].clone()).collect();
        let expected = newest_first(&expected, |turn| turn.receipt.event.record(0).0);
        let (filter, scope) = (&filter, &of("acme"));
        let list = |page| async move { reader.leads(scope, filter, page).await.unwrap() };
        assert_eq!(walk(list, |row| row.id.0).await, expected, "{filter:?}");
    }
    let again = desk.mark_leads(&Scope::All, &[id(1)], false).await.unwrap();
    assert_eq!(again, [(id(1), tenant("acme"))]);
    let status = |id| async move { reader.lead(&of("acme"), id).await.unwrap().unwrap().status };
    assert_eq!(status(id(0)).await, Lead::HANDLED);
    let mut news = turn_of(&event(turns[0].address.as_str(), 99), 2);
    news.records = vec![lead(&news, "PHONE")];
    place.store.commit(&[news]).await.unwrap();
    assert_eq!(
        status(id(0)).await,
        Lead::NEW,
        "who writes again is to be looked at again"
    );
}

pub async fn dead_letters_are_listed(place: Place) {
    let (store, reader) = (&place.store, place.reader());
    for turn in six() {
        let mut event = event_for(turn.tenant.as_str(), &turn.address, 1);
        event.dedupe = turn.receipt.dedupe;
        event.id = turn.receipt.event;
        let parked_at = turn.at;
        let letter = DeadLetter {
            event,
            error: "panicked".to_owned(),
            attempts: 3,
            parked_at,
        };
        store.park(&letter).await.unwrap();
    }
    let mut replay = turn_of(&event("p1", 1), 1);
    replay.is_replay = true;
    replay.at = at(95_000);
    store.commit(&[replay]).await.unwrap();

    let turns = six();
    let letters = |turns: &[Turn]| newest_first(turns, |turn| turn.receipt.event.dead_letter().0);
    for (scope, resolved, wanted) in [
        (Scope::All, true, &turns[..]),
        (Scope::All, false, &turns[1..]),
        (of("acme"), true, &turns[..5]),
        (of("acme"), false, &turns[1..5]),
        (of("nobody"), true, &turns[..0]),
    ] {
        let scope = &scope;
        let list = |page| async move { reader.dead_letters(scope, resolved, page).await.unwrap() };
        let seen = walk(list, |row| row.id.0).await;
        assert_eq!(seen, letters(wanted), "{scope:?} {resolved}");
    }
    for (channel, resolved, count) in [
        (ChannelKind::Sms, true, 5),
        (ChannelKind::Sms, false, 4),
        (ChannelKind::Voice, true, 0),
    ] {
        let acme = of("acme");
        let rows = reader.dead_letters_of(&acme, channel, resolved, FIRST).await.unwrap();
        assert_eq!(rows.items.len(), count, "{channel:?} {resolved}");
    }
    let rows = reader.dead_letters(&of("acme"), true, FIRST).await.unwrap().items;
    let last = rows.last().unwrap();
    assert_eq!(
        (last.kind.as_str(), last.error.as_str(), last.attempts),
        ("message", "panicked", 3)
    );
    assert_eq!((last.parked_at, last.resolved_at), (at(1_000), Some(at(95_000))));
    assert_eq!(rows[0].resolved_at, None);
}

pub async fn refused_events_are_listed_with_their_reason(place: Place) {
    let (store, reader) = (&place.store, place.reader());
    store.commit(&[turn_of(&event("p1", 1), 1)]).await.unwrap();
    let refuse = |tenant: &str, person: &str, number, reason: &str| {
        let reason = reason.to_owned();
        receipt(&event_for(tenant, person, number), Outcome::Refused { reason })
    };
    let receipts = [
        refuse("acme", "p1", 2, "unknown_message"),
        refuse("acme", "p2", 3, "unknown_message"),
        refuse("other", "p1", 4, "forbidden"),
        refuse("acme", "p3", 5, "unowned_address"),
    ];
    store.refuse(&receipts).await.unwrap();
    store.refuse(&receipts).await.unwrap();
    let newest = |numbers: &[usize]| numbers.iter().map(|at| receipts[*at].event.0).collect::<Vec<_>>();
    for (scope, wanted) in [
        (Scope::All, newest(&[3, 2, 1, 0])),
        (of("acme"), newest(&[3, 1, 0])),
        (of("other"), newest(&[2])),
        (of("nobody"), Vec::new()),
    ] {
        let scope = &scope;
        let list = |page| async move { reader.refused(scope, page).await.unwrap() };
        assert_eq!(walk(list, |row| row.id.0).await, wanted, "{scope:?}");
    }
    let rows = reader.refused(&of("acme"), FIRST).await.unwrap().items;
    let told = |row: &RefusedRow| (row.reason.clone(), row.kind.clone(), row.channel, row.received_at);
    let first = &receipts[3];
    let expected = (
        "unowned_address".to_owned(),
        first.kind.clone(),
        first.channel,
        first.received_at,
    );
    assert_eq!(told(&rows[0]), expected);
    assert_eq!(rows[0].conversation, None, "it never began");
    assert_eq!(rows[2].conversation, Some(receipts[0].conversation));
}

pub async fn the_ledger_balances(place: Place) {
    let (store, reader) = (&place.store, place.reader());
    store.commit(&six()).await.unwrap();
    store.commit(&six()).await.unwrap();
    let refused = Outcome::Refused {
        reason: "forbidden".to_owned(),
    };
    store.refuse(&[receipt(&event("p1", 50), refused)]).await.unwrap();
    let letter = |number| DeadLetter {
        event: event("p1", number),
        error: "panicked".to_owned(),
        attempts: 3,
        parked_at: at(1),
    };
    store.park(&letter(51)).await.unwrap();
    store.park(&letter(52)).await.unwrap();
    let mut replay = turn_of(&event("p1", 52), 2);
    replay.is_replay = true;
    store.commit(&[replay]).await.unwrap();
    let found = event("p1", 50);
    let recovery = Recovery {
        dedupe: found.dedupe,
        tenant: found.tenant,
        channel: found.channel,
        conversation: found.conversation,
        lane: "carrier:+1555".to_owned(),
        sent_at: at(50_000),
        found_at: at(99_000),
    };
    place.watch().note_recovery(&recovery).await.unwrap();

    let acme = LedgerRow {
        tenant: tenant("acme"),
        channel: ChannelKind::Sms,
        receipts: 8,
        processed: 6,
        parked: 1,
        refused: 1,
        recovered: 1,
        turns: 6,
        waiting: 1,
    };
    assert!(acme.is_balanced());
    assert_eq!(reader.ledger(&of("acme")).await.unwrap(), std::slice::from_ref(&acme));
    let all = reader.ledger(&Scope::All).await.unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(all[0], acme);
    assert!(all[1].is_balanced() && all[1].tenant == tenant("other"));
    assert_eq!(reader.ledger(&of("nobody")).await.unwrap(), []);
}
