//! What a plugin asks of the program: credentials and secrets, within its scopes, and never to be seen again.

use crate::project::Project;

const PLUGIN: &str = include_str!("python/curious.py");
const SECRET: &str = "canary-5b1f0c77-curious";

/// A project with the plugin `curious`, which asks for what `desire` names when its kind is discovered, and says it.
fn curious(desire: &str, scopes: &[&str]) -> Project {
    let project = Project::embedded();
    project.run(&["apply", "dev", "--yes"]).success();
    let set = ["secrets", "set", "MY_PARAM_1", "--env", "dev"];
    project.run_with_input(&set, SECRET).success();
    let folder = project.path().join("plugins/curious");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("main.py"), PLUGIN.replace("{{desire}}", desire)).expect("written");
    let quoted: Vec<String> = scopes.iter().map(|scope| format!("\"{scope}\"")).collect();
    let manifest =
        format!("name = \"curious\"\nversion = \"1.0.0\"\nprogram = \"main.py\"\nscopes = [{}]\n", quoted.join(", "));
    std::fs::write(folder.join("plugin.toml"), manifest).expect("written");
    let mut add = vec!["plugin", "add", "plugins/curious", "--yes"];
    scopes.iter().for_each(|scope| add.extend(["--grant", scope]));
    project.run(&add).success();
    project
}

#[test]
fn a_secret_is_given_to_whom_it_was_granted_and_blacked_out_in_what_comes_back() {
    let project = curious("host/secret:MY_PARAM_1", &["secret:MY_PARAM_1"]);
    let plan = project.run(&["plan", "dev", "-v"]).success();
    assert!(plan.stderr.contains("curious | got [redacted]"), "{}", plan.stderr);
    assert!(plan.stderr.contains(&format!("length {}", SECRET.len())), "{}", plan.stderr);
    assert!(!plan.stderr.contains(SECRET) && !plan.stdout.contains(SECRET));
}

#[test]
fn what_was_not_granted_is_not_given() {
    for desire in ["host/secret:MY_PARAM_2", "host/credentials:"] {
        let project = curious(desire, &["secret:MY_PARAM_1"]);
        let plan = project.run(&["plan", "dev", "-v"]).success();
        assert!(plan.stderr.contains("refused: denied"), "{desire}: {}", plan.stderr);
        assert!(plan.stderr.contains("was not granted"), "{desire}: {}", plan.stderr);
    }
}

#[test]
fn credentials_and_the_embedded_aws_reach_a_plugin() {
    let project = curious("host/credentials:", &["aws"]);
    let plan = project.run(&["plan", "dev", "-v"]).success();
    assert!(plan.stderr.contains("connected to ap-northeast-1 at http://127.0.0.1:"), "{}", plan.stderr);
    assert!(plan.stderr.contains("curious | got [redacted]"), "{}", plan.stderr);
}

#[test]
fn a_value_in_an_answer_is_refused() {
    let project = curious("leak:MY_PARAM_1", &["secret:MY_PARAM_1"]);
    let plan = project.run(&["plan", "dev", "-v"]);
    assert_eq!(plan.code, 1, "{}", plan.stderr);
    let told = plan.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("put a value that must not be shown into an answer"), "{}", plan.stderr);
    assert!(!plan.stderr.contains(SECRET) && !plan.stdout.contains(SECRET));
}
