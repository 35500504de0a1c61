//! What the README shows of environment files works.

/// The README's blocks of TOML.
use crate::project::Project;

fn blocks() -> Vec<String> {
    let readme = include_str!("../../../README.md");
    let after = readme.split("```toml\n").skip(1);
    after.map(|block| block.split("```").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn every_example_is_one_that_can_be_applied() {
    let blocks = blocks();
    assert!(!blocks.is_empty());
    for block in blocks {
        let project = Project::embedded();
        let file = project.path().join("environments/dev.toml");
        let shipped = std::fs::read_to_string(&file).expect("the shipped file");
        project.write("dev.toml", format!("{shipped}\n{block}"));
        if block.contains("[secrets.parameters.DB]") {
            project
                .run_with_input(&["secrets", "set", "DB", "--env", "dev"], "{\"user\": \"a\", \"password\": \"b\"}")
                .success();
        }
        let applied = project.run(&["apply", "dev", "--yes"]).success();
        let name = |line: &str| Some(line.split_once('=')?.0.trim().to_owned());
        let shown = project.run(&["config", "show", "dev"]).success().stdout;
        for key in block.lines().filter_map(name) {
            assert!(shown.contains(&key), "no `{key}` in:\n{shown}");
        }
        assert!(applied.stderr.contains("created   ecs.service.ecs_service"), "{}", applied.stderr);
        assert_eq!(project.run(&["plan", "dev", "--detailed-exitcode"]).code, 0);
    }
}
