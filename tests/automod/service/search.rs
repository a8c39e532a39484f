//! Searching decisions: whatever the filters and the pages, what is found is what matches, in its order, once.

use chat_automod::message::MessageKey;
use chat_automod::store::{
    Action, Cursor, DecisionRow, Ended, Filter, Outcome, Plan, Source, Step, Store,
};
use futures_util::TryStreamExt;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use std::collections::BTreeMap;
use std::time::Duration;
use tempfile::TempDir;

/// More than a search looks at in its first step.
const DECISIONS: u64 = 1_600;
const RULES: [(&str, Option<&str>); 4] = [
    ("cards", Some("gambling")),
    ("dice", Some("gambling")),
    ("insult", Some("abuse")),
    ("spam", None),
];
const SEVERITIES: [&str; 4] = ["low", "medium", "high", "critical"];
const HASHES: [&str; 3] = ["aaaaaaaabbbbbbbb", "aaaaaaaacccccccc", "1234567890abcdef"];

/// A decision whose every part depends on its number, in cycles of different lengths.
pub fn plan(number: u64) -> Plan {
    let of = |length: u64| (number / 3 + number * number) % length;
    let rules: Vec<_> =
        RULES.iter().enumerate().filter(|(at, _)| (of(15) + 1) & (1 << at) != 0).collect();
    let named = rules
        .iter()
        .filter_map(|(_, (rule, category))| Some(((*rule).into(), (*category)?.into())));
    let outcomes = [Outcome::Observed, Outcome::Pending, Outcome::Impossible];
    let (app, sdk_app_id) = [("main", 1), ("main", 2), ("other", 2), ("third", 33)][of(4) as usize];
    Plan {
        id: uuid::Uuid::now_v7().to_string(),
        app: app.into(),
        key: MessageKey {
            sdk_app_id,
            group_id: format!("group {}", of(5)),
            topic_id: (of(3) == 0).then(|| format!("topic {}", of(7))),
            seq: Some(number),
        },
        revision: 0,
        group_type: None,
        sent_at: None,
        sender: (of(9) > 0).then(|| format!("sender {}", of(11))),
        operator: (of(6) == 0).then(|| format!("sender {}", of(5))),
        editor: None,
        mentions: false,
        digest: number.to_string(),
        body_digest: number.to_string(),
        written_digest: None,
        verdict: "rewrite",
        severity: SEVERITIES[of(4) as usize],
        lane: of(4) as i64,
        rules: rules.iter().map(|(_, (rule, _))| (*rule).into()).collect(),
        categories: named.collect::<BTreeMap<_, _>>(),
        hits: serde_json::json!([]),
        tags: Vec::new(),
        notes: Vec::new(),
        review: false,
        keep_original: "yes",
        source: Source::Webhook,
        ruleset: HASHES[of(3) as usize].into(),
        supersedes: None,
        reread: false,
        action: Action::Rewrite,
        outcome: outcomes[of(3) as usize],
        cause: None,
        original: None,
        rewritten: None,
        reason: None,
        by: None,
        maybe_echo: false,
    }
}

/// A database of [`DECISIONS`], some of which failed, or whose sender was learned later.
async fn filled() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("automod.db").display());
    let (store, _) = Store::open(&url).await.unwrap();
    let plans: Vec<_> = (0..DECISIONS).map(plan).collect();
    let written = plans.iter().map(|plan| store.plan(plan.clone()));
    futures_util::future::try_join_all(written).await.unwrap();
    let pending = plans.iter().filter(|plan| plan.outcome == Outcome::Pending);
    let steps = pending.enumerate().filter(|(at, _)| at % 3 == 0).map(|(at, plan)| Step {
        error_code: Some(10_000 + at as i64 % 4),
        sender: Some("sender 1".into()),
        ..Step::to(&plan.id, Outcome::Failed, None)
    });
    futures_util::future::try_join_all(steps.map(|step| store.step(step))).await.unwrap();
    (folder, store)
}

