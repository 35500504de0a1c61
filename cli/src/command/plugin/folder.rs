//! A new folder with files in it: whole, or not there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::CommandError;

/// A file's path within the folder, and what stands in it.
pub type File = (PathBuf, Vec<u8>);

/// Makes `folder` with these files. They are written beside it first, and take its name once all of them are there.
///
/// # Errors
/// Where one cannot be written, as on a full disk; nothing of it is left then.
pub fn make(folder: &Path, files: &[File]) -> Result<(), CommandError> {
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let missing: Vec<&Path> = parent.ancestors().take_while(|above| !above.exists()).collect();
    let made = fs::create_dir_all(parent)
        .map_err(CommandError::io(not_written(parent)))
        .and_then(|()| make_beside(parent, folder, files));
    if made.is_err() {
        // What was made for it goes too; what somebody has put something into meanwhile stays.
        missing.iter().for_each(|folder| drop(fs::remove_dir(folder)));
    }
    made
}

fn make_beside(parent: &Path, folder: &Path, files: &[File]) -> Result<(), CommandError> {
    let failed = |path: &Path| CommandError::io(not_written(path));
    // It is removed with all that is in it as soon as it is out of scope, and no longer there once it was renamed.
    let beside = tempfile::Builder::new().prefix(".new-").tempdir_in(parent).map_err(failed(folder))?;
    for (file, bytes) in files {
        write(&beside.path().join(file), bytes).map_err(failed(&folder.join(file)))?;
    }
    opened(beside.path()).and_then(|()| fs::rename(beside.path(), folder)).map_err(failed(folder))
}

fn not_written(path: &Path) -> String {
    format!("cannot write `{}`, and nothing was left behind", path.display())
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    fs::write(path, bytes)?;
    // A script is run by its first line.
    with_mode(path, if bytes.starts_with(b"#!") { 0o755 } else { 0o644 })
}

/// A temporary folder is open to its owner alone; this one is to be shared as any other.
fn opened(folder: &Path) -> io::Result<()> {
    with_mode(folder, 0o755)
}

#[cfg(unix)]
fn with_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn with_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}
