//! Who is left of the plugins of one project.

use std::path::Path;
use std::time::{Duration, Instant};

/// How long a process that was killed may take to go, on a machine that has much to do.
const PATIENCE: Duration = Duration::from_secs(3);

/// The processes that work in `folder`.
pub fn of(folder: &Path) -> Vec<u32> {
    let folder = folder.canonicalize().expect("a folder");
    let entries = std::fs::read_dir("/proc").expect("a system with /proc").flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers.filter(|pid: &u32| std::fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == folder)).collect()
}

/// The children of this process that have ended and were not taken notice of.
fn zombies() -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").expect("a system with /proc").flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let is_zombie = |pid: &u32| {
        let Ok(status) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return false };
        let rest = status.rsplit_once(") ").map_or("", |(_, rest)| rest);
        rest.starts_with(&format!("Z {} ", std::process::id()))
    };
    numbers.filter(is_zombie).collect()
}

fn until(mut good: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + PATIENCE;
    loop {
        if good() {
            return true;
        }
        if Instant::now() > end {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// As many as this work in `folder` still.
#[track_caller]
pub fn assert_number(folder: &Path, number: usize) {
    assert!(until(|| of(folder).len() == number), "still there: {:?}", of(folder));
}

/// Nobody works in `folder` any more, and each that has ended was taken notice of.
#[track_caller]
pub fn assert_none(folder: &Path) {
    assert_number(folder, 0);
    let ended = zombies();
    assert!(until(|| !zombies().iter().any(|pid| ended.contains(pid))), "not awaited: {ended:?}");
}
