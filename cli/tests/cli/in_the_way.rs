//! What others have put where a destroy must go: it is never deleted, it is named, everything else goes, and when it is gone
//! the same command ends with nothing left.

use deploy_aws::Clients;
use deploy_aws::ec2::types::{Filter, IpPermission, ResourceType, Tag, TagSpecification, UserIdGroupPair};
use deploy_aws::ecs::types::{AwsVpcConfiguration, ContainerDefinition, LaunchType, NetworkConfiguration, NetworkMode};
use deploy_local::Local;
use deploy_local::ec2::network_interface;
use deploy_local::world::Ids;

use crate::project::{Outcome, Project};

const ACCOUNT: &str = "123456789012";
const REGION: &str = "ap-northeast-1";
const PREFIX: &str = "ecs-parameter-store-dev";
const ROLE: &str = "ecs-parameter-store-dev-ecs_task_exec";
const POLICY: &str = "arn:aws:iam::aws:policy/CloudWatchLogsFullAccess";
/// Ten minutes of patience become ten seconds.
const HASTE: &str = "60";

fn destroy(project: &Project) -> Outcome {
    let mut command = project.command(&["destroy", "dev", "--yes", "--allow-destroy"]);
    command.env("DEPLOY_TEST_HASTE", HASTE);
    Project::finish(command, b"")
}

/// What the screen says, whatever the width.
fn assert_said(outcome: &Outcome, all: &[&str]) {
    let said = outcome.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in all {
        assert!(said.contains(words), "no `{words}` in:\n{}", outcome.stderr);
    }
}

fn left(project: &Project) -> Vec<String> {
    let status = project.run(&["status", "dev", "--format", "json"]).success().json();
    let resources = status["resources"].as_array().expect("resources");
    let there = resources.iter().filter(|one| !one["id"].is_null());
    there.map(|one| one["address"].as_str().expect("an address").to_owned()).collect()
}

fn by(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}

/// The id that EC2 gave the resource at `address`.
async fn id(clients: &Clients, address: &str) -> String {
    let call = clients.ec2().reads.describe_tags().filters(by("key", "deploy:address"));
    let reply = call.filters(by("value", address)).send().await.expect("tags");
    reply.tags()[0].resource_id().expect("an id").to_owned()
}

fn theirs(kind: ResourceType) -> TagSpecification {
    let name = Tag::builder().key("Name").value("theirs").build();
    TagSpecification::builder().resource_type(kind).tags(name).build()
}

fn world(project: &Project) -> Local {
    Local::open(&project.local_folder()).expect("the embedded AWS")
}

/// A network interface that somebody attached to something of theirs.
fn put_interface(project: &Project, subnet: &str, group: &str) -> String {
    let interface = world(project).with_world(|world| {
        let region = world.accounts.get_mut(ACCOUNT).and_then(|account| account.regions.get_mut(REGION));
        let groups = [group.to_owned()];
        let state = &mut region.expect("it is used").ec2;
        network_interface::create(state, &mut Ids::new(77), subnet, &groups, true, "their interface").expect("made").id
    });
    interface.expect("a world")
}

fn take_interface(project: &Project, id: &str) {
    let taken = world(project).with_world(|world| {
        let region = world.accounts.get_mut(ACCOUNT).and_then(|account| account.regions.get_mut(REGION));
        network_interface::delete(&mut region.expect("it is used").ec2, id);
    });
    taken.expect("a world");
}

/// What others have put into the network.
struct Theirs {
    subnet: String,
    table: String,
    group: String,
}

async fn build_in(clients: &Clients, vpc: &str, our_group: &str) -> Theirs {
    let ec2 = &clients.ec2().writes;
    let call = ec2.create_subnet().vpc_id(vpc).cidr_block("10.0.200.0/24");
    let reply = call.tag_specifications(theirs(ResourceType::Subnet)).send().await.expect("a subnet");
    let subnet = reply.subnet().and_then(|subnet| subnet.subnet_id()).expect("an id").to_owned();
    let call = ec2.create_route_table().vpc_id(vpc).tag_specifications(theirs(ResourceType::RouteTable));
    let reply = call.send().await.expect("a table");
    let table = reply.route_table().and_then(|table| table.route_table_id()).expect("an id").to_owned();
    ec2.associate_route_table().route_table_id(&table).subnet_id(&subnet).send().await.expect("associated");
    let call = ec2.create_security_group().vpc_id(vpc).group_name("their-group").description("theirs");
    let group = call.send().await.expect("a group").group_id.expect("an id");
    let ours = IpPermission::builder().ip_protocol("-1").user_id_group_pairs(pair(our_group)).build();
    let call = ec2.authorize_security_group_ingress().group_id(&group).ip_permissions(ours);
    call.send().await.expect("a rule");
    Theirs { subnet, table, group }
}

fn pair(group: &str) -> UserIdGroupPair {
    UserIdGroupPair::builder().group_id(group).build()
}

async fn run_in(clients: &Clients, subnet: &str) {
    let ecs = &clients.ecs().writes;
    let container = ContainerDefinition::builder().name("web").image("public.ecr.aws/nginx/nginx:stable").build();
    let call = ecs.register_task_definition().family("theirs").network_mode(NetworkMode::Awsvpc).cpu("256");
    call.memory("512").container_definitions(container).send().await.expect("a task definition");
    let network = AwsVpcConfiguration::builder().subnets(subnet).build().expect("a network");
    let call = ecs.create_service().cluster(PREFIX).service_name("their-service").task_definition("theirs");
    let call = call.desired_count(0).launch_type(LaunchType::Fargate);
    let call = call.network_configuration(NetworkConfiguration::builder().awsvpc_configuration(network).build());
    call.send().await.expect("a service");
}

