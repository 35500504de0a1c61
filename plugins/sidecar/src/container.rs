//! A sidecar as a container of one service's tasks.

use std::collections::BTreeMap;

use deploy_kinds::ecs::{Container, Repository};
use deploy_kinds::secrets::Parameter;
use deploy_plugin::model::{Input, Part};
use deploy_plugin::{Resource, StageContext};

use crate::config::{Image, PortConfig, Sidecar};
use crate::output;

/// The container in the terms of the inputs; `beside` are the service's own.
pub fn input<'a>(
    name: &str,
    sidecar: &Sidecar,
    service: &str,
    beside: impl IntoIterator<Item = &'a Container>,
    cx: &StageContext,
) -> Container {
    let conditions = sidecar.depends_on.iter().map(|(name, on)| (name.clone(), on.as_str().to_owned()));
    let secrets = sidecar.secrets.variables().into_iter();
    let secrets = secrets.map(|secret| {
        let arn = if secret.is_arn() { secret.secret.into() } else { Parameter::output(secret.secret, "arn") };
        (secret.variable.to_owned(), arn)
    });
    Container {
        image: image(&sidecar.image),
        essential: sidecar.essential,
        ports: sidecar.ports.iter().map(PortConfig::port).collect(),
        variables: variables(&sidecar.variables, service, cx),
        secrets: secrets.collect(),
        log: output::input(name, sidecar, service, beside, cx),
        command: sidecar.command.iter().map(|word| filled_in(word, service, cx)).collect(),
        entry_point: sidecar.entry_point.clone(),
        working_directory: sidecar.working_directory.clone(),
        user: sidecar.user.clone(),
        cpu: sidecar.cpu,
        memory: sidecar.memory,
        memory_reservation: sidecar.memory_reservation,
        health_check: sidecar.health_check.as_ref().map(|check| check.check()),
        depends_on: conditions.collect(),
        stop_timeout: sidecar.stop_timeout,
        readonly_root_filesystem: sidecar.readonly_root_filesystem,
        init_process: sidecar.init_process,
        ulimits: sidecar.ulimits.clone(),
        add_capabilities: sidecar.add_capabilities.clone(),
        drop_capabilities: sidecar.drop_capabilities.clone(),
    }
}

/// Variables with what their values hold filled in.
pub fn variables(
    variables: &BTreeMap<String, String>,
    service: &str,
    cx: &StageContext,
) -> BTreeMap<String, Input<String>> {
    let variable = |(name, value): (&String, &String)| (name.clone(), Input::Value(filled_in(value, service, cx)));
    variables.iter().map(variable).collect()
}

/// `template` with `{service}`, `{app}`, `{env}` and `{prefix}` filled in.
pub fn filled_in(template: &str, service: &str, cx: &StageContext) -> String {
    cx.expand(&template.replace("{service}", service))
}

fn image(image: &Image) -> Input<String> {
    match image {
        Image::Uri(uri) => Input::from(uri.as_str()),
        Image::Repository(image) => {
            let version = match &image.digest {
                Some(digest) => format!("@{digest}"),
                None => format!(":{}", image.tag.as_deref().unwrap_or("latest")),
            };
            Input::Text(vec![Repository::reference(&image.repository, "uri").into(), Part::from(version)])
        }
    }
}
