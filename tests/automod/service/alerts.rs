//! Alerts: what reaches the person who has to act, what does not, and that nobody waits for it.

use super::acts::ended;
use super::checkpoints::{OFTEN, lines};
use super::harness::{APP, GROUP, TestApp};
use chat_automod::alerts::{Alert, Groups, Kind, Message, body};
use chat_automod::settings::AlertFormat;
use chat_automod::simulator::{Command, Delivery, Fault, Post};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Someone who takes alerts: remembers them, and answers as told.
#[derive(Clone, Default)]
struct Receiver {
    bodies: Arc<Mutex<Vec<Value>>>,
    /// Statuses and bodies of the next answers; 200 when there is none.
    answers: Arc<Mutex<VecDeque<(u16, &'static str)>>>,
    url: String,
}

impl Receiver {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook/s3cret-path", listener.local_addr().unwrap());
        let this = Self { url, ..Self::default() };
        let receiver = this.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(receiver.clone().answer(stream));
            }
        });
        this
    }

    async fn answer(self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        let (mut line, mut length) = (String::new(), 0);
        while stream.read_line(&mut line).await.unwrap_or(0) > 2 {
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            line.clear();
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.unwrap();
        self.bodies.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
        let (status, text) = self.answers.lock().unwrap().pop_front().unwrap_or((200, "ok"));
        let length = text.len();
        let answer = format!(
            "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}"
        );
        stream.write_all(answer.as_bytes()).await.unwrap();
    }

    fn of(&self, kind: &str) -> Vec<Value> {
        let bodies = self.bodies.lock().unwrap();
        bodies.iter().filter(|body| body["kind"] == kind).cloned().collect()
    }

    fn everything(&self) -> String {
        self.bodies.lock().unwrap().iter().map(Value::to_string).collect()
    }
}

async fn with_receiver(settings: &[(&str, &str)]) -> (TestApp, Receiver) {
    let receiver = Receiver::open().await;
    let url = [("ALERTS__URL", receiver.url.as_str())];
    let settings: Vec<_> = settings.iter().chain(&url).copied().collect();
    (TestApp::spawn_with(super::harness::RULES, &settings).await, receiver)
}

#[tokio::test]
async fn the_brake_is_told_without_texts_or_accounts() {
    let (app, receiver) = with_receiver(&[]).await;
    for person in 0..40 {
        let (who, text) = (format!("wanda{person}"), format!("casino tellingtext{person} 说真的"));
        app.send(Post::text(APP, GROUP, &who, &text)).await;
    }
    app.until("the alert", async || !receiver.of("brake").is_empty()).await;
    app.quiet().await;
    let alert = &receiver.of("brake")[0];
    assert_eq!(alert["subject"], "gambling in main");
    assert_eq!(alert["count"], 1);
    assert!(
        alert["detail"].as_str().unwrap().contains("automod brake release gambling --app main")
    );
    let told = receiver.everything();
    for secret in
        ["wanda", "tellingtext", "说真的", GROUP, "test-secret-key", "test-token", "s3cret"]
    {
        assert!(!told.contains(secret), "{secret} in {told}");
    }
}

#[tokio::test]
async fn broken_rules_are_told_by_their_number_of_faults() {
    let (app, receiver) = with_receiver(&[]).await;
    app.write_rules(
        "version: 1\nrules:\n  - id: telling-id\n    match: { wordz: [tellingword] }\n",
    );
    app.until("the alert", async || !receiver.of("rules").is_empty()).await;
    let told = receiver.everything();
    assert!(told.contains("fault(s)") && !told.contains("telling"), "{told}");
}

#[tokio::test]
async fn refused_credentials_are_told_once() {
    let (app, receiver) = with_receiver(&[]).await;
    app.simulator.faults().always(Command::History, Fault::Code(70009));
    for text in ["a casino", "another casino"] {
        app.say(text).await;
    }
    app.until("the alert", async || !receiver.of("credentials").is_empty()).await;
    assert_eq!(receiver.of("credentials")[0]["subject"], "main");
    app.simulator.faults().clear();
}

#[tokio::test]
async fn a_used_up_quota_is_told() {
    let (app, receiver) = with_receiver(&[]).await;
    app.simulator.faults().always(Command::History, Fault::Code(60028));
    app.say("a casino").await;
    app.until("the alert", async || !receiver.of("quota").is_empty()).await;
}

