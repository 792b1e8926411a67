use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use bytes::Bytes;
use frontdesk_core::ports::outbox::SendError;
use serde_json::Value;

use super::*;
use crate::channels::Mark;
use crate::channels::call::Answer;

fn sample(name: &str) -> Vec<u8> {
    let path = format!("{}/src/channels/twilio_sms/samples/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).unwrap()
}

fn request(url: &Url, body: &[u8], signature: &str) -> Request {
    let mut headers = HeaderMap::new();
    headers.insert("x-twilio-signature", HeaderValue::from_str(signature).unwrap());
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-www-form-urlencoded"),
    );
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    Request {
        method: Method::POST,
        uri: format!("{}{query}", url.path()).parse::<Uri>().unwrap(),
        headers,
        body: Bytes::copy_from_slice(body),
    }
}

fn proof(auth_token: &str) -> Proof {
    Proof {
        auth_token: auth_token.to_owned().into(),
        public_url: Url::parse("https://hooks.example.com").unwrap(),
    }
}

#[test]
fn every_recorded_signature_is_believed_and_no_altered_one() {
    let vectors: Value = serde_json::from_slice(&sample("signatures.json")).unwrap();
    let mut checked = 0;
    for vector in vectors["vectors"].as_array().unwrap() {
        let file = vector["file"].as_str().unwrap_or_default();
        if ["inbound", "status", "voice"]
            .iter()
            .all(|kind| !file.starts_with(kind))
        {
            continue;
        }
        let token = vector["auth_token"].as_str().unwrap();
        let url = Url::parse(vector["url"].as_str().unwrap()).unwrap();
        let (body, signature) = (sample(file), vector["value"].as_str().unwrap());
        let genuine = request(&url, &body, signature);
        assert_eq!(proof(token).check(&genuine), Ok(()), "{file}");
        assert_eq!(proof("another").check(&genuine), Err(Denied::Wrong), "{file}");
        let mut altered = body.clone();
        altered.extend_from_slice(b"&Extra=1");
        assert_eq!(
            proof(token).check(&request(&url, &altered, signature)),
            Err(Denied::Wrong),
            "{file}"
        );
        checked += 1;
    }
    assert!(checked >= 10, "{checked}");
}

#[test]
fn the_library_of_the_provider_signs_the_same() {
    let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(own).collect()
    };
    let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
    let call = pairs(&[
        ("CallSid", "CA1234567890ABCDE"),
        ("Digits", "1234"),
        ("From", "+14158675309"),
        ("To", "+18005551212"),
        ("Caller", "+14158675309"),
    ]);
    assert_eq!(sign("12345", url, &call), "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    let repeated = pairs(&[
        ("Sid", "CA123"),
        ("SidAccount", "AC123"),
        ("Digits", "5678"),
        ("Digits", "1234"),
        ("Digits", "1234"),
    ]);
    assert_eq!(sign("12345", url, &repeated), "IK+Dwps556ElfBT0I3Rgjkr1wJU=");
}

#[test]
fn a_json_body_is_proved_by_its_hash() {
    let hash = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
    let url = Url::parse(&format!(
        "https://mycompany.com/myapp.php?foo=1&bar=2&bodySHA256={hash}"
    ))
    .unwrap();
    let mut genuine = request(
        &url,
        br#"{"property": "value", "boolean": true}"#,
        "a9nBmqA0ju/hNViExpshrM61xv4=",
    );
    genuine
        .headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let proof = Proof {
        public_url: Url::parse("https://mycompany.com").unwrap(),
        ..proof("12345")
    };
    assert_eq!(proof.check(&genuine), Ok(()));
    let altered = Request {
        body: Bytes::from_static(b"{}"),
        ..genuine
    };
    assert_eq!(proof.check(&altered), Err(Denied::Wrong));
}

#[test]
fn without_a_secret_nothing_is_believed() {
    let url = Url::parse("https://hooks.example.com/twilio/sms").unwrap();
    let body = sample("inbound_sms.form");
    let by_nobody = sign("", url.as_str(), &[]);
    assert_eq!(
        proof("").check(&request(&url, &body, &by_nobody)),
        Err(Denied::NotConfigured)
    );
}

