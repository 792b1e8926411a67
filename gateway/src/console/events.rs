//! What changes while one looks, as a stream of server-sent events: `queue` with the number of those
//! who wait, `thread` when the open conversation changed, `typing` when its person types, `drafting`
//! with the name of a colleague who writes a reply. An event
//! says that there is news; the page then asks for the part again.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::{Author, ConversationId, UserId};
use frontdesk_runtime::{Changed, Live, Membership, next_session};
use futures_util::stream;
use serde::Deserialize;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, broadcast, mpsc};
use tokio::time::{Interval, MissedTickBehavior, interval};
use uuid::Uuid;

use super::session::Shared;
use super::{Colleague, Console, Error};

/// How often a queue that changes is told about.
const QUEUE_EVERY: Duration = Duration::from_secs(1);
/// How often is looked whether the session still lasts.
const CHECK_EVERY: Duration = Duration::from_secs(20);
/// News of one conversation that may wait.
const ROOM_QUEUE_MAX: usize = 64;

/// Which conversation is open, if one is.
#[derive(Deserialize)]
pub struct Watched {
    conversation: Option<Uuid>,
}

/// `GET /console/events`
pub async fn stream(
    State(console): Shared,
    colleague: Colleague,
    Query(watched): Query<Watched>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let place = Arc::clone(&console.streams)
        .try_acquire_owned()
        .map_err(|_| Error::Busy)?;
    let thread = match watched.conversation {
        Some(id) => {
            let found = console
                .reader
                .conversation(&colleague.scope, ConversationId(id))
                .await?;
            Some(found.ok_or(Error::NotFound)?.row.id)
        }
        None => None,
    };
    let feed = Feed::new(console, &colleague, thread, headers, place);
    let events = stream::unfold(feed, |mut feed| async move {
        let event = feed.next().await?;
        Some((Ok::<_, Infallible>(event), feed))
    });
    let mut response = Sse::new(events).keep_alive(KeepAlive::default()).into_response();
    // A proxy that gathers answers before it passes them on would make this useless.
    response
        .headers_mut()
        .insert("x-accel-buffering", axum::http::HeaderValue::from_static("no"));
    Ok(response)
}

/// One open stream.
struct Feed {
    console: Arc<Console>,
    scope: Scope,
    user: UserId,
    headers: HeaderMap,
    thread: Option<ConversationId>,
    changes: broadcast::Receiver<Changed>,
    room: mpsc::Receiver<Live>,
    _membership: Option<Membership>,
    _place: OwnedSemaphorePermit,
    is_queue_stale: bool,
    queue: Interval,
    check: Interval,
}

impl Feed {
    fn new(
        console: Arc<Console>,
        colleague: &Colleague,
        thread: Option<ConversationId>,
        headers: HeaderMap,
        place: OwnedSemaphorePermit,
    ) -> Self {
        let (to, room) = mpsc::channel(ROOM_QUEUE_MAX);
        let every = |period| {
            let mut interval = interval(period);
            interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
            interval
        };
        Self {
            scope: colleague.scope.clone(),
            user: colleague.user.id,
            changes: console.runtime.changes(),
            _membership: thread.map(|id| console.runtime.join(id, next_session(), to)),
            console,
            headers,
            thread,
            room,
            _place: place,
            // The first word is the number of those who wait: it shows that the stream is there.
            is_queue_stale: true,
            queue: every(QUEUE_EVERY),
            check: every(CHECK_EVERY),
        }
    }

    /// The next event; `None` ends the stream, and the browser comes back or signs in again.
    async fn next(&mut self) -> Option<Event> {
        let console = Arc::clone(&self.console);
        loop {
            tokio::select! {
                () = console.stop.cancelled() => return None,
                changed = self.changes.recv() => match changed {
                    Ok(changed) if !self.sees(&changed) => {}
                    Ok(changed) => {
                        self.is_queue_stale = true;
                        if self.thread == Some(changed.conversation) {
                            return Some(Event::default().event("thread").data("changed"));
                        }
                    }
                    Err(RecvError::Lagged(_)) => {
                        self.is_queue_stale = true;
                        return Some(Event::default().event("thread").data("missed"));
                    }
                    Err(RecvError::Closed) => return None,
                },
                Some(live) = self.room.recv() => match live {
                    Live::Typing(Author::User) => return Some(Event::default().event("typing").data("user")),
                    Live::Drafting { by, name } if by != self.user => {
                        return Some(Event::default().event("drafting").data(one_line(&name)));
                    }
                    Live::Typing(_) | Live::Drafting { .. } | Live::Message(_) => {}
                },
                _ = self.queue.tick(), if self.is_queue_stale => {
                    let counts = console.desk.queue_counts(&self.scope, super::inbox::COUNT_MAX).await.ok()?;
                    self.is_queue_stale = false;
                    return Some(Event::default().event("queue").data(counts.needs_person.to_string()));
                }
                _ = self.check.tick() => {
                    let colleague = console.colleague(&self.headers, None).await.ok()??;
                    if colleague.scope != self.scope {
                        return None;
                    }
                }
            }
        }
    }

    fn sees(&self, changed: &Changed) -> bool {
        self.scope.tenant().is_none_or(|tenant| *tenant == changed.tenant)
    }
}

/// A name without what would end the line of an event.
fn one_line(name: &str) -> String {
    name.replace(char::is_control, " ")
}
