//! No output holds a secret: a hundred random values go through every command at its most talkative, with errors
//! provoked, and are looked for in everything that comes out.

use std::collections::BTreeMap;
use std::path::Path;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::project::{Outcome, Project};

/// How many values.
const COUNT: usize = 100;

/// A value that nothing else contains, with what needs escaping in every notation.
fn canary(index: usize) -> String {
    let noise = getrandom::u64().expect("randomness");
    format!("cänary \"{index}\" \\ $x & '{noise:016x}' %/+=")
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let sextets = |chunk: &[u8]| {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        (0..=chunk.len())
            .map(|place| char::from(ALPHABET[(bits >> (18 - 6 * place) & 63) as usize]))
            .collect::<String>()
    };
    bytes.chunks(3).map(sextets).collect()
}

/// Every form in which a value could stand somewhere. Its noise alone is in most of them.
fn forms(value: &str) -> Vec<String> {
    let noise = value.split('\'').nth(1).expect("the noise").to_owned();
    let json = serde_json::to_string(value).expect("a text");
    let encoded = base64(value.as_bytes());
    // What stands in front of it shifts base64; its middle is the same in one of three.
    let shifted = (1..3).map(|shift| base64(&[vec![b' '; shift], value.as_bytes().to_vec()].concat()));
    let middles = shifted.map(|text| text[8..40].to_owned());
    let url = utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
    [noise, json.trim_matches('"').to_owned(), encoded, url].into_iter().chain(middles).collect()
}

struct Search(Vec<String>);

impl Search {
    fn of(values: &BTreeMap<String, String>) -> Self {
        Self(values.values().flat_map(|value| forms(value)).collect())
    }

    fn look(&self, place: &str, text: &str) {
        if let Some(form) = self.0.iter().find(|form| text.contains(form.as_str())) {
            panic!("{place} holds `{form}`:\n{text}");
        }
    }

    fn look_below(&self, folder: &Path) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            // The embedded AWS is the one place that keeps them.
            if path.is_dir() && !path.ends_with(".deploy/local") {
                self.look_below(&path);
            } else if path.is_file() && !path.ends_with("values.json") {
                let text = String::from_utf8_lossy(&std::fs::read(&path).expect("a file")).into_owned();
                self.look(&path.display().to_string(), &text);
            }
        }
    }
}

/// Runs a command at its most talkative.
fn run(project: &Project, search: &Search, arguments: &[&str], input: &str) -> Outcome {
    let mut command = project.command(&[arguments, &["--verbose"]].concat());
    command.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full").env("DEPLOY_LOG", "trace");
    let outcome = Project::finish(command, input.as_bytes());
    search.look(&format!("the output of {arguments:?}"), &format!("{}{}", outcome.stdout, outcome.stderr));
    outcome
}

#[test]
fn no_output_holds_a_secret() {
    let project = Project::embedded();
    let names: Vec<String> = (0..COUNT).map(|index| format!("SECRET_{index}")).collect();
    let declared: String = names.iter().map(|name| format!("[secrets.parameters.{name}]\n")).collect();
    let list = names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    let file = format!("{declared}\n[ecs.services.ecs_service.containers.ecs_service]\nsecrets = [{list}]\n");
    for environment in ["one", "two"] {
        project.write(
            &format!("{environment}.toml"),
            format!("unset = [\"secrets.parameters.MY_PARAM_1\", \"secrets.parameters.MY_PARAM_2\"]\n{file}"),
        );
    }
    let values: BTreeMap<String, String> =
        names.iter().enumerate().map(|(index, name)| (name.clone(), canary(index))).collect();
    let search = Search::of(&values);
    let document = serde_json::to_string(&values).expect("texts");
    let go = |arguments: &[&str], input: &str| run(&project, &search, arguments, input);
    let first = &names[0];
    let value = values[first].as_str();

    // In, in every way there is.
    go(&["secrets", "import", "--env", "one", "--format", "json", "--yes"], &document).success();
    go(&["secrets", "import", "--env", "one", "--format", "json", "--yes"], &document).success();
    go(&["secrets", "set", first, "--env", "two"], value).success();
    go(&["secrets", "set", first, "--env", "two", "--skip-unchanged"], value).success();
    go(&["secrets", "copy", &names[1], "--from", "one", "--to", "two", "--yes"], "").success();
    std::fs::write(project.path().join("values.json"), &document).expect("a file");
    go(&["secrets", "import", "values.json", "--env", "two", "--yes"], "").success();
    // Looked at, planned, applied and changed.
    for arguments in [
        &["secrets", "get", first, "--env", "one"][..],
        &["secrets", "get", first, "--env", "one", "--format", "json"],
        &["secrets", "list", "one"],
        &["secrets", "list", "one", "--format", "json"],
        &["secrets", "history", first, "--env", "one"],
        &["secrets", "diff", "one", "two"],
        &["secrets", "diff", "one", "two", "--format", "json"],
        &["config", "show", "one", "--origin"],
        &["graph", "one"],
        &["plan", "one"],
        &["plan", "one", "--format", "json", "-o", "one.plan"],
        &["apply", "one.plan"],
        &["apply", "two", "--yes", "--format", "json"],
        &["status", "one"],
        &["status", "one", "--format", "json"],
    ] {
        go(arguments, "").success();
    }
    go(&["secrets", "set", first, "--env", "one"], &values[&names[2]]).success();
    go(&["secrets", "rollback", first, "--env", "one", "--yes"], "").success();
    go(&["apply", "one", "--yes"], "").success();
    // Refused: by this program, and by AWS before and after the call took effect.
    for (arguments, input) in [
        (vec!["secrets", "set", first, value], ""),
        (vec!["secrets", "set", value], ""),
        (vec!["secrets", "import", "--env", "one", "--yes"], value),
        (vec!["secrets", "import", "--env", "one", "--format", "json", "--yes"], &document[..document.len() / 2]),
        (vec!["secrets", "import", "--env", "one", "--format", "toml", "--yes"], &document),
    ] {
        assert_ne!(go(&arguments, input).code, 0, "{arguments:?}");
    }
    for fault in ["error-before", "error-after", "throttle"] {
        let configured = project.run(&["local", "configure", &format!("faults=ssm:PutParameter/{fault}/1")]);
        if configured.code == 0 {
            go(&["secrets", "set", first, "--env", "one"], value);
        }
    }
    project.run(&["local", "configure", "--defaults"]).success();
    go(&["destroy", "one", "--yes", "--allow-destroy"], "").success();
    search.look_below(project.path());
}
