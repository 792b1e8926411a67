//! Every parser against arbitrary input: none panics, none hangs, none takes what it should refuse.
//!
//! Each function here is the body of a target for `cargo fuzz` and of a short property test, so that
//! both look for the same. For minutes instead of seconds:
//!
//! ```sh
//! cargo +nightly fuzz run understand --features libfuzzer -- -max_total_time=600
//! ```

use std::sync::{Arc, OnceLock};

use frontdesk_actors::{Dialogue, State, Tenant, demo, simulate, understand as understanding};
use frontdesk_core::{
    Behaviour, ChannelKind, DedupeKey, DeliveryStatus, Effect, InboundEvent, Payload, TenantId, Timestamp, UserMessage,
};
use frontdesk_runtime::SystemClock;
use gateway::channels::{self, Channel, Config, Outside, Request, gupshup, meta, web_chat};
use url::Url;

/// A frame of the chat socket.
pub fn chat_frame(text: &str) {
    // Whatever it says, the answer is a frame or a refusal with a sentence.
    if let Err(refusal) = web_chat::wire::parse(text) {
        assert!(!refusal.message.is_empty());
    }
}

/// A proved webhook of a messaging provider: what it says is the same each time it is read.
pub fn webhook(text: &str) {
    let (by_meta, by_gupshup) = (meta::Config::default(), gupshup::Config::default());
    let read = || {
        (
            meta::read(&by_meta, text.as_bytes()),
            gupshup::read(&by_gupshup, text.as_bytes()),
        )
    };
    let told = read();
    assert_eq!(told, read());
    for unreadable in [told.0.err(), told.1.err()].into_iter().flatten() {
        assert!(!unreadable.0.is_empty());
    }
}

/// A line of `frontdesk understand`; also as the text of each task.
pub fn understand(text: &str) {
    let answer = understanding::respond_line(text);
    assert!(
        serde_json::from_str::<serde_json::Value>(&answer).is_ok(),
        "not JSON: {answer}"
    );
    for task in [
        "name",
        "phone",
        "email",
        "yesno",
        "stopwords",
        "datetime_party",
        "intent",
        "multi",
    ] {
        let request = serde_json::json!({ "task": task, "text": text, "now": "2026-11-18T15:00", "region": "US" });
        let answer = understanding::respond_line(&request.to_string());
        assert!(!answer.contains("\"error\""), "{task}: {answer}");
    }
}

/// A tenant's manifest.
pub fn manifest(text: &str) {
    if let Err(faults) = Tenant::parse(&tenant_id(), text) {
        assert!(!faults.is_empty());
        assert!(faults.iter().all(|fault| !fault.message.is_empty()));
    }
}

/// A script of `frontdesk simulate`.
pub fn script(text: &str) {
    if let Err(faults) = simulate::Script::parse(text) {
        assert!(!faults.is_empty());
    }
}

/// A stored state: what can be read can be written and read again.
pub fn snapshot(text: &str) {
    if let Ok(state) = serde_json::from_str::<State>(text) {
        let written = serde_json::to_string(&state).expect("what was read can be written");
        assert!(serde_json::from_str::<State>(&written).is_ok(), "{written}");
    }
}

/// A conversation, one message a line: at most one reply to each, and none after an opt-out.
pub fn dialogue(text: &str) {
    let (id, manifest) = demo::MANIFESTS[0];
    let tenant_id: TenantId = id.parse().expect("a demo tenant");
    let tenant = Tenant::parse(&tenant_id, manifest).expect("a demo manifest");
    let mut state = State::default();
    for (index, line) in text.lines().take(32).enumerate() {
        let now = Timestamp::from_millis(1_790_000_000_000 + i64::try_from(index).unwrap_or(0) * 1_000);
        let dedupe = DedupeKey::derive(&tenant_id, ChannelKind::WebChat, &[&index.to_string()]);
        let message = UserMessage {
            text: line.into(),
            ..UserMessage::default()
        };
        let event = InboundEvent::new(
            tenant_id.clone(),
            ChannelKind::WebChat,
            "thread",
            dedupe,
            now,
            Payload::Message(message),
        );
        let step = Dialogue.step(&tenant, &state, &event, now);
        let leaves = |effect: &&Effect| matches!(effect, Effect::Say(say) if say.status == DeliveryStatus::Pending);
        assert!(
            step.effects.iter().filter(leaves).count() <= 1,
            "two replies to one message"
        );
        state = step.state;
    }
}

/// What a provider posts: nothing is believed without proof, and what is read has a sender and an id.
pub fn request(text: &str) {
    static CHANNELS: OnceLock<Vec<Channel>> = OnceLock::new();
    let channels = CHANNELS.get_or_init(|| {
        let url = Url::parse("https://chat.example.com").expect("a valid address");
        let outside = Outside::new(url, Arc::new(SystemClock)).expect("a client for calls that are not made");
        channels::all(&accounts(), &outside)
    });
    let now = Timestamp::from_millis(1_790_000_000_000);
    let types = [
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ];
    for (path, webhook) in channels.iter().flat_map(|channel| &channel.webhooks) {
        for media_type in types {
            let request = Request::post(path, media_type, text.as_bytes()).expect("a valid request");
            assert!(webhook.verify(&request, now).is_err(), "{path} believed a stranger");
            match webhook.read(&request) {
                Ok(items) => assert!(items.iter().all(|item| !item.id.is_empty() && !item.sender.is_empty())),
                Err(unreadable) => assert!(!unreadable.0.is_empty()),
            }
        }
    }
}

