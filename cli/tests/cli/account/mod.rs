//! Reads a whole account back through the AWS SDKs, as plain data, independently of the kinds.

use std::collections::BTreeMap;

use deploy_aws::{Clients, ec2, ecs, iam};
use serde_json::{Map, Value, json};

/// Everything in the account that carries the application's name, by resource.
pub async fn read(clients: &Clients, name: &str) -> Value {
    let mut account = Map::new();
    account.insert("vpc".into(), vpc(clients, name).await);
    account.insert("internet_gateway".into(), internet_gateway(clients, name).await);
    account.insert("subnets".into(), subnets(clients, name).await);
    account.insert("route_table".into(), route_table(clients, name).await);
    account.insert("security_group".into(), security_group(clients, name).await);
    account.insert("parameters".into(), parameters(clients).await);
    account.insert("roles".into(), roles(clients, name).await);
    account.insert("log_group".into(), log_group(clients, name).await);
    account.insert("cluster".into(), cluster(clients, name).await);
    account.insert("task_definition".into(), task_definition(clients, name).await);
    account.insert("service".into(), service(clients, name).await);
    Value::Object(account)
}

fn application(name: &str) -> ec2::types::Filter {
    ec2::types::Filter::builder().name("tag:application").values(name).build()
}

fn ec2_tags(tags: &[ec2::types::Tag]) -> BTreeMap<&str, &str> {
    tags.iter().filter_map(|tag| Some((tag.key()?, tag.value()?))).collect()
}

async fn vpc(clients: &Clients, name: &str) -> Value {
    let ec2 = &clients.ec2().reads;
    let reply = ec2.describe_vpcs().filters(application(name)).send().await.expect("vpcs");
    let vpc = only(reply.vpcs());
    let attribute =
        |attribute| ec2.describe_vpc_attribute().vpc_id(vpc.vpc_id().expect("an id")).attribute(attribute).send();
    let support = attribute(ec2::types::VpcAttributeName::EnableDnsSupport).await.expect("dns support");
    let host_names = attribute(ec2::types::VpcAttributeName::EnableDnsHostnames).await.expect("dns host names");
    json!({
        "cidr_block": vpc.cidr_block(),
        "enable_dns_support": support.enable_dns_support().and_then(|value| value.value()),
        "enable_dns_hostnames": host_names.enable_dns_hostnames().and_then(|value| value.value()),
        "tags": ec2_tags(vpc.tags()),
    })
}

async fn internet_gateway(clients: &Clients, name: &str) -> Value {
    let reply =
        clients.ec2().reads.describe_internet_gateways().filters(application(name)).send().await.expect("gateways");
    let gateway = only(reply.internet_gateways());
    json!({ "attachments": gateway.attachments().len(), "tags": ec2_tags(gateway.tags()) })
}

async fn subnets(clients: &Clients, name: &str) -> Value {
    let reply = clients.ec2().reads.describe_subnets().filters(application(name)).send().await.expect("subnets");
    let subnet = |subnet: &ec2::types::Subnet| {
        let tags = ec2_tags(subnet.tags());
        let key = tags.get("Name").copied().unwrap_or_default().to_owned();
        (
            key,
            json!({ "cidr_block": subnet.cidr_block(), "availability_zone": subnet.availability_zone(), "tags": tags }),
        )
    };
    Value::Object(reply.subnets().iter().map(subnet).collect())
}

async fn route_table(clients: &Clients, name: &str) -> Value {
    let reply =
        clients.ec2().reads.describe_route_tables().filters(application(name)).send().await.expect("route tables");
    let table = only(reply.route_tables());
    let to_gateway = |route: &&ec2::types::Route| route.gateway_id().is_some_and(|id| id.starts_with("igw-"));
    let routes: Vec<_> = table.routes().iter().filter(to_gateway).map(|route| route.destination_cidr_block()).collect();
    let associations = table.associations().iter().filter(|association| association.subnet_id().is_some()).count();
    json!({ "routes_to_gateway": routes, "associations": associations, "tags": ec2_tags(table.tags()) })
}

