//! The API as scripts use it: who may what, what comes back, and what never does.

mod client;

mod acts;
mod decisions;
mod hostile;
mod openapi;
mod problems;
mod roles;
mod secrecy;