/// Accounts whose secrets nobody guesses.
fn accounts() -> Config {
    let secret = || "0123456789abcdef0123456789abcdef".to_owned().into();
    let mut config = Config::default();
    config.twilio.auth_token = secret();
    config.textmagic.webhook_secret = secret();
    config.ringcentral.verification_token = secret();
    config.yelp.webhook_secret = secret();
    config
}

fn tenant_id() -> TenantId {
    "fuzz".parse().expect("a valid short name")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    /// Something like the real input, cut and mixed with anything.
    fn mixed(samples: &'static [&'static str]) -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            prop::sample::select(samples).prop_map(str::to_owned),
            "\\PC{0,40}",
            prop::sample::select(samples).prop_flat_map(|sample| {
                let ends = sample.char_indices().map(|(end, _)| end).collect::<Vec<_>>();
                prop::sample::select(ends).prop_map(move |end| sample[..end].to_owned())
            }),
        ];
        prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.join("\n"))
    }

    const FRAMES: &[&str] = &[
        r#"{"type":"message","id":"a","content":"hi","userId":"u","threadId":"t"}"#,
        r#"{"type":"hello","tenant":"demo-catering","userId":"u","threadId":"t","resumeFrom":3}"#,
        r#"{"type":"read","seq":18446744073709551615}"#,
        r#"{"type":"typing"}"#,
        "[]",
        "\u{0}",
    ];
    const WEBHOOKS: &[&str] = &[
        include_str!("../../gateway/src/channels/whatsapp_cloud/samples/text_referral_ctwa_ad.json"),
        include_str!("../../gateway/src/channels/whatsapp_cloud/samples/status_failed_131047.json"),
        include_str!("../../gateway/src/channels/messenger/samples/postback_with_ad_referral.json"),
        include_str!("../../gateway/src/channels/messenger/samples/delivery.json"),
        include_str!("../../gateway/src/channels/instagram/samples/story_reply.json"),
        include_str!("../../gateway/src/channels/gupshup/samples/inbound_list_reply.json"),
        include_str!("../../gateway/src/channels/gupshup/samples/event_failed_sync.json"),
        r#"{"object":"page","entry":[{"messaging":[{"message":{}},null,1]}]}"#,
        r#"{"object":"whatsapp_business_account","entry":[{"changes":[{"value":{"messages":[[]]}}]}]}"#,
        r#"{"type":"message","payload":{"id":"1","payload":{"latitude":{}}}}"#,
    ];
    const TEXTS: &[&str] = &[
        "Sure, it's John Smith",
        "me llamo Ana y mi número es 600 123 456",
        "john at example dot com",
        "five five five one two three four five six seven ext nine",
        "столик на двоих на полвосьмого",
        "на пів на восьму, нас буде четверо",
        "STOP",
        "pause for 99999999999999999999 hours",
        "31/02/2026 25:61",
        "🙂🙃 \u{202e}abc",
        r#"{"task":"qualify","text":"ten","question":{"key":"k","type":"number"}}"#,
    ];
    const MANIFESTS: &[&str] = &[
        include_str!("../../actors/demo/demo-catering.toml"),
        "[profile]\nname = \"x\"",
        "[[playbook.steps]]",
        "a = {b = [1,2",
    ];
    const SCRIPTS: &[&str] = &[
        include_str!("../../docs/examples/bad-luck.toml"),
        "[[step]]\nadvance = \"99999999999999999999d\"",
        "[[step]]\nsay = 1",
    ];
    const SNAPSHOTS: &[&str] = &["{}", r#"{"version":1}"#, r#"{"awaited":{}}"#, "null"];

    const REQUESTS: &[&str] = &[
        include_str!("../../gateway/src/channels/twilio_sms/samples/inbound_mms.form"),
        include_str!("../../gateway/src/channels/twilio_sms/samples/status_failed_30034.form"),
        include_str!("../../gateway/src/channels/textmagic/samples/inbound.json"),
        include_str!("../../gateway/src/channels/textmagic/samples/delivery_status_unconfirmed.json"),
        "--x\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n17\r\n--x--",
        include_str!("../../gateway/src/channels/ringcentral/samples/sms_inbound.json"),
        include_str!("../../gateway/src/channels/ringcentral/samples/telephony_missed.json"),
        include_str!("../../gateway/src/channels/yelp/samples/webhook_new_event.json"),
    ];

    proptest! {

        #[test]
        fn chat_frame(text in mixed(FRAMES)) { crate::chat_frame(&text); }

        #[test]
        fn webhook(text in mixed(WEBHOOKS)) { crate::webhook(&text); }

        #[test]
        fn understand(text in mixed(TEXTS)) { crate::understand(&text); }

        #[test]
        fn manifest(text in mixed(MANIFESTS)) { crate::manifest(&text); }

        #[test]
        fn script(text in mixed(SCRIPTS)) { crate::script(&text); }

        #[test]
        fn snapshot(text in mixed(SNAPSHOTS)) { crate::snapshot(&text); }

        #[test]
        fn request(text in mixed(REQUESTS)) { crate::request(&text); }

        #[test]
        fn dialogue(text in mixed(TEXTS)) { crate::dialogue(&text); }
    }
}
