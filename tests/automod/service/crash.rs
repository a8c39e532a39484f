//! The real process, killed or stopped under load at moments that a seed chooses, again and again.
//!
//! The ledger is kept here: what was sent, and what was acknowledged. In the end the groups must show every offence
//! masked by exactly one edit and nothing else touched. `CRASH_ROUNDS` and `CRASH_SEED` make a longer or another run.

use super::harness::{APP, GROUP, RULES, TestApp};
use super::process::Process;
use chat_automod::simulator::{Command, Fault, Post};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// People who talk at the same time.
const TALKERS: u64 = 4;

/// A moment's dice: the same seed, the same throws (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }
}

fn by_hand(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |value| value.parse().expect("a number"))
}

/// What was sent, by number: the text, and what its webhook was answered.
#[derive(Debug, Default)]
struct Ledger(Mutex<Vec<(u64, String, Option<u16>)>>);

impl Ledger {
    fn note(&self, seq: u64, text: String, answer: Option<u16>) -> usize {
        let mut entries = self.0.lock().unwrap();
        entries.push((seq, text, answer));
        entries.len()
    }

    fn entries(&self) -> Vec<(u64, String, Option<u16>)> {
        self.0.lock().unwrap().clone()
    }

    fn acknowledged(&self) -> usize {
        self.0.lock().unwrap().iter().filter(|(_, _, answer)| *answer == Some(200)).count()
    }
}

/// Settings under which a lost webhook is found again soon and no limit of calls makes a round long.
const BRISK: [(&str, &str); 5] = [
    ("CATCH_UP__AFTER", "100ms"),
    ("CATCH_UP__QUIET_EVERY", "300ms"),
    ("CATCH_UP__CALLS_PER_SECOND", "50"),
    ("APPS__MAIN__CALLS_PER_SECOND", "1000"),
    ("BRAKE__ENABLED", "false"),
];

impl TestApp {
    /// Several people talk until `after` more messages are on the ledger; then `end` happens to the process, and they
    /// talk on until each of them has met the silence.
    async fn talk_until(&self, ledger: &Ledger, after: u64, end: impl Fn()) {
        let target = ledger.entries().len() + after as usize;
        let over = AtomicBool::new(false);
        let talker = async |number: u64| {
            for nth in 0.. {
                let clean = nth % 4 == 3;
                let said = if clean { "chess" } else { "casino" };
                let text = format!("{said} {number}.{nth}");
                let sent = self.simulator.send(Post::text(APP, GROUP, "lee", &text)).await;
                let answer = sent.webhook.map(|answer| answer.status);
                if ledger.note(sent.seq, text, answer) >= target
                    && !over.swap(true, Ordering::Relaxed)
                {
                    end();
                }
                if over.load(Ordering::Relaxed) && answer.is_none() {
                    return;
                }
            }
        };
        futures_util::future::join_all((0..TALKERS).map(talker)).await;
    }

    /// Every offence masked by one edit, everything else as it was sent, and the audit sound.
    async fn accounts_for(&self, ledger: &Ledger) {
        let entries = ledger.entries();
        let shows = |text: &str| text.replace("casino", "******");
        self.until("every offence is masked", async || {
            entries.iter().all(|(seq, text, _)| self.text(*seq) == shows(text))
        })
        .await;
        self.quiet().await;
        for (seq, text, answer) in &entries {
            let edits = u32::from(text.starts_with("casino"));
            let shown = self.shows(*seq);
            assert_eq!((shown.text(), shown.edits), (shows(text), edits), "{seq} {answer:?}");
        }
        assert!(self.decisions().await.iter().all(|row| row.outcome != "failed"));
        let verified = self.audit(&["verify"]);
        assert_eq!(verified.code, 0, "{verified:?}");
    }
}

#[tokio::test]
async fn killed_at_random_under_load_it_loses_nothing_and_does_nothing_twice() {
    let app = TestApp::prepare(RULES, &BRISK).await;
    app.simulator.set_calls_per_second(100_000);
    let (rounds, ledger) = (by_hand("CRASH_ROUNDS", 50), Ledger::default());
    let mut dice = Dice(by_hand("CRASH_SEED", 4));
    let mut longest = Duration::ZERO;
    for round in 0..rounds {
        let faults = app.simulator.faults();
        faults.clear();
        match dice.below(6) {
            0 => faults.always(Command::Modify, Fault::AnswerLost),
            1 => faults.always(Command::Modify, Fault::Delay(Duration::from_millis(20))),
            2 => faults.always(Command::History, Fault::Delay(Duration::from_millis(20))),
            3 => faults.always(None, Fault::Status(502)),
            _ => {}
        }
        let began = Instant::now();
        let process = Process::serve(&app);
        app.until_ready(&process).await;
        longest = longest.max(began.elapsed());
        app.talk_until(&ledger, 1 + dice.below(40), || process.signal("KILL")).await;
        assert_eq!(process.ended().0, None, "killed");
        if round % 10 == 9 {
            let verified = app.audit(&["verify"]);
            assert_eq!(verified.code, 0, "round {round}: {verified:?}");
        }
    }
    app.simulator.faults().clear();
    let _process = Process::serve(&app);
    app.accounts_for(&ledger).await;
    let (sent, acknowledged) = (ledger.entries().len(), ledger.acknowledged());
    assert!(acknowledged as u64 >= rounds, "{acknowledged} of {sent} were acknowledged");
    println!(
        "{rounds} kills: {sent} messages, {acknowledged} acknowledged, 0 lost, 0 rewritten twice; \
         ready after at most {longest:?}"
    );
}

#[tokio::test]
async fn stopped_twenty_times_under_load_it_answers_what_it_took() {
    let app = TestApp::prepare(RULES, &BRISK).await;
    app.simulator.set_calls_per_second(100_000);
    let (ledger, mut dice) = (Ledger::default(), Dice(by_hand("CRASH_SEED", 5)));
    for round in 0..20 {
        let process = Process::serve(&app);
        app.talk_until(&ledger, 1 + dice.below(40), || process.signal("TERM")).await;
        let (code, log) = process.ended();
        assert_eq!(code, Some(0), "round {round}: {log}");
        assert!(log.contains("everything accepted is on disk"), "round {round}: {log}");
    }
    let refused = ledger
        .entries()
        .into_iter()
        .find(|(_, _, answer)| answer.is_some_and(|status| status != 200));
    assert_eq!(refused, None, "a webhook was taken and then refused");
    let _process = Process::serve(&app);
    app.accounts_for(&ledger).await;
}
