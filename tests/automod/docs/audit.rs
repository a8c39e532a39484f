//! docs/audit.md is enough to check an audit without our program.

use super::{ROOT, blocks, document};
use crate::service::harness::TestApp;
use sha2::{Digest, Sha256};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use std::path::Path;
use std::process::Command;

#[test]
fn the_worked_example_of_the_canonical_form_is_right() {
    let text = document("docs/audit.md");
    let digits: String = blocks(&text, "hex")[0].split_whitespace().collect();
    let canonical = hex::decode(digits).unwrap();
    let hash = Sha256::new().chain_update([0; 32]).chain_update(canonical).finalize();
    assert_eq!(hex::encode(hash), blocks(&text, "hash")[0].trim());
}

#[tokio::test]
async fn an_outsider_can_recompute_a_real_audit() {
    if Command::new("python3").arg("--version").output().is_err() {
        println!("skipped: there is no python3 on this machine");
        return;
    }
    let mut app = TestApp::spawn().await;
    for text in ["play casino", "来玩百家樂!", "add my wechat", "win the lottery"] {
        app.say(text).await;
    }
    app.quiet().await;
    app.stop().await;
    let database = app.folder.path().join("automod.db");
    let ours = Command::new(env!("CARGO_BIN_EXE_automod"))
        .args(["audit", "verify", "--db"])
        .arg(&database)
        .output()
        .unwrap();
    let ours = String::from_utf8(ours.stdout).unwrap();
    assert!(ours.starts_with("sound: "), "{ours}");
    assert_eq!(recompute(&database), (Some(0), ours));

    let copy = app.folder.path().join("copy.db");
    for (harm, found) in HARMS {
        tamper(&database, &copy, harm).await;
        let (code, printed) = recompute(&copy);
        assert_eq!(code, Some(1), "{harm}");
        assert!(printed.contains(found), "{harm}: {printed}");
        std::fs::remove_file(&copy).unwrap();
    }
}

/// What may be done to an audit, and what the script then says.
const HARMS: [(&str, &str); 5] = [
    ("UPDATE audit_events SET at = at + 1 WHERE seq = 3", "event 3 was changed"),
    ("UPDATE audit_events SET kind = 'decision.moot' WHERE seq = 4", "event 4 was changed"),
    ("DELETE FROM audit_events WHERE seq = 5", "event 5 is missing"),
    ("UPDATE texts SET content = 'play chess' WHERE name = 'original'", "the texts of event"),
    ("DELETE FROM texts WHERE name = 'sender'", "the texts of event"),
];

/// Exit code and output of the script that outsiders are given.
fn recompute(database: &Path) -> (Option<i32>, String) {
    let script = Path::new(ROOT).join("docs/verify_chain.py");
    let output = Command::new("python3").arg(script).arg(database).output().unwrap();
    let printed = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(printed).unwrap())
}

/// Does harm to a copy; SQLite makes it, because the file alone misses what is still in the log beside it.
async fn tamper(database: &Path, copy: &Path, harm: &'static str) {
    let open = async |file| {
        let options = SqliteConnectOptions::new().filename(file).foreign_keys(false);
        options.connect().await.unwrap()
    };
    let mut connection = open(database).await;
    let name = copy.to_str().unwrap();
    sqlx::query("VACUUM INTO ?").bind(name).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let mut connection = open(copy).await;
    let done = sqlx::query(harm).execute(&mut connection).await.unwrap();
    assert!(done.rows_affected() > 0, "{harm} changed nothing");
    connection.close().await.unwrap();
}
