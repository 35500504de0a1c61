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
        let applied = project.run(&["apply", "dev", "--yes"]).success();
        assert!(applied.stderr.contains("created   ecs.service.worker"), "{}", applied.stderr);
        let shown = project.run(&["config", "show", "dev"]).success().stdout;
        assert!(shown.contains("LOG_LEVEL") && shown.contains("INTERVAL"), "{shown}");
        assert_eq!(project.run(&["plan", "dev", "--detailed-exitcode"]).code, 0);
    }
}
