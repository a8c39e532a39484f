//! The platform, a process of its own: people who offend at a steady rate, and a clock on how long each offence stands.

use super::figures::{self, Answers};
use super::webhook::{APP, SECRET, TOKEN, offence};
use anyhow::{Context, Result, bail};
use chat_automod::chat::{Change, Client, Credentials};
use chat_automod::message::{MessageKey, TextKeys};
use chat_automod::simulator::{Post, SimulatedApp, Simulator};
use std::sync::Arc;
use std::time::{Duration, Instant};

const GROUPS: u64 = 50;
const CALLS_A_SECOND: usize = 100_000;
/// How exactly it is known when an offence was rewritten.
const LOOK_EVERY: Duration = Duration::from_millis(1);
/// What was not rewritten by then counts as never.
const PATIENCE: Duration = Duration::from_secs(30);
/// The simulator's own answer time is measured so often.
const PROBE_EVERY: Duration = Duration::from_millis(50);

/// The role: says its base URL, hears the service's address, offends, says the figures and `over`.
pub fn main(arguments: &[&str]) -> Result<()> {
    let [rate, seconds] = arguments else { bail!("two arguments") };
    let (rate, how_long) = (rate.parse()?, Duration::from_secs(seconds.parse()?));
    tokio::runtime::Runtime::new()?.block_on(run(rate, how_long))
}

async fn run(rate: u32, how_long: Duration) -> Result<()> {
    let app = SimulatedApp {
        sdk_app_id: APP,
        admin: "automod".into(),
        secret_key: SECRET.into(),
        webhook_url: None,
        webhook_token: Some(TOKEN.into()),
    };
    let platform = Arc::new(Simulator::start(([127, 0, 0, 1], 0).into(), vec![app]).await?);
    platform.set_calls_per_second(CALLS_A_SECOND);
    println!("{}", platform.base_url());
    let mut service = String::new();
    std::io::stdin().read_line(&mut service)?;
    let webhook = format!("http://{}/webhook", service.trim());
    platform.set_webhook(APP, &webhook, Some(TOKEN));

    let end = Instant::now() + how_long;
    let probe = tokio::spawn(probe(platform.clone(), end));
    let (mut offences, mut ticks) =
        (tokio::task::JoinSet::new(), tokio::time::interval(Duration::from_secs(1) / rate));
    let mut number = 0;
    while Instant::now() < end {
        ticks.tick().await;
        offences.spawn(offend(platform.clone(), number));
        number += 1;
    }
    let (mut answered, mut rewritten, mut bad) = (Vec::new(), Vec::new(), 0);
    while let Some(offence) = offences.join_next().await {
        match offence? {
            Some((answer, rewrite)) => {
                answered.push(answer);
                rewritten.push(rewrite);
            }
            None => bad += 1,
        }
    }
    let answered = Answers::new(answered, bad, how_long);
    let rewritten = Answers::new(rewritten, bad, how_long);
    let own = probe.await??;
    println!("offenders: {number} sent, {bad} not rewritten in time; answered after {answered}");
    println!("the simulator's own time for a read and an edit: {own}");
    println!("rewritten after {rewritten}");
    let added = (rewritten.p99 - own.p50) * 1e3;
    println!("p99 above the simulator's usual time: {added:.1} ms (goal: at most 50 ms)");
    println!("over");
    Ok(())
}

/// How long the answer and the rewrite took; `None` where one of them did not come.
async fn offend(platform: Arc<Simulator>, number: u64) -> Option<(f64, f64)> {
    let group = format!("@TGS#2OFFENCE{}", number % GROUPS);
    let began = Instant::now();
    let sent = platform.send(Post::text(APP, &group, "lee", &offence(number))).await;
    let answered = began.elapsed().as_secs_f64();
    sent.webhook.filter(|answer| answer.status == 200)?;
    while platform.shows(APP, &group, None, sent.seq).is_some_and(|shown| shown.edits == 0) {
        if began.elapsed() > PATIENCE {
            return None;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Some((answered, began.elapsed().as_secs_f64()))
}

/// What a read and an edit take when nobody else waits for them, beside the load.
async fn probe(platform: Arc<Simulator>, end: Instant) -> Result<Answers> {
    let credentials = Credentials {
        sdk_app_id: APP,
        admin: "automod".into(),
        secret_key: SECRET.to_owned().into(),
        base_url: platform.base_url(),
    };
    let client = Client::new(credentials, TextKeys::default())?;
    let group = "@TGS#2PROBE";
    let sent = platform.send(Post::text(APP, group, "lee", "hello").quiet()).await;
    let body = platform.shows(APP, group, None, sent.seq).context("a message")?.body;
    let key =
        MessageKey { sdk_app_id: APP, group_id: group.into(), topic_id: None, seq: Some(sent.seq) };
    let change = Change { body: Some(body), custom: None };
    let (began, mut took) = (Instant::now(), Vec::new());
    while Instant::now() < end {
        let call = Instant::now();
        client.read(&key).await?;
        client.modify(&key, &change).await?;
        took.push(call.elapsed().as_secs_f64());
        tokio::time::sleep(PROBE_EVERY).await;
    }
    Ok(figures::Answers::new(took, 0, began.elapsed()))
}
