//! Plays a conversation in simulated time against the real dialogue.
//!
//! A [`Script`] says what the person, a colleague, the clock and bad luck do, and what is expected
//! to come of it; `docs/simulate.md` describes the format. [`run`] plays it on a small model of the
//! runtime: one commit a turn, snapshots that go through JSON, events told apart by their key,
//! timers that fire when the clock reaches them. The [`Report`] is the transcript, with the first
//! expectation that was not met.

mod expectation;
mod report;
mod script;
mod telling;
mod world;

use std::sync::Arc;

use frontdesk_core::TenantId;

pub use report::{Note, Report};
pub use script::Script;

use crate::Tenant;
use script::{Action, Step};
use world::World;

/// Plays a script to its end, or to the first expectation that is not met. `tenant` finds the
/// tenant the script names.
pub fn run(script: &Script, tenant: impl Fn(&TenantId) -> Option<Arc<Tenant>>) -> Report {
    let mut report = Report::default();
    let Some(tenant) = tenant(&script.tenant) else {
        report.fail(1, format!("there is no tenant `{}`", script.tenant));
        return report;
    };
    let mut world = match World::new(script, tenant) {
        Ok(world) => world,
        Err(why) => {
            report.fail(1, why);
            return report;
        }
    };
    let mut held: Option<&Step> = None;
    for step in &script.steps {
        world.begin_step();
        if step.is_reordered && held.is_none() {
            report.note(world.clock(), "network", "holds the next message back");
            held = Some(step);
            continue;
        }
        let played = [Some(step), held.take()];
        let broken = played
            .into_iter()
            .flatten()
            .find_map(|step| play(&mut world, step, &mut report).err());
        let unmet = broken.or_else(|| expectation::unmet(&step.expect, &world));
        if let Some(why) = unmet {
            report.fail(step.line, why);
            return report;
        }
    }
    if let Some(step) = held {
        report.fail(step.line, "`reorder` needs a step that comes after it".to_owned());
    }
    report
}

/// Does what a step says. `Err` is a law of every dialogue that was broken.
fn play(world: &mut World, step: &Step, report: &mut Report) -> Result<(), String> {
    match &step.action {
        None => Ok(()),
        Some(Action::Advance(duration)) => world.advance(*duration, report),
        Some(Action::Deliver(payload)) => {
            world.deliver(payload, step, report)?;
            for _ in 0..step.duplicates {
                world.deliver_again(report)?;
            }
            if step.is_provider_silent {
                world.lose_provider_answer(report)?;
            }
            Ok(())
        }
    }
}
