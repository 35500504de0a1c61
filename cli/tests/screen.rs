//! What a run leaves on the screen: commands that can be copied, the width, and nothing stale.

mod project;

use project::{Outcome, Project};

/// A run that is not told of the embedded AWS by a variable.
fn typed(project: &Project, arguments: &[&str]) -> Outcome {
    let mut command = project.command(arguments);
    command.env_remove("DEPLOY_LOCAL");
    Project::finish(command, b"")
}

fn shows(outcome: &Outcome, text: &str) {
    let screen = format!("{}{}", outcome.stdout, outcome.stderr);
    assert!(screen.contains(text), "no `{text}` in:\n{screen}");
}

/// What was tried on the embedded AWS must not be done to an account by a command that was copied.
#[test]
fn a_suggested_command_means_the_same_aws() {
    let project = Project::embedded();
    let blocked = typed(&project, &["plan", "prod", "--local"]);
    shows(&blocked, "deploy secrets set MY_PARAM_1 --env prod --local\n");
    let refused = typed(&project, &["apply", "prod", "--yes", "--local"]);
    shows(&refused, "deploy secrets set MY_PARAM_1 --env prod --local\n");
    let unasked = typed(&project, &["apply", "dev", "--local"]);
    shows(&unasked, "`deploy plan ENV -o FILE --local`");
    let mistyped = typed(&project, &["secrets", "set", "MY_PARAM_1", "x", "--local"]);
    shows(&mistyped, "`deploy secrets set NAME --local`");
    let empty = typed(&project, &["secrets", "set", "MY_PARAM_1", "--env", "dev", "--local"]);
    shows(&empty, "`… | deploy secrets set MY_PARAM_1 --env dev --local`");
    // The variable holds for the next command too.
    shows(&project.run(&["plan", "prod"]), "deploy secrets set MY_PARAM_1 --env prod\n");
}

#[test]
fn a_suggested_command_means_the_same_project_and_settings() {
    let project = Project::embedded();
    let folder = project.path().to_str().expect("text");
    let set = "ecs.services.ecs_service.desired_count=3";
    let planned = typed(&project, &["-C", folder, "plan", "prod", "--local", "--set", set, "--set", "tags.a=b c"]);
    let screen = planned.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let command =
        format!("deploy secrets set MY_PARAM_1 --env prod --local --set {set} --set 'tags.a=b c' -C {folder}");
    assert!(screen.contains(&command), "no `{command}` in:\n{}", planned.stdout);
    let saved = typed(&project, &["-C", folder, "plan", "dev", "--local", "-o", "dev.plan"]);
    shows(&saved, &format!("apply exactly this: deploy apply dev.plan -C {folder}\n"));
}
