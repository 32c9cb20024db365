//! The composition root: the one file that names concrete types and ties them together.

use crate::{
    audit::{
        checkpoints::Checkpoints,
        health::TrailHealth,
        note::{Signer, Verifier},
    },
    bots::Bots,
    clock::Clock,
    console::{self, Streams},
    credentials::Credentials,
    entropy::Entropy,
    grants::{Connectors, Grants},
    http::{self, Web},
    lifecycle::{self, BotHealth, Leases, Stopper, Stopping},
    listen::{self, Limits},
    metrics::Metrics,
    outbox::Outbox,
    policy::PolicyHandle,
    restore::Guard,
    service::{Scoped, Service},
    store::{Lane, Store},
    timers::Timers,
    upkeep,
    vault::Vault,
    writer::Writer,
};
#[cfg(feature = "webhook")]
use crate::{
    hooks::{self, Hook, Hooks},
    webhooks::{Subscription, Webhooks},
};
use axum::{Extension, Router};
#[cfg(feature = "forward-auth")]
use countersign_forward_auth::Gate;
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio::{net::TcpListener, task::JoinSet};

/// How long open connections may take to end once the server is to stop.
const GRACE: Duration = Duration::from_secs(10);
/// How long everything may take then. Orchestrators kill after 30 s, some after 15.
const END: Duration = Duration::from_secs(12);

/// Everything that a server is made of.
pub struct Parts {
    /// The database.
    pub store: Arc<dyn Store>,
    /// The policy in force at first.
    pub policy: PolicyHandle,
    /// The present.
    pub clock: Clock,
    /// Demo mode.
    pub demo: bool,
    /// Where people reach the console, without a slash at the end.
    pub public_url: String,
    /// Seals delivered secrets.
    pub vault: Vault,
    /// Signs checkpoints.
    pub signer: Signer,
    /// The checkpoints' second place.
    pub checkpoints: PathBuf,
    /// What grants.
    pub connectors: Connectors,
    /// Answers the proxies in front of web apps; without one there are no such routes.
    #[cfg(feature = "forward-auth")]
    pub gate: Option<Arc<Gate>>,
    /// What tells and listens.
    pub bots: Bots,
    /// Who is told of every event.
    #[cfg(feature = "webhook")]
    pub webhooks: Vec<Arc<Subscription>>,
    /// What other systems may call, by name.
    #[cfg(feature = "webhook")]
    pub hooks: std::collections::BTreeMap<String, Hook>,
}

/// A server, put together but not running.
pub struct App {
    /// What handlers share.
    pub web: Web,
    /// Rings alarms.
    pub timers: Timers,
    /// Drives connectors.
    pub grants: Grants,
    /// Delivers cards.
    pub outbox: Outbox,
    /// Follows the trail for webhooks.
    #[cfg(feature = "webhook")]
    pub webhooks: Webhooks,
    #[cfg(feature = "webhook")]
    hooks: Hooks,
    bots: Bots,
    checkpoints: Checkpoints,
    verifier: Verifier,
    guard: Option<Guard>,
    #[cfg(feature = "forward-auth")]
    gate: Option<Arc<Gate>>,
}

impl App {
    /// Puts the parts together and starts the writer.
    pub fn new(parts: Parts) -> Self {
        Self::with_entropy(parts, Entropy::default())
    }

    /// The same, with chance from elsewhere: with the same parts and the same chance, everything happens as before.
    pub fn with_entropy(parts: Parts, entropy: Entropy) -> Self {
        let Parts { store, clock, demo, vault, .. } = parts;
        let metrics = Metrics::default();
        let trail = TrailHealth::default();
        let policy = parts.policy;
        let credentials = Credentials::new(store.clone(), clock.clone(), demo);
        let writer = Writer::start(
            store.clone(),
            policy.clone(),
            clock.clone(),
            entropy.clone(),
            metrics.clone(),
            trail.clone(),
        );
        let service = Service {
            policy,
            clock: clock.clone(),
            store: store.clone(),
            writer: writer.clone(),
            credentials: credentials.clone(),
            entropy,
            vault: vault.clone(),
            public_url: parts.public_url,
        };
        let grants = Grants::new(&service, vault, parts.connectors).heeding(trail.clone());
        let bots = BotHealth::on(clock.clone());
        let outbox = Outbox::new(service.clone(), parts.bots.messengers(), metrics.clone()).heeding(bots.clone());
        metrics.expect(outbox.platforms());
        #[cfg(feature = "webhook")]
        let webhooks = Webhooks::new(service.clone(), metrics.clone(), parts.webhooks);
        #[cfg(feature = "webhook")]
        let hooks = Hooks::new(service.clone(), parts.hooks);
        let origin = parts.signer.origin().to_owned();
        let verifier = parts.signer.verifier();
        let checkpoints =
            Checkpoints::new(store.clone(), clock.clone(), parts.signer, parts.checkpoints).reporting(trail.clone());
        let timers = Timers { store, writer, clock };
        let web = Web {
            service,
            credentials,
            metrics,
            bots,
            outbox: outbox.clone(),
            demo,
            origin,
            trail,
            streams: Streams::default(),
        };
        Self {
            web,
            timers,
            grants,
            outbox,
            #[cfg(feature = "webhook")]
            webhooks,
            #[cfg(feature = "webhook")]
            hooks,
            bots: parts.bots,
            checkpoints,
            verifier,
            guard: None,
            #[cfg(feature = "forward-auth")]
            gate: parts.gate,
        }
    }

