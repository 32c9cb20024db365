//! Cards out: posted, converging, paced.

use crate::world::{DEV, World, direct, place};
use countersign_engine::{
    person::Platform,
    ports::{ApprovalEngine, Bot, BotError, DeliveryError, Messenger, Stop},
};
use countersign_kit::{
    stage::Fault,
    teams::{APP, PLACE, TENANT, object},
};
use std::time::Duration;

#[tokio::test]
async fn cards_reach_places_and_people_and_converge() {
    let w = World::new().await;
    w.asked().await;
    let there = w.bot.post(&direct(TENANT, &object(2)), &w.card()).await.unwrap();
    assert_eq!((there.tenant.as_str(), there.place.as_str()), (TENANT, "a:direct-2"));
    let posted = w.teams.card_for(2).await;
    assert_eq!(posted.buttons(), ["Approve", "Deny", "Details"]);
    assert!(posted.summary.contains("prod-db"), "{}", posted.summary);
    w.teams.says_alone(DEV, "cancel").await;
    w.bot.update(&there, &w.card()).await.unwrap();
    let now = w.teams.now(&posted);
    assert_eq!((now.edits, now.buttons()), (1, vec!["Details".to_owned()]));
    w.bot.post(&direct(TENANT, &object(2)), &w.card()).await.unwrap();
    let made = w
        .teams
        .calls()
        .iter()
        .filter(|(_, at, body)| at.starts_with("new") && body["members"][0]["id"] == object(2))
        .count();
    assert_eq!(made, 1, "a conversation is made once");
}

#[tokio::test]
async fn what_is_gone_is_said_to_be_gone() {
    let w = World::new().await;
    w.asked().await;
    let at = w.post_card().await;
    w.teams.trouble(Fault::Deleted);
    assert_eq!(w.bot.update(&at, &w.card()).await, Err(DeliveryError::Gone));
    let nobody = w.bot.post(&direct(TENANT, "00000000-0000-0000-0000-000000000077"), &w.card()).await;
    assert_eq!(nobody, Err(DeliveryError::Gone));
    let elsewhere = w.bot.post(&direct("00000000-0000-0000-0000-000000000002", &object(2)), &w.card()).await;
    assert!(matches!(elsewhere, Err(DeliveryError::Rejected(why)) if why.contains("tenant")));
}

#[tokio::test]
async fn a_closed_door_is_said_with_a_hint() {
    let w = World::new().await;
    w.asked().await;
    w.teams.trouble(Fault::Kicked);
    let kicked = w.bot.post(&place(), &w.card()).await;
    assert!(
        matches!(&kicked, Err(DeliveryError::Rejected(why)) if why.contains("add the app to the team")),
        "{kicked:?}"
    );
    w.teams.trouble(Fault::Blocked);
    let blocked = w.bot.post(&direct(TENANT, &object(2)), &w.card()).await;
    assert!(matches!(&blocked, Err(DeliveryError::Rejected(why)) if why.contains("hint:")), "{blocked:?}");
    w.teams.calm();
    assert!(w.bot.post(&place(), &w.card()).await.is_ok());
}

/// THREATS E12
#[tokio::test]
async fn abuse_e12_retry_after_is_obeyed_exactly() {
    let w = World::new().await;
    w.asked().await;
    w.teams.trouble(Fault::RetryAfter(30));
    let seconds = |n| Err(DeliveryError::Retry { after: Some(Duration::from_secs(n)) });
    assert_eq!(w.bot.post(&place(), &w.card()).await, seconds(30));
    let calls = w.teams.calls().len();
    w.pass(Duration::from_secs(29));
    assert_eq!(w.bot.post(&place(), &w.card()).await, seconds(1));
    assert_eq!(w.teams.calls().len(), calls, "no call before the time is over");
    assert!(w.bot.post(&direct(TENANT, &object(2)), &w.card()).await.is_ok(), "others are not kept waiting");
    w.pass(Duration::from_secs(1));
    assert!(w.bot.post(&place(), &w.card()).await.is_ok());
}

