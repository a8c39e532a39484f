pub mod chat;
pub mod message;
pub mod simulator;
pub mod tls;
