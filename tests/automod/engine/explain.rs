//! Explanations, as people read them: each golden file holds commands and what they print.
//! `BLESS=1 cargo test explain` writes the files anew.

use super::{judge, message, ruleset, ruleset_of};
use chat_automod::cli::explain::{Explain, Format, run};
use chat_automod::engine::{Explanation, Obstacle, Sources};
use chat_automod::message::Content;
use clap::{Args, Command, FromArgMatches};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/explain")
}

fn explain(args: &[&str]) -> Explain {
    let command = Explain::augment_args(Command::new("explain"));
    let matches = command.try_get_matches_from([&["explain"], args].concat()).expect("arguments");
    Explain { rules: folder(), ..Explain::from_arg_matches(&matches).expect("arguments") }
}

fn printed(explain: &Explain) -> String {
    let mut out = Vec::new();
    run(explain, &mut out).expect("it runs");
    String::from_utf8(out).expect("UTF-8")
}

const ENGLISH: &[&[&str]] = &[
    &["join our ｃа\u{200B}sino today"],
    &["play c4s!n.o and caaasino"],
    &["two casinos, one roulettes"],
    &["Casino Royale is a film, the casino is not"],
    &["a casino royale evening"],
    &["--account", "gm_lee", "--group", "@TGS#a", "my casino"],
    &["r o u l e t t e"],
    &["please add me"],
    &["add me 12345, says customer service"],
    &["sell this because I have no need of an account"],
    &["--group", "@TGS#a", "--group-type", "Work", "sell account"],
    &["@a @b @c come here"],
    &["a lottery"],
    &["join lucky777.net now"],
    &["join www.lucky777.casin now"],
    &["see help.lucky777.com/faq"],
    &["open report.zip"],
    &["card 4111 1111 1111 1112"],
    &["order 4111 1111 1111 1111"],
    &["write to kim@example.invalid-name"],
    &["find me as abc_123"],
    &["play ruolette"],
    &["use the db here"],
    &["good morning"],
];
const CHINESE: &[&[&str]] = &[
    &["來玩百家樂！"],
    &["百 家 1 乐"],
    &["車牌"],
    &["车.牌"],
    &["有chepai的来"],
    &["电话1381234567"],
    &["身份证 110105194912310021"],
    &["加微信吧"],
    &["加微信"],
    &["加www.bet365.com领"],
    &["出售我的很多很多很多很多很多很多账号"],
];
const KOREAN: &[&[&str]] = &[
    &["ㅋㅏㅈㅣㄴㅗ 가자"],
    &["카.지.노"],
    &["다시발표"],
    &["카지노 로얄 봤어?"],
    &["바 카 라"],
    &["ㄷㅂㅈ 가자"],
    &["전화 010-123-4567"],
    &["주민번호 901231-1234568"],
    &["주민번호 901331-1234567"],
    &["카톡 주세요"],
];

#[test]
fn each_explanation_reads_as_its_golden_file_says() {
    let bless = std::env::var_os("BLESS").is_some();
    for (name, cases) in [("english", ENGLISH), ("chinese", CHINESE), ("korean", KOREAN)] {
        let mut shown = String::new();
        for args in cases {
            let quoted = args.iter().map(|arg| match arg.starts_with("--") {
                true => (*arg).to_owned(),
                false => format!("'{}'", arg.replace('\u{200B}', "\\u200b")),
            });
            let command = quoted.collect::<Vec<_>>().join(" ");
            writeln!(shown, "$ automod rules explain {command}").expect("written");
            writeln!(shown, "{}", printed(&explain(args))).expect("written");
        }
        let golden = folder().join(format!("{name}.txt"));
        if bless {
            fs::write(&golden, &shown).expect("the golden file is writable");
        }
        let wanted = fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(shown, wanted, "{name}");
    }
}

fn explained(yaml: &str, text: &str, at_ms: i64) -> Explanation {
    ruleset(yaml).explainer().explain(&message(Content::of_text(text)), at_ms)
}

