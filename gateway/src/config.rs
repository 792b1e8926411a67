//! Every setting: defaults compiled in, over them a file, over that the environment.
//!
//! All faults are found before any is reported, so that one round of mending is enough.

use std::fmt;
use std::net::SocketAddr;
use std::path::Path;

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use figment::value::{Dict, Num, Value};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::channels::{self, web_chat};
use crate::files;
use crate::retention;
use crate::watch::{AlarmsConfig, ReconciliationConfig, UpkeepConfig};

/// What is in force when nobody says otherwise; also the list of what there is.
const DEFAULTS: &str = include_str!("../config.default.toml");

/// Short names in the environment and the settings they stand for.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("FRONTDESK_LISTEN", "listen"),
    ("PUBLIC_URL", "public_url"),
    ("REDIS_URL", "redis_url"),
    ("FRONTDESK_ADMIN_TOKEN", "admin_token"),
    ("FRONTDESK_MASTER_KEY", "master_key"),
    ("DATABASE_URL", "storage.url"),
    ("FRONTDESK_DATA", "storage.data_dir"),
    ("FRONTDESK_LOG", "log.level"),
    ("TWILIO_ACCOUNT_SID", "channels.twilio.account_sid"),
    ("TWILIO_AUTH_TOKEN", "channels.twilio.auth_token"),
    ("TWILIO_FROM_NUMBER", "channels.twilio.from_number"),
    ("TWILIO_FORWARD_TO", "channels.twilio.forward_to"),
    ("TWILIO_API_BASE", "channels.twilio.api_base"),
    ("TEXTMAGIC_USERNAME", "channels.textmagic.username"),
    ("TEXTMAGIC_API_KEY", "channels.textmagic.api_key"),
    ("TEXTMAGIC_FROM_NUMBER", "channels.textmagic.from_number"),
    ("TEXTMAGIC_WEBHOOK_SECRET", "channels.textmagic.webhook_secret"),
    ("TEXTMAGIC_API_BASE", "channels.textmagic.api_base"),
    ("RINGCENTRAL_CLIENT_ID", "channels.ringcentral.client_id"),
    ("RINGCENTRAL_CLIENT_SECRET", "channels.ringcentral.client_secret"),
    ("RINGCENTRAL_JWT", "channels.ringcentral.jwt"),
    (
        "RINGCENTRAL_VERIFICATION_TOKEN",
        "channels.ringcentral.verification_token",
    ),
    ("RINGCENTRAL_API_BASE", "channels.ringcentral.api_base"),
    ("META_APP_SECRET", "channels.meta.app_secret"),
    ("META_VERIFY_TOKEN", "channels.meta.verify_token"),
    ("META_ACCESS_TOKEN", "channels.meta.access_token"),
    ("META_API_BASE", "channels.meta.api_base"),
    ("GUPSHUP_API_KEY", "channels.gupshup.api_key"),
    ("GUPSHUP_APP_NAME", "channels.gupshup.app_name"),
    ("GUPSHUP_SOURCE_NUMBER", "channels.gupshup.source_number"),
    ("GUPSHUP_WEBHOOK_SECRET", "channels.gupshup.webhook_secret"),
    ("GUPSHUP_API_BASE", "channels.gupshup.api_base"),
    ("YELP_API_KEY", "channels.yelp.api_key"),
    ("YELP_CLIENT_ID", "channels.yelp.client_id"),
    ("YELP_CLIENT_SECRET", "channels.yelp.client_secret"),
    ("YELP_REFRESH_TOKEN", "channels.yelp.refresh_token"),
    ("YELP_WEBHOOK_SECRET", "channels.yelp.webhook_secret"),
    ("YELP_API_BASE", "channels.yelp.api_base"),
    ("RETELL_API_KEY", "channels.retell.api_key"),
    ("RETELL_API_BASE", "channels.retell.api_base"),
];

