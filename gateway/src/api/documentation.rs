//! The API's description: as OpenAPI for programs, and as a page for people that needs no script.

use std::fmt::Write;

use bytes::Bytes;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

/// Adds how to sign in to the description.
pub struct BearerToken;

impl utoipa::Modify for BearerToken {
    fn modify(&self, description: &mut OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = description.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    }
}

/// Renders the page once, at start.
pub fn render(description: &OpenApi) -> Bytes {
    let json = serde_json::to_value(description).unwrap_or_default();
    let info = &json["info"];
    let mut html = String::from(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>Frontdesk API</title><link rel=\"stylesheet\" href=\"/assets/docs/docs.css\"></head><body><main>",
    );
    let version = escape(info["version"].as_str().unwrap_or_default());
    let words = prose(info["description"].as_str().unwrap_or_default());
    let _ = write!(
        html,
        "<h1>Frontdesk API <small>{version}</small></h1><p>{words}</p>\
         <p><a href=\"/api/openapi.json\">openapi.json</a></p>"
    );
    for (path, methods) in json["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            operation_section(&mut html, path, method, operation);
        }
    }
    html.push_str("</main></body></html>");
    html.into()
}

/// Writing into a string cannot fail, hence the ignored results here and above.
fn operation_section(html: &mut String, path: &str, method: &str, operation: &serde_json::Value) {
    let summary = prose(operation["summary"].as_str().unwrap_or_default());
    let _ = write!(
        html,
        "<section><h2><code class=\"{method}\">{}</code> <code>{}</code></h2><p>{summary}</p>",
        method.to_uppercase(),
        escape(path)
    );
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let rows: String = parameters
        .map(|parameter| {
            format!(
                "<tr><th><code>{}</code></th><td>{}</td><td>{}</td></tr>",
                escape(parameter["name"].as_str().unwrap_or_default()),
                escape(parameter["in"].as_str().unwrap_or_default()),
                prose(parameter["description"].as_str().unwrap_or_default()),
            )
        })
        .collect();
    if !rows.is_empty() {
        let _ = write!(html, "<table>{rows}</table>");
    }
    let statuses: Vec<&str> = operation["responses"]
        .as_object()
        .map(|responses| responses.keys().map(String::as_str).collect())
        .unwrap_or_default();
    let _ = write!(
        html,
        "<p class=\"answers\">Answers: {}</p></section>",
        statuses.join(", ")
    );
}

/// A sentence of the description: what stands between backticks is code.
fn prose(text: &str) -> String {
    let mut html = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        let Some((code, after)) = after.split_once('`') else {
            break;
        };
        let _ = write!(html, "{}<code>{}</code>", escape(before), escape(code));
        rest = after;
    }
    html + &escape(rest)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::prose;

    #[test]
    fn code_in_a_sentence_is_set_as_code() {
        for (told, shown) in [
            ("a `b<c>` and `d`", "a <code>b&lt;c&gt;</code> and <code>d</code>"),
            ("nothing & more", "nothing &amp; more"),
            ("`a` left open: `", "<code>a</code> left open: `"),
        ] {
            assert_eq!(prose(told), shown);
        }
    }
}
