//! The door in process: an HTTP request as a value goes in, an HTTP response as a value comes out.

use crate::asked::Asked;
use crate::ecs::progress;
use crate::gate;
use crate::settings::Settings;
use crate::store::{Directory, Loaded, OpenError, Store};
use crate::time::Time;
use crate::traffic::{self, Fate, Traffic};
use crate::world::{Ids, World};
use http::{Request, Response};
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// An embedded AWS. Clones are doors to the same one.
#[derive(Clone)]
pub struct Local {
    inner: Arc<Mutex<Inner>>,
    clock: Clock,
    enforcement: Enforcement,
}

/// What a call gets.
#[derive(Debug)]
pub struct Answer {
    /// The response.
    pub response: Response<Vec<u8>>,
    /// How long it is to take.
    pub latency: Duration,
}

impl From<Answer> for (Response<Vec<u8>>, Duration) {
    fn from(answer: Answer) -> Self {
        (answer.response, answer.latency)
    }
}

/// Whether a door lets policies decide.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Enforcement {
    /// If the settings say so.
    AsConfigured,
    /// In any case.
    Always,
}

/// What all doors share.
struct Inner {
    store: Store,
    world: World,
    /// The world as it was after the last call that succeeded. What a failed call left behind is undone from it.
    saved: Vec<u8>,
    /// Request ids must differ, but they are not worth writing the world.
    request_ids: Ids,
    traffic: Traffic,
}

/// Where a door reads the time.
#[derive(Clone, Copy)]
enum Clock {
    System,
    Fixed(Time),
}

impl Local {
    /// The AWS that is kept in `directory`, or an empty one that will be. Every call loads it again if another process
    /// changed it, and saves it if the call did.
    ///
    /// # Errors
    /// [`OpenError`] says what is wrong with the directory or the file, and what to do.
    pub fn open(directory: &Path) -> Result<Local, OpenError> {
        let seed = Clock::System.now(&Settings::default()).0;
        let local = Self::new(Store::Directory(Directory::open(directory)?), seed);
        local.with_world(|_| ())?;
        Ok(local)
    }

    /// An empty AWS that is gone with the process. The same seed gives the same ids.
    #[must_use]
    pub fn in_memory(seed: u64) -> Local {
        Self::new(Store::Memory, seed)
    }

    /// A door to the same AWS, at which it is always `time`.
    #[must_use]
    pub fn at(&self, time: Time) -> Local {
        Self { clock: Clock::Fixed(time), ..self.clone() }
    }

    /// A door to the same AWS, at which each call is refused that the caller's policies do not allow, whatever the
    /// settings say.
    #[must_use]
    pub fn enforcing_iam(&self) -> Local {
        Self { enforcement: Enforcement::Always, ..self.clone() }
    }

    /// Answers one AWS request, and takes as long as the settings say; at a door where time stands still, no longer than
    /// it must. It never panics and waits for nothing else but the lock; what goes wrong on this side comes back as
    /// `InternalFailure` or `ServiceUnavailable`. A call that fails changes nothing.
    #[must_use]
    pub fn call(&self, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
        let Answer { response, latency } = self.answer(&request);
        if let Clock::System = self.clock
            && !latency.is_zero()
        {
            std::thread::sleep(latency);
        }
        response
    }

    /// The same for a door that knows how to wait without holding a thread.
    #[must_use]
    pub fn answer(&self, request: &Request<Vec<u8>>) -> Answer {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let request_id = inner.request_ids.uuid();
        let mut chance = inner.request_ids.clone();
        let mut traffic = std::mem::take(&mut inner.traffic);
        let mut latency = Duration::ZERO;
        let answer = |world: &mut World| {
            let now = self.clock.now(&world.settings);
            latency = traffic::latency(&world.settings, &mut chance);
            let configured = world.settings.enforce_iam;
            world.settings.enforce_iam |= self.enforcement == Enforcement::Always;
            let mut passage = Passage { request, request_id: &request_id, now, traffic: &mut traffic };
            let (response, trace) = passage.through(world);
            world.settings.enforce_iam = configured;
            (response, trace)
        };
        let response =
            inner.run(answer).unwrap_or_else(|error| gate::unavailable(request, &explain(&error), &request_id));
        let response = dated(response, self.clock.now(&inner.world.settings));
        inner.traffic = traffic;
        Answer { response, latency }
    }

    /// What time it is at this door.
    ///
    /// # Errors
    /// [`OpenError`] if the kept world, which says how far the clock is ahead, cannot be read.
    pub fn now(&self) -> Result<Time, OpenError> {
        self.with_world(|world| self.clock.now(&world.settings))
    }

