pub mod chat;
pub mod cli;
pub mod engine;
pub mod message;
pub mod settings;
pub mod simulator;
pub mod store;
pub mod tls;
