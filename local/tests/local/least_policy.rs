//! The README's policy for the deployer is enough for the article's system from its creation to its end, and it has no
//! statement too many.

use deploy_local::Local;
use deploy_local::Time;
use serde_json::{Value, json};

use crate::cloud::signed::{Refused, Signed};

const ACCOUNT: &str = "123456789012";
const APPLICATION: &str = "ecs-parameter-store";
const NAME: &str = "ecs-parameter-store-dev";

/// The policy as the README shows it.
fn policy() -> Value {
    let readme = include_str!("../../../README.md");
    let section = readme.split_once("## What the deployer may do").expect("the section").1;
    let block = section.split_once("```json").expect("the policy").1;
    serde_json::from_str(block.split_once("```").expect("its end").0).expect("JSON")
}

/// A session of a role that has exactly this policy, in a new account that enforces it.
fn deployer(policy: &Value) -> Signed {
    let owner = Signed::new(Local::in_memory(7).at(Time(1_700_000_000_000)), ACCOUNT);
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "AWS": ACCOUNT }, "Action": "sts:AssumeRole",
    }] });
    let role = ("RoleName", "deployer");
    owner.query("iam", "CreateRole", &[role, ("AssumeRolePolicyDocument", &trust.to_string())]).expect("a role");
    let document = ("PolicyDocument", policy.to_string());
    let put = [role, ("PolicyName", "least"), (document.0, document.1.as_str())];
    owner.query("iam", "PutRolePolicy", &put).expect("a policy");
    let arn = format!("arn:aws:iam::{ACCOUNT}:role/deployer");
    let keys = owner.query("sts", "AssumeRole", &[("RoleArn", arn.as_str()), ("RoleSessionName", "ci")]);
    let key = keys.expect("a session").one("AccessKeyId");
    owner.local().with_world(|world| world.settings.enforce_iam = true).expect("a world");
    owner.by(&key)
}

const TAG: [(&str, &str); 2] = [("Tag.1.Key", "application"), ("Tag.1.Value", APPLICATION)];

/// Parameters of a create call that tags what it makes.
fn tagged<'a>(kind: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let tag = [
        ("TagSpecification.1.ResourceType", kind),
        ("TagSpecification.1.Tag.1.Key", "application"),
        ("TagSpecification.1.Tag.1.Value", APPLICATION),
    ];
    [&tag, more].concat()
}

struct Network {
    vpc: String,
    gateway: String,
    table: String,
    association: String,
    subnet: String,
    group: String,
}

