//! `frontdesk ledger`: receipts = processed + parked + refused, by tenant and channel.

use std::process::ExitCode;

use frontdesk_core::ports::reader::{LedgerRow, Reader, Scope};

/// Prints the ledger; the exit code says whether it balances.
pub async fn prove(reader: &dyn Reader) -> anyhow::Result<ExitCode> {
    let rows = reader.ledger(&Scope::All).await?;
    println!(
        "{:<24} {:<12} {:>10} {:>10} {:>8} {:>8}  balance",
        "tenant", "channel", "receipts", "processed", "parked", "refused"
    );
    rows.iter().for_each(print);
    let broken = rows.iter().filter(|row| !row.is_balanced()).count();
    if broken == 0 {
        let receipts: u64 = rows.iter().map(|row| row.receipts).sum();
        println!("Balanced: {receipts} events received, every one accounted for.");
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "NOT BALANCED in {broken} of {} lines. Keep the database as it is and report it.",
        rows.len()
    );
    Ok(ExitCode::FAILURE)
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
