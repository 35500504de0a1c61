//! A cloud in memory, as strict as a real one: names are unique, and nothing goes that is in use.

#![allow(dead_code, reason = "each test file uses its own part of this")]

pub mod shape;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use deploy_engine::Kinds;
use deploy_model::{Address, Fault, FaultKind, FieldChange, Input, Owner, Place};
use deploy_plugin::{Answer, ByQuestion, Context, Found, Kind, Made, Purpose, Resource, Scope, erase};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What stands alone, with a name that can be taken only once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Base {
    #[schemars(extend("x-force-new" = true, "x-unique" = true))]
    pub name: String,
    pub size: u32,
    pub tags: BTreeMap<String, String>,
}

/// What lies within a base and can be moved nowhere; two in one base cannot share a range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    #[schemars(extend("x-force-new" = true, "x-unique" = true, "x-refers" = "fake.base"))]
    pub base: Input<String>,
    #[schemars(extend("x-force-new" = true, "x-unique" = true))]
    pub slot: u32,
    #[schemars(extend("x-force-new" = true))]
    pub zone: u32,
    pub size: u32,
}

/// What uses parts and holds them while it does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct User {
    #[schemars(extend("x-force-new" = true, "x-unique" = true))]
    pub name: String,
    #[schemars(extend("x-holds" = true, "x-unordered" = true, "x-refers" = "fake.part"))]
    pub parts: Vec<Input<String>>,
    pub text: Input<String>,
}

/// An id, and a revision that every update changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Outputs {
    pub id: String,
    #[schemars(extend("x-changes-on-update" = true))]
    pub revision: u32,
}

macro_rules! resource {
    ($inputs:ty, $kind:literal) => {
        impl Resource for $inputs {
            const KIND: &'static str = $kind;
            type Outputs = Outputs;
        }
    };
}
resource!(Base, "fake.base");
resource!(Part, "fake.part");
resource!(User, "fake.user");

/// One thing in the cloud.
#[derive(Clone, Debug, PartialEq)]
pub struct Thing {
    pub owner: Owner,
    pub address: Address,
    pub kind: &'static str,
    pub inputs: serde_json::Value,
    pub revision: u32,
    /// Whether the service knows it everywhere: not before it was asked for once.
    pub known: bool,
}

/// The whole cloud.
#[derive(Clone, Debug, Default)]
pub struct Cloud {
    pub things: BTreeMap<String, Thing>,
    pub next: u32,
    pub changes: u32,
    pub weather: Weather,
}

/// What can be wrong between a cloud and its clients. By default nothing is.
#[derive(Clone, Debug, Default)]
pub struct Weather {
    /// Whether two things can have one name.
    pub twins: bool,
    /// The answers to these writes are lost, counted from 0: before the write had its effect, or after it.
    pub lost: BTreeMap<u32, Lost>,
    /// How many reads of a kind each of its reads lags behind, over and over.
    pub lags: Vec<usize>,
    /// How many writes there were.
    pub writes: u32,
    /// What each read of a kind would have shown without a lag.
    pub reads: BTreeMap<&'static str, Vec<BTreeMap<String, Thing>>>,
}

/// When an answer is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    Before,
    After,
}

impl Cloud {
    /// Begins a write. Nothing where it never arrives.
    fn write(&mut self) -> Result<Option<Lost>, Fault> {
        let lost = self.weather.lost.get(&self.weather.writes).copied();
        self.weather.writes += 1;
        if lost == Some(Lost::Before) { Err(unanswered()) } else { Ok(lost) }
    }

    /// What a read of a kind shows.
    fn read(&mut self, kind: &'static str) -> BTreeMap<String, Thing> {
        let Weather { reads, lags, .. } = &mut self.weather;
        let states = reads.entry(kind).or_default();
        states.push(self.things.clone());
        let lag = if lags.is_empty() { 0 } else { lags[states.len() % lags.len()] };
        states.len().checked_sub(1 + lag).map(|at| states[at].clone()).unwrap_or_default()
    }
}

fn unanswered() -> Fault {
    Fault { operation: Some("Write".into()), ..Fault::new(FaultKind::Unavailable, "the service could not be reached") }
}

/// An answer on its way.
fn answer<T>(lost: Option<Lost>, answer: T) -> Result<T, Fault> {
    if lost.is_some() { Err(unanswered()) } else { Ok(answer) }
}

pub type Shared = Arc<Mutex<Cloud>>;

