//! Rings alarms that are due. Late alarms are harmless: deadlines are facts about time, not about this loop (rule 26).

use crate::{
    clock::Clock,
    lifecycle::Stopping,
    store::{Result, Store},
    writer::{Intent, Writer},
};
use chrono::TimeDelta;
use futures_util::future::join_all;
use std::{sync::Arc, time::Duration};

/// How long an alarm is ours before another replica may ring it.
const LEASE: TimeDelta = TimeDelta::seconds(30);
/// Alarms rung at once. A storm goes through in chunks, so that votes get in between.
const CHUNK: i64 = 256;
/// The shortest nap: every change wakes this loop, and few bring an alarm.
const BREATH: Duration = Duration::from_millis(50);
/// The longest nap. Expiry is judged on the wall clock with a short tick, never by one long sleep: clocks jump.
const TICK: Duration = Duration::from_millis(500);

/// Rings alarms.
#[derive(Clone)]
pub struct Timers {
    /// Where alarms are kept.
    pub store: Arc<dyn Store>,
    /// Who decides what they mean.
    pub writer: Writer,
    /// The present.
    pub clock: Clock,
}

impl Timers {
    /// Until the server stops.
    pub async fn run(self, stopping: Stopping) {
        while !stopping.now() {
            match self.ring_due().await {
                Ok(0) => {
                    self.store.wait(TICK).await;
                    tokio::time::sleep(BREATH).await;
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "alarms could not be read; trying again");
                    tokio::time::sleep(TICK).await;
                }
            }
        }
    }

    /// Rings one chunk of what is due; how many those were.
    pub async fn ring_due(&self) -> Result<usize> {
        let due = self.store.due(self.clock.now(), LEASE, CHUNK).await?;
        let count = due.len();
        let rung = join_all(due.into_iter().map(|request| self.writer.submit(Intent::Ring { request }))).await;
        for error in rung.into_iter().filter_map(std::result::Result::err) {
            tracing::warn!(%error, "an alarm could not be rung; its lease will run out and it rings again");
        }
        Ok(count)
    }
}
