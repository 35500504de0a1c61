//! A plan proves that the tasks will be able to start: faults of every sort are found before anything changes, each with
//! the step that mends it, and what is sound raises no alarm.

use crate::project::{Outcome, Project};

/// What is wrong, as lines for dev.toml or `unset`, what the plan says of it, and what it says to do.
struct Fault {
    name: &'static str,
    file: &'static str,
    says: &'static str,
    help: &'static str,
}

const FAULTS: [Fault; 17] = [
    Fault {
        name: "nobody trusts the tasks",
        file: "[iam.roles.ecs_task_exec]\ntrust = [\"lambda.amazonaws.com\"]\n",
        says: "trust policy does not let ECS tasks",
        help: "ecs-tasks.amazonaws.com",
    },
    Fault {
        name: "no grant to read",
        file: "unset = [\"iam.roles.ecs_task_exec.policies.allow_parameter_store\"]\n",
        says: "may not read /ecs-parameter-store/dev/MY_PARAM_1",
        help: "grant = \"read_parameters\"",
    },
    Fault {
        name: "a grant for another path",
        file: "[iam]\nparameter_path = \"/elsewhere\"\n",
        says: "may not read /ecs-parameter-store/dev/MY_PARAM_1",
        help: "compare `iam.parameter_path`",
    },
    Fault {
        name: "a condition on a tag that no parameter has",
        file: "unset = [\"iam.roles.ecs_task_exec.policies.allow_parameter_store\"]\n\
               [iam.roles.ecs_task_exec.policies.mine.statements.Read]\nactions = [\"ssm:GetParameters\"]\n\
               resources = [\"*\"]\nconditions = { StringEquals = { \"ssm:resourceTag/team\" = \"web\" } }\n",
        says: "may not read /ecs-parameter-store/dev/MY_PARAM_2",
        help: "grant = \"read_parameters\"",
    },
    Fault {
        name: "a denial",
        file: "[iam.roles.ecs_task_exec.policies.no.statements.No]\neffect = \"Deny\"\nactions = [\"ssm:*\"]\n\
               resources = [\"*\"]\n",
        says: "may not read /ecs-parameter-store/dev/MY_PARAM_1",
        help: "read_parameters",
    },
    Fault {
        name: "a boundary",
        file: "[iam.roles.ecs_task_exec]\npermissions_boundary = \"arn:aws:iam::aws:policy/CloudWatchLogsFullAccess\"\n",
        says: "may not read",
        help: "read_parameters",
    },
    Fault {
        name: "a key that the role may not use",
        file: "[secrets.parameters.MY_PARAM_1]\nkms_key = \"alias/shop\"\n",
        says: "may not decrypt /ecs-parameter-store/dev/MY_PARAM_1 with alias/shop",
        help: "the same `kms_key`",
    },
    Fault {
        name: "no grant to read from Secrets Manager",
        file: "[secrets.parameters.MY_PARAM_1]\nstore = \"secrets_manager\"\n",
        says: "may not read /ecs-parameter-store/dev/MY_PARAM_1",
        help: "grant = \"read_secrets\"",
    },
    Fault {
        name: "a key in Secrets Manager that the role may not use",
        file: "[secrets.parameters.MY_PARAM_1]\nstore = \"secrets_manager\"\nkms_key = \"alias/shop\"\n\
               [iam.roles.ecs_task_exec.policies.secrets]\ngrant = \"read_secrets\"\n",
        says: "may not decrypt /ecs-parameter-store/dev/MY_PARAM_1 with alias/shop",
        help: "grant `read_secrets`",
    },
    Fault {
        name: "a part of a value that has none",
        file: "[ecs.services.ecs_service.containers.ecs_service]\n\
               secrets = { USER = { secret = \"MY_PARAM_1\", key = \"user\" } }\n",
        says: "whose values have no keys, and USER wants one",
        help: "store = \"secrets_manager\"",
    },
    Fault {
        name: "a part of a random value",
        file: "[secrets.parameters.MY_PARAM_1]\nstore = \"secrets_manager\"\n\
               [ecs.services.ecs_service.containers.ecs_service]\n\
               secrets = { USER = { secret = \"MY_PARAM_1\", key = \"user\" } }\n",
        says: "gets a random value, which has no keys, and USER wants one",
        help: "leave `generate` out",
    },
    Fault {
        name: "no way to the registry",
        file: "[iam.roles.ecs_task_exec]\nmanaged_policies = []\n",
        says: "may not ecr:GetAuthorizationToken",
        help: "AmazonECSTaskExecutionRolePolicy",
    },
    Fault {
        name: "no right to write the log",
        file: "[iam.roles.ecs_task_exec]\n\
               managed_policies = [\"arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly\"]\n",
        says: "may not logs:CreateLogStream",
        help: "AmazonECSTaskExecutionRolePolicy",
    },
    Fault {
        name: "no public address",
        file: "[ecs.services.ecs_service]\nassign_public_ip = false\n",
        says: "without a public address no task in the subnet public_1",
        help: "assign_public_ip = true",
    },
    Fault {
        name: "a private subnet",
        file: "[network.subnets.public_2]\npublic = false\n",
        says: "the subnet public_2 has no way out",
        help: "public = true",
    },
    Fault {
        name: "a firewall that lets nothing out",
        file: "[security.groups.app.egress.to_any]\nprotocol = \"tcp\"\nport = 80\n",
        says: "lets HTTPS out",
        help: "port = 443",
    },
    Fault {
        name: "no value",
        file: "unset = [\"secrets.parameters.MY_PARAM_1.generate\"]\n",
        says: "has no value",
        help: "deploy secrets set MY_PARAM_1",
    },
];

