//! `frontdesk`: see `frontdesk --help`.

use std::process::ExitCode;

use clap::Parser;
use gateway::cli::Cli;
use gateway::telemetry;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    telemetry::keep_panics_private();
    match Cli::parse().run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            for cause in error.chain().skip(1) {
                eprintln!("  {cause}");
            }
            ExitCode::FAILURE
        }
    }
}
