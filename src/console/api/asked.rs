//! A request that was let in: who asks, for what, and what that lets him see.

use super::caller::Caller;
use super::parameter::Given;
use super::parameters::{APP, ID};
use super::problem::{Code, Problem};
use crate::acts::by_hand::Desk;
use crate::console::Console;
use crate::store::{History, Reader, Role};
use std::sync::Arc;

/// What an operation is given.
pub struct Asked {
    pub console: Arc<Console>,
    pub caller: Caller,
    pub given: Given,
}

impl Asked {
    pub fn reader(&self) -> &Reader {
        &self.console.reader
    }

    /// Whether this caller sees texts without saying why.
    pub fn sees_texts(&self) -> bool {
        self.caller.role == Role::Moderator
    }

    /// The app to look at, as a filter takes it: the one that is asked for, or the one that the token is bound to.
    ///
    /// # Errors
    /// When the token is bound to another.
    pub fn app(&self) -> Result<Option<String>, Problem> {
        let asked = self.given.text(APP);
        let Some(own) = self.caller.sdk_app_id else { return Ok(asked.map(str::to_owned)) };
        match asked.is_none_or(|asked| self.console.app(asked) == Some(own)) {
            true => Ok(Some(own.to_string())),
            false => Err(Problem::forbidden()),
        }
    }

    /// The app to act in; it need not be named where there is only one.
    ///
    /// # Errors
    /// When the token is bound to another, or it is not one of ours.
    pub fn desk(&self) -> Result<&Desk, Problem> {
        let desks = &self.console.parts.desks;
        let only = || Some(desks.first_key_value()?.0.to_string()).filter(|_| desks.len() == 1);
        let Some(app) = self.app()?.or_else(only) else {
            return Err(Problem::of(Code::MissingParameter, APP.name, "there are several apps"));
        };
        let desk = self.console.app(&app).and_then(|id| desks.get(&id));
        desk.ok_or_else(|| {
            Problem::of(Code::InvalidParameter, APP.name, "an app that is configured is expected")
        })
    }

    /// The decision of the id in the path; one of another app is as good as none.
    ///
    /// # Errors
    /// When there is none.
    pub async fn decision(&self) -> Result<History, Problem> {
        let id = self.given.text(ID).unwrap_or_default();
        let found = self.reader().show(id).await?;
        let own = |history: &History| {
            let app = history.decision.sdk_app_id;
            self.caller.sdk_app_id.is_none_or(|own| own == app)
        };
        found.filter(own).ok_or_else(|| Problem::not_found("decision"))
    }
}
