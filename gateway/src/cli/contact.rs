//! `frontdesk contact`: one person's data, handed out or erased; beside a running server or without one.

use std::sync::Arc;

use anyhow::{Context, anyhow};
use clap::Subcommand;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::people::{ErasureOrder, Whom};
use frontdesk_core::ports::reader::Scope;
use frontdesk_core::{ConversationId, RecordId, TenantId};
use frontdesk_runtime::SystemClock;
use frontdesk_storage::Database;
use uuid::Uuid;

use crate::people::Keeper;

/// Commands about contacts.
#[derive(Debug, Subcommand)]
pub enum Contact {
    /// Prints everything stored about one person, JSON.
    Export {
        /// The contact, by its id in the console or the API.
        id: Uuid,
        /// Only if it is this tenant's.
        #[arg(long)]
        tenant: Option<TenantId>,
    },
    /// Erases one person for good, and prints the proof.
    Erase {
        /// The contact, by its id in the console or the API.
        id: Uuid,
        /// The id is a conversation's, of somebody who left neither phone nor email.
        #[arg(long)]
        conversation: bool,
        /// Only if it is this tenant's.
        #[arg(long)]
        tenant: Option<TenantId>,
        /// Who wishes it, for the proof.
        #[arg(long)]
        by: String,
    },
}

fn scope(tenant: Option<TenantId>) -> Scope {
    tenant.map_or(Scope::All, Scope::Tenant)
}

impl Contact {
    /// Does it.
    pub async fn run(self, database: &Database) -> anyhow::Result<()> {
        let clock = Arc::new(SystemClock);
        let keeper = Keeper::open(&*database.registry, Arc::clone(&database.people), clock).await?;
        let printed = match self {
            Self::Export { id, tenant } => {
                let found = keeper.people().export(&scope(tenant), RecordId(id)).await?;
                serde_json::to_string_pretty(&found.ok_or_else(|| nobody(id))?)
            }
            Self::Erase {
                id,
                conversation,
                tenant,
                by,
            } => {
                let order = ErasureOrder {
                    id: Uuid::now_v7(),
                    whom: match conversation {
                        true => Whom::Conversation(ConversationId(id)),
                        false => Whom::Contact(RecordId(id)),
                    },
                    by,
                    at: SystemClock.now(),
                };
                let erased = keeper.erase(&scope(tenant), &order).await?;
                serde_json::to_string_pretty(&erased.ok_or_else(|| nobody(id))?)
            }
        };
        println!("{}", printed.context("It cannot be printed.")?);
        Ok(())
    }
}

fn nobody(id: Uuid) -> anyhow::Error {
    anyhow!("There is no such contact or conversation {id}. GET /api/v1/contacts and the console list those there are.")
}
