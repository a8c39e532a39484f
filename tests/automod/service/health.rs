//! How the service is, told to machines and to the operator.

use super::harness::{RULES, TestApp};
use super::process::{Process, automod};

#[tokio::test]
async fn health_is_public_and_metrics_are_not() {
    let app = TestApp::spawn().await;
    let (status, body) = app.get(&format!("{}/healthz", app.url)).await;
    assert_eq!((status, body.contains("true")), (200, true));
    let (status, body) = app.get(&format!("{}/readyz", app.url)).await;
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &body["ready"], &body["rules"]), (200, &true.into(), &4.into()));
    assert_eq!(body["trouble"], serde_json::json!([]));
    assert_eq!(app.get(&format!("{}/metrics", app.url)).await.0, 404);
    assert_eq!(app.get(&format!("{}/metrics", app.metrics_url)).await.0, 200);
    for path in ["healthz", "readyz", "webhook"] {
        assert_eq!(app.get(&format!("{}/{path}", app.metrics_url)).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn readiness_does_not_depend_on_the_platform() {
    let app = TestApp::spawn().await;
    app.simulator.faults().always(None, chat_automod::simulator::Fault::Drop);
    app.say("casino").await;
    app.until("it waits", async || app.metric("automod_pending").await == 1).await;
    assert_eq!(app.get(&format!("{}/readyz", app.url)).await.0, 200);
}

#[tokio::test]
async fn the_metrics_tell_what_happened() {
    let app = TestApp::spawn().await;
    app.say("hello").await;
    app.say("casino").await;
    app.say("a lottery").await;
    app.quiet().await;
    app.until("the rewrite is counted", async || {
        app.metric("automod_actions_total{outcome=\"applied\",class=\"none\"}").await == 1
    })
    .await;
    for (sample, expected) in [
        ("automod_webhooks_total{result=\"clean\"}", 1),
        ("automod_webhooks_total{result=\"planned\"}", 2),
        ("automod_verdicts_total{verdict=\"flag\"}", 1),
        ("automod_time_to_rewrite_seconds_count", 1),
        ("automod_pending", 0),
    ] {
        assert_eq!(app.metric(sample).await, expected, "{sample}");
    }
    assert!(app.metric("automod_scan_seconds_count").await >= 3);
    assert!(app.metric("automod_last_webhook_timestamp_seconds").await > 1_700_000_000);
}

#[tokio::test]
async fn a_truly_signed_webhook_of_another_time_is_refused_and_told_as_a_clock_that_is_off() {
    let app = TestApp::spawn().await;
    app.simulator.set_clock_ahead(300);
    let sent = app.simulator.send(chat_automod::simulator::Post::text(
        super::harness::APP,
        super::harness::GROUP,
        "lee",
        "casino",
    ));
    assert_eq!(sent.await.webhook.unwrap().status, 401);
    let (status, body) = app.get(&format!("{}/readyz", app.url)).await;
    assert_eq!(status, 200);
    assert!(body.contains("away from our clock"), "{body}");
    assert_eq!(app.metric("automod_webhooks_total{result=\"stale\"}").await, 1);
    assert_eq!(app.decisions().await.len(), 0);
}

/// `automod doctor` with one setting changed.
async fn doctor(change: Option<(&str, &str)>, clock_ahead: i64) -> super::process::Ran {
    let mut app = TestApp::prepare(RULES, &[]).await;
    app.simulator.set_clock_ahead(clock_ahead);
    change.into_iter().for_each(|(name, value)| app.set(name, value));
    automod(app.variables(), &["doctor"])
}

#[tokio::test]
async fn the_doctor_finds_nothing_where_all_is_well() {
    let ran = doctor(None, 0).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("the platform accepts our UserSig"), "{}", ran.out);
    assert!(!ran.out.contains("FAIL"), "{}", ran.out);
}

#[tokio::test]
async fn the_doctor_names_what_is_wrong_and_its_mend() {
    let cases = [
        (("APPS__MAIN__SECRET_KEY", "other"), "secret_key is not this app's key"),
        (("APPS__MAIN__ADMIN", "guest"), "not an administrator of the app"),
        (("APPS__MAIN__SDK_APP_ID", "1400000009"), "different apps"),
        (("APPS__MAIN__BASE_URL", "http://127.0.0.1:1"), "the platform is not reached"),
        (("RULES__DIR", "/nonexistent"), "point rules.dir at"),
        (("STORE__URL", "sqlite:///proc/none/automod.db"), "store.url"),
    ];
    for (change, mend) in cases {
        let ran = doctor(Some(change), 0).await;
        assert_eq!(ran.code, 1, "{change:?}: {ran:?}");
        assert!(ran.out.contains("FAIL") && ran.out.contains(mend), "{change:?}: {}", ran.out);
        assert!(!(ran.out + &ran.err).contains("test-secret-key"));
    }
    for skew in [300, -300] {
        let ran = doctor(None, skew).await;
        assert_eq!(ran.code, 1, "{ran:?}");
        assert!(ran.out.contains("set the clock (NTP)"), "{}", ran.out);
    }
}

#[tokio::test]
async fn the_doctor_asks_the_running_service_what_it_refused() {
    let mut app = TestApp::prepare(RULES, &[]).await;
    let process = Process::serve(&app);
    let address = process.metrics_url.trim_start_matches("http://").to_owned();
    app.set("SERVER__METRICS_LISTEN", &address);
    let never = automod(app.variables(), &["doctor"]);
    assert_eq!(never.code, 1);
    assert!(never.out.contains("none since the service started"), "{}", never.out);
    app.say("hello").await;
    assert_eq!(automod(app.variables(), &["doctor"]).code, 0);
    let url = format!("{}/webhook", process.url);
    app.simulator.set_webhook(super::harness::APP, &url, Some("another token"));
    assert_eq!(app.deliver("{}").await, 401);
    let refused = automod(app.variables(), &["doctor"]);
    assert_eq!(refused.code, 1);
    assert!(refused.out.contains("1 refused as bad_sign"), "{}", refused.out);
    assert!(refused.out.contains("webhook_token differs"), "{}", refused.out);
}

#[tokio::test]
async fn a_bad_configuration_is_exit_78_with_a_line_for_each_fault() {
    let mut app = TestApp::prepare(RULES, &[]).await;
    app.set("APPS__MAIN__WEBHOOK_TOKEN", "");
    app.set("APPS__MAIN__SDK_APP_ID", "many");
    app.set("SERVER__LISTEN", "everywhere");
    app.set("SERVER__LISTNE", "x");
    for command in ["serve", "doctor"] {
        let ran = automod(app.variables(), &[command]);
        assert_eq!((ran.code, ran.out.as_str()), (78, ""), "{ran:?}");
        assert_eq!(ran.err.lines().count(), 4, "{}", ran.err);
        for name in ["WEBHOOK_TOKEN", "SDK_APP_ID", "SERVER__LISTEN", "SERVER__LISTNE"] {
            assert!(ran.err.contains(name), "{name}: {}", ran.err);
        }
        assert!(!ran.err.contains("test-secret-key"), "{}", ran.err);
    }
}
