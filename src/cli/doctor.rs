//! `automod doctor`: what an operator gets wrong, checked from outside the service.

use super::{Context, Exit, output};
use crate::app::client;
use crate::engine;
use crate::rulebook::read_folder;
use crate::settings::{AppSettings, Settings};
use crate::store::{Store, StoreError, database_file};
use crate::telemetry::LAST_WEBHOOK;
use crate::tls;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// A clock that is further off is not yet refused, but will be.
const SKEW_WARNS: u64 = 10;
/// Below this the database soon takes no writes.
const LITTLE_SPACE: u64 = 1 << 30;

/// Check what usually goes wrong
///
/// That is configuration, credentials, region, clock, rules, disk and webhooks. Makes one harmless call an app to the platform (a list of one group), and asks the running service
/// for its metrics. Changes nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  automod doctor --config automod.toml")]
pub struct Args {}

/// How one thing is.
enum Finding {
    Fine(String),
    /// Works, but should be known.
    Note(String),
    /// Does not work: what, and how to mend it.
    Wrong(String, &'static str),
}
use Finding::{Fine, Note, Wrong};

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let settings = context.settings()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let findings = runtime.block_on(examine(&settings));
        let mut out = output();
        for finding in &findings {
            match finding {
                Fine(what) => writeln!(out, "ok    {what}")?,
                Note(what) => writeln!(out, "note  {what}")?,
                Wrong(what, mend) => writeln!(out, "FAIL  {what}\n      → {mend}")?,
            }
        }
        let wrong = findings.iter().any(|finding| matches!(finding, Wrong(..)));
        Ok(if wrong { Exit::Failed } else { Exit::Fine })
    }
}

async fn examine(settings: &Settings) -> Vec<Finding> {
    let mut findings = vec![Fine(format!("configuration: {} app(s)", settings.apps.len()))];
    findings.extend(settings.warnings().into_iter().map(Note));
    findings.push(rules(&settings.rules.dir));
    findings.extend(database(settings).await);
    for (name, app) in &settings.apps {
        findings.extend(platform(name, app, settings).await);
    }
    findings.extend(service(settings).await);
    findings
}

fn rules(dir: &Path) -> Finding {
    let mend = "run `automod rules check`: it shows every fault with its place and its mend";
    let sources = match read_folder(dir) {
        Ok(sources) => sources,
        Err(error) => {
            let mend = "point rules.dir at a folder of rule files that this user may read";
            return Wrong(format!("rules: {} cannot be read: {error}", dir.display()), mend);
        }
    };
    match engine::compile(&sources) {
        Ok(compiled) => match compiled.ruleset.rules().count() {
            0 => Wrong(format!("rules: {} holds no rule", dir.display()), mend),
            rules => Fine(format!("rules: {rules}, all their tests pass")),
        },
        Err(faults) => Wrong(format!("rules: {} fault(s)", faults.len()), mend),
    }
}

async fn database(settings: &Settings) -> Vec<Finding> {
    let path = settings.store.url.trim_start_matches("sqlite://");
    let folder = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let mut findings = Vec::new();
    let key = database_file(&settings.store.url);
    let key = key.ok().and_then(|database| settings.audit.encryption_key(&database));
    match Store::open_to_read_with(&settings.store.url, key.as_deref()).await {
        Ok(reader) => match (reader.backlog().await, reader.last_decision_at().await) {
            (Ok((pending, _)), Ok(last)) => {
                let last = last.map_or_else(|| "none yet".to_owned(), ago);
                findings.push(Fine(format!("database: {pending} pending, last decision: {last}")));
                findings.push(match key.filter(|_| reader.is_sealed()) {
                    Some(key) => Fine(format!(
                        "encryption: the texts' key is {}; without it a backup cannot be read",
                        key.display()
                    )),
                    None => Note("encryption: texts are stored as they are".into()),
                });
            }
            (Err(error), _) | (_, Err(error)) => findings.push(broken(&error)),
        },
        Err(StoreError::Absent(_)) => {
            findings.push(Note("database: not there yet; the service creates it".into()));
        }
        Err(error) => findings.push(broken(&error)),
    }
    match rustix::fs::statvfs(folder) {
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let what = format!("disk: {} MiB free", free >> 20);
            findings.push(match free < LITTLE_SPACE {
                true => {
                    Wrong(what, "a full disk means that no offender is acknowledged: make room")
                }
                false => Fine(what),
            });
        }
        Err(error) => findings.push(Wrong(
            format!("disk: {} cannot be looked at: {error}", folder.display()),
            "create the folder of store.url, writable for the user that runs the service",
        )),
    }
    findings
}

fn broken(error: &StoreError) -> Finding {
    Wrong(format!("database: {error}"), "check store.url, its permissions, and that it is ours")
}

