//! The article's system: network, parameters, repository, roles, log group, cluster and service.

use super::{ACCOUNT, Answer, Cloud, REGION};
use serde_json::{Value, json};

pub const NAME: &str = "ecs_parameter_store";

/// The ids that the rest refers to.
pub struct Article {
    pub cloud: Cloud,
    pub subnets: Vec<String>,
    pub security_group: String,
}

impl Article {
    /// Everything up to the cluster and the first revision; no service.
    pub fn new() -> Self {
        let mut cloud = Cloud::new();
        let (subnets, security_group) = network(&mut cloud);
        for name in ["MY_PARAM_1", "MY_PARAM_2"] {
            let tags = json!([{ "Key": "application", "Value": NAME }]);
            let body = json!({ "Name": name, "Value": "secret", "Type": "SecureString", "Tags": tags });
            cloud.ssm("PutParameter", body).done();
        }
        cloud.ecr("CreateRepository", json!({ "repositoryName": NAME })).done();
        cloud.logs("CreateLogGroup", json!({ "logGroupName": log_group() })).done();
        let cluster = json!({
            "clusterName": NAME,
            "capacityProviders": ["FARGATE"],
            "defaultCapacityProviderStrategy": [{ "capacityProvider": "FARGATE" }],
            "settings": [{ "name": "containerInsights", "value": "enabled" }],
        });
        cloud.ecs("CreateCluster", cluster).done();
        let mut article = Self { cloud, subnets, security_group };
        article.register(task_definition());
        article
    }

    /// The same with the two roles of the article.
    pub fn with_roles() -> Self {
        let mut article = Self::new();
        article.role("ecs_parameter_store-ecs_task_exec", "ecs-tasks.amazonaws.com");
        article.role("ecs_parameter_store-ecs_service", "ecs-tasks.amazonaws.com");
        let managed = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
        let role = ("RoleName", "ecs_parameter_store-ecs_task_exec");
        article.cloud.iam("AttachRolePolicy", &[role, ("PolicyArn", managed)]);
        article.allow_parameters(json!({ "StringEquals": { "ssm:resourceTag/application": NAME } }));
        article
    }

    pub fn role(&mut self, name: &str, service: &str) {
        let trust = json!({
            "Version": "2012-10-17",
            "Statement": [{ "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole" }],
        });
        let document = trust.to_string();
        self.cloud.iam("CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", &document)]);
    }

    /// Lets the execution role read parameters under this condition.
    pub fn allow_parameters(&mut self, condition: Value) {
        let mut statement = json!({
            "Effect": "Allow",
            "Action": "ssm:GetParameters",
            "Resource": format!("arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/*"),
        });
        if !condition.is_null() {
            statement["Condition"] = condition;
        }
        let document = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
        let role = ("RoleName", "ecs_parameter_store-ecs_task_exec");
        let policy = ("PolicyName", "allow_parameter_store");
        self.cloud.iam("PutRolePolicy", &[role, policy, ("PolicyDocument", &document)]);
    }

    pub fn register(&mut self, body: Value) -> String {
        let reply = self.cloud.ecs("RegisterTaskDefinition", body).done();
        reply["taskDefinition"]["taskDefinitionArn"].as_str().expect("an ARN").to_owned()
    }

    /// The request that creates the service.
    pub fn service(&self) -> Value {
        json!({
            "serviceName": service_name(),
            "cluster": NAME,
            "taskDefinition": format!("{NAME}-ecs_service"),
            "platformVersion": "LATEST",
            "desiredCount": 1,
            "launchType": "FARGATE",
            "propagateTags": "SERVICE",
            "enableExecuteCommand": true,
            "tags": [{ "key": "application", "value": NAME }],
            "deploymentConfiguration": {
                "minimumHealthyPercent": 100,
                "maximumPercent": 200,
                "deploymentCircuitBreaker": { "enable": true, "rollback": true },
            },
            "networkConfiguration": { "awsvpcConfiguration": {
                "subnets": self.subnets,
                "securityGroups": [self.security_group],
                "assignPublicIp": "ENABLED",
            } },
        })
    }

    pub fn create_service(&mut self) -> Value {
        let body = self.service();
        self.cloud.ecs("CreateService", body).done()["service"].clone()
    }

    pub fn update(&mut self, changes: Value) -> Value {
        let mut body = json!({ "cluster": NAME, "service": service_name() });
        for (name, value) in changes.as_object().expect("members") {
            body[name] = value.clone();
        }
        self.cloud.ecs("UpdateService", body).done()["service"].clone()
    }

    /// The service as it is now.
    pub fn described(&mut self) -> Value {
        let body = json!({ "cluster": NAME, "services": [service_name()], "include": ["TAGS"] });
        self.cloud.ecs("DescribeServices", body).done()["services"][0].clone()
    }

    /// What happened, oldest first, without the ids.
    pub fn events(&mut self) -> Vec<String> {
        let described = self.described();
        let events = described["events"].as_array().expect("events").iter().rev();
        events.map(|event| without_ids(event["message"].as_str().expect("text"))).collect()
    }

    /// All tasks that can be described, with this desired status.
    pub fn tasks(&mut self, desired: &str) -> Vec<Value> {
        let body = json!({ "cluster": NAME, "serviceName": service_name(), "desiredStatus": desired });
        let arns = self.cloud.ecs("ListTasks", body).done()["taskArns"].clone();
        if arns == json!([]) {
            return Vec::new();
        }
        let body = json!({ "cluster": NAME, "tasks": arns, "include": ["TAGS"] });
        self.cloud.ecs("DescribeTasks", body).done()["tasks"].as_array().expect("tasks").clone()
    }

    pub fn interfaces(&mut self) -> usize {
        self.cloud.world.account(ACCOUNT).region(REGION).ec2.network_interfaces.len()
    }
}