fn create_network(aws: &Signed) -> Result<Network, Refused> {
    aws.query("ec2", "DescribeVpcs", &[])?;
    let vpc = aws.query("ec2", "CreateVpc", &tagged("vpc", &[("CidrBlock", "10.0.0.0/16")]))?.one("vpcId");
    aws.query("ec2", "ModifyVpcAttribute", &[("VpcId", &vpc), ("EnableDnsHostnames.Value", "true")])?;
    aws.query("ec2", "DescribeVpcAttribute", &[("VpcId", &vpc), ("Attribute", "enableDnsHostnames")])?;
    let gateway = aws.query("ec2", "CreateInternetGateway", &tagged("internet-gateway", &[]))?;
    let gateway = gateway.one("internetGatewayId");
    aws.query("ec2", "AttachInternetGateway", &[("VpcId", &vpc), ("InternetGatewayId", &gateway)])?;
    let table = aws.query("ec2", "CreateRouteTable", &tagged("route-table", &[("VpcId", &vpc)]))?.one("routeTableId");
    let route = [("RouteTableId", table.as_str()), ("DestinationCidrBlock", "0.0.0.0/0"), ("GatewayId", &gateway)];
    aws.query("ec2", "CreateRoute", &route)?;
    let params = [("VpcId", vpc.as_str()), ("CidrBlock", "10.0.1.0/24")];
    let subnet = aws.query("ec2", "CreateSubnet", &tagged("subnet", &params))?.one("subnetId");
    aws.query("ec2", "ModifySubnetAttribute", &[("SubnetId", &subnet), ("MapPublicIpOnLaunch.Value", "true")])?;
    let ends = [("RouteTableId", table.as_str()), ("SubnetId", &subnet)];
    let association = aws.query("ec2", "AssociateRouteTable", &ends)?.one("associationId");
    let params = [("VpcId", vpc.as_str()), ("GroupName", "app"), ("GroupDescription", "of the application")];
    let group = aws.query("ec2", "CreateSecurityGroup", &tagged("security-group", &params))?.one("groupId");
    let rule = [
        ("GroupId", group.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "80"),
        ("IpPermissions.1.ToPort", "80"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
    ];
    aws.query("ec2", "AuthorizeSecurityGroupIngress", &rule)?;
    aws.query("ec2", "CreateTags", &[&[("ResourceId.1", vpc.as_str())], &TAG[..]].concat())?;
    Ok(Network { vpc, gateway, table, association, subnet, group })
}

fn role_arn(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{APPLICATION}/{name}")
}

fn create_roles(aws: &Signed) -> Result<(), Refused> {
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Service": "ecs-tasks.amazonaws.com" }, "Action": "sts:AssumeRole",
    }] });
    let trust = trust.to_string();
    for name in ["execution", "task"] {
        let params = [
            ("RoleName", name),
            ("Path", "/ecs-parameter-store/"),
            ("AssumeRolePolicyDocument", trust.as_str()),
            ("Tags.member.1.Key", "application"),
            ("Tags.member.1.Value", APPLICATION),
        ];
        aws.query("iam", "CreateRole", &params)?;
    }
    let managed = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
    aws.query("iam", "AttachRolePolicy", &[("RoleName", "execution"), ("PolicyArn", managed)])?;
    let read = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ssm:GetParameters","Resource":"*"}}"#;
    let put = [("RoleName", "execution"), ("PolicyName", "read"), ("PolicyDocument", read)];
    aws.query("iam", "PutRolePolicy", &put)?;
    aws.query("iam", "GetRole", &[("RoleName", "execution")]).map(drop)
}

fn secret_name() -> String {
    format!("/{APPLICATION}/dev/DB")
}

/// Everything around the service, and the service.
fn create_containers(aws: &Signed, network: &Network) -> Result<(), Refused> {
    let tag = json!([{ "key": "application", "value": APPLICATION }]);
    let upper = json!([{ "Key": "application", "Value": APPLICATION }]);
    let name = format!("/{APPLICATION}/dev/MY_PARAM_1");
    let parameter = json!({ "Name": name, "Value": "secret", "Type": "SecureString", "Tags": upper });
    aws.json("ssm", "PutParameter", parameter)?;
    let token = "0123456789abcdef0123456789abcdef";
    let secret = json!({ "Name": secret_name(), "SecretString": "secret", "Tags": upper, "ClientRequestToken": token });
    aws.json("secretsmanager", "CreateSecret", secret)?;
    aws.json("secretsmanager", "ListSecrets", json!({}))?;
    aws.json("kms", "DescribeKey", json!({ "KeyId": "alias/aws/secretsmanager" }))?;
    aws.json("secretsmanager", "DescribeSecret", json!({ "SecretId": secret_name() }))?;
    aws.json("secretsmanager", "TagResource", json!({ "SecretId": secret_name(), "Tags": upper }))?;
    aws.json("ecr", "CreateRepository", json!({ "repositoryName": NAME, "tags": upper }))?;
    aws.json("logs", "CreateLogGroup", json!({ "logGroupName": NAME, "tags": { "application": APPLICATION } }))?;
    aws.json("logs", "PutRetentionPolicy", json!({ "logGroupName": NAME, "retentionInDays": 7 }))?;
    aws.json("logs", "DescribeLogGroups", json!({ "logGroupNamePrefix": NAME }))?;
    aws.json("ecs", "CreateCluster", json!({ "clusterName": NAME, "capacityProviders": ["FARGATE"], "tags": tag }))?;
    let definition = json!({
        "family": NAME, "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512",
        "executionRoleArn": role_arn("execution"), "taskRoleArn": role_arn("task"), "tags": tag,
        "containerDefinitions": [{ "name": "app", "image": format!("{ACCOUNT}.dkr.ecr.ap-northeast-1.amazonaws.com/{NAME}:1"),
            "secrets": [{ "name": "MY_PARAM_1", "valueFrom": name }] }],
    });
    aws.json("ecs", "RegisterTaskDefinition", definition)?;
    let service = json!({
        "cluster": NAME, "serviceName": NAME, "taskDefinition": NAME, "desiredCount": 1, "launchType": "FARGATE",
        "tags": tag,
        "networkConfiguration": { "awsvpcConfiguration": {
            "subnets": [network.subnet], "securityGroups": [network.group], "assignPublicIp": "ENABLED",
        } },
    });
    aws.json("ecs", "CreateService", service)?;
    let aws = aws.later(10_000);
    let described = aws.json("ecs", "DescribeServices", json!({ "cluster": NAME, "services": [NAME] }))?;
    assert_eq!(described["services"][0]["runningCount"], 1, "{described}");
    let tasks = aws.json("ecs", "ListTasks", json!({ "cluster": NAME, "serviceName": NAME }))?["taskArns"].clone();
    aws.json("ecs", "DescribeTasks", json!({ "cluster": NAME, "tasks": tasks })).map(drop)
}

