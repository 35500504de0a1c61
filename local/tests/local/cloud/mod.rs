//! What these tests stand on: one account in one region, a clock that the test moves, and short calls.

pub mod article;
pub mod rest;
pub mod signed;

use deploy_local::call::Call;
use deploy_local::codec::query::Params;
use deploy_local::error::ApiError;
use deploy_local::world::World;
use deploy_local::{Time, ec2, ecr, ecs, iam, kms, logs, secretsmanager, ssm};
use serde_json::{Value, json};

pub const ACCOUNT: &str = "123456789012";
pub const REGION: &str = "ap-northeast-1";

type Handle = fn(&mut Call<'_>, &str, &Value) -> Result<Value, ApiError>;

/// A world and the time in it. A call that fails leaves the world as it was, as the gate does.
pub struct Cloud {
    pub world: World,
    pub now: Time,
}

impl Cloud {
    pub fn new() -> Self {
        Self { world: World::new(7), now: Time(1_700_000_000_000) }
    }

    pub fn wait(&mut self, milliseconds: u64) {
        self.now = self.now.plus(milliseconds);
    }

    pub fn ssm(&mut self, operation: &str, body: Value) -> Result<Value, ApiError> {
        self.json(ssm::handle, operation, body)
    }

    pub fn ecs(&mut self, operation: &str, body: Value) -> Result<Value, ApiError> {
        self.json(ecs::handle, operation, body)
    }

    pub fn logs(&mut self, operation: &str, body: Value) -> Result<Value, ApiError> {
        self.json(logs::handle, operation, body)
    }

    pub fn ecr(&mut self, operation: &str, body: Value) -> Result<Value, ApiError> {
        self.json(ecr::handle, operation, body)
    }

    pub fn secrets(&mut self, operation: &str, body: Value) -> Result<Value, ApiError> {
        self.json(secretsmanager::handle, operation, body)
    }

    pub fn kms(&mut self, operation: &str, body: Value) -> Result<Value, ApiError> {
        self.json(kms::handle, operation, body)
    }

    /// A new key with an alias; its id.
    pub fn key(&mut self, alias: &str) -> String {
        let key = self.kms("CreateKey", json!({})).done()["KeyMetadata"]["KeyId"].as_str().expect("an id").to_owned();
        self.kms("CreateAlias", json!({ "AliasName": alias, "TargetKeyId": key })).done();
        key
    }

    pub fn ec2(&mut self, action: &str, params: &[(&str, &str)]) -> deploy_local::codec::xml::Element {
        let mut call = self.world.call(ACCOUNT, REGION, self.now);
        ec2::handle(&mut call, action, &of(params)).unwrap_or_else(|error| panic!("{action} {params:?}: {error}"))
    }

    pub fn iam(&mut self, action: &str, params: &[(&str, &str)]) -> deploy_local::codec::xml::Element {
        let mut call = self.world.call(ACCOUNT, REGION, self.now);
        iam::handle(&mut call, action, &of(params)).unwrap_or_else(|error| panic!("{action} {params:?}: {error}"))
    }

    fn json(&mut self, handle: Handle, operation: &str, body: Value) -> Result<Value, ApiError> {
        let saved = self.bytes();
        let result = handle(&mut self.world.call(ACCOUNT, REGION, self.now), operation, &body);
        if result.is_err() {
            self.world = serde_json::from_slice(&saved).expect("our own bytes");
        }
        result
    }

    /// The whole world, to compare two of them.
    pub fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(&self.world).expect("plain data")
    }
}

fn of(params: &[(&str, &str)]) -> Params {
    params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The reply of a call that must succeed.
pub trait Answer {
    fn done(self) -> Value;
    fn code(self) -> String;
    fn refusal(self) -> String;
}

impl Answer for Result<Value, ApiError> {
    #[track_caller]
    fn done(self) -> Value {
        self.unwrap_or_else(|error| panic!("{error}"))
    }

    #[track_caller]
    fn code(self) -> String {
        self.expect_err("a refusal").code
    }

    #[track_caller]
    fn refusal(self) -> String {
        self.expect_err("a refusal").to_string()
    }
}
