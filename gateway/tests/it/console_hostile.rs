//! What people, colleagues and manifests say is shown as text, wherever it is shown, and is no formula in
//! any file.

use frontdesk_core::ports::dead_letters::DeadLetter;
use frontdesk_core::ports::reader::{Page, Scope};
use frontdesk_core::ports::registry::Role;
use frontdesk_core::ports::store::Committed;
use frontdesk_core::records::{ContactChange, LeadChange, NewsletterChange, PersonKey, Proved, Record};
use frontdesk_core::{
    Attachment, ChannelKind, DedupeKey, InboundEvent, Outcome, Payload, Personal, Receipt, TenantId, Turn, UserMessage,
};
use serde_json::json;

use crate::support::{Browser, TestApp, fresh};

/// A formula, markup, and the end of an attribute.
const HOSTILE: &str = "=1+1\"><script>alert(1)</script><img src=x onerror=alert(2)>";
/// The same as part of an address.
const ENCODED: &str = "%3D1%2B1%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E%3Cimg%20src%3Dx%20onerror%3Dalert(2)%3E";
const TENANT: &str = "demo-catering";

const LISTS: [&str; 7] = [
    "channels",
    "leads",
    "contacts",
    "newsletter",
    "consents",
    "messages",
    "dead-letters",
];

/// Says everything that can be said in every place where somebody is free to write.
async fn fill(app: &TestApp) {
    let mut chat = app.chat().await;
    let mut frame = chat.message_frame(&fresh("m"), HOSTILE);
    frame["page"] = json!(format!("https://example.com/?{HOSTILE}"));
    chat.send(&frame).await;
    chat.next_of("ack").await;
    file(app).await;
    let tenant: TenantId = TENANT.parse().unwrap();
    let id = fresh("m");
    let message = UserMessage {
        text: "a picture".into(),
        attachments: vec![Attachment {
            media_type: "image/png".to_owned(),
            url: "https://files.example/1.png".to_owned(),
            name: Some(HOSTILE.into()),
            ..Attachment::default()
        }],
        ..UserMessage::default()
    };
    let dedupe = DedupeKey::derive(&tenant, ChannelKind::Sms, &[&id]);
    let now = app.clock().now();
    let payload = Payload::Message(message);
    let event = InboundEvent::new(tenant, ChannelKind::Sms, "+14155550109", dedupe, now, payload);
    let letter = DeadLetter {
        event: event.clone(),
        error: HOSTILE.to_owned(),
        attempts: 3,
        parked_at: now,
    };
    app.database.store.park(&letter).await.unwrap();
    let mut olga = app.signed_in(Role::Operator, Some(TENANT)).await;
    let replay = format!("/console/dead-letters/{}/replay", event.id.dead_letter().0);
    assert_eq!(olga.submit(&replay, &[]).await.status, 303);
    let account = [("name", "<script>alert(1)</script>"), ("language", "")];
    olga.submit("/console/account", &account).await;
    let ready = [
        ("tenant", TENANT),
        ("shortcut", "x"),
        ("text", HOSTILE),
        ("revision", "0"),
    ];
    olga.submit("/console/replies", &ready).await;
}

