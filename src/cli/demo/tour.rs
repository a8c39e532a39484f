//! The tour: a dozen telling messages, and what the group must show of each in the end.

use super::stage::{APP, Stage, TOKEN};
use crate::message::{Node, escape};
use crate::simulator::{ClientEdit, Delivery, GroupType, Post, Shown};
use anyhow::Context as _;

const GROUP: &str = "@TGS#1DEMO";
const COMMUNITY: &str = "@TGS#_COMMUNITY";
const TOPIC: &str = "@TGS#_COMMUNITY@TOPIC#_1";
const LIVE: &str = "@TGS#LIVE";

/// One line of the table: what the group showed, shows, and must show.
pub struct Row {
    pub title: &'static str,
    pub before: String,
    pub after: String,
    pub wanted: String,
}

impl Row {
    pub fn is_right(&self) -> bool {
        self.after == self.wanted
    }
}

/// A message that was sent, waiting to be looked at.
struct Act {
    title: &'static str,
    group: &'static str,
    topic: Option<&'static str>,
    seq: u64,
    before: String,
    wanted: String,
    view: fn(&Shown) -> String,
}

/// Sends everything, waits until the service is quiet, and looks at what the groups show.
pub async fn run(stage: &Stage) -> anyhow::Result<Vec<Row>> {
    let simulator = &stage.simulator;
    simulator.create_group(APP, GROUP, GroupType::Public);
    simulator.create_group(APP, LIVE, GroupType::AVChatRoom);
    simulator.create_topic(APP, COMMUNITY, TOPIC);
    let mut acts = Vec::new();
    for (title, text, wanted) in TEXTS {
        let post = Post::text(APP, GROUP, "lee", text);
        acts.push(say(stage, title, post, text, wanted).await?);
    }
    acts.push(tagged(stage).await?);
    acts.push(custom(stage).await?);
    let topic = Post::text(APP, COMMUNITY, "kim", "baccarat tonight").topic(TOPIC);
    let topic = say(stage, "in a topic", topic, "baccarat tonight", "******** tonight").await?;
    acts.push(Act { group: COMMUNITY, topic: Some(TOPIC), ..topic });
    let live = Post::text(APP, LIVE, "kim", "live casino");
    let title = "live group: cannot be rewritten";
    let live = say(stage, title, live, "live casino", "live casino").await?;
    acts.push(Act { group: LIVE, ..live });
    acts.push(edited(stage).await?);
    acts.push(replayed(stage).await?);
    acts.push(forged(stage).await?);
    acts.push(unsigned(stage).await?);
    stage.quiet().await?;
    acts.into_iter().map(|act| look(stage, act)).collect()
}

const TEXTS: [(&str, &str, &str); 7] = [
    ("masked", "join our CASINO now", "join our ****** now"),
    ("masked, disguised", "join our ｃа\u{200b}sínо now", "join our ****** now"),
    ("masked, Chinese", "来玩百家樂,加我", "来玩***,加我"),
    ("masked, Korean", "카지노에서 만나요", "***에서 만나요"),
    ("excepted", "Casino Royale is a film", "Casino Royale is a film"),
    ("innocent", "occasionally, at noon", "occasionally, at noon"),
    ("shadow rule: only logged", "win the lottery", "win the lottery"),
];

async fn say(
    stage: &Stage,
    title: &'static str,
    post: Post,
    before: &str,
    wanted: &str,
) -> anyhow::Result<Act> {
    let sent = stage.simulator.send(post).await;
    let answer = sent.webhook.context("the webhook was not answered")?;
    anyhow::ensure!(answer.status == 200, "the webhook was answered {}", answer.status);
    Ok(Act {
        title,
        group: GROUP,
        topic: None,
        seq: sent.seq,
        before: before.to_owned(),
        wanted: wanted.to_owned(),
        view: Shown::text,
    })
}

/// The text stays, the app's own custom data stays, one key is added to it.
async fn tagged(stage: &Stage) -> anyhow::Result<Act> {
    let custom = r#"{"price":1.50}"#;
    let text = "please add my wechat";
    let post = Post::text(APP, GROUP, "kim", text).custom(custom);
    let wanted = r#"please add my wechat {"price":1.50,"automod":{"tags":["contact"]}}"#;
    let act = say(stage, "tagged in CloudCustomData", post, text, wanted).await?;
    let view =
        |shown: &Shown| format!("{} {}", shown.text(), shown.custom.as_deref().unwrap_or(""));
    Ok(Act { before: format!("{} {custom}", act.before), view, ..act })
}

