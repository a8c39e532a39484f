//! `group_msg_get_simple` (EN-34971): a page of a group's history, newest first.

use super::{Done, request::Request};
use crate::simulator::group::{State, Stored};
use crate::simulator::json;
use crate::simulator::refusal::Refusal;
use crate::simulator::service::Habits;
use crate::simulator::world::World;

/// More is never returned, however much is asked for.
const MAX_PAGE: u64 = 20;

pub(super) fn apply(world: &World, request: &Request<'_>, habits: Habits) -> Result<Done, Refusal> {
    let place = request.place()?;
    let number = request.number("ReqMsgNumber").ok_or(Refusal::BAD_REQUEST)?.min(MAX_PAGE);
    let up_to = request.number("ReqMsgSeq").unwrap_or(u64::MAX);
    let with_recalled = request.number("WithRecalledMsg") == Some(1);
    let group = world.group(place.app, &place.group)?;
    if !group.kind.keeps_history() {
        return Err(Refusal::NO_HISTORY);
    }
    group.stream(place.topic.as_deref()).ok_or(Refusal::NO_TOPIC)?;

    let told = |stored: &&Stored| with_recalled || stored.state != State::Recalled;
    let mut rest = world.messages(&place).rev().filter(|stored| stored.seq <= up_to).filter(told);
    let entry = |stored| entry(stored, habits, request.now);
    let page: Vec<_> = rest.by_ref().take(number as usize).map(entry).collect();
    let rest: Vec<_> = rest.collect();
    let finished = match rest.as_slice() {
        [] => 1,
        rest if rest.iter().all(|stored| stored.state == State::Expired) => 2,
        _ => 0,
    };
    let fields = vec![
        ("GroupId", json::string(&place.group)),
        ("IsFinished", finished.to_string()),
        ("RspMsgList", format!("[{}]", page.join(","))),
    ];
    Ok(Done { fields, event: None })
}

fn entry(stored: &Stored, habits: Habits, now: i64) -> String {
    let place = match stored.state {
        State::Kept => 0,
        State::Passing | State::Expired => 1,
        State::Recalled => 2,
    };
    let body = match place {
        0 if habits.history_signs_media => json::signed_afresh(&stored.body, now),
        0 => stored.body.clone(),
        _ => "[]".into(),
    };
    let custom = stored.custom.clone().filter(|_| place == 0 && habits.history_tells_custom);
    let mut fields = vec![
        ("From_Account", json::string(&stored.sender)),
        ("IsPlaceMsg", place.to_string()),
        ("MsgBody", json::type_first(&body)),
        ("MsgPriority", "2".into()),
        ("MsgRandom", stored.random.to_string()),
        ("MsgSeq", stored.seq.to_string()),
        ("MsgTimeStamp", (stored.sent_at / 1000).to_string()),
    ];
    fields.extend(stored.system.then(|| ("IsSystemMsg", "1".into())));
    fields.extend(custom.map(|custom| ("CloudCustomData", custom)));
    json::object(fields)
}
