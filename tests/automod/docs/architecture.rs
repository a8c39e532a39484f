//! ARCHITECTURE.md says who may import whom; the sources keep to it.

use super::{ROOT, document};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn rooms_import_what_the_architecture_allows() {
    let allowed = allowed();
    let found = imports();
    let rooms = |of: &BTreeMap<String, BTreeSet<String>>| of.keys().cloned().collect::<Vec<_>>();
    assert_eq!(rooms(&found), rooms(&allowed), "the table names every room, and no other");
    for (room, imports) in found {
        let beyond: Vec<_> = imports.difference(&allowed[&room]).collect();
        assert!(beyond.is_empty(), "`{room}` imports {beyond:?}, which is not beside it");
    }
}

/// The table: each row has a room, then those that it may import, all in backticks.
fn allowed() -> BTreeMap<String, BTreeSet<String>> {
    let text = document("ARCHITECTURE.md");
    let section = text.split("\n## ").find(|section| section.starts_with("Who may import whom"));
    let rows = section.unwrap().lines().filter(|line| line.starts_with("| `"));
    let names = rows.map(|row| row.split('`').skip(1).step_by(2).map(str::to_owned));
    names.map(|mut names| (names.next().unwrap(), names.collect())).collect()
}

/// What each room really imports, by `crate::` anywhere in its code.
fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in sources(&Path::new(ROOT).join("src")) {
        let inside = file.strip_prefix(Path::new(ROOT).join("src")).unwrap();
        let room = inside.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs");
        if ["lib", "main"].contains(&room) {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        assert!(!text.contains("crate::{"), "{}: one `use` a room, please", inside.display());
        let others = text.split("crate::").skip(1).map(|rest| {
            rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
        });
        let others = others.filter(|other| !other.is_empty() && other != room);
        found.entry(room.to_owned()).or_default().extend(others);
    }
    found
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|end| end == "rs")).collect()
}
