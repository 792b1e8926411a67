//! `frontdesk simulate` and `frontdesk understand`: the dialogue without a server or a database.

use std::fs;
use std::io::{self, BufRead, Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use frontdesk_actors::{Tenant, demo, simulate, understand as understanding};
use frontdesk_core::TenantId;

use crate::tenants::describe;

/// Bytes of a line of `understand`; a longer one is answered with an error and skipped.
const LINE_BYTES_MAX: u64 = 64 * 1024;

/// Plays a script; the exit code says whether everything expected came.
pub fn simulate(script: &Path, manifest: Option<&Path>) -> anyhow::Result<ExitCode> {
    let text = read(script)?;
    let script = simulate::Script::parse(&text)
        .map_err(|faults| anyhow!("The script cannot be read:\n{}", describe(&faults)))?;
    let manifest = manifest.map(read).transpose()?;
    match &manifest {
        Some(text) => {
            let id: TenantId = "under-test".parse()?;
            Tenant::parse(&id, text)
                .map_err(|faults| anyhow!("The manifest cannot be read:\n{}", describe(&faults)))?;
        }
        None if demo_manifest(script.tenant()).is_none() => bail!("{}", unknown_tenant(script.tenant())),
        None => {}
    }
    let report = simulate::run(&script, |id| tenant(id, manifest.as_deref()));
    print!("{report}");
    Ok(if report.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The tenant a script names: the given manifest, or else the demo tenant of that name.
fn tenant(id: &TenantId, manifest: Option<&str>) -> Option<Arc<Tenant>> {
    let tenant = Tenant::parse(id, manifest.or_else(|| demo_manifest(id))?);
    tenant.ok().map(Arc::new)
}

fn demo_manifest(id: &TenantId) -> Option<&'static str> {
    let demo = demo::MANIFESTS.iter().find(|(name, _)| *name == id.as_str());
    demo.map(|(_, manifest)| *manifest)
}

/// No database is read here, so one's own tenant comes as its manifest.
fn unknown_tenant(id: &TenantId) -> String {
    let demos: Vec<_> = demo::MANIFESTS.iter().map(|(name, _)| *name).collect();
    format!(
        "No demo tenant is called {id}; there are {}. A tenant of your own is played by its manifest:\n  \
         frontdesk tenant export {id} > {id}.toml\n  \
         frontdesk simulate SCRIPT --manifest {id}.toml",
        demos.join(", ")
    )
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} cannot be read.", path.display()))
}

/// Answers each line of standard input with one line, at once.
pub fn understand() -> anyhow::Result<ExitCode> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.by_ref().take(LINE_BYTES_MAX + 1).read_until(b'\n', &mut line)? == 0 {
            return Ok(ExitCode::SUCCESS);
        }
        if !line.ends_with(b"\n") && line.len() as u64 > LINE_BYTES_MAX {
            skip_line(&mut input)?;
        }
        let text = String::from_utf8_lossy(&line);
        if !text.trim().is_empty() {
            writeln!(output, "{}", understanding::respond_line(text.trim()))?;
            output.flush()?;
        }
    }
}

/// Reads to the end of the line without keeping it.
fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let available = input.fill_buf()?;
        if available.is_empty() {
            return Ok(());
        }
        let end = available.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(available.len(), |end| end + 1);
        input.consume(used);
        if end.is_some() {
            return Ok(());
        }
    }
}
