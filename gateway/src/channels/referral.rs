//! Where a person came from: the ad, post or link they followed into the conversation, as Meta and
//! those who pass its words on tell it.

use std::collections::BTreeMap;

use frontdesk_core::{Fact, Personal};
use serde_json::{Value, json};

use super::News;

/// What is kept with the lead, by Meta's names and by the spelling of others.
const KEPT: [(&str, &str); 8] = [
    ("ctwa_clid", "ctwaClid"),
    ("source_id", "sourceId"),
    ("source_type", "sourceType"),
    ("source_url", "sourceUrl"),
    ("headline", "headline"),
    ("ad_id", "adId"),
    ("ref", "ref"),
    ("source", "source"),
];
/// Characters of one of these.
const KEPT_CHARACTERS_MAX: usize = 300;

/// The whole of it, as told: a later report to the ad's owner needs it.
#[must_use]
pub fn fact(raw: &Value) -> News {
    News::Fact(Fact {
        name: "referral".to_owned(),
        data: json!({ "referral": raw }),
    })
}

/// What is worth seeing beside the lead.
#[must_use]
pub fn attributes(raw: &Value) -> BTreeMap<String, Personal> {
    let text = |name: &str| raw.get(name)?.as_str().filter(|text| !text.is_empty());
    KEPT.iter()
        .filter_map(|(name, other)| {
            let value = text(name).or_else(|| text(other))?;
            let value: String = value.chars().take(KEPT_CHARACTERS_MAX).collect();
            Some((format!("referral.{name}"), value.into()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_read_and_nothing_else_is_kept() {
        let by_meta = attributes(&json!({"ctwa_clid": "Aff", "source_id": "1", "image_url": "https://example.com"}));
        let by_others = attributes(&json!({"ctwaClid": "Aff", "sourceId": "1", "body": {"no": "text"}}));
        assert_eq!(by_meta, by_others);
        assert_eq!(by_meta.len(), 2);
    }
}
