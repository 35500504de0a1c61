//! Where an image comes from, as an input.

use deploy_kinds::ecs::{ImageName, Repository};
use deploy_model::{Input, KeyPath, Part, Problem};
use deploy_plugin::{Graph, Resource, StageContext};

use crate::config::ImageConfig;

/// The image's URI.
pub(super) fn input(image: &ImageConfig, path: &KeyPath, cx: &StageContext, graph: &mut Graph) -> Input<String> {
    match image {
        ImageConfig::Uri(uri) => {
            if ImageName::parse(uri).is_none() {
                let problem = Problem::new(path.clone(), format!("`{uri}` is not the URI of an image"));
                graph.problem(problem.help("write it as for `docker pull`: `nginx:1.27`; names have no capitals"));
            }
            Input::from(uri.as_str())
        }
        ImageConfig::Repository(image) => {
            let version = version(image.tag.as_deref(), image.digest.as_deref(), path, graph);
            let uri = Repository::reference(&image.repository, "uri");
            Input::Text(vec![Part::from(uri), Part::from(version)])
        }
        ImageConfig::Account(image) => {
            let version = version(image.tag.as_deref(), image.digest.as_deref(), path, graph);
            Input::Text(vec![
                cx.account_id(),
                Part::from(".dkr.ecr."),
                cx.region(),
                Part::from(format!(".amazonaws.com/{}{version}", image.ecr)),
            ])
        }
    }
}

/// What stands behind the repository: `:tag` or `@digest`.
fn version(tag: Option<&str>, digest: Option<&str>, path: &KeyPath, graph: &mut Graph) -> String {
    if let (Some(_), Some(_)) = (tag, digest) {
        let problem = Problem::new(path.child("tag"), "an image has a tag or a digest, not both");
        graph.problem(problem.help("remove `tag`: the digest is the more exact"));
    }
    if let Some(tag) = tag.filter(|tag| !ImageName::is_tag(tag)) {
        let problem = Problem::new(path.child("tag"), format!("`{tag}` is not a tag"));
        graph.problem(
            problem.help("a tag is up to 128 letters, digits, `_`, `.` and `-`, and begins with none of the last two"),
        );
    }
    match digest {
        Some(digest) => {
            if !ImageName::is_digest(digest) {
                let problem = Problem::new(path.child("digest"), format!("`{digest}` is not a digest"));
                graph.problem(problem.help("a digest is `sha256:` and 64 hexadecimal digits"));
            }
            format!("@{digest}")
        }
        None => format!(":{}", tag.unwrap_or("latest")),
    }
}
