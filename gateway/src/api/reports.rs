//! What brought people in, and what is known of them: a gap should be seen.

use std::sync::Arc;

use axum::extract::State;
use frontdesk_core::Timestamp;
use frontdesk_core::ports::reader::SourceRow;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::extract::{Json, Query};
use super::{Api, Caller, Error};

/// The sources there are: each is in the report, also when it brought nobody.
pub const SOURCES: [&str; 9] = [
    "WEB_QUOTE",
    "CHAT",
    "BOOKING",
    "SMS",
    "PHONE",
    "FACEBOOK",
    "INSTAGRAM",
    "WHATSAPP",
    "MARKETPLACE",
];

/// Of which time.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Period {
    /// People first heard of from then on, RFC 3339; absent from the beginning.
    from: Option<String>,
    /// People first heard of before that, RFC 3339; absent until now.
    until: Option<String>,
}

/// What one source brought in.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct Source {
    /// The source, such as `CHAT`.
    pub source: String,
    /// How many people.
    pub leads: u64,
    /// The share with a name, 0–1; null without people.
    pub name_share: Option<f64>,
    /// The share with a phone number.
    pub phone_share: Option<f64>,
    /// The share with an email address.
    pub email_share: Option<f64>,
    /// The share with a consent to the newsletter that is in force.
    pub consent_share: Option<f64>,
}

/// The report of sources.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sources {
    /// Every source, in a fixed order.
    sources: Vec<Source>,
}

/// Shows what each source of leads brought in
#[utoipa::path(get, path = "/api/v1/reports/sources", tag = "reports", params(Period),
    responses((status = 200, body = Sources), (status = 400, body = super::error::Problem)))]
pub async fn sources(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Query(period): Query<Period>,
) -> Result<Json<Sources>, Error> {
    let from = moment("from", period.from.as_deref())?.unwrap_or_default();
    let until = moment("until", period.until.as_deref())?.unwrap_or(Timestamp::from_millis(i64::MAX));
    let rows = api.reader.sources(&caller.scope, from, until).await?;
    Ok(Json(Sources { sources: report(&rows) }))
}

/// Adds up the rows of all tenants by source.
#[must_use]
pub fn report(rows: &[SourceRow]) -> Vec<Source> {
    let known = SOURCES.into_iter();
    let others = rows
        .iter()
        .map(|row| row.source.as_str())
        .filter(|source| !SOURCES.contains(source));
    let mut names: Vec<&str> = known.chain(others).collect();
    names.dedup();
    names.into_iter().map(|name| source(name, rows)).collect()
}

fn source(name: &str, rows: &[SourceRow]) -> Source {
    let sum = |count: fn(&SourceRow) -> u64| -> u64 { rows.iter().filter(|row| row.source == name).map(count).sum() };
    let leads = sum(|row| row.leads);
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let share = |count: u64| (leads > 0).then(|| count as f64 / leads as f64);
    Source {
        source: name.to_owned(),
        leads,
        name_share: share(sum(|row| row.with_name)),
        phone_share: share(sum(|row| row.with_phone)),
        email_share: share(sum(|row| row.with_email)),
        consent_share: share(sum(|row| row.with_consent)),
    }
}

fn moment(field: &str, text: Option<&str>) -> Result<Option<Timestamp>, Error> {
    let read = |text: &str| {
        let moment = text.parse::<jiff::Timestamp>().map(Timestamp::from);
        moment.map_err(|_| Error::BadRequest(format!("'{field}' is not a moment such as 2026-11-01T00:00:00Z.")))
    };
    text.map(read).transpose()
}
