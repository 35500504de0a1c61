//! What a task reads from Parameter Store when it starts.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-ssm-paramstore.html> and, for the
//! words, <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html>

use super::start::{Executor, RETRIEVAL_FAILED};
use crate::authorization;
use crate::call::Call;
use crate::kms;
use crate::ssm;
use std::collections::BTreeMap;

/// A parameter that a task wants to read.
struct Wanted {
    region: String,
    name: String,
    arn: String,
    found: Option<Found>,
}

/// What there is of it.
struct Found {
    tags: BTreeMap<String, String>,
    encrypted_with: Option<String>,
}

/// Reads the parameters that these references name. All are read together: a refusal of one is a refusal of all, and so
/// is one that is missing. The policy is asked first: a parameter that is not there has no tags that a condition could
/// match.
pub(super) fn read_all<'a>(
    references: impl Iterator<Item = &'a str>,
    executor: &Executor<'_>,
    call: &mut Call<'_>,
) -> Result<(), String> {
    let parameters: Vec<Wanted> = references.map(|value_from| Wanted::of(value_from, call)).collect();
    let refused =
        |refusal| format!("{RETRIEVAL_FAILED} secrets from ssm: service call has been retried 1 time(s): {refusal}");
    for parameter in &parameters {
        let context = parameter.tag_context();
        executor.require(call, "ssm:GetParameters", &parameter.arn, &context).map_err(refused)?;
    }
    for parameter in &parameters {
        parameter.decrypt(executor, &mut call.in_region(&parameter.region)).map_err(refused)?;
    }
    let missing: Vec<&str> = parameters.iter().filter(|p| p.found.is_none()).map(|p| p.name.as_str()).collect();
    match missing.is_empty() {
        true => Ok(()),
        false => Err(format!("{RETRIEVAL_FAILED} secrets from ssm: invalid parameters: {}", missing.join(","))),
    }
}

impl Wanted {
    /// The parameter behind a name of this region, or behind an ARN of any.
    fn of(reference: &str, call: &Call<'_>) -> Wanted {
        let parts: Vec<&str> = reference.splitn(6, ':').collect();
        let (region, arn, name) = match parts[..] {
            ["arn", _, "ssm", region, _, resource] => {
                let name = resource.trim_start_matches("parameter/");
                let shown = if name.contains('/') { format!("/{name}") } else { name.to_owned() };
                (region, reference.to_owned(), shown)
            }
            _ => {
                let arn = ssm::arn(&call.region, &call.account_id, reference);
                (call.region.as_str(), arn, reference.to_owned())
            }
        };
        let state = call.account.regions.get(region).map(|region| &region.ssm);
        let found = state.and_then(|state| ssm::find(state, reference).ok()).map(|found| Found {
            tags: found.parameter.tags.clone(),
            encrypted_with: found.version.encrypted_with.clone(),
        });
        Wanted { region: region.to_owned(), name, arn, found }
    }

    /// Decrypts it: the role must be allowed to use the key, and the key must be one that can be used.
    fn decrypt(&self, executor: &Executor<'_>, call: &mut Call<'_>) -> Result<(), String> {
        let Some(key) = self.found.as_ref().and_then(|found| found.encrypted_with.as_deref()) else { return Ok(()) };
        if let Some(need) = authorization::decrypting_parameter(call, &self.arn, key) {
            executor.require(call, &need.action, &need.resource, &need.context)?;
        }
        kms::usable(call, key).map_err(|error| format!("InvalidKeyId: {}", kms::in_words(call, &error)))
    }

    /// The tags as conditions see them. Both keys are in use; the first is older.
    fn tag_context(&self) -> BTreeMap<String, Vec<String>> {
        let tags = self.found.iter().flat_map(|found| &found.tags);
        let both = tags.flat_map(|(key, value)| {
            ["ssm:resourceTag", "aws:ResourceTag"].map(|prefix| (format!("{prefix}/{key}"), vec![value.clone()]))
        });
        both.collect()
    }
}
