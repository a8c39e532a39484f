//! The JSON Schema that editors use knows every key and word that the parser knows, and no other.

mod validator;

use super::documentation::blocks;
use chat_automod::cli::rules::{RulesCommand, read, run};
use chat_automod::engine::{Code, Sources, compile};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use validator::{faults, json};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn schema() -> Value {
    let mut printed = Vec::new();
    assert_eq!(run(&RulesCommand::Schema, &mut printed).expect("it runs"), 0);
    serde_json::from_slice(&printed).expect("JSON")
}

fn valid(name: &str, yaml: &str) {
    let found = faults(&schema(), &json(yaml));
    assert!(found.is_empty(), "{name}:\n{yaml}\n{found:#?}");
}

#[test]
fn it_stands_beside_the_rules_that_people_start_from() {
    let mut printed = Vec::new();
    run(&RulesCommand::Schema, &mut printed).expect("it runs");
    let file = root().join("rules/schema.json");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&file, &printed).expect("writable");
    }
    assert_eq!(fs::read(file).expect("readable"), printed, "BLESS=1 writes it anew");
}

#[test]
fn every_rule_file_that_is_in_order_is_valid() {
    for folder in ["rules", "tests/golden/explain"] {
        let sources = read(&root().join(folder)).expect("readable");
        let files = sources.files.iter().filter(|(name, _)| name.ends_with(".yaml"));
        let files: Vec<_> = files.collect();
        assert!(!files.is_empty());
        for (name, bytes) in files {
            valid(name, std::str::from_utf8(bytes).expect("UTF-8"));
        }
    }
    let page = fs::read_to_string(root().join("docs/rules.md")).expect("the page is there");
    blocks(&page, "yaml").into_iter().for_each(|example| valid("docs/rules.md", example));
}

#[test]
fn what_the_parser_refuses_for_a_key_or_a_word_is_not_valid() {
    let golden = root().join("tests/golden/diagnostics");
    for name in ["E201-unknown-key", "E204-wrong-kind", "E205-unknown-value", "E207-bad-id"] {
        let yaml = fs::read_to_string(golden.join(name).with_extension("yaml")).expect("readable");
        assert!(!faults(&schema(), &json(&yaml)).is_empty(), "{name}");
    }
    for yaml in [
        "rules: []\nrulez: []",
        "rules:\n  - id: a\n    match: { word: [x] }",
        "rules:\n  - id: a\n    match: { words: [x], within: -1 }",
        "rules:\n  - id: a\n    match: { count: { links: 3 } }",
        "rules:\n  - id: a\n    match: { words: [x] }\n    action: { mask: { with: '##' } }",
        "rules:\n  - id: a\n    match: { words: [x] }\n    tests: { pass: [{ txt: a }] }",
        "rules:\n  - match: { words: [x] }",
    ] {
        assert!(!faults(&schema(), &json(yaml)).is_empty(), "{yaml}");
    }
}

/// A rule file with a part in the place of `HERE`.
const RULE: &str =
    "rules:\n  - id: a\n    match: { words: [abc] }\n    action: { tag: x }\n    HERE";

/// Where a key may stand: a rule file with an unknown one, and the properties in the schema.
const PLACES: [(&str, &str); 14] = [
    ("rules: []\nqqqqqqqqqqqq: 1", "/properties"),
    ("defaults: { qqqqqqqqqqqq: 1 }\nrules: []", "/definitions/defaults/properties"),
    ("qqqqqqqqqqqq: 1", "/definitions/rule/properties"),
    ("policy: { qqqqqqqqqqqq: 1 }", "/definitions/policy/properties"),
    ("except: { qqqqqqqqqqqq: 1 }", "/definitions/except/properties"),
    ("scope: { qqqqqqqqqqqq: 1 }", "/definitions/scope/properties"),
    ("active: { qqqqqqqqqqqq: 1 }", "/definitions/active/properties"),
    ("tests: { qqqqqqqqqqqq: 1 }", "/definitions/tests/properties"),
    ("tests: { pass: [{ qqqqqqqqqqqq: 1 }] }", "/definitions/case/anyOf/1/properties"),
    ("defaults: { action: { qqqqqqqqqqqq: 1 } }\nrules: []", "/definitions/action/properties"),
    (
        "defaults: { action: { mask: { qqqqqqqqqqqq: 1 } } }\nrules: []",
        "/definitions/action/properties/mask/anyOf/1/properties",
    ),
    (
        "rules: [{ id: a, match: { qqqqqqqqqqqq: 1 }, action: { tag: x } }]",
        "/definitions/condition/properties",
    ),
    (
        "rules: [{ id: a, match: { any: [{ qqqqqqqqqqqq: 1 }] }, action: { tag: x } }]",
        "/definitions/condition/properties",
    ),
    (
        "rules: [{ id: a, match: { count: { qqqqqqqqqqqq: 1 } }, action: { tag: x } }]",
        "/definitions/condition/properties/count/properties",
    ),
];

