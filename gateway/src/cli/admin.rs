//! `frontdesk tenant`, `frontdesk user`, `frontdesk key`: what an administrator sets up.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, anyhow, bail};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::{Subcommand, ValueEnum};
use email_address::EmailAddress;
use frontdesk_core::ports::access::AuditEntry;
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::registry::{self, Registry, TenantRow};
use frontdesk_core::{ApiKeyId, TenantId, UserId};
use frontdesk_runtime::SystemClock;
use frontdesk_storage::Database;
use uuid::Uuid;

use super::credential::Credential;
use super::route::Route;
use crate::api::secret_hash;
use crate::config::Settings;
use crate::console::password;
use crate::tenants::describe;

/// Bytes of a manifest.
const MANIFEST_BYTES_MAX: u64 = 1024 * 1024;

/// Commands about tenants.
#[derive(Debug, Subcommand)]
pub enum Tenant {
    /// Lists the tenants.
    List,
    /// Shows one tenant.
    Show {
        /// Its short name.
        id: TenantId,
    },
    /// Adds a tenant.
    Add {
        /// Its short name: a-z, 0-9 and hyphens.
        id: TenantId,
        /// Its manifest; - reads standard input.
        manifest: PathBuf,
    },
    /// Replaces the manifest of a tenant, or adds the tenant.
    Import {
        /// Its short name.
        id: TenantId,
        /// Its manifest; - reads standard input.
        manifest: PathBuf,
    },
    /// Prints the manifest of a tenant.
    Export {
        /// Its short name.
        id: TenantId,
    },
    /// Sets up which of our addresses belong to whom.
    #[command(subcommand)]
    Route(Route),
    /// Sets up a tenant's own accounts at providers.
    #[command(subcommand)]
    Credential(Credential),
}

impl Tenant {
    /// Does it.
    pub async fn run(self, database: &Database, settings: &Settings) -> anyhow::Result<()> {
        let registry = &*database.registry;
        match self {
            Self::List => {
                for row in registry.tenants().await? {
                    println!("{:<40} revision {:<6} changed {}", row.id, row.revision, row.updated_at);
                }
            }
            Self::Show { id } => show(&find(registry, &id).await?)?,
            Self::Add { id, manifest } => {
                if registry.tenants().await?.iter().any(|row| row.id == id) {
                    bail!("There is a tenant {id} already. 'frontdesk tenant import {id} …' replaces its manifest.");
                }
                put(registry, &id, &manifest).await?;
            }
            Self::Import { id, manifest } => put(registry, &id, &manifest).await?,
            Self::Export { id } => print!("{}", find(registry, &id).await?.manifest),
            Self::Route(route) => route.run(registry).await?,
            Self::Credential(credential) => credential.run(database, settings).await?,
        }
        Ok(())
    }
}

/// The tenant of this name.
pub(super) async fn find(registry: &dyn Registry, id: &TenantId) -> anyhow::Result<TenantRow> {
    let rows = registry.tenants().await?;
    let found = rows.into_iter().find(|row| row.id == *id);
    found.ok_or_else(|| anyhow!("There is no tenant {id}. 'frontdesk tenant list' shows those there are."))
}

fn show(row: &TenantRow) -> anyhow::Result<()> {
    let tenant = frontdesk_actors::Tenant::parse(&row.id, &row.manifest)
        .map_err(|faults| anyhow!("The stored manifest cannot be read:\n{}", describe(&faults)))?;
    let settings = tenant.settings();
    let languages = settings.languages.iter().map(|language| language.code());
    println!("{}: {}", row.id, settings.name);
    println!("  languages  {}", languages.collect::<Vec<_>>().join(", "));
    println!("  region     {}", settings.region);
    println!("  time zone  {}", settings.time_zone);
    println!("  revision   {}, changed {}", row.revision, row.updated_at);
    Ok(())
}

async fn put(registry: &dyn Registry, id: &TenantId, manifest: &Path) -> anyhow::Result<()> {
    if *id == TenantId::nobody() {
        bail!("{id} stands for what belongs to no tenant. Take another name.");
    }
    let text = read(manifest)?;
    frontdesk_actors::Tenant::parse(id, &text)
        .map_err(|faults| anyhow!("{} cannot be used:\n{}", manifest.display(), describe(&faults)))?;
    let revision = registry.put_tenant(id, &text, SystemClock.now()).await?;
    println!("Tenant {id} is at revision {revision}. A running server takes it over within seconds.");
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    let source: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(fs::File::open(path).with_context(|| format!("{} cannot be read.", path.display()))?)
    };
    source
        .take(MANIFEST_BYTES_MAX + 1)
        .read_to_string(&mut text)
        .with_context(|| format!("{} is not text.", path.display()))?;
    if text.len() as u64 > MANIFEST_BYTES_MAX {
        bail!(
            "{} is larger than a manifest may be ({MANIFEST_BYTES_MAX} bytes).",
            path.display()
        );
    }
    Ok(text)
}

