//! A business's own accounts at providers: set, checked, removed. A secret is never shown again but by
//! its last characters.

use std::collections::HashMap;
use std::time::Duration;

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_core::ports::registry::{AccountSeen, Credential, TenantRow};
use frontdesk_core::ports::upkeep::AccountState;
use frontdesk_core::{TenantId, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{ACCOUNTS, Head, PATH, find};
use crate::channels::credentials::{self, ChangeError, PROVIDERS, Part, Provider};
use crate::channels::{ACCOUNT, Account, Standing};
use crate::console::session::Shared;
use crate::console::shell::{Moment, Section, Shell, html};
use crate::console::texts::Texts;
use crate::console::{Colleague, Console, Error};

/// Characters of a secret that are shown of it.
const SHOWN: usize = 4;
/// Characters of the shortest secret of which any are shown.
const SHOWN_FROM: usize = 16;

/// One provider.
struct Card {
    name: &'static str,
    title: &'static str,
    state: &'static str,
    /// `good`, `warn`, `bad` or nothing.
    tone: &'static str,
    is_own: bool,
    /// When any part of it was last set; 0 of none.
    set_at: i64,
    /// Why the account is shut.
    shut: Option<String>,
    fields: Vec<Field>,
    webhooks: Vec<String>,
    /// How the account stood when it was last looked at.
    seen: Option<Seen>,
    /// What a check that was just made told.
    checked: Option<Result<Option<Moment>, String>>,
    /// What keeps the account from being stored.
    fault: Option<&'static str>,
}

/// How an account stood when it was last looked at.
struct Seen {
    at: Moment,
    ends: Option<Moment>,
    /// Until when the provider tells us of events.
    subscribed: Option<Moment>,
    /// Since when it fails, and the last reason.
    failing: Option<(Moment, String)>,
}

impl Seen {
    /// `None` while it was never looked at.
    fn of(state: &AccountState) -> Option<Self> {
        Some(Self {
            at: state.checked_at?.into(),
            ends: state.ends_at.map(Moment::from),
            subscribed: state.subscription.as_ref().map(|made| made.ends_at.into()),
            failing: state
                .failing
                .as_ref()
                .map(|failing| (failing.since.into(), failing.error.clone())),
        })
    }
}

/// One part of an account.
struct Field {
    name: &'static str,
    title: &'static str,
    is_secret: bool,
    is_required: bool,
    /// The whole of what is no secret; of a secret its last characters.
    shown: String,
    set: Option<(Moment, String)>,
    fault: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "console/tenant_accounts.html")]
struct Page {
    shell: Shell,
    head: Head,
    id: String,
    cards: Vec<Card>,
}

/// What is told of one provider beside how it stands.
#[derive(Default)]
struct Told {
    checked: Option<Result<Standing, String>>,
    /// What was wrong with what was given.
    fault: Option<ChangeError>,
    /// A colleague has set it meanwhile.
    is_overtaken: bool,
    given: HashMap<String, SecretString>,
}

async fn render(
    console: &Console,
    colleague: &Colleague,
    row: &TenantRow,
    of: &str,
    told: Told,
) -> Result<Response, Error> {
    let (is_refused, is_overtaken) = (told.fault.is_some(), told.is_overtaken);
    let states = console.upkeep.states().await?;
    let mut told = Some(told);
    let cards = PROVIDERS.iter().map(|provider| {
        let told = if provider.name == of { told.take() } else { None };
        let card = card(console, colleague.texts, &row.id, provider, told.unwrap_or_default());
        Card {
            seen: console.accounts.state_of(&row.id, provider, &states).and_then(Seen::of),
            ..card
        }
    });
    let page = Page {
        head: Head::new(console, colleague.texts, &row.id, ACCOUNTS),
        id: row.id.to_string(),
        cards: cards.collect(),
        shell: Shell::load(console, colleague, Section::Tenants).await?,
    };
    let response = html(&page)?;
    Ok(if is_overtaken {
        (StatusCode::CONFLICT, response).into_response()
    } else if is_refused {
        (StatusCode::UNPROCESSABLE_ENTITY, response).into_response()
    } else {
        response
    })
}

/// Whose account is used at a provider, and a class of the style sheet.
pub(super) fn standing(
    console: &Console,
    texts: &'static Texts,
    tenant: &TenantId,
    provider: &Provider,
) -> (&'static str, &'static str) {
    let texts = &texts.accounts;
    match console.accounts.of(tenant, provider.name).as_deref() {
        Some(Account { channels: Err(_), .. }) => (texts.shut, "bad"),
        Some(Account { is_sandbox: true, .. }) => (texts.sandbox, "warn"),
        Some(_) => (texts.own, "good"),
        None if console.sandbox.is_some() => (texts.sandbox, "warn"),
        None if console.accounts.is_set_up(provider) => (texts.shared, ""),
        None => (texts.none, "bad"),
    }
}

