//! A rule set on trial: the tests inside its rules, `never.txt`, and the texts it writes itself.

use super::compile::Ruleset;
use super::decide::RuleHit;
use super::diagnostic::{Code, Diagnostic, Diagnostics};
use super::mask::{Cover, Covering, edits};
use super::parse;
use super::rule::{Case, Mask, Mode, Rule};
use super::scope::Subject;
use super::sources::Sources;
use crate::message::apply;

/// The file of texts that no enforced rule may catch.
const NEVER: &str = "never.txt";
/// Tests are about words, not about dates: nothing has expired.
pub const ANY_TIME: i64 = i64::MIN;

/// Runs the tests inside all rules, whatever their mode and whenever they are active.
pub fn rules(ruleset: &Ruleset, faults: &mut Diagnostics) {
    for (number, rule) in ruleset.rules.iter().enumerate() {
        for case in &rule.cases {
            let subject = Subject {
                app: case.app.as_deref(),
                group: case.group.as_deref(),
                group_type: case.group_type.as_deref(),
                topic: case.topic.as_deref(),
                account: case.account.as_deref(),
            };
            let only = |other: &Rule| other.id == rule.id;
            let texts = std::iter::once(case.text.as_str());
            let mut hits = ruleset.hits(texts, &subject, ANY_TIME, only);
            hits.retain(|hit| hit.rule == number && !hit.context);
            if let Some(fault) = judge(rule, case, &hits) {
                faults.push(fault);
            }
        }
    }
}

fn judge(rule: &Rule, case: &Case, hits: &[RuleHit]) -> Option<Diagnostic> {
    let fault = |title: String, label: String, help: &str| {
        let place = &case.place;
        let fault = Diagnostic::new(Code::FailedTest, &place.file, place.span.clone(), title);
        Some(fault.label(label).help(help))
    };
    match (case.catch, hits.first()) {
        (true, None) => fault(
            format!("a test of `{}` fails: the text is not caught", rule.id),
            "expected a hit, found none".into(),
            "`automod rules explain` shows how the text is read",
        ),
        (false, Some(hit)) => fault(
            format!("a test of `{}` fails: the text is caught", rule.id),
            format!("expected no hit, found `{}`", &case.text[hit.range.clone()]),
            "lift it with `except: phrases`, or choose a longer term",
        ),
        _ => {
            let expected = case.masked.as_ref()?;
            let found = rewritten(rule, case, hits);
            (found != *expected).then(|| {
                fault(
                    format!("a test of `{}` fails: the text is masked otherwise", rule.id),
                    format!("expected `{expected}`, found `{found}`"),
                    "correct the test, or the rule",
                )
            })?
        }
    }
}

/// The text as the rule alone would leave it.
fn rewritten(rule: &Rule, case: &Case, hits: &[RuleHit]) -> String {
    let action = &rule.action;
    if let (Some(text), false) = (&action.blank, hits.is_empty()) {
        return text.clone();
    }
    let with = match (&action.replace, action.mask) {
        (Some(text), _) => Covering::Replace(text),
        (None, mask) if mask.is_some() => {
            Covering::Mask(mask.unwrap_or(Mask { with: '*', keep_first: 0 }))
        }
        _ => return case.text.clone(),
    };
    let covers: Vec<_> = hits.iter().map(|hit| Cover { range: hit.range.clone(), with }).collect();
    apply(&case.text, &edits(&case.text, &covers, case.mentions))
}

/// What a rule writes must not be caught in its turn.
pub fn own_texts(ruleset: &Ruleset, faults: &mut Diagnostics) {
    let acts = |rule: &Rule| rule.mode != Mode::Off && rule.action.acts();
    for rule in &ruleset.rules {
        for text in [&rule.action.replace, &rule.action.blank].into_iter().flatten() {
            let hits =
                ruleset.hits(std::iter::once(text.as_str()), &Subject::default(), ANY_TIME, acts);
            let Some(hit) = hits.first() else { continue };
            let title = format!(
                "the text that `{}` writes is caught by `{}`",
                rule.id, ruleset.rules[hit.rule].id
            );
            let fault =
                Diagnostic::new(Code::CaughtText, &rule.place.file, rule.place.span.clone(), title)
                    .label(format!("`{}` in `{text}`", &text[hit.range.clone()]))
                    .help("choose another text, or lift it with `except: phrases`");
            faults.push(fault);
        }
    }
}

/// No enforced rule may catch a line of `never.txt`.
pub fn never(ruleset: &Ruleset, sources: &Sources, faults: &mut Diagnostics) {
    let Some(bytes) = sources.files.get(NEVER) else { return };
    let acts = |rule: &Rule| rule.mode == Mode::Enforce && rule.action.acts();
    for (line, span) in parse::text_lines(NEVER, bytes, faults) {
        let hits = ruleset.hits(std::iter::once(line), &Subject::default(), ANY_TIME, acts);
        let mut told = Vec::new();
        for hit in hits.iter().filter(|hit| !hit.context) {
            if told.contains(&hit.rule) {
                continue;
            }
            told.push(hit.rule);
            let rule = &ruleset.rules[hit.rule];
            let at = span.start + hit.range.start..span.start + hit.range.end;
            let title = format!("the rule `{}` catches a text that must never be caught", rule.id);
            let fault = Diagnostic::new(Code::CaughtNever, NEVER, at, title)
                .label(format!("by the rule in {}", rule.file()))
                .help(
                    "lift it with `except: phrases` in the rule, or take the line out of never.txt",
                );
            faults.push(fault);
        }
    }
}
