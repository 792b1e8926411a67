//! Signing in and out, and the first user.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use email_address::EmailAddress;
use frontdesk_core::UserId;
use frontdesk_core::ports::access::Access;
use frontdesk_core::ports::registry::{Registry, Role, User};
use frontdesk_core::ports::store;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::session::{Origin, Shared, with_cookie};
use super::shell::html;
use super::texts::Texts;
use super::{Colleague, Console, Error, password, second_step};

/// Where one is sent after signing in.
const HOME: &str = "/console";
/// Characters of a colleague's name.
const NAME_CHARACTERS_MAX: usize = 80;
/// The setting that holds the token of the first user's link.
const FIRST_SIGN_IN: &str = "first_sign_in_token";

/// The token of the link with which the first user is made; `None` when there are users. Every
/// node and every start has the same one, until somebody has used it.
///
/// # Errors
///
/// The database is away or refuses.
pub async fn first_sign_in(access: &dyn Access, registry: &dyn Registry) -> Result<Option<SecretString>, store::Error> {
    if access.has_users().await? {
        return Ok(None);
    }
    let fresh = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 24]>());
    let token = registry.setting_or(FIRST_SIGN_IN, &fresh).await?;
    Ok(Some(token.into()))
}

#[derive(Template)]
#[template(path = "console/sign_in.html")]
struct Page<'a> {
    texts: &'static Texts,
    email: &'a str,
    next: &'a str,
    fault: Option<&'static str>,
    has_users: bool,
}

/// Where to go after signing in.
#[derive(Deserialize)]
pub struct Next {
    /// As the address says it.
    pub next: Option<String>,
}

/// Addresses of ours alone: whatever a browser could take for another site is not one.
pub(super) fn own_address(address: Option<&str>) -> &str {
    let is_own = |address: &&str| {
        let rest = address.strip_prefix(HOME);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
            && !address.contains(['\\', '\n', '\r', '\t'])
    };
    address.filter(is_own).unwrap_or(HOME)
}

/// `GET /console/sign-in`
pub async fn page(State(console): Shared, texts: &'static Texts, Query(next): Query<Next>) -> Result<Response, Error> {
    html(&Page {
        texts,
        email: "",
        next: own_address(next.next.as_deref()),
        fault: None,
        has_users: console.access.has_users().await?,
    })
}

/// What one signs in with.
#[derive(Deserialize)]
pub struct Credentials {
    email: String,
    password: SecretString,
    next: Option<String>,
}

/// `POST /console/sign-in`
pub async fn sign_in(
    State(console): Shared,
    texts: &'static Texts,
    origin: Origin,
    Form(given): Form<Credentials>,
) -> Result<Response, Error> {
    let email = given.email.trim().to_lowercase();
    let next = own_address(given.next.as_deref());
    let refuse = |status, fault| {
        let page = Page {
            texts,
            email: &given.email,
            next,
            fault: Some(fault),
            has_users: true,
        };
        Ok((status, html(&page)?).into_response())
    };
    if !console.may_try(&email).await? {
        return refuse(StatusCode::TOO_MANY_REQUESTS, texts.sign_in.locked);
    }
    let user = console.access.user_by_email(&email).await?;
    let kept = user.as_ref().map(|user| user.password_hash.as_str());
    let is_right = given.password.expose_secret().chars().count() <= password::CHARACTERS_MAX
        && console.passwords.is_right(given.password.clone(), kept).await?;
    let Some(user) = user.filter(|_| is_right) else {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, texts.sign_in.wrong);
    };
    // The attempt stays counted until the code is right, too.
    if console.second_step(&user).await?.is_some() {
        return second_step::ask(&console, &user, next).await;
    }
    console.forget_attempts(&email).await?;
    enter(&console, &user, origin, next).await
}

/// Signs somebody in and sends them on.
pub(super) async fn enter(console: &Console, user: &User, origin: Origin, next: &str) -> Result<Response, Error> {
    let cookie = console.open_session(user.id, origin).await?;
    console.audit(user, None, "sign_in", user.id.to_string()).await?;
    Ok(with_cookie(Redirect::to(next).into_response(), cookie))
}