/// A rollout that is looked at, stopped, and whose log is asked for.
fn roll(aws: &Signed) -> Result<(), Refused> {
    aws.json("ecs", "UpdateService", json!({ "cluster": NAME, "service": NAME, "forceNewDeployment": true }))?;
    let listed = aws.json("ecs", "ListServiceDeployments", json!({ "cluster": NAME, "service": NAME }))?;
    let newest = &listed["serviceDeployments"][0];
    let deployment = &newest["serviceDeploymentArn"];
    aws.json("ecs", "StopServiceDeployment", json!({ "serviceDeploymentArn": deployment, "stopType": "ROLLBACK" }))?;
    aws.json("ecs", "DescribeServiceDeployments", json!({ "serviceDeploymentArns": [deployment] }))?;
    let revision = &newest["targetServiceRevisionArn"];
    aws.json("ecs", "DescribeServiceRevisions", json!({ "serviceRevisionArns": [revision] }))?;
    let stream = json!({ "logGroupName": NAME, "logStreamName": "ecs/app/0123" });
    match aws.json("logs", "GetLogEvents", stream) {
        Err(refused) if refused.code == "ResourceNotFoundException" => Ok(()),
        other => other.map(drop),
    }
}

fn delete(aws: &Signed, network: &Network) -> Result<(), Refused> {
    aws.json("ecs", "UpdateService", json!({ "cluster": NAME, "service": NAME, "desiredCount": 0 }))?;
    aws.json("ecs", "DeleteService", json!({ "cluster": NAME, "service": NAME, "force": true }))?;
    let aws = aws.later(30_000);
    let definition = json!({ "taskDefinition": format!("{NAME}:1") });
    aws.json("ecs", "DeregisterTaskDefinition", definition)?;
    aws.json("ecs", "DeleteTaskDefinitions", json!({ "taskDefinitions": [format!("{NAME}:1")] }))?;
    aws.json("ecs", "DeleteCluster", json!({ "cluster": NAME }))?;
    aws.json("logs", "DeleteLogGroup", json!({ "logGroupName": NAME }))?;
    aws.json("ecr", "DeleteRepository", json!({ "repositoryName": NAME }))?;
    aws.json("ssm", "DeleteParameter", json!({ "Name": format!("/{APPLICATION}/dev/MY_PARAM_1") }))?;
    aws.json("secretsmanager", "DeleteSecret", json!({ "SecretId": secret_name() }))?;
    aws.json("secretsmanager", "RestoreSecret", json!({ "SecretId": secret_name() }))?;
    aws.json("secretsmanager", "UpdateSecret", json!({ "SecretId": secret_name(), "Description": "again" }))?;
    aws.json("secretsmanager", "UntagResource", json!({ "SecretId": secret_name(), "TagKeys": ["team"] }))?;
    aws.json("secretsmanager", "DeleteSecret", json!({ "SecretId": secret_name() }))?;
    let managed = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
    aws.query("iam", "DetachRolePolicy", &[("RoleName", "execution"), ("PolicyArn", managed)])?;
    aws.query("iam", "DeleteRolePolicy", &[("RoleName", "execution"), ("PolicyName", "read")])?;
    for role in ["execution", "task"] {
        aws.query("iam", "DeleteRole", &[("RoleName", role)])?;
    }
    aws.query("ec2", "DeleteSecurityGroup", &[("GroupId", &network.group)])?;
    aws.query("ec2", "DisassociateRouteTable", &[("AssociationId", &network.association)])?;
    let route = [("RouteTableId", network.table.as_str()), ("DestinationCidrBlock", "0.0.0.0/0")];
    aws.query("ec2", "DeleteRoute", &route)?;
    aws.query("ec2", "DeleteRouteTable", &[("RouteTableId", &network.table)])?;
    let gateway = ("InternetGatewayId", network.gateway.as_str());
    aws.query("ec2", "DetachInternetGateway", &[gateway, ("VpcId", &network.vpc)])?;
    aws.query("ec2", "DeleteInternetGateway", &[gateway])?;
    aws.query("ec2", "DeleteSubnet", &[("SubnetId", &network.subnet)])?;
    aws.query("ec2", "DeleteVpc", &[("VpcId", &network.vpc)]).map(drop)
}

