//! The way to AWS, or to the one that is embedded: clients, and the guard that they act in the right place.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use deploy_aws::{Clients, ConnectError, Embedded, Settings, partition_of};
use deploy_config::Target;
use deploy_engine::Lag;
use deploy_host::{Registry, Services};
use deploy_local::Local;
use deploy_local::store::OpenError;
use deploy_model::{FaultKind, KeyPath, Place};
use tokio::sync::OnceCell;

use crate::error::CommandError;
use crate::journal::Journal;
#[cfg(debug_assertions)]
use crate::panics;
use crate::services::WayToAws;
use crate::workspace::{Intended, Workspace};

/// Where the embedded AWS is kept, relative to the project.
const LOCAL_FOLDER: &str = ".deploy/local";
/// The embedded AWS's account where the files pin none.
const LOCAL_ACCOUNT: &str = "123456789012";
/// The embedded AWS's region where the files pin none.
pub const LOCAL_REGION: &str = "us-east-1";

/// How often it is looked again for what was written a moment ago.
const MOST_LOOKS: u32 = 8;

/// A way to AWS.
pub struct Connection {
    /// The clients.
    pub clients: Clients,
    /// The plugins, on these clients.
    pub registry: Registry,
    /// What the last run there may have left behind.
    pub journal: Journal,
    local: bool,
    place: OnceCell<Place>,
}

impl Connection {
    /// Makes the clients that the configuration asks for. Nothing is called.
    ///
    /// # Errors
    /// Where there is no region, or a profile is named that does not exist.
    pub async fn open(workspace: &Workspace, intended: &Intended) -> Result<Self, CommandError> {
        Self::giving(workspace, intended, |way| Arc::new(way)).await
    }

    /// The same, where `given` decides what plugins are given on their way to AWS.
    ///
    /// # Errors
    /// As [`Connection::open`].
    pub async fn giving(
        workspace: &Workspace,
        intended: &Intended,
        given: impl FnOnce(WayToAws) -> Arc<dyn Services>,
    ) -> Result<Self, CommandError> {
        let settings = match intended.target {
            Target::Local => embedded(workspace.project().root(), intended)?,
            Target::Aws => remote(intended),
        };
        let clients = Clients::connect(settings).await.map_err(|error| refusal(error, intended))?;
        let registry = workspace.registry(&clients)?;
        workspace.dynamic().connect(given(WayToAws::new(workspace, intended, &clients)));
        let journal = journal(workspace.project().root(), intended, &clients);
        Ok(Self { clients, registry, journal, local: intended.target == Target::Local, place: OnceCell::new() })
    }

    /// How far reads may lag behind writes there.
    pub fn lag(&self) -> Lag {
        Lag { looks: MOST_LOOKS, pause: self.clients.pace().settle }
    }

    /// Where the clients act, if that is where the environment belongs. One call, the first time: who am I?
    ///
    /// Reads may run beside it. Nothing may be changed before it has answered.
    ///
    /// # Errors
    /// Where there are no credentials, or they are for another account than the pinned one.
    pub async fn place(&self, intended: &Intended) -> Result<Place, CommandError> {
        self.place.get_or_try_init(|| self.find_place(intended)).await.cloned()
    }

    /// The same, and what a read comes to that runs beside it. Credentials that are missing or wrong explain whatever that
    /// says, and it is not waited for then.
    ///
    /// # Errors
    /// As [`Connection::place`].
    pub async fn place_beside<T>(
        &self,
        intended: &Intended,
        read: impl Future<Output = T>,
    ) -> Result<(Place, T), CommandError> {
        tokio::try_join!(self.place(intended), async { Ok(read.await) })
    }

    async fn find_place(&self, intended: &Intended) -> Result<Place, CommandError> {
        let identity = self.clients.identity().await.map_err(|fault| {
            let what = "cannot ask AWS who is calling".to_owned();
            match fault.kind {
                FaultKind::Denied => CommandError::NoAccess(what, fault),
                _ => CommandError::Fault(what, fault),
            }
        })?;
        guard(intended, &identity.account)?;
        let region = self.clients.region().to_owned();
        let partition = partition_of(&region).to_owned();
        Ok(Place { account: identity.account, region, partition, local: self.local })
    }
}