pub fn service_name() -> String {
    format!("{NAME}-ecs_service")
}

pub fn log_group() -> String {
    format!("{NAME}-ecs_service")
}

/// The article's task definition.
pub fn task_definition() -> Value {
    let parameter = |name: &str| format!("arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/{name}");
    json!({
        "family": format!("{NAME}-ecs_service"),
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
        "executionRoleArn": format!("arn:aws:iam::{ACCOUNT}:role/{NAME}-ecs_task_exec"),
        "taskRoleArn": format!("arn:aws:iam::{ACCOUNT}:role/{NAME}-ecs_service"),
        "containerDefinitions": [{
            "name": "ecs_service",
            "image": format!("{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{NAME}:latest"),
            "portMappings": [{ "containerPort": 80 }],
            "secrets": [
                { "name": "MY_PARAM_1", "valueFrom": parameter("MY_PARAM_1") },
                { "name": "MY_PARAM_2", "valueFrom": parameter("MY_PARAM_2") },
            ],
            "logConfiguration": { "logDriver": "awslogs", "options": {
                "awslogs-region": REGION, "awslogs-group": log_group(), "awslogs-stream-prefix": "ecs",
            } },
        }],
    })
}

fn network(cloud: &mut Cloud) -> (Vec<String>, String) {
    let id = |reply: &deploy_local::codec::xml::Element, resource: &str, name: &str| {
        reply.get(resource).expect("the resource").text_of(name).to_owned()
    };
    let vpc = id(&cloud.ec2("CreateVpc", &[("CidrBlock", "10.0.0.0/16")]), "vpc", "vpcId");
    let gateway = id(&cloud.ec2("CreateInternetGateway", &[]), "internetGateway", "internetGatewayId");
    cloud.ec2("AttachInternetGateway", &[("VpcId", &vpc), ("InternetGatewayId", &gateway)]);
    let table = id(&cloud.ec2("CreateRouteTable", &[("VpcId", &vpc)]), "routeTable", "routeTableId");
    let route = [("RouteTableId", table.as_str()), ("DestinationCidrBlock", "0.0.0.0/0"), ("GatewayId", &gateway)];
    cloud.ec2("CreateRoute", &route);
    let mut subnets = Vec::new();
    for (cidr, zone) in [("10.0.1.0/24", "ap-northeast-1a"), ("10.0.2.0/24", "ap-northeast-1c")] {
        let params = [("VpcId", vpc.as_str()), ("CidrBlock", cidr), ("AvailabilityZone", zone)];
        let subnet = id(&cloud.ec2("CreateSubnet", &params), "subnet", "subnetId");
        cloud.ec2("AssociateRouteTable", &[("RouteTableId", &table), ("SubnetId", &subnet)]);
        subnets.push(subnet);
    }
    let params =
        [("VpcId", vpc.as_str()), ("GroupName", "app"), ("GroupDescription", "Security Group for Application")];
    let group = cloud.ec2("CreateSecurityGroup", &params).text_of("groupId").to_owned();
    (subnets, group)
}

/// Ids of deployments and tasks become `N`.
fn without_ids(message: &str) -> String {
    let blank = |word: &str| {
        let core = word.trim_matches(|character: char| "().".contains(character));
        let is_task = core.len() == 32 && core.bytes().all(|byte| byte.is_ascii_hexdigit());
        match is_task || core.starts_with("ecs-svc/") {
            true => word.replace(core, "N"),
            false => word.to_owned(),
        }
    };
    message.split(' ').map(blank).collect::<Vec<_>>().join(" ").replace(&format!("(service {}) ", service_name()), "")
}
