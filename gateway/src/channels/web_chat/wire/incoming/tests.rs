//! What is read of frames, and what is not.

use super::*;

fn code(text: &str) -> Code {
    parse(text).unwrap_err().code
}

fn message(content: &str) -> String {
    serde_json::json!({"type": "message", "id": "m1", "userId": "u", "threadId": "t", "content": content}).to_string()
}

#[test]
fn each_kind_of_nonsense_has_its_code() {
    for (text, expected) in [
        ("", Code::BadJson),
        ("hello", Code::BadJson),
        ("{", Code::BadJson),
        (r#"{"type":"ping"} x"#, Code::BadJson),
        ("[]", Code::BadFrame),
        (r#"["message"]"#, Code::BadFrame),
        ("null", Code::BadFrame),
        ("{}", Code::BadFrame),
        (r#"{"type":7}"#, Code::BadFrame),
        (r#"{"type":"message"}"#, Code::BadFrame),
        (r#"{"type":"read"}"#, Code::BadFrame),
        (r#"{"type":"read","seq":-1}"#, Code::BadFrame),
        (r#"{"type":"hello","userId":"u"}"#, Code::BadFrame),
        (r#"{"type":"hello","userId":"","threadId":"t"}"#, Code::BadFrame),
        (r#"{"type":"hello","userId":"ü","threadId":"t"}"#, Code::BadFrame),
        (
            r#"{"type":"hello","userId":"u","threadId":"t","resumeFrom":-1}"#,
            Code::BadFrame,
        ),
        (r#"{"type":"frobnicate","id":7}"#, Code::UnknownType),
    ] {
        assert_eq!(code(text), expected, "{text}");
    }
    assert_eq!(code(&"x".repeat(FRAME_BYTES_MAX + 1)), Code::TooLarge);
}

#[test]
fn content_keeps_its_bounds() {
    assert_eq!(code(&message(" \n\t ")), Code::Empty);
    assert_eq!(code(&message(&"x".repeat(10_000))), Code::TooLong);
    assert_eq!(code(&message("bell \u{7}")), Code::BadCharacters);
    assert_eq!(code(&message("\u{85}next\u{85}x")), Code::BadCharacters);
    let longest = "щ".repeat(CONTENT_CHARACTERS_MAX);
    for fine in ["a\r\n\tb", longest.as_str()] {
        assert!(parse(&message(fine)).is_ok());
    }
}

#[test]
fn words_are_trimmed_and_borrowed() {
    let text = r#"{"type":"message","id":"m1","userId":"u","threadId":"t","content":"  hi  ","new":{"x":[1]}}"#;
    let Ok(Incoming::Message(said)) = parse(text) else {
        panic!("not a message")
    };
    assert_eq!(said.content, "hi");
    assert!(matches!(said.content, Cow::Borrowed(_)));
}

#[test]
fn fields_of_other_frames_are_ignored() {
    assert_eq!(parse(r#"{"content":5,"type":"ping"}"#), Ok(Incoming::Ping));
    assert_eq!(
        parse(r#"{"type":"read","seq":3,"id":null}"#),
        Ok(Incoming::Read { seq: 3 })
    );
}

fn visitor_of(fields: serde_json::Value) -> Result<Visitor<'static>, Code> {
    let mut frame = serde_json::json!({"type": "hello", "userId": "u", "threadId": "t"});
    frame
        .as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    let text: &'static str = frame.to_string().leak();
    match parse(text) {
        Ok(Incoming::Hello { visitor, .. }) => Ok(visitor),
        Ok(other) => panic!("not a hello: {other:?}"),
        Err(refusal) => Err(refusal.code),
    }
}

#[test]
fn what_the_page_knows_is_read_within_bounds() {
    let visitor = visitor_of(serde_json::json!({
        "userEmail": "ana@example.com", "newsletterTextVersion": "2026-10",
        "attributes": {"plan": "gold", "seats": " "},
    }))
    .unwrap();
    assert_eq!(visitor.email.as_deref(), Some("ana@example.com"));
    assert_eq!(visitor.newsletter_version.as_deref(), Some("2026-10"));
    assert_eq!(visitor.attributes, [("plan".into(), "gold".into())]);
    let many: BTreeMap<String, &str> = (0..=ATTRIBUTES_MAX).map(|index| (index.to_string(), "x")).collect();
    for wrong in [
        serde_json::json!({"attributes": many}),
        serde_json::json!({"attributes": {"x".repeat(ATTRIBUTE_NAME_BYTES_MAX + 1): "x"}}),
        serde_json::json!({"attributes": {"": "x"}}),
        serde_json::json!({"attributes": {"plan": 7}}),
        serde_json::json!({"attributes": {"plan": "x".repeat(FACT_CHARACTERS_MAX + 1)}}),
        serde_json::json!({"attributes": ["plan"]}),
        serde_json::json!({"userEmail": "a\u{7}b"}),
    ] {
        assert_eq!(visitor_of(wrong.clone()).unwrap_err(), Code::BadFrame, "{wrong}");
    }
}

#[test]
fn a_frame_in_debug_shows_no_words() {
    let text = message("my number is 555");
    let shown = format!("{:?}", parse(&text).unwrap());
    assert!(!shown.contains("555"), "{shown}");
}

#[test]
fn a_wrong_timestamp_is_refused() {
    let text = r#"{"type":"message","id":"m","userId":"u","threadId":"t","content":"x","timestamp":"yesterday"}"#;
    assert_eq!(code(text), Code::BadFrame);
}
