//! A project with plugins, and the calls that the engine makes of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use deploy_host::{
    Command, LockFile, LockedFile, LockedPlugin, LogLine, Plugins, Registry, StartError, platform, sha256_of,
};
use deploy_model::{Address, Fault, Finding, Live, Owner, PLAN_FORMAT, Place, Plan};
use deploy_plugin::manifest::{Carrier, Deadlines};
use deploy_plugin::{
    Answers, AnyKind, AnyStage, Blueprint, Context, Graph, Outlook, Purpose, Said, Scope, StageContext, StageError,
};
use futures::executor::block_on;
use serde_json::{Value, json};

/// A folder with a lock file.
pub struct Project {
    folder: tempfile::TempDir,
    pub lock: LockFile,
    pub log: Arc<Mutex<Vec<LogLine>>>,
}

/// The plugins of a project at work.
pub struct Running {
    pub plugins: Plugins,
    pub registry: Registry,
    pub said: Arc<Mutex<Vec<String>>>,
    pub cancelled: Arc<AtomicBool>,
    /// The stage that is asked, and what comes before its kinds.
    pub stage: &'static str,
    pub kind: &'static str,
}

/// A file that was built beside this test.
pub fn example(file: &str) -> PathBuf {
    let beside = std::env::current_exe().expect("a path").with_file_name("");
    let path = beside.parent().expect("deps is in a folder").join("examples").join(file);
    assert!(
        path.exists(),
        "{} is missing: `cargo test -p deploy-host` builds it, `--test border` alone does not",
        path.display()
    );
    path
}

