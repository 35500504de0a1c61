"""S3: buckets. Their names are unique across all accounts, so that each case has one of its own."""

from cases import gives, pick, refused, tags
from place import REGION
from suite.made import TAG, listed

OTHER = "800000000001"
TWICE = [TAG, TAG]
MANY = [{"Key": f"k{number}", "Value": ""} for number in range(51)]
ALL_BLOCKED = {
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "IgnorePublicAcls": True,
    "RestrictPublicBuckets": True,
}


def name(aws, prefix="shop"):
    return f"{prefix}-{aws.account}"


def created(aws, called=None, constraint=REGION, **more):
    """The reply for a new bucket."""
    configuration = {"LocationConstraint": constraint} if constraint else {}
    return aws.s3.create_bucket(Bucket=called or name(aws), CreateBucketConfiguration=configuration | more)


def bucket(aws, called=None, **more):
    """The name of a new bucket."""
    created(aws, called, **more)
    return called or name(aws)


def tagged(aws, of):
    return tags(aws.s3.get_bucket_tagging(Bucket=of)["TagSet"])


def encrypted(aws, rule):
    """How a new bucket encrypts by this rule."""
    of = bucket(aws)
    aws.s3.put_bucket_encryption(Bucket=of, ServerSideEncryptionConfiguration={"Rules": rule})
    return encryption(aws, of)


def encryption(aws, of):
    rule = aws.s3.get_bucket_encryption(Bucket=of)["ServerSideEncryptionConfiguration"]["Rules"][0]
    return rule | {"BlockedEncryptionTypes": rule.get("BlockedEncryptionTypes", {}).get("EncryptionType")}


def by(algorithm, key=None):
    """A rule."""
    return {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm} | ({"KMSMasterKeyID": key} if key else {})}


def block(aws, of):
    return aws.s3.get_public_access_block(Bucket=of)["PublicAccessBlockConfiguration"]


@gives("s3.CreateBucket", {"application": "shop"})
def a_bucket_with_tags(aws):
    return tagged(aws, bucket(aws, Tags=[TAG]))


@gives(
    "s3.CreateBucket",
    {"BucketArn": "arn:aws:s3:::shop-123456789012", "Location": "http://shop-123456789012.s3.amazonaws.com/"},
)
def a_bucket(aws):
    return pick(created(aws), "BucketArn", "Location")


@refused("s3.CreateBucket", "IllegalLocationConstraintException")
def a_bucket_of_another_region(aws):
    bucket(aws, constraint="us-west-2")


@refused("s3.CreateBucket", "IllegalLocationConstraintException")
def a_bucket_of_no_region(aws):
    aws.s3.create_bucket(Bucket=name(aws))


@refused("s3.CreateBucket", "InvalidLocationConstraint")
def a_bucket_of_us_east_1_by_its_name(aws):
    aws.client("s3", "us-east-1").create_bucket(
        Bucket=name(aws), CreateBucketConfiguration={"LocationConstraint": "us-east-1"}
    )


@refused("s3.CreateBucket", "InvalidBucketName")
def a_name_with_a_capital_letter(aws):
    bucket(aws, name(aws, "Shop"))


@refused("s3.CreateBucket", "InvalidBucketName")
def a_name_of_two_characters(aws):
    bucket(aws, "ab")


@refused("s3.CreateBucket", "InvalidBucketName")
def a_name_of_64_characters(aws):
    bucket(aws, "a" * 64)


@refused("s3.CreateBucket", "InvalidBucketName")
def a_name_like_an_address(aws):
    bucket(aws, "192.168.5.4")


@refused("s3.CreateBucket", "InvalidBucketName")
def a_name_that_ends_with_a_hyphen(aws):
    bucket(aws, "shop-")


@refused("s3.CreateBucket", "InvalidBucketName")
def a_name_with_a_reserved_beginning(aws):
    bucket(aws, name(aws, "xn--shop"))


@refused("s3.CreateBucket", "InvalidBucketName")
def a_name_with_a_reserved_end(aws):
    bucket(aws, name(aws) + "-s3alias")


