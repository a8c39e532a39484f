//! A disk that is full, and a database that somebody else holds: nothing is acknowledged that is not kept, and
//! nobody has to restart anything afterwards.

use super::harness::{APP, GROUP, RULES, TestApp};
use super::process::Process;
use chat_automod::simulator::Post;
use std::time::{Duration, Instant};

impl TestApp {
    /// Sends a message of a size that counts; its number and what its webhook was answered.
    async fn try_to_say(&self, text: &str) -> (u64, Option<u16>) {
        let text = format!("{text} {}", "on and on ".repeat(200));
        let sent = self.simulator.send(Post::text(APP, GROUP, "lee", &text)).await;
        (sent.seq, sent.webhook.map(|answer| answer.status))
    }

    /// Posts the webhook of each again until it is acknowledged, as the platform's retry does.
    async fn until_acknowledged(&self, seqs: &[u64]) {
        for seq in seqs {
            let callback = self.callback(*seq);
            self.until("it is acknowledged", async || self.deliver(&callback).await == 200).await;
        }
    }

    /// All of them masked, by one edit each, and the audit sound.
    async fn masked_once(&self, seqs: &[u64]) {
        self.quiet().await;
        for seq in seqs {
            let shown = self.shows(*seq);
            assert!(shown.text().starts_with("****** on"), "number {seq}");
            assert_eq!(shown.edits, 1, "number {seq}");
        }
        let verified = self.audit(&["verify"]);
        assert_eq!(verified.code, 0, "{verified:?}");
    }

    async fn size(&self) -> i64 {
        let query = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        sqlx::query_scalar(query).fetch_one(&mut self.connection().await).await.unwrap()
    }
}

#[tokio::test]
async fn on_a_full_disk_no_offender_is_acknowledged_and_room_heals_it() {
    let mut app = TestApp::spawn().await;
    app.stop().await;
    app.sql("CREATE TABLE ballast (fill BLOB)").await;
    app.sql("INSERT INTO ballast VALUES (zeroblob(1000000))").await;
    app.set("STORE__MAX_SIZE", &(app.size().await + 100_000).to_string());
    let process = Process::serve(&app);
    let (mut acknowledged, mut refused) = (Vec::new(), Vec::new());
    while refused.len() < 5 {
        match app.try_to_say("casino").await {
            (seq, Some(200)) => acknowledged.push(seq),
            (seq, _) => refused.push(seq),
        }
        assert!(acknowledged.len() < 500, "the disk is never full");
    }
    assert!(acknowledged.len() > 5, "{} acknowledged before", acknowledged.len());
    assert_eq!(app.try_to_say("chess").await.1, Some(200), "a clean message needs no disk");
    let ready = format!("{}/readyz", process.url);
    app.until("it says so", async || app.get(&ready).await.0 == 503).await;

    app.sql("DELETE FROM ballast").await;
    app.until_acknowledged(&refused).await;
    app.until("it is well again", async || app.get(&ready).await.0 == 200).await;
    app.masked_once(&[acknowledged, refused].concat()).await;
}

#[tokio::test]
async fn while_another_holds_the_database_for_ten_seconds_nothing_is_acknowledged() {
    let app = TestApp::prepare(RULES, &[]).await;
    let process = Process::serve(&app);
    let before = app.try_to_say("casino").await;
    assert_eq!(before.1, Some(200));
    app.quiet().await;
    let mut other = app.connection().await;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let (began, mut refused) = (Instant::now(), Vec::new());
    // How long it lasts is the trouble itself, not a wait for something.
    while began.elapsed() < Duration::from_secs(10) {
        let (seq, status) = app.try_to_say("casino").await;
        assert_ne!(status, Some(200), "acknowledged, and not on disk");
        refused.push(seq);
        assert_eq!(app.try_to_say("chess").await.1, Some(200), "a clean message needs no disk");
    }
    let ready = format!("{}/readyz", process.url);
    assert_eq!(app.get(&ready).await.0, 503);
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    app.until_acknowledged(&refused).await;
    app.until("it is well again", async || app.get(&ready).await.0 == 200).await;
    app.masked_once(&[vec![before.0], refused].concat()).await;
}
