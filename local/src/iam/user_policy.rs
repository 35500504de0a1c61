//! Policies of users, inline and attached.
//!
//! Sources: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html> and, for the quotas,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>

use super::attached_policy::{MAX_ATTACHED, find_policy, read_arn};
use super::name;
use super::pages::Pages;
use super::role::{length_of, url_encoded};
use super::user::read_name;
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;
use deploy_policy::{Document, Use};

/// The quota of characters of all inline policies of a user together, white space not counted.
const MAX_TOTAL: usize = 2_048;
const MAX_NAME: usize = 128;

pub(super) fn put(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let (user_name, policy_name) = (read_name(params)?, name::read(params, "PolicyName", MAX_NAME)?);
    let document = name::required(params, "PolicyDocument")?;
    Document::parse(&document, Use::Permissions)?;
    let user = call.account.iam.user_mut(&user_name)?;
    user.inline_policies.insert(policy_name, document);
    if user.inline_policies.values().map(|document| length_of(document)).sum::<usize>() > MAX_TOTAL {
        let message = format!("Maximum policy size of {MAX_TOTAL} bytes exceeded for user {user_name}");
        return Err(ApiError::new(409, "LimitExceeded", message));
    }
    Ok(Element::nothing())
}

pub(super) fn get(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let (user_name, policy_name) = (read_name(params)?, name::read(params, "PolicyName", MAX_NAME)?);
    let user = call.account.iam.user(&user_name)?;
    let document = user.inline_policies.get(&policy_name).ok_or_else(|| no_such_policy(&policy_name))?;
    Ok(Element::reply()
        .field("UserName", user_name)
        .field("PolicyName", policy_name)
        .field("PolicyDocument", url_encoded(document)))
}

pub(super) fn list(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let user_name = read_name(params)?;
    let pages = Pages::read(params)?;
    let names = call.account.iam.user(&user_name)?.inline_policies.keys().collect();
    let element = |name: &&String| Element { text: (*name).clone(), ..Element::new("member") };
    pages.reply("PolicyNames", names, |name: &&String| (*name).clone(), element)
}

pub(super) fn delete(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let (user_name, policy_name) = (read_name(params)?, name::read(params, "PolicyName", MAX_NAME)?);
    let user = call.account.iam.user_mut(&user_name)?;
    user.inline_policies.remove(&policy_name).ok_or_else(|| no_such_policy(&policy_name))?;
    Ok(Element::nothing())
}

pub(super) fn attach(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let (user_name, arn) = (read_name(params)?, read_arn(params)?);
    let user = call.account.iam.user_mut(&user_name)?;
    find_policy(&arn)?;
    user.attached_policies.insert(arn);
    if user.attached_policies.len() > MAX_ATTACHED {
        let message = format!("Cannot exceed quota for PoliciesPerUser: {MAX_ATTACHED}");
        return Err(ApiError::new(409, "LimitExceeded", message));
    }
    Ok(Element::nothing())
}

pub(super) fn detach(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let (user_name, arn) = (read_name(params)?, read_arn(params)?);
    match call.account.iam.user_mut(&user_name)?.attached_policies.remove(&arn) {
        true => Ok(Element::nothing()),
        false => Err(ApiError::new(404, "NoSuchEntity", format!("Policy {arn} was not found."))),
    }
}

fn no_such_policy(name: &str) -> ApiError {
    ApiError::new(404, "NoSuchEntity", format!("The user policy with name {name} cannot be found."))
}

#[cfg(test)]
mod tests {
    use crate::iam::testing::Cloud;

    #[test]
    fn policies_of_users_come_back_and_hold_the_user() {
        let mut cloud = Cloud::new();
        cloud.done("CreateUser", &[("UserName", "deployer")]);
        let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ecs:*","Resource":"*"}}"#;
        let key = [("UserName", "deployer"), ("PolicyName", "all")];
        cloud.done("PutUserPolicy", &[key.as_slice(), &[("PolicyDocument", policy)]].concat());
        assert!(cloud.done("GetUserPolicy", &key).text_of("PolicyDocument").contains("ecs%3A%2A"));
        let names = cloud.done("ListUserPolicies", &[("UserName", "deployer")]);
        assert_eq!(names.get("PolicyNames").map(|names| names.text_of("member").to_owned()).as_deref(), Some("all"));
        let admin = [("UserName", "deployer"), ("PolicyArn", "arn:aws:iam::aws:policy/AdministratorAccess")];
        cloud.done("AttachUserPolicy", &admin);
        assert_eq!(cloud.code("DeleteUser", &[("UserName", "deployer")]), "DeleteConflict");
        cloud.done("DetachUserPolicy", &admin);
        assert_eq!(cloud.code("DetachUserPolicy", &admin), "NoSuchEntity");
        assert_eq!(cloud.code("DeleteUser", &[("UserName", "deployer")]), "DeleteConflict");
        cloud.done("DeleteUserPolicy", &key);
        assert_eq!(cloud.code("DeleteUserPolicy", &key), "NoSuchEntity");
        cloud.done("DeleteUser", &[("UserName", "deployer")]);
        let long = policy.replace("ecs:*", &format!("ecs:{}", "x".repeat(2_048)));
        cloud.done("CreateUser", &[("UserName", "deployer")]);
        let put = [key.as_slice(), &[("PolicyDocument", long.as_str())]].concat();
        assert_eq!(cloud.code("PutUserPolicy", &put), "LimitExceeded");
    }
}
