//! The names that a bucket can have.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html> and, for names that only their
//! account can give, <https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html>

use crate::error::ApiError;
use std::net::Ipv4Addr;

/// What no name begins with.
const PREFIXES: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
/// What no name ends with: each stands for something else.
const SUFFIXES: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];
/// What names end with that only their account can give.
const OF_ACCOUNT: &str = "-an";

/// Whether anything can have this name: 3 to 63 lower-case letters, digits, hyphens and full stops, the first and the
/// last of them a letter or a digit, no two full stops side by side, and no address of IPv4.
pub(super) fn check_shape(name: &str) -> Result<(), ApiError> {
    let is_ordinary = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = name.as_bytes();
    let is_valid = (3..=63).contains(&bytes.len())
        && bytes.iter().all(|byte| is_ordinary(byte) || b".-".contains(byte))
        && [bytes.first(), bytes.last()].into_iter().flatten().all(is_ordinary)
        && !name.contains("..")
        && name.parse::<Ipv4Addr>().is_err();
    if is_valid { Ok(()) } else { Err(invalid(name)) }
}

/// Whether a new bucket can have this name: none that is reserved.
pub(super) fn check_new(name: &str, namespace: Option<&str>, account: &str, region: &str) -> Result<(), ApiError> {
    check_shape(name)?;
    if PREFIXES.iter().any(|prefix| name.starts_with(prefix)) || SUFFIXES.iter().any(|suffix| name.ends_with(suffix)) {
        return Err(invalid(name));
    }
    match namespace {
        Some("account-regional") if name.ends_with(&format!("-{account}-{region}{OF_ACCOUNT}")) => Ok(()),
        None | Some("global") if !name.ends_with(OF_ACCOUNT) => Ok(()),
        None | Some("global" | "account-regional") => Err(invalid(name)),
        Some(_) => Err(ApiError::client("InvalidNamespaceHeader", "The specified bucket namespace is not valid.")),
    }
}

fn invalid(name: &str) -> ApiError {
    ApiError::client("InvalidBucketName", "The specified bucket is not valid.").with("BucketName", name)
}

#[cfg(test)]
mod tests {
    use super::{check_new, check_shape};

    #[test]
    fn names_have_a_shape() {
        let longest = "a".repeat(63);
        for name in ["abc", "a.b-c", "1a2", "my.bucket.name", longest.as_str()] {
            assert!(check_shape(name).is_ok(), "{name}");
        }
        let too_long = "a".repeat(64);
        for name in [
            "",
            "ab",
            "Shop",
            "my_bucket",
            "-abc",
            "abc-",
            ".abc",
            "abc.",
            "a..b",
            "192.168.5.4",
            "a b",
            "é12",
            too_long.as_str(),
        ] {
            assert_eq!(check_shape(name).expect_err(name).code, "InvalidBucketName");
        }
    }

    #[test]
    fn beginnings_and_ends_are_reserved() {
        let check = |name: &str, namespace| check_new(name, namespace, "123456789012", "eu-west-1");
        for name in
            ["xn--a", "sthree-a", "amzn-s3-demo-a", "a-s3alias", "a--ol-s3", "abc.mrap", "a--x-s3", "a--table-s3"]
        {
            assert_eq!(check(name, None).expect_err(name).code, "InvalidBucketName");
        }
        assert!(check("shop", None).is_ok() && check("shop", Some("global")).is_ok());
        let own = "shop-123456789012-eu-west-1-an";
        assert!(check(own, None).is_err() && check(own, Some("account-regional")).is_ok());
        assert!(check("shop", Some("account-regional")).is_err());
        assert!(check("shop-111111111111-eu-west-1-an", Some("account-regional")).is_err());
        assert_eq!(check("shop", Some("other")).expect_err("no namespace").code, "InvalidNamespaceHeader");
    }
}
