//! Kinds: how one sort of resource is found, made, changed and removed.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use deploy_model::{Address, Fault, FieldChange, Input, KeyPath, KindDescription, KindName, Live, Owner, Reference};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::stage::key_of;
use crate::{Answer, AnyAnswer, ByQuestion, Context, graph};

/// A future that a kind's operation is, once its type is erased.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The inputs of a kind, with the name of the kind and its outputs.
///
/// A stage that composes resources of a kind needs this type and nothing else of it.
pub trait Resource: Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// The kind's full name, `stage.kind`.
    const KIND: &'static str;
    /// What other resources may refer to.
    type Outputs: Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static;

    /// An input that takes the output `output` of the resource `name` of this kind.
    ///
    /// A `name` that no address can hold gives a reference that no resource answers, which the engine
    /// reports at the place where it was written.
    fn output<T>(name: &str, output: &str) -> Input<T> {
        let nobody = || graph::reference_to::<Self>("undeclared", output).expect("a fixed, valid name");
        Input::Reference(graph::reference_to::<Self>(name, output).unwrap_or_else(nobody))
    }

    /// The same as [`Resource::output`], as a bare reference for a text.
    fn reference(name: &str, output: &str) -> Reference {
        match Self::output::<()>(name, output) {
            Input::Reference(reference) => reference,
            Input::Value(()) | Input::Text(_) => unreachable!("an output is a reference"),
        }
    }
}

/// What an operation that made or changed a resource gives back.
#[derive(Clone, Debug, PartialEq)]
pub struct Made<O> {
    /// The service's own id.
    pub id: String,
    /// What others may refer to.
    pub outputs: O,
}

/// A resource that exists.
#[derive(Clone, Debug, PartialEq)]
pub struct Found<R: Resource> {
    /// The address that its tags give it.
    pub address: Address,
    /// The service's own id.
    pub id: String,
    /// What it is, in the terms of its inputs. Ownership tags are left out.
    pub inputs: R,
    /// What others may refer to.
    pub outputs: R::Outputs,
}

/// What to look for.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Whose resources.
    pub owner: Owner,
    /// The beginning that the environment's names share by default.
    pub prefix: String,
    /// What the configuration desires of this kind, for services that can only be asked by name.
    pub wanted: Vec<Wanted>,
    /// What the findings are for.
    pub purpose: Purpose,
}

/// What findings are for, and so how much of a resource must be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// They are compared with what is desired: every input must be as it is.
    #[default]
    Compare,
    /// They are deleted. An input that costs a call of its own may be left at any value, unless the
    /// deletion needs it or it refers to another resource.
    Delete,
}

/// A resource that the configuration desires.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wanted {
    /// Its address.
    pub address: Address,
    /// Its inputs, references still open.
    pub inputs: Value,
}

impl Scope {
    /// The desired resources of this kind, in the kind's own type.
    pub fn wanted<R: Resource>(&self) -> Vec<(Address, R)> {
        let typed =
            |wanted: &Wanted| Some((wanted.address.clone(), serde_json::from_value(wanted.inputs.clone()).ok()?));
        self.wanted.iter().filter_map(typed).collect()
    }
}

