//! Files that are not what was approved, or no plugins: each is refused by name, and nothing runs.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use deploy_host::LockedPlugin;
use deploy_plugin::manifest::Carrier;

use crate::languages::library;
use crate::project::{Project, faulty_library, locked};

/// A folder with a copy of the plugin that breaks.
struct Copy {
    folder: tempfile::TempDir,
    file: PathBuf,
}

impl Copy {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("libfaulty.so");
        fs::copy(faulty_library(), &file).expect("a copy");
        Self { folder, file }
    }

    fn change(&self, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = fs::read(&self.file).expect("the copy");
        change(&mut bytes);
        fs::write(&self.file, bytes).expect("written");
    }

    /// Approved as it is now.
    fn locked(&self) -> LockedPlugin {
        locked("faulty", Carrier::Library, &self.file)
    }

    fn shown(&self) -> String {
        self.file.display().to_string()
    }
}

/// What is said of a plugin that was approved in spite of everything.
#[track_caller]
fn refused(plugin: LockedPlugin) -> String {
    Project::with([plugin]).refused()
}

/// What is said of a library of this C source.
#[track_caller]
fn refused_source(source: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let (from, to) = (folder.path().join("plugin.c"), folder.path().join("libfaulty.so"));
    fs::write(&from, format!("#include \"deploy_plugin.h\"\n{source}")).expect("written");
    library(&from, &to, &[]);
    refused(locked("faulty", Carrier::Library, &to))
}

const NAMED: &str = "the plugin `faulty` was not loaded: ";

#[test]
fn a_file_that_is_missing() {
    let copy = Copy::new();
    let plugin = copy.locked();
    fs::remove_file(&copy.file).expect("gone");
    let said = refused(plugin);
    assert!(said.starts_with(&format!("{NAMED}`{}` cannot be read: No such file", copy.shown())), "{said}");
    assert!(said.contains("`deploy plugin remove faulty`"), "{said}");
}

#[test]
fn what_is_no_file() {
    let copy = Copy::new();
    let plugin = copy.locked();
    fs::remove_file(&copy.file).expect("gone");
    fs::create_dir(&copy.file).expect("a folder");
    assert!(refused(plugin.clone()).contains("cannot be read: it is no file"));
    fs::remove_dir(&copy.file).expect("gone");
    // A pipe without a writer must hold nobody.
    let made = std::process::Command::new("mkfifo").arg(&copy.file).status().expect("mkfifo");
    assert!(made.success());
    assert!(refused(plugin).contains("cannot be read: it is no file"));
}

#[test]
fn what_is_no_library() {
    let copy = Copy::new();
    fs::write(&copy.file, "#!/bin/sh\nexec rm -rf /\n").expect("written");
    assert!(refused(copy.locked()).contains("cannot be run: it is not a dynamic library"));
    fs::write(&copy.file, "").expect("written");
    assert!(refused(copy.locked()).contains("cannot be run: it is not a dynamic library"));
}

#[test]
fn another_machine() {
    let copy = Copy::new();
    let other: u16 = if cfg!(target_arch = "x86_64") { 183 } else { 62 };
    copy.change(|bytes| bytes[18..20].copy_from_slice(&other.to_le_bytes()));
    let said = refused(copy.locked());
    let machine = if cfg!(target_arch = "x86_64") { "aarch64" } else { "x86_64" };
    assert!(said.contains(&format!("cannot be run: it is built for {machine}-linux, and this is ")), "{said}");
    let mut elsewhere = copy.locked();
    elsewhere.files = elsewhere.files.into_values().map(|file| ("riscv64-linux".to_owned(), file)).collect();
    assert!(refused(elsewhere).contains("it is approved for riscv64-linux, and this is "));
}

/// A copy that did not finish, at any length.
#[test]
fn a_file_that_is_cut_off() {
    let copy = Copy::new();
    let whole = fs::read(&copy.file).expect("the copy");
    for length in [10, 63, 64, 4096, whole.len() / 2, whole.len() - 1] {
        fs::write(&copy.file, &whole[..length]).expect("written");
        let said = refused(copy.locked());
        assert!(said.contains("cannot be run: it is cut off"), "{length}: {said}");
    }
}

/// A header that says what is not so: the loader finds out, in the child.
#[test]
fn a_file_that_is_full_of_zeros() {
    let copy = Copy::new();
    copy.change(|bytes| bytes[64..].fill(0));
    let said = refused(copy.locked());
    assert!(said.starts_with("the plugin `faulty` "), "{said}");
    assert!(said.contains("cannot be loaded") || said.contains("was ended by signal"), "{said}");
}

#[test]
fn a_library_that_is_no_plugin() {
    let said = refused_source("int answer(void) { return 42; }");
    assert!(said.contains("it has no symbol `deploy_plugin_entry_v1`: it is a library, but no plugin"), "{said}");
    let said = refused_source("int nowhere(void); int answer(void) { return nowhere(); }");
    assert!(said.contains("it cannot be loaded: undefined symbol: nowhere"), "{said}");
    assert!(!said.contains("/proc/self/fd"), "{said}");
}

