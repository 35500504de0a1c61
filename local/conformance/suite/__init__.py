"""The cases, a module or two for each service. Importing this package registers them, in the order of the page."""

from suite import (  # noqa: F401
    network,
    route_table,
    security_group,
    ec2,
    iam,
    user,
    instance_profile,
    managed_policy,
    sts,
    ssm,
    secretsmanager,
    secret_version,
    kms,
    key_usage,
    ecs,
    service,
    logs,
    ecr,
    bucket,
    object,
)
