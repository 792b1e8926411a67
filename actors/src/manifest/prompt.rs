//! What is said, by language and channel.

use frontdesk_core::{ChannelKind, Language};

use super::Localized;
use super::reader::Node;
use super::template::{Template, Templates, in_languages};

/// One thing to say, in every language of the tenant and in the tone of each channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Prompt(Localized<ByChannel>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct ByChannel {
    any: Template,
    special: Vec<(ChannelKind, Template)>,
}

impl Prompt {
    /// Reads `{ en = "…", es = { any = "…", sms = "…" } }`.
    pub(crate) fn read(node: &Node<'_>, languages: &[Language], templates: &mut Templates) -> Option<Self> {
        in_languages(node, languages, |node| ByChannel::read(node, templates)).map(Self)
    }

    /// The text for a language and channel.
    pub(crate) fn get(&self, language: Language, channel: ChannelKind) -> &Template {
        let by_channel = self.0.get(language);
        by_channel
            .special
            .iter()
            .find(|(special, _)| *special == channel)
            .map_or(&by_channel.any, |(_, template)| template)
    }
}

impl ByChannel {
    fn read(node: &Node<'_>, templates: &mut Templates) -> Option<Self> {
        if !node.is_table() {
            return Some(Self {
                any: templates.compile(node)?,
                special: Vec::new(),
            });
        }
        let table = node.table()?;
        let any = table.require("any").and_then(|node| templates.compile(&node));
        let special: Option<Vec<_>> = ChannelKind::ALL
            .into_iter()
            .filter_map(|channel| Some((channel, table.get(channel.code())?)))
            .map(|(channel, node)| Some((channel, templates.compile(&node)?)))
            .collect();
        table.finish();
        Some(Self {
            any: any?,
            special: special?,
        })
    }
}

/// The same thing asked several times, never twice in the same words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variants(Localized<Vec<Template>>);

impl Variants {
    /// Reads `{ en = ["…", "…"], es = ["…", "…"] }`.
    pub(crate) fn read(node: &Node<'_>, languages: &[Language], templates: &mut Templates) -> Option<Self> {
        in_languages(node, languages, |node| {
            let items = node.list()?;
            if items.is_empty() {
                node.fault("at least one text is expected here");
                return None;
            }
            items.iter().map(|item| templates.compile(item)).collect()
        })
        .map(Self)
    }

    /// The text for the attempt (from 0); the last one serves for all that follow.
    pub(crate) fn get(&self, language: Language, attempt: usize) -> &Template {
        let texts = self.0.get(language);
        &texts[attempt.min(texts.len() - 1)]
    }
}
