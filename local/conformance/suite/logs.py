"""CloudWatch Logs: groups, streams and events."""

import time

from cases import gives, pick, refused
from suite.made import listed

GROUP = "/ecs/shop"


def group(aws, name=GROUP, **more):
    aws.logs.create_log_group(logGroupName=name, **more)


def shown(aws, name=GROUP):
    return aws.logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"][0]


def arn(aws, name=GROUP):
    return f"arn:aws:logs:eu-west-1:{aws.account}:log-group:{name}"


@gives(
    "logs.CreateLogGroup", {"arn": f"arn:aws:logs:eu-west-1:123456789012:log-group:{GROUP}:*", "retentionInDays": None}
)
def kept_for_ever(aws):
    group(aws)
    return pick(shown(aws), "arn", "retentionInDays")


@gives("logs.CreateLogGroup", {"application": "shop"})
def with_tags(aws):
    group(aws, tags={"application": "shop"})
    return aws.logs.list_tags_for_resource(resourceArn=arn(aws))["tags"]


@refused("logs.CreateLogGroup", "ResourceAlreadyExistsException")
def a_name_that_is_taken(aws):
    group(aws)
    group(aws)


@refused("logs.CreateLogGroup", "InvalidParameterException")
def with_a_key_that_is_none(aws):
    group(aws, kmsKeyId="key")


@refused("logs.CreateLogGroup", "InvalidParameterException")
def a_name_with_a_colon(aws):
    group(aws, "shop:web")


@refused("logs.CreateLogGroup", "InvalidParameterException")
def a_name_of_513(aws):
    group(aws, "a" * 513)


@gives("logs.DescribeLogGroups", [["/ecs/a", "/ecs/b"], ["/ecs/b"]])
def by_prefix_or_pattern(aws):
    for name in ("/ecs/a", "/ecs/b", "/other"):
        group(aws, name)
    read = [{"logGroupNamePrefix": "/ecs"}, {"logGroupNamePattern": "s/b"}]
    return [[one["logGroupName"] for one in aws.logs.describe_log_groups(**by)["logGroups"]] for by in read]


@gives("logs.DescribeLogGroups", ["/a", "/b", "/c"])
def groups_page_by_page(aws):
    for name in "cab":
        group(aws, f"/{name}")
    found = listed(aws.logs, "describe_log_groups", "logGroups", PaginationConfig={"PageSize": 2})
    return [one["logGroupName"] for one in found]


@refused("logs.DescribeLogGroups", "InvalidParameterException")
def by_prefix_and_pattern(aws):
    aws.logs.describe_log_groups(logGroupNamePrefix="a", logGroupNamePattern="a")


@refused("logs.DescribeLogGroups", "InvalidParameterException")
def a_page_of_51(aws):
    aws.logs.describe_log_groups(limit=51)


@gives("logs.DeleteLogGroup", [])
def a_group(aws):
    group(aws)
    aws.logs.delete_log_group(logGroupName=GROUP)
    return aws.logs.describe_log_groups()["logGroups"]


@refused("logs.DeleteLogGroup", "ResourceNotFoundException")
def a_group_twice(aws):
    group(aws)
    aws.logs.delete_log_group(logGroupName=GROUP)
    aws.logs.delete_log_group(logGroupName=GROUP)


@gives("logs.PutRetentionPolicy", 14)
def two_weeks(aws):
    group(aws)
    aws.logs.put_retention_policy(logGroupName=GROUP, retentionInDays=14)
    return shown(aws)["retentionInDays"]


@refused("logs.PutRetentionPolicy", "InvalidParameterException")
def two_days(aws):
    group(aws)
    aws.logs.put_retention_policy(logGroupName=GROUP, retentionInDays=2)


@refused("logs.PutRetentionPolicy", "ResourceNotFoundException")
def of_no_group(aws):
    aws.logs.put_retention_policy(logGroupName=GROUP, retentionInDays=14)


@gives("logs.DeleteRetentionPolicy", None)
def for_ever_again(aws):
    group(aws)
    aws.logs.put_retention_policy(logGroupName=GROUP, retentionInDays=14)
    aws.logs.delete_retention_policy(logGroupName=GROUP)
    return shown(aws).get("retentionInDays")


@refused("logs.DeleteRetentionPolicy", "ResourceNotFoundException")
def the_retention_of_no_group(aws):
    aws.logs.delete_retention_policy(logGroupName=GROUP)


KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


@gives("logs.AssociateKmsKey", KEY)
def a_key(aws):
    group(aws)
    aws.logs.associate_kms_key(logGroupName=GROUP, kmsKeyId=KEY)
    return shown(aws)["kmsKeyId"]


@refused("logs.AssociateKmsKey", "ResourceNotFoundException")
def a_key_for_no_group(aws):
    aws.logs.associate_kms_key(logGroupName=GROUP, kmsKeyId=KEY)


@gives("logs.DisassociateKmsKey", None)
def without_the_key(aws):
    group(aws, kmsKeyId=KEY)
    aws.logs.disassociate_kms_key(logGroupName=GROUP)
    return shown(aws).get("kmsKeyId")


@refused("logs.DisassociateKmsKey", "ResourceNotFoundException")
def the_key_of_no_group(aws):
    aws.logs.disassociate_kms_key(logGroupName=GROUP)


@gives("logs.TagResource", {"application": "store", "team": "a"})
def a_new_value_replaces_the_old_one(aws):
    group(aws, tags={"application": "shop"})
    aws.logs.tag_resource(resourceArn=arn(aws), tags={"application": "store", "team": "a"})
    return aws.logs.list_tags_for_resource(resourceArn=arn(aws))["tags"]


@refused("logs.TagResource", "ResourceNotFoundException")
def tags_for_no_group(aws):
    aws.logs.tag_resource(resourceArn=arn(aws), tags={"application": "shop"})


@refused("logs.TagResource", "TooManyTagsException")
def fifty_one_tags(aws):
    group(aws)
    for start in (0, 26):
        aws.logs.tag_resource(resourceArn=arn(aws), tags={f"k{number}": "" for number in range(start, start + 26)})


@gives("logs.UntagResource", {})
def keys_that_are_not_there_are_passed_over(aws):
    group(aws, tags={"application": "shop"})
    aws.logs.untag_resource(resourceArn=arn(aws), tagKeys=["application", "team"])
    return aws.logs.list_tags_for_resource(resourceArn=arn(aws))["tags"]


@refused("logs.UntagResource", "ResourceNotFoundException")
def keys_of_no_group(aws):
    aws.logs.untag_resource(resourceArn=arn(aws), tagKeys=["team"])


@gives("logs.ListTagsForResource", {})
def a_new_group_has_none(aws):
    group(aws)
    return aws.logs.list_tags_for_resource(resourceArn=arn(aws))["tags"]


@refused("logs.ListTagsForResource", "ResourceNotFoundException")
def tags_of_no_group(aws):
    aws.logs.list_tags_for_resource(resourceArn=arn(aws))


@gives("logs.TagLogGroup", {"application": "store", "team": "a"})
def a_new_value_by_the_name_of_the_group(aws):
    group(aws, tags={"application": "shop"})
    aws.logs.tag_log_group(logGroupName=GROUP, tags={"application": "store", "team": "a"})
    return aws.logs.list_tags_for_resource(resourceArn=arn(aws))["tags"]


@refused("logs.TagLogGroup", "ResourceNotFoundException")
def tags_for_the_name_of_no_group(aws):
    aws.logs.tag_log_group(logGroupName=GROUP, tags={"application": "shop"})


@gives("logs.UntagLogGroup", {})
def keys_by_the_name_of_the_group(aws):
    group(aws, tags={"application": "shop"})
    aws.logs.untag_log_group(logGroupName=GROUP, tags=["application", "team"])
    return aws.logs.list_tags_for_resource(resourceArn=arn(aws))["tags"]


@refused("logs.UntagLogGroup", "ResourceNotFoundException")
def keys_of_the_name_of_no_group(aws):
    aws.logs.untag_log_group(logGroupName=GROUP, tags=["application"])


@gives("logs.ListTagsLogGroup", {"application": "shop"})
def tags_by_the_name_of_the_group(aws):
    group(aws, tags={"application": "shop"})
    return aws.logs.list_tags_log_group(logGroupName=GROUP)["tags"]


@refused("logs.ListTagsLogGroup", "ResourceNotFoundException")
def tags_of_the_name_of_no_group(aws):
    aws.logs.list_tags_log_group(logGroupName=GROUP)


# Streams and events

STREAM = {"logGroupName": GROUP, "logStreamName": "web/1"}


