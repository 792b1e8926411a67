//! Lets go of a connection so that the last words arrive.
//!
//! Whoever closes a connection while bytes are on their way to it resets it, and a reset takes away what
//! the other side has not read yet: a body too large for us would hide the very answer that says so.
//! So what is let go of is closed for writing only, and what still comes is read and thrown away, for a
//! while.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Connections that linger at once; one more is closed at once.
const LINGERING_MAX: usize = 256;
/// How long one lingers.
const LINGER_TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes of one that are thrown away.
const LINGER_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Where connections linger that were let go of.
#[derive(Debug)]
pub(super) struct Linger {
    places: Arc<Semaphore>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Linger {
    /// Room for connections, among the tasks of `tasks` and until `stop` tells to end.
    pub(super) fn new(tasks: TaskTracker, stop: CancellationToken) -> Self {
        Self {
            places: Arc::new(Semaphore::new(LINGERING_MAX)),
            tasks,
            stop,
        }
    }

    fn take_over(&self, mut stream: TcpStream) {
        // Without a runtime nothing goes on; without a place the connection is closed as it is.
        let Ok(runtime) = Handle::try_current() else { return };
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            return;
        };
        let stop = self.stop.clone();
        let read_out = async move {
            stream.shutdown().await?;
            tokio::io::copy(&mut stream.take(LINGER_BYTES_MAX), &mut tokio::io::sink()).await
        };
        self.tasks.spawn_on(
            async move {
                // However it ends, nobody is left to tell.
                let _ = stop.run_until_cancelled(timeout(LINGER_TIMEOUT, read_out)).await;
                drop(place);
            },
            &runtime,
        );
    }
}

/// A connection that lingers after it is dropped, unless the other side has ended it.
#[derive(Debug)]
pub(super) struct Connection {
    /// There until it is dropped.
    stream: Option<TcpStream>,
    is_over: bool,
    linger: Arc<Linger>,
}

impl Connection {
    /// Serves `stream` and leaves what remains of it to `linger`.
    pub(super) const fn new(stream: TcpStream, linger: Arc<Linger>) -> Self {
        Self {
            stream: Some(stream),
            is_over: false,
            linger,
        }
    }

    fn stream(&mut self) -> Pin<&mut TcpStream> {
        Pin::new(self.stream.as_mut().expect("taken away by drop alone"))
    }

    /// Remembers a connection that is broken: nothing is read from it any more.
    fn noted<T>(&mut self, result: io::Result<T>) -> Poll<io::Result<T>> {
        self.is_over |= result.is_err();
        Poll::Ready(result)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(stream) = self.stream.take()
            && !self.is_over
            && !self.linger.stop.is_cancelled()
        {
            self.linger.take_over(stream);
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let room = buffer.remaining();
        let read = ready!(self.stream().poll_read(cx, buffer));
        self.is_over |= room > 0 && buffer.remaining() == room;
        self.noted(read)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(self.stream().poll_write(cx, bytes));
        self.noted(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(self.stream().poll_write_vectored(cx, bytes));
        self.noted(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = ready!(self.stream().poll_flush(cx));
        self.noted(flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = ready!(self.stream().poll_shutdown(cx));
        self.noted(shut)
    }
}
