//! What is known of the person, and the records made of it.

use frontdesk_core::records::{
    AddressKind, AddressKnown, ContactChange, LeadChange, NewsletterChange, PersonKey, Proved, Record,
};
use frontdesk_core::{ChannelKind, KnownFacts, Language, Payload, Personal, Stream, Transport, UserMessage};
use serde_json::{Map, Value as Json, json};

use crate::control;
use crate::facts;
use crate::form::FormKind;
use crate::manifest::Newsletter;
use crate::reading;
use crate::state::Value;
use crate::turn::Turn;

/// Fields that are the person's, not the request's.
const CONTACT_FIELDS: [&str; 5] = ["name", "phone", "email", "newsletter", "sms_consent"];

/// Fields that say who the person is: what one conversation says of another's is a claim.
const IDENTITY_FIELDS: [&str; 3] = ["name", "phone", "email"];

/// Longest page path kept.
const PAGE_CHARS_MAX: usize = 200;
/// Most attributes kept of one person.
const ATTRIBUTES_MAX: usize = 20;

/// Where a lead came from, in the words of the lead list.
pub(crate) const fn source(turn: &Turn<'_>) -> &'static str {
    match turn.event.channel {
        ChannelKind::WebChat => "CHAT",
        ChannelKind::Sms => "SMS",
        ChannelKind::Messenger => "FACEBOOK",
        ChannelKind::Instagram => "INSTAGRAM",
        ChannelKind::Whatsapp => "WHATSAPP",
        ChannelKind::Voice => "PHONE",
        ChannelKind::Marketplace => "MARKETPLACE",
        ChannelKind::Form => match turn.state.form {
            Some(form) => form.source(),
            None => FormKind::Quote.source(),
        },
    }
}

/// Channels whose address is a phone number tell it without asking. An address with letters is
/// none: an id that a provider gives to a person who shows no number.
pub(crate) fn know_address(turn: &mut Turn<'_>) {
    let has_letters = turn.event.address.chars().any(char::is_alphabetic);
    if turn.event.channel.profile().tells_phone && !has_letters && !turn.state.answers.contains_key("phone") {
        let address = turn.event.address.clone();
        know_phone(turn, &address);
    }
}

/// Remembers the page a visitor first wrote from.
pub(crate) fn know_page(turn: &mut Turn<'_>, message: &UserMessage) {
    if let Some(page) = &message.page
        && turn.state.page.is_none()
    {
        turn.state.page = Some(page.chars().take(PAGE_CHARS_MAX).collect());
    }
}

/// Takes over what the channel claims to know, read and checked like any answer; what cannot be
/// right is asked for as if nothing had been said. Tells how many fields were learnt.
pub(crate) fn know_facts(turn: &mut Turn<'_>, known: &KnownFacts) -> usize {
    if known.is_empty() {
        return 0;
    }
    know_attributes(turn, known);
    let before = turn.state.answers.len();
    let is_unknown = |turn: &Turn<'_>, field: &str| !turn.state.answers.contains_key(field);
    if let Some(name) = known.name.as_ref().filter(|_| is_unknown(turn, "name"))
        && let Some(name) = reading::known_name(name)
    {
        know_claimed_name(turn, name);
    }
    if let Some(phone) = known.phone.as_ref().filter(|_| is_unknown(turn, "phone")) {
        know_phone(turn, phone);
    }
    if let Some(email) = known.email.as_ref().filter(|_| is_unknown(turn, "email"))
        && let Some(email) = reading::known_email(email)
    {
        take_over(turn, "email", email);
    }
    // A box left empty is no answer: the question is still asked when there is an email.
    if known.newsletter_consent == Some(true) && is_unknown(turn, "newsletter") {
        agree_to_newsletter(turn, known.newsletter_version.as_deref(), "ticked the box");
    }
    turn.state.answers.len() - before
}

/// A channel that shows a person's number beside an id, or an id beside a number, shows no claim.
pub(crate) fn know_other_id(turn: &mut Turn<'_>) {
    let Some(shown) = &turn.event.also else { return };
    if turn.state.shown.as_ref() != Some(shown) {
        turn.state.shown = Some(shown.clone());
        turn.has_address_news = true;
    }
}

/// The words beside a ticked box. A page may have stood open while the tenant changed them: then
/// the version is all that is known of what was read.
fn words_shown(newsletter: &Newsletter, version: Option<&str>, language: Language) -> String {
    match version {
        Some(version) if version != newsletter.version => format!("({version})"),
        _ => format!("{} ({})", newsletter.text.get(language), newsletter.version),
    }
}

/// Remembers what the sender's system says beside the usual, the newest word on each counting.
fn know_attributes(turn: &mut Turn<'_>, known: &KnownFacts) {
    for (name, value) in &known.attributes {
        know_attribute(turn, name, value);
    }
}

/// Remembers one thing beside the usual.
pub(crate) fn know_attribute(turn: &mut Turn<'_>, name: &str, value: &Personal) {
    let attributes = &mut turn.state.attributes;
    let has_room = attributes.len() < ATTRIBUTES_MAX || attributes.contains_key(name);
    if has_room && attributes.get(name) != Some(value) {
        attributes.insert(name.to_owned(), value.clone());
        turn.has_news = true;
    }
}

/// A name from a profile: WhatsApp's is what people call themselves there, so it is offered for
/// confirmation; Instagram's is a user name, which is none.
fn know_claimed_name(turn: &mut Turn<'_>, name: Personal) {
    match (turn.event.channel, &turn.event.payload) {
        (ChannelKind::Whatsapp, Payload::Message(_)) => turn.state.offered_name = Some(name),
        (ChannelKind::Instagram, Payload::Message(_)) => {
            turn.decide("playbook.name", "a user name is no name");
        }
        _ => take_over(turn, "name", name),
    }
}

/// Keeps what the channel knows of who writes, or what a fact tells.
fn take_over(turn: &mut Turn<'_>, field: &str, value: Personal) {
    let keep = match turn.event.payload {
        Payload::Message(_) => know,
        _ => hear,
    };
    keep(turn, field, Value::Text(value));
}

/// The box next to the words about the newsletter was ticked; `version` is that of the words, where
/// the page tells it.
pub(crate) fn agree_to_newsletter(turn: &mut Turn<'_>, version: Option<&str>, said: &str) {
    know(turn, "newsletter", Value::Flag(true));
    let (tenant, language) = (turn.tenant, turn.language());
    let newsletter = tenant.settings.newsletter.as_ref();
    let shown = newsletter.map_or_else(String::new, |newsletter| words_shown(newsletter, version, language));
    control::consent(turn, "newsletter", true, shown, said);
}

fn know_phone(turn: &mut Turn<'_>, said: &str) {
    if let Some((phone, extension)) = reading::known_phone(turn.tenant, said) {
        turn.state.phone_extension = extension.or_else(|| turn.state.phone_extension.take());
        know(turn, "phone", Value::Text(phone));
    }
}

/// Keeps one field that was told here. Tells whether it is new or differs.
pub(crate) fn know(turn: &mut Turn<'_>, field: &str, value: Value) -> bool {
    let was_hearsay = turn.state.hearsay.iter().any(|heard| heard == field);
    turn.state.hearsay.retain(|heard| heard != field);
    turn.has_news |= was_hearsay;
    keep(turn, field, value)
}

/// Keeps one field that a form or another conversation tells of the person. Tells whether it is new or
/// differs. Where the channel proves who writes, what they say of themselves counts more.
pub(crate) fn hear(turn: &mut Turn<'_>, field: &str, value: Value) -> bool {
    if !turn.event.channel.profile().proves_address || !IDENTITY_FIELDS.contains(&field) {
        return keep(turn, field, value);
    }
    if !turn.state.hearsay.iter().any(|heard| heard == field) {
        if turn.state.answers.contains_key(field) {
            return false;
        }
        turn.state.hearsay.push(field.to_owned());
    }
    keep(turn, field, value)
}

fn keep(turn: &mut Turn<'_>, field: &str, value: Value) -> bool {
    let is_news = turn.state.answers.get(field) != Some(&value);
    if is_news {
        turn.state.is_moment_unclear &= field != "datetime";
        if field == "email" && turn.state.is_subscribed {
            turn.email_before = turn.state.text("email").cloned();
        }
        turn.state.answers.insert(field.to_owned(), value);
        turn.state.refused.retain(|refused| refused != field);
        turn.state.postponed.retain(|postponed| postponed != field);
        if turn.state.awaited.as_ref().is_some_and(|awaited| awaited.step == field) {
            turn.state.awaited = None;
        }
        turn.has_news = true;
        turn.has_address_news |= matches!(field, "phone" | "email");
    }
    is_news
}

/// Writes down what was learnt in this turn, as soon as there is a key to write it under.
pub(crate) fn record_news(turn: &mut Turn<'_>) {
    let is_new = identify(turn);
    if turn.state.person.is_none() || !(is_new || turn.has_news || turn.is_completed) {
        return;
    }
    write_contact_and_lead(turn);
    keep_subscription(turn);
    let names: &[&str] = match (is_new, turn.is_completed) {
        (true, true) => &["lead.created", "lead.completed"],
        (true, false) => &["lead.created"],
        (false, true) => &["lead.completed"],
        (false, false) => &["lead.updated"],
    };
    for name in names {
        turn.emit(name, Stream::Good, lead_body);
    }
    // A chat proves nothing of a number, and there are many: it tells nobody.
    if turn.is_completed && turn.event.channel.profile().transport == Transport::Outbox {
        facts::share(turn);
    }
}

/// Files the person under a key, as soon as there is one. Tells whether that is new.
pub(crate) fn identify(turn: &mut Turn<'_>) -> bool {
    let is_new = turn.state.person.is_none();
    if is_new {
        turn.state.person = key(turn);
        turn.is_identified |= turn.state.person.is_some();
    }
    turn.is_identified
}

/// Writes down which addresses are the person's: the one of this conversation, and those they told.
/// Only what the channel itself shows is proved; what somebody says is not.
pub(crate) fn file_addresses(turn: &mut Turn<'_>) {
    let Some(key) = turn.state.person.clone() else {
        return;
    };
    if turn.state.is_filed && !turn.has_address_news {
        return;
    }
    turn.state.is_filed = true;
    let (channel, own) = (turn.event.channel, turn.event.address.clone());
    let told = |field: &str| turn.state.text(field).cloned();
    let known = [
        Some((kind_of(channel, &own), own, channel.profile().proves_address)),
        turn.state
            .shown
            .clone()
            .map(|shown| (kind_of(channel, &shown), shown, true)),
        told("phone").map(|phone| (AddressKind::Phone, phone, false)),
        told("email").map(|email| (AddressKind::Email, Personal::new(email.to_lowercase()), false)),
    ];
    let mut written: Vec<Personal> = Vec::new();
    for (kind, address, is_proved) in known.into_iter().flatten() {
        // The first word on an address is the one that counts most.
        if written.contains(&address) {
            continue;
        }
        written.push(address.clone());
        turn.record(Record::Address(AddressKnown {
            key: key.clone(),
            kind,
            address,
            is_proved,
        }));
    }
}

/// What an address of a channel is.
fn kind_of(channel: ChannelKind, address: &str) -> AddressKind {
    if channel.profile().tells_phone && address.starts_with('+') {
        AddressKind::Phone
    } else if channel == ChannelKind::Form && address.contains('@') {
        // A form's conversation goes by the email that was filled in.
        AddressKind::Email
    } else {
        AddressKind::On(channel)
    }
}

/// Tells the tenant's own system that a form came in.
pub(crate) fn tell_form(turn: &mut Turn<'_>, form: FormKind) {
    turn.emit(&format!("form.{}", form.code()), Stream::Good, lead_body);
}

/// The phone first: it is what most channels know and what most people keep.
pub(crate) fn key(turn: &Turn<'_>) -> Option<PersonKey> {
    let by_phone = turn.state.text("phone").map(|phone| PersonKey::phone(phone));
    by_phone.or_else(|| turn.state.text("email").map(|email| PersonKey::email(email)))
}

/// What of the person's details comes from whoever holds the number they are filed under: all that was
/// said where the channel proves that number, but for what was only heard of them there.
fn proved(turn: &Turn<'_>, key: &PersonKey) -> Proved {
    let channel = turn.event.channel;
    let own = [Some(&turn.event.address), turn.state.shown.as_ref()];
    let is_holder = channel.profile().proves_address
        && own
            .into_iter()
            .flatten()
            .any(|address| kind_of(channel, address) == AddressKind::Phone && PersonKey::phone(address) == *key);
    let is_own = |field: &str| {
        is_holder && turn.state.text(field).is_some() && !turn.state.hearsay.iter().any(|heard| heard == field)
    };
    Proved {
        name: is_own("name"),
        phone: is_own("phone"),
        email: is_own("email"),
    }
}

fn write_contact_and_lead(turn: &mut Turn<'_>) {
    let Some(key) = turn.state.person.clone() else {
        return;
    };
    let field = |field: &str| turn.state.text(field).cloned();
    let (name, phone, email) = (field("name"), field("phone"), field("email"));
    let proved = proved(turn, &key);
    let (contact, lead) = (turn.record_id(), turn.record_id());
    turn.record(Record::Contact(ContactChange {
        id: contact,
        key: key.clone(),
        name: name.clone(),
        phone: phone.clone(),
        phone_extension: turn.state.phone_extension.clone(),
        email: email.clone(),
        language: Some(turn.language()),
        proved,
    }));
    let context = context(turn);
    turn.record(Record::Lead(LeadChange {
        id: lead,
        key,
        source: source(turn).to_owned(),
        name,
        phone,
        email,
        context,
        proved,
    }));
}

/// Who wants the newsletter is on it as soon as there is an address, and off it when they say so.
fn keep_subscription(turn: &mut Turn<'_>) {
    let Some(email) = turn.state.text("email").cloned() else {
        return;
    };
    if let Some(before) = turn.email_before.take() {
        end_subscription(turn, before);
    }
    let wants_email = turn.state.flag("newsletter") == Some(true);
    let wants_texts = turn.state.flag("sms_consent");
    let wants = wants_email || wants_texts == Some(true);
    if wants == turn.state.is_subscribed {
        return;
    }
    turn.state.is_subscribed = wants;
    let (id, name) = (turn.record_id(), turn.state.text("name").cloned());
    turn.record(Record::Newsletter(NewsletterChange {
        id,
        email: email.clone(),
        name: name.clone(),
        phone: turn.state.text("phone").cloned(),
        source: source(turn).to_owned(),
        email_consent: wants.then_some(wants_email).or(Some(false)),
        // Who wants nothing more wants no texts either.
        sms_consent: if wants { wants_texts } else { Some(false) },
        is_confirmed: false,
    }));
    if wants_email {
        // Whoever sends the tenant's emails asks the address itself.
        turn.emit(
            "newsletter.requested",
            Stream::Good,
            |turn| json!({ "email": email, "name": name, "language": turn.language(), "source": source(turn) }),
        );
    }
}

/// The address was put right: what it was before is nobody's, or somebody else's.
fn end_subscription(turn: &mut Turn<'_>, email: Personal) {
    turn.state.is_subscribed = false;
    let id = turn.record_id();
    turn.record(Record::Newsletter(NewsletterChange {
        id,
        email,
        name: None,
        phone: None,
        source: source(turn).to_owned(),
        email_consent: Some(false),
        sms_consent: Some(false),
        is_confirmed: false,
    }));
}

/// What the person wants, field by field.
pub(crate) fn context(turn: &Turn<'_>) -> Map<String, Json> {
    let state = &turn.state;
    let mut context = Map::new();
    let mut put = |field: &str, value: Option<Json>| {
        if let Some(value) = value {
            context.insert(field.to_owned(), value);
        }
    };
    put("channel", Some(json!(turn.event.channel.code())));
    put("intent", state.intent.as_ref().map(|intent| json!(intent)));
    put("request", state.request.as_ref().map(|words| json!(words)));
    put("page", state.page.as_ref().map(|page| json!(page)));
    put("language", state.language.map(|language| json!(language)));
    put(
        "attributes",
        (!state.attributes.is_empty()).then(|| json!(state.attributes)),
    );
    put("refused", (!state.refused.is_empty()).then(|| json!(state.refused)));
    for (field, value) in &state.answers {
        if !CONTACT_FIELDS.contains(&field.as_str()) {
            put(field, Some(json!(value)));
        }
    }
    context
}

/// A lead for the tenant's own system, with which details are proved and which are claims.
fn lead_body(turn: &Turn<'_>) -> Json {
    let person = turn.state.person.as_ref();
    let proved = person.map(|key| proved(turn, key)).unwrap_or_default();
    json!({
        "conversation": turn.event.conversation,
        "tenant": turn.tenant.id,
        "source": source(turn),
        "contact": turn.state.contact(),
        "proved": proved,
        "context": context(turn),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Localized;

    #[test]
    fn a_consent_keeps_the_words_that_were_read() {
        let newsletter = Newsletter {
            version: "2026-10".to_owned(),
            text: Localized::new(Language::En, "Offers by email".to_owned()),
        };
        let shown = |version| words_shown(&newsletter, version, Language::En);
        assert_eq!(shown(None), "Offers by email (2026-10)");
        assert_eq!(shown(Some("2026-10")), "Offers by email (2026-10)");
        assert_eq!(shown(Some("2025-01")), "(2025-01)", "these are not today's words");
    }
}
