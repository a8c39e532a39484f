//! The command line: one file a command, and what they share: settings, output, exit codes.
//!
//! Promise: data goes to standard output, everything else to standard error; a reader that hangs up early
//! (`automod scan … | head`) is no failure. Errors end here and become an exit code.

mod alerts;
mod audit;
mod backup;
mod brake;
mod by_hand;
mod completions;
mod config;
mod demo;
mod desk;
mod doctor;
pub mod explain;
mod healthcheck;
pub mod lint;
mod output;
pub mod rules;
pub mod scan;
mod serve;
mod shape;
mod simulator;
mod sweep;
mod token;
mod undo;

pub use output::{Output, output, say};

use crate::app::BuildError;
use crate::settings::{
    AlertsSettings, AuditSettings, Fault, ServerSettings, Settings, StoreSettings,
};
use crate::store::{Opening, Reader, Store, Writer, database_file};
use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A self-hosted auto-moderator for Tencent Cloud Chat groups.
#[derive(Debug, Parser)]
#[command(
    name = "automod",
    version,
    after_help = "Exit codes: 0 fine · 1 a check or the command failed · 2 wrong usage · 78 bad configuration.\n\
                  Start with `automod demo`; it needs no account and no configuration."
)]
struct Cli {
    /// The configuration file [env: AUTOMOD_CONFIG]; single settings come from AUTOMOD_SECTION__KEY
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Args),
    Demo(demo::Args),
    Simulator(simulator::Args),
    Rules(rules::Args),
    Scan(scan::Scan),
    Audit(audit::Args),
    Backup(backup::Args),
    Undo(undo::Args),
    Mask(by_hand::Mask),
    Recall(by_hand::Recall),
    Brake(brake::Args),
    Token(token::Args),
    Alerts(alerts::Args),
    Sweep(sweep::Args),
    Doctor(doctor::Args),
    Config(config::Args),
    Completions(completions::Args),
    Healthcheck(healthcheck::Args),
}

/// How a command ended when nothing went wrong on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Fine,
    /// A check, a test or a verification found something.
    Failed,
}

impl Exit {
    /// From the number that a command's own function gives.
    fn from_code(code: u8) -> Self {
        if code == 0 { Self::Fine } else { Self::Failed }
    }
}

/// What every command is given.
#[derive(Debug)]
pub struct Context {
    config: Option<PathBuf>,
}

/// The configuration has faults: exit code 78, one line each.
#[derive(Debug, thiserror::Error)]
#[error("the configuration has {} fault(s)", .0.len())]
pub struct BadConfiguration(pub Vec<Fault>);

/// The command was called in a way that cannot work: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct WrongUsage(pub String);

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let Cli { config, command } = Cli::parse();
    let named = std::env::var_os("AUTOMOD_CONFIG").filter(|name| !name.is_empty());
    let context = Context { config: config.or(named.map(PathBuf::from)) };
    match run(command, &context) {
        Ok(Exit::Fine) => ExitCode::SUCCESS,
        Ok(Exit::Failed) => ExitCode::from(1),
        Err(error) => failed(&error),
    }
}

fn run(command: Command, context: &Context) -> anyhow::Result<Exit> {
    match command {
        Command::Serve(args) => args.run(context),
        Command::Demo(args) => args.run(context),
        Command::Simulator(args) => args.run(context),
        Command::Rules(args) => args.run(context),
        Command::Scan(args) => args.run(context),
        Command::Audit(args) => args.run(context),
        Command::Backup(args) => args.run(context),
        Command::Undo(args) => args.run(context),
        Command::Mask(args) => args.run(context),
        Command::Recall(args) => args.run(context),
        Command::Brake(args) => args.run(context),
        Command::Token(args) => args.run(context),
        Command::Alerts(args) => args.run(context),
        Command::Sweep(args) => args.run(context),
        Command::Doctor(args) => args.run(context),
        Command::Config(args) => args.run(context),
        Command::Completions(args) => args.run(),
        Command::Healthcheck(args) => args.run(context),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    if let Some(BadConfiguration(faults)) = error.downcast_ref() {
        faults.iter().for_each(|fault| say(&format!("error: {fault}")));
        return ExitCode::from(78);
    }
    if let Some(BuildError::Rules(_) | BuildError::Chat { .. } | BuildError::Alerts(_)) =
        error.downcast_ref()
    {
        say(&format!("error: {error:#}"));
        return ExitCode::from(78);
    }
    if error.is::<WrongUsage>() {
        say(&format!("error: {error:#}"));
        return ExitCode::from(2);
    }
    if output::is_hung_up(error) {
        return ExitCode::SUCCESS;
    }
    say(&format!("error: {error:#}"));
    ExitCode::from(1)
}

impl Context {
    /// The configuration file, when one is named.
    pub fn config_file(&self) -> Option<&Path> {
        self.config.as_deref()
    }

    /// All settings.
    ///
    /// # Errors
    /// [`BadConfiguration`].
    pub fn settings(&self) -> Result<Settings, BadConfiguration> {
        Settings::load(self.config_file(), environment()).map_err(BadConfiguration)
    }

    /// Only the database's settings, for commands that work without a running configuration.
    ///
    /// # Errors
    /// [`BadConfiguration`].
    pub fn store_settings(&self) -> Result<StoreSettings, BadConfiguration> {
        StoreSettings::load(self.config_file(), environment()).map_err(BadConfiguration)
    }

    /// Only what proves the audit.
    ///
    /// # Errors
    /// [`BadConfiguration`].
    pub fn audit_settings(&self) -> Result<AuditSettings, BadConfiguration> {
        AuditSettings::load(self.config_file(), environment()).map_err(BadConfiguration)
    }

    /// Where the database is, and the file of the key to its texts.
    fn database(&self) -> anyhow::Result<(String, Option<PathBuf>)> {
        let url = self.store_settings()?.url;
        let key = self.audit_settings()?.encryption_key(&database_file(&url)?);
        Ok((url, key))
    }

    /// The database, for reading.
    ///
    /// # Errors
    /// [`BadConfiguration`], or what is wrong with the database or its key.
    pub async fn reader(&self) -> anyhow::Result<Reader> {
        let (url, key) = self.database()?;
        Ok(Store::open_to_read_with(&url, key.as_deref()).await?)
    }

    /// The database, for writing beside the service.
    ///
    /// # Errors
    /// [`BadConfiguration`], or what is wrong with the database or its key.
    pub async fn store(&self) -> anyhow::Result<(Store, Writer)> {
        let (url, key) = self.database()?;
        Ok(Store::open_as(&url, &Opening { key, ..Opening::default() }).await?)
    }

    /// Only whom to tell when something is wrong.
    ///
    /// # Errors
    /// [`BadConfiguration`].
    pub fn alerts_settings(&self) -> Result<AlertsSettings, BadConfiguration> {
        AlertsSettings::load(self.config_file(), environment()).map_err(BadConfiguration)
    }

    /// Only where the service listens.
    ///
    /// # Errors
    /// [`BadConfiguration`].
    pub fn server_settings(&self) -> Result<ServerSettings, BadConfiguration> {
        ServerSettings::load(self.config_file(), environment()).map_err(BadConfiguration)
    }
}

/// The variables of the environment. What is not Unicode keeps its name, so that it can be refused by it.
fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().map(|(name, value)| {
        (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())
    })
}