fn card(console: &Console, texts: &'static Texts, tenant: &TenantId, provider: &'static Provider, told: Told) -> Card {
    let own = console.accounts.of(tenant, provider.name);
    let (state, tone) = standing(console, texts, tenant, provider);
    let texts = &texts.accounts;
    let stored = own
        .as_deref()
        .map(|account| account.credentials.as_slice())
        .unwrap_or_default();
    let fault = |part: &Part| match &told.fault {
        Some(ChangeError::Missing(name)) if *name == part.name => Some(texts.needed),
        Some(ChangeError::Unfit(name)) if *name == part.name => Some(texts.unfit),
        _ => None,
    };
    Card {
        name: provider.name,
        title: provider.title,
        state,
        tone,
        is_own: own.is_some(),
        set_at: last_set(stored),
        shut: own
            .as_deref()
            .and_then(|account| account.channels.as_ref().err().cloned()),
        fields: provider
            .parts
            .iter()
            .map(|part| Field {
                fault: fault(part),
                ..field(console, part, stored, told.given.get(part.name))
            })
            .collect(),
        seen: None,
        webhooks: webhooks(&console.public_url, tenant, provider, texts.webhook_key),
        checked: told
            .checked
            .map(|checked| checked.map(|standing| standing.ends_at.map(Moment::from))),
        fault: match told.fault {
            Some(ChangeError::Vault(_)) => Some(texts.unsealable),
            _ => told.is_overtaken.then_some(texts.overtaken),
        },
    }
}

/// When any part of an account was last set; 0 of none.
fn last_set(stored: &[Credential]) -> i64 {
    let moments = stored.iter().map(|credential| credential.set_at.as_millis());
    moments.max().unwrap_or(0)
}

fn field(console: &Console, part: &'static Part, stored: &[Credential], given: Option<&SecretString>) -> Field {
    let credential = stored.iter().find(|credential| credential.name == part.name);
    let value = credential.and_then(|credential| console.accounts.vault().unseal(credential).ok());
    let value = value.as_ref().map(ExposeSecret::expose_secret).unwrap_or_default();
    let typed = given.map(ExposeSecret::expose_secret).filter(|_| !part.is_secret);
    Field {
        name: part.name,
        title: part.title,
        is_secret: part.is_secret,
        is_required: part.is_required && credential.is_none(),
        shown: match typed {
            Some(typed) => typed.to_owned(),
            None if part.is_secret => hint(value),
            None => value.to_owned(),
        },
        set: credential.map(|credential| (credential.set_at.into(), credential.set_by.clone())),
        fault: None,
    }
}

/// The last characters of a secret that is long enough to keep the others to itself.
fn hint(secret: &str) -> String {
    let characters = secret.chars().count();
    if characters < SHOWN_FROM {
        return String::new();
    }
    let last: String = secret.chars().skip(characters - SHOWN).collect();
    format!("…{last}")
}

/// What to give to the provider; with a key of the tenant's choice where the provider signs nothing.
fn webhooks(base: &str, tenant: &TenantId, provider: &Provider, key: &str) -> Vec<String> {
    let is_keyed = provider.parts.iter().any(|part| part.name == "webhook_secret");
    let key = if is_keyed {
        format!("&key=‹{key}›")
    } else {
        String::new()
    };
    let address = |path: &&str| format!("{base}{path}?{ACCOUNT}={tenant}{key}");
    provider.webhooks.iter().map(address).collect()
}

fn back(row: &TenantRow, provider: &Provider) -> Response {
    Redirect::to(&format!("{PATH}/{}/accounts#{}", row.id, provider.name)).into_response()
}

/// `GET /console/tenants/{id}/accounts`
pub async fn page(State(console): Shared, colleague: Colleague, Path(id): Path<String>) -> Result<Response, Error> {
    let row = find(&console, &colleague, &id).await?;
    render(&console, &colleague, &row, "", Told::default()).await
}

