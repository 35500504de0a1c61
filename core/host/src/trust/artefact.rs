//! A plugin's file: read once, looked at, hashed.

use std::fs::{File, Metadata};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use deploy_plugin::manifest::Carrier;
use sha2::{Digest, Sha256};

use super::format::{HEAD, Misbuilt, check_library, check_program};
use super::image::Image;
use super::lock::{LockedFile, LockedPlugin};

/// The largest file that a plugin can be, in bytes.
const LARGEST: u64 = 512 * 1024 * 1024;

/// What to do where there is no room for a plugin.
pub const FREE_MEMORY: &str = "see that there is memory, and room for temporary files";

/// The largest manifest or lock, in bytes.
const LARGEST_TEXT: u64 = 16 * 1024 * 1024;

/// How much of a file is read, hashed and copied at once, in bytes: what a processor keeps close by.
const PIECE: usize = 128 * 1024;

/// A plugin whose file is there and can be trusted, as far as it can without being read.
pub struct Candidate {
    plugin: LockedPlugin,
    file: LockedFile,
    artefact: Artefact,
    image: Arc<Image>,
}

/// A plugin's file, open, that not everybody can write to.
pub struct Artefact {
    file: File,
    length: u64,
    /// What errors call it.
    shown: PathBuf,
}

/// What was seen of the bytes of a file while they were copied.
pub struct Seen {
    /// Their SHA-256, in hexadecimal.
    pub sha256: String,
    /// Those that they begin with.
    pub head: Vec<u8>,
    /// How many they are.
    pub length: u64,
}

/// Why a file is not run.
#[derive(Debug, thiserror::Error)]
pub enum Untrusted {
    /// There is no file for this platform.
    #[error("it is approved for {0}, and this is {here}", here = super::platform())]
    NotForThisPlatform(String),
    /// The file cannot be read.
    #[error("`{}` cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no room for a copy of it.
    #[error("`{}` cannot be copied: {source}", path.display())]
    Uncopied {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Everybody could have written the file.
    #[error("everybody may write to `{}`", .0.display())]
    WorldWritable(PathBuf),
    /// The file is not the one that was approved.
    #[error("`{}` has changed since it was approved", .0.display())]
    Changed(PathBuf),
    /// Larger than any plugin.
    #[error("`{}` is larger than {LARGEST} bytes", .0.display())]
    TooLarge(PathBuf),
    /// It cannot be run on this machine.
    #[error("`{}` cannot be run: {reason}", path.display())]
    Misbuilt {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: Misbuilt,
    },
}

impl Untrusted {
    /// The next step, for the plugin called `name` whose manifest is in `folder`.
    pub fn help(&self, name: &str, folder: &Path) -> String {
        let folder = folder.display();
        match self {
            Self::Changed(_) => format!(
                "if you have built it anew, approve it: `deploy plugin add {folder}`; if not, find out who has changed it"
            ),
            Self::WorldWritable(path) => format!("take that right away: `chmod o-w {}`", path.display()),
            Self::NotForThisPlatform(_) => {
                format!(
                    "build `{name}` here, `deploy plugin build {folder}`, and approve it: `deploy plugin add {folder}`"
                )
            }
            Self::Unreadable { .. } => {
                format!("build it: `deploy plugin build {folder}`; or go on without it: `deploy plugin remove {name}`")
            }
            Self::Uncopied { .. } => FREE_MEMORY.to_owned(),
            Self::Misbuilt { reason: Misbuilt::NotAProgram, .. } => {
                "let its first line name its interpreter: `#!/usr/bin/env python3`".to_owned()
            }
            Self::TooLarge(_) | Self::Misbuilt { .. } => {
                "build it for this machine, as a library with the crate type `cdylib`".to_owned()
            }
        }
    }
}

impl Candidate {
    /// Opens the file of an approved plugin of the project at `root`.
    ///
    /// # Errors
    /// Where it is not there, or not trustworthy.
    pub fn open(root: &Path, plugin: &LockedPlugin) -> Result<Self, Untrusted> {
        let platforms = || plugin.files.keys().cloned().collect::<Vec<_>>().join(", ");
        let file = plugin.file().ok_or_else(|| Untrusted::NotForThisPlatform(platforms()))?;
        let artefact = Artefact::open(&root.join(&file.path), &file.path)?;
        let image = Image::empty(plugin.carrier, artefact.file_name())
            .map_err(|source| Untrusted::Uncopied { path: file.path.clone(), source })?;
        Ok(Self { plugin: plugin.clone(), file: file.clone(), artefact, image: Arc::new(image) })
    }

    /// What is asked for.
    pub fn plugin(&self) -> &LockedPlugin {
        &self.plugin
    }

    /// Where it will be loaded from.
    pub fn image(&self) -> &Arc<Image> {
        &self.image
    }

