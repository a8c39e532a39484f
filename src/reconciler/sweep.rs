//! A group's whole history, judged because a person asks for it: new rules, old messages.
//!
//! Plans into the same store as the service, which carries the plans out. Promise: a message that has its decision
//! by these rules gets no second one, and what a person restored stays as it is.

use super::Place;
use super::pull::{PAGE, as_told};
use crate::chat::{Class, Client, Entry, Error, Found, History, Stored};
use crate::engine::Ruling;
use crate::message::MessageKey;
use crate::moderation::{Considered, Judged, Late, Moderation};
use crate::pace::Pace;
use crate::store::{Outcome, Plan, Reader, Source, StoreError};
use std::time::Duration;

/// Tries of a call that fails for reasons that may pass.
const TRIES: u32 = 6;

/// Why a sweep ended early. What it planned until then stands.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    #[error(transparent)]
    Chat(#[from] Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What to judge, and by what means.
#[derive(Debug)]
pub struct Sweep {
    pub sdk_app_id: u64,
    /// The app's name in our settings.
    pub app: String,
    pub place: Place,
    /// Unix ms; older messages are left alone.
    pub since: Option<i64>,
    /// Only says what it would do.
    pub dry_run: bool,
    /// Unix ms: the revision of what it plans, so that no earlier decision stands in its way.
    pub at: i64,
    pub chat: Client,
    pub pace: Pace,
    pub moderation: Moderation,
    /// Where earlier decisions are; `None` where there is no database yet.
    pub reader: Option<Reader>,
}

/// What became of the messages so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    pub judged: u64,
    pub clean: u64,
    /// Hits that got a decision, or in a dry run would get one.
    pub planned: u64,
    /// Of these, those that are to be rewritten.
    pub pending: u64,
    /// Hits that had their decision before.
    pub decided: u64,
    /// Placeholders, system messages, and our own.
    pub skipped: u64,
    /// The highest number in the group, and the one reached.
    pub newest: u64,
    pub reached: u64,
}

impl Sweep {
    /// Walks from the newest message down to `since`, or as far as the platform keeps history. `told` hears of
    /// every hit that gets a decision, `progress` after every page.
    ///
    /// # Errors
    /// When history cannot be read, or a decision not be written.
    pub async fn run(
        &self,
        mut told: impl FnMut(&Plan),
        mut progress: impl FnMut(&Swept),
    ) -> Result<Swept, SweepError> {
        let (mut swept, mut up_to) = (Swept::default(), None);
        loop {
            let page = self.page(up_to).await?;
            let entries =
                page.entries.iter().filter(|entry| up_to.is_none_or(|up| entry.seq <= up));
            let Some(lowest) = entries.clone().map(|entry| entry.seq).min() else { break };
            swept.newest = swept.newest.max(entries.map(|entry| entry.seq).max().unwrap_or(0));
            let complete = page.complete;
            let mut is_over = false;
            for entry in page.entries.into_iter().filter(|e| up_to.is_none_or(|up| e.seq <= up)) {
                is_over |= !self.take(entry, &mut swept, &mut told).await?;
            }
            swept.reached = lowest;
            progress(&swept);
            if complete || is_over || lowest <= 1 {
                break;
            }
            up_to = Some(lowest - 1);
        }
        Ok(swept)
    }

    /// Judges one entry; `false` when it is older than what is asked for.
    async fn take(
        &self,
        entry: Entry,
        swept: &mut Swept,
        told: &mut impl FnMut(&Plan),
    ) -> Result<bool, SweepError> {
        let stored = match entry.found {
            Some(Found::Present(stored)) if !stored.system => stored,
            _ => {
                swept.skipped += 1;
                return Ok(true);
            }
        };
        if stored.sent_at.is_some_and(|at| self.since.is_some_and(|since| at < since)) {
            return Ok(false);
        }
        let late = self.late(stored);
        if self.moderation.is_own(&late.message) {
            swept.skipped += 1;
            return Ok(true);
        }
        let judged = self.moderation.judge(&late.message).await?;
        swept.judged += 1;
        if judged.verdict.ruling == Ruling::Pass {
            swept.clean += 1;
        } else {
            self.hit(&late, &judged, swept, told).await?;
        }
        Ok(true)
    }

    async fn hit(
        &self,
        late: &Late,
        judged: &Judged,
        swept: &mut Swept,
        told: &mut impl FnMut(&Plan),
    ) -> Result<(), SweepError> {
        let digest = late.message.content.digest();
        let decided = match &self.reader {
            Some(reader) => {
                reader.is_decided(&late.message.key, &digest, judged.ruleset.hash()).await?
            }
            None => false,
        };
        if decided {
            swept.decided += 1;
            return Ok(());
        }
        let plan = self.moderation.late_plan(late, judged);
        told(&plan);
        let pending = plan.outcome == Outcome::Pending;
        if !self.dry_run && self.moderation.plan_late(plan).await? != Considered::Planned {
            swept.decided += 1;
            return Ok(());
        }
        swept.planned += 1;
        swept.pending += u64::from(pending);
        Ok(())
    }

    fn late(&self, stored: Stored) -> Late {
        let key = MessageKey {
            sdk_app_id: self.sdk_app_id,
            group_id: self.place.group.clone(),
            topic_id: self.place.topic_id().map(str::to_owned),
            seq: Some(stored.seq),
        };
        let message = as_told(&self.app, key, self.at, stored);
        Late { message, source: Source::Sweep, enforce_max_age: None }
    }

    async fn page(&self, up_to: Option<u64>) -> Result<History, SweepError> {
        let mut tries = 0;
        loop {
            let turn = self.pace.turn().await;
            let page =
                self.chat.history(&self.place.group, self.place.topic_id(), up_to, PAGE).await;
            drop(turn);
            let error = match page {
                Ok(page) => return Ok(page),
                Err(error) => error,
            };
            tries += 1;
            let may_pass = matches!(error.class(), Class::Transient | Class::RateLimited);
            if !may_pass || tries >= TRIES {
                return Err(error.into());
            }
            tokio::time::sleep(Duration::from_millis(250 << tries)).await;
        }
    }
}
