//! The newsletter: the pages its links lead to, and the list as a table for other programs.
//!
//! Following a link only shows a page: mail programs follow links to look for malice, and would
//! confirm or unsubscribe for everybody. The button does it. A mail program's own "unsubscribe"
//! (RFC 8058) posts to the same address.

use std::sync::Arc;

use askama::Template;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use frontdesk_core::ports::reader::{Cursor, Page, Scope};
use frontdesk_core::ports::store;
use frontdesk_core::records::Subscription;
use frontdesk_core::{ChannelKind, DedupeKey, InboundEvent, Language, Personal};
use frontdesk_runtime::Refused;
use futures_util::{Stream, stream};

use super::error::not_found;
use super::extract::Path;
use super::public::accepted_language;
use super::{Api, Caller, Error};
use crate::links::{NewsletterLink, Wish};
use crate::spreadsheet;

/// What a page of ours may load and do.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);
/// Rows read at once for the table.
const PAGE_ROWS: u32 = 200;

/// The page behind a link.
#[derive(Template)]
#[template(path = "newsletter.html")]
struct LinkPage<'a> {
    language: &'static str,
    business: &'a str,
    email: &'a str,
    heading: &'static str,
    /// The button, while there is something to do.
    button: Option<&'static str>,
}

/// Shows what a link will do.
pub async fn show(
    State(api): State<Arc<Api>>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let link = api.links.read(&token).ok_or_else(not_found("link"))?;
    page(&api, &link, &headers, false)
}

/// Does what a link is for.
pub async fn follow(
    State(api): State<Arc<Api>>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let link = api.links.read(&token).ok_or_else(not_found("link"))?;
    match api.runtime.deliver(event(&api, &token, &link)).await {
        Ok(_) | Err(Refused::Parked) => page(&api, &link, &headers, true),
        Err(refused) => Err(refused.into()),
    }
}

/// The same link on the same day is one event: a person may confirm, leave and come back.
fn event(api: &Api, token: &str, link: &NewsletterLink) -> InboundEvent {
    let now = api.clock.now();
    let day = now.as_millis().div_euclid(24 * 60 * 60 * 1_000).to_string();
    let dedupe = DedupeKey::derive(&link.tenant, ChannelKind::Form, &["newsletter", token, &day]);
    link.event(dedupe, now)
}

fn page(api: &Api, link: &NewsletterLink, request: &HeaderMap, is_done: bool) -> Result<Response, Error> {
    let tenant = api.tenants.find(&link.tenant).ok_or_else(not_found("link"))?;
    let settings = tenant.settings();
    let language = accepted_language(request, settings);
    let (heading, button) = words(link.wish, language, is_done);
    let page = LinkPage {
        language: language.code(),
        business: &settings.name,
        email: &link.email,
        heading,
        button,
    };
    let html = page.render().map_err(|_| Error::Internal)?;
    let headers = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // The address in the bar is as good as a password to the subscription.
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    Ok((StatusCode::OK, headers, Html(html)).into_response())
}

