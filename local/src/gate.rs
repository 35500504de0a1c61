//! The gate: one HTTP request in, one HTTP response out. It finds out who calls which operation where, hands the call
//! to its service, and writes the answer in the protocol of that service.

use crate::admission;
use crate::asked::{Asked, Scope, form};
use crate::authorization::{self, Body};
use crate::call::Call;
use crate::codec::json;
use crate::codec::query::Params;
use crate::codec::rest;
use crate::codec::xml::Element;
use crate::error::ApiError;
use crate::iam::{Caller, Stranger};
use crate::time::Time;
use crate::world::World;
use crate::{ec2, ecr, ecs, iam, kms, logs, s3, secretsmanager, ssm, sts};
use http::{Request, Response};

pub use crate::asked::DEFAULT_ACCOUNT;

/// Answers one request. The caller must forget every change to the world if the status says no success.
#[must_use]
pub fn answer(world: &mut World, request: &Request<Vec<u8>>, now: Time, request_id: &str) -> Response<Vec<u8>> {
    let target = request.headers().get("x-amz-target").map(|target| target.to_str().unwrap_or_default());
    match (target, admission::check(request)) {
        (Some(target), admitted) => {
            let result = admitted.and_then(|()| answer_json(world, request, target, now));
            json_response(&result, request_id)
        }
        (None, Ok(())) => match Scope::of(request).filter(Scope::is_of_s3) {
            Some(scope) => rest::respond(carry_out_rest(world, request, &scope, now), request.method(), request_id),
            None => answer_query(world, request, now, request_id),
        },
        (None, Err(error)) => refuse(request, &error, request_id),
    }
}

/// The response to a request that is refused before it reaches its service.
#[must_use]
pub fn refuse(request: &Request<Vec<u8>>, error: &ApiError, request_id: &str) -> Response<Vec<u8>> {
    match request.headers().contains_key("x-amz-target") {
        true => json_response(&Err(error.clone()), request_id),
        false => {
            let scope = Scope::of(request);
            if scope.as_ref().is_some_and(Scope::is_of_s3) {
                return rest::respond(Err(error.clone()), request.method(), request_id);
            }
            scope.map_or(Protocol::UNKNOWN, |scope| Protocol::of(&scope.service)).failure(error, request_id)
        }
    }
}

/// The response to a request whose body was not even read to its end.
#[must_use]
pub fn too_large(request: &Request<Vec<u8>>, request_id: &str) -> Response<Vec<u8>> {
    refuse(request, &admission::too_large(request), request_id)
}

/// The response to a call that hit a defect of this program.
#[must_use]
pub fn internal_failure(request: &Request<Vec<u8>>, request_id: &str) -> Response<Vec<u8>> {
    let error = ApiError::new(500, "InternalFailure", "The embedded AWS failed; this is a defect of the program.");
    refuse(request, &error, request_id)
}

/// The response to a call whose world cannot be read or written.
#[must_use]
pub fn unavailable(request: &Request<Vec<u8>>, reason: &str, request_id: &str) -> Response<Vec<u8>> {
    refuse(request, &ApiError::new(503, "ServiceUnavailable", reason), request_id)
}

/// The caller behind a request. Without enforcement a key that nobody gave out is the owner's of the default account.
fn caller(world: &World, scope: &Scope, now: Time) -> Result<Caller, ApiError> {
    match Caller::behind(&scope.access_key, world, now) {
        Ok(caller) => Ok(caller),
        Err(Stranger::Unknown) if !world.settings.enforce_iam => Ok(Caller::owner(DEFAULT_ACCOUNT)),
        Err(stranger) => Err(authorization::stranger(&scope.service, stranger)),
    }
}

/// Whether the caller may make this call, if that is asked at all.
fn authorize(call: &mut Call<'_>, caller: &Caller, asked: &Asked, body: &Body<'_>) -> Result<(), ApiError> {
    match call.settings.enforce_iam {
        true => authorization::check(call, caller, asked, body),
        false => Ok(()),
    }
}

