//! Files that values are read from.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

/// How long a named pipe is waited for that nobody writes to.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens a file, or the end of a pipe. One that nobody writes to would be waited for without end.
///
/// # Errors
/// Where there is none, it is a folder, it may not be read, or nobody writes to it.
pub fn open(path: &Path) -> io::Result<File> {
    let metadata = path.metadata()?;
    if metadata.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    if !metadata.file_type().is_fifo() {
        return File::open(path);
    }
    let (sender, receiver) = mpsc::channel();
    let path = path.to_owned();
    std::thread::spawn(move || sender.send(File::open(path)));
    let nobody = |_| io::Error::new(io::ErrorKind::TimedOut, "it is a named pipe that nobody writes to");
    receiver.recv_timeout(PATIENCE).map_err(nobody)?
}
