//! Questions about what others have in the stores: the ARN of one, or a path with everything below it.

use deploy_aws::Clients;
use deploy_kinds::secrets::{Parameter, Store};
use deploy_plugin::model::{Fault, FaultKind};
use deploy_plugin::{Answer, ByQuestion};

use crate::listed::Listed;
use crate::parameter::answer;
use crate::{parameter_store, secrets_manager};

/// A question, understood.
#[derive(Debug, PartialEq, Eq)]
enum Question<'a> {
    /// `arn:…:parameter/shared/DB_URL`, which two names have where it has one level.
    Parameter { region: &'a str, names: Vec<String> },
    /// `arn:…:secret:shared/db-AbCdEf`.
    Secret { region: &'a str },
    /// `/shared/*`: one level.
    Below(&'a str),
}

impl<'a> Question<'a> {
    fn read(text: &'a str) -> Option<Self> {
        if let Some(path) = text.strip_suffix("/*") {
            return Some(Self::Below(path));
        }
        let mut parts = text.splitn(6, ':');
        let (service, region, rest) = (parts.nth(2)?, parts.next()?, parts.nth(1)?);
        match service {
            "ssm" => {
                let name = rest.strip_prefix("parameter/")?;
                let mut names = vec![format!("/{name}")];
                if !name.contains('/') {
                    names.push(name.to_owned());
                }
                Some(Self::Parameter { region, names })
            }
            "secretsmanager" => Some(Self::Secret { region }),
            _ => None,
        }
    }
}

/// Those that answer, with their tags. A question about another region has no answer here.
pub(crate) async fn ask(clients: &Clients, text: &str) -> Result<Option<Vec<Answer<Parameter>>>, Fault> {
    let reads = &clients.ssm().reads;
    let (store, listed) = match Question::read(text) {
        Some(Question::Below(path)) => (Store::ParameterStore, parameter_store::below(reads, path).await?),
        Some(Question::Parameter { region, names }) if region == clients.region() => {
            let listed = parameter_store::named(reads, &names).await?;
            let is_other = |listed: &Listed| listed.arn.starts_with("arn:") && listed.arn != text;
            // One of this name in another account says nothing of the one that is meant.
            if listed.iter().any(is_other) {
                return Ok(None);
            }
            (Store::ParameterStore, parameter_store::with_tags(reads, listed).await?)
        }
        Some(Question::Secret { region }) if region == clients.region() => {
            let found = secrets_manager::described(&clients.secretsmanager().reads, text).await?;
            (Store::SecretsManager, found.into_iter().collect())
        }
        _ => return Ok(None),
    };
    Ok(Some(listed.into_iter().map(|listed| answer(store, listed)).collect()))
}

/// The answers to all questions that can be answered here.
pub(crate) async fn ask_all(clients: &Clients, texts: &[String]) -> Result<ByQuestion<Answer<Parameter>>, Fault> {
    let asked = texts.iter().map(async |text| match ask(clients, text).await {
        // What another account has, nobody here may look at; a path is always one's own.
        Err(fault) if fault.kind == FaultKind::Denied && text.starts_with("arn:") => Ok((text.clone(), None)),
        answers => Ok((text.clone(), answers?)),
    });
    let answers: Vec<(String, Option<Vec<_>>)> = futures::future::try_join_all(asked).await?;
    Ok(answers.into_iter().filter_map(|(text, answers)| Some((text, answers?))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_an_arn_or_a_path() {
        let parameter = |names: &[&str]| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            Some(Question::Parameter { region: "eu-west-1", names })
        };
        let arn = "arn:aws:ssm:eu-west-1:123456789012:parameter";
        assert_eq!(Question::read(&format!("{arn}/a/b")), parameter(&["/a/b"]));
        assert_eq!(Question::read(&format!("{arn}/A")), parameter(&["/A", "A"]));
        let secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a/b-AbCdEf";
        assert_eq!(Question::read(secret), Some(Question::Secret { region: "eu-west-1" }));
        assert_eq!(Question::read("/shared/*"), Some(Question::Below("/shared")));
        for other in ["", "arn:aws:s3:::bucket", "/shared", "arn:aws:ssm"] {
            assert_eq!(Question::read(other), None, "{other}");
        }
    }
}
