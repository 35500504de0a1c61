//! The rules of ECS's calls.

use serde_json::{Value, json};

use crate::cloud::article::{Article, NAME, service_name, task_definition};
use crate::cloud::{Answer, Cloud};

const ARN: &str = "arn:aws:ecs:ap-northeast-1:123456789012";

#[test]
fn a_cluster_is_created_once_and_described() {
    let mut cloud = Cloud::new();
    let body = json!({ "clusterName": "c", "tags": [{ "key": "a", "value": "1" }] });
    let first = cloud.ecs("CreateCluster", body).done();
    assert_eq!(first["cluster"]["clusterArn"], format!("{ARN}:cluster/c"));
    assert_eq!(cloud.ecs("CreateCluster", json!({ "clusterName": "c" })).done(), first, "whatever the request says");
    let plain = cloud.ecs("DescribeClusters", json!({ "clusters": ["c", "none"] })).done();
    assert_eq!((&plain["clusters"][0]["tags"], &plain["clusters"][0]["settings"]), (&json!([]), &json!([])));
    assert_eq!(plain["failures"], json!([{ "arn": format!("{ARN}:cluster/none"), "reason": "MISSING" }]));
    let body = json!({ "clusters": [format!("{ARN}:cluster/c")], "include": ["TAGS", "SETTINGS", "STATISTICS"] });
    let full = cloud.ecs("DescribeClusters", body).done()["clusters"][0].clone();
    assert_eq!(full["tags"], json!([{ "key": "a", "value": "1" }]));
    assert_eq!(full["settings"], json!([{ "name": "containerInsights", "value": "disabled" }]));
    assert_eq!(cloud.ecs("ListClusters", json!({})).done()["clusterArns"], json!([format!("{ARN}:cluster/c")]));
}

#[test]
fn cluster_settings_and_providers_are_checked() {
    let mut cloud = Cloud::new();
    cloud.ecs("CreateCluster", json!({ "clusterName": "c" })).done();
    let mut settings = |name: &str, value: &str| {
        let body = json!({ "cluster": "c", "settings": [{ "name": name, "value": value }] });
        cloud.ecs("UpdateClusterSettings", body)
    };
    assert_eq!(settings("containerinsights", "enabled").code(), "InvalidParameterException");
    assert_eq!(settings("containerInsights", "maybe").code(), "InvalidParameterException");
    let enabled = settings("containerInsights", "enhanced").done();
    assert_eq!(enabled["cluster"]["settings"], json!([{ "name": "containerInsights", "value": "enhanced" }]));
    let mut providers = |providers: Value, strategy: Value| {
        let body =
            json!({ "cluster": "c", "capacityProviders": providers, "defaultCapacityProviderStrategy": strategy });
        cloud.ecs("PutClusterCapacityProviders", body)
    };
    assert_eq!(providers(json!(["MINE"]), json!([])).code(), "InvalidParameterException");
    let spot = json!([{ "capacityProvider": "FARGATE_SPOT", "weight": 1 }]);
    assert_eq!(providers(json!(["FARGATE"]), spot.clone()).code(), "InvalidParameterException");
    let set = providers(json!(["FARGATE", "FARGATE_SPOT"]), spot).done();
    assert_eq!(set["cluster"]["defaultCapacityProviderStrategy"][0]["base"], 0);
    assert_eq!(
        cloud.ecs("UpdateCluster", json!({ "cluster": "none" })).refusal(),
        "ClusterNotFoundException: Cluster not found."
    );
}

#[test]
fn a_deleted_cluster_stays_visible_and_its_name_is_free() {
    let mut cloud = Cloud::new();
    cloud.ecs("CreateCluster", json!({ "clusterName": "c" })).done();
    cloud.ecs("DeleteCluster", json!({ "cluster": "c" })).done();
    let described = cloud.ecs("DescribeClusters", json!({ "clusters": ["c"] })).done();
    assert_eq!(described["clusters"][0]["status"], "INACTIVE");
    assert_eq!(cloud.ecs("DeleteCluster", json!({ "cluster": "c" })).code(), "ClusterNotFoundException");
    assert_eq!(cloud.ecs("CreateCluster", json!({ "clusterName": "c" })).done()["cluster"]["status"], "ACTIVE");
}

