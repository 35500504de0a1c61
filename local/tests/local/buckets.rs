//! S3: buckets, where they are, and what is set on them.

use crate::cloud::ACCOUNT;
use crate::cloud::rest::Done;
use crate::cloud::signed::{Refused, Signed};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use deploy_local::Local;
use deploy_local::s3::Bucket;
use sha2::{Digest, Sha256};

const OTHER: &str = "999999999999";

fn owner() -> Signed {
    Signed::new(Local::in_memory(7), ACCOUNT)
}

/// The body of CreateBucket.
fn configuration(constraint: &str, tags: &[(&str, &str)]) -> String {
    let constraint = match constraint {
        "" => String::new(),
        named => format!("<LocationConstraint>{named}</LocationConstraint>"),
    };
    format!("<CreateBucketConfiguration>{constraint}<Tags>{}</Tags></CreateBucketConfiguration>", set(tags))
}

fn set(tags: &[(&str, &str)]) -> String {
    tags.iter().map(|(key, value)| format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>")).collect()
}

#[track_caller]
fn code(result: Result<Done, Refused>) -> String {
    result.expect_err("a refusal").code
}

#[test]
fn a_bucket_is_created_found_and_deleted() {
    let aws = owner();
    let made = aws.s3("PUT", "/shop", &[], &configuration("ap-northeast-1", &[])).expect("a bucket");
    assert_eq!((made.header("location"), made.body.as_str()), ("http://shop.s3.amazonaws.com/", ""));
    assert_eq!(made.header("x-amz-bucket-arn"), "arn:aws:s3:::shop");
    let found = aws.s3("HEAD", "/shop", &[], "").expect("it is there");
    assert_eq!(found.header("x-amz-bucket-region"), "ap-northeast-1");
    assert_eq!(found.header("x-amz-access-point-alias"), "false");
    let host = "https://shop.s3.ap-northeast-1.amazonaws.com/?location";
    assert!(aws.s3("GET", host, &[], "").expect("by its host").body.contains(">ap-northeast-1</LocationConstraint>"));
    assert_eq!(aws.s3("DELETE", "/shop", &[], "").expect("it goes").status, 204);
    for (method, uri) in
        [("DELETE", "/shop"), ("GET", "/shop?tagging"), ("GET", "/shop?list-type=2"), ("PUT", "/shop/a")]
    {
        assert_eq!(code(aws.s3(method, uri, &[], "")), "NoSuchBucket", "{method} {uri}");
    }
    let head = aws.s3("HEAD", "/shop", &[], "").expect_err("it is gone");
    assert_eq!((head.status, head.code.as_str()), (404, ""), "the head alone has no body");
    assert_eq!(code(aws.s3("PUT", "/Shop", &[], &configuration("ap-northeast-1", &[]))), "InvalidBucketName");
    assert_eq!(code(aws.s3("PUT", "/xn--shop", &[], &configuration("ap-northeast-1", &[]))), "InvalidBucketName");
    assert_eq!(code(aws.s3("GET", "/Shop?tagging", &[], "")), "InvalidBucketName");
}

#[test]
fn names_are_unique_across_accounts_and_regions() {
    let aws = owner();
    let first = aws.elsewhere("us-east-1");
    aws.bucket("shop");
    first.s3("PUT", "/first", &[], "").expect("a bucket in us-east-1");
    let tokyo = configuration("ap-northeast-1", &[]);
    assert_eq!(code(aws.by(OTHER).s3("PUT", "/shop", &[], &tokyo)), "BucketAlreadyExists");
    assert_eq!(code(aws.by(OTHER).elsewhere("us-east-1").s3("PUT", "/first", &[], "")), "BucketAlreadyExists");
    let again = aws.s3("PUT", "/shop", &[], &tokyo).expect_err("it is there");
    assert_eq!((again.status, again.code.as_str()), (409, "BucketAlreadyOwnedByYou"));
    assert_eq!(code(first.s3("PUT", "/shop", &[], "")), "BucketAlreadyOwnedByYou", "it is elsewhere");
    assert_eq!(first.s3("PUT", "/first", &[], "").expect("as if it were new").header("location"), "/first");
    let tagged = configuration("", &[("a", "b")]);
    assert_eq!(code(first.s3("PUT", "/first", &[], &tagged)), "BucketAlreadyOwnedByYou", "with tags");
    aws.s3("DELETE", "/shop", &[], "").expect("it goes");
    aws.by(OTHER).s3("PUT", "/shop", &[], &tokyo).expect("the name is free");
}

#[test]
fn a_bucket_is_where_its_constraint_says() {
    let aws = owner();
    let (first, ireland) = (aws.elsewhere("us-east-1"), aws.elsewhere("eu-west-1"));
    let create = |aws: &Signed, constraint: &str| aws.s3("PUT", "/shop", &[], &configuration(constraint, &[]));
    assert_eq!(
        create(&aws, "").expect_err("unspecified").message,
        "The unspecified location constraint is incompatible for the region specific endpoint this request was sent to."
    );
    assert_eq!(code(create(&aws, "eu-west-1")), "IllegalLocationConstraintException");
    assert_eq!(code(create(&aws, "mars")), "IllegalLocationConstraintException");
    for constraint in ["us-east-1", "mars"] {
        assert_eq!(code(create(&first, constraint)), "InvalidLocationConstraint", "{constraint}");
    }
    create(&first, "EU").expect("from the first region everywhere");
    assert!(ireland.s3("GET", "/shop?location", &[], "").expect("a place").body.ends_with(">EU</LocationConstraint>"));
    assert_eq!(ireland.s3("HEAD", "/shop", &[], "").expect("it").header("x-amz-bucket-region"), "eu-west-1");
    first.s3("PUT", "/first", &[], "").expect("a bucket");
    assert!(first.s3("GET", "/first?location", &[], "").expect("no place").body.ends_with("2006-03-01/\"/>"));
}

#[test]
fn a_bucket_of_another_is_not_given_away() {
    let aws = owner();
    aws.bucket("shop");
    for (method, uri) in [("GET", "/shop?tagging"), ("DELETE", "/shop"), ("GET", "/shop/a"), ("PUT", "/shop/a")] {
        let refused = aws.by(OTHER).s3(method, uri, &[], "").expect_err("another's");
        assert_eq!((refused.status, refused.code.as_str()), (403, "AccessDenied"), "{method} {uri}");
        let refused = aws.elsewhere("eu-west-1").s3(method, uri, &[], "").expect_err("elsewhere");
        assert_eq!((refused.status, refused.code.as_str()), (301, "PermanentRedirect"), "{method} {uri}");
    }
    let expected = |account| aws.s3("GET", "/shop?versioning", &[("x-amz-expected-bucket-owner", account)], "");
    expected(ACCOUNT).expect("it is ours");
    assert_eq!(code(expected(OTHER)), "AccessDenied");
}

#[test]
fn buckets_are_listed_in_order_page_by_page() {
    let aws = owner();
    for name in ["b-two", "a-one", "b-three"] {
        aws.bucket(name);
    }
    aws.elsewhere("us-east-1").s3("PUT", "/b-first", &[], "").expect("a bucket elsewhere");
    aws.by(OTHER).bucket("b-theirs");
    let list = |query: &str| aws.s3("GET", &format!("/?{query}"), &[], "");
    let all = list("").expect("a list");
    assert_eq!(all.all("Name"), ["a-one", "b-first", "b-three", "b-two"]);
    assert_eq!(all.all("BucketRegion")[..2], ["ap-northeast-1", "us-east-1"]);
    assert_eq!((all.one("CreationDate").as_str(), all.one("ID").len()), ("2023-11-14T22:13:20.000Z", 64));
    let prefixed = list("prefix=b-").expect("a list");
    assert_eq!((prefixed.all("Name").len(), prefixed.all("Prefix").as_slice()), (3, &["b-".to_owned()][..]));
    assert_eq!(list("bucket-region=us-east-1").expect("a list").all("Name"), ["b-first"]);
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let page = list(&format!("max-buckets=3&continuation-token={token}")).expect("a page");
        seen.extend(page.all("Name"));
        token = page.one("ContinuationToken");
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, all.all("Name"));
    for query in ["max-buckets=0", "max-buckets=10001", "max-buckets=x", "continuation-token=x", "bucket-region=mars"] {
        assert_eq!(code(list(query)), "InvalidArgument", "{query}");
    }
}

