//! Files that stay at a provider: seen by colleagues through us, with a proof that stays with us.

use std::collections::HashMap;
use std::convert::Infallible;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use frontdesk_core::ports::registry::Role;
use futures_util::stream;
use gateway::channels::{meta, twilio_sms};
use serde_json::json;
use tokio::net::TcpListener;

use crate::support::{Browser, Phone, TestApp, fresh_number, fresh_scoped_id};

const PICTURE: &str = "GIF89a a small picture";
const BEARER: &str = "Bearer meta-access-token";
/// `AC1:twilio-auth-token`
const BASIC: &str = "Basic QUMxOnR3aWxpby1hdXRoLXRva2Vu";

/// A provider that gives files out to whoever proves themselves.
async fn provider() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new()
        .route("/graph/v25.0/{id}", get(node))
        .route("/graph/media/{id}", get(guarded))
        .route("/twilio/2010-04-01/Accounts/AC1/Messages/MM1/Media/{id}", get(moved))
        .route("/cdn/{id}", get(given_out))
        .with_state(base.clone());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    base
}

fn is_proved(headers: &HeaderMap, proof: &str) -> bool {
    headers.get(header::AUTHORIZATION).is_some_and(|given| given == proof)
}

async fn node(State(base): State<String>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    match (is_proved(&headers, BEARER), id.as_str()) {
        (false, _) => StatusCode::UNAUTHORIZED.into_response(),
        (true, "elsewhere") => axum::Json(json!({"url": "http://169.254.169.254/secrets"})).into_response(),
        (true, _) => axum::Json(json!({"url": format!("{base}/graph/media/{id}")})).into_response(),
    }
}

async fn guarded(Path(id): Path<String>, headers: HeaderMap) -> Response {
    if !is_proved(&headers, BEARER) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    content(&id)
}

async fn moved(Path(id): Path<String>, headers: HeaderMap) -> Response {
    match is_proved(&headers, BASIC) {
        true => Redirect::temporary(&format!("/cdn/{id}")).into_response(),
        false => StatusCode::UNAUTHORIZED.into_response(),
    }
}

async fn given_out(Path(id): Path<String>, headers: HeaderMap) -> Response {
    match headers.contains_key(header::AUTHORIZATION) {
        true => StatusCode::BAD_REQUEST.into_response(),
        false => content(&id),
    }
}

fn content(id: &str) -> Response {
    let html = [(header::CONTENT_TYPE, "text/html")];
    match id {
        "picture" => (html, PICTURE).into_response(),
        "page" => (html, "<!DOCTYPE html><script>alert(1)</script>").into_response(),
        "huge" => {
            let endless = stream::pending::<Result<Bytes, Infallible>>();
            ([(header::CONTENT_LENGTH, "300000000")], Body::from_stream(endless)).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn app(base: &str) -> TestApp {
    TestApp::with_settings(&format!(
        "[channels.meta]\napp_secret = \"meta-app-secret\"\nverify_token = \"verify\"\n\
         access_token = \"meta-access-token\"\napi_base = \"{base}/graph\"\n\
         [channels.twilio]\naccount_sid = \"AC1\"\nauth_token = \"twilio-auth-token\"\napi_base = \"{base}/twilio\"\n\
         from_number = \"+14155550100\""
    ))
    .await
}

/// A picture comes over WhatsApp.
async fn whatsapp(app: &TestApp, id: &str) {
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{
        "field": "messages",
        "value": {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"},
            "contacts": [{"profile": {"name": "Zoë"}, "wa_id": "16505551234"}],
            "messages": [{"from": "16505551234", "id": format!("wamid.{id}"), "timestamp": "1795222860",
                "type": "document", "document": {"mime_type": "image/gif", "id": id, "filename": "our\u{202e}hall.exe"}}],
        },
    }]}]})
    .to_string();
    let signature = meta::sign("meta-app-secret", body.as_bytes());
    let headers = [("x-hub-signature-256", signature.as_str())];
    let answer = app
        .anonymous()
        .post_raw("/webhooks/meta", &headers, "application/json", body)
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// The console's address of the only file of a conversation's message.
async fn file_of(app: &TestApp, browser: &mut Browser, seq: u64) -> String {
    let rows = app.admin().items("/api/v1/conversations").await;
    let path = format!("/console/conversations/{}", rows[0]["id"].as_str().unwrap());
    let link = format!("{path}/files/{seq}/0");
    let page = browser.get(&path).await;
    assert!(page.text.contains(&link), "{}", page.text);
    assert!(
        !page.text.contains("/v25.0/") && !page.text.contains("/twilio/"),
        "{}",
        page.text
    );
    link
}