#[test]
fn a_revision_is_kept_with_the_defaults_of_aws() {
    let mut cloud = Cloud::new();
    let mut body = task_definition();
    body["tags"] = json!([{ "key": "digest", "value": "1" }]);
    body["containerDefinitions"][0]["healthCheck"] = json!({ "command": ["CMD", "true"] });
    let registered = cloud.ecs("RegisterTaskDefinition", body.clone()).done()["taskDefinition"].clone();
    assert_eq!(registered["taskDefinitionArn"], format!("{ARN}:task-definition/{NAME}-ecs_service:1"));
    let container = &registered["containerDefinitions"][0];
    assert_eq!(container["portMappings"], json!([{ "containerPort": 80, "hostPort": 80, "protocol": "tcp" }]));
    for (name, value) in [("essential", json!(true)), ("cpu", json!(0)), ("environment", json!([]))] {
        assert_eq!(container[name], value, "{name}");
    }
    for name in ["mountPoints", "volumesFrom", "systemControls"] {
        assert_eq!(container[name], json!([]), "{name}");
    }
    assert_eq!(container["healthCheck"], json!({ "command": ["CMD", "true"] }));
    assert_eq!(registered["compatibilities"], json!(["EC2", "FARGATE"]));
    assert_eq!(registered["registeredBy"], "arn:aws:iam::123456789012:user/local");
    let names: Vec<_> =
        registered["requiresAttributes"].as_array().expect("a list").iter().map(|a| &a["name"]).collect();
    for name in
        ["com.amazonaws.ecs.capability.ecr-auth", "ecs.capability.task-eni", "ecs.capability.execution-role-awslogs"]
    {
        assert!(names.contains(&&json!(name)), "{name}");
    }
    let again = cloud.ecs("RegisterTaskDefinition", body).done();
    assert_eq!(again["taskDefinition"]["revision"], 2, "registering is not idempotent");
    let described = json!({ "taskDefinition": format!("{NAME}-ecs_service"), "include": ["TAGS"] });
    let described = cloud.ecs("DescribeTaskDefinition", described).done();
    assert_eq!((&described["taskDefinition"]["revision"], &described["tags"][0]["value"]), (&json!(2), &json!("1")));
}

#[test]
fn fargate_has_its_demands() {
    let mut cloud = Cloud::new();
    let mut refusal = |change: &dyn Fn(&mut Value)| {
        let mut body = task_definition();
        change(&mut body);
        cloud.ecs("RegisterTaskDefinition", body).refusal()
    };
    let unset = |body: &mut Value, name: &str| drop(body.as_object_mut().expect("an object").remove(name));
    assert!(refusal(&|b| b["memory"] = json!("4096")).contains("No Fargate configuration exists for given values"));
    assert!(refusal(&|b| b["networkMode"] = json!("bridge")).contains("Fargate only supports network mode ‘awsvpc’."));
    assert!(refusal(&|b| unset(b, "cpu")).contains("Fargate requires that 'cpu' be defined at the task level."));
    assert!(refusal(&|b| unset(b, "executionRoleArn")).contains("executionRoleArn"));
    assert!(refusal(&|b| b["pidMode"] = json!("none")).contains("Invalid 'pidMode'."));
    assert!(refusal(&|b| b["pidMode"] = json!("host")).contains("Fargate only supports the pid mode task."));
    assert!(refusal(&|b| b["ipcMode"] = json!("all")).contains("Invalid 'ipcMode'."));
    assert!(refusal(&|b| b["ipcMode"] = json!("task")).contains("Fargate does not support an ipc mode."));
    let without_secrets = |body: &mut Value| {
        body["containerDefinitions"][0]["secrets"] = json!([]);
        unset(body, "executionRoleArn");
    };
    assert!(refusal(&without_secrets).contains("execution role ARN to support ECR images"));
    let public = |body: &mut Value| {
        without_secrets(body);
        body["containerDefinitions"][0]["image"] = json!("nginx");
    };
    assert!(refusal(&public).contains("execution role ARN to support log driver awslogs"));
}

