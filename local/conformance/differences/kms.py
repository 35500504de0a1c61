"""KMS, and what Parameter Store and Secrets Manager make of its keys."""

from differences.model import NO_CODE, Difference

KMS = "https://docs.aws.amazon.com/kms/latest/APIReference/"
STATES = "https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html"

DIFFERENCES = [
    Difference(
        "says neither what a key is for nor whether it is one of several regions",
        KMS + "API_KeyMetadata.html",
        "kms.CreateKey: a symmetric key",
    ),
    Difference(
        "looks neither at descriptions nor at the days until a deletion",
        KMS + "API_ScheduleKeyDeletion.html",
        """kms.CreateKey: a description of 8193 characters
        kms.ScheduleKeyDeletion: at the end of six days""",
    ),
    Difference(
        "takes policies that are none, or that lock their author out",
        KMS + "API_PutKeyPolicy.html",
        """kms.CreateKey: a policy without a way back
        kms.PutKeyPolicy: a policy that locks its author out
        kms.PutKeyPolicy: a policy that is none""",
    ),
    Difference(
        "does not know that the name of the policy may be left out",
        KMS + "API_GetKeyPolicy.html",
        "kms.GetKeyPolicy: the default leaves it to iam",
    ),
    Difference(
        "takes the keys of AWS for keys of customers",
        "https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key",
        """kms.DescribeKey: the key of aws for parameters
        kms.DescribeKey: the key of aws for secrets""",
    ),
    Difference(
        "does not hold a key to its state",
        STATES,
        """kms.EnableKey: a key that is to be deleted
        kms.ScheduleKeyDeletion: a key twice
        kms.CancelKeyDeletion: a key that nobody deletes
        kms.CreateAlias: a name for a key that goes
        kms.TagResource: a tag for a key that goes""",
    ),
    Difference(
        "leaves out how a deletion was scheduled",
        KMS + "API_ScheduleKeyDeletion.html",
        "kms.ScheduleKeyDeletion: at the end of thirty days",
    ),
    Difference(
        "takes names that begin with alias/aws/",
        KMS + "API_CreateAlias.html",
        "kms.CreateAlias: a name of aws",
        NO_CODE,
    ),
    Difference(
        "counts neither aliases nor tags",
        "https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html",
        """kms.CreateAlias: the fifty first name
        kms.CreateKey: fifty one tags of a key""",
    ),
    Difference(
        "takes tags of AWS, and a tag twice",
        KMS + "API_TagResource.html",
        """kms.TagResource: a tag of aws
        kms.TagResource: a tag twice""",
    ),
    Difference(
        "lists all at once, and takes any marker",
        KMS + "API_ListResourceTags.html",
        """kms.ListAliases: a marker that was made up
        kms.ListResourceTags: tags page by page""",
    ),
    Difference(
        "encrypts and decrypts parameters with keys that are not there or cannot be used",
        "https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html",
        """ssm.PutParameter: with a key that is not there
        ssm.PutParameter: with a key that is disabled
        ssm.GetParameter: with a key that was disabled later
        ssm.GetParameters: with a key that is about to go""",
    ),
    Difference(
        "encrypts and decrypts secrets with keys that are not there or cannot be used",
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html",
        """secretsmanager.CreateSecret: a secret with a key that is not there
        secretsmanager.CreateSecret: a secret with a key that is disabled
        secretsmanager.PutSecretValue: a value with a key that is disabled
        secretsmanager.GetSecretValue: a value whose key was disabled""",
    ),
]
