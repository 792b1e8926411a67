//! Every page of the console, one request after the other, on the database there is.
//!
//! Which pages there are is not written down: a colleague signs in, and every link that leads to a page not seen
//! yet is followed. Pages that differ in whose they are (ids, businesses, places in a list) are one page.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, Url, header};
use uuid::Uuid;

use super::Settings;
use crate::clock;
use crate::measure::{Latency, histogram, micros};
use crate::process::Plan;
use crate::report::{Figure, Outcome};

/// What a page may take, at the 99th percentile.
const PAGE_MAX_MS: f64 = 50.0;
/// Pages that are told apart; with more, something counts itself up.
const PAGES_MAX: usize = 400;
/// A starting server gets this long: it brings an old database up to date.
const READY_WITHIN: Duration = Duration::from_secs(120);
/// Where the console is.
const HOME: &str = "/console";
/// Pages that no link leads to: what is typed into a search.
const TYPED: [&str; 5] = [
    "/console/inbox?q=Maria+10",
    "/console/contacts?q=Maria+10",
    "/console/leads?q=maria5000%40example.com",
    "/console/newsletter?q=maria5000",
    "/console/messages?q=words+nobody+said",
];
/// Digits from which on a value is somebody's place in a list, not a choice.
const CHOICE_DIGITS_MAX: usize = 4;

/// A page to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Page {
    /// Its address.
    path: String,
    /// The same without whose it is.
    name: String,
}

impl Page {
    /// The page at an address of the console; `None` for what is no page: a file, or a stream.
    fn at(path: &str) -> Option<Self> {
        let address = Url::parse("http://localhost").ok()?.join(path).ok()?;
        let is_ours = address.host_str() == Some("localhost");
        let is_page = is_ours && (address.path() == HOME || address.path().starts_with("/console/"));
        let last = address.path().rsplit('/').next().unwrap_or_default();
        if !is_page || last.contains('.') || matches!(last, "events" | "export") {
            return None;
        }
        let mut name = String::new();
        let mut is_of_tenant = false;
        for segment in address.path().split('/').skip(1) {
            let is_number = segment.parse::<u64>().is_ok();
            let is_whose = is_of_tenant && segment != "new" || is_number || is_of_somebody(segment);
            name.push('/');
            name.push_str(if is_whose { "…" } else { segment });
            is_of_tenant = segment == "tenants";
        }
        let mut choices: Vec<_> = address
            .query_pairs()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| {
                let is_whose = matches!(&*name, "tenant" | "after" | "customer") || is_of_somebody(&value);
                format!("{name}={}", if is_whose { "…" } else { &value })
            })
            .collect();
        choices.sort_unstable();
        if !choices.is_empty() {
            name.push('?');
            name.push_str(&choices.join("&"));
        }
        let path = address.as_str().trim_start_matches("http://localhost").to_owned();
        Some(Self { path, name })
    }
}

/// Whether a part of an address says whose page it is, or where in a list, not which.
fn is_of_somebody(part: &str) -> bool {
    let digits = part.chars().filter(char::is_ascii_digit).count();
    Uuid::try_parse(part).is_ok() || digits > CHOICE_DIGITS_MAX
}

/// The addresses that a page links to.
fn links(page: &str) -> impl Iterator<Item = String> {
    page.split(r#"href=""#).skip(1).filter_map(|rest| {
        let (address, _) = rest.split_once('"')?;
        let address = address.split('#').next().unwrap_or_default();
        Some(address.replace("&amp;", "&"))
    })
}

/// Somebody signed in.
#[derive(Debug)]
struct Colleague {
    http: Client,
    base: String,
    cookie: String,
}

