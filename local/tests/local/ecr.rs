//! ECR's rules.

use serde_json::{Value, json};

use crate::cloud::{Answer, Cloud};

const ARN: &str = "arn:aws:ecr:ap-northeast-1:123456789012:repository/app";

fn create(cloud: &mut Cloud, name: &str) -> Value {
    cloud.ecr("CreateRepository", json!({ "repositoryName": name })).done()
}

#[test]
fn a_repository_is_created_once() {
    let mut cloud = Cloud::new();
    let tagged = json!({ "repositoryName": "app", "tags": [{ "Key": "application", "Value": "app" }] });
    let created = cloud.ecr("CreateRepository", tagged.clone()).done();
    assert_eq!(created["repository"]["repositoryUri"], "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/app");
    assert_eq!(created["repository"]["imageTagMutability"], "MUTABLE");
    assert_eq!(cloud.ecr("CreateRepository", tagged).code(), "RepositoryAlreadyExistsException");
    let tags = cloud.ecr("ListTagsForResource", json!({ "resourceArn": ARN })).done();
    assert_eq!(tags, json!({ "tags": [{ "Key": "application", "Value": "app" }] }));
    for name in ["App", "a", "-app", "app/", "a__b/c.d-e_f"] {
        let answer = cloud.ecr("CreateRepository", json!({ "repositoryName": name }));
        assert_eq!(answer.is_ok(), name == "a__b/c.d-e_f", "{name}");
    }
}

#[test]
fn repositories_are_described_by_name_or_page() {
    let mut cloud = Cloud::new();
    for name in ["app-a", "app-b", "app-c"] {
        create(&mut cloud, name);
    }
    let named = json!({ "repositoryNames": ["app-b", "none"] });
    assert_eq!(cloud.ecr("DescribeRepositories", named).code(), "RepositoryNotFoundException");
    let first = cloud.ecr("DescribeRepositories", json!({ "maxResults": 2 })).done();
    let rest = json!({ "maxResults": 2, "nextToken": first["nextToken"] });
    let second = cloud.ecr("DescribeRepositories", rest).done();
    assert_eq!(second["repositories"][0]["repositoryName"], "app-c");
    assert_eq!(second.get("nextToken"), None);
}

#[test]
fn a_repository_with_images_goes_by_force_only() {
    let mut cloud = Cloud::new();
    create(&mut cloud, "app");
    let image = json!({ "repositoryName": "app", "imageManifest": "{}", "imageTag": "latest" });
    cloud.ecr("PutImage", image.clone()).done();
    assert_eq!(cloud.ecr("PutImage", image).code(), "ImageAlreadyExistsException");
    let delete = json!({ "repositoryName": "app" });
    assert_eq!(cloud.ecr("DeleteRepository", delete.clone()).code(), "RepositoryNotEmptyException");
    cloud.ecr("DeleteRepository", json!({ "repositoryName": "app", "force": true })).done();
    assert_eq!(cloud.ecr("DeleteRepository", delete).code(), "RepositoryNotFoundException");
}

#[test]
fn an_image_is_as_large_as_its_parts() {
    let mut cloud = Cloud::new();
    create(&mut cloud, "app");
    let manifest = json!({ "config": { "size": 7 }, "layers": [{ "size": 100 }, { "size": 20 }] }).to_string();
    cloud.ecr("PutImage", json!({ "repositoryName": "app", "imageManifest": manifest })).done();
    let images = cloud.ecr("DescribeImages", json!({ "repositoryName": "app" })).done();
    assert_eq!(images["imageDetails"][0]["imageSizeInBytes"], 127);
}

#[test]
fn a_tag_moves_unless_it_is_immutable() {
    let mut cloud = Cloud::new();
    create(&mut cloud, "app");
    let put = |manifest: &str| json!({ "repositoryName": "app", "imageManifest": manifest, "imageTag": "latest" });
    cloud.ecr("PutImage", put("{}")).done();
    cloud.ecr("PutImage", put("{ }")).done();
    let images = cloud.ecr("DescribeImages", json!({ "repositoryName": "app" })).done();
    let tagged = |image: &&Value| image.get("imageTags").is_some();
    assert_eq!(images["imageDetails"].as_array().expect("two").iter().filter(tagged).count(), 1);
    let immutable = json!({ "repositoryName": "app", "imageTagMutability": "IMMUTABLE" });
    cloud.ecr("PutImageTagMutability", immutable).done();
    assert_eq!(cloud.ecr("PutImage", put("{  }")).code(), "ImageTagAlreadyExistsException");
    let long = json!({ "repositoryName": "app", "imageManifest": "{}", "imageTag": "t".repeat(301) });
    assert_eq!(cloud.ecr("PutImage", long).code(), "InvalidParameterException");
    let missing = json!({ "repositoryName": "app", "imageIds": [{ "imageTag": "none" }] });
    assert_eq!(cloud.ecr("DescribeImages", missing).code(), "ImageNotFoundException");
    let untagged = json!({ "repositoryName": "app", "filter": { "tagStatus": "UNTAGGED" } });
    assert_eq!(cloud.ecr("ListImages", untagged).done()["imageIds"].as_array().map(Vec::len), Some(1));
}

