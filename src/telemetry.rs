//! What the service says of itself: metrics for machines, logs for people.
//!
//! Holds the registry and the log format; nobody's words or names ever enter either. Each service has a registry
//! of its own, so that several run in one process.

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::{
    counter::Counter, family::Family, gauge::Gauge, histogram::Histogram,
};
use prometheus_client::registry::{Registry, Unit};
use std::io::IsTerminal;
use std::time::Duration;
use tracing_subscriber::{EnvFilter, fmt};

/// Sends logs to standard error: lines for people on a terminal, JSON elsewhere. `AUTOMOD_LOG` filters.
pub fn init_logs() {
    init("info,actix_server=warn,sqlx=warn,notify=warn");
}

/// The same for commands whose output is for people: only what is wrong, unless `AUTOMOD_LOG` asks for more.
pub fn init_quiet_logs() {
    init("error");
}

fn init(default: &str) {
    let filter = EnvFilter::try_from_env("AUTOMOD_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let logs = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second call (several services in one test process) changes nothing.
    let _ = match std::io::stderr().is_terminal() {
        true => logs.with_target(false).try_init(),
        false => logs.json().flatten_event(true).try_init(),
    };
}

macro_rules! labels {
    ($($name:ident { $($field:ident),+ })+) => {
        $(#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
        pub struct $name { $(pub $field: String),+ })+
    };
}
labels! {
    ResultLabel { result }
    VerdictLabel { verdict }
    OutcomeLabel { outcome }
    ActionLabel { outcome, class }
    StateLabel { state }
    BrakeLabel { rule, app }
}

const CLEAN: &str = "clean";
const PASS: &str = "pass";

/// The metric that tells when the last webhook came.
pub const LAST_WEBHOOK: &str = "automod_last_webhook_timestamp_seconds";

/// Every metric of one service.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    webhooks: Family<ResultLabel, Counter>,
    /// Those of `webhooks` and `verdicts` that nearly every message counts, so that none is looked up for it.
    clean: Counter,
    passed: Counter,
    last_webhook: Gauge,
    verdicts: Family<VerdictLabel, Counter>,
    decisions: Family<OutcomeLabel, Counter>,
    actions: Family<ActionLabel, Counter>,
    undos: Family<ResultLabel, Counter>,
    scan: Histogram,
    rewrite: Histogram,
    pub pending: Gauge,
    /// Unix seconds.
    pub canary: Gauge,
    gaps: Counter,
    late: Family<ResultLabel, Counter>,
    history_calls: Family<ResultLabel, Counter>,
    reloads: Family<StateLabel, Counter>,
    pub rules_stale: Gauge,
    braked: Family<BrakeLabel, Gauge>,
    api: Family<ResultLabel, Counter>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("automod");
        let webhooks = Family::default();
        registry.register("webhooks", "Webhooks by what became of them", webhooks.clone());
        let clean = webhooks.get_or_create_owned(&ResultLabel { result: CLEAN.into() });
        let last_webhook = Gauge::default();
        registry.register(
            "last_webhook_timestamp_seconds",
            "When the last webhook came, accepted or not",
            last_webhook.clone(),
        );
        let verdicts = Family::default();
        registry.register("verdicts", "Judged messages by verdict", verdicts.clone());
        let passed = verdicts.get_or_create_owned(&VerdictLabel { verdict: PASS.into() });
        let decisions = Family::default();
        registry.register(
            "decisions",
            "New decisions by their first outcome; `impossible` is the share that stays visible",
            decisions.clone(),
        );
        let actions = Family::default();
        registry.register(
            "actions",
            "Steps of actions by outcome and class of error",
            actions.clone(),
        );
        let undos = Family::default();
        registry.register("undos", "Steps of undos by result", undos.clone());
        let scan = Histogram::new([1e-6, 5e-6, 2e-5, 1e-4, 5e-4, 2e-3, 1e-2]);
        registry.register_with_unit("scan", "Time to judge a message", Unit::Seconds, scan.clone());
        let rewrite = Histogram::new([0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 600.0]);
        registry.register_with_unit(
            "time_to_rewrite",
            "From the decision to the accepted rewrite",
            Unit::Seconds,
            rewrite.clone(),
        );
        let pending = Gauge::default();
        registry.register("pending", "Actions that wait to be done", pending.clone());
        let canary = Gauge::default();
        registry.register(
            "canary_timestamp_seconds",
            "When the canary phrase was last rewritten; 0 for never",
            canary.clone(),
        );
        let gaps = Counter::default();
        registry.register(
            "gaps",
            "Runs of messages that no webhook told of, found in history",
            gaps.clone(),
        );
        let late = Family::default();
        registry.register(
            "late_messages",
            "Messages found in history that no webhook told of, by what became of them",
            late.clone(),
        );
        let history_calls = Family::default();
        registry.register(
            "catch_up_calls",
            "Calls of the platform's history for catching up, by result",
            history_calls.clone(),
        );
        let reloads = Family::default();
        registry.register("rules_reloads", "Reloads of the rules by result", reloads.clone());
        let rules_stale = Gauge::default();
        registry.register(
            "rules_stale",
            "1 while the rules folder is broken and an earlier set is live",
            rules_stale.clone(),
        );
        let braked = Family::default();
        registry.register("brake_tripped", "1 while the brake holds a rule back", braked.clone());
        let api = Family::default();
        registry.register("api_requests", "Requests of the API by result", api.clone());
        Self {
            registry,
            webhooks,
            clean,
            passed,
            last_webhook,
            verdicts,
            decisions,
            actions,
            undos,
            scan,
            rewrite,
            pending,
            canary,
            gaps,
            late,
            history_calls,
            reloads,
            rules_stale,
            braked,
            api,
        }
    }
}

