//! Files, names and folders that must be refused clearly, quickly, and with nothing else done.

mod project;

use std::fs;
use std::time::{Duration, Instant};

use deploy_config::{ConfigError, Diagnostic, Project};
use project::{Fixture, told};

const APP: &str = "app = \"shop\"\n";

/// The only error of a `prod.toml` of these bytes.
fn refused(bytes: impl AsRef<[u8]>) -> String {
    let fixture = Fixture::new(APP, "");
    fixture.write("prod", bytes);
    let started = Instant::now();
    let errors = fixture.errors();
    assert!(started.elapsed() < Duration::from_secs(10), "took {:?}", started.elapsed());
    assert_eq!(errors.len(), 1, "{errors:?}");
    told(&errors[0])
}

#[test]
fn an_unknown_environment_lists_those_that_exist() {
    let fixture = Fixture::new(APP, "");
    fixture.write("dev", "");
    let errors = fixture.loader.load("prdo").expect_err("unknown");
    let expected = "unknown environment `prdo`\n  help: a similar environment exists: `prod`\n  help: environments of this project: dev, prod\n";
    assert_eq!(told(&errors[0]), expected);
}

#[test]
fn a_name_is_never_a_path() {
    let fixture = Fixture::new(APP, "");
    for name in [
        "../prod",
        "a/b",
        "a\\b",
        "",
        ".",
        "..",
        "/etc/passwd",
        "prod\0",
        "prod.toml",
        "-x",
        "default",
        &"x".repeat(100_000),
    ] {
        let errors = fixture.loader.load(name).expect_err("no name");
        assert!(errors[0].message.len() < 300 && errors[0].message.contains("environment"), "{}", errors[0].message);
    }
}

#[test]
fn a_file_with_another_ending_is_named() {
    let fixture = Fixture::new(APP, "");
    fs::write(fixture.root().join("environments/stage.TOML"), "").expect("written");
    let errors = fixture.loader.load("stage").expect_err("unknown");
    assert!(errors[0].help[0].starts_with("rename `environments/stage.TOML`"), "{:?}", errors[0].help);
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_text_is_not_passed_over() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let value = OsStr::from_bytes(b"eu\xff");
    let told = Fixture::new(APP, "").variable("DEPLOY_AWS__REGION", value).told();
    assert!(
        told.starts_with("`DEPLOY_AWS__REGION` is not UTF-8 text: `eu\u{fffd}`\n  at DEPLOY_AWS__REGION\n"),
        "{told}"
    );
    let told = Fixture::new(APP, "").variable(OsStr::from_bytes(b"DEPLOY_AWS__\xff"), "x").told();
    assert!(told.contains("leads nowhere"), "{told}");
    Fixture::new(APP, "").variable("DEPLOY_OTHER", value).variable("PATH", value).load();
}

#[test]
fn a_folder_without_environments_is_no_project() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let error = Project::find(folder.path()).expect_err("no project");
    assert!(matches!(error, ConfigError::NoProject { .. }));
    assert_eq!(Diagnostic::from(error).help, ["start a project: `deploy init`"]);
}

#[test]
fn the_project_is_found_from_below() {
    let fixture = Fixture::new(APP, "");
    let below = fixture.root().join("a/b");
    fs::create_dir_all(&below).expect("folders");
    assert_eq!(Project::find(&below).expect("found").root(), fixture.root());
}

#[test]
fn broken_toml_is_shown_where_it_breaks() {
    let error = refused("[aws]\nregion = \n");
    assert!(error.starts_with("invalid TOML: ") && error.contains("at environments/prod.toml:2:"), "{error}");
    for text in ["[aws]\n[aws]\n", "production = true\nproduction = true\n", "a = [1,\n", "a = \"open\n", "=\n"] {
        let error = refused(text);
        assert!(error.starts_with("invalid TOML: "), "{error}");
        assert!(error.contains("at environments/prod.toml:"), "{error}");
    }
}

#[test]
fn both_files_are_reported() {
    let fixture = Fixture::new("app = \n", "[aws\n");
    assert_eq!(fixture.errors().len(), 2);
}

