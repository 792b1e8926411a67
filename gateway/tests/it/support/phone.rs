use serde_json::{Value, json};

use super::{Http, Provider, TestApp, eventually};

/// A customer's phone, at the twin of a channel's provider.
pub struct Phone {
    http: Http,
    channel: String,
    pub customer: String,
    business: String,
}

impl Phone {
    pub fn new(app: &TestApp, channel: &str, customer: &str, business: &str) -> Self {
        Self {
            http: app.admin(),
            channel: channel.to_owned(),
            customer: customer.to_owned(),
            business: business.to_owned(),
        }
    }

    /// A new customer's phone, at a provider.
    pub fn at(app: &TestApp, provider: &Provider) -> Self {
        Self::new(app, provider.name, &provider.fresh_customer(), provider.ours)
    }

    /// What the customer has said, as it is stored, once it is as many messages.
    pub async fn said(&self, app: &TestApp, count: usize) -> Vec<Value> {
        eventually(&format!("{count} messages of the customer"), || async {
            let id = self.find_conversation(app).await?;
            let mut said = app.admin().items(&format!("/api/v1/conversations/{id}/messages")).await;
            said.retain(|message| message["role"] == "user");
            (said.len() >= count).then_some(said)
        })
        .await
    }

    /// The lead that the customer has become.
    pub async fn lead(&self, app: &TestApp) -> Value {
        let leads = app.admin().items("/api/v1/leads?limit=200").await;
        let id = self.conversation(app).await;
        let own = leads.iter().find(|lead| lead["conversation_id"] == id.as_str());
        own.unwrap_or_else(|| panic!("no lead of this customer: {leads:?}"))
            .clone()
    }

    /// Writes; tells how our webhook answered, if it came through.
    pub async fn write(&self, text: &str) -> Option<u64> {
        self.send(json!({"text": text})).await
    }

    /// Writes under an id of the provider's.
    pub async fn write_as(&self, id: &str, text: &str) -> Option<u64> {
        self.send(json!({"text": text, "id": id})).await
    }

    /// Presses a button of the last message that shows it.
    pub async fn press(&self, label: &str) -> Option<u64> {
        let button = self.offered(label).await;
        self.send(json!({"text": label, "button": button})).await
    }

    /// The value of the newest button with this label, once there is one.
    pub async fn offered(&self, label: &str) -> String {
        eventually(&format!("a button '{label}'"), || async {
            let replies = self.replies().await;
            let last = replies.last()?;
            let button = last["buttons"]
                .as_array()?
                .iter()
                .find(|button| button["label"] == label)?;
            Some(button["value"].as_str()?.to_owned())
        })
        .await
    }

    /// Waits until every message of the business has come as far as one of `statuses`.
    pub async fn all_reach(&self, app: &TestApp, statuses: &[&str]) {
        let path = format!("/api/v1/conversations/{}/messages", self.conversation(app).await);
        eventually(&format!("everything is one of {statuses:?}"), || async {
            let messages = app.admin().items(&path).await;
            let is_there = |message: &Value| statuses.iter().any(|status| message["status"] == *status);
            let mut ours = messages.iter().filter(|message| message["role"] != "user").peekable();
            (ours.peek().is_some() && ours.all(is_there)).then_some(())
        })
        .await;
    }

    /// Why the business's first message failed, once it has.
    pub async fn failure(&self, app: &TestApp) -> String {
        let path = format!("/api/v1/conversations/{}/messages", self.conversation(app).await);
        eventually("it has failed", || async {
            let messages = app.admin().items(&path).await;
            let ours = messages.iter().find(|message| message["role"] == "bot")?.clone();
            (ours["status"] == "failed").then(|| ours["reason"].as_str().unwrap_or_default().to_owned())
        })
        .await
    }

    /// Why the business's first message did not leave, whatever became of it since.
    pub async fn failure_of(&self, app: &TestApp) -> String {
        let path = format!("/api/v1/conversations/{}/messages", self.conversation(app).await);
        eventually("it has not left", || async {
            let messages = app.admin().items(&path).await;
            let ours = messages.iter().find(|message| message["role"] == "bot")?;
            ours["reason"].as_str().map(str::to_owned)
        })
        .await
    }

    async fn send(&self, mut body: Value) -> Option<u64> {
        body["from"] = self.customer.as_str().into();
        body["to"] = self.business.as_str().into();
        let answer = self
            .http
            .post(&format!("/api/v1/sandbox/{}/messages", self.channel), &body)
            .await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()["status"].as_u64()
    }

    /// What the business has said, as the phone shows it.
    pub async fn replies(&self) -> Vec<Value> {
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("from", &self.customer)
            .append_pair("to", &self.business)
            .finish();
        let path = format!("/api/v1/sandbox/{}/messages?{query}", self.channel);
        let mut shown = self.http.items(&path).await;
        shown.retain(|message| message["author"] == "bot");
        shown
    }

    /// The words of the business's `number`-th message, from 1, once it is there.
    pub async fn reply(&self, number: usize) -> String {
        eventually(&format!("reply {number}"), || async {
            let replies = self.replies().await;
            let words = replies.get(number - 1)?["text"].as_str()?;
            Some(words.to_owned())
        })
        .await
    }

    /// Waits until everything the business said is delivered.
    pub async fn until_delivered(&self, app: &TestApp) {
        let path = format!("/api/v1/conversations/{}/messages", self.conversation(app).await);
        eventually("every reply is delivered", || async {
            let messages = app.admin().items(&path).await;
            let mut ours = messages.iter().filter(|message| message["role"] != "user");
            ours.all(|message| {
                ["delivered", "read", "replied", "validated"]
                    .map(Value::from)
                    .contains(&message["status"])
            })
            .then_some(())
        })
        .await;
    }

    /// Lets something go wrong, so many times.
    pub async fn fault(&self, kind: &str, count: u32) {
        let path = format!("/api/v1/sandbox/{}/faults", self.channel);
        let answer = self.http.post(&path, &json!({"kind": kind, "count": count})).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    /// Has the provider answer our next call with 429 and so many seconds to wait.
    pub async fn slow_down(&self, seconds: u64) {
        let path = format!("/api/v1/sandbox/{}/faults", self.channel);
        let fault = json!({"kind": "too_many_requests", "count": 1, "value": seconds});
        assert_eq!(self.http.post(&path, &fault).await.status, 200);
    }

    /// The id of the conversation with this customer.
    pub async fn conversation(&self, app: &TestApp) -> String {
        let found = self.find_conversation(app).await;
        found.unwrap_or_else(|| panic!("no conversation of {} over {}", self.customer, self.channel))
    }

    async fn find_conversation(&self, app: &TestApp) -> Option<String> {
        let rows = app.admin().items("/api/v1/conversations?limit=200").await;
        let own = rows.iter().find(|row| row["address"] == self.customer.as_str())?;
        Some(own["id"].as_str().unwrap().to_owned())
    }
}

/// A phone number that nobody else in the tests has.
pub fn fresh_number() -> String {
    format!("+1212{:07}", uuid::Uuid::new_v4().as_u128() % 8_000_000 + 2_000_000)
}
