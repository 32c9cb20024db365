//! Slack's own Python SDK as referee, when `COUNTERSIGN_TEST_SLACK_SDK` names a Python that has `slack_sdk`.

use crate::world::{DEV, LISA, World};
use countersign_kit::{
    gallery,
    slack::{SIGNING_SECRET, sign},
};
use countersign_slack::blocks;
use serde_json::{Value, json};
use std::{
    io::Write,
    process::{Command, Stdio},
};

/// Every card, every form and a signature of the fake's.
#[tokio::test]
async fn slacks_own_sdk_takes_what_we_send() {
    let variable = "COUNTERSIGN_TEST_SLACK_SDK";
    let Ok(python) = std::env::var(variable) else {
        assert!(std::env::var("COUNTERSIGN_TEST_STRICT").is_err(), "{variable} is not set");
        println!("skipped: {variable} is not set");
        return;
    };
    let mut lines: Vec<Value> =
        gallery().iter().map(|(name, card)| json!({"name": name, "blocks": blocks(card)})).collect();
    lines.extend(forms().await);
    let [stamp, signature] = sign(SIGNING_SECRET, 1_772_560_800, "text=prod-db");
    lines.push(json!({"name": "signature", "secret": SIGNING_SECRET, "body": "text=prod-db", "timestamp": stamp.1,
        "signature": signature.1, "now": 1_772_560_800}));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/peers/slack_blocks.py");
    let mut peer =
        Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python starts");
    let mut input = peer.stdin.take().unwrap();
    for line in &lines {
        writeln!(input, "{line}").unwrap();
    }
    drop(input);
    let done = peer.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && said.contains(&format!("{0} of {0} accepted", lines.len())), "{said}");
}

/// The three forms, as Slack was asked to open them.
async fn forms() -> Vec<Value> {
    let w = World::new().await;
    let card = w.asked().await;
    w.slack.command(DEV, "").await;
    w.slack.form_for(DEV).await;
    w.slack.press(LISA, "Deny", &card).await;
    w.slack.form_for(LISA).await;
    w.slack.press(LISA, "Details", &card).await;
    let details = w.slack.private_to(LISA).await;
    w.slack.press(LISA, "Approve with changes…", &details).await;
    w.slack.form_for(LISA).await;
    let opened = w.slack.calls("views.open");
    assert_eq!(opened.len(), 3);
    opened.iter().map(|call| json!({"name": call["view"]["callback_id"], "view": call["view"]})).collect()
}
