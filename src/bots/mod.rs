//! The bots that are configured: built once, used to tell, to listen, and to answer over HTTP.

#[cfg(feature = "discord")]
mod discord;
#[cfg(feature = "email")]
mod email;
#[cfg(feature = "slack")]
mod slack;
#[cfg(feature = "teams")]
mod teams;
#[cfg(feature = "telegram")]
mod telegram;
#[cfg(feature = "webhook")]
mod webhook;

use crate::{
    clock::Clock,
    config::Config,
    outbox::Messengers,
    policy::PolicyHandle,
    policy_file::Loaded,
    service::{Scoped, Service},
};
use axum::Router;
use countersign_engine::ports::{Bot, Messenger};
use std::sync::Arc;

/// The bots that are configured. Each is a cargo feature; none is needed.
#[derive(Clone, Default)]
pub struct Bots(Vec<Entry>);

type Add = fn(Bots, &Making<'_>) -> Result<Bots, String>;

/// Every way of reaching people that this build knows.
const ADD: &[Add] = &[
    #[cfg(feature = "slack")]
    slack::add,
    #[cfg(feature = "discord")]
    discord::add,
    #[cfg(feature = "telegram")]
    telegram::add,
    #[cfg(feature = "teams")]
    teams::add,
    #[cfg(feature = "email")]
    email::add,
    #[cfg(feature = "webhook")]
    webhook::add,
];

/// What bots are made from.
struct Making<'a> {
    config: &'a Config,
    /// The policy file as it was read, with what is not part of the policy.
    loaded: &'a Loaded,
    /// The policy in force.
    policy: &'a PolicyHandle,
    clock: &'a Clock,
}

impl Making<'_> {
    /// The present, as adapters take it.
    fn now(&self) -> countersign_engine::ports::Clock {
        let clock = self.clock.clone();
        Arc::new(move || clock.now())
    }
}

type Routes = Arc<dyn Fn(Arc<Scoped>) -> Router + Send + Sync>;

#[derive(Clone)]
struct Entry {
    bot: Arc<dyn Bot>,
    /// For platforms that call us.
    routes: Option<Routes>,
}

impl Bots {
    /// Those that the settings configure. Errors: what is wrong with which setting.
    pub fn new(config: &Config, loaded: &Loaded, policy: &PolicyHandle, clock: &Clock) -> Result<Self, String> {
        let making = Making { config, loaded, policy, clock };
        let mut bots = Self::default();
        for add in ADD {
            bots = add(bots, &making)?;
        }
        Ok(bots)
    }

    /// And this one, which nobody calls over HTTP.
    pub fn with(mut self, bot: Arc<dyn Bot>) -> Self {
        self.0.push(Entry { bot, routes: None });
        self
    }

    /// And this one, with the routes that its platform calls.
    pub fn with_routes(mut self, bot: Arc<dyn Bot>, routes: Routes) -> Self {
        self.0.push(Entry { bot, routes: Some(routes) });
        self
    }

    /// And all of those.
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = Arc<dyn Bot>> + '_ {
        self.0.iter().map(|entry| entry.bot.clone())
    }

    /// Those that can be written to, by platform.
    pub fn messengers(&self) -> Messengers {
        self.all().map(|bot| (bot.platform(), bot as Arc<dyn Messenger>)).collect()
    }

    /// All routes that platforms call.
    pub fn routes(&self, service: &Service) -> Router {
        let mut router = Router::new();
        for Entry { bot, routes } in &self.0 {
            if let Some(routes) = routes {
                let engine = Arc::new(Scoped::new(service.clone(), bot.platform()));
                router = router.merge(routes(engine));
            }
        }
        router
    }
}
