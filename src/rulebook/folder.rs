//! The rules folder as bytes: the only reader of it.

use crate::engine::Sources;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// Folders inside folders: word lists live one level down.
const MAX_DEPTH: usize = 8;
/// All files together; a million terms need a tenth of it.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// Reads every rule file (`.yaml`, `.yml`) and list (`.txt`) of a folder, links followed, hidden names left out.
///
/// # Errors
/// When the folder or a file in it cannot be read, or all of it is larger than any rule set.
pub fn read_folder(dir: &Path) -> io::Result<Sources> {
    let mut files = BTreeMap::new();
    let mut bytes = 0;
    read_into(dir, "", 0, &mut bytes, &mut files)?;
    Ok(Sources { files })
}

fn read_into(
    dir: &Path,
    prefix: &str,
    depth: usize,
    bytes: &mut u64,
    files: &mut BTreeMap<String, Vec<u8>>,
) -> io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // Mounted config maps keep their versions in hidden folders, editors their swap files.
        if name.starts_with('.') {
            continue;
        }
        let (path, place) = (entry.path(), format!("{prefix}{name}"));
        let meta = std::fs::metadata(&path)?;
        if meta.is_dir() {
            if depth < MAX_DEPTH {
                read_into(&path, &format!("{place}/"), depth + 1, bytes, files)?;
            }
        } else if [".yaml", ".yml", ".txt"].iter().any(|end| name.ends_with(end)) {
            *bytes += meta.len();
            if *bytes > MAX_BYTES {
                return Err(io::Error::other("the rules folder holds more than 256 MiB"));
            }
            files.insert(place, std::fs::read(&path)?);
        }
    }
    Ok(())
}
