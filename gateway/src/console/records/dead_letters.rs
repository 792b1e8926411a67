//! The list of dead letters, and their second chance.

use async_trait::async_trait;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use frontdesk_core::ports::reader::{Cursor, DeadLetterRow, Page, Rows};
use frontdesk_core::ports::registry::Role;
use frontdesk_core::ports::store;
use frontdesk_core::{DeadLetterId, TenantId};
use uuid::Uuid;

use super::filter::Wanted;
use super::{Cell, Choice, Records, Words};
use crate::console::Console;
use crate::console::session::Shared;
use crate::console::shell::Section;
use crate::console::tabs;
use crate::console::texts::Texts;
use crate::console::{Colleague, Error};

#[async_trait]
impl Records for DeadLetterRow {
    const PATH: &'static str = "/console/dead-letters";
    const NAME: &'static str = "dead-letters";
    const HEADER: &'static [&'static str] = &[
        "id",
        "tenant",
        "channel",
        "conversation_id",
        "kind",
        "error",
        "attempts",
        "parked_at",
        "resolved_at",
    ];

    const COLUMNS: &'static [&'static str] = &[
        "when",
        "channel",
        "kind",
        "reason",
        "attempts",
        "conversation",
        "status",
    ];

    fn words(texts: &'static Texts) -> Words {
        let own = &texts.records;
        Words {
            section: Section::Reports,
            tabs: tabs::reports(texts, Self::PATH),
            title: own.dead_letters,
            lead: own.dead_letters_lead,
            columns: vec![
                texts.common.when,
                own.channel,
                own.kind,
                own.reason,
                own.attempts,
                own.conversation,
                own.standing,
            ],
            choices: vec![Choice::of_channels(texts)],
            hidden: Some(own.with_resolved),
            empty: own.no_dead_letters,
            bulk: Some(("/console/dead-letters/replay", vec![("replay", own.replay)])),
            ..Words::default()
        }
    }

    async fn read(console: &Console, wanted: &Wanted, part: Page) -> Result<Rows<Self>, store::Error> {
        let (reader, scope, asked) = (&console.reader, &wanted.scope, &wanted.asked);
        match asked.channel {
            Some(channel) => reader.dead_letters_of(scope, channel, asked.is_all, part).await,
            None => reader.dead_letters(scope, asked.is_all, part).await,
        }
    }

    fn place(&self) -> Cursor {
        Cursor {
            at: self.parked_at,
            id: self.id.0,
        }
    }

    fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    fn cells(&self, texts: &'static Texts, may: Role) -> Vec<Cell> {
        let own = &texts.records;
        let standing = match self.resolved_at {
            Some(_) => Cell::tag(own.resolved, "good"),
            None if may >= Role::Operator => Cell::Act {
                action: format!("{}/{}/replay", Self::PATH, self.id),
                label: own.replay,
            },
            None => Cell::tag(own.waiting, "warn"),
        };
        vec![
            Cell::when(self.parked_at),
            Cell::channel(self.channel, texts),
            if self.resolved_at.is_none() && may >= Role::Operator {
                Cell::Link {
                    href: format!("{}/{}", Self::PATH, self.id),
                    text: self.kind.clone(),
                }
            } else {
                Cell::Code(self.kind.clone())
            },
            Cell::Long(self.error.clone()),
            Cell::Text(self.attempts.to_string()),
            Cell::conversation(self.conversation, texts),
            standing,
        ]
    }

    fn fields(&self, _: &'static Texts) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.tenant.to_string(),
            self.channel.code().to_owned(),
            self.conversation.to_string(),
            self.kind.clone(),
            self.error.clone(),
            self.attempts.to_string(),
            self.parked_at.to_string(),
            self.resolved_at.map(|at| at.to_string()).unwrap_or_default(),
        ]
    }
}

/// `POST /console/dead-letters/{id}/replay`
pub async fn replay(State(console): Shared, colleague: Colleague, Path(id): Path<Uuid>) -> Result<Response, Error> {
    let tenant = colleague.scope.tenant();
    console.replays.replay(DeadLetterId(id), tenant).await?;
    console
        .audit(&colleague.user, tenant.cloned(), "dead_letter.replay", id.to_string())
        .await?;
    Ok(Redirect::to(DeadLetterRow::PATH).into_response())
}
