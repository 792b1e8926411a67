use std::net::SocketAddr;

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// A client of the API.
#[derive(Clone)]
pub struct Http {
    client: reqwest::Client,
    base: String,
    token: Option<String>,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// The stable code of a problem.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A client that begins each call on a connection of its own: the server closes those at rest, and a call that is just
/// being sent on one is lost.
pub fn client() -> reqwest::ClientBuilder {
    reqwest::Client::builder().pool_max_idle_per_host(0)
}

impl Http {
    pub fn new(address: SocketAddr, token: Option<&str>) -> Self {
        Self {
            client: client().build().unwrap(),
            base: format!("http://{address}"),
            token: token.map(str::to_owned),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.client.get(self.url(path))).await
    }

    pub async fn get_with(&self, path: &str, header: (&str, &str)) -> Answer {
        self.send(self.client.get(self.url(path)).header(header.0, header.1))
            .await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.client.post(self.url(path)).json(body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(self.client.put(self.url(path)).json(body)).await
    }

    /// Posts JSON with more headers.
    pub async fn post_json(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let request = self.client.post(self.url(path)).json(body);
        let request = headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request).await
    }

    /// Posts a form with more headers.
    pub async fn post_form(&self, path: &str, headers: &[(&str, &str)], form: &str) -> Answer {
        let media_type = "application/x-www-form-urlencoded";
        self.post_raw(path, headers, media_type, form.to_owned()).await
    }

    /// Posts these bytes with more headers.
    pub async fn post_raw(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        media_type: &str,
        body: impl Into<reqwest::Body>,
    ) -> Answer {
        let request = self.client.post(self.url(path)).header("content-type", media_type);
        let request = headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request.body(body)).await
    }

    /// Any method, with headers and without a body.
    pub async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = self.client.request(method, self.url(path));
        let request = headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request).await
    }

    pub async fn post_once(&self, path: &str, key: &str, body: &Value) -> Answer {
        let request = self.client.post(self.url(path)).json(body);
        self.send(request.header("idempotency-key", key)).await
    }

    /// A body that is sent as JSON, whatever it is.
    pub async fn post_text(&self, path: &str, body: &str) -> Answer {
        let request = self.client.post(self.url(path)).body(body.to_owned());
        self.send(request.header("content-type", "application/json")).await
    }

    /// As a browser sends it from a page of that origin.
    pub async fn post_from(&self, path: &str, origin: &str, body: &Value) -> Answer {
        let request = self.client.post(self.url(path)).json(body);
        self.send(request.header("origin", origin)).await
    }

    /// What a browser asks before it sends from a page of that origin.
    pub async fn preflight(&self, path: &str, origin: &str) -> Answer {
        let request = self.client.request(Method::OPTIONS, self.url(path));
        let request = request.header("access-control-request-method", "POST");
        self.send(request.header("origin", origin)).await
    }

    /// The items of a list's first page.
    pub async fn items(&self, path: &str) -> Vec<Value> {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["items"].as_array().unwrap().clone()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    async fn send(&self, mut request: reqwest::RequestBuilder) -> Answer {
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = super::within("an answer", request.send()).await.unwrap();
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        }
    }
}
