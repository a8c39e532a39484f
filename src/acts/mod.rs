//! What people ask of the service: to give back, mask, recall and release, to make tokens, to try rules, to count and to
//! export. The command line and the API share it.
//!
//! Holds no argument of a command and no status of HTTP. Promise: each act is one function, so that it means the same
//! and is in the audit with its reason and its name, whoever asks for it.

pub mod brake;
pub mod by_hand;
mod dsa;
pub mod harmless;
pub mod report;
pub mod rules;
mod rules_then;
pub mod sheet;
pub mod token;
pub mod undo;
