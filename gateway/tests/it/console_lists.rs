//! The console's lists and reports: whose rows they show, what of them, and the files.

use frontdesk_core::ports::dead_letters::DeadLetter;
use frontdesk_core::ports::registry::Role;
use frontdesk_core::{ChannelKind, DedupeKey, InboundEvent, Payload, UserMessage};
use gateway::console::routes;
use serde_json::json;

use crate::support::{Forger, PROVIDERS, Phone, Provider, TestApp, fresh};

/// A visitor who has told name, phone and that they want news.
async fn lead(app: &TestApp, tenant: &str, name: &str, phone: &str) {
    let mut chat = app.chat().await;
    tenant.clone_into(&mut chat.tenant);
    let mut frame = chat.message_frame(&fresh("m"), "Hello, a table for 10 people please");
    frame["userName"] = json!(name);
    frame["userPhone"] = json!(phone);
    frame["newsletterConsent"] = json!(true);
    chat.send(&frame).await;
    chat.next_of("ack").await;
}

/// An event that failed three times.
async fn park(app: &TestApp, tenant: &str, error: &str) -> InboundEvent {
    let tenant = tenant.parse().unwrap();
    let id = fresh("m");
    let dedupe = DedupeKey::derive(&tenant, ChannelKind::WebChat, &[&id]);
    let message = UserMessage {
        text: "hi".into(),
        ..UserMessage::default()
    };
    let now = app.clock().now();
    let payload = Payload::Message(message);
    let event = InboundEvent::new(tenant, ChannelKind::WebChat, fresh("thread"), dedupe, now, payload);
    let letter = DeadLetter {
        event: event.clone(),
        error: error.to_owned(),
        attempts: 3,
        parked_at: now,
    };
    app.database.store.park(&letter).await.unwrap();
    event
}

#[tokio::test]
async fn lists_and_files_hold_the_own_rows_and_run_nothing() {
    let app = TestApp::start().await;
    lead(&app, "demo-catering", "Ana López", "+14155550101").await;
    lead(&app, "demo-academy", "Boris Theirs", "+14155550102").await;
    let mut olga = app.signed_in(Role::Operator, Some("demo-catering")).await;
    let mut all = app.signed_in(Role::Operator, None).await;
    for list in ["leads", "contacts"] {
        let path = format!("/console/{list}");
        for path in [path.clone(), format!("{path}.csv")] {
            let own = olga.read(&path).await;
            assert!(
                own.contains("Ana López") && own.contains("+14155550101"),
                "{path}: {own}"
            );
            assert!(!own.contains("Boris"), "{path}: {own}");
            let both = all.read(&path).await;
            assert!(
                both.contains("Ana López") && both.contains("Boris Theirs"),
                "{path}: {both}"
            );
            let one = all.read(&format!("{path}?tenant=demo-academy")).await;
            assert!(!one.contains("Ana") && one.contains("Boris Theirs"), "{path}: {one}");
            assert_eq!(
                olga.get(&format!("{path}?tenant=demo-academy")).await.status,
                404,
                "{path}"
            );
            let before = olga.read(&format!("{path}?until=2026-01-01")).await;
            assert!(!before.contains("Ana"), "{path}: {before}");
            let after = olga.read(&format!("{path}?from=2999-01-01")).await;
            assert!(!after.contains("Ana"), "{path}: {after}");
            assert_eq!(olga.get(&format!("{path}?from=2026-02-30")).await.status, 422, "{path}");
        }
    }
    let list = olga.read("/console/leads").await;
    let (_, rest) = list.split_once("href=\"/console/leads/").unwrap();
    let one = format!("/console/leads/{}", rest.split('"').next().unwrap());
    let page = olga.read(&one).await;
    assert!(
        page.contains("Ana López") && page.contains("/console/conversations/"),
        "{page}"
    );
    let mut theirs = app.signed_in(Role::Admin, Some("demo-academy")).await;
    assert_eq!(theirs.get(&one).await.status, 404);

    let file = olga.get("/console/leads.csv").await;
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    let disposition = file.headers["content-disposition"].to_str().unwrap();
    assert!(
        disposition.starts_with("attachment; filename=\"leads-2"),
        "{disposition}"
    );
    assert!(file.text.starts_with("\u{feff}id,tenant,source,"), "{}", file.text);
    assert_eq!(file.text.lines().count(), 2, "{}", file.text);
    assert!(
        file.text.contains("Guests: 10") && !file.text.contains('{'),
        "{}",
        file.text
    );

    let mut admin = app.signed_in(Role::Admin, Some("demo-catering")).await;
    let log = admin.read("/console/audit").await;
    assert!(log.contains("records.export"), "{log}");
    let mut viewer = app.signed_in(Role::Viewer, Some("demo-catering")).await;
    assert_eq!(viewer.get("/console/leads.csv").await.status, 403);
    let page = viewer.read("/console/leads").await;
    assert!(!page.contains("/console/leads.csv"), "{page}");
    app.stop().await;
}

