//! Whether a sender's role in the group is exempt: asked only when a rule would act, and remembered for a while.
//!
//! Promise: where the platform does not answer, nobody is exempt.

use super::Worker;
use crate::chat::Role;
use crate::settings::ExemptRole;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Roles change seldom; a stale one is wrong for no longer than this.
const REMEMBERED: Duration = Duration::from_secs(600);
const MOST: usize = 10_000;

/// Roles that were asked for lately, by group and account.
#[derive(Debug, Default)]
pub struct Roles(Mutex<HashMap<(String, String), (Role, Instant)>>);

impl Roles {
    fn known(&self, place: &(String, String), now: Instant) -> Option<Role> {
        let roles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        roles.get(place).filter(|(_, at)| now - *at < REMEMBERED).map(|(role, _)| *role)
    }

    fn remember(&self, place: (String, String), role: Role, now: Instant) {
        let mut roles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if roles.len() >= MOST {
            roles.retain(|_, (_, at)| now - *at < REMEMBERED);
        }
        if roles.len() >= MOST {
            roles.clear();
        }
        roles.insert(place, (role, now));
    }
}

impl Worker {
    /// Whether messages of `account` in a group are left alone.
    pub(super) async fn is_exempt(&self, group_id: &str, account: &str) -> bool {
        let exempt = &self.app.exempt_roles;
        if exempt.is_empty() {
            return false;
        }
        match self.role(group_id, account).await {
            Some(Role::Owner) => exempt.contains(&ExemptRole::Owner),
            Some(Role::Admin) => exempt.contains(&ExemptRole::Admin),
            Some(Role::Member | Role::None) | None => false,
        }
    }

    async fn role(&self, group_id: &str, account: &str) -> Option<Role> {
        let place = (group_id.to_owned(), account.to_owned());
        if let Some(role) = self.roles.known(&place, Instant::now()) {
            return Some(role);
        }
        let _turn = self.lookups.turn().await;
        match self.chat.role(group_id, account).await {
            Ok(role) => {
                self.roles.remember(place, role, Instant::now());
                Some(role)
            }
            Err(error) => {
                tracing::warn!(sdk_app_id = self.app.sdk_app_id, %error, "a role is not known: the rule applies");
                None
            }
        }
    }
}
