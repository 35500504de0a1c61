//! A task and how it is shown.

use crate::call::Call;
use crate::ec2::network_interface::NetworkInterface;
use crate::ecs::launch::{AssignPublicIp, AwsVpcConfiguration, Launch, LaunchType};
use crate::ecs::task_definition::TaskDefinition;
use crate::ecs::{arn, tags};
use crate::time::Time;
use crate::world::Ids;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One task.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// The last part of its ARN: 32 hexadecimal digits.
    pub id: String,
    /// Who started it and what replaces it.
    pub owner: Owner,
    /// The ARN of the revision it was started from.
    pub task_definition: String,
    /// How it was launched.
    pub launch: Launch,
    /// Which of the subnets it stands in.
    pub subnet: Option<String>,
    /// Where it stands in its life.
    pub last_status: TaskStatus,
    /// Where it is meant to go.
    pub desired_status: DesiredStatus,
    /// When it moves on by itself.
    pub next_at: Option<Time>,
    /// Its containers.
    pub containers: Vec<Container>,
    /// The id of its attachment to the network.
    pub attachment_id: String,
    /// Its interface, from PENDING until it is STOPPED.
    pub interface: Option<NetworkInterface>,
    /// What its interface was, after it is gone.
    pub former_interface: Option<NetworkInterface>,
    /// Whether commands can be executed in it.
    pub enable_execute_command: bool,
    /// CPU units.
    pub cpu: Option<String>,
    /// MiB.
    pub memory: Option<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// When it was created.
    pub created_at: Time,
    /// When it was connected to the network.
    pub connected_at: Option<Time>,
    /// When it came to run.
    pub started_at: Option<Time>,
    /// When it began to stop.
    pub stopping_at: Option<Time>,
    /// When it was stopped.
    pub stopped_at: Option<Time>,
    /// Why it stopped, as a code.
    pub stop_code: Option<StopCode>,
    /// Why it stopped, in words.
    pub stopped_reason: Option<String>,
}

/// Who started a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Owner {
    /// A deployment of a service.
    Service {
        /// The name of the service.
        service: String,
        /// The id of the deployment.
        deployment: String,
    },
    /// Somebody who called RunTask.
    Caller {
        /// What the caller gave as `startedBy`.
        started_by: Option<String>,
        /// The group; `family:NAME` if the caller gave none.
        group: String,
    },
}

/// The life of a task.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum TaskStatus {
    /// Its network interface is being made.
    Provisioning,
    /// It waits for its image, its secrets and its logs.
    Pending,
    /// It runs.
    Running,
    /// It is taken out of load balancing.
    Deactivating,
    /// Its network interface is being removed.
    Deprovisioning,
    /// It is gone, and visible for an hour.
    Stopped,
}

/// Where a task is meant to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum DesiredStatus {
    /// To run.
    Running,
    /// To stop.
    Stopped,
}

/// Why a task stopped.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StopCode {
    /// It never came to run.
    TaskFailedToStart,
    /// Somebody called StopTask.
    UserInitiated,
    /// A container ended that it cannot do without.
    EssentialContainerExited,
    /// Its service had no more use for it.
    ServiceSchedulerInitiated,
}

/// A container of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Container {
    /// The last part of its ARN.
    pub id: String,
    /// Its name in the task definition.
    pub name: String,
    /// Its image.
    pub image: String,
    /// CPU units that it reserves.
    pub cpu: u32,
    /// Whether the task stands and falls with it.
    pub essential: bool,
    /// How well it is; `None` if nobody asks.
    pub health: Option<HealthStatus>,
    /// What kept it from starting, or ended it.
    pub reason: Option<String>,
    /// How it ended, where it ended by itself.
    #[serde(default)]
    pub exit_code: Option<i32>,
}

/// How well a container or a task is. Of several the last one in this order decides.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum HealthStatus {
    /// Its check passes.
    Healthy,
    /// Its check has not passed yet.
    Unknown,
    /// Its check fails.
    Unhealthy,
}