impl Colleague {
    /// A new user of every business, who signs in.
    async fn enter(plan: &Plan, settings: &Settings) -> Result<Self> {
        let (email, password) = (
            format!("{}@example.com", settings.run.name()),
            Uuid::new_v4().to_string(),
        );
        let add = [
            "user",
            "add",
            "--email",
            &email,
            "--password",
            &password,
            "--role",
            "admin",
        ];
        plan.command(&add).await?;
        let http = Client::builder()
            .redirect(Policy::none())
            .timeout(settings.timeout)
            .build()?;
        let base = format!("http://127.0.0.1:{}", plan.port);
        let entered = http
            .post(format!("{base}/console/sign-in"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(format!("email={email}&password={password}"))
            .send()
            .await?;
        ensure!(
            entered.status() == StatusCode::SEE_OTHER,
            "signing in was answered with {}",
            entered.status()
        );
        let cookie = entered
            .headers()
            .get(header::SET_COOKIE)
            .context("no session was begun")?;
        let cookie = cookie.to_str()?.split(';').next().unwrap_or_default().to_owned();
        Ok(Self { http, base, cookie })
    }

    /// Looks at a page: its status, where it leads on to, and its markup.
    async fn look(&self, path: &str) -> Result<(StatusCode, Option<String>, String)> {
        let request = self.http.get(format!("{}{path}", self.base));
        let answer = request.header(header::COOKIE, &self.cookie).send().await?;
        let onward = answer.headers().get(header::LOCATION);
        let onward = onward.and_then(|to| to.to_str().ok()).map(str::to_owned);
        Ok((answer.status(), onward, answer.text().await?))
    }
}

/// Starts the server and asks for each page `requests` times; a page whose 99th percentile is beyond what a page
/// may take, and a link that leads nowhere, fails the run.
///
/// # Errors
///
/// When there is no server to start, nobody can sign in, or it stops answering.
pub async fn run(settings: &Settings, requests: u32) -> Result<Outcome> {
    let plan = settings.plan.as_ref();
    let plan = plan.context("pages starts the server itself: --server is needed")?;
    let server = plan.start_ready(READY_WITHIN).await?;
    let colleague = Colleague::enter(plan, settings).await?;
    let mut outcome = Outcome::new("pages", settings);
    let mut waiting: VecDeque<Page> = std::iter::once(&HOME)
        .chain(&TYPED)
        .filter_map(|path| Page::at(path))
        .collect();
    let mut known: HashSet<String> = waiting.iter().map(|page| page.name.clone()).collect();
    while let Some(page) = waiting.pop_front() {
        let (status, onward, markup) = colleague.look(&page.path).await?;
        for found in links(&markup).chain(onward).filter_map(|link| Page::at(&link)) {
            if known.insert(found.name.clone()) {
                waiting.push_back(found);
            }
        }
        ensure!(
            known.len() <= PAGES_MAX,
            "more than {PAGES_MAX} pages, the last one {}",
            page.path
        );
        if status.is_redirection() {
            continue;
        }
        if status != StatusCode::OK {
            outcome.fail(format!("{} was answered with {status}", page.path));
            continue;
        }
        let latency = measure(&colleague, &page, requests).await?;
        if latency.at(99.0) > PAGE_MAX_MS {
            outcome.fail(format!("{} took {:.1} ms at p99", page.path, latency.at(99.0)));
        }
        outcome.latencies.push(latency);
    }
    server.kill().await?;
    outcome
        .latencies
        .sort_by(|one, other| other.at(99.0).total_cmp(&one.at(99.0)));
    outcome.figures.extend([
        Figure::new("pages", outcome.latencies.len() as f64, "told apart"),
        Figure::new("each asked for", f64::from(requests), "times"),
    ]);
    Ok(outcome)
}

async fn measure(colleague: &Colleague, page: &Page, requests: u32) -> Result<Latency> {
    let mut took = histogram();
    for _ in 0..requests {
        let asked = clock::now();
        let (status, ..) = colleague.look(&page.path).await?;
        took.saturating_record(micros(asked.elapsed()));
        ensure!(status == StatusCode::OK, "{} was answered with {status}", page.path);
    }
    Ok(Latency::of(&page.name, &took))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_differ_in_whose_they_are_are_one() {
        for (path, name) in [
            ("/console", Some("/console")),
            (
                "/console/conversations/01a2001a-53b6-71be-b032-7529cfd49e7c?view=open",
                Some("/console/conversations/…?view=open"),
            ),
            (
                "/console/tenants/bella/settings/words",
                Some("/console/tenants/…/settings/words"),
            ),
            ("/console/tenants/bella/history/3", Some("/console/tenants/…/history/…")),
            ("/console/tenants/new", Some("/console/tenants/new")),
            (
                "/console/messages?tenant=bella&channel=sms&q=",
                Some("/console/messages?channel=sms&tenant=…"),
            ),
            (
                "/console/leads?after=1795297000000-01a2&page=next",
                Some("/console/leads?after=…&page=next"),
            ),
            ("/console/sources?days=30", Some("/console/sources?days=30")),
            ("/console/leads.csv?source=CHAT", None),
            ("/console/events", None),
            ("/console/contacts/01a2001a-53b6-71be-b032-7529cfd49e7c/export", None),
            ("/assets/console/base.css", None),
            ("https://example.com/console", None),
        ] {
            let page = Page::at(path);
            assert_eq!(page.as_ref().map(|page| page.name.as_str()), name, "{path}");
        }
    }

    #[test]
    fn links_are_read_out_of_a_page() {
        let page = r#"<a href="/console/leads?a=1&amp;b=2#top">Leads</a><link href="/assets/x.css">"#;
        assert_eq!(
            links(page).collect::<Vec<_>>(),
            ["/console/leads?a=1&b=2", "/assets/x.css"]
        );
    }
}
