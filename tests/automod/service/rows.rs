//! Rows of the state against the events that made them: what does not follow from an event is found and named.

use super::tamper::{sound, verify};

#[tokio::test]
async fn every_changed_column_of_a_decision_is_found_and_named() {
    let app = sound().await;
    let mut connection = app.connection().await;
    let columns: Vec<String> =
        sqlx::query_scalar("SELECT name FROM pragma_table_info('decisions')")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    let id: String = sqlx::query_scalar("SELECT id FROM decisions WHERE severity = 0")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert!(columns.len() >= 31, "{columns:?}");
    // Where an action stands in the process of the moment is no evidence of anything.
    for column in columns.into_iter().filter(|column| column != "flight") {
        let value = match column.as_str() {
            "hits" | "tags" => "'[\"other\"]'",
            "id" | "app" | "group_id" | "topic_id" | "group_type" | "digest" | "body_digest"
            | "written_digest" | "verdict" | "keep_original" | "source" | "ruleset"
            | "supersedes" | "action" | "outcome" | "cause" => "'other'",
            _ => &format!("coalesce({column}, 0) + 1"),
        };
        let statement = format!("UPDATE decisions SET {column} = {value} WHERE id = '{id}'");
        let found = verify(&app, &statement).await;
        assert_eq!(found.code, 1, "{statement}: {found:?}");
        let named = match column.as_str() {
            "id" => "do not belong together".to_owned(),
            column => format!("decision {id} does not say what its events say: `{column}`"),
        };
        assert!(found.out.contains(&named), "{statement}: {}", found.out);
    }
}

#[tokio::test]
async fn added_and_removed_rows_are_found() {
    let app = sound().await;
    let cases = [
        ("DELETE FROM decisions WHERE severity = 0", "do not belong together"),
        (
            "INSERT INTO decisions SELECT 'x', created_at, app, sdk_app_id, group_id, group_type, topic_id, msg_seq, revision, sent_at, digest, body_digest, written_digest, mentions, reread, verdict, severity, keep_original, review, hits, tags, source, ruleset, supersedes, action, outcome, cause, error_code, attempts, next_try_at, settled_at, confirmed_at, flight, NULL FROM decisions LIMIT 1",
            "decision x",
        ),
        ("DELETE FROM decision_rules WHERE rule = 'gambling'", "`rules` was changed"),
        ("UPDATE decision_rules SET rule = 'other' WHERE rule = 'gambling'", "`rules` was changed"),
        (
            "INSERT INTO decision_rules SELECT 'other', created_at, decision_id, category FROM decision_rules WHERE rule = 'gambling'",
            "`rules` was changed",
        ),
        (
            "UPDATE decision_rules SET created_at = 1 WHERE rule = 'gambling'",
            "do not belong together",
        ),
        ("INSERT INTO decision_rules VALUES ('gambling', 1, 'nobody', NULL)", "decision nobody"),
        (
            "UPDATE decision_rules SET category = 'chess' WHERE rule = 'gambling'",
            "`categories` was changed",
        ),
        (
            "UPDATE decision_rules SET category = NULL WHERE rule = 'gambling'",
            "`categories` was changed",
        ),
        ("UPDATE rulesets SET files = replace(files, 'casino', 'chess')", "the kept rule set"),
        ("UPDATE rulesets SET hash = 'other'", "rule set"),
        ("DELETE FROM rulesets", "rule set"),
    ];
    for (statement, expected) in cases {
        let found = verify(&app, statement).await;
        assert_eq!(found.code, 1, "{statement}: {found:?}");
        assert!(found.out.contains(expected), "{statement}: {}", found.out);
    }
}
