//! A chat server of its own: keeps threads in memory and in one file, and breaks a promise when told to.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::routing::get;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// The file threads are kept in.
const FILE: &str = "threads.jsonl";
/// Frames waiting for one socket; a test never has so many.
const WAITING_MAX: usize = 4096;

/// The promise that is broken: in the third turn of every thread but the first, which is the undisturbed dialogue
/// the others are held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// None.
    None,
    /// Acknowledges and keeps nothing of it.
    Lose,
    /// Takes the same message again as a new one.
    Double,
    /// Answers twice.
    ReplyTwice,
    /// Keeps the user's message before the reply that came earlier.
    Reorder,
    /// Acknowledges another place than the message has.
    AckElsewhere,
    /// Gives one reply twice to the socket that has it.
    DeliverTwice,
    /// Acknowledges before it is kept: a kill loses the last turns.
    KeepLate,
    /// Stands still once, for this many milliseconds, whoever asks.
    Stall(u64),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    id: String,
    role: String,
    content: String,
}

#[derive(Debug, Default)]
struct Thread {
    entries: Vec<Entry>,
    sockets: Vec<Sender<String>>,
}

#[derive(Debug)]
struct Server {
    fault: Fault,
    threads: HashMap<String, Thread>,
    file: Option<File>,
    late: Vec<String>,
    turns: usize,
    thirds: usize,
}

type Shared = Arc<Mutex<Server>>;

/// Starts a double in this process, on a free port.
pub async fn start(fault: Fault) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, fault, None));
    address
}

/// Serves until the process ends; keeps threads under `data`.
pub async fn serve(listener: TcpListener, fault: Fault, data: Option<&Path>) {
    let mut server = Server {
        fault,
        threads: HashMap::new(),
        file: None,
        late: Vec::new(),
        turns: 0,
        thirds: 0,
    };
    if let Some(data) = data {
        let path = data.join(FILE);
        for line in std::fs::read_to_string(&path).unwrap_or_default().lines() {
            // The last line may be torn by a kill; it was never acknowledged.
            if let Ok((thread, entries)) = serde_json::from_str::<(String, Vec<Entry>)>(line) {
                server.threads.entry(thread).or_default().entries.extend(entries);
            }
        }
        server.file = Some(OpenOptions::new().create(true).append(true).open(path).unwrap());
    }
    let router = Router::new()
        .route("/ws/chat", get(upgrade))
        .route("/ready", get(|| async { "ready" }))
        .with_state(Arc::new(Mutex::new(server)));
    axum::serve(listener, router).await.unwrap();
}

async fn upgrade(State(shared): State<Shared>, upgrade: WebSocketUpgrade) -> axum::response::Response {
    upgrade.on_upgrade(move |socket| converse(shared, socket))
}

async fn converse(shared: Shared, mut socket: WebSocket) {
    let (sender, mut frames): (_, Receiver<String>) = channel(WAITING_MAX);
    loop {
        tokio::select! {
            Some(frame) = frames.recv() => {
                if socket.send(Message::Text(frame.into())).await.is_err() {
                    return;
                }
            }
            message = socket.recv() => {
                let Some(Ok(message)) = message else { return };
                let Message::Text(text) = message else { continue };
                let frame: Value = serde_json::from_str(&text).unwrap();
                let stall = shared.lock().unwrap().receive(&frame, &sender);
                if let Some(stall) = stall {
                    // Blocks the only thread on purpose: nobody is served meanwhile.
                    std::thread::sleep(stall);
                }
            }
        }
    }
}

impl Server {
    fn receive(&mut self, frame: &Value, socket: &Sender<String>) -> Option<Duration> {
        let thread = frame["threadId"].as_str().unwrap().to_owned();
        match frame["type"].as_str().unwrap() {
            "hello" => self.hello(&thread, frame["resumeFrom"].as_u64(), socket),
            "message" => self.message(&thread, frame, socket),
            other => panic!("the load test does not send {other}"),
        }
        match self.fault {
            Fault::Stall(ms) if self.turns == 50 => {
                self.fault = Fault::None;
                Some(Duration::from_millis(ms))
            }
            _ => None,
        }
    }

