//! Where an image comes from, as an input.

use deploy_model::{Input, KeyPath, Part, Problem};
use deploy_plugin::{Graph, Resource, StageContext};

use crate::config::ImageConfig;
use crate::repository::RepositoryInputs;

/// The image's URI.
pub(super) fn input(image: &ImageConfig, path: &KeyPath, cx: &StageContext, graph: &mut Graph) -> Input<String> {
    match image {
        ImageConfig::Uri(uri) => {
            if uri.is_empty() || uri.contains(char::is_whitespace) {
                let problem = Problem::new(path.clone(), format!("`{uri}` is not the URI of an image"));
                graph.problem(problem.help("write it as for `docker pull`: `nginx:1.27`"));
            }
            Input::from(uri.as_str())
        }
        ImageConfig::Repository(image) => {
            let version = version(image.tag.as_deref(), image.digest.as_deref(), path, graph);
            let uri = RepositoryInputs::reference(&image.repository, "uri");
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
    match digest {
        Some(digest) => {
            if !is_digest(digest) {
                let problem = Problem::new(path.child("digest"), format!("`{digest}` is not a digest"));
                graph.problem(problem.help("a digest is `sha256:` and 64 hexadecimal digits"));
            }
            format!("@{digest}")
        }
        None => format!(":{}", tag.unwrap_or("latest")),
    }
}

fn is_digest(text: &str) -> bool {
    let digits = text.strip_prefix("sha256:").unwrap_or_default();
    digits.len() == 64 && digits.chars().all(|digit| digit.is_ascii_hexdigit())
}
