//! Lists in pages: `?after=<cursor>`, newest first.

use frontdesk_core::ports::reader::{Cursor, Page};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::Error;
use crate::api::cursor;

/// Rows of a page.
const ROWS: u32 = 50;

/// Which part of a list is wanted; further fields of a query are the list's own.
#[derive(Debug, Default, Deserialize)]
pub struct After {
    /// Where the page before ended.
    pub after: Option<String>,
}

impl After {
    /// The part of the list.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] when the cursor is not one of ours.
    pub fn page(&self) -> Result<Page, Error> {
        let after = self.after.as_deref().filter(|text| !text.is_empty());
        let after = after
            .map(|text| cursor::decode(text).ok_or(Error::NotFound))
            .transpose()?;
        Ok(Page { after, limit: ROWS })
    }
}

/// The links below a list.
#[derive(Debug)]
pub struct Pager {
    /// To the first page, when this is another one.
    pub newest: Option<String>,
    /// To the next page, when there is one.
    pub older: Option<String>,
}

impl Pager {
    /// Links of the list at `path`, whose own `filters` stay as they are; empty ones are left out.
    #[must_use]
    pub fn new(path: &str, filters: &[(&str, &str)], page: &Page, next: Option<Cursor>) -> Self {
        Self {
            newest: page.after.map(|_| address(path, filters, None)),
            older: next.map(|cursor| address(path, filters, Some(cursor))),
        }
    }
}

/// The address of a list with its filters, from a place on.
#[must_use]
pub fn address(path: &str, filters: &[(&str, &str)], after: Option<Cursor>) -> String {
    let mut query = Serializer::new(String::new());
    for (name, value) in filters.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    if let Some(after) = after {
        query.append_pair("after", &cursor::encode(after));
    }
    let query = query.finish();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_stay_and_are_escaped() {
        let filters = [("view", "done"), ("q", "a&b=c"), ("tag", "")];
        assert_eq!(
            address("/console/inbox", &filters, None),
            "/console/inbox?view=done&q=a%26b%3Dc"
        );
        assert_eq!(address("/console/inbox", &[], None), "/console/inbox");
    }
}
