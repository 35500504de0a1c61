"""Where moto answers otherwise than AWS. Each entry was looked at by hand; one that no longer holds is an error.

A case says what AWS documents, so the embedded AWS is right wherever moto differs; `right` says so where the
documentation leaves something open.
"""

from differences import ec2, ecr, ecs, iam, kms, logs, s3, secretsmanager, ssm

# In the order of the page.
MODULES = (ec2, iam, ssm, secretsmanager, kms, ecs, logs, ecr, s3)
DIFFERENCES = [difference for module in MODULES for difference in module.DIFFERENCES]
