//! The picture in ARCHITECTURE.md is true: who may depend on whom, read from `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Who may depend on whom among our own crates.
const ALLOWED: &[(&str, &[&str])] = &[
    ("deploy-model", &[]),
    ("deploy-plugin", &["deploy-model"]),
    ("deploy-kinds", &["deploy-model", "deploy-plugin"]),
    ("deploy-config", &["deploy-model"]),
    ("deploy-engine", &["deploy-model", "deploy-plugin"]),
    ("deploy-carrier", &["deploy-model", "deploy-plugin"]),
    ("deploy-host", &["deploy-model", "deploy-plugin"]),
    ("deploy-conformance", &["deploy-engine", "deploy-host", "deploy-model", "deploy-plugin"]),
    ("deploy-policy", &[]),
    ("deploy-local", &["deploy-policy"]),
    ("deploy-bench", &["deploy-policy"]),
    ("deploy-aws", &["deploy-model"]),
    ("deploy-ledger", &["deploy-aws", "deploy-model"]),
    ("deploy-testing", &["deploy-aws", "deploy-local", "deploy-plugin"]),
    ("deploy-network", &["deploy-aws", "deploy-kinds", "deploy-model", "deploy-plugin"]),
    ("deploy-security", &["deploy-aws", "deploy-kinds", "deploy-model", "deploy-plugin"]),
    ("deploy-secrets", &["deploy-aws", "deploy-kinds", "deploy-model", "deploy-plugin"]),
    ("deploy-iam", &["deploy-aws", "deploy-kinds", "deploy-model", "deploy-plugin"]),
    ("deploy-ecs", &["deploy-aws", "deploy-kinds", "deploy-model", "deploy-plugin", "deploy-policy"]),
    // What anybody could write: the public SDK, and nothing else of ours.
    ("deploy-bucket", &["deploy-kinds", "deploy-plugin"]),
    ("deploy-guardrails", &["deploy-kinds", "deploy-plugin"]),
    ("deploy-sidecar", &["deploy-kinds", "deploy-plugin"]),
];

/// Dependencies by package, those for tests left out.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.output().expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("metadata");
    let package = |package: &Value| {
        let shipped =
            package["dependencies"].as_array().into_iter().flatten().filter(|dependency| dependency["kind"].is_null());
        let names = shipped.filter_map(|dependency| dependency["name"].as_str().map(str::to_owned)).collect();
        (package["name"].as_str().expect("a name").to_owned(), names)
    };
    metadata["packages"].as_array().expect("packages").iter().map(package).collect()
}

#[test]
fn imports_point_one_way() {
    let dependencies = dependencies();
    for (package, allowed) in ALLOWED {
        let ours = dependencies[*package].iter().filter(|name| name.starts_with("deploy"));
        let foreign: Vec<&String> = ours.filter(|name| !allowed.contains(&name.as_str())).collect();
        assert!(foreign.is_empty(), "{package} must not depend on {foreign:?}");
    }
    let known: BTreeSet<&str> = ALLOWED.iter().map(|(package, _)| *package).chain(["deploy"]).collect();
    let packages: BTreeSet<&str> = dependencies.keys().map(String::as_str).collect();
    assert_eq!(packages, known, "every package has its row");
}

#[test]
fn only_one_crate_touches_an_sdk() {
    let mut touched: BTreeMap<String, String> = BTreeMap::new();
    for (package, names) in dependencies() {
        let aws: Vec<&String> = names.iter().filter(|name| name.starts_with("aws-")).collect();
        // A plugin outside the program has an SDK of its own.
        let may = ["deploy-aws", "deploy-bucket"].contains(&package.as_str());
        assert!(may || aws.is_empty(), "{package} must not depend on {aws:?}");
        for sdk in aws.into_iter().filter(|name| name.starts_with("aws-sdk-")) {
            let other = touched.insert(sdk.clone(), package.clone());
            assert!(other.is_none(), "{package} and {other:?} both depend on {sdk}");
        }
    }
    assert_eq!(touched["aws-sdk-s3"], "deploy-bucket");
}

#[test]
fn the_program_holds_no_plugin_that_is_not_built_in() {
    for (package, names) in dependencies() {
        for plugin in ["deploy-bucket", "deploy-guardrails", "deploy-sidecar"] {
            assert!(!names.contains(plugin), "{package} must not depend on {plugin}");
        }
    }
}

#[test]
fn only_the_carrier_loads_code_and_only_the_command_line_draws() {
    for (package, names) in dependencies() {
        assert!(package == "deploy-carrier" || !names.contains("libloading"), "{package} must not load code");
        let draws = ["indicatif", "dialoguer", "console", "clap"].iter().any(|name| names.contains(*name));
        assert!(package == "deploy" || !draws, "{package} must not draw");
    }
}

#[test]
fn what_tests_share_is_in_no_program() {
    for (package, names) in dependencies() {
        for shared in ["deploy-testing", "deploy-bench"] {
            assert!(!names.contains(shared), "{package} must not depend on {shared} outside its tests");
        }
    }
}
