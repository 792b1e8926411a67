use axum::http::{HeaderMap, Method};
use bytes::Bytes;
use frontdesk_core::{Card, Content, DeliveryStatus, Fault, QuickReply};
use serde_json::json;

use super::send::parts;
use super::*;
use crate::channels::meta::tests::sample;
use crate::channels::{News, Which};

fn webhook() -> GupshupWebhook {
    GupshupWebhook {
        config: Config {
            app_name: "DemoApp".to_owned(),
            webhook_secret: "a secret in the address".to_owned().into(),
            api_base: "https://api.example.com".to_owned(),
            ..Config::default()
        },
    }
}

fn request(query: &str, body: &[u8]) -> Request {
    Request {
        method: Method::POST,
        uri: format!("{PATH}{query}").parse().unwrap(),
        headers: HeaderMap::new(),
        body: Bytes::copy_from_slice(body),
    }
}

fn one(name: &str) -> Item {
    let mut items = webhook().read(&request("", &sample(NAME, name))).unwrap();
    assert_eq!(items.len(), 1, "{name}: {items:?}");
    items.remove(0)
}

#[test]
fn only_who_knows_the_address_is_believed() {
    let now = Timestamp::from_millis(0);
    let verify = |query: &str| webhook().verify(&request(query, b"{}"), now);
    assert_eq!(verify("?key=a%20secret%20in%20the%20address"), Ok(()));
    assert_eq!(verify("?key=guess"), Err(Denied::Wrong));
    assert_eq!(verify(""), Err(Denied::Missing));
    let unset = GupshupWebhook {
        config: Config::default(),
    };
    assert_eq!(unset.verify(&request("?key=", b"{}"), now), Err(Denied::NotConfigured));
}

#[test]
fn messages_are_read() {
    for (name, text, files) in [
        ("inbound_text.json", "Hi", 0),
        ("inbound_text_reply.json", "yes", 0),
        ("inbound_button_reply.json", "3 pm", 0),
        ("inbound_list_reply.json", "Colour", 0),
        ("inbound_quick_reply_template.json", "Confirm", 0),
        ("inbound_image.json", "like this", 1),
    ] {
        let item = one(name);
        assert_eq!(
            (item.ours.as_str(), &*item.theirs),
            ("DemoApp", "+919876543210"),
            "{name}"
        );
        let News::Message(message) = &item.news else {
            panic!("{name}: {:?}", item.news)
        };
        assert_eq!((&*message.text, message.attachments.len()), (text, files), "{name}");
        assert_eq!(message.external_id.as_deref(), Some(item.id.as_str()), "{name}");
        assert_eq!(message.known.name.as_deref(), Some("Drew"), "{name}");
    }
}

#[test]
fn where_somebody_came_from_is_kept_whole() {
    let items = webhook()
        .read(&request("", &sample(NAME, "inbound_text_referral.json")))
        .unwrap();
    assert!(matches!(&items[0].news, News::Fact(fact) if fact.data["referral"]["source_type"] == "ad"));
    assert!(matches!(&items[1].news, News::Message(message)
        if message.known.attributes.contains_key("referral.ctwa_clid")));
}

#[test]
fn events_name_our_message_by_the_id_we_were_given() {
    let (gupshups, whatsapps) = ("ee4a68a0-1203-4c85-8dc3-49d0b3226a35", "gBEGkYaYVSEEAgnPFrOLcjkFjL8");
    for (name, id, status, fault) in [
        ("event_enqueued.json", gupshups, DeliveryStatus::Sent, None),
        ("event_sent.json", whatsapps, DeliveryStatus::Sent, None),
        ("event_delivered.json", whatsapps, DeliveryStatus::Delivered, None),
        ("event_read.json", whatsapps, DeliveryStatus::Read, None),
        (
            "event_failed_sync.json",
            gupshups,
            DeliveryStatus::Failed,
            Some(Fault::WrongAddress),
        ),
        (
            "event_failed_async.json",
            whatsapps,
            DeliveryStatus::Failed,
            Some(Fault::OutsideWindow),
        ),
    ] {
        let item = one(name);
        assert!(item.id.starts_with(id), "{name}: {}", item.id);
        let News::Report(report) = &item.news else {
            panic!("{name}: {:?}", item.news)
        };
        assert_eq!(report.of, Which::Id(gupshups.to_owned()), "{name}");
        assert_eq!((report.status, report.fault), (status, fault), "{name}");
        assert_eq!(report.reason.is_some(), status == DeliveryStatus::Failed, "{name}");
    }
}

#[test]
fn whatsapps_own_format_is_read_too() {
    let item = one("event_v3_enqueued.json");
    assert_eq!((item.ours.as_str(), &*item.theirs), ("DemoApp", "+919876543210"));
    assert!(matches!(&item.news, News::Report(report)
        if report.of == Which::Id("2baff204-c39a-4121-90b5-f53f26d522b3".to_owned())));
}

