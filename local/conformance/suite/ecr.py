"""ECR: private repositories of images."""

import base64
import json

from cases import gives, pick, refused, tags
from suite.made import TAG, listed

NAME = "shop/app"
MANIFEST = json.dumps(
    {
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": {
            "mediaType": "application/vnd.docker.container.image.v1+json",
            "size": 100,
            "digest": "sha256:" + "a" * 64,
        },
        "layers": [],
    }
)
OTHER_MANIFEST = MANIFEST.replace("a" * 64, "b" * 64)
LIFECYCLE = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "selection": {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 5},
                "action": {"type": "expire"},
            }
        ]
    }
)

POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "pull",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
                "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            }
        ],
    }
)


def repository(aws, name=NAME, **more):
    return aws.ecr.create_repository(repositoryName=name, **more)["repository"]


def push(aws, manifest=MANIFEST, tag="latest"):
    return aws.ecr.put_image(repositoryName=NAME, imageManifest=manifest, imageTag=tag)["image"]


@gives(
    "ecr.CreateRepository",
    {
        "encryptionConfiguration": {"encryptionType": "AES256"},
        "imageScanningConfiguration": {"scanOnPush": False},
        "imageTagMutability": "MUTABLE",
        "registryId": "123456789012",
        "repositoryArn": f"arn:aws:ecr:eu-west-1:123456789012:repository/{NAME}",
        "repositoryUri": f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/{NAME}",
    },
)
def what_a_repository_begins_with(aws):
    return pick(
        repository(aws),
        "encryptionConfiguration",
        "imageScanningConfiguration",
        "imageTagMutability",
        "registryId",
        "repositoryArn",
        "repositoryUri",
    )


@refused("ecr.CreateRepository", "RepositoryAlreadyExistsException")
def a_name_that_is_taken(aws):
    repository(aws)
    repository(aws)


@refused("ecr.CreateRepository", "InvalidParameterException")
def a_name_with_capitals(aws):
    repository(aws, "Shop")


@gives("ecr.DescribeRepositories", [NAME])
def by_name(aws):
    repository(aws)
    repository(aws, "other")
    found = aws.ecr.describe_repositories(repositoryNames=[NAME])["repositories"]
    return [one["repositoryName"] for one in found]


@gives("ecr.DescribeRepositories", ["aa", "bb", "cc"])
def repositories_page_by_page(aws):
    for name in ("cc", "aa", "bb"):
        repository(aws, name)
    found = listed(aws.ecr, "describe_repositories", "repositories", PaginationConfig={"PageSize": 2})
    return sorted(one["repositoryName"] for one in found)


@refused("ecr.DescribeRepositories", "RepositoryNotFoundException")
def a_repository_that_is_not_there(aws):
    aws.ecr.describe_repositories(repositoryNames=[NAME])


@gives("ecr.DeleteRepository", [])
def with_images_by_force(aws):
    repository(aws)
    push(aws)
    aws.ecr.delete_repository(repositoryName=NAME, force=True)
    return aws.ecr.describe_repositories()["repositories"]


@refused("ecr.DeleteRepository", "RepositoryNotEmptyException")
def with_images(aws):
    repository(aws)
    push(aws)
    aws.ecr.delete_repository(repositoryName=NAME)


@refused("ecr.DeleteRepository", "RepositoryNotFoundException")
def a_repository_twice(aws):
    repository(aws)
    aws.ecr.delete_repository(repositoryName=NAME)
    aws.ecr.delete_repository(repositoryName=NAME)


@gives("ecr.PutImage", {"imageTag": "latest"})
def an_image(aws):
    repository(aws)
    made = push(aws)
    if not made["imageId"]["imageDigest"].startswith("sha256:"):
        raise KeyError("imageDigest")
    return pick(made["imageId"], "imageTag")


@gives("ecr.PutImage", [None, ["latest"]])
def a_tag_moves(aws):
    repository(aws)
    digests = [push(aws, manifest)["imageId"]["imageDigest"] for manifest in (MANIFEST, OTHER_MANIFEST)]
    return [image(aws, digest).get("imageTags") for digest in digests]


def image(aws, digest):
    ids = [{"imageDigest": digest}]
    return aws.ecr.describe_images(repositoryName=NAME, imageIds=ids)["imageDetails"][0]


@refused("ecr.PutImage", "ImageAlreadyExistsException")
def the_same_image_with_the_same_tag(aws):
    repository(aws)
    push(aws)
    push(aws)


@refused("ecr.PutImage", "ImageTagAlreadyExistsException")
def a_tag_that_is_immutable(aws):
    repository(aws, imageTagMutability="IMMUTABLE")
    push(aws)
    push(aws, OTHER_MANIFEST)


