//! The platform in miniature, as an app's server and a developer see it.

mod inbox;
mod webhooks;
