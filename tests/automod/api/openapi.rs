//! The document of the API: it is what is committed, and what is served.

use crate::service::harness::TestApp;
use chat_automod::console::api::{Code, document};
use serde_json::Value;
use std::path::Path;

fn committed() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json")
}

/// `BLESS=1 cargo test --test automod openapi` rewrites it.
#[tokio::test(flavor = "multi_thread")]
async fn the_committed_document_is_the_one_that_is_served() {
    let written = format!("{}\n", serde_json::to_string_pretty(&document()).unwrap());
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(committed(), &written).unwrap();
    }
    let found = std::fs::read_to_string(committed()).unwrap_or_default();
    assert!(found == written, "docs/openapi.json is out of date: run with BLESS=1");
    let app = TestApp::spawn().await;
    let served = app.call(&[], "GET", "/openapi.json", None).await;
    assert_eq!((served.status, served.json()), (200, document()));
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_used() {
    let document = document();
    let text = document.to_string();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for name in schemas.keys() {
        assert!(text.contains(&format!("\"#/components/schemas/{name}\"")), "{name} is not used");
    }
    for rest in text.split("\"#/components/schemas/").skip(1) {
        let name = rest.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name} is not there");
    }
}

#[test]
fn every_operation_says_who_may() {
    let document = document();
    let mut ids = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let roles = operation["x-roles"].as_array().unwrap();
            assert!(!roles.is_empty(), "{method} {path}");
            let bound = operation["x-app-bound"].as_str().unwrap();
            assert!(["own", "allowed", "refused"].contains(&bound), "{method} {path}");
            ids.push(operation["operationId"].as_str().unwrap().to_owned());
        }
    }
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all, "each has a name of its own");
}

/// docs/api.md is for people; its tables hold every path, every role and every code. `BLESS=1` rewrites them.
#[test]
fn the_page_for_people_tells_of_everything() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/api.md");
    let page = std::fs::read_to_string(&file).unwrap();
    let codes = Code::ALL
        .iter()
        .map(|code| format!("| {} | `{}` | {} |", code.status(), code.as_str(), code.when()));
    let told = with_table(&page, "| operation | ", &operations());
    let told = with_table(&told, "| status | ", &codes.collect::<Vec<_>>());
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &told).unwrap();
    } else {
        assert!(page == told, "the tables of docs/api.md are out of date: run with BLESS=1");
    }
}

/// A row for each operation: who may, and what it does.
fn operations() -> Vec<String> {
    let mut rows = Vec::new();
    for (path, methods) in document()["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let roles = operation["x-roles"].as_array().unwrap();
            let may = |role: &str| if roles.contains(&Value::from(role)) { "yes" } else { "" };
            let text = |name: &str| operation[name].as_str().unwrap().to_owned();
            rows.push(format!(
                "| `{} {path}` | {} | {} | {} | {} | {} |",
                method.to_uppercase(),
                may("moderator"),
                may("auditor"),
                may("admin"),
                text("x-app-bound"),
                text("summary"),
            ));
        }
    }
    rows
}

/// The page with these rows in the table whose first line begins so.
fn with_table(page: &str, head: &str, rows: &[String]) -> String {
    let (before, rest) = page.split_once(head).unwrap();
    let mut lines = rest.lines();
    let heads: Vec<_> = lines.by_ref().take(2).collect();
    let after: Vec<_> = lines.skip_while(|line| line.starts_with("| ")).collect();
    let rows = rows.join("\n");
    format!("{before}{head}{}\n{rows}\n{}\n", heads.join("\n"), after.join("\n"))
}
