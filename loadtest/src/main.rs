//! The `loadtest` binary: see the library for what it does.

use std::process::ExitCode;

use clap::Parser as _;
use loadtest::cli::Cli;

/// More than a few hundred busy tasks on a worker starve socket events with tokio's default.
const GLOBAL_QUEUE_INTERVAL: u32 = 4;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .global_queue_interval(GLOBAL_QUEUE_INTERVAL)
        .enable_all()
        .build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(loadtest::cli::run(Cli::parse())),
        Err(error) => Err(error.into()),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("loadtest: {error:#}");
            ExitCode::from(2)
        }
    }
}
