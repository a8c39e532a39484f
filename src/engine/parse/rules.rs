//! A rule file: its head, and each rule in it.

use super::super::diagnostic::Code;
use super::super::glob::Glob;
use super::super::rule::{
    Action, Case, Ground, KeepOriginal, Mask, Mode, Policy, Rule, RuleId, Severity,
};
use super::super::scope::{Active, Except, GROUP_TYPES, Scope};
use super::super::yaml::{Kind, Node};
use super::condition::Matching;
use super::dates::{End, moment};
use super::lists::{self, Lists};
use super::matchers;
use super::reader::{Fields, Reader};

const SEVERITIES: [(&str, Severity); 4] = [
    ("low", Severity::Low),
    ("medium", Severity::Medium),
    ("high", Severity::High),
    ("critical", Severity::Critical),
];
const MODES: [(&str, Mode); 3] =
    [("off", Mode::Off), ("shadow", Mode::Shadow), ("enforce", Mode::Enforce)];
const KEEPS: [(&str, KeepOriginal); 3] =
    [("yes", KeepOriginal::Yes), ("redacted", KeepOriginal::Redacted), ("no", KeepOriginal::No)];
const DEFAULTS: [&str; 8] =
    ["severity", "mode", "category", "policy", "scope", "active", "action", "keep_original"];
const RULE: [&str; 13] = [
    "id",
    "description",
    "match",
    "except",
    "tests",
    "severity",
    "mode",
    "category",
    "policy",
    "scope",
    "active",
    "action",
    "keep_original",
];

/// What the rules of a file have in common, unless they say otherwise.
#[derive(Debug, Clone, Default)]
pub struct Defaults {
    severity: Option<Severity>,
    mode: Option<Mode>,
    category: Option<String>,
    policy: Option<Policy>,
    scope: Option<Scope>,
    active: Option<Active>,
    action: Option<Action>,
    keep_original: Option<KeepOriginal>,
}

pub fn file(reader: &mut Reader<'_>, lists: &mut Lists<'_>, root: &Node, rules: &mut Vec<Rule>) {
    let defaults = header(reader, root);
    let Kind::Map(entries) = &root.kind else { return };
    let is_rules = |key: &Node| matches!(&key.kind, Kind::Scalar { text, .. } if text == "rules");
    let Some((_, list)) = entries.iter().find(|(key, _)| is_rules(key)) else {
        let fault = reader.fault(
            Code::NoRules,
            &(root.span.start..root.span.start),
            "the file has no `rules:`",
        );
        return reader.push(fault.help("write `rules:` and below it one rule a `- id: ...`"));
    };
    if let Some(list) = reader.list(list, "`rules`") {
        items(reader, lists, list, &defaults, rules);
    }
}

/// Version and defaults.
pub fn header(reader: &mut Reader<'_>, root: &Node) -> Defaults {
    let Some(fields) = reader.fields(root, "a rule file", &["version", "defaults", "rules"]) else {
        return Defaults::default();
    };
    if let Some(node) = fields.get("version") {
        let version = reader.text(node, "`version`");
        if version.is_some_and(|version| version != "1") {
            let fault = reader.fault(
                Code::Version,
                &node.span,
                "this program reads version 1 of the rule language",
            );
            reader.push(fault.help("write `version: 1`"));
        }
    }
    let Some(node) = fields.get("defaults") else { return Defaults::default() };
    reader
        .fields(node, "`defaults`", &DEFAULTS)
        .map(|fields| common(reader, &fields))
        .unwrap_or_default()
}

pub fn items(
    reader: &mut Reader<'_>,
    lists: &mut Lists<'_>,
    items: &[Node],
    defaults: &Defaults,
    rules: &mut Vec<Rule>,
) {
    for item in items {
        let told = reader.told();
        let rule = rule(reader, lists, item, defaults);
        // Only a rule without a fault goes on: what is half read would be half judged.
        rules.extend(rule.filter(|_| reader.told() == told));
    }
}

