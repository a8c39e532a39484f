//! Bad input and a bad disk: nothing is acknowledged that is not kept, and the service stays alive.

use super::acts::ended;
use super::harness::{APP, GROUP, RULES, TestApp};
use chat_automod::simulator::Post;

async fn send(app: &TestApp, text: &str) -> (u64, Option<u16>) {
    let sent = app.simulator.send(Post::text(APP, GROUP, "lee", text)).await;
    (sent.seq, sent.webhook.map(|answer| answer.status))
}

#[tokio::test]
async fn while_the_database_refuses_no_offender_is_acknowledged_and_afterwards_all_is_well() {
    let app = TestApp::spawn().await;
    app.sql("CREATE TRIGGER full BEFORE INSERT ON decisions BEGIN SELECT RAISE(FAIL, 'full'); END")
        .await;
    let (seq, status) = send(&app, "casino").await;
    assert_eq!(status, Some(503));
    assert_eq!(send(&app, "hello").await.1, Some(200), "a clean message needs no disk");
    assert!(app.metric("automod_webhooks_total{result=\"unavailable\"}").await >= 1);
    assert_eq!(app.decisions().await.len(), 0);
    app.sql("DROP TRIGGER full").await;
    assert_eq!(app.deliver(&app.callback(seq)).await, 200);
    app.quiet().await;
    assert_eq!((app.text(seq).as_str(), app.shows(seq).edits), ("******", 1));
    assert_eq!(app.audit(&["verify"]).code, 0);
}

#[tokio::test]
async fn while_another_writes_for_long_nothing_is_acknowledged_and_nothing_is_done_twice() {
    let app = TestApp::spawn().await;
    let mut other = app.connection().await;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let (seq, status) = send(&app, "casino").await;
    assert_ne!(status, Some(200));
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    app.until("it is acknowledged", async || app.deliver(&app.callback(seq)).await == 200).await;
    app.quiet().await;
    assert_eq!(app.outcomes(seq).await, [ended("applied", None)]);
    assert_eq!((app.text(seq).as_str(), app.shows(seq).edits), ("******", 1));
}

#[tokio::test]
async fn deep_broken_and_huge_bodies_are_refused_and_the_service_goes_on() {
    let app = TestApp::spawn().await;
    let deep = "[".repeat(200_000);
    let in_data = format!(
        r#"{{"CallbackCommand":"Group.CallbackAfterSendMsg","GroupId":"g","Type":"Public","From_Account":"u","MsgSeq":9,"MsgBody":[{{"MsgType":"TIMCustomElem","MsgContent":{{"Data":"{deep}"}}}}]}}"#
    );
    let cases = [
        (deep.clone(), 400),
        (format!(r#"{{"GroupId":"g","MsgBody":{deep}}}"#), 400),
        (r#"{"GroupId":"g","MsgBody":[{]}"#.to_owned(), 400),
        (String::new(), 400),
        (in_data, 200),
        (" ".repeat(1 << 20), 413),
        (format!(r#"{{"x":"{}"}}"#, "y".repeat(1 << 20)), 413),
    ];
    for (number, (body, expected)) in cases.iter().enumerate() {
        assert_eq!(app.deliver(body).await, *expected, "case {number}");
    }
    assert_eq!(app.decisions().await.len(), 0);
    let seq = app.say("casino").await;
    app.quiet().await;
    assert_eq!(app.text(seq), "******");
}

#[tokio::test]
async fn the_database_is_named_unwell_while_it_refuses() {
    let app = TestApp::spawn().await;
    app.sql("CREATE TRIGGER full BEFORE INSERT ON decisions BEGIN SELECT RAISE(FAIL, 'full'); END")
        .await;
    send(&app, "casino").await;
    let (status, body) = app.get(&format!("{}/readyz", app.url)).await;
    assert_eq!(status, 503);
    assert!(body.contains("the database takes no writes"), "{body}");
    app.sql("DROP TRIGGER full").await;
    app.say("casino").await;
    assert_eq!(app.get(&format!("{}/readyz", app.url)).await.0, 200);
}

#[tokio::test]
async fn where_the_operator_wants_it_an_unavailable_webhook_ends_without_an_answer() {
    let app = TestApp::spawn_with(RULES, &[("WEBHOOK__ON_UNAVAILABLE", "close")]).await;
    app.sql("CREATE TRIGGER full BEFORE INSERT ON decisions BEGIN SELECT RAISE(FAIL, 'full'); END")
        .await;
    let (seq, status) = send(&app, "casino").await;
    assert_eq!(status, None);
    assert_eq!(app.metric("automod_webhooks_total{result=\"unavailable\"}").await, 1);
    assert_eq!(send(&app, "hello").await.1, Some(200));
    app.sql("DROP TRIGGER full").await;
    assert_eq!(app.deliver(&app.callback(seq)).await, 200);
    app.quiet().await;
    assert_eq!(app.text(seq), "******");
}

#[tokio::test]
async fn no_more_webhooks_are_held_than_the_setting_allows() {
    let settings = [("WEBHOOK__HELD_CALLS", "1"), ("CATCH_UP__ENABLED", "false")];
    let app = TestApp::spawn_with(RULES, &settings).await;
    let mut other = app.connection().await;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let texts: Vec<_> = (0..20).map(|number| format!("casino {number}")).collect();
    let sent = futures_util::future::join_all(texts.iter().map(|text| send(&app, text))).await;
    assert!(sent.iter().all(|(_, status)| *status != Some(200)), "{sent:?}");
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    // The echo of an edit may be the one webhook that is held just now.
    let acknowledged = async |seq| {
        let callback = app.callback(seq);
        app.until("acknowledged", async || app.deliver(&callback).await == 200).await;
        app.quiet().await;
    };
    let (later, _) = send(&app, "a casino, later").await;
    acknowledged(later).await;
    assert_eq!(app.text(later), "a ******, later");
    // What was held is written late, which is no harm; what was refused at once never reached the disk.
    let decisions = app.decisions().await.len();
    assert!(decisions < sent.len(), "{decisions} decisions");
    for (seq, _) in sent {
        acknowledged(seq).await;
        assert_eq!(app.shows(seq).edits, 1);
    }
}
