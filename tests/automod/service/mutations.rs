//! Random damage to a copy of the audit: all of it is found. `MUTATIONS=10000` by hand tries more, from `SEED` on.
//!
//! Left out, because they say nothing about what happened: `decisions.flight` (where an action stands in a process),
//! the tables `seen`, `brakes`, `rule_definitions` and `encryption` (which key: nothing opens with another), and what was cut off the end of the checkpoint file.

use super::checkpoints::{OFTEN, lines, recompute, witnessed};
use super::harness::{APP, GROUP, RULES, TestApp};
use super::process::automod;
use chat_automod::proof::{Checkpoints, PublicKey};
use chat_automod::rulebook::kept_hash;
use chat_automod::simulator::{Command, Fault, Post};
use chat_automod::store::{Store, verify};
use sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row, SqliteConnection};
use std::path::{Path, PathBuf};

const TABLES: [&str; 9] = [
    "audit_events",
    "texts",
    "decisions",
    "decision_rules",
    "rulesets",
    "undos",
    "restored",
    "erased",
    "holds",
];

/// Repeatable chance (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % end as u64) as usize
    }

    fn pick<'a>(&mut self, items: &'a [String]) -> &'a str {
        &items[self.below(items.len())]
    }
}

/// An audit with something in every table: masks, a tag, an error, an edit, an undo of all and of one rule,
/// an erasure and two holds.
async fn told() -> TestApp {
    let mut app = TestApp::spawn_with(RULES, &OFTEN).await;
    app.simulator.faults().next(Command::Modify, 1, Fault::Code(90994));
    for text in ["casino", "来玩百家乐!", "add my wechat", "a lottery", "카지노, add my wechat"]
    {
        app.send(Post::text(APP, GROUP, "kim", text).mentioning("lee")).await;
        app.quiet().await;
    }
    let seq = app.say("hello").await;
    app.edit(seq, "eve", "a casino").await;
    app.quiet().await;
    let id = app.decisions().await[0].id.clone();
    for wanted in [vec![id.as_str()], vec!["--rule", "gambling", "--since", "2h"]] {
        let arguments = [&["undo", "--reason", "a mistake", "--by", "kim"], wanted.as_slice()];
        let ran = automod(app.variables(), &arguments.concat());
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    app.until("all is undone", async || {
        let waiting = "SELECT count(*) FROM undos WHERE state = 'pending'";
        let waiting = sqlx::query_scalar::<_, i64>(waiting);
        waiting.fetch_one(&mut app.connection().await).await.unwrap() == 0
    })
    .await;
    for arguments in [
        ["erase", "--decision", id.as_str(), "--reason", "a request"].as_slice(),
        &["hold", "add", "--sender", "lee", "--reason", "case 17"],
        &["hold", "add", "--decision", id.as_str(), "--reason", "case 18"],
    ] {
        let ran = automod(app.variables(), &[&["audit"], arguments].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    app.stop().await;
    assert!(lines(&app).len() >= 4);
    app
}

/// A copy of the audit, about to be damaged.
struct Copy {
    database: PathBuf,
    checkpoints: PathBuf,
}

impl Copy {
    fn of(app: &TestApp) -> Self {
        let copy = Self { database: app.file("copy.db"), checkpoints: app.file("copy.lines") };
        std::fs::copy(app.file("automod.db"), &copy.database).unwrap();
        std::fs::copy(app.file("automod.checkpoints"), &copy.checkpoints).unwrap();

        copy
    }

    async fn open(&self) -> SqliteConnection {
        open(&self.database).await
    }

    /// What verification says is wrong; `None` when it finds nothing.
    async fn damage(&self, key: &PublicKey) -> Option<String> {
        let witness = Checkpoints::open(&self.checkpoints, vec![key.clone()]).unwrap();
        let url = format!("sqlite://{}", self.database.display());
        let reader = match Store::open_to_verify(&url, None).await {
            Ok(reader) => reader,
            Err(error) => return Some(error.to_string()),
        };
        match verify(&reader, kept_hash, witness).await {
            Ok((found, _)) => found.err().map(|damage| damage.to_string()),
            Err(error) => Some(error.to_string()),
        }
    }
}

async fn open(file: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(file).foreign_keys(false);
    options.synchronous(SqliteSynchronous::Off).connect().await.unwrap()
}

async fn run(connection: &mut SqliteConnection, statement: &str) -> u64 {
    let done = sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(connection).await;
    done.unwrap_or_else(|error| panic!("{statement}: {error}")).rows_affected()
}

async fn column(connection: &mut SqliteConnection, query: &str) -> Vec<String> {
    sqlx::query_scalar(AssertSqlSafe(query.to_owned())).fetch_all(connection).await.unwrap()
}

/// A table, its columns, its key, and one of its rows as a condition.
struct Target {
    table: &'static str,
    columns: Vec<String>,
    key: Vec<String>,
    row: String,
}

async fn target(connection: &mut SqliteConnection, dice: &mut Dice) -> Target {
    let table = TABLES[dice.below(TABLES.len())];
    let names = format!("SELECT name FROM pragma_table_info('{table}')");
    let columns = column(connection, &names).await;
    let key = column(connection, &format!("{names} WHERE pk > 0")).await;
    let literal = key.iter().map(|name| format!("'{name} = ' || quote({name})"));
    let literal = literal.collect::<Vec<_>>().join(" || ' AND ' || ");
    // A row that was overwritten holds nothing, so nothing goes with it.
    let told = if table == "texts" { "WHERE salt <> zeroblob(16)" } else { "" };
    let rows = format!("SELECT {literal} FROM {table} {told} ORDER BY 1");
    let rows = column(connection, &rows).await;
    assert!(!rows.is_empty(), "{table} has rows");
    let row = dice.pick(&rows).to_owned();
    Target { table, columns, key, row }
}

/// One bit of one value, or something where there was nothing.
async fn flip(connection: &mut SqliteConnection, dice: &mut Dice) -> String {
    let Target { table, columns, row, .. } = target(connection, dice).await;
    let columns: Vec<_> = columns.into_iter().filter(|name| name != "flight").collect();
    let name = dice.pick(&columns);
    let query = format!("SELECT typeof({name}), hex({name}) FROM {table} WHERE {row}");
    let found = sqlx::query(AssertSqlSafe(query)).fetch_one(&mut *connection).await.unwrap();
    let (kind, digits): (String, String) = (found.get(0), found.get(1));
    let mut bytes = hex::decode(digits).unwrap();
    if !bytes.is_empty() {
        let at = dice.below(bytes.len());
        bytes[at] ^= 1 << dice.below(8);
    }
    let value = match kind.as_str() {
        "integer" => format!("{name} + 1"),
        "null" => "1".to_owned(),
        "blob" => format!("x'{}'", hex::encode(bytes)),
        _ if bytes.is_empty() => "'x'".to_owned(),
        _ => format!("CAST(x'{}' AS TEXT)", hex::encode(bytes)),
    };
    let statement = format!("UPDATE OR IGNORE {table} SET {name} = {value} WHERE {row}");
    match run(connection, &statement).await {
        0 => String::new(),
        _ => statement,
    }
}

/// A row that is gone, or one more of it.
async fn remove_or_add(connection: &mut SqliteConnection, dice: &mut Dice) -> String {
    let Target { table, columns, key, row } = target(connection, dice).await;
    let statement = match dice.below(2) {
        0 => format!("DELETE FROM {table} WHERE {row}"),
        _ => {
            let new = dice.pick(&key);
            let values = columns.iter().map(|name| match (name == new, name.as_str()) {
                (true, "seq" | "event_seq" | "created_at" | "msg_seq" | "sdk_app_id") => {
                    format!("{name} + 1000")
                }
                (true, _) => format!("{name} || 'x'"),
                (false, _) => name.clone(),
            });
            let values = values.collect::<Vec<_>>().join(", ");
            format!("INSERT INTO {table} SELECT {values} FROM {table} WHERE {row}")
        }
    };
    run(connection, &statement).await;
    statement
}

/// Two events, or two texts, in each other's place.
async fn swap(connection: &mut SqliteConnection, dice: &mut Dice) -> String {
    let (table, rows) = match dice.below(2) {
        0 => ("audit_events", "SELECT 'seq = ' || seq FROM audit_events"),
        _ => (
            "texts",
            "SELECT 'event_seq = ' || event_seq || ' AND name = ' || quote(name) FROM texts",
        ),
    };
    let rows = column(connection, rows).await;
    let (one, other) = (dice.pick(&rows).to_owned(), dice.pick(&rows).to_owned());
    if one == other {
        return String::new();
    }
    // Of two rows that were overwritten both hold nothing, wherever they stand.
    let told = format!("SELECT '' FROM texts WHERE salt <> zeroblob(16) AND ({one} OR {other})");
    if table == "texts" && column(connection, &told).await.is_empty() {
        return String::new();
    }
    let columns = match table {
        "texts" => ["salt, content", "content, account"][dice.below(2)],
        _ => ["at, kind, decision_id, data, hash", "data", "hash"][dice.below(3)],
    };
    let statement = format!(
        "CREATE TEMP TABLE held AS SELECT {columns} FROM {table} WHERE {one}; \
         UPDATE {table} SET ({columns}) = (SELECT {columns} FROM {table} WHERE {other}) WHERE {one}; \
         UPDATE {table} SET ({columns}) = (SELECT * FROM temp.held) WHERE {other}"
    );
    let before =
        column(connection, &format!("SELECT hex(data || seq) FROM {}", "audit_events")).await;
    run(connection, &statement).await;
    let after =
        column(connection, &format!("SELECT hex(data || seq) FROM {}", "audit_events")).await;
    // Events may hold the same data; then nothing was swapped.
    if columns == "data" && before == after { String::new() } else { statement }
}

/// The end cut off with everything that belongs to it, as somebody would who knows the tables.
async fn cut(connection: &mut SqliteConnection, dice: &mut Dice) -> String {
    let all: i64 = sqlx::query_scalar("SELECT max(seq) FROM audit_events")
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    let from = 1 + dice.below(all as usize);
    let gone = format!("DELETE FROM audit_events WHERE seq >= {from}");
    let whole = format!(
        "{gone}; DELETE FROM texts WHERE event_seq >= {from}; \
         DELETE FROM decisions WHERE id NOT IN (SELECT decision_id FROM audit_events WHERE decision_id IS NOT NULL); \
         DELETE FROM decision_rules WHERE decision_id NOT IN (SELECT id FROM decisions)"
    );
    let statement = if dice.below(2) == 0 { gone } else { whole };
    run(connection, &statement).await;
    statement
}

/// The file of the database cut off, as a full disk or a broken copy leaves it.
fn cut_file(copy: &Copy, dice: &mut Dice) -> String {
    let length = std::fs::metadata(&copy.database).unwrap().len();
    let keep = 1 + dice.below(length as usize - 4096) as u64;
    let file = std::fs::OpenOptions::new().write(true).open(&copy.database).unwrap();
    file.set_len(keep).unwrap();
    format!("the file cut to {keep} bytes")
}

/// An event changed and every hash computed anew.
async fn forge(copy: &Copy, dice: &mut Dice) -> String {
    let mut connection = copy.open().await;
    let events = column(&mut connection, "SELECT '' || seq FROM audit_events").await;
    let seq = dice.pick(&events).to_owned();
    let statement = format!("UPDATE audit_events SET at = at + 1 WHERE seq = {seq}");
    run(&mut connection, &statement).await;
    connection.close().await.unwrap();
    recompute(&copy.database).await;
    format!("{statement}, and all hashes computed anew")
}

/// The checkpoint file: a bit of it, a line gone, moved, repeated; or all of it somebody else's.
fn retell(copy: &Copy, other: &TestApp, dice: &mut Dice) -> String {
    let text = std::fs::read_to_string(&copy.checkpoints).unwrap();
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    // What is cut off its end cannot be known.
    let at = dice.below(lines.len() - 1);
    let (what, bytes) = match dice.below(5) {
        0 => {
            let mut bytes = text.into_bytes();
            let at = dice.below(bytes.len() - 1);
            bytes[at] ^= 1 << dice.below(8);
            (format!("a bit of byte {at}"), bytes)
        }
        1 => {
            lines.remove(at);
            (format!("line {at} removed"), (lines.join("\n") + "\n").into_bytes())
        }
        2 => {
            lines.swap(at, at + 1);
            (format!("line {at} moved"), (lines.join("\n") + "\n").into_bytes())
        }
        3 => {
            lines.insert(at, lines[at].clone());
            (format!("line {at} repeated"), (lines.join("\n") + "\n").into_bytes())
        }
        _ => ("replaced".to_owned(), std::fs::read(other.file("automod.checkpoints")).unwrap()),
    };
    std::fs::write(&copy.checkpoints, bytes).unwrap();
    format!("checkpoints: {what}")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_random_damage_is_found() {
    let number = |name| std::env::var(name).ok().and_then(|n| n.parse().ok());
    let (wanted, first) = (number("MUTATIONS").unwrap_or(200), number("SEED").unwrap_or(0));
    let (app, other) = (told().await, witnessed().await);
    let key = PublicKey::read(app.file("automod.signing-key.pub").to_str().unwrap()).unwrap();
    assert_eq!(Copy::of(&app).damage(&key).await, None, "it is sound before");
    let (mut found, mut missed) = (0, Vec::new());
    for seed in u64::try_from(first).unwrap().. {
        if found + missed.len() == wanted {
            break;
        }
        let (copy, mut dice) = (Copy::of(&app), Dice(seed));
        let mut connection = copy.open().await;
        let done = match dice.below(10) {
            0..=3 => flip(&mut connection, &mut dice).await,
            4..=5 => remove_or_add(&mut connection, &mut dice).await,
            6 => swap(&mut connection, &mut dice).await,
            7 => cut(&mut connection, &mut dice).await,
            8 if dice.below(4) == 0 => cut_file(&copy, &mut dice),
            8 => forge(&copy, &mut dice).await,
            _ => retell(&copy, &other, &mut dice),
        };
        connection.close().await.unwrap();
        if done.is_empty() {
            continue;
        }
        match copy.damage(&key).await {
            Some(_) => found += 1,
            None => missed.push(format!("seed {seed}: {done}")),
        }
    }
    println!("{found} found, {} missed", missed.len());
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
