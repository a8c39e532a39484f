//! The Chat service in miniature: for the demo, the tests, the load bench, and for developers.
//!
//! Holds groups, topics, history, edits, recalls, the REST commands this program uses, and webhooks, all
//! over real HTTP. Checks and makes every proof of identity by itself. Promise: nothing in here shares code
//! with what it is there to test, save the cursor over raw JSON.
//!
//! Left out, though the platform has it: webhooks before a send, membership and muting, the limit of 40
//! messages a second in a group, and the dropping of messages whose `Random` repeats.
//!
//! [`Simulator`] is the handle for programs, [`control`] the way in for curl and scripts.

mod astray;
mod calls;
mod command;
pub mod control;
mod event;
mod faults;
mod group;
mod json;
mod people;
mod post;
mod refusal;
mod rest;
mod server;
mod service;
mod usersig;
mod webhook;
mod world;

pub use astray::WebhookFaults;
pub use calls::Calls;
pub use command::Command;
pub use event::Shape;
pub use faults::{Fault, Faults};
pub use group::{GroupType, Role};
pub use post::{ClientEdit, Post, Refused, Sent, Shown};
pub use service::Habits;
pub use webhook::{Delivery, WebhookAnswer, WebhookCounts};

use actix_web::dev::ServerHandle;
use event::{Event, Happened};
use service::Service;
use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use world::Place;

/// The platform's limit for each command and app (EN-34381).
const CALLS_PER_SECOND: usize = 200;

/// An app that lives on the simulated platform.
#[derive(Clone)]
pub struct SimulatedApp {
    pub sdk_app_id: u64,
    /// The account that may call.
    pub admin: String,
    pub secret_key: String,
    /// Where its webhooks go; nowhere when `None`.
    pub webhook_url: Option<String>,
    /// Webhooks are signed with it; unsigned when `None`.
    pub webhook_token: Option<String>,
}

impl fmt::Debug for SimulatedApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatedApp").field("sdk_app_id", &self.sdk_app_id).finish_non_exhaustive()
    }
}

/// A running simulated platform; it ends when this is dropped.
pub struct Simulator {
    service: Arc<Service>,
    address: SocketAddr,
    server: ServerHandle,
}

impl Simulator {
    /// Listens at `listen` (port 0: any free one) and serves these apps.
    ///
    /// # Errors
    /// When the address cannot be listened at.
    pub async fn start(listen: SocketAddr, apps: Vec<SimulatedApp>) -> io::Result<Self> {
        let listener = TcpListener::bind(listen)?;
        let address = listener.local_addr()?;
        let service = Arc::new(Service::new(apps, CALLS_PER_SECOND));
        let server = server::serve(listener, Arc::clone(&service)).await?;
        Ok(Self { service, address, server })
    }

    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where an app's webhooks go from now on, and the token they are signed with (`None`: unsigned).
    pub fn set_webhook(&self, sdk_app_id: u64, url: &str, token: Option<&str>) {
        self.service.webhooks.set_target(sdk_app_id, url, token);
    }

    /// Ends it; calls under way are cut off.
    pub async fn stop(self) {
        self.server.stop(false).await;
    }

    /// Creates a group, unless it is there.
    pub fn create_group(&self, app: u64, group: &str, kind: GroupType) {
        self.service.world().create_group(app, group, kind);
    }

    /// Dissolves a group with all that is in it.
    pub fn destroy_group(&self, app: u64, group: &str) {
        self.service.world().destroy_group(app, group);
    }

    /// Creates a topic, and its community unless it is there.
    pub fn create_topic(&self, app: u64, group: &str, topic: &str) {
        self.service.world().create_topic(app, group, topic);
    }

    /// Makes somebody a member of a group. Groups take messages from anybody all the same.
    pub fn set_role(&self, app: u64, group: &str, account: &str, role: Role) {
        self.service.world().set_role(app, group, account, role);
    }

    /// Stores a message, then posts its webhook and waits for the answer. A group nobody created becomes a
    /// public one, a topic nobody created a community's.
    pub async fn send(&self, post: Post) -> Sent {
        self.service.send(post).await
    }

