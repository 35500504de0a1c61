"""SSM."""

from differences.model import NO_CODE, Difference

SSM = "https://docs.aws.amazon.com/systems-manager/latest/APIReference/"

DIFFERENCES = [
    Difference(
        "does not look at names, sizes, patterns and references",
        SSM + "API_PutParameter.html",
        """ssm.PutParameter: a name with a space
        ssm.PutParameter: a path without its first slash
        ssm.PutParameter: sixteen levels
        ssm.PutParameter: a value above 4096 bytes
        ssm.PutParameter: a value above 8192 bytes
        ssm.PutParameter: a value that breaks the pattern
        ssm.PutParameter: a reference in a value""",
    ),
    Difference(
        "makes a parameter at once where one was deleted; AWS: wait at least 30 seconds",
        SSM + "API_DeleteParameter.html",
        "ssm.PutParameter: a name that was deleted just now",
        NO_CODE,
    ),
    Difference(
        "does not say by which version or label a parameter was found",
        SSM + "API_Parameter.html",
        "ssm.GetParameter: by version",
    ),
    Difference(
        "breaks off at a token that was made up",
        SSM + "API_DescribeParameters.html",
        "ssm.DescribeParameters: a token that was made up",
    ),
    Difference(
        "deletes any number of parameters at once",
        SSM + "API_DeleteParameters.html",
        "ssm.DeleteParameters: eleven at once",
    ),
    Difference(
        "takes more than 50 tags",
        "https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html",
        """ssm.AddTagsToResource: fifty one tags
        ecs.TagResource: fifty one tags
        logs.TagResource: fifty one tags
        ecr.TagResource: fifty one tags""",
    ),
]
