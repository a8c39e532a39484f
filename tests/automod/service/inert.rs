//! What people write does nothing to whoever looks at it: not on a terminal, not in a spreadsheet, not in a program.

use super::harness::{APP, TestApp};
use chat_automod::simulator::Post;
use unicode_normalization::char::is_combining_mark;

/// A name and what is in it that could do harm.
const NAMES: [&str; 9] = [
    "\u{1b}[2J\u{1b}]0;title\u{7}eve",
    "\u{9b}31meve\u{9d}0;x\u{9c}",
    "a\u{202e}eve\u{2066}b\u{200f}",
    "nul\u{0}eve",
    "<script>alert(1)</script>",
    "=HYPERLINK(\"http://x\")",
    "@SUM(1)\r\n+1",
    "\t=1+1",
    "⟦eve⟧\u{feff}\u{2028}",
];

/// Every hostile name as account, group and text, each in an offence.
async fn visited() -> TestApp {
    let app = TestApp::spawn().await;
    for name in NAMES {
        app.send(Post::text(APP, name, name, &format!("{name} casino {name}"))).await;
    }
    let tower = "\u{301}".repeat(6_000);
    app.send(Post::text(APP, "tall", "lee", &format!("cas{tower}ino and z{tower}algo"))).await;
    app.quiet().await;
    app
}

/// Nothing in an output that a terminal would act on; a line break and a tab are no harm.
fn assert_inert(what: &str, out: &str) {
    let harmful = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let found = out.chars().find(|c| harmful(*c));
    assert_eq!(found, None, "{what}: {}", out.escape_debug());
    assert!(out.contains("eve") || what.contains("report") || what.contains("dsa"), "{what}");
}

fn highest_tower(out: &str) -> usize {
    let towers = out.split(|c| !is_combining_mark(c));
    towers.map(|tower| tower.chars().count()).max().unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_texts_are_inert_in_every_output() {
    let app = visited().await;
    let listed = app.audit(&["list", "--format", "ndjson"]);
    let rows = listed.json();
    assert_eq!(rows.len(), NAMES.len() + 1);
    let outputs: [&[&str]; 8] = [
        &["list", "--format", "table"],
        &["list", "--format", "ndjson"],
        &["export", "--format", "csv"],
        &["export", "--format", "ndjson"],
        &["export", "--format", "dsa"],
        &["report", "--format", "text"],
        &["report", "--format", "ndjson"],
        &["list", "--group", NAMES[0], "--format", "table"],
    ];
    for output in outputs {
        let ran = app.audit(output);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{output:?}");
        assert_inert(&output.join(" "), &ran.out);
    }
    for row in &rows {
        let id = row["id"].as_str().unwrap();
        let table = app.audit(&["show", id, "--format", "table"]).out;
        assert_inert("show, eve", &format!("{table}eve"));
        assert!(!table.contains('\r') && highest_tower(&table) <= 4, "{}", table.escape_debug());
        let exact = app.audit(&["show", id, "--format", "ndjson"]);
        assert_inert("show as ndjson, eve", &format!("{}eve", exact.out));
        assert_eq!(exact.json()[0]["decision"], *row, "and exactly what it was");
    }
    let names: Vec<_> = rows.iter().rev().filter_map(|row| row["sender"].as_str()).collect();
    assert_eq!(names[..NAMES.len()], NAMES, "a program gets every character");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_cell_of_a_csv_begins_as_a_formula_does() {
    let app = visited().await;
    let csv = app.audit(&["export", "--format", "csv"]).out;
    let cells = cells(&csv);
    assert_eq!(cells.len() % 21, 0, "a cell is a cell, whatever is in it");
    for cell in &cells {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
    }
    for (name, cell) in [(5, "'=HYPERLINK(\"http://x\")"), (6, "'@SUM(1)\r\n+1"), (7, "'\t=1+1")] {
        assert_eq!(cells.iter().filter(|found| *found == cell).count(), 3, "{}", NAMES[name]);
    }
}

/// The cells of a CSV as RFC 4180 has them.
fn cells(csv: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut rest = csv.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => cell.extend(rest.next()),
            '"' => quoted = !quoted,
            ',' | '\n' if !quoted => cells.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    cells
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_in_a_text_cannot_pretend_to_be_ours() {
    let app = TestApp::spawn().await;
    app.say("an ⟦innocent⟧ casino").await;
    app.quiet().await;
    let id = app.decisions().await[0].id.clone();
    let table = app.audit(&["show", &id, "--format", "table"]).out;
    assert!(table.contains(r"an \u{27e6}innocent\u{27e7} ⟦casino⟧"), "{table}");
    assert!(table.contains(r"\u{27e7} ⟦******⟧"), "{table}");
}