#[tokio::test]
async fn the_ledger_leads_to_what_was_refused_and_why() {
    let app = TestApp::start().await;
    let provider = Provider::named("whatsapp_cloud");
    let phone = Phone::at(&app, provider);
    phone.write("hello").await;
    phone.reply(1).await;
    let forger = Forger::new(&app).await;
    for recipient in [phone.customer.trim_start_matches('+'), "12125559999"] {
        let news = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{
            "field": "messages",
            "value": {
                "messaging_product": "whatsapp",
                "metadata": {"display_phone_number": "15550783881", "phone_number_id": provider.ours},
                "statuses": [{"id": "wamid.foreign", "status": "sent", "timestamp": "1795222865",
                    "recipient_id": recipient}],
            },
        }]}]});
        assert_eq!(forger.post(provider, &news.to_string()).await.status, 200);
    }
    let mut olga = app.signed_in(Role::Operator, Some("demo-catering")).await;
    let ledger = olga.read("/console/ledger").await;
    assert!(
        ledger.contains("href=\"/console/refused?tenant=demo-catering\""),
        "{ledger}"
    );
    let page = olga.read("/console/refused?tenant=demo-catering").await;
    assert_eq!(
        page.matches("News of a message that we did not send").count(),
        2,
        "{page}"
    );
    let conversation = format!("/console/conversations/{}", phone.conversation(&app).await);
    assert!(page.contains(&conversation), "{page}");
    assert_eq!(
        page.matches("href=\"/console/conversations/").count(),
        1,
        "the other one never began: {page}"
    );
    let file = olga.read("/console/refused.csv").await;
    assert_eq!(file.matches("\"status\",\"unknown_message\",").count(), 2, "{file}");

    let mut other = app.signed_in(Role::Operator, Some("demo-academy")).await;
    let page = other.read("/console/refused").await;
    assert!(page.contains("Everything that came in was accepted"), "{page}");
    let listed = app.admin().items("/api/v1/ledger/refused").await;
    let reasons: Vec<_> = listed.iter().map(|row| &row["reason"]).collect();
    assert_eq!(reasons, ["unknown_message", "unknown_message"]);
    app.stop().await;
}

#[tokio::test]
async fn what_people_say_is_neither_markup_nor_a_formula() {
    let app = TestApp::start().await;
    let said = "=HYPERLINK(\"http://evil.example\")<script>alert(1)</script>";
    park(&app, "demo-catering", said).await;
    let mut olga = app.signed_in(Role::Operator, Some("demo-catering")).await;
    let page = olga.read("/console/dead-letters").await;
    assert!(
        page.contains("&#60;script&#62;") && !page.contains("<script>alert"),
        "{page}"
    );
    let file = olga.read("/console/dead-letters.csv").await;
    assert!(file.contains("\"'=HYPERLINK(\"\"http://evil.example\"\")"), "{file}");
    app.stop().await;
}

#[tokio::test]
async fn a_file_goes_on_beyond_one_page() {
    let app = TestApp::start().await;
    for number in 0..205 {
        park(&app, "demo-catering", &format!("fault {number:03}")).await;
    }
    let mut olga = app.signed_in(Role::Operator, Some("demo-catering")).await;
    let file = olga.read("/console/dead-letters.csv").await;
    for number in 0..205 {
        let fault = format!("fault {number:03}");
        assert_eq!(file.matches(&fault).count(), 1, "{fault}");
    }
    let first = olga.read("/console/dead-letters").await;
    assert_eq!(first.matches("<tr>").count(), 51);
    let (_, rest) = first
        .split_once("rel=\"next\"")
        .map(|(before, _)| before.rsplit_once("href=\"").unwrap())
        .unwrap();
    let second = olga.read(rest.split('"').next().unwrap()).await;
    let shown = |page: &str| {
        (0..205)
            .filter(|number| page.contains(&format!("fault {number:03}")))
            .collect::<Vec<_>>()
    };
    let (first, second) = (shown(&first), shown(&second));
    assert_eq!((first.len(), second.len()), (50, 50));
    assert!(
        first.iter().all(|number| !second.contains(number)),
        "{first:?} {second:?}"
    );
    app.stop().await;
}

