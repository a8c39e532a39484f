//! `automod audit` as a compliance officer and their scripts use it.

use super::harness::{APP, GROUP, TestApp};
use chat_automod::simulator::{ClientEdit, GroupType, Post};
use serde_json::Value;

/// As the documentation promises them, in this order.
const FIELDS: [&str; 21] = [
    "id",
    "time",
    "sdk_app_id",
    "group_id",
    "topic_id",
    "msg_seq",
    "revision",
    "sender",
    "editor",
    "rules",
    "severity",
    "verdict",
    "outcome",
    "cause",
    "error_code",
    "attempts",
    "source",
    "ruleset",
    "app",
    "operator",
    "categories",
];
const COMMUNITY: &str = "@TGS#_@TGS#cTEST";
const TOPIC: &str = "@TGS#_@TGS#cTEST@TOPIC#_one";

/// One decision of each kind, the newest last: masked, tagged in a topic, watched, impossible, edited.
async fn told() -> TestApp {
    let app = TestApp::spawn().await;
    app.simulator.create_topic(APP, COMMUNITY, TOPIC);
    app.simulator.create_group(APP, "live", GroupType::AVChatRoom);
    app.say("casino").await;
    app.send(Post::text(APP, COMMUNITY, "kim", "add my wechat").topic(TOPIC)).await;
    app.say("a lottery").await;
    app.send(Post::text(APP, "live", "=cmd()", "casino")).await;
    let seq = app.send(Post::text(APP, "a,\"b", "kim", "hello")).await;
    let edit = ClientEdit::text(APP, "a,\"b", seq, "eve", "casino, add my wechat");
    app.simulator.edit(edit).await.unwrap();
    app.quiet().await;
    app
}

