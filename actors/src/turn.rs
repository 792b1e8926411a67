//! One turn in the making: the state so far, what is to be done, and the words of the reply.

use std::time::Duration;

use frontdesk_core::records::Record;
use frontdesk_core::{
    Attachment, Author, Card, Content, Decision, DeliveryStatus, Effect, Emission, InboundEvent, Language, OperatorAct,
    Passage, Payload, Personal, QuickReply, RecordId, Step as Outcome, Stream, Timestamp, Transport,
};

use crate::blanks::Blanks;
use crate::facts::{PEER_LANE, PeerNews};
use crate::gate::{self, Occasion, Verdict};
use crate::manifest::{Accept, ApprovedText, CardPrompt, Prompt, Say, Step, Template, Tenant};
use crate::state::{Awaited, State};

/// The lane of the tenant's webhook.
const WEBHOOK_LANE: &str = "webhook";

/// A turn being taken.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) event: &'a InboundEvent,
    pub(crate) now: Timestamp,
    pub(crate) state: State,
    /// Something worth recording was learnt of the person.
    pub(crate) has_news: bool,
    /// The playbook came to its end in this turn.
    pub(crate) is_completed: bool,
    /// The person was filed under a key in this turn.
    pub(crate) is_identified: bool,
    /// A phone number or an email address was learnt in this turn.
    pub(crate) has_address_news: bool,
    /// The address that was subscribed until it was put right in this turn.
    pub(crate) email_before: Option<Personal>,
    /// What is said confirms an opt-out.
    pub(crate) confirms_stop: bool,
    parts: Vec<String>,
    quick_replies: Vec<QuickReply>,
    cards: Vec<Card>,
    /// Answers to choose from, in words.
    listed: String,
    effects: Vec<Effect>,
    decisions: Vec<Decision>,
    records: usize,
}

impl<'a> Turn<'a> {
    pub(crate) fn new(tenant: &'a Tenant, state: &State, event: &'a InboundEvent, now: Timestamp) -> Self {
        Self {
            tenant,
            event,
            now,
            state: state.clone(),
            has_news: false,
            is_completed: false,
            is_identified: false,
            has_address_news: false,
            email_before: None,
            confirms_stop: false,
            parts: Vec::new(),
            quick_replies: Vec::new(),
            cards: Vec::new(),
            listed: String::new(),
            effects: Vec::new(),
            decisions: Vec::new(),
            records: 0,
        }
    }

    /// The language spoken in this turn.
    pub(crate) fn language(&self) -> Language {
        self.blanks().language
    }

    /// Whether the person has asked for quiet, and the time is not over.
    pub(crate) fn is_paused(&self) -> bool {
        self.state.paused_until.is_some_and(|until| until > self.now)
    }

    /// Notes how something was decided. `outcome` holds no personal data.
    pub(crate) fn decide(&mut self, rule: impl Into<String>, outcome: impl Into<String>) {
        self.decisions.push(Decision::new(rule, outcome));
    }

    /// Adds one of the tenant's texts to the reply.
    pub(crate) fn say(&mut self, say: Say) {
        let tenant = self.tenant;
        self.say_prompt(tenant.texts.get(say));
    }

    /// Adds a text to the reply, in the person's language and the channel's tone.
    pub(crate) fn say_prompt(&mut self, prompt: &Prompt) {
        self.say_template(prompt.get(self.language(), self.event.channel));
    }

    /// Adds a text to the reply.
    pub(crate) fn say_template(&mut self, template: &Template) {
        let words = self.fill(template);
        if !words.is_empty() {
            self.parts.push(words);
        }
    }

    /// Adds a card to the reply.
    pub(crate) fn show(&mut self, card: &CardPrompt) {
        let (language, channel) = (self.language(), self.event.channel);
        let card = Card {
            title: self.fill(card.title.get(language, channel)),
            text: card.text.as_ref().map(|text| self.fill(text.get(language, channel))),
            image_url: card.image_url.clone(),
            url: card.url.clone(),
        };
        self.cards.push(card);
    }

    /// Asks a step and awaits its answer from here on.
    pub(crate) fn ask(&mut self, step: &Step) {
        let is_name_offered = step.accept == Accept::Name && self.state.offered_name.is_some();
        if is_name_offered {
            self.say(Say::OfferedName);
        } else if self.state.is_moment_unclear
            && step.accept == Accept::DateTime
            && !self.state.answers.contains_key("datetime")
        {
            // "Next Friday" was heard: "which day exactly" shows that it was.
            self.say_template(step.again.get(self.language(), 0));
        } else {
            self.say_prompt(&step.ask);
        }
        self.offer(step);
        self.state.awaited = Some(Awaited {
            step: step.key.clone(),
            reprompts: 0,
        });
        self.decide(format!("playbook.{}", step.key), "asked");
    }

