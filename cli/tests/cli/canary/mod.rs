//! No output holds a secret: a hundred random values go through every command at its most talkative, with errors and
//! panics provoked, and are looked for in everything that others can see.

mod echo;
mod processes;
mod search;
mod stage;
mod typed;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use self::echo::{ALL, Echo, Spoiled};
use self::search::{Search, canary};
use self::stage::{Shown, Stage};
use crate::project::Project;

/// How many values.
const COUNT: usize = 100;

#[test]
fn no_output_holds_a_secret() {
    let values: Vec<String> = (0..COUNT).map(canary).collect();
    let search = Search::of(&values);
    let stage = Stage::new(&search);
    let names: Vec<String> = (0..COUNT).map(|index| format!("SECRET_{index}")).collect();
    declare(&stage, &names);
    let told: BTreeMap<&str, &str> = names.iter().map(String::as_str).zip(values.iter().map(String::as_str)).collect();
    let document = serde_json::to_string(&told).expect("texts");

    come_in(&stage, &names, &values, &document);
    are_used(&stage, &names, &values);
    stand_beside_a_plugin(&stage);
    typed::type_values(&stage, &names[3], &[&values[3], &values[4], &values[5]]);
    are_shown_where_asked(&stage, &names, &values);
    stand_where_none_belongs(&stage, &names, &values, &document);
    are_repeated_by_others(&stage, &names, &values);
    panic_with_them(&stage, &names, &values);
    stage.look_at_files();
    go(&stage, &["secrets", "rm", &names[0], "--env", "one", "--yes"]);
    go(&stage, &["destroy", "one", "--yes", "--allow-destroy"]);
    stage.look_at_files();
    go(&stage, &["local", "reset"]);
    nothing_was_left_out(&stage);
}

fn go(stage: &Stage<'_>, arguments: &[&str]) {
    stage.go(arguments, "").success();
}

/// Two environments that declare all of the secrets, half of them in the other store, and pass them to a container; and
/// four that make values themselves.
fn declare(stage: &Stage<'_>, names: &[String]) {
    let file = |names: &[String], more: &str| {
        let unset = "unset = [\"secrets.parameters.MY_PARAM_1\", \"secrets.parameters.MY_PARAM_2\"]";
        let stores = ["parameter_store", "secrets_manager"].into_iter().cycle();
        let declared = names
            .iter()
            .zip(stores)
            .map(|(name, store)| format!("[secrets.parameters.{name}]\nstore = \"{store}\"\n{more}\n"));
        let list = names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        let read = "[iam.roles.ecs_task_exec.policies.allow_secrets]\ngrant = \"read_secrets\"";
        let container = format!("[ecs.services.ecs_service.containers.ecs_service]\nsecrets = [{list}]");
        format!("{unset}\n{}\n{read}\n\n{container}\n", declared.collect::<String>())
    };
    for (environment, text) in [
        ("one", file(names, "")),
        ("two", file(names, "")),
        ("three", file(&names[..2], "generate = 32")),
        ("four", file(&names[..2], "generate = 32")),
        ("five", file(&names[..2], "generate = 32")),
        ("six", file(&names[..2], "generate = 32")),
    ] {
        stage.project.write(&format!("{environment}.toml"), text);
    }
}

/// In every way there is.
fn come_in(stage: &Stage<'_>, names: &[String], values: &[String], document: &str) {
    let import = ["secrets", "import", "--env", "one", "--format", "json", "--yes"];
    stage.go(&import, document).success();
    stage.go(&import, document).success();
    stage.go(&["secrets", "set", &names[0], "--env", "two"], &values[0]).success();
    stage.go(&["secrets", "set", &names[0], "--env", "two", "--skip-unchanged"], &values[0]).success();
    go(stage, &["secrets", "copy", &names[1], "--from", "one", "--to", "two", "--yes"]);
    // The user's own files, which are no files of the project.
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.to_str().expect("text").to_owned()
    };
    go(stage, &["secrets", "import", &file("values.json", document), "--env", "two", "--yes"]);
    go(stage, &["secrets", "set", &names[2], "--env", "two", "--from-file", &file("value", &values[6])]);
}