/// Settings that are never shown.
const SECRETS: &[&str] = &[
    "admin_token",
    "master_key",
    "redis_url",
    "storage.url",
    "channels.twilio.auth_token",
    "channels.textmagic.api_key",
    "channels.textmagic.webhook_secret",
    "channels.ringcentral.client_secret",
    "channels.ringcentral.jwt",
    "channels.ringcentral.verification_token",
    "channels.meta.app_secret",
    "channels.meta.instagram_app_secret",
    "channels.meta.verify_token",
    "channels.meta.access_token",
    "channels.gupshup.api_key",
    "channels.gupshup.webhook_secret",
    "channels.yelp.api_key",
    "channels.yelp.webhook_secret",
];

/// Characters of an administrator's token.
const ADMIN_TOKEN_CHARACTERS_MIN: usize = 16;

/// Everything that can be set, checked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where to serve.
    pub listen: SocketAddr,
    /// How the outside sees us; empty is `http://` and `listen`. See [`Settings::public_url`].
    public_url: String,
    /// Recent conversations in Redis; empty is none. See [`Settings::redis_url`].
    redis_url: SecretString,
    /// The administrator's token; empty is a generated one. See [`Settings::admin_token`].
    admin_token: SecretString,
    /// What tenants' own credentials are sealed under; empty is a generated key in the data directory.
    pub master_key: SecretString,
    /// Threads that do the work; 0 is one a core.
    pub worker_threads: usize,
    /// Logging.
    pub log: Log,
    /// The HTTP server.
    pub http: Http,
    /// The chat of web sites.
    pub chat: web_chat::Config,
    /// The forms of web sites.
    pub forms: channels::forms::Config,
    /// Files that go with messages.
    pub files: files::Config,
    /// Our accounts at the channels' providers.
    pub channels: channels::Config,
    /// What is asked of providers from time to time.
    pub reconciliation: ReconciliationConfig,
    /// How often is looked whether somebody must look.
    pub alarms: AlarmsConfig,
    /// What is cleared away.
    pub retention: retention::Config,
    /// Looking after our accounts.
    pub upkeep: UpkeepConfig,
    /// The database.
    pub storage: frontdesk_storage::Config,
    /// The conversations.
    pub runtime: frontdesk_runtime::Config,
}

/// Logging.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// For people or for programs.
    pub format: LogFormat,
    /// A level, or directives by target.
    pub level: String,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For programs: one JSON object a line.
    Json,
}

/// Bounds of the HTTP server.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    /// Bytes of a request's body.
    pub body_bytes_max: usize,
    /// How long a request may take to arrive with its head, in milliseconds.
    pub header_timeout_ms: u64,
    /// How long an answer may take, in milliseconds.
    pub answer_timeout_ms: u64,
    /// Connections at once.
    pub connections_max: usize,
}

