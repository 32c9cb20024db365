//! Slack's own software as referees: its Python SDK, when `COUNTERSIGN_TEST_PYTHON` names a Python that has `slack_sdk`,
//! and its TypeScript types, when `COUNTERSIGN_TEST_NODE_MODULES` names a directory where `@slack/types` and `typescript`
//! are installed.

use crate::world::{DEV, LISA, World};
use countersign_kit::{
    gallery,
    referee::{at, judged, node, script},
    slack::{SIGNING_SECRET, sign},
};
use countersign_slack::blocks;
use serde_json::{Value, json};
use std::process::Command;

/// Every card and every form.
async fn messages() -> Vec<Value> {
    let mut lines: Vec<Value> =
        gallery().iter().map(|(name, card)| json!({"name": name, "blocks": blocks(card)})).collect();
    lines.extend(forms().await);
    lines
}

/// Every card, every form and a signature of the fake's.
#[tokio::test]
async fn slacks_own_sdk_takes_what_we_send() {
    let Some(python) = at("COUNTERSIGN_TEST_PYTHON") else { return };
    let mut lines = messages().await;
    let [stamp, signature] = sign(SIGNING_SECRET, 1_772_560_800, "text=prod-db");
    lines.push(json!({"name": "signature", "secret": SIGNING_SECRET, "body": "text=prod-db", "timestamp": stamp.1,
        "signature": signature.1, "now": 1_772_560_800}));
    let said = judged(Command::new(python).arg(script("slack_blocks.py")), &lines);
    assert!(said.contains(&format!("{0} of {0} accepted", lines.len())), "{said}");
}

/// Their types know every key; the SDK lets unknown ones of nested objects pass.
#[tokio::test]
async fn slacks_own_types_take_what_we_send() {
    let Some(modules) = at("COUNTERSIGN_TEST_NODE_MODULES") else { return };
    let lines = messages().await;
    let said = judged(&mut node("slack_types.mjs", &modules), &lines);
    assert!(said.contains(&format!("{0} of {0} accepted", lines.len())), "{said}");
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
