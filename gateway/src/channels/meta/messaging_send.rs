//! Messages of a page or an account, by its `messages` node. It knows no idempotency key: a call whose
//! answer was lost is known to have been taken by the echo that follows, or by our conversation with the
//! person at Meta.

use std::fmt;

use async_trait::async_trait;
use frontdesk_actors::PROFILE;
use frontdesk_core::ports::outbox::{Cargo, Entry, SendError, Sender, Sent};
use frontdesk_core::{Card, Content, Fault, Passage, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::messaging::{Platform, with_mark};
use super::{Config, Graph, Meaning, Verdict};
use crate::channels::call::Answer;
use crate::channels::claims::Claims;
use crate::channels::parts::{Mark, Parts};
use crate::channels::{Outside, button, text};

/// Quick replies of one message.
const REPLIES_MAX: usize = 13;
/// Cards of one message.
const CARDS_MAX: usize = 10;
/// Characters of a card's title, and of its text.
const CARD_CHARACTERS_MAX: usize = 80;
/// Characters on a quick reply.
const LABEL_CHARACTERS_MAX: usize = 20;
/// What a person typed, and not a program: taken for a week.
const HUMAN_AGENT: &str = "HUMAN_AGENT";
/// What is asked of a conversation: its last messages.
const CONVERSATION_FIELDS: &str = "messages.limit(20){id,message,from,created_time}";
/// How far Meta's clock, which counts in seconds, may be behind ours.
const CLOCKS_APART_MS: i64 = 3_000;

/// What one message may hold.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Characters of a text.
    pub characters_max: usize,
    /// Bytes of a text.
    pub bytes_max: usize,
    /// Whether a mark of ours may go along, which the echo brings back.
    pub takes_mark: bool,
}

/// Sends over the pages or accounts of one app.
pub struct MessagingSender {
    pub(super) platform: Platform,
    limits: Limits,
    pub(super) graph: Graph,
    claims: Claims,
}

impl fmt::Debug for MessagingSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessagingSender")
            .field("platform", &self.platform)
            .finish_non_exhaustive()
    }
}

impl MessagingSender {
    /// For one of the two.
    pub fn new(platform: Platform, limits: Limits, config: &Config, outside: &Outside) -> Self {
        Self {
            platform,
            limits,
            graph: Graph::new(platform.name, config, outside, specific),
            claims: Claims::new(outside.reports.clone()),
        }
    }
}

/// The answer to a sent message.
#[derive(Deserialize)]
struct Taken {
    message_id: String,
}

/// A profile of either platform.
#[derive(Default, Deserialize)]
struct Profile {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    first_name: Option<String>,
    #[serde(default)]
    last_name: Option<String>,
    #[serde(default)]
    username: Option<String>,
}

impl Profile {
    fn in_our_words(self) -> Value {
        let parts: Vec<String> = [self.first_name, self.last_name].into_iter().flatten().collect();
        let whole = Some(parts.join(" ")).filter(|name| !name.is_empty());
        json!({"name": self.name.or(whole), "handle": self.username})
    }
}

/// Conversations of a page, as far as they are used.
#[derive(Default, Deserialize)]
struct Threads {
    #[serde(default)]
    data: Vec<Thread>,
}

#[derive(Deserialize)]
struct Thread {
    #[serde(default)]
    messages: Messages,
}

#[derive(Default, Deserialize)]
struct Messages {
    #[serde(default)]
    data: Vec<Said>,
}

/// A message of either side.
#[derive(Deserialize)]
struct Said {
    id: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    from: Person,
    #[serde(default)]
    created_time: String,
}

#[derive(Default, Deserialize)]
struct Person {
    #[serde(default)]
    id: String,
}

impl Said {
    fn said_at(&self) -> Option<Timestamp> {
        self.created_time.parse::<jiff::Timestamp>().ok().map(Timestamp::from)
    }
}

impl MessagingSender {
    /// What a person calls themselves. Meta tells it of those who agreed, while our app may ask: not being
    /// told is no trouble, and not asked for again.
    async fn profile(&self, theirs: &str) -> Sent {
        let node = format!("{theirs}?fields={}", self.platform.profile_fields);
        let told = self.graph.look(&node).await.and_then(|answer| answer.json::<Profile>());
        Sent {
            external_id: None,
            answer: told.map(Profile::in_our_words),
        }
    }

    /// The last messages of our conversation with a person, of both sides.
    async fn last_said(&self, ours: &str, theirs: &str) -> Result<Vec<Said>, SendError> {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("platform", self.platform.name)
            .append_pair("user_id", theirs)
            .append_pair("fields", CONVERSATION_FIELDS)
            .finish();
        let answer = self.graph.get(&format!("{ours}/conversations?{query}")).await?;
        let threads: Threads = answer.json().unwrap_or_default();
        Ok(threads
            .data
            .into_iter()
            .flat_map(|thread| thread.messages.data)
            .collect())
    }
}

impl MessagingSender {
    /// What the answer tells of a message that was taken.
    fn taken(&self, entry: &Entry, answer: &Answer) -> Sent {
        let id = answer.json::<Taken>().map(|taken| taken.message_id);
        self.claims.sent(entry, id)
    }
}

