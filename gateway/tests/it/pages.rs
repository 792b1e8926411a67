//! Pages, assets and signs of life.

use crate::support::TestApp;

#[tokio::test]
async fn the_demo_site_and_the_widget_are_there() {
    let app = TestApp::start().await;
    let site = app.anonymous().get("/").await;
    assert_eq!(site.status, 200);
    assert!(site.header("content-type").starts_with("text/html"));
    assert!(site.header("content-security-policy").contains("default-src 'self'"));
    assert_eq!(site.header("x-content-type-options"), "nosniff");
    assert_eq!(app.anonymous().get("/?tenant=demo-academy").await.text, site.text);

    let widget = app.anonymous().get("/widget.js").await;
    assert!(widget.header("content-type").contains("javascript"));
    assert_eq!(widget.header("access-control-allow-origin"), "*");
    let tag = widget.header("etag").to_owned();
    let known = app.anonymous().get_with("/widget.js", ("if-none-match", &tag)).await;
    assert_eq!((known.status, known.text.as_str()), (304, ""));
    let packed = app
        .anonymous()
        .get_with("/widget.js", ("accept-encoding", "gzip"))
        .await;
    assert_eq!(packed.header("content-encoding"), "gzip");

    let part = app.anonymous().get("/assets/widget/launcher.js").await;
    assert_eq!(part.status, 200);
    for missing in ["/assets/nothing.js", "/assets/../Cargo.toml", "/assets/..%2FCargo.toml"] {
        assert_eq!(app.anonymous().get(missing).await.status, 404, "{missing}");
    }
}

#[tokio::test]
async fn a_trailing_slash_changes_nothing() {
    let app = TestApp::start().await;
    for path in [
        "/health",
        "/ready",
        "/metrics",
        "/api/docs",
        "/api/openapi.json",
        "/api/v1/leads",
        "/widget.js",
    ] {
        assert_eq!(app.admin().get(&format!("{path}/")).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn signs_of_life_tell_how_it_is() {
    let app = TestApp::start().await;
    let health = app.anonymous().get("/health").await.json();
    assert_eq!(
        (&health["status"], &health["version"]),
        (&"ok".into(), &env!("CARGO_PKG_VERSION").into())
    );
    assert_eq!(app.anonymous().get("/ready").await.status, 200);
    app.chat().await.say("hi").await;
    let metrics = app.anonymous().get("/metrics").await;
    assert!(metrics.header("content-type").starts_with("text/plain"));
    for name in [
        "frontdesk_chat_messages_total",
        "frontdesk_chat_turn_seconds_bucket",
        "frontdesk_turns_total",
    ] {
        assert!(metrics.text.contains(name), "{name} in {}", metrics.text);
    }
}

#[tokio::test]
async fn every_answer_carries_its_requests_id() {
    let app = TestApp::start().await;
    let answer = app.anonymous().get_with("/health", ("x-request-id", "mine-1")).await;
    assert_eq!(answer.header("x-request-id"), "mine-1");
    assert!(!app.anonymous().get("/health").await.header("x-request-id").is_empty());
}

#[tokio::test]
async fn the_sockets_address_tells_a_browser_what_it_is() {
    let app = TestApp::start().await;
    let answer = app.anonymous().get("/ws/chat").await;
    assert_eq!((answer.status, answer.code().as_str()), (426, "upgrade_required"));
}
