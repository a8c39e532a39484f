//! What no webhook told is found in history, and nothing else is touched for it.

use super::acts::ended;
use super::harness::{APP, GROUP, RULES, TestApp};
use super::process::Process;
use chat_automod::reconciler::blob::{self, Record};
use chat_automod::simulator::{Command, Fault, GroupType, Post, WebhookFaults};

/// Looks soon, and goes on looking.
const SOON: [(&str, &str); 3] = [
    ("CATCH_UP__AFTER", "50ms"),
    ("CATCH_UP__QUIET_EVERY", "100ms"),
    ("CATCH_UP__CALLS_PER_SECOND", "40"),
];
/// Looks soon, and then hardly ever: for tests that count calls.
const SELDOM: [(&str, &str); 2] = [("CATCH_UP__AFTER", "50ms"), ("CATCH_UP__QUIET_EVERY", "1d")];

fn post(text: &str) -> Post {
    Post::text(APP, GROUP, "lee", text)
}

impl TestApp {
    async fn following(settings: &[(&str, &str)]) -> Self {
        Self::spawn_with(RULES, settings).await
    }

    /// A message whose webhook is lost.
    async fn lose(&self, post: Post) -> u64 {
        self.simulator.send(post.quiet()).await.seq
    }

    async fn until_text(&self, seq: u64, text: &str) {
        self.until("the text", async || self.text(seq) == text).await;
    }

    async fn catch_up_calls(&self, result: &str) -> u64 {
        self.metric(&format!("automod_catch_up_calls_total{{result=\"{result}\"}}")).await
    }

    /// What is written down of the groups that are followed.
    async fn noted(&self) -> Vec<Record> {
        let noted = self.reader().await.noted(APP).await.unwrap();
        noted.map(|noted| blob::read(&noted.streams).unwrap()).unwrap_or_default()
    }

    async fn source_of(&self, seq: u64) -> String {
        let all = self.decisions().await;
        all.into_iter().find(|row| row.msg_seq == Some(seq)).unwrap().source
    }
}

/// Sends `messages`, each third an offence, while a share of webhooks is dropped.
async fn with_webhooks_dropped(drop: f64, messages: usize) {
    let app = TestApp::following(&SOON).await;
    app.simulator.set_webhook_faults(WebhookFaults { drop, ..WebhookFaults::NONE }, 7);
    for number in 0..messages {
        let text = if number % 3 == 0 { "a casino" } else { "a chessboard" };
        app.simulator.send(post(text)).await;
    }
    assert!(app.simulator.webhooks().dropped > 0, "nothing was lost");
    let offences = || app.simulator.shows_all(APP, GROUP, None).into_iter().step_by(3);
    app.until("every offence is masked", async || {
        offences().all(|shown| shown.text() == "a ******")
    })
    .await;
    app.quiet().await;
    for (index, shown) in app.simulator.shows_all(APP, GROUP, None).into_iter().enumerate() {
        assert_eq!(shown.edits, u32::from(index % 3 == 0), "message {index}");
    }
    assert_eq!(app.decisions().await.len(), messages.div_ceil(3), "one decision an offence");
}

#[tokio::test]
async fn with_one_webhook_in_a_hundred_lost_every_offence_is_masked_once() {
    with_webhooks_dropped(0.01, 300).await;
}

#[tokio::test]
async fn with_one_webhook_in_three_lost_every_offence_is_masked_once() {
    with_webhooks_dropped(0.3, 200).await;
}

#[tokio::test]
async fn a_message_found_late_says_so_in_audit_and_metrics() {
    let app = TestApp::following(&SOON).await;
    app.say("hello").await;
    let lost = app.lose(post("a casino")).await;
    app.until_text(lost, "a ******").await;
    app.quiet().await;
    assert_eq!(app.outcomes(lost).await, [ended("applied", None)]);
    let row = app.decisions().await.remove(0);
    assert_eq!((row.source.as_str(), row.sender.as_deref()), ("late", Some("lee")));
    assert!(app.metric("automod_gaps_total").await >= 1);
    assert_eq!(app.metric("automod_late_messages_total{result=\"planned\"}").await, 1);
    assert!(app.catch_up_calls("ok").await >= 1);
    assert_eq!(app.audit(&["verify"]).code, 0);
}

#[tokio::test]
async fn the_first_message_of_a_group_may_be_the_lost_one() {
    let app = TestApp::following(&SOON).await;
    let lost = app.lose(post("a casino")).await;
    app.say("hello").await;
    app.until_text(lost, "a ******").await;
}

