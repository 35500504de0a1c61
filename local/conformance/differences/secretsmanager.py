"""Secrets Manager."""

from differences.model import NO_CODE, Difference

SECRETS = "https://docs.aws.amazon.com/secretsmanager/latest/apireference/"

DIFFERENCES = [
    Difference(
        "does not look at names, descriptions and sizes",
        SECRETS + "API_CreateSecret.html",
        """secretsmanager.CreateSecret: a name with a space
        secretsmanager.CreateSecret: a name of 513 characters
        secretsmanager.CreateSecret: a value of 65537 bytes
        secretsmanager.CreateSecret: a description of 2049 characters""",
    ),
    Difference(
        "takes text and bytes at once",
        SECRETS + "API_CreateSecret.html",
        "secretsmanager.CreateSecret: text and bytes",
        NO_CODE,
    ),
    Difference(
        "takes more than 50 tags of a secret",
        "https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html",
        """secretsmanager.CreateSecret: fifty one tags at once
        secretsmanager.TagResource: fifty one tags""",
        NO_CODE,
    ),
    Difference(
        "changes a secret that is about to be deleted, or says that it exists",
        SECRETS + "API_DeleteSecret.html",
        """secretsmanager.CreateSecret: a name that is about to be deleted
        secretsmanager.PutSecretValue: into a deleted one
        secretsmanager.TagResource: tags for a deleted one
        secretsmanager.UntagResource: keys of a deleted one""",
    ),
    Difference(
        "remembers no read",
        SECRETS + "API_DescribeSecret.html",
        "secretsmanager.DescribeSecret: a read is remembered",
    ),
    Difference(
        "finds a secret by a part of its ARN that ends like a complete one",
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen",
        "secretsmanager.GetSecretValue: a part of an arn that looks complete",
    ),
    Difference(
        "reads a batch of nothing",
        SECRETS + "API_BatchGetSecretValue.html",
        "secretsmanager.BatchGetSecretValue: neither ids nor filters",
    ),
    Difference(
        "counts no labels",
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html",
        "secretsmanager.PutSecretValue: the twenty first label",
    ),
    Difference(
        "shows a key without a name; AWS leaves it out",
        SECRETS + "API_DescribeSecret.html",
        "secretsmanager.UpdateSecret: a key and none",
    ),
    Difference(
        "makes nothing of a token that made a version; AWS: the operation results in an error",
        SECRETS + "API_UpdateSecret.html",
        "secretsmanager.UpdateSecret: a version that is there",
    ),
    Difference(
        "takes the current label from its version, and leaves none; AWS: it can't be completely removed",
        SECRETS + "API_UpdateSecretVersionStage.html",
        "secretsmanager.UpdateSecretVersionStage: the current label to nowhere",
        NO_CODE,
    ),
    Difference(
        "does not know the order of a listing",
        SECRETS + "API_ListSecrets.html",
        "secretsmanager.ListSecrets: up and down by name",
    ),
    Difference(
        "breaks off at a token that was made up, and at a secret that is not there",
        SECRETS + "API_ListSecretVersionIds.html",
        """secretsmanager.ListSecrets: a token that was made up for secrets
        secretsmanager.ListSecretVersionIds: versions of nothing""",
    ),
    Difference(
        "lists all versions at once, whatever is asked for, and without their keys",
        SECRETS + "API_ListSecretVersionIds.html",
        """secretsmanager.ListSecretVersionIds: those without a label on demand
        secretsmanager.ListSecretVersionIds: the key of aws has a name
        secretsmanager.ListSecretVersionIds: versions page by page""",
    ),
]
