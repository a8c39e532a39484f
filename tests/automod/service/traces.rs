//! Whoever reads the audit leaves a trace in it: who looked for what, took what away, and saw whose words.

use super::harness::{APP, GROUP, RULES, TestApp};
use chat_automod::simulator::Post;
use serde_json::Value;
use sqlx::Row;

/// Kind, decision and data of every event of these kinds, in order, with its texts.
async fn events(app: &TestApp, like: &str) -> Vec<(String, Option<String>, Value, Vec<String>)> {
    let mut connection = app.connection().await;
    let query =
        "SELECT seq, kind, decision_id, data FROM audit_events WHERE kind LIKE ? ORDER BY seq";
    let rows = sqlx::query(query).bind(like).fetch_all(&mut connection).await.unwrap();
    let of = |row: &sqlx::sqlite::SqliteRow| {
        let data: String = row.get("data");
        let data: Value = serde_json::from_str(&data).unwrap();
        let texts = data["texts"].as_object().cloned().unwrap_or_default();
        (row.get("kind"), row.get("decision_id"), data, texts.keys().cloned().collect())
    };
    rows.iter().map(of).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_look_is_in_the_audit_and_no_word_of_it_in_the_event() {
    let app = TestApp::spawn().await;
    app.send(Post::text(APP, GROUP, "very-private", "casino")).await;
    app.quiet().await;
    let id = app.decisions().await[0].id.clone();
    let looks: [&[&str]; 6] = [
        &["list", "--sender", "very-private", "--rule", "gambling", "--by", "ann-the-auditor"],
        &["report", "--since", "2h"],
        &["export", "--format", "csv", "--group", GROUP],
        &["show", &id, "--no-texts"],
        &["show", &id, "--reason", "complaint-17", "--by", "ann-the-auditor"],
        &["list"],
    ];
    for look in looks {
        let ran = app.audit(look);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{look:?}");
    }
    let told = events(&app, "audit.%").await;
    let kinds: Vec<_> = told.iter().map(|(kind, ..)| kind.as_str()).collect();
    let expected = ["queried", "queried", "queried", "exported", "queried", "revealed", "queried"];
    assert_eq!(kinds, expected.map(|kind| format!("audit.{kind}")));
    let (_, _, list, texts) = &told[0];
    assert_eq!(list["what"], "list");
    assert_eq!(list["filters"], serde_json::json!(["sender", "rule"]));
    assert!(list["uid"].is_u64());
    assert_eq!(texts, &["query", "sender", "by"]);
    assert_eq!((&told[1].2["what"], &told[2].2["what"]), (&"report".into(), &"export".into()));
    let export = &told[3].2;
    assert_eq!((&export["rows"], &export["format"]), (&1.into(), &"csv".into()));
    assert_eq!(export["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(told[4].1.as_ref(), Some(&id));
    let (_, revealed, data, texts) = &told[5];
    assert_eq!(
        (revealed.as_ref(), texts.as_slice()),
        (Some(&id), &["reason".into(), "by".into()][..])
    );
    for (.., data, _) in &told {
        let data = data.to_string();
        for word in ["very-private", "ann-the-auditor", "complaint-17"] {
            assert!(!data.contains(word), "{data}");
        }
    }
    assert!(data["uid"].is_u64());
    let shown = app.audit(&["show", &id]).json().remove(0);
    let reveals: Vec<_> = shown["events"].as_array().unwrap().iter().collect();
    let reveal = reveals.iter().find(|event| event["kind"] == "audit.revealed").unwrap();
    assert_eq!(reveal["texts"]["reason"], "complaint-17");
    assert_eq!(app.audit(&["verify"]).code, 0, "the audit with its readers is sound");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_without_texts_shows_none_and_says_who_was_there() {
    let app = TestApp::spawn().await;
    app.say("a telling casino").await;
    app.quiet().await;
    let id = app.decisions().await[0].id.clone();
    for format in ["ndjson", "table"] {
        let shown = app.audit(&["show", &id, "--no-texts", "--format", format]);
        assert!(!shown.out.contains("telling"), "{}", shown.out);
        assert!(
            shown.out.contains("lee") && shown.out.contains("decision.planned"),
            "{}",
            shown.out
        );
    }
    assert!(events(&app, "audit.revealed").await.is_empty());
    let unknown = app.audit(&["show", "no-such-id"]);
    assert_eq!(unknown.code, 1);
    assert_eq!(app.audit(&["verify"]).code, 0, "no event is about a decision that is none");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_is_read_all_the_same_and_a_note_says_so() {
    let mut app = TestApp::spawn().await;
    app.say("casino").await;
    app.quiet().await;
    app.stop().await;
    // A database of an older version: it is read as it is, and not migrated by a look at it.
    let copy = app.folder.path().join("older.db");
    std::fs::copy(app.folder.path().join("automod.db"), &copy).unwrap();
    let key = |name: &str| app.folder.path().join(name).with_extension("encryption-key");
    std::fs::copy(key("automod.db"), key("older.db")).unwrap();
    let url = format!("sqlite://{}", copy.display());
    let variables = [("AUTOMOD_STORE__URL".to_owned(), url)].into();
    let mut connection = {
        use sqlx::ConnectOptions;
        sqlx::sqlite::SqliteConnectOptions::new().filename(&copy).connect().await.unwrap()
    };
    sqlx::raw_sql(
        "DELETE FROM _sqlx_migrations WHERE version >= 7; DROP INDEX decision_rules_category; \
         ALTER TABLE decision_rules DROP COLUMN category; DROP INDEX decisions_app; PRAGMA wal_checkpoint(TRUNCATE)",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    sqlx::Connection::close(connection).await.unwrap();
    let before = std::fs::read(&copy).unwrap();
    for look in [&["list"][..], &["list", "--app", "main", "--rule", "gambling"], &["report"]] {
        let ran = super::process::automod(&variables, &[&["audit"], look].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(ran.out.contains("gambling") || look[0] == "report", "{ran:?}");
        assert!(ran.err.contains("not noted in the audit"), "{}", ran.err);
    }
    assert_eq!(std::fs::read(&copy).unwrap(), before, "not a byte was changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_setting_is_named_and_its_value_is_not() {
    let mut app = TestApp::spawn().await;
    app.stop().await;
    app.start().await;
    app.stop().await;
    assert!(events(&app, "configuration.changed").await.is_empty(), "nothing was changed");
    app.set("ENFORCER__BACKOFF", "11ms");
    app.set("APPS__MAIN__ADMIN", "another-admin");
    app.set("CANARY__PHRASE", "are you awake");
    app.start().await;
    app.stop().await;
    let told = events(&app, "configuration.changed").await;
    let keys = serde_json::json!(["apps.main.admin", "canary.phrase", "enforcer.backoff"]);
    assert_eq!(told.iter().map(|(.., data, _)| &data["keys"]).collect::<Vec<_>>(), [&keys]);
    let all = events(&app, "%").await;
    for (.., data, _) in &all {
        let data = data.to_string();
        assert!(!data.contains("another-admin") && !data.contains("awake"), "{data}");
    }
    assert_eq!(app.audit(&["verify"]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loaded_rule_set_tells_what_it_changes() {
    let app = TestApp::spawn().await;
    let next = RULES
        .replace("[lottery]", "[lottery, raffle]")
        .replace("id: contact", "id: contacts")
        .replace("[casino, 百家乐, 카지노]", "[casino]");
    app.write_rules(&next);
    app.until("the new rules are live", async || events(&app, "ruleset.loaded").await.len() == 2)
        .await;
    let told = events(&app, "ruleset.loaded").await;
    let change = |at: usize, what: &str| told[at].2["change"][what]["rules"].clone();
    let names = |names: &[&str]| serde_json::json!(names);
    assert_eq!(change(0, "added"), names(&["gambling", "contact", "watching", "look-at-this"]));
    assert_eq!(change(1, "added"), names(&["contacts"]));
    assert_eq!(change(1, "removed"), names(&["contact"]));
    assert_eq!(change(1, "changed"), names(&["gambling", "watching"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_running_service_notes_that_its_audit_is_sound() {
    let app = TestApp::spawn_with(RULES, &[("ALERTS__VERIFY_CHAIN_EVERY", "1s")]).await;
    app.until("it was verified", async || !events(&app, "audit.verified").await.is_empty()).await;
    let (_, _, data, _) = &events(&app, "audit.verified").await[0];
    assert!(data["events"].as_i64().unwrap() >= 2, "{data}");
    assert_eq!(data["head"].as_str().unwrap().len(), 64);
    assert_eq!(app.audit(&["verify"]).code, 0);
}
