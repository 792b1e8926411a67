//! Entries of the books, shared by the two databases.

use std::collections::BTreeMap;

use frontdesk_core::ports::books::{Audited, Totals};
use frontdesk_core::ports::store::Error;
use frontdesk_core::{Outcome, Receipt};

use crate::codec::{self, from_column};
use crate::rows::{self, Cells};

/// What an entry adds; less than nothing where rows went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) processed: i64,
    pub(crate) parked: i64,
    pub(crate) refused: i64,
    pub(crate) turns: i64,
}

impl Sums {
    const fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Processed { .. } => self.processed += 1,
            Outcome::Parked => self.parked += 1,
            Outcome::Refused { .. } => self.refused += 1,
        }
    }

    const fn less(self, other: Self) -> Self {
        Self {
            processed: self.processed - other.processed,
            parked: self.parked - other.parked,
            refused: self.refused - other.refused,
            turns: self.turns - other.turns,
        }
    }

    fn totals(self) -> Totals {
        Totals {
            processed: from_column(self.processed),
            parked: from_column(self.parked),
            refused: from_column(self.refused),
            turns: from_column(self.turns),
        }
    }
}

/// What is added to one tenant's channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry<'a> {
    pub(crate) tenant: &'a str,
    pub(crate) channel: &'a str,
    pub(crate) sums: Sums,
}

impl<'a> Entry<'a> {
    /// To the channel of a receipt.
    pub(crate) fn of(receipt: &'a Receipt, sums: Sums) -> Self {
        Self {
            tenant: receipt.tenant.as_str(),
            channel: receipt.channel.code(),
            sums,
        }
    }
}

/// What new receipts come to, and with each of them a turn if `with_turns`; by tenant and channel, in
/// their order.
pub(crate) fn entries<'a>(receipts: impl Iterator<Item = &'a Receipt>, with_turns: bool) -> Vec<Entry<'a>> {
    let mut sums: BTreeMap<(&str, &str), Sums> = BTreeMap::new();
    for receipt in receipts {
        let sums = sums
            .entry((receipt.tenant.as_str(), receipt.channel.code()))
            .or_default();
        sums.count(&receipt.outcome);
        sums.turns += i64::from(with_turns);
    }
    let entry = |((tenant, channel), sums)| Entry { tenant, channel, sums };
    sums.into_iter().map(entry).collect()
}

/// What the rows of one tenant's channel come to, and what the books say.
pub(crate) struct Line {
    tenant: String,
    channel: String,
    counted: Sums,
    booked: Sums,
}

impl Line {
    /// Of a row of the audit.
    pub(crate) fn read(row: &impl Cells) -> Result<Self, Error> {
        let sums = |first: usize| {
            Ok(Sums {
                processed: rows::get(row, first)?,
                parked: rows::get(row, first + 1)?,
                refused: rows::get(row, first + 2)?,
                turns: rows::get(row, first + 3)?,
            })
        };
        Ok(Self {
            tenant: rows::get(row, 0)?,
            channel: rows::get(row, 1)?,
            counted: sums(2)?,
            booked: sums(6)?,
        })
    }

    /// What the books lack; `None` when nothing.
    pub(crate) fn lacking(&self) -> Option<Entry<'_>> {
        let sums = self.counted.less(self.booked);
        (sums != Sums::default()).then_some(Entry {
            tenant: &self.tenant,
            channel: &self.channel,
            sums,
        })
    }

    /// For whoever asked.
    pub(crate) fn audited(&self) -> Result<Audited, Error> {
        Ok(Audited {
            tenant: codec::tenant(&self.tenant)?,
            channel: codec::channel(&self.channel)?,
            counted: self.counted.totals(),
            booked: self.booked.totals(),
        })
    }
}
