//! Texts and accounts at rest: unreadable without the key, whatever happens to key, setting or database.

use super::harness::{APP, GROUP, RULES, TestApp};
use chat_automod::simulator::{Command, Fault, Post};
use chat_automod::store::{Store, StoreError};
use std::os::unix::fs::PermissionsExt;

const OFF: (&str, &str) = ("AUDIT__ENCRYPTION_KEY_FILE", "none");

/// Somebody says something telling, in three languages, and somebody else edits it.
async fn tell(app: &TestApp) {
    for text in ["a telltale casino", "来玩百家乐! 泄密", "카지노 비밀"] {
        let post = Post::text(APP, GROUP, "telltale-sender", text).issued_by("telltale-operator");
        app.simulator.send(post).await;
    }
    let seq = app.say("hello").await;
    app.edit(seq, "telltale-editor", "another telltale casino").await;
    app.quiet().await;
}

/// Everything that stands in the database's files.
pub fn bytes(app: &TestApp) -> Vec<u8> {
    let files = ["automod.db", "automod.db-wal"].map(|name| app.file(name));
    let found = files.iter().filter(|file| file.exists());
    found.flat_map(|file| std::fs::read(file).unwrap()).collect()
}

/// Whether these bytes stand there, as they are, in UTF-16 or in hex.
pub fn holds(bytes: &[u8], text: &str) -> bool {
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let forms = [text.as_bytes().to_vec(), wide, hex::encode(text).into_bytes()];
    forms.iter().any(|form| bytes.windows(form.len()).any(|window| window == form))
}

const SECRETS: [&str; 6] = ["telltale", "泄密", "비밀", "telltale-sender", "-editor", "来玩"];

#[tokio::test(flavor = "multi_thread")]
async fn neither_a_text_nor_an_account_stands_in_the_files() {
    let mut app = TestApp::spawn().await;
    tell(&app).await;
    for moment in ["while it runs", "after its stop"] {
        let found = bytes(&app);
        assert!(holds(&found, "gambling"), "the rule's name is no secret");
        for secret in SECRETS {
            assert!(!holds(&found, secret), "{secret} stands there {moment}");
        }
        app.stop().await;
    }
    let listed = app.audit(&["list", "--sender", "telltale-sender"]);
    assert_eq!(listed.json().len(), 3, "{listed:?}");
    assert!(listed.json().iter().all(|row| row["sender"] == "telltale-sender"));
    let id = listed.json()[0]["id"].as_str().unwrap().to_owned();
    assert!(app.audit(&["show", &id]).out.contains("비밀"), "who has the key reads it");
}

