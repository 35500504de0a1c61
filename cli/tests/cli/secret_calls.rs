//! How many calls a project with two hundred secrets costs.

use crate::endpoint::{Endpoint, Fate};
use crate::project::Project;

const SECRETS: usize = 200;
const MOST_CALLS: usize = 30;

/// The shipped environment with so many secrets, which its container reads.
fn project_with_secrets(endpoint: &Endpoint) -> Project {
    let project = Project::behind(endpoint);
    let names: Vec<String> = (1..=SECRETS).map(|number| format!("S_{number:03}")).collect();
    let tables: String = names.iter().map(|name| format!("[secrets.parameters.{name}]\n")).collect();
    let list = names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    let unset = "unset = [\"secrets.parameters.MY_PARAM_1\", \"secrets.parameters.MY_PARAM_2\"]\n";
    let container = format!("[ecs.services.ecs_service.containers.ecs_service]\nsecrets = [{list}]\n");
    project.write("many.toml", format!("{unset}{tables}{container}"));
    let values: String = names.iter().map(|name| format!("{name}=value\n")).collect();
    project.run_with_input(&["secrets", "import", "--env", "many", "--yes"], &values).success();
    project
}

#[test]
fn two_hundred_secrets_cost_few_calls() {
    let endpoint = Endpoint::start();
    let project = project_with_secrets(&endpoint);
    let calls = |arguments: &[&str]| {
        endpoint.decide(|_, _| Fate::Answered);
        project.run(arguments).success();
        endpoint.calls()
    };
    for arguments in
        [&["secrets", "list", "many"][..], &["secrets", "exec", "--env", "many", "--", "/bin/true"], &["plan", "many"]]
    {
        let calls = calls(arguments);
        assert!(calls.len() <= MOST_CALLS, "{arguments:?} makes {} calls: {calls:?}", calls.len());
    }
    // Where everything else is there too, that is asked for as well: the secrets cost what they cost before. One call
    // asks for those that are protected.
    project.run(&["apply", "many", "--yes"]).success();
    let calls = calls(&["plan", "many"]);
    let of_secrets = calls.iter().filter(|call| *call == "DescribeParameters").count();
    assert!(of_secrets <= 1 + 2 * SECRETS.div_ceil(50), "{of_secrets} of {}: {calls:?}", calls.len());
}
