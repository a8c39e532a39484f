//! An export that carries its proof, and a backup that can be restored.

use super::checkpoints::{OFTEN, lines, witnessed};
use super::harness::{APP, GROUP, RULES, TestApp};
use chat_automod::simulator::Post;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// An export with its proof, as files; and the public key in one line.
struct Exported {
    file: String,
    proof: String,
    key: String,
}

fn export(app: &TestApp, format: &str) -> Exported {
    let name = |name: &str| app.file(&format!("decisions.{format}{name}")).display().to_string();
    let (file, proof) = (name(""), name(".proof"));
    let made = app.audit(&["export", "--format", format, "--proof", &proof, "--since", "2h"]);
    assert_eq!(made.code, 0, "{made:?}");
    assert_eq!(
        made.out,
        app.audit(&["export", "--format", format]).out,
        "the proof changes no byte"
    );
    std::fs::write(&file, made.out).unwrap();
    let key = std::fs::read(app.file("automod.signing-key.pub")).unwrap();
    // The one-line form, from the PEM: the last 32 bytes are the key.
    let text = String::from_utf8(key).unwrap();
    let base64: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    let der = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, base64).unwrap();
    let key = format!("ed25519:{}", hex::encode(&der[der.len() - 32..]));
    Exported { file, proof, key }
}

fn edit(file: &str, change: impl FnOnce(&str) -> String) {
    let text = std::fs::read_to_string(file).unwrap();
    let changed = change(&text);
    assert_ne!(changed, text);
    std::fs::write(file, changed).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_verifies_alone_and_every_touch_is_found() {
    let app = witnessed().await;
    for format in ["csv", "ndjson"] {
        let Exported { file, proof, key } = export(&app, format);
        let check = || app.audit(&["verify-export", &file, "--public-key", &key]);
        let sound = check();
        assert_eq!(sound.code, 0, "{sound:?}");
        assert!(sound.out.starts_with("sound: 3 rows, exported "), "{}", sound.out);
        assert!(sound.out.contains(r#""group":null"#), "{}", sound.out);
        let statement = std::fs::read_to_string(&proof).unwrap();
        assert!(statement.contains(lines(&app).last().unwrap()), "{statement}");

        let (whole, proven) = (std::fs::read(&file).unwrap(), statement.clone());
        type Touch<'a> = (&'a str, &'a str, &'a dyn Fn(&str) -> String);
        let touches: [Touch<'_>; 6] = [
            ("SHA-256", &file, &|text| text.replacen("lee", "eve", 1).replacen("kim", "eve", 1)),
            ("bytes where", &file, &|text| text.lines().skip(1).collect()),
            ("not true", &proof, &|text| text.replacen("\"rows\":3", "\"rows\":2", 1)),
            ("not true", &proof, &|text| text.replacen("\"group\":null", "\"group\":\"g\"", 1)),
            ("two lines", &proof, &|text| text.lines().take(1).collect()),
            ("two lines", &proof, &|text| format!("{text}more\n")),
        ];
        for (expected, touched, change) in touches {
            edit(touched, change);
            let found = check();
            assert_eq!(found.code, 1, "{expected}: {found:?}");
            assert!(found.out.starts_with("DAMAGED: "), "{}", found.out);
            assert!(found.out.contains(expected), "{expected}: {}", found.out);
            std::fs::write(&file, &whole).unwrap();
            std::fs::write(&proof, &proven).unwrap();
        }
        let made = app.audit(&["keygen", "--out", app.file(format).to_str().unwrap()]);
        let other = app.audit(&["verify-export", &file, "--public-key", made.out.trim()]);
        assert_eq!(other.code, 1);
        assert!(other.out.contains("a key that was not given"), "{}", other.out);
        // Evidence is not overwritten.
        let again = app.audit(&["export", "--format", format, "--proof", &proof]);
        assert_eq!((again.code, again.out.as_str()), (2, ""));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_in_an_export_are_inert_and_proven() {
    let mut app = TestApp::spawn_with(RULES, &OFTEN).await;
    for name in ["e\u{1b}[2Jve\u{202e}", "a\"\nb", "=cmd()", "\u{0}nul"] {
        app.send(Post::text(APP, GROUP, name, "casino")).await;
    }
    app.quiet().await;
    app.stop().await;
    for format in ["csv", "ndjson"] {
        let Exported { file, key, .. } = export(&app, format);
        let sound = app.audit(&["verify-export", &file, "--public-key", &key]);
        assert!(sound.out.starts_with("sound: 4 rows"), "{sound:?}");
        assert!(!std::fs::read_to_string(&file).unwrap().contains('\u{1b}'));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outsider_can_check_an_export_without_this_program() {
    if Command::new("python3").arg("--version").output().is_err() {
        println!("skipped: there is no python3 on this machine");
        return;
    }
    let app = witnessed().await;
    let Exported { file, proof, key } = export(&app, "csv");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/verify_export.py");
    let check = || {
        let ran = Command::new("python3").arg(&script).args([&file, &key]).output().unwrap();
        (ran.status.code(), String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap())
    };
    let ours = app.audit(&["verify-export", &file, "--public-key", &key]).out;
    let (code, said) = check();
    assert_eq!((code, said.lines().next()), (Some(0), ours.lines().next()), "{said}");
    edit(&proof, |text| text.replacen("\"rows\":3", "\"rows\":2", 1));
    assert_eq!(check(), (Some(1), "DAMAGED: the proof is not signed with this key\n".into()));
    edit(&proof, |text| text.replacen("\"rows\":2", "\"rows\":3", 1));
    edit(&file, |text| text.replacen("kim", "lee", 1));
    assert_eq!(check(), (Some(1), "DAMAGED: the file is not the one that was exported\n".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_the_running_service_verifies_and_can_be_restored() {
    let mut app = TestApp::spawn_with(RULES, &[]).await;
    let seq = app.say("casino").await;
    app.quiet().await;
    let backup = app.file("backup.db");
    let run = |app: &TestApp| {
        super::process::automod(app.variables(), &["backup", backup.to_str().unwrap()])
    };
    let made = run(&app);
    assert_eq!(made.code, 0, "{made:?}");
    assert!(made.out.starts_with("sound: "), "{}", made.out);
    assert_eq!(backup.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let again = run(&app);
    assert_eq!((again.code, again.out.as_str()), (1, ""));
    assert!(again.err.contains("is there already"), "{}", again.err);

    app.say("a lottery").await;
    app.quiet().await;
    app.stop().await;
    // As docs/operations.md says.
    for file in ["automod.db", "automod.db-wal", "automod.db-shm"] {
        let _ = std::fs::remove_file(app.file(file));
    }
    std::fs::copy(&backup, app.file("automod.db")).unwrap();
    let found = app.audit(&["verify"]);
    assert_eq!(found.code, 1, "the checkpoints know what was lost");
    assert!(found.out.contains("was cut off"), "{}", found.out);
    std::fs::rename(app.file("automod.checkpoints"), app.file("of-old.checkpoints")).unwrap();
    assert_eq!(app.audit(&["verify"]).code, 0);
    app.start().await;
    assert_eq!(app.outcomes(seq).await.len(), 1);
    app.say("casino").await;
    app.quiet().await;
    app.stop().await;
    let verified = app.audit(&["verify"]);
    assert_eq!(verified.code, 0, "{verified:?}");
    assert!(verified.err.contains("checkpoints: 1 agree"), "{}", verified.err);
}
