//! `rules lint`: everything that `rules check` tells, and the regexes that are slow, measured here and now.

use super::rules::{Folder, found, read};
use crate::engine::{Compiled, Cost, Diagnostic, Trial, compile};
use std::io::Write;
use std::time::Instant;

/// A cost is the best of so many runs: what else the machine does makes a run longer, never shorter.
const RUNS: usize = 7;

/// Tells every fault and warning; 1 when there is a fault, never for a warning.
///
/// # Errors
/// When the folder cannot be read or the output not written.
pub fn run(folder: &Folder, out: &mut impl Write) -> anyhow::Result<u8> {
    let sources = read(&folder.dir)?;
    match compile(&sources) {
        Ok(Compiled { ruleset, warnings }) => {
            let slow: Vec<Diagnostic> = ruleset.regex_trials().filter_map(|it| slow(&it)).collect();
            found(&sources, &warnings.with(slow), Some(&ruleset), out)
        }
        Err(faults) => found(&sources, &faults, None, out),
    }
}

/// The first text on which a regex is slow. One look tells most of them apart; only what seems slow is
/// measured with care.
pub fn slow(trial: &Trial<'_>) -> Option<Diagnostic> {
    trial.texts.iter().find_map(|text| {
        trial.warning(text, cost(trial, text, 1))?;
        trial.warning(text, cost(trial, text, RUNS))
    })
}

/// In nanoseconds. Both patterns run in turns, so that they meet the same machine.
fn cost(trial: &Trial<'_>, text: &str, runs: usize) -> Cost {
    let time = |work: &dyn Fn() -> usize| {
        let begun = Instant::now();
        std::hint::black_box(work());
        u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX)
    };
    let mut best = Cost { regex: u64::MAX, plain: u64::MAX };
    for _ in 0..runs {
        let plain = time(&|| trial.run_plain(text));
        let regex = time(&|| trial.run(text));
        best = Cost { regex: best.regex.min(regex), plain: best.plain.min(plain) };
    }
    best
}