#[tokio::test(flavor = "multi_thread")]
async fn none_stores_texts_as_they_are_and_makes_no_key() {
    let mut app = TestApp::spawn_with(RULES, &[OFF]).await;
    tell(&app).await;
    app.stop().await;
    let found = bytes(&app);
    assert!(SECRETS.iter().all(|secret| holds(&found, secret)));
    assert!(!app.file("automod.encryption-key").exists());
    assert_eq!(app.audit(&["list", "--sender", "telltale-sender"]).json().len(), 3);
    assert_eq!(app.audit(&["verify"]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_comes_later_leaves_old_texts_readable_and_seals_new_ones() {
    let mut app = TestApp::spawn_with(RULES, &[OFF]).await;
    tell(&app).await;
    app.stop().await;
    assert_eq!(app.audit(&["undo"]).code, 2, "no such command, and no key by it");
    let key = app.file("elsewhere.key");
    app.set("AUDIT__ENCRYPTION_KEY_FILE", key.to_str().unwrap());
    app.start().await;
    app.simulator.send(Post::text(APP, GROUP, "telltale-sender", "sealed-word casino")).await;
    app.quiet().await;
    app.stop().await;
    let found = bytes(&app);
    assert!(holds(&found, "telltale casino") && !holds(&found, "sealed-word"));
    let list = |app: &TestApp| {
        super::process::automod(app.variables(), &["audit", "list", "--sender", "telltale-sender"])
    };
    assert_eq!(list(&app).json().len(), 4, "old and new are found by their sender");
    assert_eq!(super::process::automod(app.variables(), &["audit", "verify"]).code, 0);
    assert_eq!(app.audit(&["verify"]).code, 0, "without the key too");
    app.set("AUDIT__ENCRYPTION_KEY_FILE", "none");
    let refused = list(&app);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("audit.encryption_key_file is \"none\""), "{}", refused.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_pending_when_the_key_came_is_carried_out_and_its_duplicates_are_known() {
    let mut app = TestApp::spawn_with(RULES, &[OFF]).await;
    let done = app.say("a casino").await;
    app.quiet().await;
    app.simulator.faults().always(Command::History, Fault::Status(502));
    let waiting = app.say("another casino").await;
    app.stop().await;
    app.simulator.faults().clear();
    app.set("AUDIT__ENCRYPTION_KEY_FILE", app.file("some.key").to_str().unwrap());
    app.start().await;
    app.quiet().await;
    assert_eq!(app.text(waiting), "another ******");
    for seq in [done, waiting] {
        let callback = app.callback(seq);
        app.deliver(&callback).await;
        assert_eq!(app.shows(seq).edits, 1);
    }
    assert_eq!(app.decisions().await.len(), 2, "no duplicate, and no echo, is decided anew");
    app.stop().await;
    assert_eq!(app.audit(&["verify"]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_for_its_owner_alone_and_made_once() {
    let mut app = TestApp::spawn().await;
    let file = app.file("automod.encryption-key");
    let made = std::fs::read(&file).unwrap();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    app.stop().await;
    app.start().await;
    app.stop().await;
    assert_eq!(std::fs::read(&file).unwrap(), made);
    let drafts = std::fs::read_dir(app.folder.path()).unwrap();
    let drafts = drafts
        .filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().ends_with(".new"));
    assert_eq!(drafts.count(), 0, "nothing is left of its making");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_key_nothing_is_written_or_read_but_all_is_verified() {
    let mut app = TestApp::spawn().await;
    tell(&app).await;
    app.stop().await;
    let (file, away) = (app.file("automod.encryption-key"), app.file("away"));
    let url = format!("sqlite://{}", app.file("automod.db").display());
    std::fs::rename(&file, &away).unwrap();
    let cases = [
        (None, "their key"),
        (Some(format!("automod-encryption-key-1 {}\n", "ab".repeat(32))), "is not the key"),
        (Some("something else".to_owned()), "holds no encryption key"),
    ];
    for (content, words) in cases {
        if let Some(content) = &content {
            std::fs::write(&file, content).unwrap();
        }
        for arguments in [vec!["list"], vec!["list", "--sender", "telltale-sender"]] {
            let ran = app.audit(&arguments);
            assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{ran:?}");
            assert!(ran.err.contains(words) && ran.err.contains("encryption-key"), "{}", ran.err);
        }
        let error = Store::open(&url).await.unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        let verified = app.audit(&["verify"]);
        assert_eq!(verified.code, 0, "{verified:?}");
        assert_eq!(file.exists(), content.is_some(), "no new key over an encrypted database");
    }
    std::fs::rename(&away, &file).unwrap();
    assert_eq!(app.audit(&["list"]).json().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_text_is_damage_and_an_error_where_it_is_read() {
    let mut app = TestApp::spawn().await;
    tell(&app).await;
    app.stop().await;
    let sql = "UPDATE texts SET content = CAST(substr(content, 1, 30) || x'00' || substr(content, 32) AS BLOB) \
               WHERE name = 'original' AND event_seq = 3";
    app.sql(sql).await;
    let verified = app.audit(&["verify"]);
    assert_eq!(verified.code, 1);
    assert!(verified.out.contains("the text `original` of event 3 was changed"), "{verified:?}");
    let id = app.audit(&["list"]).json().last().unwrap()["id"].as_str().unwrap().to_owned();
    let shown = app.audit(&["show", &id]);
    assert_eq!((shown.code, shown.out.as_str()), (1, ""), "{shown:?}");
    assert!(shown.err.contains("the text `original` of event 3 cannot be decrypted"), "{shown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_text_opens_only_in_its_place() {
    let mut app = TestApp::spawn().await;
    tell(&app).await;
    app.stop().await;
    app.sql(
        "UPDATE texts SET content = (SELECT content FROM texts WHERE event_seq = 3 AND name = 'original') \
         WHERE event_seq = 3 AND name = 'rewritten'",
    )
    .await;
    let id = app.audit(&["list"]).json().last().unwrap()["id"].as_str().unwrap().to_owned();
    let reader = Store::open_to_read(&app.settings().store.url).await.unwrap();
    let error = reader.show(&id).await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Sealed { event: 3, name } if name == "rewritten"),
        "{error}"
    );
}
