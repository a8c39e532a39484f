//! Erasing a person's or one message's texts for good, beside everything else that the service does.

use crate::store::{Erased, Erasure, Left, Reader, Store, StoreError, cut_log};

/// What became of an erasure.
#[derive(Debug, Clone, Copy)]
pub struct Erasing {
    pub erased: Erased,
    /// What could not go: ask again later, or end the hold.
    pub left: Left,
    /// The database's log holds nothing of it any more; else somebody read it all the time: ask again.
    pub log_cut: bool,
}

/// Erases step by step, and cuts the log of the database at `url`.
///
/// # Errors
/// When the database is not available; what was erased before is erased.
pub async fn erase(
    store: &Store,
    reader: Reader,
    url: &str,
    erasure: &Erasure,
) -> Result<Erasing, StoreError> {
    let mut all = Erased::default();
    loop {
        let erased = store.erase(erasure, all.texts == 0).await?;
        if erased.texts == 0 {
            break;
        }
        all.texts += erased.texts;
        all.decisions += erased.decisions;
    }
    let left = reader.left(&erasure.whose).await?;
    // A connection that reads would keep the log from being cut.
    drop(reader);
    Ok(Erasing { erased: all, left, log_cut: cut_log(url).await? })
}
