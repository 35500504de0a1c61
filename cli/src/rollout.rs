//! Carries out an approved plan while somebody watches, and says how it ended.

use std::sync::Arc;
use std::time::{Duration, Instant};

use deploy_engine::{ApprovedPlan, Kinds, Observer, Permit, Report, Run, apply};

use crate::arguments::Format;
use crate::command::Session;
use crate::connect::Connection;
use crate::error::CommandError;
use crate::random;
use crate::survey::sleep;
use crate::view::fault::failures_text;
use crate::view::progress::Progress;

/// A plan that was carried out, as far as it went.
pub struct Rolled {
    /// What became of each step.
    pub report: Report,
    /// How long it took.
    pub took: Duration,
    /// The steps that failed, or the stop that the user asked for.
    pub result: Result<(), CommandError>,
}

/// Applies a plan, as long as `permit` lets it.
///
/// # Errors
/// Where the system has no random numbers, or the run cannot be noted. Nothing was begun then.
pub async fn roll_out(
    approved: &ApprovedPlan,
    (connection, prefix): (&Connection, &str),
    permit: Permit,
    session: &Session,
    format: Format,
) -> Result<Rolled, CommandError> {
    let (terminal, total, begun) = (session.terminal, approved.plan().steps.len(), Instant::now());
    // It tells this run from all others, and is part of every client token.
    let name = random::name().map_err(CommandError::io("the system has no random numbers"))?;
    connection.journal.begin(approved.plan())?;
    let progress = Arc::new(Progress::of(format, total, terminal));
    let speaker = Arc::clone(&progress);
    let cancelled = session.interrupts.stop_in_order(Arc::new(move |words| speaker.say(words)));
    let run = Run {
        kinds: Kinds::new(connection.registry.kinds()),
        observer: Arc::clone(&progress) as Arc<dyn Observer>,
        sleep: sleep(),
        lag: connection.lag(),
        prefix: prefix.to_owned(),
        cancelled,
        permit,
        name,
    };
    let report = apply(approved, &run).await;
    // One that still says of no end costs the next run a while, and nothing else.
    let noted = connection.journal.end(approved.plan(), &report);
    session.tally.keep(&report, total);
    drop(run);
    let stopped = session.interrupts.finish();
    drop(progress);
    if let Err(error) = noted {
        terminal.say(&error.text(terminal.err));
    }
    let took = begun.elapsed();
    terminal.say(&summary(&report, total, took));
    let result = match stopped {
        // A signal that came when everything was done has stopped nothing.
        Err(_) if report.done.len() == total => Ok(()),
        Err(stop) => {
            terminal.say(&failures_text(&report.failed, terminal.err));
            Err(stop)
        }
        Ok(()) if report.failed.is_empty() => Ok(()),
        Ok(()) => Err(CommandError::Steps(report.failed.clone())),
    };
    Ok(Rolled { report, took, result })
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
