//! The brake: a rule that hits everybody is held back, the others are not, and nobody can trip it alone.

use super::acts::ended;
use super::harness::{APP, GROUP, TestApp};
use chat_automod::moderation::brake::{Baseline, Counts, Reason, Window};
use chat_automod::settings::BrakeLimits;
use chat_automod::simulator::{Fault, Post};
use chat_automod::store::{BrakeOp, Store};
use proptest::prelude::*;

/// A rule that hits what everybody says, one that goes on, and one that must never be silent.
const RULES: &str = r#"
version: 1
rules:
  - id: greedy
    mode: enforce
    match: { words: [hello, 안녕하세요] }
    action: { mask: stars }
    tests: { catch: ["hello you"], pass: ["bye"] }
  - id: gambling
    severity: high
    mode: enforce
    match: { words: [casino] }
    action: { mask: stars }
    tests: { catch: ["a casino"], pass: ["education"] }
  - id: threats
    severity: critical
    mode: enforce
    match: { words: [bomb] }
    action: { mask: stars }
    tests: { catch: ["a bomb"], pass: ["a plum"] }
"#;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

impl TestApp {
    /// People number `from` to `to` say something of their own, each with the word.
    async fn everybody_says(&self, word: &str, people: std::ops::Range<u32>) -> Vec<u64> {
        let mut seqs = Vec::new();
        for person in people {
            let (who, text) = (format!("person{person}"), format!("{word} from number {person}"));
            seqs.push(self.send(Post::text(APP, GROUP, &who, &text)).await);
        }
        seqs
    }

    async fn is_held(&self, rule: &str) -> bool {
        self.held().await.contains(&rule.to_owned())
    }

    async fn held(&self) -> Vec<String> {
        let rows = self.reader().await.brakes().await.unwrap().into_iter();
        rows.filter(|row| row.tripped_at.is_some()).map(|row| row.rule).collect()
    }

    async fn until_ready_says(&self, what: &str, told: bool) {
        let ready = format!("{}/readyz", self.url);
        self.until(what, async || self.get(&ready).await.1.contains(what) == told).await;
    }

    /// What `automod brake release` does, beside the running service.
    async fn release(&self, rule: &str) {
        let (store, writer) = Store::open(&self.settings().store.url).await.unwrap();
        let op = BrakeOp::Release { rule: rule.into(), sdk_app_id: None, by: None };
        assert!(store.brake(op).await.unwrap(), "{rule} was held back");
        store.close().await;
        writer.finished().await;
    }
}

