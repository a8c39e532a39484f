//! Statements of reasons: a row for each decision that was acted on, in the words of the authority's database.

use super::harness::{APP, GROUP, RULES, TestApp};
use chat_automod::simulator::{GroupType, Post};
use serde_json::{Value, json};

/// As [`RULES`], with a rule for each kind of ground and action.
fn rules() -> String {
    format!(
        "{RULES}{}",
        r#"
  - id: threats
    category: violence
    description: Threats of violence against persons
    policy: { reference: "Criminal code, section 241", ground: illegal }
    severity: critical
    mode: enforce
    match: { words: [hurt you] }
    action: { recall: true }
    tests: { catch: ["i will hurt you"], pass: ["hurry"] }
  - id: house-rule
    category: manners
    policy: { reference: "Community rules, 4.2", ground: terms }
    mode: enforce
    match: { words: [rude word] }
    action: { mask: stars }
    tests: { catch: ["a rude word"], pass: ["a word"] }
"#
    )
}

fn decision(rows: &[Value], seq: u64) -> &Value {
    rows.iter().find(|row| row["msg_seq"] == seq && row["group_id"] == GROUP).unwrap()
}

fn of<'a>(statements: &'a [Value], seq: u64, app: &[Value]) -> &'a Value {
    let decision = decision(app, seq);
    statements.iter().find(|statement| statement["puid"] == decision["id"]).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_decision_has_the_fields_that_belong_to_it() {
    let app = TestApp::spawn_with(&rules(), &[]).await;
    app.simulator.create_group(APP, "live", GroupType::AVChatRoom);
    let masked = app.say("casino").await;
    let tagged = app.say("add my wechat").await;
    let recalled = app.say("i will hurt you").await;
    let named = app.say("a rude word").await;
    app.say("a lottery").await;
    app.send(Post::text(APP, "live", "kim", "casino")).await;
    let by_hand = app.say("an innocent text").await;
    app.quiet().await;
    let seq = by_hand.to_string();
    let arguments = ["mask", "--group", GROUP, "--seq", &seq, "--reason", "reported"];
    let hand = super::process::automod(app.variables(), &arguments);
    assert_eq!(hand.code, 0, "{hand:?}");
    app.quiet().await;
    let rows = app.audit(&["list"]).json();
    let masked_id = decision(&rows, masked)["id"].clone();
    let undo = ["undo", masked_id.as_str().unwrap(), "--reason", "a film title"];
    assert_eq!(super::process::automod(app.variables(), &undo).code, 0);
    app.until("undone", async || app.decisions().await.iter().any(|row| row.outcome == "undone"))
        .await;

    let exported = app.audit(&["export", "--format", "dsa"]);
    assert_eq!((exported.code, exported.err.as_str()), (0, ""));
    for word in ["casino", "lee", "kim", GROUP, "innocent"] {
        assert!(!exported.out.contains(word), "no text and no account: {word}");
    }
    let statements = exported.json();
    assert_eq!(statements.len(), 5, "what was only watched, or could not be done, is no decision");
    let today = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    for statement in &statements {
        for field in ["decision_visibility", "content_type", "territorial_scope"] {
            assert!(statement[field].as_array().is_some_and(|list| !list.is_empty()), "{field}");
        }
        for field in ["decision_facts", "decision_ground", "category", "source_type", "puid"] {
            assert!(statement[field].as_str().is_some_and(|text| !text.is_empty()), "{field}");
        }
        assert_eq!(statement["content_type"], json!(["CONTENT_TYPE_TEXT"]));
        assert_eq!(statement["territorial_scope"].as_array().unwrap().len(), 27);
        assert_eq!(
            (&statement["content_date"], &statement["application_date"]),
            (&json!(today), &json!(today))
        );
        let puid = statement["puid"].as_str().unwrap();
        assert!(puid.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)), "{puid}");
    }

    let of = |seq| of(&statements, seq, &rows);
    let statement = of(masked);
    assert_eq!(statement["decision_visibility"], json!(["DECISION_VISIBILITY_OTHER"]));
    assert!(statement["decision_visibility_other"].as_str().unwrap().contains("masked"));
    assert_eq!(statement["decision_ground"], "DECISION_GROUND_INCOMPATIBLE_CONTENT");
    assert_eq!(statement["incompatible_content_ground"], "Terms of service");
    assert!(statement["incompatible_content_explanation"].is_string());
    assert_eq!(statement["category"], "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS");
    assert_eq!(statement["end_date_visibility_restriction"], json!(today), "it was given back");
    let automated = (&statement["automated_detection"], &statement["automated_decision"]);
    assert_eq!(automated, (&json!("Yes"), &json!("AUTOMATED_DECISION_FULLY")));
    assert_eq!(statement["source_type"], "SOURCE_VOLUNTARY");

    let statement = of(tagged);
    assert_eq!(statement["decision_visibility"], json!(["DECISION_VISIBILITY_CONTENT_LABELLED"]));
    assert_eq!(statement["category"], "STATEMENT_CATEGORY_OTHER_VIOLATION_TC");
    assert!(statement.get("end_date_visibility_restriction").is_none());

    let statement = of(recalled);
    assert_eq!(statement["decision_visibility"], json!(["DECISION_VISIBILITY_CONTENT_REMOVED"]));
    assert_eq!(statement["decision_ground"], "DECISION_GROUND_ILLEGAL_CONTENT");
    assert_eq!(statement["illegal_content_legal_ground"], "Criminal code, section 241");
    assert_eq!(statement["illegal_content_explanation"], "Threats of violence against persons");
    assert!(statement.get("incompatible_content_ground").is_none());
    assert_eq!(statement["category"], "STATEMENT_CATEGORY_VIOLENCE");

    let statement = of(named);
    assert_eq!(statement["incompatible_content_ground"], "Community rules, 4.2");

    let statement = of(by_hand);
    assert_eq!(statement["source_type"], "SOURCE_TYPE_OTHER_NOTIFICATION");
    let automated = (&statement["automated_detection"], &statement["automated_decision"]);
    assert_eq!(automated, (&json!("No"), &json!("AUTOMATED_DECISION_NOT_AUTOMATED")));
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_say_what_the_rules_cannot_know() {
    let app = TestApp::spawn().await;
    app.say("casino, add my wechat").await;
    app.quiet().await;
    let mut variables = app.variables().clone();
    for (name, value) in [
        ("TERRITORIAL_SCOPE", "DE,FR"),
        ("TERMS", "Terms of use, section 3"),
        ("TERMS_URL", "https://example.com/terms"),
        ("ACCOUNT_TYPE", "ACCOUNT_TYPE_PRIVATE"),
        (
            "CATEGORIES",
            "gambling=STATEMENT_CATEGORY_CONSUMER_INFORMATION,contact=STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
        ),
    ] {
        variables.insert(format!("AUTOMOD_AUDIT__DSA__{name}"), value.to_owned());
    }
    let ran = super::process::automod(&variables, &["audit", "export", "--format", "dsa"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let statement = ran.json().remove(0);
    assert_eq!(statement["territorial_scope"], json!(["DE", "FR"]));
    assert_eq!(statement["incompatible_content_ground"], "Terms of use, section 3");
    assert_eq!(statement["decision_ground_reference_url"], "https://example.com/terms");
    assert_eq!(statement["account_type"], "ACCOUNT_TYPE_PRIVATE");
    assert_eq!(statement["category"], "STATEMENT_CATEGORY_CONSUMER_INFORMATION");
    assert_eq!(statement["category_addition"], json!(["STATEMENT_CATEGORY_SCAMS_AND_FRAUD"]));
    variables.insert("AUTOMOD_AUDIT__DSA__CATEGORIES".into(), "gambling=GAMES".into());
    let wrong = super::process::automod(&variables, &["audit", "export", "--format", "dsa"]);
    assert_eq!((wrong.code, wrong.out.as_str()), (78, ""));
    assert!(wrong.err.contains("audit.dsa.categories"), "{}", wrong.err);
}