@refused("s3.CreateBucket", "BucketAlreadyOwnedByYou")
def a_name_that_is_ones_own(aws):
    bucket(aws)
    bucket(aws)


@refused("s3.CreateBucket", "BucketAlreadyExists")
def a_name_that_is_anothers(aws):
    taken = bucket(aws)
    aws.enter(OTHER)
    bucket(aws, taken)


@gives("s3.CreateBucket", ["/shop-123456789012", "/shop-123456789012"])
def ones_own_again_in_us_east_1(aws):
    first = aws.client("s3", "us-east-1")
    return [first.create_bucket(Bucket=name(aws))["Location"] for _ in range(2)]


@refused("s3.CreateBucket", "InvalidTag")
def a_bucket_with_a_tag_of_aws(aws):
    bucket(aws, Tags=[TAG | {"Key": "aws:x"}])


@gives("s3.HeadBucket", {"BucketArn": "arn:aws:s3:::shop-123456789012", "BucketRegion": "eu-west-1"})
def where_it_is(aws):
    return pick(aws.s3.head_bucket(Bucket=bucket(aws)), "BucketArn", "BucketRegion")


@refused("s3.HeadBucket", "404")
def a_bucket_that_is_not_there(aws):
    aws.s3.head_bucket(Bucket=name(aws))


@refused("s3.HeadBucket", "403")
def a_bucket_of_another_account(aws):
    theirs = bucket(aws)
    aws.enter(OTHER)
    aws.s3.head_bucket(Bucket=theirs)


@refused("s3.HeadBucket", "403")
def a_bucket_of_another_owner_than_expected(aws):
    aws.s3.head_bucket(Bucket=bucket(aws), ExpectedBucketOwner=OTHER)


@gives("s3.ListBuckets", ["a-123456789012", "b-123456789012", "c-123456789012"])
def buckets_page_by_page(aws):
    for prefix in "cab":
        bucket(aws, name(aws, prefix))
    pages = {"PaginationConfig": {"PageSize": 2}}
    return [found["Name"] for found in listed(aws.s3, "list_buckets", "Buckets", **pages)]


@gives("s3.ListBuckets", ["b-123456789012"])
def buckets_by_their_beginning(aws):
    for prefix in "ab":
        bucket(aws, name(aws, prefix))
    return [found["Name"] for found in aws.s3.list_buckets(Prefix="b-")["Buckets"]]


@gives("s3.ListBuckets", [{"BucketArn": "arn:aws:s3:::b-123456789012", "BucketRegion": "us-east-1"}])
def buckets_by_their_region(aws):
    bucket(aws, name(aws, "a"))
    aws.client("s3", "us-east-1").create_bucket(Bucket=name(aws, "b"))
    found = aws.s3.list_buckets(BucketRegion="us-east-1")["Buckets"]
    return [pick(one, "BucketArn", "BucketRegion") for one in found]


@refused("s3.ListBuckets", "InvalidArgument")
def a_region_that_is_none(aws):
    aws.s3.list_buckets(BucketRegion="eu-east-1")


@refused("s3.ListBuckets", "InvalidArgument")
def a_token_that_was_made_up(aws):
    aws.s3.list_buckets(ContinuationToken="made-up")


@gives("s3.GetBucketLocation", ["eu-west-1", None, "EU"])
def where_it_was_created(aws):
    first = aws.client("s3", "us-east-1")
    own = bucket(aws)
    first.create_bucket(Bucket=name(aws, "first"))
    first.create_bucket(Bucket=name(aws, "old"), CreateBucketConfiguration={"LocationConstraint": "EU"})
    of = [(aws.s3, own), (first, name(aws, "first")), (aws.s3, name(aws, "old"))]
    return [client.get_bucket_location(Bucket=one)["LocationConstraint"] for client, one in of]


@refused("s3.GetBucketLocation", "NoSuchBucket")
def of_no_bucket(aws):
    aws.s3.get_bucket_location(Bucket=name(aws))


