//! What is answered when it is not what was asked for: `application/problem+json` (RFC 9457) with a stable code.
//!
//! Promise: a problem tells no text, no account, no token and nothing of the inside.

use crate::store::StoreError;
use serde_json::{Value, json};

macro_rules! codes {
    ($($name:ident = $word:literal, $status:literal, $title:literal, $when:literal;)*) => {
        /// A problem by its stable code: scripts compare it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code { $(#[doc = $when] $name,)* }

        impl Code {
            /// Every one of them, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// The status that it comes with.
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// When it comes, for the documentation.
            pub fn when(self) -> &'static str {
                match self { $(Self::$name => $when,)* }
            }
        }
    };
}

codes! {
    Unauthenticated = "unauthenticated", 401, "Not authenticated",
        "no token, or none that may be used: unknown, mistyped, expired or revoked";
    TooManyFailures = "too_many_failures", 429, "Too many failures",
        "so many unknown tokens came that only known ones are looked at for some seconds";
    Forbidden = "forbidden", 403, "Forbidden",
        "the token may not do this, or not for this app";
    NotFound = "not_found", 404, "Not found",
        "no such path, or nothing of this id (or message) that the token may know of";
    MethodNotAllowed = "method_not_allowed", 405, "Method not allowed",
        "the path takes other methods; `Allow` names them";
    UnknownParameter = "unknown_parameter", 400, "Unknown parameter",
        "`parameter` names one that this operation does not have";
    MissingParameter = "missing_parameter", 400, "Missing parameter",
        "`parameter` names one that this operation needs";
    InvalidParameter = "invalid_parameter", 400, "Invalid parameter",
        "`parameter` names one whose value cannot be used; `detail` says what is expected";
    InvalidCursor = "invalid_cursor", 400, "Invalid cursor",
        "the cursor is not one that a page ended with";
    MalformedBody = "malformed_body", 400, "Malformed body",
        "the body is no JSON object in UTF-8, or did not arrive whole";
    BodyTooSlow = "body_too_slow", 408, "Body too slow",
        "the body did not arrive within `api.query_timeout`";
    BodyTooLarge = "body_too_large", 413, "Body too large",
        "the body is larger than `api.body_limit`";
    CannotBeUndone = "cannot_be_undone", 409, "Cannot be undone",
        "the decision cannot be undone; `detail` says why";
    NameTaken = "name_taken", 409, "Name taken",
        "a token of this name is in use";
    Busy = "busy", 409, "Busy",
        "a verification is under way already";
    QueryTooSlow = "query_too_slow", 503, "Query too slow",
        "the answer was not found within `api.query_timeout`; ask for less";
    PlatformUnavailable = "platform_unavailable", 502, "Platform unavailable",
        "the chat platform could not be asked about the message";
    Unavailable = "unavailable", 503, "Unavailable",
        "the database does not take it, or the service is stopping; try again later";
}

/// Why an answer is not what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub code: Code,
    pub detail: String,
    pub parameter: Option<String>,
}

impl Problem {
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), parameter: None }
    }

    /// About one parameter.
    pub fn of(code: Code, parameter: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { parameter: Some(parameter.into()), ..Self::new(code, detail) }
    }

    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("there is no such {what}"))
    }

    /// The same for a wrong role and a wrong app: who is refused does not learn why.
    pub fn forbidden() -> Self {
        Self::new(Code::Forbidden, "this token may not do that")
    }

    /// The body of the answer.
    pub fn body(&self) -> Value {
        let code = self.code.as_str();
        let mut body = json!({
            "type": format!("urn:automod:problem:{code}"), "title": self.code.title(),
            "status": self.code.status(), "code": code, "detail": self.detail,
        });
        if let Some(parameter) = &self.parameter {
            body["parameter"] = json!(parameter);
        }
        body
    }
}

/// What the database says is for the log; who asks learns that it is not to be had now.
impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "the API could not be served");
        Self::new(Code::Unavailable, "the database is not available")
    }
}
