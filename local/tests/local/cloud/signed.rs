//! Signed requests through the door in process, and what comes back.

use deploy_local::{Local, Time};
use http::Request;
use serde_json::{Value, json};

use super::ACCOUNT;

/// Somebody who calls from somewhere.
pub struct Signed {
    pub(super) local: Local,
    pub(super) access_key: String,
    pub(super) region: String,
    now: Time,
}

/// A reply in XML.
#[derive(Debug)]
pub struct Xml(String);

/// An answer that says no.
#[derive(Debug)]
pub struct Refused {
    pub operation: String,
    pub status: u16,
    pub code: String,
    pub message: String,
}

impl Signed {
    pub fn new(local: Local, access_key: &str) -> Self {
        let now = Time(1_700_000_000_000);
        Self { local: local.at(now), access_key: access_key.to_owned(), region: "ap-northeast-1".to_owned(), now }
    }

    /// A user with these statements, in a new account that enforces them, and the account's owner.
    pub fn user(statements: &Value) -> (Self, Self) {
        let owner = Self::new(Local::in_memory(7), ACCOUNT);
        let name = ("UserName", "ci");
        owner.query("iam", "CreateUser", &[name]).expect("a user");
        let document = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
        let put = [name, ("PolicyName", "own"), ("PolicyDocument", document.as_str())];
        owner.query("iam", "PutUserPolicy", &put).expect("a policy");
        let key = owner.query("iam", "CreateAccessKey", &[name]).expect("a key").one("AccessKeyId");
        owner.local().with_world(|world| world.settings.enforce_iam = true).expect("a world");
        (owner.by(&key), owner)
    }

    pub fn local(&self) -> &Local {
        &self.local
    }

    pub fn by(&self, access_key: &str) -> Self {
        Self { access_key: access_key.to_owned(), ..self.again() }
    }

    pub fn elsewhere(&self, region: &str) -> Self {
        Self { region: region.to_owned(), ..self.again() }
    }

    pub fn later(&self, milliseconds: u64) -> Self {
        let now = self.now.plus(milliseconds);
        Self { local: self.local.at(now), now, ..self.again() }
    }

    fn again(&self) -> Self {
        let Self { local, access_key, region, now } = self;
        Self { local: local.clone(), access_key: access_key.clone(), region: region.clone(), now: *now }
    }

    pub fn query(&self, service: &str, action: &str, params: &[(&str, &str)]) -> Result<Xml, Refused> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", action).extend_pairs(params);
        let body = form.finish().into_bytes();
        let response = self.local.call(self.request(service).body(body).expect("a request"));
        let status = response.status().as_u16();
        let xml = Xml(String::from_utf8(response.into_body()).expect("text"));
        match status {
            200 => Ok(xml),
            _ => Err(Refused {
                operation: action.to_owned(),
                status,
                code: xml.one("Code"),
                message: xml.one("Message"),
            }),
        }
    }

    pub fn json(&self, service: &str, operation: &str, body: Value) -> Result<Value, Refused> {
        let target = match service {
            "ecs" => "AmazonEC2ContainerServiceV20141113",
            "ssm" => "AmazonSSM",
            "logs" => "Logs_20140328",
            "secretsmanager" => "secretsmanager",
            "kms" => "TrentService",
            _ => "AmazonEC2ContainerRegistry_V20150921",
        };
        let request = self.request(service).header("x-amz-target", format!("{target}.{operation}"));
        let response = self.local.call(request.body(body.to_string().into_bytes()).expect("a request"));
        let status = response.status().as_u16();
        let body: Value = serde_json::from_slice(response.body()).expect("JSON");
        let text = |member: &str| body[member].as_str().unwrap_or_default().to_owned();
        match status {
            200 => Ok(body),
            _ => {
                Err(Refused { operation: operation.to_owned(), status, code: text("__type"), message: text("message") })
            }
        }
    }

    fn request(&self, service: &str) -> http::request::Builder {
        let credential = format!("{}/20260101/{}/{service}/aws4_request", self.access_key, self.region);
        let authorization = format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0");
        Request::post("/").header("authorization", authorization)
    }
}

impl Xml {
    /// The text of the first element of this name.
    pub fn one(&self, name: &str) -> String {
        let rest = self.0.split_once(&format!("<{name}>")).map_or("", |(_, rest)| rest);
        rest.split_once('<').map_or("", |(text, _)| text).to_owned()
    }

    /// How often an element of this name stands there.
    pub fn count(&self, name: &str) -> usize {
        self.0.matches(&format!("<{name}>")).count()
    }
}
