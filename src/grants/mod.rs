//! Drives connectors: gives access, takes it away, reads back. Revocation has its own lane and goes first (rule 39).

mod approval_only;
mod drive;

pub use approval_only::ApprovalOnly;

use crate::{
    clock::Clock,
    lifecycle::Stopping,
    service::Service,
    store::{Job, Lane, Result, Store, StoreError},
    vault::Vault,
    writer::Writer,
};
use chrono::TimeDelta;
use countersign_engine::ports::Connector;
use futures_util::future::join_all;
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// The name of the connector that grants nothing by itself.
pub const APPROVAL_ONLY: &str = "approval-only";
/// How long a connector call may take, in all. Past it nobody knows what became of it.
const CALL: Duration = Duration::from_secs(20);
/// How long a job is ours: longer than a call with its reading back, so that no two replicas work on one grant.
const LEASE: TimeDelta = TimeDelta::seconds(90);
/// Jobs of one lane that are worked on at a time (THREATS C09).
const AT_ONCE: i64 = 16;
const TICK: Duration = Duration::from_millis(500);

/// The connectors by name.
pub type Connectors = BTreeMap<String, Arc<dyn Connector>>;

/// Works on grants.
#[derive(Clone)]
pub struct Grants {
    store: Arc<dyn Store>,
    writer: Writer,
    clock: Clock,
    vault: Vault,
    connectors: Arc<Connectors>,
}

impl Grants {
    /// With these connectors, and the one for what people do by hand.
    pub fn new(service: &Service, vault: Vault, mut connectors: Connectors) -> Self {
        connectors.entry(APPROVAL_ONLY.into()).or_insert_with(|| Arc::new(ApprovalOnly));
        let (store, writer, clock) = (service.store.clone(), service.writer.clone(), service.clock.clone());
        Self { store, writer, clock, vault, connectors: Arc::new(connectors) }
    }

    /// Works on one lane until the server stops. Run it once for revocation and once for granting: neither ever waits for the other.
    pub async fn run(self, lane: Lane, stopping: Stopping) {
        while !stopping.now() {
            match self.work(lane).await {
                Ok(0) => self.store.wait(TICK).await,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, lane = lane.key(), "the lane's work could not be read; trying again");
                    tokio::time::sleep(TICK).await;
                }
            }
        }
    }

    /// Works on what is due in a lane; how many jobs those were.
    pub async fn work(&self, lane: Lane) -> Result<usize> {
        let jobs = self.store.claim(lane, self.clock.now(), LEASE, AT_ONCE).await?;
        let count = jobs.len();
        for result in join_all(jobs.iter().map(|job| self.job(job))).await {
            if let Err(error) = result {
                tracing::warn!(%error, lane = lane.key(), "a job was not finished; its lease will run out and it is tried again");
            }
        }
        Ok(count)
    }

    /// Past its lease a job is somebody else's, so it is given up then at the latest.
    async fn job(&self, job: &Job) -> Result<()> {
        let late = |_| Err(StoreError::Unavailable("the job's lease ran out".into()));
        let lease = LEASE.to_std().unwrap_or_default();
        tokio::time::timeout(lease, drive::Drive { grants: self, job }.run()).await.unwrap_or_else(late)
    }
}
