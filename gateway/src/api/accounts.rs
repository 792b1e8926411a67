//! Businesses' own accounts at providers: set, looked at, checked, removed. What is set is never handed
//! out again, not even in part.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use frontdesk_core::TenantId;
use frontdesk_core::ports::registry::{Credential, Role};
use frontdesk_core::ports::upkeep::AccountState;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::{Json, Path};
use super::operator::word;
use super::{Api, Caller, Error, not_found};
use crate::channels::Account as Held;
use crate::channels::credentials::{self, Change, ChangeError, PROVIDERS, Provider};

/// One part of an account: whether it is set, never what it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Part {
    /// Its name, such as `auth_token`.
    name: &'static str,
    /// What the provider calls it.
    title: &'static str,
    /// Whether there is no account without it.
    is_required: bool,
    /// Whether it is set.
    is_set: bool,
    /// When it was set, RFC 3339.
    set_at: Option<String>,
    /// Who set it.
    set_by: Option<String>,
}

/// How a business stands with a provider.
#[derive(Debug, Serialize, ToSchema)]
pub struct Account {
    /// The provider, such as `twilio`.
    provider: &'static str,
    /// What it calls itself.
    title: &'static str,
    /// Whose account serves the business: `own`, `installation`, or `none`. An own one that is `shut` cannot
    /// be used, and no other one is.
    serves: &'static str,
    /// Why it is shut.
    shut: Option<String>,
    /// Its parts.
    parts: Vec<Part>,
    /// When the account that serves was last looked at, RFC 3339.
    checked_at: Option<String>,
    /// When what it is proved with ends, RFC 3339; null where it does not, or nobody knows.
    ends_at: Option<String>,
    /// Until when the provider tells us of its events, where that ends, RFC 3339.
    subscribed_until: Option<String>,
    /// Since when it has been failing, RFC 3339; null while it is well.
    failing_since: Option<String>,
    /// Why.
    error: Option<String>,
}

/// The accounts of a business.
#[derive(Debug, Serialize, ToSchema)]
pub struct Accounts {
    /// One a provider.
    items: Vec<Account>,
}

/// What is set.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Setting {
    /// Who sets it.
    by: String,
    /// Values by the parts' names. What is left out, or empty, stays as it is.
    #[schema(value_type = HashMap<String, String>)]
    parts: HashMap<String, SecretString>,
}

/// What a provider says of an account.
#[derive(Debug, Serialize, ToSchema)]
pub struct Verdict {
    /// Whether it accepts it.
    is_accepted: bool,
    /// When what it is proved with ends, RFC 3339, where the provider tells.
    ends_at: Option<String>,
    /// Why not.
    reason: Option<String>,
}

impl Account {
    fn of(api: &Api, tenant: &TenantId, provider: &'static Provider, states: &[AccountState]) -> Self {
        let own = api.accounts.of(tenant, provider.name);
        let own = own.as_deref();
        let stored = own.map(|account| account.credentials.as_slice()).unwrap_or_default();
        let (serves, shut) = match own {
            Some(Held {
                channels: Err(reason), ..
            }) => ("shut", Some(reason.clone())),
            Some(_) => ("own", None),
            None if api.accounts.stands_for_all(provider) => ("installation", None),
            None => ("none", None),
        };
        let state = api.accounts.state_of(tenant, provider, states);
        let failing = state.and_then(|state| state.failing.as_ref());
        Self {
            provider: provider.name,
            title: provider.title,
            serves,
            shut,
            parts: parts(provider, stored),
            checked_at: state.and_then(|state| state.checked_at).map(|at| at.to_string()),
            ends_at: state.and_then(|state| state.ends_at).map(|at| at.to_string()),
            subscribed_until: state
                .and_then(|state| state.subscription.as_ref())
                .map(|made| made.ends_at.to_string()),
            failing_since: failing.map(|failing| failing.since.to_string()),
            error: failing.map(|failing| failing.error.clone()),
        }
    }
}

fn parts(provider: &Provider, stored: &[Credential]) -> Vec<Part> {
    let part = |part: &credentials::Part| {
        let set = stored.iter().find(|row| row.name == part.name);
        Part {
            name: part.name,
            title: part.title,
            is_required: part.is_required,
            is_set: set.is_some(),
            set_at: set.map(|row| row.set_at.to_string()),
            set_by: set.map(|row| row.set_by.clone()),
        }
    };
    provider.parts.iter().map(part).collect()
}

/// A tenant of the caller's, for an administrator.
fn tenant_of(api: &Api, caller: &Caller, id: &str) -> Result<TenantId, Error> {
    caller.demand(Role::Admin)?;
    let tenant = id.parse::<TenantId>().ok();
    let is_visible = |tenant: &TenantId| caller.scope.tenant().is_none_or(|own| own == tenant);
    let tenant = tenant
        .filter(is_visible)
        .filter(|tenant| api.tenants.ids().contains(tenant));
    tenant.ok_or_else(not_found("tenant"))
}

