pub mod engine;
pub mod message;
