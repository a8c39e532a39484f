//! The codes the simulated platform refuses with.
//!
//! Where the platform's pages name no code for a case, a plausible one of its table is used (EN-34348).

/// A code and the words that go with it in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub code: i64,
    pub info: &'static str,
}

impl Refusal {
    const fn new(code: i64, info: &'static str) -> Self {
        Self { code, info }
    }

    // The way in
    pub const NOT_POST: Self = Self::new(60002, "only POST is served");
    pub const NOT_JSON_REQUEST: Self = Self::new(60003, "the request body is no JSON object");
    pub const TOO_MANY_CALLS: Self = Self::new(60007, "the call frequency limit was exceeded");
    pub const NO_COMMAND: Self = Self::new(60009, "no such command");
    pub const NOT_ADMIN: Self = Self::new(60010, "the identifier is not an app admin");
    pub const NO_APP_GIVEN: Self = Self::new(60012, "sdkappid is missing");
    pub const BAD_PARAMETER: Self = Self::new(60025, "a URL parameter is missing or wrong");
    pub const SIG_EXPIRED: Self = Self::new(70001, "the UserSig has expired");
    pub const SIG_UNREADABLE: Self = Self::new(70003, "the UserSig cannot be read");
    pub const SIG_WRONG_KEY: Self = Self::new(70009, "the UserSig was made with another key");
    pub const SIG_OTHER_IDENTIFIER: Self = Self::new(70013, "the UserSig is of another identifier");
    pub const SIG_OTHER_APP: Self = Self::new(70014, "the UserSig is of another app");
    pub const NO_APP: Self = Self::new(70020, "no such app");

    // Groups and messages
    pub const BAD_REQUEST: Self = Self::new(10004, "the request has a missing or wrong field");
    pub const NO_GROUP: Self = Self::new(10010, "the group does not exist");
    pub const NO_SUCH_NUMBER: Self = Self::new(10030, "no such message");
    pub const NO_HISTORY: Self = Self::new(10044, "groups of this type keep no history");
    pub const NO_TOPIC: Self = Self::new(110_013, "no such topic");

    // Edits
    pub const INVALID: Self = Self::new(20001, "invalid request");
    pub const NO_MESSAGE: Self = Self::new(20022, "the message does not exist");
    pub const ALREADY_RECALLED: Self = Self::new(20023, "the message was recalled");
    pub const NOT_JSON: Self = Self::new(90001, "the JSON cannot be parsed");
    pub const BODY_MALFORMED: Self = Self::new(90002, "an element of MsgBody is malformed");
    pub const BODY_NOT_ARRAY: Self = Self::new(90007, "MsgBody is not an array");
    pub const CUSTOM_NOT_STRING: Self = Self::new(90010, "CloudCustomData is not a string");
    pub const BODY_TOO_LARGE: Self = Self::new(93000, "the message is larger than 12 KB");
}