/// The exit code of what was ended by SIGKILL.
const KILLED: i32 = 137;
/// Source: <https://repost.aws/knowledge-center/ecs-resolve-outofmemory-errors>
const OUT_OF_MEMORY: &str = "OutOfMemoryError: Container killed due to memory usage";

/// What a task is made of.
pub(in crate::ecs) struct NewTask<'a> {
    pub(in crate::ecs) owner: Owner,
    pub(in crate::ecs) definition: &'a TaskDefinition,
    pub(in crate::ecs) launch: Launch,
    /// How many tasks the owner has launched before; they take turns on the subnets.
    pub(in crate::ecs) turn: u64,
    pub(in crate::ecs) enable_execute_command: bool,
    pub(in crate::ecs) tags: BTreeMap<String, String>,
}

impl NewTask<'_> {
    /// The task as it is at `now`: PROVISIONING, and on its way.
    pub(in crate::ecs) fn create(self, ids: &mut Ids, now: Time, start_ms: u64) -> Task {
        let subnets = network_of(&self.launch).map_or(&[][..], |network| &network.subnets);
        let subnet = match subnets.len() {
            0 => None,
            count => subnets.get((self.turn % count as u64) as usize).cloned(),
        };
        let content = &self.definition.content;
        let container = |ids: &mut Ids, definition: &crate::ecs::task_definition::ContainerDefinition| Container {
            id: ids.uuid(),
            name: definition.name.clone(),
            image: definition.image.clone(),
            cpu: definition.cpu,
            essential: definition.essential,
            health: definition.is_checked().then_some(HealthStatus::Unknown),
            reason: None,
            exit_code: None,
        };
        Task {
            id: ids.hex(32),
            owner: self.owner,
            task_definition: self.definition.arn.clone(),
            subnet,
            last_status: TaskStatus::Provisioning,
            desired_status: DesiredStatus::Running,
            // The interface is made in the first half of the start.
            next_at: Some(now.plus(start_ms / 2)),
            containers: content.container_definitions.iter().map(|definition| container(ids, definition)).collect(),
            attachment_id: ids.uuid(),
            interface: None,
            former_interface: None,
            enable_execute_command: self.enable_execute_command,
            cpu: content.cpu.clone(),
            memory: content.memory.clone(),
            tags: self.tags,
            launch: self.launch,
            created_at: now,
            connected_at: None,
            started_at: None,
            stopping_at: None,
            stopped_at: None,
            stop_code: None,
            stopped_reason: None,
        }
    }
}

/// The network that a launch asks for.
pub(super) fn network_of(launch: &Launch) -> Option<&AwsVpcConfiguration> {
    launch.network_configuration.as_ref().and_then(|network| network.awsvpc_configuration.as_ref())
}

impl Task {
    /// Whether nothing is left of it but its description.
    pub(in crate::ecs) fn is_stopped(&self) -> bool {
        self.last_status == TaskStatus::Stopped
    }

    /// Whether it runs or is about to.
    pub(in crate::ecs) fn is_active(&self) -> bool {
        self.desired_status == DesiredStatus::Running
    }

    /// Whether it runs.
    pub(in crate::ecs) fn is_running(&self) -> bool {
        self.last_status == TaskStatus::Running
    }

    /// How well it is, as its essential containers are; `None` if none of them is checked.
    pub(in crate::ecs) fn health(&self) -> Option<HealthStatus> {
        self.containers.iter().filter(|container| container.essential).filter_map(|container| container.health).max()
    }

    /// Whether it runs and does what it is there for: "if a task has one or more essential containers with a health check
    /// defined, the service scheduler will wait for the task to reach a healthy status before counting it".
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html>
    pub(in crate::ecs) fn serves(&self) -> bool {
        self.is_running() && self.health().is_none_or(|health| health == HealthStatus::Healthy)
    }

    /// Whether this deployment started it.
    pub(in crate::ecs) fn belongs_to(&self, deployment_id: &str) -> bool {
        matches!(&self.owner, Owner::Service { deployment, .. } if deployment == deployment_id)
    }