/// One sort of resource.
///
/// ```
/// use std::collections::BTreeMap;
/// use std::sync::Mutex;
///
/// use deploy_plugin::model::{Address, Fault, FieldChange};
/// use deploy_plugin::schemars::{self, JsonSchema};
/// use deploy_plugin::{Context, Found, Kind, Made, Resource, Scope};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Clone, Serialize, Deserialize, JsonSchema)]
/// struct Note {
///     text: String,
/// }
///
/// #[derive(Clone, Serialize, Deserialize, JsonSchema)]
/// struct NoteOutputs {
///     id: String,
/// }
///
/// impl Resource for Note {
///     const KIND: &'static str = "notes.note";
///     type Outputs = NoteOutputs;
/// }
///
/// /// Notes on a board, by their addresses. A service's own kind calls the service instead.
/// #[derive(Default)]
/// struct NoteKind {
///     board: Mutex<BTreeMap<Address, Note>>,
/// }
///
/// fn made(address: &Address) -> Made<NoteOutputs> {
///     Made { id: address.to_string(), outputs: NoteOutputs { id: address.to_string() } }
/// }
///
/// impl Kind for NoteKind {
///     type Inputs = Note;
///
///     async fn discover(&self, _: &Context, _: &Scope) -> Result<Vec<Found<Note>>, Fault> {
///         let board = self.board.lock().expect("unshared");
///         let found = board.iter().map(|(address, note)| {
///             let Made { id, outputs } = made(address);
///             Found { address: address.clone(), id, inputs: note.clone(), outputs }
///         });
///         Ok(found.collect())
///     }
///
///     async fn create(&self, _: &Context, address: &Address, note: Note) -> Result<Made<NoteOutputs>, Fault> {
///         self.board.lock().expect("unshared").insert(address.clone(), note);
///         Ok(made(address))
///     }
///
///     async fn update(
///         &self,
///         _: &Context,
///         live: Found<Note>,
///         note: Note,
///         _: &[FieldChange],
///     ) -> Result<Made<NoteOutputs>, Fault> {
///         self.board.lock().expect("unshared").insert(live.address.clone(), note);
///         Ok(made(&live.address))
///     }
///
///     async fn delete(&self, _: &Context, live: Found<Note>) -> Result<(), Fault> {
///         self.board.lock().expect("unshared").remove(&live.address);
///         Ok(())
///     }
/// }
/// ```
///
/// Every operation may be repeated: creating what is there, or deleting what is gone, must end well
/// or say plainly why not. Nothing here retries; the engine alone does.
pub trait Kind: Send + Sync + 'static {
    /// The inputs.
    type Inputs: Resource;

    /// Whether a resource that exists can be given another address ([`Kind::retire`]).
    const CAN_RETIRE: bool = true;

    /// Whether [`Kind::create`], sent twice with one [`Context::operation`], makes one resource and gives its id both
    /// times: the service takes client tokens, or knows the resource by its name. `deploy plugin test` holds a kind to it.
    const CREATES_ONCE: bool = false;

    /// Finds every resource of this kind that the owner has.
    fn discover(
        &self,
        cx: &Context,
        scope: &Scope,
    ) -> impl Future<Output = Result<Vec<Found<Self::Inputs>>, Fault>> + Send;

    /// Looks at resources that belong to others ([`Graph::given`](crate::Graph::given)), by their ids: what each of
    /// those that exist tells others. One call for all, where the service has one.
    fn look_up(
        &self,
        _cx: &Context,
        _ids: &[String],
    ) -> impl Future<Output = Result<BTreeMap<String, <Self::Inputs as Resource>::Outputs>, Fault>> + Send {
        async { Err(Fault::internal(format!("no {} that belongs to others can be looked up", Self::Inputs::KIND))) }
    }

    /// Answers questions about resources that belong to others ([`Graph::query`](crate::Graph::query)): to each those
    /// that answer to it, or nothing at all where nobody could tell from here. Reads only.
    fn query(
        &self,
        _cx: &Context,
        _queries: &[String],
    ) -> impl Future<Output = Result<ByQuestion<Answer<Self::Inputs>>, Fault>> + Send {
        async { Err(Fault::internal(format!("no {} answers questions", Self::Inputs::KIND))) }
    }

    /// Makes a resource. Its ownership tags are part of the call that makes it. What takes further calls
    /// is left to [`Kind::complete`].
    fn create(
        &self,
        cx: &Context,
        address: &Address,
        inputs: Self::Inputs,
    ) -> impl Future<Output = Result<Made<<Self::Inputs as Resource>::Outputs>, Fault>> + Send;

    /// Brings what [`Kind::create`] has just made to its inputs, which stand in `made` as they are desired.
    ///
    /// Runs after every creation, before anything that refers to the resource, and is repeated while the
    /// service does not know it everywhere yet. Its outputs are those that count.
    fn complete(
        &self,
        _cx: &Context,
        made: Found<Self::Inputs>,
    ) -> impl Future<Output = Result<Made<<Self::Inputs as Resource>::Outputs>, Fault>> + Send {
        async move { Ok(Made { id: made.id, outputs: made.outputs }) }
    }

    /// Changes a resource where it stands. `changes` are the fields that differ.
    ///
    /// A kind whose every input is `x-force-new`, so that any change replaces it, leaves this out.
    fn update(
        &self,
        _cx: &Context,
        live: Found<Self::Inputs>,
        _inputs: Self::Inputs,
        _changes: &[FieldChange],
    ) -> impl Future<Output = Result<Made<<Self::Inputs as Resource>::Outputs>, Fault>> + Send {
        let address = live.address;
        async move { Err(Fault::internal(format!("{address} cannot be changed where it stands"))) }
    }

    /// Gives a resource another address, nothing else.
    fn retire(
        &self,
        _cx: &Context,
        live: Found<Self::Inputs>,
        _to: &Address,
    ) -> impl Future<Output = Result<(), Fault>> + Send {
        let address = live.address;
        async move { Err(Fault::internal(format!("{address} cannot be retired"))) }
    }

    /// Deletes a resource. That it is gone already is success.
    fn delete(&self, cx: &Context, live: Found<Self::Inputs>) -> impl Future<Output = Result<(), Fault>> + Send;
}