#[test]
fn text_must_be_text() {
    assert!(
        refused(b"a = 1\nb = \"\xff\"\n")
            .starts_with("`environments/prod.toml` is not UTF-8 text: byte 0xff\n  at environments/prod.toml:2:6")
    );
    assert!(
        refused("a = 1\n\0")
            .starts_with("`environments/prod.toml` contains a NUL byte\n  at environments/prod.toml:2:1")
    );
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_text() {
    let fixture = Fixture::new(APP, "\u{feff}production = true\n");
    assert_eq!(
        fixture.load().origin(&"production".parse().expect("a path")).expect("written").to_string(),
        "environments/prod.toml:1:1"
    );
}

#[test]
fn a_large_file_is_refused_by_its_size() {
    assert!(refused(vec![b'#'; (1 << 20) + 1]).contains("larger than 1024 KiB"));
    let fixture = Fixture::new(APP, "");
    fixture.write("prod", vec![b'#'; 1 << 20]);
    fixture.load();
}

#[test]
fn deep_nesting_ends_in_an_error_and_not_on_the_stack() {
    for depth in [33, 100, 10_000, 1_000_000] {
        let arrays = format!("a={}", "[".repeat(depth.min(1_048_000)));
        let error = refused(&arrays);
        assert!(error.contains("nested more than") || error.contains("invalid TOML"), "{error}");
    }
    for depth in [33, 100, 10_000, 200_000] {
        let closed = format!("a={}{}", "[".repeat(depth), "]".repeat(depth));
        let tables = format!("a={}1{}", "{a=".repeat(depth), "}".repeat(depth));
        let dotted = format!("{}a=1", "a.".repeat(depth));
        let header = format!("[{}a]", "a.".repeat(depth));
        let doubled = format!("[[{}a]]", "a.".repeat(depth));
        for text in [closed, tables, dotted, header, doubled] {
            let error = refused(&text);
            assert!(error.contains("nested more than 32 levels deep"), "{depth}: {}", &error[..error.len().min(200)]);
        }
    }
    let header = format!("[{}a]", "a.".repeat(520_000));
    assert!(refused(header).contains("nested more than 32 levels deep"));
}

#[test]
fn many_keys_take_little_time() {
    let started = Instant::now();
    let line: String = (0..40_000).map(|number| format!("é{number}=1,")).collect();
    let keys: String = (0..60_000).map(|number| format!("V{number} = \"x\"\n")).collect();
    let fixture =
        Fixture::new(APP, &format!("[ecs.services.web]\nimage = \"i\"\n[ecs.services.web.variables]\n{keys}"));
    fixture.load().entries();
    let names = line.replace('é', "e");
    let wide = Fixture::new(APP, &format!("ecs.services.web = {{ {} }}\n", names.trim_end_matches(',')));
    assert!(wide.errors().len() >= 40_000);
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
}

#[cfg(unix)]
#[test]
fn only_regular_files_of_the_project_are_read() {
    use std::os::unix::fs::symlink;
    let fixture = Fixture::new(APP, "");
    let prod = fixture.path("prod");
    let refused = |what: &str| {
        let error = fixture.errors().remove(0);
        assert!(error.message.contains(what), "{}", error.message);
    };

    fs::remove_file(&prod).expect("removed");
    symlink("/dev/zero", &prod).expect("linked");
    refused("not a regular file");

    fs::remove_file(&prod).expect("removed");
    assert!(std::process::Command::new("mkfifo").arg(&prod).status().expect("mkfifo").success());
    refused("not a regular file");

    fs::remove_file(&prod).expect("removed");
    symlink("/etc/passwd", &prod).expect("linked");
    refused("outside the project");

    fs::remove_file(&prod).expect("removed");
    symlink("/nowhere/at/all", &prod).expect("linked");
    refused("not found");

    fs::remove_file(&prod).expect("removed");
    symlink(&prod, &prod).expect("linked");
    refused("cannot read");

    fs::remove_file(&prod).expect("removed");
    fs::create_dir(&prod).expect("created");
    refused("directory");

    fs::remove_dir(&prod).expect("removed");
    fs::write(fixture.root().join("other.toml"), "production = true\n").expect("written");
    symlink("../other.toml", &prod).expect("linked");
    assert!(fixture.load().settings.production);
}
