//! Where a world is kept between calls: in memory, or in `world.json`, written whole or not at all and locked against
//! a second process.

use crate::migration;
use crate::world::{VERSION, World};
use fd_lock::RwLock;
use serde::Deserialize;
use serde_json::Value;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The file that holds the world, inside the directory of the embedded AWS.
pub const FILE: &str = "world.json";

/// The file whose kernel lock is held during each call.
const LOCK_FILE: &str = "world.lock";

/// How the files begin that are to become the world. One that is still there when nobody writes is what a process left
/// behind that was killed.
const TEMPORARY: &str = ".world-";

/// Why the kept world cannot be used. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory, the lock or the file cannot be read or written.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What failed, as a verb.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Something that is no file has the file's name.
    #[error("{} is not a file", path.display())]
    NotAFile {
        /// What is in the way.
        path: PathBuf,
    },
    /// The file is truncated or was edited by hand.
    #[error("{} does not hold a world of the embedded AWS", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where it stops making sense.
        source: serde_json::Error,
    },
    /// The file was written by a newer program.
    #[error("{} has version {found}, and this program knows {VERSION}", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u64,
    },
    /// No program ever wrote this version.
    #[error("{} has version {found}, which no program wrote", path.display())]
    Unknown {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u64,
    },
}

impl OpenError {
    /// What can be done about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Io { .. } => "see that the folder can be read and written",
            Self::NotAFile { .. } => "move it away: the embedded AWS keeps its world there",
            Self::Damaged { .. } | Self::Unknown { .. } => {
                "restore it from a copy, or start afresh: `deploy local reset`"
            }
            Self::Newer { .. } => "update this program, or start afresh: `deploy local reset`",
        }
    }
}

/// The place of one world.
pub(crate) enum Store {
    /// Gone with the process.
    Memory,
    /// Kept in a directory.
    Directory(Directory),
}

/// A directory with a world in it.
pub(crate) struct Directory {
    file: PathBuf,
    lock_file: PathBuf,
    lock: RwLock<File>,
    seen: Option<Stamp>,
}

/// What tells one state of a file from the next. Every write makes a new inode.
#[derive(PartialEq, Eq)]
struct Stamp {
    inode: u64,
    length: u64,
    modified: (i64, i64),
}

/// The part of a file that every version of this program can read.
#[derive(Deserialize)]
struct Header {
    version: u64,
}

impl Directory {
    /// Makes the directory if it does not exist, and the lock in it.
    pub(crate) fn open(directory: &Path) -> Result<Self, OpenError> {
        fs::create_dir_all(directory).map_err(failed("create", directory))?;
        let lock_file = directory.join(LOCK_FILE);
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&lock_file)
            .map_err(failed("open", &lock_file))?;
        let mut opened = Self { file: directory.join(FILE), lock_file, lock: RwLock::new(lock), seen: None };
        opened.sweep(directory)?;
        Ok(opened)
    }

    /// Removes what processes left behind that were killed while they wrote. Under the lock nobody writes.
    fn sweep(&mut self, directory: &Path) -> Result<(), OpenError> {
        let _guard = self.lock.write().map_err(failed("lock", &self.lock_file))?;
        for entry in fs::read_dir(directory).map_err(failed("read", directory))? {
            let entry = entry.map_err(failed("read", directory))?;
            if entry.file_name().to_string_lossy().starts_with(TEMPORARY) {
                fs::remove_file(entry.path()).map_err(failed("remove", &entry.path()))?;
            }
        }
        Ok(())
    }

    /// Runs `work` under the lock. `work` gets the world as the file holds it, if that is not the one that this process
    /// saw last, and returns what the file shall hold, if that is something else.
    pub(crate) fn exclusively<T>(
        &mut self,
        work: impl FnOnce(Option<Loaded>) -> (T, Option<Vec<u8>>),
    ) -> Result<T, OpenError> {
        let _guard = self.lock.write().map_err(failed("lock", &self.lock_file))?;
        let stamp = stamp(&self.file)?;
        let loaded = match stamp {
            Some(_) if stamp == self.seen => None,
            Some(_) => Some(read(&self.file)?),
            None => Some(Loaded::Nothing),
        };
        self.seen = stamp;
        let (result, bytes) = work(loaded);
        if let Some(bytes) = bytes {
            // Forgotten before the attempt: after a failed write the next call reads what is really there.
            self.seen = None;
            write(&self.file, &bytes)?;
            self.seen = self::stamp(&self.file)?;
        }
        Ok(result)
    }
}