/// Why inputs do not have a kind's form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Misfit {
    /// The field.
    pub field: KeyPath,
    /// What is wrong with it.
    pub message: String,
}

/// How long a step is tried again that a kind puts off with [`Retry::Later`](deploy_model::Retry::Later).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patience {
    /// The longest time that is waited between the attempts at one step, together.
    pub limit: Duration,
    /// The plugin that has set the limit and is named where it is reached.
    pub plugin: Option<String>,
}

impl Default for Patience {
    /// What stands in the way in AWS may need minutes to go, such as the interfaces of stopped tasks.
    fn default() -> Self {
        Self { limit: Duration::from_secs(600), plugin: None }
    }
}

/// A kind as the engine sees it: the same operations on plain data.
///
/// A kind behind a process border implements this by sending messages; a built-in one through [`erase`].
pub trait AnyKind: Send + Sync {
    /// What the kind says of itself.
    fn describe(&self) -> &KindDescription;
    /// Whether inputs, references still open, have the kind's form: one entry each, nothing where it fits.
    ///
    /// # Errors
    /// Where the kind is broken.
    fn check(&self, inputs: &[&Value]) -> Result<Vec<Option<Misfit>>, Fault>;
    /// How long a step of this kind is tried again.
    fn patience(&self) -> Patience {
        Patience::default()
    }
    /// See [`Kind::discover`].
    fn discover<'a>(&'a self, cx: &'a Context, scope: &'a Scope) -> BoxFuture<'a, Result<Vec<Live>, Fault>>;
    /// See [`Kind::look_up`].
    fn look_up<'a>(
        &'a self,
        cx: &'a Context,
        ids: &'a [String],
    ) -> BoxFuture<'a, Result<BTreeMap<String, Value>, Fault>>;
    /// See [`Kind::query`].
    fn query<'a>(
        &'a self,
        cx: &'a Context,
        queries: &'a [String],
    ) -> BoxFuture<'a, Result<ByQuestion<AnyAnswer>, Fault>>;
    /// See [`Kind::create`].
    fn create<'a>(&'a self, cx: &'a Context, address: &'a Address, inputs: Value)
    -> BoxFuture<'a, Result<Live, Fault>>;
    /// See [`Kind::complete`].
    fn complete<'a>(&'a self, cx: &'a Context, made: Live) -> BoxFuture<'a, Result<Live, Fault>>;
    /// See [`Kind::update`].
    fn update<'a>(
        &'a self,
        cx: &'a Context,
        live: Live,
        inputs: Value,
        changes: &'a [FieldChange],
    ) -> BoxFuture<'a, Result<Live, Fault>>;
    /// See [`Kind::retire`].
    fn retire<'a>(&'a self, cx: &'a Context, live: Live, to: &'a Address) -> BoxFuture<'a, Result<(), Fault>>;
    /// See [`Kind::delete`].
    fn delete<'a>(&'a self, cx: &'a Context, live: Live) -> BoxFuture<'a, Result<(), Fault>>;
}

/// The description of a kind.
pub fn describe<K: Kind>() -> KindDescription {
    type Outputs<K> = <<K as Kind>::Inputs as Resource>::Outputs;
    KindDescription {
        name: K::Inputs::KIND.parse::<KindName>().expect("a kind's name is a constant of the form stage.kind"),
        inputs: schemars::schema_for!(K::Inputs).to_value(),
        outputs: schemars::schema_for!(Outputs<K>).to_value(),
        can_retire: K::CAN_RETIRE,
        creates_once: K::CREATES_ONCE,
    }
}

/// A typed kind as the engine sees it.
pub fn erase<K: Kind>(kind: K) -> Arc<dyn AnyKind> {
    Arc::new(Erased { kind, description: OnceLock::new() })
}

struct Erased<K> {
    kind: K,
    /// Made when it is first asked for: a schema takes longer than everything else that starts a run.
    description: OnceLock<KindDescription>,
}

impl<K: Kind> AnyKind for Erased<K> {
    fn describe(&self) -> &KindDescription {
        self.description.get_or_init(|| describe::<K>())
    }

