//! `secrets.parameter`: one parameter, known by everything but its value.

use std::collections::{BTreeMap, BTreeSet};

use deploy_aws::{Clients, tags};
use deploy_kinds::secrets::{Ownership, Parameter, ParameterOutputs, Store};
use deploy_plugin::model::owner::PROTECTION_TAG;
use deploy_plugin::model::{Address, Fault, FaultKind, FieldChange, Owner};
use deploy_plugin::{Answer, ByQuestion, Context, Found, Kind, Made, Resource, Scope};

use crate::backend::{self, Put};
use crate::listed::Listed;
use crate::{Secret, question, secrets_manager};

/// The inputs that Parameter Store takes only together with a new value.
///
/// Source: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html>, where
/// `Value` is required, also of an update.
pub(crate) const SET_WITH_VALUE: [&str; 3] = ["type", "description", "kms_key"];

/// Finds, makes, tags and deletes parameters.
pub struct ParameterKind {
    clients: Clients,
}

impl ParameterKind {
    /// The kind, on these clients.
    pub fn new(clients: &Clients) -> Self {
        Self { clients: clients.clone() }
    }
}

impl Kind for ParameterKind {
    type Inputs = Parameter;

    async fn discover(&self, cx: &Context, scope: &Scope) -> Result<Vec<Found<Parameter>>, Fault> {
        let wanted = scope.wanted::<Parameter>();
        let found_in = async |store: Store| {
            let wanted: Vec<_> = wanted.iter().filter(|(_, inputs)| inputs.store == store).collect();
            let listed = backend::discover(store, &self.clients, cx.owner(), &wanted).await?;
            let found = listed.into_iter().filter_map(|listed| found(store, listed, &wanted, cx.owner()));
            Ok::<Vec<_>, Fault>(found.collect())
        };
        let (parameters, secrets) =
            futures::try_join!(found_in(Store::ParameterStore), found_in(Store::SecretsManager))?;
        let mut found: Vec<_> = parameters.into_iter().chain(secrets).collect();
        retire_predecessors(&mut found, &wanted);
        Ok(found)
    }

    /// A question is the ARN of a parameter or of a secret, or `/path/*` for every parameter one level below a path.
    async fn query(&self, _cx: &Context, texts: &[String]) -> Result<ByQuestion<Answer<Parameter>>, Fault> {
        question::ask_all(&self.clients, texts).await
    }

    async fn create(
        &self,
        cx: &Context,
        address: &Address,
        inputs: Parameter,
    ) -> Result<Made<ParameterOutputs>, Fault> {
        let Some(length) = inputs.generate else {
            let message = format!("{} has no value", inputs.name);
            return Err(Fault::new(FaultKind::Invalid, message).help(set_command(address, &cx.owner().environment)));
        };
        let value = Secret::generate(usize::from(length))
            .map_err(|_| Fault::internal("the operating system gave no random numbers"))?;
        let tags = tags::owned(cx.owner(), address, &inputs.tags);
        let put = Put::New { tags: &tags, owner: cx.owner() };
        let written = backend::put(inputs.store, &self.clients, &inputs, &value, put).await?;
        let arn = written.arn.unwrap_or_else(|| inputs.name.clone());
        let edition = written.version.edition(None);
        let outputs = ParameterOutputs { name: inputs.name.clone(), arn, version: written.version, edition };
        Ok(Made { id: id(inputs.store, &outputs), outputs })
    }

    /// PutParameter names no ARN, so the parameter is looked up.
    async fn complete(&self, _cx: &Context, made: Found<Parameter>) -> Result<Made<ParameterOutputs>, Fault> {
        if made.inputs.store == Store::SecretsManager {
            return Ok(Made { id: made.id, outputs: made.outputs });
        }
        let listed = backend::named(made.inputs.store, &self.clients, std::slice::from_ref(&made.id)).await?;
        let outputs = listed.first().map(outputs);
        let outputs = outputs.ok_or_else(|| Fault::new(FaultKind::NotFound, "the new parameter is not listed yet"))?;
        Ok(Made { id: made.id, outputs })
    }

    async fn update(
        &self,
        cx: &Context,
        live: Found<Parameter>,
        inputs: Parameter,
        changes: &[FieldChange],
    ) -> Result<Made<ParameterOutputs>, Fault> {
        let store = live.inputs.store;
        if let Some(field) = changes.iter().find_map(|change| valued_field(store, change)) {
            let message = format!("the {field} of {} changes only together with its value", live.id);
            let help = set_again(&live.address, &cx.owner().environment);
            return Err(Fault::new(FaultKind::Invalid, message).help(help));
        }
        refuse_foreign(&live.inputs.owner, &live.id, cx.owner())?;
        let change = tags::difference(&tags_in(&live.inputs), &tags::owned(cx.owner(), &live.address, &inputs.tags));
        backend::tag(store, &self.clients, &live.id, &change).await?;
        if store == Store::SecretsManager && changes.iter().any(is_described) {
            secrets_manager::describe(&self.clients, &live.id, &inputs).await?;
        }
        Ok(Made { id: live.id, outputs: live.outputs })
    }