fn column(rows: &[Value], name: &str) -> Vec<Value> {
    rows.iter().map(|row| row[name].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_holds_every_promised_field_in_its_order_newest_first() {
    let app = told().await;
    let listed = app.audit(&["list"]);
    assert_eq!((listed.code, listed.err.as_str()), (0, ""));
    let rows = listed.json();
    for row in &rows {
        let fields: Vec<_> = row.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, FIELDS);
        let time: jiff::Timestamp = row["time"].as_str().unwrap().parse().unwrap();
        assert!(row["time"].as_str().unwrap().ends_with('Z') && time.as_second() > 1_700_000_000);
    }
    let outcomes = ["applied", "impossible", "observed", "applied", "applied"];
    assert_eq!(column(&rows, "outcome"), outcomes);
    let causes: [Option<&str>; 5] = [None, Some("live_group"), Some("shadow"), None, None];
    assert_eq!(column(&rows, "cause"), causes.map(Value::from));
    assert_eq!(column(&rows, "source"), ["edit", "webhook", "webhook", "webhook", "webhook"]);
    let verdicts = ["rewrite", "rewrite", "flag", "rewrite", "rewrite"];
    assert_eq!(column(&rows, "verdict"), verdicts);
    assert_eq!(rows[0]["rules"], serde_json::json!(["contact", "gambling"]));
    assert_eq!((&rows[0]["sender"], &rows[0]["editor"]), (&"kim".into(), &"eve".into()));
    assert_eq!((&rows[0]["severity"], &rows[3]["severity"]), (&"high".into(), &"low".into()));
    assert_eq!((&rows[3]["topic_id"], &rows[4]["topic_id"]), (&TOPIC.into(), &Value::Null));
    assert_eq!(rows[4]["sdk_app_id"], APP);
    assert_eq!(rows[4]["msg_seq"], 1);
    assert_eq!((&rows[4]["revision"], &rows[4]["attempts"]), (&0.into(), &1.into()));
    assert_eq!(rows[4]["error_code"], Value::Null);
    assert_eq!(rows[4]["ruleset"].as_str().unwrap().len(), 64);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_filter_leaves_what_it_says() {
    let app = told().await;
    let time = |row: usize| app.audit(&["list"]).json()[row]["time"].as_str().unwrap().to_owned();
    let (third, first) = (time(2), time(4));
    let cases: [(&[&str], usize); 18] = [
        (&["--app", "main"], 5),
        (&["--app", "1400000001"], 5),
        (&["--app", "other"], 0),
        (&["--group", GROUP], 2),
        (&["--topic", TOPIC], 1),
        (&["--sender", "kim"], 2),
        (&["--sender", "eve"], 0),
        (&["--rule", "gambling"], 3),
        (&["--rule", "contact", "--sender", "kim"], 2),
        (&["--outcome", "applied"], 3),
        (&["--outcome", "undone"], 0),
        (&["--since", &third], 3),
        (&["--until", &third], 2),
        (&["--since", &first, "--until", &first], 0),
        (&["--since", "2h"], 5),
        (&["--until", "2026-01-01"], 0),
        (&["--limit", "2"], 2),
        (&["--limit", "18446744073709551615"], 5),
    ];
    for (filter, expected) in cases {
        let listed = app.audit(&[&["list"], filter].concat());
        assert_eq!((listed.code, listed.json().len()), (0, expected), "{filter:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn show_takes_an_id_as_it_was_listed_and_tells_every_step() {
    let app = told().await;
    let row = app.audit(&["list", "--limit", "1"]).json().remove(0);
    let id = row["id"].as_str().unwrap();
    let shown = app.audit(&["show", id]).json().remove(0);
    assert_eq!(shown["decision"], row);
    assert!(shown["original"].as_str().unwrap().contains("casino, add my wechat"));
    assert!(shown["rewritten"].as_str().unwrap().contains("******, add my wechat"));
    let kinds = column(shown["events"].as_array().unwrap(), "kind");
    assert_eq!(kinds[0], "decision.planned");
    assert!(kinds.contains(&"decision.applied".into()), "{kinds:?}");
    let hits = shown["events"][0]["data"]["hits"].as_array().unwrap();
    let span = (&hits[0]["rule"], &hits[0]["start"], &hits[0]["end"]);
    assert_eq!(span, (&"gambling".into(), &0.into(), &6.into()));
    let told = app.audit(&["show", id, "--format", "table"]);
    assert!(told.out.contains("decision.planned") && told.out.contains(id), "{}", told.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_id_is_exit_1_and_wrong_usage_exit_2() {
    let app = told().await;
    let unknown = app.audit(&["show", "no-such-id"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (1, ""));
    assert!(unknown.err.contains("no-such-id"), "{}", unknown.err);
    let wrong: [&[&str]; 7] = [
        &[],
        &["list", "--outcome", "great"],
        &["list", "--limit", "many"],
        &["list", "--since", "some day"],
        &["export"],
        &["export", "--format", "xml"],
        &["show"],
    ];
    for arguments in wrong {
        assert_eq!(app.audit(arguments).code, 2, "{arguments:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_holds_everything_and_no_cell_is_a_formula() {
    let app = told().await;
    let listed = app.audit(&["list"]);
    let ndjson = app.audit(&["export", "--format", "ndjson"]);
    assert_eq!((ndjson.code, ndjson.out), (0, listed.out.clone()));
    let csv = app.audit(&["export", "--format", "csv"]).out;
    let lines: Vec<_> = csv.lines().collect();
    assert_eq!(lines[0], FIELDS.join(","));
    assert_eq!(lines.len(), 6);
    assert!(lines[2].contains(",'=cmd(),"), "{}", lines[2]);
    assert!(lines[1].contains(r#","a,""b","#), "{}", lines[1]);
    assert!(lines[1].contains(",contact gambling,"), "{}", lines[1]);
    let one = app.audit(&["export", "--format", "csv", "--outcome", "observed"]).out;
    assert_eq!(one.lines().count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_shows_what_a_person_looks_for_and_runs_nothing_on_their_terminal() {
    let app = TestApp::spawn().await;
    app.send(Post::text(APP, GROUP, "e\u{1b}[2Jve\u{202e}", "casino")).await;
    app.quiet().await;
    let table = app.audit(&["list", "--format", "table"]).out;
    assert!(table.contains("gambling") && table.contains("applied"), "{table}");
    assert!(!table.contains('\u{1b}') && !table.contains('\u{202e}'), "{table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_database_there_is_an_error_and_no_database_afterwards() {
    let app = TestApp::prepare(super::harness::RULES, &[]).await;
    for command in ["list", "verify"] {
        let ran = app.audit(&[command]);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""));
        assert!(ran.err.contains("no database at"), "{}", ran.err);
    }
    assert!(!app.folder.path().join("automod.db").exists());
}
