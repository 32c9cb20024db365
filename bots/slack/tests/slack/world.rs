//! A bot between the fake and the engine in memory.

use countersign_engine::{
    address::Address,
    card,
    person::Platform,
    ports::{Bot, BotError, MessageRef, Messenger, Stop},
};
use countersign_kit::{
    Memory,
    slack::{APP_TOKEN, BOT_TOKEN, FakeSlack, Message, SIGNING_SECRET},
};
use countersign_slack::{Settings, Slack};
use std::sync::Arc;
use tokio::{sync::oneshot, task::JoinHandle};

pub const DEV: &str = "U00000001";
pub const LISA: &str = "U00000002";
pub const PLACE: &str = "C00000001";

/// `U00000001` is dev, and so on to `U00000008`, sec4.
pub fn slack_engine() -> Memory {
    Memory::on(Platform::Slack, "T00000001", |n| format!("U0000000{n}"))
}

/// A running bot.
pub struct World {
    pub slack: FakeSlack,
    pub engine: Arc<Memory>,
    pub bot: Arc<Slack>,
    pub running: JoinHandle<Result<(), BotError>>,
    pub stop: oneshot::Sender<()>,
}

pub fn settings(slack: &FakeSlack) -> Settings {
    Settings {
        bot_token: BOT_TOKEN.to_owned().into(),
        app_token: Some(APP_TOKEN.to_owned().into()),
        signing_secret: Some(SIGNING_SECRET.to_owned().into()),
        api_url: slack.api_url(),
        ticks: Arc::new(std::time::Instant::now),
    }
}

pub fn bot(settings: Settings, engine: &Arc<Memory>) -> Arc<Slack> {
    let engine = engine.clone();
    Arc::new(Slack::new(settings, Arc::new(move || engine.now())).unwrap())
}

impl World {
    /// Socket Mode, connected.
    pub async fn new() -> Self {
        let world = Self::starting(FakeSlack::start().await);
        world.slack.connected().await;
        world
    }

    /// Socket Mode, not yet connected.
    pub fn starting(slack: FakeSlack) -> Self {
        let engine = Arc::new(slack_engine());
        let bot = bot(settings(&slack), &engine);
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped: Stop = Box::pin(async move {
            let _ = stopped.await;
        });
        let running = tokio::spawn(bot.clone().run(engine.clone(), stopped));
        Self { slack, engine, bot, running, stop }
    }

    /// Dev asks; the card is posted, as the outbox would.
    pub async fn asked(&self) -> Message {
        assert!(self.slack.command(DEV, "prod-db 4h billing migration").await.acknowledged);
        self.post_card().await;
        self.slack.card_in(PLACE).await
    }

    /// Posts the only request's card in the place.
    pub async fn post_card(&self) -> MessageRef {
        let card = card::request(&self.engine.shared(self.engine.only()));
        self.bot.post(&place(), &card).await.unwrap()
    }
}

pub fn place() -> Address {
    Address::Place { platform: Platform::Slack, tenant: "T00000001".into(), place: PLACE.into() }
}
