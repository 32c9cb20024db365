//! The main job in Slack: asked by command, approved on cards in direct messages, told to everybody. Slack is played by
//! the fake of the test kit; the server is the real one.

use crate::world::{Making, World, start};
use countersign::{
    bots::Bots,
    lifecycle::{self, BotHealth, Stopper},
    policy_file,
    service::Scoped,
};
use countersign_engine::{person::Platform, ports::Bot, time::Length};
use countersign_kit::slack::{APP_TOKEN, BOT_TOKEN, FakeSlack, SIGNING_SECRET};
use countersign_slack::{Settings, Slack};
use std::sync::Arc;

const DEV: &str = "U00000001";
const LISA: &str = "U00000002";
const MANAGER: &str = "U00000003";
const SEC1: &str = "U00000005";
const SEC2: &str = "U00000006";
const PLACE: &str = "C00000001";

/// The demo organisation with its Slack accounts, and a bot that listens.
async fn office() -> (World, FakeSlack, Stopper) {
    let fake = FakeSlack::start().await;
    let text = include_str!("../kit/peers.policy.toml");
    let policy = policy_file::parse(text, "peers.policy.toml").unwrap().policy;
    let settings = Settings {
        bot_token: BOT_TOKEN.into(),
        app_token: Some(APP_TOKEN.into()),
        signing_secret: Some(SIGNING_SECRET.into()),
        api_url: fake.api_url(),
        ticks: Arc::new(std::time::Instant::now),
    };
    let bot = Arc::new(Slack::new(settings, Arc::new(start)).unwrap());
    let bots = Bots::default().with(bot.clone());
    let w = World::made(Making { policy, bots, ..Making::default() }).await;
    let engine = Arc::new(Scoped::new(w.app.web.service.clone(), Platform::Slack));
    let (stopper, stopping) = lifecycle::stopper();
    tokio::spawn(lifecycle::supervise(bot as Arc<dyn Bot>, engine, stopping, BotHealth::default()));
    fake.connected().await;
    (w, fake, stopper)
}

#[tokio::test]
async fn the_main_job_in_slack() {
    let (w, slack, _running) = office().await;
    let said = slack.command(DEV, "prod-db 4h billing migration").await;
    assert!(said.words().contains("req-"), "the answer names the request: {}", said.words());
    w.settle().await;

    let posted = slack.card_in(PLACE).await;
    assert!(posted.words().contains("billing migration"));
    let lisas = slack.card_for(LISA).await;
    slack.press(LISA, "Approve", &lisas).await;
    w.settle().await;
    slack.shows(&posted, "approved by lisa").await;

    let managers = slack.card_for(MANAGER).await;
    slack.press(MANAGER, "Approve", &managers).await;
    w.settle().await;
    for security in [SEC1, SEC2] {
        let card = slack.card_for(security).await;
        slack.press(security, "Approve", &card).await;
        w.settle().await;
    }
    for card in [&posted, &lisas, &managers] {
        assert!(!slack.now(card).buttons().iter().any(|b| b == "Approve"), "nothing is left to approve");
    }
    let list = w.api("dev").get("/api/v1/requests?mine=1").await;
    assert_eq!(list.json["items"][0]["state"], "approved");
    assert_eq!(list.json["items"][0]["grant"]["state"], "active");
    w.advance(Length::hours(4)).await;
    let list = w.api("dev").get("/api/v1/requests?mine=1").await;
    assert_eq!(list.json["items"][0]["grant"]["state"], "ended");
}

/// rules 11 and 15: whoever presses without being allowed to hears why, alone, and nothing changes.
#[tokio::test]
async fn others_hear_privately_why_not() {
    let (w, slack, _running) = office().await;
    slack.command(DEV, "prod-db 4h billing migration").await;
    w.settle().await;
    let posted = slack.card_in(PLACE).await;
    slack.press(DEV, "Approve", &posted).await;
    assert!(slack.private_to(DEV).await.words().contains("own request"));
    slack.press(SEC1, "Approve", &posted).await;
    assert!(slack.private_to(SEC1).await.words().contains("lisa"), "it says who can");
    assert_eq!(w.store.audit_head().await.unwrap().size, 1, "only the opening is on record");
}

/// A wrong resource gets the nearest names, and no request.
#[tokio::test]
async fn a_typing_mistake_is_helped() {
    let (w, slack, _running) = office().await;
    let said = slack.command(DEV, "prod-bd 4h").await;
    assert!(said.words().contains("prod-db"), "{}", said.words());
    let said = slack.command(DEV, "prod-db 40h").await;
    assert!(said.words().contains("8h"), "it says the cap: {}", said.words());
    assert_eq!(w.store.audit_head().await.unwrap().size, 0);
}
