//! Environments over their life on the embedded AWS: up, unchanged, side by side, drifted, down.

mod project;

use deploy_aws::{Clients, ec2, ecs, iam};
use project::Project;
use serde_json::{Value, json};

fn assert_no_changes(project: &Project, environment: &str) {
    let outcome = project.run(&["plan", environment, "--detailed-exitcode"]);
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
}

fn set_secrets(project: &Project, environment: &str) {
    for name in ["MY_PARAM_1", "MY_PARAM_2"] {
        project.run_with_input(&["secrets", "set", name, "--env", environment], "a value").success();
    }
}

#[test]
fn after_an_apply_there_is_nothing_to_do_and_no_file_says_so() {
    let project = Project::embedded();
    project.run(&["apply", "dev", "--yes"]).success();
    assert_no_changes(&project, "dev");
    for entry in std::fs::read_dir(project.path().join(".deploy")).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.file_name().is_some_and(|name| name != "local") {
            if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) }.expect("removed");
        }
    }
    assert_no_changes(&project, "dev");
}

#[test]
fn dev_and_prod_live_side_by_side() {
    let project = Project::embedded();
    set_secrets(&project, "prod");
    project.run(&["apply", "prod", "--yes", "--allow-destroy"]).success();
    project.run(&["apply", "dev", "--yes"]).success();
    assert_no_changes(&project, "prod");
    assert_no_changes(&project, "dev");
    project.run(&["destroy", "dev", "--yes", "--allow-destroy"]).success();
    assert_no_changes(&project, "prod");
    let refused = project.run(&["destroy", "prod", "--yes", "--allow-destroy"]);
    assert_eq!(refused.code, 5, "prod is protected: {}", refused.stderr);
    assert_no_changes(&project, "prod");
}

#[test]
fn a_change_in_the_file_is_one_change_in_the_plan() {
    let project = Project::embedded();
    project.run(&["apply", "dev", "--yes"]).success();
    let set = "ecs.services.ecs_service.desired_count=2";
    let plan = project.run(&["plan", "dev", "--set", set, "--format", "json"]).success().json();
    assert_eq!(plan["counts"]["update"], json!(1), "{plan:#}");
    project.run(&["apply", "dev", "--yes", "--set", set]).success();
    assert_eq!(project.run(&["plan", "dev", "--set", set, "--detailed-exitcode"]).code, 0);
    assert_eq!(project.run(&["plan", "dev", "--detailed-exitcode"]).code, 2);
}

#[test]
fn what_leaves_the_file_is_destroyed_only_when_allowed() {
    let project = Project::embedded();
    project.run(&["apply", "dev", "--yes"]).success();
    let set = "unset=[\"security.groups.app.ingress.from_this\", \"ecs.repositories\", \"ecs.services.ecs_service.containers.ecs_service.image\"]";
    let image = "ecs.services.ecs_service.containers.ecs_service.image=public.ecr.aws/nginx/nginx:1.27";
    let refused = project.run(&["apply", "dev", "--yes", "--set", set, "--set", image]);
    assert_eq!(refused.code, 5, "{}", refused.stderr);
    project.run(&["apply", "dev", "--yes", "--allow-destroy", "--set", set, "--set", image]).success();
    assert_eq!(project.run(&["plan", "dev", "--set", set, "--set", image, "--detailed-exitcode"]).code, 0);
}

#[test]
fn a_saved_plan_is_applied_and_a_stale_one_refused() {
    let project = Project::embedded();
    project.run(&["plan", "dev", "-o", "dev.plan"]).success();
    project.run(&["apply", "dev.plan"]).success();
    assert_no_changes(&project, "dev");
    project.run(&["plan", "dev", "--set", "ecs.services.ecs_service.desired_count=3", "-o", "three.plan"]).success();
    project.run(&["apply", "dev", "--yes", "--set", "ecs.services.ecs_service.desired_count=2"]).success();
    let stale = project.run(&["apply", "three.plan"]);
    assert_eq!(stale.code, 5, "{}{}", stale.stdout, stale.stderr);
}

