//! Which plugins may run: only those of `deploy-plugins.lock`, and only the very bytes that were approved.

mod artefact;
mod format;
mod image;
mod lock;

pub use artefact::{Artefact, Candidate, FREE_MEMORY, Untrusted, read_text, sha256_of};
pub use format::{Misbuilt, platform, program_platform};
pub use image::Image;
pub use lock::{LOCK_FILE, LockError, LockFile, LockedFile, LockedPlugin};