#[test]
fn a_rule_out_of_its_time_says_so_and_so_does_a_term() {
    let yaml = "rules:\n  - id: sale\n    match: { words: [mega sale] }\n    active: { from: 2026-12-01, until: 2026-12-07 }\n    action: { mask: stars }\n";
    let early = explained(yaml, "mega sale", 0);
    assert!(matches!(early.misses[0].obstacles[..], [Obstacle::NotActive { from: Some(_), .. }]));
    let listed = "rules:\n  - id: sale\n    match: { words_from: lists/l.txt }\n    action: { mask: stars }\n";
    let rules = ruleset_of(&Sources::of([
        ("rules.yaml", listed),
        ("lists/l.txt", "mega sale | until=2026-12-07\n"),
    ]));
    let (explainer, late) = (rules.explainer(), 1_800_000_000_000);
    let message = message(Content::of_text("a mega sale"));
    assert!(explainer.explain(&message, 0).misses.is_empty());
    let expired = explainer.explain(&message, late);
    assert!(matches!(expired.misses[0].obstacles[..], [Obstacle::Expired { .. }]));
}

#[test]
fn capitals_are_a_disguise_where_none_is_seen_through() {
    let yaml = "rules:\n  - id: a\n    match: { words: [ACME], disguises: none }\n    action: { mask: stars }\n";
    let said = explained(yaml, "acme", 0).misses[0].obstacles[0].to_string();
    assert_eq!(said, "`acme` is `ACME` only with `disguises: simple`");
}

#[test]
fn of_many_near_words_the_nearest_is_told() {
    let yaml =
        "rules:\n  - id: a\n    match: { words: [cat, educator] }\n    action: { mask: stars }\n";
    let said = explained(yaml, "the educators of education", 0).misses[0].obstacles.clone();
    let [Obstacle::InsideWord { term, word }] = &said[..] else { panic!("{said:?}") };
    assert_eq!((term.as_str(), word.as_str()), ("educator", "educators"));
}

#[test]
fn json_says_the_same() {
    let asked = Explain { format: Format::Json, ..explain(&["ｃasino and roulettes"]) };
    let shown: Value = serde_json::from_str(&printed(&asked)).expect("JSON");
    assert_eq!(shown["verdict"], "rewrite");
    assert_eq!(shown["hits"][0]["rule"], "gambling-ads");
    assert_eq!(shown["hits"][0]["steps"][0]["read"], "c");
    assert_eq!(shown["hits"][0]["range"]["end"], 8);
    assert_eq!(shown["exceptions"][0]["reach"], "absent");
    assert_eq!(shown["misses"][0]["obstacles"][0]["why"], "inside_word");
}

#[test]
fn json_says_what_links_and_detectors_lack() {
    let asked = |text: &str| {
        let asked = Explain { format: Format::Json, ..explain(&[text]) };
        let shown: Value = serde_json::from_str(&printed(&asked)).expect("JSON");
        shown["misses"][0]["obstacles"][0].clone()
    };
    let card = asked("4111 1111 1111 1112");
    assert_eq!(
        card,
        json!({"why": "flawed", "detector": "card", "matched": "4111 1111 1111 1112", "flaw": {"flaw": "check_digit"}})
    );
    let short = asked("010-123-4567")["flaw"].clone();
    assert_eq!(short, json!({"flaw": "digits", "found": 10, "wanted": 11}));
    assert_eq!(asked("www.lucky777.casin")["why"], "no_suffix");
    assert_eq!(asked("lucky777.net")["host"], "lucky777.net");
    assert_eq!(asked("有chepai的")["add_on"], "sounds: [pinyin]");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_explained_is_what_is_judged(
        text in "(casino|c.a.s i|royale|bet365|카지노|ㅋㅏ|시발|百家|家樂|[ .\u{200B}\u{301}]|\\PC){0,12}"
    ) {
        let yaml = fs::read_to_string(folder().join("rules.yaml")).expect("the rules are there");
        let rules = ruleset(&yaml);
        let explanation = rules.explainer().explain(&message(Content::of_text(&text)), 0);
        let verdict = judge(&rules, &text);
        prop_assert_eq!(explanation.verdict, verdict.ruling);
        let hits: Vec<_> = explanation.hits.iter().map(|it| it.hit.clone()).collect();
        prop_assert_eq!(hits, verdict.hits);
        for explained in &explanation.hits {
            prop_assert!(!explained.by.is_empty(), "{:?} of {:?}", explained.matched, text);
        }
        for miss in &explanation.misses {
            prop_assert!(!miss.obstacles.is_empty());
            prop_assert!(explanation.hits.iter().all(|it| it.hit.rule != miss.rule));
        }
    }
}
