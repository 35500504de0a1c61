//! A plugin that was compiled with `panic = "abort"`: its panic ends its process, and nothing else.

use std::path::Path;

use crate::artefact::compiled;
use crate::project::Project;

/// What panics, in the template's stage.
const FLAW: &str = "assert_ne!(config.retention_days, 13, \"an unlucky number\");\n        let name = cx.name(";

/// The template's plugin, which panics where its log is kept for 13 days, compiled into `folder`.
fn compile(folder: &Path) {
    let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/plugin-rust");
    std::fs::create_dir_all(folder.join("src")).expect("a folder");
    for file in ["plugin.toml", "conformance.toml", "src/lib.rs"] {
        let text = std::fs::read_to_string(template.join(file)).expect("a template");
        let text = text.replace("{{name}}", "audit").replace("{{Name}}", "Audit");
        let text = text.replace("target/release/audit", "audit").replace("let name = cx.name(", FLAW);
        std::fs::write(folder.join(file), text).expect("written");
    }
    let library = format!("{}audit{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let crates = ["deploy_plugin", "deploy_kinds", "serde"];
    compiled("audit", folder, &folder.join(library), &crates, &["-C", "panic=abort"]);
}

#[test]
fn a_plugin_that_cannot_unwind_holds_to_the_suite_and_ends_alone() {
    let project = Project::embedded();
    compile(&project.path().join("plugins/audit"));
    let tested = project.run(&["plugin", "test", "plugins/audit"]).success();
    assert!(tested.stdout.contains("0 failed"), "{}", tested.stdout);

    project.run(&["plugin", "add", "plugins/audit", "--yes"]).success();
    project.run(&["apply", "dev", "--yes"]).success();
    let ended = project.run(&["plan", "dev", "--set", "audit.retention_days=13"]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let said = ended.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("the plugin `audit` was ended by signal 6"), "{said}");
    assert!(said.contains("the stage `audit` is broken"), "{said}");
    assert_eq!(project.run(&["plan", "dev", "--detailed-exitcode"]).code, 0);
}
