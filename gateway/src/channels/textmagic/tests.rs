use axum::http::{HeaderMap, HeaderValue, Uri, header};
use bytes::Bytes;

use super::*;

fn callback() -> Callback {
    Callback {
        config: Config {
            webhook_secret: "s3cret".to_owned().into(),
            ..Config::default()
        },
    }
}

fn request(query: &'static str, media_type: &'static str, body: &[u8]) -> Request {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    Request {
        method: Method::POST,
        uri: Uri::from_static(query),
        headers,
        body: Bytes::copy_from_slice(body),
    }
}

#[test]
fn a_message_is_read_from_every_encoding() {
    let multipart: String = [
        ("id", "1782832"),
        ("sender", "12125550123"),
        ("receiver", "447624800500"),
        ("text", "Test reply"),
    ]
    .iter()
    .map(|(name, value)| format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"))
    .chain(["--x--\r\n".to_owned()])
    .collect();
    for (media_type, body) in [
        (
            "application/json; charset=utf-8",
            include_bytes!("samples/inbound.json").as_slice(),
        ),
        (
            "application/x-www-form-urlencoded",
            include_bytes!("samples/inbound.form").as_slice(),
        ),
        ("multipart/form-data; boundary=x", multipart.as_bytes()),
    ] {
        let items = callback().read(&request("/", media_type, body)).unwrap();
        assert_eq!(
            (items[0].ours.as_str(), &*items[0].theirs, items[0].id.as_str()),
            ("+447624800500", "+12125550123", "1782832")
        );
        let News::Message(message) = &items[0].news else {
            panic!("{items:?}")
        };
        assert_eq!(&*message.text, "Test reply");
    }
}

#[test]
fn a_status_is_read() {
    let sample = include_bytes!("samples/delivery_status_unconfirmed.json");
    let items = callback().read(&request("/", "application/json", sample)).unwrap();
    assert_eq!(
        (items[0].ours.as_str(), &*items[0].theirs),
        ("+447624800500", "+12125550123")
    );
    let News::Report(report) = &items[0].news else {
        panic!("{items:?}")
    };
    assert_eq!(
        (&report.of, report.status),
        (&Which::Id("49575710".to_owned()), DeliveryStatus::Delivered),
        "a reference that is none of ours is left alone"
    );
    let ours = br#"{"id":1,"sender":"447624800500","receiver":"12125550123","status":"f","referenceId":"12"}"#;
    let items = callback().read(&request("/", "application/json", ours)).unwrap();
    let News::Report(report) = &items[0].news else {
        panic!("{items:?}")
    };
    assert_eq!(
        (&report.of, report.status),
        (&Which::Marked(Mark::new(12, 1), "1".to_owned()), DeliveryStatus::Failed)
    );
}

#[test]
fn the_trial_of_the_address_succeeds_and_a_wrong_key_does_not() {
    let callback = callback();
    assert!(
        callback
            .read(&request("/", "application/json", b""))
            .unwrap()
            .is_empty()
    );
    assert!(
        callback
            .read(&request("/", "application/json", b"{}"))
            .unwrap()
            .is_empty()
    );
    let now = Timestamp::from_millis(0);
    for (query, expected) in [
        ("/?key=s3cret", Ok(())),
        ("/?key=wrong", Err(Denied::Wrong)),
        ("/", Err(Denied::Missing)),
    ] {
        assert_eq!(callback.verify(&request(query, "application/json", b""), now), expected);
    }
    let unset = Callback {
        config: Config::default(),
    };
    assert_eq!(
        unset.verify(&request("/?key=", "application/json", b""), now),
        Err(Denied::NotConfigured)
    );
}

#[test]
fn what_is_no_message_is_unreadable() {
    for (media_type, body) in [
        ("application/json", r#"{"id":1"#),
        ("application/json", "[]"),
        ("application/json", r#"{"id":1,"sender":"12125550123"}"#),
        ("application/json", r#"{"text":"hello"}"#),
        ("multipart/form-data; boundary=x", "--x\r\n"),
    ] {
        assert!(
            callback().read(&request("/", media_type, body.as_bytes())).is_err(),
            "{body}"
        );
    }
}