#[tokio::test]
async fn what_came_while_we_were_down_is_caught_up_with() {
    let mut app = TestApp::following(&SOON).await;
    app.say("hello").await;
    app.stop().await;
    let mut missed = Vec::new();
    for number in 0..50 {
        // The webhook meets a closed port.
        missed.push(app.simulator.send(post(&format!("casino {number}"))).await.seq);
    }
    app.start().await;
    let live = app.say("casino and all").await;
    for (number, seq) in missed.into_iter().enumerate() {
        app.until_text(seq, &format!("****** {number}")).await;
    }
    app.until_text(live, "****** and all").await;
    app.quiet().await;
    assert!(app.simulator.shows_all(APP, GROUP, None).iter().all(|shown| shown.edits <= 1));
}

#[tokio::test]
async fn what_was_seen_before_a_restart_is_not_judged_again() {
    let mut app = TestApp::following(&SOON).await;
    for _ in 0..30 {
        app.say("hello").await;
    }
    app.until("it is written down", async || {
        app.noted().await.first().is_some_and(|record| record.seen.as_slice() == [(0, 30)])
    })
    .await;
    app.stop().await;
    app.start().await;
    let lost = app.lose(post("a casino")).await;
    app.until_text(lost, "a ******").await;
    assert_eq!(app.metric("automod_late_messages_total{result=\"clean\"}").await, 0);
    assert_eq!(app.metric("automod_late_messages_total{result=\"planned\"}").await, 1);
}

#[tokio::test]
async fn the_first_start_leaves_old_history_alone() {
    let mut app = TestApp::prepare(RULES, &SOON).await;
    let an_hour_ago = jiff::Timestamp::now().as_millisecond() - 3_600_000;
    let mut old = Vec::new();
    for _ in 0..30 {
        old.push(app.lose(post("an old casino").sent_at(an_hour_ago)).await);
    }
    app.start().await;
    app.say("hello").await;
    let lost = app.lose(post("a casino")).await;
    app.until_text(lost, "a ******").await;
    app.quiet().await;
    assert!(old.into_iter().all(|seq| app.text(seq) == "an old casino"));
    assert_eq!(app.decisions().await.len(), 1);
}

#[tokio::test]
async fn what_is_found_too_late_is_logged_and_left() {
    let settings = [("CATCH_UP__AFTER", "1500ms"), ("CATCH_UP__ENFORCE_MAX_AGE", "1s")];
    let app = TestApp::following(&settings).await;
    app.say("hello").await;
    let lost = app.lose(post("a casino")).await;
    app.until("it is found", async || !app.outcomes(lost).await.is_empty()).await;
    assert_eq!(app.outcomes(lost).await, [ended("observed", Some("too_old"))]);
    assert_eq!(app.text(lost), "a casino");
    assert_eq!(app.audit(&["verify"]).code, 0);
}

#[tokio::test]
async fn forged_numbers_open_no_gap_and_hide_nothing() {
    let app = TestApp::following(&SELDOM).await;
    let first = app.say("hello").await;
    let body = app.callback(first);
    for zeros in 3..18 {
        let forged = body.replace("\"MsgSeq\":1", &format!("\"MsgSeq\":1{}", "0".repeat(zeros)));
        assert_ne!(forged, body);
        assert_eq!(app.deliver(&forged).await, 200);
    }
    app.until("history is asked", async || app.catch_up_calls("ok").await > 0).await;
    let lost = app.lose(post("a casino")).await;
    app.say("goodbye").await;
    app.until_text(lost, "a ******").await;
    let calls = app.simulator.calls().of(Command::History);
    assert!(calls < 20, "{calls} calls of history");
}

#[tokio::test]
async fn forged_groups_are_asked_for_once_and_left_alone() {
    let app = TestApp::following(&SOON).await;
    let first = app.say("hello").await;
    let body = app.callback(first);
    for number in 0..10 {
        let forged = body.replace(GROUP, &format!("@TGS#NONE{number}"));
        assert_eq!(app.deliver(&forged).await, 200);
        assert_eq!(app.deliver(&forged.replace("hello", "a casino")).await, 200);
    }
    app.until("each is asked for", async || app.catch_up_calls("gone").await == 10).await;
    let lost = app.lose(post("a casino")).await;
    app.until_text(lost, "a ******").await;
    assert_eq!(app.catch_up_calls("gone").await, 10, "nobody asks again");
    app.until("only the true one is written down", async || app.noted().await.len() == 1).await;
}

