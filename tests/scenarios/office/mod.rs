//! The demo organisation on one platform: the real server, the real adapter, the platform's fake.

mod discord;
mod slack;
mod telegram;

use crate::world::{Making, World};
use countersign::{
    bots::Bots,
    clock::Clock,
    lifecycle::{self, BotHealth, Stopper},
    policy_file,
    service::Scoped,
};
use countersign_engine::{address::Address, person::Platform, policy::Policy, ports::Bot, time::Length};
use countersign_kit::stage::Stage;
use std::sync::Arc;

/// A server, and platforms with bots between them and it that listen.
pub struct Office {
    /// The server.
    pub w: World,
    desks: Vec<Desk>,
}

struct Desk {
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
}

/// Makes the parts for one clock.
pub type Build = fn(&Clock) -> futures_util::future::BoxFuture<'_, Parts>;

/// Every platform that people act on.
pub const PLATFORMS: [(Platform, Build); 3] = [
    (Platform::Slack, |clock| Box::pin(slack::parts(clock))),
    (Platform::Discord, |clock| Box::pin(discord::parts(clock))),
    (Platform::Telegram, |clock| Box::pin(telegram::parts(clock))),
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

    async fn among(platforms: &[Platform]) -> Self {
        let clock = Clock::fixed(crate::world::start());
        let mut bots = Bots::default();
        let mut players = Vec::new();
        for (_, build) in PLATFORMS.iter().filter(|(platform, _)| platforms.contains(platform)) {
            let parts = build(&clock).await;
            bots = bots.and(parts.bots);
            players.push((parts.stage, parts.bot));
        }
        let w = World::made(Making { policy: peers(platforms), bots, clock, ..Making::default() }).await;
        let desks = players.into_iter().map(|(stage, bot)| {
            let _listening = listen(&w, bot.clone());
            Desk { stage, bot, _listening }
        });
        let office = Self { desks: desks.collect(), w };
        for stage in office.stages() {
            while !stage.listens() {
                tokio::task::yield_now().await;
            }
        }
        office
    }

    /// The first platform, which is the only one where there is one.
    pub fn stage(&self) -> &dyn Stage {
        self.desks[0].stage.as_ref()
    }

    /// All platforms.
    pub fn stages(&self) -> impl Iterator<Item = &dyn Stage> {
        self.desks.iter().map(|desk| desk.stage.as_ref())
    }

    /// The bots start again, as they do when the server does.
    pub fn restart(&mut self) {
        for desk in &mut self.desks {
            desk._listening = listen(&self.w, desk.bot.clone());
        }
    }

    /// Minutes go by, one at a time, as they do.
    pub async fn minutes(&self, minutes: usize) {
        for _ in 0..minutes {
            self.w.advance(Length::minutes(1)).await;
        }
    }
}

fn listen(w: &World, bot: Arc<dyn Bot>) -> Stopper {
    let engine = Arc::new(Scoped::new(w.app.web.service.clone(), bot.platform()));
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
    }
    policy
}
