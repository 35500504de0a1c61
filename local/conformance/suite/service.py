"""ECS: services, their deployments and tasks."""

from cases import gives, pick, refused, tags
from suite.ecs import CONTAINER, TAG, cluster, register
from suite.made import NOBODY, by, gateway, group, listed, role, route_table, subnet, until, vpc

BREAKER = {
    "deploymentCircuitBreaker": {"enable": True, "rollback": True},
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
}


def network(aws):
    """A subnet with a way out and a group. Without host names in the VPC moto breaks off when a task starts."""
    made = vpc(aws)
    aws.ec2.modify_vpc_attribute(VpcId=made, EnableDnsHostnames={"Value": True})
    inside, table, out = subnet(aws, made), route_table(aws, made), gateway(aws, made)
    aws.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=out)
    aws.ec2.associate_route_table(RouteTableId=table, SubnetId=inside)
    return placed(inside, group(aws, made))


def placed(subnet_id, group_id):
    configuration = {"subnets": [subnet_id], "securityGroups": [group_id], "assignPublicIp": "ENABLED"}
    return {"awsvpcConfiguration": configuration}


def service(aws, **more):
    """A service on Fargate, in a cluster and a network of its own."""
    cluster(aws)
    register(aws)
    return create(aws, network(aws), **more)


def create(aws, net, **more):
    params = {
        "cluster": "shop",
        "serviceName": "web",
        "taskDefinition": "web",
        "desiredCount": 1,
        "launchType": "FARGATE",
        "networkConfiguration": net,
    }
    return aws.ecs.create_service(**params | more)["service"]


def shown(aws, name="web"):
    return aws.ecs.describe_services(cluster="shop", services=[name])["services"][0]


def steady(aws):
    """The service when its one deployment is complete."""

    def look():
        found = shown(aws)
        done = [deployment["rolloutState"] for deployment in found["deployments"]] == ["COMPLETED"]
        return found if done and found["runningCount"] == found["desiredCount"] else None

    return until("a steady state", look)


@gives(
    "ecs.CreateService",
    {
        "desiredCount": 1,
        "enableECSManagedTags": False,
        "enableExecuteCommand": True,
        "launchType": "FARGATE",
        "platformVersion": "LATEST",
        "propagateTags": "SERVICE",
        "runningCount": 0,
        "schedulingStrategy": "REPLICA",
        "status": "ACTIVE",
    },
)
def what_was_asked_for_and_the_defaults(aws):
    made = service(aws, enableExecuteCommand=True, propagateTags="SERVICE")
    return pick(
        made,
        "desiredCount",
        "enableECSManagedTags",
        "enableExecuteCommand",
        "launchType",
        "platformVersion",
        "propagateTags",
        "runningCount",
        "schedulingStrategy",
        "status",
    )


@gives("ecs.CreateService", {"enable": True, "rollback": True})
def with_a_circuit_breaker(aws):
    made = service(aws, deploymentConfiguration=BREAKER)
    return pick(made["deploymentConfiguration"]["deploymentCircuitBreaker"], "enable", "rollback")


@gives("ecs.CreateService", ["PRIMARY", "IN_PROGRESS", 1])
def its_first_deployment(aws):
    deployment = service(aws)["deployments"][0]
    return [deployment["status"], deployment["rolloutState"], deployment["desiredCount"]]


@gives("ecs.CreateService", True)
def the_same_token_again(aws):
    cluster(aws)
    register(aws)
    net = network(aws)
    first, second = (create(aws, net, clientToken="once") for _ in range(2))
    return first["serviceArn"] == second["serviceArn"]


@gives("ecs.CreateService", "ACTIVE")
def an_empty_role_is_none(aws):
    return service(aws, role="")["status"]


@refused("ecs.CreateService", "InvalidParameterException")
def a_role_without_a_load_balancer(aws):
    service(aws, role="ecsServiceRole")


@refused("ecs.CreateService", "InvalidParameterException")
def a_name_that_is_taken(aws):
    service(aws)
    create(aws, network(aws), desiredCount=2)


@refused("ecs.CreateService", "ClusterNotFoundException")
def without_a_cluster(aws):
    register(aws)
    create(aws, network(aws))


@refused("ecs.CreateService", "ClientException")
def without_a_revision(aws):
    cluster(aws)
    create(aws, network(aws))


@refused("ecs.CreateService", "InvalidParameterException")
def without_a_network(aws):
    cluster(aws)
    register(aws)
    aws.ecs.create_service(
        cluster="shop", serviceName="web", taskDefinition="web", desiredCount=1, launchType="FARGATE"
    )


