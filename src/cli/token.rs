//! `automod token`: who may use the API. Works by the database, beside the service.

use super::audit::time;
use super::output::{output, say};
use super::shape::{Format, chosen, table};
use super::{Context, Exit, WrongUsage};
use crate::acts::token::{Made, NoToken, Wanted, make, moment, shown};
use crate::store::Role;
use secrecy::ExposeSecret;
use std::io::Write;

/// Make, list and revoke the tokens of the API
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  automod token create --role auditor --name kim --expires 90d\n  \
                  automod token list\n  automod token revoke 0199f0c2-7b1e-7c3a-9b7e-0d0f5a1f2b3c"
)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Create(Create),
    /// All tokens, without what they open
    List {
        /// Default: a table on a terminal, else ndjson
        #[arg(long)]
        format: Option<Format>,
    },
    /// End a token for good, from the next request on
    Revoke {
        /// As `automod token list` shows it
        id: String,
        /// Who decided so; it is kept in the audit
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
}

/// Make a token and print it, once
#[derive(Debug, clap::Args)]
struct Create {
    /// moderator, auditor or admin; docs/api.md says what each may
    #[arg(long, value_parser = role)]
    role: Role,
    /// Who will use it; the audit names it beside whatever is done with it
    #[arg(long)]
    name: String,
    /// Only for this app, by its name in the settings or its SDKAppID [default: all]
    #[arg(long)]
    app: Option<String>,
    /// 2027-01-31, 2027-01-31T10:00:00Z, or from now on such as 12h or 90d [default: never]
    #[arg(long, value_parser = end)]
    expires: Option<i64>,
    /// Who decided so; it is kept in the audit
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

impl Args {
    pub fn run(self, context: &Context) -> anyhow::Result<Exit> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        match self.command {
            Command::Create(create) => {
                let wanted = create.wanted(context)?;
                runtime.block_on(create_token(context, wanted))
            }
            Command::List { format } => runtime.block_on(list(context, format)),
            Command::Revoke { id, by } => runtime.block_on(revoke(context, &id, by)),
        }
    }
}

impl Create {
    /// An SDKAppID needs no settings; only a name does.
    fn wanted(self, context: &Context) -> anyhow::Result<Wanted> {
        let app = |app: String| match app.parse() {
            Ok(sdk_app_id) => Ok(sdk_app_id),
            Err(_) => match context.settings()?.apps.get(&app) {
                Some(app) => Ok(app.sdk_app_id),
                None => Err(anyhow::Error::from(WrongUsage(format!("no app is called {app}")))),
            },
        };
        let sdk_app_id = self.app.map(app).transpose()?;
        let (name, role, expires_at, by) = (self.name, self.role, self.expires, self.by);
        Ok(Wanted { name, role, sdk_app_id, expires_at, by })
    }
}

async fn create_token(context: &Context, wanted: Wanted) -> anyhow::Result<Exit> {
    let (store, writer) = context.store().await?;
    let made = make(&store, wanted).await;
    store.close().await;
    writer.finished().await;
    match made {
        Ok(Made { id, text }) => {
            writeln!(output(), "{}", text.expose_secret())?;
            say(&format!("token {id}; keep the line above, it is not shown again"));
            Ok(Exit::Fine)
        }
        Err(NoToken::Store(error)) => Err(error.into()),
        Err(why @ (NoToken::Name | NoToken::Expired)) => Err(WrongUsage(why.to_string()).into()),
        Err(why) => {
            say(&format!("error: {why}"));
            Ok(Exit::Failed)
        }
    }
}

async fn list(context: &Context, format: Option<Format>) -> anyhow::Result<Exit> {
    let tokens = context.reader().await?.tokens().await?;
    let now = jiff::Timestamp::now().as_millisecond();
    let mut out = output();
    if chosen(format) == Format::Ndjson {
        for token in &tokens {
            writeln!(out, "{}", shown(token, now))?;
        }
        return Ok(Exit::Fine);
    }
    let mut table =
        table(["id", "name", "role", "app", "state", "created", "expires", "last used"]);
    for token in &tokens {
        let at = |time: Option<i64>| time.map_or_else(|| "-".to_owned(), moment);
        let app = token.sdk_app_id.map_or_else(|| "all".to_owned(), |id| id.to_string());
        table.add_row([
            token.id.clone(),
            token.name.clone(),
            token.role.as_str().to_owned(),
            app,
            token.state(now).to_owned(),
            moment(token.created_at),
            at(token.expires_at),
            at(token.last_used_at),
        ]);
    }
    writeln!(out, "{table}")?;
    Ok(Exit::Fine)
}

async fn revoke(context: &Context, id: &str, by: Option<String>) -> anyhow::Result<Exit> {
    let (store, writer) = context.store().await?;
    let revoked = store.revoke_token(id, by).await;
    store.close().await;
    writer.finished().await;
    match revoked? {
        true => say("revoked; the next request with it is refused"),
        false => {
            say(&format!(
                "error: no token of the id {id} is in use; `automod token list` shows the ids"
            ));
            return Ok(Exit::Failed);
        }
    }
    Ok(Exit::Fine)
}

fn role(word: &str) -> Result<Role, String> {
    let known = || Role::ALL.map(Role::as_str).join(", ");
    Role::parse(word).ok_or_else(|| format!("one of {}", known()))
}

/// A moment to come: a date, a time, or how long from now on.
fn end(text: &str) -> Result<i64, String> {
    let now = jiff::Timestamp::now().as_millisecond();
    // An age counts backwards from now; the same word counts forwards here.
    let is_age = text.ends_with(['s', 'm', 'h', 'd']);
    time(text).map(|at| if is_age { 2 * now - at } else { at })
}
