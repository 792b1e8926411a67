use axum::http::HeaderValue;
use frontdesk_core::Fact;
use serde_json::Value;

use super::*;
use crate::channels::News;

const SAMPLES: [(&str, &[u8]); 5] = [
    ("call_started.json", include_bytes!("samples/call_started.json")),
    ("call_ended.json", include_bytes!("samples/call_ended.json")),
    ("call_analyzed.json", include_bytes!("samples/call_analyzed.json")),
    (
        "call_ended_dial_no_answer.json",
        include_bytes!("samples/call_ended_dial_no_answer.json"),
    ),
    ("transfer_started.json", include_bytes!("samples/transfer_started.json")),
];

fn sample(name: &str) -> &'static [u8] {
    let found = SAMPLES.iter().find(|(sample, _)| *sample == name);
    found.unwrap_or_else(|| panic!("no sample {name}")).1
}

fn request(body: &[u8], signature: &str) -> Request {
    let mut request = Request::post(PATH, "application/json", body).unwrap();
    request
        .headers
        .insert(SIGNATURE, HeaderValue::from_str(signature).unwrap());
    request
}

fn calls(api_key: &str) -> Calls {
    Calls {
        api_key: api_key.to_owned().into(),
    }
}

#[test]
fn every_recorded_signature_is_believed_and_no_altered_or_old_one() {
    let recorded: Value = serde_json::from_slice(include_bytes!("samples/signatures.json")).unwrap();
    let vectors = recorded["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), SAMPLES.len());
    for vector in vectors {
        let file = vector["file"].as_str().unwrap();
        let (body, key) = (sample(file), vector["api_key"].as_str().unwrap());
        let (value, at_ms) = (
            vector["value"].as_str().unwrap(),
            vector["timestamp_ms"].as_i64().unwrap(),
        );
        assert_eq!(sign(key, body, at_ms), value, "{file}");
        let genuine = request(body, value);
        let verify = |key: &str, request: &Request, later_ms: i64| {
            calls(key).verify(request, Timestamp::from_millis(at_ms + later_ms))
        };
        for later_ms in [0, 300_000, -300_000] {
            assert_eq!(verify(key, &genuine, later_ms), Ok(()), "{file}");
        }
        for later_ms in [300_001, -300_001] {
            assert_eq!(verify(key, &genuine, later_ms), Err(Denied::Stale), "{file}");
        }
        assert_eq!(verify("another", &genuine, 0), Err(Denied::Wrong), "{file}");
        assert_eq!(verify("", &genuine, 0), Err(Denied::NotConfigured), "{file}");
        let altered = request(&[body, b" "].concat(), value);
        assert_eq!(verify(key, &altered, 0), Err(Denied::Wrong), "{file}");
    }
    // What Retell's own library is tested with.
    let expected = "v=1700000000000,d=07024cabe7dd8f6d1c6e4a8324ca92c812e6ad4a7ee506c04f7e462e3321823e";
    assert_eq!(
        sign("test-api-key", br#"{"event":"call_ended"}"#, 1_700_000_000_000),
        expected
    );
}

#[test]
fn what_is_not_quite_a_signature_is_none() {
    let body = sample("call_started.json");
    let now = Timestamp::from_millis(1_795_222_800_000);
    let good = sign("key", body, now.as_millis());
    for spoiled in [
        good.to_uppercase(),
        good.replace("v=", "v=+"),
        good.replace("v=", "v= "),
        good.replace(",d=", ", d="),
        format!("{good}0"),
        "v=,d=".to_owned(),
        "d=07024cabe7dd8f6d,v=1".to_owned(),
        format!("v={},d={}", "9".repeat(40), &good[good.len() - 64..]),
    ] {
        let denied = calls("key").verify(&request(body, &spoiled), now);
        assert_eq!(denied, Err(Denied::Wrong), "{spoiled}");
    }
    let bare = Request::post(PATH, "application/json", body).unwrap();
    assert_eq!(calls("key").verify(&bare, now), Err(Denied::Missing));
}

/// The facts that a body tells, with the address they are of.
fn facts(body: &[u8]) -> Vec<(String, Fact)> {
    let fact = |item: Item| match item.news {
        News::Fact(fact) => {
            assert_eq!(item.ours, "agent_oBeDLoLOeuAbiuaMFXRtDOLriTJ5tSxD");
            (item.theirs.as_str().to_owned(), fact)
        }
        other => panic!("{other:?}"),
    };
    read(body).unwrap().into_iter().map(fact).collect()
}

fn codes(body: &[u8]) -> Vec<String> {
    let code = |(_, fact): (String, Fact)| fact.data["legs"][0]["code"].as_str().unwrap_or(&fact.name).to_owned();
    facts(body).into_iter().map(code).collect()
}

#[test]
fn every_sample_is_of_its_caller() {
    for (name, body) in SAMPLES {
        for (theirs, _) in facts(body) {
            let expected = if name.contains("no_answer") {
                "+14155550100"
            } else {
                "+12125550123"
            };
            assert_eq!(theirs, expected, "{name}");
        }
    }
    assert_eq!(codes(sample("call_started.json")), ["Answered"]);
    assert_eq!(codes(sample("call_ended.json")), ["Answered", "Disconnected"]);
    assert_eq!(codes(sample("call_ended_dial_no_answer.json")), ["call_unanswered"]);
    assert_eq!(codes(sample("transfer_started.json")), ["transfer_started"]);
    let started = &read(sample("call_started.json")).unwrap()[0];
    let ended = &read(sample("call_ended.json")).unwrap()[0];
    assert_eq!(started.id, ended.id, "that it began is told twice and is one event");
}

#[test]
fn an_analysis_tells_what_the_business_asked_it_to_find_out() {
    let mut told: Value = serde_json::from_slice(sample("call_analyzed.json")).unwrap();
    told["call"]["call_analysis"]["custom_analysis_data"] =
        json!({"customer_name": "Zoe Hart", "email": "zoe@example.com", "name": 7});
    let (_, fact) = facts(told.to_string().as_bytes()).remove(0);
    assert_eq!(
        (&fact.data["name"], &fact.data["email"]),
        (&json!("Zoe Hart"), &json!("zoe@example.com"))
    );
}

#[test]
fn calls_without_a_number_are_each_somebody() {
    for (field, value) in [("from_number", json!("anonymous")), ("from_number", Value::Null)] {
        let mut told: Value = serde_json::from_slice(sample("call_ended.json")).unwrap();
        told["call"][field] = value;
        let theirs = facts(told.to_string().as_bytes()).remove(0).0;
        assert_eq!(theirs, "anonymous:call_8f9f5d9e0b1c2d3e4f5a6b7c");
    }
}

#[test]
fn what_is_no_call_is_recorded_as_nobodys_and_nonsense_is_told() {
    let chat = read(br#"{"event":"chat_ended","chat":{"chat_id":"chat_1"}}"#).unwrap();
    assert!(chat[0].ours.is_empty() && chat[0].theirs.is_empty());
    let ringing = br#"{"event":"call_inbound","call_inbound":{"agent_id":"agent_1"}}"#;
    assert_eq!(read(ringing).unwrap(), []);
    assert!(read::is_ringing(ringing) && !read::is_ringing(sample("call_started.json")));
    for nonsense in [
        &b""[..],
        b"[]",
        b"{}",
        br#"{"event":"call_ended","call":{}}"#,
        br#"{"event":"call_ended","call":{"call_id":7,"agent_id":"a"}}"#,
        br#"{"event":"call_ended","call":{"call_id":"c","agent_id":"a","start_timestamp":"soon"}}"#,
    ] {
        assert!(read(nonsense).is_err(), "{}", String::from_utf8_lossy(nonsense));
    }
}