#[tokio::test]
async fn many_refused_signatures_and_a_wrong_clock_are_told() {
    let (app, receiver) = with_receiver(&[("ALERTS__REFUSED_WEBHOOKS", "3")]).await;
    let deliver = async |token: Option<&str>, time: Option<String>| {
        let token = token.map(str::to_owned);
        let delivery =
            Delivery { sdk_app_id: APP, token, request_time: time, ..Delivery::default() };
        app.simulator.deliver("{}", delivery).await.unwrap().status
    };
    let hour_ago = jiff::Timestamp::now().as_second() - 3600;
    assert_eq!(deliver(None, Some(hour_ago.to_string())).await, 401);
    app.until("the clock", async || !receiver.of("clock").is_empty()).await;
    assert!(receiver.of("signatures").is_empty(), "one is no reason");
    // A minute may end in between: then it takes a few more.
    for _ in 0..6 {
        assert_eq!(deliver(Some("wrong"), None).await, 401);
    }
    app.until("the signatures", async || !receiver.of("signatures").is_empty()).await;
    assert_eq!(receiver.of("signatures")[0]["subject"], "main");
}

#[tokio::test]
async fn what_waits_too_long_is_told() {
    let (app, receiver) = with_receiver(&[("ALERTS__PENDING_AFTER", "1s")]).await;
    app.simulator.faults().always(None, Fault::Status(502));
    app.say("a casino").await;
    app.until("the alert", async || !receiver.of("pending").is_empty()).await;
    app.simulator.faults().clear();
}

#[tokio::test]
async fn an_alert_that_is_not_taken_is_tried_again() {
    let (app, receiver) = with_receiver(&[("ALERTS__FORMAT", "lark")]).await;
    let refusals = [(500, "no"), (200, r#"{"code":19024,"msg":"no key word"}"#)];
    receiver.answers.lock().unwrap().extend(refusals);
    app.write_rules("version: 1\nrules: []\n");
    let count = || receiver.bodies.lock().unwrap().len();
    app.until("a third try", async || count() == 3).await;
    let bodies = receiver.bodies.lock().unwrap();
    assert_eq!(bodies[0], bodies[2]);
    assert!(bodies[0]["content"]["text"].as_str().unwrap().starts_with("automod rules:"));
}

#[tokio::test]
async fn a_receiver_that_never_answers_holds_nobody_up() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let mut app = TestApp::spawn_with(super::harness::RULES, &[("ALERTS__URL", &url)]).await;
    app.write_rules("version: 1\nrules: []\n");
    app.until_trouble("rules folder").await;
    let seq = app.say("a casino").await;
    app.quiet().await;
    assert_eq!(app.outcomes(seq).await, [ended("applied", None)]);
    app.stop().await;
}

impl TestApp {
    async fn until_trouble(&self, what: &str) {
        let ready = format!("{}/readyz", self.url);
        self.until(what, async || self.get(&ready).await.1.contains(what)).await;
    }
}

#[tokio::test]
async fn the_command_posts_every_shape_and_tells_the_answers() {
    let receiver = Receiver::open().await;
    let dingtalk = r#"{"errcode":310000,"errmsg":"keywords not in content"}"#;
    receiver.answers.lock().unwrap().extend([
        (200, "ok"),
        (404, "no"),
        (200, "{}"),
        (200, dingtalk),
    ]);
    let run = |format: &'static str, url: String| async move {
        let run = move || {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_automod"));
            command.args(["alerts", "test"]).env_clear();
            command.env("AUTOMOD_ALERTS__URL", url).env("AUTOMOD_ALERTS__FORMAT", format);
            command.output().unwrap()
        };
        let output = tokio::task::spawn_blocking(run).await.unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, told) = run("generic", receiver.url.clone()).await;
    assert_eq!(
        told,
        "generic   accepted, HTTP 200  (alerts.format)\n\
         slack     refused, HTTP 404\n\
         lark      accepted, HTTP 200\n\
         dingtalk  refused, HTTP 200, code 310000\n"
    );
    assert_eq!(code, Some(0));
    let shapes = receiver.bodies.lock().unwrap().clone();
    assert_eq!(shapes[0]["kind"], "test");
    assert!(shapes[1]["text"].is_string());
    assert_eq!(shapes[2]["msg_type"], "text");
    assert_eq!(shapes[3]["msgtype"], "text");
    let (code, _) = run("generic", "http://127.0.0.1:9/".into()).await;
    assert_eq!(code, Some(1), "nobody answers there");
    let (code, _) = run("generic", String::new()).await;
    assert_eq!(code, Some(78), "no address");
}

fn alert(kind: Kind, subject: &str) -> Alert {
    Alert { kind, subject: subject.into(), detail: "5 < 6 & more".into() }
}

