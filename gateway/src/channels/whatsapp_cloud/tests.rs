use frontdesk_core::{Card, Content, DeliveryStatus, Fault, OperatorAct, QuickReply};
use serde_json::{Value, json};

use super::send::{mark, parts};
use super::*;
use crate::channels::meta::tests::{check_signatures, post, read as read_sample, sample, webhook};
use crate::channels::{Item, Mark, News, Webhook, Which};

const OURS: &str = "106540352242922";

fn one(name: &str) -> Item {
    let mut items = read_sample(NAME, name);
    assert_eq!(items.len(), 1, "{name}: {items:?}");
    items.remove(0)
}

#[test]
fn every_recorded_signature_is_believed_and_no_altered_one() {
    assert!(check_signatures(NAME) >= 20);
}

#[test]
fn messages_are_read() {
    for (name, text, files) in [
        (
            "text.json",
            "Does it come in another colour? 😀 https://example.com/a",
            0,
        ),
        ("text_legacy_no_bsuid.json", "Hello", 0),
        ("text_reply_context.json", "yes please", 0),
        ("button_quick_reply_template.json", "Confirm", 0),
        ("interactive_button_reply.json", "3 pm", 0),
        ("interactive_list_reply.json", "Colour", 0),
        ("image.json", "like this one", 1),
        ("audio_voice.json", "", 1),
    ] {
        let item = one(name);
        assert_eq!((item.ours.as_str(), &*item.theirs), (OURS, "+16505551234"), "{name}");
        let News::Message(message) = &item.news else {
            panic!("{name}: {:?}", item.news)
        };
        assert_eq!((&*message.text, message.attachments.len()), (text, files), "{name}");
        assert_eq!(message.external_id.as_deref(), Some(item.id.as_str()), "{name}");
        assert_eq!(message.known.phone.as_deref(), Some("+16505551234"), "{name}");
        assert!(message.known.name.is_some(), "{name}");
    }
}

#[test]
fn a_file_is_kept_as_a_link_with_its_type() {
    let file = |name| match one(name).news {
        News::Message(message) => message.attachments[0].clone(),
        other => panic!("{other:?}"),
    };
    let image = file("image.json");
    assert_eq!(image.media_type, "image/jpeg");
    assert!(image.url.starts_with("https://lookaside.fbsbx.com/"), "{image:?}");
    let voice = file("audio_voice.json");
    assert_eq!(voice.media_type, "audio/ogg; codecs=opus");
    assert_eq!(voice.url, "https://graph.example.com/v25.0/7656756");
}

#[test]
fn a_person_who_shows_no_number_is_known_by_their_id() {
    let item = one("text_bsuid_without_phone.json");
    assert_eq!(&*item.theirs, "US.13491208655302741918");
    let News::Message(message) = &item.news else {
        panic!("{:?}", item.news)
    };
    assert_eq!(message.known.phone, None);
    assert_eq!(message.known.name.as_deref(), Some("Sheena"));
}

#[test]
fn where_somebody_came_from_is_kept_whole_and_comes_first() {
    let items = read_sample(NAME, "text_referral_ctwa_ad.json");
    let [
        Item {
            news: News::Fact(fact), ..
        },
        Item {
            news: News::Message(message),
            ..
        },
    ] = items.as_slice()
    else {
        panic!("{items:?}")
    };
    assert_eq!(fact.name, "referral");
    assert_eq!(
        fact.data["referral"]["welcome_message"]["text"],
        "Hi there! Let us know how we can help!"
    );
    let click = message.known.attributes["referral.ctwa_clid"].as_str();
    assert!(click.starts_with("Aff-"), "{click}");
    assert_eq!(&*message.text, "Can I get more info about this?");
}

#[test]
fn what_is_no_message_is_a_fact() {
    for (name, fact_name) in [
        ("reaction.json", "reaction"),
        ("system_number_change.json", "system"),
        ("unsupported.json", "unknown_message"),
        ("user_preferences_stop.json", "user_preferences"),
    ] {
        let item = one(name);
        let News::Fact(fact) = &item.news else {
            panic!("{name}: {:?}", item.news)
        };
        assert_eq!(fact.name, fact_name, "{name}");
        assert_eq!(&*item.theirs, "+16505551234", "{name}");
        assert!(!fact.data["told"].is_null(), "{name}");
    }
}

