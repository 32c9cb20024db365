//! A bot between the fake and the engine in memory.

use countersign_engine::{
    address::Address,
    card,
    person::{Account, Platform},
    ports::{MessageRef, Messenger, Ticks},
};
use countersign_kit::{
    Memory,
    teams::{APP, FakeTeams, Message, PASSWORD, PLACE, TENANT, object},
};
use countersign_teams::{Settings, Teams};
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

pub const DEV: usize = 1;
pub const LISA: usize = 2;
pub const NOBODY: usize = 9;

/// 1 is dev, and so on to 8, sec4.
pub fn engine() -> Memory {
    Memory::on(Platform::Teams, TENANT, object)
}

/// The bot's routes on a port of their own; the engine's clock stands still, and ticks move when the test moves them.
pub struct World {
    pub teams: FakeTeams,
    pub engine: Arc<Memory>,
    pub bot: Arc<Teams>,
    now: Arc<Mutex<Instant>>,
}

impl World {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let teams = FakeTeams::start().await;
        let engine = Arc::new(engine());
        let now = Arc::new(Mutex::new(Instant::now()));
        let moved = now.clone();
        let ticks: Ticks = Arc::new(move || *moved.lock().unwrap());
        teams.use_ticks(ticks.clone());
        let mut settings = Settings {
            app_id: APP.into(),
            app_password: PASSWORD.to_owned().into(),
            tenant_id: TENANT.into(),
            login_url: teams.login_url(),
            openid_url: teams.openid_url(),
            service_url: teams.service_url(),
            ticks,
        };
        change(&mut settings);
        let clock = engine.clone();
        let bot = Arc::new(Teams::new(&settings, Arc::new(move || clock.now())).unwrap());
        let router = bot.routes(engine.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/teams/messages", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let clock = engine.clone();
        teams.deliver_to(&url, move || clock.now());
        Self { teams, engine, bot, now }
    }

    /// Lets this much time pass for pacing, tokens and keys.
    pub fn pass(&self, by: Duration) {
        *self.now.lock().unwrap() += by;
    }

    /// Dev asks; the card is posted, as the outbox would.
    pub async fn asked(&self) -> Message {
        assert_eq!(self.teams.says(DEV, PLACE, "prod-db 4h billing migration").await.status, 200);
        self.teams.private_to(DEV).await;
        self.post_card().await;
        self.teams.card_in(PLACE).await
    }

    /// Posts the only request's card in the place.
    pub async fn post_card(&self) -> MessageRef {
        let card = self.card();
        self.bot.post(&place(), &card).await.unwrap()
    }

    /// The only request's shared card.
    pub fn card(&self) -> card::Card {
        card::request(&self.engine.shared(self.engine.only()))
    }
}

impl Drop for World {
    /// Whatever a test is about: nothing that was sent may break a rule of Teams'.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.teams.complained(), Vec::<String>::new());
        }
    }
}

pub fn place() -> Address {
    Address::Place { platform: Platform::Teams, tenant: TENANT.into(), place: PLACE.into() }
}

pub fn direct(tenant: &str, user: &str) -> Address {
    Address::Direct(Account { platform: Platform::Teams, tenant: tenant.into(), user: user.into() })
}
