//! Every way a provider can fail, at every provider: nothing is lost, nothing doubled, and what nobody
//! can tell is shown as that.

use futures_util::future::join_all;
use serde_json::Value;

use super::support::{PROVIDERS, Phone, Provider, TestApp, eventually};

/// Asks providers all the time what people wrote.
const EAGER: &str = "[reconciliation]\nevery_ms = 200\nsettle_ms = 0";
/// An account that is refused is tried again at once.
const MENDED_SOON: &str = "[runtime.outbox]\naccount_retry_ms = 100\n[alarms]\nevery_ms = 50";
/// A reply that the provider has, and what follows from it.
const ARRIVED: &[&str] = &["sent", "delivered", "read", "replied", "validated"];
/// A reply of which nobody can tell whether the provider has it.
const OPEN: &[&str] = &["unknown"];

/// What a failing call may end in.
struct End {
    statuses: &'static [&'static str],
    /// How many replies the customer's phone shows then.
    shown: std::ops::RangeInclusive<usize>,
}

impl End {
    fn of(kind: &str, provider: &Provider) -> Vec<Self> {
        let end = |statuses, shown| Self { statuses, shown };
        let arrived = end(ARRIVED, 1..=1);
        match (kind, provider.name) {
            // Taken, and the provider has no way to tell: it must not be sent again.
            ("lost_answer", "gupshup") => vec![arrived, end(OPEN, 1..=1)],
            // Not taken, but we cannot know: it must not be sent again either, unless the provider can tell.
            ("timeout", _) => vec![arrived, end(OPEN, 0..=0)],
            _ => vec![arrived],
        }
    }
}

/// The status of the reply to the customer's first message.
async fn reply_status(app: &TestApp, phone: &Phone) -> Option<String> {
    let path = format!("/api/v1/conversations/{}/messages", phone.conversation(app).await);
    let messages = app.admin().items(&path).await;
    let reply = messages.iter().find(|message| message["role"] == "bot")?;
    Some(reply["status"].as_str()?.to_owned())
}

async fn a_failing_call(kind: &str) {
    let app = TestApp::with_settings(MENDED_SOON).await;
    let each = PROVIDERS.iter().map(|provider| {
        let app = &app;
        async move {
            let phone = Phone::at(app, provider);
            phone.fault(kind, 1).await;
            assert_eq!(phone.write("hello").await, Some(200), "{}", provider.name);
            let ends = End::of(kind, provider);
            let what = format!("{kind} at {} ends as it should", provider.name);
            let shown = eventually(&what, || async {
                let status = reply_status(app, &phone).await?;
                let end = ends.iter().find(|end| end.statuses.contains(&status.as_str()))?;
                let shown = phone.replies().await.len();
                end.shown.contains(&shown).then_some(shown)
            })
            .await;
            // Whatever comes back late doubles nothing.
            phone.write("are you there?").await;
            phone.said(app, 2).await;
            let first = phone.replies().await;
            assert!(first.len() <= shown + 1, "{kind} at {}: {first:?}", provider.name);
        }
    });
    join_all(each).await;
    app.assert_balanced().await;
}

#[tokio::test]
async fn calls_that_are_refused_for_now_are_made_again() {
    a_failing_call("too_many_requests").await;
}

#[tokio::test]
async fn calls_that_meet_an_error_are_made_again() {
    a_failing_call("server_error").await;
}

#[tokio::test]
async fn calls_that_were_taken_without_an_answer_are_not_made_twice() {
    a_failing_call("lost_answer").await;
}

#[tokio::test]
async fn calls_that_are_never_answered_end_as_what_they_are() {
    a_failing_call("timeout").await;
}

#[tokio::test]
async fn calls_with_a_token_that_has_ended_are_made_again() {
    a_failing_call("expired_token").await;
}

/// What the stored replies say, and what the customer's phone shows.
async fn replies(app: &TestApp, phone: &Phone) -> (Vec<String>, Vec<String>) {
    let path = format!("/api/v1/conversations/{}/messages", phone.conversation(app).await);
    let stored = app.admin().items(&path).await;
    let stored = stored.iter().filter(|message| message["role"] == "bot");
    let words = |text: &Value| text.as_str().unwrap_or_default().to_owned();
    let shown = phone.replies().await;
    (
        stored.map(|message| words(&message["content"]["text"])).collect(),
        shown.iter().map(|message| words(&message["text"])).collect(),
    )
}

#[tokio::test]
async fn an_access_that_ends_in_the_midst_of_a_conversation_is_renewed_and_the_order_kept() {
    let app = TestApp::start().await;
    for name in ["ringcentral", "yelp"] {
        let phone = Phone::at(&app, Provider::named(name));
        phone.write("Hi, do you do parties?").await;
        phone.reply(1).await;
        phone.fault("expired_token", 1).await;
        for words in ["It is for 12 people", "on Saturday"] {
            assert_eq!(phone.write(words).await, Some(200), "{name}");
        }
        phone.all_reach(&app, ARRIVED).await;
        let (stored, shown) = replies(&app, &phone).await;
        assert!(stored.len() >= 2, "{name}: {stored:?}");
        assert_eq!(stored.len(), shown.len(), "{name}: each once: {shown:?}");
        for (stored, shown) in stored.iter().zip(&shown) {
            assert!(
                shown.starts_with(stored.as_str()),
                "{name}: {stored:?} is shown as {shown:?}"
            );
        }
    }
    app.assert_balanced().await;
}

