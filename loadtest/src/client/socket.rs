//! A WebSocket that costs the measuring side little: small buffers, no queues.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message, Utf8Bytes};

use crate::target::Target;
use crate::wire::{Frame, Kind};

/// The read buffer is allocated at once for every socket.
const READ_BUFFER_BYTES: usize = 4 * 1024;
/// A frame of the server is at most this long; anything longer ends the connection.
const MAX_FRAME_BYTES: usize = 64 * 1024;

/// Why a connection or a turn failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody listens, or the connection broke.
    #[error("connection failed: {0}")]
    Socket(#[from] Box<tungstenite::Error>),
    /// The server closed the connection.
    #[error("connection closed by the server")]
    Closed,
    /// Nothing came in time.
    #[error("no answer within {0:?}")]
    Timeout(Duration),
    /// The server refused for good.
    #[error("refused with `{0}`")]
    Refused(String),
    /// The server asks to try again later.
    #[error("refused for now with `{0}`")]
    Busy(String),
    /// A frame that breaks the protocol.
    #[error("protocol broken: {0}")]
    Protocol(String),
}

impl From<tungstenite::Error> for Error {
    fn from(error: tungstenite::Error) -> Self {
        match error {
            tungstenite::Error::ConnectionClosed | tungstenite::Error::AlreadyClosed => Self::Closed,
            other => Self::Socket(Box::new(other)),
        }
    }
}

/// What a server says to a `hello`.
#[derive(Clone, Copy, Debug)]
pub struct Welcome {
    /// The last place of the thread.
    pub seq: u64,
    /// Whether name, phone, email and newsletter are known.
    pub is_contact_complete: bool,
}

/// An open chat socket.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
}

impl Socket {
    /// Connects within `timeout`.
    ///
    /// # Errors
    ///
    /// When nobody listens, the handshake fails or time runs out.
    pub async fn connect(target: &Target, timeout: Duration) -> Result<Self, Error> {
        tokio::time::timeout(timeout, Box::pin(Self::handshake(target)))
            .await
            .map_err(|_| Error::Timeout(timeout))?
    }

    async fn handshake(target: &Target) -> Result<Self, Error> {
        let tcp = TcpStream::connect(target.address())
            .await
            .map_err(tungstenite::Error::Io)?;
        tcp.set_nodelay(true).map_err(tungstenite::Error::Io)?;
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(0)
            .max_message_size(Some(MAX_FRAME_BYTES))
            .max_frame_size(Some(MAX_FRAME_BYTES));
        let (stream, _) = tokio_tungstenite::client_async_with_config(target.to_string(), tcp, Some(config)).await?;
        Ok(Self { stream })
    }

    /// Sends one text frame.
    ///
    /// # Errors
    ///
    /// When the connection is gone.
    pub async fn send(&mut self, text: &str) -> Result<(), Error> {
        Ok(self.stream.send(Message::Text(Utf8Bytes::from(text))).await?)
    }

    /// The next text frame. Cancelling loses nothing.
    ///
    /// # Errors
    ///
    /// When the connection is gone or the frame is not text.
    pub async fn next(&mut self) -> Result<Utf8Bytes, Error> {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => return Ok(text),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_))) | None => return Err(Error::Closed),
                Some(Ok(_)) => return Err(Error::Protocol("a frame that is not text".to_owned())),
                Some(Err(error)) => return Err(error.into()),
            }
        }
    }

    /// Waits for the `welcome` to `thread`. Frames of an earlier thread are passed over.
    ///
    /// # Errors
    ///
    /// When the connection is gone or the server refuses the `hello`.
    pub async fn welcome(&mut self, thread: &str) -> Result<Welcome, Error> {
        loop {
            let text = self.next().await?;
            let frame = Frame::parse(&text).map_err(|error| Error::Protocol(error.to_string()))?;
            let code = || frame.code.as_deref().unwrap_or("no code").to_owned();
            match frame.kind {
                Kind::Welcome if frame.thread_id.as_deref().is_none_or(|id| id == thread) => {
                    let seq = frame
                        .seq
                        .ok_or_else(|| Error::Protocol("a welcome without seq".to_owned()))?;
                    let is_contact_complete = frame.contact.is_some_and(|contact| contact.is_complete());
                    return Ok(Welcome {
                        seq,
                        is_contact_complete,
                    });
                }
                Kind::Error if frame.retryable => return Err(Error::Busy(code())),
                Kind::Error => return Err(Error::Refused(code())),
                _ => {}
            }
        }
    }

    /// Says goodbye; a server that is already gone is no error.
    pub async fn close(mut self) {
        // Best effort: the peer may have died, which is what some scenarios are about.
        drop(tokio::time::timeout(Duration::from_secs(1), self.stream.close(None)).await);
    }
}
