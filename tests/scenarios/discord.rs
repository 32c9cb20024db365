//! The main job in Discord: asked by command, approved on cards in direct messages, told to everybody. Discord is played by
//! the fake of the test kit; the server is the real one.

use crate::world::{Making, World, start};
use countersign::{
    bots::Bots,
    lifecycle::{self, BotHealth, Stopper},
    policy_file,
    service::Scoped,
};
use countersign_discord::{Discord, Settings};
use countersign_engine::{person::Platform, ports::Bot, time::Length};
use countersign_kit::{
    discord::{APPLICATION, BOT_TOKEN, CHANNEL, FakeDiscord, GUILD, public_key, user},
    stage::{Fault, Stage},
};
use std::sync::Arc;

const DEV: usize = 1;
const LISA: usize = 2;
const MANAGER: usize = 3;
const SEC1: usize = 5;
const SEC2: usize = 6;
const STRANGER: usize = 9;

/// The demo organisation with its Discord accounts, and a bot that listens.
async fn office() -> (World, FakeDiscord, Stopper) {
    let fake = FakeDiscord::start().await;
    let text = include_str!("../kit/peers.policy.toml");
    let policy = policy_file::parse(text, "peers.policy.toml").unwrap().policy;
    let settings = Settings {
        bot_token: BOT_TOKEN.into(),
        application_id: APPLICATION.into(),
        public_key: Some(public_key()),
        gateway: true,
        api_url: fake.api_url(),
        guilds: Arc::new(|| [GUILD.to_owned()].into()),
        ticks: Arc::new(std::time::Instant::now),
    };
    let bot = Arc::new(Discord::new(settings, Arc::new(start)).unwrap());
    let bots = Bots::default().with(bot.clone());
    let w = World::made(Making { policy, bots, ..Making::default() }).await;
    let engine = Arc::new(Scoped::new(w.app.web.service.clone(), Platform::Discord));
    let (stopper, stopping) = lifecycle::stopper();
    tokio::spawn(lifecycle::supervise(bot as Arc<dyn Bot>, engine, stopping, BotHealth::default()));
    fake.connected().await;
    (w, fake, stopper)
}

async fn standing(w: &World) -> (serde_json::Value, serde_json::Value) {
    let list = w.api("dev").get("/api/v1/requests?mine=1").await;
    let item = list.json["items"][0].clone();
    (item["state"].clone(), item["grant"]["state"].clone())
}

#[tokio::test]
async fn the_main_job_in_discord() {
    let (w, discord, _running) = office().await;
    let said = discord.types(DEV, "prod-db 4h billing migration").await;
    assert!(said.contains("req-"), "the answer names the request: {said}");
    w.settle().await;

    let posted = discord.card_in(CHANNEL).await;
    assert!(posted.words().contains("billing migration"));
    let lisas = discord.card_for(&user(LISA)).await;
    discord.press(&user(LISA), "Approve", &lisas).await;
    w.settle().await;
    discord.shows(&posted, "approved by lisa").await;

    let managers = discord.card_for(&user(MANAGER)).await;
    discord.press(&user(MANAGER), "Approve", &managers).await;
    w.settle().await;
    for security in [SEC1, SEC2] {
        let card = discord.card_for(&user(security)).await;
        discord.press(&user(security), "Approve", &card).await;
        w.settle().await;
    }
    for card in [&posted, &lisas, &managers] {
        assert!(!discord.now(card).buttons().iter().any(|b| b == "Approve"), "nothing is left to approve");
    }
    assert_eq!(standing(&w).await, ("approved".into(), "active".into()));
    discord.told(&user(DEV), "prod-db").await;
    w.advance(Length::hours(4)).await;
    assert_eq!(standing(&w).await, ("approved".into(), "ended".into()));
    assert_eq!(Stage::complaints(&discord), Vec::<String>::new());
}

/// rules 11 and 15: whoever presses without being allowed to hears why, alone, and nothing changes.
#[tokio::test]
async fn others_hear_privately_why_not_in_discord() {
    let (w, discord, _running) = office().await;
    discord.types(DEV, "prod-db 4h billing migration").await;
    w.settle().await;
    for (who, word) in [(DEV, "own request"), (SEC1, "lisa"), (STRANGER, "/access link")] {
        let said = discord.presses(who, "Approve").await;
        assert!(said.contains(word), "{who}: {said}");
    }
    assert_eq!(w.store.audit_head().await.unwrap().size, 1, "only the opening is on record");
}

/// A denial with its note reaches the requester and every copy.
#[tokio::test]
async fn a_denial_in_discord() {
    let (w, discord, _running) = office().await;
    discord.types(DEV, "prod-db 4h billing migration").await;
    w.settle().await;
    discord.denies(LISA, "not during the freeze").await;
    w.settle().await;
    assert!(discord.in_place().unwrap().contains("not during the freeze"));
    discord.told(&user(DEV), "not during the freeze").await;
    assert_eq!(standing(&w).await.0, "denied");
}

/// A break in between loses nothing, and what comes three times counts once.
#[tokio::test]
async fn breaks_and_repetitions_in_discord() {
    let (w, discord, _running) = office().await;
    discord.fail(Fault::Duplicate);
    discord.types(DEV, "prod-db 4h billing migration").await;
    w.settle().await;
    discord.fail(Fault::Disconnect);
    discord.presses(LISA, "Approve").await;
    w.settle().await;
    assert!(discord.in_place().unwrap().contains("approved by lisa"));
    assert_eq!(w.store.audit_head().await.unwrap().size, 2);
    assert_eq!(Stage::complaints(&discord), Vec::<String>::new());
}
