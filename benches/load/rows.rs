//! The bare counterpart of the writer: the rows that the service wrote, in plain transactions on the same disk.

use super::process;
use anyhow::{Context, Result, bail};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, QueryBuilder, Row, Sqlite};
use sqlx::{SqliteConnection, TypeInfo, ValueRef};
use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

/// Offenders at most; enough for seconds of work.
const OFFENDERS: i64 = 40_000;
const LONGEST: Duration = Duration::from_secs(8);
/// Each with the column that names the decision. Words are not indexed, since the texts are sealed.
const TABLES: [(&str, &str); 4] = [
    ("decisions", "id"),
    ("decision_rules", "decision_id"),
    ("audit_events", "decision_id"),
    ("texts", "decision_id"),
];

#[derive(Debug, Clone)]
enum Value {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
}

/// The rows of one offender, by table.
type Offender = [Vec<Vec<Value>>; TABLES.len()];

/// The role: writes the rows of the database `file` anew, so many offenders a transaction; says how many a second, and
/// the CPU seconds of each.
pub fn main(arguments: &[&str]) -> Result<()> {
    let [file, group] = arguments else { bail!("two arguments") };
    let (file, group) = (Path::new(file), group.parse()?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (rate, cpu) = runtime.block_on(async {
        let mut source = SqliteConnectOptions::new().filename(file).connect().await?;
        let offenders = read(&mut source).await?;
        let mut target = empty(&file.with_extension("bare")).await?;
        let (began, before) = (Instant::now(), process::cpu("self")?);
        let mut written = 0;
        for offenders in offenders.chunks(group) {
            commit(&mut target, offenders).await?;
            written += offenders.len();
            if began.elapsed() > LONGEST {
                break;
            }
        }
        let rate = written as f64 / began.elapsed().as_secs_f64();
        let cpu = (process::cpu("self")? - before) / written as f64;
        target.close().await?;
        anyhow::Ok((rate, cpu))
    })?;
    println!("{rate} {cpu}");
    Ok(())
}

/// The same tables, indexes and triggers, durable in the same way.
async fn empty(file: &Path) -> Result<SqliteConnection> {
    if file.exists() {
        std::fs::remove_file(file)?;
    }
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .foreign_keys(true)
        .pragma("synchronous", "FULL")
        .pragma("secure_delete", "ON")
        .pragma("wal_autocheckpoint", "0")
        .pragma("cache_size", "-16384")
        .pragma("temp_store", "MEMORY");
    let mut target = options.connect().await?;
    sqlx::migrate!().run(&mut target).await?;
    Ok(target)
}

async fn read(source: &mut SqliteConnection) -> Result<Vec<Offender>> {
    let (mut offenders, mut places) = (Vec::<Offender>::new(), HashMap::new());
    for (table, (name, key)) in TABLES.into_iter().enumerate() {
        let statement = format!(
            "SELECT {key} AS offender, * FROM {name} WHERE {key} IN \
             (SELECT id FROM decisions ORDER BY created_at, id LIMIT {OFFENDERS}) ORDER BY rowid"
        );
        // One table has no rowid; its order is of no matter.
        let statement = match name {
            "decision_rules" => statement.replace(" ORDER BY rowid", ""),
            _ => statement,
        };
        for row in sqlx::query(AssertSqlSafe(statement)).fetch_all(&mut *source).await? {
            let offender: String = row.try_get("offender")?;
            let place = *places.entry(offender).or_insert_with(|| {
                offenders.push(Offender::default());
                offenders.len() - 1
            });
            // Steps came later, and are not what was acknowledged.
            if name == "audit_events" && !offenders[place][table].is_empty() {
                continue;
            }
            let row = (1..row.len()).map(|at| value(&row, at)).collect::<Result<_>>()?;
            offenders[place][table].push(row);
        }
    }
    Ok(offenders)
}

fn value(row: &SqliteRow, at: usize) -> Result<Value> {
    let raw = row.try_get_raw(at)?;
    let kind = raw.type_info().name().to_owned();
    Ok(match kind.as_str() {
        _ if raw.is_null() => Value::Null,
        "TEXT" => Value::Text(row.try_get(at)?),
        "BLOB" => Value::Blob(row.try_get(at)?),
        "INTEGER" | "BOOLEAN" => Value::Integer(row.try_get(at)?),
        kind => bail!("a column of the kind {kind}"),
    })
}

async fn commit(target: &mut SqliteConnection, offenders: &[Offender]) -> Result<()> {
    let mut transaction = target.begin_with("BEGIN IMMEDIATE").await?;
    for (table, (name, _)) in TABLES.into_iter().enumerate() {
        let rows: Vec<_> = offenders.iter().flat_map(|offender| &offender[table]).collect();
        for rows in rows.chunks(super::GROUP) {
            let mut query = QueryBuilder::<Sqlite>::new(format!("INSERT INTO {name} "));
            query.push_values(rows, |mut row, values| {
                for value in *values {
                    match value {
                        Value::Null => row.push_bind(None::<i64>),
                        Value::Integer(number) => row.push_bind(*number),
                        Value::Text(text) => row.push_bind(text.as_str()),
                        Value::Blob(bytes) => row.push_bind(bytes.as_slice()),
                    };
                }
            });
            query.build().execute(&mut *transaction).await.with_context(|| name.to_owned())?;
        }
    }
    Ok(transaction.commit().await?)
}
