//! Statements that take many rows at once, and scripts of several of them.
//!
//! The connection has a thread of its own: whatever it executes wakes that thread and waits for it. A
//! [`Script`] goes there once, however many statements it holds.

use std::sync::Arc;

use frontdesk_core::ports::store::Error;
use futures_util::TryStreamExt;
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, Either, Encode, Executor, Sqlite, SqliteExecutor, Type};

use crate::codec::to_json;
use crate::error::port;

/// How many rows a list takes at least, and at most.
pub(super) const FEWEST: usize = 4;
pub(super) const MOST: usize = 256;

/// How long a list is made for so many rows: a power of two, so that a few prepared texts serve every
/// number of rows.
pub(super) const fn length(rows: usize) -> usize {
    let length = rows.next_power_of_two();
    if length < FEWEST { FEWEST } else { length }
}

/// A statement over a `VALUES` list. A row that is not bound is null in every column, and the statement
/// skips it.
pub(super) struct Statement {
    head: &'static str,
    row: &'static str,
    tail: &'static str,
}

impl Statement {
    /// From what stands before the rows, one row, and what stands after them.
    pub(super) const fn new(head: &'static str, row: &'static str, tail: &'static str) -> Self {
        Self { head, row, tail }
    }

    /// Executes the statement over all rows and returns how many it changed.
    pub(super) async fn execute<T>(
        &self,
        connection: &mut SqliteConnection,
        rows: &[T],
        bind: impl Fn(Values, &T) -> Values,
    ) -> Result<u64, Error> {
        let mut changed = 0;
        for chunk in rows.chunks(MOST) {
            let script = Script::default().rows(self, length(chunk.len()), chunk, &bind);
            changed += script.execute(connection).await?.iter().sum::<u64>();
        }
        Ok(changed)
    }

    /// Executes the statement over all rows but the last [`MOST`], which it returns.
    pub(super) async fn all_but_last<'r, T>(
        &self,
        connection: &mut SqliteConnection,
        rows: &'r [T],
        bind: impl Fn(Values, &T) -> Values,
    ) -> Result<&'r [T], Error> {
        let (before, last) = rows.split_at(rows.len().saturating_sub(MOST));
        self.execute(connection, before, bind).await?;
        Ok(last)
    }
}

/// Values in the order in which the statements take them.
#[derive(Default)]
pub(super) struct Values {
    arguments: SqliteArguments,
    refused: Option<sqlx::error::BoxDynError>,
}

impl Values {
    /// Adds a value.
    pub(super) fn bind<'v, T: Encode<'v, Sqlite> + Type<Sqlite>>(mut self, value: T) -> Self {
        if let Err(error) = self.arguments.add(value) {
            self.refused = Some(error);
        }
        self
    }

    /// Adds a text: with one allocation, where [`Self::bind`] makes two.
    pub(super) fn text<'v>(self, text: impl Into<Option<&'v str>>) -> Self {
        self.bind(text.into().map(Arc::<str>::from))
    }
}

/// Statements that are executed one after the other, until one fails. Their texts are made of constants
/// alone; how many different ones there are is bounded by whoever makes them. sqlx takes several
/// statements in one text on SQLite alone, and values only by their order: a place is a bare `?`.
#[derive(Default)]
pub(super) struct Script {
    sql: String,
    values: Values,
}

impl Script {
    /// Adds a statement without values.
    pub(super) fn statement(mut self, sql: &'static str) -> Self {
        self.sql.push_str(sql);
        self.sql.push(';');
        self
    }

    /// Adds a statement over a list of this length, of which `rows` are the first.
    pub(super) fn rows<T>(
        mut self,
        statement: &Statement,
        length: usize,
        rows: &[T],
        bind: impl Fn(Values, &T) -> Values,
    ) -> Self {
        debug_assert!(rows.len() <= length, "a list is made for all its rows");
        self.sql
            .reserve(statement.head.len() + (statement.row.len() + 1) * length + statement.tail.len() + 1);
        self.sql.push_str(statement.head);
        for at in 0..length {
            if at > 0 {
                self.sql.push(',');
            }
            self.sql.push_str(statement.row);
        }
        self.sql.push_str(statement.tail);
        self.sql.push(';');
        self.values = rows.iter().fold(self.values, bind);
        let columns = statement.row.bytes().filter(|byte| *byte == b'?').count();
        for _ in 0..(length - rows.len()) * columns {
            self.values = self.values.bind(None::<i64>);
        }
        self
    }

    /// Adds a statement that takes its rows as one JSON array. It reads them by `jsonb_each`: `json_each` writes the
    /// whole row out as text, and reads that again, for every field that is asked for.
    pub(super) fn json<T: serde::Serialize>(mut self, sql: &'static str, rows: &[T]) -> Self {
        self.values = self.values.bind(to_json(rows));
        self.statement(sql)
    }

    /// Executes the statements and returns how many rows each of them changed. A statement that changes
    /// nothing by its nature repeats the number before it.
    pub(super) async fn execute(self, connection: &mut SqliteConnection) -> Result<Vec<u64>, Error> {
        let (sql, values) = self.into_parts()?;
        let mut results = connection.fetch_many(sqlx::query_with(sql, values));
        let mut changed = Vec::new();
        while let Some(result) = results.try_next().await.map_err(port)? {
            if let Either::Left(done) = result {
                changed.push(done.rows_affected());
            }
        }
        Ok(changed)
    }

    /// Executes the statements and returns the rows of all of them.
    pub(super) async fn fetch(self, executor: impl SqliteExecutor<'_>) -> Result<Vec<SqliteRow>, Error> {
        let (sql, values) = self.into_parts()?;
        sqlx::query_with(sql, values).fetch_all(executor).await.map_err(port)
    }

    fn into_parts(self) -> Result<(AssertSqlSafe<String>, SqliteArguments), Error> {
        match self.values.refused {
            None => Ok((AssertSqlSafe(self.sql), self.values.arguments)),
            Some(error) => Err(port(sqlx::Error::Encode(error))),
        }
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
