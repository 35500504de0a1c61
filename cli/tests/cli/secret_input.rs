//! What a value may be, and what is said of it before it is sent: sizes in bytes, bytes that are no text, newlines.

use serde_json::json;

use crate::project::{Outcome, Project};

fn set(project: &Project, options: &[&str], value: &[u8]) -> Outcome {
    let command = project.command(&[&["secrets", "set", "MY_PARAM_1", "--env", "dev"], options].concat());
    Project::finish(command, value)
}

fn value(project: &Project) -> String {
    project.run(&["secrets", "get", "MY_PARAM_1", "--env", "dev", "--reveal"]).success().stdout
}

fn version(project: &Project) -> serde_json::Value {
    project.run(&["secrets", "list", "dev", "--format", "json"]).success().json()[0]["version"].clone()
}

/// Limits are counted in bytes, whatever the characters are.
#[test]
fn a_value_that_costs_more_is_announced() {
    let e = |count: usize| "é".repeat(count);
    for (value, is_announced) in [
        ("v".repeat(4096), false),
        (e(2048), false),
        (e(2048) + "\n", false),
        ("v".repeat(4097), true),
        (e(2048) + "v", true),
        ("v".repeat(8192), true),
        (e(4096), true),
        (e(4096) + "\r\n", true),
    ] {
        let project = Project::embedded();
        let outcome = set(&project, &[], value.as_bytes()).success();
        assert_eq!(outcome.stderr.contains("becomes an advanced one"), is_announced, "{}", outcome.stderr);
        assert_eq!(self::value(&project), value.trim_end(), "of {} bytes", value.len());
        // It is one by now, and stays one.
        let again = set(&project, &[], "w".repeat(5000).as_bytes()).success();
        assert_eq!(again.stderr.contains("becomes an advanced one"), !is_announced, "{}", again.stderr);
    }
    let project = Project::embedded();
    for value in ["v".repeat(8193), e(4096) + "v", e(4096) + "\n\n", e(5000), "v".repeat(100_000)] {
        let outcome = set(&project, &[], value.as_bytes());
        assert_eq!(outcome.code, 3, "{}", outcome.stderr);
        for words in ["8192 bytes", "nothing was set"] {
            assert!(outcome.stderr.contains(words), "{}", outcome.stderr);
        }
    }
    assert_eq!(version(&project), json!(null));
    let large = e(2049);
    let text = format!("MY_PARAM_1={large}\nMY_PARAM_2=small\n");
    let outcome = project.run_with_input(&["secrets", "import", "--env", "dev", "--yes"], &text).success();
    assert_eq!(outcome.stderr.matches("becomes an advanced one").count(), 1, "{}", outcome.stderr);
    let copied = project.run(&["secrets", "copy", "MY_PARAM_1", "--from", "dev", "--to", "prod", "--yes"]).success();
    assert!(copied.stderr.contains("the value has 4098 bytes"), "{}", copied.stderr);
}

#[test]
fn bytes_that_are_no_text_are_stored_as_base64() {
    let project = Project::embedded();
    for bytes in [&b"hunter\0two"[..], b"hunter\xfftwo", b"hunter{{ssm:two}}"] {
        let refused = set(&project, &[], bytes);
        assert_eq!(refused.code, 3);
        assert!(
            refused.stderr.contains("`--base64`") && refused.stderr.contains("nothing was set"),
            "{}",
            refused.stderr
        );
    }
    assert_eq!(version(&project), json!(null));
    let outcome = set(&project, &["--base64"], b"\x00\xffa\n").success();
    assert_eq!(value(&project), "AP9hCg==");
    for words in ["4 bytes are stored as 8 characters of base64", "the newline at the end too", "must decode them"] {
        assert!(outcome.stderr.contains(words), "{}", outcome.stderr);
    }
    std::fs::write(project.path().join("key.der"), [0_u8; 6144]).expect("a file");
    set(&project, &["--base64", "--from-file", "key.der"], b"").success();
    assert_eq!(value(&project).len(), 8192);
    std::fs::write(project.path().join("key.der"), [0_u8; 6145]).expect("a file");
    let outcome = set(&project, &["--base64", "--from-file", "key.der"], b"");
    assert_eq!(outcome.code, 3);
    assert!(outcome.stderr.contains("at most 8192 bytes"), "{}", outcome.stderr);
    assert_eq!(set(&project, &["--base64"], b"").code, 3, "nothing is nothing");
}

#[test]
fn what_becomes_of_the_last_newline_is_said() {
    let project = Project::embedded();
    for (options, given, kept, said) in [
        (&[][..], "a\n", "a", Some("one newline at the end was taken off; `--keep-newline` keeps it")),
        (&[], "a\r\n", "a", Some("one newline at the end was taken off")),
        (&[], "a\n\n", "a\n", Some("one newline at the end was taken off")),
        (&[], "a", "a", None),
        (&["--keep-newline"], "a\n", "a\n", Some("the newline at the end is kept")),
        (&["--keep-newline"], "a", "a", None),
    ] {
        let outcome = set(&project, options, given.as_bytes()).success();
        assert_eq!(value(&project), kept, "{options:?} {given:?}");
        match said {
            Some(said) => assert!(outcome.stderr.contains(said), "{}", outcome.stderr),
            None => assert!(!outcome.stderr.contains("newline"), "{}", outcome.stderr),
        }
    }
}

/// Two brackets that close wrap nothing: they stand at the end of many a document.
#[test]
fn a_document_of_json_is_a_value() {
    let project = Project::embedded();
    let document = r#"{"a":{"b":{"c":[{}]}}}"#;
    set(&project, &[], document.as_bytes()).success();
    assert_eq!(value(&project), document);
}
