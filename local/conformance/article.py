"""The article's system: made, changed and deleted through one driver, and each part read back as it was set."""

import json
import time

from place import REGION

NAME = "ecs_parameter_store"
TAGS = {"application": NAME}
ZONES = {"10.0.1.0/24": f"{REGION}a", "10.0.2.0/24": f"{REGION}c"}
PARAMETERS = {"MY_PARAM_1": "first", "MY_PARAM_2": "second"}
MANAGED = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
LOG_GROUP = f"/ecs/{NAME}"
MANIFEST = json.dumps({"schemaVersion": 2, "config": {"digest": "sha256:" + "a" * 64, "size": 1}, "layers": []})
ALL = [{"CidrIp": "0.0.0.0/0"}]


def upper(tags):
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def lower(tags):
    return [{"key": key, "value": value} for key, value in tags.items()]


def tagged(kind):
    return [{"ResourceType": kind, "Tags": upper(TAGS)}]


def document(principal=None, **statement):
    parts = {"Effect": "Allow"} | ({"Principal": {"Service": principal}} if principal else {}) | statement
    return {"Version": "2012-10-17", "Statement": [parts]}


class Article:
    """One life of the system. `problems` holds what was read back otherwise than it was set."""

    def __init__(self, driver, account):
        self.problems = []
        self.reads = 0
        self._driver = driver
        self._account = account

    def live(self):
        self.identity()
        self.network()
        self.security_group()
        self.parameters()
        self.roles()
        self.logs()
        self.repository()
        self.cluster()
        self.service()
        self.update()
        self.delete_containers()
        self.delete_network()
        self.nothing_is_left()

    # How it is written and read

    def call(self, service, operation, /, **params):
        return self._driver.call(service, operation, **params)

    def read(self, service, operation, /, **params):
        """A reply that comes again when it is asked for again."""
        first = self.call(service, operation, **params)
        self.same(f"{operation} twice", self.call(service, operation, **params), first)
        return first

    def same(self, what, seen, wanted):
        self.reads += 1
        if seen != wanted:
            self.problems.append(f"the article by {self._driver.name}: {what}: set {wanted}, read {seen}")

    def until(self, what, look):
        deadline = time.monotonic() + 20
        while not (seen := look()):
            if time.monotonic() > deadline:
                raise TimeoutError(what)
            time.sleep(0.05)
        return seen

    def arn(self, service, rest):
        return f"arn:aws:{service}:{REGION}:{self._account}:{rest}"

    # The parts, in the order in which they are made

    def identity(self):
        self.same("the account", self.read("sts", "GetCallerIdentity")["Account"], self._account)

    def network(self):
        self.vpc = self.call("ec2", "CreateVpc", CidrBlock="10.0.0.0/16", TagSpecifications=tagged("vpc"))["Vpc"][
            "VpcId"
        ]
        for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
            self.call("ec2", "ModifyVpcAttribute", VpcId=self.vpc, **{attribute: {"Value": True}})
            name = attribute[0].lower() + attribute[1:]
            shown = self.read("ec2", "DescribeVpcAttribute", VpcId=self.vpc, Attribute=name)[attribute]
            self.same(name, shown, {"Value": True})
        shown = self.read("ec2", "DescribeVpcs", VpcIds=[self.vpc])["Vpcs"][0]
        self.same("the VPC", [shown["CidrBlock"], shown["Tags"]], ["10.0.0.0/16", upper(TAGS)])
        self.subnets = [self.subnet(cidr, zone) for cidr, zone in ZONES.items()]
        self.gateway = self.call("ec2", "CreateInternetGateway", TagSpecifications=tagged("internet-gateway"))[
            "InternetGateway"
        ]["InternetGatewayId"]
        self.call("ec2", "AttachInternetGateway", InternetGatewayId=self.gateway, VpcId=self.vpc)
        shown = self.read("ec2", "DescribeInternetGateways", InternetGatewayIds=[self.gateway])["InternetGateways"][0]
        self.same("the gateway", [shown["Attachments"][0]["VpcId"], shown["Tags"]], [self.vpc, upper(TAGS)])
        self.routes()

    def subnet(self, cidr, zone):
        made = self.call(
            "ec2",
            "CreateSubnet",
            VpcId=self.vpc,
            CidrBlock=cidr,
            AvailabilityZone=zone,
            TagSpecifications=tagged("subnet"),
        )["Subnet"]["SubnetId"]
        self.call("ec2", "ModifySubnetAttribute", SubnetId=made, MapPublicIpOnLaunch={"Value": True})
        shown = self.read("ec2", "DescribeSubnets", SubnetIds=[made])["Subnets"][0]
        seen = [shown[name] for name in ("CidrBlock", "AvailabilityZone", "MapPublicIpOnLaunch", "Tags")]
        self.same("a subnet", seen, [cidr, zone, True, upper(TAGS)])
        return made

    def routes(self):
        self.table = self.call("ec2", "CreateRouteTable", VpcId=self.vpc, TagSpecifications=tagged("route-table"))[
            "RouteTable"
        ]["RouteTableId"]
        way_out = {"RouteTableId": self.table, "DestinationCidrBlock": "0.0.0.0/0"}
        self.call("ec2", "CreateRoute", **way_out, GatewayId=self.gateway)
        self.associations = [
            self.call("ec2", "AssociateRouteTable", RouteTableId=self.table, SubnetId=subnet)["AssociationId"]
            for subnet in self.subnets
        ]
        shown = self.read("ec2", "DescribeRouteTables", RouteTableIds=[self.table])["RouteTables"][0]
        routes = {route["DestinationCidrBlock"]: route["GatewayId"] for route in shown["Routes"]}
        self.same("the routes", routes, {"10.0.0.0/16": "local", "0.0.0.0/0": self.gateway})
        held = sorted(association["SubnetId"] for association in shown["Associations"])
        self.same("the associations", held, sorted(self.subnets))

    def security_group(self):
        self.group = self.call(
            "ec2",
            "CreateSecurityGroup",
            GroupName=NAME,
            Description="Security Group for Application",
            VpcId=self.vpc,
            TagSpecifications=tagged("security-group"),
        )["GroupId"]
        itself = [{"GroupId": self.group, "Description": "Allow from This"}]
        anyone = [ALL[0] | {"Description": "Allow from Any HTTP"}]
        out = [ALL[0] | {"Description": "Allow to Any"}]
        everything = {"IpProtocol": "-1"}
        http = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}
        ingress = [everything | {"UserIdGroupPairs": itself}, http | {"IpRanges": anyone}]
        self.call("ec2", "AuthorizeSecurityGroupIngress", GroupId=self.group, IpPermissions=ingress)
        self.call(
            "ec2", "RevokeSecurityGroupEgress", GroupId=self.group, IpPermissions=[everything | {"IpRanges": ALL}]
        )
        self.call(
            "ec2", "AuthorizeSecurityGroupEgress", GroupId=self.group, IpPermissions=[everything | {"IpRanges": out}]
        )
        group = [{"Name": "group-id", "Values": [self.group]}]
        rules = self.read("ec2", "DescribeSecurityGroupRules", Filters=group)["SecurityGroupRules"]
        seen = {rule["Description"]: [rule["IsEgress"], rule["IpProtocol"], rule["FromPort"]] for rule in rules}
        wanted = {
            "Allow from This": [False, "-1", -1],
            "Allow from Any HTTP": [False, "tcp", 80],
            "Allow to Any": [True, "-1", -1],
        }
        self.same("the rules", seen, wanted)
        self.read("ec2", "DescribeSecurityGroups", GroupIds=[self.group])

    def parameters(self):
        for name, value in PARAMETERS.items():
            self.call("ssm", "PutParameter", Name=name, Value=value, Type="SecureString", Tags=upper(TAGS))
            shown = self.read("ssm", "GetParameter", Name=name, WithDecryption=True)["Parameter"]
            self.same(name, [shown["Type"], shown["Value"]], ["SecureString", value])
            held = self.read("ssm", "ListTagsForResource", ResourceType="Parameter", ResourceId=name)["TagList"]
            self.same(f"the tags of {name}", held, upper(TAGS))

    def roles(self):
        reading = document(
            Action="ssm:GetParameters",
            Resource="*",
            Condition={"StringEquals": {"ssm:resourceTag/application": NAME}},
        )
        writing = document(Action=["logs:CreateLogStream", "logs:PutLogEvents"], Resource="*")
        self.execution_role = self.role("exec", "allow_parameter_store", reading)
        self.call("iam", "AttachRolePolicy", RoleName=f"{NAME}_exec", PolicyArn=MANAGED)
        held = self.read("iam", "ListAttachedRolePolicies", RoleName=f"{NAME}_exec")["AttachedPolicies"]
        self.same("what is attached", [policy["PolicyArn"] for policy in held], [MANAGED])
        self.task_role = self.role("task", "allow_logs", writing)

    def role(self, suffix, policy, permissions):
        name, trust = f"{NAME}_{suffix}", document("ecs-tasks.amazonaws.com", Action="sts:AssumeRole")
        self.call("iam", "CreateRole", RoleName=name, AssumeRolePolicyDocument=json.dumps(trust), Tags=upper(TAGS))
        self.call("iam", "PutRolePolicy", RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(permissions))
        shown = self.read("iam", "GetRole", RoleName=name)["Role"]
        self.same("a role", [shown["AssumeRolePolicyDocument"], shown["Tags"]], [trust, upper(TAGS)])
        held = self.read("iam", "GetRolePolicy", RoleName=name, PolicyName=policy)["PolicyDocument"]
        self.same("a policy", held, permissions)
        return shown["Arn"]

    def logs(self):
        self.call("logs", "CreateLogGroup", logGroupName=LOG_GROUP, tags=TAGS)
        self.call("logs", "PutRetentionPolicy", logGroupName=LOG_GROUP, retentionInDays=7)
        shown = self.read("logs", "DescribeLogGroups", logGroupNamePrefix=LOG_GROUP)["logGroups"][0]
        self.same("the retention", shown["retentionInDays"], 7)
        arn = self.arn("logs", f"log-group:{LOG_GROUP}")
        self.same("the tags", self.read("logs", "ListTagsForResource", resourceArn=arn)["tags"], TAGS)

    def repository(self):
        made = self.call("ecr", "CreateRepository", repositoryName=NAME, tags=upper(TAGS))["repository"]
        self.call("ecr", "PutImage", repositoryName=NAME, imageManifest=MANIFEST, imageTag="latest")
        shown = self.read("ecr", "DescribeRepositories", repositoryNames=[NAME])["repositories"][0]
        self.same("the repository", shown, made)
        held = self.read("ecr", "ListTagsForResource", resourceArn=made["repositoryArn"])["tags"]
        self.same("the tags of the repository", held, upper(TAGS))
        self.image = f"{made['repositoryUri']}:latest"

    def cluster(self):
        settings = [{"name": "containerInsights", "value": "enabled"}]
        self.call("ecs", "CreateCluster", clusterName=NAME, settings=settings, tags=lower(TAGS))
        shown = self.read("ecs", "DescribeClusters", clusters=[NAME], include=["SETTINGS", "TAGS"])["clusters"][0]
        self.same("the cluster", [shown["settings"], shown["tags"]], [settings, lower(TAGS)])

    def register(self, level):
        """A revision, which is read back."""
        secrets = [{"name": name, "valueFrom": self.arn("ssm", f"parameter/{name}")} for name in PARAMETERS]
        options = {"awslogs-group": LOG_GROUP, "awslogs-region": REGION, "awslogs-stream-prefix": "ecs"}
        container = {
            "name": NAME,
            "image": self.image,
            "essential": True,
            "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}],
            "environment": [{"name": "LOG_LEVEL", "value": level}],
            "secrets": secrets,
            "logConfiguration": {"logDriver": "awslogs", "options": options},
        }
        definition = {
            "family": NAME,
            "requiresCompatibilities": ["FARGATE"],
            "networkMode": "awsvpc",
            "cpu": "256",
            "memory": "512",
            "executionRoleArn": self.execution_role,
            "taskRoleArn": self.task_role,
        }
        made = self.call(
            "ecs", "RegisterTaskDefinition", **definition, containerDefinitions=[container], tags=lower(TAGS)
        )["taskDefinition"]["taskDefinitionArn"]
        reply = self.read("ecs", "DescribeTaskDefinition", taskDefinition=made, include=["TAGS"])
        shown = reply["taskDefinition"]
        self.same("a revision", {name: shown[name] for name in definition}, definition)
        held = shown["containerDefinitions"][0]
        self.same("a container", {name: held[name] for name in container}, container)
        self.same("the tags of a revision", reply["tags"], lower(TAGS))
        return made

    def service(self):
        self.revisions = [self.register("info")]
        network = {
            "awsvpcConfiguration": {
                "subnets": self.subnets,
                "securityGroups": [self.group],
                "assignPublicIp": "ENABLED",
            }
        }
        breaker = {"enable": True, "rollback": True}
        asked = {
            "serviceName": NAME,
            "desiredCount": 2,
            "launchType": "FARGATE",
            "enableExecuteCommand": True,
            "propagateTags": "SERVICE",
            "networkConfiguration": network,
        }
        self.call(
            "ecs",
            "CreateService",
            cluster=NAME,
            taskDefinition=self.revisions[0],
            deploymentConfiguration={
                "deploymentCircuitBreaker": breaker,
                "maximumPercent": 200,
                "minimumHealthyPercent": 100,
            },
            tags=lower(TAGS),
            **asked,
        )
        shown = self.steady(self.revisions[0])
        self.same("the service", {name: shown[name] for name in asked}, asked)
        held = shown["deploymentConfiguration"]["deploymentCircuitBreaker"]
        self.same("the circuit breaker", {name: held[name] for name in breaker}, breaker)
        self.same("the tags of the service", shown["tags"], lower(TAGS))
        self.tasks()

    def tasks(self):
        arns = self.read("ecs", "ListTasks", cluster=NAME, serviceName=NAME)["taskArns"]
        tasks = self.read("ecs", "DescribeTasks", cluster=NAME, tasks=arns, include=["TAGS"])["tasks"]
        seen = [[task["lastStatus"], task["tags"]] for task in tasks]
        self.same("the tasks", seen, [["RUNNING", lower(TAGS)]] * 2)

    def shown(self):
        return self.call("ecs", "DescribeServices", cluster=NAME, services=[NAME], include=["TAGS"])["services"][0]

    def steady(self, revision):
        """The service once its only deployment is complete."""

        def look():
            shown = self.shown()
            states = [[one["rolloutState"], one["taskDefinition"]] for one in shown["deployments"]]
            steady = any("has reached a steady state." in event["message"] for event in shown["events"])
            return states == [["COMPLETED", revision]] and shown["runningCount"] == 2 and steady

        self.until("a steady state", look)
        return self.read("ecs", "DescribeServices", cluster=NAME, services=[NAME], include=["TAGS"])["services"][0]

    def update(self):
        self.revisions.append(self.register("debug"))
        self.call("ecs", "UpdateService", cluster=NAME, service=NAME, taskDefinition=self.revisions[1])
        self.steady(self.revisions[1])
        self.tasks()
        done = ["SUCCESSFUL", "SUCCESSFUL"]
        self.until("the history", lambda: self.history() == done)

    def history(self):
        reply = self.call("ecs", "ListServiceDeployments", cluster=NAME, service=NAME)
        return [deployment["status"] for deployment in reply["serviceDeployments"]]

    # And back again

    def delete_containers(self):
        self.call("ecs", "UpdateService", cluster=NAME, service=NAME, desiredCount=0)
        self.call("ecs", "DeleteService", cluster=NAME, service=NAME)
        self.until("INACTIVE", lambda: self.shown()["status"] == "INACTIVE")
        for revision in self.revisions:
            self.call("ecs", "DeregisterTaskDefinition", taskDefinition=revision)
        self.call("ecs", "DeleteTaskDefinitions", taskDefinitions=self.revisions)
        self.until("stopped tasks", self.tasks_are_stopped)
        self.call("ecs", "DeleteCluster", cluster=NAME)
        self.call("ecr", "DeleteRepository", repositoryName=NAME, force=True)
        self.call("logs", "DeleteLogGroup", logGroupName=LOG_GROUP)
        self.call("iam", "DetachRolePolicy", RoleName=f"{NAME}_exec", PolicyArn=MANAGED)
        for suffix, policy in (("exec", "allow_parameter_store"), ("task", "allow_logs")):
            self.call("iam", "DeleteRolePolicy", RoleName=f"{NAME}_{suffix}", PolicyName=policy)
            self.call("iam", "DeleteRole", RoleName=f"{NAME}_{suffix}")
        gone = self.call("ssm", "DeleteParameters", Names=list(PARAMETERS))["DeletedParameters"]
        self.same("the deleted parameters", sorted(gone), sorted(PARAMETERS))

    def tasks_are_stopped(self):
        """A service is gone while its tasks still stop, and they hold the cluster."""
        arns = self.call("ecs", "ListTasks", cluster=NAME, desiredStatus="STOPPED")["taskArns"]
        tasks = self.call("ecs", "DescribeTasks", cluster=NAME, tasks=arns)["tasks"]
        return all(task["lastStatus"] == "STOPPED" for task in tasks)

    def delete_network(self):
        inside = [{"Name": "vpc-id", "Values": [self.vpc]}]
        self.until(
            "no interfaces",
            lambda: not self.call("ec2", "DescribeNetworkInterfaces", Filters=inside)["NetworkInterfaces"],
        )
        self.call("ec2", "DeleteSecurityGroup", GroupId=self.group)
        for association in self.associations:
            self.call("ec2", "DisassociateRouteTable", AssociationId=association)
        self.call("ec2", "DeleteRoute", RouteTableId=self.table, DestinationCidrBlock="0.0.0.0/0")
        self.call("ec2", "DeleteRouteTable", RouteTableId=self.table)
        self.call("ec2", "DetachInternetGateway", InternetGatewayId=self.gateway, VpcId=self.vpc)
        self.call("ec2", "DeleteInternetGateway", InternetGatewayId=self.gateway)
        for subnet in self.subnets:
            self.call("ec2", "DeleteSubnet", SubnetId=subnet)
        self.call("ec2", "DeleteVpc", VpcId=self.vpc)

    def nothing_is_left(self):
        for service, operation, member in (
            ("ec2", "DescribeVpcs", "Vpcs"),
            ("ec2", "DescribeSubnets", "Subnets"),
            ("ec2", "DescribeInternetGateways", "InternetGateways"),
            ("ec2", "DescribeRouteTables", "RouteTables"),
            ("ec2", "DescribeSecurityGroups", "SecurityGroups"),
            ("ec2", "DescribeTags", "Tags"),
            ("ssm", "DescribeParameters", "Parameters"),
            ("logs", "DescribeLogGroups", "logGroups"),
            ("ecr", "DescribeRepositories", "repositories"),
            ("ecs", "ListClusters", "clusterArns"),
            ("ecs", "ListTaskDefinitions", "taskDefinitionArns"),
        ):
            self.same(f"{operation} in the end", self.read(service, operation).get(member), [])
        roles = [role["RoleName"] for role in self.read("iam", "ListRoles")["Roles"]]
        self.same("the roles in the end", [name for name in roles if name.startswith(NAME)], [])
