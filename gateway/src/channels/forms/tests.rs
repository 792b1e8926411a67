use frontdesk_actors::demo;
use serde_json::json;

use super::*;

const FROM: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

fn forms() -> Forms {
    let config = Config {
        default_tenant: "demo-catering".parse().unwrap(),
        per_address_per_minute: 1_000,
        per_person_per_hour: 2,
        is_behind_proxy: false,
    };
    Forms::new(config, Url::parse("https://desk.example").unwrap())
}

fn judge_with(forms: &Forms, kind: FormKind, key: Option<&str>, fields: &Value) -> Judged {
    let (id, manifest) = demo::MANIFESTS[0];
    let id: TenantId = id.parse().unwrap();
    let tenant = Arc::new(Tenant::parse(&id, manifest).unwrap());
    let sent = Sent {
        kind,
        fields: fields.as_object().unwrap(),
        key,
        // 2026-11-23, a Monday, four in the afternoon in California.
        at: Timestamp::from_millis(1_795_478_400_000),
    };
    forms.judge(&id, &tenant, true, FROM, sent)
}

fn judge(kind: FormKind, fields: &Value) -> Judged {
    judge_with(&forms(), kind, None, fields)
}

fn accepted(judged: Judged) -> (Form, InboundEvent) {
    let Judged::Accepted { event, .. } = judged else {
        panic!("not accepted: {judged:?}");
    };
    let Payload::Fact(fact) = &event.payload else {
        panic!("no fact");
    };
    (serde_json::from_value(fact.data.clone()).unwrap(), *event)
}

fn faults(judged: Judged) -> Vec<(&'static str, &'static str)> {
    let Judged::Faulty(faults) = judged else {
        panic!("not refused: {judged:?}");
    };
    faults.into_iter().map(|fault| (fault.field, fault.code)).collect()
}

fn quote() -> Value {
    json!({ "name": "Ana Reyes", "email": "Ana@Example.com", "phone": "(415) 555-0100" })
}

fn booking() -> Value {
    json!({
        "name": "Ana Reyes", "email": "ana@example.com", "phone": "+1 415 555 0100",
        "preferredCommunication": "text", "eventDate": "2026-12-05", "eventTime": "6:30 pm", "guestCount": "12",
        "address": { "street": "1 Main St", "city": "Oakland", "state": "CA", "zip": "94607" }, "smsConsent": true,
    })
}

fn with(mut fields: Value, field: &str, value: Value) -> Value {
    fields[field] = value;
    fields
}

#[test]
fn a_quote_needs_a_name_an_email_and_a_phone() {
    let (form, event) = accepted(judge(FormKind::Quote, &quote()));
    assert_eq!((form.name.as_str(), form.phone.as_str()), ("Ana Reyes", "+14155550100"));
    assert_eq!(form.email.as_str(), "ana@example.com");
    assert_eq!((form.email_consent, form.sms_consent), (true, false));
    assert_eq!(form.preferred, Preference::Email);
    assert_eq!(
        (event.channel, event.address.as_str()),
        (ChannelKind::Form, "ana@example.com")
    );
    let missing = faults(judge(FormKind::Quote, &json!({})));
    assert_eq!(
        missing,
        [("name", "required"), ("email", "required"), ("phone", "required")]
    );
}

#[test]
fn a_booking_needs_its_day_hour_and_guests_too() {
    let (form, _) = accepted(judge(FormKind::Booking, &booking()));
    assert_eq!(form.datetime.as_deref(), Some("2026-12-05T18:30"));
    assert_eq!((form.guests, form.preferred), (Some(12), Preference::Text));
    assert_eq!(form.location.unwrap().as_str(), "1 Main St, Oakland, CA, 94607");
    let missing = faults(judge(FormKind::Booking, &quote()));
    let expected =
        ["preferred_communication", "event_date", "event_time", "guest_count"].map(|field| (field, "required"));
    assert_eq!(missing, expected);
}

