//! The name of an image, taken apart.

/// What the name of an image says: a registry, if any, the levels of the repository's name, a tag, a digest.
///
/// ```
/// use deploy_kinds::ecs::ImageName;
///
/// let image = ImageName::parse("ghcr.io/acme/app:1.4").expect("an image");
/// assert_eq!((image.registry, image.repository, image.tag), (Some("ghcr.io"), "acme/app", Some("1.4")));
/// assert!(image.digest.is_none() && ImageName::parse("Not an image").is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageName<'a> {
    /// The registry, with its port where it has one; absent for Docker Hub.
    pub registry: Option<&'a str>,
    /// The repository's name in the registry.
    pub repository: &'a str,
    /// The tag.
    pub tag: Option<&'a str>,
    /// The digest, `sha256:` and 64 hexadecimal digits.
    pub digest: Option<&'a str>,
}

impl<'a> ImageName<'a> {
    /// Reads a name as `docker pull` takes it; nothing where it is none.
    ///
    /// Source: <https://pkg.go.dev/github.com/distribution/reference>, whose grammar every runtime reads
    pub fn parse(text: &'a str) -> Option<Self> {
        const MOST_CHARACTERS: usize = 255;
        let (rest, digest) = text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest)));
        let last_level = rest.rfind('/').map_or(0, |slash| slash + 1);
        let (name, tag) = match rest[last_level..].find(':') {
            Some(colon) => (&rest[..last_level + colon], Some(&rest[last_level + colon + 1..])),
            None => (rest, None),
        };
        let (registry, repository) = match name.split_once('/') {
            Some((first, path)) if first.contains(['.', ':']) || first == "localhost" => (Some(first), path),
            _ => (None, name),
        };
        let fits = name.len() <= MOST_CHARACTERS
            && registry.is_none_or(is_registry)
            && repository.split('/').all(is_level)
            && tag.is_none_or(Self::is_tag)
            && digest.is_none_or(Self::is_digest);
        fits.then_some(Self { registry, repository, tag, digest })
    }

    /// Whether a text can be the tag of an image.
    pub fn is_tag(text: &str) -> bool {
        const MOST_CHARACTERS: usize = 128;
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let fits = |byte: u8| is_word(byte) || matches!(byte, b'.' | b'-');
        text.len() <= MOST_CHARACTERS && text.bytes().next().is_some_and(is_word) && text.bytes().all(fits)
    }

    /// Whether a text can be the digest of an image.
    pub fn is_digest(text: &str) -> bool {
        let digits = text.strip_prefix("sha256:").unwrap_or_default();
        digits.len() == 64 && digits.chars().all(|digit| digit.is_ascii_hexdigit())
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_docker_pulls_is_a_name_and_what_it_refuses_is_none() {
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
            assert!(ImageName::parse(uri).is_some(), "{uri}");
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
            assert!(ImageName::parse(uri).is_none(), "{uri}");
        }
    }

    #[test]
    fn a_name_is_taken_apart() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let uri = format!("localhost:5000/a/b:1@{digest}");
        let parts =
            ImageName { registry: Some("localhost:5000"), repository: "a/b", tag: Some("1"), digest: Some(&digest) };
        assert_eq!(ImageName::parse(&uri), Some(parts));
        let plain = ImageName { registry: None, repository: "library/nginx", tag: None, digest: None };
        assert_eq!(ImageName::parse("library/nginx"), Some(plain));
    }
}
