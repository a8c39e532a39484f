//! What a person does: gives back, masks, recalls, releases, makes tokens. The command line and the API share it.
//!
//! Holds no argument of a command and no status of HTTP. Promise: each act is one function, so that it means the same
//! and is in the audit with its reason and its name, whoever asks for it.

pub mod brake;
pub mod by_hand;
pub mod rules;
pub mod token;
pub mod undo;
