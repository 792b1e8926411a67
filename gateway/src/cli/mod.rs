//! The commands. Administrative ones go to the database directly, so they work while the server
//! runs (it takes changes over within seconds) and while it does not.

mod admin;
mod contact;
mod credential;
mod dialogue;
mod ledger;
mod replay;
mod route;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};
use frontdesk_core::{DeadLetterId, TenantId};
use frontdesk_storage::Database;

use crate::app;
use crate::config::{self, Settings};

/// Answers every conversation a business gets, and proves that none was lost.
#[derive(Debug, Parser)]
#[command(name = "frontdesk", version)]
pub struct Cli {
    /// A file of settings, laid over the defaults.
    #[arg(long, global = true, env = "FRONTDESK_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves; the default.
    Serve,
    /// Brings the tables of the database up to date, and ends.
    Migrate,
    /// Plays a conversation in simulated time and checks what it should do.
    Simulate {
        /// The script, TOML.
        script: PathBuf,
        /// A manifest to play against instead of the demo tenant the script names.
        #[arg(long)]
        manifest: Option<PathBuf>,
    },
    /// Shows what the bot makes of texts: JSON lines in, JSON lines out.
    Understand,
    /// Proves that every event received was dealt with, by counting every row; ends with 1 when not.
    Ledger {
        /// Enters what was counted where the books say something else: after an update during which nodes
        /// of the version before went on working.
        #[arg(long)]
        reopen: bool,
    },
    /// Sets up tenants.
    #[command(subcommand)]
    Tenant(admin::Tenant),
    /// Sets up people.
    #[command(subcommand)]
    User(admin::User),
    /// Sets up API keys.
    #[command(subcommand)]
    Key(admin::Key),
    /// Hands out or erases one person's data.
    #[command(subcommand)]
    Contact(contact::Contact),
    /// Gives a parked event another try.
    Replay {
        /// The dead letter.
        #[arg(value_parser = dead_letter)]
        id: DeadLetterId,
        /// Only if it is this tenant's.
        #[arg(long)]
        tenant: Option<TenantId>,
    },
    /// Prints the settings in force, secrets masked.
    Config,
}

impl Cli {
    /// Does what was asked.
    ///
    /// # Errors
    ///
    /// What stood in the way, in sentences for the person who asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let file = self.config.as_deref();
        match self.command.unwrap_or(Command::Serve) {
            Command::Simulate { script, manifest } => dialogue::simulate(&script, manifest.as_deref()),
            Command::Understand => dialogue::understand(),
            Command::Config => {
                print!("{}", config::describe(file)?);
                Ok(ExitCode::SUCCESS)
            }
            Command::Serve => {
                let settings = Settings::load(file)?;
                app::executor(&settings)?.block_on(app::serve(settings))?;
                Ok(ExitCode::SUCCESS)
            }
            command => {
                let settings = Settings::load(file)?;
                app::executor(&settings)?.block_on(administer(command, settings))
            }
        }
    }
}

/// The id of a dead letter.
fn dead_letter(text: &str) -> Result<DeadLetterId, &'static str> {
    text.parse()
        .map_err(|_| "not the id of a dead letter; GET /api/v1/dead-letters lists those that wait")
}

async fn administer(command: Command, settings: Settings) -> anyhow::Result<ExitCode> {
    let database = open(&settings).await?;
    match command {
        Command::Migrate => println!("The tables of the {} database are up to date.", database.backend),
        Command::Tenant(command) => command.run(&database, &settings).await?,
        Command::User(command) => command.run(&database).await?,
        Command::Key(command) => command.run(&*database.registry).await?,
        Command::Contact(command) => command.run(&database).await?,
        Command::Ledger { reopen } => return ledger::prove(&database, reopen).await,
        Command::Replay { id, tenant } => replay::replay(&settings, &database, id, tenant.as_ref()).await?,
        Command::Serve | Command::Simulate { .. } | Command::Understand | Command::Config => {
            unreachable!("handled before the database is opened")
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn open(settings: &Settings) -> anyhow::Result<Database> {
    frontdesk_storage::open(&settings.storage)
        .await
        .context("The database cannot be opened. Check DATABASE_URL, or FRONTDESK_DATA for SQLite.")
}