fn are_used(stage: &Stage<'_>, names: &[String], values: &[String]) {
    let first = names[0].as_str();
    for arguments in [
        &["secrets", "get", first, "--env", "one"][..],
        &["secrets", "get", first, "--env", "one", "--format", "json"],
        &["secrets", "list", "one"],
        &["secrets", "list", "one", "--format", "json"],
        &["secrets", "history", first, "--env", "one"],
        &["secrets", "history", &names[1], "--env", "one"],
        &["secrets", "history", first, "--env", "one", "--format", "json"],
        &["secrets", "diff", "one", "two"],
        &["secrets", "diff", "one", "two", "--format", "json"],
        &["config", "show", "one", "--origin"],
        &["config", "show", "one", "--format", "json"],
        &["config", "check", "one"],
        &["config", "schema"],
        &["graph", "one"],
        &["graph", "one", "--format", "mermaid"],
        &["plan", "one"],
        &["plan", "one", "--format", "json", "-o", "one.plan"],
        &["apply", "one.plan"],
        &["apply", "two", "--yes", "--format", "json"],
        &["status", "one"],
        &["status", "one", "--format", "json"],
        &["rollout", "status", "one"],
        &["rollout", "status", "one", "--format", "json"],
        &["history", "one"],
        &["history", "one", "--format", "json"],
        &["unlock", "one"],
        &["local", "status"],
        &["local", "configure", "--format", "json"],
        &["completions", "bash"],
        &["init", "new"],
    ] {
        go(stage, arguments);
    }
    stage.go(&["secrets", "set", first, "--env", "one"], &values[2]).success();
    go(stage, &["plan", "one", "-o", "two.plan"]);
    go(stage, &["secrets", "rollback", first, "--env", "one", "--yes"]);
    assert_ne!(stage.go(&["apply", "two.plan"], "").code, 0, "the plan is stale");
    go(stage, &["apply", "one", "--yes"]);
    assert_ne!(stage.go(&["rollout", "stop", "one", "--yes"], "").code, 0, "no rollout is under way");
    go(stage, &["rollout", "rollback", "one", "--yes"]);
    go(stage, &["apply", "one", "--yes"]);
}

/// While a plugin is written, tried, approved, run and taken out.
fn stand_beside_a_plugin(stage: &Stage<'_>) {
    for arguments in [
        &["plugin", "new", "plugins/seen", "--language", "python"][..],
        &["plugin", "build", "plugins/seen"],
        &["plugin", "test", "plugins/seen"],
        &["plugin", "inspect", "plugins/seen"],
        &["plugin", "add", "plugins/seen", "--yes"],
        &["plugin", "list"],
        &["plan", "one"],
        &["plugin", "remove", "seen"],
    ] {
        go(stage, arguments);
    }
}

/// On standard output, and in the variables of the command: nowhere else.
fn are_shown_where_asked(stage: &Stage<'_>, names: &[String], values: &[String]) {
    for arguments in [
        &["secrets", "get", &names[1], "--env", "one", "--reveal"][..],
        &["secrets", "get", &names[1], "--env", "one", "--reveal", "--format", "json"],
        &["secrets", "export", "--env", "one"],
        &["secrets", "export", "--env", "one", "--format", "json"],
    ] {
        stage.look_at(stage.command(arguments), "", Shown::OnStandardOutput).success();
        // To a full disk, and to a reader that went away.
        let mut command = stage.command(arguments);
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a full disk");
        let output = command.stdout(full).stdin(Stdio::null()).output().expect("it ends");
        assert_ne!(output.status.code(), Some(0));
        stage.search.look("the error of a full disk", &output.stderr);
        let mut child =
            stage.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        stage.search.look("the error of a reader that went away", &output.stderr);
    }
    let script = format!("test \"${}\" = '{}' && read -r line", names[7], values[7].replace('\'', "'\\''"));
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("script");
    std::fs::write(&file, script).expect("a file");
    let file = file.to_str().expect("text");
    let exec = stage.command(&["secrets", "exec", "--env", "one", "--", "/bin/sh", file]);
    stage.look_at(exec, "go on\n", Shown::InVariables).success();
    let exec = stage.command(&["secrets", "exec", "--env", "one", "--", "/no/such/program"]);
    assert_ne!(stage.look_at(exec, "", Shown::Nowhere).code, 0);
}

