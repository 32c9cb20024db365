//! A group becomes a supergroup: it has another id from then on, and counts its messages anew.

use crate::world::{DEV, LISA, World, place, settings, telegram_engine, unhurried};
use countersign_engine::{
    card,
    ports::{DeliveryError, Messenger},
};
use countersign_telegram::Settings;
use serde_json::json;
use std::sync::Arc;

const OLD: i64 = -4_001;
const NEW: i64 = -1_001_000_004_001;

/// The policy names the old id.
async fn in_a_plain_group() -> World {
    let telegram = unhurried().await;
    telegram.add_group(OLD);
    let settings = Settings { places: Arc::new(|| vec![OLD.to_string()]), ..settings(&telegram) };
    let world = World::of(&telegram, settings, Arc::new(telegram_engine()));
    world.telegram.polled(1).await;
    world.telegram.command(DEV, DEV, "prod-db 4h billing").await;
    world
}

#[tokio::test]
async fn a_card_follows_at_once_and_says_where_it_went() {
    let w = in_a_plain_group().await;
    let card = card::request(&w.engine.shared(w.engine.only()));
    let before = w.bot.post(&place(OLD), &card).await.unwrap();
    assert_eq!(before.place, OLD.to_string());
    w.telegram.migrate(OLD, NEW);
    let after = w.bot.post(&place(OLD), &card).await.unwrap();
    assert_eq!(after.place, NEW.to_string());
    w.telegram.card_in(NEW).await;
    let tries = w.telegram.calls("sendMessage").len();
    w.bot.post(&place(OLD), &card).await.unwrap();
    assert_eq!(w.telegram.calls("sendMessage").len(), tries + 1, "the new id is remembered");
    assert_eq!(w.bot.update(&before, &card).await, Err(DeliveryError::Gone), "an old number means nothing there");
    assert_eq!(w.bot.update(&after, &card).await, Ok(()));
}

#[tokio::test]
async fn an_update_that_meets_the_move_says_gone() {
    let w = in_a_plain_group().await;
    let card = card::request(&w.engine.shared(w.engine.only()));
    let before = w.bot.post(&place(OLD), &card).await.unwrap();
    w.telegram.migrate(OLD, NEW);
    assert_eq!(w.bot.update(&before, &card).await, Err(DeliveryError::Gone));
    assert_eq!(w.bot.post(&place(OLD), &card).await.unwrap().place, NEW.to_string());
}

/// The policy's old id keeps working for presses, however we learn of the move.
#[tokio::test]
async fn presses_in_the_new_chat_count() {
    for told in ["migrate_to_chat_id", "migrate_from_chat_id"] {
        let w = in_a_plain_group().await;
        w.telegram.migrate(OLD, NEW);
        let (chat, other) = if told == "migrate_to_chat_id" { (OLD, NEW) } else { (NEW, OLD) };
        let mut news = w.telegram.writing(DEV, chat, "");
        news["message"][told] = other.into();
        w.telegram.deliver(news).await;
        let data = format!("approve:{}:0", w.engine.only().id);
        let message = json!({"chat": {"id": NEW, "type": "supergroup"}, "message_id": 5, "date": 1});
        w.telegram.press_data(LISA, &data, message).await;
        assert_eq!(w.engine.only().votes.len(), 1, "{told}");
    }
}

/// A move while we were not running is found at the start.
#[tokio::test]
async fn a_move_that_was_missed_is_found() {
    let w = in_a_plain_group().await;
    w.telegram.migrate(OLD, NEW);
    w.stop.send(()).unwrap();
    assert_eq!(w.running.await.unwrap(), Ok(()));
    let settings = Settings { places: Arc::new(|| vec![OLD.to_string()]), ..settings(&w.telegram) };
    let polls = w.telegram.calls("getUpdates").len();
    let w = World::of(&w.telegram, settings, w.engine.clone());
    w.telegram.called("getUpdates", polls + 1).await;
    let data = format!("approve:{}:0", w.engine.only().id);
    let message = json!({"chat": {"id": NEW, "type": "supergroup"}, "message_id": 5, "date": 1});
    w.telegram.press_data(LISA, &data, message).await;
    assert_eq!(w.engine.only().votes.len(), 1);
}
