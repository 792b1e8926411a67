//! What the bot says beside its questions. There is a wording for everything; a tenant may
//! replace any of them.

use frontdesk_core::Language;

use super::prompt::{Prompt, Variants};
use super::reader::{Document, Table};
use super::template::Templates;

pub(super) const DEFAULTS: &str = include_str!("texts.toml");

/// What is being said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Say {
    /// The first words, before the first question.
    Opening,
    /// What the person asked for, heard in the middle of the dialogue.
    Noted,
    /// A detail was told that was not asked for.
    Thanks,
    /// All is asked.
    Done,
    /// Nothing more to do, and the person still writes.
    Closing,
    /// A colleague will answer that.
    Deferred,
    /// The person does not want to say.
    Refused,
    /// Without any way to reach the person there can be no answer.
    Unreachable,
    /// The person will say it later.
    Later,
    /// Who is speaking.
    Introduction,
    /// Why something is asked, where the step does not say.
    Why,
    /// The dialogue gives up and calls a person.
    GaveUp,
    /// Something went wrong: an apology, and a colleague is called.
    Apology,
    /// A colleague will cancel what was booked.
    Cancellation,
    /// A colleague will change what was booked.
    Change,
    /// A colleague was asked for.
    Operator,
    /// The colleague is still on the way.
    Waiting,
    /// The bot is back.
    GivenBack,
    /// Opted out.
    Stopped,
    /// Opted in again.
    Started,
    /// Quiet for a while.
    Paused,
    /// The while is over.
    Resumed,
    /// What can be done here.
    Help,
    /// A name from a profile is offered for confirmation.
    OfferedName,
    /// A form has arrived.
    FormReceived,
    /// A call was missed, and the caller is texted.
    MissedCall,
    /// What a person agrees to who ticks the box for text messages.
    SmsConsent,
    /// A file has arrived, and is kept.
    FileReceived,
    /// The button for yes.
    Yes,
    /// The button for no.
    No,
}

impl Say {
    const NAMES: [(&str, Self); 30] = [
        ("opening", Self::Opening),
        ("noted", Self::Noted),
        ("thanks", Self::Thanks),
        ("done", Self::Done),
        ("closing", Self::Closing),
        ("deferred", Self::Deferred),
        ("refused", Self::Refused),
        ("unreachable", Self::Unreachable),
        ("later", Self::Later),
        ("introduction", Self::Introduction),
        ("why", Self::Why),
        ("gave_up", Self::GaveUp),
        ("apology", Self::Apology),
        ("cancellation", Self::Cancellation),
        ("change", Self::Change),
        ("operator", Self::Operator),
        ("waiting", Self::Waiting),
        ("given_back", Self::GivenBack),
        ("stopped", Self::Stopped),
        ("started", Self::Started),
        ("paused", Self::Paused),
        ("resumed", Self::Resumed),
        ("help", Self::Help),
        ("offered_name", Self::OfferedName),
        ("form_received", Self::FormReceived),
        ("missed_call", Self::MissedCall),
        ("sms_consent", Self::SmsConsent),
        ("file_received", Self::FileReceived),
        ("yes", Self::Yes),
        ("no", Self::No),
    ];
}

/// The texts of a tenant, one for each [`Say`], and the nudges.
#[derive(Debug)]
pub(crate) struct Texts {
    prompts: Vec<Prompt>,
    nudges: Variants,
}

impl Texts {
    /// The default texts with the tenant's own over them.
    pub(crate) fn read(
        table: Option<&Table<'_>>,
        languages: &[Language],
        defaults: &Defaults<'_>,
        templates: &mut Templates,
    ) -> Option<Self> {
        let mut prompts = Vec::with_capacity(Say::NAMES.len());
        for (name, _) in Say::NAMES {
            let own = table.and_then(|table| table.get(name));
            let prompt = match own {
                Some(node) => Prompt::read(&node, languages, templates),
                None => defaults.prompt("texts", name, templates),
            };
            prompts.extend(prompt);
        }
        let nudges = match table.and_then(|table| table.get("nudges")) {
            Some(node) => Variants::read(&node, languages, templates),
            None => defaults.variants("texts", "nudges", templates),
        }?;
        if let Some(table) = table {
            table.finish();
        }
        (prompts.len() == Say::NAMES.len()).then_some(Self { prompts, nudges })
    }

    /// The wording for `say`.
    pub(crate) fn get(&self, say: Say) -> &Prompt {
        &self.prompts[say as usize]
    }

    /// The gentle reminders.
    pub(crate) fn nudges(&self) -> &Variants {
        &self.nudges
    }
}

/// The wordings that come with the program, in every language.
#[derive(Debug)]
pub(crate) struct Defaults<'s> {
    root: &'s Table<'s>,
    languages: Vec<Language>,
}

impl Defaults<'_> {
    /// Gives `read` the defaults, with the tenant's main language first.
    pub(crate) fn with<T>(main: Language, read: impl FnOnce(&Defaults<'_>) -> Option<T>) -> Option<T> {
        let mut languages = vec![main];
        languages.extend(Language::ALL.into_iter().filter(|language| *language != main));
        Document::read(DEFAULTS, |root| {
            let value = read(&Defaults { root, languages });
            root.entries();
            Some(value)
        })
        .expect("the defaults are compiled in, and a test reads them in every language")
    }

    /// The default wording of `section.name`, such as `ask.phone`.
    pub(crate) fn prompt(&self, section: &str, name: &str, templates: &mut Templates) -> Option<Prompt> {
        let node = self.root.get(section)?.table()?.get(name)?;
        Prompt::read(&node, &self.languages, templates)
    }

    /// The default wordings of `section.name`, such as `again.phone`.
    pub(crate) fn variants(&self, section: &str, name: &str, templates: &mut Templates) -> Option<Variants> {
        let node = self.root.get(section)?.table()?.get(name)?;
        Variants::read(&node, &self.languages, templates)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_wording_is_there_in_every_language() {
        for main in Language::ALL {
            let texts = Defaults::with(main, |defaults| {
                Texts::read(None, &[main], defaults, &mut Templates::new(&[]))
            });
            assert!(texts.is_some(), "{main:?}");
        }
        for (index, (name, say)) in Say::NAMES.into_iter().enumerate() {
            assert_eq!(index, say as usize, "{name}");
        }
    }
}
