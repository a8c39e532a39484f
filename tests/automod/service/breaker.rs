//! When no call would fare better than the last: the app's calls wait, and nothing is lost by it.

use super::acts::ended;
use super::harness::{APP, GROUP, RULES, TestApp};
use chat_automod::simulator::{Command, Fault, Post};

/// More messages than may be called for at once.
const MESSAGES: u64 = 60;
/// As many calls may be on their way when the first is refused: one burst, and those that left beside it.
const AT_ONCE: u64 = 30;

async fn flood(app: &TestApp) {
    let sends = (0..MESSAGES).map(|_| app.say("casino"));
    futures_util::future::join_all(sends).await;
}

fn calls(app: &TestApp) -> u64 {
    app.simulator.calls().all().map(|(_, _, count)| count).sum()
}

#[tokio::test]
async fn while_the_platform_refuses_our_credentials_nothing_is_hammered_and_nothing_is_lost() {
    for code in [70009, 60010, 70050] {
        let mut app = TestApp::spawn().await;
        app.simulator.faults().always(None, Fault::Code(code));
        flood(&app).await;
        app.until("the refusal is known", async || {
            app.decisions().await.iter().any(|row| row.error_code == Some(code))
        })
        .await;
        // Whatever was under way is finished by this.
        app.stop().await;
        assert!(calls(&app) <= AT_ONCE, "{} calls after a refusal", calls(&app));
        assert!(app.decisions().await.iter().all(|row| row.outcome == "pending"));

        app.simulator.faults().clear();
        app.sql("UPDATE decisions SET next_try_at = 0").await;
        app.start().await;
        app.quiet().await;
        for seq in 1..=MESSAGES {
            assert_eq!((app.text(seq).as_str(), app.shows(seq).edits), ("******", 1));
        }
    }
}

#[tokio::test]
async fn when_the_calls_of_today_are_used_up_the_rest_waits() {
    let mut app = TestApp::spawn().await;
    app.simulator.faults().always(None, Fault::Code(60028));
    flood(&app).await;
    app.until("the refusal is known", async || calls(&app) > 0).await;
    app.stop().await;
    assert!(calls(&app) <= AT_ONCE, "{} calls", calls(&app));
    assert!(app.decisions().await.iter().all(|row| row.outcome == "pending"));
}

#[tokio::test]
async fn a_paused_app_does_not_hold_up_another() {
    let other = [
        ("APPS__OTHER__SDK_APP_ID", "1400000002"),
        ("APPS__OTHER__ADMIN", "automod"),
        ("APPS__OTHER__SECRET_KEY", "not the key of any app"),
        ("APPS__OTHER__WEBHOOK_TOKEN", "other-token"),
        ("APPS__OTHER__BASE_URL", "http://127.0.0.1:9"),
    ];
    let app = TestApp::spawn_with(RULES, &other).await;
    app.simulator.set_webhook(1_400_000_002, &format!("{}/webhook", app.url), Some("other-token"));
    app.simulator.send(Post::text(1_400_000_002, GROUP, "kim", "casino")).await;
    let seq = app.say("casino").await;
    app.until("the mask stands", async || app.shows(seq).edits == 1).await;
    let waiting = app.decisions().await.into_iter().find(|row| row.sdk_app_id != APP).unwrap();
    assert_eq!(waiting.outcome, "pending");
}

#[tokio::test]
async fn a_rate_limit_slows_us_down_and_loses_nothing() {
    let app = TestApp::spawn().await;
    for code in [60007, 10006] {
        app.simulator.faults().next(Command::Modify, 1, Fault::Code(code));
    }
    flood(&app).await;
    app.quiet().await;
    for seq in 1..=MESSAGES {
        assert_eq!(app.shows(seq).edits, 1);
        assert_eq!(app.outcomes(seq).await, [ended("applied", None)]);
    }
    assert!(
        app.metric("automod_actions_total{outcome=\"pending\",class=\"rate_limited\"}").await > 0
    );
}

#[tokio::test]
async fn no_second_holds_more_calls_than_the_setting_allows() {
    let app = TestApp::spawn_with(RULES, &[("APPS__MAIN__CALLS_PER_SECOND", "20")]).await;
    app.simulator.set_calls_per_second(20);
    flood(&app).await;
    app.quiet().await;
    assert!((1..=MESSAGES).all(|seq| app.shows(seq).edits == 1));
    for command in [Command::History, Command::Modify] {
        assert_eq!(app.simulator.calls().answered(command, 60007), 0, "{command:?}");
        assert_eq!(app.simulator.calls().of(command), MESSAGES, "{command:?}");
    }
}

#[tokio::test]
async fn most_severe_goes_first_when_calls_must_wait() {
    let app = TestApp::spawn_with(RULES, &[("ENFORCER__IN_FLIGHT", "1")]).await;
    app.simulator.faults().always(None, Fault::Status(502));
    let low = app.say("add my wechat").await;
    let high = app.say("casino").await;
    app.until("both were tried", async || app.decisions().await.iter().all(|row| row.attempts > 0))
        .await;
    app.simulator.faults().clear();
    app.quiet().await;
    assert_eq!((app.shows(low).edits, app.shows(high).edits), (1, 1));
}