    /// Edits a message as any member's client can, then posts the webhook.
    ///
    /// # Errors
    /// As `modify_group_msg` would be refused.
    pub async fn edit(&self, edit: ClientEdit) -> Result<Option<WebhookAnswer>, Refused> {
        self.service.edit(edit).await
    }

    /// Recalls a message as a user, then posts the webhook.
    ///
    /// # Errors
    /// As `group_msg_recall` would refuse it.
    pub async fn recall(
        &self,
        app: u64,
        group: &str,
        topic: Option<&str>,
        seq: u64,
        operator: &str,
    ) -> Result<Option<WebhookAnswer>, Refused> {
        self.service.recall(&Place::new(app, group, topic), seq, operator).await
    }

    /// Lets a message fall out of the platform's time of keeping.
    pub fn expire(&self, app: u64, group: &str, topic: Option<&str>, seq: u64) {
        self.service.world().expire(&Place::new(app, group, topic), seq);
    }

    /// What a group shows at a number now.
    pub fn shows(&self, app: u64, group: &str, topic: Option<&str>, seq: u64) -> Option<Shown> {
        self.service.world().message(&Place::new(app, group, topic), seq).map(Shown::from)
    }

    /// Everything a group shows now, oldest first.
    pub fn shows_all(&self, app: u64, group: &str, topic: Option<&str>) -> Vec<Shown> {
        self.service.world().messages(&Place::new(app, group, topic)).map(Shown::from).collect()
    }

    /// The webhook body of a stored message as it would be told now, for replays and forgeries.
    pub fn callback_of(
        &self,
        app: u64,
        group: &str,
        topic: Option<&str>,
        seq: u64,
    ) -> Option<String> {
        let place = Place::new(app, group, topic);
        let world = self.service.world();
        let stored = world.message(&place, seq)?.clone();
        let (kind, at) = (world.group(app, group).ok()?.kind, stored.sent_at);
        let event = Event { place, kind, at, happened: Happened::Sent(stored) };
        Some(event.callback(self.service.habits().shape))
    }

    /// Posts any body as a webhook, true or forged, and tells what it was answered.
    pub async fn deliver(
        &self,
        body: impl Into<Vec<u8>>,
        delivery: Delivery,
    ) -> Option<WebhookAnswer> {
        self.service.webhooks.deliver(body.into(), delivery, self.service.now_seconds()).await
    }

    /// How often each command was called, and how it was answered.
    pub fn calls(&self) -> Calls {
        self.service.calls().clone()
    }

    pub fn webhooks(&self) -> WebhookCounts {
        self.service.webhooks.counts()
    }

    /// The switches that make calls fail.
    pub fn faults(&self) -> &Faults {
        &self.service.faults
    }

    /// Makes webhooks go astray from now on, by a seed that makes the run repeatable.
    pub fn set_webhook_faults(&self, faults: WebhookFaults, seed: u64) {
        self.service.webhooks.set_faults(faults, seed);
    }

    /// Posts the webhooks that a shuffle still holds back.
    pub async fn flush_webhooks(&self) {
        let (habits, now) = (self.service.habits(), self.service.now_seconds());
        self.service.webhooks.flush(habits, now).await;
    }

    /// Changes how the platform behaves.
    pub fn habits(&self, change: impl FnOnce(&mut Habits)) {
        self.service.change_habits(change);
    }

    /// Calls of one command that an app may make in any second.
    pub fn set_calls_per_second(&self, calls: usize) {
        self.service.limits().set(calls);
    }

    /// The most calls of a command that one app made in any second, the first refused one included.
    pub fn peak_calls_per_second(&self, command: Command) -> usize {
        self.service.limits().peak(command)
    }

    /// Puts the platform's clock so many seconds ahead of this machine's: the `Date` of its answers, the
    /// times in its webhooks, and what it holds against a UserSig.
    pub fn set_clock_ahead(&self, seconds: i64) {
        self.service.set_clock_offset(seconds * 1000);
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // The command is on its way when the future exists; nobody waits for the answer.
        drop(self.server.stop(false));
    }
}
