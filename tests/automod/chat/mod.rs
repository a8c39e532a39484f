//! The client against the platform in miniature: what is sent, what is read, and what a failure is called.

mod address;
mod calls;
mod codes;
mod faults;
mod fidelity;
mod usersig;

use chat_automod::chat::{Change, Client, Credentials, Found, Options, Stored};
use chat_automod::message::{MessageKey, TextKeys};
use chat_automod::simulator::{SimulatedApp, Simulator};
use secrecy::SecretString;
use std::time::Duration;

pub const APP: u64 = 1_400_000_007;
pub const ADMIN: &str = "chat-automod@ops";
pub const KEY: &str = "a key that opens nothing";

pub async fn platform() -> Simulator {
    let app = SimulatedApp {
        sdk_app_id: APP,
        admin: ADMIN.into(),
        secret_key: KEY.into(),
        webhook_url: None,
        webhook_token: None,
    };
    Simulator::start(([127, 0, 0, 1], 0).into(), vec![app]).await.unwrap()
}

pub fn credentials(base_url: &str) -> Credentials {
    Credentials {
        sdk_app_id: APP,
        admin: ADMIN.into(),
        secret_key: SecretString::from(KEY),
        base_url: base_url.into(),
    }
}

pub fn client(platform: &Simulator) -> Client {
    client_at(&platform.base_url(), Options::default())
}

pub fn client_at(base_url: &str, options: Options) -> Client {
    Client::with_options(credentials(base_url), TextKeys::default(), &options).unwrap()
}

/// Does not wait long.
pub fn hasty() -> Options {
    Options { timeout: Duration::from_millis(300), ..Options::default() }
}

pub fn key(group: &str, seq: u64) -> MessageKey {
    MessageKey { sdk_app_id: APP, group_id: group.into(), topic_id: None, seq: Some(seq) }
}

/// An edit of the body alone, to one text.
pub fn to_text(text: &str) -> Change {
    let content = serde_json::json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": text}}]);
    Change { body: Some(content.to_string()), custom: None }
}

pub async fn present(client: &Client, key: &MessageKey) -> Stored {
    match client.read(key).await.unwrap() {
        Found::Present(stored) => stored,
        Found::Gone(gone) => panic!("{gone:?}"),
    }
}
