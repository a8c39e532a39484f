pub mod chat;
pub mod message;
mod tls;
pub mod store;
