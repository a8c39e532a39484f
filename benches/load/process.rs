//! Processes of the bench, the cores they stay on, and what the kernel says they took.

use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Where a process may run, on a machine of several cores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Core {
    /// What is measured.
    First,
    /// What makes the load, and the platform.
    Other,
}

/// Whether processes can be kept on their cores.
pub fn pinned() -> bool {
    let several = std::thread::available_parallelism().is_ok_and(|cores| cores.get() > 1);
    let mut taskset = Command::new("taskset");
    let found = taskset.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    several && found.is_ok_and(|status| status.success())
}

fn command(program: &Path, core: Core) -> Command {
    if !pinned() {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    let cores = if core == Core::First { "0" } else { "1" };
    command.args(["-c", cores]).arg(program);
    command
}

/// Seconds of CPU time that a process took so far; `self` is this one.
pub fn cpu(process: &str) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name in brackets may hold anything; utime and stime are the 14th and 15th field.
    let (_, fields) = stat.rsplit_once(')').context("a name in brackets")?;
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
    let ticks: u64 = ticks.sum::<Result<_, _>>()?;
    // Linux tells hundredths of a second on every platform that this runs on.
    Ok(ticks as f64 / 100.0)
}

/// A process that is killed when it is dropped.
pub struct Process {
    child: Child,
    input: Option<ChildStdin>,
    output: Option<BufReader<ChildStdout>>,
}

impl Process {
    /// This program again, in one of its roles.
    pub fn role(arguments: &[&str], core: Core) -> Result<Self> {
        let mut command = command(&std::env::current_exe()?, core);
        Self::spawn(command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()))
    }

    fn spawn(command: &mut Command) -> Result<Self> {
        let mut child = command.spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take().map(BufReader::new));
        Ok(Self { child, input, output })
    }

    /// The next line it says.
    pub fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        let output = self.output.as_mut().context("it says nothing")?;
        if output.read_line(&mut line)? == 0 {
            bail!("a process of the bench ended");
        }
        Ok(line.trim_end().to_owned())
    }

    pub fn tell(&mut self, line: &str) -> Result<()> {
        writeln!(self.input.as_mut().context("it hears nothing")?, "{line}")?;
        Ok(())
    }

    /// Seconds of CPU time so far, its own and the kernel's for it.
    pub fn cpu(&self) -> Result<f64> {
        cpu(&self.child.id().to_string())
    }

    /// In KiB.
    fn memory(&self, field: &str) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with(field)).context("a field")?;
        Ok(line.split_whitespace().nth(1).context("a value")?.parse()?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `automod serve` with the rules of this repository, on an empty database.
pub struct Service {
    pub process: Process,
    pub address: String,
    folder: TempDir,
}

/// What a service left behind.
pub struct Database(TempDir);

impl Database {
    pub fn file(&self) -> String {
        self.0.path().join("automod.db").display().to_string()
    }
}

impl Service {
    pub fn start(calls_per_second: u32, platform: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let database = folder.path().join("automod.db").display().to_string();
        let mut command = command(Path::new(env!("CARGO_BIN_EXE_automod")), Core::First);
        command
            .arg("serve")
            .env("AUTOMOD_SERVER__LISTEN", "127.0.0.1:0")
            .env("AUTOMOD_SERVER__METRICS_LISTEN", "127.0.0.1:0")
            .env("AUTOMOD_SERVER__WORKERS", "1")
            .env("AUTOMOD_STORE__URL", format!("sqlite://{database}"))
            .env("AUTOMOD_RULES__DIR", concat!(env!("CARGO_MANIFEST_DIR"), "/rules"))
            .env("AUTOMOD_BRAKE__ENABLED", "false")
            // The load comes from nowhere, so history knows nothing of it.
            .env("AUTOMOD_CATCH_UP__AFTER", "10m")
            .env("AUTOMOD_APPS__MAIN__SDK_APP_ID", super::webhook::APP.to_string())
            .env("AUTOMOD_APPS__MAIN__ADMIN", "automod")
            .env("AUTOMOD_APPS__MAIN__SECRET_KEY", super::webhook::SECRET)
            .env("AUTOMOD_APPS__MAIN__WEBHOOK_TOKEN", super::webhook::TOKEN)
            .env("AUTOMOD_APPS__MAIN__CALLS_PER_SECOND", calls_per_second.to_string())
            .env("AUTOMOD_APPS__MAIN__BASE_URL", platform)
            .stderr(Stdio::piped());
        let mut process = Process::spawn(&mut command)?;
        let log = process.child.stderr.take().context("its log")?;
        let address = address(log)?;
        Ok(Self { process, address, folder })
    }

    pub fn print_memory(&self) -> Result<()> {
        let (now, peak) = (self.process.memory("VmRSS")?, self.process.memory("VmHWM")?);
        println!("  memory: {} MB, at most {} MB", now >> 10, peak >> 10);
        Ok(())
    }

    /// Ends it in peace.
    pub fn stop(mut self) -> Result<Database> {
        let id = self.process.child.id().to_string();
        Command::new("kill").arg(id).status()?;
        self.process.child.wait()?;
        Ok(Database(self.folder))
    }
}

/// Reads the log until the service says where it listens, and the rest of it away.
fn address(log: ChildStderr) -> Result<String> {
    let mut lines = BufReader::new(log).lines();
    let address = loop {
        let Some(line) = lines.next() else { bail!("the service ended") };
        if let Some((_, rest)) = line?.split_once("webhooks at http://") {
            break rest.split('/').next().context("an address")?.to_owned();
        }
    };
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
    // It listens already; its workers need a moment.
    std::thread::sleep(Duration::from_millis(300));
    Ok(address)
}
