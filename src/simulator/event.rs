//! What happened in the simulated world, and the webhook that tells it.
//!
//! Shapes follow the platform's pages (EN-34375 after a send, CN 129193 after an edit, EN-46979 after a
//! recall) and what was seen of its traffic: keys in alphabetical order, and a few that no page lists.

use super::group::{GroupType, Stored};
use super::json;
use super::world::Place;

#[derive(Debug, Clone)]
pub(super) struct Event {
    pub place: Place,
    pub kind: GroupType,
    /// Unix time in ms; no two events share one.
    pub at: i64,
    pub happened: Happened,
}

#[derive(Debug, Clone)]
pub(super) enum Happened {
    Sent(Stored),
    Edited { stored: Stored, editor: String },
    Recalled { seqs: Vec<u64>, operator: String },
}

/// How webhooks are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// As seen in traffic: `EventTime` is a number.
    #[default]
    Current,
    /// As in the samples of the platform's pages: `EventTime` is a string.
    Documented,
    /// As up to 2018: no number, no times, no operator. Edits and recalls have no old shape.
    Old,
}

impl Event {
    pub fn command(&self) -> &'static str {
        match self.happened {
            Happened::Sent(_) => "Group.CallbackAfterSendMsg",
            Happened::Edited { .. } => "Group.CallbackAfterModifyMsg",
            Happened::Recalled { .. } => "Group.CallbackAfterRecallMsg",
        }
    }

    /// The message's number, where it is about one.
    pub fn seq(&self) -> Option<u64> {
        match &self.happened {
            Happened::Sent(stored) | Happened::Edited { stored, .. } => Some(stored.seq),
            Happened::Recalled { .. } => None,
        }
    }

    /// The account that caused it.
    pub fn operator(&self) -> &str {
        match &self.happened {
            Happened::Sent(stored) => &stored.operator,
            Happened::Edited { editor, .. } => editor,
            Happened::Recalled { operator, .. } => operator,
        }
    }

    /// The webhook's body.
    pub fn callback(&self, shape: Shape) -> String {
        let mut fields = vec![
            ("CallbackCommand", json::string(self.command())),
            ("GroupId", json::string(&self.place.group)),
        ];
        match &self.happened {
            Happened::Sent(stored) => self.sent(stored, shape, &mut fields),
            Happened::Edited { stored, .. } => fields.extend([
                // The page lists neither sender nor type, and the topic is there even where there is none.
                ("EventTime", self.at.to_string()),
                ("MsgBody", json::sorted(&stored.body)),
                ("MsgSeq", stored.seq.to_string()),
                ("Operator_Account", json::string(self.operator())),
                ("TopicId", json::string(self.place.topic.as_deref().unwrap_or_default())),
            ]),
            Happened::Recalled { seqs, .. } => {
                let seqs: Vec<_> = seqs.iter().map(|seq| format!("{{\"MsgSeq\":{seq}}}")).collect();
                fields.extend([
                    ("EventTime", self.time(shape)),
                    ("MsgSeqList", format!("[{}]", seqs.join(","))),
                    ("Operator_Account", json::string(self.operator())),
                    ("Type", json::string(self.kind.as_str())),
                ]);
                fields.extend(self.topic());
            }
        }
        fields.sort_by_key(|(name, _)| *name);
        json::object(fields)
    }

    fn sent(&self, stored: &Stored, shape: Shape, fields: &mut Vec<(&'static str, String)>) {
        fields.extend([
            ("From_Account", json::string(&stored.sender)),
            ("MsgBody", json::sorted(&stored.body)),
            ("Type", json::string(self.kind.as_str())),
        ]);
        if shape == Shape::Old {
            return;
        }
        let message_id = format!("{}-{}-{}", stored.seq, stored.sent_at / 1000, stored.random);
        fields.extend([
            ("EventTime", self.time(shape)),
            ("MsgId", json::string(&message_id)),
            ("MsgPriority", json::string("Normal")),
            ("MsgSeq", stored.seq.to_string()),
            ("MsgTime", (stored.sent_at / 1000).to_string()),
            ("OnlineOnlyFlag", u8::from(stored.online_only).to_string()),
            ("Operator_Account", json::string(&stored.operator)),
            ("Random", stored.random.to_string()),
        ]);
        fields.extend(stored.custom.clone().map(|custom| ("CloudCustomData", custom)));
        fields.extend(self.topic());
        if !stored.mentions.is_empty() {
            let mentions: Vec<_> = stored.mentions.iter().map(mention).collect();
            fields.push(("GroupAtInfo", format!("[{}]", mentions.join(","))));
        }
    }

    fn topic(&self) -> Option<(&'static str, String)> {
        self.place.topic.as_deref().map(|topic| ("TopicId", json::string(topic)))
    }

    fn time(&self, shape: Shape) -> String {
        match shape {
            Shape::Documented => format!("\"{}\"", self.at),
            _ => self.at.to_string(),
        }
    }
}

fn mention(account: &Option<String>) -> String {
    match account {
        Some(account) => {
            format!("{{\"GroupAtAllFlag\":0,\"GroupAt_Account\":{}}}", json::string(account))
        }
        None => "{\"GroupAtAllFlag\":1}".into(),
    }
}
