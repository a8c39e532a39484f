//! What the documents say is so: links lead somewhere, examples work, the demo prints what the README shows.

mod architecture;
mod audit;

use super::service::harness::{APP, GROUP, RULES, TestApp};
use chat_automod::engine::{self, Sources};
use chat_automod::simulator::Post;
use chat_automod::store::{Store, UndoPlan};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Every document by its path: those at the top, and those under docs/.
fn documents() -> Vec<(PathBuf, String)> {
    let folders = ["", "docs", "docs/decisions"].map(|folder| Path::new(ROOT).join(folder));
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    let files = files.map(|entry| entry.unwrap().path());
    let documents = files.filter(|path| path.extension().is_some_and(|end| end == "md"));
    documents.map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

fn document(name: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(name)).unwrap()
}

/// The fenced blocks of a document that are written in `language`.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let after = text.split(&fence).skip(1);
    after.map(|rest| rest.split("```").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn links_lead_to_files_that_are_there() {
    let mut checked = 0;
    for (path, text) in documents() {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") {
                continue;
            }
            let target = path.parent().unwrap().join(file);
            assert!(target.exists(), "{}: nothing at {link}", path.display());
            checked += 1;
        }
    }
    assert!(checked > 10, "only {checked} links were found");
}

#[test]
fn rules_in_the_documents_are_in_order() {
    let mut checked = 0;
    for name in ["README.md", "docs/operations.md"] {
        for rules in blocks(&document(name), "yaml") {
            let sources = Sources::of([("first.yaml", rules)]);
            if let Err(faults) = engine::compile(&sources) {
                panic!("{name}:\n{}", faults.render(&sources, false));
            }
            checked += 1;
        }
    }
    assert!(checked > 0, "no rule was found");
}

/// The secrets' files are not there while tests run; nothing else may be wrong.
#[test]
fn the_configuration_in_the_documents_is_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("automod.toml");
    let configurations = blocks(&document("docs/operations.md"), "toml");
    assert!(!configurations.is_empty(), "no configuration was found");
    for configuration in configurations {
        fs::write(&file, configuration).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_automod"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("AUTOMOD_") {
                command.env_remove(name);
            }
        }
        let output = command.args(["config", "print", "--config"]).arg(&file).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let others = said.lines().filter(|line| !line.contains("_file ("));
        assert_eq!(others.collect::<Vec<_>>(), [""; 0], "{said}");
    }
}

/// With `-- --nocapture` a difference can be copied from here.
#[test]
fn the_readme_shows_what_the_demo_prints() {
    let demo = Command::new(env!("CARGO_BIN_EXE_automod")).args(["demo", "--once"]).output();
    let printed = String::from_utf8(demo.unwrap().stdout).unwrap();
    println!("{printed}");
    assert!(document("README.md").contains(&printed), "the README shows another table");
}

#[tokio::test]
async fn the_metrics_in_the_documents_are_served() {
    let soon = [("CATCH_UP__AFTER", "10ms"), ("CATCH_UP__QUIET_EVERY", "10ms")];
    let app = TestApp::spawn_with(RULES, &soon).await;
    app.say("casino").await;
    let untold = app.simulator.send(Post::text(APP, GROUP, "lee", "another casino").quiet()).await;
    app.until("found in history", async || app.text(untold.seq) == "another ******").await;
    app.quiet().await;
    let undo = UndoPlan {
        id: "u".into(),
        decision_id: app.decisions().await[0].id.clone(),
        rule: None,
        reason: "a mistake".into(),
        by: None,
    };
    let (store, writer) = Store::open(&app.settings().store.url).await.unwrap();
    assert!(store.plan_undos(vec![undo]).await.unwrap());
    store.close().await;
    writer.finished().await;
    app.until("undone", async || app.decisions().await[0].outcome == "undone").await;
    assert_eq!(app.get(&format!("{}/api/v1/decisions", app.url)).await.0, 401);
    let (_, metrics) = app.get(&format!("{}/metrics", app.metrics_url)).await;
    let text = document("docs/operations.md");
    let named = text.split('`').skip(1).step_by(2).filter(|name| name.starts_with("automod_"));
    let names: Vec<_> = named.map(|name| name.split('{').next().unwrap_or_default()).collect();
    assert!(names.len() > 5, "only {names:?}");
    for name in names {
        assert!(metrics.lines().any(|line| line.starts_with(name)), "{name} is not in:\n{metrics}");
    }
}

/// Cargo refuses a manifest whose targets are not there, also where nothing of them is built.
#[test]
fn the_image_is_built_from_all_that_the_manifest_names() {
    let [manifest, image, ignored] = ["Cargo.toml", "Dockerfile", ".dockerignore"].map(document);
    for (target, folder) in [("[[bench]]", "benches"), ("[[example]]", "examples")] {
        if manifest.contains(target) {
            assert!(image.contains(&format!("COPY {folder} ")), "{folder} in Dockerfile");
            assert!(ignored.contains(&format!("!{folder}\n")), "{folder} in .dockerignore");
        }
    }
}

#[test]
fn every_test_that_the_promises_name_is_there() {
    let text = document("docs/reliability.md");
    let named = text.split('`').skip(1).step_by(2).filter_map(|name| name.split_once("::"));
    let mut checked = 0;
    for (topic, test) in named {
        let source = document(&format!("tests/automod/service/{topic}.rs"));
        assert!(source.contains(&format!("fn {test}()")), "{topic}::{test} is no test");
        checked += 1;
    }
    assert!(checked > 25, "only {checked} tests are named");
}
