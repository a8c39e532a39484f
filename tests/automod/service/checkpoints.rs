//! Signed checkpoints: written by the running service, and what they find that the chain alone cannot.

use super::harness::{APP, GROUP, RULES, TestApp};
use super::process::Ran;
use chat_automod::proof::Checkpoint;
use chat_automod::simulator::Post;
use sha2::{Digest, Sha256};
use sqlx::{
    ConnectOptions, Row, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteSynchronous},
};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// A checkpoint after each event that is seen to be the last.
pub const OFTEN: [(&str, &str); 2] =
    [("AUDIT__CHECKPOINT_EVERY", "10ms"), ("AUDIT__CHECKPOINT_EVENTS", "1")];

/// A service at rest whose audit has several checkpoints, the last at its last event.
pub async fn witnessed() -> TestApp {
    let mut app = TestApp::spawn_with(RULES, &OFTEN).await;
    for text in ["casino", "add my wechat", "a lottery"] {
        let before = lines(&app).len();
        app.send(Post::text(APP, GROUP, "kim", text)).await;
        app.quiet().await;
        app.until("a checkpoint", async || lines(&app).len() > before).await;
    }
    app.stop().await;
    app
}

impl TestApp {
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// The lines of the checkpoint file; none while there is no file.
pub fn lines(app: &TestApp) -> Vec<String> {
    let text = std::fs::read_to_string(app.file("automod.checkpoints")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

fn public_key(app: &TestApp) -> String {
    app.file("automod.signing-key.pub").display().to_string()
}

/// Verifies a database against checkpoints, as somebody does who has only these and the public key.
fn verify(app: &TestApp, database: &Path, checkpoints: &Path) -> Ran {
    app.audit(&[
        "verify",
        "--db",
        database.to_str().unwrap(),
        "--checkpoints",
        checkpoints.to_str().unwrap(),
        "--public-key",
        &public_key(app),
    ])
}

async fn open(file: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(file).foreign_keys(false);
    options.synchronous(SqliteSynchronous::Off).connect().await.unwrap()
}

/// A copy of the database after these statements.
async fn touched(app: &TestApp, statements: &str) -> PathBuf {
    let copy = app.file("copy.db");
    std::fs::copy(app.file("automod.db"), &copy).unwrap();
    let statements = sqlx::AssertSqlSafe(statements.to_owned());
    sqlx::raw_sql(statements).execute(&mut open(&copy).await).await.unwrap();
    copy
}

/// Computes every hash anew, as whoever can write the database can.
pub async fn recompute(file: &Path) {
    let mut connection = open(file).await;
    let rows =
        sqlx::query("SELECT seq, at, kind, decision_id, data FROM audit_events ORDER BY seq");
    let mut hash = vec![0; 32];
    sqlx::query("BEGIN").execute(&mut connection).await.unwrap();
    for row in rows.fetch_all(&mut connection).await.unwrap() {
        let (seq, at): (i64, i64) = (row.get(0), row.get(1));
        let mut bytes = [hash.as_slice(), &[1], &seq.to_be_bytes(), &at.to_be_bytes()].concat();
        for text in [row.get::<Option<String>, _>(2), row.get(3), row.get(4)] {
            match text {
                Some(text) => {
                    bytes.extend((text.len() as u32).to_be_bytes());
                    bytes.extend(text.bytes());
                }
                None => bytes.extend([0xFF; 4]),
            }
        }
        hash = Sha256::digest(&bytes).to_vec();
        let update = sqlx::query("UPDATE audit_events SET hash = ? WHERE seq = ?");
        update.bind(&hash).bind(seq).execute(&mut connection).await.unwrap();
    }
    sqlx::query("COMMIT").execute(&mut connection).await.unwrap();
}

#[tokio::test]
async fn the_service_signs_where_the_audit_stands_and_once_more_at_its_end() {
    let app = witnessed().await;
    let written = lines(&app);
    assert!(written.len() >= 4, "{written:?}");
    let mut connection = app.connection().await;
    let mut previous = [0; 32];
    for line in &written {
        let checkpoint = Checkpoint::parse(line.as_bytes()).unwrap();
        let query = sqlx::query_scalar("SELECT hash FROM audit_events WHERE seq = ?");
        let hash: Vec<u8> =
            query.bind(checkpoint.head.seq).fetch_one(&mut connection).await.unwrap();
        assert_eq!(hash, checkpoint.head.hash);
        assert_eq!(checkpoint.previous, previous);
        previous = Sha256::digest(line).into();
    }
    let last: String =
        sqlx::query_scalar("SELECT kind FROM audit_events ORDER BY seq DESC LIMIT 1")
            .fetch_one(&mut connection)
            .await
            .unwrap();
    assert_eq!(last, "service.stopped");
    let verified = app.audit(&["verify"]);
    assert_eq!(verified.code, 0, "{verified:?}");
    let told = format!("checkpoints: {} agree", written.len());
    assert!(verified.err.contains(&told), "{}", verified.err);
    assert!(verified.err.contains("no event is newer"), "{}", verified.err);
    let mode = |name: &str| app.file(name).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("automod.signing-key"), 0o600);
}

#[tokio::test]
async fn an_audit_with_nothing_new_gets_no_line_and_a_restart_goes_on_where_it_was() {
    let mut app = witnessed().await;
    let before = lines(&app);
    app.start().await;
    app.until("the start is signed", async || lines(&app).len() > before.len()).await;
    app.stop().await;
    let after = lines(&app);
    assert_eq!(after[..before.len()], before);
    let seqs: Vec<_> =
        after.iter().map(|l| Checkpoint::parse(l.as_bytes()).unwrap().head.seq).collect();
    assert!(seqs.is_sorted_by(|a, b| a < b), "{seqs:?}");
    let verified = app.audit(&["verify"]);
    assert_eq!(verified.code, 0, "{verified:?}");
}

#[tokio::test]
async fn what_was_cut_off_is_named_by_the_first_event_that_is_missing() {
    let app = witnessed().await;
    let last = lines(&app).len();
    let all: i64 = sqlx::query_scalar("SELECT max(seq) FROM audit_events")
        .fetch_one(&mut app.connection().await)
        .await
        .unwrap();
    let cut = touched(&app, &format!("DELETE FROM audit_events WHERE seq = {all}")).await;
    let alone = app.audit(&["verify", "--db", cut.to_str().unwrap()]);
    assert_eq!(alone.code, 0, "the chain alone cannot know: {alone:?}");
    assert!(alone.err.contains("note: no checkpoint file"), "{}", alone.err);
    let found = verify(&app, &cut, &app.file("automod.checkpoints"));
    let expected = format!(
        "DAMAGED: event {all} is missing: the audit was cut off before it, and the checkpoint in line {last} knows event {all}\n"
    );
    assert_eq!((found.code, found.out), (1, expected));
    let none = touched(&app, "DELETE FROM audit_events").await;
    let found = verify(&app, &none, &app.file("automod.checkpoints"));
    assert_eq!(found.code, 1);
    assert!(found.out.contains("event 1 is missing"), "{}", found.out);
}

#[tokio::test]
async fn a_chain_that_was_computed_anew_is_found() {
    let app = witnessed().await;
    let change = "UPDATE audit_events SET at = at - 1 WHERE kind = 'service.stopped'";
    let forged = touched(&app, change).await;
    recompute(&forged).await;
    let alone = app.audit(&["verify", "--db", forged.to_str().unwrap()]);
    assert_eq!(alone.code, 0, "the chain alone cannot know: {alone:?}");
    let found = verify(&app, &forged, &app.file("automod.checkpoints"));
    assert_eq!(found.code, 1);
    assert!(found.out.contains("their hashes computed anew"), "{}", found.out);
}

#[tokio::test]
async fn a_touched_checkpoint_file_is_found_and_its_line_named() {
    let app = witnessed().await;
    let whole = lines(&app);
    assert!(whole.len() >= 4);
    let database = app.file("automod.db");
    let file = app.file("touched.checkpoints");
    let with = |change: &dyn Fn(&mut Vec<String>)| {
        let mut lines = whole.clone();
        change(&mut lines);
        std::fs::write(&file, lines.join("\n") + "\n").unwrap();
        verify(&app, &database, &file)
    };
    let word = |lines: &mut Vec<String>, line: usize, word: usize, to: &str| {
        let mut words: Vec<_> = lines[line].split(' ').collect();
        words[word] = to;
        lines[line] = words.join(" ");
    };
    let zeros = "0".repeat(64);
    let seq: i64 = whole[1].split(' ').nth(1).unwrap().parse().unwrap();
    let cases: [(&str, Ran); 9] = [
        (
            "line 2 of the checkpoints has a signature that is not true",
            with(&|l| word(l, 1, 1, &(seq + 1).to_string())),
        ),
        (
            "line 2 of the checkpoints has a signature that is not true",
            with(&|l| word(l, 1, 2, &zeros)),
        ),
        (
            "line 1 of the checkpoints has a signature that is not true",
            with(&|l| word(l, 0, 6, &zeros.repeat(2))),
        ),
        (
            "line 1 of the checkpoints is signed with a key",
            with(&|l| word(l, 0, 4, "0123456789abcdef")),
        ),
        ("line 2 of the checkpoints is no checkpoint", with(&|l| l.insert(1, "# a remark".into()))),
        ("lines before its line 1 are missing", with(&|l| drop(l.remove(0)))),
        ("line 2 of the checkpoints does not follow", with(&|l| drop(l.remove(1)))),
        ("line 2 of the checkpoints does not follow", with(&|l| l.swap(1, 2))),
        ("line 3 of the checkpoints does not follow", with(&|l| l.insert(1, l[1].clone()))),
    ];
    for (expected, found) in cases {
        assert_eq!(found.code, 1, "{expected}: {found:?}");
        assert!(found.out.contains(expected), "{expected}: {}", found.out);
    }
    // The end of the file is known by nothing but what somebody remembers.
    let found = with(&|l| drop(l.pop()));
    assert_eq!(found.code, 0);
    assert!(found.err.contains("newer and not covered"), "{}", found.err);
    std::fs::write(&file, format!("{}\n{}", whole[0], &whole[1][..40])).unwrap();
    let torn = verify(&app, &database, &file);
    assert_eq!(torn.code, 0);
    assert!(torn.err.contains("ends in half a line"), "{}", torn.err);
}

#[tokio::test]
async fn checkpoints_of_another_key_prove_nothing() {
    let (app, other) = (witnessed().await, witnessed().await);
    let found = verify(&app, &app.file("automod.db"), &other.file("automod.checkpoints"));
    assert_eq!(found.code, 1);
    assert!(found.out.contains("is signed with a key that was not given"), "{}", found.out);
}

#[tokio::test]
async fn wrong_usage_is_exit_2_and_a_missing_default_is_a_note() {
    let app = witnessed().await;
    let absent = app.file("absent").display().to_string();
    for arguments in [
        ["verify", "--checkpoints", &absent],
        ["verify", "--public-key", &absent],
        ["verify", "--public-key", "ed25519:00"],
        ["verify", "--colour", "red"],
    ] {
        let ran = app.audit(&arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}: {}", ran.err);
    }
    // Named checkpoints need a key; those that merely lie there do not.
    std::fs::remove_file(app.file("automod.signing-key.pub")).unwrap();
    let named = app.file("automod.checkpoints").display().to_string();
    assert_eq!(app.audit(&["verify", "--checkpoints", &named]).code, 2);
    let found = app.audit(&["verify"]);
    assert_eq!(found.code, 0);
    assert!(found.err.contains("note: no public key"), "{}", found.err);
}

#[tokio::test]
async fn the_line_that_keygen_prints_is_a_public_key_and_no_key_is_overwritten() {
    let mut app = TestApp::prepare(RULES, &[]).await;
    let key = app.file("a-key");
    let made = app.audit(&["keygen", "--out", key.to_str().unwrap()]);
    assert_eq!(made.code, 0, "{made:?}");
    let mode = |file: &Path| file.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&key), 0o600);
    let (line, private) = (made.out.trim(), std::fs::read_to_string(&key).unwrap());
    assert!(line.starts_with("ed25519:") && line.len() == 72, "{line}");
    let again = app.audit(&["keygen", "--out", key.to_str().unwrap()]);
    assert_eq!((again.code, again.out.as_str()), (1, ""));
    assert_eq!(std::fs::read_to_string(&key).unwrap(), private);

