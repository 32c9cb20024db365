//! Delivers what transitions ask for: posts cards, brings every copy up to date, tells people. Words and recipients are
//! worked out here, from current state, so a late retry never shows an old truth (decision 4).
//!
//! Two stages. *Planning* turns an effect into rows of the delivery ledger, one per message and address ([`plan`]).
//! *Couriers* work on rows that are due, each platform apart from the others ([`courier`]): one that is slow or down delays
//! nobody else. When a way fails, the next is tried ([`failover`]).

mod courier;
mod failover;
mod hold;
mod message;
mod plan;
mod purpose;
mod rounds;
mod test_send;
mod ways;

pub(crate) use purpose::Purpose;
pub use test_send::{Sent, Target};

use crate::{
    lanes::Work,
    lifecycle::{BotHealth, Stopping},
    metrics::Metrics,
    service::Service,
    store::{Job, Lane, Result},
};
use chrono::TimeDelta;
use countersign_engine::{person::Platform, ports::Messenger};
use std::{collections::BTreeMap, sync::Arc};

/// How long a job or a message is ours.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// Plans made at a time.
const AT_ONCE: i64 = 16;

/// The platforms that can be written to.
pub type Messengers = BTreeMap<Platform, Arc<dyn Messenger>>;

/// Delivers.
#[derive(Clone)]
pub struct Outbox {
    service: Service,
    messengers: Arc<Messengers>,
    metrics: Metrics,
    health: BotHealth,
}

impl Outbox {
    /// To these platforms.
    pub fn new(service: Service, messengers: Messengers, metrics: Metrics) -> Self {
        Self { service, messengers: Arc::new(messengers), metrics, health: BotHealth::default() }
    }

    /// The same, which sends nothing to a platform whose bot was stopped.
    pub fn heeding(self, health: BotHealth) -> Self {
        Self { health, ..self }
    }

    /// Until the server stops.
    pub async fn run(self, stopping: Stopping) {
        let planner = self.clone();
        let planning = self.lane().until(stopping.clone(), move |job| {
            let this = planner.clone();
            async move { this.job(&job).await }
        });
        tokio::join!(planning, self.rounds(stopping));
    }

    /// Does what is due; how many jobs and messages those were.
    pub async fn work(&self) -> Result<usize> {
        let planned = self.lane().once(|job| async move { self.job(&job).await }).await?;
        Ok(planned + self.round().await?)
    }

    /// Platforms that can be written to.
    pub fn platforms(&self) -> impl Iterator<Item = Platform> + '_ {
        self.messengers.keys().copied()
    }

    fn lane(&self) -> Work {
        let (store, clock) = (self.service.store.clone(), self.service.clock.clone());
        Work { store, clock, lane: Lane::Deliver, at_once: AT_ONCE, lease: LEASE }
    }

    async fn job(&self, job: &Job) -> Result<()> {
        plan::Planning { outbox: self, job }.run().await
    }
}
