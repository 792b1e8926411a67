use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Duration;

use frontdesk_core::UserId;
use frontdesk_core::ports::access::Session;
use frontdesk_core::ports::registry::{Role, User};
use gateway::api::secret_hash;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;

use super::http::client;
use super::{TestApp, fresh, within};

/// What users of tests sign in with.
pub const PASSWORD: &str = "a password of tests";

/// A browser at the console: one cookie, and the token of the page last seen.
pub struct Browser {
    client: reqwest::Client,
    base: String,
    pub cookie: Option<String>,
    pub csrf: String,
}

/// A page, or a redirect.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub location: String,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

/// A stream of events.
pub struct Events {
    response: reqwest::Response,
    heard: String,
}

impl Events {
    /// Waits for an event.
    pub async fn until(&mut self, event: &str) {
        while !self.heard.contains(event) {
            let chunk = within(event, self.response.chunk()).await.unwrap();
            self.heard
                .push_str(str::from_utf8(&chunk.expect("a stream that goes on")).unwrap());
        }
    }

    /// Waits for the end of the stream.
    pub async fn end(mut self) {
        while within("the end of the stream", self.response.chunk())
            .await
            .unwrap()
            .is_some()
        {}
    }
}

impl Browser {
    pub fn new(address: SocketAddr) -> Self {
        Self {
            client: client().redirect(Policy::none()).build().unwrap(),
            base: format!("http://{address}"),
            cookie: None,
            csrf: String::new(),
        }
    }

    pub async fn get(&mut self, path: &str) -> Page {
        let request = self.client.get(format!("{}{path}", self.base));
        self.send(request).await
    }

    /// A page that is there.
    pub async fn read(&mut self, path: &str) -> String {
        let page = self.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        page.text
    }

    /// A part of a page, as our script asks for it.
    pub async fn get_part(&mut self, path: &str) -> Page {
        let request = self.client.get(format!("{}{path}", self.base));
        self.send(request.header("x-fragment", "1")).await
    }

    /// Opens a stream of events.
    pub async fn events(&self, path: &str) -> Events {
        let request = self.client.get(format!("{}{path}", self.base));
        let request = request.header(COOKIE, self.cookie.clone().unwrap());
        let response = within("the stream", request.send()).await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Events {
            response,
            heard: String::new(),
        }
    }

    /// Submits a form, with the token of the page last seen.
    pub async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.csrf.clone();
        let mut fields = fields.to_vec();
        fields.push(("csrf", &csrf));
        self.submit_as(path, &fields, &[]).await
    }

    /// Submits a form as it is, with more headers.
    pub async fn submit_as(&mut self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let mut request = self
            .client
            .post(format!("{}{path}", self.base))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request).await
    }

    pub async fn sign_in(&mut self, email: &str, password: &str) -> Page {
        self.submit("/console/sign-in", &[("email", email), ("password", password)])
            .await
    }

    async fn send(&mut self, mut request: reqwest::RequestBuilder) -> Page {
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        let response = within("a page", request.send()).await.unwrap();
        for cookie in response.headers().get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            self.cookie = (!pair.ends_with('=')).then(|| pair.to_owned());
        }
        let headers = response.headers().clone();
        let page = Page {
            status: response.status().as_u16(),
            location: headers
                .get(LOCATION)
                .map_or("", |value| value.to_str().unwrap())
                .to_owned(),
            headers,
            text: response.text().await.unwrap(),
        };
        if let Some((_, rest)) = page.text.split_once(r#"<meta name="csrf" content=""#) {
            self.csrf = rest.split('"').next().unwrap().to_owned();
        }
        page
    }
}

impl TestApp {
    /// A user with [`PASSWORD`]; `None` is everywhere.
    pub async fn user(&self, role: Role, tenant: Option<&str>) -> User {
        static HASH: OnceLock<String> = OnceLock::new();
        let hash = HASH.get_or_init(|| gateway::console::password::hash(PASSWORD).unwrap());
        let user = User {
            id: UserId(uuid::Uuid::now_v7()),
            email: format!("{}@example.com", fresh("user")),
            password_hash: hash.clone(),
            role,
            tenant: tenant.map(|tenant| tenant.parse().unwrap()),
            name: Some("Olga Operator".to_owned()),
            language: None,
            created_at: self.clock().now(),
        };
        assert!(self.database.registry.add_user(&user).await.unwrap());
        user
    }

    /// A browser with a new user of this role signed in, at the account page.
    pub async fn signed_in(&self, role: Role, tenant: Option<&str>) -> Browser {
        let (token, now) = (fresh("session"), self.clock().now());
        let session = Session {
            token_hash: secret_hash(&token),
            user: self.user(role, tenant).await.id,
            created_at: now,
            seen_at: now,
            expires_at: now.plus(Duration::from_secs(60)),
            device: String::new(),
            address: String::new(),
        };
        self.database.access.open_session(&session).await.unwrap();
        let mut browser = Browser::new(self.address);
        browser.cookie = Some(format!("frontdesk_session={token}"));
        assert_eq!(browser.get("/console/account").await.status, 200);
        browser
    }
}
