//! The list of all messages: whose they are, which ones are wanted, and those in trouble.

use frontdesk_core::ports::reader::{Cursor, MessageFilter, Page, Scope, TrafficRow};
use frontdesk_core::{ChannelKind, Content, DeliveryStatus, MessageId, StatusChange, Turn};

use crate::place::Place;
use crate::samples::{FIRST, at, conversation, event, event_for, of, tenant, turn, turn_of};

/// Reads the list in parts of two rows.
async fn walk(place: &Place, scope: &Scope, wanted: &MessageFilter) -> Vec<MessageId> {
    let mut seen = Vec::new();
    let mut after: Option<Cursor> = None;
    loop {
        let page = Page { after, limit: 2 };
        let part = place.reader().message_log(scope, wanted, page).await.unwrap();
        assert!(part.items.len() <= 2);
        seen.extend(part.items.iter().map(|row| row.message.id));
        match part.next {
            Some(next) => after = Some(next),
            None => return seen,
        }
    }
}

/// Ids of the messages of turns, newest first.
fn newest_first<'t>(turns: impl IntoIterator<Item = &'t Turn>) -> Vec<MessageId> {
    let messages = turns.into_iter().flat_map(|turn| &turn.messages);
    let mut keys: Vec<_> = messages.map(|message| (message.at, message.id.0)).collect();
    keys.sort_unstable();
    keys.iter().rev().map(|key| MessageId(key.1)).collect()
}

pub async fn messages_of_all_conversations_are_paged(place: Place) {
    let turns = [
        turn_of(&event("a", 1), 1),
        turn_of(&event("b", 3), 1),
        turn_of(&event("c", 3), 1),
        turn_of(&event_for("other", "a", 2), 1),
        turn_of(&event_for("third", "a", 9), 1),
    ];
    place.store.commit(&turns).await.unwrap();
    let any = MessageFilter::default();
    assert_eq!(walk(&place, &Scope::All, &any).await, newest_first(&turns));
    assert_eq!(walk(&place, &of("acme"), &any).await, newest_first(&turns[..3]));
    assert_eq!(walk(&place, &of("other"), &any).await, newest_first(&turns[3..4]));
    assert_eq!(walk(&place, &of("nobody"), &any).await, []);

    let rows = place
        .reader()
        .message_log(&of("other"), &any, FIRST)
        .await
        .unwrap()
        .items;
    let row = rows.iter().find(|row| row.message.seq == 1).unwrap();
    assert_eq!(row.message, turns[3].messages[0]);
    assert_eq!((&row.tenant, row.channel), (&tenant("other"), ChannelKind::Sms));
    assert_eq!((row.conversation, row.address.as_str()), (turns[3].conversation, "a"));
    assert_eq!(row.state.get(), turns[3].snapshot);
}

pub async fn messages_are_filtered(place: Place) {
    let mut turns = [turn_of(&event("a", 1), 1), turn_of(&event("b", 2), 1)];
    turns[0].messages[0].content = Content::text("Стол на ДЕСЯТЬ, 50% off");
    turns[1].messages[1].content = Content::text("A table, for ten");
    turns[1].messages[1].status = DeliveryStatus::Sent;
    place.store.commit(&turns).await.unwrap();
    let ids = |places: &[(usize, usize)]| -> Vec<MessageId> {
        places
            .iter()
            .map(|(turn, message)| turns[*turn].messages[*message].id)
            .collect()
    };
    let words = |words: &str| MessageFilter {
        words: Some(words.into()),
        ..MessageFilter::default()
    };
    let inbound = |is_inbound| MessageFilter {
        is_inbound: Some(is_inbound),
        ..MessageFilter::default()
    };
    let channel = |channel| MessageFilter {
        channel: Some(channel),
        ..MessageFilter::default()
    };
    let statuses = |statuses: &[DeliveryStatus]| MessageFilter {
        statuses: statuses.to_vec(),
        ..MessageFilter::default()
    };
    let table = [
        (words("a TABLE"), ids(&[(1, 1)])),
        (words("Стол"), ids(&[(0, 0)])),
        (words("стол"), ids(&[(0, 0)])),
        (words("50%"), ids(&[(0, 0)])),
        (words("5_%"), ids(&[])),
        (inbound(true), ids(&[(1, 0), (0, 0)])),
        (statuses(&[DeliveryStatus::Sent]), ids(&[(1, 1)])),
        (
            statuses(&[DeliveryStatus::Pending, DeliveryStatus::Sent]),
            ids(&[(1, 1), (0, 1)]),
        ),
        (channel(ChannelKind::Voice), ids(&[])),
        (channel(ChannelKind::Sms), newest_first(&turns)),
    ];
    for (wanted, found) in table {
        for scope in [of("acme"), Scope::All] {
            assert_eq!(walk(&place, &scope, &wanted).await, found, "{wanted:?} {scope:?}");
        }
        assert_eq!(walk(&place, &of("other"), &wanted).await, [], "{wanted:?}");
    }
}