#[test]
fn ten_thousand_buckets_and_no_more() {
    let aws = owner();
    aws.bucket("shop");
    let fill = |world: &mut deploy_local::world::World| {
        let shop = world.s3.buckets["shop"].clone();
        for number in 1..10_000 {
            let name = format!("shop-{number}");
            world.s3.buckets.insert(name.clone(), Bucket { name, ..shop.clone() });
        }
    };
    aws.local().with_world(fill).expect("in memory");
    let more = configuration("ap-northeast-1", &[]);
    assert_eq!(code(aws.s3("PUT", "/more", &[], &more)), "TooManyBuckets");
    aws.by(OTHER).s3("PUT", "/more", &[], &more).expect("each account has its own");
}

#[test]
fn tags_come_with_a_bucket_or_replace_those_that_it_has() {
    let aws = owner();
    let tags = || aws.s3("GET", "/shop?tagging", &[], "");
    let put = |body: &str| aws.s3("PUT", "/shop?tagging", &[], body);
    aws.s3("PUT", "/shop", &[], &configuration("ap-northeast-1", &[("application", "shop")])).expect("a bucket");
    let found = tags().expect("tags");
    assert_eq!((found.all("Key"), found.all("Value")), (vec!["application".to_owned()], vec!["shop".to_owned()]));
    let new = format!("<Tagging><TagSet>{}</TagSet></Tagging>", set(&[("b", "2"), ("a", "")]));
    assert_eq!(put(&new).expect("new tags").status, 204);
    assert_eq!(tags().expect("tags").all("Key"), ["a", "b"], "the others are gone");
    assert_eq!(aws.s3("DELETE", "/shop?tagging", &[], "").expect("none").status, 204);
    let none = tags().expect_err("none");
    assert_eq!((none.status, none.code.as_str()), (404, "NoSuchTagSet"));
    put(&new).expect("tags");
    put("<Tagging><TagSet/></Tagging>").expect("no tags");
    assert_eq!(code(tags()), "NoSuchTagSet");
    aws.bucket("plain");
    assert_eq!(code(aws.s3("GET", "/plain?tagging", &[], "")), "NoSuchTagSet");
}

