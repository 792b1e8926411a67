//! Statements that take many rows at once.

use frontdesk_core::ports::store::Error;
use sqlx::Sqlite;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnection};

use crate::codec::to_json;
use crate::error::port;

/// How many rows each form of a statement takes.
pub(super) const FEW: usize = 4;
pub(super) const MANY: usize = 64;
pub(super) const MOST: usize = 256;

/// A query whose rows are being bound.
pub(super) type Binding = Query<'static, Sqlite, SqliteArguments>;

/// A statement over a `VALUES` list of fixed length. A row that is not bound is null in every
/// column, and the statement skips it: so three prepared forms serve every number of rows. Each
/// execution wakes the connection's thread and waits for it.
pub(super) struct Statement {
    pub(super) few: &'static str,
    pub(super) many: &'static str,
    pub(super) most: &'static str,
}

/// Repeats a row of a `VALUES` list [`FEW`], [`MANY`] or [`MOST`] times.
macro_rules! repeat {
    (few $row:literal) => {
        concat!($row, ",", $row, ",", $row, ",", $row)
    };
    (sixteen $row:literal) => {
        concat!(
            repeat!(few $row), ",", repeat!(few $row), ",", repeat!(few $row), ",", repeat!(few $row)
        )
    };
    (many $row:literal) => {
        concat!(
            repeat!(sixteen $row), ",", repeat!(sixteen $row), ",", repeat!(sixteen $row), ",", repeat!(sixteen $row)
        )
    };
    (most $row:literal) => {
        concat!(repeat!(many $row), ",", repeat!(many $row), ",", repeat!(many $row), ",", repeat!(many $row))
    };
}

/// A [`Statement`] from what stands before its rows, one row, and what stands after them.
macro_rules! statement {
    ($head:literal, $row:literal, $tail:expr) => {
        Statement {
            few: concat!($head, repeat!(few $row), $tail),
            many: concat!($head, repeat!(many $row), $tail),
            most: concat!($head, repeat!(most $row), $tail),
        }
    };
}

pub(super) use {repeat, statement};

impl Statement {
    /// The shortest form for so many rows, at most [`MOST`].
    pub(super) fn for_rows(&self, count: usize) -> Binding {
        sqlx::query(if count <= FEW {
            self.few
        } else if count <= MANY {
            self.many
        } else {
            self.most
        })
    }

    /// Executes the statement over all rows and returns how many it changed.
    pub(super) async fn execute<T>(
        &self,
        connection: &mut SqliteConnection,
        rows: &[T],
        bind: impl Fn(Binding, &T) -> Binding,
    ) -> Result<usize, Error> {
        let mut changed = 0;
        for chunk in rows.chunks(MOST) {
            let query = chunk.iter().fold(self.for_rows(chunk.len()), &bind);
            let done = query.execute(&mut *connection).await.map_err(port)?;
            changed += usize::try_from(done.rows_affected()).unwrap_or(usize::MAX);
        }
        Ok(changed)
    }
}

/// Executes a statement over rows given as one JSON array, unless there are none.
pub(super) async fn execute_json<T: serde::Serialize>(
    connection: &mut SqliteConnection,
    sql: &'static str,
    rows: &[T],
) -> Result<u64, Error> {
    if rows.is_empty() {
        return Ok(0);
    }
    let done = sqlx::query(sql)
        .bind(to_json(rows))
        .execute(connection)
        .await
        .map_err(port)?;
    Ok(done.rows_affected())
}
