//! The gateway over real sockets: a server on a free port, SQLite in a directory of its own, clients
//! that speak HTTP and WebSocket.
#![expect(clippy::unwrap_used, reason = "what fails in a test's support fails the test")]

mod accounts;
mod alarms;
mod api;
mod api_accounts;
mod bad_input;
mod bad_webhooks;
mod chat;
mod console_access;
mod console_form;
mod console_inbox;
mod console_lists;
mod console_people;
mod console_second_step;
mod console_settings;
mod console_try;
mod database_away;
mod dead_letters;
mod faults;
mod files;
mod forms;
mod gupshup;
mod media;
mod messaging;
mod newsletter;
mod operator;
mod origin;
mod own_accounts;
mod pages;
mod people;
mod process;
mod reconciliation;
mod retention;
mod ringcentral;
mod shutdown;
mod subscriptions;
mod support;
mod templates;
mod textmagic;
mod twilio;
mod unknown_sends;
mod webhook;
mod whatsapp;
mod yelp;
mod yelp_access;