/// `POST /console/sign-out`
pub async fn sign_out(State(console): Shared, colleague: Colleague) -> Result<Response, Error> {
    console
        .access
        .end_session(colleague.user.id, &colleague.session)
        .await?;
    let away = Redirect::to("/console/sign-in").into_response();
    Ok(with_cookie(away, console.no_cookie()))
}

#[derive(Template)]
#[template(path = "console/welcome.html")]
struct Welcome<'a> {
    texts: &'static Texts,
    name: &'a str,
    email: &'a str,
    faults: Faults,
}

/// What is wrong with each field.
#[derive(Default)]
struct Faults {
    name: Option<&'static str>,
    email: Option<&'static str>,
    password: Option<&'static str>,
}

/// Whether a link is the one for the first user.
fn check_link(console: &Console, token: &str) -> Result<(), Error> {
    let wanted = console.first_sign_in.as_ref().ok_or(Error::NotFound)?;
    let is_right = bool::from(wanted.expose_secret().as_bytes().ct_eq(token.as_bytes()));
    is_right.then_some(()).ok_or(Error::NotFound)
}

/// What a link leads to when somebody can sign in already: whichever it is, it is of no use any more.
fn used_link(texts: &'static Texts) -> Result<Response, Error> {
    let page = Page {
        texts,
        email: "",
        next: HOME,
        fault: Some(texts.sign_in.used_link),
        has_users: true,
    };
    Ok((StatusCode::GONE, html(&page)?).into_response())
}

/// `GET /console/welcome/{token}`
pub async fn welcome(
    State(console): Shared,
    texts: &'static Texts,
    Path(token): Path<String>,
) -> Result<Response, Error> {
    if console.access.has_users().await? {
        return used_link(texts);
    }
    check_link(&console, &token)?;
    html(&Welcome {
        texts,
        name: "",
        email: "",
        faults: Faults::default(),
    })
}

/// Who the first user is.
#[derive(Deserialize)]
pub struct First {
    name: String,
    email: String,
    password: SecretString,
}

/// Whether colleagues can be called so.
pub(super) fn is_name(name: &str) -> bool {
    (1..=NAME_CHARACTERS_MAX).contains(&name.chars().count()) && !name.contains(char::is_control)
}

/// `POST /console/welcome/{token}`
pub async fn add_first(
    State(console): Shared,
    texts: &'static Texts,
    Path(token): Path<String>,
    origin: Origin,
    Form(first): Form<First>,
) -> Result<Response, Error> {
    if console.access.has_users().await? {
        return used_link(texts);
    }
    check_link(&console, &token)?;
    let (name, email) = (first.name.trim(), first.email.trim().to_lowercase());
    let faults = Faults {
        name: (!is_name(name)).then_some(texts.sign_in.bad_name),
        email: (!EmailAddress::is_valid(&email)).then_some(texts.sign_in.bad_email),
        password: (!password::is_acceptable(first.password.expose_secret())).then_some(texts.sign_in.bad_password),
    };
    if faults.name.or(faults.email).or(faults.password).is_some() {
        let page = Welcome {
            texts,
            name,
            email: &email,
            faults,
        };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)?).into_response());
    }
    let user = User {
        id: UserId(Uuid::now_v7()),
        email,
        password_hash: console.passwords.hash(first.password.clone()).await?,
        role: Role::Admin,
        tenant: None,
        name: Some(name.to_owned()),
        language: None,
        created_at: console.clock.now(),
    };
    if !console.access.add_first_user(&user).await? {
        return used_link(texts);
    }
    console.audit(&user, None, "user.add", user.id.to_string()).await?;
    enter(&console, &user, origin, HOME).await
}

#[cfg(test)]
mod tests {
    use super::own_address;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for own in ["/console", "/console/inbox?view=done", "/console?x=1"] {
            assert_eq!(own_address(Some(own)), own);
        }
        for foreign in [
            "https://evil.example",
            "//evil.example",
            "/consoleevil",
            "/\\evil.example",
            "/console/\\evil",
            "javascript:alert(1)",
            "",
        ] {
            assert_eq!(own_address(Some(foreign)), "/console", "{foreign}");
        }
        assert_eq!(own_address(None), "/console");
    }
}
