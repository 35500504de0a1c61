//! How tasks are launched: launch type or capacity providers, platform version, network.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html> and
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html>

use super::cluster::Cluster;
use super::invalid;
use super::task_definition::TaskDefinition;
use crate::call::Call;
use crate::error::ApiError;
use serde::{Deserialize, Serialize};

/// What a service or a task says about its launch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Launch {
    /// `FARGATE`; `None` where a capacity provider strategy decides.
    pub launch_type: Option<LaunchType>,
    /// The strategy; empty where a launch type decides.
    #[serde(default)]
    pub capacity_provider_strategy: Vec<CapacityProviderStrategyItem>,
    /// `LATEST` or a version such as `1.4.0`.
    pub platform_version: Option<String>,
    /// Subnets and security groups.
    pub network_configuration: Option<NetworkConfiguration>,
}

/// Where tasks run. There are no container instances here, so that only Fargate can start any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LaunchType {
    /// On container instances.
    #[serde(rename = "EC2")]
    Ec2,
    /// On Fargate.
    #[serde(rename = "FARGATE")]
    Fargate,
    /// On machines outside AWS.
    #[serde(rename = "EXTERNAL")]
    External,
}

/// A capacity provider and its share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CapacityProviderStrategyItem {
    /// `FARGATE` or `FARGATE_SPOT`.
    pub capacity_provider: String,
    /// Its share of the tasks beyond the base.
    #[serde(default)]
    pub weight: u32,
    /// The tasks that run on it first.
    #[serde(default)]
    pub base: u32,
}

/// The network of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NetworkConfiguration {
    /// The only mode that is configured here.
    pub awsvpc_configuration: Option<AwsVpcConfiguration>,
}

/// The network of a task with an interface of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AwsVpcConfiguration {
    /// 1 to 16 subnets of one VPC.
    pub subnets: Vec<String>,
    /// Up to 5 groups; the default group of the VPC if there are none.
    #[serde(default)]
    pub security_groups: Vec<String>,
    /// Whether the interface gets a public address.
    #[serde(default)]
    pub assign_public_ip: AssignPublicIp,
}

/// Whether an interface gets a public address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum AssignPublicIp {
    /// It does.
    Enabled,
    /// It does not.
    #[default]
    Disabled,
}

/// The capacity providers that every account has.
pub(super) const FARGATE_PROVIDERS: [&str; 2] = ["FARGATE", "FARGATE_SPOT"];
/// The platform version that `LATEST` stands for on Linux.
pub(super) const LATEST_PLATFORM_VERSION: &str = "1.4.0";
const PLATFORM_VERSIONS: [&str; 3] = ["LATEST", "1.4.0", "1.3.0"];
const MAX_SUBNETS: usize = 16;
const MAX_SECURITY_GROUPS: usize = 5;

impl Launch {
    /// The platform version that tasks really run on.
    pub(super) fn resolved_platform_version(&self) -> &str {
        match self.platform_version.as_deref() {
            None | Some("LATEST") => LATEST_PLATFORM_VERSION,
            Some(version) => version,
        }
    }

    /// Fills in what the request left open, and checks the whole against the cluster and the task definition.
    pub(super) fn completed(
        mut self,
        call: &mut Call<'_>,
        cluster: &Cluster,
        definition: &TaskDefinition,
    ) -> Result<Launch, ApiError> {
        if self.launch_type.is_some() && !self.capacity_provider_strategy.is_empty() {
            return Err(invalid(
                "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try \
                 again.",
            ));
        }
        if self.launch_type.is_none() && self.capacity_provider_strategy.is_empty() {
            // "If no capacityProviderStrategy or launchType is specified, the default strategy of the cluster is used";
            // without one, the launch type is EC2.
            match cluster.default_capacity_provider_strategy.is_empty() {
                true => self.launch_type = Some(LaunchType::Ec2),
                false => self.capacity_provider_strategy.clone_from(&cluster.default_capacity_provider_strategy),
            }
        }
        check_strategy(&self.capacity_provider_strategy, &cluster.capacity_providers)?;
        self.check_launch_type(definition)?;
        self.check_platform_version()?;
        self.check_network(call, definition)?;
        Ok(self)
    }

    fn check_launch_type(&self, definition: &TaskDefinition) -> Result<(), ApiError> {
        match self.launch_type {
            Some(LaunchType::Ec2 | LaunchType::External) => Err(invalid(
                "No Container Instances were found in your cluster. The embedded AWS runs tasks on Fargate only.",
            )),
            _ if !definition.supports_fargate() => {
                Err(invalid("Task definition does not support launch_type FARGATE."))
            }
            _ => Ok(()),
        }
    }

    fn check_platform_version(&self) -> Result<(), ApiError> {
        match self.platform_version.as_deref() {
            Some(version) if !PLATFORM_VERSIONS.contains(&version) => {
                Err(ApiError::client("PlatformUnknownException", "The specified platform version does not exist."))
            }
            _ => Ok(()),
        }
    }

    fn check_network(&self, call: &mut Call<'_>, definition: &TaskDefinition) -> Result<(), ApiError> {
        let configuration =
            self.network_configuration.as_ref().and_then(|network| network.awsvpc_configuration.as_ref());
        match (configuration, definition.uses_awsvpc()) {
            (None, true) => {
                Err(invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified."))
            }
            (Some(_), false) => {
                Err(invalid("Network Configuration is not valid for the given networkMode of this task definition."))
            }
            (Some(configuration), true) => configuration.check(call),
            (None, false) => Ok(()),
        }
    }
}

impl AwsVpcConfiguration {
    fn check(&self, call: &mut Call<'_>) -> Result<(), ApiError> {
        if self.subnets.is_empty() {
            return Err(invalid("subnets can not be empty."));
        }
        if self.subnets.len() > MAX_SUBNETS {
            return Err(invalid(format!("subnets can have at most {MAX_SUBNETS} items.")));
        }
        if self.security_groups.len() > MAX_SECURITY_GROUPS {
            return Err(invalid(format!("securityGroups can have at most {MAX_SECURITY_GROUPS} items.")));
        }
        super::task::check_network_exists(call, self)
    }
}

/// Checks that the providers of a strategy belong to the cluster, and their shares.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html>
pub(super) fn check_strategy(
    strategy: &[CapacityProviderStrategyItem],
    cluster_providers: &[String],
) -> Result<(), ApiError> {
    if let Some(item) = strategy.iter().find(|item| !cluster_providers.contains(&item.capacity_provider)) {
        return Err(invalid(format!(
            "The specified capacity provider strategy cannot contain a capacity provider that is not associated with \
             the cluster. Associate the capacity provider with the cluster and try again. ({})",
            item.capacity_provider
        )));
    }
    if strategy.iter().any(|item| item.weight > 1000 || item.base > 100_000) {
        return Err(invalid("weight must lie between 0 and 1,000, base between 0 and 100,000."));
    }
    if strategy.iter().filter(|item| item.base > 0).count() > 1 {
        return Err(invalid("Only one capacity provider in a capacity provider strategy can have a base defined."));
    }
    if !strategy.is_empty() && strategy.len() > 1 && strategy.iter().all(|item| item.weight == 0) {
        return Err(invalid("At least one capacity provider must have a weight value greater than 0."));
    }
    Ok(())
}