#[tokio::test]
async fn a_rule_that_hits_everybody_is_held_back_and_the_others_go_on() {
    let app = TestApp::spawn_with(RULES, &[]).await;
    app.everybody_says("hello", 0..40).await;
    app.until("held back", async || app.is_held("greedy").await).await;
    app.quiet().await;
    assert_eq!(app.held().await, ["greedy"]);

    let late = app.send(Post::text(APP, GROUP, "newcomer", "hello there")).await;
    let both = app.send(Post::text(APP, GROUP, "newcomer", "hello, casino!")).await;
    app.quiet().await;
    assert_eq!(app.text(late), "hello there", "the rule only watches");
    assert_eq!(app.outcomes(late).await, [ended("observed", Some("brake"))]);
    assert_eq!(app.text(both), "hello, ******!", "the other rule acts, and only it");
    assert_eq!(app.outcomes(both).await, [ended("applied", None)]);

    let rewritten =
        app.simulator.shows_all(APP, GROUP, None).iter().filter(|m| m.edits > 0).count();
    assert!(rewritten < 31, "{rewritten} messages were rewritten before the brake held");
    app.until_ready_says("the brake holds rule greedy back in app main", true).await;
    let (_, metrics) = app.get(&format!("{}/metrics", app.metrics_url)).await;
    assert!(metrics.contains(r#"automod_brake_tripped{rule="greedy",app="main"} 1"#), "{metrics}");
}

#[tokio::test]
async fn what_waits_when_the_brake_trips_is_withheld_and_a_release_has_it_done() {
    let app = TestApp::spawn_with(RULES, &[("ENFORCER__BACKOFF_LIMIT", "50ms")]).await;
    app.simulator.faults().always(None, Fault::Status(502));
    let seqs = app.everybody_says("안녕하세요", 0..60).await;
    app.simulator.faults().clear();
    app.until("held back", async || app.is_held("greedy").await).await;
    app.quiet().await;
    let mut withheld = Vec::new();
    for seq in &seqs {
        if app.outcomes(*seq).await == [ended("withheld", Some("brake"))] {
            withheld.push(*seq);
            assert_eq!(app.shows(*seq).edits, 0);
        }
    }
    assert!(withheld.len() >= 5, "{} withheld", withheld.len());

    app.release("greedy").await;
    app.until_ready_says("the brake holds", false).await;
    let reader = app.reader().await;
    app.until("given back", async || reader.withheld().await.unwrap().is_empty()).await;
    app.quiet().await;
    for seq in &withheld {
        assert_eq!(app.outcomes(*seq).await, [ended("applied", None)]);
        assert!(app.text(*seq).starts_with("***** from"), "{}", app.text(*seq));
    }
    let later = app.send(Post::text(APP, GROUP, "late", "hello again, all")).await;
    app.quiet().await;
    assert_eq!(app.text(later), "***** again, all", "the rule acts again");
    let (sound, ()) = chat_automod::store::verify(&app.reader().await, |_| None, ()).await.unwrap();
    let damage = sound.err().map(|damage| damage.to_string());
    assert!(damage.is_none_or(|damage| damage.contains("rule set")), "the chain verifies");
}

#[tokio::test]
async fn a_restart_keeps_the_brake_and_a_mended_rule_begins_anew() {
    let mut app = TestApp::spawn_with(RULES, &[]).await;
    app.everybody_says("hello", 0..40).await;
    app.until("held back", async || app.is_held("greedy").await).await;
    app.quiet().await;
    app.stop().await;
    app.start().await;
    let seq = app.send(Post::text(APP, GROUP, "newcomer", "hello there")).await;
    app.quiet().await;
    assert_eq!(app.outcomes(seq).await, [ended("observed", Some("brake"))]);

    app.write_rules(&RULES.replace("words: [hello, 안녕하세요]", "words: [hello]"));
    app.until("released", async || !app.is_held("greedy").await).await;
    app.until_ready_says("the brake holds", false).await;
    let seq = app.send(Post::text(APP, GROUP, "newcomer", "well, hello there")).await;
    app.quiet().await;
    assert_eq!(app.text(seq), "well, ***** there");
}

/// However long it has watched, a rule that begins to act is a new one.
#[tokio::test]
async fn a_rule_that_comes_out_of_shadow_has_the_limits_of_a_new_one() {
    let shadow = RULES.replacen("mode: enforce", "mode: shadow", 1);
    let mut app = TestApp::spawn_with(&shadow, &[]).await;
    app.say("hello").await;
    app.stop().await;
    app.sql("UPDATE rule_definitions SET first_live_at = 1").await;
    app.write_rules(RULES);
    app.start().await;
    app.everybody_says("hello", 0..40).await;
    app.until("held back", async || app.is_held("greedy").await).await;
    app.quiet().await;
    assert_eq!(app.held().await, ["greedy"]);
}

#[tokio::test]
async fn three_accounts_with_many_ads_do_not_trip_it() {
    let app = TestApp::spawn_with(RULES, &[]).await;
    let mut last = 0;
    for ad in 0..240 {
        let (who, text) = (format!("bot{}", ad % 3), format!("casino number {ad}"));
        last = app.send(Post::text(APP, GROUP, &who, &text)).await;
    }
    app.quiet().await;
    assert_eq!(app.text(last), "****** number 239");
    assert_eq!(app.held().await, [""; 0]);
}

#[tokio::test]
async fn forged_webhooks_of_many_senders_do_not_trip_it() {
    let app = TestApp::spawn_with(RULES, &[]).await;
    let innocent = app.say("see you at noon").await;
    let told = app.callback(innocent);
    for person in 0..60 {
        let forged = told.replace("see you at noon", &format!("hello from {person}"));
        assert_eq!(app.deliver(&forged.replace("\"lee\"", &format!("\"p{person}\""))).await, 200);
    }
    app.quiet().await;
    assert_eq!(app.held().await, [""; 0]);
    let seq = app.say("hello").await;
    app.quiet().await;
    assert_eq!(app.text(seq), "*****", "the rule acts");
}

#[tokio::test]
async fn a_critical_rule_alarms_and_goes_on() {
    let app = TestApp::spawn_with(RULES, &[]).await;
    let seqs = app.everybody_says("bomb", 0..40).await;
    app.quiet().await;
    assert!(seqs.iter().all(|seq| app.text(*seq).starts_with("**** from")));
    assert_eq!(app.held().await, [""; 0]);
}

#[tokio::test]
async fn a_rule_can_have_limits_of_its_own_and_the_brake_can_be_off() {
    for setting in
        ["BRAKE__RULES__GREEDY__SENDERS", "BRAKE__RULES__GREEDY__ENABLED", "BRAKE__ENABLED"]
    {
        let value = if setting.ends_with("SENDERS") { "500" } else { "false" };
        let app = TestApp::spawn_with(RULES, &[(setting, value)]).await;
        let seqs = app.everybody_says("hello", 0..40).await;
        app.quiet().await;
        assert!(seqs.iter().all(|seq| app.shows(*seq).edits == 1), "{setting}");
    }
}

/// Counts hits of `(sender, text)` one a second; the reason and the number of the hit that tripped.
fn trips(
    counts: &mut Counts,
    from: i64,
    hits: impl Iterator<Item = (u64, u64)>,
    judged: u64,
) -> Option<(Reason, u64)> {
    let limits = BrakeLimits::default();
    (1..).zip(hits).find_map(|(number, hit)| {
        let at = from + number as i64 * 1000;
        Some((counts.note(at, hit, judged + number, &limits)?, number))
    })
}

#[test]
fn five_thousand_ads_of_three_accounts_trip_neither_a_new_rule_nor_an_old_one() {
    for age in [0, 2 * DAY] {
        let ads = (0..5000).map(|ad| (ad % 3, ad));
        assert_eq!(trips(&mut Counts::new(0, 0), age, ads, 0), None);
    }
}

#[test]
fn one_text_repeated_by_a_thousand_accounts_counts_once() {
    assert_eq!(trips(&mut Counts::new(0, 0), 0, (0..1000).map(|who| (who, 7)), 0), None);
}

#[test]
fn a_new_rule_trips_at_thirty_senders_or_at_one_percent() {
    let everybody = || (0..1000).map(|who| (who, who));
    assert_eq!(trips(&mut Counts::new(0, 0), 0, everybody(), 0), Some((Reason::Senders, 30)));
    // Slowly, so that ten minutes never hold thirty: 1 % of 1,200 messages is twelve senders.
    let limits = BrakeLimits::default();
    let mut counts = Counts::new(0, 0);
    let tripped = (1..100u64).find_map(|who| {
        Some((counts.note(who as i64 * 60_000, (who, who), who.max(1) * 100, &limits)?, who))
    });
    assert_eq!(tripped, Some((Reason::Share, 10)));
    let mut counts = Counts::new(0, 0);
    let rare = (1..600u64)
        .find_map(|who| counts.note(who as i64 * 60_000, (who, who), who * 1000, &limits));
    assert_eq!(rare, None, "a tenth of a percent is no reason");
}

#[test]
fn an_old_rule_trips_at_ten_times_what_is_usual() {
    let mut counts = Counts::new(0, 0);
    let limits = BrakeLimits { senders: 10_000, percent: 100, hourly_senders: 100 };
    // Fifty senders an hour for three days.
    for hour in 0..72 {
        for who in 0..50 {
            let at = hour * HOUR + who * 60_000;
            let hit = (hour * 50 + who) as u64;
            assert_eq!(counts.note(at, (hit, hit), 1_000_000, &limits), None, "hour {hour}");
        }
    }
    let surge = (1..2000u64).find_map(|who| {
        let hit = (1 << 32) + who;
        Some((counts.note(73 * HOUR + who as i64 * 1000, (hit, hit), 2_000_000, &limits)?, who))
    });
    let (reason, at) = surge.expect("it trips");
    assert_eq!(reason, Reason::Surge);
    assert!((450..=500).contains(&at), "{at}");
    let quiet = (0..1000).map(|who| (who, who));
    assert_eq!(trips(&mut Counts::new(0, 0), 2 * DAY, quiet, 0), Some((Reason::Surge, 100)));
}

proptest! {
    /// Whatever is sent, a window never counts more than there are senders, or texts.
    #[test]
    fn a_window_counts_senders_and_texts_once(hits in prop::collection::vec((0..40i64, 0..6u64, 0..6u64), 0..200)) {
        let mut window = Window::new(100);
        let mut at = 0;
        let mut recent: Vec<(i64, u64, u64)> = Vec::new();
        for (after, sender, text) in hits {
            at += after;
            if window.note(at, sender, text) {
                recent.push((at, sender, text));
            }
            recent.retain(|(then, _, _)| at - then < 100);
            prop_assert_eq!(window.count(at), recent.len() as u64);
            let distinct = |of: fn(&(i64, u64, u64)) -> u64| {
                recent.iter().map(of).collect::<std::collections::HashSet<_>>().len()
            };
            prop_assert_eq!(distinct(|hit| hit.1), recent.len());
            prop_assert_eq!(distinct(|hit| hit.2), recent.len());
        }
    }

    /// The usual rate lies between the least and the most busy hour.
    #[test]
    fn what_is_usual_lies_between_the_extremes(hours in prop::collection::vec(0..50u32, 1..400)) {
        let mut baseline = Baseline::since(0);
        for (hour, count) in (0..).zip(&hours) {
            for _ in 0..*count {
                baseline.note(hour * HOUR);
            }
            baseline.advance((hour + 1) * HOUR);
        }
        let most = f64::from(*hours.iter().max().unwrap());
        let least = f64::from(*hours.iter().min().unwrap());
        prop_assert!((least - 1e-6..=most + 1e-6).contains(&baseline.senders));
    }
}
