//! What is known of the person behind a conversation: the dialogue's memory, and where else they wrote.

use frontdesk_core::ports::reader::{ConversationDetail, ConversationRow};
use frontdesk_core::{ChannelKind, ConversationId, Language, Timestamp};
use jiff::civil::DateTime;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::shell::{Moment, icon};
use super::texts::{Texts, own_name};
use super::{Colleague, Console, Error};

/// What the dialogue remembers, as far as it is shown.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Memory {
    pub answers: Map<String, Value>,
    pub awaited: Option<Awaited>,
    pub intent: Option<String>,
    pub language: Option<String>,
    pub page: Option<String>,
    pub attributes: Map<String, Value>,
    pub is_opted_out: bool,
    pub paused_until: Option<Timestamp>,
    /// When the person last wrote, where that matters.
    pub heard_at: Option<Timestamp>,
    /// Under which key the person's records are kept.
    pub person: Option<String>,
}

#[derive(Deserialize)]
pub struct Awaited {
    #[serde(rename = "s")]
    pub step: String,
    #[serde(rename = "n", default)]
    pub reprompts: u8,
}

/// Another conversation of the same person.
pub struct Other {
    pub href: String,
    pub channel: &'static str,
    pub icon: &'static str,
    pub at: Moment,
}

/// A value of the dialogue's memory, in a line.
pub fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => moment(text).unwrap_or_else(|| text.clone()),
        Value::Bool(true) => "✓".to_owned(),
        Value::Bool(false) => "✗".to_owned(),
        Value::Object(range) => {
            let part = |name| {
                range
                    .get(name)
                    .filter(|part| !part.is_null())
                    .map(shown)
                    .unwrap_or_default()
            };
            format!("{}–{} {}", part("min"), part("max"), part("currency"))
                .trim()
                .to_owned()
        }
        other => other.to_string(),
    }
}

/// The same, of what is kept under a name: codes of ours in words.
pub fn told(name: &str, value: &Value, texts: &'static Texts) -> String {
    match (name, value.as_str()) {
        ("intent", Some(code)) => texts.decisions.intent(code).to_owned(),
        ("language", Some(code)) => language(code.to_owned()),
        ("channel", Some(code)) => code
            .parse()
            .map_or_else(|_| code.to_owned(), |channel| texts.channels.of(channel).to_owned()),
        _ => shown(value),
    }
}

/// A moment of the business's wall clock, `2026-12-05T19:00`, as one reads it.
fn moment(text: &str) -> Option<String> {
    let at: DateTime = text.parse().ok().filter(|_| text.contains('T'))?;
    Some(at.strftime("%Y-%m-%d %H:%M").to_string())
}

/// What the attributes of an ad, post or link that led here are called.
const REFERRAL: &str = "referral.";

/// Where the person came from, name and value: the ad, post or link they followed, and the page they wrote on.
pub fn origins(memory: &Memory, texts: &'static Texts) -> Vec<(&'static str, String)> {
    let own = &texts.thread;
    let told = [
        ("headline", own.ad),
        ("source_url", own.link),
        ("source", own.platform),
        ("source_type", own.ad_kind),
        ("ref", own.campaign),
        ("source_id", own.ad_id),
        ("ad_id", own.ad_id),
        ("ctwa_clid", own.click_id),
    ];
    let told = told.into_iter().filter_map(|(name, title)| {
        let value = memory.attributes.get(&format!("{REFERRAL}{name}"))?;
        Some((title, shown(value)))
    });
    let page = memory.page.clone().filter(|page| page != "/");
    told.chain(page.map(|page| (own.page, page))).collect()
}

/// What is known, name and value.
pub fn facts(memory: Memory, row: &ConversationRow, texts: &'static Texts) -> Vec<(String, String)> {
    let labels = &texts.thread;
    let mut facts: Vec<(String, String)> = Vec::new();
    let attributes = memory.attributes.iter().filter(|(name, _)| !name.starts_with(REFERRAL));
    for (field, value) in memory.answers.iter().chain(attributes) {
        facts.push((labels.field(field), shown(value)));
    }
    let tells_address = row.channel.profile().tells_phone && !memory.answers.contains_key("phone");
    let more = [
        (labels.address, tells_address.then(|| row.address.as_str().to_owned())),
        (
            labels.intent,
            memory.intent.map(|intent| texts.decisions.intent(&intent).to_owned()),
        ),
        (labels.language, memory.language.map(language)),
    ];
    facts.extend(
        more.into_iter()
            .filter_map(|(label, value)| Some((label.to_owned(), value?))),
    );
    facts
}

