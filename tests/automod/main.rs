//! Every integration test of the house in one binary: one topic a module.

mod api;
mod chat;
mod commands;
mod disguises;
mod docs;
mod engine;
mod fuzz;
mod message;
mod reconciler;
mod service;
mod settings;
mod simulator;
mod webhook;
