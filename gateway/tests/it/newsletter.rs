//! The newsletter: asked for, confirmed by a link, left by a link, handed out as a table.

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use frontdesk_core::ports::registry::Role;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::support::{TestApp, within};

/// A tenant's system that is told what happens.
async fn receiver() -> (String, mpsc::Receiver<Value>) {
    let (to, news) = mpsc::channel(16);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/news", listener.local_addr().unwrap());
    let receive = async |State(to): State<mpsc::Sender<Value>>, axum::Json(body): axum::Json<Value>| {
        to.send(body).await.unwrap();
    };
    let router = Router::new().route("/news", post(receive)).with_state(to);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (url, news)
}

/// Where a link leads on this server.
fn path(url: &Value) -> String {
    let url = url::Url::parse(url.as_str().unwrap()).unwrap();
    url.path().to_owned()
}

#[tokio::test]
async fn who_follows_the_link_is_confirmed_and_may_leave_again() {
    let app = TestApp::start().await;
    let (url, mut news) = receiver().await;
    let manifest = frontdesk_actors::demo::MANIFESTS[0].1;
    let webhook = format!("[profile.webhook]\nurl = \"{url}\"\nsecret = \"0123456789abcdef\"\n\n[profile.hours]");
    app.put_tenant("letters", &manifest.replacen("[profile.hours]", &webhook, 1))
        .await;
    let form = json!({ "tenant": "letters", "name": "=Ana Reyes", "email": "ana@example.com", "phone": "4155550110" });
    assert_eq!(app.anonymous().post("/api/v1/public/leads", &form).await.status, 201);
    let asked = loop {
        let told = within("the news", news.recv()).await.unwrap();
        if told["type"] == "newsletter.requested" {
            break told["data"].clone();
        }
    };
    assert_eq!(asked["email"], "ana@example.com");

    let own = app.key("letters", Role::Viewer).await;
    let subscription = async || own.items("/api/v1/newsletter").await.remove(0);
    let (confirm, leave) = (path(&asked["confirm_url"]), path(&asked["unsubscribe_url"]));
    let page = app.anonymous().get_with(&confirm, ("accept-language", "es")).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("¿Le enviamos nuestro boletín?") && page.text.contains("ana@example.com"));
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(
        subscription().await["confirmed_at"],
        Value::Null,
        "looking confirms nothing"
    );

    let done = app.anonymous().post(&confirm, &json!({})).await;
    assert_eq!(done.status, 200);
    assert!(!done.text.contains("<button>"));
    assert!(subscription().await["confirmed_at"].is_string());
    assert_eq!(app.anonymous().post(&leave, &json!({})).await.status, 200);
    let left = subscription().await;
    assert!(
        left["unsubscribed_at"].is_string() && left["email_consent"] == false,
        "{left}"
    );
    let consents = own.items("/api/v1/consents?subject=email:ana@example.com").await;
    let said: Vec<_> = consents.iter().map(|row| row["words_said"].as_str().unwrap()).collect();
    assert_eq!(
        said,
        ["followed the link to unsubscribe", "followed the link to confirm"]
    );

    let table = own.get("/api/v1/newsletter.csv").await;
    assert!(table.header("content-disposition").contains("attachment"));
    let lines: Vec<_> = table.text.lines().collect();
    assert_eq!(lines.len(), 2, "{}", table.text);
    assert!(lines[0].starts_with("tenant,email,name,phone,source"));
    assert!(lines[1].starts_with("\"letters\",\"ana@example.com\",\"'=Ana Reyes\",\"+14155550110\",\"WEB_QUOTE\""));
    assert!(lines[1].contains("/n/"));
    let other = app.key("demo-academy", Role::Viewer).await;
    assert_eq!(other.get("/api/v1/newsletter.csv").await.text.lines().count(), 1);
    assert_eq!(app.anonymous().get("/api/v1/newsletter.csv").await.status, 401);
}

#[tokio::test]
async fn nobody_makes_up_a_link() {
    let app = TestApp::start().await;
    for token in ["x", "eyJ0IjoiYSJ9.AAAA", "a.b", "%F0%9F%92%A9.%F0%9F%92%A9"] {
        let answer = app.anonymous().get(&format!("/n/{token}")).await;
        assert_eq!(answer.status, 404, "{token}");
        assert_eq!(
            app.anonymous().post(&format!("/n/{token}"), &json!({})).await.status,
            404,
            "{token}"
        );
    }
    assert!(app.admin().items("/api/v1/conversations").await.is_empty());
}
