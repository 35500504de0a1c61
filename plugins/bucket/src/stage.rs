//! The stage `bucket`: from the section to buckets, to policies in roles and to variables in containers.

use std::collections::BTreeMap;

use deploy_plugin::model::{Input, KeyPath, Problem};
use deploy_plugin::{Blueprint, Graph, Methods, Stage, StageContext};

use crate::bucket::{Bucket, Encryption};
use crate::config::{BucketConfig, BucketSection, EncryptionSection};
use crate::name::name;
use crate::template::fill;
use crate::{access, variable};

/// The stage, which owns the section.
pub struct BucketStage;

impl Stage for BucketStage {
    const NAME: &'static str = "bucket";
    const METHODS: Methods = Methods { transform: true, ..Methods::NONE };
    type Config = BucketConfig;

    fn desired(&self, config: &BucketConfig, cx: &StageContext, graph: &mut Graph) {
        let mut names: BTreeMap<Input<String>, &str> = BTreeMap::new();
        for (key, section) in &config.buckets {
            let source = path(key);
            let inputs = match inputs(key, section, &source, cx) {
                Ok(inputs) => inputs,
                Err(problem) => {
                    graph.problem(problem);
                    continue;
                }
            };
            if let Some(other) = names.insert(inputs.name.clone(), key) {
                let message = format!("`{other}` and `{key}` have one name");
                graph.problem(Problem::new(source.clone(), message).help("give one of them another `name`"));
            }
            let fields = ["versioning", "public_access_block", "encryption"].map(|field| vec![field]).into_iter();
            let fields = fields.chain([vec!["encryption", "kms_key"]]).map(|field| {
                let key = field.last().expect("a field has a name");
                (KeyPath::of(field.clone()), source.child(*key))
            });
            let _ = graph.add(key, source.clone(), &inputs).field("name", name_source(section, &source)).fields(fields);
        }
    }

    fn transform(
        &self,
        config: &BucketConfig,
        cx: &StageContext,
        blueprint: &mut Blueprint,
    ) -> Result<(), Vec<Problem>> {
        let mut problems = Vec::new();
        for (key, section) in &config.buckets {
            access::grant(key, section, cx, blueprint, &mut problems);
            variable::set(key, section, blueprint, &mut problems);
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}

/// The key that asks for a bucket.
pub fn path(key: &str) -> KeyPath {
    KeyPath::of([BucketStage::NAME, "buckets", key])
}

fn inputs(key: &str, section: &BucketSection, source: &KeyPath, cx: &StageContext) -> Result<Bucket, Problem> {
    Ok(Bucket {
        name: name(&section.name_template(key), &name_source(section, source), cx)?,
        versioning: section.versioning,
        encryption: encryption(section, source, cx)?,
        public_access_block: section.public_access_block,
        tags: cx.tags.clone(),
    })
}

/// The key that the name comes from.
fn name_source(section: &BucketSection, source: &KeyPath) -> KeyPath {
    if section.name.is_some() { source.child("name") } else { source.clone() }
}

fn encryption(section: &BucketSection, source: &KeyPath, cx: &StageContext) -> Result<Encryption, Problem> {
    let source = source.child("kms_key");
    match (section.encryption, &section.kms_key) {
        (Some(EncryptionSection::S3), Some(_)) => {
            let problem = Problem::new(source, "`sse-s3` encrypts with keys of S3's own, and takes no `kms_key`");
            Err(problem.help("leave out `kms_key`, or set `encryption = \"sse-kms\"`"))
        }
        (Some(EncryptionSection::S3) | None, None) => Ok(Encryption::s3()),
        (Some(EncryptionSection::Kms), None) => Ok(Encryption::kms(None)),
        (Some(EncryptionSection::Kms) | None, Some(key)) => Ok(Encryption::kms(Some(fill(key, &source, cx)?))),
    }
}