/// The keys that a rule shares with `defaults`.
fn common(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Defaults {
    Defaults {
        severity: fields.get("severity").and_then(|n| reader.choice(n, "`severity`", &SEVERITIES)),
        mode: fields.get("mode").and_then(|n| reader.choice(n, "`mode`", &MODES)),
        category: fields.get("category").and_then(|n| reader.text(n, "`category`")),
        policy: fields.get("policy").and_then(|n| policy(reader, n)),
        scope: fields.get("scope").and_then(|n| scope(reader, n)),
        active: fields.get("active").and_then(|n| active(reader, n)),
        action: fields.get("action").and_then(|n| action(reader, n)),
        keep_original: fields
            .get("keep_original")
            .and_then(|n| reader.choice(n, "`keep_original`", &KEEPS)),
    }
}

fn rule(
    reader: &mut Reader<'_>,
    lists: &mut Lists<'_>,
    node: &Node,
    defaults: &Defaults,
) -> Option<Rule> {
    let fields = reader.fields(node, "a rule", &RULE)?;
    let id = id(reader, &fields);
    let own = common(reader, &fields);
    let description = fields.get("description").and_then(|n| reader.text(n, "`description`"));
    let except = fields.get("except").and_then(|n| except(reader, n)).unwrap_or_default();
    let cases = fields.get("tests").map(|n| cases(reader, n)).unwrap_or_default();
    let action = own.action.or_else(|| defaults.action.clone());
    if action.is_none() && fields.get("action").is_none() {
        missing(
            reader,
            &fields,
            Code::NoAction,
            "the rule has no `action`",
            "write `action: { mask: stars }`, `replace`, `blank`, `tag` or `review: true`",
        );
    }
    let matching = match fields.get("match") {
        Some(node) => Matching::read(reader, lists, node),
        None => {
            missing(
                reader,
                &fields,
                Code::NoMatcher,
                "the rule has no `match`",
                "write `match:` and below it `words: [...]`",
            );
            None
        }
    };
    let (condition, Matching { matchers }) = matching?;
    let (id, id_place) = id?;
    let keep_original = own.keep_original.or(defaults.keep_original);
    let keep_original = keep_original.unwrap_or_else(|| KeepOriginal::by_default(&matchers));
    Some(Rule {
        id,
        description,
        category: own.category.or_else(|| defaults.category.clone()),
        policy: own.policy.or_else(|| defaults.policy.clone()),
        severity: own.severity.or(defaults.severity).unwrap_or(Severity::Medium),
        mode: own.mode.or(defaults.mode).unwrap_or(Mode::Shadow),
        condition,
        matchers,
        except,
        scope: own.scope.or_else(|| defaults.scope.clone()).unwrap_or_default(),
        active: own.active.or(defaults.active).unwrap_or_default(),
        action: action?,
        keep_original,
        cases,
        place: reader.place(id_place),
        span: node.span.clone(),
    })
}

fn missing(reader: &mut Reader<'_>, fields: &Fields<'_>, code: Code, title: &str, help: &str) {
    let place = fields.iter().next().map_or(fields.span.clone(), |(_, key, _)| key.span.clone());
    let named = fields.get("id").map_or(place, |id| id.span.clone());
    reader.push(reader.fault(code, &named, title).help(help));
}

fn id<'n>(reader: &mut Reader<'_>, fields: &Fields<'n>) -> Option<(RuleId, &'n Node)> {
    let Some(node) = fields.get("id") else {
        missing(
            reader,
            fields,
            Code::MissingKey,
            "the rule has no `id`",
            "write `id: ` and a short name such as `gambling-ads`",
        );
        return None;
    };
    let id = reader.text(node, "`id`")?;
    let kebab = id.len() <= 64
        && id.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
    if !kebab {
        let title = format!("`{}` is no id", id.chars().take(64).collect::<String>());
        let help = "small letters, digits and single hyphens, at most 64: `gambling-ads`";
        reader.push(reader.fault(Code::BadId, &node.span, title).help(help));
        return None;
    }
    Some((RuleId(id.into()), node))
}