    async fn retire(&self, cx: &Context, live: Found<Parameter>, to: &Address) -> Result<(), Fault> {
        refuse_foreign(&live.inputs.owner, &live.id, cx.owner())?;
        let change = tags::TagChange { set: cx.owner().tags(to), remove: Vec::new() };
        backend::tag(live.inputs.store, &self.clients, &live.id, &change).await
    }

    /// Deletes the parameter, if it is ours. One that is only declared under the name of somebody else's,
    /// or was made by hand and never taken over, stays: nobody could bring its value back.
    async fn delete(&self, cx: &Context, live: Found<Parameter>) -> Result<(), Fault> {
        if !live.inputs.owner.is_of(cx.owner()) {
            cx.progress("left as it is: it lacks this environment's tags");
            return Ok(());
        }
        backend::delete(live.inputs.store, &self.clients, &live.id).await?;
        Ok(())
    }
}

/// The command that gives a parameter its value.
pub(crate) fn set_command(address: &Address, environment: &str) -> String {
    format!("deploy secrets set {} --env {environment}", address.name())
}

/// The command that gives a parameter the value that it has once more, with what is declared of it now.
pub(crate) fn set_again(address: &Address, environment: &str) -> String {
    let (set, name) = (set_command(address, environment), address.name());
    format!("`{set}`; what `deploy secrets get {name} --env {environment} --reveal` shows is the value that it has")
}

/// The field that a change is about, if it needs a new value.
pub(crate) fn valued_field(store: Store, change: &FieldChange) -> Option<&'static str> {
    let field = change.path.segments().first().filter(|_| store == Store::ParameterStore)?;
    SET_WITH_VALUE.into_iter().find(|valued| valued == field)
}

/// Whether a change is about how a secret is described, in what Secrets Manager takes without a new value.
fn is_described(change: &FieldChange) -> bool {
    change.path.segments().first().is_some_and(|field| SET_WITH_VALUE.contains(&field.as_str()))
}

/// Stops before something that another application or environment has claimed is changed.
pub(crate) fn refuse_foreign(owner: &Ownership, name: &str, ours: &Owner) -> Result<(), Fault> {
    if owner.is_foreign_to(ours) {
        let message = format!("{name} belongs to {}", owner.claimant());
        return Err(Fault::new(FaultKind::Conflict, message).help("give the parameter another `name`"));
    }
    Ok(())
}

/// A parameter has its declared name and store. One that carries its address elsewhere, because `secrets.path` was
/// changed and the value set anew before the next apply, makes way.
fn retire_predecessors(found: &mut [Found<Parameter>], wanted: &[(Address, Parameter)]) {
    let is_declared =
        |found: &Found<Parameter>| wanted.iter().any(|(_, wanted)| wanted.place() == found.inputs.place());
    let settled: BTreeSet<Address> =
        found.iter().filter(|found| is_declared(found)).map(|found| found.address.clone()).collect();
    for old in found.iter_mut().filter(|found| !is_declared(found) && settled.contains(&found.address)) {
        old.address = old.address.retire(&old.id);
    }
}

/// All tags that a live parameter's inputs stand for.
fn tags_in(live: &Parameter) -> BTreeMap<String, String> {
    let mut tags = live.tags.clone();
    tags.extend(live.owner.tags());
    tags
}

/// What was listed, as the declared parameter whose name it has, or as one that is ours by its tags and that nothing
/// declares any more.
fn found(store: Store, listed: Listed, wanted: &[&(Address, Parameter)], owner: &Owner) -> Option<Found<Parameter>> {
    let all = listed.tags.clone().unwrap_or_default();
    let Answer { id, mut inputs, outputs } = answer(store, listed);
    let address = match wanted.iter().find(|(_, wanted)| wanted.name == inputs.name) {
        Some((address, wanted)) => {
            inputs.tags.retain(|key, _| wanted.tags.contains_key(key) || key == PROTECTION_TAG);
            address.clone()
        }
        None => owner.address_in(&all).filter(|address| address.kind().to_string() == Parameter::KIND)?,
    };
    Some(Found { address, id, inputs, outputs })
}

/// What was listed, whosever it is, with all of its tags.
pub(crate) fn answer(store: Store, listed: Listed) -> Answer<Parameter> {
    let outputs = outputs(&listed);
    let tags = listed.tags.unwrap_or_default();
    let inputs = Parameter {
        store,
        name: listed.name,
        value_type: listed.value_type,
        description: listed.description,
        kms_key: store.chosen_key(listed.kms_key),
        generate: None,
        owner: Ownership::in_tags(&tags),
        tags: tags::user(&tags),
    };
    Answer { id: id(store, &outputs), inputs, outputs }
}

fn outputs(listed: &Listed) -> ParameterOutputs {
    ParameterOutputs {
        name: listed.name.clone(),
        arn: listed.arn.clone(),
        version: listed.version.clone(),
        edition: listed.edition(),
    }
}

/// What the store's calls know it by. One name may stand in both stores.
fn id(store: Store, outputs: &ParameterOutputs) -> String {
    match store {
        Store::ParameterStore => outputs.name.clone(),
        Store::SecretsManager => outputs.arn.clone(),
    }
}