impl Metrics {
    pub fn webhook(&self, result: &str) {
        match result {
            CLEAN => self.clean.inc(),
            result => self.webhooks.get_or_create(&ResultLabel { result: result.into() }).inc(),
        };
        self.last_webhook.set(jiff::Timestamp::now().as_second());
    }

    /// Webhooks that ended this way, since the start.
    pub fn webhooks(&self, result: &str) -> u64 {
        self.webhooks.get_or_create(&ResultLabel { result: result.into() }).get()
    }

    pub fn judged(&self, verdict: &str, took: Duration) {
        match verdict {
            PASS => self.passed.inc(),
            verdict => self.verdicts.get_or_create(&VerdictLabel { verdict: verdict.into() }).inc(),
        };
        self.scan.observe(took.as_secs_f64());
    }

    /// A decision was made, with this outcome to begin with.
    pub fn decided(&self, outcome: &str) {
        self.decisions.get_or_create(&OutcomeLabel { outcome: outcome.into() }).inc();
    }

    /// A step of an action; `class` is the class of the platform's error, or `none`.
    pub fn action(&self, outcome: &str, class: &str) {
        let label = ActionLabel { outcome: outcome.into(), class: class.into() };
        self.actions.get_or_create(&label).inc();
    }

    /// A step of an undo.
    pub fn undone(&self, result: &str) {
        self.undos.get_or_create(&ResultLabel { result: result.into() }).inc();
    }

    pub fn rewritten(&self, after: Duration) {
        self.rewrite.observe(after.as_secs_f64());
    }

    /// Runs of messages that no webhook told of were found.
    pub fn gaps(&self, found: u64) {
        self.gaps.inc_by(found);
    }

    /// A message was judged that no webhook told of.
    pub fn late(&self, result: &str) {
        self.late.get_or_create(&ResultLabel { result: result.into() }).inc();
    }

    /// A call for catching up ended: `ok`, or the class of the error.
    pub fn history_call(&self, result: &str) {
        self.history_calls.get_or_create(&ResultLabel { result: result.into() }).inc();
    }

    pub fn reloaded(&self, state: &str) {
        self.reloads.get_or_create(&StateLabel { state: state.into() }).inc();
        self.rules_stale.set(i64::from(state != "loaded"));
    }

    /// A request of the API was answered: `ok`, or the code of its problem.
    pub fn api(&self, result: &str) {
        self.api.get_or_create(&ResultLabel { result: result.into() }).inc();
    }

    /// Whether the brake holds a rule back in an app.
    pub fn braked(&self, rule: &str, app: &str, held: bool) {
        let label = BrakeLabel { rule: rule.into(), app: app.into() };
        self.braked.get_or_create(&label).set(i64::from(held));
    }

    /// Everything in the text format of OpenMetrics.
    pub fn encode(&self) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = text::encode(&mut out, &self.registry);
        out
    }
}
