//! Customers of every provider's channel, while their providers fail: webhooks come twice, late, out of order or not
//! at all, calls are refused, broken off after they were taken, or met with errors. The providers are their twins in
//! the server, which sign and call it as the providers do. In the end nothing may be lost, doubled or out of order.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use futures_util::future::try_join_all;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use reqwest::Client;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Settings;
use crate::clock;
use crate::report::{Figure, Outcome};

/// A starting server gets this long.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// The token with which the twins are told what to do.
const TOKEN: &str = "loadtest-of-channels";
/// Messages of one customer.
const MESSAGES_EACH: usize = 5;
/// How long everything may take to be where it belongs, once all is said.
const SETTLED_WITHIN: Duration = Duration::from_secs(90);
/// The pause between two looks at that.
const SETTLE_PAUSE: Duration = Duration::from_millis(500);
/// Rows of a page of the API.
const PAGE: usize = 200;
/// What a customer says.
const WORDS: [&str; MESSAGES_EACH] = [
    "Hi, I want to book for 10 people",
    "Maria Smith",
    "maria@example.com",
    "yes",
    "thank you",
];

/// Failures of calls: what is said next is said as if nothing had happened.
const OF_CALLS: [&str; 4] = ["too_many_requests", "server_error", "lost_answer", "duplicate_webhook"];
/// Failures after which webhooks come in another order than they were made. One that stays away is found at the
/// provider, or sent again by a provider that cannot be asked what was written.
const OF_ORDER: [&str; 3] = ["delayed_webhook", "reordered_webhook", "missing_webhook"];
/// The channels where nothing happens that changes the order: it must be kept there.
const ORDERLY: [&str; 2] = ["ringcentral", "yelp"];

/// A customer, and what the server is to know in the end.
struct Customer {
    channel: String,
    business: String,
    address: String,
    ids: Vec<String>,
}

#[derive(Deserialize)]
struct Overview {
    channels: Vec<Twin>,
}

#[derive(Deserialize)]
struct Twin {
    channel: String,
    businesses: Vec<Business>,
}

#[derive(Deserialize)]
struct Business {
    address: String,
}

#[derive(Deserialize)]
struct Page<T> {
    items: Vec<T>,
    next: Option<Value>,
}

#[derive(Deserialize)]
struct Conversation {
    id: String,
    address: String,
}

#[derive(Deserialize)]
struct Message {
    role: String,
    status: String,
    external_id: Option<String>,
    content: Value,
}

/// The server's API, for its administrator.
struct Api {
    client: Client,
    base: String,
}

impl Api {
    async fn get<T: for<'de> Deserialize<'de>>(&self, path: &str) -> Result<T> {
        let answer = self.client.get(format!("{}{path}", self.base)).bearer_auth(TOKEN);
        Ok(answer.send().await?.error_for_status()?.json().await?)
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let request = self.client.post(format!("{}{path}", self.base)).bearer_auth(TOKEN);
        Ok(request.json(body).send().await?.error_for_status()?.json().await?)
    }

    /// The conversations, by the customer's address.
    async fn conversations(&self) -> Result<HashMap<String, String>> {
        let (mut all, mut path) = (HashMap::new(), format!("/api/v1/conversations?limit={PAGE}"));
        loop {
            let page: Page<Conversation> = self.get(&path).await?;
            all.extend(page.items.into_iter().map(|row| (row.address, row.id)));
            match page.next.as_ref().and_then(Value::as_str) {
                Some(next) => path = format!("/api/v1/conversations?limit={PAGE}&after={next}"),
                None => return Ok(all),
            }
        }
    }

    async fn messages(&self, conversation: &str) -> Result<Vec<Message>> {
        let page: Page<Message> = self
            .get(&format!("/api/v1/conversations/{conversation}/messages?limit={PAGE}"))
            .await?;
        Ok(page.items)
    }

