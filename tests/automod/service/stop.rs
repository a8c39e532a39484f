//! The real process under signals: what was acknowledged is never lost.

use super::acts::ended;
use super::harness::{APP, GROUP, RULES, TestApp};
use super::process::Process;
use chat_automod::simulator::{Command, Fault, Post};
use chat_automod::store::Store;
use std::sync::atomic::{AtomicBool, Ordering};

/// Masked exactly once, all of them.
fn each_is_masked_once(app: &TestApp, seqs: impl IntoIterator<Item = u64>) {
    for seq in seqs {
        assert_eq!((app.text(seq).as_str(), app.shows(seq).edits), ("******", 1), "number {seq}");
    }
}

#[tokio::test]
async fn a_stop_under_traffic_is_clean_and_loses_nothing_that_was_acknowledged() {
    let mut app = TestApp::prepare(RULES, &[]).await;
    let process = Process::serve(&app);
    let stopping = AtomicBool::new(false);
    let talk = async |number: usize| {
        let mut acknowledged = Vec::new();
        loop {
            let sent = app.simulator.send(Post::text(APP, GROUP, "lee", "casino")).await;
            if sent.webhook.is_some_and(|answer| answer.status == 200) {
                acknowledged.push(sent.seq);
            }
            if number == 0 && acknowledged.len() >= 10 && !stopping.swap(true, Ordering::Relaxed) {
                process.signal("TERM");
            }
            if stopping.load(Ordering::Relaxed) && acknowledged.last() != Some(&sent.seq) {
                return acknowledged;
            }
        }
    };
    let all = futures_util::future::join_all((0..4).map(talk)).await.concat();
    let (code, log) = process.ended();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("everything accepted is on disk"), "{log}");
    app.start().await;
    app.quiet().await;
    assert!(all.len() >= 10);
    each_is_masked_once(&app, all);
}

#[tokio::test]
async fn an_idle_service_stops_cleanly_at_ctrl_c() {
    let app = TestApp::prepare(RULES, &[]).await;
    let process = Process::serve(&app);
    app.say("hello").await;
    process.signal("INT");
    assert_eq!(process.ended().0, Some(0));
}

#[tokio::test]
async fn what_is_pending_when_the_process_is_killed_is_done_once_after_the_next_start() {
    let app = TestApp::prepare(RULES, &[]).await;
    let process = Process::serve(&app);
    app.simulator.faults().always(None, Fault::Status(502));
    let mut seqs = Vec::new();
    for _ in 0..10 {
        seqs.push(app.say("casino").await);
    }
    process.kill();
    app.simulator.faults().clear();
    let _process = Process::serve(&app);
    app.quiet().await;
    each_is_masked_once(&app, seqs);
    let verified = app.audit(&["verify"]);
    assert_eq!(verified.code, 0, "{verified:?}");
}

#[tokio::test]
async fn a_process_killed_again_and_again_between_edit_and_answer_edits_once() {
    let app = TestApp::prepare(RULES, &[]).await;
    let mut seqs = Vec::new();
    for round in 0..2 {
        let process = Process::serve(&app);
        app.simulator.faults().always(Command::Modify, Fault::AnswerLost);
        for _ in 0..5 {
            seqs.push(app.say("casino").await);
        }
        let newest = seqs[round * 5];
        app.until("an edit is made", async || app.shows(newest).edits > 0).await;
        process.kill();
    }
    app.simulator.faults().clear();
    let _process = Process::serve(&app);
    app.quiet().await;
    each_is_masked_once(&app, seqs);
    assert_eq!(app.audit(&["verify"]).code, 0);
}

#[tokio::test]
async fn a_hangup_reloads_the_rules_and_does_not_end_the_service() {
    let app = TestApp::prepare(RULES, &[]).await;
    let process = Process::serve(&app);
    app.write_rules(&RULES.replace("lottery]", "lottery, raffle]"));
    process.signal("HUP");
    app.until("the new rules are live", async || {
        let seq = app.say("a raffle").await;
        !app.outcomes(seq).await.is_empty()
    })
    .await;
    process.signal("TERM");
    assert_eq!(process.ended().0, Some(0));
}

/// The process dies whenever one action is in flight: that one is given up, its neighbour is not.
#[tokio::test]
async fn only_what_crashes_twice_alone_is_given_up() {
    let mut app = TestApp::spawn().await;
    app.simulator.faults().always(None, Fault::Status(502));
    let (poison, innocent) = (app.say("casino, poison").await, app.say("casino, innocent").await);
    app.stop().await;
    app.simulator.faults().clear();
    let url = app.settings().store.url;
    let decisions = app.decisions().await;
    let of = |seq| decisions.iter().find(|row| row.msg_seq == Some(seq)).unwrap().id.clone();
    // Both in flight, then the poisonous one alone, twice; each time the process is gone without a word.
    for (crash, in_flight) in
        [vec![of(poison), of(innocent)], vec![of(poison)], vec![of(poison)]].into_iter().enumerate()
    {
        let (store, writer) = Store::open(&url).await.unwrap();
        assert!(!store.suspects().await.unwrap(), "given up after {crash} crashes");
        for id in in_flight {
            assert!(store.start(id).await.unwrap());
        }
        store.close().await;
        writer.finished().await;
    }
    app.start().await;
    app.quiet().await;
    assert_eq!(app.text(poison), "casino, poison");
    assert_eq!(app.outcomes(poison).await, [ended("failed", Some("quarantined"))]);
    assert_eq!(app.text(innocent), "******, innocent");
    assert_eq!(app.audit(&["verify"]).code, 0);
}
