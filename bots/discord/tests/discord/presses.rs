//! Buttons.

use crate::world::{DEV, LISA, SEC1, STRANGER, World, direct};
use countersign_engine::ports::Messenger;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

#[tokio::test]
async fn approve_is_committed_before_it_is_answered() {
    let w = World::new().await;
    let card = w.asked().await;
    let held = w.engine.commits.lock().await;
    let discord = w.discord.clone();
    let pressed = card.clone();
    let pressing = tokio::spawn(async move { discord.press(LISA, "Approve", &pressed).await });
    while w.engine.calls() < 2 {
        tokio::task::yield_now().await;
    }
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    assert!(!pressing.is_finished(), "answered before the commit");
    assert!(w.engine.only().votes.is_empty());
    drop(held);
    assert_eq!(pressing.await.unwrap().kind(), 7, "the pressed card shows the vote at once");
    assert_eq!(w.engine.only().votes.len(), 1);
    w.discord.shows(&card, "approved by lisa").await;
    w.is_content();
}

/// THREATS B02
#[tokio::test]
async fn abuse_b02_duplicate_delivery_changes_nothing() {
    let w = World::new().await;
    let card = w.asked().await;
    w.discord.repeat(3);
    assert!(w.discord.press(LISA, "Approve", &card).await.acknowledged);
    let said = w.discord.command(DEV, "grafana 1h looking").await;
    w.discord.repeat(1);
    assert!(said.words().contains("grafana"), "{}", said.words());
    assert_eq!(w.engine.requests().len(), 2);
    assert_eq!(w.engine.requests()[0].votes.len(), 1);
    assert!(w.discord.messages().iter().all(|m| !m.words().contains("already")));
    w.is_content();
}

/// rule 15
#[tokio::test]
async fn refusals_are_told_privately_to_who_pressed() {
    let w = World::new().await;
    let card = w.asked().await;
    for (user, word) in [(DEV, "your own request"), (STRANGER, "/access link"), (SEC1, "lisa")] {
        let said = w.discord.press(user, "Approve", &card).await;
        assert!(said.is_private() && said.words().contains(word), "{user}: {}", said.words());
    }
    assert!(w.engine.only().votes.is_empty());
    assert_eq!(w.discord.now(&card).edits, 0);
    w.is_content();
}

#[tokio::test]
async fn buttons_work_in_direct_messages() {
    let w = World::new().await;
    w.asked().await;
    w.bot.post(&direct(LISA), &w.card()).await.unwrap();
    let card = w.discord.card_for(LISA).await;
    assert_eq!(card.buttons(), ["Approve", "Deny", "Details"]);
    assert_eq!(w.discord.press(LISA, "Approve", &card).await.kind(), 7);
    w.discord.shows(&card, "approved by lisa").await;
    w.is_content();
}

#[tokio::test]
async fn details_show_everything_and_what_the_reader_may_do() {
    let w = World::new().await;
    let card = w.asked().await;
    w.discord.private_to(DEV).await; // what dev was told when asking
    let said = w.discord.press(LISA, "Details", &card).await;
    assert!(said.is_private() && said.words().contains("Why this chain"), "{}", said.words());
    let told = w.discord.private_to(LISA).await;
    assert_eq!(told.buttons(), ["Approve with changes…"]);
    w.discord.press(DEV, "Details", &card).await;
    let told = w.discord.private_to(DEV).await;
    assert_eq!(told.buttons(), ["Cancel request"]);
    let said = w.discord.press(DEV, "Cancel request", &told).await;
    assert!(said.words().contains("req-0000"));
    assert_eq!(w.engine.only().state.key(), "withdrawn");
    w.is_content();
}

/// A reason may be longer than what Discord shows in one message beside a card: the rest follows.
#[tokio::test]
async fn long_details_are_continued() {
    let w = World::new().await;
    let reason = "_*_*_*_* ".repeat(220);
    w.discord.command(DEV, &format!("prod-db 4h {reason}")).await;
    w.post_card().await;
    let card = w.discord.card_in(countersign_kit::discord::CHANNEL).await;
    let first = w.discord.press(LISA, "Details", &card).await;
    let told = w.discord.private_to(LISA).await;
    assert!(first.is_private() && !told.buttons().is_empty());
    let rest = w.discord.private_to(LISA).await;
    let all = format!("{}{}", told.words(), rest.words());
    assert!(all.matches("_*_*_*_*").count() >= 215, "{all}");
    w.is_content();
}