    /// Copies the file to where it can be loaded, and refuses what was not approved.
    ///
    /// # Errors
    /// Where it cannot be read, cannot be run here, or is another one than was approved.
    pub fn verify(self) -> Result<(), Untrusted> {
        let Self { plugin, file, artefact, image } = self;
        let seen = image.fill(artefact)?;
        if seen.sha256 != file.sha256 {
            return Err(Untrusted::Changed(file.path));
        }
        let check = match plugin.carrier {
            Carrier::Library => check_library,
            Carrier::Program => check_program,
        };
        check(&seen.head, seen.length).map_err(|reason| Untrusted::Misbuilt { path: file.path, reason })
    }
}

impl Artefact {
    /// Opens a file. Errors call it `shown`.
    ///
    /// # Errors
    /// Where it cannot be read, or everybody may write to it or to a folder on the way to it.
    pub fn open(path: &Path, shown: &Path) -> Result<Self, Untrusted> {
        let unreadable = |source| Untrusted::Unreadable { path: shown.to_owned(), source };
        let whole = path.canonicalize().map_err(unreadable)?;
        let (file, metadata) = open_file(&whole).map_err(unreadable)?;
        if metadata.len() > LARGEST {
            return Err(Untrusted::TooLarge(shown.to_owned()));
        }
        if is_world_writable(&metadata) {
            return Err(Untrusted::WorldWritable(shown.to_owned()));
        }
        for folder in whole.ancestors().skip(1) {
            if folder.metadata().is_ok_and(|metadata| is_world_writable(&metadata)) {
                return Err(Untrusted::WorldWritable(folder.to_owned()));
            }
        }
        Ok(Self { file, length: metadata.len(), shown: shown.to_owned() })
    }

    /// What errors call it.
    pub fn shown(&self) -> &Path {
        &self.shown
    }

    /// The file's own name.
    pub fn file_name(&self) -> String {
        self.shown.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// Room for all of it.
    pub fn room(&self) -> Vec<u8> {
        Vec::with_capacity(usize::try_from(self.length).unwrap_or_default())
    }

    /// All of it.
    ///
    /// # Errors
    /// As [`Artefact::copy_to`].
    pub fn bytes(self) -> Result<Vec<u8>, Untrusted> {
        let mut bytes = self.room();
        self.copy_to(&mut bytes)?;
        Ok(bytes)
    }

    /// Copies it. What was seen is what was copied, whatever becomes of the file meanwhile.
    ///
    /// # Errors
    /// Where it cannot be read, has grown too large, or there is no room for the copy.
    pub fn copy_to(mut self, copy: &mut impl Write) -> Result<Seen, Untrusted> {
        let mut seen = Seen { sha256: String::new(), head: Vec::new(), length: 0 };
        let mut hash = Sha256::new();
        let mut piece = vec![0; PIECE];
        loop {
            let read = match self.file.read(&mut piece) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(source) => return Err(Untrusted::Unreadable { path: self.shown, source }),
            };
            seen.length += read as u64;
            // It may have grown since it was measured.
            if seen.length > LARGEST {
                return Err(Untrusted::TooLarge(self.shown));
            }
            hash.update(&piece[..read]);
            seen.head.extend_from_slice(&piece[..read.min(HEAD.saturating_sub(seen.head.len()))]);
            if let Err(source) = copy.write_all(&piece[..read]) {
                return Err(Untrusted::Uncopied { path: self.shown, source });
            }
        }
        seen.sha256 = hex::encode(hash.finalize());
        Ok(seen)
    }
}

/// Opens a file, and nothing else that has a path.
fn open_file(path: &Path) -> io::Result<(File, Metadata)> {
    let file = open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() { Ok((file, metadata)) } else { Err(io::Error::other("it is no file")) }
}

/// Opens what may turn out to be no file: a pipe without a writer must not hold the program.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let unblocked = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).expect("a flag of the system's own");
    File::options().read(true).custom_flags(unblocked).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// The text of a file that is read on the way to a plugin: a manifest, the lock.
///
/// # Errors
/// Where it cannot be read, is no file, or is larger than any such file.
pub fn read_text(path: &Path) -> io::Result<String> {
    let (file, _) = open_file(path)?;
    let mut text = String::new();
    file.take(LARGEST_TEXT + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LARGEST_TEXT {
        return Err(io::Error::other(format!("it is larger than {LARGEST_TEXT} bytes")));
    }
    Ok(text)
}

/// The SHA-256 of some bytes, in hexadecimal.
pub fn sha256_of(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// In a folder with the sticky bit, such as `/tmp`, nobody can put another file in the place of one's own.
#[cfg(unix)]
pub(super) fn is_world_writable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    const OTHERS_WRITE: u32 = 0o002;
    const STICKY: u32 = 0o1000;
    metadata.mode() & OTHERS_WRITE != 0 && !(metadata.is_dir() && metadata.mode() & STICKY != 0)
}

#[cfg(not(unix))]
pub(super) fn is_world_writable(_: &Metadata) -> bool {
    false
}