    /// Looks at the world, or changes it, outside any AWS call: for status, settings and tests.
    ///
    /// # Errors
    /// [`OpenError`] if the kept world cannot be read or written.
    pub fn with_world<T>(&self, work: impl FnOnce(&mut World) -> T) -> Result<T, OpenError> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.run(|world| (work(world), Trace::Keep))
    }

    fn new(store: Store, seed: u64) -> Self {
        let world = World::new(seed);
        let saved = encode(&world);
        let inner = Inner { store, world, saved, request_ids: Ids::new(!seed), traffic: Traffic::default() };
        Self { inner: Arc::new(Mutex::new(inner)), clock: Clock::System, enforcement: Enforcement::AsConfigured }
    }
}

/// What a piece of work means for the world.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trace {
    /// It did not touch it: nothing has to be compared, kept or undone.
    None,
    /// What it changed stays.
    Keep,
    /// What it changed must be forgotten.
    Undo,
}

/// One call on its way through the door.
struct Passage<'a> {
    request: &'a Request<Vec<u8>>,
    request_id: &'a str,
    now: Time,
    traffic: &'a mut Traffic,
}

impl Passage<'_> {
    /// Carries the call to the world, unless something happens to it before.
    fn through(&mut self, world: &mut World) -> (Response<Vec<u8>>, Trace) {
        let Some(asked) = Asked::of(self.request) else { return self.carried_out(world) };
        match self.traffic.meet(world, &asked, self.request, self.now) {
            Fate::GoesOn => self.seen_or_done(world, &asked),
            Fate::Refused(error) => (gate::refuse(self.request, &error, self.request_id), Trace::Keep),
            Fate::LosesItsReply(error) => match self.seen_or_done(world, &asked) {
                (response, _) if response.status().is_success() => {
                    traffic::use_up(&mut world.settings, &asked.action());
                    (gate::refuse(self.request, &error, self.request_id), Trace::Keep)
                }
                refused => refused,
            },
        }
    }

    /// A read may see the past, which it leaves as it was; whatever changes the world may have to keep what was before.
    fn seen_or_done(&mut self, world: &mut World, asked: &Asked) -> (Response<Vec<u8>>, Trace) {
        if let Some((mut seen, then)) = self.traffic.seen(world, asked, self.now) {
            return (self.answered_by(&mut seen, then), Trace::None);
        }
        if !Traffic::keeps_pasts(&world.settings) {
            return self.carried_out(world);
        }
        let before = encode(world);
        let (response, trace) = self.carried_out(world);
        if trace == Trace::Keep && encode(world) != before {
            self.traffic.keep(before, &world.settings, self.now);
        }
        (response, trace)
    }

    fn carried_out(&self, world: &mut World) -> (Response<Vec<u8>>, Trace) {
        let look = Look::begin(world, self.request, self.now);
        let response = self.answered_by(world, self.now);
        let trace = match response.status() {
            status if look.is_some_and(|look| look.left_no_trace(world, status)) => Trace::None,
            status if status.is_success() => Trace::Keep,
            _ => Trace::Undo,
        };
        (response, trace)
    }

    fn answered_by(&self, world: &mut World, now: Time) -> Response<Vec<u8>> {
        catch_unwind(AssertUnwindSafe(|| gate::answer(world, self.request, now, self.request_id)))
            .unwrap_or_else(|_| gate::internal_failure(self.request, self.request_id))
    }
}

impl Inner {
    /// Runs `work` on the current world and keeps what it changed, if it says so.
    fn run<T>(&mut self, work: impl FnOnce(&mut World) -> (T, Trace)) -> Result<T, OpenError> {
        let Inner { store, world, saved, .. } = self;
        match store {
            Store::Memory => Ok(transact(world, saved, work).0),
            Store::Directory(directory) => directory.exclusively(|loaded| {
                match loaded {
                    Some(Loaded::File { world: current, bytes }) => (*world, *saved) = (*current, bytes),
                    Some(Loaded::Nothing) => {
                        *world = World::new(world.ids.below(u64::MAX));
                        *saved = encode(world);
                    }
                    None => {}
                }
                transact(world, saved, work)
            }),
        }
    }
}

/// Runs `work`; returns its result and, if the world is another one afterwards, its bytes.
fn transact<T>(
    world: &mut World,
    saved: &mut Vec<u8>,
    work: impl FnOnce(&mut World) -> (T, Trace),
) -> (T, Option<Vec<u8>>) {
    let (result, trace) = work(world);
    if trace == Trace::None {
        return (result, None);
    }
    let bytes = encode(world);
    if bytes == *saved {
        return (result, None);
    }
    if trace == Trace::Keep {
        saved.clone_from(&bytes);
        return (result, Some(bytes));
    }
    *world = serde_json::from_slice(saved).expect("what was read once can be read again");
    (result, None)
}

/// A call that only looks, at a world in which nothing is due by itself. Such calls are most of all calls, and a world
/// of ten thousand resources takes longer to write than to ask.
struct Look {
    ids: Ids,
}