    fn check(&self, inputs: &[&Value]) -> Result<Vec<Option<Misfit>>, Fault> {
        Ok(inputs.iter().map(|inputs| misfit::<K::Inputs>(inputs)).collect())
    }

    fn discover<'a>(&'a self, cx: &'a Context, scope: &'a Scope) -> BoxFuture<'a, Result<Vec<Live>, Fault>> {
        Box::pin(async move {
            let found = self.kind.discover(cx, scope).await?;
            found.into_iter().map(|found| live(found.address, found.id, &found.inputs, &found.outputs)).collect()
        })
    }

    fn look_up<'a>(
        &'a self,
        cx: &'a Context,
        ids: &'a [String],
    ) -> BoxFuture<'a, Result<BTreeMap<String, Value>, Fault>> {
        Box::pin(async move {
            let seen = self.kind.look_up(cx, ids).await?;
            seen.into_iter().map(|(id, outputs)| Ok((id, plain(&outputs)?))).collect()
        })
    }

    fn query<'a>(
        &'a self,
        cx: &'a Context,
        queries: &'a [String],
    ) -> BoxFuture<'a, Result<ByQuestion<AnyAnswer>, Fault>> {
        Box::pin(async move {
            let answers = self.kind.query(cx, queries).await?;
            let plain = |(query, answers): (String, Vec<Answer<K::Inputs>>)| {
                Ok((query, answers.into_iter().map(any_answer).collect::<Result<_, Fault>>()?))
            };
            answers.into_iter().map(plain).collect()
        })
    }

    fn create<'a>(
        &'a self,
        cx: &'a Context,
        address: &'a Address,
        inputs: Value,
    ) -> BoxFuture<'a, Result<Live, Fault>> {
        Box::pin(async move {
            let made = self.kind.create(cx, address, typed(&inputs)?).await?;
            Ok(Live { address: address.clone(), id: made.id, inputs, outputs: plain(&made.outputs)? })
        })
    }

    fn complete<'a>(&'a self, cx: &'a Context, made: Live) -> BoxFuture<'a, Result<Live, Fault>> {
        Box::pin(async move {
            let completed = self.kind.complete(cx, found(made.clone())?).await?;
            Ok(Live { id: completed.id, outputs: plain(&completed.outputs)?, ..made })
        })
    }

    fn update<'a>(
        &'a self,
        cx: &'a Context,
        live: Live,
        inputs: Value,
        changes: &'a [FieldChange],
    ) -> BoxFuture<'a, Result<Live, Fault>> {
        Box::pin(async move {
            let address = live.address.clone();
            let made = self.kind.update(cx, found(live)?, typed(&inputs)?, changes).await?;
            Ok(Live { address, id: made.id, inputs, outputs: plain(&made.outputs)? })
        })
    }

    fn retire<'a>(&'a self, cx: &'a Context, live: Live, to: &'a Address) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async move { self.kind.retire(cx, found(live)?, to).await })
    }

    fn delete<'a>(&'a self, cx: &'a Context, live: Live) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async move { self.kind.delete(cx, found(live)?).await })
    }
}

fn live<I: Serialize, O: Serialize>(address: Address, id: String, inputs: &I, outputs: &O) -> Result<Live, Fault> {
    Ok(Live { address, id, inputs: plain(inputs)?, outputs: plain(outputs)? })
}

fn any_answer<R: Resource>(answer: Answer<R>) -> Result<AnyAnswer, Fault> {
    Ok(AnyAnswer { id: answer.id, inputs: plain(&answer.inputs)?, outputs: plain(&answer.outputs)? })
}

fn found<R: Resource>(live: Live) -> Result<Found<R>, Fault> {
    Ok(Found { inputs: typed(&live.inputs)?, outputs: typed(&live.outputs)?, address: live.address, id: live.id })
}

fn plain<T: Serialize>(value: &T) -> Result<Value, Fault> {
    serde_json::to_value(value).map_err(|error| Fault::internal(format!("not plain data: {error}")))
}

fn misfit<R: Resource>(inputs: &Value) -> Option<Misfit> {
    let error = serde_path_to_error::deserialize::<_, R>(inputs).err()?;
    let field = KeyPath::of(error.path().iter().filter_map(key_of));
    Some(Misfit { field, message: error.into_inner().to_string() })
}

fn typed<T: DeserializeOwned>(value: &Value) -> Result<T, Fault> {
    serde_path_to_error::deserialize(value)
        .map_err(|error| Fault::internal(format!("inputs do not fit their schema at {}", error.path())))
}
