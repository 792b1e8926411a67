//! Files of the chat: uploaded, carried by a message, fetched by a link, and nothing else.

use frontdesk_core::FileId;
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::ports::registry::Role;
use gateway::links::{FileLink, Links};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Chat, TestApp, fresh};

const PDF: &[u8] = b"%PDF-1.7\n<script>alert(1)</script>";
const PATH: &str = "/api/v1/public/files/demo-catering";

/// Uploads to a visitor's thread.
async fn upload(app: &TestApp, chat: &Chat, name: &str, content: &[u8]) -> Answer {
    upload_as(app, chat, name, content, &fresh("upload")).await
}

async fn upload_as(app: &TestApp, chat: &Chat, name: &str, content: &[u8], key: &str) -> Answer {
    let path = format!("/api/v1/public/files/{}", chat.tenant);
    let headers = [
        ("x-user-id", chat.user.as_str()),
        ("x-thread-id", chat.thread.as_str()),
        ("x-file-name", name),
        ("idempotency-key", key),
    ];
    let body = content.to_vec();
    app.anonymous()
        .post_raw(&path, &headers, "application/octet-stream", body)
        .await
}

/// A message that carries files.
fn carrying(chat: &Chat, content: &str, files: &[&Value]) -> Value {
    let mut frame = chat.message_frame(&fresh("m"), content);
    frame["attachments"] = files.iter().map(|file| (*file).clone()).collect();
    frame
}

#[tokio::test]
async fn a_file_goes_with_a_message_and_comes_back_to_be_saved() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    let uploaded = upload(&app, &chat, "men%C3%BA%E2%80%AEfdp.html", PDF).await;
    assert_eq!(uploaded.status, 201, "{uploaded:?}");
    let file = uploaded.json();
    assert_eq!(file["name"], "menúfdp.html.pdf");
    assert_eq!(
        (&file["mediaType"], &file["bytes"]),
        (&json!("application/pdf"), &json!(PDF.len()))
    );

    chat.send(&carrying(&chat, "", &[&file["id"]])).await;
    assert_eq!(chat.next_of("ack").await["seq"], 1);
    let reply = chat.next_of("message").await["content"].as_str().unwrap().to_owned();
    assert!(reply.contains("got your file"), "{reply}");

    let mut second_tab = chat.again().await;
    second_tab.resume(0).await;
    let shown = second_tab.next_of("message").await;
    let carried = &shown["attachments"][0];
    assert_eq!((&carried["id"], &carried["name"]), (&file["id"], &file["name"]));
    let link = format!("/{}", carried["url"].as_str().unwrap());
    let fetched = app.anonymous().get(&link).await;
    assert_eq!((fetched.status, fetched.text.as_bytes()), (200, PDF));
    assert_eq!(fetched.header("content-type"), "application/pdf");
    assert!(
        fetched
            .header("content-disposition")
            .starts_with("attachment; filename=\"men_fdp.html.pdf\";")
    );
    assert_eq!(fetched.header("x-content-type-options"), "nosniff");
    assert_eq!(fetched.header("content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!(fetched.header("content-length"), PDF.len().to_string());
}

#[tokio::test]
async fn a_large_file_comes_back_as_it_was() {
    let app = TestApp::start().await;
    let chat = app.chat().await;
    let mut content = b"%PDF-1.7\n".to_vec();
    content.extend((0..1_200_000_u32).map(|index| b'a' + u8::try_from(index % 23).unwrap()));
    let uploaded = upload(&app, &chat, "long.pdf", &content).await;
    assert_eq!(uploaded.status, 201, "{uploaded:?}");
    let link = format!("/{}", uploaded.json()["url"].as_str().unwrap());
    let fetched = app.anonymous().get(&link).await;
    assert_eq!(fetched.text.len(), content.len());
    assert!(fetched.text.as_bytes() == content);
}

#[tokio::test]
async fn what_is_not_taken_is_told_why_and_not_kept() {
    let app = TestApp::with_settings("[files]\nper_conversation_max = 2").await;
    let chat = app.chat().await;
    let too_large = vec![b'a'; 10_000_001];
    for (content, status, code) in [
        (&b""[..], 422, "file_empty"),
        (&too_large, 413, "file_too_large"),
        (b"<!DOCTYPE html><script>alert(1)</script>", 415, "file_wrong_type"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            415,
            "file_wrong_type",
        ),
        (b"MZ\x90\0\x03\0\0\0", 415, "file_wrong_type"),
        (
            b"ID3\x03\0\0\0\0\0\0sound, which this tenant does not take",
            415,
            "file_wrong_type",
        ),
    ] {
        let answer = upload(&app, &chat, "photo.jpg", content).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{answer:?}");
    }
    for _ in 0..2 {
        assert_eq!(upload(&app, &chat, "a.pdf", PDF).await.status, 201);
    }
    let answer = upload(&app, &chat, "a.pdf", PDF).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (409, "files_conversation_full")
    );
}

