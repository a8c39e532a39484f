//! `rules check`, `rules test`, `rules lint`, `rules explain`, `rules schema`: what moderators run while they write rules.

use super::explain::{self, Explain};
use super::{Context, Exit, lint, output};
use crate::engine::{Compiled, Diagnostics, Level, Ruleset, SCHEMA, Sources, compile};
use crate::rulebook::read_folder;
use anyhow::Context as _;
use clap::Subcommand;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Check, test and explain rules
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  automod rules check rules")]
pub struct Args {
    #[command(subcommand)]
    command: RulesCommand,
}

impl Args {
    pub fn run(self, _context: &Context) -> anyhow::Result<Exit> {
        run(&self.command, &mut output()).map(Exit::from_code)
    }
}

#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Tells every fault of all rule files, with file, line, column and the mend.
    ///
    /// Example: automod rules check rules/
    Check(Folder),
    /// Runs the tests inside the rules, and never.txt.
    ///
    /// Example: automod rules test rules/
    Test(Folder),
    /// Tells what `check` tells, and which regexes are slow: each runs over texts made to cost.
    ///
    /// Example: automod rules lint rules/
    Lint(Folder),
    /// Shows which rules a text hits and which nearly, and how its letters were read.
    ///
    /// Example: automod rules explain "play ｃａｓｉｎｏ now"
    Explain(Explain),
    /// Prints the JSON Schema of rule files, by which an editor completes keys and marks mistakes.
    ///
    /// Example: automod rules schema > rules/schema.json
    Schema,
}

#[derive(Debug, clap::Args)]
pub struct Folder {
    /// The rules folder.
    #[arg(value_name = "DIR", default_value = "rules")]
    pub dir: PathBuf,
}

/// Runs a command and returns its exit code.
///
/// # Errors
/// When the folder cannot be read or the output not written.
pub fn run(command: &RulesCommand, out: &mut impl Write) -> anyhow::Result<u8> {
    match command {
        RulesCommand::Check(folder) => check(&folder.dir, out),
        RulesCommand::Test(folder) => test(&folder.dir, out),
        RulesCommand::Lint(folder) => lint::run(folder, out),
        RulesCommand::Explain(explain) => explain::run(explain, out),
        RulesCommand::Schema => {
            write!(out, "{SCHEMA}")?;
            Ok(0)
        }
    }
}

/// Tells every fault and warning; 1 when there is a fault.
///
/// # Errors
/// As [`run`].
pub fn check(dir: &Path, out: &mut impl Write) -> anyhow::Result<u8> {
    let sources = read(dir)?;
    match compile(&sources) {
        Ok(Compiled { ruleset, warnings }) => found(&sources, &warnings, Some(&ruleset), out),
        Err(faults) => found(&sources, &faults, None, out),
    }
}

/// Writes what was found, and the exit code that follows.
///
/// # Errors
/// When the output cannot be written.
pub fn found(
    sources: &Sources,
    found: &Diagnostics,
    set: Option<&Ruleset>,
    out: &mut impl Write,
) -> anyhow::Result<u8> {
    if !found.is_empty() {
        writeln!(out, "{}", found.render(sources, true))?;
    }
    let errors = found.iter().filter(|fault| fault.code.level() == Level::Error).count();
    let warnings = found.len() - errors;
    match set {
        Some(set) => {
            writeln!(out, "{} rules are in order, {warnings} warnings", set.rules().count())?
        }
        None => writeln!(out, "{errors} errors, {warnings} warnings")?,
    }
    Ok(u8::from(errors > 0))
}

/// Runs the tests inside the rules; 1 when one fails or the rules are not in order.
///
/// # Errors
/// As [`run`].
pub fn test(dir: &Path, out: &mut impl Write) -> anyhow::Result<u8> {
    let sources = read(dir)?;
    match compile(&sources) {
        Ok(Compiled { ruleset, .. }) => {
            let tests: usize = ruleset.rules().map(|rule| rule.tests()).sum();
            writeln!(out, "{tests} tests of {} rules passed", ruleset.rules().count())?;
            Ok(0)
        }
        Err(faults) => {
            let errors = faults.iter().filter(|fault| fault.code.level() == Level::Error);
            let mut count = 0;
            for fault in errors {
                count += 1;
                writeln!(out, "{}\n", fault.render(&sources, true))?;
            }
            writeln!(out, "{count} errors")?;
            Ok(1)
        }
    }
}

/// The rule files and lists of a folder.
///
/// # Errors
/// When the folder or a file in it cannot be read.
pub fn read(dir: &Path) -> anyhow::Result<Sources> {
    read_folder(dir).with_context(|| format!("the rules folder `{}` cannot be read", dir.display()))
}
