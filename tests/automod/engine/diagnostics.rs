//! Every fault by its golden file: `<code>-<meaning>.yaml` is the rule file, `.txt` what people read.
//! `BLESS=1 cargo test diagnostics` writes the texts anew.

use chat_automod::engine::{Code, Cost, Diagnostics, Sources, compile};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/diagnostics")
}

/// Sources that are too large to keep as files.
fn built(code: Code) -> Option<Sources> {
    let rule = |matcher: &str| {
        format!(
            "rules:\n  - id: large\n    match: {{ {matcher} }}\n    action: {{ tag: x }}\n    tests: {{ catch: [a1b] }}\n"
        )
    };
    match code {
        Code::LineTooLong => {
            let words = "casino, ".repeat(9_000);
            Some(Sources::of([("rules.yaml", rule(&format!("words: [{words}]")))]))
        }
        Code::TooManyTerms => {
            let words: String = (0..=1_000_000).map(|n| format!("a{n}b\n")).collect();
            Some(Sources::of([
                ("rules.yaml", rule("words_from: lists/l.txt")),
                ("lists/l.txt", words),
            ]))
        }
        Code::TooManyRegexes => {
            let items = "{ regex: 'a1b' }, \n    ".repeat(10_001);
            Some(Sources::of([("rules.yaml", rule(&format!("any: [{items}]")))]))
        }
        Code::ManyWarnings => {
            let words = ('a'..='z').cycle().take(150).map(|c| format!("{c}, ")).collect::<String>();
            Some(Sources::of([("rules.yaml", rule(&format!("words: [a1b, {words}]")))]))
        }
        Code::ManyFaults => {
            let rules = "  - oh: no\n".repeat(150);
            Some(Sources::of([("rules.yaml", format!("rules:\n{rules}"))]))
        }
        _ => None,
    }
}

fn sources(name: &str, code: Code) -> Sources {
    if let Some(sources) = built(code) {
        return sources;
    }
    let mut files = BTreeMap::new();
    for (suffix, file) in
        [(".yaml", "rules.yaml"), (".list.txt", "lists/list.txt"), (".never.txt", "never.txt")]
    {
        if let Ok(bytes) = fs::read(folder().join(format!("{name}{suffix}"))) {
            files.insert(file.to_owned(), bytes);
        }
    }
    Sources { files }
}

fn faults(sources: &Sources) -> Diagnostics {
    match compile(sources) {
        Ok(compiled) => {
            // As if every regex had taken so long: golden files hold no measured figure.
            let cost = Cost { regex: 900_000, plain: 1_000 };
            let slow: Vec<_> = compiled
                .ruleset
                .regex_trials()
                .filter(|trial| trial.regex().contains(".{1,300}"))
                .filter_map(|trial| trial.warning(&trial.texts[0], cost))
                .collect();
            compiled.warnings.with(slow)
        }
        Err(faults) => faults,
    }
}

#[test]
fn each_fault_reads_as_its_golden_file_says() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    for code in Code::ALL {
        let name = format!("{}-{}", code.id(), code.meaning());
        let sources = sources(&name, *code);
        let found = faults(&sources);
        assert!(
            found.iter().any(|f| f.code == *code),
            "{name}:\n{}",
            found.render(&sources, false)
        );
        let shown = match code {
            // The hundred before it are others.
            Code::ManyFaults | Code::ManyWarnings => {
                let last = found.iter().filter(|f| f.code == *code);
                last.map(|f| f.render(&sources, false) + "\n").collect()
            }
            _ => found.render(&sources, false),
        };
        let golden = folder().join(format!("{name}.txt"));
        if bless {
            fs::write(&golden, &shown).expect("the golden file is writable");
        } else if fs::read_to_string(&golden).unwrap_or_default() != shown {
            wrong.push(format!("{name} reads now:\n{shown}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn all_faults_of_all_files_come_in_one_run() {
    let sources = Sources::of([
        ("a.yaml", "rules:\n  - id: A\n    match: { words: [x1] }\n    action: { tag: t }\n"),
        (
            "b.yaml",
            "rules:\n  - id: b\n    match: { words: [x2 }\n    action: { tag: t }\n  - id: c\n    action: { tag: t }\n",
        ),
        (
            "d.yaml",
            "rules:\n  - id: d\n    match: { regex: '(' }\n    action: { tag: t }\n    severty: low\n",
        ),
    ]);
    let found = faults(&sources);
    let codes: Vec<_> = found.iter().map(|f| (f.file.as_str(), f.code)).collect();
    for expected in [
        ("a.yaml", Code::BadId),
        ("b.yaml", Code::Syntax),
        ("b.yaml", Code::NoMatcher),
        ("d.yaml", Code::UnknownKey),
        ("d.yaml", Code::BadRegex),
    ] {
        assert!(codes.contains(&expected), "{expected:?} not in {codes:?}");
    }
}

#[test]
fn places_are_line_and_column_in_characters() {
    let yaml =
        "rules:\n  - id: a\n    match: { words: [赌场], colour: red }\n    action: { tag: t }\n";
    let sources = Sources::of([("a.yaml", yaml)]);
    let found = faults(&sources);
    let unknown = found.iter().find(|f| f.code == Code::UnknownKey).expect("told");
    assert_eq!(unknown.line_column(&sources), (3, 27));
}

#[test]
fn deep_nesting_is_refused_however_large() {
    for unit in ["[", "- ", "{a: ", "? "] {
        let line = unit.repeat(60_000 / unit.len());
        let yaml = std::iter::repeat_n(format!("{line}\n"), 270).collect::<String>();
        let sources = Sources::of([("deep.yaml", yaml)]);
        assert!(compile(&sources).is_err(), "{unit}");
    }
}
