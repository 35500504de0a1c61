"""S3: objects, their versions and their listings."""

from cases import gives, pick, refused
from suite.bucket import bucket, by
from suite.made import listed

KEYS = ("a/1", "a/2", "b", "c d+é&")


def put(aws, of, key="a", body=b"hello", **more):
    return aws.s3.put_object(Bucket=of, Key=key, Body=body, **more)


def got(aws, of, key="a", **more):
    return aws.s3.get_object(Bucket=of, Key=key, **more)["Body"].read().decode()


def filled(aws):
    """A bucket with some objects."""
    of = bucket(aws)
    for key in KEYS:
        put(aws, of, key)
    return of


def versioned(aws, status="Enabled"):
    """A bucket that keeps versions."""
    of = bucket(aws)
    aws.s3.put_bucket_versioning(Bucket=of, VersioningConfiguration={"Status": status})
    return of


@gives(
    "s3.PutObject",
    {
        "ChecksumCRC32": "NhCmhg==",
        "ChecksumType": "FULL_OBJECT",
        "ETag": '"5d41402abc4b2a76b9719d911017c592"',
        "ServerSideEncryption": "AES256",
        "VersionId": None,
    },
)
def an_object(aws):
    names = ("ChecksumCRC32", "ChecksumType", "ETag", "ServerSideEncryption", "VersionId")
    return pick(put(aws, bucket(aws)), *names)


@gives("s3.PutObject", ["one", "two"])
def each_version_stays(aws):
    of = versioned(aws)
    ids = [put(aws, of, body=body)["VersionId"] for body in (b"one", b"two")]
    return [got(aws, of, VersionId=version) for version in ids]


@gives("s3.PutObject", {"BucketKeyEnabled": True, "ServerSideEncryption": "aws:kms"})
def encrypted_as_its_bucket_says(aws):
    of = bucket(aws)
    rule = by("aws:kms") | {"BucketKeyEnabled": True}
    aws.s3.put_bucket_encryption(Bucket=of, ServerSideEncryptionConfiguration={"Rules": [rule]})
    return pick(put(aws, of), "ServerSideEncryption", "BucketKeyEnabled")


@refused("s3.PutObject", "NoSuchBucket")
def an_object_for_no_bucket(aws):
    put(aws, f"shop-{aws.account}")


@refused("s3.PutObject", "KeyTooLongError")
def a_key_of_1025_bytes(aws):
    put(aws, bucket(aws), "k" * 1025)


@refused("s3.PutObject", "PreconditionFailed")
def only_if_there_is_none(aws):
    of = bucket(aws)
    put(aws, of)
    put(aws, of, IfNoneMatch="*")


