//! `group_msg_recall` (EN-34965): takes messages away, each with its own code.

use super::{Done, request::Request};
use crate::simulator::json;
use crate::simulator::refusal::Refusal;
use crate::simulator::world::{Recalled, World};

/// At most so many in a call.
const MAX_MESSAGES: usize = 10;

pub(super) fn apply(world: &mut World, request: &Request<'_>) -> Result<Done, Refusal> {
    let place = request.place()?;
    let seqs: Option<Vec<u64>> =
        request.items("MsgSeqList").map(|item| json::number(item, "MsgSeq")).collect();
    let seqs =
        seqs.filter(|seqs| (1..=MAX_MESSAGES).contains(&seqs.len())).ok_or(Refusal::BAD_REQUEST)?;
    let Recalled { codes, event } = world.recall(&place, &seqs, &request.app.admin, request.now)?;
    let codes: Vec<_> = codes
        .iter()
        .map(|(seq, code)| format!("{{\"MsgSeq\":{seq},\"RetCode\":{code}}}"))
        .collect();
    Ok(Done { fields: vec![("RecallRetList", format!("[{}]", codes.join(",")))], event })
}
