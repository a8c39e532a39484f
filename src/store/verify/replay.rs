//! What a decision's row must say after its events. Reads no database.

use super::decisions::Told;
use serde_json::Value;

/// `None` when the events do not begin with a plan.
pub(super) fn replay(events: Vec<Told>) -> Option<Value> {
    let mut state = Value::Null;
    for Told { at, kind, data, .. } in events {
        match kind.as_str() {
            "decision.confirmed" => state["confirmed_at"] = at.into(),
            kind if ["undo.", "hold.", "audit."].iter().any(|of| kind.starts_with(of)) => {}
            _ if state.is_null() => {
                if data["ruleset"].is_null() {
                    return None;
                }
                state = data;
                state["created_at"] = at.into();
                state["attempts"] = 0.into();
                if state["categories"].is_null() {
                    state["categories"] = Value::Object(Default::default());
                }
                settle(&mut state, at, Some(at));
            }
            _ => step(&mut state, &data, at),
        }
    }
    Some(state).filter(|state| !state.is_null())
}

fn step(state: &mut Value, data: &Value, at: i64) {
    for field in ["outcome", "cause"] {
        state[field] = data[field].clone();
    }
    for field in ["error_code", "tags"] {
        if !data[field].is_null() {
            state[field] = data[field].clone();
        }
    }
    if data["reread"] == true {
        state["reread"] = true.into();
    }
    let attempts = state["attempts"].as_i64().unwrap_or(0) + data["attempts"].as_i64().unwrap_or(0);
    state["attempts"] = attempts.into();
    settle(state, at, data["next_try_at"].as_i64().or(Some(at)));
}

fn settle(state: &mut Value, at: i64, next_try_at: Option<i64>) {
    let pending = state["outcome"] == "pending";
    state["settled_at"] = if pending { Value::Null } else { at.into() };
    state["next_try_at"] = next_try_at.filter(|_| pending).map_or(Value::Null, Into::into);
}