#[tokio::test]
async fn a_tenant_has_so_much_room_and_one_without_takes_nothing() {
    let app = TestApp::with_settings("[files]\nper_tenant_bytes_max = 40").await;
    let mut chat = app.chat().await;
    assert_eq!(upload(&app, &chat, "a.pdf", PDF).await.status, 201);
    let answer = upload(&app, &chat, "b.pdf", PDF).await;
    assert_eq!((answer.status, answer.code().as_str()), (507, "files_full"));
    let look = app.anonymous().get("/api/v1/public/widget/demo-catering").await.json();
    assert_eq!(look["files"]["bytesMax"], 10_000_000);
    assert_eq!(look["files"]["kinds"], json!(["images", "documents"]));

    chat.tenant = "demo-restaurant".to_owned();
    let answer = upload(&app, &chat, "a.pdf", PDF).await;
    assert_eq!((answer.status, answer.code().as_str()), (403, "files_not_taken"));
    let look = app
        .anonymous()
        .get("/api/v1/public/widget/demo-restaurant")
        .await
        .json();
    assert_eq!(look["files"], Value::Null);
    chat.tenant = "nobody".to_owned();
    assert_eq!(upload(&app, &chat, "a.pdf", PDF).await.status, 404);
}

#[tokio::test]
async fn one_address_uploads_so_many_files_a_minute() {
    let app = TestApp::with_settings("[forms]\nper_address_per_minute = 2").await;
    let chat = app.chat().await;
    for status in [201, 201, 429] {
        let answer = upload(&app, &chat, "a.pdf", PDF).await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
}

#[tokio::test]
async fn an_upload_whose_answer_was_lost_is_one_file() {
    let app = TestApp::with_settings("[files]\nper_conversation_max = 1").await;
    let chat = app.chat().await;
    let first = upload_as(&app, &chat, "a.pdf", PDF, "u1").await.json();
    let again = upload_as(&app, &chat, "a.pdf", PDF, "u1").await;
    assert_eq!((again.status, &again.json()["id"]), (201, &first["id"]));
}

#[tokio::test]
async fn nobody_elses_files_are_carried_looked_up_or_withdrawn() {
    let app = TestApp::start().await;
    let (mut ana, mut eve) = (app.chat().await, app.chat().await);
    ana.say("hi").await;
    let file = upload(&app, &ana, "a.pdf", PDF).await.json();

    eve.send(&carrying(&eve, "look", &[&file["id"]])).await;
    assert_eq!(eve.refusal().await, "bad_attachment");
    let mut stolen = ana.again().await;
    stolen.user = eve.user.clone();
    assert_eq!(
        upload(&app, &stolen, "a.pdf", PDF).await.status,
        404,
        "a thread belongs to its first sender"
    );

    let path = format!("{PATH}/{}", file["id"].as_str().unwrap());
    let headers = |chat: &Chat| [("x-user-id", chat.user.clone()), ("x-thread-id", chat.thread.clone())];
    for (chat, found) in [(&eve, 404), (&stolen, 404), (&ana, 200)] {
        let headers = headers(chat);
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        let answer = app.anonymous().ask(Method::GET, &path, &headers).await;
        assert_eq!(answer.status, found);
    }
    let other_tenant = path.replace("demo-catering", "demo-academy");
    let (own, foreign) = (headers(&ana), headers(&eve));
    let own = own.each_ref().map(|(name, value)| (*name, value.as_str()));
    let foreign = foreign.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(app.anonymous().ask(Method::GET, &other_tenant, &own).await.status, 404);
    app.anonymous().ask(Method::DELETE, &path, &foreign).await;
    assert_eq!(app.anonymous().ask(Method::GET, &path, &own).await.status, 200);
    assert_eq!(app.anonymous().ask(Method::DELETE, &path, &own).await.status, 204);
    assert_eq!(app.anonymous().ask(Method::GET, &path, &own).await.status, 404);
    ana.send(&carrying(&ana, "", &[&file["id"]])).await;
    assert_eq!(ana.refusal().await, "bad_attachment");
}

#[tokio::test]
async fn a_carried_file_stays_when_its_sender_withdraws_it() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    let file = upload(&app, &chat, "a.pdf", PDF).await.json();
    chat.send(&carrying(&chat, "here", &[&file["id"]])).await;
    chat.next_of("ack").await;
    let path = format!("{PATH}/{}", file["id"].as_str().unwrap());
    let headers = [("x-user-id", chat.user.as_str()), ("x-thread-id", chat.thread.as_str())];
    app.anonymous().ask(Method::DELETE, &path, &headers).await;
    assert_eq!(app.anonymous().ask(Method::GET, &path, &headers).await.status, 200);
    let id: FileId = file["id"].as_str().unwrap().parse().unwrap();
    let stored = app.database.files.file(&Scope::All, id).await.unwrap().unwrap();
    assert_eq!(stored.seq, Some(1), "noted in the commit of its turn");
}

