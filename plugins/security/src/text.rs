//! The rules of AWS for names and descriptions of security groups and their rules.
//!
//! Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html> and
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html>

use deploy_plugin::model::{KeyPath, Problem};

/// The longest name or description.
const LONGEST: usize = 255;
/// What a name or description may hold besides letters, digits and spaces.
const MARKS: &str = "._-:/()#,@[]+=&;{}!$*";

/// Says what is wrong with a description, if anything. An empty one is fine.
pub fn check(text: &str, path: &KeyPath) -> Option<Problem> {
    let length = text.chars().count();
    if length > LONGEST {
        let help = format!("shorten it by {} characters", length - LONGEST);
        return Some(Problem::new(path.clone(), format!("AWS allows {LONGEST} characters here")).help(help));
    }
    let allowed = |character: char| character.is_ascii_alphanumeric() || character == ' ' || MARKS.contains(character);
    let wrong = text.chars().find(|character| !allowed(*character))?;
    let help = format!("use letters without accents, digits, spaces and {MARKS}");
    Some(Problem::new(path.clone(), format!("AWS does not allow `{wrong}` here")).help(help))
}

/// Says what is wrong with the name of a group, if anything.
pub fn check_name(name: &str, path: &KeyPath) -> Option<Problem> {
    let refuse = |message: &str, help: &str| Some(Problem::new(path.clone(), message).help(help));
    if name.is_empty() {
        return refuse("the name of a security group cannot be empty", "remove the key for `{prefix}-…`");
    }
    if name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("sg-")) {
        return refuse("the name of a security group cannot begin with `sg-`", "that is how ids begin");
    }
    if name == "default" {
        return refuse("`default` is the name of the group that AWS makes itself", "choose another name");
    }
    if name.trim() != name {
        return refuse("AWS removes spaces around a name", "remove them");
    }
    check(name, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_descriptions_hold_what_aws_allows() {
        let path = KeyPath::root();
        assert_eq!(check("Allow from Any HTTP (80/tcp)", &path), None);
        assert_eq!(check("", &path), None);
        assert_eq!(check("don't", &path).expect("a problem").message, "AWS does not allow `'` here");
        let long = check(&"x".repeat(260), &path).expect("a problem");
        assert_eq!(long.help.as_deref(), Some("shorten it by 5 characters"));
        assert_eq!(check_name("shop-dev-app", &path), None);
        for name in ["", "sg-app", "SG-app", "default", "app ", "app<1>"] {
            assert!(check_name(name, &path).is_some(), "{name:?}");
        }
    }
}
