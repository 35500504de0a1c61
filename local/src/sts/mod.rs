//! The Security Token Service, of which only the question "who am I" is asked.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>

use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;

/// Runs one action.
///
/// # Errors
/// `InvalidAction` for everything but `GetCallerIdentity`.
pub fn handle(call: &mut Call<'_>, action: &str, params: &Params) -> Result<Element, ApiError> {
    let _ = (params.optional("Action"), params.optional("Version"));
    match action {
        "GetCallerIdentity" if params.unread().is_some() => {
            let name = params.unread().unwrap_or_default();
            Err(ApiError::client("ValidationError", format!("The parameter {name} is not recognized")))
        }
        "GetCallerIdentity" => Ok(Element::reply()
            .field("Arn", &call.caller_arn)
            .field("UserId", "AIDAEMBEDDEDLOCALUSER")
            .field("Account", &call.account_id)),
        _ => {
            Err(ApiError::client("InvalidAction", format!("Could not find operation {action} for version 2011-06-15")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::handle;
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
        assert_eq!(handle(&mut call, "AssumeRole", &[].into()).expect_err("not here").code, "InvalidAction");
    }
}