fn journal(root: &Path, intended: &Intended, clients: &Clients) -> Journal {
    let place = match (intended.target, clients.endpoints()) {
        (Target::Local, _) => "local",
        (Target::Aws, []) => "aws",
        (Target::Aws, [host, ..]) => host,
    };
    Journal::of(root, &intended.configuration.environment, place)
}

/// The folder of the embedded AWS of a project.
pub fn local_folder(root: &Path) -> PathBuf {
    root.join(LOCAL_FOLDER)
}

/// The embedded AWS of a project.
///
/// # Errors
/// Where its folder cannot be read or written.
pub fn open_local(root: &Path) -> Result<Local, CommandError> {
    Local::open(&local_folder(root)).map_err(|error| local_error(&error))
}

/// Why the embedded AWS cannot be used, and what to do.
pub fn local_error(error: &OpenError) -> CommandError {
    let reason = match error {
        OpenError::Io { source, .. } => format!(": {source}"),
        _ => String::new(),
    };
    CommandError::bad_input(format!("cannot use the embedded AWS: {error}{reason}"), error.help())
}

fn remote(intended: &Intended) -> Settings {
    let aws = &intended.configuration.settings.aws;
    Settings {
        region: aws.region.clone(),
        profile: aws.profile.clone(),
        endpoint_url: aws.endpoint_url.clone(),
        embedded: None,
    }
}

fn embedded(root: &Path, intended: &Intended) -> Result<Settings, CommandError> {
    let aws = &intended.configuration.settings.aws;
    let local = open_local(root)?;
    let http = deploy_aws::through(Arc::new(move |request| {
        let answer = local.answer(&request);
        #[cfg(debug_assertions)]
        panics::provoked(request.headers().get("x-amz-target"), request.body(), answer.response.body());
        answer.into()
    }));
    let account = aws.account.clone().unwrap_or_else(|| LOCAL_ACCOUNT.to_owned());
    let region = Some(aws.region.clone().unwrap_or_else(|| LOCAL_REGION.to_owned()));
    Ok(Settings { region, embedded: Some(Embedded { http, account }), ..Settings::default() })
}

/// Refuses any account but the pinned one.
fn guard(intended: &Intended, account: &str) -> Result<(), CommandError> {
    let environment = &intended.configuration.environment;
    match &intended.configuration.settings.aws.account {
        Some(pinned) if pinned != account => Err(CommandError::refused(
            format!("{environment} belongs to account {pinned}, and these credentials are for {account}"),
            format!("use credentials for {pinned}, or correct `aws.account` in {}", written(intended, "account")),
        )),
        _ => Ok(()),
    }
}

/// Where a key of `[aws]` was set.
fn written(intended: &Intended, key: &str) -> String {
    let origin = intended.configuration.origin(&KeyPath::of(["aws", key]));
    origin.map_or_else(|| intended.source(), |origin| origin.to_string())
}

fn refusal(error: ConnectError, intended: &Intended) -> CommandError {
    let aws = &intended.configuration.settings.aws;
    let help = match &error {
        ConnectError::NoRegion => "set `region` under [aws] in environments/default.toml, or `AWS_REGION`".to_owned(),
        ConnectError::NotARegion(error) => format!("{}; it comes from `AWS_REGION` or the profile", error.help()),
        ConnectError::NotAnEndpoint(_) => "write it like `http://127.0.0.1:4566`".to_owned(),
        ConnectError::NoKey(name) => format!("set `{name}` anew: a line break or a space came along with the key"),
        ConnectError::NoProfile(_) if aws.profile.is_some() => {
            format!("see `aws configure list-profiles`, or correct `aws.profile` in {}", written(intended, "profile"))
        }
        ConnectError::NoProfile(_) => {
            "see `aws configure list-profiles`, or try without an account: `--local`".to_owned()
        }
    };
    CommandError::bad_input(error.to_string(), help)
}
