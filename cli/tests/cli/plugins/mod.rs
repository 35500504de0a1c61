//! Plugins of a project, from the first word of theirs to the last: real processes, in Python, approved and not.

mod abort;
mod add;
mod attribution;
mod callbacks;
mod conformance;
mod faults;
mod hostile;
mod life;
mod new;
mod shipped;
mod trust;

use std::path::{Path, PathBuf};

use crate::project::Project;

impl Project {
    /// A plugin in Python from the template, in `plugins/NAME`, not approved.
    fn plugin(&self, name: &str) -> PathBuf {
        let folder = format!("plugins/{name}");
        self.run(&["plugin", "new", &folder, "--language", "python"]).success();
        self.path().join(folder)
    }

    /// The same, approved.
    fn approved_plugin(&self, name: &str) -> PathBuf {
        let folder = self.plugin(name);
        self.run(&["plugin", "add", &format!("plugins/{name}"), "--yes"]).success();
        folder
    }

    fn lock(&self) -> String {
        std::fs::read_to_string(self.path().join("deploy-plugins.lock")).unwrap_or_default()
    }
}

/// Puts one text in the place of another in a file.
fn edit(file: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(file).expect("a file");
    assert!(text.contains(from), "{} has no `{from}`", file.display());
    std::fs::write(file, text.replacen(from, to, 1)).expect("written");
}
