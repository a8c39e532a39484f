//! Every example of docs/rules.md compiles, and its tests hold.

use chat_automod::engine::{Sources, compile};
use std::fs;
use std::path::Path;

/// The fenced blocks of one language.
pub fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).filter_map(|rest| rest.split("\n```").next()).collect()
}

#[test]
fn the_examples_hold() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let text = fs::read_to_string(page).expect("the page is there");
    let lists: Vec<(String, Vec<u8>)> = blocks(&text, "text")
        .into_iter()
        .map(|list| {
            let name =
                list.lines().next().and_then(|line| line.strip_prefix("# ")).expect("a name");
            (name.to_owned(), list.as_bytes().to_vec())
        })
        .collect();
    let examples = blocks(&text, "yaml");
    assert!(examples.len() >= 10, "{} examples", examples.len());
    for example in examples {
        let mut sources = Sources::of(lists.clone());
        sources.files.insert("rules.yaml".into(), example.as_bytes().to_vec());
        if let Err(faults) = compile(&sources) {
            panic!("{example}\n{}", faults.render(&sources, false));
        }
    }
}
