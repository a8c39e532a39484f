//! `match:` and what stands below it.

use super::super::diagnostic::{Code, Diagnostic};
use super::super::rule::{Condition, Disguises, Matcher, MatcherKind, Term};
use super::super::yaml::{Kind, Node};
use super::lists::{self, Lists};
use super::reader::{Fields, Reader};

/// `any`, `all` and `none` inside each other.
const MAX_LEVELS: usize = 16;

const GROUPS: [&str; 3] = ["any", "all", "none"];
/// What the language knows and this version does not do yet.
const LATER: [&str; 8] =
    ["links", "detect", "count", "within", "sounds", "shapes", "keyboard", "typos"];
const KNOWN: [&str; 17] = [
    "any",
    "all",
    "none",
    "words",
    "words_from",
    "regex",
    "disguises",
    "context",
    "on",
    "links",
    "detect",
    "count",
    "within",
    "sounds",
    "shapes",
    "keyboard",
    "typos",
];

/// The matchers of one rule, and how they come together.
pub struct Matching {
    pub matchers: Vec<Matcher>,
}

impl Matching {
    pub fn read(
        reader: &mut Reader<'_>,
        lists: &mut Lists<'_>,
        node: &Node,
    ) -> Option<(Condition, Self)> {
        let mut matching = Self { matchers: Vec::new() };
        let condition = matching.condition(reader, lists, node, 0)?;
        if !offends(&condition, &matching.matchers) {
            let fault = reader
                .fault(Code::NoMatcher, &node.span, "nothing here can be an offence")
                .help("a rule needs a matcher outside `none` and without `context: true`");
            reader.push(fault);
            return None;
        }
        Some((condition, matching))
    }

    fn condition(
        &mut self,
        reader: &mut Reader<'_>,
        lists: &mut Lists<'_>,
        node: &Node,
        level: usize,
    ) -> Option<Condition> {
        let fields = reader.fields(node, "a matcher", &KNOWN)?;
        if let Some((name, key, _)) = fields.iter().find(|(name, ..)| LATER.contains(name)) {
            reader.push(not_available(reader, &key.span, &format!("`{name}`")));
            return None;
        }
        let groups: Vec<_> = fields.iter().filter(|(name, ..)| GROUPS.contains(name)).collect();
        if groups.is_empty() {
            return self.matcher(reader, lists, &fields);
        }
        if let Some((name, key, _)) = fields.iter().find(|(name, ..)| !GROUPS.contains(name)) {
            let title = format!("`{name}` does not stand beside `{}`", groups[0].0);
            reader.push(
                reader
                    .fault(Code::WrongKind, &key.span, title)
                    .help("put it below as an item: `- words: [...]`"),
            );
            return None;
        }
        if level == MAX_LEVELS {
            let title = "nested too deeply; the limit is 16 levels of matchers";
            reader.push(
                reader
                    .fault(Code::TooDeep, &groups[0].1.span, title)
                    .help("take matchers out of `any`, `all` and `none` that hold only one"),
            );
            return None;
        }
        let mut all = Vec::new();
        for (name, _, value) in groups {
            let mut items = Vec::new();
            for item in reader.list(value, &format!("`{name}`"))? {
                items.push(self.condition(reader, lists, item, level + 1));
            }
            if items.is_empty() {
                let fault = reader.fault(
                    Code::EmptyList,
                    &value.span,
                    format!("`{name}` holds no matcher"),
                );
                reader.push(fault.help("write one matcher a line, each behind `- `"));
            }
            let items: Option<Vec<_>> = items.into_iter().collect();
            all.push(match name {
                "any" => Condition::Any(items?),
                "all" => Condition::All(items?),
                _ => Condition::None(items?),
            });
        }
        if all.len() == 1 { all.pop() } else { Some(Condition::All(all)) }
    }

    fn matcher(
        &mut self,
        reader: &mut Reader<'_>,
        lists: &mut Lists<'_>,
        fields: &Fields<'_>,
    ) -> Option<Condition> {
        let context = match fields.get("context") {
            Some(node) => reader.flag(node, "`context`")?,
            None => false,
        };
        let words = fields.get("words").or(fields.get("words_from"));
        let kind = match (words, fields.get("regex")) {
            (Some(node), Some(_)) => {
                let fault = reader.fault(
                    Code::WrongKind,
                    &node.span,
                    "`words` and `regex` are two matchers",
                );
                reader
                    .push(fault.help("put each behind a `- ` of its own, below `any:` or `all:`"));
                return None;
            }
            (Some(_), None) => words_kind(reader, lists, fields)?,
            (None, Some(node)) => regex_kind(reader, fields, node)?,
            (None, None) => {
                let fault = reader.fault(Code::NoMatcher, &fields.span, "no matcher stands here");
                reader.push(
                    fault.help(
                        "write `words: [...]`, `words_from: lists/file.txt` or `regex: '...'`",
                    ),
                );
                return None;
            }
        };
        self.matchers.push(Matcher { kind, context });
        Some(Condition::Matcher(self.matchers.len() - 1))
    }
}

