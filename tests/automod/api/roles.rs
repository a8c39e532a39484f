//! Every operation of the document with every kind of token, against the real service.

use super::client::Answer;
use crate::service::harness::{APP, GROUP, TestApp};
use chat_automod::console::api::document;
use chat_automod::store::Role;
use serde_json::{Map, Value, json};

/// An app that is not ours.
const OTHER: u64 = 999;
const RULE_FILE: &str =
    "version: 1\nrules:\n  - id: a\n    match: { words: [casino] }\n    action: { review: true }\n";

/// One operation of the document.
struct Operation<'d> {
    method: String,
    path: &'d str,
    described: &'d Value,
}

fn operations(document: &Value) -> Vec<Operation<'_>> {
    let paths = document["paths"].as_object().unwrap().iter();
    let all = paths.flat_map(|(path, methods)| {
        methods.as_object().unwrap().iter().map(move |(method, described)| Operation {
            method: method.to_uppercase(),
            path,
            described,
        })
    });
    all.collect()
}

/// What the requests are made of.
struct Given {
    decision: String,
    ruleset: String,
    /// So that names of new tokens differ.
    count: u32,
}

impl Given {
    /// A value that the operation takes for this parameter.
    fn value(&mut self, name: &str) -> Value {
        self.count += 1;
        match name {
            "reason" => json!("asked for by the test"),
            "rule" => json!("gambling"),
            "since" => json!("2026-01-01"),
            "group" => json!(GROUP),
            "seq" => json!(1),
            "files" => json!({ "rules.yaml": RULE_FILE }),
            "text" => json!("play casino"),
            "name" => json!(format!("token {}", self.count)),
            "role" => json!("auditor"),
            "format" => json!("ndjson"),
            "sender" => json!("nobody-here"),
            other => panic!("no value for {other}: add one"),
        }
    }

    /// Path and body of a request that gives what is required, and the app where it is named.
    fn request(&mut self, operation: &Operation<'_>, app: Option<&str>) -> (String, Option<Value>) {
        let id = match operation.path.starts_with("/decisions") {
            true => self.decision.clone(),
            false => "no-such-id".into(),
        };
        let mut path = operation.path.replace("{id}", &id).replace("{hash}", &self.ruleset);
        let mut query = Vec::new();
        for parameter in operation.described["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            if parameter["in"] == "query" && parameter["required"] == true {
                query.push(format!("{name}={}", self.value(name).as_str().unwrap()));
            }
        }
        let schema = &operation.described["requestBody"]["content"]["application/json"]["schema"];
        let mut body = Map::new();
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap();
            body.insert(name.into(), self.value(name));
        }
        // One of two is needed.
        if !schema["properties"]["sender"].is_null() {
            body.insert("sender".into(), self.value("sender"));
        }
        if let Some(app) = app {
            query.push(format!("app={app}"));
            body.insert("app".into(), json!(app));
        }
        let in_body = !schema.is_null();
        if !in_body && !query.is_empty() {
            path = format!("{path}?{}", query.join("&"));
        }
        (path, in_body.then(|| Value::Object(body)))
    }
}

fn takes_app(operation: &Operation<'_>) -> bool {
    let parameters = operation.described["parameters"].as_array().into_iter().flatten();
    let schema = &operation.described["requestBody"]["content"]["application/json"]["schema"];
    parameters.into_iter().any(|one| one["name"] == "app") || !schema["properties"]["app"].is_null()
}

/// An answer against the document: its status is one that is told, and its body what is told of it.
fn keeps_its_word(document: &Value, operation: &Operation<'_>, answer: &Answer) {
    let name = format!("{} {}", operation.method, operation.path);
    let told = &operation.described["responses"][answer.status.to_string()];
    assert!(!told.is_null(), "{name}: {} is not told of", answer.status);
    let kind = answer.header("content-type").unwrap().split(';').next().unwrap();
    let schema = &told["content"][kind]["schema"];
    assert!(!schema.is_null(), "{name}: {kind} is not told of");
    if kind.ends_with("json") && !kind.contains("nd") {
        fits(document, schema, &answer.json(), &name);
    }
    if answer.status >= 400 {
        let codes = told["description"].as_str().unwrap();
        assert!(codes.split(", ").any(|code| code == answer.code()), "{name}: {codes}");
    }
}

/// As much of JSON Schema as the document uses.
fn fits(document: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap();
        return fits(document, &document["components"]["schemas"][name], value, place);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let null = choices.iter().any(|choice| choice["type"] == "null");
        return match value.is_null() && null {
            true => (),
            false => fits(document, &choices[0], value, place),
        };
    }
    let is = match schema["type"].as_str().unwrap() {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} is no type"),
    };
    assert!(is, "{place}: {value} is no {schema}");
    if schema["format"] == "date-time" {
        value.as_str().unwrap().parse::<jiff::Timestamp>().expect(place);
    }
    for item in value.as_array().into_iter().flatten() {
        fits(document, &schema["items"], item, place);
    }
    let Some(members) = value.as_object() else { return };
    for required in schema["required"].as_array().into_iter().flatten() {
        let name = required.as_str().unwrap();
        assert!(members.contains_key(name), "{place}: `{name}` is missing");
    }
    let closed = schema["additionalProperties"] == false;
    for (name, member) in members {
        let known = &schema["properties"][name];
        assert!(!closed || !known.is_null(), "{place}: `{name}` is not told of");
        if !known.is_null() {
            fits(document, known, member, &format!("{place}.{name}"));
        }
    }
}

