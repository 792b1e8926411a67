//! Keyset pagination: `?after=<cursor>&limit=50`.

use frontdesk_core::ports::reader::{Page, Rows};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Error, cursor};

/// Rows of a page when nobody says how many.
const LIMIT_DEFAULT: u32 = 50;
/// Rows of a page at most.
const LIMIT_MAX: u32 = 200;

/// Which part of a list is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `next` of the page before; absent for the first one.
    after: Option<String>,
    /// How many rows at most, 1–200; 50 when absent.
    limit: Option<u32>,
}

impl PageQuery {
    /// Reads the cursor and checks the limit.
    pub fn page(&self) -> Result<Page, Error> {
        let after = self
            .after
            .as_deref()
            .map(|text| cursor::decode(text).ok_or_else(|| Error::BadRequest(BAD_CURSOR.to_owned())))
            .transpose()?;
        Ok(Page {
            after,
            limit: limit(self.limit)?,
        })
    }
}

/// Which part of a conversation is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SequenceQuery {
    /// Only what comes after this number; 0 or absent from the start.
    pub after: Option<u64>,
    /// How many rows at most, 1–200; 50 when absent.
    limit: Option<u32>,
}

impl SequenceQuery {
    /// The checked limit.
    pub fn limit(&self) -> Result<u32, Error> {
        limit(self.limit)
    }
}

const BAD_CURSOR: &str = "'after' is not a cursor. Take it from 'next' of the page before, as it is.";

fn limit(asked: Option<u32>) -> Result<u32, Error> {
    match asked.unwrap_or(LIMIT_DEFAULT) {
        limit @ 1..=LIMIT_MAX => Ok(limit),
        _ => Err(Error::BadRequest(format!("'limit' is a number from 1 to {LIMIT_MAX}."))),
    }
}

/// A part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Listed<T> {
    /// The rows, newest first.
    pub items: Vec<T>,
    /// What to send as `after` for the next part; null at the end.
    pub next: Option<String>,
}

impl<T> Listed<T> {
    /// A page of rows, shown as the API shows them.
    pub fn of<R>(rows: Rows<R>) -> Self
    where
        T: From<R>,
    {
        Self {
            items: rows.items.into_iter().map(T::from).collect(),
            next: rows.next.map(cursor::encode),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_cursor_is_told_so() {
        for text in ["", "x", "////", "AAAA", &"A".repeat(1_000)] {
            let query = PageQuery {
                after: Some(text.to_owned()),
                limit: None,
            };
            assert!(matches!(query.page(), Err(Error::BadRequest(_))), "{text:?}");
        }
    }

    #[test]
    fn limits_are_bounded() {
        for limit in [0, 201, u32::MAX] {
            let query = PageQuery {
                after: None,
                limit: Some(limit),
            };
            assert!(query.page().is_err(), "{limit}");
        }
    }
}