fn policy(reader: &mut Reader<'_>, node: &Node) -> Option<Policy> {
    let fields = reader.fields(node, "`policy`", &["reference", "ground"])?;
    let grounds = [("terms", Ground::Terms), ("illegal", Ground::Illegal)];
    let ground = fields.get("ground").and_then(|n| reader.choice(n, "`ground`", &grounds));
    let Some(reference) = fields.get("reference") else {
        missing(
            reader,
            &fields,
            Code::MissingKey,
            "`policy` has no `reference`",
            "write which paragraph the rule stands on",
        );
        return None;
    };
    Some(Policy { reference: reader.text(reference, "`reference`")?, ground })
}

fn globs(reader: &mut Reader<'_>, fields: &Fields<'_>, key: &str) -> Vec<Glob> {
    let texts =
        fields.get(key).map(|node| reader.texts(node, &format!("`{key}`"))).unwrap_or_default();
    texts.into_iter().map(|(text, _)| Glob::new(text)).collect()
}

fn scope(reader: &mut Reader<'_>, node: &Node) -> Option<Scope> {
    let fields = reader.fields(node, "`scope`", &["apps", "groups", "group_types", "topics"])?;
    let kinds = GROUP_TYPES.map(|kind| (kind, kind));
    let mut group_types = Vec::new();
    if let Some(list) = fields.get("group_types").and_then(|n| reader.list(n, "`group_types`")) {
        for item in list {
            group_types.extend(reader.choice(item, "a group type", &kinds).map(str::to_owned));
        }
    }
    Some(Scope {
        apps: globs(reader, &fields, "apps"),
        groups: globs(reader, &fields, "groups"),
        topics: globs(reader, &fields, "topics"),
        group_types,
    })
}

fn except(reader: &mut Reader<'_>, node: &Node) -> Option<Except> {
    let fields = reader.fields(node, "`except`", &["phrases", "links", "accounts", "groups"])?;
    let links = fields.get("links").map(|n| matchers::links(reader, n, false)).unwrap_or_default();
    let texts = fields.get("phrases").map(|n| reader.texts(n, "`phrases`")).unwrap_or_default();
    let mut phrases = Vec::new();
    for (text, place) in texts {
        match lists::term(&text, place) {
            Ok(_) => phrases.push(text),
            Err(fault) => reader.push(*fault),
        }
    }
    Some(Except {
        phrases,
        links,
        accounts: globs(reader, &fields, "accounts"),
        groups: globs(reader, &fields, "groups"),
    })
}

fn active(reader: &mut Reader<'_>, node: &Node) -> Option<Active> {
    let fields = reader.fields(node, "`active`", &["from", "until"])?;
    let mut read = |key: &str, end: End| {
        let node = fields.get(key)?;
        let text = reader.text(node, &format!("`{key}`"))?;
        let found = moment(&text, end);
        if found.is_none() {
            let fault = reader.fault(Code::BadDate, &node.span, format!("`{text}` is no date"));
            reader.push(
                fault.help("write a day, `2026-12-01`, or a moment, `2026-12-01T18:00:00+08:00`"),
            );
        }
        found
    };
    let active = Active { from: read("from", End::From), until: read("until", End::Until) };
    if let (Some(from), Some(until)) = (active.from, active.until)
        && from >= until
    {
        let title = "`until` is not after `from`: the rule is never active";
        let fault = reader.fault(Code::ActiveNever, &node.span, title);
        reader.push(fault.help("exchange them, or take one out"));
    }
    Some(active)
}

fn action(reader: &mut Reader<'_>, node: &Node) -> Option<Action> {
    let fields = reader.fields(
        node,
        "`action`",
        &["mask", "replace", "blank", "tag", "recall", "review"],
    )?;
    let mut texts = fields.iter().filter(|(name, ..)| ["mask", "replace", "blank"].contains(name));
    if let (Some((first, ..)), Some((second, key, _))) = (texts.next(), texts.next()) {
        let title = format!("`{first}` and `{second}` cannot both be done to one text");
        reader.push(reader.fault(Code::TwoTextActions, &key.span, title).help("keep one of them"));
    }
    let action = Action {
        mask: fields.get("mask").and_then(|n| mask(reader, n)),
        replace: fields.get("replace").and_then(|n| reader.text(n, "`replace`")),
        blank: fields.get("blank").and_then(|n| reader.text(n, "`blank`")),
        tag: fields.get("tag").and_then(|n| tag(reader, n)),
        recall: fields.get("recall").and_then(|n| reader.flag(n, "`recall`")).unwrap_or(false),
        review: fields.get("review").and_then(|n| reader.flag(n, "`review`")).unwrap_or(false),
    };
    if fields.iter().next().is_none()
        || !action.acts()
            && !action.review
            && fields.get("review").is_some()
            && fields.iter().count() == 1
    {
        let fault = reader.fault(Code::NoAction, &node.span, "the action does nothing");
        reader.push(fault.help("write `mask: stars`, `replace`, `blank`, `tag` or `review: true`"));
    }
    Some(action)
}