#[test]
fn statuses_are_read_with_what_they_mean() {
    for (name, status, fault) in [
        ("status_sent.json", DeliveryStatus::Sent, None),
        ("status_delivered.json", DeliveryStatus::Delivered, None),
        ("status_read.json", DeliveryStatus::Read, None),
        (
            "status_failed_131047.json",
            DeliveryStatus::Failed,
            Some(Fault::OutsideWindow),
        ),
        (
            "status_failed_131026.json",
            DeliveryStatus::Failed,
            Some(Fault::WrongAddress),
        ),
        ("status_failed_131049.json", DeliveryStatus::Failed, None),
    ] {
        let item = one(name);
        let News::Report(report) = &item.news else {
            panic!("{name}: {:?}", item.news)
        };
        assert_eq!((report.status, report.fault), (status, fault), "{name}");
        assert!(
            matches!(&report.of, Which::Id(id) if id.starts_with("wamid.")),
            "{name}"
        );
        assert_eq!(report.reason.is_some(), status == DeliveryStatus::Failed, "{name}");
    }
}

#[test]
fn a_status_with_our_mark_names_the_message_by_its_place() {
    let told = String::from_utf8(sample(NAME, "status_read.json")).unwrap();
    let marked = told.replace(
        r#""status":"read""#,
        r#""status":"read","biz_opaque_callback_data":"seq:7""#,
    );
    let items = webhook("s").read(&post(marked.as_bytes(), "")).unwrap();
    assert!(
        matches!(&items[0].news, News::Report(report) if matches!(&report.of, Which::Marked(mark, _) if *mark == Mark::new(7, 1)))
    );
    assert_eq!(mark("seq:7/2"), Some(Mark::new(7, 2)));
    assert_eq!(mark("order-7"), None);
}

