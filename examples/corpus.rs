//! Prints how well the engine does on the corpus: classes of disguises × levels, and innocents × levels.
//!
//!     cargo run --release --example corpus [-- --misses [N]] [--each N] [--seed N]
//!
//! `--misses` lists up to N (3) misses of each class, and every innocent text that was hit.

#[path = "../tests/corpus/mod.rs"]
mod corpus;

use corpus::innocents::Group;
use corpus::table::{Offered, false_hits, innocents, levels, offered, recall};
use corpus::{Class, Probe, independent};

fn main() {
    if let Err(fault) = run() {
        eprintln!("{fault}");
        std::process::exit(1);
    }
}

/// The number behind an option; `absent` where the option is not given, `bare` where no number follows.
fn option(name: &str, absent: u64, bare: u64) -> u64 {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().position(|argument| argument == name) {
        None => absent,
        Some(at) => arguments.get(at + 1).and_then(|number| number.parse().ok()).unwrap_or(bare),
    }
}

fn run() -> Result<(), String> {
    let (each, seed) = (option("--each", 4, 4) as usize, option("--seed", 1, 1));
    let most = option("--misses", 0, 3) as usize;
    println!("the first corpus\n");
    let offered = offered()?;
    let classes = corpus::classes();
    let probes = corpus::probes(&classes, each, seed);
    measure(&classes, &probes, &innocents(500 * each, seed), &offered, most);
    println!("\nthe second corpus, by another hand\n");
    let offered = levels(&independent::vocabulary::all().collect::<Vec<_>>())?;
    let classes = independent::classes();
    let probes = independent::probes(&classes, each.div_ceil(4), seed);
    let innocents = independent::innocents::groups(500 * each, seed);
    measure(&classes, &probes, &innocents, &offered, most);
    Ok(())
}

fn measure(
    classes: &[Class],
    probes: &[Probe],
    innocents: &[Group],
    offered: &[Offered],
    most: usize,
) {
    let recall = recall(classes, probes, offered);
    println!("{}", recall.print(classes, offered));
    let false_hits = false_hits(innocents, offered);
    println!("{}", false_hits.print(offered));
    for (number, class) in classes.iter().enumerate().filter(|_| most > 0) {
        for level in offered.iter().map(|offered| offered.level) {
            let of_class = recall.misses.iter().filter(|m| m.class == number && m.level == level);
            for miss in of_class.take(most) {
                let what = if miss.hits.is_empty() { "missed" } else { "span" };
                let hits: Vec<&str> = miss.hits.iter().map(|hit| &miss.text[hit.clone()]).collect();
                println!(
                    "{what} [{level}] {}: {:?} in {:?} {hits:?}",
                    class.name,
                    &miss.text[miss.offence.clone()],
                    miss.text
                );
            }
        }
    }
    for (level, group, text, hits) in false_hits.texts.iter().filter(|_| most > 0) {
        let hits: Vec<&str> = hits.iter().map(|hit| &text[hit.clone()]).collect();
        println!("innocent [{level}] {group}: {hits:?} in {text:?}");
    }
}
