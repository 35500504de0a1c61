//! The approved bytes where a child can load them and nobody can change them.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

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
        bytes: Vec<u8>,
        /// Where the copies are. The newest is the one that runs.
        folders: Mutex<Vec<tempfile::TempDir>>,
    },
}

/// A sealed file is inherited by the child that is started while this is held, and by no other.
static INHERITING: Mutex<()> = Mutex::new(());

impl Image {
    /// Copies a file to where it can be loaded, and tells what was copied.
    ///
    /// # Errors
    /// Where it cannot be read, or the system has no memory.
    pub fn of(artefact: Artefact, carrier: Carrier) -> Result<(Self, Seen), Untrusted> {
        match carrier {
            #[cfg(target_os = "linux")]
            Carrier::Library => sealed(artefact),
            #[cfg(not(target_os = "linux"))]
            Carrier::Library => kept(artefact),
            Carrier::Program => kept(artefact),
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
                write_private(&path, bytes)?;
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

#[cfg(target_os = "linux")]
fn sealed(artefact: Artefact) -> Result<(Image, Seen), Untrusted> {
    use rustix::fs::{MemfdFlags, memfd_create};
    let path = artefact.shown().to_owned();
    let uncopied = |error: rustix::io::Errno| Untrusted::Uncopied { path: path.clone(), source: error.into() };
    let file = memfd_create("deploy-plugin", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING).map_err(uncopied)?;
    let mut file = fs::File::from(file);
    let seen = artefact.copy_to(&mut file)?;
    seal(&file).map_err(uncopied)?;
    Ok((Image(Held::Sealed(file.into())), seen))
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

fn kept(artefact: Artefact) -> Result<(Image, Seen), Untrusted> {
    let (file_name, mut bytes) = (artefact.file_name(), artefact.room());
    let seen = artefact.copy_to(&mut bytes)?;
    Ok((Image(Held::Kept { file_name, bytes, folders: Mutex::default() }), seen))
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