/// As an argument, a setting, a variable, in a file of the project, and in a document that is none.
fn stand_where_none_belongs(stage: &Stage<'_>, names: &[String], values: &[String], document: &str) {
    let (first, value) = (names[0].as_str(), values[8].as_str());
    let setting = format!("secrets.parameters.{first}.value={value}");
    let assignment = format!("{first}={value}");
    for arguments in [
        &["secrets", "set", first, value][..],
        &["secrets", "set", value],
        &["secrets", "set", first, "--value", value],
        &["secrets", "set", first, "--from-file", value],
        &["secrets", "get", value],
        &["secrets", "rm", value, "--yes"],
        &["secrets", "history", value],
        &["secrets", "copy", value, "--from", "one", "--to", "two"],
        &["plan", "one", "--set", &setting],
        &["config", "show", "one", "--set", &setting],
        &["apply", "one", "--yes", &assignment],
        &[&assignment],
    ] {
        let outcome = stage.look_at(stage.command(arguments), "", Shown::InArguments);
        assert_ne!(outcome.code, 0, "{arguments:?}");
    }
    for (arguments, input) in [
        (&["secrets", "import", "--env", "one", "--yes"][..], value),
        (&["secrets", "import", "--env", "one", "--yes"], &format!("{first}=\"{value}")),
        (&["secrets", "import", "--env", "one", "--yes"], &format!("{first}={value}\n{value}=a")),
        (&["secrets", "import", "--env", "one", "--format", "json", "--yes"], &document[..document.len() / 2]),
        (
            &["secrets", "import", "--env", "one", "--format", "json", "--yes"],
            &document.replace("SECRET_1\"", "NONE\""),
        ),
        (&["secrets", "import", "--env", "one", "--format", "toml", "--yes"], document),
        (&["secrets", "set", first, "--env", "one"], &format!("{value}{{{{{value}}}}}")),
        (&["secrets", "set", first, "--env", "one"], &value.repeat(200)),
        (&["secrets", "set", first, "--env", "one"], &format!("{value}\0")),
    ] {
        assert_ne!(stage.go(arguments, input).code, 0, "{arguments:?}");
    }
    let quoted = serde_json::to_string(value).expect("a text");
    for text in [
        &format!("[secrets.parameters.{first}]\nvalue = {quoted}\n"),
        &format!("[secrets.parameters.{first}]\ngenerate = {quoted}\n"),
        &format!("[secrets.parameters.{first}]\nvalue = {value}\n"),
        &format!("[secrets.parameters]\n{first} = {quoted}\n"),
        &format!("{first} = {quoted}\n"),
        &format!("{first}={value}\n"),
        &format!("export {first}={value}\n"),
    ] {
        // The file is the user's own, so it goes before files are looked at.
        let file = stage.project.path().join("environments/wrong.toml");
        std::fs::write(&file, text).expect("a file");
        for arguments in [&["plan", "wrong"][..], &["config", "show", "wrong", "--origin"], &["config", "check"]] {
            assert_ne!(stage.go(arguments, "").code, 0, "{arguments:?}: {text}");
        }
        std::fs::remove_file(file).expect("the file");
    }
    let mut command = stage.command(&["plan", "one"]);
    command.env(format!("DEPLOY_SECRETS__PARAMETERS__{first}__VALUE"), value);
    // The variable is the user's own.
    assert_ne!(stage.look_at(command, "", Shown::InVariables).code, 0);
}

