//! The client against the platform in miniature: what is sent, what is read, and what a failure is called.

mod calls;

use chat_automod::chat::{Client, Credentials, Found, Options, Stored};
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

pub fn credentials(platform: &Simulator) -> Credentials {
    Credentials {
        sdk_app_id: APP,
        admin: ADMIN.into(),
        secret_key: SecretString::from(KEY),
        base_url: platform.base_url(),
    }
}

pub fn client(platform: &Simulator) -> Client {
    Client::new(credentials(platform), TextKeys::default()).unwrap()
}

/// A client that does not wait long.
pub fn hasty(platform: &Simulator) -> Client {
    let options = Options { timeout: Duration::from_millis(300), ..Options::default() };
    Client::with_options(credentials(platform), TextKeys::default(), &options).unwrap()
}

pub fn key(group: &str, seq: u64) -> MessageKey {
    MessageKey { sdk_app_id: APP, group_id: group.into(), topic_id: None, seq: Some(seq) }
}

pub async fn present(client: &Client, key: &MessageKey) -> Stored {
    match client.read(key).await.unwrap() {
        Found::Present(stored) => stored,
        Found::Gone(gone) => panic!("{gone:?}"),
    }
}