/// What the filter says, row by row.
fn matches(filter: &Filter, row: &DecisionRow) -> bool {
    let at = row.time.parse::<jiff::Timestamp>().unwrap().as_millisecond();
    let same = |wanted: &Option<String>, found: Option<&str>| {
        wanted.as_deref().is_none_or(|wanted| found == Some(wanted))
    };
    let among = |wanted: &Option<String>, found: &[String]| {
        wanted.as_ref().is_none_or(|wanted| found.contains(wanted))
    };
    let app = |app: &String| *app == row.app || *app == row.sdk_app_id.to_string();
    filter.app.as_ref().is_none_or(app)
        && same(&filter.group, Some(&row.group_id))
        && same(&filter.topic, row.topic_id.as_deref())
        && same(&filter.operator, row.operator.as_deref())
        && among(&filter.rule, &row.rules)
        && among(&filter.category, &row.categories)
        && same(&filter.outcome, Some(&row.outcome))
        && filter.severity.is_none_or(|lane| SEVERITIES[usize::from(lane)] == row.severity)
        && filter.error_code.is_none_or(|code| row.error_code == Some(code))
        && filter.ruleset.as_ref().is_none_or(|hash| row.ruleset.starts_with(hash))
        && filter.since.is_none_or(|since| at >= since)
        && filter.until.is_none_or(|until| at < until)
}

fn words(prefix: &'static str, up_to: u64) -> impl Strategy<Value = Option<String>> {
    let some = (0..up_to).prop_map(move |number| Some(format!("{prefix} {number}")));
    prop_oneof![4 => Just(None), 1 => some]
}

fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    prop_oneof![4 => Just(None), 1 => select(words).prop_map(|word| Some(word.to_owned()))]
}

/// Mostly few conditions at once, on values that are there and some that are not.
fn filters(times: Vec<i64>) -> impl Strategy<Value = Filter> {
    let time = move || prop_oneof![2 => Just(None), 1 => select(times.clone()).prop_map(Some)];
    let places = (
        one_of(&["main", "other", "third", "nobody", "1", "2", "33", "4"]),
        words("group", 6),
        words("topic", 8),
        words("sender", 6),
    );
    let whats = (
        one_of(&["cards", "dice", "insult", "spam", "chess"]),
        one_of(&["gambling", "abuse", "art"]),
        one_of(&["observed", "pending", "impossible", "failed", "undone"]),
        one_of(&["aaaaaaaa", "aaaaaaaab", "aaaaaaaacccccccc", "1234567890", "ffffffff"]),
        prop_oneof![4 => Just(None), 1 => (0..4_u8).prop_map(Some)],
        prop_oneof![4 => Just(None), 1 => (10_000..10_005_i64).prop_map(Some)],
    );
    (places, whats, time(), time()).prop_map(|(places, whats, since, until)| {
        let (app, group, topic, operator) = places;
        let (rule, category, outcome, ruleset, severity, error_code) = whats;
        Filter {
            app,
            group,
            topic,
            operator,
            rule,
            category,
            outcome,
            ruleset,
            severity,
            error_code,
            since,
            until,
            ..Filter::default()
        }
    })
}

