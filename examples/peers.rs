//! Prints what this engine finds on the first corpus, class by class, beside other ways to look for the same words.
//!
//!     cargo run --release --example peers [-- --each N] [--seed N]
//!
//! Whether a probe is found at all counts, wherever: the others do not tell the place in the original.

#[path = "../tests/corpus/mod.rs"]
mod corpus;

use aho_corasick::AhoCorasick;
use corpus::table::{innocents, offered};
use corpus::{Level, Tongue, ruleset, terms};
use rustrict::{Censor, Trie, Type};

type Finds<'f> = Box<dyn Fn(&str) -> bool + 'f>;

fn main() {
    if let Err(fault) = run() {
        eprintln!("{fault}");
        std::process::exit(1);
    }
}

fn option(name: &str, absent: u64) -> u64 {
    let arguments: Vec<String> = std::env::args().collect();
    let at = arguments.iter().position(|argument| argument == name);
    at.and_then(|at| arguments.get(at + 1)?.parse().ok()).unwrap_or(absent)
}

/// Small letters, and edges of ASCII words.
fn plain(words: &'static [&'static str]) -> Result<Finds<'static>, String> {
    let search = AhoCorasick::new(words).map_err(|error| error.to_string())?;
    Ok(Box::new(move |text| {
        let text = text.to_lowercase();
        let word = |at: Option<usize>| {
            at.and_then(|at| text.as_bytes().get(at)).is_some_and(u8::is_ascii_alphanumeric)
        };
        search
            .find_overlapping_iter(&text)
            .any(|found| !word(found.start().checked_sub(1)) && !word(Some(found.end())))
    }))
}

fn cured(words: &'static [&'static str]) -> Finds<'static> {
    Box::new(move |text| {
        let options =
            decancer::Options::default().retain_chinese().retain_japanese().retain_korean();
        decancer::cure(text, options).is_ok_and(|cured| !cured.find_multiple(words).is_empty())
    })
}

/// With our words in place of its own.
fn censored(words: &[&str]) -> Finds<'static> {
    let mut trie = Trie::new();
    for word in words {
        trie.set(word, Type::PROFANE & Type::SEVERE);
    }
    // Once, and for the whole run.
    let trie: &'static Trie = Box::leak(Box::new(trie));
    Box::new(move |text| Censor::from_str(text).with_trie(trie).analyze().is(Type::ANY))
}

fn run() -> Result<(), String> {
    let (each, seed) = (option("--each", 4) as usize, option("--seed", 1));
    let words: &'static [&'static str] = Vec::leak(terms::all().map(|term| term.text).collect());
    let levels = offered()?;
    let own = |level: Level| -> Option<Finds<'_>> {
        let offered = levels.iter().find(|offered| offered.level == level)?;
        Some(Box::new(|text| !ruleset::hits(&offered.rules, text).is_empty()))
    };
    let others = [plain(words)?, cured(words), censored(words)];
    let classes = corpus::classes();
    let probes = corpus::probes(&classes, each, seed);
    let share = |finds: &dyn Fn(&str) -> bool, texts: &[&str]| {
        let found = texts.iter().filter(|text| finds(text)).count();
        100.0 * found as f64 / texts.len().max(1) as f64
    };
    println!("| class | probes | its level finds | plain | decancer | rustrict |");
    println!("|---|---|---|---|---|---|");
    let mut sums: Vec<(Tongue, String, Vec<&str>)> = Vec::new();
    for (number, class) in classes.iter().enumerate() {
        let texts: Vec<&str> =
            probes.iter().filter(|p| p.class == number).map(|p| p.text.as_str()).collect();
        let Some(ours) = own(class.level) else { continue };
        print!("| {:?}: {} (`{}`) | {} |", class.tongue, class.name, class.level, texts.len());
        print!(" {:.0} |", share(&ours, &texts));
        others.iter().for_each(|finds| print!(" {:.0} |", share(finds, &texts)));
        println!();
        let level = class.level.to_string();
        if matches!(class.level, Level::AddOn(..)) {
            continue;
        }
        match sums.iter_mut().find(|(tongue, of, _)| *tongue == class.tongue && *of == level) {
            Some((.., all)) => all.extend(&texts),
            None => sums.push((class.tongue, level, texts)),
        }
    }
    let innocents = innocents(500 * each, seed);
    let innocents: Vec<&str> =
        innocents.iter().flat_map(|g| &g.texts).map(String::as_str).collect();
    println!("\n| all of | texts | `simple` | `heavy` | plain | decancer | rustrict |");
    println!("|---|---|---|---|---|---|---|");
    let named = sums.iter().map(|(tongue, level, texts)| (format!("{tongue:?}, `{level}`"), texts));
    for (name, texts) in named.chain([("innocents".to_owned(), &innocents)]) {
        print!("| {name} | {} |", texts.len());
        let both = [own(Level::Simple), own(Level::Heavy)];
        both.iter().flatten().for_each(|finds| print!(" {:.2} |", share(finds, texts)));
        others.iter().for_each(|finds| print!(" {:.2} |", share(finds, texts)));
        println!();
    }
    Ok(())
}