#[test]
fn words_and_numbers_are_those_that_aws_knows() {
    let mut cloud = Cloud::new();
    let mut refusal = |member: &str, value: Value| {
        let mut body = task_definition();
        let place =
            if member.starts_with("runtimePlatform") { &mut body } else { &mut body["containerDefinitions"][0] };
        place[member] = value;
        cloud.ecs("RegisterTaskDefinition", body).refusal()
    };
    assert!(refusal("runtimePlatform", json!({ "cpuArchitecture": "MIPS" })).contains("cpuArchitecture"));
    assert!(refusal("runtimePlatform", json!({ "operatingSystemFamily": "BEOS" })).contains("operatingSystemFamily"));
    assert!(refusal("versionConsistency", json!("maybe")).contains("versionConsistency"));
    let mapping = json!([{ "containerPort": 80, "appProtocol": "gopher" }]);
    assert!(refusal("portMappings", mapping).contains("appProtocol"));
    assert!(refusal("environmentFiles", json!([{ "type": "ftp", "value": "x" }])).contains("environmentFiles"));
    assert!(refusal("ulimits", json!([{ "name": "x", "softLimit": 1, "hardLimit": 1 }])).contains("ulimits"));
    assert!(refusal("dependsOn", json!([{ "containerName": "none", "condition": "LATER" }])).contains("condition"));
    assert!(refusal("dependsOn", json!([{ "containerName": "none", "condition": "START" }])).contains("not there"));
    assert!(refusal("healthCheck", json!({ "command": [] })).contains("command cannot be empty"));
    assert!(refusal("healthCheck", json!({ "command": ["CMD"], "interval": 301 })).contains("interval"));
    assert!(refusal("healthCheck", json!({ "command": ["CMD"], "retries": 0 })).contains("retries"));
}

#[test]
fn containers_have_rules() {
    let mut cloud = Cloud::new();
    let mut refusal = |change: &dyn Fn(&mut Value)| {
        let mut body = task_definition();
        change(&mut body["containerDefinitions"][0]);
        cloud.ecs("RegisterTaskDefinition", body).refusal()
    };
    assert!(refusal(&|c| c["image"] = json!("")).contains("Container.image should not be null or empty."));
    assert!(refusal(&|c| c["name"] = json!("a b")).contains("Invalid container name"));
    assert!(refusal(&|c| c["essential"] = json!(false)).contains("must be essential"));
    assert!(refusal(&|c| c["portMappings"][0]["hostPort"] = json!(81)).contains("must match"));
    assert!(refusal(&|c| c["memory"] = json!(1024)).contains("memory"));
    assert!(
        refusal(&|c| c["environment"] = json!([{ "name": "MY_PARAM_1", "value": "x" }])).contains("must be unique")
    );
    assert!(refusal(&|c| c["logConfiguration"]["options"] = json!({})).contains("awslogs"));
    assert!(refusal(&|c| c["privileged"] = json!(true)).contains("privileged"));
    assert!(refusal(&|c| c["imagee"] = json!("x")).starts_with("InvalidParameterException"));
}

#[test]
fn cpu_and_memory_can_be_written_with_units() {
    let mut cloud = Cloud::new();
    let mut body = task_definition();
    (body["cpu"], body["memory"]) = (json!("0.5 vCPU"), json!("1GB"));
    let registered = cloud.ecs("RegisterTaskDefinition", body).done();
    let (cpu, memory) = (&registered["taskDefinition"]["cpu"], &registered["taskDefinition"]["memory"]);
    assert_eq!((cpu, memory), (&json!("512"), &json!("1024")));
}

