use frontdesk_core::{Card, Content, DeliveryStatus, Fault, QuickReply, Timestamp};
use serde_json::{Value, json};

use super::*;
use crate::channels::meta::tests::{check_signatures, post, read as read_sample, webhook};
use crate::channels::meta::{messaging_codes, messaging_parts};
use crate::channels::{Mark, News, Webhook, Which};

const OURS: &str = "104020918399999";
const THEIRS: &str = "6789012345678901";

fn one(name: &str) -> Item {
    let mut items = read_sample(NAME, name);
    assert_eq!(items.len(), 1, "{name}: {items:?}");
    let item = items.remove(0);
    assert_eq!((item.ours.as_str(), &*item.theirs), (OURS, THEIRS), "{name}");
    item
}

#[test]
fn every_recorded_signature_is_believed_and_no_altered_one() {
    assert!(check_signatures(NAME) >= 15);
}

#[test]
fn messages_are_read() {
    for (name, text, files) in [
        ("text.json", "hello, world 😀", 0),
        ("quick_reply.json", "3 pm", 0),
        ("reply_to.json", "this one", 0),
        ("postback_get_started.json", "Get started", 0),
        ("attachment.json", "", 1),
    ] {
        let item = one(name);
        let News::Message(message) = &item.news else {
            panic!("{name}: {:?}", item.news)
        };
        assert_eq!((&*message.text, message.attachments.len()), (text, files), "{name}");
        assert_eq!(message.external_id.as_deref(), Some(item.id.as_str()), "{name}");
    }
    let texts: Vec<String> = read_sample(NAME, "batch.json")
        .into_iter()
        .map(|item| match item.news {
            News::Message(message) => message.text.into_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(texts, ["one", "two"]);
}

#[test]
fn where_somebody_came_from_is_kept_wherever_it_stands() {
    for (name, count) in [
        ("text_referral_ad.json", 2),
        ("postback_with_ad_referral.json", 2),
        ("referral_existing_thread.json", 1),
    ] {
        let items = read_sample(NAME, name);
        assert_eq!(items.len(), count, "{name}: {items:?}");
        assert!(
            matches!(&items[0].news, News::Fact(fact) if fact.data["referral"]["type"] == "OPEN_THREAD"),
            "{name}"
        );
        if let Some(Item {
            news: News::Message(message),
            ..
        }) = items.get(1)
        {
            assert_eq!(message.known.attributes["referral.ref"].as_str(), "spring_promo");
        }
    }
}

#[test]
fn watermarks_mean_everything_before() {
    for (name, status, moment) in [
        ("delivery.json", DeliveryStatus::Delivered, 1_795_222_801_023),
        (
            "delivery_without_mids.json",
            DeliveryStatus::Delivered,
            1_795_222_801_024,
        ),
        ("read.json", DeliveryStatus::Read, 1_795_222_801_073),
    ] {
        let News::Report(report) = one(name).news else {
            panic!("{name}")
        };
        assert_eq!(report.status, status, "{name}");
        assert_eq!(report.of, Which::Until(Timestamp::from_millis(moment)), "{name}");
    }
}

#[test]
fn echoes_are_told_apart_by_our_mark() {
    let foreign = one("echo_page_inbox.json");
    assert!(matches!(&foreign.news, News::Echo(echo) if &*echo.text == "Hi, this is Ana from the salon"));
    // Another program's mark is not ours.
    assert!(matches!(one("echo_own_app.json").news, News::Echo(_)));
    let marked = json!({"object": "page", "entry": [{"id": OURS, "messaging": [{
        "sender": {"id": OURS}, "recipient": {"id": THEIRS}, "timestamp": 1,
        "message": {"mid": "m_1", "is_echo": true, "app_id": 1, "metadata": "frontdesk:7", "text": "hello"}}]}]});
    let items = webhook("s").read(&post(marked.to_string().as_bytes(), "")).unwrap();
    assert!(
        matches!(&items[0].news, News::Report(report) if matches!(&report.of, Which::Marked(mark, _) if *mark == Mark::new(7, 1)))
    );
    assert_eq!(&*items[0].theirs, THEIRS);
}

#[test]
fn what_is_no_message_is_a_fact() {
    for (name, fact_name) in [
        ("optin_notification_messages.json", "opted_in"),
        ("standby_text.json", "standby"),
    ] {
        assert!(
            matches!(&one(name).news, News::Fact(fact) if fact.name == fact_name),
            "{name}"
        );
    }
}

#[test]
fn one_event_that_cannot_be_read_holds_up_no_other() {
    let party = |id: &str| json!({ "id": id });
    let body = json!({"object": "page", "entry": [{"id": OURS, "messaging": [
        {"sender": party(THEIRS), "recipient": party(OURS), "message": {"mid": 7}},
        {"sender": party(THEIRS), "recipient": party(OURS), "message": {"mid": "a", "text": "hello"}},
        {"sender": party(THEIRS), "recipient": party(OURS), "hologram": {}},
        {"sender": party(THEIRS), "recipient": party(OURS), "message": {"mid": "b"}},
    ]}]});
    let items = webhook("s").read(&post(body.to_string().as_bytes(), "")).unwrap();
    assert!(matches!(&items[0].news, News::Unreadable { .. }));
    assert_eq!(&*items[0].theirs, THEIRS);
    assert!(matches!(&items[1].news, News::Message(_)));
    assert!(matches!(&items[2].news, News::Fact(fact) if fact.name == "unknown_event"));
    assert!(matches!(&items[3].news, News::Fact(fact) if fact.name == "unknown_message"));
}

#[test]
fn answers_are_offered_below_the_last_part() {
    let mut content = Content::text("word ".repeat(500));
    content.quick_replies = vec![QuickReply {
        label: "A label that is longer than a button".to_owned(),
        value: "yes".to_owned(),
    }];
    let parts = messaging_parts(LIMITS, &content);
    assert_eq!(parts.len(), 2);
    assert!(parts[0]["quick_replies"].is_null());
    let reply = &parts[1]["quick_replies"][0];
    assert_eq!(reply["payload"], "say:yes");
    assert_eq!(reply["title"].as_str().unwrap().chars().count(), 20);
}

#[test]
fn codes_say_what_follows() {
    for (code, subcode, fault) in [
        (10, 2_018_278, Some(Fault::OutsideWindow)),
        (10, 2_534_022, Some(Fault::OutsideWindow)),
        (100, 2_018_001, Some(Fault::WrongAddress)),
        (551, 1_545_041, Some(Fault::WrongAddress)),
        (10, 1_893_063, Some(Fault::Account)),
    ] {
        let meaning = messaging_codes(code, subcode).unwrap();
        assert_eq!(meaning.fault(), fault, "{code}/{subcode}");
    }
    assert_eq!(messaging_codes(190, 463), None);
}

#[test]
fn cards_go_ahead_of_the_words_and_are_no_part_of_them() {
    let card = |title: &str| Card {
        title: title.to_owned(),
        text: Some("x".repeat(81)),
        image_url: None,
        url: Some("https://example.com/menu".to_owned()),
    };
    let mut content = Content::text("Here it is.");
    content.cards = (0..11).map(|_| card("Menu")).collect();
    let parts = messaging_parts(LIMITS, &content);
    let elements = |part: &Value| part["attachment"]["payload"]["elements"].as_array().map_or(0, Vec::len);
    assert_eq!([elements(&parts[0]), elements(&parts[1])], [10, 1]);
    let first = &parts[0]["attachment"]["payload"]["elements"][0];
    assert_eq!(first["title"], "Menu");
    assert_eq!(first["subtitle"].as_str().unwrap().chars().count(), 80);
    assert_eq!(first["default_action"]["url"], "https://example.com/menu");
    assert_eq!(parts[2..], [json!({"text": "Here it is."})]);
}
