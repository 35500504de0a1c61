//! What a request asks for, as far as it can be known before it is answered: who signed it, for which account, region
//! and service, and which operation it names.

use crate::codec::query::Params;
use crate::s3;
use http::{Request, header};

/// The account behind an access key that does not look like one.
pub const DEFAULT_ACCOUNT: &str = "123456789012";

/// Who signed a request, and for what. Signatures are not checked: nothing here is worth a lock.
pub(crate) struct Scope {
    pub(crate) access_key: String,
    pub(crate) region: String,
    pub(crate) service: String,
}

impl Scope {
    /// Reads the credential scope: `Credential=<access key>/<date>/<region>/<service>/aws4_request`.
    ///
    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
    pub(crate) fn of(request: &Request<Vec<u8>>) -> Option<Scope> {
        let header = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
        let fields = header.strip_prefix("AWS4-HMAC-SHA256")?;
        let credential = fields.split(',').find_map(|field| field.trim().strip_prefix("Credential="))?;
        let parts: Vec<&str> = credential.split('/').collect();
        let [access_key, _date, region, service, "aws4_request"] = parts[..] else { return None };
        Some(Scope { access_key: access_key.to_owned(), region: region.to_owned(), service: service.to_owned() })
    }

    /// Whether the request goes to the one service here that speaks REST.
    pub(crate) fn is_of_s3(&self) -> bool {
        self.service == "s3"
    }
}

/// The operation that a request names.
pub(crate) struct Asked {
    /// As policies spell it: `ec2`, `ecs`, `ssm`, `logs`, `ecr`, `secretsmanager`, `kms`, `iam`, `sts`, `s3`.
    pub(crate) service: String,
    /// `CreateVpc`
    pub(crate) operation: String,
}

impl Asked {
    /// Reads it from the target of a JSON request, the action of a query, or for S3 from method and address; `None` if
    /// there is none of them.
    pub(crate) fn of(request: &Request<Vec<u8>>) -> Option<Asked> {
        match request.headers().get("x-amz-target") {
            Some(target) => {
                let (service, operation) = target.to_str().ok()?.split_once('.')?;
                let service = match service {
                    "AmazonEC2ContainerServiceV20141113" => "ecs",
                    "AmazonSSM" => "ssm",
                    "Logs_20140328" => "logs",
                    "AmazonEC2ContainerRegistry_V20150921" => "ecr",
                    "secretsmanager" => "secretsmanager",
                    "TrentService" => "kms",
                    _ => return None,
                };
                Some(Asked { service: service.to_owned(), operation: operation.to_owned() })
            }
            None if Scope::of(request).is_some_and(|scope| scope.is_of_s3()) => {
                let operation = s3::Request::of(request).ok()?.operation;
                Some(Asked { service: "s3".to_owned(), operation: operation.to_owned() })
            }
            None => {
                let operation = form(request).optional("Action")?;
                Some(Asked { service: Scope::of(request)?.service, operation })
            }
        }
    }

    /// `ec2:CreateVpc`
    pub(crate) fn action(&self) -> String {
        format!("{}:{}", self.service, self.operation)
    }

    /// Whether it only looks. AWS names such operations `Describe…`, `List…`, `Get…` or `Head…`, throughout these
    /// services.
    pub(crate) fn is_read(&self) -> bool {
        ["Describe", "List", "Get", "Head", "Filter", "BatchGet"].iter().any(|verb| self.operation.starts_with(verb))
    }

    /// Whether a look leaves a trace: a secret remembers the day on which it was read.
    pub(crate) fn is_remembered(&self) -> bool {
        self.service == "secretsmanager" && self.operation.ends_with("GetSecretValue")
    }
}

/// The parameters of a query request: in its body, or in its address if it has none.
pub(crate) fn form(request: &Request<Vec<u8>>) -> Params {
    match request.body().is_empty() {
        true => Params::parse(request.uri().query().unwrap_or_default().as_bytes()),
        false => Params::parse(request.body()),
    }
}
