//! The platform in miniature, as an app's server, its back end and a developer see it.

mod control;
mod inbox;
mod people;
mod rest;
mod webhooks;

use crate::chat::{ADMIN, APP, KEY};
use chat_automod::chat::usersig::Claim;
use chat_automod::simulator::Simulator;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::time::{SystemTime, UNIX_EPOCH};

/// A plain HTTP client, as an app's back end might use.
pub fn http() -> reqwest::Client {
    let tls = chat_automod::tls::trusting_nobody().unwrap();
    reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy().build().unwrap()
}

pub fn usersig(app: u64, identifier: &str, key: &str) -> String {
    let made_at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let claim = Claim { sdk_app_id: app, identifier, made_at, life: 60 };
    claim.sign(&SecretString::from(key)).expose_secret().to_owned()
}

/// A query that is let in.
pub fn query() -> Vec<(&'static str, String)> {
    vec![
        ("sdkappid", APP.to_string()),
        ("identifier", ADMIN.into()),
        ("usersig", usersig(APP, ADMIN, KEY)),
        ("random", u32::MAX.to_string()),
        ("contenttype", "json".into()),
    ]
}

/// Calls a command such as `openim/modify_group_msg` with a right query and this body.
pub async fn ask(platform: &Simulator, command: &str, body: Value) -> Value {
    ask_raw(platform, command, &query(), body.to_string()).await
}

pub async fn ask_raw(
    platform: &Simulator,
    command: &str,
    query: &[(&'static str, String)],
    body: impl Into<String>,
) -> Value {
    let url = format!("{}/v4/{command}", platform.base_url());
    let answer = http().post(url).query(query).body(body.into()).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}
