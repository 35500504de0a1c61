//! Where requests go that do not go to AWS's own hosts.

use aws_config::SdkConfig;
use aws_types::service_config::ServiceConfigKey;

/// The services of the clients, as `AWS_ENDPOINT_URL_…` and the sections `[services]` of AWS's files know them.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/ss-endpoints-table.html>
const SERVICES: [&str; 9] = ["STS", "EC2", "ECR", "ECS", "IAM", "CloudWatch Logs", "SSM", "Secrets Manager", "KMS"];

/// The hosts, with their ports, that the clients of `base` are pointed at instead of AWS's own; each once.
pub(crate) fn hosts(base: &SdkConfig) -> Vec<String> {
    let mut hosts = Vec::new();
    for service in SERVICES {
        let host = address(base, service).and_then(|address| host(&address));
        hosts.extend(host.filter(|host| !hosts.contains(host)));
    }
    hosts
}

/// Whether every service is asked on this machine.
pub(crate) fn is_near(base: &SdkConfig) -> bool {
    SERVICES.iter().all(|service| address(base, service).is_some_and(|address| is_loopback(&address)))
}

/// Whether an address is one of this machine's own.
pub(crate) fn is_loopback(address: &str) -> bool {
    let uri = address.parse::<http::Uri>().ok();
    let host = uri.as_ref().and_then(http::Uri::host).unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The address that the SDK takes for a service: what the program says, else what is said of the service alone.
fn address(base: &SdkConfig, service: &str) -> Option<String> {
    let general = || base.endpoint_url().map(str::to_owned);
    if base.get_origin("endpoint_url").is_client_config() {
        return general();
    }
    let key = ServiceConfigKey::builder().service_id(service).env("AWS_ENDPOINT_URL").profile("endpoint_url").build();
    let own = key.ok().and_then(|key| base.service_config()?.load_config(key));
    own.or_else(general)
}

/// The host and the port of an address, without the name and the password that may stand before them.
fn host(address: &str) -> Option<String> {
    let address: http::Uri = address.parse().ok()?;
    let authority = address.authority()?;
    Some(authority.as_str().rsplit('@').next().unwrap_or_default().to_owned())
}

/// An address as it may be shown: without a name and a password.
pub(crate) fn shown(address: &str) -> String {
    match (address.find("://"), address.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => format!("{}://…{}", &address[..scheme], &address[at..]),
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_shown_without_credentials() {
        assert_eq!(host("http://user:secret@localhost:4566/path").as_deref(), Some("localhost:4566"));
        assert_eq!(host("https://[::1]:4566").as_deref(), Some("[::1]:4566"));
        assert_eq!(host("/nowhere"), None);
        assert_eq!(shown("ftp://user:secret@host/x"), "ftp://…@host/x");
        assert_eq!(shown("nowhere"), "nowhere");
    }

    #[test]
    fn only_this_machine_is_near() {
        assert!(["http://127.0.0.1:4566", "http://localhost:1", "http://[::1]:2"].into_iter().all(is_loopback));
        assert!(!["https://ec2.example.com", "http://10.0.0.1", "nonsense"].into_iter().any(is_loopback));
    }
}