#[test]
fn a_bucket_has_fifty_tags_and_each_once() {
    let aws = owner();
    aws.bucket("shop");
    let put = |tags: &[(&str, &str)]| {
        aws.s3("PUT", "/shop?tagging", &[], &format!("<Tagging><TagSet>{}</TagSet></Tagging>", set(tags)))
    };
    let names: Vec<String> = (0..51).map(|number| format!("k{number}")).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    put(&many[..50]).expect("fifty");
    assert_eq!(code(put(&many)), "BadRequest");
    let (key, value) = ("k".repeat(129), "v".repeat(257));
    for tags in [
        [("a", "1"), ("a", "2")],
        [("aws:a", "1"), ("b", "")],
        [(key.as_str(), "1"), ("b", "")],
        [("", "1"), ("b", "")],
        [("a", value.as_str()), ("b", "")],
        [("a,b", "1"), ("b", "")],
    ] {
        assert_eq!(code(put(&tags)), "InvalidTag");
        let new = configuration("ap-northeast-1", &tags);
        assert_eq!(code(aws.s3("PUT", "/new", &[], &new)), "InvalidTag", "a new one neither");
    }
}

#[test]
fn versioning_is_enabled_or_suspended_and_never_gone() {
    let aws = owner();
    aws.bucket("shop");
    let shown = || aws.s3("GET", "/shop?versioning", &[], "").expect("versioning").all("Status");
    let put = |inner: &str| {
        let body = format!("<VersioningConfiguration>{inner}</VersioningConfiguration>");
        aws.s3("PUT", "/shop?versioning", &[], &body)
    };
    assert!(shown().is_empty(), "a new bucket says nothing");
    for status in ["Enabled", "Suspended", "Enabled"] {
        put(&format!("<Status>{status}</Status>")).expect("a status");
        assert_eq!(shown(), [status]);
    }
    for (inner, expected) in [
        ("", "IllegalVersioningConfigurationException"),
        ("<MfaDelete>Disabled</MfaDelete>", "IllegalVersioningConfigurationException"),
        ("<Status>enabled</Status>", "MalformedXML"),
        ("<Status>Disabled</Status>", "MalformedXML"),
        ("<MfaDelete>Enabled</MfaDelete><Status>Enabled</Status>", "NotImplemented"),
        ("<MfaDelete>Never</MfaDelete><Status>Enabled</Status>", "MalformedXML"),
    ] {
        assert_eq!(code(put(inner)), expected, "{inner}");
    }
    assert_eq!(shown(), ["Enabled"]);
}