/// `POST /console/tenants/{id}/accounts/{provider}`: what is left empty stays as it is.
pub async fn save(
    State(console): Shared,
    colleague: Colleague,
    Path((id, provider)): Path<(String, String)>,
    Form(given): Form<HashMap<String, SecretString>>,
) -> Result<Response, Error> {
    let row = find(&console, &colleague, &id).await?;
    let provider = credentials::provider(&provider).ok_or(Error::NotFound)?;
    let set_at = given.get("seen").and_then(|seen| moment(seen.expose_secret()));
    let parts = provider.part_names();
    let seen = AccountSeen {
        tenant: &row.id,
        provider: provider.name,
        parts: &parts,
        set_at,
    };
    let given: HashMap<_, _> = given.into_iter().filter(|(name, _)| provider.has_part(name)).collect();
    let own = console.accounts.of(&row.id, provider.name);
    let stored = own
        .as_deref()
        .map(|account| account.credentials.as_slice())
        .unwrap_or_default();
    let change = credentials::Change {
        tenant: &row.id,
        provider,
        set_by: colleague.name(),
        now: after(set_at, console.clock.now()),
    };
    let changed = match change.seal(console.accounts.vault(), stored, &given) {
        Ok(changed) => changed,
        Err(fault) => {
            let told = Told {
                fault: Some(fault),
                given,
                ..Told::default()
            };
            return render(&console, &colleague, &row, provider.name, told).await;
        }
    };
    if !changed.is_empty() {
        if !console.registry.change_account(&seen, &changed).await? {
            return overtaken(&console, &colleague, &row, provider, given).await;
        }
        let parts: Vec<_> = changed.iter().map(|credential| credential.name.as_str()).collect();
        let subject = format!("{}: {}", provider.name, parts.join(", "));
        console
            .audit(&colleague.user, Some(row.id.clone()), "credential.set", subject)
            .await?;
        console.accounts.refresh(&*console.registry).await?;
    }
    Ok(back(&row, provider))
}

/// The account as a colleague has made it meanwhile, with what was typed.
async fn overtaken(
    console: &Console,
    colleague: &Colleague,
    row: &TenantRow,
    provider: &Provider,
    given: HashMap<String, SecretString>,
) -> Result<Response, Error> {
    console.accounts.refresh(&*console.registry).await?;
    let told = Told {
        is_overtaken: true,
        given,
        ..Told::default()
    };
    render(console, colleague, row, provider.name, told).await
}

/// The moment that a form says; none of an account that was never set.
fn moment(millis: &str) -> Option<Timestamp> {
    let millis: i64 = millis.parse().ok()?;
    (millis > 0).then(|| Timestamp::from_millis(millis))
}

/// Now, and later than what was there, whatever the clocks of several nodes say: two changes are never of
/// the same moment.
fn after(set_at: Option<Timestamp>, now: Timestamp) -> Timestamp {
    set_at.map_or(now, |set_at| now.max(set_at.plus(Duration::from_millis(1))))
}

/// `POST /console/tenants/{id}/accounts/{provider}/check`
pub async fn check(
    State(console): Shared,
    colleague: Colleague,
    Path((id, provider)): Path<(String, String)>,
) -> Result<Response, Error> {
    let row = find(&console, &colleague, &id).await?;
    let provider = credentials::provider(&provider).ok_or(Error::NotFound)?;
    let told = Told {
        checked: Some(console.accounts.check(&row.id, provider).await),
        ..Told::default()
    };
    render(&console, &colleague, &row, provider.name, told).await
}

/// The account as it was shown.
#[derive(Debug, Default, Deserialize)]
pub struct Shown {
    #[serde(default)]
    seen: String,
}

/// `POST /console/tenants/{id}/accounts/{provider}/remove`: while nobody has set it since.
pub async fn remove(
    State(console): Shared,
    colleague: Colleague,
    Path((id, provider)): Path<(String, String)>,
    Form(shown): Form<Shown>,
) -> Result<Response, Error> {
    let row = find(&console, &colleague, &id).await?;
    let provider = credentials::provider(&provider).ok_or(Error::NotFound)?;
    let subscription = console.accounts.own_subscription(&row.id, provider);
    let parts = provider.part_names();
    let seen = AccountSeen {
        tenant: &row.id,
        provider: provider.name,
        parts: &parts,
        set_at: moment(&shown.seen),
    };
    if !console.registry.remove_account(&seen).await? {
        return overtaken(&console, &colleague, &row, provider, HashMap::new()).await;
    }
    let subject = provider.name.to_owned();
    console
        .audit(&colleague.user, Some(row.id.clone()), "credential.remove", subject)
        .await?;
    console.accounts.refresh(&*console.registry).await?;
    if let Some(subscription) = subscription {
        // It is logged, and ends by itself.
        let _ = subscription.end().await;
    }
    Ok(back(&row, provider))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_of_a_secret_is_shown_and_nothing_of_a_short_one() {
        assert_eq!(hint("0123456789abcdef"), "…cdef");
        assert_eq!(hint("0123456789abcde"), "");
        assert_eq!(hint(""), "");
    }
}
