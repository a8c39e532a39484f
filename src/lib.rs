pub mod message;
pub mod settings;
