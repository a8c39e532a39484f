//! What one matcher looks for: words, a regex, links, detectors, counts.

use super::super::count::{COUNTED, Count, bound};
use super::super::detect::Detector;
use super::super::diagnostic::Code;
use super::super::link::LinkPattern;
use super::super::rule::{Disguises, MatcherKind, On, Term};
use super::super::variants::{self, AddOn, Ways};
use super::super::yaml::{Kind, Node};
use super::lists::{self, Lists};
use super::reader::{Fields, Reader};

const KINDS: [&str; 6] = ["words", "words_from", "regex", "links", "detect", "count"];

/// The one kind of matcher that the fields describe.
pub fn kind(
    reader: &mut Reader<'_>,
    lists: &mut Lists<'_>,
    fields: &Fields<'_>,
) -> Option<MatcherKind> {
    let mut kinds = fields.iter().filter(|(name, ..)| KINDS.contains(name));
    let Some((name, _, node)) = kinds.next() else {
        let fault = reader.fault(Code::NoMatcher, &fields.span, "no matcher stands here");
        let help = "write `words: [...]`, `words_from: lists/file.txt`, `regex: '...'`, `links`, `detect` or `count`";
        reader.push(fault.help(help));
        return None;
    };
    let words = |name: &str| name.starts_with("words");
    if let Some((other, key, _)) = kinds.find(|(other, ..)| !(words(name) && words(other))) {
        let fault = reader.fault(
            Code::WrongKind,
            &key.span,
            format!("`{name}` and `{other}` are two matchers"),
        );
        reader.push(fault.help("put each behind a `- ` of its own, below `any:` or `all:`"));
        return None;
    }
    let foreign = match name {
        "regex" => &["disguises", "on"][..],
        _ if words(name) => &["disguises", "sounds", "shapes", "keyboard", "typos"],
        _ => &[],
    };
    let modifiers = ["disguises", "on", "sounds", "shapes", "keyboard", "typos"];
    let modifier = |key: &str| modifiers.contains(&key) && !foreign.contains(&key);
    if let Some((modifier, key, _)) = fields.iter().find(|(key, ..)| modifier(key)) {
        let fault = reader.fault(
            Code::UnknownKey,
            &key.span,
            format!("`{modifier}` does not go with `{name}`"),
        );
        reader.push(fault.help("take it out"));
        return None;
    }
    match name {
        "regex" => regex_kind(reader, fields, node),
        "links" => {
            let patterns = links(reader, node, true);
            (!patterns.is_empty()).then_some(MatcherKind::Links(patterns))
        }
        "detect" => detectors(reader, node),
        "count" => count(reader, node),
        _ => words_kind(reader, lists, fields),
    }
}

/// Domains and globs; `any` only where it is allowed.
pub fn links(reader: &mut Reader<'_>, node: &Node, any: bool) -> Vec<LinkPattern> {
    let mut patterns = Vec::new();
    for (text, place) in one_or_more(reader, node, "`links`") {
        let problem = match LinkPattern::parse(&text) {
            Ok(pattern) if any || pattern != LinkPattern::Any => {
                patterns.push(pattern);
                None
            }
            Ok(_) => Some(format!("`{text}` excuses every link")),
            Err(error) => Some(error.to_string()),
        };
        match problem {
            None => {}
            Some(problem) => {
                let fault = reader.fault(Code::UnknownValue, &place.span, problem);
                reader.push(fault.help(
                    "write `any`, a domain such as `bet365.com`, or a glob such as `'*.casino'`",
                ));
            }
        }
    }
    patterns
}

fn detectors(reader: &mut Reader<'_>, node: &Node) -> Option<MatcherKind> {
    let mut found = Vec::new();
    let single = std::slice::from_ref(node);
    let items = if let Kind::List(items) = &node.kind { items.as_slice() } else { single };
    for item in items {
        found.push(reader.choice(item, "`detect`", &Detector::ALL.map(|it| (it.as_str(), it)))?);
    }
    (!found.is_empty()).then_some(MatcherKind::Detect(found))
}

fn count(reader: &mut Reader<'_>, node: &Node) -> Option<MatcherKind> {
    let names = COUNTED.map(|(name, _)| name);
    let fields = reader.fields(node, "`count`", &names)?;
    let mut bounds = Vec::new();
    for (name, _, value) in fields.iter() {
        let text = reader.text(value, &format!("`{name}`"))?;
        let Some(bound) = bound(&text) else {
            let fault =
                reader.fault(Code::UnknownValue, &value.span, format!("`{text}` is no bound"));
            reader.push(fault.help("write how many are too much, in quotes: '>20'"));
            return None;
        };
        bounds.extend(
            COUNTED.iter().find(|(known, _)| *known == name).map(|(_, counted)| (*counted, bound)),
        );
    }
    if bounds.is_empty() {
        let fault = reader.fault(Code::EmptyList, &node.span, "`count` counts nothing");
        reader.push(fault.help("write what is too much: `count: { mentions: '>20' }`"));
        return None;
    }
    Some(MatcherKind::Count(Count(bounds)))
}

pub fn number(reader: &mut Reader<'_>, node: &Node, what: &str) -> Option<usize> {
    let text = reader.text(node, what)?;
    let number = text.parse().ok();
    if number.is_none() {
        let fault = reader.fault(Code::UnknownValue, &node.span, format!("`{text}` is no number"));
        reader.push(fault.help("write a number of characters: `within: 30`"));
    }
    number
}

fn one_or_more(
    reader: &mut Reader<'_>,
    node: &Node,
    what: &str,
) -> Vec<(String, super::super::rule::Place)> {
    match &node.kind {
        Kind::List(_) => reader.texts(node, what),
        _ => reader.text(node, what).map(|text| (text, reader.place(node))).into_iter().collect(),
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
    let on = match fields.get("on") {
        Some(on) => {
            reader.choice(on, "`on`", &[("original", On::Original), ("folded", On::Folded)])?
        }
        None => On::Original,
    };
    let place = reader.place(node);
    let pattern = reader.text(node, "a regex")?;
    super::super::pattern::check(&pattern, &place, reader.text)
        .map_err(|fault| reader.push(*fault))
        .ok()?;
    Some(MatcherKind::Regex { pattern, on })
}

fn words_kind(
    reader: &mut Reader<'_>,
    lists: &mut Lists<'_>,
    fields: &Fields<'_>,
) -> Option<MatcherKind> {
    let disguises = fields.get("disguises").and_then(|node| self::disguises(reader, node));
    let disguises = disguises.unwrap_or(Disguises::Simple);
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
    let add_ons = add_ons(reader, fields)?;
    let (as_written, ways) = (terms.len(), Ways::of(&add_ons));
    let more: Vec<Term> = terms
        .iter()
        .flat_map(|term| variants::of(term, &add_ons, disguises == Disguises::Heavy))
        .collect();
    terms.extend(more);
    (!terms.is_empty()).then_some(MatcherKind::Words {
        disguises,
        add_ons: !add_ons.is_empty(),
        terms,
        as_written,
        ways,
    })
}

/// The add-ons a matcher asks for.
fn add_ons(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Vec<AddOn>> {
    let mut found = Vec::new();
    for (key, known) in variants::KEYS {
        let Some(items) = fields.get(key).and_then(|node| reader.list(node, &format!("`{key}`")))
        else {
            continue;
        };
        for item in items {
            found.push(reader.choice(item, &format!("`{key}`"), known)?);
        }
    }
    Some(found)
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
