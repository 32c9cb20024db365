//! Buttons.

use crate::world::{DEV, LISA, World};
use serde_json::json;
use std::sync::atomic::Ordering;

#[tokio::test]
async fn approve_is_committed_before_it_is_acknowledged() {
    let w = World::new().await;
    let card = w.asked().await;
    let held = w.engine.commits.lock().await;
    let slack = w.slack.clone();
    let pressing = tokio::spawn(async move { slack.press(LISA, "Approve", &card).await });
    while w.engine.calls() < 2 {
        tokio::task::yield_now().await;
    }
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    assert!(!pressing.is_finished(), "acknowledged before the commit");
    assert!(w.engine.only().votes.is_empty());
    drop(held);
    assert!(pressing.await.unwrap().acknowledged);
    assert_eq!(w.engine.only().votes.len(), 1);
}

/// THREATS B02
#[tokio::test]
async fn abuse_b02_duplicate_delivery_changes_nothing() {
    let w = World::new().await;
    let card = w.asked().await;
    w.slack.repeat(3);
    assert!(w.slack.press(LISA, "Approve", &card).await.acknowledged);
    let said = w.slack.command(DEV, "grafana 1h looking").await;
    w.slack.repeat(1);
    assert!(said.words().contains("grafana"), "the repetition gets the same answer: {}", said.words());
    assert_eq!(w.engine.requests().len(), 2);
    assert_eq!(w.engine.requests()[0].votes.len(), 1);
    // The three presses left no private "already voted" behind.
    assert!(w.slack.messages().iter().all(|m| !m.words().contains("already")));
}

/// rule 15
#[tokio::test]
async fn refusals_are_told_privately_to_who_pressed() {
    let w = World::new().await;
    let card = w.asked().await;
    for (user, word) in [(DEV, "your own request"), ("U00000099", "/access link")] {
        assert!(w.slack.press(user, "Approve", &card).await.acknowledged);
        let told = w.slack.private_to(user).await;
        assert!(told.words().contains(word), "{user}: {}", told.words());
    }
    w.slack.press("U00000005", "Approve", &card).await;
    let told = w.slack.private_to("U00000005").await;
    assert!(told.words().contains("lisa"), "says who can: {}", told.words());
    assert!(w.engine.only().votes.is_empty());
}

#[tokio::test]
async fn details_show_everything_and_what_the_reader_may_do() {
    let w = World::new().await;
    let card = w.asked().await;
    w.slack.press(LISA, "Details", &card).await;
    let told = w.slack.private_to(LISA).await;
    assert!(told.words().contains("billing migration"), "{}", told.words());
    assert_eq!(told.buttons(), ["Approve with changes…"]);
    w.slack.press(DEV, "Details", &card).await;
    let told = w.slack.private_to(DEV).await;
    assert_eq!(told.buttons(), ["Cancel request"]);
    w.slack.press(DEV, "Cancel request", &told).await;
    assert!(w.slack.private_to(DEV).await.words().contains("req-0000"));
    assert_eq!(w.engine.only().state.key(), "withdrawn");
}

/// THREATS B05, A11: one field at a time says that the event is not ours.
#[tokio::test]
async fn abuse_b05_presses_from_elsewhere_change_nothing() {
    let w = World::new().await;
    let card = w.asked().await;
    let calls = w.engine.calls();
    for (pointer, value) in [
        ("/team/id", json!("T00000002")),
        ("/team", json!(null)),
        ("/user/team_id", json!("T00000002")),
        ("/enterprise", json!({"id": "E00000002"})),
        ("/api_app_id", json!("A00000002")),
        ("/user/id", json!("u00000002")),
    ] {
        let mut payload = w.slack.press_payload(LISA, "Approve", &card);
        *payload.pointer_mut(pointer).unwrap() = value;
        let ack = w.slack.deliver("interactive", payload).await;
        // Enterprise ids differ only where we have one ourselves; this workspace has none, so that event is ours.
        let ours = pointer == "/enterprise";
        assert!(ack.acknowledged);
        assert_eq!(w.engine.calls() > calls, ours, "{pointer}");
        if ours {
            break;
        }
    }
    let mut payload = w.slack.command_payload(LISA, "list");
    payload["team_id"] = "T00000002".into();
    assert!(w.slack.deliver("slash_commands", payload).await.words().contains("another workspace"));
}

/// THREATS B03
#[tokio::test]
async fn abuse_b03_forged_buttons_are_refused() {
    let w = World::new().await;
    let card = w.asked().await;
    let calls = w.engine.calls();
    for value in
        ["", "approve", "approve:", "root:01J:0", "approve:01J:0:1", &"approve:".repeat(300), "approve:<!channel>"]
    {
        let mut payload = w.slack.press_payload(LISA, "Approve", &card);
        payload["actions"][0]["value"] = value.into();
        assert!(w.slack.deliver("interactive", payload).await.acknowledged);
        assert!(w.slack.private_to(LISA).await.words().contains("Nothing was recorded"), "{value}");
    }
    assert_eq!(w.engine.calls(), calls);
    let mut payload = w.slack.press_payload(LISA, "Approve", &card);
    payload["actions"][0]["value"] = "approve:01JNDEM0000000000000009999:0".into();
    w.slack.deliver("interactive", payload).await;
    assert!(w.slack.private_to(LISA).await.words().contains("no request"));
}

#[tokio::test]
async fn without_an_answer_address_the_answer_is_posted_privately() {
    let w = World::new().await;
    let card = w.asked().await;
    let mut payload = w.slack.press_payload(DEV, "Approve", &card);
    payload["response_url"] = "http://169.254.169.254/latest".into();
    w.slack.deliver("interactive", payload).await;
    assert!(w.slack.private_to(DEV).await.words().contains("your own request"));
    assert_eq!(w.slack.calls("chat.postEphemeral").len(), 1);
}

#[tokio::test]
async fn an_engine_that_is_away_is_said_privately() {
    let w = World::new().await;
    let card = w.asked().await;
    w.engine.down.store(true, Ordering::SeqCst);
    assert!(w.slack.press(LISA, "Approve", &card).await.acknowledged);
    assert!(w.slack.private_to(LISA).await.words().contains("Nothing was recorded"));
}
