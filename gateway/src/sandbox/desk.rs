//! What all twins share: the phones, the faults, and the way webhooks are sent.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::{Author, DeliveryStatus, QuickReply, Timestamp};
use parking_lot::Mutex;
use subtle::ConstantTimeEq;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Said;
use super::faults::{Fault, Faults, Kind};
use super::phone::{Line, Phones, Shown};
use crate::providers::http::client;

/// How long a webhook may take to be answered.
const WEBHOOK_TIMEOUT: Duration = Duration::from_secs(15);
/// How often a webhook is sent that is not accepted.
const WEBHOOK_ATTEMPTS_MAX: u32 = 5;
/// The pause before it is sent again, growing by itself with every attempt.
const WEBHOOK_PAUSE: Duration = Duration::from_millis(250);
/// How long a call hangs that is not to be answered: longer than anybody waits.
const HANG: Duration = Duration::from_secs(20);
/// Bytes of an answer that are read.
const CALL_BYTES_MAX: usize = 64 * 1024;
/// The delay of a webhook when none is named.
const DELAY_MS: u64 = 2_000;
/// When a webhook comes again that did not come; the real ones take longer, and go on for days.
const SENT_AGAIN_AFTER: Duration = Duration::from_secs(4);
/// How long a webhook waits to be overtaken by the next one.
const OVERTAKEN_WITHIN: Duration = Duration::from_secs(3);

/// A webhook to be sent.
#[derive(Clone, Debug)]
pub struct Hook {
    /// Path and query at this server; a whole address elsewhere.
    pub path: String,
    /// Headers besides the media type.
    pub headers: Vec<(HeaderName, String)>,
    /// The media type.
    pub media_type: &'static str,
    /// The body.
    pub body: Bytes,
}

/// What becomes of a webhook that did not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missed {
    /// Nothing: who wants to know asks the provider, or nobody ever knows.
    Lost,
    /// The provider sends it again.
    SentAgain,
}

