//! `automod simulator`: the Chat service in miniature, for trying things without an account.

use super::{Context, Exit, output};
use crate::chat::usersig::Claim;
use crate::simulator::{GroupType, SimulatedApp, Simulator};
use anyhow::Context as _;
use secrecy::{ExposeSecret, SecretString};
use std::fmt::Write as _;
use std::io::Write as _;
use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

const GROUP: &str = "g1";
const DAY: u64 = 24 * 60 * 60;

/// Run only the Chat service in miniature
///
/// Serves the REST commands that automod uses (send_group_msg, modify_group_msg, group_msg_get_simple,
/// group_msg_recall, get_role_in_group, get_appid_group_list), checks UserSig and every parameter, and posts
/// signed webhooks. All is kept in memory and gone at the end.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
By hand, in JSON, beside the platform's own commands:
  POST   /simulator/groups     group_id, type?, topics?, roles?
  POST   /simulator/messages   group_id, topic_id?, sender, text or body, custom?, ...
  GET    /simulator/messages?group_id=...&topic_id=...   what the group shows
  POST   /simulator/edits      group_id, topic_id?, seq, editor, text or body, custom?
  POST   /simulator/recalls    group_id, topic_id?, seq, operator
  POST   /simulator/faults     fault, value?, command?, times?
  DELETE /simulator/faults
  GET    /simulator/calls      REST calls by command and code

Faults: code, status, delay_ms, padded (with a value), drop, answer_lost, garbage, html, half_json,
no_error_code, gzip.

Example:
  automod simulator --webhook http://127.0.0.1:8080/webhook --token demo-token")]
pub struct Args {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9500")]
    listen: SocketAddr,
    /// The simulated app
    #[arg(long, value_name = "NUMBER", default_value_t = 1_400_000_000)]
    sdk_app_id: u64,
    /// The account that may call
    #[arg(long, value_name = "ACCOUNT", default_value = "automod")]
    admin: String,
    /// The app's key; one is made for this run when none is given
    #[arg(long, value_name = "KEY")]
    secret_key: Option<SecretString>,
    /// Where webhooks are posted; nowhere when not given
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,
    /// The token webhooks are signed with; unsigned when not given
    #[arg(long, value_name = "TOKEN")]
    token: Option<SecretString>,
}

impl Args {
    pub fn run(self, _context: &Context) -> anyhow::Result<Exit> {
        let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
        runtime.block_on(self.simulate())
    }

    async fn simulate(self) -> anyhow::Result<Exit> {
        let secret_key = match &self.secret_key {
            Some(key) => key.clone(),
            None => {
                let (high, low) = (getrandom::u64()?, getrandom::u64()?);
                SecretString::from(format!("{high:016x}{low:016x}"))
            }
        };
        let app = SimulatedApp {
            sdk_app_id: self.sdk_app_id,
            admin: self.admin.clone(),
            secret_key: secret_key.expose_secret().to_owned(),
            webhook_url: self.webhook.clone(),
            webhook_token: self.token.as_ref().map(|token| token.expose_secret().to_owned()),
        };
        let simulator = Simulator::start(self.listen, vec![app])
            .await
            .with_context(|| format!("cannot listen at {}", self.listen))?;
        simulator.create_group(self.sdk_app_id, GROUP, GroupType::Public);
        output().write_all(self.welcome(&simulator.base_url(), &secret_key)?.as_bytes())?;
        stopped().await?;
        simulator.stop().await;
        Ok(Exit::Fine)
    }

    /// What a developer needs to begin.
    fn welcome(&self, base_url: &str, secret_key: &SecretString) -> anyhow::Result<String> {
        let mut text = String::new();
        let Self { sdk_app_id, admin, .. } = self;
        writeln!(text, "The Chat service in miniature listens at {base_url}")?;
        writeln!(text, "  app {sdk_app_id}, admin {admin}, a public group {GROUP}")?;
        if self.secret_key.is_none() {
            writeln!(text, "  secret key made for this run: {}", secret_key.expose_secret())?;
        }
        match (&self.webhook, &self.token) {
            (Some(url), Some(_)) => writeln!(text, "  webhooks go to {url}, signed")?,
            (Some(url), None) => writeln!(text, "  webhooks go to {url}, unsigned: no --token")?,
            (None, _) => writeln!(text, "  webhooks go nowhere: no --webhook")?,
        }
        let message = format!(r#"{{"group_id":"{GROUP}","sender":"u1","text":"hello"}}"#);
        writeln!(text, "\nSend as a user, then see what the group shows:")?;
        writeln!(text, "  curl {base_url}/simulator/messages -d '{message}'")?;
        writeln!(text, "  curl '{base_url}/simulator/messages?group_id={GROUP}'")?;
        let body = r#"[{"MsgType":"TIMTextElem","MsgContent":{"Text":"***"}}]"#;
        writeln!(
            text,
            "\nRewrite the first by the platform's API (the UserSig is good for a day):"
        )?;
        writeln!(text, "  curl '{}' \\", self.address(base_url, secret_key)?)?;
        writeln!(text, "    -d '{{\"GroupId\":\"{GROUP}\",\"MsgSeq\":1,\"MsgBody\":{body}}}'")?;
        writeln!(text, "\nMore: automod simulator --help. Stop with Ctrl-C.")?;
        Ok(text)
    }

    fn address(&self, base_url: &str, secret_key: &SecretString) -> anyhow::Result<reqwest::Url> {
        let made_at = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let (sdk_app_id, identifier) = (self.sdk_app_id, self.admin.as_str());
        let usersig = Claim { sdk_app_id, identifier, made_at, life: DAY }.sign(secret_key);
        let query = [
            ("sdkappid", sdk_app_id.to_string()),
            ("identifier", identifier.to_owned()),
            ("usersig", usersig.expose_secret().to_owned()),
            ("random", getrandom::u32()?.to_string()),
            ("contenttype", "json".to_owned()),
        ];
        let address = format!("{base_url}/v4/openim/modify_group_msg");
        Ok(reqwest::Url::parse_with_params(&address, query)?)
    }
}

/// Returns when the process is asked to end.
async fn stopped() -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted?,
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await?;
    Ok(())
}