/// What someone may do.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Role {
    /// Looks.
    Viewer,
    /// Looks, and talks to people.
    Operator,
    /// Everything.
    Admin,
}

impl From<Role> for registry::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Viewer => Self::Viewer,
            Role::Operator => Self::Operator,
            Role::Admin => Self::Admin,
        }
    }
}

/// Commands about people.
#[derive(Debug, Subcommand)]
pub enum User {
    /// Adds a person.
    Add {
        /// How they sign in.
        #[arg(long)]
        email: String,
        /// At least 10 characters.
        #[arg(long)]
        password: String,
        /// What they may do.
        #[arg(long)]
        role: Role,
        /// Where; everywhere when absent.
        #[arg(long)]
        tenant: Option<TenantId>,
        /// How colleagues and customers see them; the email when absent.
        #[arg(long)]
        name: Option<String>,
    },
    /// Lists the people.
    List,
    /// Takes the codes away that somebody's sign-in asks for: the password alone is enough again.
    ResetTotp {
        /// How they sign in.
        #[arg(long)]
        email: String,
    },
}

impl User {
    /// Does it.
    pub async fn run(self, database: &Database) -> anyhow::Result<()> {
        let registry = &*database.registry;
        match self {
            Self::ResetTotp { email } => reset_totp(database, &email.to_lowercase()).await?,
            Self::List => {
                for user in registry.users().await? {
                    let tenant = user.tenant.as_ref().map_or("every tenant", TenantId::as_str);
                    println!("{:<40} {:<10} {tenant}", user.email, user.role.code());
                }
            }
            Self::Add {
                email,
                password,
                role,
                tenant,
                name,
            } => {
                if !EmailAddress::is_valid(&email) {
                    bail!("{email} is not an email address.");
                }
                if !password::is_acceptable(&password) {
                    let (min, max) = (password::CHARACTERS_MIN, password::CHARACTERS_MAX);
                    bail!("The password is too short or too long: {min} to {max} characters.");
                }
                if let Some(tenant) = &tenant {
                    find(registry, tenant).await?;
                }
                let now = SystemClock.now();
                let user = registry::User {
                    id: UserId(Uuid::now_v7()),
                    email: email.to_lowercase(),
                    password_hash: password::hash(&password)?,
                    role: role.into(),
                    tenant,
                    name,
                    language: None,
                    created_at: now,
                };
                if !registry.add_user(&user).await? {
                    bail!("There is a user {} already.", user.email);
                }
                println!("{} can sign in now.", user.email);
            }
        }
        Ok(())
    }
}

async fn reset_totp(database: &Database, email: &str) -> anyhow::Result<()> {
    let user = database.access.user_by_email(email).await?;
    let user = user.ok_or_else(|| anyhow!("There is no user {email}. 'frontdesk user list' shows those there are."))?;
    if !database.second_steps.remove_second_step(user.id).await? {
        bail!("{email} signs in without codes.");
    }
    database.access.end_sessions(user.id).await?;
    let entry = AuditEntry {
        id: Uuid::now_v7(),
        at: SystemClock.now(),
        tenant: user.tenant,
        user: UserId(Uuid::nil()),
        email: "command line".to_owned(),
        act: "user.second_step_reset".to_owned(),
        subject: user.id.to_string(),
    };
    database.access.audit(&entry).await?;
    println!("{email} signs in with the password alone, and is signed out everywhere.");
    Ok(())
}

/// Commands about API keys.
#[derive(Debug, Subcommand)]
pub enum Key {
    /// Makes a key and prints it, once.
    Add {
        /// Whose data it sees.
        #[arg(long)]
        tenant: TenantId,
        /// What it may do.
        #[arg(long)]
        role: Role,
    },
}

impl Key {
    /// Does it.
    pub async fn run(self, registry: &dyn Registry) -> anyhow::Result<()> {
        let Self::Add { tenant, role } = self;
        find(registry, &tenant).await?;
        let secret = format!("fdk_{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()));
        let key = registry::ApiKey {
            id: ApiKeyId(Uuid::now_v7()),
            secret_hash: secret_hash(&secret),
            tenant,
            role: role.into(),
            created_at: SystemClock.now(),
        };
        registry.add_key(&key).await?;
        println!("{secret}");
        eprintln!(
            "Keep it: it is not shown again. It opens the API for {} only.",
            key.tenant
        );
        Ok(())
    }
}
