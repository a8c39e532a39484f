//! `[audit.dsa]`: what the rules cannot know of a statement of reasons under the EU's Digital Services Act.

use super::reader::Section;
use super::value::{Setting, Wrong};
use config::ValueKind;
use std::collections::BTreeMap;

/// The default is what is in effect where nothing is set.
#[derive(Debug, Clone)]
pub struct DsaSettings {
    /// Two-letter codes of countries.
    pub territorial_scope: Vec<String>,
    /// The ground of a rule that names no policy: what the terms are called.
    pub terms: String,
    /// Where the terms can be read.
    pub terms_url: Option<String>,
    /// `ACCOUNT_TYPE_…`, where all accounts are of one type.
    pub account_type: Option<String>,
    /// `SOURCE_…`: where a decision comes from that a person made by hand.
    pub person_source: String,
    /// `STATEMENT_CATEGORY_…` by the category of a rule; over the defaults.
    pub categories: BTreeMap<String, String>,
}

const EUROPEAN_UNION: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

impl DsaSettings {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let default = Self::default();
        Self {
            territorial_scope: section
                .or("territorial_scope", Countries(default.territorial_scope))
                .0,
            terms: section.or("terms", default.terms),
            terms_url: section.optional("terms_url"),
            account_type: section.optional("account_type").map(|AccountType(word)| word),
            person_source: section.or("person_source", SourceType(default.person_source)).0,
            categories: section.or("categories", Categories(default.categories)).0,
        }
    }
}

impl Default for DsaSettings {
    fn default() -> Self {
        Self {
            territorial_scope: EUROPEAN_UNION.map(str::to_owned).into(),
            terms: "Terms of service".into(),
            terms_url: None,
            account_type: None,
            person_source: "SOURCE_TYPE_OTHER_NOTIFICATION".into(),
            categories: BTreeMap::new(),
        }
    }
}

struct Countries(Vec<String>);

impl Setting for Countries {
    const EXPECTED: &'static str = "write a list of two-letter country codes such as \"DE\", in the environment separated by commas";
    fn parse(kind: &ValueKind) -> Result<Self, Wrong> {
        let codes = Vec::<String>::parse(kind)?;
        let is_code =
            |code: &String| code.len() == 2 && code.chars().all(|c| c.is_ascii_uppercase());
        match !codes.is_empty() && codes.iter().all(is_code) {
            true => Ok(Self(codes)),
            false => Err(Wrong::Value),
        }
    }
    fn show(&self) -> String {
        self.0.show()
    }
}

/// A word of the database, by how it begins.
fn word(kind: &ValueKind, prefix: &str) -> Result<String, Wrong> {
    let word = String::parse(kind)?;
    let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    match word.starts_with(prefix) && word.len() > prefix.len() && word.chars().all(fits) {
        true => Ok(word),
        false => Err(Wrong::Value),
    }
}

struct AccountType(String);

impl Setting for AccountType {
    const EXPECTED: &'static str = "write ACCOUNT_TYPE_BUSINESS or ACCOUNT_TYPE_PRIVATE";
    fn parse(kind: &ValueKind) -> Result<Self, Wrong> {
        word(kind, "ACCOUNT_TYPE_").map(Self)
    }
    fn show(&self) -> String {
        self.0.show()
    }
}

struct SourceType(String);

impl Setting for SourceType {
    const EXPECTED: &'static str = "write SOURCE_ARTICLE_16, SOURCE_TRUSTED_FLAGGER, SOURCE_TYPE_OTHER_NOTIFICATION or \
         SOURCE_VOLUNTARY";
    fn parse(kind: &ValueKind) -> Result<Self, Wrong> {
        word(kind, "SOURCE_").map(Self)
    }
    fn show(&self) -> String {
        self.0.show()
    }
}

struct Categories(BTreeMap<String, String>);

impl Setting for Categories {
    const EXPECTED: &'static str = "write a list of a rule's category and the database's, such as \
         \"gambling=STATEMENT_CATEGORY_OTHER_VIOLATION_TC\", in the environment separated by commas";
    fn parse(kind: &ValueKind) -> Result<Self, Wrong> {
        let pair = |text: &String| {
            let (ours, theirs) = text.split_once('=').ok_or(Wrong::Value)?;
            let theirs = ValueKind::String(theirs.trim().to_owned());
            Ok((ours.trim().to_owned(), word(&theirs, "STATEMENT_CATEGORY_")?))
        };
        Vec::<String>::parse(kind)?.iter().map(pair).collect::<Result<_, _>>().map(Self)
    }
    fn show(&self) -> String {
        self.0.iter().map(|(ours, theirs)| format!("{ours}={theirs}")).collect::<Vec<_>>().show()
    }
}
