//! Telephone calls that Twilio and Retell tell of, through the real surface.

use frontdesk_core::ChannelKind;
use frontdesk_core::ports::registry::Route;
use gateway::channels::{retell, twilio_sms};
use serde_json::{Value, json};

use crate::support::{Answer, Phone, Provider, TestApp, eventually, fresh, fresh_number};

/// Posts what Twilio tells of a call, signed.
async fn twilio(app: &TestApp, call: &str, caller: &str, more: &[(&str, &str)]) -> Answer {
    let mut fields = vec![
        ("CallSid", call),
        ("From", caller),
        ("To", "+14155550100"),
        ("Direction", "inbound"),
    ];
    fields.extend(more);
    let fields: Vec<(String, String)> = fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&fields)
        .finish();
    let url = format!("http://{}{}", app.address, twilio_sms::VOICE_PATH);
    let signature = twilio_sms::sign(&app.sandbox_secret("twilio_sms", "auth token"), &url, &fields);
    let headers = [("x-twilio-signature", signature.as_str())];
    app.anonymous().post_form(twilio_sms::VOICE_PATH, &headers, &body).await
}

/// Posts what Retell tells of a call, signed.
async fn retell(app: &TestApp, event: &str, call: &Value) -> Answer {
    let body = json!({"event": event, "call": call}).to_string();
    let key = app.sandbox_secret("retell", "API key");
    let signature = retell::sign(&key, body.as_bytes(), app.clock().now().as_millis());
    let headers = [(retell::SIGNATURE, signature.as_str())];
    app.anonymous()
        .post_raw(retell::PATH, &headers, "application/json", body)
        .await
}

async fn lead_of(app: &TestApp, caller: &str) -> Value {
    eventually("the caller's lead", || async {
        let leads = app.admin().items("/api/v1/leads?limit=200").await;
        leads
            .into_iter()
            .find(|lead| lead["phone"] == caller && lead["source"] == "PHONE")
    })
    .await
}

#[tokio::test]
async fn a_call_over_twilio_rings_at_the_business_and_in_vain_is_texted() {
    let app = TestApp::start().await;
    app.keep_awake().await;
    let caller = fresh_number();
    let rings = twilio(&app, "CA1", &caller, &[("CallStatus", "ringing")]).await;
    assert_eq!((rings.status, rings.header("content-type")), (200, "text/xml"));
    assert!(
        rings.text.contains("<Number>+14155550177</Number>") && rings.text.contains("/webhooks/twilio/voice\""),
        "{}",
        rings.text
    );
    let in_vain = [("CallStatus", "in-progress"), ("DialCallStatus", "no-answer")];
    for _ in 0..2 {
        let tried = twilio(&app, "CA1", &caller, &in_vain).await;
        assert!(tried.text.ends_with("<Response><Hangup/></Response>"), "{}", tried.text);
    }
    let told = [
        ("CallStatus", "completed"),
        ("CallDuration", "21"),
        ("SequenceNumber", "3"),
    ];
    let told = twilio(&app, "CA1", &caller, &told).await;
    assert!(told.text.ends_with("<Response></Response>"), "{}", told.text);
    assert_eq!(lead_of(&app, &caller).await["context"]["call_type"], "missed");
    let phone = Phone::new(&app, "twilio_sms", &caller, Provider::named("twilio_sms").ours);
    assert!(phone.reply(1).await.starts_with("Sorry we missed your call!"));

    let caller = fresh_number();
    twilio(&app, "CA2", &caller, &[("CallStatus", "ringing")]).await;
    let taken = [
        ("CallStatus", "in-progress"),
        ("DialCallStatus", "completed"),
        ("DialCallDuration", "73"),
    ];
    twilio(&app, "CA2", &caller, &taken).await;
    let context = lead_of(&app, &caller).await["context"].clone();
    assert_eq!(
        (&context["call_type"], &context["call_seconds"]),
        (&json!("answered"), &json!(73))
    );

    let headers = [("x-twilio-signature", "bm8gc2lnbmF0dXJlIGF0IGFsbA==")];
    let forged = app
        .anonymous()
        .post_form(twilio_sms::VOICE_PATH, &headers, "CallSid=CA3&From=%2B12125550123")
        .await;
    assert_eq!(forged.status, 403);
    app.assert_balanced().await;
}

#[tokio::test]
async fn a_call_that_an_agent_at_retell_took_is_a_lead_with_what_it_found_out() {
    let app = TestApp::start().await;
    app.keep_awake().await;
    let agent = fresh("agent");
    let route = Route {
        channel: ChannelKind::Voice,
        address: agent.clone(),
        tenant: "demo-catering".parse().unwrap(),
        provider: Some(retell::NAME.to_owned()),
    };
    assert!(app.database.registry.add_route(&route).await.unwrap());
    let call = |id: &str, caller: &str| {
        json!({
            "call_type": "phone_call", "call_id": id, "agent_id": agent, "direction": "inbound",
            "from_number": caller, "to_number": "+14155550100",
        })
    };
    let caller = fresh_number();
    let mut taken = call("call_1", &caller);
    taken["start_timestamp"] = 1_795_222_705_000_i64.into();
    // Until the route is served the call is nobody's, and recorded as that.
    eventually("the agent is the caterer's", || async {
        assert_eq!(retell(&app, "call_started", &taken).await.status, 200);
        let leads = app.admin().items("/api/v1/leads?limit=200").await;
        let line = app.ledger("demo-catering", "voice").await;
        (line.is_some() || leads.iter().any(|lead| lead["phone"] == caller.as_str())).then_some(())
    })
    .await;
    taken["end_timestamp"] = 1_795_222_795_000_i64.into();
    for _ in 0..2 {
        assert_eq!(retell(&app, "call_ended", &taken).await.status, 200);
    }
    // A retry of the first event comes last.
    assert_eq!(retell(&app, "call_started", &taken).await.status, 200);
    taken["call_analysis"] = json!({"call_summary": "Wants a party.", "custom_analysis_data":
        {"customer_name": "Zoe Hart", "email": "zoe.hart@example.com"}});
    assert_eq!(retell(&app, "call_analyzed", &taken).await.status, 200);
    let lead = lead_of(&app, &caller).await;
    assert_eq!(
        (
            &lead["name"],
            &lead["email"],
            &lead["context"]["call_type"],
            &lead["context"]["call_seconds"]
        ),
        (
            &json!("Zoe Hart"),
            &json!("zoe.hart@example.com"),
            &json!("answered"),
            &json!(90)
        )
    );

    // The agent sends no texts: the text leaves from the business's number for them.
    let caller = fresh_number();
    let mut missed = call("call_2", &caller);
    missed["end_timestamp"] = 1_795_222_800_000_i64.into();
    missed["disconnection_reason"] = "concurrency_limit_reached".into();
    assert_eq!(retell(&app, "call_ended", &missed).await.status, 200);
    assert_eq!(lead_of(&app, &caller).await["context"]["call_type"], "missed");
    let phone = Phone::new(&app, "twilio_sms", &caller, Provider::named("twilio_sms").ours);
    assert!(phone.reply(1).await.starts_with("Sorry we missed your call!"));

    let forged = app
        .anonymous()
        .post_json(retell::PATH, &[(retell::SIGNATURE, "v=1,d=00")], &json!({}))
        .await;
    assert_eq!(forged.status, 403);
    app.assert_balanced().await;
}
