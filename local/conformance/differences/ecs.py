"""ECS."""

from differences.model import NO_CODE, Difference

ECS = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/"

DIFFERENCES = [
    Difference(
        "does not look at names, settings and providers of a cluster",
        ECS + "API_CreateCluster.html",
        """ecs.CreateCluster: a name with a space
        ecs.CreateCluster: a setting that nobody knows
        ecs.CreateCluster: a provider that nobody has
        ecs.PutClusterCapacityProviders: a strategy without its provider""",
    ),
    Difference(
        "describes any number at once",
        ECS + "API_DescribeServices.html",
        """ecs.DescribeClusters: a hundred and one
        ecs.DescribeServices: eleven services
        ecs.DescribeTasks: a hundred and one tasks""",
    ),
    Difference(
        "takes any page size and any token",
        ECS + "API_ListClusters.html",
        """ecs.ListClusters: a token that was made up
        ecs.ListClusters: a page of 101
        ecs.ListTaskDefinitions: a page of 101 revisions
        ecs.ListTaskDefinitionFamilies: a page of no family
        ecs.ListAccountSettings: settings by a token that was made up""",
        NO_CODE,
    ),
    Difference(
        "does not know the operation",
        ECS + "API_Operations.html",
        """ecs.UpdateClusterSettings: insights
        ecs.UpdateClusterSettings: settings of no cluster
        ecs.PutAccountSettingDefault: insights for new clusters
        ecs.PutAccountSettingDefault: a setting of no account
        ecs.ListAccountSettings: what was set
        ecs.ListServiceDeployments: the first deployment
        ecs.ListServiceDeployments: deployments of no service
        ecs.DescribeServiceDeployments: how it ended
        ecs.DescribeServiceDeployments: twenty one deployments
        ecs.DescribeServiceRevisions: a revision as it was
        ecs.DescribeServiceRevisions: twenty one revisions
        ecs.StopServiceDeployment: a deployment that goes on
        ecs.StopServiceDeployment: a deployment that is over
        ecs.StopServiceDeployment: a deployment that is not there""",
    ),
    Difference(
        "does not check a task definition",
        ECS + "API_RegisterTaskDefinition.html",
        """ecs.RegisterTaskDefinition: a health check every ten minutes
        ecs.RegisterTaskDefinition: a processor that nobody has
        ecs.RegisterTaskDefinition: cpu and memory that are no pair
        ecs.RegisterTaskDefinition: fargate without awsvpc
        ecs.RegisterTaskDefinition: no container
        ecs.RegisterTaskDefinition: no essential container
        ecs.RegisterTaskDefinition: two containers of one name
        ecs.RegisterTaskDefinition: secrets without an execution role
        ecs.RegisterTaskDefinition: a log driver without an execution role
        ecs.RegisterTaskDefinition: a family with a space""",
    ),
    Difference(
        "leaves AWS's defaults for a port and the tags out of the reply",
        ECS + "API_RegisterTaskDefinition.html",
        """ecs.RegisterTaskDefinition: the host port is that of the container
        ecs.RegisterTaskDefinition: tags are in the reply""",
    ),
    Difference(
        "passes over sort and status",
        ECS + "API_ListTaskDefinitions.html",
        """ecs.ListTaskDefinitions: revisions up and down
        ecs.ListTaskDefinitionFamilies: active ones or all""",
    ),
    Difference(
        "takes reserved keys",
        ECS + "API_TagResource.html",
        "ecs.TagResource: a tag of aws",
    ),
    Difference(
        "forgets fields of a service, and what it leaves out has no defaults",
        ECS + "API_CreateService.html",
        """ecs.CreateService: what was asked for and the defaults
        ecs.CreateService: with a circuit breaker""",
    ),
    Difference(
        "makes a service again, and one without network or count",
        ECS + "API_CreateService.html",
        """ecs.CreateService: a name that is taken
        ecs.CreateService: without a network
        ecs.CreateService: without a count""",
    ),
    Difference(
        "takes a role for a load balancer that is not there",
        ECS + "API_CreateService.html",
        "ecs.CreateService: a role without a load balancer",
        NO_CODE,
    ),
    Difference(
        "has no rollouts: a service runs at once, writes no events, keeps its first revision and is gone at once",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html",
        """ecs.CreateService: its first deployment
        ecs.DescribeServices: the steady state
        ecs.UpdateService: a new revision takes over
        ecs.UpdateService: the old deployment stays for a while
        ecs.DeleteService: by force it drains""",
    ),
    Difference(
        "updates a service that drains",
        ECS + "API_UpdateService.html",
        "ecs.UpdateService: a service that drains",
    ),
    Difference(
        "deletes a cluster with services and tasks",
        ECS + "API_DeleteCluster.html",
        """ecs.DeleteCluster: with a service
        ecs.DeleteCluster: with a task""",
    ),
    Difference(
        "starts any number of tasks at once; AWS up to 10",
        ECS + "API_RunTask.html",
        "ecs.RunTask: eleven tasks",
    ),
    Difference(
        "lists the tasks of a service that is not there, and says nothing of a task that is not there or breaks off",
        ECS + "API_DescribeTasks.html",
        """ecs.ListTasks: tasks of no service
        ecs.DescribeTasks: a task that is not there
        ecs.StopTask: a task of nobody""",
    ),
    Difference(
        "ends a task once it is looked at, and says not who stopped it",
        ECS + "API_Task.html",
        """ecs.DescribeTasks: a task and its interface
        ecs.StopTask: with a reason""",
    ),
]