#[tokio::test]
async fn gaps_that_are_no_messages_are_asked_for_once() {
    let app = TestApp::following(&SELDOM).await;
    app.say("hello").await;
    app.lose(post("lee joined").system()).await;
    let recalled = app.lose(post("a casino")).await;
    app.simulator.recall(APP, GROUP, None, recalled, "lee").await.unwrap();
    let expired = app.lose(post("a casino")).await;
    app.simulator.expire(APP, GROUP, None, expired);
    app.lose(post("a casino").online_only()).await;
    let last = app.say("goodbye").await;
    app.until("all are settled", async || {
        app.noted().await.first().is_some_and(|record| record.seen.as_slice() == [(0, last)])
    })
    .await;
    let calls = app.simulator.calls().of(Command::History);
    let lost = app.lose(post("a casino")).await;
    app.say("again").await;
    app.until_text(lost, "a ******").await;
    // To look where the group ends, to read the gap, and the enforcer's own look.
    let more = app.simulator.calls().of(Command::History) - calls;
    assert!(more <= 4, "{more} calls of history");
    assert_eq!(app.decisions().await.len(), 1);
}

#[tokio::test]
async fn topics_are_followed_by_themselves() {
    let app = TestApp::following(&SOON).await;
    let in_topic = |text: &str, topic: &str| Post::text(APP, "clan", "lee", text).topic(topic);
    app.simulator.create_topic(APP, "clan", "news");
    app.simulator.create_topic(APP, "clan", "talk");
    app.send(in_topic("hello", "news")).await;
    app.send(in_topic("hello", "talk")).await;
    app.send(in_topic("again", "talk")).await;
    let lost = app.lose(in_topic("a casino", "news")).await;
    let shown = || app.simulator.shows(APP, "clan", Some("news"), lost).unwrap();
    app.until("it is masked", async || shown().text() == "a ******").await;
    let row = app.decisions().await.remove(0);
    assert_eq!((row.topic_id.as_deref(), row.msg_seq), (Some("news"), Some(lost)));
}

#[tokio::test]
async fn polled_groups_need_no_webhook() {
    let polled = format!("{GROUP},clan/ne%2Fws");
    let mut app = TestApp::prepare(RULES, &SOON).await;
    app.set("APPS__MAIN__POLL_GROUPS", &polled);
    app.set("CATCH_UP__POLL_EVERY", "20ms");
    app.set("CATCH_UP__AFTER", "1h");
    app.simulator.create_topic(APP, "clan", "ne/ws");
    let an_hour_ago = jiff::Timestamp::now().as_millisecond() - 3_600_000;
    let old = app.lose(post("an old casino").sent_at(an_hour_ago)).await;
    app.start().await;
    let seq = app.lose(post("a casino")).await;
    let topic = app.lose(Post::text(APP, "clan", "lee", "a 百家乐").topic("ne/ws")).await;
    app.until_text(seq, "a ******").await;
    let shown = || app.simulator.shows(APP, "clan", Some("ne/ws"), topic).unwrap().text();
    app.until("the topic's is masked", async || !shown().contains("百家乐")).await;
    let next = app.lose(post("another casino")).await;
    app.until_text(next, "another ******").await;
    app.quiet().await;
    assert_eq!(app.text(old), "an old casino");
    assert_eq!(app.source_of(next).await, "late");
}

#[tokio::test]
async fn live_groups_are_never_read() {
    let app = TestApp::following(&SOON).await;
    app.simulator.create_group(APP, "live", GroupType::AVChatRoom);
    app.send(Post::text(APP, "live", "lee", "hello")).await;
    app.lose(Post::text(APP, "live", "lee", "a casino")).await;
    app.send(Post::text(APP, "live", "lee", "goodbye")).await;
    app.say("hello").await;
    let lost = app.lose(post("a casino")).await;
    app.until_text(lost, "a ******").await;
    let calls = app.simulator.calls();
    assert_eq!(calls.of(Command::History), calls.answered(Command::History, 0));
    app.until("only the other one is written down", async || app.noted().await.len() == 1).await;
}

