//! The platform's bad hours: an outage, a UserSig that does not last, codes that stop all calls.

use super::acts::ended;
use super::harness::{APP, GROUP, TestApp};
use chat_automod::simulator::{Command, Fault, Post};
use std::collections::BTreeMap;

/// One rule a severity.
const RULES: &str = r#"
version: 1
defaults: { mode: enforce, action: { mask: stars } }
rules:
  - id: gravest
    severity: critical
    match: { words: [bomb] }
    tests: { catch: ["a bomb"], pass: ["a plum"] }
  - id: grave
    severity: high
    match: { words: [casino] }
    tests: { catch: ["a casino"], pass: ["education"] }
  - id: slight
    severity: low
    match: { words: [lottery] }
    tests: { catch: ["a lottery"], pass: ["a slot"] }
"#;

/// An outage of hours: waits between tries are compressed, the number of tries is not.
#[tokio::test]
async fn after_an_outage_everything_is_done_most_severe_first() {
    let settings = [("ENFORCER__IN_FLIGHT", "1"), ("APPS__MAIN__CALLS_PER_SECOND", "200")];
    let app = TestApp::spawn_with(RULES, &settings).await;
    app.simulator.faults().always(None, Fault::Status(502));
    // The slightest come first, so that the order of arrival is the wrong one.
    for word in ["lottery", "casino", "bomb"] {
        for number in 0..40 {
            app.say(&format!("{word} {number}")).await;
        }
    }
    app.until("each was tried, and the gravest again and again", async || {
        let decisions = app.decisions().await;
        let tries = |rule: &str| {
            let of = decisions.iter().filter(move |row| row.rules == [rule]);
            of.map(|row| row.attempts).collect::<Vec<_>>()
        };
        let once = |rule| tries(rule).iter().all(|tries| *tries > 0);
        ["slight", "grave", "gravest"].into_iter().all(once)
            && tries("gravest").iter().any(|tries| *tries > 3)
    })
    .await;
    app.simulator.faults().clear();
    app.quiet().await;
    let done = app.decisions().await;
    assert_eq!(done.len(), 120);
    assert!(done.iter().all(|row| row.outcome == "applied"), "all done");
    let mut settled = BTreeMap::new();
    for row in done {
        let events = app.history(&row.id).await.events;
        let end = events.iter().find(|event| event.data["outcome"] == "applied").unwrap();
        settled.insert(end.seq, row.rules[0].clone());
    }
    let order: Vec<_> = settled.values().map(String::as_str).collect();
    let first = |rule| order.iter().position(|of| *of == rule).unwrap();
    let last = |rule| order.iter().rposition(|of| *of == rule).unwrap();
    assert!(last("gravest") < first("slight"), "{order:?}");
    let (grave, slight) = (first("grave"), first("slight"));
    assert!(grave < slight, "{order:?}");
    for shown in app.simulator.shows_all(APP, GROUP, None) {
        assert_eq!(shown.edits, 1, "{}", shown.seq);
    }
}

#[tokio::test]
async fn a_usersig_that_lasts_a_moment_is_renewed_and_nobody_notices() {
    let app = TestApp::spawn().await;
    app.simulator.habits(|habits| habits.usersig_life = Some(2));
    let expired = || {
        let calls = app.simulator.calls();
        calls.answered(Command::Modify, 70001) + calls.answered(Command::History, 70001)
    };
    let mut seqs = Vec::new();
    while expired() < 3 {
        seqs.push(app.say("casino").await);
        app.quiet().await;
        assert!(seqs.len() < 100_000, "no UserSig ever expires");
    }
    for seq in seqs {
        assert_eq!((app.text(seq).as_str(), app.shows(seq).edits), ("******", 1));
        assert_eq!(app.outcomes(seq).await, [ended("applied", None)]);
    }
    let refused = app.metric("automod_actions_total{outcome=\"pending\",class=\"expired\"}").await;
    assert_eq!(refused, 0, "no action waited for it");
}

/// Each of these ends all calls for a while: what waits must go on waiting, and the first call must be the last.
#[tokio::test]
async fn every_code_that_stops_all_calls_leaves_the_action_waiting() {
    let codes = [
        20002, 60004, 60005, 60006, 60010, 60012, 60016, 60017, 60020, 60021, 60025, 60026, 60027,
        60028, 70001, 70002, 70003, 70005, 70009, 70013, 70014, 70016, 70020, 70050, 70051, 70052,
        70107, 70403, 80005, 90009,
    ];
    for code in codes {
        let app = TestApp::spawn().await;
        app.simulator.faults().always(Command::Modify, Fault::Code(code));
        let first = app.say("casino").await;
        app.until("it was tried", async || app.decisions().await[0].attempts > 0).await;
        let second = app.say("a casino").await;
        let calls = app.simulator.calls().of(Command::Modify);
        assert!(calls <= 2, "{code}: {calls} calls, of which one may be for a new UserSig");
        app.simulator.faults().clear();
        for seq in [first, second] {
            assert_eq!(app.outcomes(seq).await, [ended("pending", None)], "{code}");
            assert_eq!(app.shows(seq).edits, 0, "{code}");
        }
    }
}

#[tokio::test]
async fn every_code_that_asks_for_patience_is_heeded_and_the_mask_stands() {
    let app = TestApp::spawn().await;
    for code in [10006, 10023, 22006, 60007, 60011, 60018, 60019, 20027, 20028] {
        app.simulator.faults().next(Command::Modify, 1, Fault::Code(code));
        let seq = app.send(Post::text(APP, GROUP, "lee", &format!("casino {code}"))).await;
        app.quiet().await;
        assert_eq!(app.outcomes(seq).await, [ended("applied", None)], "{code}");
        assert_eq!((app.text(seq), app.shows(seq).edits), (format!("****** {code}"), 1));
    }
}

#[tokio::test]
async fn every_code_that_refuses_a_body_leaves_a_tag_in_its_place() {
    let app = TestApp::spawn().await;
    for code in [20001, 80001, 80002, 80004, 90001, 90002, 90007, 90010, 90055, 93000] {
        app.simulator.faults().next(Command::Modify, 1, Fault::Code(code));
        let seq = app.say("casino").await;
        app.quiet().await;
        assert_eq!(app.outcomes(seq).await, [ended("applied", Some("tagged_instead"))], "{code}");
        assert_eq!((app.text(seq).as_str(), app.shows(seq).edits), ("casino", 1), "{code}");
    }
}
