//! The loop of one socket: what comes in, what happens in the thread, signs of life, the end.
//! Generic over the socket, so that it is tested without one.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message as Frame, Utf8Bytes};
use futures_util::{FutureExt, Sink, SinkExt, Stream, StreamExt};
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_util::sync::CancellationToken;
use tungstenite::Error as WsError;

use super::session::Session;
use super::wire::{Code, Outgoing, Refusal};
use super::{Chat, Origin};

/// Frames taken in before what they led to is flushed.
const FRAMES_PER_FLUSH_MAX: usize = 32;
/// How long the other side may take to answer a close frame.
const GOODBYE_TIMEOUT: Duration = Duration::from_secs(2);
/// Silent heartbeats after which the other side counts as gone.
const SILENT_BEATS_MAX: u8 = 3;

/// Why a socket ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The other side has closed, or broken off.
    Gone,
    /// The other side does not read.
    Stuck,
    /// The thread went on faster than the other side read; resuming brings the rest.
    Behind,
    /// Nothing was heard for long.
    Silent,
    /// A frame had too many bytes.
    TooLarge,
    /// Far too many frames.
    Flood,
    /// The server is about to end.
    Restarting,
}

impl End {
    /// The close code and the reason to give, unless nobody would read them.
    const fn farewell(self) -> Option<(u16, &'static str)> {
        match self {
            Self::Gone | Self::Stuck => None,
            Self::Behind => Some((1013, "fell behind, resume")),
            Self::Silent => Some((1001, "silent for too long")),
            Self::TooLarge => Some((1009, "a frame may have 64 KiB")),
            Self::Flood => Some((1008, "too many frames")),
            Self::Restarting => Some((1012, "restarting, connect again")),
        }
    }
}

/// The writing side of a socket, with a deadline for each write.
#[derive(Debug)]
pub struct Writer<S> {
    socket: S,
    deadline: Duration,
}

impl<S: Sink<Frame, Error = axum::Error> + Unpin> Writer<S> {
    /// Adds a frame to the next flush.
    ///
    /// # Errors
    ///
    /// The socket is of no use any more.
    pub async fn feed(&mut self, frame: &Outgoing<'_>) -> Result<(), End> {
        self.feed_frame(frame.encode()).await
    }

    /// Writes what was fed.
    ///
    /// # Errors
    ///
    /// The socket is of no use any more.
    pub async fn flush(&mut self) -> Result<(), End> {
        ended(timeout(self.deadline, self.socket.flush()).await)
    }

    async fn feed_frame(&mut self, frame: Frame) -> Result<(), End> {
        ended(timeout(self.deadline, self.socket.feed(frame)).await)
    }
}

fn ended<E, T>(written: Result<Result<(), E>, T>) -> Result<(), End> {
    match written {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(End::Gone),
        Err(_) => Err(End::Stuck),
    }
}

/// Serves a socket until one side has enough, or `stop` tells to end.
pub async fn run<S>(socket: S, chat: &Chat, origin: Origin, stop: &CancellationToken) -> End
where
    S: Stream<Item = Result<Frame, axum::Error>> + Sink<Frame, Error = axum::Error> + Unpin,
{
    let mut session = Session::new(chat, origin);
    let mut writer = Writer {
        socket,
        deadline: Duration::from_millis(chat.config.write_timeout_ms),
    };
    let end = match serve(&mut session, &mut writer, stop).await {
        Ok(never) => match never {},
        Err(end) => end,
    };
    drop(session);
    Box::pin(say_goodbye(&mut writer, end)).await;
    end
}