#[async_trait]
impl Sender for MessagingSender {
    async fn send(&self, entry: &Entry) -> Result<Sent, SendError> {
        let (seq, content) = match &entry.cargo {
            Cargo::Message { seq, content } => (seq, content),
            Cargo::Inquiry(inquiry) if inquiry.name == PROFILE => return Ok(self.profile(&entry.address).await),
            Cargo::Inquiry(_) | Cargo::Emission(_) => {
                return Err(SendError::permanent("only messages leave this way"));
            }
        };
        let ours = entry.our_address().ok_or_else(|| SendError::Permanent {
            reason: "it is not said which of our pages it leaves from".to_owned(),
            fault: Some(Fault::Account),
        })?;
        let node = format!("{ours}/messages");
        let messages = parts(self.limits, content);
        let mark = Mark::new(*seq, messages.len());
        let mut leaving = Parts::default();
        for mut message in messages {
            if self.limits.takes_mark {
                message["metadata"] = with_mark(mark).into();
            }
            let mut body = json!({
                "recipient": {"id": entry.address.as_str()},
                "messaging_type": "RESPONSE",
                "message": message,
            });
            if content.passage == Some(Passage::Person) {
                body["messaging_type"] = "MESSAGE_TAG".into();
                body["tag"] = HUMAN_AGENT.into();
            }
            let answer = self.graph.post(&node, &body, entry.attempts).await;
            leaving.note(answer.map(|answer| self.taken(entry, &answer)))?;
        }
        Ok(leaving.sent())
    }

    async fn trace(&self, entry: &Entry, since: Timestamp) -> Result<Option<Sent>, SendError> {
        let (Cargo::Message { content, .. }, Some(ours)) = (&entry.cargo, entry.our_address()) else {
            return Ok(None);
        };
        let said = self.last_said(ours, &entry.address).await?;
        let earliest = Timestamp::from_millis(since.as_millis() - CLOCKS_APART_MS);
        let mut found = Parts::default();
        // A card is listed without its words.
        let texts = parts(self.limits, content)
            .into_iter()
            .filter(|part| part["text"].is_string());
        for part in texts {
            let is_it = |message: &&Said| {
                part["text"] == message.message
                    && message.from.id != entry.address.as_str()
                    && message.said_at().is_some_and(|said_at| said_at >= earliest)
            };
            let ids = said.iter().filter(is_it).map(|message| message.id.clone()).collect();
            let Some(sent) = self.claims.claim(entry, ids).await else {
                return Ok(None);
            };
            found.note(Ok(sent))?;
        }
        Ok(Some(found.sent()).filter(|sent| sent.external_id.is_some()))
    }
}

/// The messages that say it all: cards, then texts, the last one with the quick replies.
pub fn parts(limits: Limits, content: &Content) -> Vec<Value> {
    // Neither takes one that has nothing but a title.
    let is_card = |card: &Card| card.text.is_some() || card.image_url.is_some() || card.url.is_some();
    let (cards, rest) = text::apart(content, is_card);
    let words = text::plain(&rest);
    let replies = &content.quick_replies;
    let hidden = button::hide_all(replies, REPLIES_MAX).filter(|_| !words.is_empty());
    let texts = match &hidden {
        Some(_) => cut(&words, limits),
        None => cut(&button::in_words(&words, replies), limits),
    };
    let mut parts: Vec<Value> = cards.chunks(CARDS_MAX).map(carousel).collect();
    parts.extend(texts.iter().map(|text| json!({ "text": text })));
    if let (Some(hidden), Some(last)) = (hidden, parts.last_mut()) {
        let quick_replies: Vec<Value> = replies
            .iter()
            .zip(hidden)
            .map(|(reply, payload)| {
                let title = button::label(&reply.label, LABEL_CHARACTERS_MAX);
                json!({"content_type": "text", "title": title, "payload": payload})
            })
            .collect();
        last["quick_replies"] = quick_replies.into();
    }
    parts
}

/// The generic template: cards side by side.
fn carousel(cards: &[&Card]) -> Value {
    let elements: Vec<Value> = cards.iter().copied().map(element).collect();
    let payload = json!({"template_type": "generic", "elements": elements});
    json!({"attachment": {"type": "template", "payload": payload}})
}

fn element(card: &Card) -> Value {
    let mut element = json!({"title": button::label(&card.title, CARD_CHARACTERS_MAX)});
    if let Some(text) = &card.text {
        element["subtitle"] = button::label(text, CARD_CHARACTERS_MAX).into();
    }
    if let Some(address) = &card.image_url {
        element["image_url"] = address.as_str().into();
    }
    if let Some(address) = &card.url {
        element["default_action"] = json!({"type": "web_url", "url": address});
    }
    element
}

fn cut(words: &str, limits: Limits) -> Vec<String> {
    let mut characters_max = limits.characters_max;
    loop {
        let parts = text::parts(words, characters_max);
        if characters_max <= 1 || parts.iter().all(|part| part.len() <= limits.bytes_max) {
            return parts;
        }
        characters_max /= 2;
    }
}

/// The codes that both have.
pub const fn specific(code: i64, subcode: i64) -> Option<Meaning> {
    let nobody = Verdict::Never(Some(Fault::WrongAddress));
    Some(match (code, subcode) {
        (10, 2_018_278 | 2_534_022) => Meaning::new(
            "more than 24 hours have passed since the person's last message: only a person may write",
            Verdict::Never(Some(Fault::OutsideWindow)),
        ),
        (10, 1_893_063) => Meaning::new(
            "our page is restricted for the moment",
            Verdict::Never(Some(Fault::Account)),
        ),
        (100, 2_018_001) => Meaning::new("there is no such person for this page", nobody),
        (551, _) => Meaning::new("the person is not available or has blocked us", nobody),
        (200, 2_018_108) => Meaning::new("this person cannot be written to at the moment", nobody),
        _ => return None,
    })
}
