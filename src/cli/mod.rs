//! The commands, one file each.

pub mod rules;
pub mod scan;
