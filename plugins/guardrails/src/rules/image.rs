//! The images of all containers, as far as a plan knows them.

use std::fmt::Write;

use deploy_kinds::ecs::{ImageName, Repository, TaskDefinition};
use deploy_plugin::model::{Address, Input, Part, Reference};
use deploy_plugin::{Outlook, Resource};

use super::of_each;
use crate::breach::Breach;

/// What a plan knows for certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// That shows only when the plan is carried out.
    Later,
}

/// What is to be said of each container, by its task definition, its name and its image.
pub fn of_each_container(
    outlook: &Outlook<'_>,
    tell: impl Fn(&Address, &str, &Input<String>) -> Option<Breach>,
) -> Vec<Breach> {
    of_each::<TaskDefinition>(outlook, |address, task| {
        task.containers.iter().filter_map(|(name, container)| tell(address, name, &container.image)).collect()
    })
}

/// The image as it is written, what is not known by the address it comes from.
pub fn shown(image: &Input<String>) -> String {
    match image {
        Input::Value(text) => text.clone(),
        Input::Reference(reference) => reference.address.to_string(),
        Input::Text(parts) => parts.iter().fold(String::new(), |mut text, part| {
            let written = match part {
                Part::Fixed(fixed) => text.write_str(fixed),
                Part::Reference(reference) => write!(text, "{}", reference.address),
            };
            written.expect("a text can be written to");
            text
        }),
    }
}

/// Whether the image is named by its digest.
pub fn is_pinned(image: &Input<String>) -> Told {
    let by_reference = |reference: &Reference| if is_repository(reference) { Told::No } else { Told::Later };
    match image {
        Input::Value(text) => told(ImageName::parse(text).is_some_and(|name| name.digest.is_some())),
        Input::Reference(reference) => by_reference(reference),
        Input::Text(parts) => match parts.iter().rfind(|part| !is_empty(part)) {
            Some(Part::Fixed(end)) => {
                told(end.rsplit_once('@').is_some_and(|(_, digest)| ImageName::is_digest(digest)))
            }
            Some(Part::Reference(reference)) if parts.len() == 1 => by_reference(reference),
            Some(Part::Reference(_)) => Told::Later,
            None => Told::No,
        },
    }
}

/// Whether the image comes from one of these places, written as names of images begin.
pub fn is_from(image: &Input<String>, places: &[String]) -> Told {
    match image {
        Input::Value(text) => {
            told(ImageName::parse(text).is_some_and(|name| places.iter().any(|place| lies_in(&full(&name), place))))
        }
        Input::Reference(reference) => by_repository(reference),
        Input::Text(parts) => match parts.iter().find(|part| !is_empty(part)) {
            Some(Part::Reference(reference)) => by_repository(reference),
            Some(Part::Fixed(lead)) => by_lead(lead, places),
            None => Told::No,
        },
    }
}

/// Repositories of the environment are the account's own.
fn by_repository(reference: &Reference) -> Told {
    if is_repository(reference) { Told::Yes } else { Told::Later }
}

/// Only whole levels count: the last one goes on in what is not known.
fn by_lead(lead: &str, places: &[String]) -> Told {
    let Some((levels, _)) = lead.rsplit_once('/') else { return Told::Later };
    let (first, rest) = levels.split_once('/').map_or((levels, None), |(first, rest)| (first, Some(rest)));
    let levels = if first.contains(['.', ':']) || first == "localhost" {
        rest.map_or_else(|| registry(Some(first)), |rest| format!("{}/{rest}", registry(Some(first))))
    } else {
        format!("{DOCKER_HUB}/{levels}")
    };
    if places.iter().any(|place| lies_in(&levels, place)) {
        Told::Yes
    } else if places.iter().any(|place| lies_in(place, &levels)) {
        Told::Later
    } else {
        Told::No
    }
}

const DOCKER_HUB: &str = "docker.io";

/// The name with everything that is left out in it.
///
/// Source: <https://pkg.go.dev/github.com/distribution/reference#ParseNormalizedNamed>
fn full(name: &ImageName<'_>) -> String {
    let registry = registry(name.registry);
    let is_official = registry == DOCKER_HUB && !name.repository.contains('/');
    format!("{registry}/{}{}", if is_official { "library/" } else { "" }, name.repository)
}