/// What a look at the file brought.
pub(crate) enum Loaded {
    /// There is no file yet, or no longer.
    Nothing,
    /// The file's world, and the bytes that it can be read from again.
    File {
        /// The world.
        world: Box<World>,
        /// Its bytes.
        bytes: Vec<u8>,
    },
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> OpenError {
    let path = path.to_owned();
    move |source| OpenError::Io { action, path, source }
}

fn stamp(file: &Path) -> Result<Option<Stamp>, OpenError> {
    let metadata = match fs::metadata(file) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("read", file)(error)),
    };
    if !metadata.is_file() {
        return Err(OpenError::NotAFile { path: file.to_owned() });
    }
    let modified = (metadata.mtime(), metadata.mtime_nsec());
    Ok(Some(Stamp { inode: metadata.ino(), length: metadata.len(), modified }))
}

fn read(file: &Path) -> Result<Loaded, OpenError> {
    let bytes = fs::read(file).map_err(failed("read", file))?;
    let damaged = |source| OpenError::Damaged { path: file.to_owned(), source };
    // Nearly always the file is of this version: then it is read once.
    match serde_json::from_slice::<World>(&bytes) {
        Ok(world) if world.version == VERSION => return Ok(Loaded::File { world: Box::new(world), bytes }),
        Ok(_) => {}
        Err(error) => {
            // The version stands in the part that every version can read; what is no world at all has none.
            let header: Header = serde_json::from_slice(&bytes).map_err(damaged)?;
            if header.version == u64::from(VERSION) {
                return Err(damaged(error));
            }
        }
    }
    let mut content: Value = serde_json::from_slice(&bytes).map_err(damaged)?;
    migration::migrate(&mut content).map_err(|found| match found > u64::from(VERSION) {
        true => OpenError::Newer { path: file.to_owned(), found },
        false => OpenError::Unknown { path: file.to_owned(), found },
    })?;
    // Through text once more: to read a world from anything else would be a megabyte of code again.
    let text = serde_json::to_vec(&content).map_err(damaged)?;
    let world: World = serde_json::from_slice(&text).map_err(damaged)?;
    let bytes = serde_json::to_vec(&world).map_err(damaged)?;
    Ok(Loaded::File { world: Box::new(world), bytes })
}

/// Whole or not at all: a temporary file beside the real one, on the disk before it takes the name. Temporary files are
/// made with mode 0600. The name itself is on the disk when the directory is.
fn write(file: &Path, bytes: &[u8]) -> Result<(), OpenError> {
    let directory = file.parent().unwrap_or(Path::new("."));
    let replace = || -> io::Result<()> {
        let mut temporary = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(directory)?;
        temporary.write_all(bytes)?;
        temporary.as_file().sync_all()?;
        temporary.persist(file)?;
        File::open(directory)?.sync_all()
    };
    replace().map_err(failed("write", file))
}

#[cfg(test)]
mod tests {
    use super::{Directory, FILE, Loaded, OpenError, TEMPORARY};
    use crate::world::World;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    fn bytes(seed: u64) -> Vec<u8> {
        serde_json::to_vec(&World::new(seed)).expect("plain data")
    }

    fn look(directory: &Path) -> Result<Option<Loaded>, OpenError> {
        Directory::open(directory)?.exclusively(|loaded| (loaded, None))
    }

