//! `registries`: where images may come from.

use deploy_plugin::Outlook;

use super::image::{Told, is_from, of_each_container, shown};
use crate::breach::Breach;
use crate::config::Config;

/// The containers whose images come from elsewhere.
pub fn breaches(config: &Config, outlook: &Outlook<'_>) -> Vec<Breach> {
    let Some(registries) = &config.registries else { return Vec::new() };
    let place = &outlook.plan.place;
    let filled_in = |registry: &String| {
        let registry = registry.trim_end_matches('/').to_lowercase();
        registry.replace("{account}", &place.account).replace("{region}", &place.region)
    };
    let places: Vec<String> = registries.iter().map(filled_in).collect();
    let help = || match places.as_slice() {
        [] => "only images in repositories of this environment may run".to_owned(),
        places => format!("images may come from {}, and from repositories of this environment", places.join(", ")),
    };
    of_each_container(outlook, |address, name, input| {
        let image = shown(input);
        match is_from(input, &places) {
            Told::Yes => None,
            Told::No => {
                let message = format!("the image of the container `{name}` is from elsewhere: `{image}`");
                Some(Breach::certain(address, message, help()))
            }
            Told::Later => {
                let message =
                    format!("where the image of the container `{name}` is from shows only at apply: `{image}`");
                Some(Breach::untold(address, message, help()))
            }
        }
    })
}
