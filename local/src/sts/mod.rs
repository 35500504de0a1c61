//! The Security Token Service: who am I, and who may I be for a while.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>

mod assume_role;

use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;

/// Runs one action.
///
/// # Errors
/// What STS answers when it refuses; `InvalidAction` for everything but `GetCallerIdentity` and `AssumeRole`.
pub fn handle(call: &mut Call<'_>, action: &str, params: &Params) -> Result<Element, ApiError> {
    let _ = (params.optional("Action"), params.optional("Version"));
    match action {
        "GetCallerIdentity" if params.unread().is_some() => {
            let name = params.unread().unwrap_or_default();
            Err(ApiError::client("ValidationError", format!("The parameter {name} is not recognized")))
        }
        "GetCallerIdentity" => Ok(Element::reply()
            .field("Arn", &call.caller_arn)
            .field("UserId", &call.caller_id)
            .field("Account", &call.account_id)),
        "AssumeRole" => assume_role::assume_role(call, params),
        _ => {
            Err(ApiError::client("InvalidAction", format!("Could not find operation {action} for version 2011-06-15")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::handle;
    use crate::codec::query::Params;
    use crate::iam::{self, Caller, Stranger};
    use crate::time::Time;
    use crate::world::World;

    #[test]
    fn the_account_is_the_one_that_signed() {
        let mut world = World::new(1);
        let mut call = world.call("111122223333", "eu-west-1", Time(0));
        let reply = handle(&mut call, "GetCallerIdentity", &[].into()).expect("an answer");
        assert_eq!(reply.text_of("Account"), "111122223333");
        assert_eq!(reply.text_of("Arn"), "arn:aws:iam::111122223333:user/local");
        let unknown = handle(&mut call, "GetCallerIdentity", &[("RoleName", "x")].into()).expect_err("no parameter");
        assert_eq!(unknown.code, "ValidationError");
        assert_eq!(handle(&mut call, "GetSessionToken", &[].into()).expect_err("not here").code, "InvalidAction");
    }

    const ROLE: &str = "arn:aws:iam::111122223333:role/deployer";

    /// A world with a role that trusts this principal.
    fn world(principal: &str) -> World {
        let mut world = World::new(1);
        let trust = format!(
            r#"{{"Statement":{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":"sts:AssumeRole"}}}}"#
        );
        let params = Params::from([("RoleName", "deployer"), ("AssumeRolePolicyDocument", trust.as_str())]);
        iam::handle(&mut world.call("111122223333", "us-east-1", Time(0)), "CreateRole", &params).expect("a role");
        world
    }

    #[test]
    fn a_session_is_its_role_until_it_is_over() {
        let mut world = world("arn:aws:iam::111122223333:root");
        let params = [("RoleArn", ROLE), ("RoleSessionName", "ci"), ("DurationSeconds", "900")].into();
        let reply = handle(&mut world.call("111122223333", "eu-west-1", Time(0)), "AssumeRole", &params);
        let key = reply.expect("a session").get("Credentials").expect("keys").text_of("AccessKeyId").to_owned();
        let caller = Caller::behind(&key, &world, Time(899_999)).expect("somebody");
        assert_eq!(caller.arn, "arn:aws:sts::111122223333:assumed-role/deployer/ci");
        assert_eq!(Caller::behind(&key, &world, Time(900_000)), Err(Stranger::Expired));
        assert_eq!(Caller::behind("ASIANOBODY", &world, Time(0)), Err(Stranger::Unknown));
    }

    #[test]
    fn a_session_is_no_longer_than_its_role_allows() {
        let mut world = world("arn:aws:iam::111122223333:root");
        let mut assume = |seconds: &str| {
            let params = [("RoleArn", ROLE), ("RoleSessionName", "ci"), ("DurationSeconds", seconds)].into();
            handle(&mut world.call("111122223333", "eu-west-1", Time(0)), "AssumeRole", &params).map_err(|e| e.code)
        };
        assert!(assume("3600").is_ok());
        assert_eq!(assume("3601"), Err("ValidationError".to_owned()));
    }

    #[test]
    fn a_role_is_for_those_whom_it_trusts() {
        let mut world = world("arn:aws:iam::444455556666:root");
        let mut code = |pairs: [(&str, &str); 3]| {
            let mut call = world.call("111122223333", "eu-west-1", Time(0));
            handle(&mut call, "AssumeRole", &pairs.into()).expect_err("a refusal").code
        };
        let (role, name) = (("RoleArn", ROLE), ("RoleSessionName", "ci"));
        assert_eq!(code([role, name, ("DurationSeconds", "900")]), "AccessDenied");
        assert_eq!(code([("RoleArn", "arn:aws:iam::1:role/x"), name, ("DurationSeconds", "900")]), "AccessDenied");
        assert_eq!(code([role, name, ("DurationSeconds", "899")]), "ValidationError");
        assert_eq!(code([role, ("RoleSessionName", "a b"), ("DurationSeconds", "900")]), "ValidationError");
    }
}