    #[test]
    fn what_one_process_writes_another_reads() {
        let place = tempfile::tempdir().expect("a directory");
        let (mut first, mut second) =
            (Directory::open(place.path()).expect("open"), Directory::open(place.path()).expect("open"));
        first.exclusively(|_| ((), Some(bytes(1)))).expect("written");
        let seen = second.exclusively(|loaded| (matches!(loaded, Some(Loaded::File { .. })), None));
        assert!(seen.expect("read"), "the second process had not seen it");
        let unchanged = second.exclusively(|loaded| (loaded.is_none(), None));
        assert!(unchanged.expect("read"), "nothing happened in between");
        first.exclusively(|_| ((), Some(bytes(2)))).expect("written");
        let seen = second.exclusively(|loaded| (matches!(loaded, Some(Loaded::File { .. })), None));
        assert!(seen.expect("read"), "the first process wrote again");
    }

    #[test]
    fn the_file_is_the_owners_alone_and_nothing_else_is_left() {
        let place = tempfile::tempdir().expect("a directory");
        let mut directory = Directory::open(place.path()).expect("open");
        directory.exclusively(|_| ((), Some(bytes(1)))).expect("written");
        let metadata = fs::metadata(place.path().join(FILE)).expect("the file");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(place.path()).expect("a directory").count(), 2, "the world and its lock");
    }

    #[test]
    fn what_a_killed_process_left_half_written_is_no_world_and_goes() {
        let place = tempfile::tempdir().expect("a directory");
        let mut directory = Directory::open(place.path()).expect("open");
        directory.exclusively(|_| ((), Some(bytes(1)))).expect("written");
        let half = place.path().join(format!("{TEMPORARY}x"));
        fs::write(&half, &bytes(2)[..10]).expect("written");
        let loaded = look(place.path()).expect("open").expect("a world");
        assert!(matches!(loaded, Loaded::File { bytes: whole, .. } if whole == bytes(1)));
        assert!(!half.exists());
    }

    #[test]
    fn a_write_that_fails_leaves_the_world_as_it_was() {
        let place = tempfile::tempdir().expect("a directory");
        let mut directory = Directory::open(place.path()).expect("open");
        directory.exclusively(|_| ((), Some(bytes(1)))).expect("written");
        let elsewhere = place.path().join("gone");
        let mut lost = Directory::open(&elsewhere).expect("open");
        fs::remove_dir_all(&elsewhere).expect("removed");
        let error = lost.exclusively(|_| ((), Some(bytes(2)))).expect_err("there is no directory");
        assert!(matches!(error, OpenError::Io { action: "write", .. }), "{error}");
        let loaded = look(place.path()).expect("open").expect("a world");
        assert!(matches!(loaded, Loaded::File { bytes: whole, .. } if whole == bytes(1)));
    }

    #[test]
    fn what_cannot_be_used_says_what_to_do() {
        let place = tempfile::tempdir().expect("a directory");
        let file = place.path().join(FILE);
        let whole = bytes(1);
        for content in [&whole[..whole.len() / 2], b"", b"{\"version\":1}"] {
            fs::write(&file, content).expect("written");
            let error = look(place.path()).err().expect("a damaged file");
            assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
            assert!(error.help().contains("deploy local reset"), "{error}");
            assert_eq!(fs::read(&file).expect("the file"), content, "it was left alone");
        }
        fs::write(&file, br#"{"version":99,"more":{}}"#).expect("written");
        let error = look(place.path()).err().expect("a newer file");
        assert!(matches!(error, OpenError::Newer { found: 99, .. }), "{error}");
        fs::write(&file, br#"{"version":0}"#).expect("written");
        assert!(matches!(look(place.path()), Err(OpenError::Unknown { found: 0, .. })));
        fs::remove_file(&file).expect("removed");
        fs::create_dir(&file).expect("a directory");
        assert!(matches!(look(place.path()), Err(OpenError::NotAFile { .. })));
    }
}