/// What the parser says it would have taken in the place of something unknown.
fn known(yaml: &str, code: Code, said: &str) -> BTreeSet<String> {
    let yaml = if yaml.contains("rules:") { yaml.to_owned() } else { RULE.replace("HERE", yaml) };
    let found = compile(&Sources::of([("a.yaml", yaml.clone())])).expect_err("a fault");
    let help = found.iter().filter(|fault| fault.code == code).find_map(|fault| fault.help.clone());
    let help = help.unwrap_or_else(|| panic!("nothing is unknown in {yaml}"));
    let (_, names) = help.split_once(said).unwrap_or_else(|| panic!("{help}"));
    names.split(", ").map(str::to_owned).collect()
}

#[test]
fn it_has_the_keys_of_the_parser() {
    let schema = schema();
    for (yaml, place) in PLACES {
        let properties = schema.pointer(place).and_then(Value::as_object);
        let properties = properties.unwrap_or_else(|| panic!("{place} holds properties"));
        let there: BTreeSet<String> = properties.keys().cloned().collect();
        assert_eq!(there, known(yaml, Code::UnknownKey, "known here: "), "{place}");
    }
}

#[test]
fn it_has_the_words_of_the_parser() {
    let schema = schema();
    for (yaml, place) in [
        ("severity: qqqqqqqqqqqq", "/definitions/severity/enum"),
        ("mode: qqqqqqqqqqqq", "/definitions/mode/enum"),
        ("keep_original: qqqqqqqqqqqq", "/definitions/keep_original/enum"),
        (
            "policy: { reference: a, ground: qqqqqqqqqqqq }",
            "/definitions/policy/properties/ground/enum",
        ),
        (
            "scope: { group_types: [qqqqqqqqqqqq] }",
            "/definitions/scope/properties/group_types/items/enum",
        ),
    ] {
        assert_eq!(words(&schema, place), known(yaml, Code::UnknownValue, "possible: "), "{place}");
    }
    for (key, yaml, place) in [
        ("disguises", "words: [abc], disguises: qqqqqqqqqqqq", "/enum"),
        ("sounds", "words: [abc], sounds: [qqqqqqqqqqqq]", "/items/enum"),
        ("shapes", "words: [abc], shapes: [qqqqqqqqqqqq]", "/items/enum"),
        ("keyboard", "words: [abc], keyboard: [qqqqqqqqqqqq]", "/items/enum"),
        ("typos", "words: [abc], typos: [qqqqqqqqqqqq]", "/items/enum"),
        ("on", "regex: abc, on: qqqqqqqqqqqq", "/enum"),
    ] {
        let yaml = format!("rules: [{{ id: a, match: {{ {yaml} }}, action: {{ tag: x }} }}]");
        let place = format!("/definitions/condition/properties/{key}{place}");
        assert_eq!(
            words(&schema, &place),
            known(&yaml, Code::UnknownValue, "possible: "),
            "{place}"
        );
    }
    let yaml = "rules: [{ id: a, match: { detect: qqqqqqqqqqqq }, action: { tag: x } }]";
    let detectors = words(&schema, "/definitions/detector/enum");
    assert_eq!(detectors, known(yaml, Code::UnknownValue, "possible: "));
}

fn words(schema: &Value, place: &str) -> BTreeSet<String> {
    let words = schema.pointer(place).and_then(Value::as_array);
    let words = words.unwrap_or_else(|| panic!("{place} holds words")).iter();
    words.map(|word| word.as_str().expect("a word").to_owned()).collect()
}

#[test]
fn the_example_rules_name_it() {
    let files = fs::read_dir(Path::new(&root()).join("rules")).expect("readable");
    let yaml = files.map(|file| file.expect("readable").path());
    for path in yaml.filter(|path| path.extension().is_some_and(|end| end == "yaml")) {
        let text = fs::read_to_string(&path).expect("UTF-8");
        let first = text.lines().next();
        assert_eq!(first, Some("# yaml-language-server: $schema=schema.json"), "{path:?}");
    }
}
