//! Works on a lane of the outbox: as much at a time as there is room for, and no job waits for another to end.

use crate::{
    clock::Clock,
    lifecycle::Stopping,
    store::{Job, Lane, Result, Store, StoreError},
};
use chrono::TimeDelta;
use futures_util::future::join_all;
use std::{future::Future, sync::Arc, time::Duration};
use tokio::task::{JoinError, JoinSet};

/// The shortest time between two looks for work. Each look is a write: under load, one finds what many changes left.
const BREATH: Duration = Duration::from_millis(10);
/// The longest nap between two looks for work.
const TICK: Duration = Duration::from_millis(500);

/// A lane, and how it is worked on.
#[derive(Clone)]
pub struct Work {
    /// Where jobs are kept.
    pub store: Arc<dyn Store>,
    /// The present.
    pub clock: Clock,
    /// Which lane.
    pub lane: Lane,
    /// Jobs at a time.
    pub at_once: i64,
    /// How long a job is ours. Past it a job is somebody else's, so it is given up then at the latest.
    pub lease: TimeDelta,
}

impl Work {
    /// Works until the server stops, then ends what is under way. A job that fails, or panics, is tried again once its lease
    /// has run out.
    pub async fn until<F: Future<Output = Result<()>> + Send + 'static>(
        self,
        stopping: Stopping,
        job: impl Fn(Job) -> F,
    ) {
        let mut running = JoinSet::new();
        while !stopping.now() {
            let room = self.at_once - running.len() as i64;
            let mut found = 0;
            if room > 0 {
                match self.store.claim(self.lane, self.clock.now(), self.lease, room).await {
                    Ok(jobs) => {
                        found = jobs.len();
                        jobs.into_iter().for_each(|claimed| drop(running.spawn(self.in_lease(job(claimed)))));
                    }
                    Err(error) => {
                        tracing::warn!(%error, lane = self.lane.key(), "work could not be read; trying again");
                        tokio::time::sleep(TICK).await;
                    }
                }
            }
            if found == 0 {
                self.rest(&mut running, room > 0).await;
            }
            tokio::time::sleep(BREATH).await;
            while let Some(ended) = running.try_join_next() {
                self.note(ended);
            }
        }
        while let Some(ended) = running.join_next().await {
            self.note(ended);
        }
    }

    /// Works on what is due, once; how many jobs those were. A job that fails is tried again once its lease has run out.
    pub async fn once<F: Future<Output = Result<()>>>(&self, job: impl Fn(Job) -> F) -> Result<usize> {
        let jobs = self.store.claim(self.lane, self.clock.now(), self.lease, self.at_once).await?;
        let count = jobs.len();
        for result in join_all(jobs.into_iter().map(job)).await {
            self.note(Ok(result));
        }
        Ok(count)
    }

    /// Until a job ends, or, with room for more, until there may be something new to do.
    async fn rest(&self, running: &mut JoinSet<Result<()>>, room: bool) {
        tokio::select! {
            Some(ended) = running.join_next() => self.note(ended),
            () = self.store.wait(TICK), if room => {}
            else => {}
        }
    }

    fn in_lease<F: Future<Output = Result<()>> + Send + 'static>(
        &self,
        job: F,
    ) -> impl Future<Output = Result<()>> + Send + 'static {
        let lease = self.lease.to_std().unwrap_or_default();
        async move {
            let late = |_| Err(StoreError::Unavailable("the job's lease ran out".into()));
            tokio::time::timeout(lease, job).await.unwrap_or_else(late)
        }
    }

    fn note(&self, ended: std::result::Result<Result<()>, JoinError>) {
        let lane = self.lane.key();
        match ended {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, lane, "a job was not finished; it is tried again once its lease has run out")
            }
            Err(error) => tracing::error!(%error, lane, "a job crashed; it is tried again once its lease has run out"),
        }
    }
}