#[tokio::test]
async fn teams_in_trouble_is_tried_again_later() {
    let w = World::new().await;
    w.asked().await;
    for fault in [Fault::ServerError, Fault::Limited, Fault::Garbage, Fault::Lost, Fault::LostAfter] {
        w.teams.trouble(fault);
        let tried = w.bot.post(&place(), &w.card()).await;
        assert_eq!(tried, Err(DeliveryError::Retry { after: None }), "{fault:?}");
        w.pass(Duration::from_secs(5));
    }
    w.teams.trouble(Fault::Unavailable);
    assert_eq!(w.bot.post(&place(), &w.card()).await, Err(DeliveryError::Retry { after: None }));
    w.teams.calm();
    assert!(w.bot.post(&place(), &w.card()).await.is_ok());
}

#[tokio::test]
async fn a_token_is_kept_until_shortly_before_its_end() {
    let w = World::new().await;
    w.asked().await;
    let given = w.teams.tokens_given();
    w.post_card().await;
    w.pass(Duration::from_secs(3_200));
    w.post_card().await;
    assert_eq!(
        w.teams.tokens_given(),
        given,
        "299 seconds before its end it is not used any more, but that is not yet"
    );
    w.pass(Duration::from_secs(100));
    w.post_card().await;
    assert_eq!(w.teams.tokens_given(), given + 1);
    w.teams.end_tokens();
    w.post_card().await;
    assert_eq!(w.teams.tokens_given(), given + 2, "a token that ended before its time is replaced once");
}

/// A revoked secret loses no card: deliveries wait for a good one, and nothing is sent meanwhile. What Teams sends us is
/// still served: that needs no secret of ours.
#[tokio::test]
async fn a_revoked_secret_stops_the_bot_and_keeps_deliveries() {
    let w = World::new().await;
    let card = w.asked().await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let stopped: Stop = Box::pin(async move {
        let _ = stopped.await;
    });
    let running = tokio::spawn(w.bot.clone().run(w.engine.clone() as std::sync::Arc<dyn ApprovalEngine>, stopped));
    while w.teams.metadata_asked() < 2 {
        tokio::task::yield_now().await;
    }
    w.teams.trouble(Fault::Revoked);
    assert_eq!(w.bot.post(&place(), &w.card()).await, Err(DeliveryError::Retry { after: None }));
    let denied = BotError::Unauthorized("invalid_client (AADSTS7000215)".into());
    assert_eq!(running.await.unwrap(), Err(denied.clone()));
    let calls = w.teams.calls().len();
    assert_eq!(w.bot.post(&place(), &w.card()).await, Err(DeliveryError::Retry { after: None }));
    assert_eq!(w.teams.calls().len(), calls);
    assert_eq!(w.bot.check().await, Err(denied));
    assert!(w.teams.press(2, "Approve", &card).await.words().contains("approved by lisa"));
    w.teams.calm();
    assert!(w.bot.check().await.is_ok());
    assert!(w.bot.post(&place(), &w.card()).await.is_ok());
    drop(stop);
}

#[tokio::test]
async fn check_names_the_app_and_its_keys() {
    let w = World::new().await;
    assert_eq!(w.bot.platform(), Platform::Teams);
    assert_eq!(w.bot.check().await, Ok(format!("app {APP} in tenant {TENANT}, signing keys: 1")));
    w.teams.metadata(false);
    assert!(matches!(w.bot.check().await, Err(BotError::Disconnected(why)) if why.contains("HTTP 502")));
}

/// Answers go through the service that the activity named, also when it is not the configured one.
#[tokio::test]
async fn each_conversation_has_its_service() {
    let w = World::with(|settings| settings.service_url = settings.service_url.replace("/teams", "")).await;
    let mut activity = w.teams.message_payload(DEV, PLACE, "list");
    activity["serviceUrl"] = w.teams.service_url().into();
    let conversation = "a:direct-1";
    activity["conversation"]["id"] = conversation.into();
    activity["conversation"]["conversationType"] = "personal".into();
    w.teams.says_alone(DEV, "help").await;
    assert_eq!(w.teams.deliver(activity).await.status, 200);
    assert!(w.teams.private_to(DEV).await.words().contains("/access list"));
}
