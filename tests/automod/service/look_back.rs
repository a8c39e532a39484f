//! `audit show` as a person reads it: what was there, what became of it, by which rule, and how it was read.

use super::harness::TestApp;

const RULES: &str = r#"
version: 1
rules:
  - id: gambling
    description: Advertising for casinos
    category: gambling
    severity: high
    mode: enforce
    match:
      words: [casino, 百家乐, 카지노]
      disguises: heavy
    action: { mask: stars }
    tests: { catch: ["a casino"], pass: ["education"] }
"#;

/// What changes from run to run: ids, times, hashes and numbers of users.
fn steady(text: &str) -> String {
    let mut steady: Vec<String> = Vec::new();
    for line in text.lines() {
        let words = line.split(' ').map(|word| {
            let digits = word.trim_end_matches(':');
            let hex = digits.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
            match () {
                () if hex && digits.len() >= 32 => "[id]".to_owned(),
                () if hex && digits.len() == 16 => "[hash]".to_owned(),
                () if hex && digits.len() == 8 && line.contains("as it was") => "[hash]".to_owned(),
                () if word.ends_with('Z') && word.contains('T') && word.len() == 24 => {
                    "[time]".to_owned()
                }
                () if digits.len() == 13 && digits.parse::<i64>().is_ok() => "[ms]".to_owned(),
                () => word.to_owned(),
            }
        });
        let line: Vec<_> = words.collect();
        // The echo that confirms the rewrite may come before the answer to it.
        match line.iter().any(|word| word == "decision.confirmed") {
            true => continue,
            false => steady.push(numbered(line.join(" ").trim_end())),
        }
    }
    steady.join("\n")
}

/// Without an event's number, which says whether another came before.
fn numbered(line: &str) -> String {
    let rest = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
    match rest.starts_with("  [time]  ") {
        true => format!("       #{rest}"),
        false => line.to_owned(),
    }
}

async fn shown(text: &str) -> String {
    let mut app = TestApp::spawn_with(RULES, &[]).await;
    app.say(text).await;
    app.quiet().await;
    let id = app.decisions().await[0].id.clone();
    app.until("confirmed", async || {
        app.history(&id).await.events.iter().any(|event| event.kind == "decision.confirmed")
    })
    .await;
    app.stop().await;
    let ran = app.audit(&["show", &id, "--format", "table"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    steady(&ran.out)
}

#[tokio::test]
async fn a_decision_in_english() {
    insta::assert_snapshot!(shown("win big at c.a.s1no tonight").await);
}

#[tokio::test]
async fn a_decision_in_chinese() {
    insta::assert_snapshot!(shown("今晚来玩百 家 樂吧!").await);
}

#[tokio::test]
async fn a_decision_in_korean() {
    insta::assert_snapshot!(shown("오늘 밤 카지★노 갈래?").await);
}
