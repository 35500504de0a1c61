"""CloudWatch Logs."""

from differences.model import Difference

LOGS = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/"

DIFFERENCES = [
    Difference(
        "takes any name and any key of a group",
        LOGS + "API_CreateLogGroup.html",
        """logs.CreateLogGroup: a name with a colon
        logs.CreateLogGroup: with a key that is none""",
    ),
    Difference(
        "does not know patterns of names",
        LOGS + "API_DescribeLogGroups.html",
        """logs.DescribeLogGroups: by prefix or pattern
        logs.DescribeLogGroups: by prefix and pattern""",
    ),
    Difference(
        "takes any number of days",
        LOGS + "API_PutRetentionPolicy.html",
        "logs.PutRetentionPolicy: two days",
    ),
    Difference(
        "does not know the operation",
        LOGS + "API_Operations.html",
        """logs.AssociateKmsKey: a key
        logs.AssociateKmsKey: a key for no group
        logs.DisassociateKmsKey: without the key
        logs.DisassociateKmsKey: the key of no group""",
    ),
    Difference(
        "searches by names and by a prefix of streams at once",
        LOGS + "API_FilterLogEvents.html",
        "logs.FilterLogEvents: by names and by a prefix",
    ),
    Difference(
        "says 0 where one event is too old: the index is exclusive",
        LOGS + "API_RejectedLogEventsInfo.html",
        "logs.PutLogEvents: an event of a fortnight ago",
    ),
    Difference(
        "keeps tags of groups that are not there",
        LOGS + "API_TagResource.html",
        """logs.TagResource: tags for no group
        logs.UntagResource: keys of no group
        logs.ListTagsForResource: tags of no group""",
    ),
]
