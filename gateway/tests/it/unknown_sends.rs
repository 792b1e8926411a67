//! Sends whose answer was lost: asked after where the provider can tell, else shown to a person.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::support::{PROVIDERS, Phone, TestApp, eventually};

fn fresh_id() -> String {
    format!("6{:015}", uuid::Uuid::new_v4().as_u128() % 1_000_000_000_000_000)
}

fn fresh_number() -> String {
    super::support::fresh_number()
}

/// A conversation in which a colleague has just written something whose answer was lost.
struct Lost {
    phone: Phone,
    path: String,
    seq: u64,
}

/// Of what a colleague writes, neither the answer nor any report comes through.
async fn lose(app: &TestApp, channel: &'static str, customer: &str, ours: &str) -> Lost {
    let phone = Phone::new(app, channel, customer, ours);
    phone.write("hello").await;
    phone.reply(1).await;
    phone.all_reach(app, &["sent", "delivered", "read"]).await;
    let path = format!("/api/v1/conversations/{}", phone.conversation(app).await);
    phone.fault("lost_answer", 1).await;
    phone.fault("missing_webhook", 100).await;
    let words = json!({"by": "Ana", "text": "We are looking into it."});
    let said = app.admin().post(&format!("{path}/messages"), &words).await;
    assert_eq!(said.status, 200, "{said:?}");
    let seq = said.json()["seq"].as_u64().unwrap();
    Lost { phone, path, seq }
}

impl Lost {
    async fn message(&self, app: &TestApp, seq: u64) -> Option<Value> {
        let messages = app.admin().items(&format!("{}/messages", self.path)).await;
        messages.into_iter().find(|message| message["seq"] == seq)
    }

    async fn reaches(&self, app: &TestApp, seq: u64, status: &str) -> Value {
        eventually(&format!("message {seq} is {status}"), || async {
            let message = self.message(app, seq).await?;
            (message["status"] == status).then_some(message)
        })
        .await
    }
}

#[tokio::test]
async fn what_was_taken_is_found_at_the_provider_and_never_sent_twice() {
    let app = TestApp::start().await;
    for (channel, customer, ours) in [
        ("twilio_sms", fresh_number(), "+14155550100"),
        ("ringcentral", fresh_number(), "+16573900100"),
        ("textmagic", fresh_number(), "+447624800501"),
        ("messenger", fresh_id(), "104020918399999"),
        ("instagram", fresh_id(), "17841405822304914"),
    ] {
        let lost = lose(&app, channel, &customer, ours).await;
        let found = lost.reaches(&app, lost.seq, "sent").await;
        assert!(found["external_id"].is_string(), "{channel}: {found}");
        assert_eq!(lost.phone.replies().await.len(), 2, "{channel}");
        lost.phone.fault("missing_webhook", 0).await;
    }
    app.assert_balanced().await;
}

#[tokio::test]
async fn what_nobody_can_tell_is_shown_to_a_person_who_sends_it_again() {
    let app = TestApp::with_settings("[runtime.outbox]\ntrace_base_ms = 100\ntrace_for_ms = 200\n").await;
    let lost = lose(&app, "gupshup", &fresh_number(), "DemoApp").await;
    lost.reaches(&app, lost.seq, "unknown").await;
    eventually("a person is called", || async {
        let ticket = app.admin().get(&lost.path).await.json()["state"]["ticket"].clone();
        (!ticket.is_null()).then_some(())
    })
    .await;
    lost.phone.fault("missing_webhook", 0).await;
    let again = format!("{}/messages/{}/send-again", lost.path, lost.seq);
    let by = json!({"by": "Ana"});
    let sent = app.admin().post(&again, &by).await;
    assert_eq!((sent.status, &sent.json()["is_duplicate"]), (200, &json!(false)));
    let twice = app.admin().post(&again, &by).await;
    assert_eq!((twice.status, &twice.json()["is_duplicate"]), (200, &json!(true)));
    lost.reaches(&app, lost.seq, "resolved").await;
    let next = lost.reaches(&app, lost.seq + 1, "read").await;
    assert_eq!(next["content"]["text"], "We are looking into it.");
    assert_eq!(next["role"], "operator");

    let wrong = format!("{}/messages/{}/send-again", lost.path, lost.seq + 1);
    assert_eq!(app.admin().post(&wrong, &by).await.status, 400, "it did come through");
    app.assert_balanced().await;
}

#[tokio::test]
async fn a_colleague_may_know_better() {
    let app = TestApp::with_settings("[runtime.outbox]\ntrace_base_ms = 100\ntrace_for_ms = 200\n").await;
    let lost = lose(&app, "gupshup", &fresh_number(), "DemoApp").await;
    lost.reaches(&app, lost.seq, "unknown").await;
    let mut operator = app
        .signed_in(frontdesk_core::ports::registry::Role::Operator, Some("demo-academy"))
        .await;
    let page = format!("/console{}", lost.path.trim_start_matches("/api/v1"));
    let shown = operator.get(&page).await.text;
    let arrived = format!("{page}/messages/{}/arrived", lost.seq);
    assert!(shown.contains(&arrived) && shown.contains("send-again"), "{shown}");
    let pressed = operator.submit(&arrived, &[("key", "k1")]).await;
    assert_eq!(pressed.status, 303, "{}", pressed.text);
    let known = lost.reaches(&app, lost.seq, "delivered").await;
    assert!(
        known["reason"]
            .as_str()
            .is_some_and(|reason| reason.starts_with("seen to by"))
    );
    assert!(!operator.get(&page).await.text.contains("send-again"));
    let late = operator.submit(&arrived, &[("key", "k2")]).await;
    assert_eq!(late.status, 422, "{}", late.text);
    let mut other = app
        .signed_in(frontdesk_core::ports::registry::Role::Operator, Some("demo-catering"))
        .await;
    assert_eq!(other.submit(&arrived, &[("key", "k3")]).await.status, 404);
}