    /// The same, which does nothing while `guard` keeps it in quarantine (THREATS C10).
    pub fn guarded(self, guard: Guard) -> Self {
        Self { guard: Some(guard), ..self }
    }

    /// Everything that answers over HTTP, the bots' own routes included.
    pub fn router(&self) -> Router {
        let routes = http::bare(self.web.clone(), console::routes()).merge(self.bots.routes(&self.web.service));
        #[cfg(feature = "forward-auth")]
        let routes = match &self.gate {
            Some(gate) => routes.merge(http::authz::routes(gate.clone()).with_state(self.web.clone())),
            None => routes,
        };
        #[cfg(feature = "webhook")]
        let routes = routes.merge(hooks::routes(self.hooks.clone()));
        http::guarded(routes.layer(Extension(self.verifier.clone())), self.web.clone())
    }

    /// Serves on `listener` until `stopping` says so, then ends what is under way.
    pub async fn run(mut self, listener: TcpListener, stopping: Stopping) -> std::io::Result<()> {
        // Live pages hold their connection for ever; they have to hear that it is over.
        let router = self.router().layer(Extension(stopping.clone()));
        let mut guard = self.guard.take();
        let quarantined = self.web.trail.is_quarantined();
        let mut tasks = JoinSet::new();
        let mut waiting = Some(self);
        if !quarantined && let Some(app) = waiting.take() {
            app.begin(&mut tasks, &stopping).await?;
        }
        let work = async {
            if let (Some(app), Some(guard)) = (waiting, &mut guard) {
                guard.released(&stopping).await;
                if stopping.now() {
                    return std::future::pending().await;
                }
                app.begin(&mut tasks, &stopping).await?;
            }
            tokio::select! {
                crash = crashed(&mut tasks) => Err::<(), _>(crash),
                error = watched(guard) => Err(error),
            }
        };
        let server = listen::serve(listener, router, Limits::default(), stopping.clone());
        let end = tokio::spawn(after(stopping.clone(), END));
        tokio::select! {
            () = server => {}
            () = after(stopping.clone(), GRACE) => tracing::info!("closing the connections that are still open"),
            ended = work => return ended,
        }
        tokio::select! {
            () = async { while tasks.join_next().await.is_some() {} } => {}
            _ = end => tracing::warn!("some work was not done in time; it goes on at the next start"),
        }
        Ok(())
    }

    /// Begins to work: from here on things happen by themselves.
    async fn begin(self, tasks: &mut JoinSet<()>, stopping: &Stopping) -> std::io::Result<()> {
        #[cfg(feature = "webhook")]
        self.webhooks.prepare().await.map_err(std::io::Error::other)?;
        self.start(tasks, stopping);
        Ok(())
    }

    /// Starts everything that runs beside the HTTP server.
    fn start(self, tasks: &mut JoinSet<()>, stopping: &Stopping) {
        let Web { service, bots: health, .. } = self.web;
        tasks.spawn(self.timers.run(stopping.clone()));
        tasks.spawn(self.grants.clone().run(Lane::Revoke, stopping.clone()));
        tasks.spawn(self.grants.run(Lane::Grant, stopping.clone()));
        tasks.spawn(self.outbox.run(stopping.clone()));
        #[cfg(feature = "webhook")]
        tasks.spawn(self.webhooks.run(stopping.clone()));
        tasks.spawn(self.checkpoints.run(stopping.clone()));
        tasks.spawn(upkeep::run(service.clone(), stopping.clone()));
        let leases = Leases::new(service.store.clone(), service.clock.clone());
        for bot in self.bots.all() {
            let engine = Arc::new(Scoped::new(service.clone(), bot.platform()));
            let (stopping, health) = (stopping.clone(), health.clone());
            match bot.once() {
                true => tasks.spawn(lifecycle::supervise_once(bot, engine, stopping, health, leases.clone())),
                false => tasks.spawn(lifecycle::supervise(bot, engine, stopping, health)),
            };
        }
    }
}

/// Resolves when the database went back in time under the server. Who starts it again starts it in quarantine.
async fn watched(guard: Option<Guard>) -> std::io::Error {
    match guard {
        Some(guard) => std::io::Error::other(guard.watch().await),
        None => std::future::pending().await,
    }
}

async fn after(stopping: Stopping, time: Duration) {
    stopping.wait().await;
    tokio::time::sleep(time).await;
}

/// Resolves when something that runs beside the HTTP server crashed. A server that no longer rings alarms or takes access
/// away must not look alive: it ends, and whoever supervises it starts it again.
async fn crashed(tasks: &mut JoinSet<()>) -> std::io::Error {
    while let Some(done) = tasks.join_next().await {
        if let Err(error) = done {
            return std::io::Error::other(format!("a part of the server crashed: {error}"));
        }
    }
    std::future::pending().await
}

/// Stops at the first signal.
pub fn stop_when_signalled() -> Stopping {
    let (stopper, stopping): (Stopper, Stopping) = lifecycle::stopper();
    tokio::spawn(async move {
        lifecycle::signalled().await;
        stopper.stop();
    });
    stopping
}
