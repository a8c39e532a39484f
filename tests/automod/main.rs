//! Every integration test of the house in one binary: one topic a module.

mod engine;
mod message;