async fn hold_role(clients: &Clients) {
    let iam = &clients.iam().writes;
    iam.attach_role_policy().role_name(ROLE).policy_arn(POLICY).send().await.expect("attached");
    iam.create_instance_profile().instance_profile_name("their-profile").send().await.expect("a profile");
    let call = iam.add_role_to_instance_profile().instance_profile_name("their-profile").role_name(ROLE);
    call.send().await.expect("added");
}

#[test]
fn what_is_in_the_way_is_named_and_kept_and_everything_else_goes() {
    let project = Project::embedded();
    let dev = include_str!("../../../environments/dev.toml").replace("force_delete = true", "force_delete = false");
    project.write("dev.toml", dev);
    project.run(&["apply", "dev", "--yes"]).success();
    let (built, [vpc, subnet, our_group]) = project.with_clients(async |clients| {
        let (vpc, subnet) = (id(&clients, "network.vpc.main").await, id(&clients, "network.subnet.public_1").await);
        let our_group = id(&clients, "security.group.app").await;
        let built = build_in(&clients, &vpc, &our_group).await;
        run_in(&clients, &built.subnet).await;
        hold_role(&clients).await;
        let call = clients.ecr().writes.put_image().repository_name(format!("{PREFIX}-app")).image_tag("latest");
        call.image_manifest(r#"{"schemaVersion":2}"#).send().await.expect("an image");
        (built, [vpc, subnet, our_group])
    });
    let interface = put_interface(&project, &subnet, &our_group);

    let first = destroy(&project);
    assert_eq!(first.code, 1, "{}", first.stderr);
    let interface_name = format!("network interface {interface} (their interface)");
    let group_name = format!("security group {} (their-group, whose rules name this group)", built.group);
    assert_said(
        &first,
        &[
            // While it waits, from the first refusal on.
            &format!("waiting network.subnet.public_1 waits: in the way is {interface_name}"),
            "waiting ecs.cluster.main waits: in the way is service their-service",
            &interface_name,
            &group_name,
            "in the way is instance profile their-profile",
            "still contains images",
            "apply `force_delete = true`",
            "`deploy` deletes nothing that it did not make",
        ],
    );
    let rest = left(&project);
    for gone in ["ecs.service.ecs_service", "network.subnet.public_2", "secrets.parameter.MY_PARAM_1"] {
        assert!(!rest.iter().any(|address| address == gone), "{gone} is left: {rest:?}");
    }
    for kept in ["network.subnet.public_1", "security.group.app", "iam.role.ecs_task_exec", "ecs.repository.app"] {
        assert!(rest.iter().any(|address| address == kept), "{kept} is gone: {rest:?}");
    }

    take_interface(&project, &interface);
    project.with_clients(async |clients| {
        let iam = &clients.iam().writes;
        let call = iam.remove_role_from_instance_profile().instance_profile_name("their-profile").role_name(ROLE);
        call.send().await.expect("removed");
        iam.delete_instance_profile().instance_profile_name("their-profile").send().await.expect("deleted");
        let ecs = &clients.ecs().writes;
        ecs.delete_service().cluster(PREFIX).service("their-service").force(true).send().await.expect("deleted");
        let ours = IpPermission::builder().ip_protocol("-1").user_id_group_pairs(pair(&our_group)).build();
        let call = clients.ec2().writes.revoke_security_group_ingress().group_id(&built.group).ip_permissions(ours);
        call.send().await.expect("revoked");
    });
    let second = destroy(&project);
    assert_eq!(second.code, 1, "{}", second.stderr);
    assert_said(
        &second,
        &[
            &format!("in the way are subnet {} (10.0.200.0/24; theirs) and 2 more", built.subnet),
            &format!("security group {} (their-group)", built.group),
            &format!("route table {} (theirs)", built.table),
        ],
    );
    let rest = left(&project);
    assert_eq!(rest, ["ecs.repository.app", "network.vpc.main"], "{}", second.stderr);

    project.with_clients(async |clients| {
        let ec2 = &clients.ec2().writes;
        ec2.delete_subnet().subnet_id(&built.subnet).send().await.expect("it is still there");
        ec2.delete_route_table().route_table_id(&built.table).send().await.expect("it is still there");
        ec2.delete_security_group().group_id(&built.group).send().await.expect("it is still there");
        let ecr = &clients.ecr().writes;
        ecr.delete_repository().repository_name(format!("{PREFIX}-app")).force(true).send().await.expect("deleted");
    });
    let third = destroy(&project);
    assert_eq!(third.code, 0, "{}", third.stderr);
    assert_eq!(left(&project), Vec::<String>::new());
    project.with_clients(async |clients| {
        let reply = clients.ec2().reads.describe_vpcs().filters(by("vpc-id", &vpc)).send().await.expect("a list");
        assert!(reply.vpcs().is_empty());
    });
}

/// Interfaces of stopped tasks stay for a while at AWS, now and then for longer than a run waits.
#[test]
fn interfaces_that_linger_are_waited_for_and_named() {
    let project = Project::embedded();
    project.run(&["apply", "dev", "--yes"]).success();
    project.run(&["local", "configure", "interface_linger=9m"]).success();
    let first = destroy(&project);
    assert_eq!(first.code, 1, "{}", first.stderr);
    assert_said(
        &first,
        &["waits: in the way is network interface eni-", "(arn:aws:ecs:ap-northeast-1:123456789012:att"],
    );
    project.run(&["local", "configure", "clock=+1h"]).success();
    let second = destroy(&project);
    assert_eq!(second.code, 0, "{}", second.stderr);
    assert_eq!(left(&project), Vec::<String>::new());
}