@refused("ecr.PutImage", "RepositoryNotFoundException")
def an_image_without_a_repository(aws):
    push(aws)


@gives("ecr.ListImages", ["a", "b"])
def images_by_tag(aws):
    repository(aws)
    for tag in "ab":
        push(aws, tag=tag)
    return sorted(one["imageTag"] for one in aws.ecr.list_images(repositoryName=NAME)["imageIds"])


@refused("ecr.ListImages", "RepositoryNotFoundException")
def images_of_no_repository(aws):
    aws.ecr.list_images(repositoryName=NAME)


@gives("ecr.DescribeImages", [["a", "b"]])
def all_tags_of_an_image(aws):
    repository(aws)
    for tag in "ab":
        push(aws, tag=tag)
    found = aws.ecr.describe_images(repositoryName=NAME)["imageDetails"]
    return [sorted(one["imageTags"]) for one in found]


@refused("ecr.DescribeImages", "ImageNotFoundException")
def a_tag_that_is_not_there(aws):
    repository(aws)
    aws.ecr.describe_images(repositoryName=NAME, imageIds=[{"imageTag": "latest"}])


@gives("ecr.PutImageTagMutability", "IMMUTABLE")
def immutable_from_now_on(aws):
    repository(aws)
    aws.ecr.put_image_tag_mutability(repositoryName=NAME, imageTagMutability="IMMUTABLE")
    return aws.ecr.describe_repositories()["repositories"][0]["imageTagMutability"]


@refused("ecr.PutImageTagMutability", "RepositoryNotFoundException")
def the_tags_of_no_repository(aws):
    aws.ecr.put_image_tag_mutability(repositoryName=NAME, imageTagMutability="IMMUTABLE")


@gives("ecr.PutImageScanningConfiguration", {"scanOnPush": True})
def scans_on_push(aws):
    repository(aws)
    aws.ecr.put_image_scanning_configuration(repositoryName=NAME, imageScanningConfiguration={"scanOnPush": True})
    return aws.ecr.describe_repositories()["repositories"][0]["imageScanningConfiguration"]


@refused("ecr.PutImageScanningConfiguration", "RepositoryNotFoundException")
def scans_of_no_repository(aws):
    aws.ecr.put_image_scanning_configuration(repositoryName=NAME, imageScanningConfiguration={"scanOnPush": True})


@gives("ecr.PutLifecyclePolicy", True)
def a_policy(aws):
    repository(aws)
    aws.ecr.put_lifecycle_policy(repositoryName=NAME, lifecyclePolicyText=LIFECYCLE)
    return json.loads(aws.ecr.get_lifecycle_policy(repositoryName=NAME)["lifecyclePolicyText"]) == json.loads(LIFECYCLE)


@refused("ecr.PutLifecyclePolicy", "InvalidParameterException")
def a_policy_that_is_none(aws):
    repository(aws)
    aws.ecr.put_lifecycle_policy(repositoryName=NAME, lifecyclePolicyText='{"rules": "' + "x" * 100 + '"}')


@refused("ecr.PutLifecyclePolicy", "RepositoryNotFoundException")
def a_policy_for_no_repository(aws):
    aws.ecr.put_lifecycle_policy(repositoryName=NAME, lifecyclePolicyText=LIFECYCLE)


@gives("ecr.GetLifecyclePolicy", NAME)
def the_policy_of_a_repository(aws):
    repository(aws)
    aws.ecr.put_lifecycle_policy(repositoryName=NAME, lifecyclePolicyText=LIFECYCLE)
    return aws.ecr.get_lifecycle_policy(repositoryName=NAME)["repositoryName"]


@refused("ecr.GetLifecyclePolicy", "LifecyclePolicyNotFoundException")
def a_repository_without_a_policy(aws):
    repository(aws)
    aws.ecr.get_lifecycle_policy(repositoryName=NAME)


@gives("ecr.DeleteLifecyclePolicy", NAME)
def the_policy(aws):
    repository(aws)
    aws.ecr.put_lifecycle_policy(repositoryName=NAME, lifecyclePolicyText=LIFECYCLE)
    return aws.ecr.delete_lifecycle_policy(repositoryName=NAME)["repositoryName"]


@refused("ecr.DeleteLifecyclePolicy", "LifecyclePolicyNotFoundException")
def a_policy_that_is_not_there(aws):
    repository(aws)
    aws.ecr.delete_lifecycle_policy(repositoryName=NAME)


