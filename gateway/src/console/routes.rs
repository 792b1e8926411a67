//! The table of pages: address, method, and who may.

use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use frontdesk_core::ports::reader::{DeadLetterRow, MessageRow, RefusedRow};
use frontdesk_core::ports::registry::Role;
use frontdesk_core::records::{Consent, Contact, Lead, Subscription};

use super::gate::{self, Gate};
use super::records::Business;
use super::tenants::channels::Channel;
use super::{
    Console, Needs, account, acts, alarms, audit, canned, contact, conversation, devices, events, files, home, inbox,
    ledger, notes, records, second_step, sign_in, sources, tags, tenants, timers, try_it, users, views,
};

/// A row of the table of pages.
#[derive(Debug)]
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its address, as axum writes it.
    pub path: &'static str,
    /// Who may.
    pub needs: Needs,
    handler: MethodRouter<Arc<Console>>,
}

fn route<H, T>(method: &Method, filter: MethodFilter, path: &'static str, needs: Needs, handler: H) -> Route
where
    H: Handler<T, Arc<Console>>,
    T: 'static,
{
    Route {
        method: method.clone(),
        path,
        needs,
        handler: on(filter, handler),
    }
}

/// A page to look at.
fn show<H, T>(path: &'static str, needs: Needs, handler: H) -> Route
where
    H: Handler<T, Arc<Console>>,
    T: 'static,
{
    route(&Method::GET, MethodFilter::GET, path, needs, handler)
}

/// Something to do.
fn act<H, T>(path: &'static str, needs: Needs, handler: H) -> Route
where
    H: Handler<T, Arc<Console>>,
    T: 'static,
{
    route(&Method::POST, MethodFilter::POST, path, needs, handler)
}

const NOBODY: Needs = Needs::Nothing;
const VIEWER: Needs = Needs::Role(Role::Viewer);
const OPERATOR: Needs = Needs::Role(Role::Operator);
const ADMIN: Needs = Needs::Role(Role::Admin);
const OWNER: Needs = Needs::Everywhere(Role::Admin);

/// Every page there is, and who may.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        show("/console/sign-in", NOBODY, sign_in::page),
        act("/console/sign-in", NOBODY, sign_in::sign_in),
        show("/console/sign-in/code", NOBODY, second_step::entry_page),
        act("/console/sign-in/code", NOBODY, second_step::check),
        show("/console/welcome/{token}", NOBODY, sign_in::welcome),
        act("/console/welcome/{token}", NOBODY, sign_in::add_first),
        act("/console/sign-out", VIEWER, sign_in::sign_out),
        show("/console", VIEWER, home::page),
        show("/console/inbox", VIEWER, inbox::page),
        show("/console/events", VIEWER, events::stream),
        act("/console/views", VIEWER, views::save),
        act("/console/views/remove", VIEWER, views::remove),
        show("/console/replies", VIEWER, canned::page),
        act("/console/replies", OPERATOR, canned::put),
        act("/console/replies/remove", OPERATOR, canned::remove),
        show("/console/conversations/{id}", VIEWER, conversation::page),
        act("/console/conversations/{id}/take-over", OPERATOR, acts::take_over),
        act("/console/conversations/{id}/give-back", OPERATOR, acts::give_back),
        act("/console/conversations/{id}/messages", OPERATOR, acts::say),
        act("/console/conversations/{id}/templates", OPERATOR, acts::send_template),
        act("/console/conversations/{id}/typing", OPERATOR, acts::typing),
        act(
            "/console/conversations/{id}/messages/{seq}/arrived",
            OPERATOR,
            acts::arrived,
        ),
        act(
            "/console/conversations/{id}/messages/{seq}/send-again",
            OPERATOR,
            acts::send_again,
        ),
        act("/console/conversations/{id}/files", OPERATOR, files::upload),
        show("/console/conversations/{id}/files/{seq}/{index}", VIEWER, files::fetch),
        act("/console/conversations/{id}/notes", OPERATOR, notes::add),
        act("/console/conversations/{id}/assign", OPERATOR, notes::assign),
        act("/console/conversations/{id}/unassign", OPERATOR, notes::unassign),
        act("/console/conversations/{id}/tags", OPERATOR, tags::add),
        act("/console/conversations/{id}/tags/remove", OPERATOR, tags::remove),
        act("/console/conversations/{id}/timers", OPERATOR, timers::act),
        show("/console/account", VIEWER, account::page),
        act("/console/account", VIEWER, account::save),
        act("/console/account/password", VIEWER, account::change_password),
        act(
            "/console/account/sign-out-everywhere",
            VIEWER,
            account::sign_out_everywhere,
        ),
        show("/console/account/second-step", VIEWER, second_step::setup_page),
        act("/console/account/second-step", VIEWER, second_step::begin),
        act("/console/account/second-step/confirm", VIEWER, second_step::confirm),
        act("/console/account/second-step/codes", VIEWER, second_step::replace_codes),
        act("/console/account/second-step/remove", VIEWER, second_step::remove),
        act("/console/account/devices/end", VIEWER, devices::end),
        act("/console/account/devices/end-others", VIEWER, devices::end_others),
        show("/console/audit", ADMIN, audit::page),
        show("/console/leads", VIEWER, records::page::<Lead>),
        show("/console/leads/{id}", VIEWER, records::lead),
        show("/console/leads.csv", OPERATOR, records::export::<Lead>),
        show("/console/leads.xlsx", OPERATOR, records::workbook::<Lead>),
        show("/console/contacts", VIEWER, records::page::<Contact>),
        show("/console/contacts.csv", OPERATOR, records::export::<Contact>),
        show("/console/contacts.xlsx", OPERATOR, records::workbook::<Contact>),
        show("/console/contacts/{id}", VIEWER, contact::page),
        show("/console/contacts/{id}/export", ADMIN, contact::export),
        act("/console/contacts/{id}/merge", OPERATOR, contact::merge),
        act("/console/contacts/{id}/tags", OPERATOR, contact::add_tag),
        act("/console/contacts/{id}/tags/remove", OPERATOR, contact::remove_tag),
        act("/console/contacts/{id}/erase", ADMIN, contact::erase),
        act("/console/conversations/{id}/erase", ADMIN, contact::erase_thread),
        act("/console/merges/{id}/undo", OPERATOR, contact::unmerge),
        show("/console/erasures", ADMIN, contact::erasures),
        show("/console/newsletter", VIEWER, records::page::<Subscription>),
        show("/console/newsletter.csv", OPERATOR, records::export::<Subscription>),
        show("/console/newsletter.xlsx", OPERATOR, records::workbook::<Subscription>),
        show("/console/consents", VIEWER, records::page::<Consent>),
        show("/console/consents.csv", OPERATOR, records::export::<Consent>),
        show("/console/consents.xlsx", OPERATOR, records::workbook::<Consent>),
        act("/console/leads/export", OPERATOR, records::export_ticked::<Lead>),
        act("/console/contacts/export", OPERATOR, records::export_ticked::<Contact>),
        act("/console/contacts/merge", OPERATOR, records::merge_contacts),
        act("/console/contacts/tags", OPERATOR, records::tag_contacts),
        act(
            "/console/newsletter/export",
            OPERATOR,
            records::export_ticked::<Subscription>,
        ),
        act("/console/newsletter/unsubscribe", OPERATOR, records::unsubscribe),
        act("/console/columns", VIEWER, records::choose_columns),
        show("/console/messages", VIEWER, records::page::<MessageRow>),
        show("/console/messages.csv", OPERATOR, records::export::<MessageRow>),
        show("/console/messages.xlsx", OPERATOR, records::workbook::<MessageRow>),
        act("/console/messages/see-to", OPERATOR, records::see_to_messages),
        show("/console/dead-letters", VIEWER, records::page::<DeadLetterRow>),
        show("/console/dead-letters.csv", OPERATOR, records::export::<DeadLetterRow>),
        show(
            "/console/dead-letters.xlsx",
            OPERATOR,
            records::workbook::<DeadLetterRow>,
        ),
        show("/console/refused", VIEWER, records::page::<RefusedRow>),
        show("/console/refused.csv", OPERATOR, records::export::<RefusedRow>),
        show("/console/refused.xlsx", OPERATOR, records::workbook::<RefusedRow>),
        show("/console/dead-letters/{id}", OPERATOR, records::dead_letter),
        act("/console/leads/mark", OPERATOR, records::mark_leads),
        act("/console/dead-letters/replay", OPERATOR, records::replay_all),
        act("/console/dead-letters/{id}/replay", OPERATOR, records::replay),
        show("/console/alarms", VIEWER, alarms::page),
        act("/console/alarms/{id}/acknowledge", OPERATOR, alarms::acknowledge),
        show("/console/channels", VIEWER, records::page::<Channel>),
        show("/console/channels.csv", OPERATOR, records::export::<Channel>),
        show("/console/channels.xlsx", OPERATOR, records::workbook::<Channel>),
        show("/console/sources", VIEWER, sources::page),
        show("/console/ledger", VIEWER, ledger::page),
        show("/console/try", OPERATOR, try_it::page),
        act("/console/try/messages", OPERATOR, try_it::write),
        act("/console/try/calls", OPERATOR, try_it::call),
        act("/console/try/faults", OWNER, try_it::break_it),
        show("/console/tenants", ADMIN, records::page::<Business>),
        show("/console/tenants.csv", ADMIN, records::export::<Business>),
        show("/console/tenants.xlsx", ADMIN, records::workbook::<Business>),
        act("/console/tenants", OWNER, tenants::add),
        show("/console/tenants/new", OWNER, tenants::new),
        show("/console/tenants/{id}", ADMIN, tenants::business),
        show("/console/tenants/{id}/settings/{sheet}", ADMIN, tenants::settings),
        act("/console/tenants/{id}/settings/{sheet}", ADMIN, tenants::publish),
        act(
            "/console/tenants/{id}/settings/{sheet}/check",
            ADMIN,
            tenants::check_settings,
        ),
        show("/console/tenants/{id}/text", ADMIN, tenants::text),
        act("/console/tenants/{id}/text", ADMIN, tenants::publish_text),
        act("/console/tenants/{id}/check", ADMIN, tenants::check),
        show("/console/tenants/{id}/history", ADMIN, tenants::history),
        show("/console/tenants/{id}/history/{revision}", ADMIN, tenants::compare),
        act(
            "/console/tenants/{id}/history/{revision}/restore",
            ADMIN,
            tenants::restore,
        ),
        show("/console/tenants/{id}/access", ADMIN, tenants::access),
        act("/console/tenants/{id}/routes", OWNER, tenants::add_route),
        act("/console/tenants/{id}/routes/remove", OWNER, tenants::remove_route),
        show("/console/tenants/{id}/channels", ADMIN, tenants::channels),
        show(
            "/console/tenants/{id}/channels/{kind}/heard",
            ADMIN,
            tenants::heard_test,
        ),
        show("/console/tenants/{id}/channels/{kind}/sent", ADMIN, tenants::sent_test),
        act("/console/tenants/{id}/channels/{kind}/test", ADMIN, tenants::send_test),
        show("/console/tenants/{id}/accounts", ADMIN, tenants::accounts),
        act(
            "/console/tenants/{id}/accounts/{provider}",
            ADMIN,
            tenants::save_account,
        ),
        act(
            "/console/tenants/{id}/accounts/{provider}/check",
            ADMIN,
            tenants::check_account,
        ),
        act(
            "/console/tenants/{id}/accounts/{provider}/remove",
            ADMIN,
            tenants::remove_account,
        ),
        act("/console/tenants/{id}/keys", ADMIN, tenants::add_key),
        act("/console/tenants/{id}/keys/{key}/remove", ADMIN, tenants::remove_key),
        show("/console/users", ADMIN, users::page),
        act("/console/users", ADMIN, users::add),
        act("/console/users/{id}/role", ADMIN, users::change_role),
        act(
            "/console/users/{id}/second-step/remove",
            ADMIN,
            users::reset_second_step,
        ),
        act("/console/users/{id}/remove", ADMIN, users::remove),
    ]
}

/// The pages, each behind its gate.
pub fn router(console: &Arc<Console>) -> Router {
    let mut router = Router::new();
    for route in routes() {
        let gate = Gate {
            console: Arc::clone(console),
            needs: route.needs,
        };
        router = router.route(route.path, route.handler.layer(from_fn_with_state(gate, gate::guard)));
    }
    router
        .route("/console/{*path}", axum::routing::any(gate::nothing_here))
        .with_state(Arc::clone(console))
}
