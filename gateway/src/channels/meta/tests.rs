use axum::http::{HeaderMap, HeaderValue};
use bytes::Bytes;

use super::*;

/// A sample of one of the channels' folders.
pub fn sample(channel: &str, name: &str) -> Vec<u8> {
    let path = format!("{}/src/channels/{channel}/samples/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).unwrap()
}

/// A request with this body and signature.
pub fn post(body: &[u8], signature: &str) -> Request {
    let mut headers = HeaderMap::new();
    headers.insert(SIGNATURE, HeaderValue::from_str(signature).unwrap());
    Request {
        method: Method::POST,
        uri: PATH.parse().unwrap(),
        headers,
        body: Bytes::copy_from_slice(body),
    }
}

/// The webhook of an app with this secret.
pub fn webhook(app_secret: &str) -> MetaWebhook {
    MetaWebhook::new(Config {
        app_secret: app_secret.to_owned().into(),
        verify_token: "our own token".to_owned().into(),
        api_base: "https://graph.example.com".to_owned(),
        api_version: "v25.0".to_owned(),
        ..Config::default()
    })
}

/// What a sample says.
pub fn read(channel: &str, name: &str) -> Vec<Item> {
    let request = post(&sample(channel, name), "");
    webhook("s")
        .read(&request)
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Checks every recorded signature of a channel's samples; tells how many there are.
pub fn check_signatures(channel: &str) -> usize {
    let vectors: Value = serde_json::from_slice(&sample(channel, "signatures.json")).unwrap();
    let now = Timestamp::from_millis(0);
    let vectors = vectors["vectors"].as_array().unwrap();
    for vector in vectors {
        let text = |name: &str| vector[name].as_str().unwrap().to_owned();
        let (file, secret, value) = (text("file"), text("app_secret"), text("value"));
        let body = sample(channel, &file);
        assert_eq!(webhook(&secret).verify(&post(&body, &value), now), Ok(()), "{file}");
        assert_eq!(
            webhook("another").verify(&post(&body, &value), now),
            Err(Denied::Wrong),
            "{file}"
        );
        let mut altered = body.clone();
        altered.push(b' ');
        assert_eq!(
            webhook(&secret).verify(&post(&altered, &value), now),
            Err(Denied::Wrong),
            "{file}"
        );
    }
    vectors.len()
}

#[test]
fn the_documented_signature_is_ours() {
    let value = "sha256=ef0c6a844f4cb02be6dc29e67d96fc7a04bb49b60e06ae05942c957a6a7549c5";
    assert_eq!(sign("whatsapp-app-secret", br#"{"object":"page","entry":[]}"#), value);
}

#[test]
fn without_a_secret_nothing_is_believed() {
    let body = br#"{"object":"page","entry":[]}"#;
    let now = Timestamp::from_millis(0);
    let by_nobody = post(body, &sign("", body));
    assert_eq!(webhook("").verify(&by_nobody, now), Err(Denied::NotConfigured));
    let unsigned = Request {
        headers: HeaderMap::new(),
        ..by_nobody
    };
    assert_eq!(webhook("s").verify(&unsigned, now), Err(Denied::Missing));
}

#[test]
fn either_secret_of_an_app_is_believed() {
    let webhook = MetaWebhook::new(Config {
        app_secret: "one".to_owned().into(),
        instagram_app_secret: "other".to_owned().into(),
        ..Config::default()
    });
    let now = Timestamp::from_millis(0);
    for secret in ["one", "other"] {
        assert_eq!(webhook.verify(&post(b"{}", &sign(secret, b"{}")), now), Ok(()));
    }
    assert_eq!(webhook.verify(&post(b"{}", &sign("", b"{}")), now), Err(Denied::Wrong));
}

#[test]
fn only_who_knows_our_token_gets_the_challenge_back() {
    let greet = |query: &str| {
        let request = Request {
            method: Method::GET,
            uri: format!("{PATH}?{query}").parse().unwrap(),
            ..post(b"", "")
        };
        webhook("s").greet(&request).unwrap().status()
    };
    let challenge = "hub.challenge=1158201444";
    let known = "hub.mode=subscribe&hub.verify_token=our%20own%20token";
    assert_eq!(greet(&format!("{known}&{challenge}")), StatusCode::OK);
    for wrong in [
        known.to_owned(),
        format!("hub.mode=subscribe&{challenge}"),
        format!("hub.mode=subscribe&hub.verify_token=guess&{challenge}"),
        format!("hub.mode=unsubscribe&hub.verify_token=our%20own%20token&{challenge}"),
    ] {
        assert_eq!(greet(&wrong), StatusCode::FORBIDDEN, "{wrong}");
    }
    assert!(webhook("s").greet(&post(b"{}", "")).is_none(), "a POST is no handshake");
}

#[test]
fn an_object_nobody_knows_is_recorded_and_what_is_no_payload_is_unreadable() {
    let items = webhook("s").read(&post(br#"{"object":"permissions","entry":[{"id":"1"}]}"#, ""));
    assert_eq!(items.unwrap().len(), 1);
    for body in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"object":1}"#,
        r#"{"object":"page","entry":1}"#,
    ] {
        assert!(webhook("s").read(&post(body.as_bytes(), "")).is_err(), "{body}");
    }
}
