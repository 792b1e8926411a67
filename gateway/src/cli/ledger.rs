//! `frontdesk ledger`: receipts = processed + parked + refused, by tenant and channel, and the books behind
//! it say what the rows say.

use std::process::ExitCode;

use frontdesk_core::ports::books::{Audited, Totals};
use frontdesk_core::ports::clock::Clock;
use frontdesk_core::ports::reader::{LedgerRow, Scope};
use frontdesk_runtime::SystemClock;
use frontdesk_storage::Database;

/// Counts all rows and prints the ledger; the exit code says whether it balances and the books are right.
pub async fn prove(database: &Database, reopen: bool) -> anyhow::Result<ExitCode> {
    let opened = database.books.opened_at().await?;
    if opened.is_none() || reopen {
        let entered = database.books.open(opened, SystemClock.now()).await?;
        println!(
            "{}",
            if entered {
                "Counted anew."
            } else {
                "Counted by somebody else."
            }
        );
    }
    let audited = database.books.audit().await?;
    let rows = database.reader.ledger(&Scope::All).await?;
    println!(
        "{:<24} {:<12} {:>10} {:>10} {:>8} {:>8}  balance",
        "tenant", "channel", "receipts", "processed", "parked", "refused"
    );
    rows.iter().for_each(print);
    let wrong: Vec<&Audited> = audited.iter().filter(|line| !line.is_proved()).collect();
    for line in &wrong {
        let (tenant, channel) = (line.tenant.as_str(), line.channel.code());
        println!(
            "{tenant} {channel}: the books say {}, the rows {}",
            told(line.booked),
            told(line.counted)
        );
    }
    let broken = rows.iter().filter(|row| !row.is_balanced()).count();
    if broken == 0 && wrong.is_empty() {
        let receipts: u64 = rows.iter().map(|row| row.receipts).sum();
        println!("Balanced: {receipts} events received, every one accounted for.");
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "NOT BALANCED in {broken} of {} lines, the books wrong in {}. Keep the database as it is and report it.",
        rows.len(),
        wrong.len()
    );
    Ok(ExitCode::FAILURE)
}

fn told(totals: Totals) -> String {
    format!(
        "{} processed, {} parked, {} refused, {} turns",
        totals.processed, totals.parked, totals.refused, totals.turns
    )
}

fn print(row: &LedgerRow) {
    let balance = if row.is_balanced() {
        "ok".to_owned()
    } else {
        format!("BROKEN: {} turns, {} dead letters waiting", row.turns, row.waiting)
    };
    println!(
        "{:<24} {:<12} {:>10} {:>10} {:>8} {:>8}  {balance}",
        row.tenant.as_str(),
        row.channel.code(),
        row.receipts,
        row.processed,
        row.parked,
        row.refused
    );
}
