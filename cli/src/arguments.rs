//! What can be typed. Only clap's types; nothing is decided here.

mod plugin;
mod rollout;
mod secrets;

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub use plugin::{
    Language, Plugin, PluginAdd, PluginBuild, PluginInspect, PluginList, PluginNew, PluginRemove, PluginTest, Shipped,
};
pub use rollout::{Rollout, RolloutChange, RolloutStatus};
pub use secrets::{
    ExportFormat, ImportFormat, Secrets, SecretsCopy, SecretsDiff, SecretsExec, SecretsExport, SecretsGet,
    SecretsHistory, SecretsImport, SecretsRemove, SecretsRollback, SecretsSet,
};

/// Brings an application, and everything it stands on, to the state that its environment files describe.
#[derive(Debug, Parser)]
#[command(name = "deploy", version, arg_required_else_help = true, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 done · 1 failed, safe to run again · 2 changes pending · 3 bad input · \
4 locked · 5 refused by a guard rail · 6 rollout failed · 129/130/143 interrupted")]
pub struct Arguments {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Options that every command takes.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// The environment, where it is no argument
    #[arg(id = "env", long, value_name = "ENV", global = true)]
    pub environment: Option<String>,
    /// Use the AWS that is embedded in this program instead of an account
    #[arg(
        long,
        global = true,
        env = "DEPLOY_LOCAL",
        hide_env_values = true,
        value_parser = FalseyValueParser::new(),
        overrides_with = "local"
    )]
    pub local: bool,
    /// Set a configuration key for this run, above all files; repeatable
    #[arg(long = "set", value_name = "KEY=VALUE", global = true)]
    pub sets: Vec<String>,
    /// Work as if started in this folder
    #[arg(short = 'C', long, value_name = "FOLDER", global = true)]
    pub directory: Option<PathBuf>,
    /// Say more
    #[arg(short, long, global = true, overrides_with = "verbose")]
    pub verbose: bool,
    /// No colour
    #[arg(long, global = true, overrides_with = "no_color")]
    pub no_color: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show what would change
    Plan(Plan),
    /// Change it, after asking
    Apply(Apply),
    /// Take an environment down, after asking
    Destroy(Destroy),
    /// Show what is there, and whether it is as the files say
    Status(Shown),
    /// Show how services roll, stop a rollout, go back
    #[command(subcommand)]
    Rollout(Rollout),
    /// Show what was applied and destroyed, by whom, and how it ended
    History(Shown),
    /// Take the lock away from a run that is gone, after asking
    Unlock(Unlock),
    /// Set, list, compare and use secrets
    #[command(subcommand)]
    Secrets(Secrets),
    /// Show and check the configuration
    #[command(subcommand)]
    Config(Config),
    /// Draw what stands on what
    Graph(Graph),
    /// Write, approve and list plugins
    #[command(subcommand)]
    Plugin(Plugin),
    /// Start a project
    Init(Init),
    /// The AWS that is embedded in this program
    #[command(subcommand)]
    Local(Local),
    /// Print completions for a shell
    Completions(Completions),
}