async fn prepared() -> (TestApp, Given) {
    let app = TestApp::spawn().await;
    app.say("play casino").await;
    app.quiet().await;
    let newest = app.decisions().await.remove(0);
    (app, Given { decision: newest.id, ruleset: newest.ruleset, count: 0 })
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_that_may_be_used_nothing_is_to_be_had() {
    let (app, mut given) = prepared().await;
    let revoked = app.key(Role::Admin, "revoked", None).await;
    let expired = app.key(Role::Admin, "expired", None).await;
    let good = app.admin().await;
    assert_eq!(app.look(&revoked, "/tokens").await.status, 200, "it was good before");
    let tokens = app.look(&good, "/tokens").await.good();
    let id = |name: &str| {
        let tokens = tokens["tokens"].as_array().unwrap();
        tokens.iter().find(|token| token["name"] == name).unwrap()["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let path = format!("/tokens/{}", id("revoked"));
    app.ask(&good, "DELETE", &path, None).await.good();
    app.sql(&format!("UPDATE tokens SET expires_at = 1 WHERE id = '{}'", id("expired"))).await;

    let mistyped = format!("{}0", &good[..good.len() - 1]);
    let headers: [Vec<(&str, String)>; 8] = [
        vec![],
        vec![("authorization", format!("Bearer {revoked}"))],
        vec![("authorization", format!("Bearer {expired}"))],
        vec![("authorization", format!("Basic {good}"))],
        vec![("authorization", good.clone())],
        vec![("authorization", format!("Bearer {mistyped}"))],
        vec![("authorization", format!("Bearer {}", good.to_uppercase()))],
        vec![
            ("authorization", format!("Bearer {good}")),
            ("authorization", format!("Bearer {good}")),
        ],
    ];
    let (document, mut bodies) = (document(), Vec::new());
    for operation in operations(&document) {
        let (path, body) = given.request(&operation, None);
        for headers in &headers {
            let body = body.as_ref().map(|body| body.to_string().into_bytes());
            let path = format!("/api/v1{path}");
            let answer = app.call(headers, &operation.method, &path, body).await;
            assert_eq!(answer.status, 401, "{} {path}: {headers:?}", operation.method);
            assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"automod\""));
            keeps_its_word(&document, &operation, &answer);
            bodies.push(answer.text);
        }
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "no answer says what was wrong with the token");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_may_what_the_document_says_and_nothing_else() {
    let (app, mut given) = prepared().await;
    let document = document();
    let (mut allowed, mut refused) = (0, 0);
    for role in Role::ALL {
        for (bound, app_id) in [("free", None), ("own", Some(APP)), ("other", Some(OTHER))] {
            let token = app.key(role, &format!("{} {bound}", role.as_str()), app_id).await;
            for operation in operations(&document) {
                let name =
                    format!("{} {bound}: {} {}", role.as_str(), operation.method, operation.path);
                let (path, body) = given.request(&operation, None);
                let answer = app.ask(&token, &operation.method, &path, body).await;
                let roles = operation.described["x-roles"].as_array().unwrap();
                let reach = operation.described["x-app-bound"].as_str().unwrap();
                let may = roles.contains(&Value::from(role.as_str()))
                    && (app_id.is_none() || reach != "refused");
                keeps_its_word(&document, &operation, &answer);
                (allowed, refused) = (allowed + u32::from(may), refused + u32::from(!may));
                if !may {
                    assert_eq!((answer.status, answer.code()), (403, "forbidden".into()), "{name}");
                    continue;
                }
                assert!(![401, 403].contains(&answer.status), "{name}: {answer:?}");
                assert!(answer.status < 500, "{name}: {answer:?}");
                if bound == "other" && reach == "own" {
                    // What belongs to another app is as good as not there.
                    let seen = answer.text.contains(&given.decision) || answer.text.contains(GROUP);
                    assert!(!seen, "{name}: {}", answer.text);
                    let hidden = operation.path.starts_with("/decisions/");
                    assert!(!hidden || answer.status == 404, "{name}: {answer:?}");
                }
                if bound == "other" && takes_app(&operation) && reach == "own" {
                    for named in ["main".to_owned(), APP.to_string()] {
                        let (path, body) = given.request(&operation, Some(&named));
                        let answer = app.ask(&token, &operation.method, &path, body).await;
                        assert_eq!(
                            (answer.status, answer.code()),
                            (403, "forbidden".into()),
                            "{name}"
                        );
                    }
                }
            }
        }
    }
    assert!(allowed > 40 && refused > 30, "{allowed} allowed, {refused} refused");
    app.quiet().await;
    assert_eq!(app.audit(&["verify"]).code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_ends_with_the_next_request() {
    let (app, _) = prepared().await;
    let token = app.auditor().await;
    assert_eq!(app.look(&token, "/decisions").await.status, 200);
    let listed = app.token(&["list"]).json();
    assert!(listed[0]["last_used_at"].is_null() || listed[0]["last_used_at"].is_string());
    app.until("its use is noted", async || {
        app.token(&["list"]).json()[0]["last_used_at"].is_string()
    })
    .await;
    app.token(&["revoke", listed[0]["id"].as_str().unwrap()]);
    assert_eq!(app.look(&token, "/decisions").await.status, 401);
}