def stream(aws):
    group(aws)
    aws.logs.create_log_stream(**STREAM)


def put(aws, *messages):
    now = int(time.time() * 1000)
    events = [{"timestamp": now + number, "message": message} for number, message in enumerate(messages)]
    return aws.logs.put_log_events(**STREAM, logEvents=events)


@gives("logs.CreateLogStream", ["web/1"])
def a_stream(aws):
    stream(aws)
    return [one["logStreamName"] for one in aws.logs.describe_log_streams(logGroupName=GROUP)["logStreams"]]


@refused("logs.CreateLogStream", "ResourceAlreadyExistsException")
def a_stream_twice(aws):
    stream(aws)
    aws.logs.create_log_stream(**STREAM)


@refused("logs.CreateLogStream", "ResourceNotFoundException")
def a_stream_of_no_group(aws):
    aws.logs.create_log_stream(**STREAM)


@gives("logs.DescribeLogStreams", ["web/1", "web/2"])
def by_prefix(aws):
    stream(aws)
    for name in ("web/2", "job/1"):
        aws.logs.create_log_stream(logGroupName=GROUP, logStreamName=name)
    found = aws.logs.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix="web/")["logStreams"]
    return [one["logStreamName"] for one in found]


@refused("logs.DescribeLogStreams", "InvalidParameterException")
def by_prefix_in_the_order_of_events(aws):
    stream(aws)
    aws.logs.describe_log_streams(logGroupName=GROUP, logStreamNamePrefix="web/", orderBy="LastEventTime")


@refused("logs.DescribeLogStreams", "ResourceNotFoundException")
def streams_of_no_group(aws):
    aws.logs.describe_log_streams(logGroupName=GROUP)


@gives("logs.PutLogEvents", ["one", "two"])
def two_events(aws):
    stream(aws)
    put(aws, "one", "two")
    return [event["message"] for event in aws.logs.get_log_events(**STREAM, startFromHead=True)["events"]]


@refused("logs.PutLogEvents", "InvalidParameterException")
def events_in_the_wrong_order(aws):
    stream(aws)
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": "one"}, {"timestamp": now - 1, "message": "two"}]
    aws.logs.put_log_events(**STREAM, logEvents=events)


@gives("logs.PutLogEvents", {"events": ["now"], "rejected": {"tooOldLogEventEndIndex": 1}})
def an_event_of_a_fortnight_ago(aws):
    stream(aws)
    at = int(time.time() * 1000) - 14 * 86_400_000
    reply = aws.logs.put_log_events(**STREAM, logEvents=[{"timestamp": at - 60_000, "message": "then"}])
    put(aws, "now")
    kept = aws.logs.get_log_events(**STREAM, startFromHead=True)["events"]
    return {"events": [event["message"] for event in kept], "rejected": reply["rejectedLogEventsInfo"]}


@refused("logs.PutLogEvents", "ResourceNotFoundException")
def events_for_no_stream(aws):
    group(aws)
    put(aws, "one")


@gives("logs.GetLogEvents", [["one"], ["two"], []])
def events_page_by_page(aws):
    stream(aws)
    put(aws, "one", "two")
    pages, token = [], {}
    for _ in range(3):
        reply = aws.logs.get_log_events(**STREAM, startFromHead=True, limit=1, **token)
        pages.append([event["message"] for event in reply["events"]])
        token = {"nextToken": reply["nextForwardToken"]}
    return pages


@refused("logs.GetLogEvents", "ResourceNotFoundException")
def events_of_no_stream(aws):
    group(aws)
    aws.logs.get_log_events(**STREAM)


@gives("logs.FilterLogEvents", ["an error"])
def by_a_word(aws):
    stream(aws)
    put(aws, "fine", "an error", "fine")
    found = aws.logs.filter_log_events(logGroupName=GROUP, filterPattern="error")["events"]
    return [event["message"] for event in found]


@refused("logs.FilterLogEvents", "InvalidParameterException")
def by_names_and_by_a_prefix(aws):
    stream(aws)
    aws.logs.filter_log_events(logGroupName=GROUP, logStreamNames=["web/1"], logStreamNamePrefix="web/")


@refused("logs.FilterLogEvents", "ResourceNotFoundException")
def in_no_group(aws):
    aws.logs.filter_log_events(logGroupName=GROUP)
