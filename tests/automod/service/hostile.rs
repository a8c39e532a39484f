//! Whoever saw one signed URL can post any body, and the network repeats and shuffles: none of it rewrites an
//! innocent message or saves an offender.

use super::harness::{APP, GROUP, RULES, TestApp};
use chat_automod::simulator::{ClientEdit, Delivery, Post, Shown, WebhookFaults};

/// No limit of calls that makes a test long.
const QUICK: [(&str, &str); 1] = [("APPS__MAIN__CALLS_PER_SECOND", "2000")];

impl TestApp {
    /// Posts a truly signed webhook that says somebody recalled a message.
    async fn deliver_recall(&self, seq: u64) -> u16 {
        let body = serde_json::json!({
            "CallbackCommand": "Group.CallbackAfterRecallMsg", "GroupId": GROUP, "Type": "Public",
            "TopicId": "", "Operator_Account": "lee", "MsgSeqList": [{ "MsgSeq": seq }],
            "EventTime": jiff::Timestamp::now().as_millisecond(),
        });
        let command = Some("Group.CallbackAfterRecallMsg".to_owned());
        let delivery = Delivery { sdk_app_id: APP, command, ..Delivery::default() };
        self.simulator.deliver(body.to_string(), delivery).await.unwrap().status
    }
}

#[tokio::test]
async fn a_thousand_forged_bodies_rewrite_nothing_innocent() {
    let app = TestApp::spawn_with(RULES, &QUICK).await;
    app.simulator.set_calls_per_second(100_000);
    for number in 0..1000 {
        app.say(&format!("hello number {number}")).await;
    }
    for seq in 1..=1000 {
        let forged = app.callback(seq).replace("hello", "casino");
        assert_eq!(app.deliver(&forged).await, 200);
    }
    let offender = app.say("a true casino").await;
    app.quiet().await;
    for shown in app.simulator.shows_all(APP, GROUP, None).iter().take(1000) {
        assert_eq!(shown.edits, 0, "{}", shown.text());
    }
    let decisions = app.decisions().await;
    let forged = decisions.iter().filter(|row| row.msg_seq != Some(offender));
    assert_eq!(forged.clone().count(), 1000);
    assert!(forged.clone().all(|row| row.cause.as_deref() == Some("no_longer_hits")));
    assert_eq!(app.text(offender), "a true ******");
}

/// Each forgery, before and after the true webhook: the offender never gets away.
#[tokio::test]
async fn no_forged_webhook_saves_an_offender() {
    let app = TestApp::spawn_with(RULES, &[("CATCH_UP__ENABLED", "false")]).await;
    for forgery in ["recall", "clean edit", "other edit", "clean duplicate", "other duplicate"] {
        for before in [true, false] {
            let post = Post::text(APP, GROUP, "lee", "my casino").quiet();
            let seq = app.simulator.send(post).await.seq;
            let truth = app.callback(seq);
            let forge = async || match forgery {
                "recall" => app.deliver_recall(seq).await,
                "clean edit" => app.deliver_edit(&app.edit_callback(seq, "eve", "flowers")).await,
                "other edit" => app.deliver_edit(&app.edit_callback(seq, "eve", "카지노")).await,
                "clean duplicate" => app.deliver(&truth.replace("casino", "garden")).await,
                _ => app.deliver(&truth.replace("my casino", "your casino")).await,
            };
            if before {
                assert_eq!(forge().await, 200, "{forgery}");
            }
            assert_eq!(app.deliver(&truth).await, 200, "{forgery}");
            if !before {
                assert_eq!(forge().await, 200, "{forgery}");
            }
            app.quiet().await;
            let shown = app.shows(seq);
            let seen = (shown.text(), shown.edits);
            assert_eq!(seen, ("my ******".into(), 1), "{forgery}, before: {before}");
        }
    }
}

/// What happens in a group, told in order.
async fn story(app: &TestApp, settle: impl AsyncFn()) {
    for number in 0..30_u64 {
        let word = ["casino", "chess", "카지노"][number as usize % 3];
        let post = Post::text(APP, GROUP, "lee", &format!("{word} {number}"));
        let seq = app.simulator.send(post).await.seq;
        settle().await;
        let edit = |text: String| ClientEdit::text(APP, GROUP, seq, "lee", &text);
        match number % 5 {
            0 => drop(app.simulator.edit(edit(format!("a garden {number}"))).await.unwrap()),
            1 => drop(app.simulator.edit(edit(format!("my casino {number}"))).await.unwrap()),
            2 => drop(app.simulator.recall(APP, GROUP, None, seq, "lee").await.unwrap()),
            _ => {}
        }
        settle().await;
        if number % 10 == 1 {
            drop(app.simulator.edit(edit(format!("your 百家乐 {number}"))).await.unwrap());
            settle().await;
        }
    }
}

/// What people see; nobody sees what a recalled message said.
fn seen(app: &TestApp) -> Vec<(bool, Option<String>)> {
    let of = |shown: &Shown| (shown.recalled, (!shown.recalled).then(|| shown.text()));
    app.simulator.shows_all(APP, GROUP, None).iter().map(of).collect()
}

#[tokio::test]
async fn ten_times_each_and_in_any_order_the_groups_show_the_same_in_the_end() {
    let settings = [QUICK[0], ("CATCH_UP__ENABLED", "false")];
    let in_order = TestApp::spawn_with(RULES, &settings).await;
    story(&in_order, async || in_order.quiet().await).await;
    let expected = seen(&in_order);
    assert!(expected.iter().any(|(_, text)| text.as_deref() == Some("your *** 1")), "{expected:?}");

    for seed in 0..3 {
        let app = TestApp::spawn_with(RULES, &settings).await;
        let astray = WebhookFaults { drop: 0.0, duplicate: 9, shuffle: 100_000 };
        app.simulator.set_webhook_faults(astray, seed);
        story(&app, async || {}).await;
        app.simulator.flush_webhooks().await;
        app.quiet().await;
        // The echoes of what was written come last, ten times each too.
        app.simulator.flush_webhooks().await;
        app.quiet().await;
        assert_eq!(seen(&app), expected, "seed {seed}");
        assert!(app.simulator.webhooks().posted > 500, "everything came ten times");
        let decisions = app.decisions().await;
        for shown in app.simulator.shows_all(APP, GROUP, None) {
            // Where a second decision finds its text written already, it writes nothing.
            let wrote = decisions.iter().filter(|row| {
                row.msg_seq == Some(shown.seq) && row.outcome == "applied" && row.cause.is_none()
            });
            assert!(wrote.count() <= 1, "seed {seed}: {shown:?} was rewritten twice");
        }
    }
}
