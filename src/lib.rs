pub mod chat;
pub mod message;
pub mod tls;