/// The two that renew their access by themselves are above; for the others somebody grants a new one.
#[tokio::test]
async fn an_account_that_is_refused_in_the_midst_of_a_conversation_is_waited_for_and_the_order_kept() {
    let app = TestApp::with_settings(MENDED_SOON).await;
    let renewed = ["ringcentral", "yelp"];
    let waiting = PROVIDERS.iter().filter(|provider| !renewed.contains(&provider.name));
    let each = waiting.map(|provider| {
        let app = &app;
        async move {
            let name = provider.name;
            let phone = Phone::at(app, provider);
            phone.write("hello").await;
            phone.reply(1).await;
            // Until somebody grants a new token, however often it is tried.
            phone.fault("expired_token", u32::MAX).await;
            for words in ["for 12 people", "on Saturday"] {
                assert_eq!(phone.write(words).await, Some(200), "{name}");
            }
            let lane = format!("{name}:{}", provider.ours);
            eventually(&format!("an alarm tells of {lane}"), || async {
                let alarms = app.admin().items("/api/v1/alarms").await;
                let told = |alarm: &Value| alarm["cause"] == "account_refused" && alarm["subject"] == lane.as_str();
                let refused = alarms.into_iter().find(told)?;
                // More tries than a call has that fails otherwise.
                (refused["count"].as_u64()? > 6).then_some(())
            })
            .await;
            let (stored, shown) = replies(app, &phone).await;
            assert!(stored.len() >= 2, "{name}: {stored:?}");
            assert_eq!(shown.len(), 1, "{name}: nothing left meanwhile: {shown:?}");
            let path = format!("/api/v1/conversations/{}", phone.conversation(app).await);
            let status = app.admin().get(&path).await.json()["status"].clone();
            assert_ne!(status, "needs_person", "{name}: nobody is called while it waits");

            phone.fault("expired_token", 0).await;
            phone.all_reach(app, ARRIVED).await;
            let (stored, shown) = replies(app, &phone).await;
            assert_eq!(stored.len(), shown.len(), "{name}: each once: {shown:?}");
            for (stored, shown) in stored.iter().zip(&shown) {
                assert!(
                    shown.starts_with(stored.as_str()),
                    "{name}: {stored:?} is shown as {shown:?}"
                );
            }
        }
    });
    join_all(each).await;
    eventually("every alarm is over", || async {
        app.admin().items("/api/v1/alarms").await.is_empty().then_some(())
    })
    .await;
    app.assert_balanced().await;
}

/// What customers say while their provider's webhooks fail.
const WORDS: [&str; 3] = ["Hi, do you do parties?", "It is for 12 people", "on Saturday"];

/// Everything said is there once, and every reply that is stored was shown once.
async fn assert_exact(app: &TestApp, phone: &Phone, kind: &str, provider: &Provider, expected: &[&str]) {
    let said = phone.said(app, expected.len()).await;
    let mut texts: Vec<&str> = said
        .iter()
        .filter_map(|message| message["content"]["text"].as_str())
        .collect();
    if kind != "duplicate_webhook" {
        // One of them came later than the next, and that is the order they are in.
        texts.sort_by_key(|text| WORDS.iter().position(|words| words == text));
    }
    assert_eq!(texts, expected, "{kind} at {}", provider.name);
    let path = format!("/api/v1/conversations/{}/messages", phone.conversation(app).await);
    eventually(&format!("every reply of {} is shown once", provider.name), || async {
        let messages = app.admin().items(&path).await;
        let replies: Vec<&Value> = messages.iter().filter(|message| message["role"] == "bot").collect();
        let has_arrived = |reply: &&Value| ARRIVED.iter().any(|status| reply["status"] == *status);
        let shown = phone.replies().await;
        (replies.iter().all(has_arrived) && shown.len() == replies.len()).then_some(())
    })
    .await;
}

async fn a_failing_webhook(kind: &str) {
    let app = TestApp::with_settings(EAGER).await;
    let each = PROVIDERS.iter().map(|provider| {
        let app = &app;
        async move {
            if provider.tells_inbox {
                let lane = format!("{}:{}", provider.name, provider.ours);
                eventually("the account is looked at", || async {
                    app.database.watch.inbox_mark(&lane).await.unwrap()
                })
                .await;
            }
            let phone = Phone::at(app, provider);
            phone.fault(kind, 1).await;
            for words in WORDS {
                phone.write(words).await;
            }
            assert_exact(app, &phone, kind, provider, &WORDS).await;
        }
    });
    join_all(each).await;
    app.assert_balanced().await;
}

#[tokio::test]
async fn webhooks_that_come_twice_are_one_turn() {
    a_failing_webhook("duplicate_webhook").await;
}

#[tokio::test]
async fn webhooks_that_come_late_are_taken() {
    a_failing_webhook("delayed_webhook").await;
}

#[tokio::test]
async fn webhooks_that_come_out_of_order_are_taken() {
    a_failing_webhook("reordered_webhook").await;
}

#[tokio::test]
async fn webhooks_that_do_not_come_are_found_at_the_provider_or_sent_again_by_it() {
    a_failing_webhook("missing_webhook").await;
}