/// The kinds that work on a cloud.
pub fn kinds(cloud: &Shared) -> Kinds {
    fn of<R: Rules>(cloud: &Shared) -> FakeKind<R> {
        FakeKind { cloud: Arc::clone(cloud), inputs: std::marker::PhantomData }
    }
    Kinds::new([erase(of::<Base>(cloud)), erase(of::<Part>(cloud)), erase(of::<User>(cloud))])
}

/// The rules of the service behind a kind.
pub trait Rules: Resource<Outputs = Outputs> + Clone {
    /// What no two things of the kind may share.
    fn name(&self) -> String;
    /// The ids that it stands on.
    fn targets(&self) -> Vec<String>;
}

fn id(input: &Input<String>) -> String {
    input.known().expect("the engine resolves references first").clone()
}

impl Rules for Base {
    fn name(&self) -> String {
        self.name.clone()
    }
    fn targets(&self) -> Vec<String> {
        Vec::new()
    }
}

impl Rules for Part {
    fn name(&self) -> String {
        format!("{}/{}", id(&self.base), self.slot)
    }
    fn targets(&self) -> Vec<String> {
        vec![id(&self.base)]
    }
}

impl Rules for User {
    fn name(&self) -> String {
        self.name.clone()
    }
    fn targets(&self) -> Vec<String> {
        self.parts.iter().map(id).collect()
    }
}

struct FakeKind<R> {
    cloud: Shared,
    inputs: std::marker::PhantomData<fn() -> R>,
}

impl<R: Rules> FakeKind<R> {
    fn cloud(&self) -> std::sync::MutexGuard<'_, Cloud> {
        self.cloud.lock().expect("no test panics while it holds the cloud")
    }

    fn check(&self, cloud: &Cloud, own: &str, inputs: &R) -> Result<(), Fault> {
        let taken = cloud.things.iter().any(|(id, thing)| {
            let other = || serde_json::from_value::<R>(thing.inputs.clone()).expect("its own inputs");
            !cloud.weather.twins && id != own && thing.kind == R::KIND && other().name() == inputs.name()
        });
        if taken {
            return Err(Fault::new(FaultKind::Conflict, format!("{} is taken", inputs.name())));
        }
        match inputs.targets().iter().find(|target| !cloud.things.get(*target).is_some_and(|thing| thing.known)) {
            Some(target) => Err(Fault::new(FaultKind::NotFound, format!("{target} is not there"))),
            None => Ok(()),
        }
    }

    fn made(id: &str, revision: u32) -> Made<Outputs> {
        Made { id: id.to_owned(), outputs: Outputs { id: id.to_owned(), revision } }
    }
}

impl<R: Rules> Kind for FakeKind<R> {
    type Inputs = R;

    async fn discover(&self, cx: &Context, scope: &Scope) -> Result<Vec<Found<R>>, Fault> {
        let things = self.cloud().read(R::KIND);
        let ours = things.iter().filter(|(_, thing)| thing.kind == R::KIND && thing.owner == *cx.owner());
        let found = |(id, thing): (&String, &Thing)| Found {
            address: thing.address.clone(),
            id: id.clone(),
            inputs: serde_json::from_value(read(&thing.inputs, scope.purpose)).expect("its own inputs"),
            outputs: Outputs { id: id.clone(), revision: thing.revision },
        };
        Ok(ours.map(found).collect())
    }

    async fn look_up(&self, _: &Context, ids: &[String]) -> Result<BTreeMap<String, Outputs>, Fault> {
        let cloud = self.cloud();
        let seen = |id: &String| {
            let thing = cloud.things.get(id).filter(|thing| thing.kind == R::KIND)?;
            Some((id.clone(), Outputs { id: id.clone(), revision: thing.revision }))
        };
        Ok(ids.iter().filter_map(seen).collect())
    }

    /// `id-1` asks for that thing, `all` for every thing, `elsewhere` for what nobody can tell, `denied` for a refusal.
    async fn query(&self, _: &Context, questions: &[String]) -> Result<ByQuestion<Answer<R>>, Fault> {
        if questions.iter().any(|question| question == "denied") {
            return Err(Fault::new(FaultKind::Denied, "not authorized"));
        }
        let cloud = self.cloud();
        let answers = |question: &String| {
            let things = cloud
                .things
                .iter()
                .filter(|(id, thing)| thing.kind == R::KIND && (*id == question || question == "all"));
            let answer = |(id, thing): (&String, &Thing)| Answer {
                id: id.clone(),
                inputs: serde_json::from_value(thing.inputs.clone()).expect("its own inputs"),
                outputs: Outputs { id: id.clone(), revision: thing.revision },
            };
            (question.clone(), things.map(answer).collect())
        };
        Ok(questions.iter().filter(|question| *question != "elsewhere").map(answers).collect())
    }