fn answer_json(
    world: &mut World,
    request: &Request<Vec<u8>>,
    target: &str,
    now: Time,
) -> Result<serde_json::Value, ApiError> {
    let scope = Scope::of(request)
        .ok_or_else(|| ApiError::client("MissingAuthenticationTokenException", "Missing Authentication Token"))?;
    let body = json::parse(request.body())?;
    let asked = Asked::of(request).ok_or_else(|| {
        let message = format!("The embedded AWS does not know the service behind {target}");
        ApiError::client("UnknownOperationException", message)
    })?;
    let caller = caller(world, &scope, now)?;
    let mut call = world.call_by(caller.clone(), &scope.region, now);
    ecs::progress::advance_everywhere(&mut call);
    authorize(&mut call, &caller, &asked, &Body::Json(&body))?;
    let handle = match asked.service.as_str() {
        "ecs" => ecs::handle,
        "ssm" => ssm::handle,
        "logs" => logs::handle,
        "secretsmanager" => secretsmanager::handle,
        "kms" => kms::handle,
        _ => ecr::handle,
    };
    handle(&mut call, &asked.operation, &body)
}

fn json_response(result: &Result<serde_json::Value, ApiError>, request_id: &str) -> Response<Vec<u8>> {
    let (status, body) = match result {
        Ok(value) => (200, value.to_string()),
        Err(error) => (error.status, json::error_body(error).to_string()),
    };
    let mut response = respond(status, json::CONTENT_TYPE, body, request_id);
    if let Err(error) = result
        && let Ok(code) = error.code.parse()
    {
        response.headers_mut().insert("x-amzn-errortype", code);
    }
    response
}

/// S3 has neither targets nor actions: method and address say what is meant.
fn carry_out_rest(
    world: &mut World,
    request: &Request<Vec<u8>>,
    scope: &Scope,
    now: Time,
) -> Result<rest::Reply, ApiError> {
    let request = s3::Request::of(request)?;
    let asked = Asked { service: scope.service.clone(), operation: request.operation.to_owned() };
    let caller = caller(world, scope, now)?;
    let mut call = world.call_by(caller.clone(), &scope.region, now);
    ecs::progress::advance_everywhere(&mut call);
    authorize(&mut call, &caller, &asked, &Body::Rest(&request))?;
    s3::handle(&mut call, &request)
}

fn answer_query(world: &mut World, request: &Request<Vec<u8>>, now: Time, request_id: &str) -> Response<Vec<u8>> {
    let Some(scope) = Scope::of(request) else {
        let error = ApiError::new(403, "MissingAuthenticationToken", "Request is missing Authentication Token");
        return Protocol::UNKNOWN.failure(&error, request_id);
    };
    let params = form(request);
    let action = params.optional("Action").unwrap_or_default();
    let version = params.optional("Version");
    let protocol = Protocol::of(&scope.service);
    if action.is_empty() {
        let error = ApiError::client("MissingAction", "The request must contain the parameter Action");
        return protocol.failure(&error, request_id);
    }
    if version.is_some_and(|version| !protocol.version.is_empty() && version != protocol.version) {
        return protocol.failure(&protocol.unknown_action(&action), request_id);
    }
    let asked = Asked { service: scope.service.clone(), operation: action };
    match carry_out_query(world, &scope, &asked, &params, now) {
        Ok(reply) => protocol.success(&asked.operation, reply, request_id),
        Err(error) => protocol.failure(&error, request_id),
    }
}

fn carry_out_query(
    world: &mut World,
    scope: &Scope,
    asked: &Asked,
    params: &Params,
    now: Time,
) -> Result<Element, ApiError> {
    let handle = match asked.service.as_str() {
        "ec2" => ec2::handle,
        "iam" => iam::handle,
        "sts" => sts::handle,
        service => return Err(Protocol::of(service).unknown_action(&asked.operation)),
    };
    let caller = caller(world, scope, now)?;
    let mut call = world.call_by(caller.clone(), &scope.region, now);
    ecs::progress::advance_everywhere(&mut call);
    authorize(&mut call, &caller, asked, &Body::Query(params))?;
    handle(&mut call, &asked.operation, params)
}

