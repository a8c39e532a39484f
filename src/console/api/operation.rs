//! What can be asked for: one row an operation. Routes, checks, roles and the document are made from the same rows.

use super::asked::Asked;
use super::caller::Caller;
use super::parameter::Parameter;
use super::problem::{Code, Problem};
use super::reply::Reply;
use crate::store::Role;
use actix_web::http;
use std::pin::Pin;

/// What an operation does, on the console's own runtime.
pub type Run = fn(Asked) -> Pin<Box<dyn Future<Output = Result<Reply, Problem>> + Send>>;

/// One thing that can be asked for.
pub struct Operation {
    /// Its name in the document, such as `listDecisions`.
    pub id: &'static str,
    pub method: Method,
    /// Below `/api/v1`.
    pub path: &'static str,
    pub what: &'static str,
    /// Who may.
    pub roles: &'static [Role],
    pub bound: Bound,
    pub takes: &'static [Parameter],
    pub gives: Gives,
    /// Problems of its own, besides those that any operation has.
    pub problems: &'static [Code],
    pub run: Run,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Delete,
}

/// What a token that is bound to one app may do with an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Only what belongs to its app.
    OwnApp,
    /// All of it: it belongs to no app.
    Allowed,
    /// Nothing: it is about more than its app.
    Refused,
}

/// What is answered when all is well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// JSON of this schema.
    Json(&'static str),
    /// The same, for something that was made.
    Created(&'static str),
    /// Rows of a file, one after the other.
    Sheet,
}

impl Operation {
    /// Whether this caller may ask for it at all.
    ///
    /// # Errors
    /// When not.
    pub fn admits(&self, caller: &Caller) -> Result<(), Problem> {
        let bound = caller.sdk_app_id.is_some() && self.bound == Bound::Refused;
        match self.roles.contains(&caller.role) && !bound {
            true => Ok(()),
            false => Err(Problem::forbidden()),
        }
    }

    /// Whether its parameters come in a body.
    pub fn has_body(&self) -> bool {
        self.method == Method::Post && self.takes.iter().any(|taken| !self.is_in_path(taken))
    }

    pub fn is_in_path(&self, parameter: &Parameter) -> bool {
        self.path.split('/').any(|part| {
            part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) == Some(parameter.name)
        })
    }

    /// Whether it changes nothing and ends soon: then it may be given up when it takes too long.
    pub fn is_look(&self) -> bool {
        self.method == Method::Get && self.gives != Gives::Sheet
    }
}

impl Method {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }

    pub fn http(self) -> http::Method {
        match self {
            Self::Get => http::Method::GET,
            Self::Post => http::Method::POST,
            Self::Delete => http::Method::DELETE,
        }
    }
}

impl Bound {
    /// The word in the document.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OwnApp => "own",
            Self::Allowed => "allowed",
            Self::Refused => "refused",
        }
    }
}
