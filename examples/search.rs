//! How long a search takes among many decisions: `cargo run --release --example search [DECISIONS] [FOLDER]`.
//!
//! Fills a database of its own (10 million decisions take about 15 GB below FOLDER, default: the system's temporary
//! one, and it is removed at the end), then times the first page of every single filter, of some combinations, and a
//! page in the middle: once with the file out of the system's cache, then the median of ten. Nothing is asserted:
//! compare the figures with those in docs/audit.md.

use anyhow::{Context, Result};
use chat_automod::store::{Filter, Opening, Page, Reader, Store};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const TABLES: [&str; 3] = ["decisions", "decision_rules", "texts"];
/// Decisions of one statement.
const AT_ONCE: u64 = 100_000;
const PAGE: usize = 100;
/// As the API limits a query.
const WITHIN: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let decisions = arguments.next().map_or(Ok(10_000_000), |text| text.parse())?;
    let folder = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = folder.join(format!("automod-search-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let done = measure(decisions, &folder.join("automod.db")).await;
    std::fs::remove_dir_all(&folder)?;
    done
}

async fn measure(decisions: u64, file: &Path) -> Result<()> {
    let url = format!("sqlite://{}", file.display());
    // Without a key, so that a sender can be written by a statement.
    let (store, writer) = Store::open_as(&url, &Opening::default()).await?;
    store.close().await;
    writer.finished().await;
    fill(decisions, file).await?;
    let reader = Store::open_to_read(&url).await?;
    println!("{:<44} {:>5} {:>10} {:>10}", "first page of 100", "rows", "cold ms", "warm ms");
    for (name, filter) in filters(&reader, decisions).await? {
        time(name, &reader, &filter, file).await?;
    }
    Ok(())
}

/// Rows by numbers: each value comes and goes with another rhythm, some of them once in a million.
async fn fill(decisions: u64, file: &Path) -> Result<()> {
    let options = SqliteConnectOptions::new().filename(file).foreign_keys(false);
    let options = options.pragma("journal_mode", "WAL").pragma("synchronous", "OFF");
    let mut connection = options.pragma("cache_size", "-1000000").connect().await?;
    let indexes: Vec<(String, String)> = sqlx::query_as(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL \
         AND tbl_name IN ('decisions', 'decision_rules', 'texts')",
    )
    .fetch_all(&mut connection)
    .await?;
    for (name, _) in &indexes {
        run(&mut connection, format!("DROP INDEX {name}")).await?;
    }
    let begun = Instant::now();
    for from in (0..decisions).step_by(AT_ONCE as usize) {
        let upto = decisions.min(from + AT_ONCE);
        for statement in rows(from, upto, decisions) {
            run(&mut connection, statement).await?;
        }
        eprint!("\r{upto} of {decisions} decisions");
    }
    eprintln!(" after {:.0?}", begun.elapsed());
    for (name, sql) in indexes {
        let begun = Instant::now();
        run(&mut connection, sql).await?;
        eprintln!("{name} after {:.0?}", begun.elapsed());
    }
    connection.close().await?;
    std::fs::File::open(file)?.sync_all()?;
    let bytes = std::fs::metadata(file)?.len();
    println!("{decisions} decisions, {:.1} GB, {} tables", bytes as f64 / 1e9, TABLES.len());
    Ok(())
}

async fn run(connection: &mut SqliteConnection, statement: String) -> Result<()> {
    let done = sqlx::query(AssertSqlSafe(statement.clone())).execute(connection).await;
    done.map(drop).with_context(|| statement.chars().take(200).collect::<String>())
}

/// Statements that add the decisions `from` up to `upto`, spread over 800 days.
fn rows(from: u64, upto: u64, decisions: u64) -> [String; 3] {
    let numbers = format!(
        "WITH RECURSIVE n (i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {upto}), \
         d (i, at) AS (SELECT i, 1720000000000 + i * {} FROM n), \
         k (i, at, id) AS (SELECT i, at, printf('%08x-%04x-7000-8000-%012x', at >> 16, at & 65535, i) FROM d) ",
        800 * 86_400_000 / decisions.max(1)
    );
    let every = |rhythm: u64, rare: &str, usual: &str| {
        format!("iif(i % {rhythm} = {}, {rare}, {usual})", rhythm / 2)
    };
    let columns = [
        ("id", "id".to_owned()),
        ("created_at", "at".into()),
        ("app", every(1_000_000, "'rare'", "iif(i % 5 = 0, 'second', 'main')")),
        ("sdk_app_id", every(1_000_000, "1400000003", "iif(i % 5 = 0, 1400000002, 1400000001)")),
        ("group_id", "'@TGS#' || (i * 7919 % 20000)".into()),
        ("topic_id", "iif(i % 50 = 0, '@TOPIC#_' || (i / 50 % 1000), '')".into()),
        ("msg_seq", "i".into()),
        ("revision", "0".into()),
        ("sent_at", "at".into()),
        ("digest", "hex(i * 7919)".into()),
        ("body_digest", "hex(i * 7919)".into()),
        ("mentions", "0".into()),
        ("reread", "1".into()),
        ("verdict", "'rewrite'".into()),
        ("severity", every(10_000, "3", "i % 3")),
        ("keep_original", "'yes'".into()),
        ("review", "0".into()),
        ("hits", "'[]'".into()),
        ("tags", "'[]'".into()),
        ("source", "'webhook'".into()),
        ("ruleset", "printf('%08x', i / 50000) || substr('3f86c31f33fd71595afc59fa5ae0b601fac2c2374cbecb7ea532503ddb7e702c', 9)".into()),
        ("action", "'rewrite'".into()),
        ("outcome", every(1_000, "'failed'", "iif(i % 10 = 3, 'observed', 'applied')")),
        ("error_code", every(1_000, "iif(i % 100000 = 500, 10010, 10004)", "NULL")),
        ("attempts", "1".into()),
        ("settled_at", "at + 300".into()),
    ];
    let (names, values): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    let user = "'user-' || (i * 7919 % 100000)";
    let rule = "iif(i % 1000000 = 7, 'rare-rule', 'rule-' || (i % 200))";
    let category = "iif(i % 1000000 = 7, 'rare-category', 'category-' || (i % 20))";
    [
        format!(
            "{numbers}INSERT INTO decisions ({}) SELECT {} FROM k",
            names.join(", "),
            values.join(", ")
        ),
        format!(
            "{numbers}INSERT INTO decision_rules (rule, created_at, decision_id, category) \
             SELECT {rule}, at, id, {category} FROM k"
        ),
        format!(
            "{numbers}INSERT INTO texts (event_seq, name, decision_id, salt, content, account, decided_at) \
             SELECT i + 1, 'sender', id, zeroblob(16), {user}, CAST({user} AS BLOB), at FROM k"
        ),
    ]
}

async fn filters(reader: &Reader, decisions: u64) -> Result<Vec<(&'static str, Filter)>> {
    let none = Filter::default;
    let word = |word: &str| Some(word.to_owned());
    let middle = 1_720_000_000_000 + 400 * 86_400_000;
    let newest = reader.page(&none(), None, 1, None).await?;
    let hash = newest.rows.first().map(|row| row.ruleset.clone());
    anyhow::ensure!(decisions >= 1_000_000 || newest.rows.len() == 1, "nothing was written");
    Ok(vec![
        ("nothing", none()),
        (
            "time: a day in the middle",
            Filter { since: Some(middle), until: Some(middle + 86_400_000), ..none() },
        ),
        ("app: most of them", Filter { app: word("main"), ..none() }),
        ("app by SDKAppID: one in a million", Filter { app: word("1400000003"), ..none() }),
        ("group", Filter { group: word("@TGS#77"), ..none() }),
        ("topic", Filter { topic: word("@TOPIC#_500"), ..none() }),
        ("sender", Filter { sender: word("user-77"), ..none() }),
        ("operator: none", Filter { operator: word("user-77"), ..none() }),
        ("rule: one of 200", Filter { rule: word("rule-100"), ..none() }),
        ("rule: one in a million", Filter { rule: word("rare-rule"), ..none() }),
        ("category: one of 20", Filter { category: word("category-3"), ..none() }),
        ("severity: a third", Filter { severity: Some(2), ..none() }),
        ("severity: one in 10,000", Filter { severity: Some(3), ..none() }),
        ("outcome: most of them", Filter { outcome: word("applied"), ..none() }),
        ("outcome: one in 1,000", Filter { outcome: word("failed"), ..none() }),
        ("error code: one in 100,000", Filter { error_code: Some(10_010), ..none() }),
        ("rule set", Filter { ruleset: hash, ..none() }),
        ("group, the older half", Filter { group: word("@TGS#77"), until: Some(middle), ..none() }),
        (
            "rule and outcome: one in 200,000",
            Filter { rule: word("rule-100"), outcome: word("failed"), ..none() },
        ),
        (
            "category and app",
            Filter { category: word("category-3"), app: word("second"), ..none() },
        ),
        ("severity and outcome", Filter { severity: Some(3), outcome: word("observed"), ..none() }),
        (
            "two that never meet",
            Filter { app: word("second"), outcome: word("observed"), ..none() },
        ),
    ])
}

async fn time(name: &str, reader: &Reader, filter: &Filter, file: &Path) -> Result<()> {
    let first = async || -> Result<(Page, f64)> {
        let begun = Instant::now();
        let page = reader.page(filter, None, PAGE, Some(WITHIN)).await?;
        Ok((page, begun.elapsed().as_secs_f64() * 1e3))
    };
    forget(file)?;
    let (page, cold) = first().await?;
    let mut warm = Vec::new();
    for _ in 0..10 {
        warm.push(first().await?.1);
    }
    warm.sort_by(f64::total_cmp);
    let ended =
        if page.rows.len() < PAGE && page.ended.cursor().is_some() { " (time over)" } else { "" };
    println!("{name:<44} {:>5} {cold:>10.1} {:>10.2}{ended}", page.rows.len(), warm[5]);
    if let Some(cursor) = page.ended.cursor().filter(|_| name == "nothing") {
        let begun = Instant::now();
        let next = reader.page(filter, Some(cursor), PAGE, Some(WITHIN)).await?;
        let took = begun.elapsed().as_secs_f64() * 1e3;
        println!(
            "{:<44} {:>5} {:>10} {took:>10.2}",
            "the page after it, by its cursor",
            next.rows.len(),
            "-"
        );
    }
    std::io::stdout().flush().map_err(Into::into)
}

/// Has the system read the file from the disk again.
fn forget(file: &Path) -> Result<()> {
    let file = std::fs::File::open(file)?;
    rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed)?;
    Ok(())
}
