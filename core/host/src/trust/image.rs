//! The approved bytes where a child can load them and nobody can change them.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use deploy_plugin::manifest::Carrier;

use super::artefact::{Artefact, Seen, Untrusted};
use crate::leftovers;

/// A private copy of an approved file.
///
/// On Linux a library is a file in memory that the kernel seals against every change. Everything else is written anew
/// for each start, into a folder that only this user can enter: an interpreter wants to open its script by a path, with
/// its own name, and what has run could have written to it.
pub struct Image(Held);

enum Held {
    #[cfg(target_os = "linux")]
    Sealed(std::os::fd::OwnedFd),
    Kept {
        file_name: String,
        bytes: OnceLock<Vec<u8>>,
        /// Where the copies are. The newest is the one that runs.
        folders: Mutex<Vec<tempfile::TempDir>>,
    },
}

/// A sealed file is inherited by the child that is started while this is held, and by no other.
static INHERITING: Mutex<()> = Mutex::new(());

impl Image {
    /// Where the file of a plugin will be loaded from. It is empty until it is filled.
    ///
    /// # Errors
    /// Where the system has no memory.
    pub fn empty(carrier: Carrier, file_name: String) -> io::Result<Self> {
        match carrier {
            #[cfg(target_os = "linux")]
            Carrier::Library => {
                use rustix::fs::{MemfdFlags, memfd_create};
                let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
                Ok(Self(Held::Sealed(memfd_create("deploy-plugin", flags)?)))
            }
            _ => Ok(Self(Held::Kept { file_name, bytes: OnceLock::new(), folders: Mutex::default() })),
        }
    }

    /// Copies a file to where it can be loaded, once, and tells what was copied. Nobody can change it from then on.
    ///
    /// # Errors
    /// Where it cannot be read, or the system has no memory.
    pub fn fill(&self, artefact: Artefact) -> Result<Seen, Untrusted> {
        match &self.0 {
            #[cfg(target_os = "linux")]
            Held::Sealed(file) => {
                let path = artefact.shown().to_owned();
                let uncopied = |source| Untrusted::Uncopied { path: path.clone(), source };
                let mut file = fs::File::from(file.try_clone().map_err(uncopied)?);
                let seen = artefact.copy_to(&mut file)?;
                seal(&file).map_err(|error| uncopied(error.into()))?;
                Ok(seen)
            }
            Held::Kept { bytes, .. } => {
                let mut copy = artefact.room();
                let seen = artefact.copy_to(&mut copy)?;
                // It is filled once.
                let _ = bytes.set(copy);
                Ok(seen)
            }
        }
    }

    /// Whether a child can be started before it is filled: one that looks at it when it is told to, and not before.
    pub fn can_be_filled_later(&self) -> bool {
        match &self.0 {
            #[cfg(target_os = "linux")]
            Held::Sealed(_) => true,
            Held::Kept { .. } => false,
        }
    }

    /// Starts a child that is told where the bytes are.
    pub fn start<T>(&self, start: impl FnOnce(PathBuf) -> io::Result<T>) -> io::Result<T> {
        match &self.0 {
            #[cfg(target_os = "linux")]
            Held::Sealed(file) => {
                use std::os::fd::AsRawFd;
                let _inheriting = Inherited::by_the_next_child(file)?;
                start(PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd())))
            }
            Held::Kept { file_name, bytes, folders } => {
                let folder = tempfile::Builder::new().prefix("deploy-plugin-").tempdir()?;
                let path = folder.path().join(file_name);
                write_private(&path, bytes.get().map_or(&[][..], Vec::as_slice))?;
                leftovers::remember_folder(folder.path());
                folders.lock().unwrap_or_else(PoisonError::into_inner).push(folder);
                start(path)
            }
        }
    }
}

#[cfg(target_os = "linux")]
struct Inherited<'a> {
    file: &'a std::os::fd::OwnedFd,
    _lock: MutexGuard<'static, ()>,
}

#[cfg(target_os = "linux")]
impl<'a> Inherited<'a> {
    fn by_the_next_child(file: &'a std::os::fd::OwnedFd) -> io::Result<Self> {
        let lock = INHERITING.lock().unwrap_or_else(PoisonError::into_inner);
        rustix::io::fcntl_setfd(file, rustix::io::FdFlags::empty())?;
        Ok(Self { file, _lock: lock })
    }
}

#[cfg(target_os = "linux")]
impl Drop for Inherited<'_> {
    fn drop(&mut self) {
        let _ = rustix::io::fcntl_setfd(self.file, rustix::io::FdFlags::CLOEXEC);
    }
}

/// Forbids every change of a file in memory.
///
/// Nobody has it mapped, so that what is forbidden from now on was never possible. To forbid `WRITE` itself the kernel
/// waits until it has let go of every page, which takes milliseconds; it is what a kernel before 5.1 has.
///
/// Source: <https://man7.org/linux/man-pages/man2/F_GET_SEALS.2const.html>
#[cfg(target_os = "linux")]
fn seal(file: &fs::File) -> rustix::io::Result<()> {
    use rustix::fs::{SealFlags, fcntl_add_seals};
    let others = SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL;
    match fcntl_add_seals(file, SealFlags::FUTURE_WRITE | others) {
        Err(rustix::io::Errno::INVAL) => fcntl_add_seals(file, SealFlags::WRITE | others),
        sealed => sealed,
    }
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o500);
    }
    options.open(path)?.write_all(bytes)
}
