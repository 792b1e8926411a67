//! `/api/v1/sandbox/…`: what the console's phone and the tests do with the twins. For the
//! administrator only.

use std::sync::Arc;

use axum::extract::{Extension, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::ports::registry::Role;
use serde::{Deserialize, Serialize};

use super::{Fault, Line, Sandbox, Shown, Written};
use crate::api::{Api, Caller, Error, extract, not_found};
use crate::channels::NAMES;
use crate::channels::address::Form;

/// Characters of an address and an id.
const WORD_CHARACTERS_MAX: usize = 256;

/// The addresses, with the caller checked before anything else.
pub fn router(sandbox: Arc<Sandbox>, api: Arc<Api>) -> Router {
    Router::new()
        .route("/api/v1/sandbox", get(overview))
        .route("/api/v1/sandbox/{channel}/messages", get(shown).post(write))
        .route(
            "/api/v1/sandbox/{channel}/faults",
            get(faults).post(set_fault).delete(clear_faults),
        )
        .layer(Extension(Arc::clone(&api)))
        .layer(Extension(sandbox))
        .layer(from_fn_with_state(api, administrator_only))
}

async fn administrator_only(
    axum::extract::State(api): axum::extract::State<Arc<Api>>,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let (mut parts, body) = request.into_parts();
    let caller = Caller::from_request_parts(&mut parts, &api).await?;
    caller.demand(Role::Admin)?;
    if caller.scope != Scope::All {
        return Err(Error::Forbidden(Role::Admin.code()));
    }
    Ok(next.run(Request::from_parts(parts, body)).await)
}

/// A channel that can be tried.
#[derive(Debug, Serialize)]
struct Tryable {
    channel: &'static str,
    kind: &'static str,
    /// Our addresses on it.
    businesses: Vec<Business>,
    faults: Vec<Fault>,
}

#[derive(Debug, Serialize)]
struct Business {
    address: String,
    tenant: String,
}

/// The channels that can be tried, with the addresses one can write to
async fn overview(Extension(sandbox): Extension<Arc<Sandbox>>, Extension(api): Extension<Arc<Api>>) -> Response {
    let channels: Vec<Tryable> = sandbox
        .twins()
        .iter()
        .filter_map(|twin| {
            let (name, kind) = NAMES.iter().find(|(name, _)| *name == twin.name())?;
            let own = api.tenants.ids().into_iter().flat_map(|tenant| {
                let routes = api.tenants.routes_of(&tenant, *kind);
                routes
                    .into_iter()
                    .filter(|route| route.provider.as_deref() == Some(*name))
            });
            Some(Tryable {
                channel: name,
                kind: kind.code(),
                businesses: own
                    .map(|route| Business {
                        address: route.address,
                        tenant: route.tenant.into(),
                    })
                    .collect(),
                faults: sandbox.desk().faults(name),
            })
        })
        .collect();
    Json(serde_json::json!({"channels": channels})).into_response()
}

/// Who writes to whom.
#[derive(Debug, Deserialize)]
struct Ends {
    /// The customer's address.
    from: String,
    /// The business's address.
    to: String,
}

impl Ends {
    fn line(self, channel: &str) -> Result<Line, Error> {
        for (field, value) in [("from", &self.from), ("to", &self.to)] {
            let is_word = (1..=WORD_CHARACTERS_MAX).contains(&value.chars().count());
            if !is_word {
                return Err(Error::BadRequest(format!(
                    "'{field}' has 1 to {WORD_CHARACTERS_MAX} characters."
                )));
            }
        }
        let kind = NAMES.iter().find(|(name, _)| *name == channel).map(|(_, kind)| *kind);
        if let Some(form) = kind.map(Form::of_theirs).filter(|form| !form.fits(&self.from)) {
            return Err(Error::BadRequest(format!("'from' is not {}.", form.expected())));
        }
        Ok(Line {
            channel: channel.to_owned(),
            customer: self.from,
            business: self.to,
        })
    }
}

/// What a customer writes.
#[derive(Debug, Deserialize)]
struct Writing {
    #[serde(flatten)]
    ends: Ends,
    /// The words.
    #[serde(default)]
    text: String,
    /// The value of the button that is pressed.
    #[serde(default)]
    button: Option<String>,
    /// The message's id at the provider; a fresh one when absent.
    #[serde(default)]
    id: Option<String>,
}

/// Writes as a customer
async fn write(
    Extension(sandbox): Extension<Arc<Sandbox>>,
    extract::Path(channel): extract::Path<String>,
    extract::Json(writing): extract::Json<Writing>,
) -> Result<(StatusCode, Json<Written>), Error> {
    let line = writing.ends.line(&channel)?;
    let written = sandbox.say(line, &writing.text, writing.button, writing.id).await;
    let written = written.ok_or_else(not_found("channel"))?;
    Ok((StatusCode::CREATED, Json(written)))
}

/// What a phone shows.
#[derive(Debug, Serialize)]
struct Screen {
    items: Vec<Shown>,
}

/// Shows a customer's phone
async fn shown(
    Extension(sandbox): Extension<Arc<Sandbox>>,
    extract::Path(channel): extract::Path<String>,
    extract::Query(ends): extract::Query<Ends>,
) -> Result<Json<Screen>, Error> {
    let twin = sandbox.twin(&channel).ok_or_else(not_found("channel"))?;
    let line = ends.line(twin.name())?;
    Ok(Json(Screen {
        items: sandbox.desk().shown(&line),
    }))
}

/// The faults that are set
async fn faults(
    Extension(sandbox): Extension<Arc<Sandbox>>,
    extract::Path(channel): extract::Path<String>,
) -> Result<Json<Vec<Fault>>, Error> {
    let twin = sandbox.twin(&channel).ok_or_else(not_found("channel"))?;
    Ok(Json(sandbox.desk().faults(twin.name())))
}

/// Lets something go wrong
async fn set_fault(
    Extension(sandbox): Extension<Arc<Sandbox>>,
    extract::Path(channel): extract::Path<String>,
    extract::Json(fault): extract::Json<Fault>,
) -> Result<Json<Vec<Fault>>, Error> {
    let twin = sandbox.twin(&channel).ok_or_else(not_found("channel"))?;
    sandbox.desk().set_fault(twin.name(), fault);
    Ok(Json(sandbox.desk().faults(twin.name())))
}

/// Lets everything go well again
async fn clear_faults(
    Extension(sandbox): Extension<Arc<Sandbox>>,
    extract::Path(channel): extract::Path<String>,
) -> Result<StatusCode, Error> {
    let twin = sandbox.twin(&channel).ok_or_else(not_found("channel"))?;
    sandbox.desk().clear_faults(twin.name());
    Ok(StatusCode::NO_CONTENT)
}
