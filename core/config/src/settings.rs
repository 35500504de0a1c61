//! The settings above all sections: what the application is called and where it goes.

use std::collections::BTreeMap;

use deploy_model::{KeyPath, Problem, check_region};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::diagnostic::shortened;

/// The longest name of an application; it becomes part of names in AWS.
const LONGEST_APP: usize = 32;

/// Tags a user may add. AWS allows fifty on a resource; ownership needs some of them.
/// <https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html>
const MOST_TAGS: usize = 40;

/// Tags that mark ownership and are written by `deploy` alone.
const OWNERSHIP_TAGS: [&str; 2] = ["application", "environment"];

/// The keys at the top of an environment file that belong to no section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The name of the application: letters, digits, `-` and `_`, starting with a letter.
    #[schemars(length(min = 1, max = 32), regex(pattern = "^[A-Za-z][A-Za-z0-9_-]*$"))]
    pub app: String,
    /// What every resource's name begins with. `{app}` and `{env}` are replaced.
    #[serde(default = "default_prefix")]
    pub prefix: String,
    /// The environment to use where a command is given none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_environment: Option<String>,
    /// Where the environment lives.
    #[serde(default)]
    pub target: Target,
    /// Ask for the environment's name before any change.
    #[serde(default)]
    pub production: bool,
    /// Refuse to replace or destroy anything.
    #[serde(default)]
    pub protect: bool,
    /// Tags put on every resource, besides those that mark ownership.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// The AWS account and how to reach it.
    #[serde(default)]
    pub aws: Aws,
    /// Keys to remove from the layers below this one, such as `security.groups.app.ingress.http`.
    ///
    /// Applied while layers are merged, and empty afterwards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unset: Vec<String>,
}

/// Where an environment lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// An AWS account.
    #[default]
    Aws,
    /// The AWS that is embedded in `deploy`.
    Local,
}

/// The AWS account and how to reach it. `account` and `region` pin the environment to them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Aws {
    /// The twelve digits of the only account this environment may change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[0-9]{12}$"))]
    pub account: Option<String>,
    /// The region, such as `ap-northeast-1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The profile of the AWS configuration files to take credentials from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Another endpoint for every service, for an AWS of your own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint_url: Option<String>,
}

fn default_prefix() -> String {
    "{app}-{env}".to_owned()
}

impl Settings {
    /// The lowest layer.
    pub(crate) fn built_in() -> Value {
        json!({ "prefix": default_prefix(), "target": Target::default(), "production": false, "protect": false })
    }

    /// What the names of this application's resources in `environment` begin with.
    pub fn prefix(&self, environment: &str) -> String {
        self.prefix.split('{').fold(String::new(), |mut expanded, piece| {
            let (placeholder, rest) = piece.split_once('}').unwrap_or(("", piece));
            expanded.push_str(match placeholder {
                "app" => &self.app,
                "env" => environment,
                _ => "",
            });
            expanded.push_str(rest);
            expanded
        })
    }

