//! `match:` and what stands below it.

use super::super::diagnostic::Code;
use super::super::rule::{Condition, Matcher};
use super::super::yaml::Node;
use super::lists::Lists;
use super::matchers;
use super::reader::{Fields, Reader};

/// `any`, `all` and `none` inside each other.
const MAX_LEVELS: usize = 16;

const GROUPS: [&str; 3] = ["any", "all", "none"];
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
        let groups: Vec<_> = fields.iter().filter(|(name, ..)| GROUPS.contains(name)).collect();
        if groups.is_empty() {
            return self.matcher(reader, lists, &fields);
        }
        let only_all = groups.len() == 1 && groups[0].0 == "all";
        let beside = |name: &str| !(GROUPS.contains(&name) || name == "within" && only_all);
        if let Some((name, key, _)) = fields.iter().find(|(name, ..)| beside(name)) {
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
        match (fields.get("within"), all.pop()) {
            (Some(node), Some(Condition::All(items))) => {
                let near = matchers::number(reader, node, "`within`")?;
                Some(Condition::Near(items, near))
            }
            (_, Some(last)) if all.is_empty() => Some(last),
            (_, last) => {
                all.extend(last);
                Some(Condition::All(all))
            }
        }
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
        if let Some((_, key, _)) = fields.iter().find(|(name, ..)| *name == "within") {
            let fault =
                reader.fault(Code::WrongKind, &key.span, "`within` stands beside `all` only");
            reader.push(
                fault.help("write `all: [...]`, and `within: 30` on a line of its own below"),
            );
            return None;
        }
        let kind = matchers::kind(reader, lists, fields)?;
        self.matchers.push(Matcher { kind, context });
        Some(Condition::Matcher(self.matchers.len() - 1))
    }
}

/// Whether a hit of this condition can be an offence.
fn offends(condition: &Condition, matchers: &[Matcher]) -> bool {
    match condition {
        Condition::Any(items) => items.iter().any(|item| offends(item, matchers)),
        Condition::All(items) | Condition::Near(items, _) => {
            items.iter().any(|item| offends(item, matchers))
        }
        Condition::None(_) => false,
        Condition::Matcher(index) => !matchers[*index].context,
    }
}
