//! What follows from each class of the platform's errors (EN-34348), as the group and the audit show it.

use super::acts::ended;
use super::harness::TestApp;
use chat_automod::simulator::{Command, Fault};

const TRANSIENT: [i64; 14] = [
    10002, 20004, 20005, 20018, 60008, 60013, 60014, 70169, 70202, 70500, 90992, 90994, 90995,
    91000,
];
const NOT_PERMITTED: [i64; 5] = [10007, 10026, 10041, 10059, 11000];
const GONE: [i64; 5] = [10010, 10015, 10030, 20022, 20023];
const PERMANENT: [i64; 20] = [
    10003, 10004, 10011, 10012, 10031, 10032, 10033, 10034, 10035, 10044, 10052, 20003, 60002,
    60003, 60009, 60015, 90003, 90012, 90054, 110_013,
];

/// One message whose calls of `command` meet `fault` so often; how it ended, with the number of tries.
async fn meets(
    app: &TestApp,
    command: Command,
    times: u32,
    fault: Fault,
) -> (u32, (String, Option<String>), i64) {
    app.simulator.faults().next(command, times, fault);
    let seq = app.say("casino").await;
    app.quiet().await;
    let row = app.decisions().await.remove(0);
    (app.shows(seq).edits, (row.outcome, row.cause), row.attempts)
}

#[tokio::test]
async fn a_transient_error_is_tried_again_until_the_mask_stands() {
    let app = TestApp::spawn().await;
    for command in [Command::Modify, Command::History] {
        for code in TRANSIENT {
            let met = meets(&app, command, 1, Fault::Code(code)).await;
            assert_eq!(met, (1, ended("applied", None), 2), "{command:?} {code}");
        }
    }
    let failed = app.metric("automod_actions_total{outcome=\"pending\",class=\"transient\"}").await;
    assert_eq!(failed, 28, "counted by class, not by code");
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_is_tried_again() {
    let app = TestApp::spawn().await;
    let broken = [
        Fault::Status(500),
        Fault::Status(502),
        Fault::Status(404),
        Fault::Drop,
        Fault::Garbage,
        Fault::Html,
        Fault::HalfJson,
        Fault::NoErrorCode,
        Fault::Gzip,
        Fault::Padded(2 << 20),
    ];
    for command in [Command::Modify, Command::History] {
        for fault in broken {
            let met = meets(&app, command, 1, fault).await;
            assert_eq!(met, (1, ended("applied", None), 2), "{command:?} {fault:?}");
        }
    }
}

#[tokio::test]
async fn many_transient_errors_in_a_row_lose_nothing() {
    let app = TestApp::spawn().await;
    let met = meets(&app, Command::Modify, 12, Fault::Code(90994)).await;
    assert_eq!(met, (1, ended("applied", None), 13));
}

#[tokio::test]
async fn after_a_conflict_the_message_is_read_again() {
    let app = TestApp::spawn().await;
    for code in [20027, 20028] {
        let before = app.simulator.calls().of(Command::History);
        let met = meets(&app, Command::Modify, 1, Fault::Code(code)).await;
        assert_eq!(met, (1, ended("applied", None), 2));
        assert_eq!(app.simulator.calls().of(Command::History), before + 2);
    }
}

#[tokio::test]
async fn what_a_conflict_was_about_is_masked_as_it_is_then() {
    let app = TestApp::spawn().await;
    app.simulator.faults().always(Command::Modify, Fault::Code(20027));
    let seq = app.say("my casino").await;
    app.until("the conflict is met", async || {
        app.simulator.calls().answered(Command::Modify, 20027) > 0
    })
    .await;
    app.edit(seq, "lee", "your casino").await;
    app.simulator.faults().clear();
    app.quiet().await;
    assert_eq!((app.text(seq).as_str(), app.shows(seq).edits), ("your ******", 2));
}

#[tokio::test]
async fn a_usersig_out_of_its_time_is_renewed_at_once() {
    let app = TestApp::spawn().await;
    for code in [70001, 20002, 60004, 60005] {
        for command in [Command::Modify, Command::History] {
            let met = meets(&app, command, 1, Fault::Code(code)).await;
            assert_eq!(met, (1, ended("applied", None), 1), "{command:?} {code}");
        }
    }
}

#[tokio::test]
async fn an_unknown_code_ends_after_the_last_try_and_its_answer_is_kept() {
    let app = TestApp::spawn().await;
    let met = meets(&app, Command::Modify, 5, Fault::Code(12_345)).await;
    assert_eq!(met, (0, ended("failed", Some("unknown_code")), 5));
    let id = app.decisions().await.remove(0).id;
    let history = app.history(&id).await;
    assert_eq!(history.decision.error_code, Some(12_345));
    let answer = r#"{"ActionStatus":"FAIL","ErrorCode":12345,"ErrorInfo":"as switched on"}"#;
    assert_eq!(history.answer.as_deref(), Some(answer));
    assert_eq!(app.metric("automod_actions_total{outcome=\"failed\",class=\"unknown\"}").await, 1);
}

#[tokio::test]
async fn an_unknown_code_that_passes_does_no_harm() {
    let app = TestApp::spawn().await;
    let met = meets(&app, Command::Modify, 4, Fault::Code(-1)).await;
    assert_eq!(met, (1, ended("applied", None), 5));
}

#[tokio::test]
async fn what_is_refused_for_good_has_failed_at_once_with_its_code() {
    let app = TestApp::spawn().await;
    for (codes, cause) in [(&NOT_PERMITTED[..], "not_permitted"), (&PERMANENT[..], "refused")] {
        for code in codes {
            let met = meets(&app, Command::Modify, 1, Fault::Code(*code)).await;
            assert_eq!(met, (0, ended("failed", Some(cause)), 1), "{code}");
            assert_eq!(app.decisions().await[0].error_code, Some(*code));
        }
    }
}

#[tokio::test]
async fn a_message_that_is_gone_when_we_write_is_moot() {
    let app = TestApp::spawn().await;
    for code in GONE {
        let met = meets(&app, Command::Modify, 1, Fault::Code(code)).await;
        let cause = if code == 20023 { "recalled" } else { "missing" };
        assert_eq!(met.1, ended("moot", Some(cause)), "{code}");
        assert_eq!(app.decisions().await[0].error_code, Some(code));
    }
}

#[tokio::test]
async fn every_try_stands_in_the_audit_with_its_code() {
    let app = TestApp::spawn().await;
    app.simulator.faults().next(Command::History, 1, Fault::Code(90994));
    app.simulator.faults().next(Command::Modify, 1, Fault::Code(20028));
    app.say("casino").await;
    app.quiet().await;
    let id = app.decisions().await.remove(0).id;
    let tries =
        app.history(&id).await.events.into_iter().filter(|event| event.kind == "decision.retried");
    let codes: Vec<_> = tries.map(|event| event.data["error_code"].clone()).collect();
    assert_eq!(codes, [90994, 20028]);
}
