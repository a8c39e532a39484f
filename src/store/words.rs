//! Words of stored texts: how a text is searched, and the index of those texts that are stored as they are.
//!
//! Sealed texts are never indexed: an index of words is a text. What the index finds is looked at again in the text
//! itself, so that it decides what is quick and never what is found.

use super::vault::Stored;
use super::writer::batches;
use crate::message::{Content, TextKeys};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

/// Texts of messages; their place here is part of their row's number in the index.
pub(super) const SEARCHED: [&str; 3] = ["original", "rewritten", "restored"];
/// The index knows three letters at a time.
const SHORTEST: usize = 3;

/// Words to look for: a text has to hold all of them, however they are written in capitals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words(Vec<String>);

impl Words {
    /// The words between white space; `None` where there is none.
    pub fn of(text: &str) -> Option<Self> {
        let words: Vec<_> = text.split_whitespace().map(str::to_lowercase).collect();
        (!words.is_empty()).then_some(Self(words))
    }

    /// Whether the strings that people read in a stored content hold all words.
    pub fn are_in(&self, record: &str) -> bool {
        let read = read(record).to_lowercase();
        self.0.iter().all(|word| read.contains(word))
    }

    /// What to ask the index; `None` where every word is too short for it.
    pub fn question(&self) -> Option<String> {
        let long = self.0.iter().filter(|word| word.chars().count() >= SHORTEST);
        let quoted = long.map(|word| format!("\"{}\"", word.replace('"', "\"\"")));
        let quoted: Vec<_> = quoted.collect();
        (!quoted.is_empty()).then(|| quoted.join(" "))
    }
}

/// The strings that people read in a stored content, a line each.
fn read(record: &str) -> String {
    match Content::from_record(record, &TextKeys::default()) {
        Ok(content) => {
            let leaves = content.leaves().iter().map(|leaf| leaf.text.as_str());
            leaves.collect::<Vec<_>>().join("\n")
        }
        // What is no message any more is still a text.
        Err(_) => record.to_owned(),
    }
}

/// The row of a text in the index, where it belongs there: its number and its words.
pub(super) fn indexed(seq: i64, name: &str, content: &Stored) -> Option<(i64, String)> {
    let place = SEARCHED.iter().position(|searched| *searched == name)?;
    let Stored::Plain(record) = content else { return None };
    // The index ends a text where it holds this character.
    let words = read(record).replace('\0', " ");
    Some((seq * 4 + i64::try_from(place).ok()?, words))
}

/// The event that a row of the index belongs to.
pub(super) fn event_of(row: i64) -> i64 {
    row.div_euclid(4)
}

/// Writes rows of the index.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    rows: &[(i64, String)],
) -> sqlx::Result<()> {
    for rows in batches(rows) {
        let mut insert = QueryBuilder::<Sqlite>::new("INSERT INTO text_words (rowid, words) ");
        insert.push_values(rows, |mut row, (number, words)| {
            row.push_bind(number).push_bind(words);
        });
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}