/// A table whose fields are what the macros say.
fn table(fields: &str) -> String {
    format!(
        "static int32_t o(const deploy_host_v1 *h, void **i) {{ (void)h; (void)i; return 5; }}
         static int32_t d(void *i, const uint8_t *f, size_t l) {{ (void)i; (void)f; (void)l; return 0; }}
         static void c(void *i) {{ (void)i; }}
         static inline int32_t starts(const deploy_host_v1 *h, void **i) {{ (void)h; (void)i; return 0; }}
         static inline int32_t refuses(void *i, const uint8_t *f, size_t l) {{ (void)i; (void)f; (void)l; return 1; }}
         static const deploy_plugin_v1 T = {{ .size = sizeof(deploy_plugin_v1), .abi = DEPLOY_PLUGIN_ABI, .open = o,
                                             .deliver = d, .close = c, {fields} }};
         const deploy_plugin_v1 *deploy_plugin_entry_v1(uint32_t abi) {{ (void)abi; return &T; }}"
    )
    .replace("         ", " ")
}

#[test]
fn a_border_of_another_version() {
    let warnings = "#pragma GCC diagnostic ignored \"-Woverride-init\"\n";
    let said = |fields: &str| refused_source(&format!("{warnings}{}", table(fields)));
    let new = said(".abi = 9");
    assert!(new.contains("it has the plugin border 9, and this `deploy` has 1: update `deploy`"), "{new}");
    let old = said(".abi = 0");
    assert!(
        old.contains("it has the plugin border 0, and this `deploy` has 1: build the plugin with a newer"),
        "{old}"
    );
    assert!(said(".size = 24").contains("its table has 24 bytes of "), "{}", said(".size = 24"));
    assert!(said(".deliver = 0").contains("its table lacks a function"));
    assert!(said("").contains("it does not start (code 5)"));
    let deaf = said(".open = starts, .deliver = refuses");
    assert!(deaf.contains("ended by itself with exit code 1 before it had said what it offers"), "{deaf}");
    let none = refused_source("const deploy_plugin_v1 *deploy_plugin_entry_v1(uint32_t a) { (void)a; return NULL; }");
    assert!(none.contains("it needs a newer plugin border than 1, which this `deploy` has: update `deploy`"), "{none}");
}

/// What breaks while it is loaded breaks a child.
#[test]
fn a_library_that_breaks_as_it_is_loaded() {
    let said = refused_source("__attribute__((constructor)) static void f(void) { __builtin_trap(); }");
    assert!(said.contains("was ended by signal 4 before it had said what it offers"), "{said}");
    let said = refused_source("#include <unistd.h>\n__attribute__((constructor)) static void f(void) { _exit(0); }");
    assert!(said.contains("ended by itself with exit code 0 before it had said what it offers"), "{said}");
}

#[test]
fn what_everybody_may_write_to() {
    let copy = Copy::new();
    fs::set_permissions(&copy.file, fs::Permissions::from_mode(0o666)).expect("changed");
    let said = refused(copy.locked());
    assert!(said.starts_with(&format!("{NAMED}everybody may write to `{}`", copy.shown())), "{said}");
    assert!(said.contains("`chmod o-w "), "{said}");
    fs::set_permissions(&copy.file, fs::Permissions::from_mode(0o644)).expect("changed");
    fs::set_permissions(copy.folder.path(), fs::Permissions::from_mode(0o777)).expect("changed");
    let said = refused(copy.locked());
    assert!(said.contains(&format!("everybody may write to `{}`\n", copy.folder.path().display())), "{said}");
}

#[test]
fn what_has_changed() {
    let copy = Copy::new();
    let plugin = copy.locked();
    copy.change(|bytes| *bytes.last_mut().expect("bytes") ^= 1);
    let said = refused(plugin);
    assert!(said.starts_with(&format!("{NAMED}`{}` has changed since it was approved", copy.shown())), "{said}");
    assert!(said.contains("`deploy plugin add "), "{said}");
}

/// Where one may not run, nothing of the others does, not even to say who it is.
#[test]
fn the_others_of_one_that_may_not_run() {
    let copy = Copy::new();
    let plugin = copy.locked();
    copy.change(|bytes| bytes.push(0));
    let project = Project::with([plugin, locked("witness", Carrier::Program, &witness(copy.folder.path()))]);
    let said = project.refused();
    assert!(said.contains("has changed since"), "{said}");
    assert!(!project.folder().join("witnessed").exists(), "the other one ran");
}

/// A program that leaves a mark.
fn witness(folder: &Path) -> PathBuf {
    let file = folder.join("witness");
    fs::write(&file, "#!/bin/sh\ntouch witnessed\n").expect("written");
    file
}

#[test]
fn a_program_that_is_none() {
    let copy = Copy::new();
    let file = copy.folder.path().join("program");
    fs::write(&file, "#!/nowhere/interpreter\n").expect("written");
    let said = refused(locked("scripted", Carrier::Program, &file));
    assert!(said.starts_with("the plugin `scripted` ") && said.contains("it cannot be run: No such file"), "{said}");
    fs::write(&file, "\x00\x01\x02").expect("written");
    let said = refused(locked("scripted", Carrier::Program, &file));
    assert!(said.contains("cannot be run: it is neither a program nor a script that begins with `#!`"), "{said}");
    let said = refused(locked("witness", Carrier::Program, &witness(copy.folder.path())));
    assert!(said.contains("ended by itself with exit code 0 before it had said what it offers"), "{said}");
}
