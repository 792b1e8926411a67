//! Ending in order.

use crate::support::{TestApp, within};

#[tokio::test]
async fn sockets_are_told_and_nothing_acknowledged_is_lost() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    let seq = chat.say("hi").await;
    let restarting = tokio::spawn(app.restart());
    let closed = chat.closed().await;
    assert_eq!(closed.code, 1012, "{closed:?}");
    let app = within("the restart", restarting).await.unwrap();
    let mut again = crate::support::Chat::connect(app.address, None).await.unwrap();
    (again.user, again.thread) = (chat.user.clone(), chat.thread.clone());
    let welcome = again.resume(0).await;
    assert!(welcome["seq"].as_u64().unwrap() >= seq);
    assert_eq!(again.next_of("message").await["content"], "hi");
}

#[tokio::test]
async fn a_stopped_server_accepts_nobody() {
    let app = TestApp::start().await;
    let address = app.address;
    within("stopping", app.stop()).await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
