//! Whom an erasure or a hold is about.

use crate::cli::say;
use crate::store::{Reader, Whose};

/// A person or one decision.
#[derive(Debug, clap::Args)]
#[group(id = "whose", required = true, args = ["sender", "decision"])]
pub(super) struct Of {
    /// All that this account wrote or edited, in every app
    #[arg(long, value_name = "ACCOUNT")]
    sender: Option<String>,
    /// Only in this app, by its name or SDKAppID
    #[arg(long, requires = "sender")]
    app: Option<String>,
    /// The message of this decision
    #[arg(long, value_name = "ID")]
    decision: Option<String>,
}

impl Of {
    pub(super) fn whose(&self) -> Whose {
        match &self.decision {
            Some(id) => Whose::Decision(id.clone()),
            None => {
                let account = self.sender.clone().unwrap_or_default();
                Whose::Person { account, app: self.app.clone() }
            }
        }
    }

    /// Whether there is such a decision; says so if not. Of a person nothing need be known.
    pub(super) async fn is_known(&self, reader: &Reader) -> anyhow::Result<bool> {
        let Some(id) = &self.decision else { return Ok(true) };
        let known = reader.is_decision(id).await?;
        if !known {
            say(&format!("error: no decision has the id {id}; `automod audit list` shows the ids"));
        }
        Ok(known)
    }
}