#[tokio::test]
async fn a_dead_letter_is_replayed_by_whoever_may_and_once() {
    let app = TestApp::start().await;
    let event = park(&app, "demo-catering", "the step panicked").await;
    let replay = format!("/console/dead-letters/{}/replay", event.id);
    let mut theirs = app.signed_in(Role::Admin, Some("demo-academy")).await;
    assert_eq!(theirs.submit(&replay, &[]).await.status, 404);
    let mut viewer = app.signed_in(Role::Viewer, Some("demo-catering")).await;
    assert!(!viewer.read("/console/dead-letters").await.contains("/replay"));

    let mut olga = app.signed_in(Role::Operator, Some("demo-catering")).await;
    let page = olga.read("/console/dead-letters").await;
    assert!(page.contains(&replay) && page.contains("the step panicked"), "{page}");
    let done = olga.submit(&replay, &[]).await;
    assert_eq!((done.status, done.location.as_str()), (303, "/console/dead-letters"));
    assert!(!olga.read("/console/dead-letters").await.contains("the step panicked"));
    let all = olga.read("/console/dead-letters?show=all").await;
    assert!(all.contains("Dealt with"), "{all}");
    assert_eq!(olga.submit(&replay, &[]).await.status, 404);
    let ledger = olga.read("/console/ledger").await;
    assert!(
        ledger.contains("Balanced") && !ledger.contains("Does not add up"),
        "{ledger}"
    );
    app.stop().await;
}