#[test]
fn the_first_is_told_at_once_and_the_rest_is_counted() {
    let mut groups = Groups::new(600);
    assert_eq!(groups.note(alert(Kind::Clock, "main"), 0).unwrap().count, 1);
    for at in 1..=5 {
        assert_eq!(groups.note(alert(Kind::Clock, "main"), at), None);
    }
    assert!(groups.note(alert(Kind::Clock, "other"), 5).is_some(), "another subject");
    assert!(groups.note(alert(Kind::Quota, "main"), 5).is_some(), "another kind");
    assert_eq!(groups.due(599), []);
    let due = groups.due(600);
    assert_eq!(due.len(), 1);
    assert_eq!((due[0].count, due[0].first_at, due[0].last_at), (5, 1, 5));
    assert_eq!(groups.note(alert(Kind::Clock, "main"), 601), None, "the next while has begun");
    assert_eq!(groups.due(1200)[0].count, 1);
}

#[test]
fn every_shape_is_what_its_receiver_takes() {
    let message = Message { count: 3, ..Message::new(alert(Kind::Brake, "ads in main"), 0) };
    let shapes: Vec<_> = AlertFormat::ALL.map(|format| body(format, &message)).into();
    insta::assert_json_snapshot!(shapes, { "[0].version" => "[version]" });
}

proptest! {
    /// Nothing is lost and nothing is told too often, whatever comes when.
    #[test]
    fn every_alert_is_counted_once(comes in prop::collection::vec((0..200i64, 0..3usize), 0..200)) {
        let every = 500;
        let mut groups = Groups::new(every);
        let (mut at, mut told): (_, Vec<(i64, Message)>) = (0, Vec::new());
        for (after, subject) in &comes {
            at += after;
            told.extend(groups.due(at).into_iter().map(|message| (at, message)));
            let first = groups.note(alert(Kind::Clock, ["a", "b", "c"][*subject]), at);
            told.extend(first.map(|message| (at, message)));
        }
        told.extend(groups.rest().into_iter().map(|message| (at + every, message)));
        prop_assert_eq!(told.iter().map(|(_, message)| message.count).sum::<u64>(), comes.len() as u64);
        for subject in ["a", "b", "c"] {
            let times: Vec<_> =
                told.iter().filter(|(_, m)| m.alert.subject == subject).map(|(at, _)| *at).collect();
            prop_assert!(times.windows(2).all(|pair| pair[1] - pair[0] >= every));
        }
    }
}

#[test]
fn the_address_is_a_secret() {
    let env = [("AUTOMOD_ALERTS__URL".to_owned(), "https://hooks.example.com/s3cret".to_owned())];
    let settings = chat_automod::settings::AlertsSettings::load(None, env.into_iter()).unwrap();
    assert!(!format!("{settings:?}").contains("s3cret"));
    assert_eq!(settings.every, Duration::from_secs(600));
    let env = [("AUTOMOD_ALERTS__URL".to_owned(), "s3cret no url".to_owned())];
    let faults = chat_automod::settings::AlertsSettings::load(None, env.into_iter()).unwrap_err();
    assert!(faults.iter().all(|fault| !fault.to_string().contains("s3cret")) && faults.len() == 1);
}

#[tokio::test]
async fn damage_to_the_audit_is_told_by_its_place() {
    let (app, receiver) = with_receiver(&[("ALERTS__VERIFY_CHAIN_EVERY", "1s")]).await;
    app.say("casino").await;
    app.quiet().await;
    assert_eq!(receiver.of("chain"), [Value::Null; 0], "a sound audit is no news");
    app.sql("UPDATE audit_events SET at = at + 1 WHERE kind = 'decision.planned'").await;
    app.until("the alert", async || !receiver.of("chain").is_empty()).await;
    let detail = receiver.of("chain")[0]["detail"].to_string();
    assert!(detail.contains("was changed, inserted or moved"), "{detail}");
}

#[tokio::test]
async fn a_line_taken_from_the_checkpoints_is_told_while_the_service_runs() {
    let settings = [OFTEN.as_slice(), &[("ALERTS__VERIFY_CHAIN_EVERY", "1s")]].concat();
    let (app, receiver) = with_receiver(&settings).await;
    for text in ["casino", "another casino", "a third casino"] {
        let before = lines(&app).len();
        app.say(text).await;
        app.until("a checkpoint", async || lines(&app).len() > before).await;
    }
    let behind_the_first = lines(&app)[1..].join("\n") + "\n";
    std::fs::write(app.file("automod.checkpoints"), behind_the_first).unwrap();
    app.until("the alert", async || !receiver.of("chain").is_empty()).await;
    let detail = receiver.of("chain")[0]["detail"].to_string();
    assert!(detail.contains("the checkpoint file is not whole"), "{detail}");
}
