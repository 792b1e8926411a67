use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::{fresh, within};

/// A visitor with one socket.
pub struct Chat {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    address: SocketAddr,
    pub tenant: String,
    pub user: String,
    pub thread: String,
}

/// How a socket was closed.
#[derive(Debug, PartialEq, Eq)]
pub struct Closed {
    pub code: u16,
    pub reason: String,
}

impl Chat {
    /// Connects, from a page of `origin` if there is one.
    pub async fn connect(address: SocketAddr, origin: Option<&str>) -> Result<Self, Error> {
        let mut request = format!("ws://{address}/ws/chat").into_client_request()?;
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        let (socket, _) = within("the upgrade", Box::pin(tokio_tungstenite::connect_async(request))).await?;
        Ok(Self {
            socket,
            address,
            tenant: "demo-catering".to_owned(),
            user: fresh("user"),
            thread: fresh("thread"),
        })
    }

    /// Another socket of the same visitor in the same thread.
    pub async fn again(&self) -> Self {
        let other = Self::connect(self.address, None).await.unwrap();
        Self {
            tenant: self.tenant.clone(),
            user: self.user.clone(),
            thread: self.thread.clone(),
            ..other
        }
    }

    pub async fn send(&mut self, frame: &Value) {
        self.send_text(frame.to_string()).await;
    }

    pub async fn send_text(&mut self, text: impl Into<String>) {
        self.send_message(Message::text(text.into())).await;
    }

    pub async fn send_message(&mut self, message: Message) {
        within("sending", self.socket.send(message)).await.unwrap();
    }

    /// Queues a frame without waiting for it to leave.
    pub async fn feed(&mut self, frame: &Value) -> Result<(), Error> {
        self.socket.feed(Message::text(frame.to_string())).await
    }

    pub async fn flush(&mut self) -> Result<(), Error> {
        self.socket.flush().await
    }

    pub fn hello_frame(&self) -> Value {
        json!({"type": "hello", "tenant": self.tenant, "userId": self.user, "threadId": self.thread})
    }

    pub fn message_frame(&self, id: &str, content: &str) -> Value {
        json!({
            "type": "message", "tenant": self.tenant, "id": id, "content": content,
            "userId": self.user, "threadId": self.thread,
        })
    }

    /// Says hello and returns the welcome.
    pub async fn hello(&mut self) -> Value {
        self.send(&self.hello_frame()).await;
        self.next_of("welcome").await
    }

    /// Says hello with `resumeFrom` and returns the first answer.
    pub async fn resume(&mut self, from: u64) -> Value {
        let mut frame = self.hello_frame();
        frame["resumeFrom"] = from.into();
        self.send(&frame).await;
        self.next().await
    }

    /// Sends a message and returns the `seq` of its acknowledgement. Frames before it are skipped.
    pub async fn say(&mut self, content: &str) -> u64 {
        self.say_as(&fresh("m"), content).await
    }

    pub async fn say_as(&mut self, id: &str, content: &str) -> u64 {
        self.send(&self.message_frame(id, content)).await;
        let ack = self.next_of("ack").await;
        assert_eq!(ack["id"], id);
        ack["seq"].as_u64().unwrap()
    }

    /// Sends a message and returns the bot's words to it.
    pub async fn ask(&mut self, content: &str) -> String {
        self.say(content).await;
        self.next_of("message").await["content"].as_str().unwrap().to_owned()
    }

    /// The next frame.
    pub async fn next(&mut self) -> Value {
        match self.receive().await {
            Ok(frame) => frame,
            Err(closed) => panic!("closed: {closed:?}"),
        }
    }

    /// The next frame of a type; others are skipped.
    pub async fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.next().await;
            assert!(kind == "error" || frame["type"] != "error", "{frame} instead of {kind}");
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// The code of the next `error`.
    pub async fn refusal(&mut self) -> String {
        self.next_of("error").await["code"].as_str().unwrap().to_owned()
    }

    /// How the socket ends; frames before are skipped.
    pub async fn closed(&mut self) -> Closed {
        loop {
            if let Err(closed) = self.receive().await {
                return closed;
            }
        }
    }

    /// Proves that nothing is on its way: the answer to a ping is the next frame.
    pub async fn assert_quiet(&mut self) {
        self.send(&json!({"type": "ping"})).await;
        let next = self.next().await;
        assert_eq!(next["type"], "pong", "{next}");
    }

    async fn receive(&mut self) -> Result<Value, Closed> {
        loop {
            match within("a frame", self.socket.next()).await {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Err(Closed {
                        code: frame.code.into(),
                        reason: frame.reason.to_string(),
                    });
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => {
                    return Err(Closed {
                        code: 1006,
                        reason: format!("{other:?}"),
                    });
                }
            }
        }
    }
}
