//! What the API answers when it cannot do what was asked: RFC 9457 problem details with a stable
//! `code` for programs and a plain sentence for people.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use frontdesk_core::ports::store;
use serde::Serialize;
use utoipa::ToSchema;

use crate::channels::ReplayError;
use crate::channels::forms::FieldFault;
use crate::files::Refused;

/// Why a request was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No credentials, or ones nobody has.
    #[error("Send the header 'Authorization: Bearer <token>' with the administrator's token or a tenant's API key.")]
    Unauthorized,
    /// The caller's role does not allow it.
    #[error("This key may not do that. Use one with the role {0}.")]
    Forbidden(&'static str),
    /// A page that no tenant lets show its chat.
    #[error("No tenant lets its chat be shown on this site. Add the site to the tenant's allowed origins.")]
    ForeignOrigin,
    /// There is no such thing, or it is another tenant's.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// The address is there, but not for this method.
    #[error("This address does not know that method.")]
    MethodNotAllowed,
    /// The address speaks WebSocket only.
    #[error("This address speaks WebSocket. Connect to it with a WebSocket client.")]
    UpgradeRequired,
    /// The request took too long to arrive or to be answered.
    #[error("This took too long. Try again.")]
    Timeout,
    /// The request is malformed.
    #[error("{0}")]
    BadRequest(String),
    /// Fields of a form cannot be right.
    #[error("Some fields need another look: see 'errors'.")]
    Invalid(Vec<FieldFault>),
    /// More than one sender may send.
    #[error("That was a lot in a short time. Try again in {retry_after_s} s.")]
    TooMany {
        /// Seconds to wait.
        retry_after_s: u64,
    },
    /// A file is not taken.
    #[error(transparent)]
    File(#[from] Refused),
    /// A link whose time is over.
    #[error("This link has ended. Ask for a new one where it was shown.")]
    Expired,
    /// The conversation cannot take it in its present state.
    #[error("{0}")]
    Conflict(String),
    /// Too much at once; later it will work.
    #[error("Too much is going on. Try again in {retry_after_s} s.")]
    Busy {
        /// Seconds to wait.
        retry_after_s: u64,
    },
    /// What an update found has not been counted yet.
    #[error("The events that came before the update are still being counted. Try again in a moment.")]
    Counting,
    /// The database is away; later it will work.
    #[error("The database is not available. Nothing was lost; try again in a moment.")]
    Unavailable,
    /// Our fault.
    #[error("Something went wrong on our side. It was written to the log.")]
    Internal,
}

/// A thing that is not there, for `ok_or_else`.
pub fn not_found(what: &'static str) -> impl FnOnce() -> Error {
    move || Error::NotFound(what)
}

/// The body of an error.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A stable code: `unauthorized`, `forbidden`, `foreign_origin`, `not_found`,
    /// `method_not_allowed`, `upgrade_required`, `timeout`, `bad_request`, `invalid`, `too_many`,
    /// `conflict`, `expired`, `busy`, `counting`, `unavailable`, `internal`; of files `files_not_taken`, `file_empty`,
    /// `file_too_large`, `file_wrong_type`, `files_conversation_full`, `files_full`, `file_broken_off`.
    code: &'static str,
    /// The HTTP status.
    status: u16,
    /// The reason of the status.
    title: &'static str,
    /// A plain sentence that says what to do.
    detail: String,
    /// What is wrong, field by field, where a form was sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldFault>,
}

impl Error {
    const fn parts(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized"),
            Self::Forbidden(_) => (StatusCode::FORBIDDEN, "forbidden"),
            Self::ForeignOrigin => (StatusCode::FORBIDDEN, "foreign_origin"),
            Self::NotFound(_) => (StatusCode::NOT_FOUND, "not_found"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Self::UpgradeRequired => (StatusCode::UPGRADE_REQUIRED, "upgrade_required"),
            Self::Timeout => (StatusCode::REQUEST_TIMEOUT, "timeout"),
            Self::BadRequest(_) => (StatusCode::BAD_REQUEST, "bad_request"),
            Self::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
            Self::TooMany { .. } => (StatusCode::TOO_MANY_REQUESTS, "too_many"),
            Self::File(refused) => refused.parts(),
            Self::Expired => (StatusCode::GONE, "expired"),
            Self::Conflict(_) => (StatusCode::CONFLICT, "conflict"),
            Self::Busy { .. } => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            Self::Counting => (StatusCode::SERVICE_UNAVAILABLE, "counting"),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, code) = self.parts();
        let problem = Problem {
            code,
            status: status.as_u16(),
            title: status.canonical_reason().unwrap_or("Error"),
            detail: self.to_string(),
            errors: match &self {
                Self::Invalid(faults) => faults.clone(),
                _ => Vec::new(),
            },
        };
        let mut response = (status, axum::Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        match self {
            Self::Unauthorized => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Self::UpgradeRequired => {
                headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
            }
            Self::Busy { retry_after_s } | Self::TooMany { retry_after_s } => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after_s));
            }
            Self::Counting => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
            }
            Self::Unavailable | Self::File(Refused::Busy) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
            }
            _ => {}
        }
        response
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Unavailable(source) => {
                tracing::warn!(error = %source, "the database did not answer a request of the API");
                Self::Unavailable
            }
            store::Error::Invalid(reason) => {
                tracing::error!(%reason, "the database refused a request of the API");
                Self::Internal
            }
        }
    }
}

impl From<frontdesk_runtime::Refused> for Error {
    fn from(refused: frontdesk_runtime::Refused) -> Self {
        use frontdesk_runtime::Refused;
        match refused {
            Refused::Busy { retry_after } => Self::Busy {
                retry_after_s: retry_after.as_secs().max(1),
            },
            Refused::Forbidden | Refused::UnknownTenant => Self::NotFound("conversation"),
            Refused::Unavailable | Refused::ShuttingDown => Self::Unavailable,
            Refused::Parked => Self::Conflict(
                "It failed three times and waits among the dead letters. Look at its error, then replay it.".to_owned(),
            ),
        }
    }
}

impl From<ReplayError> for Error {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::NotFound => Self::NotFound("dead letter"),
            ReplayError::Refused(refused) => refused.into(),
            ReplayError::Unreadable(reason) => Self::Conflict(format!("It still cannot be taken in: {reason}.")),
        }
    }
}