async fn security_group(clients: &Clients, name: &str) -> Value {
    let reply = clients.ec2().reads.describe_security_groups().filters(application(name)).send().await.expect("groups");
    let group = only(reply.security_groups());
    let own = group.group_id().unwrap_or_default();
    let rules = |permissions: &[ec2::types::IpPermission]| {
        let mut lines: Vec<String> = permissions.iter().flat_map(|permission| rule_lines(permission, own)).collect();
        lines.sort();
        lines
    };
    json!({
        "name": group.group_name(),
        "description": group.description(),
        "ingress": rules(group.ip_permissions()),
        "egress": rules(group.ip_permissions_egress()),
        "tags": ec2_tags(group.tags()),
    })
}

fn rule_lines(permission: &ec2::types::IpPermission, own: &str) -> Vec<String> {
    let ports = permission.from_port().zip(permission.to_port()).map(|(from, to)| format!(" {from}-{to}"));
    let head = format!(
        "{}{}",
        permission.ip_protocol().unwrap_or_default(),
        ports.filter(|_| permission.ip_protocol() != Some("-1")).unwrap_or_default()
    );
    let line =
        |source: &str, description: Option<&str>| format!("{head} {source}: {}", description.unwrap_or_default());
    let ranges =
        permission.ip_ranges().iter().map(|range| line(range.cidr_ip().unwrap_or_default(), range.description()));
    let groups = permission.user_id_group_pairs().iter().map(|pair| {
        let source = if pair.group_id() == Some(own) { "self" } else { "another group" };
        line(source, pair.description())
    });
    ranges.chain(groups).collect()
}