/// Key, admin account, region and clock, by one call that changes nothing.
async fn platform(name: &str, app: &AppSettings, settings: &Settings) -> Vec<Finding> {
    let probe = match client(app, settings) {
        Ok(client) => client.probe().await,
        Err(error) => {
            return vec![Wrong(format!("apps.{name}: {error}"), "check region and base_url")];
        }
    };
    let probe = match probe {
        Ok(probe) => probe,
        Err(error) => {
            let mend =
                "the platform is not reached: check the network, a proxy, region or base_url";
            return vec![Wrong(format!("apps.{name}: {error}"), mend)];
        }
    };
    let mut findings = vec![match &probe.refusal {
        None => Fine(format!("apps.{name}: the platform accepts our UserSig, admin and region")),
        Some(error) => Wrong(format!("apps.{name}: {error}"), mend_for(error.code())),
    }];
    if let Some(skew) = probe.skew() {
        let off = skew.unsigned_abs();
        let what = format!("apps.{name}: the platform's clock is {skew} s ahead of ours");
        let max_age = settings.webhook.max_age.as_secs();
        findings.push(match off {
            off if off >= max_age => {
                Wrong(what, "every webhook is refused as stale: set the clock (NTP)")
            }
            off if off >= SKEW_WARNS => Note(what),
            _ => Fine(what),
        });
    }
    findings
}

/// What the codes of a refused call usually come from (EN-34348).
fn mend_for(code: Option<i64>) -> &'static str {
    match code {
        Some(70009 | 70003 | 70005 | 70002) => "secret_key is not this app's key",
        Some(70013) => "the UserSig was made for another account: check admin",
        Some(70014 | 70020 | 60006 | 60020) => "sdk_app_id and secret_key are of different apps",
        Some(60026) => "the app lives in another region: check region",
        Some(60010 | 90009) => {
            "admin is not an administrator of the app: make it one in the console"
        }
        Some(60021) => "the console allows calls only from certain addresses: add ours",
        Some(70001 | 20002) => "our clock is off: set it (NTP)",
        Some(70050) => "too many bad signatures: mend the key, then wait a minute",
        Some(60028) => "the trial edition's calls of today are used up",
        _ => "look the code up in the platform's error codes (EN-34348)",
    }
}

/// What the running service has seen.
async fn service(settings: &Settings) -> Vec<Finding> {
    let mut address = settings.server.metrics_listen;
    if address.ip().is_unspecified() {
        address.set_ip([127, 0, 0, 1].into());
    }
    let metrics = async {
        let plain =
            reqwest::Client::builder().tls_backend_preconfigured(tls::trusting_nobody().ok()?);
        let client = plain.timeout(Duration::from_secs(3)).no_proxy().build().ok()?;
        client.get(format!("http://{address}/metrics")).send().await.ok()?.text().await.ok()
    };
    let Some(metrics) = metrics.await else {
        return vec![Note(format!("service: not running (no metrics at {address})"))];
    };
    let mut findings = Vec::new();
    let last = value(&metrics, LAST_WEBHOOK, "").filter(|last| *last > 0);
    findings.push(match last {
        Some(last) => Fine(format!("webhooks: the last one came {}", ago(last * 1000))),
        None => Wrong(
            "webhooks: none since the service started".into(),
            "in the platform's console set the callback URL, switch on the callbacks, and open port 443",
        ),
    });
    for (result, mend) in REFUSALS {
        let counted =
            value(&metrics, "automod_webhooks_total", &format!("{{result=\"{result}\"}}"));
        if let Some(count) = counted.filter(|count| *count > 0) {
            findings.push(Wrong(format!("webhooks: {count} refused as {result}"), mend));
        }
    }
    findings
}

const REFUSALS: [(&str, &str); 6] = [
    ("bad_sign", "webhook_token differs from the token in the console"),
    ("unsigned", "switch on authentication in the console's webhook settings, with our token"),
    ("stale", "our clock is off, or webhooks are replayed"),
    ("unknown_app", "another app posts here: check sdk_app_id and the callback URL"),
    ("unavailable", "the database did not take decisions in time: see the log, check the disk"),
    ("too_slow", "bodies arrive too slowly: check the reverse proxy"),
];

/// The value of a sample in the text format.
fn value(metrics: &str, name: &str, labels: &str) -> Option<i64> {
    let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(labels));
    line?.trim().parse().ok()
}

fn ago(ms: i64) -> String {
    let seconds = (jiff::Timestamp::now().as_millisecond() - ms).max(0) / 1000;
    match seconds {
        0..120 => format!("{seconds} s ago"),
        120..7200 => format!("{} min ago", seconds / 60),
        7200..172_800 => format!("{} h ago", seconds / 3600),
        _ => format!("{} days ago", seconds / 86_400),
    }
}
