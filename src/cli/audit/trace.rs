//! What those who read the audit leave in it: who looked for what, took what away, and saw whose words.
//!
//! Promise: it is written before the first row or text is shown. Where the database cannot be written (a copy, another
//! version), the reading goes on, and a note says that it left no trace.

use crate::cli::{Context, say};
use crate::store::{Event, Store, StoreError};
use serde_json::{Value, json};

/// Who asks.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct Asker {
    /// Who asks; it is kept in the audit
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

impl Asker {
    /// A search, by the names of its filters; what they are is a text.
    pub async fn queried(&self, context: &Context, what: &str, query: &Value) {
        let all = query.as_object().into_iter().flatten();
        let given: serde_json::Map<_, _> = all
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let names: Vec<_> = given.keys().collect();
        let data = json!({ "what": what, "filters": names, "uid": uid() });
        let query = (!given.is_empty()).then(|| Value::Object(given.clone()).to_string());
        // Filed as accounts, so that the look goes when the person is erased.
        let account = |name: &str| given.get(name).and_then(Value::as_str);
        let event = Event::new("audit.queried", None, data)
            .text("query", query)
            .text("sender", account("sender"))
            .text("operator", account("operator"));
        self.leave(context, event).await;
    }

    /// One decision that was looked at without its texts.
    pub async fn looked_at(&self, context: &Context, id: &str) {
        let data = json!({ "what": "show", "filters": [], "uid": uid() });
        self.leave(context, Event::new("audit.queried", Some(id.to_owned()), data)).await;
    }

    /// The texts of a decision, about to be shown.
    pub async fn revealed(&self, context: &Context, id: &str, reason: Option<&str>) {
        let data = json!({ "uid": uid() });
        let event = Event::new("audit.revealed", Some(id.to_owned()), data);
        self.leave(context, event.text("reason", reason)).await;
    }

    /// An export that is complete.
    pub async fn exported(&self, context: &Context, format: &str, rows: u64, sha256: &str) {
        let data = json!({ "format": format, "rows": rows, "sha256": sha256, "uid": uid() });
        self.leave(context, Event::new("audit.exported", None, data)).await;
    }

    async fn leave(&self, context: &Context, event: Event) {
        let event = event.text("by", self.by.as_ref());
        let written = async {
            let (url, key) = context.database()?;
            anyhow::Ok(Store::record_beside(&url, key.as_deref(), event).await?)
        };
        let Err(error) = written.await else { return };
        // What cannot be read says so itself.
        let unreadable = matches!(
            error.downcast_ref(),
            Some(StoreError::Absent(_) | StoreError::NoSchema | StoreError::NewerSchema)
        );
        if !unreadable {
            say(&format!("note: this look is not noted in the audit: {error:#}"));
        }
    }
}

/// The user of the system who runs the command, by number.
fn uid() -> u32 {
    rustix::process::getuid().as_raw()
}
