//! The whole service, seen from outside: what does the group show in the end, and what does the audit say?

mod acts;
pub mod harness;
mod process;

mod alerts;
mod audit;
mod brake;
mod breaker;
mod canary;
mod chain;
mod checkpoints;
mod crash;
mod disk;
mod edits;
mod elements;
mod errors;
mod exports;
mod faults;
mod health;
mod hostile;
mod outage;
mod own;
mod planning;
mod recall;
mod reconcile;
mod reload;
mod reread;
mod rewrite;
mod roles;
mod rows;
mod secrecy;
mod stop;
mod sweep;
mod tags;
pub mod tamper;
mod undo;