    /// The service that replaces it.
    pub(in crate::ecs) fn service(&self) -> Option<&str> {
        match &self.owner {
            Owner::Service { service, .. } => Some(service),
            Owner::Caller { .. } => None,
        }
    }

    /// What `startedBy` shows.
    pub(in crate::ecs) fn started_by(&self) -> Option<&str> {
        match &self.owner {
            Owner::Service { deployment, .. } => Some(deployment),
            Owner::Caller { started_by, .. } => started_by.as_deref(),
        }
    }

    /// The family of its task definition.
    pub(in crate::ecs) fn family(&self) -> &str {
        let name = self.task_definition.rsplit('/').next().unwrap_or_default();
        name.split(':').next().unwrap_or_default()
    }

    /// Begins to stop it. A task that stops already keeps its first reason.
    pub(in crate::ecs) fn stop(&mut self, now: Time, stop_ms: u64, code: StopCode, reason: String) {
        if !self.is_active() {
            return;
        }
        self.desired_status = DesiredStatus::Stopped;
        self.stopping_at = Some(now);
        self.stop_code = Some(code);
        self.stopped_reason = Some(reason);
        (self.last_status, self.next_at) = match self.last_status {
            TaskStatus::Running => (TaskStatus::Deactivating, Some(now.plus(stop_ms / 2))),
            _ => (TaskStatus::Deprovisioning, Some(now.plus(stop_ms))),
        };
    }

    /// The texts that a script can know it by: the images of its containers, and `family:revision`.
    pub(in crate::ecs) fn known_as(&self) -> impl Iterator<Item = &str> + Clone {
        let revision = self.task_definition.rsplit('/').next().unwrap_or_default();
        self.containers.iter().map(|container| container.image.as_str()).chain([revision])
    }

    /// Ends its first essential container, and so the task. A task that stops already goes on with that.
    pub(in crate::ecs) fn exit(&mut self, now: Time, stop_ms: u64, code: i32) {
        if !self.is_active() {
            return;
        }
        if let Some(container) = self.containers.iter_mut().find(|container| container.essential) {
            container.exit_code = Some(code);
            // The kernel ends what takes more memory than it may.
            container.reason = (code == KILLED).then(|| OUT_OF_MEMORY.to_owned());
        }
        self.stop(now, stop_ms, StopCode::EssentialContainerExited, "Essential container in task exited".to_owned());
    }

    /// The reply shape `Task`.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html>
    pub(in crate::ecs) fn shown(&self, call: &Call<'_>, cluster: &str) -> Value {
        let group = match &self.owner {
            Owner::Service { service, .. } => format!("service:{service}"),
            Owner::Caller { group, .. } => group.clone(),
        };
        let mut reply = json!({
            "taskArn": arn::task(call, cluster, &self.id),
            "clusterArn": arn::cluster(call, cluster),
            "taskDefinitionArn": self.task_definition,
            "group": group,
            "lastStatus": self.last_status,
            "desiredStatus": self.desired_status,
            "launchType": LaunchType::Fargate,
            "platformVersion": self.launch.resolved_platform_version(),
            "platformFamily": "Linux",
            "connectivity": if self.connected_at.is_some() { "CONNECTED" } else { "DISCONNECTED" },
            "healthStatus": self.health().unwrap_or(HealthStatus::Unknown),
            "enableExecuteCommand": self.enable_execute_command,
            "createdAt": self.created_at.seconds(),
            "overrides": { "containerOverrides": [], "inferenceAcceleratorOverrides": [] },
            "attributes": [{ "name": "ecs.cpu-architecture", "value": "x86_64" }],
            "ephemeralStorage": { "sizeInGiB": 20 },
            "attachments": [self.attachment(&call.region)],
            "containers": self.containers.iter().map(|c| self.container(call, cluster, c)).collect::<Vec<_>>(),
            "tags": [],
            "version": 1 + self.last_status as u32,
        });
        let mut add = |name: &str, value: Value| {
            if !value.is_null() {
                reply[name] = value;
            }
        };
        let interface = self.interface.as_ref().or(self.former_interface.as_ref());
        add("availabilityZone", json!(interface.map(|interface| &interface.availability_zone)));
        add("startedBy", json!(self.started_by()));
        add("cpu", json!(self.cpu));
        add("memory", json!(self.memory));
        add("capacityProviderName", json!(self.capacity_provider()));
        add("stopCode", json!(self.stop_code));
        add("stoppedReason", json!(self.stopped_reason));
        add("connectivityAt", json!(self.connected_at.map(Time::seconds)));
        add("startedAt", json!(self.started_at.map(Time::seconds)));
        add("stoppingAt", json!(self.stopping_at.map(Time::seconds)));
        add("stoppedAt", json!(self.stopped_at.map(Time::seconds)));
        reply
    }