/// The lock of an environment, taken, renewed and given back, and what is remembered of a release.
fn keep_the_ledger(aws: &Signed) -> Result<(), Refused> {
    let name = |last: &str| format!("/deploy/{APPLICATION}/dev/{last}");
    let put = |last: &str, overwrite: bool| {
        let value = json!({ "Name": name(last), "Value": "{}", "Type": "String", "Overwrite": overwrite });
        aws.json("ssm", "PutParameter", value)
    };
    aws.json("ssm", "GetParametersByPath", json!({ "Path": name("lock") }))?;
    put("lock/1", false)?;
    put("lock/2", false)?;
    aws.json("ssm", "GetParameter", json!({ "Name": name("lock/2") }))?;
    aws.json("ssm", "DeleteParameters", json!({ "Names": [name("lock/1")] }))?;
    put("release", true)?;
    aws.json("ssm", "GetParameterHistory", json!({ "Name": name("release") }))?;
    put("lock/2", true).map(drop)
}

fn create_and_delete(aws: &Signed) -> Result<(), Refused> {
    keep_the_ledger(aws)?;
    let network = create_network(aws)?;
    create_roles(aws)?;
    create_containers(aws, &network)?;
    roll(&aws.later(10_000))?;
    delete(&aws.later(20_000), &network)
}

#[test]
fn the_policy_of_the_readme_is_enough() {
    create_and_delete(&deployer(&policy())).unwrap_or_else(|refused| panic!("{refused:?}"));
}

#[test]
fn each_statement_of_it_is_needed() {
    let expected = [
        ("Look", "DescribeVpcs", "UnauthorizedOperation"),
        ("Ledger", "GetParametersByPath", "AccessDeniedException"),
        ("MakeNetworks", "CreateVpc", "UnauthorizedOperation"),
        ("TagWhatIsMade", "CreateVpc", "UnauthorizedOperation"),
        ("ChangeOurNetworks", "ModifyVpcAttribute", "UnauthorizedOperation"),
        ("Parameters", "PutParameter", "AccessDeniedException"),
        ("Secrets", "CreateSecret", "AccessDeniedException"),
        ("Roles", "CreateRole", "AccessDenied"),
        ("HandRolesToTasks", "RegisterTaskDefinition", "AccessDeniedException"),
        ("FirstClusterOfAnAccount", "CreateService", "InvalidParameterException"),
        ("Containers", "CreateRepository", "AccessDeniedException"),
        ("Rollouts", "ListServiceDeployments", "AccessDeniedException"),
        ("WhatHasNoResource", "DeregisterTaskDefinition", "AccessDeniedException"),
    ];
    let whole = policy();
    let statements = whole["Statement"].as_array().expect("statements");
    assert_eq!(statements.len(), expected.len());
    for (position, (sid, operation, code)) in expected.into_iter().enumerate() {
        assert_eq!(statements[position]["Sid"], sid);
        let mut less = whole.clone();
        less["Statement"].as_array_mut().expect("statements").remove(position);
        let refused = create_and_delete(&deployer(&less)).expect_err(sid);
        assert_eq!((refused.operation.as_str(), refused.code.as_str()), (operation, code), "{sid}: {refused:?}");
    }
}