@gives("s3.DeleteBucket", [])
def it_is_gone(aws):
    aws.s3.delete_bucket(Bucket=bucket(aws))
    return aws.s3.list_buckets()["Buckets"]


@refused("s3.DeleteBucket", "NoSuchBucket")
def no_bucket(aws):
    aws.s3.delete_bucket(Bucket=name(aws))


@refused("s3.DeleteBucket", "BucketNotEmpty")
def a_bucket_with_an_object(aws):
    of = bucket(aws)
    aws.s3.put_object(Bucket=of, Key="a", Body=b"1")
    aws.s3.delete_bucket(Bucket=of)


@refused("s3.DeleteBucket", "BucketNotEmpty")
def a_bucket_with_a_marker(aws):
    of = bucket(aws)
    aws.s3.put_bucket_versioning(Bucket=of, VersioningConfiguration={"Status": "Enabled"})
    aws.s3.delete_object(Bucket=of, Key="a")
    aws.s3.delete_bucket(Bucket=of)


@gives("s3.PutBucketTagging", {"team": "a"})
def the_tags_before_are_gone(aws):
    of = bucket(aws, Tags=[TAG])
    aws.s3.put_bucket_tagging(Bucket=of, Tagging={"TagSet": [{"Key": "team", "Value": "a"}]})
    return tagged(aws, of)


@refused("s3.PutBucketTagging", "InvalidTag")
def a_tag_twice_on_a_bucket(aws):
    aws.s3.put_bucket_tagging(Bucket=bucket(aws), Tagging={"TagSet": TWICE})


@refused("s3.PutBucketTagging", "InvalidTag")
def a_tag_of_aws_on_a_bucket(aws):
    aws.s3.put_bucket_tagging(Bucket=bucket(aws), Tagging={"TagSet": [TAG | {"Key": "aws:x"}]})


@refused("s3.PutBucketTagging", "InvalidTag")
def a_tag_with_a_comma(aws):
    aws.s3.put_bucket_tagging(Bucket=bucket(aws), Tagging={"TagSet": [TAG | {"Value": "a,b"}]})


@refused("s3.PutBucketTagging", "BadRequest")
def fifty_one_tags_on_a_bucket(aws):
    aws.s3.put_bucket_tagging(Bucket=bucket(aws), Tagging={"TagSet": MANY})


@refused("s3.PutBucketTagging", "MalformedXML")
def a_tag_without_a_value(aws):
    aws.s3.put_bucket_tagging(Bucket=bucket(aws), Tagging={"TagSet": [{"Key": "a"}]})


@refused("s3.PutBucketTagging", "NoSuchBucket")
def tags_for_no_bucket(aws):
    aws.s3.put_bucket_tagging(Bucket=name(aws), Tagging={"TagSet": [TAG]})


@gives("s3.GetBucketTagging", {"application": "shop"})
def tags_of_a_bucket(aws):
    return tagged(aws, bucket(aws, Tags=[TAG]))


@refused("s3.GetBucketTagging", "NoSuchTagSet")
def where_there_are_none(aws):
    tagged(aws, bucket(aws))


@refused("s3.DeleteBucketTagging", "NoSuchBucket")
def tags_of_no_bucket(aws):
    aws.s3.delete_bucket_tagging(Bucket=name(aws))


@gives("s3.DeleteBucketTagging", 204)
def all_of_them_again_and_again(aws):
    of = bucket(aws, Tags=[TAG])
    aws.s3.delete_bucket_tagging(Bucket=of)
    return aws.s3.delete_bucket_tagging(Bucket=of)["ResponseMetadata"]["HTTPStatusCode"]


@gives("s3.PutBucketVersioning", ["Enabled", "Suspended"])
def enabled_and_suspended(aws):
    of, seen = bucket(aws), []
    for status in ("Enabled", "Suspended"):
        aws.s3.put_bucket_versioning(Bucket=of, VersioningConfiguration={"Status": status})
        seen.append(aws.s3.get_bucket_versioning(Bucket=of)["Status"])
    return seen