/// A language by what it calls itself.
fn language(code: String) -> String {
    Language::from_tag(&code).map_or(code, |language| own_name(language).to_owned())
}

/// The person's conversations on the channels whose address is a phone number: their ids follow
/// from it, so this is three looks by key.
pub async fn others(
    console: &Console,
    colleague: &Colleague,
    detail: &ConversationDetail,
) -> Result<Vec<Other>, Error> {
    let state: frontdesk_actors::State = serde_json::from_str(detail.state.get()).unwrap_or_default();
    let row = &detail.row;
    let own = row.channel.profile().tells_phone.then(|| row.address.clone());
    let Some(phone) = state.contact().phone.or(own) else {
        return Ok(Vec::new());
    };
    let mut others = Vec::new();
    if let Some(contact) = console.keeper.people().contact_of(&colleague.scope, row.id).await? {
        others.push(Other {
            href: super::contact::href(contact),
            channel: colleague.texts.person.page,
            icon: "person",
            at: row.created_at.into(),
        });
    }
    for channel in ChannelKind::ALL
        .into_iter()
        .filter(|channel| channel.profile().tells_phone)
    {
        let id = ConversationId::derive(&row.tenant, channel, &phone);
        if id == row.id {
            continue;
        }
        if let Some(other) = console.reader.conversation(&colleague.scope, id).await? {
            others.push(Other {
                href: format!("/console/conversations/{id}"),
                channel: colleague.texts.channels.of(channel),
                icon: icon(channel),
                at: other.row.updated_at.into(),
            });
        }
    }
    Ok(others)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use frontdesk_core::Language;

    use super::{Memory, Texts, language, origins, shown, told};

    #[test]
    fn an_ad_that_led_here_is_told_in_words_and_a_home_page_is_not() {
        let texts = Texts::of(Language::En);
        let memory = |page: &str| Memory {
            page: Some(page.to_owned()),
            attributes: serde_json::from_value(json!({
                "plan": "gold", "referral.headline": "20 % off in June", "referral.source_type": "ad",
            }))
            .unwrap(),
            ..Memory::default()
        };
        let ad = [("Ad", "20 % off in June".to_owned()), ("Kind", "ad".to_owned())];
        assert_eq!(origins(&memory("/"), texts), ad);
        assert_eq!(
            origins(&memory("/menu"), texts).last(),
            Some(&("Page", "/menu".to_owned()))
        );
        assert_eq!(origins(&Memory::default(), texts), []);
    }

    #[test]
    fn a_language_is_called_as_it_calls_itself() {
        assert_eq!(
            (language("uk".into()), language("xx".into())),
            ("Українська".into(), "xx".into())
        );
    }

    #[test]
    fn codes_of_ours_are_told_in_words() {
        let texts = Texts::of(Language::Es);
        for (name, value, expected) in [
            ("intent", json!("reservation"), "una reserva"),
            ("language", json!("uk"), "Українська"),
            ("channel", json!("whatsapp"), "WhatsApp"),
            ("channel", json!("pigeon"), "pigeon"),
            ("party_size", json!(10), "10"),
        ] {
            assert_eq!(told(name, &value, texts), expected);
        }
    }

    #[test]
    fn what_is_known_is_shown_as_one_reads_it() {
        for (value, expected) in [
            (json!("2026-12-05T19:00"), "2026-12-05 19:00"),
            (json!("2026-12-05"), "2026-12-05"),
            (json!("The garden"), "The garden"),
            (json!(true), "✓"),
            (json!({"min": 5, "max": 7, "currency": "USD"}), "5–7 USD"),
            (json!(10), "10"),
        ] {
            assert_eq!(shown(&value), expected);
        }
    }
}