#[test]
fn revisions_retire_in_two_steps() {
    let mut article = Article::new();
    let second = article.register(task_definition());
    let cloud = &mut article.cloud;
    let family = format!("{NAME}-ecs_service");
    let list =
        |cloud: &mut Cloud, body: Value| cloud.ecs("ListTaskDefinitions", body).done()["taskDefinitionArns"].clone();
    assert_eq!(list(cloud, json!({ "familyPrefix": family, "sort": "DESC" }))[0], second);
    assert_eq!(list(cloud, json!({ "familyPrefix": "ecs" })), json!([]), "the whole name, in spite of the field's");
    assert_eq!(cloud.ecs("DeregisterTaskDefinition", json!({ "taskDefinition": family })).code(), "ClientException");
    let delete = json!({ "taskDefinitions": [second] });
    let refused = cloud.ecs("DeleteTaskDefinitions", delete.clone()).done();
    assert_eq!(refused["failures"][0]["reason"], "TASK_DEFINITION_ACTIVE");
    let retired = cloud.ecs("DeregisterTaskDefinition", json!({ "taskDefinition": second })).done();
    assert_eq!(retired["taskDefinition"]["status"], "INACTIVE");
    let latest = cloud.ecs("DescribeTaskDefinition", json!({ "taskDefinition": family })).done();
    assert_eq!(latest["taskDefinition"]["revision"], 1, "the latest active one");
    assert_eq!(list(cloud, json!({ "status": "INACTIVE" })), json!([second]));
    let mut service = article.service();
    service["taskDefinition"] = json!(second);
    let cloud = &mut article.cloud;
    assert_eq!(cloud.ecs("CreateService", service).refusal(), "ClientException: TaskDefinition is inactive");
    let deleted = cloud.ecs("DeleteTaskDefinitions", delete).done();
    assert_eq!(deleted["taskDefinitions"][0]["status"], "DELETE_IN_PROGRESS");
    let missing = json!({ "taskDefinition": "none" });
    assert_eq!(
        cloud.ecs("DescribeTaskDefinition", missing).refusal(),
        "ClientException: Unable to describe task definition."
    );
    let families = cloud.ecs("ListTaskDefinitionFamilies", json!({ "status": "ACTIVE" })).done();
    assert_eq!(families["families"], json!([family]));
}

#[test]
fn a_service_keeps_all_its_fields() {
    let mut article = Article::new();
    let created = article.create_service();
    let expected = json!({
        "serviceArn": format!("{ARN}:service/{NAME}/{}", service_name()),
        "clusterArn": format!("{ARN}:cluster/{NAME}"),
        "taskDefinition": format!("{ARN}:task-definition/{NAME}-ecs_service:1"),
        "desiredCount": 1,
        "launchType": "FARGATE",
        "platformVersion": "LATEST",
        "propagateTags": "SERVICE",
        "enableExecuteCommand": true,
        "enableECSManagedTags": false,
        "schedulingStrategy": "REPLICA",
        "healthCheckGracePeriodSeconds": 0,
        "availabilityZoneRebalancing": "ENABLED",
        "tags": [{ "key": "application", "value": NAME }],
    });
    for (name, value) in expected.as_object().expect("members") {
        assert_eq!(&created[name], value, "{name}");
    }
    let configuration = &created["deploymentConfiguration"];
    assert_eq!(configuration["deploymentCircuitBreaker"], json!({ "enable": true, "rollback": true }));
    assert_eq!((&configuration["maximumPercent"], &configuration["strategy"]), (&json!(200), &json!("ROLLING")));
    assert_eq!(created["deployments"][0]["platformVersion"], "1.4.0");
    let network = &created["networkConfiguration"]["awsvpcConfiguration"];
    assert_eq!(network["assignPublicIp"], "ENABLED");
    let body = json!({ "cluster": NAME, "services": [service_name(), "none"] });
    let described = article.cloud.ecs("DescribeServices", body).done();
    assert_eq!(described["services"][0].get("tags"), None, "tags only if they are asked for");
    assert_eq!(described["failures"][0]["reason"], "MISSING");
}

#[test]
fn creating_twice_needs_the_same_token() {
    let mut article = Article::new();
    let mut body = article.service();
    body["clientToken"] = json!("t");
    let first = article.cloud.ecs("CreateService", body.clone()).done();
    let second = article.cloud.ecs("CreateService", body.clone()).done();
    assert_eq!(first["service"]["deployments"][0]["id"], second["service"]["deployments"][0]["id"]);
    body["clientToken"] = json!("u");
    assert_eq!(
        article.cloud.ecs("CreateService", body).refusal(),
        "InvalidParameterException: Creation of service was not idempotent."
    );
}

