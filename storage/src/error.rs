//! What a driver says, in the words of the ports. Values never get into an error's text: it may be
//! logged, and values may be personal data.

use frontdesk_core::ports::store::Error;

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is of no database that can be used here.
    #[error("the database address must start with postgres:, postgresql: or sqlite:")]
    UnknownScheme,
    /// The address cannot be read.
    #[error("the database address cannot be read")]
    Address(#[source] sqlx::Error),
    /// The data directory cannot be made.
    #[error("the data directory {path} cannot be made")]
    DataDir {
        /// Which one.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The database does not answer.
    #[error("the database cannot be reached")]
    Unreachable(#[source] sqlx::Error),
    /// The database does not answer within the acquire timeout.
    #[error("the database does not answer in time")]
    Timeout,
    /// The tables cannot be brought up to date.
    #[error("the tables cannot be brought up to date")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The address of Redis cannot be read.
    #[error("the address of redis cannot be read")]
    Redis(#[source] redis::RedisError),
}

/// Stored text that cannot be read: tells which field, not what it holds.
pub(crate) fn unreadable(field: &'static str) -> Error {
    Error::Invalid(format!("the stored {field} cannot be read"))
}

/// What the caller of a port can do about a driver's error.
pub(crate) fn port(error: sqlx::Error) -> Error {
    match &error {
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            if is_passing(&code) {
                return unavailable(error);
            }
            let constraint = database.constraint().unwrap_or_default();
            Error::Invalid(format!("code {code} {constraint}").trim_end().to_owned())
        }
        sqlx::Error::ColumnDecode { index, .. } => Error::Invalid(format!("column {index} cannot be read")),
        sqlx::Error::Decode(_) => Error::Invalid("a column cannot be read".to_owned()),
        sqlx::Error::Encode(_) => Error::Invalid("a value cannot be written".to_owned()),
        sqlx::Error::ColumnNotFound(_)
        | sqlx::Error::ColumnIndexOutOfBounds { .. }
        | sqlx::Error::TypeNotFound { .. }
        | sqlx::Error::RowNotFound => Error::Invalid("the tables are not as expected".to_owned()),
        _ => unavailable(error),
    }
}

/// The database can be asked again later.
pub(crate) fn unavailable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Unavailable(error.into())
}

/// Whether the state behind a code passes by itself. Postgres' codes have five characters
/// (SQLSTATE), SQLite's are numbers.
fn is_passing(code: &str) -> bool {
    if code.len() == 5 {
        // connection, resources, operator and system; lock timeouts; lost races; a standby.
        let is_class = ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class));
        return is_class || ["55P03", "40001", "40P01", "25006"].contains(&code);
    }
    // busy, locked, out of memory, read-only file, interrupted, IO, disk full, cannot open,
    // lock protocol. The low byte is the primary code.
    let primary = code.parse::<i64>().map_or(0, |code| code & 0xff);
    [5, 6, 7, 8, 9, 10, 13, 14, 15].contains(&primary)
}

#[cfg(test)]
mod tests {
    use super::is_passing;

    #[test]
    fn codes_that_pass_are_told_from_those_that_do_not() {
        for passing in ["57P01", "08006", "53300", "40P01", "5", "517", "3338", "13"] {
            assert!(is_passing(passing), "{passing}");
        }
        for lasting in ["23505", "22P05", "42P01", "19", "2067", "1", ""] {
            assert!(!is_passing(lasting), "{lasting}");
        }
    }
}
