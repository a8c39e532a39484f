//! Erasing: what a person wrote and is called is gone from the files, the chain still verifies, and nothing else is gone.

use super::encryption::{bytes, holds};
use super::harness::{APP, GROUP, RULES, TestApp};
use super::process::{Ran, automod};
use chat_automod::simulator::{Command, Fault, Post};

/// Texts are stored as they are, so that a search of the files finds whatever is left.
const PLAIN: (&str, &str) = ("AUDIT__ENCRYPTION_KEY_FILE", "none");

impl TestApp {
    fn erase(&self, arguments: &[&str]) -> Ran {
        let all = [&["audit", "erase", "--reason", "a request"], arguments].concat();
        automod(self.variables(), &all)
    }

    fn hold(&self, arguments: &[&str]) -> Ran {
        automod(self.variables(), &[&["audit", "hold"], arguments].concat())
    }

    fn verified(&self) {
        let verified = self.audit(&["verify"]);
        assert_eq!(verified.code, 0, "{verified:?}");
    }

    async fn by(&self, sender: &str, text: &str) -> u64 {
        self.send(Post::text(APP, GROUP, sender, text)).await
    }

    /// The newest decision about what somebody sent.
    fn newest_of(&self, sender: &str) -> String {
        let listed = self.audit(&["list", "--sender", sender]).json();
        listed[0]["id"].as_str().unwrap().to_owned()
    }
}

