//! Reports over days that were counted ahead say what counting all of them says.

use frontdesk_core::ports::reader::Scope;
use frontdesk_core::records::{LeadChange, PersonKey, Record};
use frontdesk_core::{Timestamp, Turn};

use crate::place::Place;
use crate::samples::{event, event_for, of, turn_of};

const HOUR_MS: i64 = 3_600_000;

const fn hour(hour: i64) -> Timestamp {
    Timestamp::from_millis(hour * HOUR_MS)
}

/// Somebody first heard of, or heard of again, in an hour.
fn lead_at(mut turn: Turn, at: i64, email: Option<&str>) -> Turn {
    turn.at = hour(at);
    let lead = LeadChange {
        id: turn.receipt.event.record(1),
        key: PersonKey::phone(turn.address.as_str()),
        source: "CHAT".to_owned(),
        name: Some("Ana".into()),
        phone: None,
        email: email.map(Into::into),
        context: serde_json::Map::new(),
        proved: frontdesk_core::records::Proved::default(),
    };
    turn.records = vec![Record::Lead(lead)];
    turn
}

/// Hours at which leads were first heard of; spans are of 96 hours.
const LEADS: [i64; 6] = [0, 95, 96, 120, 480, 530];

async fn fill(place: &Place) {
    for (number, at) in (1..).zip(LEADS) {
        let turn = turn_of(&event(&format!("p{number}"), number), 1);
        place.store.commit(&[lead_at(turn, at, None)]).await.unwrap();
    }
    let other = turn_of(&event_for("other", "p9", 9), 1);
    place.store.commit(&[lead_at(other, 97, None)]).await.unwrap();
}

/// How many leads of acme the report tells of.
async fn told(place: &Place, from: Timestamp, until: Timestamp) -> (u64, u64) {
    let rows = place.reader().sources(&of("acme"), from, until).await.unwrap();
    rows.first().map_or((0, 0), |row| (row.leads, row.with_email))
}

async fn finish_round(place: &Place, now: i64, next_round: i64) -> u64 {
    let mut steps = 0;
    while place
        .recount()
        .recount_sources(hour(now), hour(next_round))
        .await
        .unwrap()
    {
        steps += 1;
    }
    steps
}

pub async fn a_report_says_what_counting_all_says(place: Place) {
    fill(&place).await;
    let ends = [0, 1, 95, 96, 97, 119, 120, 192, 300, 480, 481, 530, 531, 700];
    let check = async |when: &str| {
        for from in ends {
            for until in ends.into_iter().filter(|until| *until >= from) {
                let expected = LEADS.iter().filter(|at| (from..until).contains(*at)).count() as u64;
                let told = told(&place, hour(from), hour(until)).await;
                assert_eq!(told, (expected, 0), "{from} to {until}, {when}");
            }
        }
        let ever = Timestamp::from_millis(i64::MAX);
        let all = place.reader().sources(&Scope::All, hour(0), ever).await.unwrap();
        let counts: Vec<_> = all.iter().map(|row| (row.tenant.as_str(), row.leads)).collect();
        assert_eq!(counts, [("acme", 6), ("other", 1)], "{when}");
    };
    check("before").await;
    let again = place.open_again().await;
    assert!(place.recount().recount_sources(hour(531), hour(540)).await.unwrap());
    check("after a step").await;
    assert!(again.recount().recount_sources(hour(531), hour(540)).await.unwrap());
    check("after a step of another node").await;
    assert_eq!(finish_round(&place, 531, 540).await, 0, "the last days are not over");
    check("after the round").await;
    assert!(
        !again.recount().recount_sources(hour(539), hour(540)).await.unwrap(),
        "the round rests"
    );
}

pub async fn what_changed_in_days_gone_by_is_told_after_the_next_round(place: Place) {
    fill(&place).await;
    assert_eq!(finish_round(&place, 800, 801).await, 3);
    let ever = Timestamp::from_millis(i64::MAX);
    let back = turn_of(&event("p1", 50), 2);
    place
        .store
        .commit(&[lead_at(back, 800, Some("ana@example.com"))])
        .await
        .unwrap();
    place.execute("DELETE FROM leads WHERE created_at >= 1728000000").await;
    assert_eq!(told(&place, hour(0), ever).await, (6, 0), "it was counted ahead");
    assert_eq!(finish_round(&place, 800, 801).await, 0);
    assert_eq!(finish_round(&place, 801, 802).await, 2);
    assert_eq!(told(&place, hour(0), ever).await, (4, 1));
}