#[test]
fn a_service_is_checked_against_its_world() {
    let mut article = Article::new();
    let mut refusal = |change: &dyn Fn(&mut Value)| {
        let mut body = article.service();
        change(&mut body);
        article.cloud.ecs("CreateService", body).refusal()
    };
    let network = "networkConfiguration";
    let vpc = "awsvpcConfiguration";
    assert!(refusal(&|b| b["cluster"] = json!("none")).starts_with("ClusterNotFoundException"));
    assert_eq!(refusal(&|b| b["taskDefinition"] = json!("none")), "ClientException: TaskDefinition not found.");
    assert!(refusal(&|b| drop(b.as_object_mut().map(|b| b.remove(network)))).contains("must be provided"));
    assert!(refusal(&|b| b[network][vpc]["subnets"] = json!(["subnet-1"])).contains("InvalidSubnetID.NotFound"));
    assert!(refusal(&|b| b[network][vpc]["securityGroups"] = json!(["sg-1"])).contains("InvalidGroup.NotFound"));
    assert!(refusal(&|b| b[network][vpc]["subnets"] = json!([])).contains("subnets can not be empty"));
    assert!(refusal(&|b| b["platformVersion"] = json!("9")).starts_with("PlatformUnknownException"));
    assert!(refusal(&|b| b["launchType"] = json!("EC2")).contains("No Container Instances"));
    let both = |b: &mut Value| b["capacityProviderStrategy"] = json!([{ "capacityProvider": "FARGATE" }]);
    assert!(refusal(&both).contains("both a launch type and capacity provider strategy"));
    let spot = |b: &mut Value| {
        b.as_object_mut().map(|b| b.remove("launchType"));
        b["capacityProviderStrategy"] = json!([{ "capacityProvider": "FARGATE_SPOT" }]);
    };
    assert!(refusal(&spot).contains("not associated with the cluster"));
    assert!(refusal(&|b| b["serviceName"] = json!("a b")).contains("Service name"));
    assert!(refusal(&|b| b["role"] = json!("app")).contains("service linked role"));
    article
        .cloud
        .ecs("CreateService", {
            let mut body = article.service();
            body["role"] = json!("");
            body
        })
        .done();
}

#[test]
fn the_clusters_strategy_stands_in_for_a_launch_type() {
    let mut article = Article::new();
    let mut body = article.service();
    body.as_object_mut().map(|body| body.remove("launchType"));
    let created = article.cloud.ecs("CreateService", body).done();
    assert_eq!(created["service"].get("launchType"), None);
    assert_eq!(created["service"]["capacityProviderStrategy"][0]["capacityProvider"], "FARGATE");
    let providers = json!({ "cluster": NAME, "capacityProviders": [], "defaultCapacityProviderStrategy": [] });
    assert_eq!(article.cloud.ecs("PutClusterCapacityProviders", providers).code(), "ResourceInUseException");
}

#[test]
fn an_empty_strategy_leads_back_to_the_launch_type() {
    let mut article = Article::new();
    article.cloud.ecs("CreateService", article.service()).done();
    let update =
        |strategy: Value| json!({ "cluster": NAME, "service": service_name(), "capacityProviderStrategy": strategy });
    let spread = article.cloud.ecs("UpdateService", update(json!([{ "capacityProvider": "FARGATE" }]))).done();
    assert_eq!(spread["service"].get("launchType"), None);
    let back = article.cloud.ecs("UpdateService", update(json!([]))).done();
    assert_eq!(back["service"]["launchType"], "FARGATE");
    assert_eq!(back["service"].get("capacityProviderStrategy"), None);
}

#[test]
fn services_are_listed_page_by_page() {
    let mut article = Article::new();
    for number in 0..12 {
        let mut body = article.service();
        (body["serviceName"], body["desiredCount"]) = (json!(format!("s{number:02}")), json!(0));
        article.cloud.ecs("CreateService", body).done();
    }
    let first = article.cloud.ecs("ListServices", json!({ "cluster": NAME })).done();
    assert_eq!(first["serviceArns"].as_array().map(Vec::len), Some(10), "ten unless asked for more");
    let rest = json!({ "cluster": NAME, "nextToken": first["nextToken"] });
    let second = article.cloud.ecs("ListServices", rest).done();
    assert_eq!(second["serviceArns"].as_array().map(Vec::len), Some(2));
    assert_eq!(second.get("nextToken"), None);
    let bad = json!({ "cluster": NAME, "schedulingStrategy": "x" });
    assert_eq!(article.cloud.ecs("ListServices", bad).code(), "InvalidParameterException");
    let bad = json!({ "cluster": NAME, "nextToken": "x" });
    assert_eq!(article.cloud.ecs("ListServices", bad).code(), "InvalidParameterException");
    let many: Vec<String> = (0..11).map(|number| format!("s{number:02}")).collect();
    let body = json!({ "cluster": NAME, "services": many });
    assert_eq!(article.cloud.ecs("DescribeServices", body).code(), "InvalidParameterException");
}