#[test]
fn whatsapps_id_of_a_message_is_learnt_as_soon_as_it_is_told() {
    let other = |payload: serde_json::Value| {
        let event = json!({"app": "DemoApp", "type": "message-event", "payload": payload});
        let items = webhook().read(&request("", event.to_string().as_bytes())).unwrap();
        let News::Report(report) = items[0].news.clone() else {
            panic!("{items:?}")
        };
        (report.of, report.other_id)
    };
    let id = |id: &str| Which::Id(id.to_owned());
    let enqueued = json!({"id": "own", "type": "enqueued", "payload": {"whatsappMessageId": "gBEG"}});
    assert_eq!(other(enqueued), (id("own"), Some("gBEG".to_owned())));
    let sent = json!({"id": "gBEG", "gsId": "own", "type": "sent", "payload": {"ts": 1}});
    assert_eq!(other(sent), (id("own"), Some("gBEG".to_owned())));
    let read = json!({"id": "gBEG", "type": "read", "payload": {"ts": 1}});
    assert_eq!(other(read), (id("gBEG"), None), "after a week");
}

#[test]
fn an_opt_out_at_gupshup_is_told_and_the_trial_of_the_address_is_nobodys() {
    for (name, fact_name) in [
        ("user_event_opted_in.json", "opted_in"),
        ("user_event_opted_out.json", "opted_out"),
    ] {
        let item = one(name);
        assert_eq!(&*item.theirs, "+919876543210");
        assert!(
            matches!(&item.news, News::Fact(fact) if fact.name == fact_name),
            "{name}"
        );
    }
    let trial = br#"{"app":"DemoApp","timestamp":1,"version":2,"type":"user-event",
        "payload":{"phone":"callbackSetPhone","type":"sandbox-start"}}"#;
    let items = webhook().read(&request("", trial)).unwrap();
    assert!(items[0].theirs.is_empty());
    let billing = br#"{"app":"DemoApp","timestamp":1,"version":2,"type":"billing-event","payload":{}}"#;
    assert!(webhook().read(&request("", billing)).unwrap()[0].theirs.is_empty());
}

#[test]
fn codes_may_be_texts_and_wrong_types_are_unreadable() {
    let event = json!({"app": "DemoApp", "type": "message-event", "payload": {"id": "1", "gsId": "2",
        "type": "failed", "destination": "919876543210", "payload": {"code": "1012", "reason": "x"}}});
    let items = webhook().read(&request("", event.to_string().as_bytes())).unwrap();
    assert!(matches!(&items[0].news, News::Report(report) if report.fault == Some(Fault::OptedOut)));
    for body in [
        "",
        "[]",
        r#"{"type":"message"}"#,
        r#"{"type":"message","payload":{"id":1}}"#,
    ] {
        assert!(webhook().read(&request("", body.as_bytes())).is_err(), "{body}");
    }
}

#[test]
fn a_card_with_a_picture_is_one_and_any_other_is_told_in_lines() {
    let card = |image_url: Option<&str>| Card {
        title: "Menu".to_owned(),
        text: None,
        image_url: image_url.map(str::to_owned),
        url: Some("https://example.com/menu".to_owned()),
    };
    let mut content = Content::text("Look:");
    content.cards = vec![card(Some("https://example.com/menu.jpg")), card(None)];
    assert_eq!(
        parts(&content),
        [
            json!({"type": "image", "originalUrl": "https://example.com/menu.jpg",
                "previewUrl": "https://example.com/menu.jpg", "caption": "Menu\nhttps://example.com/menu"}),
            json!({"type": "text", "text": "Look:\nMenu\nhttps://example.com/menu", "previewUrl": false}),
        ]
    );
}

#[test]
fn what_is_refused_for_now_is_told_from_what_is_refused_for_good() {
    for (code, is_for_now) in [
        (131_056, true),
        (4001, true),
        (130_429, true),
        (131_026, false),
        (1002, false),
    ] {
        let event = json!({"app": "DemoApp", "type": "message-event", "payload": {"id": "1", "type": "failed",
            "destination": "919876543210", "payload": {"code": code}}});
        let items = webhook().read(&request("", event.to_string().as_bytes())).unwrap();
        assert!(
            matches!(&items[0].news, News::Report(report) if report.is_for_now == is_for_now),
            "{code}"
        );
    }
}

#[test]
fn answers_are_offered_as_buttons_then_as_a_list_then_in_words() {
    let offering = |count: usize| {
        let mut content = Content::text("Which one?");
        content.quick_replies = (0..count)
            .map(|number| QuickReply {
                label: format!("Choice {number}"),
                value: format!("{number}"),
            })
            .collect();
        parts(&content).remove(0)
    };
    let buttons = offering(2);
    assert_eq!(buttons["options"][1]["postbackText"], "say:1");
    let list = offering(10);
    assert_eq!(list["items"][0]["options"].as_array().unwrap().len(), 10);
    assert_eq!(offering(11)["type"], "text");
}