/// A turn of `address` that moves its second message on.
fn moves(address: &str, version: u64, status: DeliveryStatus) -> Turn {
    let mut turn = turn(address, version);
    turn.status_changes = vec![StatusChange {
        from_seq: 2,
        up_to_seq: 2,
        status,
        reason: None,
    }];
    turn
}

pub async fn messages_in_trouble_are_found_until_they_are_out_of_it(place: Place) {
    let mut refused = turn("refused", 1);
    refused.messages[1].status = DeliveryStatus::Failed;
    let turns = [refused, turn("lost", 1), turn("fine", 1)];
    place.store.commit(&turns).await.unwrap();
    let said = |address: &str| {
        let turn = turns.iter().find(|turn| turn.conversation == conversation(address));
        turn.unwrap().messages[1].id
    };
    let wanted = MessageFilter {
        statuses: DeliveryStatus::TROUBLED.to_vec(),
        ..MessageFilter::default()
    };
    let troubled = async || {
        let mut found = walk(&place, &of("acme"), &wanted).await;
        assert_eq!(walk(&place, &Scope::All, &wanted).await, found);
        assert_eq!(walk(&place, &of("other"), &wanted).await, []);
        found.sort_unstable_by_key(|id| id.0);
        found
    };
    let both = |mut ids: Vec<MessageId>| {
        ids.sort_unstable_by_key(|id| id.0);
        ids
    };
    assert_eq!(troubled().await, [said("refused")]);
    place
        .store
        .commit(&[
            moves("lost", 2, DeliveryStatus::Unknown),
            moves("fine", 2, DeliveryStatus::Sent),
        ])
        .await
        .unwrap();
    assert_eq!(troubled().await, both(vec![said("refused"), said("lost")]));
    let unknown = MessageFilter {
        statuses: vec![DeliveryStatus::Unknown],
        ..MessageFilter::default()
    };
    assert_eq!(walk(&place, &of("acme"), &unknown).await, [said("lost")]);
    // What moves on within trouble stays, what is dealt with goes.
    place
        .store
        .commit(&[
            moves("lost", 3, DeliveryStatus::Escalated),
            moves("refused", 2, DeliveryStatus::Resolved),
        ])
        .await
        .unwrap();
    assert_eq!(troubled().await, [said("lost")]);
    assert_eq!(walk(&place, &of("acme"), &unknown).await, []);

    let acme = tenant("acme");
    place
        .retention()
        .forget_conversations(&acme, at(50_000), None)
        .await
        .unwrap();
    assert_eq!(troubled().await, []);
}

pub async fn traffic_is_told_by_channel_and_direction(place: Place) {
    let mut calls = turn_of(&event("c", 5), 1);
    calls.channel = ChannelKind::Voice;
    calls.messages.truncate(1);
    let turns = [
        turn_of(&event("a", 1), 1),
        turn_of(&event("b", 3), 1),
        calls,
        turn_of(&event_for("other", "a", 2), 1),
    ];
    place.store.commit(&turns).await.unwrap();
    let row = |name: &str, channel, is_inbound, last, count, looked_at| TrafficRow {
        tenant: tenant(name),
        channel,
        is_inbound,
        last_at: at(last),
        count,
        looked_at,
    };
    let own = [
        row("acme", ChannelKind::Sms, false, 3_000, 1, 2),
        row("acme", ChannelKind::Sms, true, 3_000, 1, 2),
        row("acme", ChannelKind::Voice, true, 5_000, 1, 1),
    ];
    let theirs = [
        row("other", ChannelKind::Sms, false, 2_000, 1, 1),
        row("other", ChannelKind::Sms, true, 2_000, 1, 1),
    ];
    let reader = place.reader();
    let traffic = async |scope: Scope, limit| reader.traffic(&scope, at(2_000), limit).await.unwrap();
    assert_eq!(traffic(of("acme"), 100).await, own);
    assert_eq!(traffic(of("other"), 100).await, theirs);
    assert_eq!(traffic(Scope::All, 100).await, [&own[..], &theirs[..]].concat());
    assert_eq!(traffic(of("nobody"), 100).await, []);
    assert_eq!(
        traffic(of("acme"), 1).await,
        own[2..],
        "no further back than it is told"
    );
}