/// Puts records into the database as they never come out of a dialogue, which takes such a name for none.
async fn file(app: &TestApp) {
    let scope = Scope::Tenant(TENANT.parse().unwrap());
    let newest = Page { after: None, limit: 1 };
    let reader = &app.database.reader;
    let row = reader
        .conversations(&scope, None, newest)
        .await
        .unwrap()
        .items
        .remove(0);
    let state = reader.conversation(&scope, row.id).await.unwrap().unwrap().state;
    let dedupe = DedupeKey::derive(&row.tenant, row.channel, &[&fresh("m")]);
    let now = app.clock().now();
    let payload = Payload::Message(UserMessage::default());
    let event = InboundEvent::new(
        row.tenant.clone(),
        row.channel,
        row.address.clone(),
        dedupe,
        now,
        payload,
    );
    assert_eq!(event.conversation, row.id);
    let (key, hostile) = (PersonKey::phone("+14155550101"), || Some(Personal::from(HOSTILE)));
    let context = json!({"message": HOSTILE, (HOSTILE): "x"});
    let records = vec![
        Record::Contact(ContactChange {
            id: event.id.record(0),
            key: key.clone(),
            name: hostile(),
            phone: hostile(),
            phone_extension: hostile(),
            email: hostile(),
            language: None,
            proved: Proved::default(),
        }),
        Record::Lead(LeadChange {
            id: event.id.record(1),
            key,
            source: HOSTILE.to_owned(),
            name: hostile(),
            phone: hostile(),
            email: hostile(),
            context: context.as_object().unwrap().clone(),
            proved: Proved::default(),
        }),
        Record::Newsletter(NewsletterChange {
            id: event.id.record(2),
            email: HOSTILE.into(),
            name: hostile(),
            phone: hostile(),
            source: HOSTILE.to_owned(),
            email_consent: Some(true),
            sms_consent: None,
            is_confirmed: false,
        }),
    ];
    let receipt = Receipt {
        dedupe,
        event: event.id,
        tenant: row.tenant.clone(),
        channel: row.channel,
        conversation: row.id,
        kind: event.payload.kind().to_owned(),
        received_at: now,
        outcome: Outcome::Processed { seq: 0 },
    };
    let turn = Turn {
        conversation: row.id,
        tenant: row.tenant,
        channel: row.channel,
        address: row.address,
        owner: None,
        version: row.version + 1,
        last_seq: row.last_seq,
        status: row.status,
        snapshot: state.get().to_owned(),
        record: "{}".to_owned(),
        receipt,
        is_replay: false,
        messages: Vec::new(),
        status_changes: Vec::new(),
        timers: Vec::new(),
        outbox: Vec::new(),
        records,
        at: now,
    };
    assert_eq!(app.database.store.commit(&[turn]).await.unwrap(), [Committed::Done]);
}

/// The manifest with markup in what it says.
async fn spoil_manifest(app: &TestApp, admin: &mut Browser) {
    let stored = async || {
        let rows = app.database.registry.tenants().await.unwrap();
        rows.into_iter().find(|row| row.id.as_str() == TENANT).unwrap()
    };
    let row = stored().await;
    let revision = row.revision.to_string();
    let fields = [
        ("profile.name", HOSTILE),
        ("profile.region", "<script>alert(1)</script>"),
        ("revision", &revision),
    ];
    // One of them is refused, and shown as it was typed.
    let page = admin
        .submit(&format!("/console/tenants/{TENANT}/settings/business"), &fields)
        .await;
    assert_eq!(page.status, 422);
    assert_harmless("settings", &page.text);
    let fields = [("profile.name", HOSTILE), ("revision", &revision)];
    let page = admin
        .submit(&format!("/console/tenants/{TENANT}/settings/business"), &fields)
        .await;
    assert_eq!(page.status, 303, "{}", page.text);
    let text = stored()
        .await
        .manifest
        .replace("[playbook]", "[playbook]\n\"<script>alert(1)</script>\" = 1");
    let fields = [("manifest", text.as_str()), ("revision", &revision)];
    let page = admin.submit(&format!("/console/tenants/{TENANT}/check"), &fields).await;
    assert_harmless("check", &page.text);
}

fn assert_harmless(what: &str, page: &str) {
    for bad in ["<script>alert", "<img src=x", "=1+1\">"] {
        let around = page
            .split_once(bad)
            .map(|(before, _)| before.lines().last().unwrap_or_default());
        assert_eq!(around, None, "{what}: {bad}");
    }
}

/// The first address of a page that begins so.
fn linked(page: &str, start: &str) -> String {
    let (_, rest) = page.split_once(&format!("href=\"{start}")).expect(start);
    format!(
        "{start}{}",
        rest.split('"')
            .next()
            .unwrap()
            .replace("&#38;", "&")
            .replace("&amp;", "&")
    )
}

