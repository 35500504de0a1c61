//! Inline policies of roles.

use super::name;
use super::pages::Pages;
use super::role::{length_of, url_encoded};
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;
use deploy_policy::{Document, Use};

/// The quota of characters of all inline policies of a role together, white space not counted.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
const MAX_TOTAL: usize = 10_240;
const MAX_NAME: usize = 128;

pub(super) fn put(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let role_name = name::read_role(params)?;
    let policy_name = name::read(params, "PolicyName", MAX_NAME)?;
    let document = name::required(params, "PolicyDocument")?;
    Document::parse(&document, Use::Permissions)?;
    let role = call.account.iam.role_mut(&role_name)?;
    let others = role.inline_policies.iter().filter(|(name, _)| **name != policy_name);
    let total = others.map(|(_, document)| length_of(document)).sum::<usize>() + length_of(&document);
    if total > MAX_TOTAL {
        let message = format!("Maximum policy size of {MAX_TOTAL} bytes exceeded for role {role_name}");
        return Err(ApiError::new(409, "LimitExceeded", message));
    }
    role.inline_policies.insert(policy_name, document);
    Ok(Element::nothing())
}

pub(super) fn get(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let role_name = name::read_role(params)?;
    let policy_name = name::read(params, "PolicyName", MAX_NAME)?;
    let role = call.account.iam.role(&role_name)?;
    let document = role.inline_policies.get(&policy_name).ok_or_else(|| no_such_policy(&policy_name))?;
    Ok(Element::reply()
        .field("RoleName", role_name)
        .field("PolicyName", policy_name)
        .field("PolicyDocument", url_encoded(document)))
}

pub(super) fn list(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let role_name = name::read_role(params)?;
    let pages = Pages::read(params)?;
    let names = call.account.iam.role(&role_name)?.inline_policies.keys().collect();
    let element = |name: &&String| Element { text: (*name).clone(), ..Element::new("member") };
    pages.reply("PolicyNames", names, |name: &&String| (*name).clone(), element)
}

pub(super) fn delete(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let role_name = name::read_role(params)?;
    let policy_name = name::read(params, "PolicyName", MAX_NAME)?;
    let role = call.account.iam.role_mut(&role_name)?;
    role.inline_policies.remove(&policy_name).ok_or_else(|| no_such_policy(&policy_name))?;
    Ok(Element::nothing())
}

fn no_such_policy(name: &str) -> ApiError {
    ApiError::new(404, "NoSuchEntity", format!("The role policy with name {name} cannot be found."))
}

#[cfg(test)]
mod tests {
    use crate::iam::testing::Cloud;

    const POLICY: &str =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ssm:GetParameters","Resource":"*"}}"#;

    #[test]
    fn a_policy_comes_back_as_it_was_written() {
        let mut cloud = Cloud::new();
        cloud.role("app");
        let key = [("RoleName", "app"), ("PolicyName", "read")];
        cloud.done("PutRolePolicy", &[key.as_slice(), &[("PolicyDocument", POLICY)]].concat());
        let reply = cloud.done("GetRolePolicy", &key);
        let decoded = percent_encoding::percent_decode_str(reply.text_of("PolicyDocument")).decode_utf8();
        assert_eq!(decoded.expect("text"), POLICY);
        let names = cloud.done("ListRolePolicies", &[("RoleName", "app")]);
        assert_eq!(names.get("PolicyNames").map(|names| names.text_of("member").to_owned()), Some("read".to_owned()));
        assert_eq!(cloud.code("DeleteRole", &[("RoleName", "app")]), "DeleteConflict");
        cloud.done("DeleteRolePolicy", &key);
        assert_eq!(cloud.code("DeleteRolePolicy", &key), "NoSuchEntity");
        cloud.done("DeleteRole", &[("RoleName", "app")]);
    }

    #[test]
    fn the_total_size_is_bounded() {
        let mut cloud = Cloud::new();
        cloud.role("app");
        let half = POLICY.replace("GetParameters", &format!("GetParameters{}", "x".repeat(6_000)));
        let put = |name| [("RoleName", "app"), ("PolicyName", name), ("PolicyDocument", half.as_str())];
        cloud.done("PutRolePolicy", &put("first"));
        cloud.done("PutRolePolicy", &put("first"));
        assert_eq!(cloud.code("PutRolePolicy", &put("second")), "LimitExceeded");
        let wide = POLICY.replacen('{', &format!("{{{}", " ".repeat(12_000)), 1);
        cloud.done("PutRolePolicy", &[("RoleName", "app"), ("PolicyName", "wide"), ("PolicyDocument", &wide)]);
    }
}
