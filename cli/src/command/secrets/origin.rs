//! Where the value of a container's secret variable comes from: `valueFrom` of a task definition, understood as ECS
//! understands it.

use deploy_kinds::secrets::{Place, Store};
use deploy_model::{Input, Part, Reference};
use deploy_secrets::store::Reading;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::vault::Declared;
use crate::error::CommandError;

/// Where one value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// What a person calls the secret: its key, or the name in its ARN.
    pub name: String,
    /// Where its value lives.
    pub place: Place,
    /// The key in the JSON object that the value is.
    pub json_key: Option<String>,
}

impl Origin {
    /// The origin that `from` names, if it is one that can be read here: in the region and the account `here`, as an ARN
    /// has them, `eu-west-1:123456789012`.
    pub fn of(from: &Input<String>, declared: &[Declared], here: &str) -> Option<Self> {
        match from {
            // arn:partition:service:region:account:…
            Input::Value(arn) if !arn.splitn(4, ':').nth(3)?.starts_with(&format!("{here}:")) => None,
            Input::Value(arn) => Self::in_arn(arn),
            Input::Reference(reference) => Self::of_declared(reference, declared, ""),
            Input::Text(parts) => match parts.as_slice() {
                [Part::Reference(reference), Part::Fixed(suffix)] => Self::of_declared(reference, declared, suffix),
                _ => None,
            },
        }
    }

    fn of_declared(reference: &Reference, declared: &[Declared], suffix: &str) -> Option<Self> {
        let found = declared.iter().find(|declared| declared.address == reference.address)?;
        Some(Self { name: found.key().to_owned(), place: found.place(), json_key: json_key(suffix)? })
    }

    /// `arn:aws:ssm:region:account:parameter/a/b` is named `/a/b`; behind the ARN of a secret may stand a key.
    fn in_arn(arn: &str) -> Option<Self> {
        if let Some((_, name)) = arn.split_once(":parameter/") {
            let name = if name.contains('/') { format!("/{name}") } else { name.to_owned() };
            return Some(Self {
                name: name.clone(),
                place: Place { store: Store::ParameterStore, name },
                json_key: None,
            });
        }
        let (_, rest) = arn.split_once(":secret:")?;
        let name = rest.split(':').next()?;
        let (arn, suffix) = arn.split_at(arn.len() - rest.len() + name.len());
        let place = Place { store: Store::SecretsManager, name: arn.to_owned() };
        Some(Self { name: name.to_owned(), place, json_key: json_key(suffix)? })
    }

    /// The value for the variable.
    ///
    /// # Errors
    /// Where it is to be a part of a JSON object and there is none. No part of the value is told.
    pub fn value_in(&self, reading: &Reading) -> Result<Zeroizing<String>, CommandError> {
        let Some(key) = &self.json_key else { return Ok(Zeroizing::new(reading.value.expose().to_owned())) };
        let wrong = |message: String| {
            let help = format!("set it to an object that has one: `{{\"{key}\": \"value\"}}`");
            CommandError::bad_input(message, help)
        };
        let object: Map<String, Value> = serde_json::from_str(reading.value.expose())
            .map_err(|_| wrong(format!("the value of {} is no JSON object, and has no key `{key}`", self.name)))?;
        match object.get(key) {
            Some(Value::String(text)) => Ok(Zeroizing::new(text.clone())),
            Some(other) => Ok(Zeroizing::new(other.to_string())),
            None => Err(wrong(format!("the value of {} has no key `{key}`", self.name))),
        }
    }
}

/// The key in `:key:label:id`, where label and id are those of the current version. A value that is whole has none.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html>
fn json_key(suffix: &str) -> Option<Option<String>> {
    let mut parts = suffix.split(':').skip(1);
    let key = parts.next().filter(|key| !key.is_empty()).map(str::to_owned);
    let label = parts.next().unwrap_or_default();
    let id = parts.next().unwrap_or_default();
    (matches!(label, "" | "AWSCURRENT") && id.is_empty()).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use deploy_kinds::secrets::VersionName;
    use deploy_secrets::Secret;

    fn in_arn(arn: &str) -> Option<(String, String, Option<String>)> {
        Origin::of(&Input::from(arn), &[], "eu-west-1:123456789012")
            .map(|origin| (origin.name, origin.place.name, origin.json_key))
    }

    #[test]
    fn an_arn_says_where_the_value_is_and_which_part_of_it_is_meant() {
        let arn = |rest: &str| format!("arn:aws:{rest}");
        let secret = arn("secretsmanager:eu-west-1:123456789012:secret:/shop/db-AbCdEf");
        let found = |name: &str, place: &str, key: Option<&str>| {
            Some((name.to_owned(), place.to_owned(), key.map(str::to_owned)))
        };
        assert_eq!(in_arn(&arn("ssm:eu-west-1:123456789012:parameter/a/b")), found("/a/b", "/a/b", None));
        assert_eq!(in_arn(&arn("ssm:eu-west-1:123456789012:parameter/A")), found("A", "A", None));
        assert_eq!(in_arn(&secret), found("/shop/db-AbCdEf", &secret, None));
        for suffix in [":user::", ":user:AWSCURRENT:", ":user"] {
            assert_eq!(in_arn(&format!("{secret}{suffix}")), found("/shop/db-AbCdEf", &secret, Some("user")));
        }
        for other in [":user:AWSPREVIOUS:", "::: 1"] {
            assert_eq!(in_arn(&format!("{secret}{other}")), None);
        }
        for elsewhere in ["arn:aws:s3:::bucket", "arn", "arn:aws:ssm:eu-west-1:123456789013:parameter/A"] {
            assert_eq!(in_arn(elsewhere), None, "{elsewhere}");
        }
    }

    #[test]
    fn a_part_is_taken_out_of_an_object_and_nothing_of_the_rest_is_told() {
        let origin = |key: Option<&str>| Origin {
            name: "DB".to_owned(),
            place: Place { store: Store::SecretsManager, name: "db".to_owned() },
            json_key: key.map(str::to_owned),
        };
        let reading =
            |value: &str| Reading { version: VersionName::Id("1".to_owned()), value: Secret::new(value.to_owned()) };
        let object = r#"{"user":"app","port":5432,"hunter2":"hunter2"}"#;
        let value = |key, value: &str| origin(key).value_in(&reading(value)).map(|value| value.to_string());
        assert_eq!(value(None, object).ok().as_deref(), Some(object));
        assert_eq!(value(Some("user"), object).ok().as_deref(), Some("app"));
        assert_eq!(value(Some("port"), object).ok().as_deref(), Some("5432"));
        for (key, text) in [("none", object), ("user", "hunter2"), ("user", "[\"hunter2\"]")] {
            let error = value(Some(key), text).expect_err("no such key").text(crate::view::Style::Plain);
            assert!(error.contains(key) && !error.contains("hunter2"), "{error}");
        }
    }
}
