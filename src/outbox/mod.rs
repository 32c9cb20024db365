//! Delivers what transitions ask for: posts cards, brings every copy up to date, tells people. Words and recipients are
//! worked out here, from current state, so a late retry never shows an old truth (decision 4).

mod deliver;
mod recipients;

use crate::{
    lanes::Work,
    lifecycle::Stopping,
    metrics::Metrics,
    service::Service,
    store::{Job, Lane, Result},
};
use chrono::TimeDelta;
use countersign_engine::{person::Platform, ports::Messenger};
use futures_util::future::join_all;
use std::{collections::BTreeMap, sync::Arc};

/// How long a delivery is ours.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// Deliveries at a time.
const AT_ONCE: i64 = 16;
/// A message that cannot be delivered for this long is put aside for people to see (promise L6).
const GIVE_UP: TimeDelta = TimeDelta::hours(75);

/// The platforms that can be written to.
pub type Messengers = BTreeMap<Platform, Arc<dyn Messenger>>;

/// Delivers.
#[derive(Clone)]
pub struct Outbox {
    service: Service,
    messengers: Arc<Messengers>,
    metrics: Metrics,
}

impl Outbox {
    /// To these platforms.
    pub fn new(service: Service, messengers: Messengers, metrics: Metrics) -> Self {
        Self { service, messengers: Arc::new(messengers), metrics }
    }

    /// Until the server stops.
    pub async fn run(self, stopping: Stopping) {
        let (store, clock) = (self.service.store.clone(), self.service.clock.clone());
        let work = Work { store, clock, lane: Lane::Deliver, at_once: AT_ONCE, lease: LEASE };
        work.until(stopping, |job| {
            let this = self.clone();
            async move { this.job(&job).await }
        })
        .await;
    }

    /// Delivers what is due; how many jobs those were.
    pub async fn work(&self) -> Result<usize> {
        let jobs = self.service.store.claim(Lane::Deliver, self.service.clock.now(), LEASE, AT_ONCE).await?;
        let count = jobs.len();
        for result in join_all(jobs.iter().map(|job| self.job(job))).await {
            if let Err(error) = result {
                tracing::warn!(%error, "a delivery was not finished; its lease will run out and it is tried again");
            }
        }
        Ok(count)
    }

    async fn job(&self, job: &Job) -> Result<()> {
        deliver::Delivery { outbox: self, job }.run().await
    }
}