#[derive(Debug, Args)]
pub struct Plan {
    /// The environment: the name of a file in environments/
    #[arg(value_name = "ENV")]
    pub environment: Option<String>,
    /// Exit with 2 where there are changes
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Save the plan, for `deploy apply FILE`
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Apply {
    /// The environment, or the file of a saved plan
    #[arg(value_name = "ENV|FILE")]
    pub target: Option<String>,
    #[command(flatten)]
    pub approval: Approval,
    #[command(flatten)]
    pub patience: Patience,
    /// How to print progress: with `json`, one event a line
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct Destroy {
    /// The environment; never taken from a default
    #[arg(value_name = "ENV")]
    pub environment: Option<String>,
    #[command(flatten)]
    pub approval: Approval,
    #[command(flatten)]
    pub patience: Patience,
    /// How to print progress: with `json`, one event a line
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// How a plan is approved without being asked.
#[derive(Clone, Copy, Debug, Args)]
pub struct Approval {
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
    /// With --yes: also replace and destroy, and change production
    #[arg(long)]
    pub allow_destroy: bool,
}

/// What becomes of a run where another one is at work.
#[derive(Clone, Copy, Debug, Args)]
pub struct Patience {
    /// Wait so long for another run to end: `30s`, `10m`
    #[arg(long, value_name = "DURATION", default_value = "0s", hide_default_value = true, value_parser = duration)]
    pub lock_timeout: Duration,
}

/// `30s`, `10m`, `1h`.
fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.len() - text.trim_start_matches(|one: char| one.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return Err("write it like `30s`, `10m` or `1h`".to_owned()),
    };
    let number = number.parse::<u64>().ok().and_then(|number| number.checked_mul(seconds));
    number.map(Duration::from_secs).ok_or_else(|| "write it like `30s`, `10m` or `1h`".to_owned())
}

#[derive(Debug, Args)]
pub struct Unlock {
    /// The environment; never taken from a default
    #[arg(value_name = "ENV")]
    pub environment: Option<String>,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct Shown {
    /// The environment
    #[arg(value_name = "ENV")]
    pub environment: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Debug, Subcommand)]
pub enum Config {
    /// Print every value
    Show(ConfigShow),
    /// Check one environment, or all
    Check(ConfigCheck),
    /// Print the JSON Schema of an environment file
    Schema,
}

#[derive(Debug, Args)]
pub struct ConfigShow {
    /// The environment
    #[arg(value_name = "ENV")]
    pub environment: Option<String>,
    /// Print where each value was set
    #[arg(long)]
    pub origin: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct ConfigCheck {
    /// The environment; all of them where it is absent
    #[arg(value_name = "ENV")]
    pub environment: Option<String>,
}

#[derive(Debug, Args)]
pub struct Graph {
    /// The environment
    #[arg(value_name = "ENV")]
    pub environment: Option<String>,
    /// How to draw it
    #[arg(long, value_enum, default_value_t)]
    pub format: Drawing,
}

#[derive(Debug, Args)]
pub struct Init {
    /// The folder, which is made where it does not exist
    #[arg(value_name = "FOLDER", default_value = ".")]
    pub folder: PathBuf,
}

#[derive(Debug, Subcommand)]
pub enum Local {
    /// Answer on a loopback port, for the AWS CLI, an SDK or a browser
    Serve(LocalServe),
    /// Show and change how it behaves: how fast, how reliably, how strictly
    Configure(LocalConfigure),
    /// Forget everything in it
    Reset,
    /// Show what is in it
    Status,
}

#[derive(Debug, Args)]
pub struct LocalServe {
    /// The port; 0 takes any that is free
    #[arg(long, default_value_t = 4566)]
    pub port: u16,
    /// Refuse what the caller's policies do not allow, as `configure enforce_iam=true` does
    #[arg(long)]
    pub enforce_iam: bool,
}

#[derive(Debug, Args)]
pub struct LocalConfigure {
    /// Settings to change, each as `NAME=VALUE`: `latency=50ms`, `clock=+1h`, `enforce_iam=true`
    pub settings: Vec<String>,
    /// A TOML file of settings, read before those that are typed
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Begin with the defaults
    #[arg(long)]
    pub defaults: bool,
    /// How to show them
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// For people or for programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// How a graph is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Drawing {
    /// A tree
    #[default]
    Text,
    /// A Mermaid flowchart
    Mermaid,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_fit_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_help_reads_like_this() {
        insta::assert_snapshot!(Arguments::command().term_width(80).render_help());
    }

    #[test]
    fn an_environment_is_an_argument_or_an_option() {
        let arguments = Arguments::try_parse_from(["deploy", "plan", "dev", "--env", "prod"]).expect("arguments");
        let Command::Plan(plan) = arguments.command else { panic!("{:?}", arguments.command) };
        assert_eq!((plan.environment.as_deref(), arguments.global.environment.as_deref()), (Some("dev"), Some("prod")));
    }

    #[test]
    fn durations_have_a_unit() {
        for (text, seconds) in [("0s", 0), ("90s", 90), ("10m", 600), ("2h", 7200)] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)));
        }
        for text in ["", "5", "m", "-1s", "1.5m", "1d", "99999999999999999999h", "9999999999999999999h"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_switch_may_be_typed_twice() {
        for words in [
            &["-v", "-v", "plan"][..],
            &["plan", "-vv", "--local", "--local"],
            &["-v", "plan", "-v", "--no-color", "--no-color"],
        ] {
            let arguments = Arguments::try_parse_from([&["deploy"], words].concat()).expect("arguments");
            assert!(arguments.global.verbose, "{words:?}");
        }
    }
}