/// What is done behind our back, the address that the plan must name, and the field.
type Drift = (&'static str, &'static str, fn(&Clients) -> futures::future::LocalBoxFuture<'_, ()>);

fn drifts() -> Vec<Drift> {
    vec![
        ("network.vpc.main", "enable_dns_hostnames", |clients| {
            Box::pin(async {
                let off = ec2::types::AttributeBooleanValue::builder().value(false).build();
                let vpc = vpc_id(clients).await;
                clients
                    .ec2()
                    .writes
                    .modify_vpc_attribute()
                    .vpc_id(vpc)
                    .enable_dns_hostnames(off)
                    .send()
                    .await
                    .expect("drift");
            })
        }),
        ("network.route_table.public", "routes", |clients| {
            Box::pin(async {
                let tables = clients.ec2().reads.describe_route_tables().filters(ours()).send().await.expect("tables");
                let table = tables.route_tables()[0].route_table_id().expect("an id");
                clients
                    .ec2()
                    .writes
                    .delete_route()
                    .route_table_id(table)
                    .destination_cidr_block("0.0.0.0/0")
                    .send()
                    .await
                    .expect("drift");
            })
        }),
        ("security.group.app", "ingress", |clients| {
            Box::pin(async {
                let groups =
                    clients.ec2().reads.describe_security_groups().filters(ours()).send().await.expect("groups");
                let range = ec2::types::IpRange::builder().cidr_ip("192.0.2.0/24").build();
                let rule = ec2::types::IpPermission::builder()
                    .ip_protocol("tcp")
                    .from_port(22)
                    .to_port(22)
                    .ip_ranges(range)
                    .build();
                let group = groups.security_groups()[0].group_id().expect("an id");
                clients
                    .ec2()
                    .writes
                    .authorize_security_group_ingress()
                    .group_id(group)
                    .ip_permissions(rule)
                    .send()
                    .await
                    .expect("drift");
            })
        }),
        ("network.subnet.public_1", "tags", |clients| {
            Box::pin(async {
                let subnets = clients
                    .ec2()
                    .reads
                    .describe_subnets()
                    .filters(ours())
                    .filters(named("public_1"))
                    .send()
                    .await
                    .expect("subnets");
                let tag = ec2::types::Tag::builder().key("Name").value("renamed by hand").build();
                let subnet = subnets.subnets()[0].subnet_id().expect("an id");
                clients.ec2().writes.create_tags().resources(subnet).tags(tag).send().await.expect("drift");
            })
        }),
        ("iam.role.ecs_service", "policies", |clients| {
            Box::pin(async {
                let role = role_name(clients, "ecs_service").await;
                clients
                    .iam()
                    .writes
                    .delete_role_policy()
                    .role_name(role)
                    .policy_name("allow_logs")
                    .send()
                    .await
                    .expect("drift");
            })
        }),
        ("iam.role.ecs_task_exec", "managed_policies", |clients| {
            Box::pin(async {
                let role = role_name(clients, "ecs_task_exec").await;
                let arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
                clients.iam().writes.detach_role_policy().role_name(role).policy_arn(arn).send().await.expect("drift");
            })
        }),
        ("ecs.log_group.ecs_service", "retention_days", |clients| {
            Box::pin(async {
                let groups = clients.logs().reads.describe_log_groups().send().await.expect("groups");
                let group = groups.log_groups()[0].log_group_name().expect("a name");
                clients
                    .logs()
                    .writes
                    .put_retention_policy()
                    .log_group_name(group)
                    .retention_in_days(3)
                    .send()
                    .await
                    .expect("drift");
            })
        }),
        ("ecs.cluster.main", "container_insights", |clients| {
            Box::pin(async {
                let setting = ecs::types::ClusterSetting::builder()
                    .name(ecs::types::ClusterSettingName::ContainerInsights)
                    .value("disabled")
                    .build();
                let cluster = cluster(clients).await;
                clients
                    .ecs()
                    .writes
                    .update_cluster_settings()
                    .cluster(cluster)
                    .settings(setting)
                    .send()
                    .await
                    .expect("drift");
            })
        }),
        ("ecs.service.ecs_service", "desired_count", |clients| {
            Box::pin(async {
                let (cluster, service) = (cluster(clients).await, service(clients).await);
                clients
                    .ecs()
                    .writes
                    .update_service()
                    .cluster(cluster)
                    .service(service)
                    .desired_count(2)
                    .send()
                    .await
                    .expect("drift");
            })
        }),
        ("ecs.service.ecs_service", "enable_execute_command", |clients| {
            Box::pin(async {
                let (cluster, service) = (cluster(clients).await, service(clients).await);
                clients
                    .ecs()
                    .writes
                    .update_service()
                    .cluster(cluster)
                    .service(service)
                    .enable_execute_command(false)
                    .send()
                    .await
                    .expect("drift");
            })
        }),
        ("secrets.parameter.MY_PARAM_1", "", |clients| {
            Box::pin(async {
                let kind = deploy_aws::ssm::types::ResourceTypeForTagging::Parameter;
                let name = "/ecs-parameter-store/dev/MY_PARAM_1";
                clients
                    .ssm()
                    .writes
                    .remove_tags_from_resource()
                    .resource_type(kind)
                    .resource_id(name)
                    .tag_keys("application")
                    .send()
                    .await
                    .expect("drift");
            })
        }),
    ]
}

fn ours() -> ec2::types::Filter {
    ec2::types::Filter::builder().name("tag:environment").values("dev").build()
}

fn named(part: &str) -> ec2::types::Filter {
    ec2::types::Filter::builder().name("tag:deploy:address").values(format!("*{part}")).build()
}

async fn vpc_id(clients: &Clients) -> String {
    let vpcs = clients.ec2().reads.describe_vpcs().filters(ours()).send().await.expect("vpcs");
    vpcs.vpcs()[0].vpc_id().expect("an id").to_owned()
}

async fn role_name(clients: &Clients, part: &str) -> String {
    let roles = clients.iam().reads.list_roles().send().await.expect("roles");
    let ours = |role: &&iam::types::Role| role.role_name().ends_with(part);
    roles.roles().iter().find(ours).expect("a role").role_name().to_owned()
}

async fn cluster(clients: &Clients) -> String {
    clients.ecs().reads.list_clusters().send().await.expect("clusters").cluster_arns()[0].clone()
}

async fn service(clients: &Clients) -> String {
    let services = clients.ecs().reads.list_services().cluster(cluster(clients).await).send().await.expect("services");
    services.service_arns()[0].clone()
}

fn names(plan: &Value, address: &str, field: &str) -> bool {
    let changes = plan["changes"].as_array().into_iter().flatten();
    let fields = |change: &Value| change["fields"].as_array().cloned().unwrap_or_default();
    let hit = |change: &Value| {
        fields(change).iter().any(|change| change["path"].as_str().is_some_and(|path| path.starts_with(field)))
    };
    changes.filter(|change| change["address"] == json!(address)).any(hit)
}

#[test]
fn drift_is_named_by_the_plan_and_repaired_by_the_apply() {
    let project = Project::embedded();
    project.run(&["apply", "dev", "--yes"]).success();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for (address, field, drift) in drifts() {
        runtime.block_on(async {
            let clients = Clients::connect(project.settings()).await.expect("clients");
            drift(&clients).await;
        });
        let outcome = project.run(&["plan", "dev", "--format", "json"]).success();
        assert!(names(&outcome.json(), address, field), "{address} {field} is not named:\n{}", outcome.stdout);
        project.run(&["apply", "dev", "--yes"]).success();
        assert_no_changes(&project, "dev");
    }
}
