use axum::http::{HeaderMap, Method, Uri};
use bytes::Bytes;
use frontdesk_core::ports::outbox::SendError;
use frontdesk_core::{DeliveryStatus, Fault};
use frontdesk_runtime::SystemClock;
use url::Url;

use super::*;
use crate::channels::call::Answer;

const TOKEN: &str = "rc-verify-0123456789";

fn events() -> Events {
    let config = Config {
        verification_token: TOKEN.to_owned().into(),
        ..Config::default()
    };
    let outside = Outside::new(Url::parse("https://example.com").unwrap(), Arc::new(SystemClock)).unwrap();
    Events {
        verification_token: config.verification_token.clone(),
        account: Arc::new(Account::new(config, outside)),
    }
}

fn request(header: Option<(&'static str, &'static str)>, body: &[u8]) -> Request {
    let mut headers = HeaderMap::new();
    if let Some((name, value)) = header {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Request {
        method: Method::POST,
        uri: Uri::from_static(PATH),
        headers,
        body: Bytes::copy_from_slice(body),
    }
}

fn read(body: &str) -> Result<Vec<Item>, Unreadable> {
    events().read(&request(None, body.as_bytes()))
}

#[test]
fn the_handshake_says_the_token_back() {
    let greeting = events()
        .greet(&request(Some(("validation-token", "abc")), b""))
        .unwrap();
    assert_eq!(greeting.status(), StatusCode::OK);
    assert_eq!(greeting.headers()["validation-token"], "abc");
    assert!(events().greet(&request(None, b"")).is_none());
    let event = request(Some(("validation-token", "abc")), b"{}");
    assert!(events().greet(&event).is_none(), "an event is no handshake");
}

#[test]
fn only_our_token_is_believed() {
    let now = Timestamp::from_millis(0);
    let verify = |header| events().verify(&request(header, b"{}"), now);
    assert_eq!(verify(Some(("verification-token", TOKEN))), Ok(()));
    assert_eq!(verify(Some(("validation-token", TOKEN))), Ok(()));
    assert_eq!(verify(Some(("verification-token", "other"))), Err(Denied::Wrong));
    assert_eq!(verify(None), Err(Denied::Missing));
}

#[test]
fn a_text_message_is_read() {
    let items = read(include_str!("samples/sms_inbound.json")).unwrap();
    let [item] = items.as_slice() else { panic!("{items:?}") };
    assert_eq!(
        (item.kind, item.ours.as_str(), &*item.theirs, item.id.as_str()),
        (ChannelKind::Sms, "+16573900100", "+16502240123", "3062991514017")
    );
    let News::Message(message) = &item.news else {
        panic!("{item:?}")
    };
    assert_eq!(&*message.text, "Hi, I'd like to book");
    assert!(message.attachments.is_empty(), "the text is not a file");
}

#[test]
fn calls_are_read() {
    for (sample, code) in [
        (include_str!("samples/telephony_setup.json"), "Setup"),
        (include_str!("samples/telephony_proceeding.json"), "Proceeding"),
        (include_str!("samples/telephony_answered.json"), "Answered"),
        (include_str!("samples/telephony_disconnected.json"), "Disconnected"),
        (include_str!("samples/telephony_missed.json"), "Disconnected"),
        (include_str!("samples/telephony_voicemail.json"), "VoiceMail"),
    ] {
        let items = read(sample).unwrap();
        let [item] = items.as_slice() else { panic!("{items:?}") };
        assert_eq!(
            (item.kind, item.ours.as_str(), &*item.theirs),
            (ChannelKind::Voice, "+16573900100", "+16502240123")
        );
        let News::Fact(fact) = &item.news else {
            panic!("{item:?}")
        };
        assert_eq!(fact.data["legs"][0]["code"], code);
    }
}

#[test]
fn what_is_no_event_is_unreadable_and_what_is_unknown_is_nothing() {
    for body in [
        "",
        "[]",
        "{}",
        r#"{"event":"/x/message-store/instant","body":{"id":[]}}"#,
    ] {
        assert!(read(body).is_err(), "{body}");
    }
    let reminder = r#"{"event":"/restapi/v1.0/subscription/~?threshold=86400","body":{"any":1}}"#;
    assert_eq!(read(reminder).unwrap(), []);
}

#[test]
fn only_what_stops_everybody_is_the_accounts_fault() {
    for (status, code, expected) in [
        (401, "CMN-405", Some(Fault::Account)),
        (403, "CMN-408", Some(Fault::Account)),
        (403, "MSG-242", Some(Fault::Account)),
        (403, "MSG-304", Some(Fault::Account)),
        (403, "MSG-240", None),
        (403, "MSG-246", Some(Fault::WrongAddress)),
        (400, "MSG-243", Some(Fault::OptedOut)),
    ] {
        let answer = Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: format!(r#"{{"errorCode":"{code}","message":"no"}}"#).into(),
        };
        let SendError::Permanent { fault, .. } = errors::judge(&answer) else {
            panic!("{status} {code}")
        };
        assert_eq!(fault, expected, "{status} {code}");
    }
}

#[test]
fn statuses_tell_what_they_mean() {
    let record: wire::Record = serde_json::from_str(include_str!("samples/message_store_record_failed.json")).unwrap();
    let read = errors::delivery(&record.message_status, record.delivery_error_code.as_deref());
    let (status, reason, fault) = read.unwrap();
    assert_eq!((status, fault), (DeliveryStatus::Failed, Some(Fault::OptedOut)));
    assert!(reason.unwrap().contains("SMS-RC-413"));
    assert_eq!(
        errors::delivery("Delivered", None).unwrap().0,
        DeliveryStatus::Delivered
    );
    assert_eq!(errors::delivery("Received", None), None);
}
