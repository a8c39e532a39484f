//! What tests do with the running service, and what they can see of it.

use super::harness::{APP, GROUP, TestApp};
use chat_automod::simulator::{ClientEdit, Delivery, Post, Sent, Shown};
use chat_automod::store::{DecisionRow, Filter, History, Reader, Store};
use futures_util::TryStreamExt;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use std::time::{Duration, Instant};

/// How long a state may take to come; far longer than it ever does.
pub const PATIENCE: Duration = Duration::from_secs(120);

impl TestApp {
    pub async fn say(&self, text: &str) -> u64 {
        self.send(Post::text(APP, GROUP, "lee", text)).await
    }

    /// Sends a message; its webhook must be acknowledged.
    pub async fn send(&self, post: Post) -> u64 {
        let Sent { seq, webhook } = self.simulator.send(post).await;
        assert_eq!(webhook.map(|answer| answer.status), Some(200), "the webhook is acknowledged");
        seq
    }

    /// Edits as `editor`'s client does; the webhook must be acknowledged.
    pub async fn edit(&self, seq: u64, editor: &str, text: &str) {
        let edit = ClientEdit::text(APP, GROUP, seq, editor, text);
        let answer = self.simulator.edit(edit).await.unwrap();
        assert_eq!(answer.map(|answer| answer.status), Some(200), "the webhook is acknowledged");
    }

    /// Posts a truly signed webhook with any body.
    pub async fn deliver(&self, body: &str) -> u16 {
        let delivery = Delivery { sdk_app_id: APP, ..Delivery::default() };
        self.simulator.deliver(body, delivery).await.unwrap().status
    }

    /// Posts a truly signed webhook of an edit with any body.
    pub async fn deliver_edit(&self, body: &str) -> u16 {
        let command = Some("Group.CallbackAfterModifyMsg".to_owned());
        let delivery = Delivery { sdk_app_id: APP, command, ..Delivery::default() };
        self.simulator.deliver(body, delivery).await.unwrap().status
    }

    /// The webhook of an edit to a text, true or not, made just now.
    pub fn edit_callback(&self, seq: u64, editor: &str, text: &str) -> String {
        let content = serde_json::json!({ "Text": text });
        let element = serde_json::json!({ "MsgContent": content, "MsgType": "TIMTextElem" });
        let body = serde_json::json!({
            "CallbackCommand": "Group.CallbackAfterModifyMsg", "GroupId": GROUP, "TopicId": "",
            "EventTime": jiff::Timestamp::now().as_millisecond(), "MsgSeq": seq,
            "Operator_Account": editor, "MsgBody": [element],
        });
        body.to_string()
    }

    /// The value of a sample of the metrics; 0 where there is none yet.
    pub async fn metric(&self, sample: &str) -> u64 {
        let (_, all) = self.get(&format!("{}/metrics", self.metrics_url)).await;
        let line = all.lines().find_map(|line| line.strip_prefix(sample));
        line.map_or(0, |value| value.trim().parse().unwrap())
    }

    /// The webhook that told of a message.
    pub fn callback(&self, seq: u64) -> String {
        self.simulator.callback_of(APP, GROUP, None, seq).unwrap()
    }

    pub fn shows(&self, seq: u64) -> Shown {
        self.simulator.shows(APP, GROUP, None, seq).unwrap()
    }

    pub fn text(&self, seq: u64) -> String {
        self.shows(seq).text()
    }

    pub async fn reader(&self) -> Reader {
        let settings = self.settings();
        let key = settings.audit.encryption_key(&self.file("automod.db"));
        Store::open_to_read_with(&settings.store.url, key.as_deref()).await.unwrap()
    }

    /// All decisions, newest first.
    pub async fn decisions(&self) -> Vec<DecisionRow> {
        self.reader().await.list(&Filter::default()).try_collect().await.unwrap()
    }

    pub async fn history(&self, id: &str) -> History {
        self.reader().await.show(id).await.unwrap().unwrap()
    }

    /// Decisions of one message, newest first, as `(outcome, cause)`.
    pub async fn outcomes(&self, seq: u64) -> Vec<(String, Option<String>)> {
        let all = self.decisions().await.into_iter();
        all.filter(|row| row.msg_seq == Some(seq)).map(|row| (row.outcome, row.cause)).collect()
    }

    /// Waits until nothing is pending: what groups show then, they go on showing.
    pub async fn quiet(&self) {
        let reader = self.reader().await;
        let begun = Instant::now();
        while reader.backlog().await.unwrap().0 > 0 {
            assert!(begun.elapsed() < PATIENCE, "actions are still pending");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until `state` holds.
    pub async fn until(&self, what: &str, mut state: impl AsyncFnMut() -> bool) {
        let begun = Instant::now();
        while !state().await {
            assert!(begun.elapsed() < PATIENCE, "never came: {what}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub fn write_rules(&self, rules: &str) {
        std::fs::write(self.folder.path().join("rules/test.yaml"), rules).unwrap();
    }

    /// Runs a statement on the database from outside, past every rule of it. Give only trusted text.
    pub async fn sql(&self, statement: &str) -> u64 {
        let done = sqlx::query(sqlx::AssertSqlSafe(statement.to_owned()));
        done.execute(&mut self.connection().await).await.unwrap().rows_affected()
    }

    /// A connection of one's own to the database.
    pub async fn connection(&self) -> SqliteConnection {
        let file = self.folder.path().join("automod.db");
        let options = SqliteConnectOptions::new().filename(file).foreign_keys(false);
        options.busy_timeout(PATIENCE).connect().await.unwrap()
    }

    /// Status and body of a GET.
    pub async fn get(&self, url: &str) -> (u16, String) {
        let tls = chat_automod::tls::trusting_nobody().unwrap();
        let client = reqwest::Client::builder().tls_backend_preconfigured(tls).build().unwrap();
        let answer = client.get(url).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

/// `(outcome, cause)` as [`TestApp::outcomes`] tells them.
pub fn ended(outcome: &str, cause: Option<&str>) -> (String, Option<String>) {
    (outcome.to_owned(), cause.map(str::to_owned))
}
