//! The people who sign in: of one's own business, or of all.

use std::collections::HashSet;

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use email_address::EmailAddress;
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::ports::registry::{Role, User};
use frontdesk_core::{TenantId, UserId};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use uuid::Uuid;

use super::session::Shared;
use super::shell::{Moment, Section, Shell, html};
use super::{Colleague, Console, Error, password, sign_in};

const PATH: &str = "/console/users";

struct Row {
    id: Uuid,
    email: String,
    name: String,
    role: Role,
    tenant: Option<String>,
    added: Moment,
    is_self: bool,
    has_second_step: bool,
}

/// What is wrong with a new user, by field.
#[derive(Default)]
struct Faults {
    name: Option<&'static str>,
    email: Option<&'static str>,
    password: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "console/users.html")]
struct Page {
    shell: Shell,
    rows: Vec<Row>,
    tenants: Vec<String>,
    roles: [Role; 3],
    new: Kept,
    faults: Faults,
}

/// What was typed, without the password.
#[derive(Default)]
struct Kept {
    name: String,
    email: String,
    tenant: String,
    role: Option<Role>,
}

impl Page {
    async fn new(console: &Console, colleague: &Colleague) -> Result<Self, Error> {
        let users = console.registry.users().await?.into_iter();
        let steps = console.second_steps.second_steps().await?;
        let in_force = steps.into_iter().filter(|step| step.confirmed_at.is_some());
        let with_second_step: HashSet<UserId> = in_force.map(|step| step.user).collect();
        let row = |user: User| Row {
            has_second_step: with_second_step.contains(&user.id),
            is_self: user.id == colleague.user.id,
            id: user.id.0,
            email: user.email,
            name: user.name.unwrap_or_default(),
            role: user.role,
            tenant: user.tenant.map(Into::into),
            added: user.created_at.into(),
        };
        Ok(Self {
            shell: Shell::load(console, colleague, Section::Users).await?,
            rows: users.filter(|user| may_see(&colleague.scope, user)).map(row).collect(),
            tenants: match &colleague.scope {
                Scope::All => console.tenants.ids().into_iter().map(Into::into).collect(),
                Scope::Tenant(_) => Vec::new(),
            },
            roles: [Role::Viewer, Role::Operator, Role::Admin],
            new: Kept::default(),
            faults: Faults::default(),
        })
    }
}

fn may_see(scope: &Scope, user: &User) -> bool {
    scope.tenant().is_none_or(|own| user.tenant.as_ref() == Some(own))
}

/// `GET /console/users`
pub async fn page(State(console): Shared, colleague: Colleague) -> Result<Response, Error> {
    html(&Page::new(&console, &colleague).await?)
}

/// A new user.
#[derive(Debug, Deserialize)]
pub struct NewUser {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    tenant: String,
    role: Role,
    password: SecretString,
}

/// `POST /console/users`
pub async fn add(State(console): Shared, colleague: Colleague, Form(new): Form<NewUser>) -> Result<Response, Error> {
    let texts = colleague.texts;
    let (name, email) = (new.name.trim(), new.email.trim().to_lowercase());
    let tenant = home(&console, &colleague.scope, &new.tenant)?;
    let mut faults = Faults {
        name: (!sign_in::is_name(name)).then_some(texts.sign_in.bad_name),
        email: (!EmailAddress::is_valid(&email)).then_some(texts.sign_in.bad_email),
        password: (!password::is_acceptable(new.password.expose_secret())).then_some(texts.sign_in.bad_password),
    };
    let is_right = faults.name.is_none() && faults.email.is_none() && faults.password.is_none();
    if is_right {
        let user = User {
            id: UserId(Uuid::now_v7()),
            email: email.clone(),
            password_hash: console.passwords.hash(new.password).await?,
            role: new.role,
            tenant: tenant.clone(),
            name: Some(name.to_owned()),
            language: None,
            created_at: console.clock.now(),
        };
        if console.registry.add_user(&user).await? {
            console
                .audit(&colleague.user, tenant, "user.add", user.id.to_string())
                .await?;
            return Ok(Redirect::to(PATH).into_response());
        }
        faults.email = Some(texts.users.taken);
    }
    let mut page = Page::new(&console, &colleague).await?;
    page.faults = faults;
    page.new = Kept {
        name: new.name,
        email: new.email,
        tenant: new.tenant,
        role: Some(new.role),
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)?).into_response())
}

/// Where a new user belongs: an administrator of one business adds to it alone.
fn home(console: &Console, scope: &Scope, asked: &str) -> Result<Option<TenantId>, Error> {
    match scope {
        Scope::Tenant(own) => Ok(Some(own.clone())),
        Scope::All if asked.is_empty() => Ok(None),
        Scope::All => {
            let tenant: TenantId = asked.parse().map_err(|_| Error::NotFound)?;
            console
                .tenants
                .find(&tenant)
                .map(|_| Some(tenant))
                .ok_or(Error::NotFound)
        }
    }
}

/// Somebody else whom the reader may change: nobody locks themselves out.
async fn find(console: &Console, colleague: &Colleague, id: Uuid) -> Result<User, Error> {
    if colleague.user.id.0 == id {
        return Err(Error::Invalid(colleague.texts.users.not_oneself));
    }
    let users = console.registry.users().await?;
    users
        .into_iter()
        .find(|user| user.id.0 == id && may_see(&colleague.scope, user))
        .ok_or(Error::NotFound)
}

/// A role, and the one that the form showed.
#[derive(Debug, Deserialize)]
pub struct NewRole {
    role: Role,
    was: Role,
}

/// `POST /console/users/{id}/role`
pub async fn change_role(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
    Form(new): Form<NewRole>,
) -> Result<Response, Error> {
    let user = find(&console, &colleague, id).await?;
    if !console.access.change_role(user.id, new.was, new.role).await? {
        return Err(Error::Conflict);
    }
    console
        .audit(&colleague.user, user.tenant, "user.role", id.to_string())
        .await?;
    Ok(Redirect::to(PATH).into_response())
}

/// `POST /console/users/{id}/second-step/remove`: the password alone is enough, and they are signed out
/// everywhere: whoever has the lost phone may have more.
pub async fn reset_second_step(
    State(console): Shared,
    colleague: Colleague,
    Path(id): Path<Uuid>,
) -> Result<Response, Error> {
    let user = find(&console, &colleague, id).await?;
    if console.second_steps.remove_second_step(user.id).await? {
        console.access.end_sessions(user.id).await?;
        console
            .audit(&colleague.user, user.tenant, "user.second_step_reset", id.to_string())
            .await?;
    }
    Ok(Redirect::to(PATH).into_response())
}

/// `POST /console/users/{id}/remove`: they are signed out everywhere.
pub async fn remove(State(console): Shared, colleague: Colleague, Path(id): Path<Uuid>) -> Result<Response, Error> {
    let user = find(&console, &colleague, id).await?;
    if !console.access.remove_user(user.id).await? {
        return Err(Error::NotFound);
    }
    console
        .audit(&colleague.user, user.tenant, "user.remove", id.to_string())
        .await?;
    Ok(Redirect::to(PATH).into_response())
}
