//! What stands in the blanks of a tenant's texts.

use frontdesk_core::{Language, Timestamp};

use crate::manifest::{Template, Tenant};
use crate::moment::{self, Moment};
use crate::state::{State, Value};

/// All that a blank may ask for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Blanks<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) state: &'a State,
    pub(crate) now: Timestamp,
    pub(crate) language: Language,
}

impl<'a> Blanks<'a> {
    /// In the language spoken with the person.
    pub(crate) fn new(tenant: &'a Tenant, state: &'a State, now: Timestamp) -> Self {
        Self {
            tenant,
            state,
            now,
            language: state.language.unwrap_or(tenant.settings.language),
        }
    }

    /// The words of a text.
    pub(crate) fn fill(&self, template: &Template) -> String {
        self.tenant.templates.fill(template, |blank| self.value(blank))
    }

    fn value(&self, name: &str) -> Option<String> {
        let state = self.state;
        match name {
            "business" => Some(self.tenant.settings.name.clone()),
            "intent" => state.intent.clone(),
            "form" => state.form.map(|form| form.code().to_owned()),
            "offered_name" => state.offered_name.as_ref().map(|name| name.as_str().to_owned()),
            "first_name" => first_name(state.text("name")?).map(str::to_owned),
            "when" => moment::with_preposition(&self.moment()?, self.language),
            "day" => Some(moment::weekday(&self.moment()?, self.language).to_owned()),
            "until" => {
                let until = state.paused_until?.to_jiff().to_zoned(self.tenant.zone.clone());
                Some(moment::clock(until.time(), self.language))
            }
            "open_today" => self.open_today(),
            field => state.answers.get(field).map(Value::to_text),
        }
    }

    /// The hours of this day, as in `12:00–16:00, 19:00–23:00`; `None` when it is closed.
    fn open_today(&self) -> Option<String> {
        let today = self.now.to_jiff().to_zoned(self.tenant.zone.clone()).date();
        let clock = |time| moment::clock(time, self.language);
        let spans: Vec<String> = self
            .tenant
            .hours
            .on(today)
            .iter()
            .map(|span| format!("{}–{}", clock(span.from), clock(span.until)))
            .collect();
        (!spans.is_empty()).then(|| spans.join(", "))
    }

    fn moment(&self) -> Option<Moment> {
        self.state.text("datetime").and_then(|text| Moment::parse(text))
    }
}

/// What to call a person by: the first word of the name.
fn first_name(name: &str) -> Option<&str> {
    name.split_whitespace().next()
}
