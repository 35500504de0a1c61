//! An environment of its own, with something in every field that can hold something.

use std::collections::BTreeSet;

use deploy_aws::Clients;
use deploy_local::{Local, kms};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use super::account::Account;
use crate::project::Project;

/// On top of what the shipped environments share.
const FILE: &str = r#"
app = "shop"

[tags]
team = "web"

[secrets.parameters]
MY_PARAM_1.generate = 32
MY_PARAM_2.generate = 32

# Read by no container, so that its drift moves nothing else.
[secrets.parameters.SPARE]
generate = 32
description = "for the tests"
kms_key = "alias/shop"

[iam.roles.ecs_service]
description = "what the application may do"

[ecs.repositories.app]
keep_images = 10

[ecs.services.ecs_service]
log_retention_days = 7

# Runs no task: what happens to its revisions rolls nothing out.
[ecs.services.batch]
cpu = 256
memory = 1024
cpu_architecture = "X86_64"
operating_system_family = "LINUX"
ephemeral_storage_gib = 30
execution_role = "ecs_task_exec"
task_role = "ecs_service"
desired_count = 0
capacity_provider_strategy = { FARGATE = { weight = 1 } }
subnets = ["public_2"]
security_groups = ["app"]

[ecs.services.batch.containers.batch]
image = "public.ecr.aws/docker/library/busybox:1.36"
ports = [80]
variables = { LEVEL = "info" }
secrets = ["MY_PARAM_1"]
command = ["sleep", "1"]
entry_point = ["sh"]
working_directory = "/srv"
user = "nobody"
cpu = 128
memory = 512
memory_reservation = 256
health_check = { command = "true", start_period = 5 }
depends_on = { first = "COMPLETE" }
stop_timeout = 20
ulimits = { nofile = { soft = 1024, hard = 2048 } }
add_capabilities = ["SYS_PTRACE"]
drop_capabilities = ["CHOWN"]

[ecs.services.batch.containers.first]
image = "public.ecr.aws/docker/library/busybox:1.36"
essential = false
"#;

/// The file of a saved plan.
const SAVED: &str = "saved.plan";
/// How many resources a refusal names.
const MOST_NAMED: usize = 10;

/// An environment on an embedded AWS of its own.
pub struct Environment {
    project: Project,
    runtime: Runtime,
    sets: &'static [&'static str],
}

impl Environment {
    /// With one task.
    pub fn running() -> Self {
        Self::with(&[])
    }

    /// Without any task: nothing holds a network interface.
    pub fn at_rest() -> Self {
        Self::with(&["--set", "ecs.services.ecs_service.desired_count=0"])
    }

    fn with(sets: &'static [&'static str]) -> Self {
        let project = Project::embedded();
        project.write("drift.toml", FILE);
        create_key(&project, "alias/shop");
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let environment = Self { project, runtime, sets };
        environment.apply();
        environment.assert_plan_says([]);
        environment
    }

    /// Does something in its account that `deploy` knows nothing of.
    pub fn account(&self, work: impl AsyncFnOnce(&Account)) {
        self.runtime.block_on(async {
            let clients = Clients::connect(self.project.settings()).await.expect("clients");
            work(&Account { clients, folder: self.project.local_folder() }).await;
        });
    }

    /// From now on a rollout stays under way for half a minute: longer than three plans take.
    pub fn hold_rollouts(&self) {
        self.run_plain(&["local", "configure", "task_start=30s"]);
    }

    /// From now on tasks start as quickly as they do by default.
    pub fn let_rollouts_go(&self) {
        self.run_plain(&["local", "configure", "--defaults"]);
    }

    fn run_plain(&self, arguments: &[&str]) {
        self.project.run(arguments).success();
    }

    pub fn apply(&self) {
        self.run(&["apply", "drift", "--yes", "--allow-destroy"]).success();
    }

    /// That an apply changes nothing and says what to do.
    pub fn assert_refused(&self) {
        let outcome = self.run(&["apply", "drift", "--yes"]);
        assert_eq!(outcome.code, 5, "{}{}", outcome.stdout, outcome.stderr);
        assert!(outcome.stdout.contains("deploy secrets set"), "{}", outcome.stdout);
    }

    pub fn set_secret(&self, name: &str) {
        self.project.run_with_input(&["secrets", "set", name, "--env", "drift"], "a value").success();
    }

    /// That the plan is these lines, in any order, and no other.
    pub fn assert_plan_says<'a>(&self, lines: impl IntoIterator<Item = &'a &'static str>) {
        let outcome = self.run(&["plan", "drift", "--format", "json"]).success();
        let expected: BTreeSet<String> = lines.into_iter().map(|line| (*line).to_owned()).collect();
        assert_eq!(said(&outcome.json()), expected);
    }

    /// Saves the plan as it is now.
    pub fn save_plan(&self) {
        self.run(&["plan", "drift", "-o", SAVED]).success();
    }

    /// That the plan that was saved is applied no more, and that these resources are named as the reason.
    pub fn assert_saved_plan_is_stale<'a>(&self, lines: impl IntoIterator<Item = &'a &'static str>) {
        let outcome = self.project.run(&["apply", SAVED]);
        assert_eq!(outcome.code, 5, "{}{}", outcome.stdout, outcome.stderr);
        let addresses: BTreeSet<&str> = lines.into_iter().filter_map(|line| line.split(' ').next()).collect();
        let told = outcome.stderr.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
        let named: BTreeSet<&str> = told.filter(|word| word.contains('.')).collect();
        assert!(named.is_subset(&addresses), "{named:?} {}", outcome.stderr);
        assert_eq!(named.len(), addresses.len().min(MOST_NAMED), "{}", outcome.stderr);
    }

    fn run(&self, arguments: &[&str]) -> crate::project::Outcome {
        self.project.run(&[arguments, self.sets].concat())
    }
}

/// A key with an alias, as somebody made it before: the program makes none.
fn create_key(project: &Project, alias: &str) {
    let local = Local::open(&project.local_folder()).expect("the embedded AWS");
    let now = local.now().expect("the time");
    let made = local.with_world(|world| {
        let mut call = world.call("123456789012", "ap-northeast-1", now);
        let key = kms::handle(&mut call, "CreateKey", &json!({}))?["KeyMetadata"]["KeyId"].clone();
        kms::handle(&mut call, "CreateAlias", &json!({ "AliasName": alias, "TargetKeyId": key }))
    });
    made.expect("the embedded AWS").expect("a key");
}

/// What a plan says: a line for every field that differs, and one for everything that is more than an update.
fn said(plan: &Value) -> BTreeSet<String> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let mut lines = BTreeSet::new();
    for change in plan["changes"].as_array().expect("changes") {
        let (address, verb) = (text(&change["address"]), text(&change["verb"]));
        if verb != "update" {
            lines.insert(format!("{address} {verb}"));
        }
        if verb != "create" {
            let fields = change["fields"].as_array().expect("fields");
            lines.extend(fields.iter().map(|field| format!("{address} {}", text(&field["path"]))));
        }
    }
    lines
}