#[tokio::test]
async fn what_did_not_come_through_is_worked_on_in_the_list_of_messages() {
    let app = TestApp::with_settings("[runtime.outbox]\ntrace_base_ms = 100\ntrace_for_ms = 200\n").await;
    let first = lose(&app, "gupshup", &fresh_number(), "DemoApp").await;
    first.reaches(&app, first.seq, "unknown").await;
    first.phone.fault("missing_webhook", 0).await;
    let second = lose(&app, "gupshup", &fresh_number(), "DemoApp").await;
    second.reaches(&app, second.seq, "unknown").await;
    second.phone.fault("missing_webhook", 0).await;
    let operator = frontdesk_core::ports::registry::Role::Operator;
    let mut olga = app.signed_in(operator, Some("demo-academy")).await;
    let troubled = "/console/messages?status=troubled";
    let name = |lost: &Lost| format!("{}.{}", lost.path.rsplit('/').next().unwrap(), lost.seq);
    let page = olga.get(troubled).await.text;
    assert!(page.contains(&name(&first)) && page.contains(&name(&second)), "{page}");
    let unknown = olga.get("/console/messages?status=unknown").await.text;
    assert!(unknown.contains("We are looking into it."), "{unknown}");
    let failed = olga.get("/console/messages?status=failed").await.text;
    assert!(!failed.contains("We are looking into it."), "{failed}");

    let see_to = "/console/messages/see-to";
    let mut theirs = app.signed_in(operator, Some("demo-catering")).await;
    let act = |act: &'static str, lost: &Lost| [("act", act.to_owned()), ("id", name(lost))];
    let pairs = act("resolve", &first);
    let fields: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(theirs.submit(see_to, &fields).await.status, 404);
    let done = olga
        .submit(see_to, &[fields.as_slice(), &[("query", "status=troubled")]].concat())
        .await;
    assert_eq!(
        (done.status, done.location),
        (303, format!("{troubled}&told=seen-to.1.0"))
    );
    let known = first.reaches(&app, first.seq, "resolved").await;
    assert!(
        known["reason"]
            .as_str()
            .is_some_and(|reason| reason.starts_with("seen to by"))
    );
    assert!(
        first.message(&app, first.seq + 1).await.is_none(),
        "nothing is sent for it"
    );

    let pairs = act("send-again", &second);
    let fields: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(olga.submit(see_to, &fields).await.status, 303);
    assert_eq!(
        olga.submit(see_to, &fields).await.status,
        303,
        "whoever presses second does no harm"
    );
    let again = second.reaches(&app, second.seq + 1, "read").await;
    assert_eq!(again["content"]["text"], "We are looking into it.");
    assert!(second.message(&app, second.seq + 2).await.is_none(), "it was sent once");
    let page = olga.get(troubled).await.text;
    assert!(
        !page.contains(&name(&first)) && !page.contains(&name(&second)),
        "{page}"
    );
    for bad in ["nonsense", "1.2"] {
        assert_eq!(
            olga.submit(see_to, &[("act", "resolve"), ("id", bad)]).await.status,
            404,
            "{bad}"
        );
    }
    app.assert_balanced().await;
}

/// A colleague says the same twice, and the second time the provider does not take it: looked up by its words, the
/// first one must not be taken for it.
async fn the_same_words_twice(kind: &str) {
    const WORDS: &str = "Are you still there?";
    let app = TestApp::start().await;
    join_all(PROVIDERS.iter().map(|provider| {
        let app = &app;
        async move {
            let what = format!("{kind} at {}", provider.name);
            let phone = Phone::at(app, provider);
            phone.write("hello").await;
            phone.reply(1).await;
            let path = format!("/api/v1/conversations/{}/messages", phone.conversation(app).await);
            let words = json!({"by": "Ana", "text": WORDS});
            assert_eq!(app.admin().post(&path, &words).await.status, 200, "{what}");
            phone.all_reach(app, &["sent", "delivered", "read"]).await;
            phone.fault(kind, 1).await;
            assert_eq!(app.admin().post(&path, &words).await.status, 200, "{what}");
            eventually(&format!("{what}: as many are sent as are shown"), || async {
                let stored = app.admin().items(&path).await;
                let said = stored.iter().filter(|message| message["content"]["text"] == WORDS);
                let statuses: Vec<_> = said.filter_map(|message| message["status"].as_str()).collect();
                let is_in =
                    |statuses: &[&str], all: &[&str]| statuses.iter().filter(|status| all.contains(status)).count();
                let shown = phone.replies().await;
                let shown = shown.iter().filter(|shown| shown["text"] == WORDS).count();
                (statuses.len() == 2
                    && is_in(&statuses, &["pending", "retrying"]) == 0
                    && 2 - is_in(&statuses, &["unknown"]) == shown)
                    .then_some(())
            })
            .await;
        }
    }))
    .await;
}

#[tokio::test]
async fn words_that_were_refused_are_not_taken_for_the_same_words_before() {
    the_same_words_twice("server_error").await;
}

#[tokio::test]
async fn words_that_were_not_answered_are_not_taken_for_the_same_words_before() {
    the_same_words_twice("timeout").await;
}
