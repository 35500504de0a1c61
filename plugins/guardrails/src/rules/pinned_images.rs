//! `pinned_images`: what runs is what was tested.

use deploy_plugin::Outlook;

use super::image::{Told, is_pinned, of_each_container, shown};
use crate::breach::Breach;
use crate::config::Config;

/// The containers whose images can be other ones tomorrow.
pub fn breaches(config: &Config, outlook: &Outlook<'_>) -> Vec<Breach> {
    if !config.pinned_images {
        return Vec::new();
    }
    of_each_container(outlook, |address, name, input| {
        let image = shown(input);
        match is_pinned(input) {
            Told::Yes => None,
            Told::No => {
                let message = format!("the image of the container `{name}` is not pinned: `{image}`");
                let help = "name its digest in place of a tag: `@sha256:…` behind a URI, `digest = \"sha256:…\"` for a repository";
                Some(Breach::certain(address, message, help.to_owned()))
            }
            Told::Later => {
                let message =
                    format!("whether the image of the container `{name}` is pinned shows only at apply: `{image}`");
                Some(Breach::untold(
                    address,
                    message,
                    "see to it that what it comes from ends with a digest".to_owned(),
                ))
            }
        }
    })
}
