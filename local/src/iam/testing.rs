//! What the tests of this service stand on: a world of one account, and calls that are short to write.

use super::handle;
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;
use crate::time::Time;
use crate::world::{Account, World};

/// A trust policy for tasks of ECS.
pub(super) const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
    "Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

/// One account.
pub(super) struct Cloud {
    pub world: World,
    /// When it is.
    pub now: Time,
}

impl Cloud {
    const ACCOUNT: &str = "123456789012";

    pub fn new() -> Self {
        Self { world: World::new(1), now: Time(1_785_483_000_000) }
    }

    pub fn call(&mut self, action: &str, params: &[(&str, &str)]) -> Result<Element, ApiError> {
        let params: Params = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        handle(&mut self.world.call(Self::ACCOUNT, "us-east-1", self.now), action, &params)
    }

    pub fn done(&mut self, action: &str, params: &[(&str, &str)]) -> Element {
        self.call(action, params).unwrap_or_else(|error| panic!("{action} {params:?}: {error}"))
    }

    pub fn fail(&mut self, action: &str, params: &[(&str, &str)]) -> ApiError {
        self.call(action, params).expect_err("a refusal")
    }

    pub fn code(&mut self, action: &str, params: &[(&str, &str)]) -> String {
        self.fail(action, params).code
    }

    /// Makes a role and returns its ARN.
    pub fn role(&mut self, name: &str) -> String {
        let reply = self.done("CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", TRUST)]);
        reply.get("Role").expect("the role").text_of("Arn").to_owned()
    }

    /// A call that asks what evaluation says.
    pub fn asking(&mut self) -> Call<'_> {
        self.world.call(Self::ACCOUNT, "us-east-1", self.now)
    }

    pub fn account(&mut self) -> &mut Account {
        self.world.account(Self::ACCOUNT)
    }
}
