//! Cards out: posted, converging, honest about what is gone.

use crate::world::{DEV, World, direct, place};
use countersign_engine::{
    address::Address,
    person::{Account, Platform},
    ports::{Bot, BotError, DeliveryError, Messenger},
};
use countersign_kit::discord::{CHANNEL, Failure, FakeDiscord, GUILD};
use serde_json::json;

const LISA: &str = crate::world::LISA;

#[tokio::test]
async fn cards_reach_places_and_people_and_converge() {
    let w = World::new().await;
    w.asked().await;
    let there = w.bot.post(&direct(LISA), &w.card()).await.unwrap();
    let posted = w.discord.card_for(LISA).await;
    assert_eq!((there.place.as_str(), there.message.as_str()), (posted.channel.as_str(), posted.id.as_str()));
    assert_eq!(posted.buttons(), ["Approve", "Deny", "Details"]);
    w.discord.command(DEV, "cancel").await;
    w.bot.update(&there, &w.card()).await.unwrap();
    let now = w.discord.now(&posted);
    assert_eq!((now.edits, now.buttons()), (1, vec!["Details".to_owned()]));
    w.is_content();
}

#[tokio::test]
async fn the_place_names_its_server() {
    let w = World::new().await;
    w.discord.command(DEV, "prod-db 4h billing").await;
    let there = w.post_card().await;
    assert_eq!((there.tenant.as_str(), there.place.as_str()), (GUILD, CHANNEL));
}

/// THREATS D02: on every message and every answer, whatever it says.
#[tokio::test]
async fn abuse_d02_every_message_switches_mentions_off() {
    let w = World::new().await;
    let card = w.asked().await;
    w.discord.press(DEV, "Approve", &card).await;
    w.discord.press(LISA, "Approve", &card).await;
    let silent = json!({"parse": []});
    let (posts, answers) = (w.discord.calls("post"), w.discord.calls("answer"));
    assert!(!posts.is_empty() && answers.len() >= 3);
    assert!(posts.iter().all(|body| body["allowed_mentions"] == silent));
    assert!(answers.iter().all(|body| body["data"]["allowed_mentions"] == silent));
}

#[tokio::test]
async fn a_conversation_is_opened_once() {
    let w = World::new().await;
    w.asked().await;
    for _ in 0..3 {
        w.bot.post(&direct(LISA), &w.card()).await.unwrap();
    }
    assert_eq!(w.discord.calls("open direct").len(), 1);
}

#[tokio::test]
async fn what_is_gone_is_said_to_be_gone() {
    let w = World::new().await;
    w.asked().await;
    let at = w.post_card().await;
    w.discord.delete(&w.discord.card_in(CHANNEL).await);
    assert_eq!(w.bot.update(&at, &w.card()).await, Err(DeliveryError::Gone));
    w.discord.delete_channel(CHANNEL);
    assert_eq!(w.bot.post(&place(), &w.card()).await, Err(DeliveryError::Gone));
    let mut odd = at.clone();
    odd.message = "../../users/@me".into();
    assert_eq!(w.bot.update(&odd, &w.card()).await, Err(DeliveryError::Gone));
    w.is_content();
}

#[tokio::test]
async fn a_refusal_says_what_to_do() {
    let w = World::new().await;
    w.asked().await;
    for (code, word) in [(50001, "invite"), (50013, "role"), (50007, "direct messages")] {
        w.discord.fail_next("post", Failure::Code(403, code));
        let refused = w.bot.post(&place(), &w.card()).await;
        assert!(
            matches!(refused, Err(DeliveryError::Rejected(why)) if why.contains("hint:") && why.contains(word)),
            "{code}"
        );
    }
    let place = Address::Place { platform: Platform::Slack, tenant: "T1".into(), place: "C1".into() };
    let user =
        |user: &str| Address::Direct(Account { platform: Platform::Discord, tenant: String::new(), user: user.into() });
    for elsewhere in [place, user("@ann"), user("1/../2")] {
        assert!(matches!(w.bot.post(&elsewhere, &w.card()).await, Err(DeliveryError::Rejected(_))), "{elsewhere}");
    }
}

#[tokio::test]
async fn discord_in_trouble_is_tried_again_later() {
    let w = World::new().await;
    w.asked().await;
    for failure in [
        Failure::Status(500),
        Failure::Status(503),
        Failure::Status(403),
        Failure::Limited,
        Failure::Garbage,
        Failure::Lost,
        Failure::Code(400, 20028),
    ] {
        w.discord.fail_next("post", failure.clone());
        let tried = w.bot.post(&direct(LISA), &w.card()).await;
        assert_eq!(tried, Err(DeliveryError::Retry { after: None }), "{failure:?}");
    }
    assert!(w.bot.post(&direct(LISA), &w.card()).await.is_ok());
    w.is_content();
}

/// The message was posted, and only its answer was lost: trying again finds it, whatever the card shows by then.
#[tokio::test]
async fn a_lost_answer_does_not_post_twice() {
    let w = World::new().await;
    w.discord.command(DEV, "prod-db 4h billing").await;
    w.discord.fail_next("post", Failure::LostAfter);
    assert_eq!(w.bot.post(&place(), &w.card()).await, Err(DeliveryError::Retry { after: None }));
    let first = w.discord.card_in(CHANNEL).await;
    w.discord.command(DEV, "cancel").await;
    let found = w.bot.post(&place(), &w.card()).await.unwrap();
    assert_eq!(found.message, first.id);
    let posted = w.discord.messages().iter().filter(|m| m.channel == CHANNEL && m.reader.is_none()).count();
    assert_eq!(posted, 1);
    let next = w.bot.post(&place(), &w.card()).await.unwrap();
    assert_ne!(next.message, first.id, "what is posted anew is another message");
    w.is_content();
}

/// A revoked token loses no card: deliveries wait for a good one, and nothing is sent meanwhile.
#[tokio::test]
async fn a_revoked_token_stops_the_bot_and_keeps_deliveries() {
    let w = World::new().await;
    w.asked().await;
    let card = w.card();
    w.discord.revoke_token();
    assert_eq!(w.bot.post(&place(), &card).await, Err(DeliveryError::Retry { after: None }));
    assert!(matches!(w.running.await.unwrap(), Err(BotError::Unauthorized(_))));
    let calls = w.discord.calls("post").len();
    assert_eq!(w.bot.post(&place(), &card).await, Err(DeliveryError::Retry { after: None }));
    assert_eq!(w.discord.calls("post").len(), calls);
    assert!(matches!(w.bot.check().await, Err(BotError::Unauthorized(why)) if why.contains("hint:")));
}

#[tokio::test]
async fn check_names_the_application() {
    let w = World::new().await;
    assert_eq!(w.bot.check().await.as_deref(), Ok("application Countersign (900000000000000000)"));
    let agents = w.discord.agents();
    assert_eq!(agents.len(), 1, "{agents:?}");
}

#[tokio::test]
async fn settings_that_do_not_belong_together_stop_it() {
    let discord = FakeDiscord::start().await;
    let w = World::with(discord.clone(), |settings| settings.application_id = "900000000000000099".into());
    assert!(
        matches!(w.running.await.unwrap(), Err(BotError::Unauthorized(why)) if why.contains("DISCORD_APPLICATION_ID"))
    );
    let other = "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29";
    let w = World::with(discord, |settings| settings.public_key = Some(other.into()));
    assert!(matches!(w.running.await.unwrap(), Err(BotError::Unauthorized(why)) if why.contains("DISCORD_PUBLIC_KEY")));
}