async fn serve<S>(
    session: &mut Session<'_>,
    writer: &mut Writer<S>,
    stop: &CancellationToken,
) -> Result<std::convert::Infallible, End>
where
    S: Stream<Item = Result<Frame, axum::Error>> + Sink<Frame, Error = axum::Error> + Unpin,
{
    let stopped = stop.cancelled();
    tokio::pin!(stopped);
    let beat = Duration::from_millis(session.heartbeat_ms());
    let mut heartbeat = interval_at(Instant::now() + beat, beat);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut silent_beats = 0;
    loop {
        tokio::select! {
            biased;
            () = &mut stopped => return Err(End::Restarting),
            live = session.happening() => Box::pin(session.show(live.ok_or(End::Behind)?, writer)).await?,
            frame = writer.socket.next() => {
                silent_beats = 0;
                take(session, writer, frame).await?;
                take_waiting(session, writer).await?;
            }
            _ = heartbeat.tick() => {
                silent_beats += 1;
                if silent_beats >= SILENT_BEATS_MAX {
                    return Err(End::Silent);
                }
                writer.feed_frame(Frame::Ping(axum::body::Bytes::new())).await?;
            }
        }
        writer.flush().await?;
    }
}

/// Takes in what has arrived already, so that the answers leave in one write.
async fn take_waiting<S>(session: &mut Session<'_>, writer: &mut Writer<S>) -> Result<(), End>
where
    S: Stream<Item = Result<Frame, axum::Error>> + Sink<Frame, Error = axum::Error> + Unpin,
{
    for _ in 1..FRAMES_PER_FLUSH_MAX {
        match writer.socket.next().now_or_never() {
            Some(frame) => take(session, writer, frame).await?,
            None => break,
        }
    }
    Ok(())
}

async fn take<S>(
    session: &mut Session<'_>,
    writer: &mut Writer<S>,
    frame: Option<Result<Frame, axum::Error>>,
) -> Result<(), End>
where
    S: Sink<Frame, Error = axum::Error> + Unpin,
{
    match frame {
        // On the heap, so that a socket that waits does not keep room for a turn.
        Some(Ok(Frame::Text(text))) => Box::pin(session.take(&text, writer)).await,
        Some(Ok(Frame::Binary(_))) => {
            let refusal = Refusal::new(Code::BadFrame, "This frame is binary. Send JSON as a text frame.");
            Box::pin(session.refuse(&refusal, writer)).await
        }
        Some(Ok(Frame::Ping(_) | Frame::Pong(_))) => Ok(()),
        Some(Err(error)) if is_too_large(&error) => Err(End::TooLarge),
        Some(Ok(Frame::Close(_)) | Err(_)) | None => Err(End::Gone),
    }
}

/// Whether the frame was larger than even the socket's own bound, which lies above ours.
fn is_too_large(error: &axum::Error) -> bool {
    let cause = std::error::Error::source(error).and_then(|cause| cause.downcast_ref());
    matches!(cause, Some(WsError::Capacity(_)))
}

/// Tells why, then waits for the other side to close.
async fn say_goodbye<S>(writer: &mut Writer<S>, end: End)
where
    S: Stream<Item = Result<Frame, axum::Error>> + Sink<Frame, Error = axum::Error> + Unpin,
{
    let Some((code, reason)) = end.farewell() else {
        return;
    };
    let refusal = match end {
        End::TooLarge => Some(Refusal::new(Code::TooLarge, "A frame may have 64 KiB at most.")),
        End::Flood => Some(Refusal::new(
            Code::RateLimited,
            "Far too many frames. Connect again later.",
        )),
        _ => None,
    };
    let goodbye = async {
        if let Some(refusal) = &refusal {
            writer.feed(&Outgoing::error(refusal)).await?;
        }
        let reason = Utf8Bytes::from_static(reason);
        writer
            .feed_frame(Frame::Close(Some(CloseFrame { code, reason })))
            .await?;
        writer.flush().await?;
        // What was too large is left to the server, which lets go of connections slowly.
        while let Some(Ok(_)) = writer.socket.next().await {}
        Ok::<(), End>(())
    };
    // Whether it was heard changes nothing: the socket ends here.
    let _ = timeout(GOODBYE_TIMEOUT, goodbye).await;
}

#[cfg(test)]
mod tests;
