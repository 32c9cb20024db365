//! Rates and `retry_after`, on a clock that the test moves.

use crate::world::{World, direct, place, settings, telegram_engine};
use countersign_engine::{
    card,
    ports::{DeliveryError, Messenger, Ticks},
};
use countersign_kit::{
    gallery,
    telegram::{Failure, FakeTelegram, GROUP},
};
use countersign_telegram::Settings;
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// A clock that only the test moves, in seconds.
fn still() -> (Ticks, impl Fn(u64)) {
    let now = Arc::new(Mutex::new(Instant::now()));
    let (read, moved) = (now.clone(), now);
    (Arc::new(move || *read.lock().unwrap()), move |seconds| *moved.lock().unwrap() += Duration::from_secs(seconds))
}

async fn paced(ticks: &Ticks) -> World {
    let telegram = FakeTelegram::with_ticks(ticks.clone()).await;
    let settings = Settings { ticks: ticks.clone(), ..settings(&telegram) };
    let world = World::of(&telegram, settings, Arc::new(telegram_engine()));
    world.telegram.polled(1).await;
    world
}

fn seconds(n: u64) -> Result<countersign_engine::ports::MessageRef, DeliveryError> {
    Err(DeliveryError::Retry { after: Some(Duration::from_secs(n)) })
}

/// THREATS E12
#[tokio::test]
async fn abuse_e12_retry_after_is_obeyed_exactly() {
    let (ticks, advance) = still();
    let w = paced(&ticks).await;
    let card = &gallery()[0].1;
    w.telegram.fail_next("sendMessage", Failure::RetryAfter(30));
    assert_eq!(w.bot.post(&place(GROUP), card).await, seconds(30));
    assert!(w.bot.post(&direct(70_002), card).await.is_ok(), "another chat is not concerned");
    advance(29);
    assert_eq!(w.bot.post(&place(GROUP), card).await, seconds(1));
    advance(1);
    assert!(w.bot.post(&place(GROUP), card).await.is_ok());
}

/// What names no chat closes everything.
#[tokio::test]
async fn abuse_e12_a_limit_without_a_chat_holds_for_all() {
    let (ticks, advance) = still();
    let w = paced(&ticks).await;
    let card = &gallery()[0].1;
    let at = w.bot.post(&place(GROUP), card).await.unwrap();
    w.telegram.fail_next("answerCallbackQuery", Failure::RetryAfter(5));
    let (_, press) = w.telegram.pressing(
        70_009,
        "approve:1:0",
        serde_json::json!({"chat": {"id": GROUP, "type": "supergroup"}, "message_id": 1, "date": 1}),
    );
    w.telegram.deliver(press).await;
    assert_eq!(w.bot.post(&direct(70_002), card).await, seconds(5));
    assert_eq!(w.bot.update(&at, card).await, Err(DeliveryError::Retry { after: Some(Duration::from_secs(5)) }));
    advance(5);
    assert!(w.bot.post(&direct(70_002), card).await.is_ok());
}

/// 20 messages a minute and group; 30 calls a second in all: the fake counts too.
#[tokio::test]
async fn a_group_is_not_flooded() {
    let (ticks, advance) = still();
    let w = paced(&ticks).await;
    let card = &gallery()[0].1;
    for _ in 0..20 {
        assert!(w.bot.post(&place(GROUP), card).await.is_ok());
        advance(1);
    }
    let turn = DeliveryError::Paced { after: Duration::from_secs(40) };
    assert_eq!(w.bot.post(&place(GROUP), card).await, Err(turn));
    advance(40);
    assert!(w.bot.post(&place(GROUP), card).await.is_ok());
    let shown = card::test("Countersign", "here");
    assert!(w.bot.post(&direct(70_001), &shown).await.is_ok());
}
