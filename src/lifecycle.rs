//! Starts, supervises and stops what runs beside the HTTP server.

use countersign_engine::{
    person::Platform,
    ports::{ApprovalEngine, Bot, BotError, Stop},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, RwLock},
    time::Duration,
};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
};

/// Between two attempts of a bot, doubled after each failure up to a minute.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The word that the server is to stop. Clones hear it together.
#[derive(Clone)]
pub struct Stopping(watch::Receiver<bool>);

/// Says it.
pub struct Stopper(watch::Sender<bool>);

/// A pair that belongs together.
pub fn stopper() -> (Stopper, Stopping) {
    let (sender, receiver) = watch::channel(false);
    (Stopper(sender), Stopping(receiver))
}

impl Stopper {
    /// Says that the server is to stop.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stopping {
    /// Has it been said?
    pub fn now(&self) -> bool {
        *self.0.borrow()
    }
    /// Resolves once it is said, or nobody is left who could say it.
    pub async fn wait(mut self) {
        let _ = self.0.wait_for(|stop| *stop).await;
    }
    /// The same, as bots take it.
    pub fn boxed(&self) -> Stop {
        Box::pin(self.clone().wait())
    }
}

/// How each bot is doing, for `/readyz` and the metrics. Clones share it.
#[derive(Clone, Default)]
pub struct BotHealth(Arc<RwLock<BTreeMap<Platform, bool>>>);

impl BotHealth {
    /// Every bot that was started, and whether it runs. Why one does not stands in the log.
    pub fn all(&self) -> BTreeMap<Platform, bool> {
        self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }
    /// Notes that it runs, or does not.
    pub fn set(&self, platform: Platform, up: bool) {
        self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner()).insert(platform, up);
    }
}

/// Keeps a bot running until the server stops. Credentials that the platform does not accept stop that bot, loudly, and
/// leave the others alone; everything else is tried again, with a growing pause.
pub async fn supervise(bot: Arc<dyn Bot>, engine: Arc<dyn ApprovalEngine>, stopping: Stopping, health: BotHealth) {
    let platform = bot.platform();
    let mut pause = FIRST_PAUSE;
    while !stopping.now() {
        health.set(platform, true);
        // A task of its own: what crashes in one bot takes down neither the others nor the server.
        let running = tokio::spawn(bot.clone().run(engine.clone(), stopping.boxed()));
        let error = match running.await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error,
            Err(crash) => BotError::Disconnected(crash.to_string()),
        };
        health.set(platform, false);
        if let BotError::Unauthorized(why) = error {
            tracing::error!(
                platform = platform.key(),
                why,
                "the bot is stopped until the server starts with other credentials"
            );
            return;
        }
        tracing::warn!(platform = platform.key(), %error, pause = ?pause, "the bot is disconnected; trying again");
        tokio::select! {
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
            () = stopping.clone().wait() => return,
        }
    }
}

/// Resolves at the first Ctrl-C or SIGTERM; the second ends the process at once.
pub async fn signalled() {
    let mut signals = Signals::new();
    signals.next().await;
    tracing::info!("stopping; a second signal stops at once");
    tokio::spawn(async move {
        signals.next().await;
        std::process::exit(130);
    });
}

/// Both signals, heard from one moment on: a second that comes right after the first is not missed.
struct Signals {
    /// Without SIGTERM there is still Ctrl-C, and the other way round.
    terminate: Option<Signal>,
    interrupt: Option<Signal>,
}

impl Signals {
    fn new() -> Self {
        Self { terminate: signal(SignalKind::terminate()).ok(), interrupt: signal(SignalKind::interrupt()).ok() }
    }

    async fn next(&mut self) {
        tokio::select! {
            () = one(&mut self.terminate) => {}
            () = one(&mut self.interrupt) => {}
        }
    }
}

async fn one(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}
