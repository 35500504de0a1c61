//! `[ecs.repositories]` as desired resources.

use deploy_kinds::ecs::Repository;
use deploy_model::KeyPath;
use deploy_plugin::{Graph, StageContext};

use super::name;
use crate::config::{EcsConfig, RepositoryConfig};
use crate::repository::keep_images;

/// Adds every repository.
pub(crate) fn add(config: &EcsConfig, cx: &StageContext, graph: &mut Graph) {
    for (key, repository) in &config.repositories {
        let source = KeyPath::of(["ecs", "repositories", key]);
        let inputs = inputs(key, repository, cx);
        name::REPOSITORY.check(&inputs.name, source.child("name"), graph);
        let (lifecycle, mutability) = (source.child("keep_images"), source.child("immutable_tags"));
        let placed = graph.add(key, source, &inputs).field("lifecycle_policy", lifecycle);
        let _ = placed.field("tag_mutability", mutability);
    }
}

/// The name of the repository with this key.
pub(super) fn name(key: &str, config: &RepositoryConfig, cx: &StageContext) -> String {
    config.name.as_deref().map_or_else(|| cx.name(key), |name| cx.expand(name))
}

fn inputs(key: &str, config: &RepositoryConfig, cx: &StageContext) -> Repository {
    let name = name(key, config, cx);
    Repository {
        scan_on_push: config.scan_on_push,
        tag_mutability: if config.immutable_tags { "IMMUTABLE" } else { "MUTABLE" }.to_owned(),
        lifecycle_policy: config.keep_images.map(keep_images),
        force_delete: config.force_delete,
        tags: cx.tags.clone(),
        name,
    }
}