fn tag(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let tag = reader.text(node, "`tag`")?;
    if tag.len() > 64 || tag.chars().any(char::is_control) {
        let fault =
            reader.fault(Code::EmptyText, &node.span, "a tag is one line of at most 64 bytes");
        reader.push(fault.help("use a short word such as `gambling`"));
        return None;
    }
    Some(tag)
}

fn mask(reader: &mut Reader<'_>, node: &Node) -> Option<Mask> {
    let stars = Mask { with: '*', keep_first: 0 };
    if let Kind::Scalar { .. } = node.kind {
        return reader.choice(node, "`mask`", &[("stars", stars)]);
    }
    let fields = reader.fields(node, "`mask`", &["with", "keep_first"])?;
    let mut mask = stars;
    if let Some(node) = fields.get("with") {
        let with = reader.scalar(node, "`with`")?;
        let mut chars = with.chars();
        match (chars.next(), chars.next()) {
            (Some(mark), None) if mark.is_ascii_punctuation() && !matches!(mark, '"' | '\\') => {
                mask.with = mark
            }
            _ => bad_mask(
                reader,
                node,
                "one ASCII punctuation character other than `\"` and `\\`: '#'",
            ),
        }
    }
    if let Some(node) = fields.get("keep_first") {
        let count = reader.text(node, "`keep_first`")?;
        match count.parse::<u8>() {
            Ok(count) => mask.keep_first = count.into(),
            Err(_) => bad_mask(reader, node, "a number from 0 to 255"),
        }
    }
    Some(mask)
}

fn bad_mask(reader: &mut Reader<'_>, node: &Node, help: &str) {
    reader.push(reader.fault(Code::BadMask, &node.span, "this cannot be a mask").help(help));
}

fn cases(reader: &mut Reader<'_>, node: &Node) -> Vec<Case> {
    let Some(fields) = reader.fields(node, "`tests`", &["catch", "pass"]) else {
        return Vec::new();
    };
    let mut cases = Vec::new();
    for (name, _, value) in fields.iter() {
        for item in reader.list(value, &format!("`{name}`")).unwrap_or_default() {
            cases.extend(case(reader, item, name == "catch"));
        }
    }
    cases
}

fn case(reader: &mut Reader<'_>, node: &Node, catch: bool) -> Option<Case> {
    let mut case = Case {
        catch,
        text: String::new(),
        masked: None,
        app: None,
        account: None,
        group: None,
        group_type: None,
        topic: None,
        mentions: false,
        place: reader.place(node),
    };
    if let Kind::Scalar { .. } = node.kind {
        case.text = reader.text(node, "a test")?;
        return Some(case);
    }
    let keys = ["text", "masked", "app", "account", "group", "group_type", "topic", "mentions"];
    let fields = reader.fields(node, "a test", &keys)?;
    let Some(text) = fields.get("text") else {
        missing(
            reader,
            &fields,
            Code::MissingKey,
            "the test has no `text`",
            "write what the rule is to be tried on",
        );
        return None;
    };
    case.text = reader.text(text, "`text`")?;
    case.place = reader.place(text);
    let mut read = |key: &str| fields.get(key).and_then(|n| reader.scalar(n, &format!("`{key}`")));
    case.masked = read("masked");
    case.app = read("app");
    case.account = read("account");
    case.group = read("group");
    case.group_type = read("group_type");
    case.topic = read("topic");
    case.mentions =
        fields.get("mentions").and_then(|n| reader.flag(n, "`mentions`")).unwrap_or(false);
    Some(case)
}