@refused("ecs.CreateService", "InvalidParameterException")
def in_a_subnet_that_is_not_there(aws):
    cluster(aws)
    register(aws)
    create(aws, placed(f"subnet-{NOBODY}", f"sg-{NOBODY}"))


@refused("ecs.CreateService", "InvalidParameterException")
def without_a_count(aws):
    cluster(aws)
    register(aws)
    aws.ecs.create_service(
        cluster="shop",
        serviceName="web",
        taskDefinition="web",
        launchType="FARGATE",
        networkConfiguration=network(aws),
    )


@gives("ecs.DescribeServices", {"events": True, "pendingCount": 0, "rollout": "COMPLETED", "runningCount": 1})
def the_steady_state(aws):
    service(aws)
    found = steady(aws)
    events = any("has reached a steady state." in event["message"] for event in found["events"])
    rollout = found["deployments"][0]["rolloutState"]
    return pick(found, "pendingCount", "runningCount") | {"events": events, "rollout": rollout}


@gives("ecs.DescribeServices", ["MISSING"])
def a_service_that_is_not_there(aws):
    cluster(aws)
    reply = aws.ecs.describe_services(cluster="shop", services=["web"])
    return [failure["reason"] for failure in reply["failures"]]


@refused("ecs.DescribeServices", "InvalidParameterException")
def eleven_services(aws):
    cluster(aws)
    aws.ecs.describe_services(cluster="shop", services=[f"s{number}" for number in range(11)])


@refused("ecs.DescribeServices", "ClusterNotFoundException")
def services_of_no_cluster(aws):
    aws.ecs.describe_services(cluster="shop", services=["web"])


@gives("ecs.ListServices", 11)
def pages_of_ten(aws):
    cluster(aws)
    register(aws)
    net = network(aws)
    for number in range(11):
        create(aws, net, serviceName=f"web-{number}", desiredCount=0)
    return len(set(listed(aws.ecs, "list_services", "serviceArns", cluster="shop")))


@refused("ecs.ListServices", "ClusterNotFoundException")
def a_list_of_no_cluster(aws):
    aws.ecs.list_services(cluster="shop")


@gives("ecs.UpdateService", ["web:2", 1])
def a_new_revision_takes_over(aws):
    service(aws)
    steady(aws)
    register(aws)
    aws.ecs.update_service(cluster="shop", service="web", taskDefinition="web:2")
    found = steady(aws)
    return [found["deployments"][0]["taskDefinition"].rpartition("/")[2], found["runningCount"]]


@gives("ecs.UpdateService", ["PRIMARY", "ACTIVE"])
def the_old_deployment_stays_for_a_while(aws):
    service(aws)
    steady(aws)
    register(aws)
    made = aws.ecs.update_service(cluster="shop", service="web", taskDefinition="web:2")["service"]
    return [deployment["status"] for deployment in made["deployments"]]


@gives("ecs.UpdateService", {"desiredCount": 0, "runningCount": 0})
def scaled_to_nothing(aws):
    service(aws)
    steady(aws)
    aws.ecs.update_service(cluster="shop", service="web", desiredCount=0)
    until("no task", lambda: shown(aws)["runningCount"] == 0)
    return pick(shown(aws), "desiredCount", "runningCount")


@refused("ecs.UpdateService", "ServiceNotFoundException")
def no_service(aws):
    cluster(aws)
    aws.ecs.update_service(cluster="shop", service="web", desiredCount=0)


@refused("ecs.UpdateService", "ServiceNotActiveException")
def a_service_that_drains(aws):
    service(aws)
    steady(aws)
    aws.ecs.delete_service(cluster="shop", service="web", force=True)
    aws.ecs.update_service(cluster="shop", service="web", desiredCount=2)


@refused("ecs.UpdateService", "ClientException")
def to_a_revision_that_is_not_there(aws):
    service(aws)
    aws.ecs.update_service(cluster="shop", service="web", taskDefinition="web:2")


@gives("ecs.DeleteService", ["DRAINING", "INACTIVE"])
def by_force_it_drains(aws):
    service(aws)
    steady(aws)
    gone = aws.ecs.delete_service(cluster="shop", service="web", force=True)["service"]
    return [gone["status"], until("INACTIVE", lambda: shown(aws)["status"] == "INACTIVE" and "INACTIVE")]


@refused("ecs.DeleteService", "InvalidParameterException")
def scaled_above_0(aws):
    service(aws)
    aws.ecs.delete_service(cluster="shop", service="web")


@refused("ecs.DeleteService", "ServiceNotFoundException")
def a_service_of_nobody(aws):
    cluster(aws)
    aws.ecs.delete_service(cluster="shop", service="web")