#[tokio::test]
async fn nothing_that_was_said_runs_on_any_page() {
    let app = TestApp::start().await;
    fill(&app).await;
    let mut admin = app.signed_in(Role::Admin, None).await;
    spoil_manifest(&app, &mut admin).await;
    let leads = admin.get("/console/leads").await.text;
    assert!(
        leads.contains("=1+1") && leads.contains("&#60;script&#62;"),
        "it is there, as text: {leads}"
    );
    let contacts = admin.get("/console/contacts").await.text;
    let messages = admin.get("/console/messages").await.text;
    assert!(messages.contains("&#60;script&#62;"), "{messages}");
    let files = admin.get("/console/messages?channel=sms&direction=in").await.text;
    let business = format!("/console/tenants/{TENANT}");
    let mut pages = vec![
        linked(&leads, "/console/leads/"),
        linked(&leads, "/console/conversations/"),
        linked(&contacts, "/console/contacts/"),
        linked(&files, "/console/conversations/"),
        "/console".to_owned(),
        "/console/inbox".to_owned(),
        "/console/replies?tenant=demo-catering".to_owned(),
        "/console/dead-letters?show=all".to_owned(),
        "/console/sources".to_owned(),
        "/console/audit".to_owned(),
        "/console/users".to_owned(),
        "/console/tenants".to_owned(),
        format!("{business}/channels"),
        format!("{business}/accounts"),
        format!("{business}/access"),
        format!("{business}/history"),
        format!("{business}/text"),
    ];
    pages.extend(LISTS.map(|list| format!("/console/{list}")));
    pages.extend(
        ["business", "chat", "questions", "answers", "words"].map(|sheet| format!("{business}/settings/{sheet}")),
    );
    for path in &pages {
        let page = admin.get(path.split('#').next().unwrap()).await;
        assert_eq!(page.status, 200, "{path}");
        assert_harmless(path, &page.text);
    }
    let file = admin
        .get(linked(&files, "/console/conversations/").split('#').next().unwrap())
        .await
        .text;
    assert!(file.contains("=1+1"), "the file's name is shown: {file}");
    app.stop().await;
}

#[tokio::test]
async fn nothing_of_an_address_comes_back_as_markup() {
    let app = TestApp::start().await;
    let mut admin = app.signed_in(Role::Admin, None).await;
    let names = [
        "q",
        "from",
        "until",
        "tenant",
        "status",
        "source",
        "show",
        "channel",
        "direction",
        "after",
        "view",
        "tag",
    ];
    let lists = LISTS.map(|list| format!("/console/{list}"));
    let more = ["/console/inbox", "/console/tenants", "/console/sources", "/console/try"];
    for path in lists.iter().map(String::as_str).chain(more) {
        for name in names {
            let page = admin.get(&format!("{path}?{name}={ENCODED}")).await;
            assert!(page.status < 500, "{path} {name}");
            assert_harmless(&format!("{path}?{name}"), &page.text);
        }
    }
    let page = admin.get(&format!("/console/{ENCODED}")).await;
    assert_harmless("an address that is none", &page.text);
    app.stop().await;
}

#[tokio::test]
async fn no_cell_of_any_file_is_a_formula() {
    let app = TestApp::start().await;
    fill(&app).await;
    let mut olga = app.signed_in(Role::Operator, None).await;
    let mut guarded = 0;
    for list in LISTS {
        let file = olga.get(&format!("/console/{list}.csv?show=all")).await;
        assert_eq!(file.status, 200, "{list}");
        // Every cell stands in quotation marks; within one they are doubled.
        let cells = file.text.replace("\r\n\"", ",\"");
        for start in ["=", "@", "-", "\t", "\r", "＝"] {
            assert!(!cells.contains(&format!(",\"{start}")), "{list}: {start} in {cells}");
        }
        guarded += cells.matches(",\"'=").count();
        assert_eq!(
            olga.get(&format!("/console/{list}.xlsx?show=all")).await.status,
            200,
            "{list}"
        );
    }
    assert!(guarded >= 4, "names, messages and reasons are among them: {guarded}");
    app.stop().await;
}
