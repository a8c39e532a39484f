//! Decisions over HTTP: pages, filters, and who sees which text.

use crate::service::harness::{APP, GROUP, RULES, TestApp};
use chat_automod::simulator::Post;
use serde_json::{Value, json};

/// Five decisions: three rewritten, one watched, one in another group.
async fn told() -> TestApp {
    told_with(&[]).await
}

async fn told_with(settings: &[(&str, &str)]) -> TestApp {
    let app = TestApp::spawn_with(RULES, settings).await;
    for text in ["casino one", "add my wechat", "a lottery"] {
        app.say(text).await;
    }
    app.send(Post::text(APP, "elsewhere", "kim", "casino")).await;
    app.say("카지노").await;
    app.quiet().await;
    app
}

fn ids(page: &Value) -> Vec<String> {
    let rows = page["decisions"].as_array().unwrap().iter();
    rows.map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_hold_what_the_command_line_lists_in_the_same_order() {
    let app = told().await;
    let token = app.auditor().await;
    let listed = app.audit(&["list"]).json();
    let whole = app.look(&token, "/decisions").await.good();
    assert_eq!(whole["decisions"], json!(listed));
    assert_eq!((&whole["next"], &whole["out_of_time"]), (&Value::Null, &json!(false)));
    let (mut path, mut found) = ("/decisions?limit=2".to_owned(), Vec::new());
    loop {
        let page = app.look(&token, &path).await.good();
        assert!(ids(&page).len() <= 2);
        found.extend(ids(&page));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/decisions?limit=2&cursor={next}");
    }
    assert_eq!(found, ids(&whole));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_filter_leaves_what_it_says() {
    let app = told().await;
    let token = app.moderator().await;
    let all = app.look(&token, "/decisions").await.good();
    let third = all["decisions"][2]["time"].as_str().unwrap().to_owned();
    let ruleset = all["decisions"][0]["ruleset"].as_str().unwrap().to_owned();
    let cases = [
        ("app=main".to_owned(), 5),
        (format!("app={APP}"), 5),
        ("app=other".into(), 0),
        ("group=elsewhere".into(), 1),
        (format!("group={}", GROUP.replace('#', "%23")), 4),
        ("topic=none".into(), 0),
        ("sender=kim".into(), 1),
        ("operator=kim".into(), 1),
        ("rule=gambling".into(), 3),
        ("rule=gambling&sender=lee".into(), 2),
        ("category=contact".into(), 1),
        ("severity=high".into(), 3),
        ("outcome=observed".into(), 1),
        ("error_code=10007".into(), 0),
        (format!("ruleset={}", &ruleset[..8]), 5),
        (format!("ruleset={}", ruleset.to_uppercase()), 5),
        (format!("since={third}"), 3),
        (format!("until={third}"), 2),
        ("until=2026-01-01".into(), 0),
    ];
    for (query, expected) in cases {
        let page = app.look(&token, &format!("/decisions?{query}")).await.good();
        assert_eq!(ids(&page).len(), expected, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_for_moderators_and_for_auditors_who_say_why() {
    let app = told_with(&[("AUDIT__ENCRYPTION_KEY_FILE", "none")]).await;
    let id = app.decisions().await.pop().unwrap().id;
    let (path, texts) = (format!("/decisions/{id}"), ["original", "rewritten", "answer"]);
    let shown = app.look(&app.moderator().await, &path).await.good();
    assert!(shown["original"].as_str().unwrap().contains("casino one"), "{shown}");
    assert!(shown["rewritten"].as_str().unwrap().contains("****** one"), "{shown}");
    assert_eq!(shown["events"][0]["kind"], "decision.planned");
    let auditor = app.auditor().await;
    for token in [&auditor, &app.admin().await] {
        let shown = app.look(token, &path).await.good();
        assert!(texts.iter().all(|text| shown.get(text).is_none()), "{shown}");
        assert!(!shown.to_string().contains("casino one"), "{shown}");
    }
    let revealed =
        app.post(&auditor, &format!("{path}/reveal"), json!({ "reason": "case 7" })).await;
    assert!(revealed.good()["original"].as_str().unwrap().contains("casino one"));
    let told = async |name: &str| -> Vec<String> {
        let query = "SELECT t.content FROM texts t JOIN audit_events e ON e.seq = t.event_seq \
                     WHERE e.kind = 'audit.revealed' AND t.name = ? ORDER BY e.seq";
        let query = sqlx::query_scalar(query).bind(name.to_owned());
        query.fetch_all(&mut app.connection().await).await.unwrap()
    };
    assert_eq!(told("reason").await, ["case 7"]);
    assert_eq!(told("by").await, ["mo", "au"], "the tokens' names");
    let blank = app.post(&auditor, &format!("{path}/reveal"), json!({ "reason": " " })).await;
    assert_eq!(blank.code(), "invalid_parameter");
    assert_eq!(told("reason").await.len(), 1, "nothing was revealed without a reason");
    assert_eq!(app.audit(&["verify"]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_holds_every_row_and_the_audit_holds_what_was_taken() {
    let app = told().await;
    let token = app.auditor().await;
    let export = app.look(&token, "/export?format=ndjson").await;
    assert_eq!(export.header("content-type"), Some("application/x-ndjson"));
    assert!(export.header("content-disposition").unwrap().starts_with("attachment; "));
    assert_eq!(export.text, app.audit(&["list"]).out, "what the command line lists");
    let some = app.look(&token, "/export?format=ndjson&rule=gambling&sender=lee").await;
    assert_eq!(some.text.lines().count(), 2);
    assert_eq!(app.look(&token, "/export?format=ndjson&rule=none").await.text, "");
    for format in ["csv", "dsa"] {
        let export = app.look(&token, &format!("/export?format={format}")).await;
        let ran = app.audit(&["export", "--format", format]);
        assert!(ran.code == 0 && !ran.out.is_empty() && export.text == ran.out, "{format}");
    }
    for wrong in ["", "?format=xml", "?format=ndjson&limit=1"] {
        assert_eq!(app.look(&token, &format!("/export{wrong}")).await.status, 400, "{wrong}");
    }
    let query = "SELECT data FROM audit_events WHERE kind = 'audit.exported' \
                 AND json_extract(data, '$.uid') IS NULL ORDER BY seq";
    let events: Vec<String> =
        sqlx::query_scalar(query).fetch_all(&mut app.connection().await).await.unwrap();
    assert_eq!(events.len(), 5);
    let event: Value = serde_json::from_str(&events[0]).unwrap();
    let digest = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&export.text));
    assert_eq!((&event["rows"], &event["sha256"]), (&json!(5), &json!(digest)));
    assert_eq!(app.audit(&["verify"]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_searched_for_what_is_in_the_audit_before_it_is_shown() {
    let app = told().await;
    let token = app.auditor().await;
    app.look(&token, "/decisions?sender=kim&limit=1").await.good();
    let query = "SELECT data FROM audit_events WHERE kind = 'audit.queried' AND json_extract(data, '$.uid') IS NULL";
    let event: String =
        sqlx::query_scalar(query).fetch_one(&mut app.connection().await).await.unwrap();
    assert!(event.contains(r#""what":"list","filters":["sender"]"#), "{event}");
    assert!(!event.contains("kim"), "whose messages is a text");
    app.sql(
        "CREATE TRIGGER full BEFORE INSERT ON audit_events BEGIN SELECT RAISE(FAIL, 'full'); END",
    )
    .await;
    let refused = app.look(&token, "/decisions").await;
    assert_eq!((refused.status, refused.code()), (503, "unavailable".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_counts_what_the_command_line_counts() {
    let app = told().await;
    let token = app.moderator().await;
    for (query, arguments) in [
        ("", &["report"][..]),
        ("?since=2026-01-01", &["report", "--since", "2026-01-01"]),
        ("?until=2026-01-01", &["report", "--until", "2026-01-01"]),
    ] {
        let counted = app.look(&token, &format!("/report{query}")).await.good();
        assert_eq!(counted["lines"], json!(app.audit(arguments).json()), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_sees_texts_searches_them() {
    let app = told().await;
    let moderator = app.moderator().await;
    for (words, expected) in [("casino", 2), ("one%20casino", 1), ("nothing", 0)] {
        let page = app.look(&moderator, &format!("/decisions?text={words}")).await.good();
        assert_eq!(ids(&page).len(), expected, "{words}");
    }
    for token in [app.auditor().await, app.admin().await] {
        let refused = app.look(&token, "/decisions?text=casino").await;
        assert_eq!((refused.status, refused.code()), (403, "forbidden".into()));
    }
}
