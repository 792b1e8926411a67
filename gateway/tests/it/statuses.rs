//! Every way in which news of our messages can fail, at every provider that tells them: nothing is said twice,
//! no status moves backwards, and nobody's message is moved by news of somebody else's.

use std::time::{Duration, Instant};

use frontdesk_core::ports::registry::Route;
use frontdesk_core::{ChannelKind, DeliveryStatus};
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::support::{Forger, Phone, Provider, TestApp, eventually, fresh};

/// The providers that tell what became of a message, each with the last thing it tells.
const TELLING: [(&str, &str); 7] = [
    ("twilio_sms", "delivered"),
    ("textmagic", "delivered"),
    ("ringcentral", "delivered"),
    ("messenger", "read"),
    ("instagram", "read"),
    ("whatsapp_cloud", "read"),
    ("gupshup", "read"),
];

/// A conversation that a colleague has, so that nothing leaves but what they say.
struct Desk<'a> {
    app: &'a TestApp,
    phone: Phone,
    path: String,
}

impl<'a> Desk<'a> {
    /// The bot's greeting has come as far as messages do.
    async fn at(app: &'a TestApp, provider: &Provider, last: &str) -> Self {
        let phone = Phone::at(app, provider);
        phone.write("hello").await;
        phone.reply(1).await;
        phone.all_reach(app, &[last]).await;
        let path = format!("/api/v1/conversations/{}", phone.conversation(app).await);
        let taken = app
            .admin()
            .post(&format!("{path}/take-over"), &json!({"by": "Ana"}))
            .await;
        assert_eq!(taken.status, 200, "{taken:?}");
        Self { app, phone, path }
    }

    /// Says something, and waits until the customer has it; tells the provider's id of it.
    async fn say(&self, number: usize) -> String {
        let words = json!({"by": "Ana", "text": format!("This is message {number}")});
        let said = self.app.admin().post(&format!("{}/messages", self.path), &words).await;
        assert_eq!(said.status, 200, "{said:?}");
        self.phone.reply(number).await;
        let shown = self.phone.replies().await;
        shown[number - 1]["id"].as_str().unwrap().to_owned()
    }

    /// The statuses of our messages, oldest first.
    async fn statuses(&self) -> Vec<String> {
        let messages = self.app.admin().items(&format!("{}/messages", self.path)).await;
        let ours = messages.iter().filter(|message| message["role"] != "user");
        ours.map(|message| message["status"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Waits until our `number`-th message has come so far, and sees that it never moves back.
    async fn until(&self, number: usize, status: &str) {
        let reached = std::cell::Cell::new(0);
        eventually(&format!("message {number} is {status}"), || async {
            let statuses = self.statuses().await;
            let is = statuses.get(number - 1)?;
            let rank = rank(is);
            assert!(reached.get() <= rank, "it moved back to {is}");
            reached.set(rank);
            (is == status).then_some(())
        })
        .await;
    }
}

fn rank(status: &str) -> u8 {
    let known = DeliveryStatus::ALL.into_iter().find(|known| known.code() == status);
    known.unwrap_or_else(|| panic!("no status {status}")).rank()
}

async fn failing_news(kind: &str) {
    let app = TestApp::start().await;
    let each = TELLING.map(|(name, last)| {
        let app = &app;
        async move {
            let desk = Desk::at(app, Provider::named(name), last).await;
            desk.phone.fault(kind, 1).await;
            desk.say(2).await;
            // Of what is told once nothing is known when that is lost, until the next message says as much of it.
            if kind != "missing_webhook" {
                desk.until(2, last).await;
            }
            desk.say(3).await;
            desk.until(3, last).await;
            let statuses = desk.statuses().await;
            let has_arrived = |status: &String| ["sent", "delivered", "read"].contains(&status.as_str());
            assert!(statuses.iter().all(has_arrived), "{kind} at {name}: {statuses:?}");
            assert_eq!(desk.phone.replies().await.len(), 3, "{kind} at {name}: each once");
        }
    });
    join_all(each).await;
    app.assert_balanced().await;
}

#[tokio::test]
async fn news_that_come_twice_say_the_same() {
    failing_news("duplicate_webhook").await;
}

#[tokio::test]
async fn news_that_come_late_are_taken() {
    failing_news("delayed_webhook").await;
}

#[tokio::test]
async fn news_that_come_out_of_order_move_nothing_back() {
    failing_news("reordered_webhook").await;
}

#[tokio::test]
async fn news_that_never_come_have_nothing_sent_again() {
    failing_news("missing_webhook").await;
}

/// What a provider tells of the message `id` of the account `ours` to a customer; `None` where it tells no such
/// thing. RingCentral tells no more than that something has changed.
fn news(name: &str, ours: &str, customer: &str, id: &str, status: &str) -> Option<String> {
    let digits = |number: &str| number.trim_start_matches('+').to_owned();
    let now_ms = jiff::Timestamp::now().as_millisecond();
    let messaging = |object: &str, key: &str, told: Value| {
        json!({"object": object, "entry": [{"id": ours, "time": now_ms, "messaging": [
            {"sender": {"id": customer}, "recipient": {"id": ours}, "timestamp": now_ms, key: told}]}]})
    };
    let body = match (name, status) {
        ("twilio_sms", "sent" | "delivered" | "failed") => {
            let word = if status == "failed" { "undelivered" } else { status };
            let form = [
                ("MessageSid", id),
                ("MessageStatus", word),
                ("From", ours),
                ("To", customer),
            ];
            return Some(
                url::form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(form)
                    .finish(),
            );
        }
        ("textmagic", "sent" | "delivered" | "failed") => {
            let letter = [("sent", "r"), ("delivered", "d"), ("failed", "f")];
            let letter = letter.into_iter().find(|(known, _)| *known == status)?.1;
            json!({"id": id, "sender": digits(ours), "receiver": digits(customer), "status": letter})
        }
        // A watermark: all before it.
        ("messenger", "delivered") => messaging("page", "delivery", json!({"mids": [id], "watermark": now_ms})),
        ("messenger", "read") => messaging("page", "read", json!({ "watermark": now_ms })),
        ("instagram", "read") => messaging("instagram", "read", json!({ "mid": id })),
        ("whatsapp_cloud", _) => {
            let mut told = json!({"id": id, "status": status, "timestamp": (now_ms / 1_000).to_string(),
                "recipient_id": digits(customer)});
            if status == "failed" {
                told["errors"] = json!([{"code": 131_000}]);
            }
            json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages",
                "value": {"messaging_product": "whatsapp", "metadata": {"phone_number_id": ours}, "statuses": [told]}}]}]})
        }
        ("gupshup", _) => json!({"app": ours, "timestamp": now_ms, "version": 2, "type": "message-event", "payload": {
            "id": id, "type": status, "destination": digits(customer), "payload": {"ts": now_ms / 1_000, "code": 1}}}),
        _ => return None,
    };
    Some(body.to_string())
}

