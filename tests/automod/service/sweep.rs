//! `automod sweep`: a group's history judged because a person asks for it, beside the running service.

use super::acts::ended;
use super::harness::{APP, GROUP, RULES, TestApp};
use super::process::{Ran, automod};
use chat_automod::simulator::{Command, GroupType, Post};

const AN_HOUR: i64 = 3_600_000;

impl TestApp {
    /// Runs `automod sweep …` while the platform and the service go on.
    async fn sweep(&self, arguments: &[&str]) -> Ran {
        let variables = self.variables().clone();
        let arguments: Vec<_> =
            ["sweep"].iter().chain(arguments).map(|word| (*word).to_owned()).collect();
        let run = move || {
            let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
            automod(&variables, &arguments)
        };
        tokio::task::spawn_blocking(run).await.unwrap()
    }

    /// A message from so long ago, before anybody moderated.
    async fn old(&self, text: &str, ago: i64) -> u64 {
        let at = jiff::Timestamp::now().as_millisecond() - ago;
        self.simulator.send(Post::text(APP, GROUP, "lee", text).sent_at(at).quiet()).await.seq
    }
}

#[tokio::test]
async fn old_messages_are_judged_and_the_running_service_rewrites_them() {
    let app = TestApp::spawn().await;
    let mut old = Vec::new();
    for _ in 0..50 {
        old.push(app.old("an old casino", 24 * AN_HOUR).await);
        app.old("an old chessboard", 24 * AN_HOUR).await;
    }
    let ran = app.sweep(&["--group", GROUP]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(
        ran.out,
        "100 messages judged: 50 clean, 50 got a decision (50 will be rewritten), \
         0 had theirs before; 0 entries are no messages to judge\n"
    );
    app.until("all are masked", async || old.iter().all(|seq| app.text(*seq) == "an old ******"))
        .await;
    app.quiet().await;
    let rows = app.decisions().await;
    assert!(rows.iter().all(|row| row.source == "sweep" && row.outcome == "applied"));
    let again = app.sweep(&["--group", GROUP]).await;
    assert!(again.out.starts_with("100 messages judged: 100 clean, 0 got"), "{again:?}");
    assert_eq!(app.decisions().await.len(), 50);
    assert_eq!(app.audit(&["verify"]).code, 0);
}

#[tokio::test]
async fn a_rule_that_now_acts_is_applied_to_what_it_only_watched() {
    let app = TestApp::spawn().await;
    let watched = app.say("the lottery").await;
    let tagged = app.say("add my wechat").await;
    app.quiet().await;
    assert_eq!(app.outcomes(watched).await, [ended("observed", Some("shadow"))]);
    let same = app.sweep(&["--group", GROUP]).await;
    assert!(same.out.contains("0 got a decision"), "{same:?}");
    assert!(same.out.contains("2 had theirs before"), "{same:?}");

    app.write_rules(
        &RULES.replace("    category: lottery\n", "    category: lottery\n    mode: enforce\n"),
    );
    let loaded = "automod_rules_reloads_total{state=\"loaded\"}";
    app.until("the new rules are live", async || app.metric(loaded).await == 2).await;
    let ran = app.sweep(&["--group", GROUP]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    app.until("it is masked", async || app.text(watched) == "the *******").await;
    app.quiet().await;
    assert_eq!(app.outcomes(watched).await[0], ended("applied", None));
    assert_eq!(app.shows(tagged).edits, 1, "what has its tag needs no other");
}

#[tokio::test]
async fn a_dry_run_tells_what_would_be_done_and_writes_nothing() {
    let app = TestApp::prepare(RULES, &[]).await;
    app.old("an innocent text", AN_HOUR).await;
    let hit = app.old("an old casino", AN_HOUR).await;
    let ran = app.sweep(&["--group", GROUP, "--dry-run"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let (line, summary) = ran.out.split_once('\n').unwrap();
    let fields: Vec<_> = line.split('\t').collect();
    assert_eq!(fields[0], hit.to_string());
    assert!(fields[1].parse::<jiff::Timestamp>().is_ok(), "{line}");
    assert_eq!(fields[2..], ["pending", "gambling@body.0.Text:7..13"]);
    assert_eq!(
        summary,
        "2 messages judged: 1 clean, 1 would get a decision (1 would be rewritten), \
         0 had theirs before; 0 entries are no messages to judge\n"
    );
    assert!(!format!("{ran:?}").contains("old casino"), "{ran:?}");
    assert_eq!(app.text(hit), "an old casino");
    assert!(!app.folder.path().join("automod.db").exists(), "a dry run makes no database");
}

#[tokio::test]
async fn a_dry_run_beside_the_service_leaves_its_database_alone() {
    let app = TestApp::spawn().await;
    let decided = app.say("a casino").await;
    let old = app.old("an old lottery", AN_HOUR).await;
    app.quiet().await;
    // The echo of our rewrite is an event too: it must be in before the chains are compared.
    let id = app.decisions().await[0].id.clone();
    app.until("the rewrite is confirmed", async || {
        app.history(&id).await.events.last().is_some_and(|it| it.kind == "decision.confirmed")
    })
    .await;
    let before = app.audit(&["verify"]).out;
    let ran = app.sweep(&["--group", GROUP, "--dry-run"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.starts_with(&format!("{old}\t")), "{ran:?}");
    assert!(ran.out.contains("\tobserved (shadow)\twatching@body.0.Text:7..14\n"), "{ran:?}");
    assert_eq!(app.audit(&["verify"]).out, before);
    assert_eq!(app.text(decided), "a ******");
}

#[tokio::test]
async fn since_and_topic_say_how_far() {
    let app = TestApp::spawn().await;
    let older = app.old("an older casino", 5 * AN_HOUR).await;
    let newer = app.old("a newer casino", AN_HOUR).await;
    let ran = app.sweep(&["--group", GROUP, "--since", "2h"]).await;
    assert!(ran.out.starts_with("1 messages judged: 0 clean, 1 got"), "{ran:?}");
    app.until("it is masked", async || app.text(newer) == "a newer ******").await;
    assert_eq!(app.text(older), "an older casino");

    let in_topic = Post::text(APP, "clan", "lee", "a casino").topic("news").quiet();
    let seq = app.simulator.send(in_topic).await.seq;
    let ran = app.sweep(&["--group", "clan", "--topic", "news", "--app", "main"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let text = || app.simulator.shows(APP, "clan", Some("news"), seq).unwrap().text();
    app.until("the topic's is masked", async || text() == "a ******").await;
}

#[tokio::test]
async fn what_cannot_be_swept_is_said_by_exit_code() {
    let app = TestApp::spawn().await;
    app.simulator.create_group(APP, "live", GroupType::AVChatRoom);
    for group in ["@TGS#NONE", "live"] {
        let ran = app.sweep(&["--group", group]).await;
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{ran:?}");
        assert!(ran.err.contains("the platform answered code"), "{ran:?}");
    }
    assert_eq!(app.sweep(&[]).await.code, 2);
    let ran = app.sweep(&["--group", GROUP, "--app", "other"]).await;
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("--app must be one of: main"), "{ran:?}");
    assert_eq!(app.sweep(&["--group", GROUP, "--since", "yesterday"]).await.code, 2);
    let calls = app.simulator.calls().of(Command::History);
    app.write_rules("version: 1\nrules: nonsense\n");
    let ran = app.sweep(&["--group", GROUP]).await;
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains("test.yaml:2"), "{ran:?}");
    assert_eq!(app.simulator.calls().of(Command::History), calls);
}
