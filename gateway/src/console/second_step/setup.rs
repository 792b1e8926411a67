//! Setting the second step up, and taking it away again.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_core::ports::second_step::SecondStep;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::totp::{self, Picture, Secret};
use crate::console::account;
use crate::console::lockout::Given;
use crate::console::session::Shared;
use crate::console::shell::{Section, Shell, html};
use crate::console::{Colleague, Console, Error};

const ACCOUNT: &str = "/console/account";
const PATH: &str = "/console/account/second-step";

#[derive(Template)]
#[template(path = "console/second_step.html")]
struct Page {
    shell: Shell,
    picture: Option<Picture>,
    key: String,
    address: String,
    fault: Option<&'static str>,
}

impl Page {
    async fn new(console: &Console, colleague: &Colleague, secret: &Secret) -> Result<Self, Error> {
        let address = secret.address(&colleague.user.email);
        Ok(Self {
            shell: Shell::load(console, colleague, Section::Account).await?,
            picture: totp::picture(&address),
            key: totp::in_groups(secret.text().expose_secret(), " "),
            address,
            fault: None,
        })
    }
}

/// Recovery codes, shown once.
#[derive(Template)]
#[template(path = "console/recovery_codes.html")]
struct Codes {
    shell: Shell,
    codes: Vec<String>,
}

/// What somebody is setting up, if they began to.
async fn proposed(console: &Console, colleague: &Colleague) -> Result<Option<(SecondStep, Secret)>, Error> {
    let found = console.second_steps.second_step(colleague.user.id).await?;
    let found = found.filter(|step| step.confirmed_at.is_none());
    Ok(found.and_then(|step| console.secret(&step).map(|secret| (step, secret))))
}

/// `POST /console/account/second-step`: makes a secret, to be proved by a code of it.
pub async fn begin(State(console): Shared, colleague: Colleague) -> Result<Response, Error> {
    let (user, texts) = (&colleague.user, colleague.texts);
    let sealed = console
        .accounts
        .vault()
        .seal_second_step(user.id, &Secret::new().text())
        .map_err(|error| {
            tracing::warn!(%error, "a second step cannot be set up");
            Error::Invalid(texts.second_step.no_key)
        })?;
    let now = console.clock.now();
    console
        .second_steps
        .propose_second_step(user.id, &sealed.key_id, &sealed.bytes, now)
        .await?;
    Ok(Redirect::to(PATH).into_response())
}

/// `GET /console/account/second-step`
pub async fn page(State(console): Shared, colleague: Colleague) -> Result<Response, Error> {
    match proposed(&console, &colleague).await? {
        Some((_, secret)) => html(&Page::new(&console, &colleague, &secret).await?),
        None => Ok(Redirect::to(ACCOUNT).into_response()),
    }
}

/// The code that proves that an app has the secret.
#[derive(Deserialize)]
pub struct Proof {
    code: SecretString,
}

/// `POST /console/account/second-step/confirm`: from now on a code is asked for; shows the recovery codes.
pub async fn confirm(
    State(console): Shared,
    colleague: Colleague,
    Form(proof): Form<Proof>,
) -> Result<Response, Error> {
    let Some((step, secret)) = proposed(&console, &colleague).await? else {
        return Ok(Redirect::to(ACCOUNT).into_response());
    };
    let now = console.clock.now();
    let code = totp::typed_code(proof.code.expose_secret());
    let Some(number) = code.and_then(|code| secret.number_of(&code, now)) else {
        let mut page = Page::new(&console, &colleague, &secret).await?;
        page.fault = Some(colleague.texts.second_step.wrong_code);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)?).into_response());
    };
    let (codes, hashes) = totp::recovery_codes();
    let is_confirmed = console
        .second_steps
        .confirm_second_step(step.user, &step.sealed, number, &hashes, now)
        .await?;
    if !is_confirmed {
        return Err(Error::Conflict);
    }
    show_codes(&console, &colleague, "user.second_step", codes).await
}

async fn show_codes(
    console: &Console,
    colleague: &Colleague,
    act: &'static str,
    codes: Vec<String>,
) -> Result<Response, Error> {
    let user = &colleague.user;
    console.audit(user, None, act, user.id.to_string()).await?;
    html(&Codes {
        shell: Shell::load(console, colleague, Section::Account).await?,
        codes,
    })
}

/// One's own password, once more.
#[derive(Deserialize)]
pub struct Password {
    password: SecretString,
}

impl Password {
    /// The answer to a password that does not count, if it does not.
    async fn refused(self, console: &Console, colleague: &Colleague) -> Result<Option<Response>, Error> {
        let given = console.judge_password(&colleague.user, self.password).await?;
        let texts = colleague.texts;
        let (status, fault) = match given {
            Given::Right => return Ok(None),
            Given::Wrong => (StatusCode::UNPROCESSABLE_ENTITY, texts.account.wrong_current),
            Given::Locked => (StatusCode::TOO_MANY_REQUESTS, texts.sign_in.locked),
        };
        let page = account::with_second_step_fault(console, colleague, fault).await?;
        Ok(Some((status, page).into_response()))
    }
}

/// `POST /console/account/second-step/codes`: new recovery codes; the old ones are worth nothing.
pub async fn replace_codes(
    State(console): Shared,
    colleague: Colleague,
    Form(password): Form<Password>,
) -> Result<Response, Error> {
    if let Some(refused) = password.refused(&console, &colleague).await? {
        return Ok(refused);
    }
    let (codes, hashes) = totp::recovery_codes();
    let user = colleague.user.id;
    if !console.second_steps.replace_recovery_codes(user, &hashes).await? {
        return Ok(Redirect::to(ACCOUNT).into_response());
    }
    show_codes(&console, &colleague, "user.recovery_codes", codes).await
}

/// `POST /console/account/second-step/remove`
pub async fn remove(
    State(console): Shared,
    colleague: Colleague,
    Form(password): Form<Password>,
) -> Result<Response, Error> {
    if let Some(refused) = password.refused(&console, &colleague).await? {
        return Ok(refused);
    }
    let user = &colleague.user;
    if console.second_steps.remove_second_step(user.id).await? {
        console
            .audit(user, None, "user.second_step_off", user.id.to_string())
            .await?;
    }
    Ok(Redirect::to("/console/account?done=second_step_off").into_response())
}
