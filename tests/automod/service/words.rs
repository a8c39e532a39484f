//! Searching by words: the same is found with and without encryption, and what is deleted leaves no word behind.

use super::search::plan;
use chat_automod::message::Content;
use chat_automod::store::{Ended, Filter, Opening, Plan, Store, default_key_file};
use futures_util::TryStreamExt;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

const TEXTS: [&str; 8] = [
    "play at our Casino tonight",
    "今晚来玩百家乐吧",
    "오늘 밤 카지노 갈래?",
    "the casino of 百家乐",
    "a \"quoted\" OR * thing - NEAR",
    "nul\u{0}inside the casino",
    "nothing of that kind",
    "ÄPFEL und birnen",
];

/// A database with each text many times, its texts sealed or not.
async fn told(sealed: bool) -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("automod.db");
    let key = sealed.then(|| default_key_file(&file));
    let url = format!("sqlite://{}", file.display());
    let opening = Opening { key, ..Opening::default() };
    let (store, _) = Store::open_as(&url, &opening).await.unwrap();
    let plans = (0..800).map(|number| {
        let text = TEXTS[number as usize % TEXTS.len()];
        let rewritten =
            (number == 6).then(|| Content::of_text("only the rewrite says so").to_record());
        Plan { original: Some(Content::of_text(text).to_record()), rewritten, ..plan(number) }
    });
    for plan in plans {
        store.plan(plan).await.unwrap();
    }
    (folder, store)
}

async fn found(store: &Store, text: &str) -> Vec<u64> {
    let filter = Filter { text: Some(text.into()), ..Filter::default() };
    let rows: Vec<_> = store.reader().list(&filter).try_collect().await.unwrap();
    rows.iter().map(|row| row.msg_seq.unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_words_are_found_sealed_or_not_newest_first() {
    let searches: [(&str, &[u64]); 12] = [
        ("casino", &[0, 3, 5]),
        ("CASINO tonight", &[0]),
        ("tonight casino", &[0]),
        ("百家乐", &[1, 3]),
        ("百家", &[1, 3]),
        ("家", &[1, 3]),
        ("카지노 갈래", &[2]),
        ("\"quoted\" OR *", &[4]),
        ("inside", &[5]),
        ("äpfel", &[7]),
        ("nobody wrote this", &[]),
        ("Text MsgType", &[]),
    ];
    for sealed in [true, false] {
        let (_folder, store) = told(sealed).await;
        for (text, of) in searches {
            let mut expected: Vec<u64> = (0..800).filter(|seq| of.contains(&(seq % 8))).collect();
            expected.reverse();
            assert_eq!(found(&store, text).await, expected, "{text}, sealed: {sealed}");
        }
        assert_eq!(found(&store, "only the rewrite").await, [6], "sealed: {sealed}");
        assert_eq!(found(&store, "  ").await.len(), 800, "no word restricts nothing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_and_filters_together_come_page_by_page_and_in_time() {
    for sealed in [true, false] {
        let (_folder, store) = told(sealed).await;
        let reader = store.reader();
        let filter = Filter {
            text: Some("casino".into()),
            outcome: Some("observed".into()),
            ..Filter::default()
        };
        let all: Vec<_> = reader.list(&filter).map_ok(|row| row.id).try_collect().await.unwrap();
        let all: Vec<String> = all;
        assert!(all.len() > 20, "{}", all.len());
        let (mut paged, mut place) = (Vec::new(), None);
        loop {
            let hurry = Some(Duration::ZERO);
            let page = reader.page(&filter, place.as_ref(), 7, hurry).await.unwrap();
            paged.extend(page.rows.into_iter().map(|row| row.id));
            match page.ended {
                Ended::Whole => break,
                ended => place = ended.cursor().cloned(),
            }
        }
        assert_eq!(paged, all, "sealed: {sealed}");
    }
}

async fn open(file: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(file).pragma("secure_delete", "ON");
    options.connect().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_text_leaves_no_word_in_the_index_nor_in_the_file() {
    let (folder, store) = told(false).await;
    let file = folder.path().join("automod.db");
    let in_files = |word: &str| {
        ["automod.db", "automod.db-wal"].iter().any(|name| {
            let bytes = std::fs::read(folder.path().join(name)).unwrap_or_default();
            bytes.windows(word.len()).any(|window| window == word.as_bytes())
        })
    };
    assert!(in_files("birnen") && !found(&store, "birnen").await.is_empty());
    store.close().await;
    let mut connection = open(&file).await;
    for statement in [
        "DELETE FROM texts WHERE name = 'original' AND content LIKE '%birnen%'",
        "UPDATE texts SET content = '' WHERE name = 'original' AND content LIKE '%quoted%'",
        "PRAGMA wal_checkpoint(TRUNCATE)",
    ] {
        sqlx::query(statement).execute(&mut connection).await.unwrap();
    }
    let known = "SELECT count(*) FROM text_words WHERE text_words MATCH ?";
    for word in ["birnen", "quoted"] {
        let count: i64 =
            sqlx::query_scalar(known).bind(word).fetch_one(&mut connection).await.unwrap();
        assert_eq!(count, 0, "{word}");
    }
    connection.close().await.unwrap();
    assert!(!in_files("birnen"), "in a text or in the index of words");
    assert!(!in_files("quoted"));
    assert!(in_files("tonight"), "what was not deleted is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn sealed_texts_are_never_indexed() {
    let (folder, _store) = told(true).await;
    let mut connection = open(&folder.path().join("automod.db")).await;
    let query = "SELECT count(*) FROM text_words_content";
    let rows: i64 = sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap();
    assert_eq!(rows, 0);
}