fn provider_of(name: &str) -> Result<&'static Provider, Error> {
    credentials::provider(name).ok_or_else(not_found("provider"))
}

/// Lists a business's accounts at providers
#[utoipa::path(get, path = "/api/v1/tenants/{tenant}/accounts", tag = "tenants", params(("tenant" = String, Path)),
    responses((status = 200, body = Accounts), (status = 404, body = super::error::Problem)))]
pub async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path(tenant): Path<String>,
) -> Result<Json<Accounts>, Error> {
    let tenant = tenant_of(&api, &caller, &tenant)?;
    let states = api.upkeep.states().await?;
    let items = PROVIDERS
        .iter()
        .map(|provider| Account::of(&api, &tenant, provider, &states))
        .collect();
    Ok(Json(Accounts { items }))
}

/// Sets parts of a business's own account at a provider
///
/// They are sealed, and never handed out again. The account is used from then on.
#[utoipa::path(put, path = "/api/v1/tenants/{tenant}/accounts/{provider}", tag = "tenants",
    params(("tenant" = String, Path), ("provider" = String, Path)), request_body = Setting,
    responses((status = 200, body = Account), (status = 400, body = super::error::Problem),
        (status = 404, body = super::error::Problem)))]
pub async fn set(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path((tenant, provider)): Path<(String, String)>,
    Json(setting): Json<Setting>,
) -> Result<Json<Account>, Error> {
    let tenant = tenant_of(&api, &caller, &tenant)?;
    let provider = provider_of(&provider)?;
    let own = api.accounts.of(&tenant, provider.name);
    let stored = own
        .as_deref()
        .map(|account| account.credentials.as_slice())
        .unwrap_or_default();
    let by = word("by", &setting.by)?;
    let change = Change {
        tenant: &tenant,
        provider,
        set_by: by,
        now: api.clock.now(),
    };
    let changed = change.seal(api.accounts.vault(), stored, &setting.parts);
    let changed = changed.map_err(|error| match error {
        ChangeError::Vault(_) => Error::Conflict("Nothing can be sealed: set FRONTDESK_MASTER_KEY.".to_owned()),
        fault => Error::BadRequest(format!("The account cannot be set: {fault}.")),
    })?;
    if !changed.is_empty() {
        api.registry.put_credentials(&changed).await?;
        let parts: Vec<_> = changed.iter().map(|credential| credential.name.as_str()).collect();
        let subject = format!("{}: {}", provider.name, parts.join(", "));
        api.audit(Some(by), &tenant, "credential.set", subject).await?;
    }
    api.accounts.refresh(&*api.registry).await?;
    let states = api.upkeep.states().await?;
    Ok(Json(Account::of(&api, &tenant, provider, &states)))
}

/// Removes a business's own account at a provider
///
/// The installation's serves it again.
#[utoipa::path(delete, path = "/api/v1/tenants/{tenant}/accounts/{provider}", tag = "tenants",
    params(("tenant" = String, Path), ("provider" = String, Path)),
    responses((status = 204), (status = 404, body = super::error::Problem)))]
pub async fn remove(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path((tenant, provider)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    let tenant = tenant_of(&api, &caller, &tenant)?;
    let provider = provider_of(&provider)?;
    let subscription = api.accounts.own_subscription(&tenant, provider);
    if !api.registry.remove_credentials(&tenant, provider.name).await? {
        return Err(Error::NotFound("account"));
    }
    api.audit(None, &tenant, "credential.remove", provider.name.to_owned())
        .await?;
    api.accounts.refresh(&*api.registry).await?;
    if let Some(subscription) = subscription {
        // It is logged, and ends by itself.
        let _ = subscription.end().await;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Asks a provider whether it accepts the account that serves a business
///
/// Nothing is sent to anybody.
#[utoipa::path(post, path = "/api/v1/tenants/{tenant}/accounts/{provider}/check", tag = "tenants",
    params(("tenant" = String, Path), ("provider" = String, Path)),
    responses((status = 200, body = Verdict), (status = 404, body = super::error::Problem)))]
pub async fn check(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Path((tenant, provider)): Path<(String, String)>,
) -> Result<Json<Verdict>, Error> {
    let tenant = tenant_of(&api, &caller, &tenant)?;
    let provider = provider_of(&provider)?;
    let checked = api.accounts.check(&tenant, provider).await;
    Ok(Json(Verdict {
        is_accepted: checked.is_ok(),
        ends_at: checked
            .as_ref()
            .ok()
            .and_then(|standing| standing.ends_at)
            .map(|at| at.to_string()),
        reason: checked.err(),
    }))
}