/// The plugin that breaks.
pub fn faulty_library() -> PathBuf {
    example(&format!("{}faulty{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX))
}

/// How the tests have plugins carried.
pub fn command(folder: &Path) -> Command {
    Command { program: example("carrier"), arguments: deploy_carrier::arguments(), folder: folder.to_owned() }
}

/// A plugin as somebody would have approved it, with short deadlines.
pub fn locked(name: &str, carrier: Carrier, path: &Path) -> LockedPlugin {
    let sha256 = sha256_of(&std::fs::read(path).unwrap_or_default());
    let platform = if carrier == Carrier::Program { "any".to_owned() } else { platform() };
    LockedPlugin {
        name: name.to_owned(),
        version: "1.0.0".to_owned(),
        carrier,
        folder: "plugins/broken".into(),
        scopes: vec!["secret:KEY".to_owned()],
        deadline_seconds: Deadlines { stage: 1, read: 1, change: 1, stop: 1, retry: 600 },
        files: BTreeMap::from([(platform, LockedFile { path: path.to_owned(), sha256 })]),
    }
}

pub fn owner() -> Owner {
    Owner { application: "shop".into(), environment: "dev".into() }
}

pub fn place() -> Place {
    Place { account: "123456789012".into(), region: "ap-northeast-1".into(), partition: "aws".into(), local: true }
}

fn environment() -> StageContext {
    StageContext { owner: owner(), prefix: "shop-dev".into(), tags: BTreeMap::new() }
}

impl Project {
    /// A project with the plugin that breaks.
    pub fn faulty() -> Self {
        let library = faulty_library();
        Self::with([locked("faulty", Carrier::Library, &library)])
    }

    /// A project with these plugins.
    pub fn with(plugins: impl IntoIterator<Item = LockedPlugin>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut lock = LockFile::default();
        plugins.into_iter().for_each(|plugin| lock.put(plugin));
        Self { folder, lock, log: Arc::default() }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Says how the plugin breaks, and when.
    pub fn fault(&self, words: &str) {
        std::fs::write(self.folder().join("fault"), words).expect("a file");
    }

    pub fn start(&self) -> Result<Running, Vec<StartError>> {
        let log = Arc::clone(&self.log);
        let sink = Arc::new(move |line| log.lock().expect("nobody panics with it").push(line));
        let plugins = Plugins::start(self.folder(), &self.lock, &command(self.folder()), sink)?;
        let registry = Registry::new(plugins.plugins()).expect("no clash");
        let (said, cancelled) = (Arc::default(), Arc::default());
        Ok(Running { plugins, registry, said, cancelled, stage: "faulty", kind: "faulty.thing" })
    }

    /// The only error of a start that must fail, with its help.
    #[track_caller]
    pub fn refused(&self) -> String {
        let errors = self.start().err().expect("a refusal");
        assert_eq!(errors.len(), 1, "{errors:?}");
        crate::processes::assert_none(self.folder());
        format!("{}\n{}", errors[0], errors[0].help)
    }

    /// Everything that was logged.
    pub fn logged(&self) -> Vec<String> {
        self.log.lock().expect("nobody panics with it").iter().map(|line| line.message.clone()).collect()
    }
}

impl Running {
    pub fn stage(&self) -> Arc<dyn AnyStage> {
        self.registry.stages().into_iter().find(|stage| stage.name() == self.stage).expect("the stage")
    }

    pub fn kind(&self) -> Arc<dyn AnyKind> {
        let named = |kind: &Arc<dyn AnyKind>| kind.describe().name.to_string() == self.kind;
        self.registry.kinds().into_iter().find(named).expect("the kind")
    }

    pub fn context(&self) -> Context {
        let said = Arc::clone(&self.said);
        let listener = move |words: Said<'_>| {
            let (Said::Progress(words) | Said::Checkpoint(words)) = words;
            said.lock().expect("nobody panics with it").push(words.to_owned());
        };
        Context::new(owner(), "test-1".to_owned(), Arc::new(listener), Arc::clone(&self.cancelled))
    }

    pub fn address(&self, name: &str) -> Address {
        format!("{}.{name}", self.kind).parse().expect("an address")
    }

    pub fn desired_of(&self, things: &Value) -> Result<Blueprint, Fault> {
        let mut graph = Graph::new();
        self.stage().desired(&json!({ "things": things }), &environment(), &mut graph)?;
        Ok(graph.finish().expect("nothing is wrong with the section"))
    }

    pub fn desired(&self) -> Result<Blueprint, Fault> {
        self.desired_of(&json!({ "one": 1 }))
    }

    pub fn transform(&self, blueprint: &mut Blueprint) -> Result<(), Fault> {
        let result = self.stage().transform(&json!({ "things": {} }), &environment(), blueprint);
        result.map_err(|error| match error {
            StageError::Fault(fault) => fault,
            StageError::Problems(problems) => panic!("{problems:?}"),
        })
    }

    pub fn check(&self) -> Result<Vec<Finding>, Fault> {
        let plan = Plan {
            format: PLAN_FORMAT,
            owner: owner(),
            place: place(),
            destroy: false,
            configuration: String::new(),
            changes: Vec::new(),
            steps: Vec::new(),
            unchanged: Vec::new(),
            findings: Vec::new(),
        };
        let outlook = Outlook { plan: &plan, desired: &BTreeMap::new(), answers: &Answers::default() };
        self.stage().check(&json!({ "things": {} }), &outlook)
    }

    pub fn discover(&self) -> Result<Vec<Live>, Fault> {
        let scope = Scope { owner: owner(), prefix: "shop-dev".into(), wanted: Vec::new(), purpose: Purpose::Compare };
        block_on(self.kind().discover(&self.context(), &scope))
    }

    pub fn create(&self, name: &str, size: u32) -> Result<Live, Fault> {
        let inputs = json!({ "name": name, "size": size });
        block_on(self.kind().create(&self.context(), &self.address(name), inputs))
    }

    pub fn update(&self, live: &Live, size: u32) -> Result<Live, Fault> {
        let mut inputs = live.inputs.clone();
        inputs["size"] = size.into();
        block_on(self.kind().update(&self.context(), live.clone(), inputs, &[]))
    }

    pub fn delete(&self, live: &Live) -> Result<(), Fault> {
        block_on(self.kind().delete(&self.context(), live.clone()))
    }

    /// Makes the call that goes by this name in the file `fault`.
    pub fn call(&self, when: &str) -> Result<(), Fault> {
        match when {
            "desired" => self.desired().map(drop),
            "transform" => self.transform(&mut Blueprint::default()),
            "check" => self.check().map(drop),
            "discover" => self.discover().map(drop),
            "update" | "delete" => {
                let live = self.discover()?.into_iter().next().unwrap_or_else(|| self.create("one", 1).expect("made"));
                if when == "update" { self.update(&live, 2).map(drop) } else { self.delete(&live) }
            }
            _ => self.create("one", 1).map(drop),
        }
    }
}