@refused("ecs.DeleteCluster", "ClusterContainsServicesException")
def with_a_service(aws):
    service(aws)
    aws.ecs.delete_cluster(cluster="shop")


# Deployments


def deployments(aws):
    return aws.ecs.list_service_deployments(cluster="shop", service="web")["serviceDeployments"]


def deployed(aws):
    """The ARN of the first deployment of a service, which is complete."""
    service(aws)
    steady(aws)
    return until("success", lambda: [one for one in deployments(aws) if one["status"] == "SUCCESSFUL"])[0]


@gives("ecs.ListServiceDeployments", ["SUCCESSFUL"])
def the_first_deployment(aws):
    deployed(aws)
    return [deployment["status"] for deployment in deployments(aws)]


@refused("ecs.ListServiceDeployments", "ServiceNotFoundException")
def deployments_of_no_service(aws):
    cluster(aws)
    deployments(aws)


@gives("ecs.DescribeServiceDeployments", {"breaker": "DISABLED", "status": "SUCCESSFUL"})
def how_it_ended(aws):
    made = deployed(aws)["serviceDeploymentArn"]
    found = aws.ecs.describe_service_deployments(serviceDeploymentArns=[made])["serviceDeployments"][0]
    return pick(found, "status") | {"breaker": found["deploymentCircuitBreaker"]["status"]}


@refused("ecs.DescribeServiceDeployments", "InvalidParameterException")
def twenty_one_deployments(aws):
    arns = [f"arn:aws:ecs:eu-west-1:{aws.account}:service-deployment/shop/web/{number:021}" for number in range(21)]
    aws.ecs.describe_service_deployments(serviceDeploymentArns=arns)


@gives("ecs.DescribeServiceRevisions", {"launchType": "FARGATE", "taskDefinition": "web:1"})
def a_revision_as_it_was(aws):
    made = deployed(aws)["targetServiceRevisionArn"]
    found = aws.ecs.describe_service_revisions(serviceRevisionArns=[made])["serviceRevisions"][0]
    return pick(found, "launchType") | {"taskDefinition": found["taskDefinition"].rpartition("/")[2]}


@refused("ecs.DescribeServiceRevisions", "InvalidParameterException")
def twenty_one_revisions(aws):
    arns = [f"arn:aws:ecs:eu-west-1:{aws.account}:service-revision/shop/web/{number}" for number in range(21)]
    aws.ecs.describe_service_revisions(serviceRevisionArns=arns)


@gives("ecs.StopServiceDeployment", True)
def a_deployment_that_goes_on(aws):
    deployed(aws)
    # Its secret is missing: it would go on for ever.
    secret = {"name": "KEY", "valueFrom": "/shop/key"}
    register(aws, CONTAINER | {"secrets": [secret]}, executionRoleArn=role(aws))
    aws.ecs.update_service(cluster="shop", service="web", taskDefinition="web:2")
    going = until("a deployment", lambda: [one for one in deployments(aws) if one["status"] == "IN_PROGRESS"])[0]
    made = going["serviceDeploymentArn"]
    return aws.ecs.stop_service_deployment(serviceDeploymentArn=made)["serviceDeploymentArn"] == made


@refused("ecs.StopServiceDeployment", "ConflictException")
def a_deployment_that_is_over(aws):
    aws.ecs.stop_service_deployment(serviceDeploymentArn=deployed(aws)["serviceDeploymentArn"])


@refused("ecs.StopServiceDeployment", "ServiceDeploymentNotFoundException")
def a_deployment_that_is_not_there(aws):
    service(aws)
    arn = f"arn:aws:ecs:eu-west-1:{aws.account}:service-deployment/shop/web/{NOBODY}abcd"
    aws.ecs.stop_service_deployment(serviceDeploymentArn=arn)


# Tasks


def run(aws, **more):
    params = {"cluster": "shop", "taskDefinition": "web", "launchType": "FARGATE"}
    return aws.ecs.run_task(**params | more)


def running(aws):
    """The ARN of a task without a service that runs. moto's tasks run at once, and no longer after the first look."""
    cluster(aws)
    register(aws)
    made = run(aws, networkConfiguration=network(aws))["tasks"][0]
    arn = made["taskArn"]
    if made["lastStatus"] != "RUNNING":
        until("a task that runs", lambda: task(aws, arn)["lastStatus"] == "RUNNING")
    return arn


def task(aws, arn):
    return aws.ecs.describe_tasks(cluster="shop", tasks=[arn])["tasks"][0]


