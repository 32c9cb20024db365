//! Long polling.

use crate::world::{DEV, LISA, World, settings, telegram_engine, unhurried};
use countersign_engine::ports::BotError;
use countersign_kit::{
    stage::{Fault, Stage},
    telegram::{Failure, GROUP, TOKEN},
};
use serde_json::{Value, json};
use std::sync::Arc;

#[tokio::test]
async fn it_asks_for_what_it_acts_on_and_registers_its_commands_once() {
    let w = World::new().await;
    let asked = &w.telegram.calls("getUpdates")[0];
    assert_eq!(asked["allowed_updates"], json!(["message", "callback_query", "my_chat_member"]));
    assert!(asked.get("offset").is_none() && asked["timeout"].as_u64() >= Some(30));
    let scopes: Vec<Value> =
        w.telegram.calls("setMyCommands").iter().map(|call| call["scope"]["type"].clone()).collect();
    assert_eq!(scopes, [json!("all_private_chats"), json!("all_group_chats")]);
    w.stop.send(()).unwrap();
    assert_eq!(w.running.await.unwrap(), Ok(()));
    let again = World::of(&w.telegram, settings(&w.telegram), w.engine.clone());
    again.telegram.command(DEV, DEV, "help").await;
    assert_eq!(w.telegram.calls("setMyCommands").len(), 2, "they did not change");
}

/// An update is confirmed only after it was committed: a crash in between brings it back.
#[tokio::test]
async fn nothing_is_confirmed_before_its_commit() {
    let w = World::new().await;
    let held = w.engine.commits.lock().await;
    let telegram = w.telegram.clone();
    let asking = tokio::spawn(async move { telegram.command(DEV, DEV, "prod-db 4h billing").await });
    while w.engine.calls() < 1 {
        tokio::task::yield_now().await;
    }
    w.running.abort();
    assert!(w.running.await.is_err());
    drop(held);
    assert!(!asking.is_finished());
    let again = World::of(&w.telegram, settings(&w.telegram), w.engine.clone());
    assert!(asking.await.unwrap());
    assert_eq!(again.engine.only().state.key(), "pending");
}

#[tokio::test]
async fn it_comes_back_after_a_break() {
    let w = World::new().await;
    w.telegram.break_poll();
    assert!(w.telegram.command(DEV, DEV, "help").await);
    w.telegram.fail_next("getUpdates", Failure::Error(502, "Bad Gateway"));
    assert!(w.telegram.command(DEV, DEV, "help").await);
}

/// THREATS D06: it would never read better, so it is confirmed; it changes nothing.
#[tokio::test]
async fn abuse_d06_odd_updates_are_confirmed_and_change_nothing() {
    let w = World::new().await;
    for odd in [
        json!({"message": {"message_id": 1}}),
        json!({"message": "x"}),
        json!({"message": {"message_id": 1, "chat": {"id": 70001, "type": "private"}, "from": {"id": null}, "text": 7}}),
        json!({"callback_query": {"id": 7}}),
        json!({"callback_query": {"id": "7", "from": {"id": "70002"}}}),
        json!({"message": {}, "brand_new_kind": {"a": [1, 2]}}),
        json!({"my_chat_member": {"chat": {"id": GROUP}, "new_chat_member": {"status": "kicked"}}}),
    ] {
        assert!(w.telegram.deliver(odd.clone()).await, "{odd}");
    }
    assert_eq!(w.engine.calls(), 0);
    assert!(w.telegram.command(LISA, LISA, "help").await, "it goes on");
}

#[tokio::test]
async fn events_in_another_order_are_both_served() {
    let w = World::new().await;
    w.asked().await;
    w.telegram.fail(Fault::Reordered);
    assert_eq!(w.telegram.presses(2, "Approve").await, "", "it is still on its way");
    assert!(w.telegram.presses(3, "Approve").await.contains("recorded"));
    assert_eq!(w.engine.only().votes.len(), 1, "the manager fills the first step; lisa comes after");
    let told = w.telegram.calls("answerCallbackQuery");
    assert_eq!(told.len(), 2, "lisa, too, has an answer");
}

#[tokio::test]
async fn it_stops_when_it_is_told() {
    let w = World::new().await;
    w.stop.send(()).unwrap();
    assert_eq!(w.running.await.unwrap(), Ok(()));
}

#[tokio::test]
async fn bad_tokens_stop_it_loudly() {
    let telegram = unhurried().await;
    telegram.revoke(true);
    let w = World::of(&telegram, settings(&telegram), Arc::new(telegram_engine()));
    let refused = w.running.await.unwrap();
    assert!(matches!(&refused, Err(BotError::Unauthorized(why)) if why.contains("@BotFather")), "{refused:?}");

    let w = World::new().await;
    w.telegram.revoke(true);
    w.telegram.break_poll();
    assert!(matches!(w.running.await.unwrap(), Err(BotError::Unauthorized(_))), "and also later");
}

#[tokio::test]
async fn telegram_being_away_is_worth_another_try() {
    let telegram = unhurried().await;
    telegram.fail_next("getMe", Failure::Error(503, "Service Unavailable"));
    let w = World::of(&telegram, settings(&telegram), Arc::new(telegram_engine()));
    assert!(matches!(w.running.await.unwrap(), Err(BotError::Disconnected(_))));
}

/// A webhook that somebody left behind is taken away.
#[tokio::test]
async fn polling_begins_without_a_webhook() {
    let w = World::new().await;
    assert_eq!(w.telegram.calls("deleteWebhook").len(), 1);
    assert!(w.telegram.calls("deleteWebhook")[0].get("drop_pending_updates").is_none(), "what waits is not dropped");
}

/// Two programs with one token take each other's updates: ours says so, and its supervisor tries again.
#[tokio::test]
async fn another_program_with_our_token_is_said() {
    let w = World::new().await;
    let other = reqwest::Client::new().get(format!("{}/bot{TOKEN}/getUpdates", w.telegram.api_url())).send().await;
    assert_eq!(other.unwrap().status().as_u16(), 200);
    let ended = w.running.await.unwrap();
    assert!(matches!(&ended, Err(BotError::Disconnected(why)) if why.contains("another program")), "{ended:?}");
    let again = World::of(&w.telegram, settings(&w.telegram), w.engine.clone());
    assert!(again.telegram.command(DEV, DEV, "help").await, "and goes on afterwards");
}