/// Everything that is wrong with the settings.
#[derive(Debug, PartialEq, Eq)]
pub struct Faults(Vec<String>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings cannot be used:")?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}

impl std::error::Error for Faults {}

impl Settings {
    /// Reads the settings in force: defaults, `file`, environment.
    ///
    /// # Errors
    ///
    /// All faults at once, in plain sentences.
    pub fn load(file: Option<&Path>) -> Result<Self, Faults> {
        let figment = layers(file)?;
        let mut faults = Vec::new();
        let given: Dict = figment.extract().map_err(plain)?;
        compare(&given, &defaults(), "", &mut faults);
        faults.extend(misplaced(&given));
        if !faults.is_empty() {
            return Err(Faults(faults));
        }
        let mut settings: Self = figment.extract().map_err(plain)?;
        settings.storage.url = settings.storage.url.filter(|url| !url.is_empty());
        settings.check(&mut faults);
        if faults.is_empty() {
            Ok(settings)
        } else {
            Err(Faults(faults))
        }
    }

    /// How the outside sees us.
    #[must_use]
    pub fn public_url(&self) -> Url {
        let own = || format!("http://{}", self.listen);
        let text = if self.public_url.is_empty() {
            own()
        } else {
            self.public_url.clone()
        };
        Url::parse(&text).expect("checked when it was loaded")
    }

    /// The address of Redis, if one is set.
    #[must_use]
    pub fn redis_url(&self) -> Option<&SecretString> {
        is_set(&self.redis_url).then_some(&self.redis_url)
    }

    /// The administrator's token, if one is set.
    #[must_use]
    pub fn admin_token(&self) -> Option<&SecretString> {
        is_set(&self.admin_token).then_some(&self.admin_token)
    }

    /// What no type can say.
    fn check(&self, faults: &mut Vec<String>) {
        use secrecy::ExposeSecret;
        if !self.public_url.is_empty() {
            let is_web = Url::parse(&self.public_url)
                .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            if !is_web {
                faults.push("public_url (PUBLIC_URL) is not an address such as https://chat.example.com".to_owned());
            }
        }
        let token = self.admin_token.expose_secret();
        if !token.is_empty() && token.chars().count() < ADMIN_TOKEN_CHARACTERS_MIN {
            faults.push(format!(
                "admin_token (FRONTDESK_ADMIN_TOKEN) is too short: take {ADMIN_TOKEN_CHARACTERS_MIN} random characters or more"
            ));
        }
        let redis = self.redis_url.expose_secret();
        if !redis.is_empty() && !redis.starts_with("redis://") {
            faults.push("redis_url (REDIS_URL) does not begin with redis://".to_owned());
        }
        if self.log.level.parse::<tracing_subscriber::EnvFilter>().is_err() {
            faults.push(format!("log.level: '{}' is not a level such as info", self.log.level));
        }
        for (name, value) in [
            ("http.body_bytes_max", self.http.body_bytes_max),
            ("http.connections_max", self.http.connections_max),
            ("chat.sockets_max", self.chat.sockets_max),
            ("chat.queue_max", self.chat.queue_max),
            (
                "forms.per_address_per_minute",
                self.forms.per_address_per_minute as usize,
            ),
            ("forms.per_person_per_hour", self.forms.per_person_per_hour as usize),
        ] {
            if value == 0 {
                faults.push(format!("{name} is 0: nothing would work"));
            }
        }
    }
}

/// What is in force, as TOML, with the secrets masked.
///
/// # Errors
///
/// All faults of the settings at once.
pub fn describe(file: Option<&Path>) -> Result<String, Faults> {
    Settings::load(file)?;
    let mut in_force: toml::Table = layers(file)?.extract().map_err(plain)?;
    for secret in SECRETS {
        mask(&mut in_force, secret);
    }
    toml::to_string_pretty(&in_force).map_err(|error| Faults(vec![error.to_string()]))
}

fn mask(table: &mut toml::Table, path: &str) {
    let mut keys = path.split('.');
    let first = keys.next().and_then(|key| table.get_mut(key));
    let found = keys.fold(first, |found, key| found.and_then(|section| section.get_mut(key)));
    if let Some(toml::Value::String(text)) = found
        && !text.is_empty()
    {
        "‹hidden›".clone_into(text);
    }
}

fn is_set(secret: &SecretString) -> bool {
    use secrecy::ExposeSecret;
    !secret.expose_secret().is_empty()
}

fn layers(file: Option<&Path>) -> Result<Figment, Faults> {
    let mut figment = Figment::from(Toml::string(DEFAULTS));
    if let Some(file) = file {
        if !file.is_file() {
            return Err(Faults(vec![format!("there is no file {}", file.display())]));
        }
        figment = figment.merge(Toml::file_exact(file));
    }
    figment = figment.merge(Env::prefixed("FRONTDESK__").split("__"));
    for (variable, setting) in ENVIRONMENT {
        if let Some(value) = Env::var(variable).filter(|value| !value.is_empty()) {
            figment = figment.merge(Serialized::default(setting, value));
        }
    }
    Ok(figment)
}

fn defaults() -> Dict {
    Figment::from(Toml::string(DEFAULTS))
        .extract()
        .expect("the defaults are TOML, as a test proves")
}

/// Every entry must be one of the defaults, and of its kind.
fn compare(given: &Dict, known: &Dict, path: &str, faults: &mut Vec<String>) {
    for (key, value) in given {
        let path = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        match (known.get(key), value) {
            (None, _) => faults.push(format!("{path}: there is no such setting")),
            (Some(Value::Dict(_, known)), Value::Dict(_, given)) => compare(given, known, &path, faults),
            (Some(known), value) => {
                if let Some(expected) = mismatch(known, value) {
                    faults.push(format!("{}: {expected} is expected", named(&path)));
                }
            }
        }
    }
}

/// What is expected, when it is not what was given.
fn mismatch(known: &Value, given: &Value) -> Option<&'static str> {
    match (known, given) {
        (Value::Num(..), Value::Num(_, number)) if is_count(*number) => None,
        (Value::Num(..), _) => Some("a whole number, not negative,"),
        // A token of digits alone is read as a number from the environment.
        (Value::String(..), Value::String(..) | Value::Num(..)) => None,
        (Value::String(..), _) => Some("text"),
        (Value::Dict(..), _) => Some("a section"),
        _ => None,
    }
}

