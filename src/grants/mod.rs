//! Drives connectors: gives access, takes it away, reads back. Revocation has its own lane and goes first (rule 39).

mod approval_only;
mod drive;

pub use approval_only::ApprovalOnly;

use crate::{
    audit::health::TrailHealth,
    clock::Clock,
    entropy::Entropy,
    lanes::Work,
    lifecycle::Stopping,
    service::Service,
    store::{Job, Lane, Result, Store, StoreError},
    vault::Vault,
    writer::Writer,
};
use chrono::TimeDelta;
use countersign_engine::{effect::Effect, ports::Connector};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The name of the connector that grants nothing by itself.
pub const APPROVAL_ONLY: &str = "approval-only";
/// How long a connector call may take, in all. Past it nobody knows what became of it.
const CALL: Duration = Duration::from_secs(20);
/// How long a job is ours: longer than a call with its reading back, so that no two replicas work on one grant, and short
/// of the minute in which access must be gone (promise S5), also when whoever has the job dies.
const LEASE: TimeDelta = TimeDelta::seconds(45);
/// Jobs of one lane that are worked on at a time ...
const AT_ONCE: i64 = 64;
/// ... and of those, how many at one connector (THREATS C09).
const PER_CONNECTOR: usize = 8;
/// A target that answers frees a place within this; coming back later costs two writes and a second.
const SOON: Duration = Duration::from_millis(50);

/// The connectors by name.
pub type Connectors = BTreeMap<String, Arc<dyn Connector>>;

/// Works on grants.
#[derive(Clone)]
pub struct Grants {
    store: Arc<dyn Store>,
    writer: Writer,
    clock: Clock,
    entropy: Entropy,
    vault: Vault,
    connectors: Arc<Connectors>,
    trail: TrailHealth,
    revoking: Places,
    granting: Places,
}

impl Grants {
    /// With these connectors, and the one for what people do by hand.
    pub fn new(service: &Service, vault: Vault, mut connectors: Connectors) -> Self {
        connectors.entry(APPROVAL_ONLY.into()).or_insert_with(|| Arc::new(ApprovalOnly));
        let (store, writer, clock) = (service.store.clone(), service.writer.clone(), service.clock.clone());
        let (revoking, granting) = (places(&connectors), places(&connectors));
        let (entropy, trail) = (service.entropy.clone(), TrailHealth::default());
        Self { store, writer, clock, entropy, vault, connectors: Arc::new(connectors), trail, revoking, granting }
    }

    /// The same, which touches no target once the database has gone back in time (THREATS C10).
    pub fn heeding(self, trail: TrailHealth) -> Self {
        Self { trail, ..self }
    }

    /// The connectors by name.
    pub fn connectors(&self) -> &Connectors {
        &self.connectors
    }

    /// Works on one lane until the server stops. Run it once for revocation and once for granting: neither ever waits for
    /// the other.
    pub async fn run(self, lane: Lane, stopping: Stopping) {
        self.lane(lane)
            .until(stopping, |job| {
                let this = self.clone();
                async move { this.job(&job).await }
            })
            .await;
    }

    /// Works on what is due in a lane; how many jobs those were.
    pub async fn work(&self, lane: Lane) -> Result<usize> {
        self.lane(lane).once(|job| async move { self.job(&job).await }).await
    }

    fn lane(&self, lane: Lane) -> Work {
        Work { store: self.store.clone(), clock: self.clock.clone(), lane, at_once: AT_ONCE, lease: LEASE }
    }

    async fn job(&self, job: &Job) -> Result<()> {
        let before = self.trail.length();
        if !self.trail.goes_on(before, &self.store.audit_head().await?) {
            return Err(StoreError::Unavailable("the database may have been restored: nothing is touched".into()));
        }
        drive::Drive { grants: self, job }.run().await
    }

    /// A place at a connector, for as long as it is held; `None` when all are taken and none becomes free within [`SOON`].
    /// One target that hangs can so never keep the others waiting, nor its grants its revocations (THREATS C09).
    async fn place(&self, connector: &str, effect: &Effect) -> Option<OwnedSemaphorePermit> {
        let places = match effect {
            Effect::Revoke => &self.revoking,
            _ => &self.granting,
        };
        let place = places.get(connector)?.clone().acquire_owned();
        tokio::time::timeout(SOON, place).await.ok()?.ok()
    }
}

type Places = Arc<BTreeMap<String, Arc<Semaphore>>>;

fn places(connectors: &Connectors) -> Places {
    Arc::new(connectors.keys().map(|name| (name.clone(), Arc::new(Semaphore::new(PER_CONNECTOR)))).collect())
}
