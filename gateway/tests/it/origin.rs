//! Which pages may show a tenant's chat.

use tokio_tungstenite::tungstenite::Error;

use crate::support::{Chat, TestApp};

const ALLOWED: &str = "https://shop.example";

/// An installation whose only tenant names its sites.
async fn strict_app() -> TestApp {
    let app = TestApp::start().await;
    for (id, manifest) in frontdesk_actors::demo::MANIFESTS {
        let entry = format!("[profile]\nallowed_origins = [\"{ALLOWED}\"]");
        app.put_tenant(id, &manifest.replacen("[profile]", &entry, 1)).await;
    }
    crate::support::eventually("the sites are in force", || async {
        Chat::connect(app.address, Some("https://evil.example"))
            .await
            .is_err()
            .then_some(())
    })
    .await;
    app
}

#[tokio::test]
async fn a_site_that_no_tenant_allows_gets_no_socket() {
    let app = strict_app().await;
    let refused = Chat::connect(app.address, Some("https://evil.example")).await;
    let Err(Error::Http(response)) = refused else {
        panic!("it was let in");
    };
    assert_eq!(response.status(), 403);
    assert!(Chat::connect(app.address, Some("null")).await.is_err());
}

#[tokio::test]
async fn allowed_sites_our_own_pages_and_programs_get_in() {
    let app = strict_app().await;
    let own = format!("http://{}", app.address);
    for origin in [None, Some(own.as_str()), Some(ALLOWED)] {
        let mut chat = Chat::connect(app.address, origin).await.unwrap();
        assert_eq!(chat.say("hi").await, 1, "{origin:?}");
    }
}

#[tokio::test]
async fn a_site_of_one_tenant_is_not_let_in_to_another() {
    let app = strict_app().await;
    let demo = frontdesk_actors::demo::MANIFESTS[0].1;
    let entry = "[profile]\nallowed_origins = [\"https://other.example\"]";
    app.put_tenant("other", &demo.replacen("[profile]", entry, 1)).await;
    let mut chat = Chat::connect(app.address, Some(ALLOWED)).await.unwrap();
    chat.tenant = "other".to_owned();
    assert_eq!(chat.resume(0).await["code"], "forbidden");
}
