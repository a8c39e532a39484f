//! Texts, accounts and secrets stay out of the log, of errors and of answers.

use super::harness::{ADMIN, APP, GROUP, RULES, TOKEN, TestApp};
use super::process::{Process, automod};
use chat_automod::simulator::{ClientEdit, Command, Delivery, Fault, Post};

const TELLING: &str = "telltale";

fn telling(text: &str) -> Post {
    Post::text(APP, GROUP, "telltale-sender", &format!("telltale {text}"))
        .custom(r#"{"note":"telltale"}"#)
        .issued_by("telltale-operator")
}

#[tokio::test]
async fn no_log_line_and_no_answer_holds_a_text_an_account_or_a_secret() {
    let app = TestApp::prepare(RULES, &[]).await;
    let process = Process::serve(&app);
    let mut answers = Vec::new();
    let faults = [
        None,
        Some((Command::Modify, Fault::Code(90994))),
        Some((Command::Modify, Fault::Code(80001))),
        Some((Command::Modify, Fault::Code(12_345))),
        Some((Command::Modify, Fault::AnswerLost)),
        Some((Command::History, Fault::Garbage)),
        Some((Command::History, Fault::Status(502))),
        Some((Command::Modify, Fault::Code(10007))),
        Some((Command::Modify, Fault::Code(60007))),
    ];
    for fault in faults {
        if let Some((command, fault)) = fault {
            app.simulator.faults().next(command, 1, fault);
        }
        let sent = app.simulator.send(telling("casino, add my wechat")).await;
        answers.extend(sent.webhook);
        let edit = ClientEdit::text(APP, GROUP, sent.seq, "telltale-editor", "telltale casino");
        answers.extend(app.simulator.edit(edit).await.unwrap());
        app.quiet().await;
    }
    answers.extend(app.simulator.send(telling("lottery")).await.webhook);
    let body = app.callback(1);
    let refused = [
        Delivery { token: Some("telltale-token".into()), ..Delivery::default() },
        Delivery { sign: Some("telltale".into()), ..Delivery::default() },
        Delivery { request_time: Some("telltale".into()), ..Delivery::default() },
        Delivery { request_time: Some("1600000000".into()), ..Delivery::default() },
        Delivery { command: Some("telltale".into()), ..Delivery::default() },
        Delivery::default(),
    ];
    for (number, delivery) in refused.into_iter().enumerate() {
        let broken = &body[..body.len() - number - 1];
        let delivery = Delivery { sdk_app_id: APP, ..delivery };
        answers.extend(app.simulator.deliver(broken, delivery).await);
    }
    app.sql("CREATE TRIGGER full BEFORE INSERT ON decisions BEGIN SELECT RAISE(FAIL, 'full'); END")
        .await;
    answers.extend(app.simulator.send(telling("casino")).await.webhook);
    assert_eq!(answers.last().map(|answer| answer.status), Some(503));
    app.sql("DROP TRIGGER full").await;
    for page in ["healthz", "readyz", "nothing-here"] {
        let (_, body) = app.get(&format!("{}/{page}", process.url)).await;
        assert!(!body.contains(TELLING), "{body}");
    }
    let (_, metrics) = app.get(&format!("{}/metrics", process.metrics_url)).await;
    process.signal("TERM");
    let (code, log) = process.ended();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("a call failed"), "something was logged: {log}");
    let usersig = "eJ";
    for (place, text) in [("log", &log), ("metrics", &metrics)] {
        for secret in [TELLING, "casino", TOKEN, "test-secret-key", "usersig", "sign="] {
            let found = text.lines().find(|line| line.to_lowercase().contains(secret));
            assert_eq!(found, None, "{secret} stands in the {place}");
        }
        assert!(!text.contains(&format!("={usersig}")), "a UserSig stands in the {place}");
    }
    assert!(answers.len() > 20);
    for answer in answers {
        assert!(answer.body.len() < 100 && !answer.body.contains(TELLING), "{answer:?}");
    }
}

#[tokio::test]
async fn a_failing_start_and_a_failing_doctor_show_no_secret() {
    let mut app = TestApp::prepare(RULES, &[]).await;
    app.set("APPS__MAIN__BASE_URL", "http://127.0.0.1:1");
    app.set("STORE__URL", "sqlite:///proc/none/automod.db");
    for command in ["serve", "doctor"] {
        let ran = automod(app.variables(), &[command]);
        assert_eq!(ran.code, 1, "{ran:?}");
        let said = ran.out + &ran.err;
        assert!(!said.contains("test-secret-key") && !said.contains(TOKEN), "{said}");
        assert!(!said.contains(&format!("{ADMIN}@")), "{said}");
    }
}

#[tokio::test]
async fn the_database_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let app = TestApp::spawn().await;
    app.say("casino").await;
    app.quiet().await;
    for name in ["automod.db", "automod.db-wal", "automod.db-shm"] {
        let mode = std::fs::metadata(app.folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}
