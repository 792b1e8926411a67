//! The loop over a pipe instead of a socket: what no well-behaved client does.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use frontdesk_actors::Dialogue;
use frontdesk_core::Epoch;
use frontdesk_runtime::{LocalPlacement, Ports, Runtime, SystemClock};
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio_util::sync::PollSender;
use url::Url;

use super::*;
use crate::channels::web_chat::Config;
use crate::config::Settings;
use crate::files::Files;
use crate::links::Links;
use crate::tenants::{Directory, add_demo};

/// Ten thousand of these wait at once.
const WAITING_BYTES_MAX: usize = 2 * 1024;

/// Both directions of a socket as channels; the other side reads as slowly as it likes.
struct Pipe {
    incoming: mpsc::Receiver<Frame>,
    outgoing: PollSender<Frame>,
}

impl Stream for Pipe {
    type Item = Result<Frame, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.incoming.poll_recv(cx).map(|frame| frame.map(Ok))
    }
}

impl Sink<Frame> for Pipe {
    type Error = axum::Error;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        Poll::Ready(ready!(self.outgoing.poll_reserve(cx)).map_err(axum::Error::new))
    }

    fn start_send(mut self: Pin<&mut Self>, frame: Frame) -> Result<(), axum::Error> {
        self.outgoing.send_item(frame).map_err(axum::Error::new)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        Poll::Ready(Ok(()))
    }
}

/// The client's side.
struct Client {
    to: mpsc::Sender<Frame>,
    from: mpsc::Receiver<Frame>,
}

impl Client {
    async fn send(&self, text: &str) {
        self.to.send(Frame::Text(text.to_owned().into())).await.unwrap();
    }

    /// The close code, after whatever came before.
    async fn close_code(&mut self) -> Option<u16> {
        while let Some(frame) = self.from.recv().await {
            if let Frame::Close(close) = frame {
                return close.map(|close| close.code);
            }
        }
        None
    }
}

fn pipe(room: usize) -> (Pipe, Client) {
    let (to, incoming) = mpsc::channel(1_024);
    let (outgoing, from) = mpsc::channel(room);
    let outgoing = PollSender::new(outgoing);
    (Pipe { incoming, outgoing }, Client { to, from })
}

/// A chat on a database in `data`, with these settings.
async fn chat(data: &TempDir, change: impl FnOnce(&mut Config)) -> Chat {
    let storage = frontdesk_storage::Config {
        data_dir: data.path().to_owned(),
        ..frontdesk_storage::Config::default()
    };
    let database = frontdesk_storage::open(&storage).await.unwrap();
    let clock: Arc<SystemClock> = Arc::default();
    add_demo(&*database.registry, frontdesk_core::Timestamp::default())
        .await
        .unwrap();
    let tenants = Arc::new(Directory::default());
    tenants.refresh(&*database.registry).await.unwrap();
    let ports = Ports {
        store: database.store,
        hot: None,
        origins: None,
        clock: Arc::clone(&clock) as _,
        placement: Arc::new(LocalPlacement::new(Epoch(1))),
        tenants: Arc::clone(&tenants) as _,
        senders: HashMap::new(),
    };
    let runtime = Runtime::start(frontdesk_runtime::Config::default(), Dialogue, ports)
        .await
        .unwrap();
    let mut config = Config {
        sockets_max: 1,
        default_tenant: "demo-catering".parse().unwrap(),
        frames_per_second: 1_000,
        frame_burst: 1_000,
        heartbeat_ms: 60_000,
        write_timeout_ms: 60_000,
        queue_max: 64,
    };
    change(&mut config);
    let public_url = Url::parse("http://127.0.0.1:8080").unwrap();
    let links = Links::open(&*database.registry, public_url.clone()).await.unwrap();
    let settings = Settings::load(None).unwrap();
    let files = Files::new(settings.files, database.files, links, Arc::clone(&clock) as _);
    Chat::new(config, public_url, runtime, tenants, Arc::new(files), clock)
}

#[test]
fn a_socket_that_waits_is_small() {
    fn size<F: Future>(
        _: impl FnOnce(axum::extract::ws::WebSocket, &'static Chat, &'static CancellationToken) -> F,
    ) -> usize {
        size_of::<F>()
    }
    let bytes = size(|socket, chat, stop| run(socket, chat, Origin::None, stop));
    assert!(bytes <= WAITING_BYTES_MAX, "{bytes} bytes");
}

#[tokio::test]
async fn a_reader_that_does_not_read_is_dropped() {
    let data = TempDir::new().unwrap();
    let chat = chat(&data, |config| config.write_timeout_ms = 50).await;
    let (socket, client) = pipe(4);
    for _ in 0..8 {
        client.send(r#"{"type":"ping"}"#).await;
    }
    let end = run(socket, &chat, Origin::None, &CancellationToken::new()).await;
    assert_eq!(end, End::Stuck);
}

#[tokio::test]
async fn a_thread_that_outruns_its_reader_is_left_to_a_resume() {
    let data = TempDir::new().unwrap();
    let chat = chat(&data, |config| config.queue_max = 1).await;
    // The slow one has read its welcome and nothing since.
    let (slow_socket, mut slow) = pipe(1);
    let (quick_socket, mut quick) = pipe(1_024);
    slow.send(r#"{"type":"hello","userId":"u","threadId":"t"}"#).await;
    let stop = CancellationToken::new();
    let slow_end = run(slow_socket, &chat, Origin::None, &stop);
    let talk = async {
        slow.from.recv().await.unwrap();
        for number in 0..4 {
            let frame = format!(r#"{{"type":"message","id":"m{number}","userId":"u","threadId":"t","content":"hi"}}"#);
            quick.send(&frame).await;
        }
        let mut acknowledged = 0;
        while acknowledged < 4 {
            let Frame::Text(text) = quick.from.recv().await.unwrap() else {
                continue;
            };
            acknowledged += usize::from(text.contains(r#""type":"ack""#));
        }
        assert_eq!(slow.close_code().await, Some(1013));
        drop(slow);
        stop.cancel();
    };
    let (slow_end, _, ()) = tokio::join!(slow_end, run(quick_socket, &chat, Origin::None, &stop), talk);
    assert_eq!(slow_end, End::Behind);
}

#[tokio::test]
async fn silence_is_asked_about_and_then_ended() {
    let data = TempDir::new().unwrap();
    let chat = chat(&data, |config| config.heartbeat_ms = 20).await;
    let (socket, mut client) = pipe(64);
    let stop = CancellationToken::new();
    let listen = async {
        let mut pings = 0;
        while let Some(frame) = client.from.recv().await {
            match frame {
                Frame::Ping(_) => pings += 1,
                Frame::Close(close) => return (pings, close.map(|close| close.code), client),
                _ => {}
            }
        }
        panic!("it ended without a farewell");
    };
    let listen = async {
        let (pings, code, client) = listen.await;
        drop(client);
        (pings, code)
    };
    let (end, heard) = tokio::join!(run(socket, &chat, Origin::None, &stop), listen);
    assert_eq!((end, heard), (End::Silent, (2, Some(1001))));
}

#[tokio::test]
async fn a_server_that_ends_says_so() {
    let data = TempDir::new().unwrap();
    let chat = chat(&data, |_| {}).await;
    let (socket, mut client) = pipe(64);
    let stop = CancellationToken::new();
    stop.cancel();
    let listen = async {
        let code = client.close_code().await;
        drop(client);
        code
    };
    let (end, code) = tokio::join!(run(socket, &chat, Origin::None, &stop), listen);
    assert_eq!((end, code), (End::Restarting, Some(1012)));
}
