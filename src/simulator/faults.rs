//! Switches that make the simulated platform misbehave, for a number of calls or until switched off.

use super::command::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Refused with this code; nothing is applied.
    Code(i64),
    /// An error page of a gateway under this HTTP status; nothing is applied.
    Status(u16),
    /// Handled only after this time.
    Delay(Duration),
    /// The connection ends without an answer; nothing is applied.
    Drop,
    /// Applied, but the connection ends without an answer.
    AnswerLost,
    /// HTTP 200 with bytes that are no text; nothing is applied.
    Garbage,
    /// HTTP 200 with a web page, as from a captive portal; nothing is applied.
    Html,
    /// HTTP 200 with the first half of an answer; nothing is applied.
    HalfJson,
    /// HTTP 200 with JSON that holds no `ErrorCode`; nothing is applied.
    NoErrorCode,
    /// HTTP 200 with a success compressed though nobody asked for it; nothing is applied.
    Gzip,
    /// HTTP 200 with a success after this many bytes of padding; nothing is applied.
    Padded(usize),
}

/// The switches for calls. The first that fits a call strikes.
#[derive(Debug, Default)]
pub struct Faults {
    set: Mutex<Vec<Set>>,
}

#[derive(Debug)]
struct Set {
    command: Option<Command>,
    left: Option<u32>,
    fault: Fault,
}

impl Faults {
    /// The next `times` calls of `command` (`None`: of any) fail.
    pub fn next(&self, command: impl Into<Option<Command>>, times: u32, fault: Fault) {
        self.push(Set { command: command.into(), left: Some(times), fault });
    }

    /// Every call of `command` (`None`: of any) fails until [`Faults::clear`].
    pub fn always(&self, command: impl Into<Option<Command>>, fault: Fault) {
        self.push(Set { command: command.into(), left: None, fault });
    }

    pub fn clear(&self) {
        self.locked().clear();
    }

    /// Whether every fault set for a number of calls has struck as often as it should.
    pub fn are_spent(&self) -> bool {
        self.locked().iter().all(|set| set.left.is_none())
    }

    pub(super) fn take(&self, command: Command) -> Option<Fault> {
        let mut all = self.locked();
        let index = all.iter().position(|set| set.command.is_none_or(|only| only == command))?;
        let fault = all[index].fault;
        if let Some(left) = &mut all[index].left {
            *left = left.saturating_sub(1);
            if *left == 0 {
                all.remove(index);
            }
        }
        Some(fault)
    }

    fn push(&self, set: Set) {
        if set.left != Some(0) {
            self.locked().push(set);
        }
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Vec<Set>> {
        self.set.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
