"""ECS: clusters, task definitions, tags and account settings."""

from cases import gives, pick, refused, tags
from suite.made import listed, role

TAG = {"key": "application", "value": "shop"}


def arn(aws, rest):
    return f"arn:aws:ecs:eu-west-1:{aws.account}:{rest}"


def cluster(aws, name="shop", **more):
    return aws.ecs.create_cluster(clusterName=name, **more)["cluster"]


@gives(
    "ecs.CreateCluster",
    {
        "activeServicesCount": 0,
        "clusterArn": "arn:aws:ecs:eu-west-1:123456789012:cluster/shop",
        "status": "ACTIVE",
        "tags": {"application": "shop"},
    },
)
def with_tags(aws):
    made = cluster(aws, tags=[TAG])
    return pick(made, "activeServicesCount", "clusterArn", "status") | {"tags": tags(made["tags"], "key", "value")}


@gives("ecs.CreateCluster", ["shop"])
def the_same_again_is_fine(aws):
    cluster(aws)
    cluster(aws)
    return [found.rpartition("/")[2] for found in aws.ecs.list_clusters()["clusterArns"]]


@gives("ecs.CreateCluster", ["FARGATE", "FARGATE_SPOT"])
def with_the_providers_of_fargate(aws):
    return sorted(cluster(aws, capacityProviders=["FARGATE", "FARGATE_SPOT"])["capacityProviders"])


@refused("ecs.CreateCluster", "InvalidParameterException")
def a_name_with_a_space(aws):
    cluster(aws, "my shop")


@refused("ecs.CreateCluster", "InvalidParameterException")
def a_setting_that_nobody_knows(aws):
    cluster(aws, settings=[{"name": "colour", "value": "red"}])


@refused("ecs.CreateCluster", "InvalidParameterException")
def a_provider_that_nobody_has(aws):
    cluster(aws, capacityProviders=["mine"])


@gives("ecs.DescribeClusters", {"failures": ["MISSING"], "found": ["shop"]})
def one_that_is_there_and_one_that_is_not(aws):
    cluster(aws)
    reply = aws.ecs.describe_clusters(clusters=["shop", "other"])
    return {
        "failures": [failure["reason"] for failure in reply["failures"]],
        "found": [found["clusterName"] for found in reply["clusters"]],
    }


@gives("ecs.DescribeClusters", [False, True])
def tags_on_demand_only(aws):
    cluster(aws, tags=[TAG])
    read = [aws.ecs.describe_clusters(clusters=["shop"], include=include) for include in ([], ["TAGS"])]
    return [bool(reply["clusters"][0].get("tags")) for reply in read]


@refused("ecs.DescribeClusters", "InvalidParameterException")
def a_hundred_and_one(aws):
    aws.ecs.describe_clusters(clusters=[f"c{number}" for number in range(101)])


@gives("ecs.ListClusters", ["a", "b", "c"])
def clusters_page_by_page(aws):
    for name in "cab":
        cluster(aws, name)
    found = listed(aws.ecs, "list_clusters", "clusterArns", PaginationConfig={"PageSize": 2})
    return sorted(one.rpartition("/")[2] for one in found)


@refused("ecs.ListClusters", "InvalidParameterException")
def a_token_that_was_made_up(aws):
    aws.ecs.list_clusters(nextToken="made-up")


@refused("ecs.ListClusters", "InvalidParameterException")
def a_page_of_101(aws):
    aws.ecs.list_clusters(maxResults=101)


INSIGHTS = [{"name": "containerInsights", "value": "enabled"}]


@gives("ecs.UpdateCluster", INSIGHTS)
def insights_by_update(aws):
    cluster(aws)
    return aws.ecs.update_cluster(cluster="shop", settings=INSIGHTS)["cluster"]["settings"]


@refused("ecs.UpdateCluster", "ClusterNotFoundException")
def a_cluster_that_is_not_there(aws):
    aws.ecs.update_cluster(cluster="shop", settings=INSIGHTS)


@gives("ecs.UpdateClusterSettings", INSIGHTS)
def insights(aws):
    cluster(aws)
    return aws.ecs.update_cluster_settings(cluster="shop", settings=INSIGHTS)["cluster"]["settings"]


@refused("ecs.UpdateClusterSettings", "ClusterNotFoundException")
def settings_of_no_cluster(aws):
    aws.ecs.update_cluster_settings(cluster="shop", settings=INSIGHTS)


STRATEGY = [{"capacityProvider": "FARGATE", "weight": 1, "base": 0}]


