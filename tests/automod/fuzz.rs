//! The seeds of the fuzz targets, on a stable compiler.

#[path = "../../fuzz/drive.rs"]
mod drive;

use std::fs;
use std::path::Path;

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let entries = fs::read_dir(folder).expect("a folder of seeds");
    let seeds: Vec<_> =
        entries.map(|entry| fs::read(entry.expect("a seed").path()).expect("readable")).collect();
    assert!(seeds.len() > 10);
    seeds
}

#[test]
fn seeds_are_judged() {
    seeds("judge").iter().for_each(|seed| drive::judge(&String::from_utf8_lossy(seed)));
}

#[test]
fn seeds_are_read_as_rules() {
    seeds("rules").iter().for_each(|seed| drive::rules(seed));
}
