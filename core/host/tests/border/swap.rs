//! The file of a plugin is replaced while plugins start: what runs is always what was hashed.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use deploy_plugin::manifest::Carrier;

use crate::languages::library;
use crate::processes;
use crate::project::{Project, locked};

/// For how long each way of replacing goes on.
const LONG_ENOUGH: Duration = Duration::from_millis(2500);

/// Two plugins that differ in one letter of one answer: the unit that they count in.
fn two(folder: &Path) -> [Vec<u8>; 2] {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plugins/c/plugin.c");
    let text = fs::read_to_string(source).expect("the source");
    ["good", "evil"].map(|word| {
        let (from, to) = (folder.join(format!("{word}.c")), folder.join(format!("{word}.so")));
        let named = text.replace(
            "\\\"defaults\\\":{\\\"things\\\":{}}",
            &format!("\\\"defaults\\\":{{\\\"things\\\":{{\\\"{word}\\\":1}}}}"),
        );
        assert_ne!(named, text);
        fs::write(&from, named).expect("written");
        library(&from, &to, &[]);
        fs::read(&to).expect("built")
    })
}

/// Has the other thread stop, also where this one fails: it would be waited for.
struct Stopping<'a>(&'a AtomicBool);

impl Drop for Stopping<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Replaces the file by `replace`, back and forth, while plugins start that were approved as `good`.
fn swapped(replace: impl Fn(&Path, &[u8]) + Sync) {
    let folder = tempfile::tempdir().expect("a folder");
    let versions = two(folder.path());
    let file = folder.path().join("libledger.so");
    fs::write(&file, &versions[0]).expect("written");
    let project = Project::with([locked("ledger", Carrier::Library, &file)]);
    let (stop, swaps) = (AtomicBool::new(false), std::sync::atomic::AtomicUsize::new(0));
    let (mut started, mut refused) = (0, 0);
    thread::scope(|scope| {
        scope.spawn(|| {
            for version in versions.iter().rev().cycle() {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                replace(&file, version);
                swaps.fetch_add(1, Ordering::Relaxed);
                thread::sleep(Duration::from_micros(700));
            }
        });
        let _stopping = Stopping(&stop);
        let end = Instant::now() + LONG_ENOUGH;
        while Instant::now() < end || started == 0 || refused == 0 {
            assert!(end.elapsed() < Duration::from_secs(20), "{started} started, {refused} refused");
            match project.start() {
                Ok(running) => {
                    let section = running.registry.stages()[0].section();
                    assert_eq!(section.defaults, serde_json::json!({ "things": { "good": 1 } }));
                    started += 1;
                }
                Err(errors) => {
                    let said = errors[0].to_string();
                    let shown = file.display();
                    let words =
                        format!("the plugin `ledger` was not loaded: `{shown}` has changed since it was approved");
                    assert_eq!(said, words);
                    refused += 1;
                }
            }
        }
    });
    assert!(swaps.load(Ordering::Relaxed) > 100, "{} swaps", swaps.load(Ordering::Relaxed));
    processes::assert_none(project.folder());
}

#[test]
fn in_place() {
    swapped(|file, bytes| fs::write(file, bytes).expect("written"));
}

#[test]
fn by_another_name() {
    swapped(|file, bytes| {
        let new = file.with_extension("new");
        fs::write(&new, bytes).expect("written");
        fs::rename(&new, file).expect("renamed");
    });
}

/// Once it runs, the file means nothing any more: a plugin that is started again is the one that was approved.
#[test]
fn before_it_is_started_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("libfaulty.so");
    fs::copy(crate::project::faulty_library(), &file).expect("a copy");
    let project = Project::with([locked("faulty", Carrier::Library, &file)]);
    let running = project.start().expect("it starts");
    fs::write(&file, &two(folder.path())[1]).expect("written");
    project.fault("desired abort");
    running.desired().expect_err("it ends");
    running.desired().expect("it is what it was");
    fs::remove_file(&file).expect("gone");
    project.fault("desired abort");
    running.desired().expect_err("it ends");
    running.desired().expect("it is what it was");
}