async fn parameters(clients: &Clients) -> Value {
    let ssm = &clients.ssm().reads;
    let mut parameters = Map::new();
    for parameter in ssm.describe_parameters().send().await.expect("parameters").parameters() {
        let name = parameter.name().expect("a name").to_owned();
        let kind = deploy_aws::ssm::types::ResourceTypeForTagging::Parameter;
        let tags = ssm.list_tags_for_resource().resource_type(kind).resource_id(&name).send().await.expect("tags");
        let tags: BTreeMap<&str, &str> = tags.tag_list().iter().map(|tag| (tag.key(), tag.value())).collect();
        parameters.insert(name, json!({ "type": parameter.r#type().map(|kind| kind.as_str()), "tags": tags }));
    }
    Value::Object(parameters)
}

async fn roles(clients: &Clients, prefix: &str) -> Value {
    let iam = &clients.iam().reads;
    let mut roles = Map::new();
    for role in iam.list_roles().send().await.expect("roles").roles() {
        if role.role_name().starts_with(prefix) {
            roles.insert(role.role_name().to_owned(), read_role(iam, role).await);
        }
    }
    Value::Object(roles)
}

async fn read_role(iam: &iam::Client, role: &iam::types::Role) -> Value {
    let name = role.role_name();
    let attached = iam.list_attached_role_policies().role_name(name).send().await.expect("attached");
    let attached: Vec<_> = attached.attached_policies().iter().map(|policy| policy.policy_arn()).collect();
    let mut inline = Map::new();
    for policy in iam.list_role_policies().role_name(name).send().await.expect("inline").policy_names() {
        let document = iam.get_role_policy().role_name(name).policy_name(policy).send().await.expect("a policy");
        inline.insert(policy.clone(), document_of(document.policy_document()));
    }
    json!({
        "path": role.path(),
        "trust": document_of(role.assume_role_policy_document().unwrap_or_default()),
        "managed_policies": attached,
        "inline_policies": inline,
    })
}

/// IAM returns documents URL-encoded (RFC 3986).
fn document_of(encoded: &str) -> Value {
    let decoded = percent_encoding::percent_decode_str(encoded).decode_utf8().expect("UTF-8");
    serde_json::from_str(&decoded).expect("a policy document")
}

async fn log_group(clients: &Clients, prefix: &str) -> Value {
    let reply =
        clients.logs().reads.describe_log_groups().log_group_name_prefix(prefix).send().await.expect("log groups");
    let group = only(reply.log_groups());
    json!({ "name": group.log_group_name(), "retention_days": group.retention_in_days() })
}

async fn cluster(clients: &Clients, name: &str) -> Value {
    use ecs::types::ClusterField::{Settings, Tags};
    let reply = clients
        .ecs()
        .reads
        .describe_clusters()
        .clusters(name)
        .include(Settings)
        .include(Tags)
        .send()
        .await
        .expect("clusters");
    let cluster = only(reply.clusters());
    let settings: BTreeMap<&str, &str> =
        cluster.settings().iter().filter_map(|setting| Some((setting.name()?.as_str(), setting.value()?))).collect();
    let strategy: Vec<&str> =
        cluster.default_capacity_provider_strategy().iter().map(|item| item.capacity_provider()).collect();
    json!({
        "name": cluster.cluster_name(),
        "status": cluster.status(),
        "capacity_providers": cluster.capacity_providers(),
        "default_capacity_provider_strategy": strategy,
        "settings": settings,
    })
}

async fn task_definition(clients: &Clients, name: &str) -> Value {
    let family = format!("{name}-ecs_service");
    let reply =
        clients.ecs().reads.describe_task_definition().task_definition(family).send().await.expect("a task definition");
    let definition = reply.task_definition().expect("a task definition");
    let container = only(definition.container_definitions());
    let ports: Vec<_> = container.port_mappings().iter().map(|port| port.container_port()).collect();
    let secrets: BTreeMap<&str, &str> =
        container.secrets().iter().map(|secret| (secret.name(), secret.value_from())).collect();
    let log = container.log_configuration();
    json!({
        "family": definition.family(),
        "network_mode": definition.network_mode().map(|mode| mode.as_str()),
        "requires_compatibilities": definition.requires_compatibilities().iter().map(|item| item.as_str()).collect::<Vec<_>>(),
        "cpu": definition.cpu(),
        "memory": definition.memory(),
        "execution_role_arn": definition.execution_role_arn(),
        "task_role_arn": definition.task_role_arn(),
        "container": {
            "name": container.name(),
            "image": container.image(),
            "ports": ports,
            "secrets": secrets,
            "log_driver": log.map(|log| log.log_driver().as_str()),
            "log_options": log.and_then(|log| log.options()).map(|options| options.iter().collect::<BTreeMap<_, _>>()),
        },
    })
}

async fn service(clients: &Clients, name: &str) -> Value {
    let request = clients.ecs().reads.describe_services().cluster(name).services(format!("{name}-ecs_service"));
    let reply = request.send().await.expect("services");
    let service = only(reply.services());
    let deployment = service.deployment_configuration();
    let breaker = deployment.and_then(|deployment| deployment.deployment_circuit_breaker());
    let network = service.network_configuration().and_then(|network| network.awsvpc_configuration());
    json!({
        "name": service.service_name(),
        "status": service.status(),
        "platform_version": service.platform_version(),
        "desired_count": service.desired_count(),
        "running_count": service.running_count(),
        "minimum_healthy_percent": deployment.and_then(|deployment| deployment.minimum_healthy_percent()),
        "maximum_percent": deployment.and_then(|deployment| deployment.maximum_percent()),
        "circuit_breaker": breaker.map(|breaker| json!({ "enable": breaker.enable(), "rollback": breaker.rollback() })),
        "propagate_tags": service.propagate_tags().map(|value| value.as_str()),
        "enable_execute_command": service.enable_execute_command(),
        "launch_type": service.launch_type().map(|value| value.as_str()),
        "assign_public_ip": network.and_then(|network| network.assign_public_ip()).map(|value| value.as_str()),
        "subnets": network.map(|network| network.subnets().len()),
        "security_groups": network.map(|network| network.security_groups().len()),
    })
}

fn only<T>(items: &[T]) -> &T {
    assert_eq!(items.len(), 1, "exactly one is expected");
    &items[0]
}
