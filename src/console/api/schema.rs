//! What answers look like, as JSON Schema: one table, which the tests compare with real answers.

use serde_json::{Map, Value, json};

/// What a member of an answer is.
#[derive(Debug, Clone, Copy)]
enum Is {
    Text,
    Number,
    /// From 0 to 1.
    Share,
    Flag,
    /// RFC 3339 UTC.
    Moment,
    /// What this, or `null`.
    Maybe(&'static Is),
    List(&'static Is),
    /// Another schema of this table.
    Of(&'static str),
    /// An object of these values by name.
    ByName(&'static Is),
    /// An object that is described elsewhere.
    Open,
}

use Is::*;

struct Shape {
    name: &'static str,
    what: &'static str,
    /// Always there.
    has: &'static [(&'static str, Is, &'static str)],
    /// There for some.
    may: &'static [(&'static str, Is, &'static str)],
}

const DECISION: Shape = Shape {
    name: "Decision",
    what: "A decision as `automod audit list` tells it",
    has: &[
        ("id", Text, "Taken as it is by whatever takes an id"),
        ("time", Moment, "When it was made"),
        ("sdk_app_id", Number, "The app"),
        ("group_id", Text, ""),
        ("topic_id", Maybe(&Text), ""),
        ("msg_seq", Maybe(&Number), "The message's number in its group, or topic"),
        ("revision", Number, "The time of the edit in Unix ms; 0 for the message as it was sent"),
        ("sender", Maybe(&Text), "Who wrote it; null when that was erased"),
        ("editor", Maybe(&Text), "Who edited it"),
        ("rules", List(&Text), "What hit"),
        ("severity", Text, "low, medium, high or critical"),
        ("verdict", Text, "pass, flag or rewrite"),
        ("outcome", Text, "See docs/operations.md, as for the cause"),
        ("cause", Maybe(&Text), ""),
        ("error_code", Maybe(&Number), "The platform's code of the last error"),
        ("attempts", Number, "Tries so far"),
        ("source", Text, "webhook, edit, late, sweep or person"),
        ("ruleset", Text, "The hash of the rules of that moment"),
        ("app", Text, "The app's name when the decision was made"),
        ("operator", Maybe(&Text), "Who sent it in the sender's name"),
        ("categories", List(&Text), "Of its rules, each once"),
    ],
    may: &[],
};

const SHAPES: &[Shape] = &[
    DECISION,
    Shape {
        name: "Decisions",
        what: "A page of decisions",
        has: &[
            ("decisions", List(&Of("Decision")), "Newest first"),
            ("next", Maybe(&Text), "The cursor of the next page; null at the end"),
            ("out_of_time", Flag, "The page ended early; go on with `next`"),
        ],
        may: &[],
    },
    Shape {
        name: "Event",
        what: "One step of a decision; docs/audit.md lists the kinds",
        has: &[
            ("seq", Number, "Its number in the audit"),
            ("time", Moment, ""),
            ("kind", Text, ""),
            ("data", Open, "Plain facts, and the salted digests of texts"),
            ("hash", Text, "Binds it to all events before it"),
        ],
        may: &[("texts", ByName(&Text), "What stands beside it, for those who may read it")],
    },
    Shape {
        name: "History",
        what: "A decision with its steps; with its texts for those who may read them",
        has: &[
            ("decision", Of("Decision"), ""),
            ("events", List(&Of("Event")), "In their order"),
            ("rules_then", List(&Of("RuleThen")), "The rules that hit, as they were"),
        ],
        may: &[
            (
                "original",
                Maybe(&Text),
                "What stood there, as a JSON text; null when it is not kept",
            ),
            ("rewritten", Maybe(&Text), "What was written over it"),
            ("answer", Maybe(&Text), "The platform's last answer that was an error"),
            ("hits", List(&Open), "How each hit was read, as `automod rules explain` tells it"),
        ],
    },
    Shape {
        name: "RuleThen",
        what: "A rule as it was when the decision was made",
        has: &[
            ("id", Text, ""),
            ("file", Text, "Relative to the rules folder"),
            ("source", Text, "As it stood there"),
        ],
        may: &[],
    },
    Shape {
        name: "Report",
        what: "Counts of a time",
        has: &[("lines", List(&Of("ReportLine")), "")],
        may: &[],
    },
    Shape {
        name: "ReportLine",
        what: "Counts of one group, as `automod audit report` tells them",
        has: &[
            ("by", Text, "all, outcome, category or rule"),
            ("name", Maybe(&Text), "Which; null for all"),
            ("decisions", Number, ""),
            ("acted", Number, "Rewritten or recalled"),
            ("undone", Number, "Of these, given back by a person"),
            ("undo_rate", Maybe(&Share), "Their share; null where nothing was done"),
            ("median_ms_to_rewrite", Maybe(&Number), ""),
        ],
        may: &[],
    },
    Shape {
        name: "Planned",
        what: "Undos that were planned, or would be",
        has: &[
            ("planned", Number, "How many"),
            ("left_out", Number, "Decisions of the rule that cannot be undone"),
            ("dry_run", Flag, "Nothing was written"),
            ("ids", List(&Text), "Of the decisions, up to `api.page_limit`"),
        ],
        may: &[],
    },
    Shape {
        name: "Decided",
        what: "A decision that a person made",
        has: &[
            ("id", Text, "Of the decision"),
            ("outcome", Text, "`pending` when it will be carried out"),
            ("cause", Maybe(&Text), "Why nothing will be done"),
        ],
        may: &[],
    },
    Shape {
        name: "Verification",
        what: "What the recomputed audit says",
        has: &[
            ("sound", Flag, ""),
            ("events", Maybe(&Number), "How many"),
            ("head", Maybe(&Text), "The hash of the last one"),
            ("damage", Maybe(&Text), "The first thing that is not as it was written"),
            ("checkpoints", Maybe(&Of("Checkpoints")), "null where there are none to compare with"),
        ],
        may: &[],
    },
    Shape {
        name: "Checkpoints",
        what: "What the signed checkpoints say",
        has: &[
            ("agree", Number, "Checkpoints that agree"),
            ("covered", Number, "The last event that one of them knows"),
        ],
        may: &[],
    },
    Shape {
        name: "Rulesets",
        what: "Rule sets that were live",
        has: &[("rulesets", List(&Of("Activation")), "The last one first")],
        may: &[],
    },
    Shape {
        name: "Activation",
        what: "A rule set and when it went live last",
        has: &[("hash", Text, ""), ("activated_at", Moment, ""), ("live", Flag, "It is live now")],
        may: &[],
    },
    Shape {
        name: "Ruleset",
        what: "The files of a rule set",
        has: &[("hash", Text, ""), ("files", ByName(&Text), "Their texts by their names")],
        may: &[],
    },
    Shape {
        name: "Reloaded",
        what: "What a look at the rules folder led to",
        has: &[
            ("result", Text, "loaded, unchanged, or kept: the rules are not in order"),
            ("ruleset", Text, "The hash of what is live now"),
            ("rules", Number, "How many"),
            ("trouble", Maybe(&Text), "Why the folder's rules are not live"),
        ],
        may: &[],
    },
    Shape {
        name: "Checked",
        what: "What rule files are found to be",
        has: &[
            ("ok", Flag, "They could go live"),
            ("rules", Maybe(&Number), "How many, where they could"),
            ("diagnostics", List(&Of("Diagnostic")), "Faults and warnings"),
        ],
        may: &[],
    },
    Shape {
        name: "Diagnostic",
        what: "A fault or a warning, as `automod rules check` tells it",
        has: &[
            ("code", Text, "Such as E203"),
            ("meaning", Text, "Such as missing-key"),
            ("level", Text, "error or warning"),
            ("file", Text, ""),
            ("line", Number, "From 1"),
            ("column", Number, "From 1, in characters"),
            ("message", Text, "What is wrong"),
            ("label", Maybe(&Text), "About the place itself"),
            ("help", Maybe(&Text), "The mend"),
        ],
        may: &[],
    },
    Shape {
        name: "Explanation",
        what: "As `automod rules explain --format json` tells it",
        has: &[
            ("verdict", Text, ""),
            ("texts", List(&Open), ""),
            ("hits", List(&Open), ""),
            ("exceptions", List(&Open), ""),
            ("misses", List(&Open), ""),
        ],
        may: &[],
    },
    Shape {
        name: "Brakes",
        what: "Rules that are held back",
        has: &[("brakes", List(&Of("Brake")), "")],
        may: &[],
    },
    Shape {
        name: "Brake",
        what: "A rule that is held back in an app",
        has: &[
            ("rule", Text, ""),
            ("app", Text, ""),
            ("sdk_app_id", Number, ""),
            ("since", Moment, ""),
            ("reason", Maybe(&Text), ""),
            ("withheld", Number, "Decisions that wait for its release"),
        ],
        may: &[],
    },
    Shape {
        name: "Released",
        what: "Where a rule acts again",
        has: &[
            ("rule", Text, ""),
            ("released_in", List(&Text), "The apps in which it was held back"),
        ],
        may: &[],
    },
    Shape {
        name: "Tokens",
        what: "All tokens",
        has: &[("tokens", List(&Of("Token")), "The oldest first")],
        may: &[],
    },
    Shape {
        name: "Token",
        what: "A token, without what it opens",
        has: &[
            ("id", Text, ""),
            ("name", Text, ""),
            ("role", Text, "moderator, auditor or admin"),
            ("sdk_app_id", Maybe(&Number), "The app that it is bound to"),
            ("state", Text, "live, expired or revoked"),
            ("created_at", Moment, ""),
            ("expires_at", Maybe(&Moment), ""),
            ("revoked_at", Maybe(&Moment), ""),
            ("last_used_at", Maybe(&Moment), "To the hour"),
        ],
        may: &[],
    },
    Shape {
        name: "NewToken",
        what: "A token that was made",
        has: &[("id", Text, ""), ("token", Text, "Keep it: it is not shown again")],
        may: &[],
    },
    Shape { name: "Revoked", what: "A token that ended", has: &[("id", Text, "")], may: &[] },
    Shape {
        name: "Problem",
        what: "Why it is not what was asked for (RFC 9457)",
        has: &[
            ("type", Text, "urn:automod:problem: and the code"),
            ("title", Text, ""),
            ("status", Number, "The status of the answer"),
            ("code", Text, "Stable: compare this one"),
            ("detail", Text, "For people; its words may change"),
        ],
        may: &[("parameter", Text, "Which parameter is meant, where one is")],
    },
];

/// All schemas by their names.
pub fn schemas() -> Value {
    SHAPES.iter().map(|shape| (shape.name.to_owned(), shape.schema())).collect::<Map<_, _>>().into()
}

impl Shape {
    fn schema(&self) -> Value {
        let members = self.has.iter().chain(self.may);
        let members = members.map(|(name, is, what)| {
            let mut schema = is.schema();
            if !what.is_empty() {
                schema["description"] = json!(what);
            }
            ((*name).to_owned(), schema)
        });
        let required: Vec<_> = self.has.iter().map(|(name, ..)| *name).collect();
        json!({
            "type": "object", "description": self.what, "required": required, "additionalProperties": false,
            "properties": members.collect::<Map<_, _>>(),
        })
    }
}

impl Is {
    fn schema(self) -> Value {
        match self {
            Self::Text => json!({ "type": "string" }),
            Self::Number => json!({ "type": "integer" }),
            Self::Share => json!({ "type": "number" }),
            Self::Flag => json!({ "type": "boolean" }),
            Self::Moment => json!({ "type": "string", "format": "date-time" }),
            Self::Maybe(is) => json!({ "anyOf": [is.schema(), { "type": "null" }] }),
            Self::List(is) => json!({ "type": "array", "items": is.schema() }),
            Self::Of(name) => json!({ "$ref": format!("#/components/schemas/{name}") }),
            Self::ByName(is) => json!({ "type": "object", "additionalProperties": is.schema() }),
            Self::Open => json!({ "type": "object" }),
        }
    }
}
