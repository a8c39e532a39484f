//! The load bench: what a webhook costs, how many offenders reach the disk, and how long people wait.
//!
//! `cargo bench --bench load` (about two minutes; `-- --quick`: seconds; `-- durable`: one of its parts). The service is the real program in a
//! process of its own, the load comes from other processes, which stay on another core where there are several.
//! Everything is measured beside a bare counterpart in the same run, so that ratios hold where figures do not.
//! Nothing is asserted: compare with docs/reliability.md.

mod bare;
mod figures;
mod maker;
mod platform;
mod process;
mod rows;
mod webhook;

use anyhow::{Context, Result};
use process::{Core, Process, Service};
use std::time::Duration;

/// How long and how much.
struct Run {
    rounds: u32,
    round: Duration,
    durable: Duration,
    mixed: Duration,
}

const FULL: Run = Run {
    rounds: 4,
    round: Duration::from_secs(5),
    durable: Duration::from_secs(8),
    mixed: Duration::from_secs(30),
};
const QUICK: Run = Run {
    rounds: 1,
    round: Duration::from_secs(2),
    durable: Duration::from_secs(2),
    mixed: Duration::from_secs(4),
};

/// Connections that are kept alive, each with one webhook at a time.
const CLEAN_CONNECTIONS: usize = 32;
/// As many as may share a transaction.
const GROUP: usize = 256;
/// While one group is written, the next one waits.
const DURABLE_CONNECTIONS: usize = 2 * GROUP;
const CLEAN_A_SECOND: u32 = 2_000;
const OFFENDERS_A_SECOND: u32 = 150;
/// More than is needed, so that the limit is not what is measured.
const CALLS_A_SECOND: u32 = 2_000;
/// Nobody listens there.
const NO_PLATFORM: &str = "http://127.0.0.1:9";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["maker", rest @ ..] => maker::main(rest),
        ["bare"] => bare::main(),
        ["platform", rest @ ..] => platform::main(rest),
        ["rows", rest @ ..] => rows::main(rest),
        arguments if arguments.contains(&"--bench") => measure(arguments),
        // `cargo test` runs benches too, without that argument.
        _ => {
            println!("load: skipped, run it by `cargo bench --bench load`");
            Ok(())
        }
    }
}

/// What the arguments ask for: all parts, or those that they name.
fn measure(arguments: &[&str]) -> Result<()> {
    let run = if arguments.contains(&"--quick") { &QUICK } else { &FULL };
    let named: Vec<_> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    match process::pinned() {
        true => println!("the service on the first core, all else on the second"),
        false => println!("one core, or no `taskset`: the service shares its core with the load"),
    }
    let parts: [(&str, fn(&Run) -> Result<()>); 3] =
        [("clean", clean), ("durable", durable), ("mixed", mixed)];
    let asked_for = |name| named.is_empty() || named.contains(&&name);
    parts.into_iter().filter(|(name, _)| asked_for(*name)).try_for_each(|(_, part)| part(run))
}

/// Clean webhooks against a handler that does nothing but read them.
fn clean(run: &Run) -> Result<()> {
    println!("\nclean webhooks: {CLEAN_CONNECTIONS} connections, one worker");
    let service = Service::start(CALLS_A_SECOND, NO_PLATFORM)?;
    let mut bare = Process::role(&["bare"], Core::First)?;
    let bare_address = bare.line()?;
    let (mut ours, mut theirs) = (Cost::default(), Cost::default());
    // In turns, so that a noisy moment of the machine meets both.
    for _ in 0..run.rounds {
        theirs.add(&bare, &bare_address, run.round)?;
        ours.add(&service.process, &service.address, run.round)?;
    }
    theirs.print("bare actix-web");
    ours.print("automod");
    println!("  ratio by CPU time: {:.2} (goal: at least 0.85)", theirs.each() / ours.each());
    println!("  ratio by webhooks a second: {:.2}", ours.rate() / theirs.rate());
    service.print_memory()
}

