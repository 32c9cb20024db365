//! Discord's own verifier and an independent signer as referees, when `COUNTERSIGN_TEST_NODE_MODULES` names a directory where
//! `discord-interactions` and `tweetnacl` are installed.

use crate::http::served;
use countersign_kit::{
    discord::{public_key, sign},
    referee::{at, judged, node},
};
use serde_json::{Value, json};

/// A signed request, and whether it is good.
struct Row {
    name: &'static str,
    timestamp: String,
    body: String,
    signature: String,
}

fn rows(now: i64) -> Vec<Row> {
    let body = r#"{"type":1}"#;
    let good = sign(now, body)[1].1.clone();
    let row = |name, timestamp: i64, body: &str, signature: &str| Row {
        name,
        timestamp: timestamp.to_string(),
        body: body.to_owned(),
        signature: signature.to_owned(),
    };
    let mut flipped = good.clone();
    flipped.replace_range(127.., if good.ends_with('0') { "1" } else { "0" });
    vec![
        row("good", now, body, &good),
        row("good, with other letters", now, r#"{"type":1,"x":"ü 🔒"}"#, &sign(now, r#"{"type":1,"x":"ü 🔒"}"#)[1].1),
        row("body changed", now, r#"{"type":1} "#, &good),
        row("timestamp changed", now + 1, body, &good),
        row("last digit changed", now, body, &flipped),
        row("too short", now, body, &good[..64]),
        row("empty", now, body, ""),
        row("of another text", now, body, &sign(now, "{}")[1].1),
        row("zeros", now, body, &"0".repeat(128)),
    ]
}

/// Our server and Discord's own library agree on every row; what the independent signer signs is what our fake signs.
#[tokio::test]
async fn discords_own_library_agrees_with_us() {
    let Some(modules) = at("COUNTERSIGN_TEST_NODE_MODULES") else { return };
    let s = served(|_| {}).await;
    let rows = rows(s.engine.now().timestamp());
    let lines: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({"name": row.name, "seed": hex::encode([7; 32]), "key": public_key(), "timestamp": row.timestamp,
                "body": row.body, "signature": row.signature})
        })
        .collect();
    let said = judged(&mut node("discord_signature.js", &modules), &lines);
    let verdicts: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(verdicts.len(), lines.len(), "one answer a line");
    for (row, said) in rows.iter().zip(verdicts) {
        assert_eq!(said["name"], row.name);
        let headers =
            [("x-signature-timestamp", row.timestamp.clone()), ("x-signature-ed25519", row.signature.clone())];
        let ours = s.send(&headers, row.body.clone()).await.0 == 200;
        assert_eq!(said["verified"], ours, "{}", row.name);
        assert_eq!(ours, row.name.starts_with("good"), "{}", row.name);
        let fakes = &sign(row.timestamp.parse().unwrap(), &row.body)[1].1;
        assert_eq!(said["signature"], fakes.as_str(), "{}", row.name);
    }
}