#[tokio::test]
async fn a_file_of_whatsapp_is_fetched_with_our_token_and_saved() {
    let base = provider().await;
    let app = app(&base).await;
    whatsapp(&app, "picture").await;
    let mut viewer = app.signed_in(Role::Viewer, Some("demo-catering")).await;
    let link = file_of(&app, &mut viewer, 1).await;
    let file = viewer.get(&link).await;
    assert_eq!((file.status, file.text.as_str()), (200, PICTURE));
    let headers: HashMap<&str, &str> = file
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .collect();
    assert_eq!(headers["content-type"], "image/gif");
    assert!(headers["content-disposition"].starts_with("attachment; filename=\"ourhall.exe.gif\""));
    assert_eq!(headers["x-content-type-options"], "nosniff");
    let mut stranger = app.signed_in(Role::Admin, Some("demo-academy")).await;
    assert_eq!(stranger.get(&link).await.status, 404);
}

#[tokio::test]
async fn a_file_of_twilio_is_followed_to_where_it_is_without_our_password() {
    let base = provider().await;
    let app = app(&base).await;
    let media = format!("{base}/twilio/2010-04-01/Accounts/AC1/Messages/MM1/Media/picture");
    let fields: Vec<(String, String)> = [
        ("MessageSid", "MM1"),
        ("From", "+12125550123"),
        ("To", "+14155550100"),
        ("Body", ""),
        ("NumMedia", "1"),
        ("MediaUrl0", media.as_str()),
        ("MediaContentType0", "image/gif"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    let url = format!("http://{}/webhooks/twilio/sms", app.address);
    let signature = twilio_sms::sign("twilio-auth-token", &url, &fields);
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&fields)
        .finish();
    let headers = [("x-twilio-signature", signature.as_str())];
    let answer = app.anonymous().post_form("/webhooks/twilio/sms", &headers, &form).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let mut viewer = app.signed_in(Role::Viewer, Some("demo-catering")).await;
    let link = file_of(&app, &mut viewer, 1).await;
    let file = viewer.get(&link).await;
    assert_eq!((file.status, file.text.as_str()), (200, PICTURE));
}

#[tokio::test]
async fn what_a_provider_does_not_give_out_or_should_not_is_not_there() {
    let base = provider().await;
    let app = app(&base).await;
    let mut viewer = app.signed_in(Role::Viewer, Some("demo-catering")).await;
    for (id, status) in [("gone", 404), ("huge", 413), ("elsewhere", 422)] {
        whatsapp(&app, id).await;
        let rows = app.admin().items("/api/v1/conversations").await;
        let path = format!("/api/v1/conversations/{}/messages", rows[0]["id"].as_str().unwrap());
        let messages = app.admin().items(&path).await;
        let sent = messages.iter().rfind(|message| message["role"] == "user").unwrap();
        let link = file_of(&app, &mut viewer, sent["seq"].as_u64().unwrap()).await;
        assert_eq!(viewer.get(&link).await.status, status, "{id}");
    }
    whatsapp(&app, "page").await;
    let rows = app.admin().items("/api/v1/conversations").await;
    let path = format!("/api/v1/conversations/{}/messages", rows[0]["id"].as_str().unwrap());
    let messages = app.admin().items(&path).await;
    let sent = messages.iter().rfind(|message| message["role"] == "user").unwrap();
    let link = file_of(&app, &mut viewer, sent["seq"].as_u64().unwrap()).await;
    let page = viewer.get(&link).await;
    assert_eq!(
        page.headers["content-type"], "application/octet-stream",
        "a page is no page of ours"
    );
    assert_eq!(page.headers["content-security-policy"], "default-src 'none'; sandbox");
}

#[tokio::test]
async fn a_picture_from_every_phone_is_acknowledged_and_seen_by_a_colleague() {
    let app = TestApp::start().await;
    let mut viewer = app.signed_in(Role::Viewer, None).await;
    let thanks = "got your file";
    for (channel, customer, ours, thanks) in [
        ("twilio_sms", fresh_number(), "+14155550100", thanks),
        ("ringcentral", fresh_number(), "+16573900100", thanks),
        ("whatsapp_cloud", fresh_number(), "106540352242922", thanks),
        ("gupshup", fresh_number(), "DemoApp", "файл получен"),
        ("messenger", fresh_scoped_id(), "104020918399999", thanks),
        ("instagram", fresh_scoped_id(), "17841405822304914", thanks),
    ] {
        let phone = Phone::new(&app, channel, &customer, ours);
        assert_eq!(phone.write("📷").await, Some(200), "{channel}");
        let reply = phone.reply(1).await;
        assert!(reply.contains(thanks), "{channel}: {reply}");
        let path = format!("/console/conversations/{}", phone.conversation(&app).await);
        let page = viewer.get(&path).await;
        let link = format!("{path}/files/1/0");
        assert!(page.text.contains(&link), "{channel}: {}", page.text);
        let file = viewer.get(&link).await;
        assert_eq!(file.status, 200, "{channel}: {}", file.text);
        assert_eq!(file.headers["content-type"], "image/png", "{channel}");
        assert!(file.text.contains("IHDR"), "{channel}");
    }
    app.assert_balanced().await;
}