/// An AWS that repeats the request in its errors, and replies that break off.
fn are_repeated_by_others(stage: &Stage<'_>, names: &[String], values: &[String]) {
    let (mut server, watch) = stage.start(&["local", "serve", "--port", "0"]);
    let mut stdout = BufReader::new(server.stdout.take().expect("a pipe"));
    let mut address = String::new();
    stdout.read_line(&mut address).expect("its address");
    let echo = Echo::before(address.trim());
    let remote = |arguments: &[&str], input: &str| {
        let mut command = stage.command(arguments);
        command.env_remove("DEPLOY_LOCAL").env("AWS_ENDPOINT_URL", &echo.endpoint);
        command.env("AWS_ACCESS_KEY_ID", "123456789012").env("AWS_SECRET_ACCESS_KEY", "x");
        stage.look_at(command, input, Shown::Nowhere)
    };
    for (operation, name) in [("PutParameter", &names[0]), ("UpdateSecret", &names[1])] {
        for (how, value) in ALL.iter().zip(&values[10..]) {
            // What is torn took effect: each needs a value of its own, or there is nothing to do.
            let few = serde_json::json!({ name.as_str(): value }).to_string();
            echo.spoil(operation, *how);
            // Some look for seconds what became of it, so side by side.
            std::thread::scope(|scope| {
                for (arguments, input) in [
                    (vec!["secrets", "set", name, "--env", "one"], value.as_str()),
                    (vec!["secrets", "rollback", name, "--env", "one", "--yes"], ""),
                    (vec!["secrets", "import", "--env", "two", "--format", "json", "--yes"], &few),
                ] {
                    let remote = &remote;
                    scope.spawn(move || {
                        let code = remote(&arguments, input).code;
                        // What took effect is found to be done.
                        assert!(code != 0 || matches!(how, Spoiled::Torn), "{how:?} {arguments:?}");
                    });
                }
            });
        }
    }
    // A value that the program made itself is known to nobody here: what repeats it begins with the request.
    for how in [Spoiled::Error(403, "AccessDeniedException"), Spoiled::Error(500, "InternalServerError")] {
        for (operation, environment) in [("PutParameter", "three"), ("CreateSecret", "four")] {
            echo.spoil(operation, how);
            for arguments in
                [&["apply", environment, "--yes"][..], &["apply", environment, "--yes", "--format", "json"]]
            {
                let outcome = remote(arguments, "");
                assert_ne!(outcome.code, 0, "{how:?} {arguments:?}");
                let said = outcome.stdout + &outcome.stderr;
                assert!(said.contains(operation) && !said.contains("refused: "), "{said}");
            }
        }
    }
    for how in [Spoiled::Torn, Spoiled::Wrong] {
        for (operation, name) in [("GetParameters", &names[0]), ("BatchGetSecretValue", &names[1])] {
            echo.spoil(operation, how);
            for arguments in [
                &["secrets", "get", name, "--env", "one"][..],
                &["secrets", "diff", "one", "two"],
                &["secrets", "copy", name, "--from", "one", "--to", "two", "--yes"],
                &["secrets", "export", "--env", "one"],
                &["secrets", "exec", "--env", "one", "--", "/bin/true"],
            ] {
                assert_ne!(remote(arguments, "").code, 0, "{how:?} {arguments:?}");
            }
        }
        for (operation, name) in [("GetParameterHistory", &names[0]), ("ListSecretVersionIds", &names[1])] {
            echo.spoil(operation, how);
            assert_ne!(remote(&["secrets", "history", name, "--env", "one"], "").code, 0, "{how:?} {operation}");
        }
    }
    let first = names[0].as_str();
    for fault in ["error-before", "error-after", "throttle"] {
        go(stage, &["local", "configure", &format!("faults=ssm:PutParameter/{fault}/1")]);
        stage.go(&["secrets", "set", first, "--env", "one"], &values[9]);
    }
    go(stage, &["local", "configure", "--defaults"]);
    server.kill().expect("it runs");
    let mut said = Vec::new();
    stdout.read_to_end(&mut said).expect("what it said");
    server.stderr.take().expect("a pipe").read_to_end(&mut said).expect("what it said");
    let process = server.id();
    server.wait().expect("it ends");
    stage.look_at_processes("local serve", process, watch, Shown::Nowhere);
    stage.search.look("what `local serve` said", &said);
}

/// A defect, with the request and the reply in its words: outside of the plugins' fence, and within.
fn panic_with_them(stage: &Stage<'_>, names: &[String], values: &[String]) {
    if !cfg!(debug_assertions) {
        return;
    }
    let first = names[0].as_str();
    let few = serde_json::json!({ first: values[31] }).to_string();
    for (operation, arguments, input) in [
        ("PutParameter", &["secrets", "set", first, "--env", "one"][..], values[30].as_str()),
        ("PutParameter", &["secrets", "import", "--env", "one", "--format", "json", "--yes"], &few),
        ("PutParameter", &["apply", "five", "--yes"], ""),
        ("PutParameter", &["apply", "six", "--yes", "--format", "json"], ""),
        ("UpdateSecret", &["secrets", "set", &names[1], "--env", "one"], values[32].as_str()),
        ("BatchGetSecretValue", &["secrets", "export", "--env", "one"], ""),
        ("GetParameters", &["secrets", "get", first, "--env", "one"], ""),
        ("GetParameters", &["secrets", "diff", "one", "two"], ""),
        ("DescribeParameters", &["plan", "one"], ""),
    ] {
        let mut command = stage.command(arguments);
        command.env("DEPLOY_TEST_PANIC", operation);
        let outcome = stage.look_at(command, input, Shown::Nowhere);
        assert_ne!(outcome.code, 0, "{arguments:?}");
        assert!(outcome.stderr.contains("its words are not shown"), "{arguments:?}: no panic: {}", outcome.stderr);
    }
}

/// Every command, as the help lists them.
fn commands(project: &Project, path: &[&str], found: &mut BTreeSet<String>) {
    let help = project.run(&[path, &["--help"]].concat()).success().stdout;
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names: Vec<&str> = list
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    for name in names.iter().filter(|name| **name != "help") {
        commands(project, &[path, &[name]].concat(), found);
    }
    if names.is_empty() {
        found.insert(path.join(" "));
    }
}

fn nothing_was_left_out(stage: &Stage<'_>) {
    let mut all = BTreeSet::new();
    commands(&stage.project, &[], &mut all);
    assert!(all.len() > 20, "{all:?}");
    let ran = stage.ran.lock().expect("no test panicked");
    all.retain(|command| !ran.iter().any(|arguments| arguments.starts_with(command)));
    assert!(all.is_empty(), "no value went through {all:?}");
}