    /// Asks the awaited step in other words, for the `attempt`-th time (from 1).
    pub(crate) fn ask_again(&mut self, step: &Step, attempt: u8) {
        // A name that a profile told after the question was asked is offered now.
        let is_late = self.state.is_profile_asked && attempt == 1;
        if is_late && step.accept == Accept::Name && self.state.offered_name.is_some() {
            self.say(Say::OfferedName);
        } else {
            self.say_template(step.again.get(self.language(), usize::from(attempt) - 1));
        }
        self.offer(step);
    }

    /// Offers the possible answers: as buttons where the channel has them, else in words below the others.
    fn offer(&mut self, step: &Step) {
        let (tenant, language, channel) = (self.tenant, self.language(), self.event.channel);
        let profile = channel.profile();
        let answers: Vec<QuickReply> = match &step.accept {
            Accept::Name if self.state.offered_name.is_none() => return,
            Accept::YesNo | Accept::Name => [Say::Yes, Say::No]
                .map(|say| tenant.texts.get(say).get(language, channel).source().to_owned())
                .map(|label| QuickReply {
                    value: label.clone(),
                    label,
                })
                .into(),
            Accept::Choice(_, labels) => labels
                .iter()
                .map(|label| label.get(language))
                .map(|label| QuickReply {
                    label: label.clone(),
                    value: label.clone(),
                })
                .collect(),
            _ => return,
        };
        if profile.has_quick_replies {
            self.quick_replies = answers;
        } else if matches!(step.accept, Accept::Choice(..)) && !profile.is_spoken {
            self.listed = QuickReply::listed(&answers);
        }
    }

