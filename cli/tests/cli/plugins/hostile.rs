//! What a plugin cannot have although it tries: other code than was approved, a look at a secret, the screen, a life after
//! the program's.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::project::Project;

const PLUGIN: &str = include_str!("python/hostile.py");
const SECRET: &str = "canary-7e21-hostile-value";

fn hostile(how: &str) -> Project {
    let project = Project::embedded();
    project.run(&["apply", "dev", "--yes"]).success();
    project.run_with_input(&["secrets", "set", "MY_PARAM_1", "--env", "dev"], SECRET).success();
    let folder = project.path().join("plugins/hostile");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(project.path().join("how"), how).expect("written");
    std::fs::write(folder.join("main.py"), PLUGIN).expect("written");
    let manifest = "name = \"hostile\"\nversion = \"1.0.0\"\nprogram = \"main.py\"\nscopes = [\"secret:MY_PARAM_1\"]\n";
    std::fs::write(folder.join("plugin.toml"), manifest).expect("written");
    project.run(&["plugin", "add", "plugins/hostile", "--yes", "--grant", "secret:MY_PARAM_1"]).success();
    project
}

#[test]
fn what_it_makes_of_its_own_copy_is_not_run() {
    let project = hostile("overwrites");
    project.run(&["plan", "dev"]).success();
    assert!(!project.path().join("overwritten").exists());
}

#[test]
fn a_value_that_it_has_kept_over_a_new_start_is_black_too() {
    let project = hostile("keeps");
    for words in [&["plan", "dev"][..], &["plan", "dev", "--format", "json"], &["plan", "dev", "-o", "saved.plan"]] {
        let outcome = project.run(words);
        assert_eq!(std::fs::read_to_string(project.path().join("stash")).expect("kept"), SECRET);
        assert!(
            !outcome.stdout.contains(SECRET) && !outcome.stderr.contains(SECRET),
            "{}{}",
            outcome.stdout,
            outcome.stderr
        );
        assert!(outcome.stderr.contains("[redacted]"), "{}", outcome.stderr);
    }
    assert!(!project.path().join("saved.plan").exists());
}

#[test]
fn nothing_that_it_says_moves_the_cursor() {
    let project = hostile("paints");
    let outcome = project.run(&["plan", "dev"]).success();
    let is_harmful = |one: char| (one.is_control() && one != '\n') || one == '\u{202e}';
    assert!(!outcome.stdout.contains(is_harmful) && !outcome.stderr.contains(is_harmful), "{:?}", outcome.stdout);
    assert!(outcome.stdout.contains("FAKE"), "{}", outcome.stdout);
}

#[test]
fn a_manifest_that_paints_over_what_it_wants_is_none() {
    let project = Project::embedded();
    let folder = project.plugin("journal");
    for (key, painted) in [
        ("scopes = []", "scopes = [\"aws\", \"secret:X\\u001b[3A\\u001b[J\"]"),
        ("version = \"0.1.0\"", "version = \"1\\u001b[8m\""),
    ] {
        let file = folder.join("plugin.toml");
        let before = std::fs::read_to_string(&file).expect("a manifest");
        std::fs::write(&file, before.replace(key, painted)).expect("written");
        let refused = project.run(&["plugin", "add", "plugins/journal", "--yes", "--grant", "aws"]);
        assert_eq!(refused.code, 3, "{painted}: {}", refused.stderr);
        assert!(!refused.stderr.contains('\u{1b}'), "{:?}", refused.stderr);
        std::fs::write(&file, before).expect("written");
    }
    assert_eq!(project.lock(), "");
}

#[test]
fn nothing_of_it_outlives_a_program_that_is_stopped() {
    let project = hostile("hangs");
    let temporary = project.path().join("temporary");
    std::fs::create_dir(&temporary).expect("a folder");
    let mut command = project.command(&["plan", "dev"]);
    let mut program =
        command.env("TMPDIR", &temporary).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a start");
    let begun = Instant::now();
    while processes(&project) < 3 {
        assert!(begun.elapsed() < Duration::from_secs(8), "the plugin and its child do not run");
        std::thread::sleep(Duration::from_millis(20));
    }
    let id = i32::try_from(program.id()).expect("a process");
    let signal =
        rustix::process::Pid::from_raw(id).map(|pid| rustix::process::kill_process(pid, rustix::process::Signal::TERM));
    signal.expect("a process").expect("a signal");
    assert_eq!(program.wait().expect("an end").code(), Some(143));
    let begun = Instant::now();
    while processes(&project) > 0 {
        assert!(begun.elapsed() < Duration::from_secs(8), "something is left");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(std::fs::read_dir(&temporary).expect("a folder").count(), 0);
}

/// How many processes work in the project's folder.
fn processes(project: &Project) -> usize {
    let own = project.path().canonicalize().expect("a folder");
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    all.filter(|one| std::fs::read_link(one.path().join("cwd")).is_ok_and(|folder| folder == own)).count()
}

#[test]
fn a_pipe_in_the_place_of_a_file_holds_nobody_up() {
    let project = Project::embedded();
    let folder = project.plugin("journal");
    for (path, words) in [
        (folder.join("conformance.toml"), &["plugin", "test", "plugins/journal"][..]),
        (folder.join("plugin.toml"), &["plugin", "add", "plugins/journal", "--yes"]),
        (project.path().join("deploy-plugins.lock"), &["plugin", "list"]),
    ] {
        let _ = std::fs::remove_file(&path);
        assert!(Command::new("mkfifo").arg(&path).status().expect("mkfifo").success());
        let refused = project.run(words);
        assert_ne!(refused.code, 0, "{words:?}");
        assert!(refused.stderr.contains("it is no file"), "{words:?}: {}", refused.stderr);
    }
}

#[test]
fn a_lock_that_everybody_may_write_to_approves_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::embedded();
    project.approved_plugin("journal");
    let lock = project.path().join("deploy-plugins.lock");
    std::fs::set_permissions(&lock, std::fs::Permissions::from_mode(0o666)).expect("a mode");
    let refused = project.run(&["plan", "dev"]);
    assert_eq!(refused.code, 3);
    assert!(refused.stderr.contains("chmod o-w deploy-plugins.lock"), "{}", refused.stderr);
}

#[test]
fn of_those_that_are_added_at_once_none_is_lost() {
    let project = Project::embedded();
    let names = ["one", "two", "three", "four"];
    names.iter().for_each(|name| drop(project.plugin(name)));
    let adds = names.map(|name| {
        let mut command = project.command(&["plugin", "add", &format!("plugins/{name}"), "--yes"]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a start")
    });
    let codes = adds.map(|mut add| add.wait().expect("an end").code());
    for (name, code) in names.iter().zip(codes) {
        let is_listed = project.lock().contains(&format!("name = \"{name}\""));
        assert_eq!(is_listed, code == Some(0), "{name}: {code:?}");
        assert!(code == Some(0) || code == Some(4), "{name}: {code:?}");
    }
}
