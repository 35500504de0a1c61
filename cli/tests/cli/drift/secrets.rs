//! What can happen to a parameter.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use deploy_aws::ssm::operation::put_parameter::builders::PutParameterFluentBuilder;
use deploy_aws::ssm::types::{ParameterType, ResourceTypeForTagging, Tag};
use deploy_aws::{Clients, Embedded, Settings};
use deploy_local::{Local, Time};

use super::account::Account;
use super::{Drift, drift};

/// The parameter that no container reads.
pub const SPARE: &str = "SPARE";
const NAME: &str = "/shop/drift/SPARE";

/// What tags alone repair, or a random value.
pub fn drifts() -> Vec<Drift> {
    vec![
        drift(&["secrets.parameter.SPARE owner.application"], async |aws| untag(aws, "application").await),
        drift(&["secrets.parameter.SPARE owner.environment"], async |aws| untag(aws, "environment").await),
        drift(&["secrets.parameter.SPARE owner.address"], async |aws| {
            tag(aws, "deploy:address", "secrets.parameter.OTHER").await
        }),
        drift(&["secrets.parameter.SPARE tags"], async |aws| untag(aws, "team").await),
        drift(&["secrets.parameter.SPARE tags.team"], async |aws| tag(aws, "team", "by hand").await),
        drift(&["secrets.parameter.SPARE create"], the_parameter_is_deleted),
        drift(
            &[
                "ecs.task_definition.batch secret_versions.MY_PARAM_1",
                "ecs.service.batch task_definition",
                "ecs.task_definition.ecs_service secret_versions.MY_PARAM_1",
                "ecs.service.ecs_service task_definition",
            ],
            a_value_is_set_by_hand,
        ),
    ]
}

/// What Parameter Store takes only together with a value.
pub fn drifts_of_the_value() -> Vec<Drift> {
    vec![
        drift(&["secrets.parameter.SPARE type", "secrets.parameter.SPARE kms_key"], it_is_not_encrypted_any_more),
        drift(&["secrets.parameter.SPARE kms_key"], it_is_encrypted_with_another_key),
        drift(&["secrets.parameter.SPARE description"], it_is_described_otherwise),
    ]
}

async fn a_value_is_set_by_hand(aws: &Account) {
    let call = aws.ssm().put_parameter().name("/shop/drift/MY_PARAM_1").value("by hand").overwrite(true);
    call.send().await.expect("drift");
}

async fn untag(aws: &Account, key: &str) {
    let call = aws.ssm().remove_tags_from_resource().resource_type(ResourceTypeForTagging::Parameter);
    call.resource_id(NAME).tag_keys(key).send().await.expect("drift");
}

async fn tag(aws: &Account, key: &str, value: &str) {
    let tag = Tag::builder().key(key).value(value).build().expect("a tag");
    let call = aws.ssm().add_tags_to_resource().resource_type(ResourceTypeForTagging::Parameter);
    call.resource_id(NAME).tags(tag).send().await.expect("drift");
}

/// A minute ago, because a name rests for half a minute before it can be taken again.
async fn the_parameter_is_deleted(aws: &Account) {
    let a_minute_ago = SystemTime::now() - Duration::from_secs(60);
    let since = a_minute_ago.duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
    let local = Local::open(&aws.folder).expect("the embedded AWS").at(Time(since.try_into().expect("a short time")));
    let http = deploy_aws::through(Arc::new(move |request| local.answer(&request).into()));
    let embedded = Some(Embedded { http, account: "123456789012".to_owned() });
    let region = Some(aws.clients.region().to_owned());
    let clients = Clients::connect(Settings { region, embedded, ..Settings::default() }).await.expect("clients");
    clients.ssm().writes.delete_parameter().name(NAME).send().await.expect("drift");
}

fn another_value(aws: &Account) -> PutParameterFluentBuilder {
    aws.ssm().put_parameter().name(NAME).value("by hand").overwrite(true)
}

async fn it_is_not_encrypted_any_more(aws: &Account) {
    another_value(aws).r#type(ParameterType::String).send().await.expect("drift");
}

async fn it_is_encrypted_with_another_key(aws: &Account) {
    another_value(aws).key_id("alias/aws/ssm").send().await.expect("drift");
}

async fn it_is_described_otherwise(aws: &Account) {
    another_value(aws).description("by hand").send().await.expect("drift");
}
