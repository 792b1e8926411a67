//! The page after the password: the code.

use std::time::Duration;

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_core::ports::registry::User;
use frontdesk_core::ports::second_step::{BegunSignIn, SecondStep};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::totp;
use crate::api::secret_hash;
use crate::console::session::{Origin, Shared, new_token, with_cookie};
use crate::console::shell::html;
use crate::console::sign_in::{self, Next, own_address};
use crate::console::texts::Texts;
use crate::console::{Console, Error};

/// Where it is.
const PATH: &str = "/console/sign-in/code";
/// How long the code may take after the password.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

#[derive(Template)]
#[template(path = "console/sign_in_code.html")]
struct Page<'a> {
    texts: &'static Texts,
    next: &'a str,
    fault: Option<&'static str>,
}

/// Sends somebody whose password was right on to the page that asks for the code.
pub async fn ask(console: &Console, user: &User, next: &str) -> Result<Response, Error> {
    let (token, now) = (new_token(), console.clock.now());
    let begun = BegunSignIn {
        token_hash: secret_hash(&token),
        user: user.id,
        began_at: now,
        expires_at: now.plus(PATIENCE),
    };
    console.second_steps.begin_sign_in(&begun).await?;
    let query: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
    let there = Redirect::to(&format!("{PATH}?next={query}")).into_response();
    Ok(with_cookie(there, console.cookie(&token, PATIENCE)))
}

/// Whose code is awaited from this browser, and by which token.
async fn begun(console: &Console, headers: &HeaderMap) -> Result<Option<([u8; 32], User)>, Error> {
    let Some(token) = console.token(headers) else {
        return Ok(None);
    };
    let hash = secret_hash(token);
    let user = console.second_steps.begun_sign_in(&hash, console.clock.now()).await?;
    Ok(user.map(|user| (hash, user)))
}

/// Where whoever has not given a password, or too long ago, goes.
fn to_the_beginning() -> Response {
    Redirect::to("/console/sign-in").into_response()
}

/// `GET /console/sign-in/code`
pub async fn page(
    State(console): Shared,
    texts: &'static Texts,
    Query(next): Query<Next>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    if begun(&console, &headers).await?.is_none() {
        return Ok(to_the_beginning());
    }
    html(&Page {
        texts,
        next: own_address(next.next.as_deref()),
        fault: None,
    })
}

/// A code, or a recovery code.
#[derive(Deserialize)]
pub struct Given {
    code: SecretString,
    next: Option<String>,
}

/// `POST /console/sign-in/code`
pub async fn check(
    State(console): Shared,
    texts: &'static Texts,
    origin: Origin,
    headers: HeaderMap,
    Form(given): Form<Given>,
) -> Result<Response, Error> {
    let next = own_address(given.next.as_deref());
    let Some((token_hash, user)) = begun(&console, &headers).await? else {
        return Ok(to_the_beginning());
    };
    let refuse = |status: StatusCode, fault| {
        let page = Page {
            texts,
            next,
            fault: Some(fault),
        };
        Ok((status, html(&page)?).into_response())
    };
    if !console.may_try(&user.email).await? {
        return refuse(StatusCode::TOO_MANY_REQUESTS, texts.sign_in.locked);
    }
    // Switched off since: the password is enough.
    if let Some(step) = console.second_step(&user).await? {
        match judge(&console, &step, given.code.expose_secret()).await? {
            Verdict::Code => {}
            Verdict::RecoveryCode => {
                console
                    .audit(&user, None, "sign_in.recovery_code", user.id.to_string())
                    .await?;
            }
            Verdict::Wrong => return refuse(StatusCode::UNPROCESSABLE_ENTITY, texts.second_step.wrong_code),
            Verdict::Unreadable => return refuse(StatusCode::UNPROCESSABLE_ENTITY, texts.second_step.unreadable),
        }
    }
    if !console.second_steps.end_begun_sign_in(&token_hash).await? {
        return Ok(to_the_beginning());
    }
    console.forget_attempts(&user.email).await?;
    sign_in::enter(&console, &user, origin, next).await
}

/// What a code turned out to be.
enum Verdict {
    Code,
    RecoveryCode,
    Wrong,
    /// The server cannot open the secret; recovery codes work all the same.
    Unreadable,
}

/// Judges what was typed, and uses it up.
async fn judge(console: &Console, step: &SecondStep, typed: &str) -> Result<Verdict, Error> {
    let Some(code) = totp::typed_code(typed) else {
        let hash = totp::recovery_hash(typed);
        let is_right = console.second_steps.use_recovery_code(step.user, &hash).await?;
        return Ok(if is_right {
            Verdict::RecoveryCode
        } else {
            Verdict::Wrong
        });
    };
    let Some(secret) = console.secret(step) else {
        return Ok(Verdict::Unreadable);
    };
    let number = secret.number_of(&code, console.clock.now());
    let is_right = match number {
        Some(number) => console.second_steps.use_code(step.user, number).await?,
        None => false,
    };
    Ok(if is_right { Verdict::Code } else { Verdict::Wrong })
}