/// Whether nothing of a person is left: everything of theirs holds this mark.
fn is_gone(app: &TestApp, mark: &str) {
    let found = bytes(app);
    assert!(holds(&found, "casino-"), "others' words are there");
    assert!(!holds(&found, mark), "{mark} is left in the files");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_an_erased_person_is_left_in_database_or_log() {
    let mut app = TestApp::spawn_with(RULES, &[PLAIN]).await;
    for number in 0..30 {
        app.by("zoe-zmark", &format!("casino zmark {number} {}", "long ".repeat(number * 40)))
            .await;
        app.by("others", &format!("casino-{number} {}", "long ".repeat(number * 30))).await;
    }
    app.by("zoe-zmark", "lottery zmark, only watched").await;
    let seq = app.by("others", "casino-original").await;
    app.edit(seq, "zoe-zmark", "a zmark casino").await;
    let relayed = Post::text(APP, GROUP, "others", "casino-relayed").issued_by("zoe-zmark");
    app.send(relayed).await;
    app.quiet().await;
    let id = app.newest_of("zoe-zmark");
    let ran = automod(
        app.variables(),
        &["undo", "--rule", "gambling", "--since", "1h", "--reason", "zmark is right"],
    );
    assert_eq!(ran.code, 0, "{ran:?}");
    app.until("all is undone", async || {
        let waiting =
            sqlx::query_scalar::<_, i64>("SELECT count(*) FROM undos WHERE state = 'pending'");
        waiting.fetch_one(&mut app.connection().await).await.unwrap() == 0
    })
    .await;
    assert!(holds(&bytes(&app), "zmark"));
    let before = app.audit(&["list"]).json().len();

    let ran = app.erase(&["--sender", "zoe-zmark"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.ends_with(" decisions erased\n"), "{ran:?}");
    // What others' undos were for is a word of a moderator, which stands beside others' messages.
    let sql = "SELECT group_concat(event_seq || name || content) FROM texts WHERE content LIKE '%zmark%' AND name <> 'reason'";
    let left: Option<String> =
        sqlx::query_scalar(sql).fetch_one(&mut app.connection().await).await.unwrap();
    assert_eq!(left, None);
    let reasons = app.erase(&["--sender", "others"]);
    assert_eq!(reasons.code, 0, "{reasons:?}");
    app.by("others", "casino-again").await;
    app.quiet().await;
    app.verified();
    is_gone(&app, "zmark");
    let listed = app.audit(&["list"]).json();
    assert_eq!(listed.len(), before + 1, "the decisions themselves stay");
    assert!(app.audit(&["list", "--sender", "zoe-zmark"]).json().is_empty());
    let undo = automod(app.variables(), &["undo", &id, "--reason", "r"]);
    assert_eq!(undo.code, 1, "{undo:?}");
    assert_eq!(app.erase(&["--sender", "zoe-zmark"]).out, "0 texts of 0 decisions erased\n");
    app.stop().await;
    is_gone(&app, "zmark");
    app.verified();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_erased_after_others_leaves_nothing_either() {
    let mut app = TestApp::spawn_with(RULES, &[PLAIN]).await;
    let people = ["anna", "berta", "clara", "dora", "emil"];
    for number in 0..40 {
        for (at, person) in people.iter().enumerate() {
            let words = "long ".repeat((number * 7 + at * 13) % 90);
            app.by(&format!("{person}-who"), &format!("casino {person}-says {words}")).await;
        }
    }
    app.by("others", "casino-kept").await;
    app.quiet().await;
    for person in people {
        let ran = app.erase(&["--sender", &format!("{person}-who")]);
        assert_eq!(ran.code, 0, "{ran:?}");
        is_gone(&app, &format!("{person}-"));
        app.verified();
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_message_is_erased_and_undo_says_so() {
    let mut app = TestApp::spawn().await;
    app.by("lee", "a casino").await;
    app.by("lee", "a casino again").await;
    app.quiet().await;
    let id = app.newest_of("lee");
    assert_eq!(app.erase(&["--decision", &id]).out, "5 texts of 1 decisions erased\n");
    let history = app.history(&id).await;
    assert_eq!((history.original, history.rewritten, history.decision.sender), (None, None, None));
    let undo = automod(app.variables(), &["undo", &id, "--reason", "r"]);
    assert_eq!(undo.code, 1);
    assert!(undo.err.contains("its words were erased on 2"), "{undo:?}");
    assert_eq!(app.audit(&["list", "--sender", "lee"]).json().len(), 1, "the other one stays");
    let unknown = app.erase(&["--decision", "no-such"]);
    assert_eq!(unknown.code, 1, "{unknown:?}");
    assert_eq!(app.erase(&[]).code, 2);
    app.verified();
    app.stop().await;
    app.verified();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_action_still_needs_is_erased_later() {
    let app = TestApp::spawn_with(RULES, &[PLAIN]).await;
    app.simulator.faults().always(Command::History, Fault::Status(502));
    app.by("lee", "casino pending").await;
    let ran = app.erase(&["--sender", "lee"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, "0 texts of 0 decisions erased\n"), "{ran:?}");
    assert!(ran.err.contains("1 decisions were left out: they still wait"), "{ran:?}");
    app.simulator.faults().clear();
    app.quiet().await;
    let ran = app.erase(&["--sender", "lee"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    app.verified();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_keeps_everything_until_it_is_removed() {
    let mut app = TestApp::spawn().await;
    app.by("lee", "a casino").await;
    app.by("kim", "a casino").await;
    app.quiet().await;
    let person = app.hold(&["add", "--sender", "lee", "--reason", "case 17", "--by", "ada"]);
    let id = app.newest_of("kim");
    let one = app.hold(&["add", "--decision", &id, "--reason", "case 18"]);
    assert_eq!((person.code, one.code), (0, 0), "{person:?} {one:?}");
    let holds = app.hold(&["list"]).json();
    assert_eq!(holds[0]["sender"], "lee");
    assert_eq!((&holds[0]["reason"], &holds[0]["by"]), (&"case 17".into(), &"ada".into()));
    assert_eq!(holds[1]["decision"], id);
    for sender in ["lee", "kim"] {
        let ran = app.erase(&["--sender", sender]);
        assert_eq!((ran.code, ran.out.as_str()), (1, "0 texts of 0 decisions erased\n"), "{ran:?}");
        assert!(ran.err.contains("1 decisions were left out: they are held"), "{ran:?}");
    }
    app.verified();
    for hold in &holds {
        let id = hold["id"].as_str().unwrap();
        assert_eq!(app.hold(&["remove", id, "--reason", "closed"]).code, 0);
        assert_eq!(app.hold(&["remove", id, "--reason", "closed"]).code, 1, "it is gone");
    }
    assert!(app.hold(&["list"]).out.is_empty());
    for sender in ["lee", "kim"] {
        assert_eq!(app.erase(&["--sender", sender]).code, 0);
    }
    app.verified();
    app.stop().await;
    app.verified();
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_an_event_names_may_be_missing() {
    let mut app = TestApp::spawn().await;
    for text in ["a casino", "another casino", "a third casino"] {
        app.by("lee", text).await;
    }
    app.by("kim", "a casino").await;
    app.quiet().await;
    let ran = app.erase(&["--sender", "lee"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    app.hold(&["add", "--sender", "kim", "--reason", "case 17"]);
    app.stop().await;
    app.verified();
    let cases = [
        "DELETE FROM texts WHERE name = 'sender'",
        "DELETE FROM texts WHERE name = 'reason'",
        "DELETE FROM erased WHERE event_seq = 3",
        "UPDATE erased SET by_event = by_event + 1",
        "INSERT OR IGNORE INTO erased SELECT event_seq, name, (SELECT max(by_event) FROM erased) FROM texts; DELETE FROM texts",
        "INSERT INTO erased VALUES (1, 'sender', 2)",
        "UPDATE texts SET content = 'eve' WHERE event_seq = 3 AND name = 'sender'",
        "UPDATE texts SET decision_id = 'x' WHERE event_seq = 3 AND name = 'sender'",
        "UPDATE decisions SET digest = 'guess' WHERE digest = ''",
        "UPDATE decisions SET digest = '' WHERE digest <> ''",
        "DELETE FROM holds",
        "UPDATE holds SET decision_id = 'x'",
        "UPDATE holds SET event_seq = 1",
        "INSERT INTO holds VALUES ('x', 1, 1, NULL, NULL)",
    ];
    for statement in cases {
        let found = super::tamper::verify(&app, statement).await;
        assert_eq!(found.code, 1, "{statement}: {found:?}");
        assert!(found.out.starts_with("DAMAGED: "), "{statement}: {found:?}");
    }
}
