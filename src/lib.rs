//! chat-automod: a self-hosted auto-moderator for groups of Tencent Cloud Chat.
//!
//! The platform posts every group message to [`webhook`]. [`moderation`] has it judged by the rules of the moment
//! ([`rulebook`], [`engine`]) and writes the decision to the [`store`] before the webhook is answered. The [`enforcer`]
//! reads the message again through [`chat`], rewrites it, and records how it ended. The [`reconciler`] finds in the
//! platform's history what no webhook told.
//!
//! This is the map of the house; each room says at its door what it holds, what it does not, and what it promises.
//! `ARCHITECTURE.md` follows one message through all of them and says who may import whom.
//!
//! | | rooms |
//! |---|---|
//! | the pure core | [`message`], [`engine`] |
//! | the job | [`moderation`], [`rulebook`], [`store`], [`enforcer`], [`reconciler`], [`acts`], [`proof`], [`retention`], [`pace`] |
//! | the edges | [`webhook`], [`console`], [`chat`], [`alerts`], [`health`], [`telemetry`], [`tls`] |
//! | the whole | [`settings`], [`app`], [`cli`] |
//! | the platform in miniature | [`simulator`] |
//!
//! The library exists for the binary and the tests. What is kept stable is the program: its commands, settings, rule
//! language, outcomes and the canonical form of the audit.

pub mod acts;
pub mod alerts;
pub mod app;
pub mod chat;
pub mod cli;
pub mod console;
pub mod enforcer;
pub mod engine;
pub mod health;
pub mod message;
pub mod moderation;
pub mod pace;
pub mod proof;
pub mod reconciler;
pub mod retention;
pub mod rulebook;
pub mod settings;
pub mod simulator;
pub mod store;
pub mod telemetry;
pub mod tls;
pub mod webhook;
