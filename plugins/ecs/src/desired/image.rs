//! Where an image comes from, as an input.

use deploy_kinds::ecs::Repository;
use deploy_model::{Input, KeyPath, Part, Problem};
use deploy_plugin::{Graph, Resource, StageContext};

use crate::config::ImageConfig;

/// The image's URI.
pub(super) fn input(image: &ImageConfig, path: &KeyPath, cx: &StageContext, graph: &mut Graph) -> Input<String> {
    match image {
        ImageConfig::Uri(uri) => {
            if !is_reference(uri) {
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
    if let Some(tag) = tag.filter(|tag| !is_tag(tag)) {
        let problem = Problem::new(path.child("tag"), format!("`{tag}` is not a tag"));
        graph.problem(
            problem.help("a tag is up to 128 letters, digits, `_`, `.` and `-`, and begins with none of the last two"),
        );
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

/// Whether a text names an image: a registry, if any, the levels of the repository's name, a tag, a digest.
///
/// Source: <https://pkg.go.dev/github.com/distribution/reference>, whose grammar every runtime reads
fn is_reference(uri: &str) -> bool {
    const MOST_CHARACTERS: usize = 255;
    let (rest, digest) = uri.split_once('@').map_or((uri, None), |(rest, digest)| (rest, Some(digest)));
    let last_level = rest.rfind('/').map_or(0, |slash| slash + 1);
    let (name, tag) = match rest[last_level..].find(':') {
        Some(colon) => (&rest[..last_level + colon], Some(&rest[last_level + colon + 1..])),
        None => (rest, None),
    };
    let (registry, path) = match name.split_once('/') {
        Some((first, path)) if first.contains(['.', ':']) || first == "localhost" => (Some(first), path),
        _ => (None, name),
    };
    name.len() <= MOST_CHARACTERS
        && registry.is_none_or(is_registry)
        && path.split('/').all(is_level)
        && tag.is_none_or(is_tag)
        && digest.is_none_or(is_digest)
}

fn is_registry(text: &str) -> bool {
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    let is_label = |label: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty() && label.bytes().all(fits) && !label.starts_with('-') && !label.ends_with('-')
    };
    host.split('.').all(is_label) && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

/// Small letters and digits, with `.`, `_`, `__` or any number of `-` between them.
fn is_level(level: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let separators = level.split(|character: char| character.is_ascii() && is_plain(character as u8));
    let between =
        |separator: &str| matches!(separator, "" | "." | "_" | "__") || separator.bytes().all(|byte| byte == b'-');
    let ends = [level.bytes().next(), level.bytes().last()];
    ends.into_iter().all(|end| end.is_some_and(is_plain)) && separators.into_iter().all(between)
}

fn is_tag(tag: &str) -> bool {
    const MOST_CHARACTERS: usize = 128;
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let fits = |byte: u8| is_word(byte) || matches!(byte, b'.' | b'-');
    tag.len() <= MOST_CHARACTERS && tag.bytes().next().is_some_and(is_word) && tag.bytes().all(fits)
}

fn is_digest(text: &str) -> bool {
    let digits = text.strip_prefix("sha256:").unwrap_or_default();
    digits.len() == 64 && digits.chars().all(|digit| digit.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_docker_pulls_is_a_reference_and_what_it_refuses_is_none() {
        let digest = format!("sha256:{}", "a".repeat(64));
        for uri in [
            "nginx",
            "nginx:1.27",
            "library/nginx:1.27-alpine",
            "public.ecr.aws/nginx/nginx:1.27",
            "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/a-b/c_d__e.f:V1",
            "localhost:5000/app",
            "localhost/app",
            &format!("app@{digest}"),
            &format!("ghcr.io/o/a---b:1@{digest}"),
        ] {
            assert!(is_reference(uri), "{uri}");
        }
        for uri in [
            "",
            " ",
            "nginx:",
            ":1",
            "Nginx",
            "a//b",
            "/a",
            "a/",
            "a b",
            "https://docker.io/nginx",
            "nginx:-1",
            "nginx:1:2",
            "a___b",
            "a..b",
            "-a",
            "a_",
            "app@sha256:1",
            "app@latest",
            "example.com:port/app",
            "nginx:ü",
            &"n".repeat(256),
        ] {
            assert!(!is_reference(uri), "{uri}");
        }
    }
}
