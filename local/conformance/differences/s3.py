"""S3."""

from differences.model import NO_CODE, Difference

S3 = "https://docs.aws.amazon.com/AmazonS3/latest/API/"
GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"

DIFFERENCES = [
    Difference(
        "drops the tags that come with a new bucket",
        S3 + "API_CreateBucketConfiguration.html",
        """s3.CreateBucket: a bucket with tags
        s3.CreateBucket: a bucket with a tag of aws
        s3.GetBucketTagging: tags of a bucket""",
    ),
    Difference(
        "leaves out the ARN of a bucket, and gives a new one the address of one in us-east-1",
        S3 + "API_CreateBucket.html",
        """s3.CreateBucket: a bucket
        s3.HeadBucket: where it is""",
    ),
    Difference(
        "looks at the length of a name alone",
        GUIDE + "bucketnamingrules.html",
        """s3.CreateBucket: a name with a capital letter
        s3.CreateBucket: a name like an address
        s3.CreateBucket: a name that ends with a hyphen
        s3.CreateBucket: a name with a reserved beginning
        s3.CreateBucket: a name with a reserved end""",
    ),
    Difference(
        "gives a bucket to everybody, whoever is expected to own it",
        GUIDE + "bucket-owner-condition.html",
        """s3.HeadBucket: a bucket of another account
        s3.HeadBucket: a bucket of another owner than expected""",
    ),
    Difference(
        "lists buckets as they were created, without their places, and takes every region and every token",
        S3 + "API_ListBuckets.html",
        """s3.ListBuckets: buckets page by page
        s3.ListBuckets: buckets by their region
        s3.ListBuckets: a region that is none
        s3.ListBuckets: a token that was made up""",
    ),
    Difference(
        "makes no marker for an object that is not there, and none where versions are suspended",
        GUIDE + "DeleteMarker.html",
        """s3.DeleteBucket: a bucket with a marker
        s3.GetObject: the marker itself
        s3.DeleteObject: a marker without a version""",
    ),
    Difference(
        "neither counts the tags of a bucket nor looks at their characters",
        GUIDE + "CostAllocTagging.html",
        """s3.PutBucketTagging: a tag with a comma
        s3.PutBucketTagging: fifty one tags on a bucket""",
        NO_CODE,
    ),
    Difference(
        "does not hold a configuration to its schema",
        S3 + "ErrorResponses.html#ErrorCodeList",
        """s3.PutBucketTagging: a tag without a value
        s3.PutBucketVersioning: disabled
        s3.PutBucketVersioning: nothing at all
        s3.PutBucketEncryption: two rules""",
    ),
    Difference(
        "knows no encryption that every bucket has, and nothing of what is blocked",
        GUIDE + "default-s3-c-encryption-setting-faq.html",
        """s3.GetBucketEncryption: every bucket encrypts
        s3.PutBucketEncryption: with a key that nobody looks at
        s3.DeleteBucketEncryption: it encrypts as before
        s3.PutObject: an object
        s3.HeadObject: what is known""",
    ),
    Difference(
        "takes a key for an encryption that has none",
        S3 + "API_ServerSideEncryptionByDefault.html",
        "s3.PutBucketEncryption: a key without kms",
        NO_CODE,
    ),
    Difference(
        "gives a new bucket no public access block",
        GUIDE + "create-bucket-faq.html",
        "s3.GetPublicAccessBlock: a new bucket is private",
    ),
    Difference(
        "looks neither at the length of a key nor at the hash of a body nor at the key of KMS",
        S3 + "API_PutObject.html",
        """s3.PutObject: a key of 1025 bytes
        s3.PutObject: with the hash of another
        s3.PutObject: with a key that nobody has""",
    ),
    Difference(
        "takes every id for one that a version could have",
        S3 + "API_GetObject.html",
        "s3.GetObject: a version that is none",
        NO_CODE,
    ),
    Difference(
        "says nothing of the type of a checksum, and takes every token",
        S3 + "API_ListObjectsV2.html",
        """s3.ListObjectsV2: with what is known
        s3.ListObjectsV2: a listing token that was made up""",
    ),
]