/// How one query service wraps its replies.
struct Protocol {
    envelope: Envelope,
    version: &'static str,
    namespace: &'static str,
}

/// The two ways to wrap a reply.
enum Envelope {
    /// `<CreateVpcResponse><requestId/>…`.
    Ec2,
    /// `<GetRoleResponse><GetRoleResult>…</GetRoleResult><ResponseMetadata/>…`.
    AwsQuery,
}

impl Protocol {
    const EC2: Protocol = Protocol {
        envelope: Envelope::Ec2,
        version: "2016-11-15",
        namespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
    };
    const IAM: Protocol = Protocol {
        envelope: Envelope::AwsQuery,
        version: "2010-05-08",
        namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
    };
    const STS: Protocol = Protocol {
        envelope: Envelope::AwsQuery,
        version: "2011-06-15",
        namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    };
    const UNKNOWN: Protocol = Protocol { envelope: Envelope::AwsQuery, version: "", namespace: "" };

    fn of(service: &str) -> Protocol {
        match service {
            "ec2" => Self::EC2,
            "iam" => Self::IAM,
            "sts" => Self::STS,
            _ => Self::UNKNOWN,
        }
    }

    fn unknown_action(&self, action: &str) -> ApiError {
        ApiError::client("InvalidAction", format!("The action {action} is not valid for this web service."))
    }

    fn success(&self, action: &str, reply: Element, request_id: &str) -> Response<Vec<u8>> {
        let root = Element::new(&format!("{action}Response")).in_namespace(self.namespace);
        let root = match self.envelope {
            Envelope::Ec2 => {
                let mut root = root.field("requestId", request_id);
                root.children.extend(reply.children);
                root
            }
            Envelope::AwsQuery => {
                let metadata = Element::new("ResponseMetadata").field("RequestId", request_id);
                let root = match reply == Element::nothing() {
                    true => root,
                    false => root.child(reply.named(&format!("{action}Result"))),
                };
                root.child(metadata)
            }
        };
        respond(200, "text/xml;charset=UTF-8", root.document(), request_id)
    }

    fn failure(&self, error: &ApiError, request_id: &str) -> Response<Vec<u8>> {
        let inner = |name| Element::new(name).field("Code", &error.code).field("Message", &error.message);
        let root = match self.envelope {
            Envelope::Ec2 => Element::new("Response")
                .child(Element::new("Errors").child(inner("Error")))
                .field("RequestID", request_id),
            Envelope::AwsQuery => {
                let fault = if error.status < 500 { "Sender" } else { "Receiver" };
                let mut detail = inner("Error");
                detail.children.insert(0, Element { text: fault.to_owned(), ..Element::new("Type") });
                Element::new("ErrorResponse").in_namespace(self.namespace).child(detail).field("RequestId", request_id)
            }
        };
        respond(error.status, "text/xml;charset=UTF-8", root.document(), request_id)
    }
}

