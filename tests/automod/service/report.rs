//! `automod audit report`: the counts of a time.

use super::acts::ended;
use super::harness::{APP, RULES, TestApp};
use super::process::automod;
use chat_automod::simulator::{GroupType, Post};
use serde_json::{Value, json};

fn row<'a>(rows: &'a [Value], by: &str, name: Option<&str>) -> &'a Value {
    let found = rows.iter().find(|row| row["by"] == by && row["name"] == json!(name));
    found.unwrap_or_else(|| panic!("{by} {name:?} in {rows:?}"))
}

fn counts(row: &Value) -> [&Value; 4] {
    ["decisions", "acted", "undone", "undo_rate"].map(|name| &row[name])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_counts_by_outcome_category_and_rule_of_the_time() {
    let app = TestApp::spawn_with(RULES, &[]).await;
    app.simulator.create_group(APP, "live", GroupType::AVChatRoom);
    let first = app.say("casino").await;
    app.quiet().await;
    for text in ["casino", "casino, add my wechat", "a lottery"] {
        app.say(text).await;
    }
    app.send(Post::text(APP, "live", "kim", "casino")).await;
    app.quiet().await;
    let all = app.decisions().await;
    let id = &all.last().unwrap().id;
    let undone = automod(app.variables(), &["undo", id, "--reason", "a film title"]);
    assert_eq!(undone.code, 0, "{undone:?}");
    let wanted = ended("undone", Some("by_person"));
    app.until("undone", async || app.outcomes(first).await.contains(&wanted)).await;
    // A rule's category changes; what it did before keeps the one of its day.
    app.write_rules(&RULES.replace("category: gambling", "category: betting"));
    app.until("the new rules are live", async || {
        app.say("casino").await;
        let decisions = app.decisions().await;
        decisions.iter().any(|row| row.ruleset != all[0].ruleset)
    })
    .await;
    app.quiet().await;

    let report = app.audit(&["report", "--format", "ndjson"]);
    assert_eq!(report.code, 0, "{report:?}");
    let rows = report.json();
    let newer = app.decisions().await.len() - all.len();
    let betting = row(&rows, "category", Some("betting"))["decisions"].as_u64().unwrap();
    assert!(betting >= 1);
    let more = newer as u64;
    let acted = 3 + more;
    let rate = |undone: f64, of: u64| json!((undone / of as f64 * 1e4).round() / 1e4);
    let all_of = |row: &Value| counts(row).map(Clone::clone);
    assert_eq!(
        all_of(row(&rows, "all", None)),
        [json!(5 + more), json!(acted), json!(1), rate(1.0, acted)]
    );
    assert_eq!(
        all_of(row(&rows, "category", Some("gambling"))),
        [
            json!(4 + more - betting),
            json!(3 + more - betting),
            json!(1),
            rate(1.0, 3 + more - betting)
        ]
    );
    assert_eq!(
        all_of(row(&rows, "rule", Some("watching"))),
        [json!(1), json!(0), json!(0), Value::Null]
    );
    assert_eq!(row(&rows, "rule", Some("contact"))["decisions"], 1);
    assert_eq!(row(&rows, "outcome", Some("impossible"))["decisions"], 1);
    assert!(row(&rows, "all", None)["median_ms_to_rewrite"].is_u64());
    assert!(row(&rows, "rule", Some("watching"))["median_ms_to_rewrite"].is_null());

    let text = app.audit(&["report", "--format", "text"]).out;
    assert!(text.contains("undo rate") && text.contains("betting"), "{text}");
    let none = app.audit(&["report", "--until", "2026-01-01"]).json();
    assert_eq!((none.len(), &none[0]["decisions"]), (1, &json!(0)));
    assert_eq!(app.audit(&["report", "--since", "some day"]).code, 2);
}