/// The heading and the button, if anything is left to do.
const fn words(wish: Wish, language: Language, is_done: bool) -> (&'static str, Option<&'static str>) {
    match (wish, language, is_done) {
        (Wish::Confirm, Language::En, false) => ("Shall we send you our newsletter?", Some("Yes, send it")),
        (Wish::Confirm, Language::Es, false) => ("¿Le enviamos nuestro boletín?", Some("Sí, envíenlo")),
        (Wish::Confirm, Language::Ru, false) => ("Присылать вам нашу рассылку?", Some("Да, присылайте")),
        (Wish::Confirm, Language::Uk, false) => ("Надсилати вам нашу розсилку?", Some("Так, надсилайте")),
        (Wish::Confirm, Language::En, true) => ("Thank you! You are on the list.", None),
        (Wish::Confirm, Language::Es, true) => ("¡Gracias! Ya está en la lista.", None),
        (Wish::Confirm, Language::Ru, true) => ("Спасибо! Вы в списке рассылки.", None),
        (Wish::Confirm, Language::Uk, true) => ("Дякуємо! Ви в списку розсилки.", None),
        (Wish::Unsubscribe, Language::En, false) => ("Leave our newsletter?", Some("Unsubscribe")),
        (Wish::Unsubscribe, Language::Es, false) => ("¿Dejar de recibir el boletín?", Some("Darme de baja")),
        (Wish::Unsubscribe, Language::Ru, false) => ("Отписаться от рассылки?", Some("Отписаться")),
        (Wish::Unsubscribe, Language::Uk, false) => ("Відписатися від розсилки?", Some("Відписатися")),
        (Wish::Unsubscribe, Language::En, true) => ("Done: no more newsletters will come.", None),
        (Wish::Unsubscribe, Language::Es, true) => ("Listo: no recibirá más boletines.", None),
        (Wish::Unsubscribe, Language::Ru, true) => ("Готово: рассылка больше не придёт.", None),
        (Wish::Unsubscribe, Language::Uk, true) => ("Готово: розсилка більше не надходитиме.", None),
    }
}

/// Hands out the newsletter list as a table
///
/// Comma-separated, with a heading, UTF-8, ended subscriptions included. Each row has the link by which its
/// person leaves the list. What a spreadsheet would take for a formula is defused by an apostrophe.
#[utoipa::path(get, path = "/api/v1/newsletter.csv", tag = "people",
    responses((status = 200, body = String, content_type = "text/csv")))]
pub async fn table(State(api): State<Arc<Api>>, caller: Caller) -> Result<Response, Error> {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"newsletter.csv\""),
    ];
    Ok((headers, Body::from_stream(rows(api, caller.scope))).into_response())
}

/// What is still to be read.
enum Rest {
    Heading,
    After(Option<Cursor>),
    Nothing,
}

/// Page by page, as fast as the reader takes it.
fn rows(api: Arc<Api>, scope: Scope) -> impl Stream<Item = Result<Bytes, store::Error>> {
    stream::try_unfold(Rest::Heading, move |rest| {
        let (api, scope) = (Arc::clone(&api), scope.clone());
        async move {
            let after = match rest {
                Rest::Heading => return Ok(Some((Bytes::from_static(HEADING.as_bytes()), Rest::After(None)))),
                Rest::Nothing => return Ok(None),
                Rest::After(cursor) => cursor,
            };
            let page = Page {
                after,
                limit: PAGE_ROWS,
            };
            let part = api.reader.newsletter(&scope, page).await?;
            let lines: String = part.items.iter().map(|row| line(&api, row)).collect();
            let rest = part.next.map_or(Rest::Nothing, |next| Rest::After(Some(next)));
            Ok(Some((Bytes::from(lines), rest)))
        }
    })
}

const HEADING: &str = "tenant,email,name,phone,source,email_consent,sms_consent,subscribed_at,confirmed_at,\
    unsubscribed_at,unsubscribe_url\r\n";

fn line(api: &Api, row: &Subscription) -> String {
    let words = |text: &Option<Personal>| text.as_ref().map_or(String::new(), |text| text.as_str().to_owned());
    let url = api.links.newsletter(&NewsletterLink {
        tenant: row.tenant.clone(),
        email: row.email.clone(),
        wish: Wish::Unsubscribe,
    });
    let fields = [
        row.tenant.to_string(),
        row.email.as_str().to_owned(),
        words(&row.name),
        words(&row.phone),
        row.source.clone(),
        row.email_consent.to_string(),
        row.sms_consent.to_string(),
        row.subscribed_at.to_string(),
        row.confirmed_at.map_or(String::new(), |at| at.to_string()),
        row.unsubscribed_at.map_or(String::new(), |at| at.to_string()),
        url,
    ];
    spreadsheet::line(fields)
}
