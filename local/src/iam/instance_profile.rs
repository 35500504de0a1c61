//! Instance profiles, which hand roles to EC2 instances. None can be made here, so no role is in one; whoever deletes a
//! role asks all the same.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html>

use super::name;
use super::pages::Pages;
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;

pub(super) fn list_for_role(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let role_name = name::read_role(params)?;
    let pages = Pages::read(params)?;
    call.account.iam.role(&role_name)?;
    pages.reply("InstanceProfiles", Vec::<String>::new(), String::clone, |_| Element::new("member"))
}

#[cfg(test)]
mod tests {
    use crate::iam::testing::Cloud;

    #[test]
    fn a_role_is_in_no_instance_profile() {
        let mut cloud = Cloud::new();
        let of = [("RoleName", "app")];
        assert_eq!(cloud.code("ListInstanceProfilesForRole", &of), "NoSuchEntity");
        cloud.role("app");
        let reply = cloud.done("ListInstanceProfilesForRole", &of);
        assert!(reply.get("InstanceProfiles").is_some_and(|list| list.children.is_empty()));
        assert_eq!(reply.text_of("IsTruncated"), "false");
    }
}
