//! The rules that people start from are in order, without a warning, and acting as they say.

use super::{judge, ruleset_of};
use chat_automod::cli::rules::read;
use chat_automod::engine::{Mode, Ruling, compile};
use std::path::Path;

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")
}

#[test]
fn they_are_in_order_and_nothing_is_unwise() {
    let sources = read(&folder()).expect("readable");
    match compile(&sources) {
        Ok(compiled) => {
            assert!(compiled.warnings.is_empty(), "{}", compiled.warnings.render(&sources, false))
        }
        Err(faults) => panic!("{}", faults.render(&sources, false)),
    }
}

#[test]
fn each_mode_and_each_kind_of_action_is_shown() {
    let rules = ruleset_of(&read(&folder()).expect("readable"));
    assert!(rules.rules().all(|rule| rule.tests() > 0));
    assert!(rules.rules().any(|rule| rule.mode == Mode::Enforce && rule.action.mask.is_some()));
    assert!(rules.rules().any(|rule| rule.mode == Mode::Shadow));
    assert_eq!(judge(&rules, "今晚下注").ruling, Ruling::Flag);
    let tagged = judge(&rules, "FREE GIFT https://gift.example/now");
    assert_eq!(
        (tagged.tags, tagged.edits, tagged.review),
        (vec!["suspicious-link".to_owned()], vec![], true)
    );
}
