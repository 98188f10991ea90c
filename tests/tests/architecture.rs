//! Who may use whom: the rules of ARCHITECTURE.md, held by the crates' own dependencies.

#![allow(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Direct dependencies of every crate of the workspace, without those for tests and builds.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    // Without --no-dedupe a crate that another one uses would be printed without its dependencies.
    let arguments = "tree --workspace --edges normal --depth 1 --prefix depth --no-dedupe --locked";
    let output = Command::new(cargo).args(arguments.split(' ')).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut of = String::new();
    for line in String::from_utf8(output.stdout).unwrap().lines().filter(|line| !line.is_empty()) {
        let (depth, rest) = line.split_at(1);
        let name = rest.split_whitespace().next().unwrap().to_owned();
        if depth == "0" {
            of = name;
            all.entry(of.clone()).or_default();
        } else {
            all.get_mut(&of).unwrap().insert(name);
        }
    }
    let unseen: Vec<_> = all.iter().filter(|(_, uses)| uses.is_empty()).map(|(name, _)| name).collect();
    assert!(unseen.is_empty(), "crates that use nothing were not looked at: {unseen:?}");
    all
}

fn ours(dependencies: &BTreeSet<String>) -> BTreeSet<&str> {
    dependencies.iter().filter_map(|name| name.strip_prefix("lacteal-")).collect()
}

#[test]
fn crates_use_only_those_below_them() {
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("lacteal-clinical", &[] as &[&str]),
        ("lacteal-fhir", &["clinical"]),
        ("lacteal-hl7", &[]),
        ("lacteal-lab", &[]),
        ("lacteal-ledger", &[]),
        ("lacteal-broker", &[]),
        ("lacteal-service", &[]),
        ("lacteal-wire", &["clinical"]),
        ("lacteal-intake", &["clinical", "fhir", "hl7", "ledger", "narrative", "service", "wire"]),
        ("lacteal-narrative", &["clinical"]),
        ("lacteal-risk", &["clinical", "ledger", "service", "wire"]),
        ("lacteal-scheduling", &["clinical", "ledger", "service", "wire"]),
        ("lacteal-gateway", &["clinical", "ledger", "service", "wire"]),
        ("lacteal-tests", &["broker", "hl7", "lab", "ledger", "wire"]),
    ]);
    let all = dependencies();
    for (name, allowed) in allowed {
        let allowed: BTreeSet<_> = allowed.iter().copied().collect();
        let used = ours(&all[name]);
        assert!(used.is_subset(&allowed), "{name} uses {:?}", used.difference(&allowed).collect::<Vec<_>>());
    }
}

#[test]
fn only_the_ledger_names_the_broker_client_and_only_the_binary_uses_anyhow() {
    for (name, uses) in dependencies() {
        assert!(
            !uses.contains("async-nats") || name == "lacteal-ledger" || name == "lacteal-broker",
            "{name}"
        );
        assert!(!uses.contains("anyhow") || name == "lacteal", "{name}");
        // Ids and keys; synthetic patients; pauses between attempts; a password.
        let may_be_random = ["lacteal-service", "lacteal-lab", "lacteal-ledger", "lacteal-broker"];
        assert!(!uses.contains("rand") || may_be_random.contains(&name.as_str()), "{name}");
    }
}

#[test]
fn pure_crates_depend_on_nothing_that_waits_or_reads() {
    let all = dependencies();
    for name in ["lacteal-clinical", "lacteal-fhir", "lacteal-lab", "lacteal-narrative"] {
        for banned in ["tokio", "futures", "async-nats", "tracing", "metrics", "tonic"] {
            assert!(!all[name].contains(banned), "{name} uses {banned}");
        }
    }
    assert!(!all["lacteal-hl7"].contains("tokio"), "hl7 has the codec traits and no runtime");
}
