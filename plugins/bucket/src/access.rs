//! What roles may do with a bucket: a policy of their own for each.

use std::collections::BTreeMap;

use deploy_kinds::iam::{PolicyDocument, Role, Statement, Texts};
use deploy_plugin::model::{Input, KeyPath, Part, Problem};
use deploy_plugin::{Blueprint, Resource, StageContext};

use crate::bucket::Bucket;
use crate::config::BucketSection;
use crate::others;
use crate::stage::path;
use crate::template::{fill, text};

/// What a role may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Access {
    /// The key that lets it read.
    read: Option<KeyPath>,
    /// The key that lets it write.
    write: Option<KeyPath>,
}

/// What reading objects takes, and what telling a missing one from a forbidden one does.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>
const READ: [&str; 1] = ["s3:GetObject"];
const LIST: [&str; 1] = ["s3:ListBucket"];
/// What writing objects takes, in parts too.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions>
const WRITE: [&str; 2] = ["s3:AbortMultipartUpload", "s3:PutObject"];
/// What reading, and what writing takes of the key of KMS. Who writes in parts has to read them too.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#require-sse-kms>
const DECRYPT: &[&str] = &["kms:Decrypt"];
const ENCRYPT: &[&str] = &["kms:Decrypt", "kms:GenerateDataKey"];

/// Gives the roles that the section names their access to the bucket `key`.
pub fn grant(
    key: &str,
    section: &BucketSection,
    cx: &StageContext,
    blueprint: &mut Blueprint,
    problems: &mut Vec<Problem>,
) {
    for (role, access) in by_role(key, section) {
        // A key that no bucket can use was reported with the bucket.
        let Ok(document) = document(key, section, &access, cx) else { continue };
        let source = access.read.or(access.write).unwrap_or_else(|| path(key));
        if let Err(problem) = put(key, role, document, source, blueprint) {
            problems.push(problem);
        }
    }
}

/// The roles that are named, each once.
fn by_role<'a>(key: &str, section: &'a BucketSection) -> BTreeMap<&'a str, Access> {
    let mut roles: BTreeMap<&str, Access> = BTreeMap::new();
    for (position, role) in section.read.iter().enumerate() {
        roles.entry(role).or_default().read = Some(path(key).child("read").child(position.to_string()));
    }
    for (position, role) in section.write.iter().enumerate() {
        roles.entry(role).or_default().write = Some(path(key).child("write").child(position.to_string()));
    }
    roles
}

/// Puts the policy into the role.
fn put(
    key: &str,
    role: &str,
    document: PolicyDocument,
    source: KeyPath,
    blueprint: &mut Blueprint,
) -> Result<(), Problem> {
    let policy = format!("bucket-{key}");
    let address = others::change::<Role>(role, &source, blueprint, |inputs| {
        if inputs.policies.contains_key(&policy) {
            let message = format!("the role `{role}` has a policy `{policy}` of its own");
            return Err(Problem::new(source.clone(), message).help("give that policy another name"));
        }
        inputs.policies.insert(policy.clone(), document);
        Ok(())
    })?;
    blueprint.comes_from(&address, KeyPath::of(["policies", &policy]), source);
    Ok(())
}

fn document(key: &str, section: &BucketSection, access: &Access, cx: &StageContext) -> Result<PolicyDocument, Problem> {
    let bucket = || Bucket::output::<String>(key, "arn");
    let objects = || text([Part::Reference(Bucket::reference(key, "arn")), "/*".into()]);
    let mut statements = BTreeMap::new();
    let mut allow = |sid: &str, actions: &[&str], resource: Input<String>| {
        let actions = actions.iter().copied().collect();
        let statement = Statement { actions, resources: Texts::from([resource]), ..Statement::default() };
        statements.insert(sid.to_owned(), statement);
    };
    if access.read.is_some() {
        allow("ListBucket", &LIST, bucket());
        allow("ReadObjects", &READ, objects());
    }
    if access.write.is_some() {
        allow("WriteObjects", &WRITE, objects());
    }
    if let Some(kms_key) = &section.kms_key {
        let actions = if access.write.is_some() { ENCRYPT } else { DECRYPT };
        statements.insert("UseKey".to_owned(), use_key(kms_key, actions, &path(key).child("kms_key"), cx)?);
    }
    Ok(PolicyDocument::of(statements))
}

/// The use of a key, through S3 alone. An alias cannot be a resource, so it is a condition.
///
/// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html>
fn use_key(kms_key: &str, actions: &[&str], source: &KeyPath, cx: &StageContext) -> Result<Statement, Problem> {
    let only = |key: &str, value: Input<String>| BTreeMap::from([(key.to_owned(), Texts::from([value]))]);
    let via = text(["s3.".into(), cx.region(), ".amazonaws.com".into()]);
    let mut conditions = BTreeMap::from([("StringEquals".to_owned(), only("kms:ViaService", via))]);
    let alias = kms_key.find("alias/").filter(|at| *at == 0 || kms_key[..*at].ends_with(':')).map(|at| &kms_key[at..]);
    let resource = match alias {
        Some(alias) => {
            let aliases = only("kms:ResourceAliases", fill(alias, source, cx)?);
            conditions.insert("ForAnyValue:StringEquals".to_owned(), aliases);
            fill("arn:{partition}:kms:{region}:{account}:key/*", source, cx)?
        }
        None if kms_key.starts_with("arn:") => fill(kms_key, source, cx)?,
        None => fill(&format!("arn:{{partition}}:kms:{{region}}:{{account}}:key/{kms_key}"), source, cx)?,
    };
    let actions = actions.iter().copied().collect();
    Ok(Statement { actions, resources: Texts::from([resource]), conditions, ..Statement::default() })
}