@gives(
    "ecs.PutClusterCapacityProviders", {"capacityProviders": ["FARGATE"], "defaultCapacityProviderStrategy": STRATEGY}
)
def a_provider_and_a_strategy(aws):
    cluster(aws)
    made = aws.ecs.put_cluster_capacity_providers(
        cluster="shop", capacityProviders=["FARGATE"], defaultCapacityProviderStrategy=STRATEGY
    )["cluster"]
    return pick(made, "capacityProviders", "defaultCapacityProviderStrategy")


@refused("ecs.PutClusterCapacityProviders", "InvalidParameterException")
def a_strategy_without_its_provider(aws):
    cluster(aws)
    aws.ecs.put_cluster_capacity_providers(
        cluster="shop", capacityProviders=["FARGATE_SPOT"], defaultCapacityProviderStrategy=STRATEGY
    )


@refused("ecs.PutClusterCapacityProviders", "ClusterNotFoundException")
def providers_of_no_cluster(aws):
    aws.ecs.put_cluster_capacity_providers(
        cluster="shop", capacityProviders=["FARGATE"], defaultCapacityProviderStrategy=STRATEGY
    )


@gives("ecs.DeleteCluster", ["INACTIVE", "INACTIVE"])
def it_stays_visible(aws):
    cluster(aws)
    gone = aws.ecs.delete_cluster(cluster="shop")["cluster"]
    return [gone["status"], aws.ecs.describe_clusters(clusters=["shop"])["clusters"][0]["status"]]


@refused("ecs.DeleteCluster", "ClusterNotFoundException")
def no_cluster(aws):
    aws.ecs.delete_cluster(cluster="shop")


# Task definitions

PORTS = [{"containerPort": 80}]
CONTAINER = {"name": "web", "image": "nginx:1.27", "essential": True, "memory": 256, "portMappings": PORTS}


def register(aws, *containers, **more):
    definition = {
        "family": "web",
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "512",
        "containerDefinitions": list(containers or [CONTAINER]),
    }
    return aws.ecs.register_task_definition(**definition | more)["taskDefinition"]


@gives(
    "ecs.RegisterTaskDefinition",
    {
        "compatibilities": ["EC2", "FARGATE"],
        "cpu": "256",
        "family": "web",
        "memory": "512",
        "networkMode": "awsvpc",
        "revision": 1,
        "status": "ACTIVE",
    },
)
def for_fargate(aws):
    made = register(aws)
    shown = pick(made, "cpu", "family", "memory", "networkMode", "revision", "status")
    return shown | {"compatibilities": [kind for kind in made["compatibilities"] if kind in ("EC2", "FARGATE")]}


FULL = {
    "command": ["serve"],
    "dependsOn": [{"containerName": "job", "condition": "SUCCESS"}],
    "dockerLabels": {"team": "a"},
    "entryPoint": ["sh", "-c"],
    "environment": [{"name": "LOG_LEVEL", "value": "info"}],
    "environmentFiles": [{"type": "s3", "value": "arn:aws:s3:::shop/web.env"}],
    "healthCheck": {"command": ["CMD", "true"], "interval": 30, "timeout": 5, "retries": 3, "startPeriod": 10},
    "linuxParameters": {"initProcessEnabled": True},
    "logConfiguration": {
        "logDriver": "awslogs",
        "options": {"awslogs-group": "g", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "web"},
    },
    "mountPoints": [{"sourceVolume": "data", "containerPath": "/data", "readOnly": True}],
    "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp", "name": "http", "appProtocol": "http"}],
    "readonlyRootFilesystem": True,
    "secrets": [{"name": "KEY", "valueFrom": "/shop/key"}],
    "startTimeout": 30,
    "stopTimeout": 30,
    "ulimits": [{"name": "nofile", "softLimit": 1024, "hardLimit": 2048}],
    "user": "1000:1000",
    "versionConsistency": "enabled",
    "workingDirectory": "/srv",
}


@gives("ecs.RegisterTaskDefinition", [])
def every_field_is_kept(aws):
    made = role(aws)
    job = {"name": "job", "image": "busybox:1.36", "essential": False, "memory": 64}
    more = {
        "ephemeralStorage": {"sizeInGiB": 30},
        "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
        "volumes": [{"name": "data", "host": {}}],
        "executionRoleArn": made,
        "taskRoleArn": made,
    }
    shown = register(aws, CONTAINER | FULL, job, **more)
    kept = shown["containerDefinitions"][0]
    lost = [name for name, value in FULL.items() if kept.get(name) != value]
    return lost + [name for name, value in more.items() if shown.get(name) != value]


