//! What the short forms of the section stand for.

use deploy_kinds::ecs::{HealthCheck, Port};

use crate::config::{Command, Condition, HealthCheckConfig, PortConfig, PortSettings, Protocol, Secrets};

/// A secret variable with everything said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretVariable<'a> {
    /// The variable.
    pub variable: &'a str,
    /// The key in `[secrets.parameters]`, or an ARN.
    pub secret: &'a str,
    /// The last segment of its key in the file.
    pub at: String,
}

impl Secrets {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.variables().is_empty()
    }

    /// Every variable.
    pub fn variables(&self) -> Vec<SecretVariable<'_>> {
        match self {
            Self::Names(names) => {
                let variables = names.iter().enumerate();
                variables
                    .map(|(index, name)| SecretVariable { variable: name, secret: name, at: index.to_string() })
                    .collect()
            }
            Self::Variables(variables) => {
                let variables = variables.iter();
                variables.map(|(variable, secret)| SecretVariable { variable, secret, at: variable.clone() }).collect()
            }
        }
    }
}

impl SecretVariable<'_> {
    /// Whether it names what belongs to others.
    pub fn is_arn(&self) -> bool {
        self.secret.starts_with("arn:")
    }
}

impl PortConfig {
    /// The port in the terms of the inputs.
    pub fn port(&self) -> Port {
        let (container, protocol, name) = match self {
            Self::Number(container) => (*container, Protocol::Tcp, None),
            Self::Settings(PortSettings { container, protocol, name }) => (*container, *protocol, name.clone()),
        };
        let protocol = match protocol {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
        };
        Port { container, protocol: protocol.to_owned(), name }
    }
}

impl HealthCheckConfig {
    /// The check in the terms of the inputs.
    pub fn check(&self) -> HealthCheck {
        let command = match &self.command {
            Command::Shell(line) => vec!["CMD-SHELL".to_owned(), line.clone()],
            Command::Words(words) => words.clone(),
        };
        let Self { interval, timeout, retries, start_period, .. } = *self;
        HealthCheck { command, interval, timeout, retries, start_period }
    }
}

impl Condition {
    /// The word that AWS uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "START",
            Self::Complete => "COMPLETE",
            Self::Success => "SUCCESS",
            Self::Healthy => "HEALTHY",
        }
    }
}