    /// What the customer's phone shows of the business, oldest first.
    async fn shown(&self, customer: &Customer) -> Result<Vec<String>> {
        let encode = |text: &str| text.replace('+', "%2B");
        let path = format!(
            "/api/v1/sandbox/{}/messages?from={}&to={}",
            customer.channel,
            encode(&customer.address),
            encode(&customer.business)
        );
        let page: Value = self.get(&path).await?;
        let items = page["items"].as_array().cloned().unwrap_or_default();
        let ours = items.iter().filter(|shown| shown["author"] == "bot");
        Ok(ours
            .filter_map(|shown| Some(shown["text"].as_str()?.to_owned()))
            .collect())
    }
}

/// Lets customers of every channel write while their providers fail, and checks what became of it.
///
/// # Errors
///
/// When there is no server to start, or it cannot be reached.
pub async fn run(settings: &Settings) -> Result<Vec<Outcome>> {
    let plan = settings
        .plan
        .as_ref()
        .context("channels starts the server itself: --server is needed")?;
    let mut plan = plan.clone();
    let eager = [
        ("FRONTDESK_ADMIN_TOKEN", TOKEN),
        ("FRONTDESK__RECONCILIATION__EVERY_MS", "500"),
        ("FRONTDESK__RECONCILIATION__SETTLE_MS", "0"),
    ];
    plan.environment
        .extend(eager.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let server = plan.start_ready(READY_WITHIN).await?;
    let api = Api {
        client: Client::new(),
        base: format!("http://127.0.0.1:{}", plan.port),
    };
    // Accounts are looked at for missing messages from the first round on.
    clock::sleep(settings.warm_up).await;
    let customers = customers(settings, &api).await?;
    let faults = try_join_all(customers.iter().enumerate().map(|(index, customer)| {
        let rng = StdRng::seed_from_u64(settings.seed.wrapping_add(index as u64));
        write(&api, customer, rng)
    }))
    .await?;
    let outcome = settle(settings, &api, &customers, faults.iter().sum()).await?;
    server.kill().await?;
    Ok(vec![outcome])
}

/// As many customers as there are connections, over all channels alike.
async fn customers(settings: &Settings, api: &Api) -> Result<Vec<Customer>> {
    let overview: Overview = api.get("/api/v1/sandbox").await?;
    let lines: Vec<(String, String)> = overview
        .channels
        .into_iter()
        .filter_map(|twin| Some((twin.channel, twin.businesses.into_iter().next()?.address)))
        .collect();
    ensure!(lines.len() > 1, "the server has no twins of providers");
    let start = u64::try_from(clock::unix_millis()).unwrap_or_default() % 1_000_000;
    Ok((0..settings.connections)
        .map(|index| {
            let (channel, business) = lines[index % lines.len()].clone();
            let number = start + index as u64;
            let address = match channel.as_str() {
                "messenger" | "instagram" => format!("6{number:015}"),
                "yelp" => format!("lead-{}-{number}", settings.run.name()),
                _ => format!("+1212{:07}", 2_000_000 + number % 8_000_000),
            };
            let id = |turn| format!("{}-{index}-{turn}", settings.run.name());
            Customer {
                channel,
                business,
                address,
                ids: (0..MESSAGES_EACH).map(id).collect(),
            }
        })
        .collect())
}

/// Says everything, and lets the provider fail now and then; returns how often it was told to.
async fn write(api: &Api, customer: &Customer, mut rng: StdRng) -> Result<u64> {
    let mut kinds = OF_CALLS.to_vec();
    if !ORDERLY.contains(&customer.channel.as_str()) {
        kinds.extend(OF_ORDER);
    }
    let mut faults = 0;
    for (id, words) in customer.ids.iter().zip(WORDS) {
        if rng.random_range(0..3) == 0 {
            let kind = kinds[rng.random_range(0..kinds.len())];
            let value = if kind == "delayed_webhook" { 300 } else { 1 };
            let fault = json!({"kind": kind, "count": 1, "value": value});
            api.post(&format!("/api/v1/sandbox/{}/faults", customer.channel), &fault)
                .await?;
            faults += 1;
        }
        let said = json!({"from": customer.address, "to": customer.business, "text": words, "id": id});
        let written = api
            .post(&format!("/api/v1/sandbox/{}/messages", customer.channel), &said)
            .await?;
        let status = written["status"].as_u64();
        ensure!(
            status.is_none_or(|status| status == 200),
            "a signed webhook of {} was answered with {status:?}",
            customer.channel
        );
    }
    Ok(faults)
}

/// What is seen when everything has come to rest.
#[derive(Default)]
struct Seen {
    stored: u64,
    shown: u64,
    unknown: u64,
    faults: Vec<String>,
}

/// Waits until everything is where it belongs; what is not by then is a failure.
async fn settle(settings: &Settings, api: &Api, customers: &[Customer], faults: u64) -> Result<Outcome> {
    let began = Instant::now();
    let seen = loop {
        let seen = look(api, customers).await?;
        if seen.faults.is_empty() || began.elapsed() > SETTLED_WITHIN {
            break seen;
        }
        clock::sleep(SETTLE_PAUSE).await;
    };
    let ledger: Value = api.get("/api/v1/ledger").await?;
    let lines = ledger["lines"].as_array().cloned().unwrap_or_default();
    let recovered: u64 = lines.iter().filter_map(|line| line["recovered"].as_u64()).sum();
    let mut outcome = Outcome::new("channels", settings);
    outcome.figures.extend([
        Figure::new("customers", customers.len() as f64, "on all channels"),
        Figure::new("failures told to the providers", faults as f64, "times"),
        Figure::new("messages of customers stored once", seen.stored as f64, "messages"),
        Figure::new("found without a webhook", recovered as f64, "messages"),
        Figure::new("replies shown once", seen.shown as f64, "messages"),
        Figure::new("replies of which nobody can tell", seen.unknown as f64, "messages"),
    ]);
    if ledger["is_balanced"] != true {
        outcome.fail(format!("the ledger is not balanced: {ledger}"));
    }
    for fault in seen.faults {
        outcome.fail(fault);
    }
    Ok(outcome)
}

async fn look(api: &Api, customers: &[Customer]) -> Result<Seen> {
    let conversations = api.conversations().await?;
    let mut seen = Seen::default();
    for customer in customers {
        let Some(conversation) = conversations.get(&customer.address) else {
            seen.faults
                .push(format!("a customer of {} is not known", customer.channel));
            continue;
        };
        let messages = api.messages(conversation).await?;
        check_said(customer, &messages, &mut seen);
        check_replies(customer, &messages, &api.shown(customer).await?, &mut seen);
    }
    Ok(seen)
}

/// Everything said is stored, once; in its order, where nothing disturbed that.
fn check_said(customer: &Customer, messages: &[Message], seen: &mut Seen) {
    let said = messages.iter().filter(|message| message.role == "user");
    let mut stored: Vec<&str> = said.filter_map(|message| message.external_id.as_deref()).collect();
    seen.stored += stored.len() as u64;
    let mut expected: Vec<&str> = customer.ids.iter().map(String::as_str).collect();
    if !ORDERLY.contains(&customer.channel.as_str()) {
        stored.sort_unstable();
        expected.sort_unstable();
    }
    if stored != expected {
        let fault = format!("{}: {} said, {stored:?} stored", customer.channel, expected.len());
        seen.faults.push(fault);
    }
}

/// Every reply that left is shown once, in its order; one of which nobody can tell at most once.
fn check_replies(customer: &Customer, messages: &[Message], shown: &[String], seen: &mut Seen) {
    let mut shown = shown.iter().peekable();
    for reply in messages.iter().filter(|message| message.role == "bot") {
        let words = reply.content["text"].as_str().unwrap_or_default();
        // Where a channel has no buttons, the choices stand below the words.
        let is_next = shown.next_if(|text| text.starts_with(words)).is_some();
        seen.shown += u64::from(is_next);
        match reply.status.as_str() {
            "unknown" => seen.unknown += 1,
            "sent" | "delivered" | "read" | "replied" | "validated" if is_next => {}
            status => seen
                .faults
                .push(format!("{}: a reply is {status}, shown: {is_next}", customer.channel)),
        }
    }
    if shown.next().is_some() {
        seen.faults
            .push(format!("{}: a reply was shown twice or out of order", customer.channel));
    }
}
