//! The servers that do less do what they claim.

use std::net::SocketAddr;
use std::path::PathBuf;

use frontdesk_core::{ChannelKind, ConversationId};
use loadtest::ceiling::{self, Kind};
use loadtest::client::{DIALOGUE_TURNS, Peer, Socket};
use loadtest::scenario::chat;

use crate::settings;

async fn start(kind: Kind, data: PathBuf) -> SocketAddr {
    let address = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    tokio::spawn(async move { ceiling::serve(kind, address, None, data).await.unwrap() });
    let settings = settings(address, 1);
    while Socket::connect(&settings.target, settings.timeout).await.is_err() {
        tokio::task::yield_now().await;
    }
    address
}

#[tokio::test]
async fn the_echo_sends_every_frame_back() {
    let settings = settings(start(Kind::Echo, PathBuf::new()).await, 4);
    let measured = chat::measure(&settings, Peer::Echo).await.unwrap();
    assert_eq!(measured.failures, 0, "{:?}", measured.failure_texts);
    assert!(measured.recorder.turns() > 0);
}

#[tokio::test]
async fn the_group_commit_keeps_every_message() {
    let data = tempfile::tempdir().unwrap();
    let settings = settings(start(Kind::Commit, data.path().to_owned()).await, 4);
    let measured = chat::measure(&settings, Peer::Chat).await.unwrap();
    assert_eq!(measured.failures, 0, "{:?}", measured.failure_texts);

    let config = frontdesk_storage::Config {
        data_dir: data.path().to_owned(),
        ..Default::default()
    };
    let store = frontdesk_storage::open(&config).await.unwrap().store;
    let thread = settings.run.thread(0).thread;
    let conversation = ConversationId::derive(&"ceiling".parse().unwrap(), ChannelKind::WebChat, &thread);
    let messages = store.history(conversation, 0, 100).await.unwrap();
    assert_eq!(messages.len(), 2 * DIALOGUE_TURNS);
    assert_eq!(messages[6].content.text.as_str(), settings.run.line(0, 3));
}
