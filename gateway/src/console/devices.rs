//! The browsers one is signed in with: told apart in words, and signed out one by one.

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::session::Shared;
use super::shell::Moment;
use super::{Colleague, Console, Error};

/// Programs by what they say of themselves. Most say that they are others, too, so the order counts.
const PROGRAMS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("YaBrowser/", "Yandex Browser"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
/// Systems, likewise.
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// A browser one is signed in with.
pub struct Device {
    /// Names it in a form.
    pub id: String,
    /// What it is, in words; empty when it does not tell.
    pub name: String,
    pub since: Moment,
    pub seen: Moment,
    pub address: String,
    /// The one that asks.
    pub is_this: bool,
}

impl Device {
    /// Those of somebody, this one first.
    pub(super) async fn all(console: &Console, colleague: &Colleague) -> Result<Vec<Self>, Error> {
        let sessions = console.access.sessions(colleague.user.id, console.clock.now()).await?;
        let device = |session: frontdesk_core::ports::access::Session| Self {
            id: URL_SAFE_NO_PAD.encode(session.token_hash),
            name: name(&session.device),
            since: session.created_at.into(),
            seen: session.seen_at.into(),
            address: session.address,
            is_this: session.token_hash == colleague.session,
        };
        let mut devices: Vec<Self> = sessions.into_iter().map(device).collect();
        devices.sort_by_key(|device| !device.is_this);
        Ok(devices)
    }
}

/// What a browser is, from what it says of itself: `Firefox, Windows`.
fn name(said: &str) -> String {
    let known = |table: &[(&str, &'static str)]| {
        let found = table.iter().find(|(mark, _)| said.contains(mark));
        found.map(|(_, name)| *name)
    };
    let parts = [known(&PROGRAMS), known(&SYSTEMS)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn back() -> Response {
    Redirect::to("/console/account?done=devices").into_response()
}

/// Which browser.
#[derive(Debug, Deserialize)]
pub struct Chosen {
    device: String,
}

/// `POST /console/account/devices/end`
pub async fn end(State(console): Shared, colleague: Colleague, Form(chosen): Form<Chosen>) -> Result<Response, Error> {
    let bytes = URL_SAFE_NO_PAD.decode(&chosen.device).ok();
    let hash: [u8; 32] = bytes.and_then(|bytes| bytes.try_into().ok()).ok_or(Error::NotFound)?;
    let user = &colleague.user;
    if console.access.end_session(user.id, &hash).await? {
        console
            .audit(user, None, "user.end_session", user.id.to_string())
            .await?;
    }
    Ok(back())
}

/// `POST /console/account/devices/end-others`
pub async fn end_others(State(console): Shared, colleague: Colleague) -> Result<Response, Error> {
    let user = &colleague.user;
    console.access.end_other_sessions(user.id, &colleague.session).await?;
    console
        .audit(user, None, "user.end_other_sessions", user.id.to_string())
        .await?;
    Ok(back())
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn browsers_are_told_apart() {
        for (said, told) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox, Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari, iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36",
                "Chrome, Android",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36",
                "Chrome, Mac",
            ),
            ("curl/8.5", ""),
            ("", ""),
        ] {
            assert_eq!(name(said), told, "{said}");
        }
    }
}
