//! A copy of the database while it is in use.

use super::{Reader, StoreError, create_private};
use std::path::Path;

impl Reader {
    /// Copies the whole database, as it is at one moment, into a new file that only its owner may read. What was
    /// deleted from the database is not in the copy.
    ///
    /// # Errors
    /// When the file is there already, or cannot be written.
    pub async fn copy_to(&self, file: &Path) -> Result<(), StoreError> {
        if file.exists() {
            return Err(StoreError::Exists(file.to_owned()));
        }
        create_private(file);
        let name = file.to_string_lossy().into_owned();
        let copy = sqlx::query("VACUUM INTO ?").bind(name).execute(&self.reads).await;
        let synced = copy.and_then(|_| Ok(std::fs::File::open(file)?.sync_all()?));
        if synced.is_err() {
            // Half a copy is none.
            let _ = std::fs::remove_file(file);
        }
        Ok(synced?)
    }
}
