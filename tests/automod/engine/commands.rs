//! `rules check`, `rules test`, `rules explain` and `scan`, as their output reads.

use chat_automod::cli::{rules, scan};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

fn folder(yaml: &str) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join("a.yaml"), yaml).expect("written");
    dir
}

const GOOD: &str = "rules:\n  - id: ads\n    mode: enforce\n    match: { words: [casino, 百家乐] }\n    action: { mask: stars }\n    tests: { catch: [casino] }\n";

fn run(scan: scan::Scan, input: &str) -> (u8, Vec<String>) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = scan::run(&scan, input.as_bytes(), &mut out, &mut err).expect("it runs");
    (code, String::from_utf8(out).expect("UTF-8").lines().map(str::to_owned).collect())
}

fn asked(dir: &TempDir, format: scan::Format, texts: &[&str]) -> scan::Scan {
    let texts = texts.iter().map(|text| (*text).to_owned()).collect();
    scan::Scan { rules: dir.path().to_owned(), format, texts }
}

#[test]
fn scan_gives_a_line_for_a_line() {
    let dir = folder(GOOD);
    let input = "{\"text\":\"玩百家樂 now\"}\n{\"text\":\"\"}\nnot json\n{\"txt\":1}\n{\"text\":\"fine\"}\n";
    let (code, lines) = run(asked(&dir, scan::Format::Ndjson, &[]), input);
    let lines: Vec<Value> =
        lines.iter().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((code, lines.len()), (0, 5));
    let hit = json!({"rule": "ads", "start": 3, "end": 12, "matched": "百家樂"});
    assert_eq!(
        lines[0],
        json!({"text": "玩百家樂 now", "verdict": "rewrite", "hits": [hit], "masked": "玩*** now"})
    );
    assert_eq!(lines[1]["verdict"], "pass");
    assert!(lines[2]["error"].is_string() && lines[3]["error"].is_string());
    assert_eq!(lines[4]["masked"], "fine");
    let (_, lines) = run(asked(&dir, scan::Format::Text, &["casino!", "fine"]), "");
    assert_eq!(lines, ["rewrite\tads\t******!", "pass\t\tfine"]);
}

#[test]
fn check_and_test_say_by_their_exit_code_whether_all_is_well() {
    let good = folder(GOOD);
    let bad = folder(&GOOD.replace("catch: [casino]", "catch: [roulette]"));
    for (dir, code, says) in [(&good, 0, "in order"), (&bad, 1, "E501-failed-test")] {
        let mut out = Vec::new();
        assert_eq!(rules::check(dir.path(), &mut out).expect("it runs"), code);
        assert!(String::from_utf8_lossy(&out).contains(says));
        assert_eq!(rules::test(dir.path(), &mut Vec::new()).expect("it runs"), code);
    }
    assert!(rules::check(&PathBuf::from("/nowhere/at/all"), &mut Vec::new()).is_err());
}
