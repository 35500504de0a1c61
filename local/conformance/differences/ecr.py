"""ECR."""

from differences.model import Difference

ECR = "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/"

DIFFERENCES = [
    Difference(
        "leaves a tag on the image that it moves away from",
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
        "ecr.PutImage: a tag moves",
    ),
    Difference(
        "says that the image is there where it is the tag",
        ECR + "API_PutImage.html",
        "ecr.PutImage: a tag that is immutable",
    ),
    Difference(
        "breaks off without the repository",
        ECR + "API_PutImage.html",
        "ecr.PutImage: an image without a repository",
    ),
]