impl Look {
    fn begin(world: &World, request: &Request<Vec<u8>>, now: Time) -> Option<Look> {
        let is_settled = || world.accounts.values().all(|account| progress::is_settled(account, now));
        (Asked::of(request).is_some_and(|asked| asked.is_read() && !asked.is_remembered()) && is_settled())
            .then(|| Look { ids: world.ids.clone() })
    }

    /// Whether it really only looked: it gave out no id and did not break off in the middle.
    fn left_no_trace(&self, world: &World, status: http::StatusCode) -> bool {
        self.ids == world.ids && status != http::StatusCode::INTERNAL_SERVER_ERROR
    }
}

/// Says when it was answered, as every service does, whatever time a lagging read has seen.
///
/// Source: <https://www.rfc-editor.org/rfc/rfc9110#name-date>
fn dated(mut response: Response<Vec<u8>>, now: Time) -> Response<Vec<u8>> {
    if let Ok(date) = now.in_headers().parse() {
        response.headers_mut().insert(http::header::DATE, date);
    }
    response
}

fn encode(world: &World) -> Vec<u8> {
    serde_json::to_vec(world).expect("a world is plain data with text as keys")
}

/// An error and its causes, on one line.
fn explain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

impl Clock {
    fn now(self, settings: &Settings) -> Time {
        match self {
            Clock::Fixed(time) => time,
            Clock::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Time(u64::try_from(since.as_millis()).unwrap_or(u64::MAX)).plus(settings.clock_ms)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Local;
    use crate::time::Time;
    use http::Request;

    fn request(form: &str) -> Request<Vec<u8>> {
        let credential = "Credential=123456789012/20260101/eu-west-1/ec2/aws4_request";
        Request::post("/")
            .header("authorization", format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0"))
            .body(format!("{form}&Version=2016-11-15").into_bytes())
            .expect("a request")
    }

    fn text(local: &Local, form: &str) -> String {
        String::from_utf8(local.call(request(form)).into_body()).expect("text")
    }

    fn state(local: &Local) -> String {
        local.with_world(|world| serde_json::to_string(world).expect("plain data")).expect("a world")
    }

    #[test]
    fn the_same_seed_gives_the_same_answers() {
        let form = "Action=CreateVpc&CidrBlock=10.0.0.0/16";
        assert_eq!(text(&Local::in_memory(7), form), text(&Local::in_memory(7), form));
    }

    #[test]
    fn a_call_that_fails_changes_nothing() {
        let local = Local::in_memory(7);
        text(&local, "Action=CreateVpc&CidrBlock=10.0.0.0/16");
        let before = state(&local);
        for form in ["Action=CreateVpc&CidrBlock=10.0.0.0/16&DryRun=true", "Action=CreateVpc&CidrBlock=10.0.0.0/16&X=1"]
        {
            assert!(text(&local, form).contains("<Errors>"));
            assert_eq!(state(&local), before, "{form}");
        }
    }

    #[test]
    fn a_world_outlives_its_process() {
        let place = tempfile::tempdir().expect("a directory");
        let first = Local::open(place.path()).expect("open");
        text(&first, "Action=CreateVpc&CidrBlock=10.0.0.0/16");
        let second = Local::open(place.path()).expect("open");
        assert!(text(&second, "Action=DescribeVpcs").contains("<cidrBlock>10.0.0.0/16</cidrBlock>"));
        text(&second, "Action=CreateVpc&CidrBlock=10.1.0.0/16");
        assert!(text(&first, "Action=DescribeVpcs").contains("<cidrBlock>10.1.0.0/16</cidrBlock>"));
        std::fs::remove_file(place.path().join(crate::store::FILE)).expect("reset by another process");
        assert!(!text(&first, "Action=DescribeVpcs").contains("<cidrBlock>"));
    }

    #[test]
    fn reading_does_not_write() {
        let place = tempfile::tempdir().expect("a directory");
        let local = Local::open(place.path()).expect("open");
        text(&local, "Action=CreateVpc&CidrBlock=10.0.0.0/16");
        let file = place.path().join(crate::store::FILE);
        let modified = || std::fs::metadata(&file).and_then(|metadata| metadata.modified()).expect("a file");
        let before = modified();
        text(&local, "Action=DescribeVpcs");
        text(&local, "Action=DeleteVpc&VpcId=vpc-0123");
        assert_eq!(modified(), before);
    }

    #[test]
    fn a_broken_file_is_an_answer_not_a_panic() {
        let place = tempfile::tempdir().expect("a directory");
        let local = Local::open(place.path()).expect("open");
        std::fs::write(place.path().join(crate::store::FILE), b"{").expect("written");
        assert_eq!(local.call(request("Action=DescribeVpcs")).status(), 503);
        assert!(Local::open(place.path()).is_err());
    }

    #[test]
    fn a_fixed_clock_stands_still() {
        let local = Local::in_memory(7).at(Time(5));
        assert_eq!(local.now().expect("a world"), Time(5));
        assert_eq!(local.at(Time(6)).now().expect("a world"), Time(6));
    }
}
