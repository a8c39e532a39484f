//! Generated tables are as they were generated: each says in its head what its rest hashes to.

use sha2::{Digest, Sha256};

const TABLES: [(&str, &str); 3] = [
    ("//", include_str!("../../../src/engine/fold/tables.rs")),
    ("#", include_str!("../../../src/engine/variants/readings.txt")),
    ("#", include_str!("../../../src/engine/variants/parts.txt")),
];

#[test]
fn no_hand_has_been_on_a_table() {
    for (mark, table) in TABLES {
        let head =
            table.lines().take_while(|line| line.starts_with(mark)).collect::<Vec<_>>().join("\n");
        let told = head.rsplit("SHA-256 of the rest: ").next().unwrap_or_default();
        let rest = table[head.len()..].strip_prefix('\n').expect("a line end behind the head");
        // The last line end of a list of rows is not a part of them.
        let rest = if mark == "#" { rest.trim_end() } else { rest };
        assert_eq!(hex::encode(Sha256::digest(rest)), told, "{head}");
        assert!(head.contains("Source") && head.contains("do not edit"), "{head}");
    }
}

#[test]
fn rows_are_in_order_and_none_is_twice() {
    for (_, table) in &TABLES[1..] {
        let rows = table.lines().filter(|line| !line.starts_with('#'));
        let keys: Vec<&str> =
            rows.filter_map(|row| row.split_once(' ')).map(|(key, _)| key).collect();
        assert!(keys.len() > 400 && keys.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