@gives("ecs.RunTask", {"count": 2, "failures": [], "group": "family:web", "tags": {"application": "shop"}})
def two_tasks(aws):
    cluster(aws)
    register(aws)
    reply = run(aws, networkConfiguration=network(aws), count=2, tags=[TAG])
    made = reply["tasks"][0]
    shown_tags = tags(made["tags"], "key", "value")
    return pick(reply, "failures") | pick(made, "group") | {"count": len(reply["tasks"]), "tags": shown_tags}


@refused("ecs.RunTask", "InvalidParameterException")
def a_task_without_a_network(aws):
    cluster(aws)
    register(aws)
    run(aws)


@refused("ecs.RunTask", "InvalidParameterException")
def eleven_tasks(aws):
    cluster(aws)
    register(aws)
    run(aws, networkConfiguration=network(aws), count=11)


@refused("ecs.RunTask", "ClusterNotFoundException")
def a_task_without_a_cluster(aws):
    register(aws)
    run(aws, networkConfiguration=network(aws))


@refused("ecs.DeleteCluster", "ClusterContainsTasksException")
def with_a_task(aws):
    running(aws)
    aws.ecs.delete_cluster(cluster="shop")


@gives("ecs.ListTasks", [1, 1, 0])
def by_family_and_status(aws):
    running(aws)
    filters = ({}, {"family": "web"}, {"desiredStatus": "STOPPED"})
    return [len(aws.ecs.list_tasks(cluster="shop", **wanted)["taskArns"]) for wanted in filters]


@refused("ecs.ListTasks", "ServiceNotFoundException")
def tasks_of_no_service(aws):
    cluster(aws)
    aws.ecs.list_tasks(cluster="shop", serviceName="web")


@gives("ecs.DescribeTasks", {"desiredStatus": "RUNNING", "interfaces": 1, "lastStatus": "RUNNING"})
def a_task_and_its_interface(aws):
    made = task(aws, running(aws))
    details = {detail["name"]: detail["value"] for detail in made["attachments"][0]["details"]}
    found = aws.ec2.describe_network_interfaces(NetworkInterfaceIds=[details["networkInterfaceId"]])
    return pick(made, "desiredStatus", "lastStatus") | {"interfaces": len(found["NetworkInterfaces"])}


@gives("ecs.DescribeTasks", ["MISSING"])
def a_task_that_is_not_there(aws):
    cluster(aws)
    reply = aws.ecs.describe_tasks(cluster="shop", tasks=["0" * 32])
    return [failure["reason"] for failure in reply["failures"]]


@refused("ecs.DescribeTasks", "InvalidParameterException")
def a_hundred_and_one_tasks(aws):
    cluster(aws)
    aws.ecs.describe_tasks(cluster="shop", tasks=[f"{number:032}" for number in range(101)])


@gives("ecs.StopTask", {"desiredStatus": "STOPPED", "stopCode": "UserInitiated", "stoppedReason": "enough"})
def with_a_reason(aws):
    made = running(aws)
    aws.ecs.stop_task(cluster="shop", task=made, reason="enough")
    return pick(task(aws, made), "desiredStatus", "stopCode", "stoppedReason")


@refused("ecs.StopTask", "InvalidParameterException")
def a_task_of_nobody(aws):
    cluster(aws)
    aws.ecs.stop_task(cluster="shop", task="0" * 32)


@refused("ec2.DeleteSubnet", "DependencyViolation")
def where_a_task_runs(aws):
    inside = in_use(aws)["SubnetId"]
    aws.ec2.delete_subnet(SubnetId=inside)


@refused("ec2.DeleteSecurityGroup", "DependencyViolation")
def a_group_of_a_task(aws):
    used = in_use(aws)["Groups"][0]["GroupId"]
    aws.ec2.delete_security_group(GroupId=used)


@gives("ec2.DescribeNetworkInterfaces", ["in-use", "interface"])
def the_interface_of_a_task(aws):
    found = in_use(aws)
    return [found["Status"], found["InterfaceType"]]


def in_use(aws):
    """The interface of a task that runs."""
    running(aws)
    return aws.ec2.describe_network_interfaces(Filters=by("status", "in-use"))["NetworkInterfaces"][0]


@refused("ec2.DetachInternetGateway", "DependencyViolation")
def while_a_task_has_a_public_address(aws):
    made = in_use(aws)["VpcId"]
    out = aws.ec2.describe_internet_gateways(Filters=by("attachment.vpc-id", made))["InternetGateways"][0]
    aws.ec2.detach_internet_gateway(InternetGatewayId=out["InternetGatewayId"], VpcId=made)