#[tokio::test]
async fn our_own_messages_and_clean_ones_leave_no_trace() {
    let app = TestApp::following(&SOON).await;
    app.say("hello").await;
    let own = app.lose(Post::text(APP, GROUP, "automod", "no casino here, please")).await;
    let clean = app.lose(post("chess")).await;
    let lost = app.lose(post("a casino")).await;
    app.until_text(lost, "a ******").await;
    app.quiet().await;
    assert_eq!((app.shows(own).edits, app.shows(clean).edits), (0, 0));
    assert_eq!(app.decisions().await.len(), 1);
}

#[tokio::test]
async fn a_platform_in_trouble_is_asked_again() {
    let app = TestApp::following(&SOON).await;
    app.simulator.faults().next(Command::History, 1, Fault::Status(502));
    app.simulator.faults().next(Command::History, 1, Fault::HalfJson);
    app.simulator.faults().next(Command::History, 1, Fault::Code(60008));
    app.say("hello").await;
    let lost = app.lose(post("a casino")).await;
    app.until_text(lost, "a ******").await;
    assert_eq!(app.catch_up_calls("transient").await, 3);
}

#[tokio::test]
async fn wrong_credentials_are_no_reason_to_hammer() {
    let app = TestApp::following(&SOON).await;
    app.simulator.faults().next(Command::History, 1, Fault::Code(70009));
    app.say("hello").await;
    app.lose(post("a casino")).await;
    app.until("it is refused", async || app.catch_up_calls("credentials").await == 1).await;
    let (before, lost) = (app.simulator.calls().of(Command::History), app.say("casino").await);
    app.until_text(lost, "******").await;
    let after = app.simulator.calls().of(Command::History);
    assert_eq!(after - before, 1, "only the enforcer reads what it rewrites");
}

#[tokio::test]
async fn switched_off_it_follows_nobody() {
    let off = [SOON.as_slice(), &[("CATCH_UP__ENABLED", "false")]].concat();
    let app = TestApp::following(&off).await;
    app.say("hello").await;
    let lost = app.lose(post("a casino")).await;
    let told = app.say("a casino too").await;
    app.until_text(told, "a ****** too").await;
    app.quiet().await;
    assert_eq!(app.text(lost), "a casino");
    assert_eq!(app.noted().await, []);
    assert_eq!(app.simulator.calls().of(Command::History), 1);
}

#[tokio::test]
async fn after_a_crash_under_loss_every_offence_is_still_masked() {
    let app = TestApp::prepare(RULES, &SOON).await;
    let faults = WebhookFaults { drop: 0.3, ..WebhookFaults::NONE };
    let send = async |from: usize| {
        for number in from..from + 40 {
            app.simulator.send(post(&format!("casino {number}"))).await;
        }
    };
    app.simulator.set_webhook_faults(faults, 11);
    for crash in 0..3 {
        let service = Process::serve(&app);
        send(crash * 80).await;
        // A group that was heard of for the first time a moment ago is not written down yet.
        app.until("the group is known", async || {
            let noted = app.reader().await.noted(APP).await.unwrap();
            noted.is_some_and(|noted| noted.streams.len() > GROUP.len())
        })
        .await;
        service.kill();
        send(crash * 80 + 40).await;
    }
    let service = Process::serve(&app);
    let shown = || app.simulator.shows_all(APP, GROUP, None).into_iter().enumerate();
    app.until("every offence is masked", async || {
        shown().all(|(number, shown)| shown.text() == format!("****** {number}"))
    })
    .await;
    app.quiet().await;
    assert!(shown().all(|(_, shown)| shown.edits == 1), "one rewrite in effect");
    assert_eq!(app.audit(&["verify"]).code, 0);
    service.kill();
}

#[tokio::test]
async fn a_rule_for_some_kinds_of_groups_keeps_to_them() {
    let scoped = RULES.replace(
        "    severity: high\n",
        "    severity: high\n    scope: { group_types: [Public] }\n",
    );
    let app = TestApp::spawn_with(&scoped, &SOON).await;
    app.simulator.create_group(APP, "work", GroupType::Work);
    app.say("hello").await;
    app.send(Post::text(APP, "work", "lee", "hello")).await;
    let elsewhere = app.lose(Post::text(APP, "work", "lee", "a casino")).await;
    let clean = "automod_late_messages_total{result=\"clean\"}";
    app.until("the other is judged", async || app.metric(clean).await == 1).await;
    let lost = app.lose(post("a casino")).await;
    app.until_text(lost, "a ******").await;
    assert_eq!(app.simulator.shows(APP, "work", None, elsewhere).unwrap().text(), "a casino");
}
