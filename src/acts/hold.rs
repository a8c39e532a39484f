//! Holds as programs read them.

use super::token::moment;
use crate::store::{Hold, Whose};
use serde_json::{Value, json};

/// Sender, app and decision that a hold is about.
pub fn about(whose: &Whose) -> (Option<&str>, Option<&str>, Option<&str>) {
    match whose {
        Whose::Person { account, app } => (Some(account), app.as_deref(), None),
        Whose::Decision(id) => (None, None, Some(id)),
    }
}

/// A hold with everything that is known of it.
pub fn shown(hold: &Hold) -> Value {
    let Hold { id, added_at, whose, reason, by } = hold;
    let (sender, app, decision) = about(whose);
    json!({
        "id": id, "since": moment(*added_at), "sender": sender, "app": app, "decision": decision,
        "reason": reason, "by": by,
    })
}
