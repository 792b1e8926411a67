//! One's own account: name, language, password, devices.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_core::Language;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::devices::Device;
use super::lockout::Given;
use super::session::{Origin, Shared, with_cookie};
use super::shell::{Moment, Section, Shell, html};
use super::texts::{fill, own_name};
use super::{Colleague, Console, Error, password, sign_in};

#[derive(Template)]
#[template(path = "console/account.html")]
struct Page {
    shell: Shell,
    email: String,
    name: String,
    language: Option<Language>,
    languages: [(&'static str, &'static str); 4],
    notice: Option<&'static str>,
    name_fault: Option<&'static str>,
    current_fault: Option<&'static str>,
    new_fault: Option<&'static str>,
    devices: Vec<Device>,
    second_step: SecondStep,
    second_step_fault: Option<&'static str>,
}

/// What is said of one's own second step.
enum SecondStep {
    /// Without a master key there is none.
    Impossible,
    Off,
    On {
        since: Moment,
        recovery_codes: u32,
    },
}

impl SecondStep {
    async fn of(console: &Console, colleague: &Colleague) -> Result<Self, Error> {
        let found = console.second_steps.second_step(colleague.user.id).await?;
        let found = found.and_then(|step| Some((step.confirmed_at?, step.recovery_codes)));
        Ok(match found {
            Some((since, recovery_codes)) => Self::On {
                since: since.into(),
                recovery_codes,
            },
            None if console.accounts.vault().has_key() => Self::Off,
            None => Self::Impossible,
        })
    }
}

impl Page {
    async fn new(console: &Console, colleague: &Colleague) -> Result<Self, Error> {
        Ok(Self {
            shell: Shell::load(console, colleague, Section::Account).await?,
            email: colleague.user.email.clone(),
            name: colleague.user.name.clone().unwrap_or_default(),
            language: colleague.user.language,
            languages: Language::ALL.map(|language| (language.code(), own_name(language))),
            notice: None,
            name_fault: None,
            current_fault: None,
            new_fault: None,
            devices: Device::all(console, colleague).await?,
            second_step: SecondStep::of(console, colleague).await?,
            second_step_fault: None,
        })
    }

    fn is_language(&self, code: &str) -> bool {
        self.language.map(Language::code) == Some(code)
    }

    fn refused(self) -> Result<Response, Error> {
        Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&self)?).into_response())
    }
}

/// The page, with what is wrong with the second step.
pub(super) async fn with_second_step_fault(
    console: &Console,
    colleague: &Colleague,
    fault: &'static str,
) -> Result<Response, Error> {
    let mut page = Page::new(console, colleague).await?;
    page.second_step_fault = Some(fault);
    html(&page)
}

/// What was done just now.
#[derive(Deserialize)]
pub struct Done {
    done: Option<String>,
}

/// `GET /console/account`
pub async fn page(
    State(console): Shared,
    colleague: Colleague,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Error> {
    let mut page = Page::new(&console, &colleague).await?;
    page.notice = match done.as_deref() {
        Some("saved") => Some(colleague.texts.common.saved),
        Some("password") => Some(colleague.texts.account.changed),
        Some("devices") => Some(colleague.texts.account.ended),
        Some("second_step_off") => Some(colleague.texts.second_step.switched_off),
        _ => None,
    };
    html(&page)
}

/// Name and language.
#[derive(Deserialize)]
pub struct Profile {
    name: String,
    language: String,
}

/// `POST /console/account`
pub async fn save(
    State(console): Shared,
    colleague: Colleague,
    Form(profile): Form<Profile>,
) -> Result<Response, Error> {
    let name = profile.name.trim();
    if !sign_in::is_name(name) {
        let mut page = Page::new(&console, &colleague).await?;
        page.name = profile.name;
        page.name_fault = Some(colleague.texts.sign_in.bad_name);
        return page.refused();
    }
    let language = Language::from_tag(&profile.language);
    if !console.access.change_profile(colleague.user.id, name, language).await? {
        return Err(Error::SignedOut);
    }
    Ok(Redirect::to("/console/account?done=saved").into_response())
}

/// The old password and the new one.
#[derive(Deserialize)]
pub struct Change {
    current: SecretString,
    new: SecretString,
}

/// `POST /console/account/password`: every other device is signed out.
pub async fn change_password(
    State(console): Shared,
    colleague: Colleague,
    origin: Origin,
    Form(change): Form<Change>,
) -> Result<Response, Error> {
    let user = &colleague.user;
    let current_fault = match console.judge_password(user, change.current).await? {
        Given::Right => None,
        Given::Wrong => Some(colleague.texts.account.wrong_current),
        Given::Locked => Some(colleague.texts.sign_in.locked),
    };
    let is_acceptable = password::is_acceptable(change.new.expose_secret());
    if current_fault.is_some() || !is_acceptable {
        let mut page = Page::new(&console, &colleague).await?;
        page.current_fault = current_fault;
        page.new_fault = (!is_acceptable).then_some(colleague.texts.sign_in.bad_password);
        return page.refused();
    }
    let hash = console.passwords.hash(change.new).await?;
    if !console
        .access
        .change_password(user.id, &user.password_hash, &hash)
        .await?
    {
        return Err(Error::Conflict);
    }
    console.access.end_sessions(user.id).await?;
    console.audit(user, None, "user.password", user.id.to_string()).await?;
    let cookie = console.open_session(user.id, origin).await?;
    let back = Redirect::to("/console/account?done=password").into_response();
    Ok(with_cookie(back, cookie))
}

/// `POST /console/account/sign-out-everywhere`
pub async fn sign_out_everywhere(State(console): Shared, colleague: Colleague) -> Result<Response, Error> {
    console.access.end_sessions(colleague.user.id).await?;
    let user = &colleague.user;
    console
        .audit(user, None, "user.sign_out_everywhere", user.id.to_string())
        .await?;
    let away = Redirect::to("/console/sign-in").into_response();
    Ok(with_cookie(away, console.no_cookie()))
}