/// What all twins share.
pub struct Desk {
    base: String,
    client: reqwest::Client,
    clock: Arc<dyn Clock>,
    phones: Mutex<Phones>,
    faults: Mutex<Faults>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Desk {
    /// A desk whose webhooks go to `base`.
    pub(super) fn new(base: String, clock: Arc<dyn Clock>, stop: CancellationToken) -> Result<Self, reqwest::Error> {
        Ok(Self {
            base,
            client: client(WEBHOOK_TIMEOUT)?,
            clock,
            phones: Mutex::default(),
            faults: Mutex::default(),
            tasks: TaskTracker::new(),
            stop,
        })
    }

    /// Where webhooks go.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Shows what the customer wrote.
    pub fn show_said(&self, said: &Said) {
        self.show_own(&said.line, &said.id, &said.text, said.at_ms);
    }

    /// Shows what the customer did.
    pub(super) fn show_own(&self, line: &Line, id: &str, text: &str, at_ms: i64) {
        let shown = Shown {
            id: id.to_owned(),
            author: Author::User,
            text: text.to_owned(),
            is_template: false,
            buttons: Vec::new(),
            status: DeliveryStatus::Sent,
            at_ms,
        };
        self.phones.lock().show(line, shown);
    }

    /// Shows a message of the business.
    pub fn show(&self, line: &Line, id: &str, text: &str, buttons: Vec<QuickReply>) {
        self.show_ours(line, id, text, buttons, false);
    }

    /// Shows a text of the business that the provider had approved.
    pub fn show_template(&self, line: &Line, id: &str, text: &str) {
        self.show_ours(line, id, text, Vec::new(), true);
    }

    fn show_ours(&self, line: &Line, id: &str, text: &str, buttons: Vec<QuickReply>, is_template: bool) {
        let shown = Shown {
            id: id.to_owned(),
            author: Author::Bot,
            text: text.to_owned(),
            is_template,
            buttons,
            status: DeliveryStatus::Sent,
            at_ms: self.now().as_millis(),
        };
        self.phones.lock().show(line, shown);
    }

    /// Whether the customer of a line wrote within this time.
    #[must_use]
    pub fn is_open(&self, line: &Line, window: Duration) -> bool {
        let oldest = self.now().as_millis() - i64::try_from(window.as_millis()).unwrap_or(i64::MAX);
        let shown = self.shown(line);
        shown
            .iter()
            .any(|message| message.author == Author::User && message.at_ms >= oldest)
    }

    /// Moves the ticks of a message on.
    pub fn tick(&self, line: &Line, id: &str, status: DeliveryStatus) {
        self.phones.lock().tick(line, id, status);
    }

    /// What a line shows.
    #[must_use]
    pub fn shown(&self, line: &Line) -> Vec<Shown> {
        self.phones.lock().shown(line)
    }

    /// What customers wrote over a channel, newest first: also what no webhook told.
    #[must_use]
    pub fn written(&self, channel: &str) -> Vec<(Line, Shown)> {
        self.phones.lock().written(channel)
    }

    /// Sets a fault.
    pub fn set_fault(&self, channel: &str, fault: Fault) {
        self.faults.lock().set(channel, fault);
    }

    /// Takes a channel's faults away.
    pub fn clear_faults(&self, channel: &str) {
        self.faults.lock().clear(channel);
    }

    /// The faults that are set.
    #[must_use]
    pub fn faults(&self, channel: &str) -> Vec<Fault> {
        self.faults.lock().of(channel)
    }

    /// The fault that befalls this call, if one does, after it has taken its time. `LostAnswer` is
    /// the caller's to act on: it takes the message and answers with `lost_answer`.
    pub async fn befall_call(&self, channel: &str) -> Option<Fault> {
        let fault = self.faults.lock().strike(channel, true)?;
        if fault.kind == Kind::Timeout {
            self.stop.run_until_cancelled(sleep(HANG)).await;
        }
        Some(fault)
    }

    /// Sends webhooks one after the other, behind the caller's back.
    pub fn post_later(self: &Arc<Self>, channel: &'static str, hooks: Vec<Hook>) {
        let desk = Arc::clone(self);
        self.tasks.spawn(async move {
            let all = async {
                for hook in hooks {
                    desk.post(channel, hook, Missed::Lost).await;
                }
            };
            desk.stop.run_until_cancelled(all).await;
        });
    }

    /// Sends a webhook as the faults want it; tells the last status, if there was an answer.
    pub async fn post(self: &Arc<Self>, channel: &'static str, hook: Hook, missed: Missed) -> Option<u16> {
        let fault = self.faults.lock().strike(channel, false);
        match fault.map(|fault| (fault.kind, fault.value)) {
            Some((Kind::MissingWebhook, _)) => {
                if missed == Missed::SentAgain {
                    self.post_behind(hook, SENT_AGAIN_AFTER);
                }
                None
            }
            Some((Kind::DuplicateWebhook, _)) => {
                self.post_until_accepted(&hook).await;
                self.post_until_accepted(&hook).await
            }
            Some((Kind::DelayedWebhook, value)) => {
                self.post_behind(hook, Duration::from_millis(value.unwrap_or(DELAY_MS)));
                None
            }
            Some((Kind::ReorderedWebhook, _)) => {
                self.post_behind(hook, OVERTAKEN_WITHIN);
                None
            }
            _ => self.post_until_accepted(&hook).await,
        }
    }

    fn post_behind(self: &Arc<Self>, hook: Hook, pause: Duration) {
        let desk = Arc::clone(self);
        self.tasks.spawn(async move {
            let later = async {
                sleep(pause).await;
                desk.post_until_accepted(&hook).await;
            };
            desk.stop.run_until_cancelled(later).await;
        });
    }

    async fn post_until_accepted(&self, hook: &Hook) -> Option<u16> {
        let mut last = None;
        for attempt in 1..=WEBHOOK_ATTEMPTS_MAX {
            last = self.post_once(hook).await;
            if last.is_some_and(|status| status < 500) {
                break;
            }
            sleep(WEBHOOK_PAUSE * attempt).await;
        }
        last
    }

    async fn post_once(&self, hook: &Hook) -> Option<u16> {
        let url = match hook.path.starts_with('/') {
            true => format!("{}{}", self.base, hook.path),
            false => hook.path.clone(),
        };
        let request = self.client.post(url).header(header::CONTENT_TYPE, hook.media_type);
        let request = hook
            .headers
            .iter()
            .fold(request, |request, (name, value)| request.header(name, value));
        let answer = request.body(hook.body.clone()).send().await.ok()?;
        Some(answer.status().as_u16())
    }

    /// Calls an address without a body; `None` when it is not answered in time, or at too much length.
    pub async fn call(
        &self,
        address: &str,
        (name, value): (HeaderName, &str),
        deadline: Duration,
    ) -> Option<(StatusCode, HeaderMap, Bytes)> {
        let request = self.client.post(address).header(name, value).timeout(deadline);
        let mut answer = request.send().await.ok()?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.ok()? {
            body.extend_from_slice(&chunk);
            if body.len() > CALL_BYTES_MAX {
                return None;
            }
        }
        Some((status, headers, body.into()))
    }

    /// Waits until no webhook is on its way.
    pub async fn drained(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Whether a call carries these credentials by HTTP Basic.
#[must_use]
pub fn has_basic(headers: &HeaderMap, user: &str, password: &str) -> bool {
    let expected = format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
    let given = headers
        .get(header::AUTHORIZATION)
        .map_or(&[][..], HeaderValue::as_bytes);
    given.ct_eq(expected.as_bytes()).into()
}

/// `2026-11-21T01:38:28+0000`, as TextMagic and Meta write a moment.
#[must_use]
pub fn moment(at_ms: i64) -> String {
    let at = Timestamp::from_millis(at_ms).to_jiff();
    at.strftime("%Y-%m-%dT%H:%M:%S+0000").to_string()
}

/// The status line of success, and then the connection breaks.
#[must_use]
pub fn lost_answer() -> Response {
    let broken = futures_util::stream::once(async { Err::<Bytes, _>(std::io::Error::other("broken on purpose")) });
    Body::from_stream(broken).into_response()
}

/// 429 that asks to wait.
#[must_use]
pub fn slow_down(fault: &Fault, body: impl IntoResponse) -> Response {
    let mut response = (StatusCode::TOO_MANY_REQUESTS, body).into_response();
    let seconds = HeaderValue::from(fault.value.unwrap_or(1));
    response.headers_mut().insert(header::RETRY_AFTER, seconds);
    response
}
