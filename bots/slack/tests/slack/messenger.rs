//! Cards out: posted, converging, paced.

use crate::world::{DEV, PLACE, World, place};
use countersign_engine::{
    address::Address,
    card,
    person::{Account, Platform},
    ports::{Bot, BotError, DeliveryError, Messenger},
};
use countersign_kit::slack::Failure;
use std::time::Duration;

fn direct(tenant: &str, user: &str) -> Address {
    Address::Direct(Account { platform: Platform::Slack, tenant: tenant.into(), user: user.into() })
}

#[tokio::test]
async fn cards_reach_places_and_people_and_converge() {
    let w = World::new().await;
    w.asked().await;
    let card = card::request(&w.engine.shared(w.engine.only()));
    let there = w.bot.post(&direct("T00000001", "U00000002"), &card).await.unwrap();
    assert_eq!(there.place, "D00000002");
    let posted = w.slack.card_for("U00000002").await;
    assert_eq!(posted.buttons(), ["Approve", "Deny", "Details"]);
    w.slack.command(DEV, "cancel").await;
    let card = card::request(&w.engine.shared(w.engine.only()));
    w.bot.update(&there, &card).await.unwrap();
    let now = w.slack.now(&posted);
    assert_eq!((now.edits, now.buttons()), (1, vec!["Details".to_owned()]));
}

/// THREATS D01
#[tokio::test]
async fn abuse_d01_every_post_switches_links_and_names_off() {
    let w = World::new().await;
    w.asked().await;
    let sent = &w.slack.calls("chat.postMessage")[0];
    for off in ["link_names", "unfurl_links", "unfurl_media"] {
        assert_eq!(sent[off], false, "{off}");
    }
    assert_eq!(sent["parse"], "none");
}

#[tokio::test]
async fn what_is_gone_is_said_to_be_gone() {
    let w = World::new().await;
    let posted = w.asked().await;
    let card = card::request(&w.engine.shared(w.engine.only()));
    let at = w.post_card().await;
    w.slack.delete(&w.slack.card_in(PLACE).await);
    assert_eq!(w.bot.update(&at, &card).await, Err(DeliveryError::Gone));
    assert_eq!(w.bot.post(&direct("T00000001", "U00000077"), &card).await, Err(DeliveryError::Gone));
    w.slack.archive(PLACE);
    assert_eq!(w.bot.post(&place(), &card).await, Err(DeliveryError::Gone));
    assert_eq!(posted.edits, 0);
    let elsewhere = w.bot.post(&direct("T00000002", "U00000002"), &card).await;
    assert!(matches!(elsewhere, Err(DeliveryError::Rejected(why)) if why.contains("workspace")));
}

#[tokio::test]
async fn a_conversation_that_is_gone_is_opened_anew() {
    let w = World::new().await;
    w.asked().await;
    let card = card::request(&w.engine.shared(w.engine.only()));
    let lisa = direct("T00000001", "U00000002");
    w.slack.fail("chat.postMessage", Failure::Error("channel_not_found"));
    assert_eq!(w.bot.post(&lisa, &card).await, Err(DeliveryError::Gone));
    w.bot.post(&lisa, &card).await.unwrap();
    assert_eq!(w.slack.calls("conversations.open").len(), 2);
}

/// THREATS E12
#[tokio::test]
async fn abuse_e12_retry_after_is_obeyed_exactly() {
    let w = World::new().await;
    w.asked().await;
    let card = card::request(&w.engine.shared(w.engine.only()));
    w.slack.fail("chat.postMessage", Failure::RateLimited(30));
    let limited = w.bot.post(&place(), &card).await;
    assert_eq!(limited, Err(DeliveryError::Retry { after: Some(Duration::from_secs(30)) }));
    let again = w.bot.post(&direct("T00000001", "U00000002"), &card).await;
    assert!(matches!(again, Err(DeliveryError::Retry { after: Some(rest) }) if rest <= Duration::from_secs(30)));
    assert_eq!(w.slack.early_calls(), 0, "no call before the time is over");
}

#[tokio::test]
async fn slack_in_trouble_is_tried_again_later() {
    let w = World::new().await;
    w.asked().await;
    let card = card::request(&w.engine.shared(w.engine.only()));
    for failure in [Failure::Status(502), Failure::Error("internal_error"), Failure::Error("ratelimited")] {
        w.slack.fail("chat.postMessage", failure.clone());
        let tried = w.bot.post(&direct("T00000001", "U00000002"), &card).await;
        assert_eq!(tried, Err(DeliveryError::Retry { after: None }), "{failure:?}");
    }
    w.slack.fail("chat.postMessage", Failure::Error("not_in_channel"));
    let refused = w.bot.post(&direct("T00000001", "U00000003"), &card).await;
    assert!(matches!(refused, Err(DeliveryError::Rejected(why)) if why.contains("invite")));
}

/// A revoked token loses no card: deliveries wait for a good one, and nothing is sent meanwhile.
#[tokio::test]
async fn a_revoked_token_stops_the_bot_and_keeps_deliveries() {
    let w = World::new().await;
    w.asked().await;
    let card = card::request(&w.engine.shared(w.engine.only()));
    w.slack.revoke_tokens();
    assert_eq!(w.bot.post(&place(), &card).await, Err(DeliveryError::Retry { after: None }));
    assert_eq!(w.running.await.unwrap(), Err(BotError::Unauthorized("token_revoked".into())));
    let calls = w.slack.calls("chat.postMessage").len();
    assert_eq!(w.bot.post(&place(), &card).await, Err(DeliveryError::Retry { after: None }));
    assert_eq!(w.slack.calls("chat.postMessage").len(), calls);
    assert_eq!(w.bot.check().await, Err(BotError::Unauthorized("token_revoked".into())));
}

#[tokio::test]
async fn check_names_the_workspace() {
    let w = World::new().await;
    assert_eq!(w.bot.check().await.as_deref(), Ok("workspace Acme (T00000001)"));
}