#[test]
fn what_is_not_ours_stays_out_of_reach() {
    let aws = deployer(&policy());
    let network = create_network(&aws).unwrap_or_else(|refused| panic!("{refused:?}"));
    let owner = aws.by(ACCOUNT);
    let theirs = owner.query("ec2", "CreateVpc", &[("CidrBlock", "10.1.0.0/16")]).expect("a VPC").one("vpcId");
    let refused = aws.query("ec2", "DeleteVpc", &[("VpcId", &theirs)]).expect_err("no tag");
    let caller = format!("arn:aws:sts::{ACCOUNT}:assumed-role/deployer/ci");
    assert_eq!(
        refused.message,
        format!(
            "You are not authorized to perform this operation. User: {caller} is not authorized to perform: \
             ec2:DeleteVpc on resource: arn:aws:ec2:ap-northeast-1:{ACCOUNT}:vpc/{theirs} because no identity-based \
             policy allows the ec2:DeleteVpc action"
        )
    );
    // Somebody else's tag does not become ours.
    let claim = [&[("ResourceId.1", theirs.as_str())], &TAG[..]].concat();
    assert_eq!(aws.query("ec2", "CreateTags", &claim).expect_err("not ours").code, "UnauthorizedOperation");
    assert_eq!(
        aws.elsewhere("eu-west-1").query("ec2", "CreateVpc", &[]).expect_err("region").code,
        "UnauthorizedOperation"
    );
    let refused = aws.json("ecs", "CreateCluster", json!({ "clusterName": "theirs" })).expect_err("another name");
    assert_eq!(
        refused.message,
        format!(
            "User: {caller} is not authorized to perform: ecs:CreateCluster on resource: \
             arn:aws:ecs:ap-northeast-1:{ACCOUNT}:cluster/theirs because no identity-based policy allows the \
             ecs:CreateCluster action"
        )
    );
    let read = aws.json("ssm", "GetParameter", json!({ "Name": format!("/{APPLICATION}/dev/MY_PARAM_1") }));
    assert_eq!(read.expect_err("a value").code, "AccessDeniedException");
    let refused = aws.query("iam", "DeleteRole", &[("RoleName", "deployer")]).expect_err("no way to more rights");
    assert_eq!((refused.status, refused.code.as_str()), (403, "AccessDenied"));
    assert!(network.vpc.starts_with("vpc-"));
}

#[test]
fn strangers_are_turned_away() {
    let aws = deployer(&policy());
    let stranger = aws.by("AKIAIOSFODNN7EXAMPLE");
    let ec2 = stranger.query("ec2", "DescribeVpcs", &[]).expect_err("nobody");
    assert_eq!((ec2.status, ec2.code.as_str()), (401, "AuthFailure"));
    let json = stranger.json("ecs", "ListClusters", json!({})).expect_err("nobody");
    assert_eq!(json.code, "UnrecognizedClientException");
    assert_eq!(stranger.query("sts", "GetCallerIdentity", &[]).expect_err("nobody").code, "InvalidClientTokenId");
    let expired = aws.later(3_600_000).json("ecs", "ListClusters", json!({})).expect_err("an hour");
    assert_eq!(expired.code, "ExpiredTokenException");
}
