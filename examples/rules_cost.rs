//! What it costs to check rules: `cargo run --release --example rules_cost`.
//!
//! Prints the time that 1,000 rules with five tests each take, every fifth with open edges, and 16 MB of nested YAML.

use chat_automod::engine::{Sources, compile};
use std::time::Instant;

fn rule(number: usize) -> String {
    let (matcher, hit) = match number % 5 {
        0 => (format!("words: ['promo{number}*', 'casino*']"), format!("promo{number}s")),
        1 => (format!("words: [brand{number}x, 加微{number}号]"), format!("brand{number}x")),
        2 => (format!("words: [offer{number}y], disguises: heavy"), format!("offer{number}y")),
        3 => (format!("regex: 'deal{number}[0-9]{{3,}}'"), format!("deal{number}123")),
        _ => (format!("links: [shop{number}.com]"), format!("see shop{number}.com")),
    };
    format!(
        "  - id: rule-{number}\n    match: {{ {matcher} }}\n    action: {{ mask: stars }}\n    tests:\n      catch: ['{hit}', 'now {hit} !']\n      pass: [good morning, 早上好, 오늘 회의는 세 시에]\n"
    )
}

fn cost(what: &str, yaml: String) {
    let sources = Sources::of([("rules.yaml", yaml)]);
    let begun = Instant::now();
    let result = match compile(&sources) {
        Ok(_) => "in order",
        Err(_) => "refused",
    };
    println!("{what}: {result} after {} ms", begun.elapsed().as_millis());
}

fn main() {
    let rules: String = (0..1_000).map(rule).collect();
    cost("1,000 rules with tests", format!("rules:\n{rules}"));
    cost("16 MB of nested YAML", format!("{}\n", "[".repeat(60_000)).repeat(270));
}