#[test]
fn updating_what_is_not_there_fails() {
    let mut article = Article::new();
    let body = json!({ "cluster": NAME, "service": "none", "desiredCount": 1 });
    assert_eq!(article.cloud.ecs("UpdateService", body).refusal(), "ServiceNotFoundException: Service not found.");
}

#[test]
fn everything_with_an_arn_can_be_tagged() {
    let mut article = Article::new();
    article.create_service();
    article.described();
    let task = article.tasks("RUNNING")[0]["taskArn"].as_str().expect("an ARN").to_owned();
    let arns = [
        format!("{ARN}:cluster/{NAME}"),
        format!("{ARN}:service/{NAME}/{}", service_name()),
        format!("{ARN}:task-definition/{NAME}-ecs_service:1"),
        task,
    ];
    for arn in arns {
        let tags = json!([{ "key": "x", "value": "1" }, { "key": "y", "value": "2" }]);
        article.cloud.ecs("TagResource", json!({ "resourceArn": arn, "tags": tags })).done();
        article.cloud.ecs("UntagResource", json!({ "resourceArn": arn, "tagKeys": ["x", "application"] })).done();
        let listed = article.cloud.ecs("ListTagsForResource", json!({ "resourceArn": arn })).done();
        assert_eq!(listed["tags"], json!([{ "key": "y", "value": "2" }]), "{arn}");
    }
    let missing = json!({ "resourceArn": format!("{ARN}:cluster/none") });
    assert_eq!(article.cloud.ecs("ListTagsForResource", missing).code(), "InvalidParameterException");
    let reserved =
        json!({ "resourceArn": format!("{ARN}:cluster/{NAME}"), "tags": [{ "key": "aws:x", "value": "1" }] });
    assert_eq!(article.cloud.ecs("TagResource", reserved).code(), "InvalidParameterException");
}

#[test]
fn a_task_runs_without_a_service() {
    let mut article = Article::with_roles();
    let network = article.service()["networkConfiguration"].clone();
    let body = json!({
        "cluster": NAME, "taskDefinition": format!("{NAME}-ecs_service"), "launchType": "FARGATE", "count": 2,
        "networkConfiguration": network, "startedBy": "me", "tags": [{ "key": "a", "value": "1" }],
    });
    let started = article.cloud.ecs("RunTask", body).done();
    assert_eq!(started["tasks"].as_array().map(Vec::len), Some(2));
    assert_eq!(started["tasks"][0]["group"], format!("family:{NAME}-ecs_service"));
    article.cloud.wait(1000);
    let listed = article.cloud.ecs("ListTasks", json!({ "cluster": NAME, "startedBy": "me" })).done();
    assert_eq!(listed["taskArns"].as_array().map(Vec::len), Some(2));
    let body = json!({ "cluster": NAME, "tasks": [listed["taskArns"][0], "none"] });
    let described = article.cloud.ecs("DescribeTasks", body).done();
    assert_eq!(described["tasks"][0]["lastStatus"], "RUNNING");
    assert_eq!(described["failures"][0]["reason"], "MISSING");
}

#[test]
fn account_settings_are_kept() {
    let mut cloud = Cloud::new();
    assert_eq!(cloud.ecs("ListAccountSettings", json!({})).done()["settings"], json!([]));
    cloud.ecs("PutAccountSettingDefault", json!({ "name": "containerInsights", "value": "enabled" })).done();
    let body = json!({ "name": "containerInsights", "effectiveSettings": true });
    assert_eq!(cloud.ecs("ListAccountSettings", body).done()["settings"][0]["value"], "enabled");
    let unknown = json!({ "name": "none", "value": "x" });
    assert_eq!(cloud.ecs("PutAccountSettingDefault", unknown).code(), "InvalidParameterException");
    assert_eq!(cloud.ecs("ListAccountSettings", json!({ "name": "none" })).code(), "InvalidParameterException");
}
