//! What every process of the machine can read of a run while it runs: the arguments and the variables of the program
//! and of all its children, from `/proc`.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// Between two looks: what lives shorter than this may be missed.
const PAUSE: Duration = Duration::from_millis(1);

/// What was read of one process.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    pub process: u32,
    pub part: &'static str,
    pub bytes: Vec<u8>,
}

/// Reads again and again from when it is started until it is asked what it has seen.
pub struct Watch {
    ended: Arc<AtomicBool>,
    thread: JoinHandle<BTreeSet<Seen>>,
}

impl Watch {
    pub fn start(process: u32) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let end = Arc::clone(&ended);
        let thread = std::thread::spawn(move || {
            let mut seen = BTreeSet::new();
            loop {
                let is_last = end.load(Ordering::Relaxed);
                for process in family(process) {
                    for part in ["cmdline", "environ"] {
                        // It may have ended, or not be dumpable: then nobody reads it.
                        let bytes = std::fs::read(format!("/proc/{process}/{part}")).unwrap_or_default();
                        if !bytes.is_empty() {
                            seen.insert(Seen { process, part, bytes });
                        }
                    }
                }
                if is_last {
                    return seen;
                }
                std::thread::park_timeout(PAUSE);
            }
        });
        Self { ended, thread }
    }

    /// What there was to see.
    pub fn end(self) -> BTreeSet<Seen> {
        self.ended.store(true, Ordering::Relaxed);
        self.thread.thread().unpark();
        self.thread.join().expect("it reads and no more")
    }
}

/// A process and all that descend from it.
fn family(eldest: u32) -> Vec<u32> {
    let mut family = vec![eldest];
    let mut next = 0;
    while let Some(process) = family.get(next) {
        let threads = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
        let children = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
        let children: Vec<u32> =
            children.flat_map(|list| list.split(' ').filter_map(|id| id.parse().ok()).collect::<Vec<_>>()).collect();
        family.extend(children);
        next += 1;
    }
    family
}

#[test]
fn arguments_and_variables_of_children_are_seen() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    let (argument, variable) = (super::search::canary(0), super::search::canary(1));
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "exec 3<&0; INNER=\"$OUTER\" /bin/sh -c 'echo here; read line <&3; :' \"$0\"; :", &argument]);
    command.env("OUTER", &variable).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("a shell");
    let watch = Watch::start(child.id());
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    let seen = watch.end();
    drop(child.stdin.take());
    child.wait().expect("it ends");
    for (part, value) in [("cmdline", &argument), ("environ", &variable)] {
        let search = super::search::Search::of([value]);
        let inner = seen.iter().filter(|seen| seen.process != child.id() && seen.part == part);
        assert!(inner.into_iter().any(|seen| search.find(&seen.bytes).is_some()), "{part}: {seen:?}");
    }
}
