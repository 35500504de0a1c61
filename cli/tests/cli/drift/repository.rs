//! What can happen to an ECR repository.

use deploy_aws::ecr::types::{
    ImageScanningConfiguration, ImageTagMutability, ImageTagMutabilityExclusionFilter,
    ImageTagMutabilityExclusionFilterType, Tag,
};
use serde_json::json;

use super::account::Account;
use super::{Drift, drift};

const NAME: &str = "shop-drift-app";

pub fn drifts() -> Vec<Drift> {
    vec![
        drift(&["ecs.repository.app scan_on_push"], nothing_is_scanned),
        drift(&["ecs.repository.app tag_mutability"], tags_cannot_move),
        drift(&["ecs.repository.app tag_mutability"], one_tag_cannot_move),
        drift(&["ecs.repository.app lifecycle_policy"], images_are_kept_for_ever),
        drift(&["ecs.repository.app lifecycle_policy.rules"], images_are_kept_longer),
        drift(&["ecs.repository.app force_delete"], async |aws| tag(aws, "deploy:force_delete", "true").await),
        drift(&["ecs.repository.app tags.team"], async |aws| tag(aws, "team", "by hand").await),
        drift(
            &[
                "ecs.repository.app create",
                "ecs.task_definition.ecs_service containers.ecs_service.image",
                "ecs.service.ecs_service task_definition",
            ],
            the_repository_is_deleted,
        ),
    ]
}

async fn nothing_is_scanned(aws: &Account) {
    let off = ImageScanningConfiguration::builder().scan_on_push(false).build();
    let call = aws.ecr().put_image_scanning_configuration().repository_name(NAME);
    call.image_scanning_configuration(off).send().await.expect("drift");
}

async fn tags_cannot_move(aws: &Account) {
    let call = aws.ecr().put_image_tag_mutability().repository_name(NAME);
    call.image_tag_mutability(ImageTagMutability::Immutable).send().await.expect("drift");
}

async fn one_tag_cannot_move(aws: &Account) {
    let filter = ImageTagMutabilityExclusionFilter::builder().filter("latest");
    let filter = filter.filter_type(ImageTagMutabilityExclusionFilterType::Wildcard).build().expect("a filter");
    let call = aws.ecr().put_image_tag_mutability().repository_name(NAME);
    let call = call.image_tag_mutability(ImageTagMutability::MutableWithExclusion);
    call.image_tag_mutability_exclusion_filters(filter).send().await.expect("drift");
}

async fn images_are_kept_for_ever(aws: &Account) {
    aws.ecr().delete_lifecycle_policy().repository_name(NAME).send().await.expect("drift");
}

async fn images_are_kept_longer(aws: &Account) {
    let selection = json!({ "tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 99 });
    let rule = json!({ "rulePriority": 1, "selection": selection, "action": { "type": "expire" } });
    let call = aws.ecr().put_lifecycle_policy().repository_name(NAME);
    call.lifecycle_policy_text(json!({ "rules": [rule] }).to_string()).send().await.expect("drift");
}

async fn tag(aws: &Account, key: &str, value: &str) {
    let reply = aws.ecr().describe_repositories().repository_names(NAME).send().await.expect("a repository");
    let arn = reply.repositories()[0].repository_arn().expect("an ARN").to_owned();
    let tag = Tag::builder().key(key).value(value).build().expect("a tag");
    aws.ecr().tag_resource().resource_arn(arn).tags(tag).send().await.expect("drift");
}

async fn the_repository_is_deleted(aws: &Account) {
    aws.ecr().delete_repository().repository_name(NAME).force(true).send().await.expect("drift");
}