@gives("ecs.RegisterTaskDefinition", [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}])
def the_host_port_is_that_of_the_container(aws):
    return register(aws)["containerDefinitions"][0]["portMappings"]


@gives("ecs.RegisterTaskDefinition", [1, 2])
def each_call_is_a_revision(aws):
    return [register(aws)["revision"] for _ in range(2)]


@gives("ecs.RegisterTaskDefinition", {"application": "shop"})
def tags_are_in_the_reply(aws):
    reply = aws.ecs.register_task_definition(family="web", containerDefinitions=[CONTAINER], tags=[TAG])
    return tags(reply["tags"], "key", "value")


@refused("ecs.RegisterTaskDefinition", "ClientException")
def cpu_and_memory_that_are_no_pair(aws):
    register(aws, cpu="256", memory="4096")


@refused("ecs.RegisterTaskDefinition", "ClientException")
def fargate_without_awsvpc(aws):
    register(aws, networkMode="bridge")


@refused("ecs.RegisterTaskDefinition", "ClientException")
def no_container(aws):
    aws.ecs.register_task_definition(family="web", containerDefinitions=[])


@refused("ecs.RegisterTaskDefinition", "ClientException")
def no_essential_container(aws):
    register(aws, CONTAINER | {"essential": False})


@refused("ecs.RegisterTaskDefinition", "ClientException")
def two_containers_of_one_name(aws):
    register(aws, CONTAINER, CONTAINER | {"portMappings": []})


@refused("ecs.RegisterTaskDefinition", "ClientException")
def secrets_without_an_execution_role(aws):
    register(aws, CONTAINER | {"secrets": [{"name": "KEY", "valueFrom": "/shop/key"}]})


@refused("ecs.RegisterTaskDefinition", "ClientException")
def a_log_driver_without_an_execution_role(aws):
    options = {"awslogs-group": "g", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "web"}
    register(aws, CONTAINER | {"logConfiguration": {"logDriver": "awslogs", "options": options}})


@refused("ecs.RegisterTaskDefinition", "ClientException")
def a_health_check_every_ten_minutes(aws):
    register(aws, CONTAINER | {"healthCheck": {"command": ["CMD", "true"], "interval": 600}})


@refused("ecs.RegisterTaskDefinition", "ClientException")
def a_processor_that_nobody_has(aws):
    register(aws, runtimePlatform={"cpuArchitecture": "MIPS"})


@refused("ecs.RegisterTaskDefinition", "ClientException")
def a_family_with_a_space(aws):
    register(aws, family="my web")


@gives("ecs.DescribeTaskDefinition", [2, 1, 1])
def by_family_revision_and_arn(aws):
    first = register(aws)["taskDefinitionArn"]
    register(aws)
    read = [aws.ecs.describe_task_definition(taskDefinition=name) for name in ("web", "web:1", first)]
    return [reply["taskDefinition"]["revision"] for reply in read]


@gives("ecs.DescribeTaskDefinition", True)
def with_its_roles(aws):
    made = role(aws)
    register(aws, taskRoleArn=made, executionRoleArn=made)
    shown = aws.ecs.describe_task_definition(taskDefinition="web")["taskDefinition"]
    return shown["taskRoleArn"] == shown["executionRoleArn"] == made


@refused("ecs.DescribeTaskDefinition", "ClientException")
def a_family_that_is_not_there(aws):
    aws.ecs.describe_task_definition(taskDefinition="web")


@gives("ecs.ListTaskDefinitions", [["web:1", "web:2"], ["web:2", "web:1"]])
def revisions_up_and_down(aws):
    for _ in range(2):
        register(aws)
    register(aws, family="job")
    read = [aws.ecs.list_task_definitions(familyPrefix="web", sort=order) for order in ("ASC", "DESC")]
    return [[one.rpartition("/")[2] for one in reply["taskDefinitionArns"]] for reply in read]


@refused("ecs.ListTaskDefinitions", "InvalidParameterException")
def a_page_of_101_revisions(aws):
    aws.ecs.list_task_definitions(maxResults=101)


@gives("ecs.ListTaskDefinitionFamilies", [["web"], ["job", "web"]])
def active_ones_or_all(aws):
    register(aws)
    register(aws, family="job")
    aws.ecs.deregister_task_definition(taskDefinition="job:1")
    return [aws.ecs.list_task_definition_families(status=status)["families"] for status in ("ACTIVE", "ALL")]


@refused("ecs.ListTaskDefinitionFamilies", "InvalidParameterException")
def a_page_of_no_family(aws):
    aws.ecs.list_task_definition_families(maxResults=0)


