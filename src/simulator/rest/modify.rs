//! `openim/modify_group_msg`: overwrites a message's body, its custom data, or both.

use super::{Done, request::Request};
use crate::simulator::refusal::Refusal;
use crate::simulator::world::World;

pub(super) fn apply(world: &mut World, request: &Request<'_>) -> Result<Done, Refusal> {
    let place = request.place().map_err(|_| Refusal::INVALID)?;
    let seq = request.number("MsgSeq").ok_or(Refusal::INVALID)?;
    let (body, custom) = (request.body()?, request.custom()?);
    if body.is_none() && custom.is_none() {
        return Err(Refusal::INVALID);
    }
    let event = world.edit(&place, seq, &request.app.admin, body, custom, request.now)?;
    Ok(Done { event: Some(event), ..Done::default() })
}
