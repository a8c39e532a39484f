//! `[apps.<name>]`: one application of the platform, named by its SDKAppID.

use super::catch_up::PollGroup;
use super::reader::Section;
use super::value::{Setting, Wrong};
use crate::chat;
use config::ValueKind;
use secrecy::SecretString;

/// One application of the platform.
#[derive(Debug, Clone)]
pub struct AppSettings {
    pub sdk_app_id: u64,
    /// The admin account that signs REST calls; messages it sends itself are not judged.
    pub admin: String,
    pub secret_key: SecretString,
    /// What the platform signs webhooks with; `None` only with `allow_unsigned_webhooks`.
    pub webhook_token: Option<SecretString>,
    /// Accepted beside the token while it is being changed.
    pub webhook_token_previous: Option<SecretString>,
    pub allow_unsigned_webhooks: bool,
    /// Names the platform's domain; may be absent when there is a `base_url`.
    pub region: Option<String>,
    /// `scheme://host[:port]` in place of the region's domain.
    pub base_url: Option<String>,
    /// REST calls a second; the platform allows 200 unless its console says otherwise (EN-34381).
    pub calls_per_second: u32,
    /// Read the message again before rewriting it, and act on what is there.
    pub verify_before_rewrite: bool,
    pub enforcement: Enforcement,
    pub on_impossible: OnImpossible,
    /// Groups that are moderated by history alone.
    pub poll_groups: Vec<PollGroup>,
}

/// What to do about an offence in a room whose messages cannot be rewritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnImpossible {
    /// Log it; the offence stays visible.
    Log,
    /// Recall the message, which recent SDKs honour in live groups (EN-34965). It cannot be read again first.
    Recall,
}

/// Whether anything is done about what rules find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enforcement {
    /// Rules in `mode: enforce` act.
    On,
    /// Everything is judged and logged, nothing is rewritten.
    Shadow,
}

impl AppSettings {
    pub(super) fn read(name: &str, section: &mut Section<'_>) -> Option<Self> {
        if !is_name(name) {
            let fix = "use lower-case letters, digits, - and single _ inside";
            section.fault("sdk_app_id", "stands under a name no app can have", fix);
        }
        let fix = "give the SDKAppID that the platform's console shows";
        let sdk_app_id = section.required("sdk_app_id", fix);
        if sdk_app_id == Some(0) {
            section.fault("sdk_app_id", "out of range", fix);
        }
        let admin = section.required("admin", "give an admin account made for this service");
        let secret_key = section.secret("secret_key");
        if secret_key.is_none() {
            let fix = "set it, or secret_key_file, to the app's secret key from the console";
            section.missing("secret_key", fix);
        }
        let webhook_token = section.secret("webhook_token");
        let webhook_token_previous = section.secret("webhook_token_previous");
        let allow_unsigned_webhooks = section.or("allow_unsigned_webhooks", false);
        if webhook_token.is_none() && !allow_unsigned_webhooks {
            let fix = "set it, or webhook_token_file, to the token of the console's webhook page; \
                       without a token anybody can post (allow_unsigned_webhooks = true)";
            section.missing("webhook_token", fix);
        }
        if webhook_token.is_none() && webhook_token_previous.is_some() {
            let fix = "set webhook_token too, or leave this out";
            section.fault("webhook_token_previous", "stands without webhook_token", fix);
        }
        let has_url = section.has("base_url");
        let region: Option<Region> = section.optional("region");
        let base_url: Option<BaseUrl> = section.optional("base_url");
        if region.is_none() && !has_url {
            let fix = format!("set one of {}; or base_url", chat::regions().join(", "));
            section.missing("region", &fix);
        }
        let calls_per_second = section.within("calls_per_second", 150, 1..=100_000);
        let verify_before_rewrite = section.or("verify_before_rewrite", true);
        let enforcement = section.or("enforcement", Enforcement::On);
        let on_impossible = section.or("on_impossible", OnImpossible::Log);
        let poll_groups = PollGroup::read(section);
        Some(Self {
            sdk_app_id: sdk_app_id?,
            admin: admin?,
            secret_key: secret_key?,
            webhook_token,
            webhook_token_previous,
            allow_unsigned_webhooks,
            region: region.map(|region| region.0),
            base_url: base_url.map(|url| url.0),
            calls_per_second,
            verify_before_rewrite,
            enforcement,
            poll_groups,
            on_impossible,
        })
    }