    /// What the schema cannot say.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        problems.extend(self.app_problem());
        problems.extend(self.prefix_problem());
        problems.extend(self.account_problem());
        problems.extend(self.region_problem());
        problems.extend(self.endpoint_problem());
        problems.extend(self.tag_problems());
        problems
    }

    fn app_problem(&self) -> Option<Problem> {
        let legal = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
        let fits = self.app.starts_with(|first: char| first.is_ascii_alphabetic())
            && self.app.chars().all(legal)
            && self.app.len() <= LONGEST_APP;
        (!fits).then(|| {
            Problem::new(KeyPath::of(["app"]), "`app` cannot be the name of an application")
                .label("letters, digits, `-` and `_`, at most 32, a letter first")
        })
    }

    fn prefix_problem(&self) -> Option<Problem> {
        let rest = self.prefix.replace("{app}", "").replace("{env}", "");
        let problem = |message: &str| Problem::new(KeyPath::of(["prefix"]), message);
        if self.prefix.is_empty() {
            return Some(problem("`prefix` is empty").label("every name begins with it"));
        }
        rest.contains(['{', '}'])
            .then(|| problem("`prefix` has an unknown placeholder").label("only `{app}` and `{env}`"))
    }

    fn account_problem(&self) -> Option<Problem> {
        let account = self.aws.account.as_ref()?;
        let fits = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        (!fits).then(|| {
            Problem::new(KeyPath::of(["aws", "account"]), "`aws.account` is not an account id").label("twelve digits")
        })
    }

    fn region_problem(&self) -> Option<Problem> {
        let error = check_region(self.aws.region.as_ref()?).err()?;
        let problem = Problem::new(KeyPath::of(["aws", "region"]), format!("`aws.region`: {error}"));
        Some(problem.label("no region has such a name").help(error.help()))
    }

    fn endpoint_problem(&self) -> Option<Problem> {
        let url = self.aws.endpoint_url.as_ref()?;
        let host = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
        let fits =
            host.is_some_and(|host| host.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '['));
        (!fits).then(|| {
            Problem::new(KeyPath::of(["aws", "endpoint_url"]), "`aws.endpoint_url` is not the address of an endpoint")
                .label("begins with neither `http://` nor `https://`")
                .help("write it like `http://127.0.0.1:4566`")
        })
    }

    fn tag_problems(&self) -> Vec<Problem> {
        let tags = KeyPath::of(["tags"]);
        let mut problems = Vec::new();
        if self.tags.len() > MOST_TAGS {
            let message = format!("{} tags are too many", self.tags.len());
            problems.push(Problem::new(tags.clone(), message).label("at most 40"));
        }
        for (key, value) in &self.tags {
            let path = tags.child(key);
            if let Some((message, label)) = tag_fault(key, value) {
                problems.push(
                    Problem::new(path.clone(), format!("`{}` {message}", shortened(&path.to_string()))).label(label),
                );
            }
        }
        problems
    }
}

/// AWS's limits on tags: <https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html>
fn tag_fault(key: &str, value: &str) -> Option<(&'static str, &'static str)> {
    let folded = key.to_ascii_lowercase();
    if folded.starts_with("aws:") {
        return Some(("is reserved by AWS", "no tag may begin with `aws:`"));
    }
    if folded.starts_with("deploy:") || OWNERSHIP_TAGS.contains(&key) {
        return Some(("is reserved", "`deploy` writes this tag itself"));
    }
    if key.is_empty() || key.chars().count() > 128 {
        return Some(("is no tag key", "1 to 128 characters"));
    }
    (value.chars().count() > 256).then_some(("has too long a value", "at most 256 characters"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(value: Value) -> Settings {
        serde_json::from_value(value).expect("settings")
    }

    #[test]
    fn the_prefix_is_expanded() {
        assert_eq!(settings(json!({ "app": "shop" })).prefix("prod"), "shop-prod");
        assert_eq!(settings(json!({ "app": "shop", "prefix": "x-{env}.{app}-y" })).prefix("dev"), "x-dev.shop-y");
        assert_eq!(settings(json!({ "app": "shop", "prefix": "flat" })).prefix("dev"), "flat");
        assert_eq!(settings(json!({ "app": "{env}" })).prefix("dev"), "{env}-dev");
    }

    #[test]
    fn what_does_not_fit_is_named_by_its_key() {
        let long = "k".repeat(129);
        let tags =
            json!({ "aws:x": "", "Deploy:y": "", "environment": "", "ok": "fine", "v": "x".repeat(257), long: "" });
        let wrong = json!({ "app": "1shop", "prefix": "{region}", "aws": { "account": "12", "region": "Tokyo" }, "tags": tags });
        let mut paths: Vec<String> =
            settings(wrong).problems().iter().map(|problem| problem.path.to_string()).collect();
        paths.retain(|path| path.len() < 100);
        assert_eq!(
            paths,
            [
                "app",
                "prefix",
                "aws.account",
                "aws.region",
                "tags.\"Deploy:y\"",
                "tags.\"aws:x\"",
                "tags.environment",
                "tags.v"
            ]
        );
    }
}
