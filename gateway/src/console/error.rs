//! What the console answers when it cannot do what was asked: a page, or for our script one
//! sentence, in the reader's language.

use std::borrow::Cow;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use frontdesk_core::ports::store;
use frontdesk_runtime::Refused;

use super::password;
use super::texts::{Texts, fill};
use crate::channels::ReplayError;

/// Why a request was not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in, or no longer.
    #[error("not signed in")]
    SignedOut,
    /// The role does not allow it.
    #[error("the role does not allow it")]
    Forbidden,
    /// The form is not one of ours, or of a session that has ended.
    #[error("the form is not of this session")]
    ForeignForm,
    /// There is no such thing, or it is another tenant's.
    #[error("no such page")]
    NotFound,
    /// The form holds more than it may.
    #[error("too large")]
    TooLarge,
    /// What was sent cannot be used, for this reason, in the reader's language.
    #[error("{0}")]
    Invalid(&'static str),
    /// This place in the words was not filled in.
    #[error("{0} is not filled in")]
    Unfilled(&'static str),
    /// A colleague has answered since the page was shown.
    #[error("answered meanwhile")]
    Answered,
    /// Somebody else changed it meanwhile.
    #[error("changed meanwhile")]
    Conflict,
    /// The event waits among the dead letters.
    #[error("parked")]
    Parked,
    /// The request still cannot be taken in.
    #[error("still unreadable")]
    Unreadable,
    /// Too much at once; later it will work.
    #[error("too much is going on")]
    Busy,
    /// The database is away; later it will work.
    #[error("the database is away")]
    Unavailable,
    /// Our fault.
    #[error("our fault")]
    Internal,
}

impl Error {
    /// An Excel file could not be written: our fault, and told to the log.
    #[must_use]
    pub fn unwritten(error: rust_xlsxwriter::XlsxError) -> Self {
        tracing::error!(%error, "an Excel file could not be written");
        Self::Internal
    }

    /// The status, and the sentence for the reader.
    fn parts(&self, texts: &Texts) -> (StatusCode, Cow<'static, str>) {
        let own = &texts.desk;
        let texts = &texts.errors;
        let (status, sentence) = match self {
            Self::Unfilled(place) => return (StatusCode::UNPROCESSABLE_ENTITY, fill(own.unfilled, place).into()),
            Self::Answered => (StatusCode::CONFLICT, own.answered_meanwhile),
            Self::SignedOut => (StatusCode::UNAUTHORIZED, texts.signed_out),
            Self::Forbidden => (StatusCode::FORBIDDEN, texts.forbidden),
            Self::ForeignForm => (StatusCode::FORBIDDEN, texts.foreign_form),
            Self::NotFound => (StatusCode::NOT_FOUND, texts.not_found),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, texts.too_large),
            Self::Invalid(reason) => (StatusCode::UNPROCESSABLE_ENTITY, *reason),
            Self::Conflict => (StatusCode::CONFLICT, texts.conflict),
            Self::Parked => (StatusCode::CONFLICT, texts.parked),
            Self::Unreadable => (StatusCode::CONFLICT, texts.unreadable),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, texts.busy),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, texts.unavailable),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, texts.internal),
        };
        (status, sentence.into())
    }
}

/// Only marks the answer: the gate writes it out, because it knows who reads.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = self.parts(Texts::of(frontdesk_core::Language::En)).0;
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "console/error.html")]
struct Page<'a> {
    texts: &'static Texts,
    status: u16,
    sentence: &'a str,
}

/// The answer to be read.
pub(super) fn page(error: &Error, texts: &'static Texts, is_fragment: bool) -> Response {
    let (status, sentence) = error.parts(texts);
    if is_fragment {
        return (status, sentence).into_response();
    }
    let page = Page {
        texts,
        status: status.as_u16(),
        sentence: &sentence,
    };
    match page.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(_) => (status, sentence).into_response(),
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Unavailable(source) => {
                tracing::warn!(error = %source, "the database did not answer a request of the console");
                Self::Unavailable
            }
            store::Error::Invalid(reason) => {
                tracing::error!(%reason, "the database refused a request of the console");
                Self::Internal
            }
        }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Busy { .. } => Self::Busy,
            Refused::Forbidden | Refused::UnknownTenant => Self::NotFound,
            Refused::Unavailable | Refused::ShuttingDown => Self::Unavailable,
            Refused::Parked => Self::Parked,
        }
    }
}

impl From<ReplayError> for Error {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::NotFound => Self::NotFound,
            ReplayError::Refused(refused) => refused.into(),
            ReplayError::Unreadable(_) => Self::Unreadable,
        }
    }
}

impl From<password::Error> for Error {
    fn from(error: password::Error) -> Self {
        match error {
            password::Error::Busy => Self::Busy,
            password::Error::Hash => Self::Internal,
        }
    }
}

impl From<askama::Error> for Error {
    fn from(error: askama::Error) -> Self {
        tracing::error!(%error, "a page could not be written");
        Self::Internal
    }
}
