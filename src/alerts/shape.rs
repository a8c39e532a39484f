//! How an alert looks to its receiver: plain JSON, or what the robots of chat programs take.

use super::Message;
use crate::settings::AlertFormat;
use serde_json::{Value, json};

/// The body that is posted.
pub fn body(format: AlertFormat, message: &Message) -> Value {
    match format {
        AlertFormat::Generic => json!({
            "service": "automod",
            "version": env!("CARGO_PKG_VERSION"),
            "kind": message.alert.kind.as_str(),
            "subject": message.alert.subject,
            "detail": message.alert.detail,
            "count": message.count,
            "first_at": time(message.first_at),
            "last_at": time(message.last_at),
        }),
        // Incoming webhooks of Slack: three characters have a meaning of their own.
        AlertFormat::Slack => {
            let text = line(message).replace('&', "&amp;");
            json!({ "text": text.replace('<', "&lt;").replace('>', "&gt;") })
        }
        AlertFormat::Lark => json!({ "msg_type": "text", "content": { "text": line(message) } }),
        AlertFormat::DingTalk => json!({ "msgtype": "text", "text": { "content": line(message) } }),
    }
}

/// For people. It begins with a word that robots with a keyword filter can be given.
fn line(message: &Message) -> String {
    let alert = &message.alert;
    let times = match message.count {
        1 => String::new(),
        count => format!(" ({count} times since {})", time(message.first_at)),
    };
    format!("automod {}: {}{times}\n{}", alert.kind.as_str(), alert.subject, alert.detail)
}

/// RFC 3339 UTC, whole seconds.
fn time(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| String::new(), |at| format!("{at:.0}"))
}
