//! The kinds of the plugin.

use std::time::Duration;

use deploy_plugin::model::{Address, Fault, FaultKind, FieldChange};
use deploy_plugin::wire::Level;
use deploy_plugin::{Context, Found, Host, Kind, Made, Resource, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{cloud, faults};

/// A thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Thing {
    /// Its name, which no other has.
    #[schemars(extend("x-force-new" = true, "x-unique" = true))]
    pub name: String,
    /// How large it is.
    pub size: u32,
    /// Anything else.
    pub note: Option<String>,
}

/// What others may know of a thing.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Outputs {
    /// Its id.
    pub id: String,
}

impl Resource for Thing {
    const KIND: &'static str = "faulty.thing";
    type Outputs = Outputs;
}

/// The kind `faulty.thing`.
pub struct Things(pub Host);

fn made(id: String) -> Made<Outputs> {
    Made { outputs: Outputs { id: id.clone() }, id }
}

impl Things {
    /// The faults that need the host, or time.
    async fn at(&self, cx: &Context, when: &str) -> Result<Option<String>, Fault> {
        let Some(how) = faults::at(when) else { return Ok(None) };
        match how.as_str() {
            "wait" => {
                while !cx.is_cancelled() {
                    pause().await;
                }
            }
            "wait-forever" => std::future::pending().await,
            "flood" => (0..20_000).for_each(|number| self.0.log(Level::Info, &format!("line {number}"))),
            "ask-much" => {
                let ask = || self.0.secret("KEY");
                futures::future::join_all((0..1000).map(|_| ask())).await;
            }
            "leak-log" => self.0.log(Level::Info, &format!("\u{1b}[2Jthe key is {}", self.0.secret("KEY").await?)),
            "leak-line" => eprintln!("the key is {:?}", self.0.secret("KEY").await?),
            "leak-words" => {
                let key = self.0.secret("KEY").await?;
                cx.checkpoint(&key);
                cx.progress(&format!("using {key}"));
            }
            "leak-error" => return Err(Fault::internal(format!("{} is wrong", self.0.secret("KEY").await?))),
            "leak-answer" => return Ok(Some(self.0.secret("KEY").await?)),
            "later" => return Err(Fault::new(FaultKind::Conflict, "somebody holds it").later()),
            "take" => drop(self.0.secret("OTHER").await?),
            _ => {}
        }
        Ok(None)
    }
}

/// A pause that needs no runtime of this crate's own.
async fn pause() {
    std::thread::sleep(Duration::from_millis(5));
    let mut yielded = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return std::task::Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}

impl Kind for Things {
    type Inputs = Thing;

    async fn discover(&self, cx: &Context, scope: &Scope) -> Result<Vec<Found<Thing>>, Fault> {
        self.at(cx, "discover").await?;
        let ours = cloud::all().into_iter().filter(|record| record.owner == scope.owner);
        let found = ours.map(|record| Found {
            address: record.address,
            outputs: Outputs { id: record.id.clone() },
            id: record.id,
            inputs: record.inputs,
        });
        Ok(found.collect())
    }

    async fn create(&self, cx: &Context, address: &Address, inputs: Thing) -> Result<Made<Outputs>, Fault> {
        self.at(cx, "create-before").await?;
        let id = cloud::create(cx.owner(), address, inputs);
        cx.checkpoint(&id);
        Ok(made(self.at(cx, "create-after").await?.unwrap_or(id)))
    }

    async fn update(
        &self,
        cx: &Context,
        live: Found<Thing>,
        inputs: Thing,
        _: &[FieldChange],
    ) -> Result<Made<Outputs>, Fault> {
        self.at(cx, "update").await?;
        let record = cloud::Record { id: live.id.clone(), owner: cx.owner().clone(), address: live.address, inputs };
        cloud::put(&record);
        Ok(made(live.id))
    }

    async fn delete(&self, cx: &Context, live: Found<Thing>) -> Result<(), Fault> {
        self.at(cx, "delete").await?;
        cloud::delete(&live.id);
        Ok(())
    }
}

/// Another sort of thing, which the plugin has at some of its starts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Other {}

impl Resource for Other {
    const KIND: &'static str = "faulty.other";
    type Outputs = ();
}

/// The kind `faulty.other`.
pub struct Others;

impl Kind for Others {
    type Inputs = Other;

    async fn discover(&self, _: &Context, _: &Scope) -> Result<Vec<Found<Other>>, Fault> {
        Ok(Vec::new())
    }

    async fn create(&self, _: &Context, _: &Address, _: Other) -> Result<Made<()>, Fault> {
        Err(Fault::internal("never"))
    }

    async fn delete(&self, _: &Context, _: Found<Other>) -> Result<(), Fault> {
        Ok(())
    }
}
