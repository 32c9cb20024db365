//! The demo organisation on one platform: the real server, the real adapter, the platform's fake.

mod discord;
pub mod email;
mod slack;
pub mod teams;
mod telegram;

use crate::world::{Making, World};
use countersign::{
    bots::Bots,
    clock::Clock,
    lifecycle::{self, BotHealth, Stopper},
    policy_file,
    service::Scoped,
};
use countersign_engine::{
    address::Address,
    person::Platform,
    policy::Policy,
    ports::{ApprovalEngine, Bot},
    time::Length,
};
use countersign_kit::stage::Stage;
use std::sync::{Arc, OnceLock};

/// A server, and platforms with bots between them and it that listen.
pub struct Office {
    /// The server.
    pub w: Arc<World>,
    branches: Vec<Branch>,
}

/// One platform of the office.
struct Branch {
    stage: Arc<dyn Stage>,
    bot: Arc<dyn Bot>,
    _listening: Stopper,
}

/// A platform's fake and its adapter, ready to be put together.
pub struct Parts {
    pub stage: Arc<dyn Stage>,
    /// The adapter with its routes.
    pub bots: Bots,
    pub bot: Arc<dyn Bot>,
    /// Lets a platform that calls us over HTTP reach the adapter.
    pub connect: Option<Connect>,
    /// The world that a browser looks at, once it is there.
    pub browser: Option<Browser>,
}

/// Serves the adapter's routes with this engine behind them.
pub type Connect = Box<dyn FnOnce(Arc<dyn ApprovalEngine>) + Send>;

/// Where a browser finds the world.
pub type Browser = Arc<OnceLock<Arc<World>>>;

/// Makes the parts for one clock.
pub type Build = fn(&Clock) -> futures_util::future::BoxFuture<'_, Parts>;

/// Every platform that people act on.
pub const PLATFORMS: [(Platform, Build); 4] = [
    (Platform::Slack, |clock| Box::pin(slack::parts(clock))),
    (Platform::Discord, |clock| Box::pin(discord::parts(clock))),
    (Platform::Telegram, |clock| Box::pin(telegram::parts(clock))),
    (Platform::Teams, |clock| Box::pin(teams::parts(clock))),
];

impl Office {
    /// On one platform, which alone is told anything.
    pub async fn on(platform: Platform) -> Self {
        Self::among(&[platform]).await
    }

    /// On all of them.
    pub async fn everywhere() -> Self {
        Self::among(&PLATFORMS.map(|(platform, _)| platform)).await
    }

    /// By e-mail alone.
    pub async fn by_mail() -> Self {
        let clock = Clock::fixed(crate::world::start());
        let parts = email::parts(&clock).await;
        Self::of(&[Platform::Email], clock, vec![parts]).await
    }

    async fn among(platforms: &[Platform]) -> Self {
        let clock = Clock::fixed(crate::world::start());
        let players = players(platforms, &clock).await;
        Self::of(platforms, clock, players).await
    }

    async fn of(platforms: &[Platform], clock: Clock, players: Vec<Parts>) -> Self {
        let making = Making { policy: peers(platforms), clock, ..Making::default() };
        Self::made(making, players).await
    }

    /// In this world, with these platforms.
    pub async fn made(making: Making, players: Vec<Parts>) -> Self {
        let bots = players.iter().fold(Bots::default(), |bots, parts| bots.and(parts.bots.clone()));
        let w = Arc::new(World::made(Making { bots, ..making }).await);
        let mut branches = Vec::new();
        for Parts { stage, bot, connect, browser, .. } in players {
            if let Some(browser) = browser {
                let _ = browser.set(w.clone());
            }
            if let Some(connect) = connect {
                connect(engine(&w, &bot));
            }
            let _listening = listen(&w, bot.clone());
            branches.push(Branch { stage, bot, _listening });
        }
        let office = Self { branches, w };
        for stage in office.stages() {
            while !stage.listens() {
                tokio::task::yield_now().await;
            }
        }
        office
    }

    /// The first platform, which is the only one where there is one.
    pub fn stage(&self) -> &dyn Stage {
        self.branches[0].stage.as_ref()
    }

    /// All platforms.
    pub fn stages(&self) -> impl Iterator<Item = &dyn Stage> {
        self.branches.iter().map(|branch| branch.stage.as_ref())
    }

    /// The bots start again, as they do when the server does.
    pub fn restart(&mut self) {
        for branch in &mut self.branches {
            branch._listening = listen(&self.w, branch.bot.clone());
        }
    }

    /// Minutes go by, one at a time, as they do.
    pub async fn minutes(&self, minutes: usize) {
        for _ in 0..minutes {
            self.w.advance(Length::minutes(1)).await;
        }
    }
}

/// The parts of these platforms.
pub async fn players(platforms: &[Platform], clock: &Clock) -> Vec<Parts> {
    let mut players = Vec::new();
    for (_, build) in PLATFORMS.iter().filter(|(platform, _)| platforms.contains(platform)) {
        players.push(build(clock).await);
    }
    players
}

fn engine(w: &World, bot: &Arc<dyn Bot>) -> Arc<dyn ApprovalEngine> {
    Arc::new(Scoped::new(w.app.web.service.clone(), bot.platform()))
}

fn listen(w: &World, bot: Arc<dyn Bot>) -> Stopper {
    let engine = engine(w, &bot);
    let (stopper, stopping) = lifecycle::stopper();
    tokio::spawn(lifecycle::supervise(bot, engine, stopping, BotHealth::default()));
    stopper
}

/// The demo organisation with everybody's accounts; workflows tell nobody but these platforms.
pub fn peers(platforms: &[Platform]) -> Policy {
    let text = include_str!("../../kit/peers.policy.toml");
    let mut policy = policy_file::parse(text, "peers.policy.toml").unwrap().policy;
    for workflow in policy.workflows.values_mut() {
        workflow.notify.places.retain(|place: &Address| platforms.contains(&place.platform()));
        workflow.notify.approvers.retain(|platform| platforms.contains(platform));
        workflow.notify.requester.retain(|platform| platforms.contains(platform));
    }
    policy
}