@gives("ecs.DeregisterTaskDefinition", ["INACTIVE", []])
def a_revision_is_inactive(aws):
    register(aws)
    gone = aws.ecs.deregister_task_definition(taskDefinition="web:1")["taskDefinition"]
    return [gone["status"], aws.ecs.list_task_definitions()["taskDefinitionArns"]]


@refused("ecs.DeregisterTaskDefinition", "ClientException")
def a_revision_that_is_not_there(aws):
    aws.ecs.deregister_task_definition(taskDefinition="web:1")


@gives("ecs.DeleteTaskDefinitions", {"failures": [], "statuses": ["DELETE_IN_PROGRESS"]})
def an_inactive_revision(aws):
    register(aws)
    aws.ecs.deregister_task_definition(taskDefinition="web:1")
    reply = aws.ecs.delete_task_definitions(taskDefinitions=["web:1"])
    return {"failures": reply["failures"], "statuses": [gone["status"] for gone in reply["taskDefinitions"]]}


@gives("ecs.DeleteTaskDefinitions", {"failures": 1, "taskDefinitions": []})
def an_active_revision(aws):
    register(aws)
    reply = aws.ecs.delete_task_definitions(taskDefinitions=["web:1"])
    return {"failures": len(reply["failures"]), "taskDefinitions": reply["taskDefinitions"]}


@refused("ecs.DeleteTaskDefinitions", "InvalidParameterException")
def eleven_revisions(aws):
    aws.ecs.delete_task_definitions(taskDefinitions=[f"web:{number}" for number in range(1, 12)])


# Tags and settings


@gives("ecs.TagResource", {"application": "store", "team": "a"})
def a_new_value_replaces_the_old_one(aws):
    made = cluster(aws, tags=[TAG])["clusterArn"]
    aws.ecs.tag_resource(resourceArn=made, tags=[TAG | {"value": "store"}, {"key": "team", "value": "a"}])
    return tags(aws.ecs.list_tags_for_resource(resourceArn=made)["tags"], "key", "value")


@refused("ecs.TagResource", "InvalidParameterException")
def fifty_one_tags(aws):
    made = cluster(aws)["clusterArn"]
    for start in (0, 26):
        many = [{"key": f"k{number}", "value": ""} for number in range(start, start + 26)]
        aws.ecs.tag_resource(resourceArn=made, tags=many)


@refused("ecs.TagResource", "InvalidParameterException")
def a_tag_of_aws(aws):
    aws.ecs.tag_resource(resourceArn=cluster(aws)["clusterArn"], tags=[{"key": "aws:x", "value": ""}])


@gives("ecs.UntagResource", {})
def keys_that_are_not_there_are_passed_over(aws):
    made = cluster(aws, tags=[TAG])["clusterArn"]
    aws.ecs.untag_resource(resourceArn=made, tagKeys=["application", "team"])
    return tags(aws.ecs.list_tags_for_resource(resourceArn=made)["tags"], "key", "value")


@refused("ecs.UntagResource", "InvalidParameterException")
def tags_of_what_is_no_arn(aws):
    aws.ecs.untag_resource(resourceArn="shop", tagKeys=["team"])


@gives("ecs.ListTagsForResource", {"application": "shop"})
def tags_of_a_revision(aws):
    made = register(aws, tags=[TAG])["taskDefinitionArn"]
    return tags(aws.ecs.list_tags_for_resource(resourceArn=made)["tags"], "key", "value")


@refused("ecs.ListTagsForResource", "InvalidParameterException")
def what_is_no_arn(aws):
    aws.ecs.list_tags_for_resource(resourceArn="shop")


@gives("ecs.PutAccountSettingDefault", {"name": "containerInsights", "value": "enabled"})
def insights_for_new_clusters(aws):
    reply = aws.ecs.put_account_setting_default(name="containerInsights", value="enabled")
    return pick(reply["setting"], "name", "value")


@refused("ecs.PutAccountSettingDefault", "InvalidParameterException")
def a_setting_of_no_account(aws):
    aws.ecs.put_account_setting_default(name="colour", value="red")


@gives("ecs.ListAccountSettings", ["enabled"])
def what_was_set(aws):
    aws.ecs.put_account_setting_default(name="containerInsights", value="enabled")
    found = aws.ecs.list_account_settings(name="containerInsights", effectiveSettings=True)["settings"]
    return [setting["value"] for setting in found]


@refused("ecs.ListAccountSettings", "InvalidParameterException")
def settings_by_a_token_that_was_made_up(aws):
    aws.ecs.list_account_settings(nextToken="made-up")
