//! An AWS of a trial's own, behind a bench.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::SystemTime;

use deploy_aws::{Clients, Embedded, Settings};
use deploy_bench::{Bench, Upstream};
use deploy_local::Local;
use deploy_local::serve::Server;
use deploy_local::world::World;
use serde_json::Value;
use tokio::sync::oneshot;

use super::inventory;

const REGION: &str = "ap-northeast-1";
const ACCOUNT: &str = "123456789012";

/// Where accounts come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// The embedded AWS.
    Embedded,
    /// The moto server that `DEPLOY_TEST_MOTO` names.
    Moto,
}

/// An account that nobody else uses, and the bench before it.
pub struct Cloud {
    pub bench: Bench,
    behind: Behind,
}

enum Behind {
    Embedded { local: Local, _served: oneshot::Sender<()> },
    Moto,
}

impl Cloud {
    /// An empty account. The settings are those of the embedded AWS; another has none.
    pub fn empty(provider: Provider, settings: &[(&str, &str)]) -> Self {
        match provider {
            Provider::Embedded => Self::embedded(World::new(1), settings),
            Provider::Moto => Self::moto(),
        }
    }

    /// The embedded AWS with what was there when a world was saved.
    pub fn restored(world: &[u8], settings: &[(&str, &str)]) -> Self {
        Self::embedded(serde_json::from_slice(world).expect("a world"), settings)
    }

    /// The world, to be restored. None where there is no way to save it.
    pub fn save(&self) -> Option<Vec<u8>> {
        let Behind::Embedded { local, .. } = &self.behind else { return None };
        Some(local.with_world(|world| serde_json::to_vec(world).expect("plain data")).expect("in memory"))
    }

    /// Time passes, so that every read sees what has changed until now.
    pub fn catch_up(&self) {
        self.bench.catch_up();
        if let Behind::Embedded { local, .. } = &self.behind {
            let pass = |world: &mut World| world.settings.set("clock", "+10s").expect("a setting");
            local.with_world(pass).expect("in memory");
        }
    }

    /// Everything that is there.
    pub fn inventory(&self) -> Value {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let clients = Clients::connect(self.settings()).await.expect("clients");
            inventory::read(&clients).await
        })
    }

    fn embedded(world: World, settings: &[(&str, &str)]) -> Self {
        let local = Local::in_memory(1);
        let prepare = |present: &mut World| {
            *present = world;
            for (name, value) in settings {
                present.settings.set(name, value).expect("a setting");
            }
        };
        local.with_world(prepare).expect("in memory");
        let (address, served) = serve(local.clone());
        let bench = Bench::before(Upstream::at(address)).expect("a bench");
        Self { bench, behind: Behind::Embedded { local, _served: served } }
    }

    /// The server keeps apart what calls with different account ids do.
    ///
    /// Source: <https://docs.getmoto.org/en/latest/docs/multi_account.html>
    fn moto() -> Self {
        static NEXT: LazyLock<AtomicU64> = LazyLock::new(|| {
            // The server may have been swept before.
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970");
            AtomicU64::new(100_000_000_000 + now.as_millis() as u64 % 800_000_000_000)
        });
        let endpoint = std::env::var("DEPLOY_TEST_MOTO").expect("who asks for moto has seen that it is there");
        let address = endpoint.trim_start_matches("http://").trim_end_matches('/').parse().expect("an address");
        let account = NEXT.fetch_add(1, Ordering::Relaxed).to_string().parse().expect("a header");
        let upstream = Upstream::at(address).with_header("x-moto-account-id", account);
        Self { bench: Bench::before(upstream).expect("a bench"), behind: Behind::Moto }
    }

    fn settings(&self) -> Settings {
        let region = Some(REGION.to_owned());
        match &self.behind {
            Behind::Moto => Settings { region, endpoint_url: Some(self.bench.url()), ..Settings::default() },
            Behind::Embedded { local, .. } => {
                let local = local.clone();
                let http = deploy_aws::through(Arc::new(move |request| local.answer(&request).into()));
                let embedded = Embedded { http, account: ACCOUNT.to_owned() };
                Settings { region, embedded: Some(embedded), ..Settings::default() }
            }
        }
    }
}

/// Serves an embedded AWS until what is returned is dropped.
fn serve(local: Local) -> (SocketAddr, oneshot::Sender<()>) {
    let (sender, receiver) = std::sync::mpsc::channel();
    let (stop, stopped) = oneshot::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let server = Server::bind(local, 0).await.expect("a port");
            sender.send(server.address().expect("an address")).expect("the test listens");
            tokio::select! {
                _ = server.run() => {}
                _ = stopped => {}
            }
        });
    });
    (receiver.recv().expect("the server starts"), stop)
}