/// THREATS B05, A11: one field at a time says that the interaction is not ours.
#[tokio::test]
async fn abuse_b05_presses_from_elsewhere_change_nothing() {
    let w = World::new().await;
    let card = w.asked().await;
    let calls = w.engine.calls();
    let other = || json!("900000000000000099");
    for (pointer, value) in [
        ("/application_id", other()),
        ("/application_id", json!(null)),
        ("/guild_id", other()),
        ("/guild_id", json!(null)),
        ("/context", json!(1)),
        ("/context", json!(2)),
        ("/authorizing_integration_owners", json!({"0": "900000000000000099"})),
        ("/authorizing_integration_owners", json!({"1": LISA})),
        ("/authorizing_integration_owners", json!({"0": "900000000000000001", "1": LISA})),
        ("/member/user/bot", json!(true)),
        ("/member/user/id", json!("lisa")),
        ("/member/user", json!(null)),
    ] {
        let mut payload = w.discord.press_payload(LISA, "Approve", &card);
        *payload.pointer_mut(pointer).unwrap() = value.clone();
        let said = w.discord.deliver(payload).await;
        assert!(said.words().contains("another server"), "{pointer} {value}: {}", said.words());
        assert_eq!(w.engine.calls(), calls, "{pointer} {value}");
    }
    let mut payload = w.discord.command_payload(LISA, &json!({"do": "list"}));
    payload["data"]["guild_id"] = other();
    assert!(w.discord.deliver(payload).await.words().contains("another server"));
}

/// THREATS B03
#[tokio::test]
async fn abuse_b03_forged_buttons_are_refused() {
    let w = World::new().await;
    let card = w.asked().await;
    let calls = w.engine.calls();
    for id in ["", "approve", "approve:", "root:01J:0", "approve:01J:0:1", &"approve:".repeat(300), "approve:@everyone"]
    {
        let mut payload = w.discord.press_payload(LISA, "Approve", &card);
        payload["data"]["custom_id"] = id.into();
        let said = w.discord.deliver(payload).await;
        assert!(said.is_private() && said.words().contains("Nothing was recorded"), "{id}");
    }
    assert_eq!(w.engine.calls(), calls);
    let mut payload = w.discord.press_payload(LISA, "Approve", &card);
    payload["data"]["custom_id"] = "approve:01JNDEM0000000000000009999:0".into();
    assert!(w.discord.deliver(payload).await.words().contains("no request"));
}

#[tokio::test]
async fn components_that_are_no_buttons_are_passed_over() {
    let w = World::new().await;
    let card = w.asked().await;
    for (pointer, value) in
        [("/data/component_type", json!(3)), ("/data", Value::Null), ("/data/custom_id", Value::Null)]
    {
        let mut payload = w.discord.press_payload(LISA, "Approve", &card);
        *payload.pointer_mut(pointer).unwrap() = value;
        assert_eq!(w.discord.deliver(payload).await.kind(), 6, "{pointer}");
    }
    assert!(w.engine.only().votes.is_empty());
    w.is_content();
}

#[tokio::test]
async fn an_engine_that_is_away_is_said_privately() {
    let w = World::new().await;
    let card = w.asked().await;
    w.engine.down.store(true, Ordering::SeqCst);
    let said = w.discord.press(LISA, "Approve", &card).await;
    assert!(said.is_private() && said.words().contains("Nothing was recorded"));
}

/// What is put off ends in words: the card converges by itself.
#[tokio::test]
async fn a_slow_vote_is_told_when_it_is_recorded() {
    let w = World::new().await;
    let card = w.asked().await;
    let held = w.engine.commits.lock().await;
    assert_eq!(w.discord.press(LISA, "Approve", &card).await.kind(), 5);
    assert!(w.engine.only().votes.is_empty());
    drop(held);
    let told = w.discord.private_to(LISA).await;
    assert!(told.words().contains("recorded"), "{}", told.words());
    assert_eq!(w.engine.only().votes.len(), 1);
    w.is_content();
}
