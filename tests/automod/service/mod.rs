//! The whole service, seen from outside: what does the group show in the end, and what does the audit say?

mod acts;
pub mod harness;
mod process;

mod alerts;
mod audit;
mod brake;
mod breaker;
mod chain;
mod edits;
mod elements;
mod errors;
mod own;
mod planning;
mod reread;
mod rewrite;
mod roles;
mod stop;
mod tags;
mod tamper;
