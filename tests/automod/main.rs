//! Every integration test of the house in one binary: one topic a module.

mod commands;
mod message;
mod settings;
mod webhook;
