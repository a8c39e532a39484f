//! Looks at what is wrong for a while, and says so when it begins: broken rules, failed writes, a long backlog.

use super::{Alert, AlertSink, Kind};
use crate::rulebook::{Refused, Rulebook};
use crate::store::Store;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const LOOK: Duration = Duration::from_secs(1);
/// Counting a large backlog takes a while, so it is counted at every fifth look only.
const COUNT_EVERY: u32 = 5;

/// Watches states; what is an event is told by those who see it.
#[derive(Debug)]
pub struct Lookout {
    store: Store,
    rulebook: Arc<Rulebook>,
    pending_after: Duration,
    sink: Arc<dyn AlertSink>,
}

/// What was wrong when we last looked.
#[derive(Debug, Default)]
struct Seen {
    rules: Option<Refused>,
    writes_fail: bool,
    waits_long: bool,
    looks: u32,
}

impl Lookout {
    pub fn new(
        store: Store,
        rulebook: Arc<Rulebook>,
        pending_after: Duration,
        sink: Arc<dyn AlertSink>,
    ) -> Self {
        Self { store, rulebook, pending_after, sink }
    }

    /// Looks until cancelled.
    pub async fn run(self, stop: CancellationToken) {
        let mut seen = Seen::default();
        loop {
            self.look(&mut seen).await;
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    async fn look(&self, seen: &mut Seen) {
        let rules = self.rulebook.trouble();
        if let Some(refused) = rules.as_ref().filter(|_| rules != seen.rules) {
            let what = match refused {
                Refused::Unreadable { .. } => "cannot be read".to_owned(),
                Refused::Empty { .. } => "holds no rule".to_owned(),
                Refused::Faulty { faults, .. } => format!("has {faults} fault(s)"),
            };
            let detail = format!(
                "The rules folder {what}; the last good set goes on. Run `automod rules check`."
            );
            self.tell(Kind::Rules, "rules folder", detail);
        }
        let writes_fail = !self.store.is_writable();
        if writes_fail && !seen.writes_fail {
            let detail =
                "The database takes no writes, so offenders are not acknowledged. Check the disk.";
            self.tell(Kind::Writes, "database", detail.to_owned());
        }
        let waits_long = match seen.looks % COUNT_EVERY {
            0 => self.waits_long().await.unwrap_or(seen.waits_long),
            _ => seen.waits_long,
        };
        if waits_long && !seen.waits_long {
            let minutes = self.pending_after.as_secs().div_ceil(60);
            let detail = format!(
                "Actions have been waiting for more than {minutes} min. See readiness, the log and \
                 `automod doctor`."
            );
            self.tell(Kind::Pending, "actions", detail);
        }
        *seen = Seen { rules, writes_fail, waits_long, looks: seen.looks.wrapping_add(1) };
    }

    /// `None` where the database cannot be asked.
    async fn waits_long(&self) -> Option<bool> {
        let (_, oldest) = self.store.reader().backlog().await.ok()?;
        let age = oldest.map_or(0, |oldest| jiff::Timestamp::now().as_millisecond() - oldest);
        Some(u128::try_from(age).is_ok_and(|age| age > self.pending_after.as_millis()))
    }

    fn tell(&self, kind: Kind, subject: &str, detail: String) {
        self.sink.alert(Alert { kind, subject: subject.to_owned(), detail });
    }
}
