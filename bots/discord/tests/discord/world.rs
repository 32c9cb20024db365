//! A bot between the fake and the engine in memory.

use countersign_discord::{Discord, Settings};
use countersign_engine::{
    address::Address,
    card::{self, Card},
    person::{Account, Platform},
    ports::{Bot, BotError, MessageRef, Messenger, Stop},
};
use countersign_kit::{
    Memory,
    discord::{APPLICATION, BOT_TOKEN, CHANNEL, FakeDiscord, GUILD, Message, public_key},
};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};
use tokio::{sync::oneshot, task::JoinHandle};

pub const DEV: &str = "900000000000000011";
pub const LISA: &str = "900000000000000012";
pub const SEC1: &str = "900000000000000015";
pub const STRANGER: &str = "900000000000000019";

/// `...11` is dev, and so on to `...18`, sec4.
pub fn discord_engine() -> Memory {
    Memory::on(Platform::Discord, "", |n| format!("9000000000000000{}", 10 + n))
}

/// The servers of the policy, which tests can change.
pub type Named = Arc<Mutex<BTreeSet<String>>>;

/// A running bot.
pub struct World {
    pub discord: FakeDiscord,
    pub engine: Arc<Memory>,
    pub bot: Arc<Discord>,
    pub named: Named,
    pub running: JoinHandle<Result<(), BotError>>,
    pub stop: oneshot::Sender<()>,
}

pub fn settings(discord: &FakeDiscord, named: &Named) -> Settings {
    let named = named.clone();
    Settings {
        bot_token: BOT_TOKEN.to_owned().into(),
        application_id: APPLICATION.into(),
        public_key: Some(public_key()),
        gateway: true,
        api_url: discord.api_url(),
        guilds: Arc::new(move || named.lock().unwrap().clone()),
        ticks: Arc::new(std::time::Instant::now),
    }
}

pub fn one_guild() -> Named {
    Arc::new(Mutex::new([GUILD.to_owned()].into()))
}

pub fn bot(settings: Settings, engine: &Arc<Memory>) -> Arc<Discord> {
    let engine = engine.clone();
    Arc::new(Discord::new(settings, Arc::new(move || engine.now())).unwrap())
}

impl World {
    /// On the gateway.
    pub async fn new() -> Self {
        let world = Self::starting(FakeDiscord::start().await);
        world.discord.connected().await;
        world
    }

    /// On the way to the gateway.
    pub fn starting(discord: FakeDiscord) -> Self {
        Self::with(discord, |_| {})
    }

    pub fn with(discord: FakeDiscord, change: impl FnOnce(&mut Settings)) -> Self {
        let (engine, named) = (Arc::new(discord_engine()), one_guild());
        let mut settings = settings(&discord, &named);
        change(&mut settings);
        let bot = bot(settings, &engine);
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped: Stop = Box::pin(async move {
            let _ = stopped.await;
        });
        let running = tokio::spawn(bot.clone().run(engine.clone(), stopped));
        Self { discord, engine, bot, named, running, stop }
    }

    /// Dev asks; the card is posted, as the outbox would.
    pub async fn asked(&self) -> Message {
        assert!(self.discord.command(DEV, "prod-db 4h billing migration").await.acknowledged);
        self.post_card().await;
        self.discord.card_in(CHANNEL).await
    }

    /// Posts the only request's card in the place.
    pub async fn post_card(&self) -> MessageRef {
        self.bot.post(&place(), &self.card()).await.unwrap()
    }

    /// The only request's card.
    pub fn card(&self) -> Card {
        card::request(&self.engine.shared(self.engine.only()))
    }

    /// Discord has found nothing wrong with what we did.
    pub fn is_content(&self) {
        assert_eq!(self.discord.complaints(), Vec::<String>::new());
    }
}

pub fn place() -> Address {
    Address::Place { platform: Platform::Discord, tenant: GUILD.into(), place: CHANNEL.into() }
}

pub fn direct(user: &str) -> Address {
    Address::Direct(Account { platform: Platform::Discord, tenant: String::new(), user: user.into() })
}
