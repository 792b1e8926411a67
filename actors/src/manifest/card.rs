//! A picture with words and a link, shown beside an answer.

use frontdesk_core::Language;

use super::prompt::Prompt;
use super::reader::Node;
use super::settings::web_address;
use super::template::Templates;

/// A card as the tenant wrote it down, in every language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CardPrompt {
    /// Its heading.
    pub(crate) title: Prompt,
    /// The words below.
    pub(crate) text: Option<Prompt>,
    /// Where the picture is.
    pub(crate) image_url: Option<String>,
    /// Where a press leads.
    pub(crate) url: Option<String>,
}

impl CardPrompt {
    /// Reads `{ title.en = "…", text.en = "…", image_url = "https://…", url = "https://…" }`.
    pub(crate) fn read(node: &Node<'_>, languages: &[Language], templates: &mut Templates) -> Option<Self> {
        let table = node.table()?;
        let mut prompt = |node: Node<'_>| Prompt::read(&node, languages, templates);
        let title = table.require("title").and_then(&mut prompt);
        let text = table.get("text").map(&mut prompt);
        let image_url = table.get("image_url").map(|node| web_address(&node));
        let url = table.get("url").map(|node| web_address(&node));
        if image_url.is_none() && url.is_none() {
            table.fault("a card has a picture (`image_url`), a link (`url`) or both");
            return None;
        }
        table.finish();
        Some(Self {
            title: title?,
            text: all_right(text)?,
            image_url: all_right(image_url)?,
            url: all_right(url)?,
        })
    }
}

/// What is left out is right; what is there may be at fault.
fn all_right<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    match read {
        Some(None) => None,
        Some(Some(read)) => Some(Some(read)),
        None => Some(None),
    }
}