/// What clean webhooks took, in all rounds.
#[derive(Default)]
struct Cost {
    answered: u64,
    seconds: f64,
    cpu: f64,
    worst: Vec<f64>,
}

impl Cost {
    fn add(&mut self, server: &Process, address: &str, how_long: Duration) -> Result<()> {
        let before = server.cpu()?;
        let answers = maker::load("clean", address, CLEAN_CONNECTIONS, how_long, 0)?.answers()?;
        self.cpu += server.cpu()? - before;
        self.answered += answers.good;
        self.seconds += answers.seconds;
        self.worst.push(answers.p99);
        anyhow::ensure!(answers.bad == 0, "{} webhooks were not answered by OK", answers.bad);
        Ok(())
    }

    /// CPU seconds of one webhook.
    fn each(&self) -> f64 {
        self.cpu / self.answered as f64
    }

    fn rate(&self) -> f64 {
        self.answered as f64 / self.seconds
    }

    fn print(&self, who: &str) {
        let p99 = figures::of(&self.worst, 0.5) * 1e3;
        let (each, rate) = (self.each() * 1e6, self.rate());
        println!("  {who}: {each:.1} µs of CPU each, {rate:.0}/s, p99 {p99:.2} ms");
    }
}

/// Offenders that are on disk when they are answered, against their bare rows.
fn durable(run: &Run) -> Result<()> {
    println!("\ndurable offenders: {DURABLE_CONNECTIONS} connections");
    // Rewriting is another matter: it is held down to one call a second.
    let service = Service::start(1, NO_PLATFORM)?;
    let before = service.process.cpu()?;
    let load = maker::load("offence", &service.address, DURABLE_CONNECTIONS, run.durable, 0)?;
    let answers = load.answers()?;
    let cpu = (service.process.cpu()? - before) / answers.good as f64;
    anyhow::ensure!(answers.bad == 0, "{} offenders were not answered by OK", answers.bad);
    let rate = answers.good as f64 / answers.seconds;
    println!("  automod: {rate:.0}/s, {:.0} µs of CPU each, {answers}", cpu * 1e6);
    let database = service.stop()?;
    for (goal, what, group) in
        [("at least 0.7", "bare group commit", GROUP), ("at least 6", "one commit each", 1)]
    {
        let arguments = ["rows", &database.file(), &group.to_string()];
        let line = Process::role(&arguments, Core::First)?.line()?;
        let (bare, each) = line.split_once(' ').context("two figures")?;
        let (bare, each): (f64, f64) = (bare.parse()?, each.parse()?);
        println!(
            "  {what} of the same rows: {bare:.0}/s, {:.0} µs of CPU each; ratio {:.2} (goal: {goal}), by CPU time {:.2}",
            each * 1e6,
            rate / bare,
            each / cpu
        );
    }
    Ok(())
}

/// Both at once, with a platform that answers.
fn mixed(run: &Run) -> Result<()> {
    println!("\n{OFFENDERS_A_SECOND} offenders/s beside {CLEAN_A_SECOND} clean webhooks/s");
    let seconds = run.mixed.as_secs().to_string();
    let rate = OFFENDERS_A_SECOND.to_string();
    let mut platform = Process::role(&["platform", &rate, &seconds], Core::Other)?;
    let service = Service::start(CALLS_A_SECOND, &platform.line()?)?;
    platform.tell(&service.address)?;
    let load =
        maker::load("clean", &service.address, CLEAN_CONNECTIONS, run.mixed, CLEAN_A_SECOND)?;
    let clean = load.answers()?;
    println!("  clean: {} sent, answered after {clean}", clean.good);
    let rate = clean.good as f64 / clean.seconds;
    if rate < f64::from(CLEAN_A_SECOND) * 0.95 {
        println!("  the machine cannot: {rate:.0} clean webhooks/s");
    }
    anyhow::ensure!(clean.bad == 0, "{} webhooks were not answered by OK", clean.bad);
    loop {
        match platform.line()?.as_str() {
            "over" => break,
            line => println!("  {line}"),
        }
    }
    service.print_memory()
}
