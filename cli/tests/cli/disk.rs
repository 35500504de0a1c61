//! A disk that is full and one that cannot be written to: nothing is lost, and nothing is begun that could not be noted.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::endpoint::Endpoint;
use crate::project::Project;

/// A small file system in memory.
struct Disk(TempDir);

impl Disk {
    /// None where this machine lets nobody make one, which is said.
    #[expect(clippy::print_stdout, reason = "whoever runs it must see that it was skipped")]
    fn of_megabytes(size: u32) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let options = format!("size={size}m");
        if !mount(&["-t", "tmpfs", "-o", &options, "tmpfs"], folder.path()) {
            println!("skipped: no file system can be mounted here");
            return None;
        }
        Some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Takes all the room that is left. The file is to be removed.
    fn fill(&self) -> PathBuf {
        let file = self.path().join("filler");
        // That it ends in an error is what it is for.
        let _ = fs::write(&file, vec![0; 64 << 20]);
        file
    }

    fn forbid_writing(&self) {
        assert!(mount(&["-o", "remount,ro"], self.path()), "read-only");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).status();
    }
}

fn mount(options: &[&str], at: &Path) -> bool {
    let mut command = Command::new("mount");
    command.args(options).arg(at).stderr(std::process::Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The calls that change something.
fn writes(endpoint: &Endpoint) -> usize {
    let reads = ["Describe", "List", "Get"];
    let is_read =
        |call: &String| reads.iter().any(|verb| call.split(':').next_back().unwrap_or(call).starts_with(verb));
    endpoint.calls().iter().filter(|call| !is_read(call)).count()
}

#[test]
fn on_a_full_disk_nothing_is_begun_and_nothing_is_lost() {
    let Some(disk) = Disk::of_megabytes(4) else { return };
    let endpoint = Endpoint::start();
    let project = Project::behind_in(&endpoint, disk.path());
    project.run(&["plan", "dev", "-o", "dev.plan"]).success();
    let saved = fs::read(project.path().join("dev.plan")).expect("a plan");
    let filler = disk.fill();
    let before = files(project.path());
    // The note that a run begins cannot be written: it does not begin.
    let full = project.run(&["apply", "dev", "--yes"]);
    assert_eq!(full.code, 1, "{}{}", full.stdout, full.stderr);
    assert!(full.stderr.contains("No space left on device"), "{}", full.stderr);
    assert_eq!(owned(&project), 0);
    // A plan that cannot be saved leaves the one that was there.
    let unsaved = project.run(&["plan", "dev", "-o", "dev.plan"]);
    assert_eq!(unsaved.code, 1, "{}{}", unsaved.stdout, unsaved.stderr);
    assert_eq!(fs::read(project.path().join("dev.plan")).expect("a plan"), saved);
    let left: Vec<_> = files(project.path()).into_iter().filter(|file| !before.contains(file)).collect();
    assert!(left.iter().all(|file| file.to_string_lossy().contains(".deploy/locks")), "{left:?}");
    fs::remove_file(filler).expect("removed");
    project.run(&["apply", "dev", "--yes"]).success();
    assert_eq!(project.run(&["plan", "dev", "--detailed-exitcode"]).code, 0);
}

#[test]
fn the_embedded_aws_keeps_what_it_has_on_a_full_disk() {
    let Some(disk) = Disk::of_megabytes(4) else { return };
    let project = Project::embedded_in(disk.path());
    project.run(&["apply", "dev", "--yes"]).success();
    let world = project.local_folder().join("world.json");
    let held = fs::read(&world).expect("a world");
    let filler = disk.fill();
    let full = project.run(&["apply", "dev", "--yes", "--set", "ecs.services.ecs_service.log_retention_days=14"]);
    assert_eq!(full.code, 1, "{}{}", full.stdout, full.stderr);
    assert!(full.stderr.contains("No space left on device"), "{}", full.stderr);
    assert_eq!(fs::read(&world).expect("a world"), held);
    fs::remove_file(filler).expect("removed");
    assert_eq!(project.run(&["plan", "dev", "--detailed-exitcode"]).code, 0);
}

#[test]
fn a_project_that_cannot_be_written_to_can_be_planned_and_not_applied() {
    let Some(disk) = Disk::of_megabytes(4) else { return };
    let endpoint = Endpoint::start();
    let project = Project::behind_in(&endpoint, disk.path());
    disk.forbid_writing();
    assert_eq!(project.run(&["plan", "dev", "--detailed-exitcode"]).code, 2);
    let refused = project.run(&["apply", "dev", "--yes"]);
    assert_eq!(refused.code, 1, "{}{}", refused.stdout, refused.stderr);
    assert!(refused.stderr.contains("Read-only file system"), "{}", refused.stderr);
    assert_eq!(writes(&endpoint), 0, "{:?}", endpoint.calls());
}

/// How many resources the environment has.
fn owned(project: &Project) -> usize {
    let status = project.run(&["status", "dev", "--format", "json"]).success().json();
    status["resources"]
        .as_array()
        .map_or(0, |resources| resources.iter().filter(|resource| resource["id"].is_string()).count())
}