fn respond(status: u16, content_type: &str, body: String, request_id: &str) -> Response<Vec<u8>> {
    let mut response = Response::new(body.into_bytes());
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    for (name, value) in [("content-type", content_type), ("x-amzn-requestid", request_id)] {
        if let Ok(value) = value.parse() {
            headers.insert(name, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::answer;
    use crate::time::Time;
    use crate::world::World;
    use http::{Request, Response};

    fn send(service: &str, key: &str, target: Option<&str>, body: &str) -> Response<Vec<u8>> {
        let credential = format!("Credential={key}/20260101/eu-west-1/{service}/aws4_request");
        let header = format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0");
        let mut request = Request::post("/").header("authorization", header);
        if let Some(target) = target {
            request = request.header("x-amz-target", target);
        }
        let request = request.body(body.as_bytes().to_vec()).expect("a request");
        answer(&mut World::new(1), &request, Time(0), "the-request")
    }

    fn text(response: Response<Vec<u8>>) -> String {
        String::from_utf8(response.into_body()).expect("text")
    }

    const WHO: &str = "Action=GetCallerIdentity&Version=2011-06-15";

    #[test]
    fn the_access_key_is_the_account() {
        assert!(text(send("sts", "111122223333", None, WHO)).contains("<Account>111122223333</Account>"));
        assert!(text(send("sts", "AKIAIOSFODNN7EXAMPLE", None, WHO)).contains("<Account>123456789012</Account>"));
    }

    #[test]
    fn each_protocol_has_its_envelope() {
        let ec2 = text(send("ec2", "x", None, "Action=DescribeVpcs&Version=2016-11-15"));
        let opening =
            "<DescribeVpcsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>the-request<";
        assert!(ec2.contains(opening), "{ec2}");
        let sts = text(send("sts", "x", None, WHO));
        assert!(sts.contains("<GetCallerIdentityResult><Arn>"), "{sts}");
        assert!(sts.contains("<ResponseMetadata><RequestId>the-request</RequestId></ResponseMetadata>"), "{sts}");
    }

    #[test]
    fn an_empty_result_is_still_a_result() {
        let trust =
            r#"{"Statement":{"Effect":"Allow","Principal":{"Service":"ecs.amazonaws.com"},"Action":"sts:AssumeRole"}}"#;
        let mut world = World::new(1);
        let mut iam = |form: &str| {
            let credential = "Credential=x/20260101/us-east-1/iam/aws4_request";
            let request = Request::post("/")
                .header("authorization", format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0"))
                .body(form.as_bytes().to_vec());
            text(answer(&mut world, &request.expect("a request"), Time(0), "the-request"))
        };
        iam(&format!("Action=CreateRole&RoleName=app&AssumeRolePolicyDocument={trust}"));
        assert!(iam("Action=UpdateRole&RoleName=app&Description=x").contains("<UpdateRoleResult/>"));
        assert!(!iam("Action=DeleteRole&RoleName=app").contains("Result"));
    }

    #[test]
    fn each_protocol_has_its_errors() {
        let ec2 = send("ec2", "x", None, "Action=DeleteVpc&VpcId=vpc-0123&Version=2016-11-15");
        assert_eq!(ec2.status(), 400);
        let expected = "<Response><Errors><Error><Code>InvalidVpcID.NotFound</Code><Message>The vpc ID 'vpc-0123' does \
                        not exist</Message></Error></Errors><RequestID>the-request</RequestID></Response>";
        assert!(text(ec2).ends_with(expected));
        let iam = send("iam", "x", None, "Action=GetRole&RoleName=app&Version=2010-05-08");
        assert_eq!(iam.status(), 404);
        assert!(text(iam).contains("<Error><Type>Sender</Type><Code>NoSuchEntity</Code>"));
        let json = send("ecs", "x", Some("AmazonEC2ContainerServiceV20141113.Nothing"), "{}");
        assert_eq!(json.headers()["content-type"], "application/x-amz-json-1.1");
        assert!(json.headers().contains_key("x-amzn-errortype"));
        assert!(text(json).contains("\"__type\""));
    }

    #[test]
    fn what_cannot_be_routed_is_refused() {
        for (service, target, body, code) in [
            ("ec2", None, "", "MissingAction"),
            ("ec2", None, "Action=DescribeVpcs&Version=2010-01-01", "InvalidAction"),
            ("sns", None, "Action=X", "InvalidAction"),
            ("s3", None, "Action=X", "NotImplemented"),
            ("ecs", Some("DynamoDB_20120810.ListTables"), "{}", "UnknownOperationException"),
            ("ecs", Some("AmazonSSM.PutParameter"), "{", "SerializationException"),
        ] {
            let body = text(send(service, "x", target, body));
            assert!(body.contains(code), "{body}");
        }
        let anonymous = Request::post("/").body(WHO.as_bytes().to_vec()).expect("a request");
        assert_eq!(answer(&mut World::new(1), &anonymous, Time(0), "x").status(), 403);
    }
}
