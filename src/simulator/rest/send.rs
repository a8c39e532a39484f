//! `send_group_msg` (EN-34959): the admin sends, in its own name or in a user's.

use super::{Done, request::Request};
use crate::simulator::json;
use crate::simulator::refusal::Refusal;
use crate::simulator::world::{Draft, World};

pub(super) fn apply(world: &mut World, request: &Request<'_>) -> Result<Done, Refusal> {
    let place = request.place()?;
    let random = request.number("Random").and_then(|random| u32::try_from(random).ok());
    let admin = &request.app.admin;
    let draft = Draft {
        sender: request.text("From_Account").unwrap_or_else(|| admin.clone()),
        operator: admin.clone(),
        random: random.ok_or(Refusal::BAD_REQUEST)?,
        body: request.body()?.ok_or(Refusal::BAD_REQUEST)?.to_owned(),
        custom: request.custom()?.map(str::to_owned),
        mentions: request
            .items("GroupAtInfo")
            .map(|it| json::text(it, "GroupAt_Account"))
            .collect(),
        online_only: request.number("OnlineOnlyFlag") == Some(1),
        system: false,
        sent_at: None,
    };
    let event = world.send(&place, draft, request.now)?;
    let quiet = request
        .items("ForbidCallbackControl")
        .filter_map(|it| it.string())
        .any(|it| it.text == "ForbidAfterSendMsgCallback");
    let fields = vec![
        ("MsgTime", (request.now / 1000).to_string()),
        ("MsgSeq", event.seq().unwrap_or_default().to_string()),
    ];
    Ok(Done { fields, event: (!quiet).then_some(event) })
}
