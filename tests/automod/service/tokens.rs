//! Tokens of the API from the command line: shown once, kept as a hash, and every one of them in the audit.

use super::checkpoints::OFTEN;
use super::harness::{APP, RULES, TestApp};
use super::process::{Ran, automod};
use super::tamper::verify;
use std::collections::BTreeMap;

impl TestApp {
    /// `automod token …` with no more than the database configured.
    pub fn token(&self, arguments: &[&str]) -> Ran {
        let store = "AUTOMOD_STORE__URL".to_owned();
        let variables = BTreeMap::from([(store.clone(), self.variables()[&store].clone())]);
        automod(&variables, &[&["token"], arguments].concat())
    }

    /// A new token of this role and name.
    pub fn new_token(&self, role: &str, name: &str, more: &[&str]) -> String {
        let ran = self.token(&[&["create", "--role", role, "--name", name], more].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
        ran.out.trim_end().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_printed_once_and_kept_as_a_hash() {
    let app = TestApp::spawn().await;
    let app_id = APP.to_string();
    let token = app.new_token("auditor", "kim", &["--app", &app_id, "--expires", "90d"]);
    assert!(token.starts_with("automod_") && token.len() == 80, "{token}");
    assert_ne!(token, app.new_token("auditor", "lee", &[]));

    let listed = app.token(&["list"]).json();
    assert_eq!((&listed[0]["name"], &listed[0]["role"]), (&"kim".into(), &"auditor".into()));
    assert_eq!((&listed[0]["sdk_app_id"], &listed[0]["state"]), (&APP.into(), &"live".into()));
    assert!(listed[1]["sdk_app_id"].is_null() && listed[1]["expires_at"].is_null());
    let table = app.token(&["list", "--format", "table"]).out;
    assert!(table.contains("kim") && table.contains("auditor"), "{table}");

    let id = listed[0]["id"].as_str().unwrap();
    let ended = app.token(&["revoke", id, "--by", "eve"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(app.token(&["list"]).json()[0]["state"], "revoked");
    assert_eq!(app.token(&["revoke", id]).code, 1, "it is revoked already");
    assert_eq!(app.token(&["revoke", "no-such-id"]).code, 1);

    for name in ["automod.db", "automod.db-wal"] {
        let kept = std::fs::read(app.folder.path().join(name)).unwrap();
        let digits = &token.as_bytes()[8..];
        assert!(!kept.windows(16).any(|part| part == &digits[..16]), "a part of it is in {name}");
    }
    assert_eq!(app.audit(&["verify"]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_a_token_is_refused() {
    let app = TestApp::spawn().await;
    app.new_token("admin", "kim", &[]);
    let create = |more: &[&str]| app.token(&[&["create"], more].concat());
    for wrong in [
        &["--role", "king", "--name", "x"][..],
        &["--role", "admin"],
        &["--role", "admin", "--name", "  "],
        &["--role", "admin", "--name", "a\u{1b}[2J"],
        &["--role", "admin", "--name", "x", "--expires", "yesterday"],
        &["--role", "admin", "--name", "x", "--expires", "2020-01-01"],
    ] {
        let ran = create(wrong);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{wrong:?}: {}", ran.err);
    }
    let taken = create(&["--role", "auditor", "--name", "kim"]);
    assert_eq!((taken.code, taken.out.as_str()), (1, ""));
    assert!(taken.err.contains("in use"), "{}", taken.err);
    let id = app.token(&["list"]).json()[0]["id"].as_str().unwrap().to_owned();
    app.token(&["revoke", &id]);
    app.new_token("auditor", "kim", &[]);

    let named = automod(
        app.variables(),
        &["token", "create", "--role", "auditor", "--name", "named", "--app", "main"],
    );
    assert_eq!(named.code, 0, "{named:?}");
    assert_eq!(app.token(&["list"]).json()[2]["sdk_app_id"], APP);
    let unknown = automod(
        app.variables(),
        &["token", "create", "--role", "auditor", "--name", "other", "--app", "other"],
    );
    assert_eq!(unknown.code, 2, "{unknown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_the_audit_does_not_know_is_found() {
    let mut app = TestApp::spawn().await;
    app.stop().await;
    app.new_token("auditor", "kim", &["--expires", "90d"]);
    app.new_token("auditor", "lee", &[]);
    let id = app.token(&["list"]).json()[1]["id"].as_str().unwrap().to_owned();
    app.token(&["revoke", &id]);
    assert_eq!(app.audit(&["verify"]).code, 0);
    for statement in [
        "UPDATE tokens SET role = 'admin' WHERE name = 'kim'",
        "UPDATE tokens SET hash = randomblob(32) WHERE name = 'kim'",
        "UPDATE tokens SET expires_at = NULL WHERE name = 'kim'",
        "UPDATE tokens SET sdk_app_id = 1 WHERE name = 'kim'",
        "UPDATE tokens SET created_at = 1 WHERE name = 'kim'",
        "UPDATE tokens SET revoked_at = NULL",
        "UPDATE tokens SET id = 'other' WHERE name = 'kim'",
        "DELETE FROM tokens WHERE name = 'lee'",
        "INSERT INTO tokens VALUES ('x', 'eve', 'admin', NULL, randomblob(32), 1, NULL, NULL, NULL)",
    ] {
        let found = verify(&app, statement).await;
        assert_eq!(found.code, 1, "{statement}: {found:?}");
        assert!(found.out.contains("not what its events say"), "{statement}: {}", found.out);
    }
}

/// What `audit.retain_events` removes takes no token with it, and a token is still checked.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_outlives_the_events_that_made_it() {
    let mut app = TestApp::spawn_with(RULES, &OFTEN).await;
    let token = app.new_token("auditor", "kim", &[]);
    app.new_token("auditor", "lee", &[]);
    let id = app.token(&["list"]).json()[1]["id"].as_str().unwrap().to_owned();
    app.token(&["revoke", &id]);
    app.say("casino").await;
    app.quiet().await;
    app.stop().await;
    app.set("AUDIT__RETAIN_TEXTS", "1ms");
    app.set("AUDIT__RETAIN_EVENTS", "1ms");
    let ran = automod(app.variables(), &["audit", "retention"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let made = "SELECT count(*) FROM audit_events WHERE kind = 'token.created'";
    let left: i64 = sqlx::query_scalar(made).fetch_one(&mut app.connection().await).await.unwrap();
    assert_eq!(left, 0, "the events are gone");
    assert_eq!(app.audit(&["verify"]).code, 0);
    for statement in [
        "UPDATE tokens SET role = 'admin' WHERE name = 'kim'",
        "UPDATE tokens SET revoked_at = NULL",
        "INSERT INTO tokens VALUES ('x', 'eve', 'admin', NULL, randomblob(32), 1, NULL, NULL, NULL)",
    ] {
        let found = verify(&app, statement).await;
        assert!(found.code == 1 && found.out.contains("the token"), "{statement}: {found:?}");
    }
    for name in ["RETAIN_TEXTS", "RETAIN_EVENTS"] {
        app.set(&format!("AUDIT__{name}"), "800d");
    }
    app.start().await;
    let headers = [("authorization", format!("Bearer {token}"))];
    assert_eq!(app.call(&headers, "GET", "/api/v1/report", None).await.status, 200);
}
