//! Rows of either database, read by the place of their columns: each statement lists them in the order
//! used here.

mod accounts;
mod colleagues;
mod conversations;
mod records;

pub(crate) use accounts::*;
pub(crate) use colleagues::*;
pub(crate) use conversations::*;
pub(crate) use records::*;

use frontdesk_core::ports::store::Error;
use frontdesk_core::{Personal, Timestamp};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Postgres, Row, Sqlite, Type};

use crate::codec::from_column;
use crate::error::port;

/// What a column of both databases can hold.
pub(crate) trait Cell<'r>: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres> {}

impl<'r, T> Cell<'r> for T where T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres> {}

/// A row of one of them.
pub(crate) trait Cells {
    /// The column at `index`, from 0.
    fn cell<'r, T: Cell<'r>>(&'r self, index: usize) -> Result<T, sqlx::Error>;
}

impl Cells for SqliteRow {
    fn cell<'r, T: Cell<'r>>(&'r self, index: usize) -> Result<T, sqlx::Error> {
        self.try_get(index)
    }
}

impl Cells for PgRow {
    fn cell<'r, T: Cell<'r>>(&'r self, index: usize) -> Result<T, sqlx::Error> {
        self.try_get(index)
    }
}

/// One column.
pub(crate) fn get<'r, T: Cell<'r>>(row: &'r impl Cells, index: usize) -> Result<T, Error> {
    row.cell(index).map_err(port)
}

pub(crate) fn time(row: &impl Cells, index: usize) -> Result<Timestamp, Error> {
    get(row, index).map(Timestamp::from_millis)
}

fn maybe_time(row: &impl Cells, index: usize) -> Result<Option<Timestamp>, Error> {
    Ok(get::<Option<i64>>(row, index)?.map(Timestamp::from_millis))
}

fn count(row: &impl Cells, index: usize) -> Result<u64, Error> {
    get(row, index).map(from_column)
}

/// Tags, a line each.
fn tags(row: &impl Cells, index: usize) -> Result<Vec<String>, Error> {
    let tags: Option<String> = get(row, index)?;
    Ok(tags.iter().flat_map(|tags| tags.lines()).map(str::to_owned).collect())
}

fn personal(row: &impl Cells, index: usize) -> Result<Option<Personal>, Error> {
    Ok(get::<Option<String>>(row, index)?.map(Personal::from))
}
