//! Decisions that nobody made, to measure with.

use chat_automod::message::{Content, MessageKey};
use chat_automod::store::{Action, Outcome, Plan, Source};

/// A decision that is final, with its texts; each number another one.
pub fn plan(number: u64) -> Plan {
    let text = format!("come to our casino, number {number}: 来玩百家乐");
    Plan {
        id: uuid::Uuid::now_v7().to_string(),
        app: "main".into(),
        key: MessageKey {
            sdk_app_id: 1_400_000_001,
            group_id: format!("@TGS#{}", number % 500),
            topic_id: None,
            seq: Some(number),
        },
        revision: 0,
        group_type: Some("Public".into()),
        sent_at: None,
        sender: Some(format!("user-{}", number % 5_000)),
        operator: None,
        editor: None,
        mentions: false,
        digest: format!("{number:064}"),
        body_digest: format!("{number:064}"),
        written_digest: None,
        verdict: "flag",
        severity: "high",
        lane: 2,
        rules: vec!["gambling".into()],
        categories: [("gambling".to_owned(), "gambling".to_owned())].into(),
        hits: serde_json::json!([]),
        tags: Vec::new(),
        notes: Vec::new(),
        review: false,
        keep_original: "yes",
        source: Source::Webhook,
        ruleset: "3f86c31f33fd71595afc59fa5ae0b601fac2c2374cbecb7ea532503ddb7e702c".into(),
        supersedes: None,
        reread: false,
        action: Action::Rewrite,
        outcome: Outcome::Observed,
        cause: None,
        original: Some(Content::of_text(&text).to_record()),
        rewritten: Some(Content::of_text(&text.replace("casino", "******")).to_record()),
        reason: None,
        by: None,
        maybe_echo: false,
    }
}