#[test]
fn every_bucket_encrypts() {
    let aws = owner();
    aws.bucket("shop");
    let shown = || {
        let found = aws.s3("GET", "/shop?encryption", &[], "").expect("encryption");
        ["SSEAlgorithm", "KMSMasterKeyID", "BucketKeyEnabled", "EncryptionType"].map(|name| found.one(name))
    };
    let put = |rules: &str| {
        let body = format!("<ServerSideEncryptionConfiguration>{rules}</ServerSideEncryptionConfiguration>");
        aws.s3("PUT", "/shop?encryption", &[], &body)
    };
    let by_default =
        |inner: &str| format!("<ApplyServerSideEncryptionByDefault>{inner}</ApplyServerSideEncryptionByDefault>");
    let rule = |inner: &str| format!("<Rule>{inner}</Rule>");
    assert_eq!(shown(), ["AES256", "", "false", "SSE-C"], "as every bucket");
    let kms = by_default("<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>alias/none</KMSMasterKeyID>");
    put(&rule(&format!("{kms}<BucketKeyEnabled>true</BucketKeyEnabled>"))).expect("nobody looks at the key");
    assert_eq!(shown(), ["aws:kms", "alias/none", "true", "SSE-C"]);
    let blocked = "<BlockedEncryptionTypes><EncryptionType>NONE</EncryptionType></BlockedEncryptionTypes>";
    put(&rule(blocked)).expect("what is blocked");
    assert_eq!(shown(), ["aws:kms", "alias/none", "false", "NONE"]);
    aws.s3("DELETE", "/shop?encryption", &[], "").expect("as it was");
    aws.s3("DELETE", "/shop?encryption", &[], "").expect("again");
    assert_eq!(shown(), ["AES256", "", "false", "NONE"]);
    let aes = by_default("<SSEAlgorithm>AES256</SSEAlgorithm>");
    for (rules, expected) in [
        (String::new(), "MalformedXML"),
        (rule(""), "MalformedXML"),
        (rule(&aes).repeat(2), "MalformedXML"),
        (rule(&aes.repeat(2)), "MalformedXML"),
        (rule(&by_default("")), "MalformedXML"),
        (rule(&by_default("<SSEAlgorithm>DES</SSEAlgorithm>")), "MalformedXML"),
        (rule(&format!("{aes}<BucketKeyEnabled>maybe</BucketKeyEnabled>")), "MalformedXML"),
        (rule(&format!("{aes}{}", blocked.replace("NONE", "SSE-KMS"))), "MalformedXML"),
        (rule(&aes.replace("</Apply", "<KMSMasterKeyID>a</KMSMasterKeyID></Apply")), "InvalidArgument"),
    ] {
        assert_eq!(code(put(&rules)), expected, "{rules}");
    }
}

#[test]
fn a_new_bucket_is_private() {
    let aws = owner();
    aws.bucket("shop");
    let names = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
    let shown = || aws.s3("GET", "/shop?publicAccessBlock", &[], "").map(|found| names.map(|name| found.one(name)));
    let put = |inner: &str| {
        let body = format!("<PublicAccessBlockConfiguration>{inner}</PublicAccessBlockConfiguration>");
        aws.s3("PUT", "/shop?publicAccessBlock", &[], &body)
    };
    assert_eq!(shown().expect("all four"), ["true"; 4]);
    put("<IgnorePublicAcls>TRUE</IgnorePublicAcls><RestrictPublicBuckets>false</RestrictPublicBuckets>").expect("one");
    assert_eq!(shown().expect("one"), ["false", "true", "false", "false"]);
    assert_eq!(code(put("")), "InvalidRequest");
    assert_eq!(code(put("<BlockPublicAcls>yes</BlockPublicAcls>")), "MalformedXML");
    assert_eq!(code(put("<BlockAll>true</BlockAll>")), "MalformedXML");
    for _ in 0..2 {
        assert_eq!(aws.s3("DELETE", "/shop?publicAccessBlock", &[], "").expect("none").status, 204);
    }
    assert_eq!(shown().expect_err("none").code, "NoSuchPublicAccessBlockConfiguration");
}

