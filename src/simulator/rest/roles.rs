//! `get_role_in_group`: what each of some accounts is in a group.

use super::{Done, request::Request};
use crate::simulator::json;
use crate::simulator::refusal::Refusal;
use crate::simulator::world::World;

pub(super) fn apply(world: &World, request: &Request<'_>) -> Result<Done, Refusal> {
    let place = request.place()?;
    let group = world.group(place.app, &place.group)?;
    let roles =
        request.items("User_Account").filter_map(|account| account.string()).map(|account| {
            let role = group.roles.get(&account.text).map_or("NotMember", |role| role.as_str());
            json::object([
                ("Member_Account", json::string(&account.text)),
                ("Role", json::string(role)),
            ])
        });
    let roles: Vec<_> = roles.collect();
    Ok(Done { fields: vec![("UserIdList", format!("[{}]", roles.join(",")))], event: None })
}