/// Signed or not depends on where it was written.
fn is_count(number: Num) -> bool {
    number.to_u128().is_some() || number.to_i128().is_some_and(|number| number >= 0)
}

/// Where to serve, when that is no address.
fn misplaced(given: &Dict) -> Option<String> {
    let listen = given.get("listen")?.as_str()?;
    listen.parse::<SocketAddr>().err()?;
    let place = named("listen");
    Some(format!("{place}: '{listen}' is not an address such as 127.0.0.1:8080"))
}

fn plain(errors: figment::Error) -> Faults {
    Faults(errors.into_iter().map(|error| told(&error)).collect())
}

/// A fault in the words of whoever sets things: what is set, not where our code reads it.
fn told(error: &figment::Error) -> String {
    let place = if error.path.is_empty() {
        let source = error.metadata.as_ref().and_then(|metadata| metadata.source.as_ref());
        source
            .and_then(|source| source.file_path())
            .map(|file| file.display().to_string())
    } else {
        Some(named(&error.path.join(".")))
    };
    let what = error.kind.to_string();
    place.map_or_else(|| what.clone(), |place| format!("{place}: {what}"))
}

/// A setting, with its short name in the environment where it has one.
fn named(setting: &str) -> String {
    let variable = ENVIRONMENT.iter().find(|(_, known)| *known == setting);
    variable.map_or_else(|| setting.to_owned(), |(variable, _)| format!("{setting} ({variable})"))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn with_file(text: &str) -> Result<Settings, Faults> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        Settings::load(Some(file.path()))
    }

    #[test]
    fn the_documented_defaults_are_those_of_the_components() {
        let settings = with_file("").unwrap();
        assert_eq!(settings.runtime, frontdesk_runtime::Config::default());
        let storage = frontdesk_storage::Config::default();
        assert_eq!(format!("{:?}", settings.storage), format!("{storage:?}"));
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let faults =
            with_file("listn = \"x\"\nworker_threads = \"many\"\n[chat]\nqueue_max = -1\n[runtime.commit]\nlane = 2\n")
                .unwrap_err();
        let told = faults.to_string();
        for part in ["listn", "worker_threads", "chat.queue_max", "runtime.commit.lane"] {
            assert!(told.contains(part), "{part} in {told}");
        }
    }

    #[test]
    fn a_fault_names_the_setting_and_not_our_code() {
        let told = with_file("listen = \"foo\"\n").unwrap_err().to_string();
        assert!(
            told.contains("listen (FRONTDESK_LISTEN): 'foo' is not an address such as"),
            "{told}"
        );
        let told = with_file("[log]\nformat = \"loud\"\n").unwrap_err().to_string();
        assert!(told.contains("\n  log.format: unknown variant"), "{told}");
        let told = with_file("listen = \n").unwrap_err().to_string();
        assert!(!told.contains(".rs"), "{told}");
    }

    #[test]
    fn what_types_cannot_say_is_told_at_once() {
        let faults =
            with_file("public_url = \"nowhere\"\nadmin_token = \"short\"\nredis_url = \"http://x\"\n").unwrap_err();
        assert_eq!(faults.0.len(), 3, "{faults}");
    }

    #[test]
    fn secrets_are_not_described() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"admin_token = \"correct-horse-battery\"\n[storage]\nurl = \"postgres://a:b@127.0.0.1/c\"\n")
            .unwrap();
        let told = describe(Some(file.path())).unwrap();
        assert!(!told.contains("correct-horse") && !told.contains("a:b@"), "{told}");
        assert!(told.contains("listen"));
    }
}
