//! An audit that was touched is found out, and the first bad place is named.

use super::harness::{APP, GROUP, TestApp};
use super::process::Ran;
use chat_automod::rulebook::kept_hash;
use chat_automod::simulator::{Command, Fault, Post};
use chat_automod::store;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use std::path::PathBuf;

/// A sound audit at rest: a rule set, three decisions with texts and steps, one with an error.
pub async fn sound() -> TestApp {
    let mut app = TestApp::spawn().await;
    app.say("casino").await;
    app.quiet().await;
    app.simulator.faults().next(Command::Modify, 1, Fault::Code(90994));
    app.send(Post::text(APP, GROUP, "kim", "add my wechat").mentioning("lee")).await;
    app.quiet().await;
    app.say("a lottery").await;
    app.stop().await;
    app
}

/// A copy of the audit after these statements.
async fn touched(app: &TestApp, statements: &str) -> PathBuf {
    let file = app.folder.path().join(format!("{}.db", uuid::Uuid::now_v7()));
    std::fs::copy(app.folder.path().join("automod.db"), &file).unwrap();
    let options = SqliteConnectOptions::new().filename(&file).foreign_keys(false);
    let mut connection = options.connect().await.unwrap();
    let statements = sqlx::AssertSqlSafe(statements.to_owned());
    let done = sqlx::raw_sql(statements).execute(&mut connection).await.unwrap();
    assert!(done.rows_affected() > 0, "the statement touches something");
    connection.close().await.unwrap();
    file
}

pub async fn verify(app: &TestApp, statements: &str) -> Ran {
    let file = touched(app, statements).await;
    app.audit(&["verify", "--db", file.to_str().unwrap()])
}

#[tokio::test]
async fn every_kind_of_damage_is_found_and_named() {
    let app = sound().await;
    let sound = app.audit(&["verify"]);
    assert_eq!(sound.code, 0, "{sound:?}");
    assert!(sound.out.starts_with("sound: "), "{}", sound.out);
    // Event 3 plans the first decision; events 1 and 2 load the rules and start the service.
    let changed = "event 3 was changed, inserted or moved";
    let cases = [
        ("UPDATE audit_events SET at = at + 1 WHERE seq = 3", changed),
        ("UPDATE audit_events SET kind = 'decision.observed' WHERE seq = 3", changed),
        ("UPDATE audit_events SET decision_id = NULL WHERE seq = 3", changed),
        ("UPDATE audit_events SET decision_id = 'x' WHERE seq = 3", changed),
        (
            "UPDATE audit_events SET data = replace(data, 'gambling', 'gamblinG') WHERE seq = 3",
            changed,
        ),
        ("UPDATE audit_events SET data = ' ' || data WHERE seq = 3", changed),
        ("UPDATE audit_events SET data = 'no JSON' WHERE seq = 3", changed),
        ("UPDATE audit_events SET data = 7 WHERE seq = 3", changed),
        ("UPDATE audit_events SET hash = randomblob(32) WHERE seq = 3", changed),
        ("UPDATE audit_events SET hash = 'text' WHERE seq = 3", changed),
        ("UPDATE audit_events SET at = 'now' WHERE seq = 3", changed),
        ("UPDATE audit_events SET seq = 300 WHERE seq = 3", "event 3 is missing"),
        ("DELETE FROM audit_events WHERE seq = 3", "event 3 is missing"),
        ("DELETE FROM audit_events WHERE seq = 1", "event 1 is missing"),
        ("DELETE FROM audit_events WHERE seq <= 2", "event 1 is missing"),
        ("UPDATE audit_events SET seq = -1 WHERE seq = 4", "event 1 is missing (event -1"),
        (
            "INSERT INTO audit_events SELECT seq + 1000, at, kind, decision_id, data, hash FROM audit_events WHERE seq = 3",
            "(event 1003 stands in its place)",
        ),
        (
            "UPDATE audit_events SET seq = -seq WHERE seq >= 3; UPDATE audit_events SET seq = 1 - seq WHERE seq < 0; INSERT INTO audit_events SELECT 3, at, kind, NULL, data, hash FROM audit_events WHERE seq = 2",
            changed,
        ),
        (
            "UPDATE audit_events SET seq = -3 WHERE seq = 3; UPDATE audit_events SET seq = 3 WHERE seq = 4; UPDATE audit_events SET seq = 4 WHERE seq = -3",
            changed,
        ),
    ];
    for (statements, expected) in cases {
        let found = verify(&app, statements).await;
        assert_eq!(found.code, 1, "{statements}: {found:?}");
        assert!(found.out.starts_with("DAMAGED: "), "{statements}: {found:?}");
        assert!(found.out.contains(expected), "{statements}: {}", found.out);
    }
}

