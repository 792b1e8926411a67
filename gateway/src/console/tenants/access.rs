//! A business's addresses on the channels, and its keys for the API.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::ports::registry::{ApiKey, Role, Route, TenantRow};
use frontdesk_core::{ApiKeyId, ChannelKind};
use serde::Deserialize;
use uuid::Uuid;

use super::{ACCESS, Head, PATH, find};
use crate::api::secret_hash;
use crate::channels::{self, address};
use crate::console::session::Shared;
use crate::console::shell::{Moment, Section, Shell, html, icon};
use crate::console::{Colleague, Console, Error};

/// Random bytes of a key.
const KEY_BYTES: usize = 32;

/// An address of ours.
struct Address {
    icon: &'static str,
    channel: &'static str,
    kind: &'static str,
    provider: Option<String>,
    address: String,
}

/// A key, without its secret.
struct Key {
    id: Uuid,
    role: &'static str,
    made: Moment,
}

#[derive(Template)]
#[template(path = "console/tenant_access.html")]
struct Page {
    shell: Shell,
    id: String,
    head: Head,
    addresses: Vec<Address>,
    /// What serves addresses: the name that is stored, and what it is called.
    providers: Vec<(String, String)>,
    /// Whoever sees every business says whose an address is.
    may_route: bool,
    keys: Vec<Key>,
    /// The secret of the key made just now: shown once.
    secret: Option<String>,
    address_fault: Option<&'static str>,
    address: String,
}

impl Page {
    async fn new(console: &Console, colleague: &Colleague, row: &TenantRow) -> Result<Self, Error> {
        let texts = colleague.texts;
        let routes = console.registry.routes().await?.into_iter();
        let address = |route: Route| Address {
            icon: icon(route.channel),
            channel: texts.channels.of(route.channel),
            kind: route.channel.code(),
            provider: route.provider,
            address: route.address,
        };
        let key = |key: ApiKey| Key {
            id: key.id.0,
            role: texts.roles.of(key.role),
            made: key.created_at.into(),
        };
        let keys = console.registry.keys(&row.id).await?;
        let provider = |(choice, name, kind): (String, &'static str, ChannelKind)| {
            let title = format!("{} · {name}", texts.channels.of(kind));
            (choice, title)
        };
        Ok(Self {
            shell: Shell::load(console, colleague, Section::Tenants).await?,
            addresses: routes.filter(|route| route.tenant == row.id).map(address).collect(),
            providers: channels::served().map(provider).collect(),
            may_route: colleague.scope == Scope::All,
            keys: keys.into_iter().map(key).collect(),
            secret: None,
            address_fault: None,
            address: String::new(),
            head: Head::new(console, texts, &row.id, ACCESS),
            id: row.id.to_string(),
        })
    }
}

fn back(row: &TenantRow) -> Response {
    Redirect::to(&format!("{PATH}/{}/access", row.id)).into_response()
}

/// `GET /console/tenants/{id}/access`
pub async fn page(State(console): Shared, colleague: Colleague, Path(id): Path<String>) -> Result<Response, Error> {
    let row = find(&console, &colleague, &id).await?;
    html(&Page::new(&console, &colleague, &row).await?)
}

/// A new address.
#[derive(Debug, Deserialize)]
pub struct NewRoute {
    #[serde(default)]
    provider: String,
    #[serde(default)]
    address: String,
}

/// `POST /console/tenants/{id}/routes`: an address is of one business, so whoever sees them all says.
pub async fn add_route(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<String>,
    Form(new): Form<NewRoute>,
) -> Result<Response, Error> {
    let row = find(&console, &colleague, &id).await?;
    let (_, name, channel) = channels::served()
        .find(|(choice, _, _)| *choice == new.provider)
        .ok_or(Error::NotFound)?;
    let form = address::Form::of_ours(Some(name), channel);
    let address = new.address.trim();
    let route = Route {
        channel,
        address: address.to_owned(),
        tenant: row.id.clone(),
        provider: Some(name.to_owned()),
    };
    let texts = &colleague.texts.tenants;
    let fault = if !form.fits(address) {
        Some(texts.bad_address)
    } else if !console.registry.add_route(&route).await? {
        Some(texts.taken_address)
    } else {
        None
    };
    if fault.is_some() {
        let mut page = Page::new(&console, &colleague, &row).await?;
        page.address_fault = fault;
        page.address = new.address;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)?).into_response());
    }
    console
        .audit(&colleague.user, Some(row.id.clone()), "route.add", route.address)
        .await?;
    console.tenants.refresh(&*console.registry).await?;
    Ok(back(&row))
}

/// An address that shall be nobody's any more.
#[derive(Debug, Deserialize)]
pub struct OldRoute {
    #[serde(default)]
    channel: String,
    #[serde(default)]
    address: String,
}

/// `POST /console/tenants/{id}/routes/remove`
pub async fn remove_route(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<String>,
    Form(old): Form<OldRoute>,
) -> Result<Response, Error> {
    let row = find(&console, &colleague, &id).await?;
    let channel: ChannelKind = old.channel.parse().map_err(|_| Error::NotFound)?;
    if !console.registry.remove_route(channel, &old.address, &row.id).await? {
        return Err(Error::NotFound);
    }
    console
        .audit(&colleague.user, Some(row.id.clone()), "route.remove", old.address)
        .await?;
    console.tenants.refresh(&*console.registry).await?;
    Ok(back(&row))
}

/// A new key.
#[derive(Debug, Deserialize)]
pub struct NewKey {
    role: Role,
}

/// `POST /console/tenants/{id}/keys`: shows the secret, this once.
pub async fn add_key(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<String>,
    Form(new): Form<NewKey>,
) -> Result<Response, Error> {
    let row = find(&console, &colleague, &id).await?;
    let secret = format!("fdk_{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; KEY_BYTES]>()));
    let key = ApiKey {
        id: ApiKeyId(Uuid::now_v7()),
        secret_hash: secret_hash(&secret),
        tenant: row.id.clone(),
        role: new.role,
        created_at: console.clock.now(),
    };
    console.registry.add_key(&key).await?;
    console
        .audit(&colleague.user, Some(row.id.clone()), "key.add", key.id.to_string())
        .await?;
    let mut page = Page::new(&console, &colleague, &row).await?;
    page.secret = Some(secret);
    html(&page)
}

/// `POST /console/tenants/{id}/keys/{key}/remove`
pub async fn remove_key(
    State(console): Shared,
    colleague: Colleague,
    Path((id, key)): Path<(String, Uuid)>,
) -> Result<Response, Error> {
    let row = find(&console, &colleague, &id).await?;
    if !console.registry.remove_key(ApiKeyId(key), &row.id).await? {
        return Err(Error::NotFound);
    }
    console
        .audit(&colleague.user, Some(row.id.clone()), "key.remove", key.to_string())
        .await?;
    Ok(back(&row))
}