#[test]
fn what_holds_for_tags_has_exclusions() {
    let mut cloud = Cloud::new();
    create(&mut cloud, "app");
    let set = |mutability: &str, filters: Value| {
        json!({ "repositoryName": "app", "imageTagMutability": mutability,
                "imageTagMutabilityExclusionFilters": filters })
    };
    let releases = json!([{ "filter": "v*", "filterType": "WILDCARD" }]);
    assert_eq!(
        cloud.ecr("PutImageTagMutability", set("MUTABLE", releases.clone())).code(),
        "InvalidParameterException"
    );
    let empty = set("MUTABLE_WITH_EXCLUSION", json!([]));
    assert_eq!(cloud.ecr("PutImageTagMutability", empty).code(), "InvalidParameterException");
    let put =
        |tag: &str, manifest: &str| json!({ "repositoryName": "app", "imageManifest": manifest, "imageTag": tag });
    for tag in ["v1", "latest"] {
        cloud.ecr("PutImage", put(tag, "{}")).done();
    }
    cloud.ecr("PutImageTagMutability", set("MUTABLE_WITH_EXCLUSION", releases.clone())).done();
    assert_eq!(cloud.ecr("PutImage", put("v1", "{ }")).code(), "ImageTagAlreadyExistsException");
    cloud.ecr("PutImage", put("latest", "{ }")).done();
    cloud.ecr("PutImageTagMutability", set("IMMUTABLE_WITH_EXCLUSION", releases)).done();
    assert_eq!(cloud.ecr("PutImage", put("latest", "{  }")).code(), "ImageTagAlreadyExistsException");
    cloud.ecr("PutImage", put("v1", "{  }")).done();
}

#[test]
fn a_lifecycle_policy_is_checked_and_kept() {
    let mut cloud = Cloud::new();
    create(&mut cloud, "app");
    let of = json!({ "repositoryName": "app" });
    assert_eq!(cloud.ecr("GetLifecyclePolicy", of.clone()).code(), "LifecyclePolicyNotFoundException");
    let put = |text: &str| json!({ "repositoryName": "app", "lifecyclePolicyText": text });
    assert_eq!(cloud.ecr("PutLifecyclePolicy", put("{}")).code(), "InvalidParameterException");
    let text = json!({ "rules": [{
        "rulePriority": 1, "selection": { "tagStatus": "any" }, "action": { "type": "expire" }
    }] });
    cloud.ecr("PutLifecyclePolicy", put(&text.to_string())).done();
    assert_eq!(cloud.ecr("GetLifecyclePolicy", of.clone()).done()["lifecyclePolicyText"], text.to_string());
    cloud.ecr("DeleteLifecyclePolicy", of.clone()).done();
    assert_eq!(cloud.ecr("DeleteLifecyclePolicy", of).code(), "LifecyclePolicyNotFoundException");
}

#[test]
fn a_repository_policy_is_checked_and_kept() {
    let mut cloud = Cloud::new();
    create(&mut cloud, "app");
    let of = json!({ "repositoryName": "app" });
    for operation in ["GetRepositoryPolicy", "DeleteRepositoryPolicy"] {
        assert_eq!(cloud.ecr(operation, of.clone()).code(), "RepositoryPolicyNotFoundException");
        assert_eq!(cloud.ecr(operation, json!({ "repositoryName": "none" })).code(), "RepositoryNotFoundException");
    }
    let set = |text: &str| json!({ "repositoryName": "app", "policyText": text, "force": true });
    let statement = |effect: &str| json!({ "Effect": effect, "Principal": { "AWS": "210987654321" }, "Action": ["ecr:BatchGetImage"] });
    for text in
        ["", "{}", &json!({ "Statement": [] }).to_string(), &json!({ "Statement": statement("Let") }).to_string()]
    {
        assert_eq!(cloud.ecr("SetRepositoryPolicy", set(text)).code(), "InvalidParameterException", "{text}");
    }
    let text = json!({ "Version": "2012-10-17", "Statement": [statement("Allow")] }).to_string();
    assert_eq!(
        cloud.ecr("SetRepositoryPolicy", set(&format!("{text}{}", " ".repeat(10_240)))).code(),
        "InvalidParameterException"
    );
    cloud.ecr("SetRepositoryPolicy", set(&text)).done();
    assert_eq!(cloud.ecr("GetRepositoryPolicy", of.clone()).done()["policyText"], text);
    assert_eq!(cloud.ecr("DeleteRepositoryPolicy", of.clone()).done()["policyText"], text);
    assert_eq!(cloud.ecr("GetRepositoryPolicy", of).code(), "RepositoryPolicyNotFoundException");
}

#[test]
fn settings_and_tags_change() {
    let mut cloud = Cloud::new();
    create(&mut cloud, "app");
    let scanning = json!({ "repositoryName": "app", "imageScanningConfiguration": { "scanOnPush": true } });
    cloud.ecr("PutImageScanningConfiguration", scanning).done();
    let described = cloud.ecr("DescribeRepositories", json!({ "repositoryNames": ["app"] })).done();
    assert_eq!(described["repositories"][0]["imageScanningConfiguration"]["scanOnPush"], true);
    let tags = json!({ "resourceArn": ARN, "tags": [{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "2" }] });
    cloud.ecr("TagResource", tags).done();
    cloud.ecr("UntagResource", json!({ "resourceArn": ARN, "tagKeys": ["a"] })).done();
    let listed = cloud.ecr("ListTagsForResource", json!({ "resourceArn": ARN })).done();
    assert_eq!(listed, json!({ "tags": [{ "Key": "b", "Value": "2" }] }));
}

#[test]
fn the_token_is_for_the_registry_of_the_account() {
    let mut cloud = Cloud::new();
    let reply = cloud.ecr("GetAuthorizationToken", json!({})).done();
    let data = &reply["authorizationData"][0];
    assert_eq!(data["proxyEndpoint"], "https://123456789012.dkr.ecr.ap-northeast-1.amazonaws.com");
    assert!(data["authorizationToken"].as_str().is_some_and(|token| token.len() > 80));
    let many = json!({ "registryIds": vec!["123456789012"; 11] });
    assert_eq!(cloud.ecr("GetAuthorizationToken", many).code(), "InvalidParameterException");
}
