//! What the service writes during a session of the API holds no text, no account and no token.

use crate::service::harness::{APP, GROUP, RULES, TestApp};
use crate::service::process::Process;
use chat_automod::simulator::{Command, Fault, Post};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_session_leaves_no_text_no_account_and_no_token_behind() {
    let mut app = TestApp::prepare(RULES, &[]).await;
    app.set("LOG", "debug,sqlx=debug,hyper=info,h2=info");
    let process = Process::serve(&app);
    app.url = process.url.clone();
    app.until_ready(&process).await;
    app.send(Post::text(APP, GROUP, "telltale-sender", "telltale casino")).await;
    app.quiet().await;
    let id = app.decisions().await[0].id.clone();
    let (moderator, auditor, admin) =
        (app.moderator().await, app.auditor().await, app.admin().await);

    let mut refusals = Vec::new();
    let path = format!("/decisions/{id}");
    app.look(&auditor, "/decisions?sender=telltale-sender").await.good();
    app.look(&moderator, &path).await.good();
    let reason = json!({ "reason": "telltale reason" });
    app.post(&auditor, &format!("{path}/reveal"), reason.clone()).await.good();
    app.post(&moderator, "/rules/explain", json!({ "text": "telltale casino" })).await.good();
    let files = json!({ "files": { "telltale.yaml": "telltale: [" } });
    app.post(&moderator, "/rules/check", files).await.good();
    let message = json!({ "group": GROUP, "seq": 1, "reason": "telltale reason" });
    app.simulator.faults().next(Command::History, 1, Fault::Garbage);
    refusals.push(app.post(&moderator, "/actions/mask", message).await);
    app.post(&moderator, &format!("{path}/undo"), reason.clone()).await.good();
    let made = app.post(&admin, "/tokens", json!({ "name": "telltale", "role": "auditor" })).await;
    let made = made.good()["token"].as_str().unwrap().to_owned();
    for query in ["sender=telltale%00", "telltale%ff=1", "since=telltale", "cursor=telltale"] {
        refusals.push(app.look(&auditor, &format!("/decisions?{query}")).await);
    }
    refusals.push(app.look(&auditor, "/tokens").await);
    refusals.push(app.look("automod_telltale", "/decisions").await);
    refusals.push(app.post(&auditor, &format!("{path}/reveal"), json!({ "reason": 7 })).await);
    app.sql(
        "CREATE TRIGGER full BEFORE INSERT ON audit_events BEGIN SELECT RAISE(FAIL, 'full'); END",
    )
    .await;
    refusals.push(app.post(&auditor, &format!("{path}/reveal"), reason).await);
    assert_eq!(refusals.last().unwrap().status, 503);
    app.sql("DROP TRIGGER full").await;

    let (_, metrics) = app.get(&format!("{}/metrics", process.metrics_url)).await;
    process.signal("TERM");
    let (code, log) = process.ended();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("the API could not be served"), "something was logged: {log}");
    assert!(refusals.iter().all(|answer| answer.status >= 400), "{refusals:?}");
    let refusals: String = refusals.into_iter().map(|answer| answer.text + "\n").collect();
    // A parameter's name may come back to whoever gave it.
    let refusals = refusals.replace("\"parameter\":\"telltale%ff\"", "");
    let tokens = [moderator, auditor, admin, made].map(|token| token[8..40].to_owned());
    for (place, text) in [("log", &log), ("metrics", &metrics), ("refusals", &refusals)] {
        for secret in tokens.iter().map(String::as_str).chain(["telltale", "casino"]) {
            let found = text.lines().find(|line| line.to_lowercase().contains(secret));
            assert_eq!(found, None, "{secret} stands in the {place}");
        }
    }
}
