use axum::http::{HeaderMap, Uri};
use bytes::Bytes;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::outbox::{Cargo, Entry, Sent};
use frontdesk_core::{ChannelKind, Content, ConversationId, Epoch, OutboxId, TenantId};
use frontdesk_runtime::SystemClock;
use tokio::net::TcpListener;
use tokio::time::{Duration, Instant};
use url::Url;
use uuid::Uuid;

use super::wire::Events;
use super::*;

fn hints() -> Hints {
    let outside = Outside::new(Url::parse("https://example.com").unwrap(), Arc::new(SystemClock)).unwrap();
    Hints {
        webhook_secret: "s3cret".to_owned().into(),
        account: Arc::new(Account::new(Config::default(), outside)),
    }
}

fn request(method: Method, uri: &'static str, body: &str) -> Request {
    Request {
        method,
        uri: Uri::from_static(uri),
        headers: HeaderMap::new(),
        body: Bytes::copy_from_slice(body.as_bytes()),
    }
}

#[test]
fn hints_are_read_and_other_products_skipped() {
    for (sample, name) in [
        (include_str!("samples/webhook_new_event.json"), "lead_updated"),
        (include_str!("samples/webhook_phone_opt_in.json"), "phone_shared"),
        (include_str!("samples/webhook_phone_opt_out.json"), "phone_withdrawn"),
    ] {
        let items = hints().read(&request(Method::POST, "/", sample)).unwrap();
        let [item] = items.as_slice() else { panic!("{items:?}") };
        assert_eq!(
            (item.ours.as_str(), &*item.theirs),
            ("SoVHhx7Hel_XX0DKCLp72Q", "TbvEUYEi02cmSBmqCjQbkg")
        );
        assert!(matches!(&item.news, News::Fact(fact) if fact.name == name), "{item:?}");
    }
    let review = r#"{"object":"business","data":{"id":"b","updates":[{"event_type":"NEW_REVIEW","id":"r"}]}}"#;
    assert_eq!(hints().read(&request(Method::POST, "/", review)).unwrap(), []);
    for body in [
        "",
        "[]",
        r#"{"object":"user","data":{"id":"b"}}"#,
        r#"{"object":"business","data":{"id":"b","updates":[{"event_type":"NEW_EVENT"}]}}"#,
        r#"{"object":"business","data":{"id":"b","updates":[{"event_type":"NEW_EVENT","event_id":"e","lead_id":"../x"}]}}"#,
    ] {
        assert!(hints().read(&request(Method::POST, "/", body)).is_err(), "{body}");
    }
}

#[test]
fn events_become_words_and_our_own_become_echoes() {
    let events: Events = serde_json::from_str(include_str!("samples/get_lead_events_response.json")).unwrap();
    let lead: Lead = serde_json::from_str(include_str!("samples/get_lead_response.json")).unwrap();
    let read: Vec<News> = events
        .events
        .into_iter()
        .filter_map(|event| news(event, Some(&lead)))
        .collect();
    let [News::Message(first), News::Echo(own), News::Message(second)] = read.as_slice() else {
        panic!("{read:?}")
    };
    assert_eq!(&*first.text, "My bathtub drains slowly");
    assert_eq!(first.known.name.as_deref(), Some("Austin D."));
    assert_eq!(first.known.phone.as_deref(), Some("+14165551234"));
    assert_eq!(&*own.text, "We can come tomorrow.");
    assert_eq!(&*second.text, "9 am works");
    assert!(second.known.is_empty(), "who it is was told with the request");
}

#[test]
fn the_trial_of_the_address_gets_its_text_back_and_a_wrong_key_nothing() {
    assert!(hints().greet(&request(Method::GET, "/?verification=abc", "")).is_some());
    let now = Timestamp::from_millis(0);
    let verify = |uri| hints().verify(&request(Method::POST, uri, "{}"), now);
    assert_eq!(verify("/?key=s3cret"), Ok(()));
    assert_eq!(verify("/?key=guess"), Err(Denied::Wrong));
    assert_eq!(verify("/"), Err(Denied::Missing));
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_was_taken_is_sent_though_its_id_cannot_be_read_in_time() {
    // Connections are made, and nobody answers.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let config = Config {
        api_key: "key".to_owned().into(),
        api_base: format!("http://{}", silent.local_addr().unwrap()),
        ..Config::default()
    };
    let outside = Outside::new(Url::parse("https://example.com").unwrap(), Arc::new(SystemClock)).unwrap();
    let account = Account::new(config, outside);
    let now = SystemClock.now();
    let entry = Entry {
        id: OutboxId(Uuid::nil()),
        conversation: ConversationId(Uuid::nil()),
        tenant: TenantId::nobody(),
        channel: ChannelKind::Marketplace,
        address: "SoVHhx7Hel_XX0DKCLp72Q".into(),
        lane: NAME.to_owned(),
        ordinal: 1,
        cargo: Cargo::Message {
            seq: 1,
            content: Content::text("Hello"),
        },
        not_before: now,
        attempts: 1,
        epoch: Epoch::default(),
        unsure_since: None,
    };
    let started = Instant::now();
    assert_eq!(account.name(&entry, "Hello", now).await, Sent::default());
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
}