#[tokio::test]
async fn a_touched_text_is_found_and_named() {
    let app = sound().await;
    let cases = [
        (
            "SET content = 'eve' WHERE event_seq = 3 AND name = 'sender'",
            "the text `sender` of event 3 was changed",
        ),
        (
            "SET content = content || x'00' WHERE event_seq = 3 AND name = 'original'",
            "the text `original` of event 3 was changed",
        ),
        (
            "SET salt = randomblob(16) WHERE event_seq = 3 AND name = 'rewritten'",
            "the text `rewritten` of event 3 was changed",
        ),
        (
            "SET account = zeroblob(32) WHERE event_seq = 3 AND name = 'sender'",
            "the text `sender` of event 3 was changed",
        ),
        (
            "SET account = NULL, content = content || account WHERE event_seq = 3 AND name = 'sender'",
            "the text `sender` of event 3 was changed",
        ),
        (
            "SET decision_id = 'x' WHERE event_seq = 3 AND name = 'sender'",
            "the text `sender` of event 3 was changed",
        ),
        (
            "SET decided_at = decided_at - 1 WHERE event_seq = 3 AND name = 'sender'",
            "the text `sender` of event 3 was changed",
        ),
        (
            "SET name = 'editor' WHERE event_seq = 3 AND name = 'sender'",
            "event 3 was given a text `editor`",
        ),
        (
            "SET event_seq = 9999 WHERE event_seq = 3 AND name = 'sender'",
            "the text `sender` of event 3 is gone",
        ),
    ];
    let cases = cases.map(|(set, expected)| (format!("UPDATE texts {set}"), expected));
    let more = [
        (
            "DELETE FROM texts WHERE event_seq = 3 AND name = 'original'",
            "the text `original` of event 3 is gone",
        ),
        (
            "INSERT INTO texts VALUES (3, 'note', NULL, x'00', 'never said', NULL, NULL)",
            "event 3 was given a text `note`",
        ),
        (
            "INSERT INTO texts VALUES (9999, 'sender', NULL, x'00', 'eve', NULL, NULL)",
            "event 9999 was given a text `sender`",
        ),
    ];
    let more = more.map(|(statement, expected)| (statement.to_owned(), expected));
    for (statement, expected) in cases.into_iter().chain(more) {
        let found = verify(&app, &statement).await;
        assert_eq!(found.code, 1, "{statement}: {found:?}");
        assert!(found.out.contains(expected), "{statement}: {}", found.out);
    }
}

#[tokio::test]
async fn verifying_a_read_only_copy_changes_no_byte() {
    let app = sound().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy.db");
    std::fs::copy(app.folder.path().join("automod.db"), &file).unwrap();
    let read_only = |yes| {
        for path in [file.as_path(), folder.path()] {
            let mut rights = std::fs::metadata(path).unwrap().permissions();
            rights.set_readonly(yes);
            std::fs::set_permissions(path, rights).unwrap();
        }
    };
    let before = std::fs::read(&file).unwrap();
    read_only(true);
    let verified = app.audit(&["verify", "--db", file.to_str().unwrap()]);
    assert_eq!(verified.code, 0, "{verified:?}");
    assert!(std::fs::read(&file).unwrap() == before, "the copy is what it was");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing beside it");
    read_only(false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_services_audit_is_sound_at_any_moment() {
    let app = TestApp::spawn().await;
    let said = futures_util::future::join_all((0..30).map(|_| app.say("casino")));
    let looks = async {
        for look in 0..10 {
            let (found, ()) = store::verify(&app.reader().await, kept_hash, ()).await.unwrap();
            assert!(found.is_ok(), "look {look}: {found:?}");
        }
    };
    tokio::join!(said, looks);
    assert_eq!(app.audit(&["verify"]).code, 0, "while it writes what is left");
    app.quiet().await;
    assert_eq!(app.audit(&["verify"]).code, 0);
}

#[tokio::test]
async fn a_database_that_wakes_while_it_is_read_is_not_called_damaged() {
    let app = sound().await;
    let file = touched(&app, "UPDATE audit_events SET at = at + 1 WHERE seq = 3").await;
    let url = format!("sqlite://{}", file.display());
    let reader = store::Store::open_to_verify(&url, None).await.unwrap();
    let (found, ()) = store::verify(&reader, kept_hash, ()).await.unwrap();
    assert!(found.is_err(), "at rest");
    std::fs::write(file.with_extension("db-wal"), "as a service leaves it").unwrap();
    let refused = store::verify(&reader, kept_hash, ()).await.unwrap_err().to_string();
    assert_eq!(refused, "the service was started while its database was read: try again");
}

#[tokio::test]
async fn what_is_no_audit_is_said_to_be_none() {
    let app = TestApp::prepare(super::harness::RULES, &[]).await;
    let file = app.folder.path().join("other.db");
    std::fs::write(&file, "this is no database, whatever its name says").unwrap();
    let found = app.audit(&["verify", "--db", file.to_str().unwrap()]);
    assert_eq!((found.code, found.out.as_str()), (1, ""));
    assert!(found.err.starts_with("error: "), "{}", found.err);
}
