//! `deploy plan`: shows what would change, and changes nothing.

use crate::arguments::{Format, Plan};
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::saved::{SavedPlan, is_plan_file};
use crate::survey::look;
use crate::view::plan_json::plan_json;
use crate::view::plan_text::{Detail, plan_text};
use crate::view::suggestion::complete;
use crate::workspace::Workspace;

pub async fn run(session: &Session, arguments: Plan) -> Result<Exit, CommandError> {
    let terminal = session.terminal;
    let workspace = Workspace::open(&session.global, terminal)?;
    let (intended, survey) = look(&workspace, arguments.environment.as_deref(), terminal).await?;
    let source = survey.source(&intended);
    let plan = survey.plan;
    let shown = match arguments.format {
        Format::Text => {
            let detail = Detail::of(session.global.verbose);
            terminal.print(&plan_text(&plan, &source, terminal.out, detail))
        }
        Format::Json => terminal.print_json(&plan_json(&plan)),
    };
    // The file and the exit code are for others than the reader.
    let (Ok(()) | Err(CommandError::ReaderGone)) = shown else { return shown.map(|()| Exit::Done) };
    let pending = !plan.is_empty();
    if let Some(path) = &arguments.output {
        SavedPlan { sets: workspace.sets().to_vec(), plan }.write(path)?;
        // A word without a dot or a slash would be taken for an environment.
        let shown = path.display().to_string();
        let shown = if is_plan_file(&shown) { shown } else { format!("./{shown}") };
        let command = complete(&format!("deploy apply {shown}"));
        terminal.say(&format!("saved; apply exactly this: {command}\n"));
    }
    Ok(if pending && arguments.detailed_exitcode { Exit::ChangesPending } else { Exit::Done })
}