/// A registry by the one name that is compared.
fn registry(host: Option<&str>) -> String {
    match host.map(str::to_lowercase) {
        Some(host) if host != "index.docker.io" => host,
        _ => DOCKER_HUB.to_owned(),
    }
}

fn lies_in(name: &str, place: &str) -> bool {
    name.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn is_repository(reference: &Reference) -> bool {
    reference.address.kind().to_string() == Repository::KIND
}

fn is_empty(part: &Part) -> bool {
    matches!(part, Part::Fixed(text) if text.is_empty())
}

fn told(is_so: bool) -> Told {
    if is_so { Told::Yes } else { Told::No }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(parts: &[&str]) -> Input<String> {
        let part = |part: &&str| part.parse().map_or_else(|_| Part::from(*part), Part::Reference);
        Input::Text(parts.iter().map(part).collect())
    }

    fn digest() -> String {
        format!("@sha256:{}", "0".repeat(64))
    }

    #[test]
    fn a_digest_pins_and_what_is_open_is_told_later() {
        let pinned = digest();
        for (image, expected) in [
            (Input::from(format!("nginx{pinned}")), Told::Yes),
            (Input::from(format!("nginx:1.27{pinned}")), Told::Yes),
            (Input::from("nginx:1.27"), Told::No),
            (Input::from("nginx@sha256:1"), Told::No),
            (Input::from(""), Told::No),
            (text(&["ecs.repository.app#uri", &pinned]), Told::Yes),
            (text(&["ecs.repository.app#uri", &pinned, ""]), Told::Yes),
            (text(&["ecs.repository.app#uri", ":1.4"]), Told::No),
            (text(&["ecs.repository.app#uri"]), Told::No),
            (text(&["nginx@", "build.image.app#digest"]), Told::Later),
            (text(&["build.image.app#uri"]), Told::Later),
            (text(&[]), Told::No),
            (Input::Reference("ecs.repository.app#uri".parse().expect("one")), Told::No),
            (Input::Reference("build.image.app#uri".parse().expect("one")), Told::Later),
        ] {
            assert_eq!(is_pinned(&image), expected, "{}", shown(&image));
        }
    }

    #[test]
    fn only_whole_levels_name_a_place() {
        let places = ["docker.io/acme", "docker.io/library", "ghcr.io/acme", "localhost:5000"].map(str::to_owned);
        for (image, expected) in [
            (Input::from("nginx:1.27"), Told::Yes),
            (Input::from("docker.io/nginx"), Told::Yes),
            (Input::from("index.docker.io/acme/app"), Told::Yes),
            (Input::from("acme/app"), Told::Yes),
            (Input::from("acmeevil/app"), Told::No),
            (Input::from("GHCR.io/acme/app/part:1"), Told::Yes),
            (Input::from("ghcr.io/acme-evil/app"), Told::No),
            (Input::from("ghcr.io.evil.com/acme/app"), Told::No),
            (Input::from("localhost:5000/x"), Told::Yes),
            (Input::from("not an image"), Told::No),
            (text(&["ghcr.io/acme/", "build.image.app#name"]), Told::Yes),
            (text(&["ghcr.io/", "build.image.app#name"]), Told::Later),
            (text(&["ghcr.io/acme", "build.image.app#name"]), Told::Later),
            (text(&["quay.io/x/", "build.image.app#name"]), Told::No),
            (text(&["acme/", "build.image.app#name"]), Told::Yes),
            (text(&["docker.io/acme/", "build.image.app#name"]), Told::Yes),
            (text(&["evil/", "build.image.app#name"]), Told::No),
            (text(&["app", "build.image.app#name"]), Told::Later),
            (text(&["ecs.repository.app#uri", ":1"]), Told::Yes),
            (text(&["build.image.app#uri", ":1"]), Told::Later),
            (Input::Reference("build.image.app#uri".parse().expect("one")), Told::Later),
            (text(&[]), Told::No),
        ] {
            assert_eq!(is_from(&image, &places), expected, "{}", shown(&image));
        }
    }
}
