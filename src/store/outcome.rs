//! What happened to a decision, why, and where it came from: the words that the audit and the outside share.

use std::fmt;

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// Every one of them, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word that stands in the audit and in every answer.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The one that this word names.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == word)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// Where a decision stands.
    Outcome {
        /// Its action is still to be done.
        Pending = "pending",
        /// The message shows what we wrote.
        Applied = "applied",
        /// Logged only: the rule, or the app, is in shadow.
        Observed = "observed",
        /// No longer needed: gone, changed, or it no longer hits.
        Moot = "moot",
        /// The offence stays visible, because the platform cannot rewrite this message.
        Impossible = "impossible",
        /// Given up, with the platform's code.
        Failed = "failed",
        /// Held back by the brake.
        Withheld = "withheld",
        /// Given back.
        Undone = "undone",
    }
}

words! {
    /// What is to be done about a message.
    Action {
        /// Text masked, replaced or blanked, or a tag put beside it.
        Rewrite = "rewrite",
        /// The message taken away, where it cannot be rewritten.
        Recall = "recall",
    }
}

words! {
    /// Why a decision stands where it stands.
    Cause {
        /// Every rule that hit is in shadow.
        Shadow = "shadow",
        /// The app's `enforcement` is `shadow`.
        EnforcementShadow = "enforcement_shadow",
        /// A rule asked for a person's eyes, and no rule for more.
        Review = "review",
        /// A live group keeps no history, so there is nothing to rewrite.
        LiveGroup = "live_group",
        /// An online-only message is not stored by the platform.
        OnlineOnly = "online_only",
        /// The webhook told no sequence number.
        NoMsgSeq = "no_msg_seq",
        /// The message already showed what we meant to write.
        AlreadyWritten = "already_written",
        /// The platform refused the body for good; the message was tagged instead.
        TaggedInstead = "tagged_instead",
        /// The message cannot be rewritten; it was recalled instead.
        RecalledInstead = "recalled_instead",
        /// Only a tag could help, and the custom data cannot be read back.
        CustomDataUnknown = "custom_data_unknown",
        /// Only a tag could help, and the app keeps something else than a JSON object there.
        CustomDataNotJson = "custom_data_not_json",
        /// Only a tag could help, and it does not fit.
        TagTooLarge = "tag_too_large",
        /// Somebody recalled the message.
        Recalled = "recalled",
        /// It was found too long after it was sent (`catch_up.enforce_max_age`).
        TooOld = "too_old",
        /// The platform no longer keeps the message.
        Expired = "expired",
        /// There is no message of this number.
        Missing = "missing",
        /// What is really there is no offence.
        NoLongerHits = "no_longer_hits",
        /// What is really there differs and is an offence too: a newer decision acts on it.
        Superseded = "superseded",
        /// The platform refused the call for good.
        Refused = "refused",
        /// The platform does not allow the call in this group or plan.
        NotPermitted = "not_permitted",
        /// A code nobody documents came back on every try.
        UnknownCode = "unknown_code",
        /// Its action brought the process down twice while it ran alone.
        Quarantined = "quarantined",
        /// Every try failed until the time for trying was over.
        GaveUp = "gave_up",
        /// The brake holds every rule back that would have acted.
        Brake = "brake",
        /// The brake held it back until it was too late to act.
        BrakeExpired = "brake_expired",
        /// The sender has a role that is exempt (`exempt_roles`).
        ExemptRole = "exempt_role",
        /// A person had the original given back.
        ByPerson = "by_person",
        /// A person had the work of one rule given back; what others did stays.
        PartlyUndone = "partly_undone",
        /// Somebody edited the message since: what stands there is not what we wrote.
        EditedSince = "edited_since",
        /// The original was not kept, or was erased: there is nothing to give back.
        NotKept = "not_kept",
    }
}

words! {
    /// How a message came to be judged.
    Source {
        /// The webhook after sending.
        Webhook = "webhook",
        /// The webhook after an edit.
        Edit = "edit",
        /// Found later, where no webhook told us.
        Late = "late",
        /// A person asked for a group's history to be judged.
        Sweep = "sweep",
        /// A person chose this message.
        Person = "person",
    }
}
