//! The corpora of the fuzz targets, replayed: what was found once stays fixed, and the seeds stay readable.

#[path = "../../fuzz/inputs.rs"]
mod inputs;

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

/// Runs every file of a corpus through its target; names the file that breaks it.
fn replay(corpus: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(corpus);
    let mut files = 0;
    for entry in fs::read_dir(&folder).expect("the corpus") {
        let path = entry.expect("an entry").path();
        let input = fs::read(&path).expect("an input");
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        assert!(catch_unwind(|| target(&input)).is_ok(), "{corpus}/{name} breaks its target");
        files += 1;
    }
    assert!(files >= 5, "{corpus}: {files} files");
}

#[test]
fn forms() {
    replay("query", inputs::query);
}

#[test]
fn bodies() {
    replay("json", inputs::json);
}

#[test]
fn calls() {
    replay("call", inputs::call);
}

/// A seed that no longer reaches its operation would fuzz nothing but the router.
#[test]
fn the_seeds_reach_their_operations() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/call");
    for seed in ["network", "role", "cluster", "task_definition", "parameter", "logs", "ecr", "secret", "key", "bucket"]
    {
        let script = fs::read_to_string(folder.join(seed)).expect("a seed");
        let local = deploy_local::Local::in_memory(1);
        for request in script.split("\n\n") {
            let response = local.call(inputs::request(request).expect("a request"));
            let answer = String::from_utf8_lossy(response.body()).into_owned();
            // The last request of a role is refused: a policy is attached to it.
            assert!(response.status().is_success() || answer.contains("DeleteConflict"), "{seed}: {request}: {answer}");
        }
    }
}
