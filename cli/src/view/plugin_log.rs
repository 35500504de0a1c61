//! What the plugins of a project say, among the lines of the run.

use std::sync::Arc;

use deploy_host::{LogLine, LogSink};
use deploy_plugin::wire::Level;

use crate::view::Style;
use crate::view::progress::say;

/// Shows what weighs enough: warnings and errors, and with `verbose` everything.
pub fn plugin_log(style: Style, verbose: bool) -> LogSink {
    Arc::new(move |line| {
        if verbose || line.level >= Level::Warn {
            say(&text(&line, style));
        }
    })
}

fn text(LogLine { plugin, level, message }: &LogLine, style: Style) -> String {
    let plugin = match level {
        Level::Error | Level::Warn => style.careful(plugin),
        Level::Info | Level::Debug => style.faint(plugin),
    };
    // One line a message: what a plugin says cannot pass for what this program says.
    let message: String = message.chars().map(|one| if one.is_control() && one != '\t' { ' ' } else { one }).collect();
    format!("{plugin} | {message}")
}