#[tokio::test]
async fn the_report_of_sources_counts_what_is_known() {
    let app = TestApp::start().await;
    lead(&app, "demo-catering", "Ana López", "+14155550101").await;
    lead(&app, "demo-catering", "Ben Ortiz", "+14155550103").await;
    lead(&app, "demo-academy", "Boris Theirs", "+14155550102").await;
    let mut olga = app.signed_in(Role::Viewer, Some("demo-catering")).await;
    let report = olga.read("/console/sources?days=1").await;
    assert!(report.contains(r#"data-label="Leads">2<"#), "{report}");
    assert!(report.contains("Web chat") && report.contains("100 %"), "{report}");
    assert!(!report.contains("demo-academy"), "{report}");
    assert_eq!(olga.get("/console/sources?tenant=demo-academy").await.status, 404);
    app.stop().await;
}

#[tokio::test]
async fn leads_are_filtered_marked_and_taken_along_for_the_day() {
    let app = TestApp::start().await;
    lead(&app, "demo-catering", "Ana López", "+14155550101").await;
    lead(&app, "demo-catering", "Bea Bravo", "+14155550103").await;
    lead(&app, "demo-academy", "Boris Theirs", "+14155550102").await;
    let mut olga = app.signed_in(Role::Operator, Some("demo-catering")).await;
    let page = olga.read("/console/leads").await;
    let id = |name: &str| {
        let (before, _) = page.split_once(name).unwrap();
        let (_, rest) = before.rsplit_once("href=\"/console/leads/").unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let (_, rest) = page.split_once("href=\"/console/leads.xlsx?from=").unwrap();
    let today = format!(
        "/console/leads.xlsx?from={}",
        rest.split('"').next().unwrap().replace("&#38;", "&")
    );
    let file = olga.get(&today).await;
    assert_eq!(file.status, 200, "{today}");
    let media_type = file.headers["content-type"].to_str().unwrap();
    assert!(media_type.ends_with("spreadsheetml.sheet"), "{media_type}");
    assert!(file.text.starts_with("PK"), "an Excel file is a zip archive");

    let none = olga.read("/console/leads?source=BOOKING").await;
    assert!(!none.contains("Ana") && none.contains("<h1>Bookings</h1>"), "{none}");
    assert!(olga.read("/console/leads?source=CHAT").await.contains("Ana"));

    let (ana, mark) = (id("Ana López"), "/console/leads/mark");
    let mut theirs = app.signed_in(Role::Operator, Some("demo-academy")).await;
    let fields = [("id", ana.as_str()), ("act", "handled"), ("query", "status=new")];
    assert_eq!(theirs.submit(mark, &fields).await.status, 303);
    assert!(olga.read("/console/leads?status=new").await.contains("Ana"));
    let marked = olga.submit(mark, &fields).await;
    assert_eq!(
        (marked.status, marked.location.as_str()),
        (303, "/console/leads?status=new&told=handled.1.0")
    );
    let new = olga.read("/console/leads?status=new").await;
    assert!(!new.contains("Ana López") && new.contains("Bea Bravo"), "{new}");
    assert_eq!(olga.submit(mark, &[("id", "nonsense")]).await.status, 404);
    let again = [("id", ana.as_str()), ("act", "new")];
    assert_eq!(olga.submit(mark, &again).await.status, 303);
    assert!(olga.read("/console/leads?status=new").await.contains("Ana López"));

    let mut viewer = app.signed_in(Role::Viewer, Some("demo-catering")).await;
    assert_eq!(viewer.get(&today).await.status, 403);
    let page = viewer.read("/console/leads").await;
    assert!(!page.contains(".xlsx") && !page.contains("id=\"bulk\""), "{page}");
    app.stop().await;
}

#[tokio::test]
async fn several_dead_letters_are_replayed_at_once() {
    let app = TestApp::start().await;
    let letters = [
        park(&app, "demo-catering", "first").await,
        park(&app, "demo-catering", "second").await,
    ];
    let mut olga = app.signed_in(Role::Operator, Some("demo-catering")).await;
    let letter = format!("/console/dead-letters/{}", letters[0].id.dead_letter().0);
    assert!(olga.read("/console/dead-letters").await.contains(&letter));
    let shown = olga.read(&letter).await;
    assert!(shown.contains("<p class=\"written\">hi</p>"), "{shown}");
    assert!(shown.contains("first") && !shown.contains("second"), "{shown}");
    let mut theirs = app.signed_in(Role::Operator, Some("demo-academy")).await;
    assert_eq!(theirs.get(&letter).await.status, 404);
    let ids = letters.map(|event| event.id.dead_letter().0.to_string());
    let mut admin = app.signed_in(Role::Admin, None).await;
    let gupshup = PROVIDERS.iter().find(|provider| provider.name == "gupshup").unwrap();
    assert_eq!(Forger::new(&app).await.post(gupshup, "no JSON").await.status, 200);
    let page = admin.read("/console/dead-letters?channel=whatsapp").await;
    let (_, rest) = page.split_once("name=\"id\" value=\"").expect("it waits");
    let unreadable = rest.split('"').next().unwrap();
    // What fails again, or is another's, keeps none of the others waiting.
    let fields: Vec<(&str, &str)> = std::iter::once(unreadable)
        .chain(ids.iter().map(String::as_str))
        .map(|id| ("id", id))
        .collect();
    let replay = "/console/dead-letters/replay";
    let done = theirs.submit(replay, &fields).await;
    assert!(
        theirs.read(&done.location).await.contains("Replayed: 0.<"),
        "{}",
        done.location
    );
    let done = admin.submit(replay, &fields).await;
    let told = "Replayed: 2. Still waiting, for they failed again: 1.";
    assert!(admin.read(&done.location).await.contains(told), "{}", done.location);
    let page = olga.read("/console/dead-letters").await;
    assert!(!page.contains("first") && !page.contains("second"), "{page}");
    app.stop().await;
}

#[tokio::test]
async fn people_are_found_by_the_beginning_of_what_is_known() {
    let app = TestApp::start().await;
    lead(&app, "demo-catering", "Ana López", "+14155550101").await;
    lead(&app, "demo-catering", "Bea Bravo", "+14155550103").await;
    lead(&app, "demo-academy", "Ana Theirs", "+14155550102").await;
    let mut olga = app.signed_in(Role::Operator, Some("demo-catering")).await;
    for list in ["leads", "contacts"] {
        for (q, finds) in [
            ("ana", (true, false)),
            ("Ana%20L", (true, false)),
            ("L%C3%B3pez", (false, false)),
            ("415%20555%200103", (false, true)),
            ("%2B14155550101", (true, false)),
            ("nobody", (false, false)),
        ] {
            for path in [format!("/console/{list}?q={q}"), format!("/console/{list}.csv?q={q}")] {
                let page = olga.read(&path).await;
                let found = (page.contains("Ana López"), page.contains("Bea Bravo"));
                assert_eq!(found, finds, "{path}");
                assert!(!page.contains("Ana Theirs"), "{path}");
            }
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn everybody_chooses_their_own_columns() {
    let app = TestApp::start().await;
    lead(&app, "demo-catering", "Ana López", "+14155550101").await;
    let mut olga = app.signed_in(Role::Viewer, Some("demo-catering")).await;
    let page = olga.read("/console/leads").await;
    assert!(page.contains("+14155550101"), "{page}");
    let only_names = [("list", "leads"), ("show", "name"), ("query", "status=new")];
    let chosen = olga.submit("/console/columns", &only_names).await;
    assert_eq!(
        (chosen.status, chosen.location.as_str()),
        (303, "/console/leads?status=new")
    );
    let page = olga.read("/console/leads").await;
    assert!(page.contains("Ana López") && !page.contains("+14155550101"), "{page}");
    assert!(
        olga.read("/console/contacts").await.contains("+14155550101"),
        "another list"
    );
    let mut pavlo = app.signed_in(Role::Viewer, Some("demo-catering")).await;
    assert!(
        pavlo.read("/console/leads").await.contains("+14155550101"),
        "another colleague"
    );
    assert_eq!(olga.submit("/console/columns", &[("list", "leads")]).await.status, 303);
    assert!(
        olga.read("/console/leads").await.contains("+14155550101"),
        "none is all"
    );
    assert_eq!(olga.submit("/console/columns", &[("list", "users")]).await.status, 404);
    app.stop().await;
}

#[tokio::test]
async fn every_list_that_offers_columns_takes_a_choice() {
    let app = TestApp::start().await;
    let mut admin = app.signed_in(Role::Admin, None).await;
    let mut lists = 0;
    for path in routes().iter().filter_map(|route| route.path.strip_suffix(".csv")) {
        let page = admin.read(path).await;
        let Some((_, rest)) = page.split_once("name=\"list\" value=\"") else {
            continue;
        };
        let list = rest.split('"').next().unwrap();
        let chosen = admin.submit("/console/columns", &[("list", list), ("query", "")]).await;
        assert_eq!((chosen.status, chosen.location.as_str()), (303, path), "{list}");
        lists += 1;
    }
    assert!(lists >= 8, "{lists} lists offer columns");
    app.stop().await;
}

#[tokio::test]
async fn channels_are_found_taken_along_and_nobody_elses() {
    let app = TestApp::start().await;
    let mut admin = app.signed_in(Role::Admin, None).await;
    let rows = |page: &str| page.matches("<tr>").count() - 1;
    let all = rows(&admin.read("/console/channels").await);
    for (query, expected) in [
        ("channel=sms&q=%2B14155550100", 1),
        ("tenant=demo-academy&source=gupshup", 1),
        ("tenant=demo-academy&source=yelp", 0),
        ("q=DEMO-ACADEMY&channel=whatsapp", 1),
        ("status=new&tenant=demo-leads&channel=web_chat", 1),
        ("status=works&tenant=demo-leads&channel=web_chat", 0),
    ] {
        let page = admin.read(&format!("/console/channels?{query}")).await;
        let found = if page.contains("<table>") { rows(&page) } else { 0 };
        assert_eq!(found, expected, "{query}: {page}");
    }
    let lines = |file: String| file.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines(admin.read("/console/channels.csv").await).len(), all);
    assert_eq!(admin.get("/console/channels.xlsx?channel=sms").await.status, 200);

    let mut operator = app.signed_in(Role::Operator, Some("demo-academy")).await;
    let own = lines(operator.read("/console/channels.csv").await);
    assert!(
        !own.is_empty() && own.iter().all(|line| line.starts_with("\"demo-academy\",")),
        "{own:?}"
    );
    assert_eq!(
        operator.get("/console/channels.csv?tenant=demo-leads").await.status,
        404
    );
    let page = operator.read("/console/channels").await;
    assert!(
        !page.contains("/console/tenants/"),
        "only an administrator sets up: {page}"
    );
    app.stop().await;
}

#[tokio::test]
async fn businesses_are_searched_and_taken_along() {
    let app = TestApp::start().await;
    let mut admin = app.signed_in(Role::Admin, None).await;
    let found = admin.read("/console/tenants?q=ACADEMY").await;
    assert!(
        found.contains("demo-academy") && !found.contains("demo-restaurant"),
        "{found}"
    );
    assert!(
        !admin
            .read("/console/tenants?status=faulty")
            .await
            .contains("demo-academy")
    );
    let file = admin.read("/console/tenants.csv").await;
    assert!(
        file.contains("demo-academy") && file.contains("demo-restaurant"),
        "{file}"
    );
    let excel = admin.get("/console/tenants.xlsx?q=academy").await;
    assert!(excel.status == 200 && excel.text.starts_with("PK"));
    let mut own = app.signed_in(Role::Admin, Some("demo-catering")).await;
    let file = own.read("/console/tenants.csv").await;
    assert!(
        file.contains("demo-catering") && !file.contains("demo-academy"),
        "{file}"
    );
    app.stop().await;
}