#[test]
fn pages_of_any_size_hold_what_matches_newest_first_and_once() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (_folder, store) = runtime.block_on(filled());
    let reader = store.reader();
    let all: Vec<DecisionRow> =
        runtime.block_on(reader.list(&Filter::default()).try_collect()).unwrap();
    assert_eq!(all.len() as u64, DECISIONS);
    let order = |row: &DecisionRow| (row.time.clone(), row.id.clone());
    assert!(all.windows(2).all(|pair| order(&pair[0]) > order(&pair[1])), "newest first");
    let times = all
        .iter()
        .step_by(50)
        .map(|row| row.time.parse::<jiff::Timestamp>().unwrap().as_millisecond());
    let size = prop_oneof![1..20_usize, 100..2000_usize];
    let hurried = any::<bool>();
    let mut runner = TestRunner::new(Config { cases: 150, ..Config::default() });
    let run = runner.run(&(filters(times.collect()), size, hurried), |(filter, size, hurried)| {
        let within = hurried.then_some(Duration::ZERO);
        let (mut found, mut place) = (Vec::new(), None);
        loop {
            let page =
                runtime.block_on(reader.page(&filter, place.as_ref(), size, within)).unwrap();
            prop_assert!(page.rows.len() <= size);
            found.extend(page.rows.into_iter().map(|row| row.id));
            match page.ended {
                Ended::Whole => break,
                // The word is what a person or a program hands back.
                ended => {
                    place = Some(ended.cursor().unwrap().to_string().parse::<Cursor>().unwrap())
                }
            }
        }
        let expected: Vec<_> =
            all.iter().filter(|row| matches(&filter, row)).map(|row| row.id.clone()).collect();
        prop_assert_eq!(found, expected);
        Ok(())
    });
    run.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_finds_what_is_theirs_also_where_it_was_learned_later() {
    let (_folder, store) = filled().await;
    let reader = store.reader();
    let all: Vec<DecisionRow> = reader.list(&Filter::default()).try_collect().await.unwrap();
    let learned = |row: &&DecisionRow| row.sender.as_deref() == Some("sender 1");
    let expected: Vec<_> = all.iter().filter(learned).map(|row| row.id.clone()).collect();
    assert!(expected.len() > 100, "{}", expected.len());
    let filter = Filter { sender: Some("sender 1".into()), ..Filter::default() };
    let found: Vec<_> = reader.list(&filter).map_ok(|row| row.id).try_collect().await.unwrap();
    let found: Vec<String> = found;
    assert_eq!(found, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_is_out_of_time_says_where_to_go_on() {
    let (_folder, store) = filled().await;
    let reader = store.reader();
    let filter =
        Filter { outcome: Some("observed".into()), severity: Some(9), ..Filter::default() };
    let hurried = reader.page(&filter, None, 10, Some(Duration::ZERO)).await.unwrap();
    let Ended::OutOfTime(cursor) = &hurried.ended else { panic!("{hurried:?}") };
    assert!(hurried.rows.is_empty());
    let rest = reader.page(&filter, Some(cursor), 10, None).await.unwrap();
    assert_eq!((rest.rows.len(), rest.ended), (0, Ended::Whole));
}

#[test]
fn a_wrong_cursor_is_refused() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (_folder, store) = runtime.block_on(filled());
    let page = runtime.block_on(store.reader().page(&Filter::default(), None, 1, None)).unwrap();
    let good = page.ended.cursor().unwrap().to_string();
    assert!(good.parse::<Cursor>().is_ok());
    for at in 0..good.len() {
        let mut other = good.clone().into_bytes();
        other[at] = if other[at] == b'A' { b'B' } else { b'A' };
        let other = String::from_utf8(other).unwrap();
        assert!(other.parse::<Cursor>().is_err(), "{other}");
        assert!(good[at + 1..].parse::<Cursor>().is_err(), "{at} left out at the front");
        assert!(good[..at].parse::<Cursor>().is_err(), "cut after {at}");
    }
    for word in ["", " ", "eyJ9", "' OR 1", &format!("{good}="), &"A".repeat(100_000)] {
        assert!(word.parse::<Cursor>().is_err(), "{word}");
    }
}

/// Every filter by itself, and with a time.
fn single_filters() -> Vec<(&'static str, Filter)> {
    let word = || Some("other".to_owned());
    let none = Filter::default;
    vec![
        ("nothing", none()),
        ("app", Filter { app: word(), ..none() }),
        ("app by its number", Filter { app: Some("33".into()), ..none() }),
        ("group", Filter { group: word(), ..none() }),
        ("topic", Filter { topic: word(), ..none() }),
        ("sender", Filter { sender: word(), ..none() }),
        ("operator", Filter { operator: word(), ..none() }),
        ("rule", Filter { rule: word(), ..none() }),
        ("category", Filter { category: word(), ..none() }),
        ("severity", Filter { severity: Some(2), ..none() }),
        ("outcome", Filter { outcome: word(), ..none() }),
        ("error code", Filter { error_code: Some(1), ..none() }),
        ("rule set", Filter { ruleset: Some(HASHES[0].into()), ..none() }),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_single_filter_with_a_time_goes_by_an_index_in_its_order() {
    let (_folder, store) = filled().await;
    let reader = store.reader();
    for (name, filter) in single_filters() {
        let spans = [(None, None), (Some(1), None), (None, Some(i64::MAX)), (Some(1), Some(2))];
        for (since, until) in spans {
            let filter = Filter { since, until, ..filter.clone() };
            let plan = reader.query_plan(&filter).await.unwrap();
            let shown = format!("{name}, {since:?} to {until:?}: {plan:#?}");
            assert!(plan.iter().all(|step| !step.contains("TEMP B-TREE")), "{shown}");
            // Nothing restricts the first page of everything: it is a scan, but by the index of the order.
            let whole = name == "nothing" && since.is_none() && until.is_none();
            let scan =
                |step: &String| step.starts_with("SCAN") && !(whole && step.contains("USING"));
            assert!(!plan.iter().any(scan), "{shown}");
            assert!(
                plan.iter().any(|step| step.contains("INDEX") || step.contains("PRIMARY KEY")),
                "{shown}"
            );
        }
    }
}
