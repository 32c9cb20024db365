//! Starts, supervises and stops what runs beside the HTTP server.

mod health;
mod lease;

pub use health::{BotHealth, BotState, Health};
pub use lease::Leases;

use countersign_engine::{
    person::Platform,
    ports::{ApprovalEngine, Bot, BotError, Stop},
};
use lease::Lease;
use std::{sync::Arc, time::Duration};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
    task::JoinSet,
};

/// Between two attempts of a bot, doubled after each failure up to a minute.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// For a bot whose lease is lost, to end by itself.
const FAREWELL: Duration = Duration::from_secs(1);

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

/// Keeps a bot running until the server stops. Credentials that the platform does not accept stop that bot, loudly, and
/// leave the others alone; everything else is tried again, with a growing pause.
pub async fn supervise(bot: Arc<dyn Bot>, engine: Arc<dyn ApprovalEngine>, stopping: Stopping, health: BotHealth) {
    let platform = bot.platform();
    let mut pause = FIRST_PAUSE;
    while !stopping.now() {
        health.note(platform, BotState::Listening, "");
        let stop = stopping.boxed();
        match listen(&bot, &engine, stop).await {
            Ok(()) => return,
            Err(error) if !goes_on(platform, &error, pause, &health) => return,
            Err(_) => {}
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
            () = stopping.clone().wait() => return,
        }
    }
}

/// The same for a bot that may listen only once in an installation ([`Bot::once`]): it listens while this process holds the
/// lease of its platform, and is stopped when the lease is lost. A holder that crashes is replaced within 15 s.
pub async fn supervise_once(
    bot: Arc<dyn Bot>,
    engine: Arc<dyn ApprovalEngine>,
    stopping: Stopping,
    health: BotHealth,
    leases: Leases,
) {
    let platform = bot.platform();
    let name = format!("bot:{}", platform.key());
    let mut pause = FIRST_PAUSE;
    let mut seen = None;
    while !stopping.now() {
        let Some(mut lease) = leases.take(&name, &mut seen).await else {
            health.note(platform, BotState::StandingBy, "another process of this installation listens");
            tokio::select! {
                () = tokio::time::sleep(leases.beat()) => continue,
                () = stopping.clone().wait() => return,
            }
        };
        tracing::info!(platform = platform.key(), fence = lease.fence(), "this process listens now");
        health.note(platform, BotState::Listening, "");
        let result = while_held(&bot, &engine, &stopping, &mut lease).await;
        lease.release().await;
        match result {
            Some(Err(error)) if !goes_on(platform, &error, pause, &health) => return,
            Some(Err(_)) => {}
            // It was stopped, or its lease is somebody else's.
            Some(Ok(())) | None => {
                pause = FIRST_PAUSE;
                continue;
            }
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
            () = stopping.clone().wait() => return,
        }
    }
}

/// Listens until the server stops, the bot ends by itself, or the lease is lost; `None` then.
async fn while_held(
    bot: &Arc<dyn Bot>,
    engine: &Arc<dyn ApprovalEngine>,
    stopping: &Stopping,
    lease: &mut Lease,
) -> Option<Result<(), BotError>> {
    let (stopper, until) = stopper();
    let (said, lost) = (stopping.clone(), until.clone());
    let stop = Box::pin(async move {
        tokio::select! {
            () = said.wait() => {}
            () = lost.wait() => {}
        }
    });
    let listening = listen(bot, engine, stop);
    tokio::pin!(listening);
    tokio::select! {
        result = &mut listening => Some(result),
        () = lease.lost() => {
            tracing::warn!(platform = bot.platform().key(), "the lease is lost; this process stops listening");
            stopper.stop();
            // A bot that does not hear must not listen on beside its successor.
            let _ = tokio::time::timeout(FAREWELL, &mut listening).await;
            None
        }
    }
}

/// In a task of its own: what crashes in one bot takes down neither the others nor the server. Dropped, it ends.
async fn listen(bot: &Arc<dyn Bot>, engine: &Arc<dyn ApprovalEngine>, stop: Stop) -> Result<(), BotError> {
    let mut running = JoinSet::new();
    running.spawn(bot.clone().run(engine.clone(), stop));
    match running.join_next().await {
        Some(Ok(result)) => result,
        Some(Err(crash)) => Err(BotError::Disconnected(crash.to_string())),
        None => Ok(()),
    }
}

/// Says what happened to a bot; is it worth another try?
fn goes_on(platform: Platform, error: &BotError, pause: Duration, health: &BotHealth) -> bool {
    let key = platform.key();
    match error {
        BotError::Unauthorized(why) => {
            health.note(platform, BotState::Stopped, why);
            tracing::error!(platform = key, why, "the bot is stopped until the server starts with other credentials");
            false
        }
        BotError::Disconnected(why) => {
            health.note(platform, BotState::Disconnected, why);
            tracing::warn!(platform = key, %error, ?pause, "the bot is disconnected; trying again");
            true
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
