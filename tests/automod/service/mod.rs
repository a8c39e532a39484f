//! The whole service, seen from outside: what does the group show in the end, and what does the audit say?

pub mod harness;

mod alerts;
mod brake;
mod rewrite;
mod roles;
