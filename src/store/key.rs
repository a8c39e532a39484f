//! The key that texts are sealed with, as a file: one line, for its owner alone.
//!
//! Promise: a key is never overwritten and never shown, and one that was made is on disk before anything is sealed.

use super::StoreError;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The first word of the file's line; a space and 64 hex digits follow.
const FORMAT: &str = "automod-encryption-key-1";

/// Where the key is when nobody says otherwise: beside the database, `.encryption-key` in place of its extension.
pub fn default_key_file(database: &Path) -> PathBuf {
    database.with_extension("encryption-key")
}

/// The key in `file`; `None` where there is no such file.
pub(super) fn read(file: &Path) -> Result<Option<[u8; 32]>, StoreError> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(problem) if problem.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(problem) => return Err(StoreError::key_file(file, problem)),
    };
    let digits = text.trim_end().strip_prefix(FORMAT).map(str::trim_start);
    let key = digits.and_then(|digits| hex::decode(digits).ok()?.try_into().ok());
    key.map(Some).ok_or_else(|| StoreError::NoKey(file.to_owned()))
}

/// The key in `file`, made where there is none. Who makes one at the same moment gets the same one.
pub(super) fn read_or_make(file: &Path) -> Result<[u8; 32], StoreError> {
    if let Some(key) = read(file)? {
        return Ok(key);
    }
    make(file).map_err(|problem| StoreError::key_file(file, problem))?;
    read(file)?.ok_or_else(|| StoreError::KeyMissing(file.to_owned()))
}

/// Whole and on disk, or not there at all.
fn make(file: &Path) -> io::Result<()> {
    let (mut key, mut chance) = ([0; 32], [0; 8]);
    getrandom::fill(&mut key)
        .and_then(|()| getrandom::fill(&mut chance))
        .map_err(io::Error::other)?;
    let draft = file.with_added_extension(format!("{}.new", hex::encode(chance)));
    let write = || {
        let mut new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        new.write_all(format!("{FORMAT} {}\n", hex::encode(key)).as_bytes())?;
        new.sync_all()?;
        match std::fs::hard_link(&draft, file) {
            Err(problem) if problem.kind() != io::ErrorKind::AlreadyExists => Err(problem),
            _ => Ok(()),
        }
    };
    let written = write();
    let _ = std::fs::remove_file(&draft);
    written?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
