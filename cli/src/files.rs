//! Files that are written whole or not at all, whenever the program or the machine may stop.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::random;

/// For its owner alone.
const PRIVATE: u32 = 0o600;

/// A file that is ready beside the one whose place it shall take. Dropped, it is gone.
pub struct Draft {
    path: PathBuf,
    temporary: PathBuf,
}

impl Draft {
    /// Writes `content` to where it is safe from a loss of power, with these permissions.
    ///
    /// # Errors
    /// Where the folder cannot be written to, or is full. What was there is as it was.
    pub fn of(path: &Path, permissions: Permissions, content: &[u8]) -> io::Result<Self> {
        let temporary = folder(path).join(format!(".deploy-{}", random::name()?));
        let file = OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(&temporary)?;
        let draft = Self { path: path.to_owned(), temporary };
        fill(file, permissions, content)?;
        Ok(draft)
    }

    /// Puts it in its place.
    ///
    /// # Errors
    /// Where the folder cannot be written to. What was there is as it was.
    pub fn publish(self) -> io::Result<()> {
        fs::rename(&self.temporary, &self.path)?;
        // Some file systems cannot be asked for this, and it is in its place all the same.
        let _ = File::open(folder(&self.path)).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Once it is in its place there is nothing left under this name.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Puts `content` into a file that its owner alone can read; into the one that a link leads to, and through a pipe or a
/// device, which is no file to be replaced.
///
/// # Errors
/// As [`Draft::of`] and [`Draft::publish`].
pub fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let replace = |path: &Path| Draft::of(path, Permissions::from_mode(PRIVATE), content)?.publish();
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => OpenOptions::new().write(true).open(path)?.write_all(content),
        Ok(_) => replace(&fs::canonicalize(path)?),
        Err(_) => replace(path),
    }
}

fn fill(mut file: File, permissions: Permissions, content: &[u8]) -> io::Result<()> {
    file.write_all(content)?;
    file.set_permissions(permissions)?;
    file.sync_all()
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder").flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn what_was_there_is_replaced_and_nothing_else_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("note");
        write_private(&path, b"one").expect("written");
        write_private(&path, b"two").expect("written");
        assert_eq!(fs::read(&path).expect("read"), b"two");
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, PRIVATE);
        drop(Draft::of(&path, Permissions::from_mode(PRIVATE), b"three").expect("ready"));
        assert_eq!((fs::read(&path).expect("read"), names(folder.path())), (b"two".to_vec(), vec!["note".to_owned()]));
    }

    #[test]
    fn what_is_no_file_is_written_through_and_stays_what_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let [file, link, device] = ["file", "link", "device"].map(|name| folder.path().join(name));
        fs::write(&file, b"one").expect("written");
        std::os::unix::fs::symlink(&file, &link).expect("a link");
        std::os::unix::fs::symlink("/dev/null", &device).expect("a link");
        write_private(&link, b"two").expect("written");
        write_private(&device, b"three").expect("written");
        assert_eq!(fs::read(&file).expect("read"), b"two");
        assert!([link, device].iter().all(|path| path.is_symlink()));
        assert!(!fs::metadata("/dev/null").expect("a device").is_file());
    }

    #[test]
    fn a_folder_that_is_none_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(write_private(&folder.path().join("missing").join("note"), b"").is_err());
    }
}