/// Whether a hit of this condition can be an offence.
fn offends(condition: &Condition, matchers: &[Matcher]) -> bool {
    match condition {
        Condition::Any(items) => items.iter().any(|item| offends(item, matchers)),
        Condition::All(items) => items.iter().any(|item| offends(item, matchers)),
        Condition::None(_) => false,
        Condition::Matcher(index) => !matchers[*index].context,
    }
}

fn regex_kind(reader: &mut Reader<'_>, fields: &Fields<'_>, node: &Node) -> Option<MatcherKind> {
    if let Some((_, key, _)) = fields.iter().find(|(name, ..)| *name == "disguises") {
        let title = "a regex is searched for as it is written: `disguises` does not go with it";
        reader.push(
            reader
                .fault(Code::DisguisedRegex, &key.span, title)
                .help("take it out, or use `words`"),
        );
    }
    if let Some(on) = fields.get("on")
        && reader.choice(on, "`on`", &[("original", false), ("folded", true)])?
    {
        reader.push(not_available(reader, &on.span, "`on: folded`"));
    }
    let place = reader.place(node);
    let pattern = reader.text(node, "a regex")?;
    super::super::pattern::check(&pattern, &place, reader.text)
        .map_err(|fault| reader.push(*fault))
        .ok()?;
    Some(MatcherKind::Regex(pattern))
}

fn words_kind(
    reader: &mut Reader<'_>,
    lists: &mut Lists<'_>,
    fields: &Fields<'_>,
) -> Option<MatcherKind> {
    if let Some((_, key, _)) = fields.iter().find(|(name, ..)| *name == "on") {
        let fault = reader.fault(Code::UnknownKey, &key.span, "`on` goes with `regex` only");
        reader.push(fault.help("words see through disguises by themselves: use `disguises`"));
    }
    let disguises = fields.get("disguises").and_then(|node| self::disguises(reader, node));
    let mut terms = Vec::new();
    if let Some(node) = fields.get("words") {
        inline_terms(reader, node, &mut terms);
    }
    if let Some(node) = fields.get("words_from") {
        let names = match &node.kind {
            Kind::List(_) => reader.texts(node, "`words_from`"),
            _ => reader
                .text(node, "`words_from`")
                .map(|name| (name, reader.place(node)))
                .into_iter()
                .collect(),
        };
        for (name, place) in names {
            listed_terms(reader, lists, &name, &place.span, &mut terms);
        }
    }
    (!terms.is_empty())
        .then_some(MatcherKind::Words { disguises: disguises.unwrap_or(Disguises::Simple), terms })
}

fn disguises(reader: &mut Reader<'_>, node: &Node) -> Option<Disguises> {
    let known =
        [("none", Disguises::None), ("simple", Disguises::Simple), ("heavy", Disguises::Heavy)];
    reader.choice(node, "`disguises`", &known)
}

fn inline_terms(reader: &mut Reader<'_>, node: &Node, terms: &mut Vec<Term>) {
    let Some(items) = reader.list(node, "`words`") else { return };
    if items.is_empty() {
        let fault = reader.fault(Code::EmptyList, &node.span, "the list holds no term");
        reader.push(fault.help("write at least one word"));
    }
    for item in items {
        let Some(text) = reader.scalar(item, "a word") else { continue };
        if text.trim().is_empty() {
            reader.empty(item, Code::EmptyTerm, "the term is empty");
            continue;
        }
        match lists::term(&text, reader.place(item)) {
            Ok(term) => terms.push(term),
            Err(fault) => reader.push(*fault),
        }
    }
}

fn listed_terms(
    reader: &mut Reader<'_>,
    lists: &mut Lists<'_>,
    name: &str,
    span: &std::ops::Range<usize>,
    terms: &mut Vec<Term>,
) {
    let mut faults = Vec::new();
    match lists.terms(name, &mut faults) {
        Some(listed) => terms.extend(listed),
        None => {
            let fault = reader.fault(Code::MissingList, span, format!("there is no file `{name}`"));
            reader
                .push(fault.help(
                    "list files are named from the rules folder, as in `lists/gambling.txt`",
                ));
        }
    }
    faults.into_iter().for_each(|fault| reader.push(fault));
}

pub fn not_available(reader: &Reader<'_>, span: &std::ops::Range<usize>, what: &str) -> Diagnostic {
    reader
        .fault(Code::NotAvailable, span, format!("{what} is not available in this version"))
        .help("take it out; `words`, `words_from` and `regex` are there")
}
