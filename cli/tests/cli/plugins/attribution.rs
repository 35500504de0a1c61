//! Which line of the user's a plan names for what a plugin puts into it.

use super::edit;
use crate::project::Project;

/// What the template's stage says of where its log group comes from, with another source.
fn journal(source: &str) -> Project {
    let project = Project::embedded();
    let folder = project.plugin("journal");
    edit(&folder.join("main.py"), "\"source\": NAME,", &format!("\"source\": {source:?},"));
    edit(&folder.join("main.py"), "f\"{NAME}.retention_days\"", &format!("{source:?}"));
    project.run(&["plugin", "add", "plugins/journal", "--yes"]).success();
    project
}

/// Where a plan says that the log group comes from.
fn origin(project: &Project) -> String {
    let plan = project.run(&["plan", "dev", "--format", "json"]).success().json();
    let changes = plan["changes"].as_array().expect("changes");
    let change = changes.iter().find(|change| change["address"] == "ecs.log_group.journal").expect("the log group");
    change["origin"]["source"].as_str().expect("an origin").to_owned()
}

#[test]
fn a_line_of_somebody_else_is_not_named() {
    for foreign in ["ecs.services.ecs_service", "network.vpc", "aws.region", ""] {
        let project = journal(foreign);
        assert_eq!(origin(&project), "plugin journal", "{foreign}");
        let text = project.run(&["plan", "dev", "-v"]).success().stdout;
        let line = text.lines().find(|line| line.contains("+ log group journal")).expect("its line");
        assert!(line.ends_with("plugin journal"), "{line}");
    }
    let project = journal("journal");
    let file = project.path().join("environments/dev.toml");
    let before = std::fs::read_to_string(file).expect("a file");
    project.write("dev.toml", before + "\n[journal]\nretention_days = 90\n");
    assert_eq!(origin(&project), "environments/dev.toml");
}

#[test]
fn a_problem_names_the_plugin_where_it_has_no_place_of_its_own() {
    let project = journal("ecs.services.ecs_service");
    edit(&project.path().join("plugins/journal/main.py"), "\"retention_days\": config", "\"retention_dayz\": config");
    project.run(&["plugin", "add", "plugins/journal", "--yes"]).success();
    let wrong = project.run(&["plan", "dev"]);
    assert_eq!(wrong.code, 3, "{}", wrong.stderr);
    assert!(wrong.stderr.contains("--> plugin journal"), "{}", wrong.stderr);
    assert!(wrong.stderr.contains("which the plugin `journal` asks for"), "{}", wrong.stderr);
}
