use frontdesk_core::{Content, DeliveryStatus};

use super::*;
use crate::channels::meta::messaging_parts;
use crate::channels::meta::tests::{check_signatures, read as read_sample};
use crate::channels::{News, Which};

const OURS: &str = "17841405822304914";
const THEIRS: &str = "1254477777772919";

fn one(name: &str) -> Item {
    let mut items = read_sample(NAME, name);
    assert_eq!(items.len(), 1, "{name}: {items:?}");
    let item = items.remove(0);
    assert_eq!((item.ours.as_str(), &*item.theirs), (OURS, THEIRS), "{name}");
    item
}

#[test]
fn every_recorded_signature_is_believed_and_no_altered_one() {
    assert!(check_signatures(NAME) >= 9);
}

#[test]
fn messages_are_read_with_stories_as_links() {
    for (name, text, file) in [
        ("text.json", "do you have this in blue?", None),
        ("postback.json", "Opening hours", None),
        ("story_reply.json", "love it", Some("story")),
        ("attachment_story_mention.json", "", Some("story_mention")),
    ] {
        let News::Message(message) = one(name).news else {
            panic!("{name}")
        };
        assert_eq!(&*message.text, text, "{name}");
        let kind = message.attachments.first().map(|file| file.media_type.as_str());
        assert_eq!(kind, file, "{name}");
    }
    assert_eq!(read_sample(NAME, "text_referral_ad.json").len(), 2);
}

#[test]
fn a_deleted_message_is_news_beside_the_message() {
    let (written, deleted) = (one("text.json"), one("deleted.json"));
    assert_ne!(written.id, deleted.id);
    assert!(matches!(&deleted.news, News::Fact(fact) if fact.name == "message_deleted"));
    assert!(matches!(&one("unsupported.json").news, News::Fact(fact) if fact.name == "unknown_message"));
}

#[test]
fn a_read_means_everything_up_to_that_message_and_echoes_carry_no_mark() {
    let News::Report(report) = one("seen.json").news else {
        panic!("no report")
    };
    assert_eq!(report.status, DeliveryStatus::Read);
    assert_eq!(report.of, Which::UpTo("aWdfZAG1faXRlbToxOkO1".to_owned()));
    assert!(matches!(&one("echo.json").news, News::Echo(echo) if &*echo.text == "Yes we do"));
}

#[test]
fn texts_are_cut_by_bytes() {
    let parts = messaging_parts(LIMITS, &Content::text("слово ".repeat(300)));
    assert!(parts.len() >= 4);
    assert!(parts.iter().all(|part| part["text"].as_str().unwrap().len() <= 1_000));
}
