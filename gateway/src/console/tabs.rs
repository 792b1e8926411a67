//! The tabs of sections that have several pages.

use super::records::{MESSAGES, Records};
use super::tenants::channels::Channel;
use super::texts::Texts;
use super::{alarms, ledger, sources};
use frontdesk_core::ports::reader::DeadLetterRow;
use frontdesk_core::records::{Consent, Contact, Lead, Subscription};

/// A page of a section.
#[derive(Debug)]
pub struct Tab {
    /// Where it is.
    pub href: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// One is there.
    pub is_current: bool,
}

fn tabs(pages: &[(&'static str, &'static str)], current: &str) -> Vec<Tab> {
    let tab = |(href, title): &(&'static str, &'static str)| Tab {
        href,
        title,
        is_current: *href == current,
    };
    pages.iter().map(tab).collect()
}

/// Leads of the booking form.
const BOOKINGS: &str = "/console/leads?source=BOOKING";
/// Leads who called.
const CALLS: &str = "/console/leads?source=PHONE";

/// Who the business knows.
#[must_use]
pub fn people(texts: &Texts, current: &str) -> Vec<Tab> {
    let texts = &texts.records;
    let pages = [
        (Lead::PATH, texts.leads),
        (BOOKINGS, texts.bookings),
        (CALLS, texts.calls),
        (Contact::PATH, texts.contacts),
        (Subscription::PATH, texts.newsletter),
        (Consent::PATH, texts.consents),
    ];
    tabs(&pages, current)
}

/// How it goes.
#[must_use]
pub fn reports(texts: &Texts, current: &str) -> Vec<Tab> {
    let pages = [
        (sources::PATH, texts.reports.sources),
        (ledger::PATH, texts.reports.ledger),
        (Channel::PATH, texts.reach.title),
        (MESSAGES, texts.records.messages),
        (DeadLetterRow::PATH, texts.records.dead_letters),
        (alarms::PATH, texts.alarms.title),
    ];
    tabs(&pages, current)
}