    fn hello(&mut self, name: &str, resume_from: Option<u64>, socket: &Sender<String>) {
        for other in self.threads.values_mut() {
            other
                .sockets
                .retain(|open| !open.same_channel(socket) && !open.is_closed());
        }
        let thread = self.threads.entry(name.to_owned()).or_default();
        let end = thread.entries.len() as u64;
        let is_told = (thread.entries.iter().filter(|entry| entry.role == "user").count() >= 5).then_some("told");
        let contact = json!({"name": is_told, "phone": is_told, "email": is_told, "newsletter": is_told.map(|_| true)});
        push(
            socket,
            &json!({"type": "welcome", "threadId": name, "seq": end, "contact": contact}),
        );
        for seq in resume_from.map_or(end, |from| from.min(end)) + 1..=end {
            push(socket, &message_frame(seq, &thread.entries[seq as usize - 1]));
        }
        thread.sockets.push(socket.clone());
    }

    fn message(&mut self, name: &str, frame: &Value, socket: &Sender<String>) {
        let id = frame["id"].as_str().unwrap();
        let thread = self.threads.get_mut(name).unwrap();
        let known = thread
            .entries
            .iter()
            .position(|entry| entry.role == "user" && entry.id == id);
        let is_third = id == "m3" && self.thirds > 0;
        if let Some(position) = known
            && !(is_third && self.fault == Fault::Double)
        {
            push(socket, &json!({"type": "ack", "id": id, "seq": position + 1}));
            return;
        }
        self.turns += 1;
        self.thirds += usize::from(id == "m3");
        let broken = if is_third { self.fault } else { Fault::None };
        let seq = thread.entries.len() as u64 + 1;
        let user = Entry {
            id: id.into(),
            role: "user".into(),
            content: frame["content"].as_str().unwrap().into(),
        };
        let reply = |n: u64| Entry {
            id: format!("b{seq}-{n}"),
            role: "bot".into(),
            content: "I see".into(),
        };
        let mut entries = vec![user, reply(1)];
        if broken == Fault::ReplyTwice {
            entries.push(reply(2));
        }
        let ack = if broken == Fault::AckElsewhere { seq + 1 } else { seq };
        if broken != Fault::Lose {
            thread.entries.extend(entries.iter().cloned());
        }
        let place = usize::try_from(seq - 1).unwrap();
        if broken == Fault::Reorder && place > 0 {
            thread.entries.swap(place - 1, place);
        }
        keep(
            &mut self.file,
            &mut self.late,
            self.fault,
            &serde_json::to_string(&(name, &entries)).unwrap(),
        );
        push(socket, &json!({"type": "ack", "id": id, "seq": ack}));
        for (seq, entry) in (seq..).zip(&entries) {
            let text = message_frame(seq, entry);
            for open in thread
                .sockets
                .iter()
                .filter(|open| entry.role != "user" || !open.same_channel(socket))
            {
                push(open, &text);
                if broken == Fault::DeliverTwice {
                    push(open, &text);
                }
            }
        }
    }
}

/// Writes a turn to the file: at once, or with the fault only ten at a time.
fn keep(file: &mut Option<File>, late: &mut Vec<String>, fault: Fault, line: &str) {
    let Some(file) = file else { return };
    late.push(format!("{line}\n"));
    if fault != Fault::KeepLate || late.len() == 10 {
        file.write_all(late.concat().as_bytes()).unwrap();
        late.clear();
    }
}

fn message_frame(seq: u64, entry: &Entry) -> Value {
    json!({"type": "message", "id": entry.id, "seq": seq, "role": entry.role, "content": entry.content,
        "timestamp": "2026-01-01T00:00:00Z"})
}

fn push(socket: &Sender<String>, frame: &Value) {
    // A socket that is gone needs no frame; a full one would be a mistake in the test.
    if let Err(tokio::sync::mpsc::error::TrySendError::Full(_)) = socket.try_send(frame.to_string()) {
        panic!("more than {WAITING_MAX} frames wait for one socket");
    }
}