fn read(webhook: &dyn Webhook, name: &str, query: &str) -> Vec<Item> {
    let url = Url::parse(&format!("https://hooks.example.com/x{query}")).unwrap();
    webhook.read(&request(&url, &sample(name), "")).unwrap()
}

#[test]
fn messages_are_read() {
    let webhook = Messages { proof: proof("12345") };
    for (name, text, files) in [
        ("inbound_sms.form", "Hi, do you have a slot tomorrow at 3pm? 😀", 0),
        ("inbound_sms_no_messaging_service.form", "ok", 0),
        ("inbound_empty_body.form", "", 0),
        ("inbound_mms.form", "see photo", 1),
        ("inbound_stop.form", "STOP", 0),
        ("inbound_start.form", "START", 0),
        ("inbound_help.form", "HELP", 0),
    ] {
        let items = read(&webhook, name, "");
        let [item] = items.as_slice() else {
            panic!("{name}: {items:?}")
        };
        assert_eq!((item.ours.as_str(), &*item.theirs), ("+14155550100", "+12125550123"));
        let News::Message(message) = &item.news else {
            panic!("{name}: {:?}", item.news)
        };
        assert_eq!((&*message.text, message.attachments.len()), (text, files), "{name}");
        assert_eq!(message.external_id.as_deref(), Some(item.id.as_str()));
    }
}

#[test]
fn statuses_are_read_with_what_they_mean() {
    let webhook = Statuses { proof: proof("12345") };
    for (name, status, fault) in [
        ("status_queued.form", DeliveryStatus::Sent, None),
        ("status_sent.form", DeliveryStatus::Sent, None),
        ("status_delivered.form", DeliveryStatus::Delivered, None),
        ("status_undelivered_30003.form", DeliveryStatus::Failed, None),
        ("status_undelivered_30007.form", DeliveryStatus::Failed, None),
        ("status_failed_30034.form", DeliveryStatus::Failed, Some(Fault::Account)),
    ] {
        let items = read(&webhook, name, "?seq=7/2");
        let News::Report(report) = &items[0].news else {
            panic!("{name}: {items:?}")
        };
        let sid = items[0].id.split(':').next().unwrap().to_owned();
        let of = Which::Marked(Mark::new(7, 2), sid);
        assert_eq!(
            (&report.of, report.status, report.fault),
            (&of, status, fault),
            "{name}"
        );
        assert_eq!(report.reason.is_some(), status == DeliveryStatus::Failed, "{name}");
    }
    let items = read(&webhook, "status_sent.form", "");
    let News::Report(report) = &items[0].news else {
        panic!("{items:?}")
    };
    assert_eq!(report.of, Which::Id("SM00000000000000000000000000000b01".to_owned()));
}

#[test]
fn only_what_stops_everybody_is_the_accounts_fault() {
    for (status, code, expected) in [
        (401, 20003, Some(Fault::Account)),
        (403, 0, Some(Fault::Account)),
        (403, 20003, Some(Fault::Account)),
        (400, 21606, Some(Fault::Account)),
        (400, 21408, None),
        (403, 21408, None),
        (400, 21612, None),
        (403, 21610, Some(Fault::OptedOut)),
        (400, 21614, Some(Fault::WrongAddress)),
    ] {
        let answer = Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: format!(r#"{{"code":{code},"message":"no","status":{status}}}"#).into(),
        };
        let SendError::Permanent { fault, .. } = errors::judge(&answer) else {
            panic!("{status} {code}")
        };
        assert_eq!(fault, expected, "{status} {code}");
    }
}

#[test]
fn a_form_without_the_fields_it_needs_is_unreadable() {
    let url = Url::parse("https://hooks.example.com/x").unwrap();
    for body in ["", "From=%2B1", "MessageSid=SM1&From=%2B1", "\u{0}\u{0}=&&&=%%%"] {
        let request = request(&url, body.as_bytes(), "");
        assert!(Messages { proof: proof("1") }.read(&request).is_err(), "{body}");
        assert!(Statuses { proof: proof("1") }.read(&request).is_err(), "{body}");
    }
}
