//! Connections for people: what they ask for may take long, and moderation reads through others.

use super::{Reader, Store};
use sqlx::sqlite::SqlitePoolOptions;
use std::time::Duration;

impl Store {
    /// A reading half with connections of its own, opened when they are used; who waits longer than `patience` for one
    /// gets an error.
    pub fn reader_apart(&self, connections: u32, patience: Duration) -> Reader {
        let options = (*self.reads.connect_options()).clone();
        let pool = SqlitePoolOptions::new().max_connections(connections).acquire_timeout(patience);
        Reader { reads: pool.connect_lazy_with(options), ..self.reader() }
    }
}
