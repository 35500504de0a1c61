//! What a bucket may be called.
//!
//! Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>

use std::net::Ipv4Addr;

use deploy_plugin::StageContext;
use deploy_plugin::model::{Input, KeyPath, Problem};

use crate::template::fill;

/// What no name begins with.
const BEGINNINGS: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
/// What no name ends with: each stands for something else; `-an` for names that their account alone can give.
const ENDS: [&str; 6] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3", "-an"];
/// What stands for the placeholders that only AWS fills in: an account's twelve digits, and a region of common length.
const STAND_INS: [(&str, &str); 3] =
    [("{account}", "123456789012"), ("{region}", "ap-northeast-1"), ("{partition}", "aws")];

/// The name that `template` gives.
///
/// # Errors
/// What keeps it from naming a bucket, as a problem of the key `source`.
pub fn name(template: &str, source: &KeyPath, cx: &StageContext) -> Result<Input<String>, Problem> {
    let name = fill(template, source, cx)?;
    let shown = cx.expand(template);
    let Some(flaw) = flaw(&filled_in(&shown)) else { return Ok(name) };
    let problem = Problem::new(source.clone(), format!("`{shown}` cannot name a bucket: {flaw}"));
    let other = shown.to_lowercase().replace('_', "-");
    Err(match flaw_of_text(&other) {
        None => problem.help(format!("set `name = \"{other}\"`")),
        Some(_) => problem.help("set `name` to 3 to 63 lower-case letters, digits and `-`"),
    })
}

fn filled_in(template: &str) -> String {
    STAND_INS.iter().fold(template.to_owned(), |text, (placeholder, stand_in)| text.replace(placeholder, stand_in))
}

fn flaw_of_text(template: &str) -> Option<String> {
    flaw(&filled_in(template))
}

/// What keeps `name` from naming a bucket, for a sentence that ends with it.
fn flaw(name: &str) -> Option<String> {
    let is_ordinary = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
    if let Some(other) = name.chars().find(|character| !is_ordinary(*character) && !".-".contains(*character)) {
        return Some(format!("`{other}` is no lower-case letter, digit, `-` or `.`"));
    }
    let length = name.len();
    if !(3..=63).contains(&length) {
        return Some(format!("it has {length} characters, and 3 to 63 are allowed"));
    }
    if !name.starts_with(is_ordinary) || !name.ends_with(is_ordinary) {
        return Some("it must begin and end with a letter or a digit".to_owned());
    }
    if name.contains("..") {
        return Some("two `.` stand side by side".to_owned());
    }
    if name.parse::<Ipv4Addr>().is_ok() {
        return Some("it is an IP address".to_owned());
    }
    let beginning = BEGINNINGS.into_iter().find(|beginning| name.starts_with(beginning));
    let reserved = beginning.or_else(|| ENDS.into_iter().find(|end| name.ends_with(end)));
    reserved.map(|reserved| format!("AWS keeps `{reserved}` for itself"))
}

#[cfg(test)]
mod tests {
    use super::flaw;

    #[test]
    fn what_aws_would_refuse_is_refused_here_with_a_reason() {
        let longest = "a".repeat(63);
        for name in ["abc", "a.b-c", "1a2", longest.as_str()] {
            assert_eq!(flaw(name), None, "{name}");
        }
        let too_long = "a".repeat(64);
        let cases = [
            ("Shop", "`S` is no lower-case letter"),
            ("my_bucket", "`_` is no lower-case letter"),
            ("ab", "2 characters"),
            (too_long.as_str(), "64 characters"),
            ("-abc", "begin and end"),
            ("a..b", "side by side"),
            ("192.168.5.4", "IP address"),
            ("xn--shop", "`xn--`"),
            ("shop-s3alias", "`-s3alias`"),
            ("shop-an", "`-an`"),
        ];
        for (name, reason) in cases {
            assert!(flaw(name).is_some_and(|flaw| flaw.contains(reason)), "{name}");
        }
    }
}