    fn blanks(&self) -> Blanks<'_> {
        Blanks::new(self.tenant, &self.state, self.now)
    }

    /// The words of a text.
    pub(crate) fn fill(&self, template: &Template) -> String {
        self.blanks().fill(template)
    }

    /// The words of one of the tenant's texts.
    pub(crate) fn words(&self, say: Say) -> String {
        self.fill(self.tenant.texts.get(say).get(self.language(), self.event.channel))
    }

    /// Hands a colleague's words to the person, with their name.
    pub(crate) fn say_as_operator(&mut self, text: &Personal, attachments: &[Attachment], by: &str) {
        let say = frontdesk_core::Say::operator(Content {
            attachments: attachments.to_vec(),
            signed_by: signature(by),
            ..Content::text(text.clone())
        });
        let checked = self.pass_gate(say);
        self.effects.extend(checked.map(Effect::Say));
    }

    /// Says again what did not come through, as it was.
    pub(crate) fn say_again(&mut self, author: Author, content: &Content) {
        let say = match author {
            Author::Operator => frontdesk_core::Say::operator(content.clone()),
            Author::Bot | Author::User => frontdesk_core::Say::bot(content.clone()),
        };
        let checked = self.pass_gate(say);
        self.effects.extend(checked.map(Effect::Say));
    }

    /// Lets words through the gate. What may not leave is kept in the log with the reason; where
    /// the log itself is what the person sees, it stays in the turn's record alone.
    /// It leaves from the account the person knows.
    fn pass_gate(&mut self, mut say: frontdesk_core::Say) -> Option<frontdesk_core::Say> {
        say.lane.clone_from(&self.state.lane);
        let occasion = if self.confirms_stop {
            Occasion::StopConfirmed
        } else {
            Occasion::of(&self.event.payload)
        };
        let asked = (occasion, say.author);
        match gate::decide(self.tenant, &self.state, self.event.channel, asked, self.now) {
            Verdict::Now => Some(say),
            Verdict::AsTemplate { reason } => {
                if let Some(content) = self.as_template(&say.content) {
                    self.decide("gate.as_template", reason);
                    say.content = content;
                    return Some(say);
                }
                self.decide("gate.never", "no approved text fits");
                self.hold_back(say, reason)
            }
            Verdict::AsPerson { reason } => {
                self.decide("gate.as_person", reason);
                say.content.passage = Some(Passage::Person);
                Some(say)
            }
            Verdict::Later { at, reason } => {
                self.decide("gate.later", reason);
                say.not_before = Some(at);
                say.reason = Some(reason.to_owned());
                Some(say)
            }
            Verdict::Never { reason } => {
                self.decide("gate.never", reason);
                self.hold_back(say, reason)
            }
        }
    }

    fn hold_back(&self, mut say: frontdesk_core::Say, reason: &str) -> Option<frontdesk_core::Say> {
        say.status = DeliveryStatus::Failed;
        say.reason = Some(reason.to_owned());
        (self.event.channel.profile().transport == Transport::Outbox).then_some(say)
    }

    /// Words as the provider has approved them: as they are when they are such words, else those that stand
    /// for what the timer of this turn has to say, each once to a person who is silent.
    fn as_template(&mut self, content: &Content) -> Option<Content> {
        let content = match content.passage {
            Some(Passage::Template(_)) => content.clone(),
            Some(Passage::Person) | None => self.stand_in()?,
        };
        if let Some(Passage::Template(approved)) = &content.passage {
            self.state.said_approved.push(approved.key.clone());
        }
        Some(content)
    }

    fn stand_in(&self) -> Option<Content> {
        let (Payload::Timer { name, .. } | Payload::Operator(OperatorAct::FireTimer { name, .. })) =
            &self.event.payload
        else {
            return None;
        };
        let lane = self.state.lane.as_ref();
        let is_new = |text: &ApprovedText| !self.state.said_approved.contains(&text.key);
        let fitting = |text: &&ApprovedText| text.stands_for(&name.0) && text.is_known_to(lane) && is_new(text);
        let mut texts = self.tenant.approved.iter().filter(fitting);
        texts.find_map(|text| text.fill(self.blanks()))
    }

    /// One of the tenant's approved texts, where it can be filled.
    pub(crate) fn approved(&self, key: &str) -> Option<Content> {
        let mut texts = self.tenant.approved.iter();
        texts.find(|text| text.key == key)?.fill(self.blanks())
    }

    /// Sends one of the tenant's approved texts for a colleague; tells whether it could be filled.
    pub(crate) fn say_approved(&mut self, key: &str, by: &str) -> bool {
        let Some(content) = self.approved(key) else {
            return false;
        };
        let checked = self.pass_gate(frontdesk_core::Say::operator(Content {
            signed_by: signature(by),
            ..content
        }));
        self.effects.extend(checked.map(Effect::Say));
        true
    }

    /// Tells other conversations of the same person.
    pub(crate) fn tell_peers(&mut self, news: &PeerNews) {
        let Ok(body) = serde_json::to_value(news) else {
            return;
        };
        let name = format!("peers.{}", news.fact.name);
        self.effects.push(Effect::Emit(Emission {
            key: format!("{}:{name}", self.event.id),
            name,
            lane: PEER_LANE.to_owned(),
            stream: Stream::Good,
            body,
        }));
    }

    /// Moves the delivery status of messages.
    pub(crate) fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Sets a timer.
    pub(crate) fn set_timer(&mut self, name: &str, after: Duration) {
        let due = self.now.plus(after);
        self.state.timers.insert(name.to_owned(), due);
        self.effects.retain(|effect| !is_timer(effect, name));
        self.effects.push(Effect::SetTimer { name: name.into(), due });
    }

    /// Cancels a timer, if it is set.
    pub(crate) fn cancel_timer(&mut self, name: &str) {
        if self.state.timers.remove(name).is_some() {
            self.effects.retain(|effect| !is_timer(effect, name));
            self.effects.push(Effect::CancelTimer { name: name.into() });
        }
    }

    /// Cancels every timer.
    pub(crate) fn cancel_timers(&mut self) {
        let names: Vec<String> = self.state.timers.keys().cloned().collect();
        for name in names {
            self.cancel_timer(&name);
        }
    }

    /// The id of the next record of this turn.
    pub(crate) fn record_id(&mut self) -> RecordId {
        self.records += 1;
        self.event.id.record(self.records - 1)
    }

    /// Writes a record.
    pub(crate) fn record(&mut self, record: Record) {
        self.effects.push(Effect::Record(record));
    }

    /// Tells the tenant's webhook, if there is one.
    pub(crate) fn emit(&mut self, name: &str, stream: Stream, body: impl FnOnce(&Self) -> serde_json::Value) {
        if self.tenant.settings.webhook.is_none() {
            return;
        }
        let body = body(self);
        self.effects.push(Effect::Emit(Emission {
            name: name.to_owned(),
            lane: WEBHOOK_LANE.to_owned(),
            stream,
            key: format!("{}:{name}", self.event.id),
            body,
        }));
    }

    /// Ends the turn: the reply goes out as one message, before everything else.
    pub(crate) fn finish(mut self) -> Outcome<State> {
        if !self.parts.is_empty() {
            let mut words = self.parts.join(" ");
            if !self.listed.is_empty() {
                let between = if self.listed.starts_with('(') { ' ' } else { '\n' };
                words.push(between);
                words.push_str(&self.listed);
            }
            let mut content = Content::text(words);
            content.quick_replies = std::mem::take(&mut self.quick_replies);
            content.cards = std::mem::take(&mut self.cards);
            if let Some(say) = self.pass_gate(frontdesk_core::Say::bot(content)) {
                self.effects.insert(0, Effect::Say(say));
            }
        }
        let status = self.state.status();
        Outcome {
            state: self.state,
            effects: self.effects,
            decisions: self.decisions,
            status,
        }
    }
}

fn is_timer(effect: &Effect, wanted: &str) -> bool {
    match effect {
        Effect::SetTimer { name, .. } | Effect::CancelTimer { name } => name.0 == wanted,
        Effect::Say(_) | Effect::Ask(_) | Effect::Emit(_) | Effect::Record(_) | Effect::Status(_) => false,
    }
}

/// The name below a colleague's words. An address they sign in with is nobody else's business.
fn signature(by: &str) -> Option<String> {
    (!by.contains('@')).then(|| by.to_owned())
}