#[tokio::test]
async fn links_end_and_cannot_be_made_up() {
    let app = TestApp::start().await;
    let chat = app.chat().await;
    let file = upload(&app, &chat, "a.pdf", PDF).await.json();
    let base = format!("http://{}", app.address).parse().unwrap();
    let links = Links::open(&*app.database.registry, base).await.unwrap();
    let id: FileId = file["id"].as_str().unwrap().parse().unwrap();
    let link = |file, millis| {
        links.file(&FileLink {
            file,
            expires_at: app.clock().now().plus(millis),
        })
    };
    let soon = std::time::Duration::from_secs(60);
    for (path, status) in [
        (link(id, soon), 200),
        (link(id, std::time::Duration::ZERO), 410),
        (link(FileId(uuid::Uuid::new_v4()), soon), 404),
        (format!("f/{id}"), 404),
        (format!("{}x", link(id, soon)), 404),
    ] {
        assert_eq!(app.anonymous().get(&format!("/{path}")).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn frames_with_too_many_or_wrong_files_are_refused() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    let ids: Vec<Value> = (0..11).map(|_| json!(uuid::Uuid::new_v4())).collect();
    chat.send(&carrying(&chat, "hi", &ids.iter().collect::<Vec<_>>())).await;
    assert_eq!(chat.refusal().await, "bad_frame");
    chat.send(&carrying(&chat, "hi", &[&json!("a.pdf")])).await;
    assert_eq!(chat.refusal().await, "bad_frame");
    chat.send(&carrying(&chat, " ", &[])).await;
    assert_eq!(chat.refusal().await, "empty");
    chat.send(&carrying(&chat, "hi", &[&ids[0]])).await;
    assert_eq!(chat.refusal().await, "bad_attachment");
}

#[tokio::test]
async fn pages_of_other_sites_may_send_files_where_the_tenant_lets_them() {
    let app = TestApp::start().await;
    let asked = app.anonymous().preflight(PATH, "https://shop.example").await;
    assert_eq!(asked.status, 204);
    assert_eq!(asked.header("access-control-allow-origin"), "https://shop.example");
    assert!(asked.header("access-control-allow-headers").contains("x-file-name"));
    let demo = frontdesk_actors::demo::MANIFESTS[0].1;
    let entry = "[profile]\nallowed_origins = [\"https://shop.example\"]";
    app.put_tenant("strict", &demo.replacen("[profile]", entry, 1)).await;
    let chat = app.chat().await;
    for (origin, status) in [("https://shop.example", 201), ("https://evil.example", 403)] {
        let headers = [
            ("x-user-id", chat.user.as_str()),
            ("x-thread-id", chat.thread.as_str()),
            ("x-file-name", "a.pdf"),
            ("origin", origin),
        ];
        let path = "/api/v1/public/files/strict";
        let answer = app
            .anonymous()
            .post_raw(path, &headers, "application/pdf", PDF.to_vec())
            .await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
}

/// Uploads as our script does.
async fn enclose(app: &TestApp, browser: &Browser, path: &str, name: &str, content: &[u8]) -> Answer {
    let cookie = browser.cookie.clone().unwrap_or_default();
    let headers = [
        ("cookie", cookie.as_str()),
        ("x-csrf-token", browser.csrf.as_str()),
        ("x-fragment", "1"),
        ("x-file-name", name),
        ("idempotency-key", "once"),
    ];
    let path = format!("{path}/files");
    app.anonymous()
        .post_raw(&path, &headers, "application/octet-stream", content.to_vec())
        .await
}

/// A visitor's conversation in the console.
async fn conversation(chat: &mut Chat) -> String {
    let welcome = chat.hello().await;
    chat.ask("hello").await;
    format!("/console/conversations/{}", welcome["conversationId"].as_str().unwrap())
}

#[tokio::test]
async fn a_colleague_sees_a_file_and_sends_one_back() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    let path = conversation(&mut chat).await;
    let file = upload(&app, &chat, "%3Cimg%20src%3Dx%3E.pdf", PDF).await.json();
    chat.send(&carrying(&chat, "our menu", &[&file["id"]])).await;
    let seq = chat.next_of("ack").await["seq"].as_u64().unwrap();

    let mut olga = app.signed_in(Role::Operator, Some("demo-catering")).await;
    let page = olga.get(&path).await;
    let link = format!("{path}/files/{seq}/0");
    assert!(
        page.text.contains(&link) && page.text.contains("_img src=x_.pdf"),
        "{}",
        page.text
    );
    assert!(page.text.contains(&format!("PDF · {} B", PDF.len())), "{}", page.text);
    let redirect = olga.get(&link).await;
    assert_eq!(redirect.status, 303);
    let fetched = olga.get(&redirect.location).await;
    assert_eq!((fetched.status, fetched.text.as_bytes()), (200, PDF));
    for (nothing, status) in [
        (format!("{path}/files/{seq}/1"), 404),
        (format!("{path}/files/0/0"), 404),
    ] {
        assert_eq!(olga.get(&nothing).await.status, status, "{nothing}");
    }

    let sent = enclose(&app, &olga, &path, "offer.pdf", PDF).await;
    assert_eq!(sent.status, 201, "{sent:?}");
    let id = sent.json()["id"].as_str().unwrap().to_owned();
    let said = olga
        .submit(
            &format!("{path}/messages"),
            &[("key", "k1"), ("text", ""), ("files", &id)],
        )
        .await;
    assert_eq!(said.status, 303, "{}", said.text);
    let words = loop {
        let words = chat.next_of("message").await;
        if words["role"] == "operator" {
            break words;
        }
    };
    assert_eq!(words["attachments"][0]["name"], "offer.pdf");
    let link = format!("/{}", words["attachments"][0]["url"].as_str().unwrap());
    assert_eq!(app.anonymous().get(&link).await.text.as_bytes(), PDF);
}

#[tokio::test]
async fn a_colleagues_file_is_of_their_conversation_and_within_bounds() {
    let app = TestApp::start().await;
    let (mut ana, mut ben) = (app.chat().await, app.chat().await);
    let (path, other) = (conversation(&mut ana).await, conversation(&mut ben).await);
    let olga = app.signed_in(Role::Operator, Some("demo-catering")).await;
    let page = enclose(&app, &olga, &path, "a.html", b"<!DOCTYPE html><p>hi</p>").await;
    assert_eq!(page.status, 422);
    assert!(page.text.starts_with("Files of this type"), "{}", page.text);
    let id = enclose(&app, &olga, &path, "a.pdf", PDF).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut olga = olga;
    for (place, files) in [(&other, id.as_str()), (&path, "nonsense")] {
        let page = olga
            .submit(
                &format!("{place}/messages"),
                &[("key", "k"), ("text", "hi"), ("files", files)],
            )
            .await;
        assert_eq!(page.status, 422, "{}", page.text);
    }
}

#[tokio::test]
async fn who_may_fetch_and_send_files() {
    let app = TestApp::start().await;
    let mut chat = app.chat().await;
    let path = conversation(&mut chat).await;
    let file = upload(&app, &chat, "a.pdf", PDF).await.json();
    chat.send(&carrying(&chat, "", &[&file["id"]])).await;
    let seq = chat.next_of("ack").await["seq"].as_u64().unwrap();
    let link = format!("{path}/files/{seq}/0");
    for (role, tenant, fetches, sends) in [
        (Role::Viewer, Some("demo-catering"), 303, 403),
        (Role::Operator, Some("demo-catering"), 303, 201),
        (Role::Admin, None, 303, 201),
        (Role::Viewer, Some("demo-academy"), 404, 403),
        (Role::Operator, Some("demo-academy"), 404, 404),
        (Role::Admin, Some("demo-academy"), 404, 404),
    ] {
        let mut browser = app.signed_in(role, tenant).await;
        assert_eq!(browser.get(&link).await.status, fetches, "{role:?} of {tenant:?}");
        assert_eq!(
            enclose(&app, &browser, &path, "a.pdf", PDF).await.status,
            sends,
            "{role:?} of {tenant:?}"
        );
        browser.csrf = "forged".to_owned();
        assert_eq!(enclose(&app, &browser, &path, "a.pdf", PDF).await.status, 403);
    }
    let mut nobody = Browser::new(app.address);
    assert_eq!(nobody.get(&link).await.status, 303);
    assert!(nobody.get(&link).await.location.starts_with("/console/sign-in"));
}
