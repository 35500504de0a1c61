//! Carries out an approved plan while somebody watches, and says how it ended.

use std::sync::Arc;
use std::time::{Duration, Instant};

use deploy_engine::{ApprovedPlan, Kinds, Observer, Report, Run, apply};

use crate::arguments::Format;
use crate::connect::Connection;
use crate::error::CommandError;
use crate::interrupt::Interrupts;
use crate::survey::sleep;
use crate::tally::Tally;
use crate::terminal::Terminal;
use crate::view::fault::failures_text;
use crate::view::progress::Progress;

/// Applies a plan. On success everything in it was done.
///
/// # Errors
/// The steps that failed, or the stop that the user asked for.
pub async fn roll_out(
    approved: &ApprovedPlan,
    (connection, prefix): (&Connection, &str),
    interrupts: &Interrupts,
    terminal: Terminal,
    format: Format,
    tally: &Tally,
) -> Result<(), CommandError> {
    let total = approved.plan().steps.len();
    let begun = Instant::now();
    let progress = Arc::new(Progress::of(format, total, terminal));
    let speaker = Arc::clone(&progress);
    let cancelled = interrupts.stop_in_order(Arc::new(move |words| speaker.say(words)));
    let run = Run {
        kinds: Kinds::new(connection.registry.kinds()),
        observer: Arc::clone(&progress) as Arc<dyn Observer>,
        sleep: sleep(),
        lag: connection.lag(),
        prefix: prefix.to_owned(),
        cancelled,
        name: run_name()?,
    };
    connection.journal.begin(approved.plan())?;
    let report = apply(approved, &run).await;
    // One that still says of no end costs the next run a while, and nothing else.
    let noted = connection.journal.end(approved.plan(), &report);
    tally.keep(&report, total);
    drop(run);
    let stopped = interrupts.finish();
    drop(progress);
    if let Err(error) = noted {
        terminal.say(&error.text(terminal.err));
    }
    terminal.say(&summary(&report, total, begun.elapsed()));
    match stopped {
        // A signal that came when everything was done has stopped nothing.
        Err(_) if report.done.len() == total => Ok(()),
        Err(stop) => {
            terminal.say(&failures_text(&report.failed, terminal.err));
            Err(stop)
        }
        Ok(()) if report.failed.is_empty() => Ok(()),
        Ok(()) => Err(CommandError::Steps(report.failed)),
    }
}

/// Tells this run from all others: it is part of every client token.
fn run_name() -> Result<String, CommandError> {
    let number = getrandom::u64().map_err(|error| {
        CommandError::Io("the system has no random numbers".to_owned(), std::io::Error::other(error.to_string()))
    })?;
    Ok(format!("{number:016x}"))
}

fn summary(report: &Report, total: usize, took: Duration) -> String {
    let done = report.done.len();
    let seconds = took.as_secs_f64();
    if done == total {
        let steps = if total == 1 { "step" } else { "steps" };
        return format!("\nDone: {total} {steps} in {seconds:.1}s.\n");
    }
    let (failed, skipped) = (report.failed.len(), report.skipped.len());
    format!(
        "\n{done} of {total} steps done, {failed} failed, {skipped} not begun. It is safe to run the same command again.\n\n"
    )
}
