//! `get_appid_group_list` (EN-34960): the app's groups, page by page.

use super::{Done, request::Request};
use crate::simulator::json;
use crate::simulator::refusal::Refusal;
use crate::simulator::world::World;

const MAX_PAGE: u64 = 10_000;

pub(super) fn apply(world: &World, request: &Request<'_>) -> Result<Done, Refusal> {
    let limit = request.number("Limit").unwrap_or(MAX_PAGE).min(MAX_PAGE) as usize;
    let start = request.number("Next").unwrap_or(0) as usize;
    let all: Vec<_> = world.group_ids(request.app.sdk_app_id).collect();
    let page: Vec<_> = all.iter().skip(start).take(limit).collect();
    let next = if start + page.len() < all.len() { start + page.len() } else { 0 };
    let page: Vec<_> =
        page.into_iter().map(|id| json::object([("GroupId", json::string(id))])).collect();
    let fields = vec![
        ("TotalCount", all.len().to_string()),
        ("GroupIdList", format!("[{}]", page.join(","))),
        ("Next", next.to_string()),
    ];
    Ok(Done { fields, event: None })
}
