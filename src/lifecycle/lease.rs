//! What one process of an installation may do at a time: whoever holds the lease does it.

use crate::{clock::Clock, store::Store};
use chrono::TimeDelta;
use countersign_engine::time::Timestamp;
use ring::rand::{SecureRandom, SystemRandom};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// A holder that is gone is replaced after this, and a beat.
const LEASE: TimeDelta = TimeDelta::seconds(10);
/// The holder itself stops so long before, because stopping takes a moment.
const MARGIN: TimeDelta = TimeDelta::seconds(1);
/// Between two renewals, and between two looks at a lease that is somebody else's.
const BEAT: Duration = Duration::from_secs(3);

/// Real time without a renewal after which a lease is nobody's.
const STILL: Duration = Duration::from_secs(10);

/// A lease of somebody else's, as it was seen last.
pub(super) struct Seen {
    ends: Timestamp,
    since: Instant,
}

/// Takes leases in the name of this process. Clones are the same holder.
#[derive(Clone)]
pub struct Leases {
    store: Arc<dyn Store>,
    clock: Clock,
    holder: String,
    beat: Duration,
}

/// A lease that is ours until its end.
pub(super) struct Lease {
    leases: Leases,
    name: String,
    fence: i64,
    ends: Timestamp,
}

impl Leases {
    /// A holder of its own name.
    pub fn new(store: Arc<dyn Store>, clock: Clock) -> Self {
        let mut name = [0_u8; 16];
        // Without randomness the process number has to do: replicas on one machine differ by it.
        if SystemRandom::new().fill(&mut name).is_err() {
            name[..4].copy_from_slice(&std::process::id().to_be_bytes());
        }
        Self { store, clock, holder: hex::encode(name), beat: BEAT }
    }

    /// The same, looking more or less often; for tests, whose clock does not go by itself.
    pub fn beating(self, beat: Duration) -> Self {
        Self { beat, ..self }
    }

    pub(super) fn beat(&self) -> Duration {
        self.beat
    }

    /// Takes it, if nobody has it. A database that does not answer gives none.
    ///
    /// Whoever has a lease renews it, so one whose end has not moved for longer than any lease is nobody's, however late that
    /// end is: it was written by a clock that ran ahead (THREATS C12). `seen` is what was seen of it before.
    pub(super) async fn take(&self, name: &str, seen: &mut Option<Seen>) -> Option<Lease> {
        let now = self.clock.now();
        let ends = now + LEASE;
        let abandoned = seen.as_ref().filter(|seen| seen.since.elapsed() > STILL).map(|seen| seen.ends);
        match self.store.take_lease(name, &self.holder, abandoned.unwrap_or(now).max(now), ends).await {
            Ok(Some(fence)) => {
                *seen = None;
                let ends = ends - MARGIN;
                Some(Lease { leases: self.clone(), name: name.to_owned(), fence, ends })
            }
            Ok(None) => {
                self.look(name, seen).await;
                None
            }
            Err(error) => {
                tracing::warn!(%error, name, "the lease could not be asked for; trying again");
                None
            }
        }
    }
}

impl Leases {
    /// Notes when somebody else's lease ends, and since when it does.
    async fn look(&self, name: &str, seen: &mut Option<Seen>) {
        let Ok(Some(ends)) = self.store.lease_ends(name).await else { return };
        if seen.as_ref().is_none_or(|before| before.ends != ends) {
            *seen = Some(Seen { ends, since: Instant::now() });
        }
    }
}

impl Lease {
    pub(super) fn fence(&self) -> i64 {
        self.fence
    }

    /// Renews it for as long as that works. Resolves when it is lost: somebody else has it, or it ran out before the
    /// database answered. Then nobody here may go on.
    pub(super) async fn lost(&mut self) {
        let Leases { store, clock, holder, beat } = self.leases.clone();
        loop {
            tokio::time::sleep(beat).await;
            let now = clock.now();
            let left = (self.ends - now).to_std().unwrap_or_default();
            let renewing = store.renew_lease(&self.name, &holder, self.fence, now + LEASE);
            match tokio::time::timeout(left.min(beat), renewing).await {
                Ok(Ok(true)) => self.ends = now + LEASE - MARGIN,
                Ok(Ok(false)) => return,
                Ok(Err(error)) => tracing::warn!(%error, name = self.name, "the lease could not be renewed"),
                Err(_) => tracing::warn!(name = self.name, "the lease could not be renewed in time"),
            }
            if clock.now() >= self.ends {
                return;
            }
        }
    }

    /// Gives it back, so that nobody waits for its end.
    pub(super) async fn release(self) {
        let Leases { store, holder, .. } = &self.leases;
        if let Err(error) = store.release_lease(&self.name, holder, self.fence).await {
            tracing::warn!(%error, name = self.name, "the lease could not be given back; it runs out by itself");
        }
    }
}
