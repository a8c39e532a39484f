pub mod cli;
pub mod message;
pub mod moderation;
pub mod settings;
pub mod webhook;
