pub mod cli;
pub mod message;
pub mod settings;