/// An address of another business over the same account.
const ELSEWHERE: [(&str, &str); 6] = [
    ("twilio_sms", "+14155550188"),
    ("textmagic", "+447624800588"),
    ("messenger", "104020918399988"),
    ("instagram", "17841405822304988"),
    ("whatsapp_cloud", "106540352242988"),
    ("gupshup", "OtherApp"),
];

async fn give_addresses(app: &TestApp) {
    for (name, ours) in ELSEWHERE {
        let route = Route {
            channel: Provider::named(name).kind.parse::<ChannelKind>().unwrap(),
            address: ours.to_owned(),
            tenant: "elsewhere".parse().unwrap(),
            provider: Some(name.to_owned()),
        };
        assert!(app.database.registry.add_route(&route).await.unwrap());
    }
    // Who serves this business serves its addresses as well.
    app.put_tenant("elsewhere", frontdesk_actors::demo::MANIFESTS[0].1)
        .await;
}

#[tokio::test]
async fn news_move_the_message_they_are_of_and_only_forwards() {
    let app = TestApp::start().await;
    give_addresses(&app).await;
    let forger = Forger::new(&app).await;
    for (name, elsewhere) in ELSEWHERE {
        let provider = Provider::named(name);
        let last = TELLING.into_iter().find(|(known, _)| *known == name).unwrap().1;
        let desk = Desk::at(&app, provider, last).await;
        // From now on the provider tells what we make it tell.
        desk.phone.fault("missing_webhook", u32::MAX).await;
        let id = desk.say(2).await;
        desk.until(2, "sent").await;
        let customer = desk.phone.customer.as_str();
        let post = async |ours: &str, id: &str, status: &str, is_proved: bool| {
            let body = news(name, ours, customer, id, status)?;
            Some(forger.post_news(provider, &body, is_proved).await.status)
        };

        // Neither of whoever proves nothing, nor of a message that is not ours, nor of one that is another's.
        for status in ["sent", "delivered", "read", "failed"] {
            let answer = post(provider.ours, &id, status, false).await;
            assert!(answer.is_none_or(|answer| answer == 403), "{status} at {name}");
            // What is told by a moment has no id.
            if name != "messenger" {
                let answer = post(provider.ours, &fresh("9"), status, true).await;
                assert!(answer.is_none_or(|answer| answer == 200), "{status} at {name}");
            }
            let answer = post(elsewhere, &id, status, true).await;
            assert!(answer.is_none_or(|answer| answer == 200), "{status} at {name}");
            assert_eq!(desk.statuses().await, [last, "sent"], "{status} at {name}");
        }
        // Each told twice, the earlier ones once more after the later ones.
        let mut reached = "sent";
        for status in [
            "delivered",
            "delivered",
            "sent",
            "read",
            "read",
            "delivered",
            "sent",
            "failed",
        ] {
            let Some(answer) = post(provider.ours, &id, status, true).await else {
                continue;
            };
            assert_eq!(answer, 200, "{status} at {name}");
            if rank(status) > rank(reached) {
                reached = status;
            }
            assert_eq!(desk.statuses().await, [last, reached], "{status} at {name}");
        }
        assert_eq!(reached, last, "{name}");
        desk.phone.fault("missing_webhook", 0).await;
    }
    let letters = app.admin().items("/api/v1/dead-letters").await;
    assert!(letters.is_empty(), "{letters:?}");
    app.assert_balanced().await;
}

/// Another system that sends over the same number: its statuses come to us, too, many at a time.
#[tokio::test]
async fn news_of_many_messages_that_are_not_ours_are_acknowledged_in_time() {
    let app = TestApp::start().await;
    let provider = Provider::named("whatsapp_cloud");
    let desk = Desk::at(&app, provider, "read").await;
    let customer = desk.phone.customer.trim_start_matches('+');
    let statuses: Vec<Value> = (0..50)
        .map(|number| {
            json!({"id": format!("wamid.theirs{number}"), "status": "delivered", "timestamp": "1795222860",
            "recipient_id": customer})
        })
        .collect();
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages",
        "value": {"messaging_product": "whatsapp", "metadata": {"phone_number_id": provider.ours},
        "statuses": statuses}}]}]});
    let forger = Forger::new(&app).await;
    let began = Instant::now();
    let answer = forger.post(provider, &body.to_string()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(desk.statuses().await, ["read"]);
    let refused = app.ledger(provider.tenant, provider.kind).await.unwrap()["refused"].clone();
    assert_eq!(refused, 50);
    app.assert_balanced().await;
}