#[test]
fn every_field_is_checked() {
    for (field, value, code) in [
        ("name", json!("A"), "too_short"),
        ("name", json!("A".repeat(101)), "too_long"),
        ("name", json!(["Ana"]), "invalid"),
        ("name", json!(12345), "invalid"),
        ("name", json!("Ana\u{0}Reyes"), "invalid"),
        ("email", json!("ana@nowhere"), "invalid"),
        ("email", json!("ana.example.com"), "invalid"),
        ("phone", json!("555-0100"), "too_short"),
        ("phone", json!("1234567890123456"), "invalid"),
        ("phone", json!("call me"), "invalid"),
        ("event_date", json!("2026-02-30"), "invalid"),
        ("event_date", json!("next week"), "invalid"),
        ("event_date", json!("2026-11-22"), "past"),
        ("event_date", json!("2126-11-22"), "too_far"),
        ("event_time", json!("25:00"), "invalid"),
        ("guest_count", json!(0), "out_of_range"),
        ("guest_count", json!(-3), "out_of_range"),
        ("guest_count", json!(2.5), "invalid"),
        ("guest_count", json!("many"), "invalid"),
        ("budget", json!("x".repeat(101)), "too_long"),
        ("location", json!("x".repeat(301)), "too_long"),
        ("message", json!("x".repeat(2_001)), "too_long"),
        ("message", json!("a\u{1b}[31m"), "invalid"),
        ("preferred_communication", json!("pigeon"), "invalid"),
        ("email_consent", json!("maybe"), "invalid"),
        ("sms_consent", json!({}), "invalid"),
    ] {
        let found = faults(judge(FormKind::Quote, &with(quote(), field, value.clone())));
        assert_eq!(found, [(field, code)], "{field} = {value}");
    }
}

#[test]
fn days_are_the_tenants() {
    for (written, date) in [
        ("2026-11-23", "2026-11-23"),
        // Midnight in California, as a browser's program writes it; and the last moment of that day.
        ("2026-12-05T08:00:00.000Z", "2026-12-05"),
        ("2026-12-06T07:59:59Z", "2026-12-05"),
    ] {
        let (form, _) = accepted(judge(FormKind::Quote, &with(quote(), "event_date", json!(written))));
        assert_eq!(form.datetime.as_deref(), Some(date), "{written}");
    }
}

#[test]
fn a_program_that_fills_in_everything_is_trapped() {
    let trapped = judge(FormKind::Quote, &with(quote(), TRAP, json!("https://spam.example")));
    assert!(matches!(trapped, Judged::Trapped));
    accepted(judge(FormKind::Quote, &with(quote(), TRAP, json!(""))));
}

#[test]
fn the_same_form_is_one_event() {
    let dedupe = |key, fields: &Value| accepted(judge_with(&forms(), FormKind::Quote, key, fields)).1.dedupe;
    let other = with(quote(), "message", json!("Is the garden big enough?"));
    assert_eq!(dedupe(None, &quote()), dedupe(None, &quote()));
    assert_ne!(dedupe(None, &quote()), dedupe(None, &other));
    assert_eq!(dedupe(Some("a"), &quote()), dedupe(Some("a"), &other));
    assert_ne!(dedupe(Some("a"), &quote()), dedupe(Some("b"), &quote()));
    let booked = accepted(judge_with(&forms(), FormKind::Booking, Some("a"), &booking()))
        .1
        .dedupe;
    assert_ne!(dedupe(Some("a"), &quote()), booked);
}

#[test]
fn nobody_is_texted_again_and_again() {
    let forms = forms();
    let judge = |fields: &Value| judge_with(&forms, FormKind::Quote, None, fields);
    accepted(judge(&quote()));
    accepted(judge(&quote()));
    assert!(matches!(judge(&quote()), Judged::TooMany { retry_after_s } if retry_after_s > 60));
    let other = with(
        with(quote(), "phone", json!("4155550101")),
        "email",
        json!("tom@example.com"),
    );
    accepted(judge(&other));
}

#[test]
fn only_our_own_proxy_is_believed() {
    let mut forms = forms();
    let list = Some("203.0.113.9, 198.51.100.7");
    assert_eq!(forms.sender(FROM, list), FROM);
    forms.config.is_behind_proxy = true;
    assert_eq!(forms.sender(FROM, list), "198.51.100.7".parse::<IpAddr>().unwrap());
    assert_eq!(forms.sender(FROM, Some("nonsense")), FROM);
    assert_eq!(forms.sender(FROM, None), FROM);
}