    /// What is allowed but ought to be known, each as one line.
    pub(super) fn warnings(&self, name: &str) -> Vec<String> {
        let unsigned = self.webhook_token.is_none();
        let plain = self.base_url.as_deref().is_some_and(is_plain_and_far);
        let all = [
            (
                unsigned,
                "webhooks are accepted WITHOUT a signature (allow_unsigned_webhooks): whoever reaches the address can post in the platform's name",
            ),
            (
                self.allow_unsigned_webhooks && !unsigned,
                "allow_unsigned_webhooks has no effect, because webhook_token is set: unsigned webhooks are refused",
            ),
            (
                self.admin == "administrator",
                "admin is `administrator`, which the app's own back end usually uses too: what that back end sends in its own name is not moderated; make an admin account for this service alone",
            ),
            (
                self.calls_per_second > 200,
                "calls_per_second is above the platform's usual 200: refusals follow unless its console allows more",
            ),
            (
                self.on_impossible == OnImpossible::Recall,
                "on_impossible is recall: live groups keep no history, so a webhook with a forged body can have innocent messages recalled there",
            ),
            (
                !self.verify_before_rewrite,
                "verify_before_rewrite is off: a webhook with a forged body can have innocent messages rewritten",
            ),
            (
                plain,
                "base_url is plain http to another machine: the UserSig can be read on the way",
            ),
        ];
        let told = all.into_iter().filter(|(applies, _)| *applies);
        told.map(|(_, line)| format!("apps.{name}: {line}")).collect()
    }
}

/// What can be part of an environment variable's name and be told from its separators.
fn is_name(name: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    name.bytes().all(fits)
        && !name.contains("__")
        && !name.starts_with('_')
        && !name.ends_with('_')
        && !name.is_empty()
}

fn is_plain_and_far(url: &str) -> bool {
    let Some(host) = url.strip_prefix("http://") else { return false };
    let near = ["127.0.0.1", "localhost", "[::1]"];
    !near.iter().any(|near| host == *near || host.starts_with(&format!("{near}:")))
}

impl Setting for Enforcement {
    const EXPECTED: &'static str = "write \"on\" or \"shadow\"";
    fn parse(kind: &ValueKind) -> Result<Self, Wrong> {
        match String::parse(kind)?.as_str() {
            "on" => Ok(Self::On),
            "shadow" => Ok(Self::Shadow),
            _ => Err(Wrong::Value),
        }
    }
    fn show(&self) -> String {
        match self {
            Self::On => r#""on""#.into(),
            Self::Shadow => r#""shadow""#.into(),
        }
    }
}

impl Setting for OnImpossible {
    const EXPECTED: &'static str = "write \"log\" or \"recall\"";
    fn parse(kind: &ValueKind) -> Result<Self, Wrong> {
        match String::parse(kind)?.as_str() {
            "log" => Ok(Self::Log),
            "recall" => Ok(Self::Recall),
            _ => Err(Wrong::Value),
        }
    }
    fn show(&self) -> String {
        match self {
            Self::Log => r#""log""#.into(),
            Self::Recall => r#""recall""#.into(),
        }
    }
}

struct Region(String);

impl Setting for Region {
    const EXPECTED: &'static str =
        "write one of china, frankfurt, jakarta, mumbai, seoul, silicon-valley, singapore, tokyo";
    fn parse(kind: &ValueKind) -> Result<Self, Wrong> {
        let region = String::parse(kind)?;
        chat::domain(&region).is_some().then_some(Self(region)).ok_or(Wrong::Value)
    }
    fn show(&self) -> String {
        self.0.show()
    }
}

struct BaseUrl(String);

impl Setting for BaseUrl {
    const EXPECTED: &'static str =
        "write scheme, host and port only, such as \"https://adminapisgp.im.qcloud.com\"";
    fn parse(kind: &ValueKind) -> Result<Self, Wrong> {
        let url = reqwest::Url::parse(&String::parse(kind)?).map_err(|_| Wrong::Value)?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let nobody = url.username().is_empty() && url.password().is_none();
        match matches!(url.scheme(), "http" | "https") && url.has_host() && bare && nobody {
            true => Ok(Self(url.origin().ascii_serialization())),
            false => Err(Wrong::Value),
        }
    }
    fn show(&self) -> String {
        self.0.show()
    }
}