@refused("s3.PutObject", "BadDigest")
def with_the_hash_of_another(aws):
    put(aws, bucket(aws), ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg==")


@refused("s3.PutObject", "KMS.NotFoundException")
def with_a_key_that_nobody_has(aws):
    key = "0123abcd-0000-4000-8000-000000000000"
    put(aws, bucket(aws), ServerSideEncryption="aws:kms", SSEKMSKeyId=key)


@gives("s3.GetObject", {"ContentLength": 5, "ContentType": "text/plain", "Metadata": {"who": "me"}, "body": "hello"})
def what_was_put(aws):
    of = bucket(aws)
    put(aws, of, "a b/é", ContentType="text/plain", Metadata={"who": "me"})
    reply = aws.s3.get_object(Bucket=of, Key="a b/é")
    return pick(reply, "ContentLength", "ContentType", "Metadata") | {"body": reply["Body"].read().decode()}


@refused("s3.GetObject", "NoSuchKey")
def an_object_that_is_not_there(aws):
    got(aws, bucket(aws))


@refused("s3.GetObject", "NoSuchKey")
def an_object_behind_a_marker(aws):
    of = versioned(aws)
    put(aws, of)
    aws.s3.delete_object(Bucket=of, Key="a")
    got(aws, of)


@refused("s3.GetObject", "MethodNotAllowed")
def the_marker_itself(aws):
    of = versioned(aws)
    marker = aws.s3.delete_object(Bucket=of, Key="a")["VersionId"]
    got(aws, of, VersionId=marker)


@refused("s3.GetObject", "InvalidArgument")
def a_version_that_is_none(aws):
    of = versioned(aws)
    put(aws, of)
    got(aws, of, VersionId="none")


@gives("s3.HeadObject", {"ContentLength": 5, "ContentType": "binary/octet-stream", "ServerSideEncryption": "AES256"})
def what_is_known(aws):
    of = bucket(aws)
    put(aws, of)
    return pick(aws.s3.head_object(Bucket=of, Key="a"), "ContentLength", "ContentType", "ServerSideEncryption")


@refused("s3.HeadObject", "404")
def nothing_is_known(aws):
    aws.s3.head_object(Bucket=bucket(aws), Key="a")


@gives("s3.DeleteObject", [204, 204])
def what_is_not_there_is_passed_over(aws):
    of = bucket(aws)
    put(aws, of)
    return [aws.s3.delete_object(Bucket=of, Key="a")["ResponseMetadata"]["HTTPStatusCode"] for _ in range(2)]


@gives("s3.DeleteObject", {"DeleteMarker": True, "VersionId": "null"})
def a_marker_without_a_version(aws):
    of = versioned(aws, "Suspended")
    put(aws, of)
    return pick(aws.s3.delete_object(Bucket=of, Key="a"), "DeleteMarker", "VersionId")


@gives("s3.DeleteObject", "one")
def a_marker_goes_and_the_object_is_back(aws):
    of = versioned(aws)
    put(aws, of, body=b"one")
    marker = aws.s3.delete_object(Bucket=of, Key="a")["VersionId"]
    aws.s3.delete_object(Bucket=of, Key="a", VersionId=marker)
    return got(aws, of)


@gives("s3.ListObjectsV2", [*KEYS])
def objects_page_by_page(aws):
    pages = {"PaginationConfig": {"PageSize": 3}}
    return [found["Key"] for found in listed(aws.s3, "list_objects_v2", "Contents", Bucket=filled(aws), **pages)]


@gives("s3.ListObjectsV2", {"Contents": ["b", "c d+é&"], "KeyCount": 3, "Prefixes": ["a/"]})
def as_in_a_folder(aws):
    reply = aws.s3.list_objects_v2(Bucket=filled(aws), Delimiter="/")
    return {
        "Contents": [found["Key"] for found in reply["Contents"]],
        "KeyCount": reply["KeyCount"],
        "Prefixes": [found["Prefix"] for found in reply["CommonPrefixes"]],
    }


@gives("s3.ListObjectsV2", {"ChecksumAlgorithm": ["CRC32"], "ChecksumType": "FULL_OBJECT", "Size": 5})
def with_what_is_known(aws):
    found = aws.s3.list_objects_v2(Bucket=filled(aws), Prefix="b", FetchOwner=True)["Contents"][0]
    return pick(found, "Size", "ChecksumAlgorithm", "ChecksumType")


@refused("s3.ListObjectsV2", "InvalidArgument")
def a_listing_token_that_was_made_up(aws):
    aws.s3.list_objects_v2(Bucket=bucket(aws), ContinuationToken="made-up")


@refused("s3.ListObjectsV2", "NoSuchBucket")
def the_objects_of_no_bucket(aws):
    aws.s3.list_objects_v2(Bucket=f"shop-{aws.account}")


@gives("s3.ListObjectVersions", {"DeleteMarkers": [True], "Versions": [False, False]})
def the_newest_first(aws):
    of = versioned(aws)
    for body in (b"one", b"two"):
        put(aws, of, body=body)
    aws.s3.delete_object(Bucket=of, Key="a")
    reply = aws.s3.list_object_versions(Bucket=of)
    return {member: [found["IsLatest"] for found in reply[member]] for member in ("DeleteMarkers", "Versions")}


@gives("s3.ListObjectVersions", 3)
def versions_page_by_page(aws):
    of = versioned(aws)
    for body in (b"one", b"two", b"three"):
        put(aws, of, body=body)
    pages = {"PaginationConfig": {"PageSize": 2}}
    return len({found["VersionId"] for found in listed(aws.s3, "list_object_versions", "Versions", Bucket=of, **pages)})
