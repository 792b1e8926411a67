//! Every script in `tests/transcripts` is a conversation that must go as written.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on fails the test")]

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use frontdesk_actors::simulate::{self, Script};
use frontdesk_actors::{Tenant, demo};
use frontdesk_core::TenantId;

/// The demo tenants, and the ones made for scripts alone.
fn tenants(folder: &Path) -> HashMap<TenantId, Arc<Tenant>> {
    let own = fs::read_dir(folder.join("tenants")).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        let id = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (id, fs::read_to_string(path).unwrap())
    });
    demo::MANIFESTS
        .iter()
        .map(|(id, manifest)| ((*id).to_owned(), (*manifest).to_owned()))
        .chain(own)
        .map(|(id, manifest)| {
            let id: TenantId = id.parse().unwrap();
            let tenant = Tenant::parse(&id, &manifest).unwrap_or_else(|faults| panic!("{id}: {faults:#?}"));
            (id, Arc::new(tenant))
        })
        .collect()
}

#[test]
fn every_conversation_goes_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let tenants = tenants(&folder);
    let mut scripts: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    scripts.sort();
    assert!(scripts.len() >= 10, "where are the scripts?");
    let mut failed = Vec::new();
    for path in scripts {
        let name = path.file_name().unwrap().to_str().unwrap();
        let script =
            Script::parse(&fs::read_to_string(&path).unwrap()).unwrap_or_else(|faults| panic!("{name}: {faults:#?}"));
        let report = simulate::run(&script, |id| tenants.get(id).cloned());
        if let Some((line, why)) = report.failure() {
            failed.push(format!("{name}:{line}: {why}\n{report}"));
        }
    }
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}
