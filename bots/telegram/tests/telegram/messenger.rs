//! Cards out: posted, converging, and what Telegram says about it.

use crate::world::{DEV, LISA, World, direct, place};
use countersign_engine::{
    address::Address,
    card,
    person::{Account, Platform},
    ports::{Bot, BotError, DeliveryError, MessageRef, Messenger},
};
use countersign_kit::telegram::{Failure, GROUP};
use std::time::Duration;

#[tokio::test]
async fn cards_reach_places_and_people_and_converge() {
    let w = World::new().await;
    w.asked().await;
    let card = card::request(&w.engine.shared(w.engine.only()));
    let there = w.bot.post(&direct(LISA), &card).await.unwrap();
    assert_eq!((there.tenant.as_str(), there.place.as_str()), ("", "70002"));
    let posted = w.telegram.card_in(LISA).await;
    assert_eq!(posted.buttons(), ["Approve", "Deny", "Details"]);
    w.bot.update(&there, &card).await.unwrap();
    assert_eq!(w.telegram.seen(&posted).edits, 0, "the same again is no change, and no error");
    w.telegram.command(DEV, GROUP, "cancel").await;
    let card = card::request(&w.engine.shared(w.engine.only()));
    w.bot.update(&there, &card).await.unwrap();
    let now = w.telegram.seen(&posted);
    assert_eq!((now.edits, now.buttons()), (1, vec!["Details".to_owned()]));
}

/// THREATS D03
#[tokio::test]
async fn abuse_d03_nothing_is_parsed_and_no_link_is_unfolded() {
    let w = World::new().await;
    let posted = w.asked().await;
    let card = card::request(&w.engine.shared(w.engine.only()));
    let at = MessageRef { tenant: String::new(), place: GROUP.to_string(), message: posted.id.to_string() };
    w.bot.update(&at, &card).await.unwrap();
    let sent = [w.telegram.calls("sendMessage"), w.telegram.calls("editMessageText")].concat();
    assert!(sent.len() >= 3);
    for call in sent {
        assert_eq!(call["link_preview_options"]["is_disabled"], true, "{call}");
        assert!(call.get("parse_mode").is_none() && call["entities"].is_array(), "{call}");
    }
}

#[tokio::test]
async fn what_is_gone_is_said_to_be_gone() {
    let w = World::new().await;
    w.asked().await;
    let card = card::request(&w.engine.shared(w.engine.only()));
    let at = w.post_card().await;
    w.telegram.delete(&w.telegram.card_in(GROUP).await);
    w.telegram.command(DEV, GROUP, "cancel").await;
    let changed = card::request(&w.engine.shared(w.engine.only()));
    assert_eq!(w.bot.update(&at, &changed).await, Err(DeliveryError::Gone));
    assert_eq!(w.bot.post(&place(-1_001_000_000_077), &card).await, Err(DeliveryError::Gone));
    for odd in ["", "x", "99999999999999"] {
        let at = MessageRef { message: odd.into(), ..at.clone() };
        assert_eq!(w.bot.update(&at, &card).await, Err(DeliveryError::Gone), "{odd}");
    }
    w.telegram.fail_next("editMessageText", Failure::Error(400, "Bad Request: message can't be edited"));
    assert_eq!(w.bot.update(&at, &card).await, Err(DeliveryError::Gone));
}

#[tokio::test]
async fn who_cannot_be_reached_is_said_with_what_would_help() {
    let w = World::new().await;
    w.asked().await;
    let card = card::request(&w.engine.shared(w.engine.only()));
    w.telegram.never_started(70_003);
    for (user, said) in [(70_003, "bot can't initiate conversation"), (12_345, "chat not found")] {
        let refused = w.bot.post(&direct(user), &card).await;
        assert!(
            matches!(&refused, Err(DeliveryError::Rejected(why)) if why.contains(said) && why.contains("hint:")),
            "{refused:?}"
        );
    }
    for said in ["Forbidden: bot was blocked by the user", "Forbidden: bot was kicked from the supergroup chat"] {
        w.telegram.fail_next("sendMessage", Failure::Error(403, said));
        let refused = w.bot.post(&direct(LISA), &card).await;
        assert!(matches!(&refused, Err(DeliveryError::Rejected(why)) if why.contains("hint:")), "{refused:?}");
    }
    let slack = Account { platform: Platform::Slack, tenant: "T1".into(), user: "U1".into() };
    for address in [
        Address::Direct(slack),
        Address::Direct(Account { platform: Platform::Telegram, tenant: String::new(), user: "ann".into() }),
    ] {
        assert!(matches!(w.bot.post(&address, &card).await, Err(DeliveryError::Rejected(_))), "{address}");
    }
}

#[tokio::test]
async fn telegram_in_trouble_is_tried_again_later() {
    let w = World::new().await;
    w.asked().await;
    let card = card::request(&w.engine.shared(w.engine.only()));
    for failure in [
        Failure::Error(500, "Internal Server Error"),
        Failure::Garbage(502),
        Failure::Garbage(200),
        Failure::Lost,
        Failure::LostAfter,
        Failure::Limited,
    ] {
        w.telegram.fail_next("sendMessage", failure.clone());
        let tried = w.bot.post(&direct(LISA), &card).await;
        assert_eq!(tried, Err(DeliveryError::Retry { after: None }), "{failure:?}");
    }
    assert!(w.bot.post(&direct(LISA), &card).await.is_ok());
    w.telegram.fail_next("sendMessage", Failure::RetryAfter(30));
    let limited = w.bot.post(&direct(LISA), &card).await;
    assert_eq!(limited, Err(DeliveryError::Retry { after: Some(Duration::from_secs(30)) }));
}

/// A revoked token loses no card: deliveries wait for a good one, and nothing is sent meanwhile.
#[tokio::test]
async fn a_revoked_token_stops_the_bot_and_keeps_deliveries() {
    let w = World::new().await;
    w.asked().await;
    let card = card::request(&w.engine.shared(w.engine.only()));
    w.telegram.revoke(true);
    assert_eq!(w.bot.post(&place(GROUP), &card).await, Err(DeliveryError::Retry { after: None }));
    let stopped = w.running.await.unwrap();
    assert!(matches!(&stopped, Err(BotError::Unauthorized(why)) if why.contains("hint:")), "{stopped:?}");
    let calls = w.telegram.calls("sendMessage").len();
    assert_eq!(w.bot.post(&place(GROUP), &card).await, Err(DeliveryError::Retry { after: None }));
    assert_eq!(w.telegram.calls("sendMessage").len(), calls, "nothing is sent with a token that was denied");
    w.telegram.revoke(false);
    assert_eq!(w.bot.check().await, Ok("@countersign_bot (770000)".into()));
    assert!(w.bot.post(&place(GROUP), &card).await.is_ok());
}
