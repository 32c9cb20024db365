//! Who is sent out when: as many couriers per platform as it bears, and no platform waits for another.

use super::{LEASE, Outbox};
use crate::{
    lifecycle::Stopping,
    store::{Posting, Result},
};
use countersign_engine::person::Platform;
use futures_util::{FutureExt, future::join_all};
use std::{collections::BTreeMap, panic::AssertUnwindSafe, time::Duration};
use tokio::task::JoinSet;

/// Messages of one platform that are under way at a time.
const PER_PLATFORM: usize = 32;
/// The shortest time between two looks for work.
const BREATH: Duration = Duration::from_millis(10);
/// The longest nap between two looks for work.
const TICK: Duration = Duration::from_millis(500);

impl Outbox {
    /// Delivers what is due until the server stops, then ends what is under way.
    pub(super) async fn rounds(&self, stopping: Stopping) {
        let mut away = Away::default();
        while !stopping.now() {
            match self.send_out(&mut away).await {
                Ok(0) => {
                    tokio::select! {
                        Some(back) = away.out.join_next() => away.back(back.ok()),
                        () = self.service.store.wait(TICK) => {}
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "messages could not be read; trying again");
                    tokio::time::sleep(TICK).await;
                }
            }
            tokio::time::sleep(BREATH).await;
            while let Some(back) = away.out.try_join_next() {
                away.back(back.ok());
            }
        }
        while away.out.join_next().await.is_some() {}
    }

    /// Sends out couriers for all platforms that have room; how many.
    async fn send_out(&self, away: &mut Away) -> Result<usize> {
        let now = self.service.clock.now();
        let mut sent = 0;
        for platform in self.service.store.due_platforms(now).await? {
            let room = PER_PLATFORM.saturating_sub(away.busy(platform));
            if room == 0 {
                continue;
            }
            for posting in self.service.store.claim_postings(platform, now, LEASE, room as i64).await? {
                sent += 1;
                away.go(platform, self.clone(), posting);
            }
        }
        Ok(sent)
    }

    /// Delivers what is due; how many messages those were.
    pub(super) async fn round(&self) -> Result<usize> {
        let now = self.service.clock.now();
        let mut due = Vec::new();
        for platform in self.service.store.due_platforms(now).await? {
            due.extend(self.service.store.claim_postings(platform, now, LEASE, PER_PLATFORM as i64).await?);
        }
        let count = due.len();
        join_all(due.into_iter().map(|posting| self.in_lease(posting))).await;
        Ok(count)
    }

    /// Past its lease a message is somebody else's, so it is given up then at the latest.
    async fn in_lease(&self, posting: Posting) {
        let (request, address) = (posting.request.clone(), posting.address.clone());
        let delivered = AssertUnwindSafe(self.deliver(posting)).catch_unwind();
        match tokio::time::timeout(LEASE.to_std().unwrap_or_default(), delivered).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(error))) => {
                tracing::warn!(%request, %address, %error, "a delivery was not finished; it is tried again once its lease has run out")
            }
            Ok(Err(_)) => {
                tracing::error!(%request, %address, "a delivery crashed; it is tried again once its lease has run out")
            }
            Err(_) => tracing::warn!(%request, %address, "a delivery's lease ran out; it is tried again"),
        }
    }
}

/// Couriers that are under way.
#[derive(Default)]
struct Away {
    out: JoinSet<Platform>,
    busy: BTreeMap<Platform, usize>,
}

impl Away {
    fn busy(&self, platform: Platform) -> usize {
        self.busy.get(&platform).copied().unwrap_or(0)
    }

    fn go(&mut self, platform: Platform, outbox: Outbox, posting: Posting) {
        *self.busy.entry(platform).or_default() += 1;
        self.out.spawn(async move {
            outbox.in_lease(posting).await;
            platform
        });
    }

    fn back(&mut self, platform: Option<Platform>) {
        if let Some(busy) = platform.and_then(|platform| self.busy.get_mut(&platform)) {
            *busy = busy.saturating_sub(1);
        }
    }
}
