//! `iam.role`: a role with its trust policy, its managed policies and its own.

use std::collections::BTreeSet;

use deploy_aws::obstacles::in_the_way;
use deploy_aws::{Clients, absent, fault, tags};
use deploy_kinds::iam::{Role, RoleOutputs};
use deploy_plugin::model::{Address, Fault, FaultKind, FieldChange, Input};
use deploy_plugin::{Answer, ByQuestion, Context, Found, Kind, Made, Scope};
use futures::stream::{self, StreamExt, TryStreamExt};

use crate::role_change::{Attachments, RoleChange, iam_tags};
use crate::role_reading::{self, outputs};

/// How long a session lasts unless someone says otherwise, in seconds.
/// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html>
pub(crate) const SESSION_SECONDS: i32 = 3600;
/// How many roles are read at the same time.
const AT_ONCE: usize = 8;

/// Finds, makes, changes and deletes roles.
pub struct RoleKind {
    clients: Clients,
}

impl RoleKind {
    /// The kind, on these clients.
    pub fn new(clients: &Clients) -> Self {
        Self { clients: clients.clone() }
    }

    /// Makes the bare role, or takes the one that an earlier attempt at the same has left.
    async fn make(&self, cx: &Context, address: &Address, inputs: &Role) -> Result<RoleOutputs, Fault> {
        let boundary = inputs.permissions_boundary.as_ref().map(Input::known).transpose()?.cloned();
        let request = self
            .clients
            .iam()
            .writes
            .create_role()
            .role_name(&inputs.name)
            .path(&inputs.path)
            .set_description(inputs.description.clone())
            .assume_role_policy_document(inputs.trust.write()?)
            .max_session_duration(inputs.max_session_duration)
            .set_permissions_boundary(boundary)
            .set_tags(Some(iam_tags(&tags::owned(cx.owner(), address, &inputs.tags))));
        let made = request.send().await.map_err(fault("CreateRole"));
        match made {
            Ok(reply) => reply.role().map(outputs).ok_or_else(|| Fault::internal("CreateRole returned no role")),
            Err(taken) if taken.has_code("EntityAlreadyExists") => self.ours(cx, address, &inputs.name, taken).await,
            Err(fault) => Err(fault),
        }
    }

    /// The role that has the name already, if it is the one that was to be made.
    async fn ours(&self, cx: &Context, address: &Address, name: &str, taken: Fault) -> Result<RoleOutputs, Fault> {
        let request = self.clients.iam().reads.get_role().role_name(name);
        let reply = request.send().await.map_err(fault("GetRole"))?;
        match reply.role() {
            Some(role) if cx.owner().address_in(&role_reading::tags_of(role)).as_ref() == Some(address) => {
                Ok(outputs(role))
            }
            _ => Err(taken.help("give the role another `name`, or delete the one that has it")),
        }
    }
}

impl Kind for RoleKind {
    type Inputs = Role;

    /// Lists the roles of the account, a thousand in a call, and reads those that may be ours.
    ///
    /// A narrower listing, by path, would not see what an earlier configuration left at another path;
    /// and as names are unique whatever the path, that would stand in the way unseen.
    async fn discover(&self, cx: &Context, scope: &Scope) -> Result<Vec<Found<Role>>, Fault> {
        let client = &self.clients.iam().reads;
        let wanted = scope.wanted::<Role>();
        let names = role_reading::candidates(client, scope, &wanted).await?;
        let roles = stream::iter(names)
            .map(|name| async move { role_reading::read(client, &name, cx.owner(), scope.purpose).await });
        let found: Vec<_> = roles.buffer_unordered(AT_ONCE).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// A question is the ARN of a role.
    async fn query(&self, _cx: &Context, arns: &[String]) -> Result<ByQuestion<Answer<Role>>, Fault> {
        let client = &self.clients.iam().reads;
        let roles = stream::iter(arns.to_vec()).map(|arn| async move {
            let role = role_reading::by_arn(client, &arn).await?;
            Ok((arn, role.into_iter().collect()))
        });
        roles.buffer_unordered(AT_ONCE).try_collect().await
    }

    async fn create(&self, cx: &Context, address: &Address, inputs: Role) -> Result<Made<RoleOutputs>, Fault> {
        let outputs = self.make(cx, address, &inputs).await?;
        Ok(Made { id: inputs.name, outputs })
    }

    async fn complete(&self, _cx: &Context, made: Found<Role>) -> Result<Made<RoleOutputs>, Fault> {
        RoleChange::new(&self.clients, &made.id).add(&Attachments::of(&made.inputs)?).await?;
        Ok(Made { id: made.id, outputs: made.outputs })
    }

    async fn update(
        &self,
        _cx: &Context,
        live: Found<Role>,
        inputs: Role,
        changes: &[FieldChange],
    ) -> Result<Made<RoleOutputs>, Fault> {
        let change = RoleChange::new(&self.clients, &live.id);
        let changed: BTreeSet<_> = changes.iter().filter_map(|change| change.path.segments().first()).collect();
        let is_changed = |field: &str| changed.iter().any(|changed| *changed == field);
        if is_changed("description") || is_changed("max_session_duration") {
            change.describe(&inputs).await?;
        }
        if is_changed("trust") {
            change.trust(&inputs.trust).await?;
        }
        if is_changed("permissions_boundary") {
            change.bound(inputs.permissions_boundary.as_ref()).await?;
        }
        if is_changed("managed_policies") || is_changed("policies") {
            let (before, after) = (Attachments::of(&live.inputs)?, Attachments::of(&inputs)?);
            let (new, gone) = (after.without(&before), before.not_named_in(&after));
            futures::try_join!(change.add(&new), change.remove(&gone))?;
        }
        if is_changed("tags") {
            change.tag(&tags::difference(&live.inputs.tags, &inputs.tags)).await?;
        }
        Ok(Made { id: live.id, outputs: live.outputs })
    }

    async fn retire(&self, cx: &Context, live: Found<Role>, to: &Address) -> Result<(), Fault> {
        let change = tags::TagChange { set: cx.owner().tags(to), remove: Vec::new() };
        RoleChange::new(&self.clients, &live.id).tag(&change).await
    }

    async fn delete(&self, _cx: &Context, live: Found<Role>) -> Result<(), Fault> {
        let change = RoleChange::new(&self.clients, &live.id);
        change.remove(&Attachments::of(&live.inputs)?).await?;
        let deleted = absent(change.delete().await);
        match deleted {
            // Something was attached since the role was read.
            Err(fault) if fault.kind == FaultKind::Conflict => {
                let attached = role_reading::attachments(&self.clients.iam().reads, &live.id).await?;
                change.remove(&attached).await?;
                match absent(change.delete().await) {
                    Err(refusal) if refusal.kind == FaultKind::Conflict => {
                        Err(in_the_way(refusal, role_reading::holders(&self.clients.iam().reads, &live.id).await))
                    }
                    other => other.map(drop),
                }
            }
            other => other.map(drop),
        }
    }
}
