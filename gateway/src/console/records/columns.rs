//! Which columns of a list somebody wants to see.

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_core::ports::reader::{DeadLetterRow, MessageRow, RefusedRow};
use frontdesk_core::records::{Consent, Contact, Lead, Subscription};

use super::{Business, Records};
use crate::console::session::Shared;
use crate::console::tenants::channels::Channel;
use crate::console::{Colleague, Error};

/// Every list: its name, where it is, its columns.
const LISTS: [(&str, &str, &[&str]); 9] = [
    (Lead::NAME, Lead::PATH, Lead::COLUMNS),
    (Contact::NAME, Contact::PATH, Contact::COLUMNS),
    (Subscription::NAME, Subscription::PATH, Subscription::COLUMNS),
    (Consent::NAME, Consent::PATH, Consent::COLUMNS),
    (MessageRow::NAME, MessageRow::PATH, MessageRow::COLUMNS),
    (DeadLetterRow::NAME, DeadLetterRow::PATH, DeadLetterRow::COLUMNS),
    (RefusedRow::NAME, RefusedRow::PATH, RefusedRow::COLUMNS),
    (Channel::NAME, Channel::PATH, Channel::COLUMNS),
    (Business::NAME, Business::PATH, Business::COLUMNS),
];

/// `POST /console/columns`: shows the ticked ones; without any, all of them.
pub async fn choose(
    State(console): Shared,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let given = |name: &str| {
        let mut found = pairs.iter().filter(|(given, _)| given == name);
        found.next().map_or("", |(_, value)| value.as_str())
    };
    let list = given("list");
    let (name, path, columns) = LISTS
        .into_iter()
        .find(|(name, _, _)| *name == list)
        .ok_or(Error::NotFound)?;
    let is_ticked = |column: &&&str| pairs.iter().any(|(name, value)| name == "show" && value == **column);
    let mut hidden: Vec<String> = Vec::new();
    if columns.iter().any(|column| is_ticked(&column)) {
        let unticked = columns.iter().filter(|column| !is_ticked(column));
        hidden.extend(unticked.map(|column| (*column).to_owned()));
    }
    console.presets.hide_columns(colleague.user.id, name, &hidden).await?;
    // The list as it was looked at, and nothing but a list.
    let query = given("query").replace(char::is_control, "");
    let back = if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    };
    Ok(Redirect::to(&back).into_response())
}

#[cfg(test)]
mod tests {
    use frontdesk_core::Language;

    use super::*;
    use crate::console::texts::Texts;

    #[test]
    fn every_column_has_a_name_and_a_title() {
        fn check<R: Records>() {
            let words = R::words(Texts::of(Language::En));
            assert_eq!(words.columns.len(), R::COLUMNS.len(), "{}", R::NAME);
            assert!(LISTS.iter().any(|(name, _, _)| *name == R::NAME), "{}", R::NAME);
        }
        check::<Lead>();
        check::<Contact>();
        check::<Subscription>();
        check::<Consent>();
        check::<MessageRow>();
        check::<DeadLetterRow>();
        check::<RefusedRow>();
        check::<Channel>();
        check::<Business>();
    }
}