    /// The same with its tags.
    pub(in crate::ecs) fn shown_with_tags(&self, call: &Call<'_>, cluster: &str) -> Value {
        let mut reply = self.shown(call, cluster);
        reply["tags"] = tags::shown(&self.tags);
        reply
    }

    /// Whether its interface is to get a public address.
    pub(super) fn wants_public_ip(&self) -> bool {
        network_of(&self.launch).is_some_and(|network| network.assign_public_ip == AssignPublicIp::Enabled)
    }

    fn capacity_provider(&self) -> Option<&str> {
        self.launch.capacity_provider_strategy.first().map(|item| item.capacity_provider.as_str())
    }

    fn attachment(&self, region: &str) -> Value {
        let status = match (self.last_status, &self.interface) {
            (TaskStatus::Provisioning, _) => "PRECREATED",
            (TaskStatus::Stopped, _) => "DELETED",
            (_, Some(_)) => "ATTACHED",
            (_, None) => "DELETED",
        };
        let mut details = Vec::new();
        let mut detail = |name: &str, value: &str| details.push(json!({ "name": name, "value": value }));
        if let Some(subnet) = &self.subnet {
            detail("subnetId", subnet);
        }
        if let Some(interface) = self.interface.as_ref().or(self.former_interface.as_ref()) {
            detail("networkInterfaceId", &interface.id);
            detail("macAddress", &interface.mac);
            detail("privateDnsName", &interface.private_dns_name(region));
            detail("privateIPv4Address", &interface.private_ip.to_string());
        }
        json!({ "id": self.attachment_id, "type": "ElasticNetworkInterface", "status": status, "details": details })
    }

    fn container(&self, call: &Call<'_>, cluster: &str, container: &Container) -> Value {
        let status = match self.last_status {
            _ if container.exit_code.is_some() => "STOPPED",
            TaskStatus::Provisioning | TaskStatus::Pending => "PENDING",
            TaskStatus::Running | TaskStatus::Deactivating => "RUNNING",
            TaskStatus::Deprovisioning | TaskStatus::Stopped => "STOPPED",
        };
        let interfaces: Vec<Value> = self
            .interface
            .iter()
            .map(|interface| json!({ "attachmentId": self.attachment_id, "privateIpv4Address": interface.private_ip }))
            .collect();
        let mut reply = json!({
            "containerArn": arn::of(call, &format!("container/{cluster}/{}/{}", self.id, container.id)),
            "taskArn": arn::task(call, cluster, &self.id),
            "name": container.name,
            "image": container.image,
            "lastStatus": status,
            "healthStatus": container.health.unwrap_or(HealthStatus::Unknown),
            "cpu": container.cpu.to_string(),
            "networkInterfaces": interfaces,
        });
        if let Some(reason) = &container.reason {
            reply["reason"] = json!(reason);
        }
        if status != "PENDING" && (self.started_at.is_some() || container.exit_code.is_some()) {
            reply["runtimeId"] = json!(format!("{}-{}", self.id, &container.id[..10.min(container.id.len())]));
            if status == "STOPPED" {
                // A container that is asked to stop ends with 0 if it listens to SIGTERM.
                reply["exitCode"] = json!(container.exit_code.unwrap_or(0));
            }
        }
        reply
    }
}