/// dev with something wrong in it.
fn with(fault: &Fault) -> Project {
    let project = Project::embedded();
    let default = std::fs::read_to_string(project.path().join("environments/default.toml")).expect("a file");
    // What dev sets stands one layer below, so that the fault may set the same keys.
    let default = default
        .replace("[secrets.parameters.MY_PARAM_1]\n", "[secrets.parameters.MY_PARAM_1]\ngenerate = 32\n")
        .replace("[secrets.parameters.MY_PARAM_2]\n", "[secrets.parameters.MY_PARAM_2]\ngenerate = 32\n")
        .replace("assign_public_ip = true\n", "assign_public_ip = true\ndesired_count = 1\n");
    project.write("default.toml", default);
    project.write("dev.toml", fault.file);
    project
}

/// The text of a screen without its line breaks, which stand where they fit.
fn flat(outcome: &Outcome) -> String {
    format!("{}{}", outcome.stdout, outcome.stderr).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_fault_is_found_before_anything_changes_and_says_how_to_mend_it() {
    for fault in &FAULTS {
        let project = with(fault);
        let outcome = project.run(&["apply", "dev", "--yes", "--allow-destroy"]);
        let screen = flat(&outcome);
        assert_eq!(outcome.code, 5, "{}: {screen}", fault.name);
        assert!(screen.contains(fault.says), "{}: no `{}` in {screen}", fault.name, fault.says);
        assert!(screen.contains(fault.help), "{}: no `{}` in {screen}", fault.name, fault.help);
        let after = project.run(&["plan", "dev", "--format", "json"]).json();
        assert_eq!(after["counts"]["unchanged"], 0, "{}: something was made", fault.name);
    }
}

/// The same faults in an environment that stands: it goes on as it is.
#[test]
fn a_fault_in_what_stands_stops_the_next_apply() {
    let fault = &FAULTS[1];
    let project = with(fault);
    let sound = std::fs::read_to_string(project.path().join("environments/dev.toml")).expect("a file");
    project.write("dev.toml", "");
    project.run(&["apply", "dev", "--yes"]).success();
    project.write("dev.toml", sound);
    let outcome = project.run(&["apply", "dev", "--yes", "--allow-destroy"]);
    assert_eq!(outcome.code, 5, "{}", flat(&outcome));
    project.write("dev.toml", "");
    assert_eq!(project.run(&["plan", "dev", "--detailed-exitcode"]).code, 0, "nothing was changed");
}

#[test]
fn what_is_sound_raises_no_alarm() {
    let project = Project::embedded();
    for environment in ["prod", "article"] {
        for name in ["MY_PARAM_1", "MY_PARAM_2"] {
            project.run_with_input(&["secrets", "set", name, "--env", environment], "a value").success();
        }
    }
    let sound: [&[&str]; 6] = [
        &["dev"],
        &["prod"],
        &["article"],
        // What belongs to others is not known, and raises no alarm.
        &["dev", "--set", "ecs.services.ecs_service.subnets=[\"subnet-0123456789abcdef0\"]"],
        &["dev", "--set", "iam.roles.ecs_task_exec.managed_policies=[\"arn:aws:iam::123456789012:policy/all\"]"],
        // Without tasks nothing has to start.
        &["dev", "--set", "ecs.services.ecs_service.desired_count=0", "--set", "network.subnets.public_1.public=false"],
    ];
    for arguments in sound {
        let plan = project.run(&[&["plan", "--format", "json"], arguments].concat()).success().json();
        assert_eq!(plan["counts"]["blocked"], 0, "{arguments:?}: {:#}", plan["findings"]);
    }
    let article = flat(&project.run(&["plan", "article"]));
    assert!(article.contains("may not ssmmessages:CreateControlChannel"), "{article}");
}