@refused("s3.PutBucketVersioning", "MalformedXML")
def disabled(aws):
    aws.s3.put_bucket_versioning(Bucket=bucket(aws), VersioningConfiguration={"Status": "Disabled"})


@refused("s3.PutBucketVersioning", "IllegalVersioningConfigurationException")
def nothing_at_all(aws):
    aws.s3.put_bucket_versioning(Bucket=bucket(aws), VersioningConfiguration={})


@gives("s3.GetBucketVersioning", {"MFADelete": None, "Status": None})
def a_new_bucket_says_nothing(aws):
    return pick(aws.s3.get_bucket_versioning(Bucket=bucket(aws)), "Status", "MFADelete")


@gives(
    "s3.GetBucketEncryption",
    {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
        "BlockedEncryptionTypes": ["SSE-C"],
        "BucketKeyEnabled": False,
    },
)
def every_bucket_encrypts(aws):
    return encryption(aws, bucket(aws))


@gives(
    "s3.PutBucketEncryption",
    {
        "ApplyServerSideEncryptionByDefault": {"KMSMasterKeyID": "alias/shop", "SSEAlgorithm": "aws:kms"},
        "BlockedEncryptionTypes": ["NONE"],
        "BucketKeyEnabled": True,
    },
)
def with_a_key_that_nobody_looks_at(aws):
    more = {"BucketKeyEnabled": True, "BlockedEncryptionTypes": {"EncryptionType": ["NONE"]}}
    return encrypted(aws, [by("aws:kms", "alias/shop") | more])


@refused("s3.PutBucketEncryption", "InvalidArgument")
def a_key_without_kms(aws):
    encrypted(aws, [by("AES256", "alias/shop")])


@refused("s3.PutBucketEncryption", "MalformedXML")
def no_rule(aws):
    encrypted(aws, [])


@refused("s3.PutBucketEncryption", "MalformedXML")
def two_rules(aws):
    encrypted(aws, [by("AES256"), by("AES256")])


@gives("s3.DeleteBucketEncryption", {"SSEAlgorithm": "AES256"})
def it_encrypts_as_before(aws):
    of = bucket(aws)
    aws.s3.put_bucket_encryption(Bucket=of, ServerSideEncryptionConfiguration={"Rules": [by("aws:kms")]})
    aws.s3.delete_bucket_encryption(Bucket=of)
    return encryption(aws, of)["ApplyServerSideEncryptionByDefault"]


@gives("s3.GetPublicAccessBlock", ALL_BLOCKED)
def a_new_bucket_is_private(aws):
    return block(aws, bucket(aws))


@refused("s3.GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration")
def where_it_was_deleted(aws):
    of = bucket(aws)
    aws.s3.delete_public_access_block(Bucket=of)
    block(aws, of)


@gives("s3.PutPublicAccessBlock", ALL_BLOCKED | {"BlockPublicPolicy": False, "RestrictPublicBuckets": False})
def what_is_not_said_is_off(aws):
    of = bucket(aws)
    some = {"BlockPublicAcls": True, "IgnorePublicAcls": True}
    aws.s3.put_public_access_block(Bucket=of, PublicAccessBlockConfiguration=some)
    return block(aws, of)


@refused("s3.PutPublicAccessBlock", "InvalidRequest")
def nothing_to_block(aws):
    aws.s3.put_public_access_block(Bucket=bucket(aws), PublicAccessBlockConfiguration={})


@refused("s3.PutPublicAccessBlock", "NoSuchBucket")
def a_block_for_no_bucket(aws):
    aws.s3.put_public_access_block(Bucket=name(aws), PublicAccessBlockConfiguration=ALL_BLOCKED)


@gives("s3.DeletePublicAccessBlock", 204)
def again_and_again(aws):
    of = bucket(aws)
    aws.s3.delete_public_access_block(Bucket=of)
    return aws.s3.delete_public_access_block(Bucket=of)["ResponseMetadata"]["HTTPStatusCode"]
