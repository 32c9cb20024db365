//! How each bot is doing.

use crate::clock::Clock;
use countersign_engine::{person::Platform, time::Timestamp};
use std::{
    collections::BTreeMap,
    sync::{Arc, RwLock},
};

/// How each bot is doing, for `/readyz`, the metrics, the console and whoever wants to write through it. Clones share it.
#[derive(Clone, Default)]
pub struct BotHealth {
    bots: Arc<RwLock<BTreeMap<Platform, Health>>>,
    clock: Option<Clock>,
}

/// How one bot is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// It runs.
    pub state: BotState,
    /// Since when; `None` where nobody told the time.
    pub since: Option<Timestamp>,
    /// Why it does not run; empty when it does.
    pub why: String,
}

/// What a bot does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BotState {
    /// It listens.
    Listening,
    /// Another process of this installation listens; this one would take over.
    StandingBy,
    /// It is disconnected, and tried again.
    Disconnected,
    /// The platform does not accept its credentials: nothing is sent through it until the server starts anew.
    Stopped,
}

impl BotHealth {
    /// Tells since when, by this clock.
    pub fn on(clock: Clock) -> Self {
        Self { bots: Arc::default(), clock: Some(clock) }
    }
    /// Every bot that was started, and whether it does what it should.
    pub fn all(&self) -> BTreeMap<Platform, bool> {
        let up = |state| matches!(state, BotState::Listening | BotState::StandingBy);
        self.states().into_iter().map(|(platform, health)| (platform, up(health.state))).collect()
    }
    /// Every bot that was started, since when it is as it is, and why.
    pub fn states(&self) -> BTreeMap<Platform, Health> {
        self.bots.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }
    /// Why nothing can be sent through this bot; `None` when it can.
    pub fn stopped(&self, platform: Platform) -> Option<String> {
        let bots = self.bots.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        bots.get(&platform).filter(|health| health.state == BotState::Stopped).map(|health| health.why.clone())
    }
    /// Notes that it runs, or does not.
    pub fn set(&self, platform: Platform, up: bool) {
        self.note(platform, if up { BotState::Listening } else { BotState::Disconnected }, "");
    }
    /// Notes what it does, and why.
    pub fn note(&self, platform: Platform, state: BotState, why: &str) {
        let mut bots = self.bots.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        let before = bots.get(&platform).filter(|health| health.state == state).and_then(|health| health.since);
        let since = before.or_else(|| self.clock.as_ref().map(Clock::now));
        bots.insert(platform, Health { state, since, why: why.to_owned() });
    }
}
