//! Buttons.

use crate::world::{DEV, LISA, NOBODY, SEC1, World};
use countersign_kit::telegram::GROUP;
use serde_json::json;
use std::sync::atomic::Ordering;

#[tokio::test]
async fn approve_is_committed_before_it_is_answered_or_confirmed() {
    let w = World::new().await;
    let card = w.asked().await;
    let held = w.engine.commits.lock().await;
    let telegram = w.telegram.clone();
    let pressing = tokio::spawn(async move { telegram.press(LISA, "Approve", &card).await });
    while w.engine.calls() < 2 {
        tokio::task::yield_now().await;
    }
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    assert!(!pressing.is_finished() && w.telegram.calls("answerCallbackQuery").is_empty());
    assert!(w.engine.only().votes.is_empty());
    drop(held);
    let answer = pressing.await.unwrap();
    assert!(!answer.alert && answer.text.contains("recorded"), "{answer:?}");
    assert_eq!(w.engine.only().votes.len(), 1);
}

/// THREATS B02
#[tokio::test]
async fn abuse_b02_duplicate_delivery_changes_nothing() {
    let w = World::new().await;
    let card = w.asked().await;
    w.telegram.repeat(3);
    w.telegram.press(LISA, "Approve", &card).await;
    w.telegram.command(DEV, GROUP, "grafana 1h looking").await;
    assert_eq!(w.engine.requests().len(), 2);
    assert_eq!(w.engine.requests()[0].votes.len(), 1);
    assert!(w.telegram.messages().iter().all(|m| !m.words().contains("already")));
}

/// rule 15
#[tokio::test]
async fn refusals_are_alerts_to_who_pressed() {
    let w = World::new().await;
    let card = w.asked().await;
    for (user, word) in [(DEV, "your own request"), (NOBODY, "/access link"), (SEC1, "lisa")] {
        let answer = w.telegram.press(user, "Approve", &card).await;
        let told = format!("{} {}", answer.text, w.told(user));
        assert!(answer.alert && told.contains(word), "{user}: {told}");
    }
    assert!(w.engine.only().votes.is_empty());
}

#[tokio::test]
async fn details_show_everything_and_what_the_reader_may_do() {
    let w = World::new().await;
    let card = w.asked().await;
    w.telegram.press(LISA, "Details", &card).await;
    let told = w.new_to(LISA);
    assert!(told.words().contains("billing migration") && told.words().contains("Why this chain"), "{}", told.words());
    assert_eq!(told.buttons(), ["Approve with changes…"]);
    w.telegram.press(DEV, "Details", &card).await;
    let told = w.new_to(DEV);
    assert_eq!(told.buttons(), ["Cancel request"]);
    let answer = w.telegram.press(DEV, "Cancel request", &told).await;
    assert!(answer.text.contains("req-0000"), "{answer:?}");
    assert_eq!(w.engine.only().state.key(), "withdrawn");
}

/// THREATS B04: presses on copies in chats that no workflow names.
#[tokio::test]
async fn abuse_b04_presses_from_elsewhere_change_nothing() {
    let w = World::new().await;
    let card = w.asked().await;
    let (calls, raw) = (w.engine.calls(), w.telegram.raw(&card));
    let data = card.keys().next().unwrap()["callback_data"].as_str().unwrap().to_owned();
    for chat in [
        json!({"id": -1_001_000_000_009_i64, "type": "supergroup"}),
        json!({"id": -7, "type": "group"}),
        json!({"id": DEV, "type": "private"}),
        json!({"id": GROUP, "type": "private"}),
        json!(null),
    ] {
        let mut message = raw.clone();
        message["chat"] = chat.clone();
        let answer = w.telegram.press_data(LISA, &data, message).await;
        assert!(answer.alert && answer.text.contains("Nothing was recorded"), "{chat}: {answer:?}");
    }
    assert!(w.telegram.press_data(LISA, &data, json!(null)).await.alert, "sent through inline mode");
    let (id, mut by_bot) = w.telegram.pressing(LISA, &data, raw);
    by_bot["callback_query"]["from"]["is_bot"] = true.into();
    w.telegram.deliver(by_bot).await;
    assert!(w.telegram.calls("answerCallbackQuery").iter().any(|call| call["callback_query_id"] == id));
    assert_eq!(w.engine.calls(), calls);
}

/// Telegram shows of old messages no more than where they stood.
#[tokio::test]
async fn buttons_of_old_messages_still_work() {
    let w = World::new().await;
    let card = w.asked().await;
    let data = card.keys().next().unwrap()["callback_data"].as_str().unwrap().to_owned();
    let old = json!({"chat": {"id": GROUP, "type": "supergroup"}, "message_id": card.id, "date": 0});
    assert!(w.telegram.press_data(LISA, &data, old).await.text.contains("recorded"));
    assert_eq!(w.engine.only().votes.len(), 1);
}

/// THREATS B03
#[tokio::test]
async fn abuse_b03_forged_buttons_are_refused() {
    let w = World::new().await;
    let card = w.asked().await;
    let (calls, raw) = (w.engine.calls(), w.telegram.raw(&card));
    for data in
        ["", "approve", "approve:", "root:01J:0", "approve:01J:0:1", &"approve:".repeat(300), "n:x", "m:", "v:1", "u::"]
    {
        let answer = w.telegram.press_data(LISA, data, raw.clone()).await;
        assert!(answer.alert && answer.text.contains("Nothing was recorded"), "{data}: {answer:?}");
    }
    assert_eq!(w.engine.calls(), calls);
    // A question's buttons on a shared card would put private words in its place.
    let id = w.engine.only().id.to_string();
    for data in
        [format!("n:{id}:0"), format!("m:{id}:0"), format!("v:{id}:0:0:60"), format!("u:{id}:0:abcdef"), "a:p:0".into()]
    {
        let answer = w.telegram.press_data(LISA, &data, raw.clone()).await;
        assert!(answer.alert && answer.text.contains("Nothing was recorded"), "{data}: {answer:?}");
    }
    assert!(w.engine.only().votes.is_empty() && w.telegram.seen(&card).edits == 0);
    let answer = w.telegram.press_data(LISA, "approve:01JNDEM0000000000000009999:0", raw).await;
    assert!(answer.text.contains("no request"), "{answer:?}");
}

#[tokio::test]
async fn an_engine_that_is_away_is_said_in_an_alert() {
    let w = World::new().await;
    let card = w.asked().await;
    w.engine.down.store(true, Ordering::SeqCst);
    let answer = w.telegram.press(LISA, "Approve", &card).await;
    assert!(answer.alert && answer.text.contains("Nothing was recorded"), "{answer:?}");
}
