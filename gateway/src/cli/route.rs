//! `frontdesk tenant route`: which of our addresses belong to whom.

use std::str::FromStr;

use anyhow::bail;
use clap::Subcommand;
use frontdesk_core::ports::registry::{self, Registry};
use frontdesk_core::{ChannelKind, TenantId};

use super::admin::find;
use crate::channels::{self, address};

/// Commands about routes.
#[derive(Debug, Subcommand)]
pub enum Route {
    /// Adds a route.
    Add {
        /// Whose it is.
        tenant: TenantId,
        /// The channel: web_chat, sms, messenger, instagram, whatsapp, voice, marketplace, form; or
        /// who serves it: twilio_sms …
        channel: Served,
        /// Our address on it: a number, a page id, an agent id.
        address: String,
    },
    /// Takes a route back: what is written to the address from then on belongs to nobody.
    Remove {
        /// Whose it is.
        tenant: TenantId,
        /// The channel, or who serves it.
        channel: Served,
        /// Our address on it.
        address: String,
    },
    /// Lists all routes.
    List,
}

/// A channel, and who serves it where that was said.
#[derive(Clone, Debug)]
pub struct Served {
    channel: ChannelKind,
    provider: Option<String>,
}

impl FromStr for Served {
    type Err = String;

    /// Of a kind that one provider alone serves, that is the provider.
    fn from_str(text: &str) -> Result<Self, String> {
        let named = channels::served().find(|(choice, _, _)| *choice == text);
        if let Some((_, name, channel)) = named {
            return Ok(Self {
                channel,
                provider: Some(name.to_owned()),
            });
        }
        let channel: ChannelKind = text.parse().map_err(|_| unknown_channel())?;
        let mut serving = channels::NAMES.iter().filter(|(_, kind)| *kind == channel);
        let provider = match (serving.next(), serving.next()) {
            (Some((name, _)), None) => Some((*name).to_owned()),
            _ => None,
        };
        Ok(Self { channel, provider })
    }
}

fn unknown_channel() -> String {
    let served: Vec<_> = channels::served().map(|(choice, _, _)| choice).collect();
    let kinds = ChannelKind::ALL.map(ChannelKind::code);
    format!(
        "not a channel: take one of {}; or, whoever serves it, {}",
        served.join(", "),
        kinds.join(", ")
    )
}

impl Route {
    /// Does it.
    pub async fn run(self, registry: &dyn Registry) -> anyhow::Result<()> {
        match self {
            Self::List => {
                for route in registry.routes().await? {
                    let provider = route.provider.as_deref().unwrap_or("-");
                    println!(
                        "{:<12} {:<16} {:<40} {}",
                        route.channel.code(),
                        provider,
                        route.address,
                        route.tenant
                    );
                }
            }
            Self::Add {
                tenant,
                channel: Served { channel, provider },
                address,
            } => {
                find(registry, &tenant).await?;
                let form = address::Form::of_ours(provider.as_deref(), channel);
                if !form.fits(&address) {
                    bail!("{address} is not {}.", form.expected());
                }
                let route = registry::Route {
                    channel,
                    address,
                    tenant,
                    provider,
                };
                if !registry.add_route(&route).await? {
                    bail!("{} on {} belongs to another tenant.", route.address, channel.code());
                }
                println!(
                    "{} on {} belongs to {} now.",
                    route.address,
                    channel.code(),
                    route.tenant
                );
            }
            Self::Remove {
                tenant,
                channel: Served { channel, .. },
                address,
            } => {
                if !registry.remove_route(channel, &address, &tenant).await? {
                    bail!(
                        "{address} on {} is not of {tenant}. 'frontdesk tenant route list' shows whose it is.",
                        channel.code()
                    );
                }
                println!("{address} on {} belongs to nobody now.", channel.code());
            }
        }
        Ok(())
    }
}
