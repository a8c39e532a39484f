//! `automod demo`: the whole path on this machine, against the simulated platform.

mod stage;
mod tour;

use super::serve::cancel_on_signal;
use super::{Context, Exit, output, say};
use crate::telemetry;
use comfy_table::{ContentArrangement, Table, presets};
use stage::Stage;
use std::io::Write;

/// Show the whole path on this machine, against a simulated Chat service
///
/// Needs no account, no configuration and no network: service and platform talk over loopback, the database
/// is a file in a temporary folder. Stays up afterwards, so that you can send messages yourself.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  automod demo --once")]
pub struct Args {
    /// End after the tour; exit code 1 if anything was not as it must be
    #[arg(long)]
    once: bool,
}

/// Columns of the table where no terminal tells.
const WIDTH: u16 = 120;

impl Args {
    pub fn run(self, _context: &Context) -> anyhow::Result<Exit> {
        telemetry::init_quiet_logs();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(self.show())
    }

    async fn show(self) -> anyhow::Result<Exit> {
        let stage = Stage::set().await?;
        let rows = tour::run(&stage).await?;
        let right = rows.iter().filter(|row| row.is_right()).count();
        print(&rows)?;
        writeln!(output(), "{right} of {} as they must be", rows.len())?;
        if !self.once {
            invite(&stage);
            let stop = stage.stopped();
            tokio::spawn(cancel_on_signal(stop.clone()));
            stop.cancelled().await;
        }
        stage.strike().await?;
        Ok(if right == rows.len() { Exit::Fine } else { Exit::Failed })
    }
}

fn print(rows: &[tour::Row]) -> anyhow::Result<()> {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    if table.width().is_none() {
        table.set_width(WIDTH);
    }
    table.set_header(["", "what", "was sent", "the group shows"]);
    for row in rows {
        let mark = if row.is_right() { "✓" } else { "✗" };
        let after = match row.is_right() {
            true => row.after.clone(),
            false => format!("{}\nbut must show\n{}", row.after, row.wanted),
        };
        table.add_row([mark, row.title, &row.before, &after]);
    }
    writeln!(output(), "{table}")?;
    Ok(())
}

/// What to try while it is up.
fn invite(stage: &Stage) {
    let (simulator, group) = (stage.simulator.base_url(), "@TGS%231DEMO");
    say(&format!(
        "\nThe service and the simulated platform stay up until Ctrl-C. Try:\n\
         \x20 send a message    curl -sX POST '{simulator}/simulator/messages' -d '{{\"group_id\":\"@TGS#1DEMO\",\"sender\":\"me\",\"text\":\"my own casino\"}}'\n\
         \x20 see the group     curl -s '{simulator}/simulator/messages?group_id={group}'\n\
         \x20 read the audit    AUTOMOD_STORE__URL='{}' automod audit list --format table\n\
         \x20 see the metrics   curl -s {}\n\
         \x20 webhooks go to    {}",
        stage.store_url, stage.metrics_url, stage.webhook_url
    ));
}