@gives("ecr.SetRepositoryPolicy", True)
def who_may_pull(aws):
    repository(aws)
    aws.ecr.set_repository_policy(repositoryName=NAME, policyText=POLICY)
    return json.loads(aws.ecr.get_repository_policy(repositoryName=NAME)["policyText"]) == json.loads(POLICY)


@refused("ecr.SetRepositoryPolicy", "InvalidParameterException")
def a_text_that_is_no_policy(aws):
    repository(aws)
    aws.ecr.set_repository_policy(repositoryName=NAME, policyText='{"rules": []}')


@refused("ecr.SetRepositoryPolicy", "RepositoryNotFoundException")
def who_may_pull_from_no_repository(aws):
    aws.ecr.set_repository_policy(repositoryName=NAME, policyText=POLICY)


@gives("ecr.GetRepositoryPolicy", NAME)
def what_was_set(aws):
    repository(aws)
    aws.ecr.set_repository_policy(repositoryName=NAME, policyText=POLICY)
    return aws.ecr.get_repository_policy(repositoryName=NAME)["repositoryName"]


@refused("ecr.GetRepositoryPolicy", "RepositoryPolicyNotFoundException")
def where_none_was_set(aws):
    repository(aws)
    aws.ecr.get_repository_policy(repositoryName=NAME)


@refused("ecr.GetRepositoryPolicy", "RepositoryNotFoundException")
def of_no_repository(aws):
    aws.ecr.get_repository_policy(repositoryName=NAME)


@gives("ecr.DeleteRepositoryPolicy", NAME)
def what_was_set_goes(aws):
    repository(aws)
    aws.ecr.set_repository_policy(repositoryName=NAME, policyText=POLICY)
    return aws.ecr.delete_repository_policy(repositoryName=NAME)["repositoryName"]


@refused("ecr.DeleteRepositoryPolicy", "RepositoryPolicyNotFoundException")
def a_second_time(aws):
    repository(aws)
    aws.ecr.set_repository_policy(repositoryName=NAME, policyText=POLICY)
    for _ in range(2):
        aws.ecr.delete_repository_policy(repositoryName=NAME)


@gives("ecr.TagResource", {"application": "store", "team": "a"})
def a_new_value_replaces_the_old_one(aws):
    arn = repository(aws, tags=[TAG])["repositoryArn"]
    aws.ecr.tag_resource(resourceArn=arn, tags=[TAG | {"Value": "store"}, {"Key": "team", "Value": "a"}])
    return tags(aws.ecr.list_tags_for_resource(resourceArn=arn)["tags"])


@refused("ecr.TagResource", "TooManyTagsException")
def fifty_one_tags(aws):
    arn = repository(aws)["repositoryArn"]
    for start in (0, 26):
        many = [{"Key": f"k{number}", "Value": ""} for number in range(start, start + 26)]
        aws.ecr.tag_resource(resourceArn=arn, tags=many)


@refused("ecr.TagResource", "RepositoryNotFoundException")
def tags_for_no_repository(aws):
    aws.ecr.tag_resource(resourceArn=f"arn:aws:ecr:eu-west-1:{aws.account}:repository/{NAME}", tags=[TAG])


@gives("ecr.UntagResource", {})
def keys_that_are_not_there_are_passed_over(aws):
    arn = repository(aws, tags=[TAG])["repositoryArn"]
    aws.ecr.untag_resource(resourceArn=arn, tagKeys=["application", "team"])
    return tags(aws.ecr.list_tags_for_resource(resourceArn=arn)["tags"])


@refused("ecr.UntagResource", "RepositoryNotFoundException")
def keys_of_no_repository(aws):
    aws.ecr.untag_resource(resourceArn=f"arn:aws:ecr:eu-west-1:{aws.account}:repository/{NAME}", tagKeys=["team"])


@gives("ecr.ListTagsForResource", {"application": "shop"})
def tags_of_a_repository(aws):
    arn = repository(aws, tags=[TAG])["repositoryArn"]
    return tags(aws.ecr.list_tags_for_resource(resourceArn=arn)["tags"])


@refused("ecr.ListTagsForResource", "RepositoryNotFoundException")
def tags_of_no_repository(aws):
    aws.ecr.list_tags_for_resource(resourceArn=f"arn:aws:ecr:eu-west-1:{aws.account}:repository/{NAME}")


@gives("ecr.GetAuthorizationToken", ["AWS", "https://123456789012.dkr.ecr.eu-west-1.amazonaws.com"])
def for_the_registry_of_the_account(aws):
    data = aws.ecr.get_authorization_token()["authorizationData"][0]
    user, _, _ = base64.b64decode(data["authorizationToken"]).decode().partition(":")
    return [user, data["proxyEndpoint"]]