#[test]
fn every_part_of_a_batch_is_read_in_its_order() {
    let items = read_sample(NAME, "batch_two_messages_and_statuses.json");
    let kinds: Vec<&str> = items
        .iter()
        .map(|item| match &item.news {
            News::Message(message) => message.text.as_str(),
            News::Report(report) => report.status.code(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(kinds, ["first", "second", "read", "delivered"]);
    let mut ids: Vec<&str> = items.iter().map(|item| item.id.as_str()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}

fn change(field: &str, value: &Value) -> Vec<Item> {
    let body = json!({
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": field, "value": value}]}],
    });
    webhook("s").read(&post(body.to_string().as_bytes(), "")).unwrap()
}

#[test]
fn one_part_that_cannot_be_read_holds_up_no_other() {
    let items = change(
        "messages",
        &json!({
            "metadata": {"phone_number_id": OURS},
            "messages": [
                {"from": "16505551234", "id": 7, "type": "text"},
                {"from": "16505551234", "id": "a", "type": "text", "text": {"body": "hello"}},
                {"from": "16505551234", "id": "b", "type": "hologram", "hologram": {}},
                {"id": "c", "type": "text", "text": {"body": "from nobody"}},
            ],
        }),
    );
    assert!(matches!(&items[0].news, News::Unreadable { .. }), "{items:?}");
    assert_eq!(&*items[0].theirs, "+16505551234");
    assert!(matches!(&items[1].news, News::Message(_)));
    assert!(matches!(&items[2].news, News::Fact(fact) if fact.name == "unknown_message"));
    assert!(items[3].theirs.is_empty());
}

#[test]
fn what_the_business_writes_on_its_own_phone_is_a_colleague() {
    let items = change(
        "smb_message_echoes",
        &json!({
            "metadata": {"phone_number_id": OURS},
            "message_echoes": [{"from": "15550783881", "to": "16505551234", "id": "wamid.E", "type": "text",
                "text": {"body": "Ana here"}}],
        }),
    );
    assert_eq!(&*items[0].theirs, "+16505551234");
    assert!(matches!(&items[0].news, News::Act(OperatorAct::Wrote { text }) if &**text == "Ana here"));
    let others = change("message_template_status_update", &json!({"event": "APPROVED"}));
    assert!(others[0].theirs.is_empty());
}

#[test]
fn places_become_links() {
    let items = change(
        "messages",
        &json!({
            "metadata": {"phone_number_id": OURS},
            "messages": [{"from": "16505551234", "id": "a", "type": "location",
                "location": {"latitude": 37.44, "longitude": -122.16, "name": "Philz", "address": "101 Forest Ave"}}],
        }),
    );
    let News::Message(message) = &items[0].news else {
        panic!("{items:?}")
    };
    assert_eq!(&*message.text, "Philz, 101 Forest Ave");
    assert_eq!(message.attachments[0].url, "geo:37.44,-122.16");
}

fn offering(labels: &[&str]) -> Content {
    let mut content = Content::text("Which one?");
    content.quick_replies = labels
        .iter()
        .map(|label| QuickReply {
            label: (*label).to_owned(),
            value: (*label).to_owned(),
        })
        .collect();
    content
}

#[test]
fn answers_are_offered_as_buttons_then_as_a_list_then_in_words() {
    let buttons = parts(&offering(&["2 pm", "3 pm"]));
    assert_eq!(buttons[0]["interactive"]["type"], "button");
    assert_eq!(
        buttons[0]["interactive"]["action"]["buttons"][1]["reply"]["title"],
        "3 pm"
    );
    let labels: Vec<String> = (0..11)
        .map(|number| format!("Choice number {number} of a long list"))
        .collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let list = parts(&offering(&labels[..10]));
    let rows = list[0]["interactive"]["action"]["sections"][0]["rows"]
        .as_array()
        .unwrap();
    assert_eq!(rows.len(), 10);
    assert_eq!(rows[3]["description"], "Choice number 3 of a long list");
    assert!(rows[3]["title"].as_str().unwrap().chars().count() <= 24);
    let words = parts(&offering(&labels));
    assert_eq!(words[0]["type"], "text");
    let body = words[0]["text"]["body"].as_str().unwrap();
    assert!(body.starts_with("Which one? (Choice number 0"), "{body}");
}

#[test]
fn long_texts_are_cut_and_the_last_part_has_the_buttons() {
    let mut content = offering(&["Yes", "No"]);
    content.text = "word ".repeat(500).into();
    let cut = parts(&content);
    assert_eq!(cut.len(), 3);
    assert!(cut[..2].iter().all(|part| part["type"] == "text"));
    assert_eq!(cut[2]["type"], "interactive");
    let plain = Content::text("word ".repeat(1_000));
    assert_eq!(parts(&plain).len(), 2);
}

#[test]
fn a_card_that_leads_somewhere_has_a_button_and_any_other_is_told_in_lines() {
    let card = |url: Option<&str>| Card {
        title: "The menu of our garden restaurant".to_owned(),
        text: Some("Everything we cook".to_owned()),
        image_url: Some("https://example.com/menu.jpg".to_owned()),
        url: url.map(str::to_owned),
    };
    let mut content = offering(&["Yes", "No"]);
    content.cards = vec![card(Some("https://example.com/menu")), card(None)];
    let told = parts(&content);
    assert_eq!(told.len(), 2);
    assert_eq!(
        told[0]["interactive"],
        json!({
            "type": "cta_url",
            "header": {"type": "image", "image": {"link": "https://example.com/menu.jpg"}},
            "body": {"text": "The menu of our garden restaurant\nEverything we cook"},
            "action": {"name": "cta_url", "parameters": {
                "display_text": "The menu of our gar…", "url": "https://example.com/menu",
            }},
        })
    );
    let words = told[1]["interactive"]["body"]["text"].as_str().unwrap();
    assert_eq!(
        words,
        "Which one?\nThe menu of our garden restaurant\nEverything we cook"
    );
    assert_eq!(told[1]["interactive"]["type"], "button");
}

#[test]
fn codes_say_what_follows() {
    for (code, fault) in [
        (131_047, Some(Fault::OutsideWindow)),
        (131_026, Some(Fault::WrongAddress)),
        (190, Some(Fault::Account)),
        (131_042, Some(Fault::Account)),
        (131_031, Some(Fault::Account)),
        // Of one person, and of one country.
        (131_030, None),
        (130_497, None),
        (131_056, None),
        (130_429, None),
        (999_999, None),
    ] {
        assert_eq!(meaning(code).fault(), fault, "{code}");
        let is_for_now = [131_056, 130_429].contains(&code);
        assert_eq!(meaning(code).is_for_now(), is_for_now, "{code}");
        assert!(meaning(code).told(code).contains(&code.to_string()));
    }
}