    app.set("AUDIT__SIGNING_KEY_FILE", key.to_str().unwrap());
    app.start().await;
    app.stop().await;
    let named = app.file("automod.checkpoints").display().to_string();
    let found = app.audit(&["verify", "--checkpoints", &named, "--public-key", line]);
    assert_eq!(found.code, 0, "{found:?}");
    assert!(found.err.contains("checkpoints: 1 agree"), "{}", found.err);
}

#[tokio::test]
async fn none_switches_checkpoints_off() {
    for off in ["AUDIT__SIGNING_KEY_FILE", "AUDIT__CHECKPOINT_FILE"] {
        let mut app = TestApp::spawn_with(RULES, &[(off, "none")]).await;
        app.say("casino").await;
        app.quiet().await;
        app.stop().await;
        assert!(
            !app.file("automod.checkpoints").exists() && !app.file("automod.signing-key").exists()
        );
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_told_and_moderation_goes_on() {
    let app = TestApp::prepare(RULES, &OFTEN).await;
    let file = app.file("automod.checkpoints");
    std::fs::create_dir(&file).unwrap();
    let mut app = app;
    app.start().await;
    let ready = format!("{}/readyz", app.url);
    let told = "no checkpoint is signed";
    app.until("readiness tells", async || app.get(&ready).await.1.contains(told)).await;
    let seq = app.say("casino").await;
    app.quiet().await;
    assert_eq!((app.text(seq).as_str(), app.get(&ready).await.0), ("******", 200));
    std::fs::remove_dir(&file).unwrap();
    app.until("it heals", async || !app.get(&ready).await.1.contains(told)).await;
    app.stop().await;
    let verified = app.audit(&["verify"]);
    assert_eq!(verified.code, 0, "{verified:?}");
    assert!(verified.err.contains("no event is newer"), "{}", verified.err);
}

#[tokio::test]
async fn what_does_not_continue_the_last_checkpoint_is_not_signed() {
    let mut app = witnessed().await;
    let before = lines(&app);
    app.sql("DELETE FROM audit_events WHERE kind = 'service.stopped'").await;
    app.start().await;
    let ready = format!("{}/readyz", app.url);
    let told = "does not continue what was signed";
    app.until("readiness tells", async || app.get(&ready).await.1.contains(told)).await;
    app.stop().await;
    assert_eq!(lines(&app), before);
}

#[tokio::test]
async fn half_a_line_that_a_crash_left_is_cut_off_and_the_rest_goes_on() {
    let mut app = witnessed().await;
    let whole = lines(&app);
    let file = app.file("automod.checkpoints");
    std::fs::write(&file, format!("{}\n{}", whole.join("\n"), &whole[0][..50])).unwrap();
    app.start().await;
    app.stop().await;
    let after = lines(&app);
    assert_eq!(after[..whole.len()], whole);
    assert!(after.len() > whole.len());
    let verified = app.audit(&["verify"]);
    assert_eq!(verified.code, 0, "{verified:?}");
    assert!(!verified.err.contains("half a line"), "{}", verified.err);
}