    async fn create(&self, cx: &Context, address: &Address, inputs: R) -> Result<Made<Outputs>, Fault> {
        let mut cloud = self.cloud();
        let lost = cloud.write()?;
        self.check(&cloud, "", &inputs)?;
        cloud.next += 1;
        cloud.changes += 1;
        let id = format!("id-{}", cloud.next);
        let inputs = serde_json::to_value(inputs).expect("plain data");
        let (owner, address) = (cx.owner().clone(), address.clone());
        let thing = Thing { owner, address, kind: R::KIND, inputs, revision: 1, known: false };
        cloud.things.insert(id.clone(), thing);
        answer(lost, Self::made(&id, 1))
    }

    /// Says once that there is no such thing, as a service does that has not told all of its parts.
    async fn complete(&self, _: &Context, made: Found<R>) -> Result<Made<Outputs>, Fault> {
        let mut cloud = self.cloud();
        let thing = cloud.things.get_mut(&made.id).ok_or_else(|| Fault::new(FaultKind::NotFound, "gone"))?;
        match std::mem::replace(&mut thing.known, true) {
            true => Ok(Made { id: made.id, outputs: made.outputs }),
            false => Err(Fault::new(FaultKind::NotFound, "not known yet")),
        }
    }

    async fn update(
        &self,
        _: &Context,
        live: Found<R>,
        inputs: R,
        changes: &[FieldChange],
    ) -> Result<Made<Outputs>, Fault> {
        assert!(changes.iter().all(|change| !change.forces_replacement), "{} was updated, not replaced", live.address);
        let mut cloud = self.cloud();
        let lost = cloud.write()?;
        self.check(&cloud, &live.id, &inputs)?;
        cloud.changes += 1;
        let thing = cloud.things.get_mut(&live.id).ok_or_else(|| Fault::new(FaultKind::NotFound, "gone"))?;
        thing.inputs = serde_json::to_value(inputs).expect("plain data");
        thing.revision += 1;
        answer(lost, Self::made(&live.id, thing.revision))
    }

    async fn retire(&self, _: &Context, live: Found<R>, to: &Address) -> Result<(), Fault> {
        let mut cloud = self.cloud();
        let lost = cloud.write()?;
        cloud.changes += 1;
        let thing = cloud.things.get_mut(&live.id).ok_or_else(|| Fault::new(FaultKind::NotFound, "gone"))?;
        thing.address = to.clone();
        answer(lost, ())
    }

    async fn delete(&self, _: &Context, live: Found<R>) -> Result<(), Fault> {
        let mut cloud = self.cloud();
        let lost = cloud.write()?;
        let uses = |thing: &Thing| thing.inputs.to_string().contains(&format!("\"{}\"", live.id));
        if let Some((user, _)) = cloud.things.iter().find(|(id, thing)| **id != live.id && uses(thing)) {
            return Err(Fault::new(FaultKind::Conflict, format!("{} is in use by {user}", live.id)));
        }
        cloud.changes += 1;
        cloud.things.remove(&live.id);
        answer(lost, ())
    }
}

/// The inputs as a listing gives them: nothing that a deletion has no need of is right in one for a deletion.
fn read(inputs: &serde_json::Value, purpose: Purpose) -> serde_json::Value {
    let mut inputs = inputs.clone();
    if let (Purpose::Delete, Some(size)) = (purpose, inputs.get_mut("size")) {
        *size = 0.into();
    }
    inputs
}

/// Whose things they are.
pub fn owner(environment: &str) -> Owner {
    Owner { application: "shop".into(), environment: environment.into() }
}

/// Where they are.
pub fn place() -> Place {
    Place { account: "123456789012".into(), region: "ap-northeast-1".into(), partition: "aws".into(), local: true }
}

/// What is there, without the ids and revisions in which two ways to one end differ.
pub fn picture(cloud: &Shared) -> Vec<String> {
    let cloud = cloud.lock().expect("the cloud");
    let line = |thing: &Thing| {
        let mut inputs = thing.inputs.to_string();
        for (id, other) in cloud.things.iter().rev() {
            inputs = inputs.replace(&format!("\"{id}\""), &format!("<{}>", other.address));
        }
        let text = inputs.split("rev ").next().unwrap_or_default().to_owned();
        format!("{} {text}", thing.address)
    };
    let mut lines: Vec<String> = cloud.things.values().map(line).collect();
    lines.sort();
    lines
}