/// Only the words in an app's own JSON change.
async fn custom(stage: &Stage) -> anyhow::Result<Act> {
    let data = r#"{"price":1.50,"text":"best casino","id":"c-4711"}"#;
    let element = r#"{"MsgType":"TIMCustomElem","MsgContent":{"Data":""#;
    let body = format!("[{element}{}\"}}}}]", escape(data));
    let post = Post::raw(APP, GROUP, "kim", &body);
    let wanted = data.replace("casino", "******");
    let act = say(stage, "masked inside custom JSON", post, data, &wanted).await?;
    Ok(Act { view: data_of, ..act })
}

/// What a message of one custom element carries.
fn data_of(shown: &Shown) -> String {
    let elements = Node::parse(&shown.body).ok();
    let data = || elements?.items().next()?.get("MsgContent")?.get("Data")?.scalar();
    data().unwrap_or_default()
}

/// Clean first, then edited into an offence by its author.
async fn edited(stage: &Stage) -> anyhow::Result<Act> {
    let post = Post::text(APP, GROUP, "park", "good morning");
    let before = "good morning → good casino morning";
    let act = say(stage, "edited into an offence", post, before, "good ****** morning").await?;
    let edit = ClientEdit::text(APP, GROUP, act.seq, "park", "good casino morning");
    stage.simulator.edit(edit).await?;
    Ok(act)
}

/// The same webhook four times makes one edit.
async fn replayed(stage: &Stage) -> anyhow::Result<Act> {
    let text = "casino, again and again";
    let post = Post::text(APP, GROUP, "lee", text);
    let wanted = "******, again and again (1 edit)";
    let act = say(stage, "replayed 3 times", post, text, wanted).await?;
    let callback = stage.simulator.callback_of(APP, GROUP, None, act.seq);
    for _ in 0..3 {
        deliver(stage, callback.clone().context("the message is gone")?, None).await?;
    }
    let view = |shown: &Shown| format!("{} ({} edit)", shown.text(), shown.edits);
    Ok(Act { view, ..act })
}

/// A true signature does not vouch for the body: the message is read again, and is innocent.
async fn forged(stage: &Stage) -> anyhow::Result<Act> {
    let text = "see you at noon";
    let post = Post::text(APP, GROUP, "choi", text);
    let act = say(stage, "forged body, true Sign", post, text, text).await?;
    let callback = stage.simulator.callback_of(APP, GROUP, None, act.seq).context("gone")?;
    let status = deliver(stage, callback.replace(text, "casino casino"), None).await?;
    anyhow::ensure!(status == 200, "a truly signed webhook was answered {status}");
    Ok(act)
}

/// A wrong signature is refused.
async fn unsigned(stage: &Stage) -> anyhow::Result<Act> {
    let post = Post::text(APP, GROUP, "choi", "casino for the forger").quiet();
    let sent = stage.simulator.send(post).await;
    let callback = stage.simulator.callback_of(APP, GROUP, None, sent.seq).context("gone")?;
    let status = deliver(stage, callback, Some("0".repeat(64))).await?;
    Ok(Act {
        title: "forged Sign: refused",
        group: GROUP,
        topic: None,
        seq: sent.seq,
        before: format!("casino for the forger (answered {status})"),
        wanted: "casino for the forger".into(),
        view: Shown::text,
    })
}

async fn deliver(stage: &Stage, body: String, sign: Option<String>) -> anyhow::Result<u16> {
    let delivery =
        Delivery { token: Some(TOKEN.into()), sign, sdk_app_id: APP, ..Delivery::default() };
    let answer = stage.simulator.deliver(body, delivery).await;
    Ok(answer.context("a webhook was not answered")?.status)
}

fn look(stage: &Stage, act: Act) -> anyhow::Result<Row> {
    let shown = stage.simulator.shows(APP, act.group, act.topic, act.seq);
    let shown = shown.with_context(|| format!("{}: the group shows nothing", act.title))?;
    Ok(Row { title: act.title, before: act.before, after: (act.view)(&shown), wanted: act.wanted })
}