#[test]
fn a_body_comes_whole_and_with_a_checksum() {
    let aws = owner();
    aws.bucket("shop");
    let body = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    let put = |headers: &[(&str, &str)]| aws.s3_with("PUT", "/shop?versioning", headers, body);
    let unsigned = ("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
    let missing = put(&[unsigned]).expect_err("no checksum");
    assert_eq!(missing.message, "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
    let digest = Sha256::digest(body.as_bytes());
    let (hash, sum) = (hex::encode(digest), BASE64.encode(digest));
    put(&[("x-amz-content-sha256", &hash), ("x-amz-checksum-sha256", &sum)]).expect("the right hash");
    let (wrong, other) = (hex::encode(Sha256::digest(b"")), BASE64.encode(Sha256::digest(b"")));
    for (headers, expected) in [
        ([("x-amz-date", "20260101T000000Z"), ("x-amz-checksum-sha256", &*sum)], "InvalidRequest"),
        ([("x-amz-content-sha256", &*wrong), ("x-amz-checksum-sha256", &sum)], "XAmzContentSHA256Mismatch"),
        ([("x-amz-content-sha256", "abc"), ("x-amz-checksum-sha256", &sum)], "InvalidArgument"),
        ([unsigned, ("x-amz-checksum-sha256", &other)], "BadDigest"),
        ([unsigned, ("x-amz-checksum-sha256", "abc")], "InvalidRequest"),
        ([unsigned, ("x-amz-checksum-crc32", "AAAAAA==")], "BadDigest"),
        ([unsigned, ("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==")], "BadDigest"),
        ([unsigned, ("content-md5", "abc")], "InvalidDigest"),
        ([unsigned, ("x-amz-checksum-crc64nvme", "abc")], "InvalidRequest"),
        ([unsigned, ("x-amz-sdk-checksum-algorithm", "CRC7")], "InvalidRequest"),
    ] {
        assert_eq!(code(put(&headers)), expected, "{headers:?}");
    }
}

#[test]
fn what_is_no_configuration_is_malformed() {
    let aws = owner();
    aws.bucket("shop");
    let tag = "<Tag><Key>a</Key><Value>b</Value></Tag>";
    for (uri, body) in [
        ("/new", "x".to_owned()),
        ("/new", "<Tagging/>".to_owned()),
        ("/new", "<CreateBucketConfiguration><Place/></CreateBucketConfiguration>".to_owned()),
        ("/new", "<CreateBucketConfiguration><LocationConstraint/></CreateBucketConfiguration>".to_owned()),
        ("/shop?tagging", String::new()),
        ("/shop?tagging", "<Tagging>".to_owned()),
        ("/shop?tagging", "<Tagging/>".to_owned()),
        ("/shop?tagging", format!("<Tagging>{tag}</Tagging>")),
        ("/shop?tagging", format!("<Tagging><TagSet>{tag}</TagSet><TagSet/></Tagging>")),
        ("/shop?tagging", "<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>".to_owned()),
        ("/shop?tagging", "<Tagging><TagSet><Tag><Value>a</Value></Tag></TagSet></Tagging>".to_owned()),
        ("/shop?tagging", format!("<Tagging><TagSet>{}</TagSet></Tagging>", tag.replace("Tag>", "Label>"))),
        ("/shop?publicAccessBlock", "<Tagging/>".to_owned()),
        ("/shop?versioning", "<VersioningConfiguration>on</VersioningConfiguration>".to_owned()),
    ] {
        assert_eq!(code(aws.s3("PUT", uri, &[], &body)), "MalformedXML", "{uri} {body}");
    }
    assert_eq!(code(aws.s3("GET", "/shop?tagging", &[], "")), "NoSuchTagSet", "nothing was changed");
}

#[test]
fn what_s3_does_not_know_is_refused() {
    let aws = owner();
    aws.bucket("shop");
    let tokyo = configuration("ap-northeast-1", &[]);
    for (method, uri, header, body) in [
        ("GET", "/shop?acl", ("accept", "*/*"), ""),
        ("POST", "/shop?delete", ("accept", "*/*"), ""),
        ("GET", "/shop?versioning&prefix=a", ("accept", "*/*"), ""),
        ("GET", "/shop?versioning", ("x-amz-unheard-of", "1"), ""),
        ("PUT", "/new", ("x-amz-acl", "public-read"), &tokyo),
        ("PUT", "/new", ("x-amz-object-ownership", "ObjectWriter"), &tokyo),
        ("PUT", "/new", ("x-amz-bucket-object-lock-enabled", "true"), &tokyo),
    ] {
        let refused = aws.s3(method, uri, &[header], body).expect_err("unknown");
        assert_eq!((refused.status, refused.code.as_str()), (501, "NotImplemented"), "{method} {uri} {header:?}");
    }
    assert_eq!(aws.s3("GET", "/", &[], "").expect("a list").all("Name"), ["shop"]);
    let usual = [("x-amz-acl", "private"), ("x-amz-object-ownership", "BucketOwnerEnforced")];
    aws.s3("PUT", "/new", &usual, &tokyo).expect("what every bucket has");
    for (name, value) in [("x-amz-acl", "mine"), ("x-amz-object-ownership", "mine")] {
        assert_eq!(code(aws.s3("PUT", "/newer", &[(name, value)], &tokyo)), "InvalidArgument", "{name}");
    }
}
