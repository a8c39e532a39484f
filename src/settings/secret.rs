//! Secrets: given in place, or in a file of their own.

use super::reader::{Origin, Section, origin};
use super::value::text;
use config::{Value, ValueKind};
use secrecy::SecretString;

/// A larger file is no secret file.
const LIMIT: u64 = 64 << 10;

impl Section<'_> {
    /// A secret, given as `name` or as the path of a file that holds it, `name_file`.
    pub fn secret(&mut self, name: &str) -> Option<SecretString> {
        let file_name = format!("{name}_file");
        let (direct, file) = (self.take(name), self.take(&file_name));
        let origins = (origin(direct.as_ref()), origin(file.as_ref()));
        let (secret, origin) = match (direct, file) {
            (Some(_), Some(_)) if origins.0 == origins.1 => {
                self.fault(name, format!("given twice, also as {file_name}"), "remove one");
                (None, origins.0)
            }
            (direct, Some(file)) if direct.is_none() || origins.1 == Origin::Environment => {
                (self.secret_of_file(&file_name, &file), origins.1)
            }
            (direct, _) => (direct.and_then(|text| self.secret_of_text(name, &text)), origins.0),
        };
        self.show(name, secret.as_ref().map(|_| r#""***""#.to_owned()), origin);
        secret
    }

    fn secret_of_text(&mut self, name: &str, value: &Value) -> Option<SecretString> {
        match &value.kind {
            ValueKind::String(text) if !text.trim().is_empty() => Some(text.as_str().into()),
            ValueKind::String(_) => {
                self.fault(name, "is empty", "set it or leave it out");
                None
            }
            _ => {
                self.fault(name, "is not text", "put it in quotes");
                None
            }
        }
    }

    fn secret_of_file(&mut self, name: &str, value: &Value) -> Option<SecretString> {
        let read = text(&value.kind).ok_or("is not a path".to_owned()).and_then(read_secret);
        match read {
            Ok(secret) => Some(secret),
            Err(problem) => {
                self.fault(name, problem, "give the path of a file that holds only the secret");
                None
            }
        }
    }
}

/// Its path stays out of the problem: somebody may have put the secret itself there.
fn read_secret(path: &str) -> Result<SecretString, String> {
    let refuse = |error: std::io::Error| format!("cannot be read: {}", error.kind());
    let size = std::fs::metadata(path).map_err(refuse)?.len();
    if size > LIMIT {
        return Err("is far too large for a secret".into());
    }
    let text = std::fs::read_to_string(path).map_err(refuse)?;
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err("is empty".into()),
        secret => Ok(secret.into()),
    }
}
