//! A bot between the fake and the engine in memory.

use countersign_engine::{
    address::Address,
    card,
    person::{Account, Platform},
    ports::{Bot, BotError, MessageRef, Messenger, Stop},
};
use countersign_kit::{
    Memory,
    telegram::{FakeTelegram, GROUP, Message, TOKEN, striding},
};
use countersign_telegram::{Settings, Telegram};
use std::sync::Arc;
use tokio::{sync::oneshot, task::JoinHandle};

pub const DEV: i64 = 70_001;
pub const LISA: i64 = 70_002;
pub const SEC1: i64 = 70_005;
pub const NOBODY: i64 = 70_009;

/// `70001` is dev, and so on to `70008`, sec4.
pub fn telegram_engine() -> Memory {
    Memory::on(Platform::Telegram, "", |n| format!("7000{n}"))
}

/// A running bot.
pub struct World {
    pub telegram: FakeTelegram,
    pub engine: Arc<Memory>,
    pub bot: Arc<Telegram>,
    pub running: JoinHandle<Result<(), BotError>>,
    pub stop: oneshot::Sender<()>,
    _rules: Rules,
}

/// At the end of every test no rule of Telegram's was broken: limits, tokens, and the official specification where it is.
struct Rules(FakeTelegram);

impl Drop for Rules {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.0.broken_rules(), Vec::<String>::new());
        }
    }
}

pub fn settings(telegram: &FakeTelegram) -> Settings {
    Settings {
        bot_token: TOKEN.to_owned().into(),
        webhook_secret: None,
        api_url: telegram.api_url(),
        public_url: "https://access.acme.com".into(),
        places: Arc::new(|| vec![GROUP.to_string()]),
        ticks: striding(),
    }
}

/// A fake on a clock that leaves nobody waiting.
pub async fn unhurried() -> FakeTelegram {
    FakeTelegram::with_ticks(striding()).await
}

impl World {
    /// Polling.
    pub async fn new() -> Self {
        let telegram = unhurried().await;
        let world = Self::of(&telegram, settings(&telegram), Arc::new(telegram_engine()));
        world.telegram.polled(1).await;
        world
    }

    /// Not yet polling.
    pub fn of(telegram: &FakeTelegram, settings: Settings, engine: Arc<Memory>) -> Self {
        let clock = engine.clone();
        let bot = Arc::new(Telegram::new(settings, Arc::new(move || clock.now())).unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped: Stop = Box::pin(async move {
            let _ = stopped.await;
        });
        let running = tokio::spawn(bot.clone().run(engine.clone(), stopped));
        Self { telegram: telegram.clone(), engine, bot, running, stop, _rules: Rules(telegram.clone()) }
    }

    /// Dev asks; the card is posted, as the outbox would.
    pub async fn asked(&self) -> Message {
        self.telegram.command(DEV, GROUP, "prod-db 4h billing migration").await;
        self.telegram.unread(DEV);
        self.post_card().await;
        self.telegram.card_in(GROUP).await
    }

    /// Posts the only request's card in the group.
    pub async fn post_card(&self) -> MessageRef {
        let card = card::request(&self.engine.shared(self.engine.only()));
        self.bot.post(&place(GROUP), &card).await.unwrap()
    }

    /// What somebody reads in their private chat since the last look.
    pub fn told(&self, user: i64) -> String {
        self.telegram.unread(user).iter().map(Message::words).collect::<Vec<_>>().join("\n")
    }

    /// The only new message to somebody.
    pub fn new_to(&self, user: i64) -> Message {
        let mut new = self.telegram.unread(user);
        assert_eq!(new.len(), 1, "{new:?}");
        new.remove(0)
    }
}

pub fn place(chat: i64) -> Address {
    Address::Place { platform: Platform::Telegram, tenant: String::new(), place: chat.to_string() }
}

pub fn direct(user: i64) -> Address {
    Address::Direct(Account { platform: Platform::Telegram, tenant: String::new(), user: user.to_string() })
}
