//! Small things that are done now and then.

use crate::{lifecycle::Stopping, service::Service, store::Query, writer::Intent};
use chrono::TimeDelta;
use countersign_engine::policy::Policy;
use futures_util::future::join_all;
use std::time::Duration;

/// Bindings that another replica made are taken over within this time.
const EVERY: Duration = Duration::from_secs(15);
/// Expired rows are deleted every so many rounds: about once an hour.
const SWEEP_ROUNDS: u32 = 240;
/// An idempotency key is remembered this long (THREATS E05).
const KEYS: TimeDelta = TimeDelta::hours(24);
/// Requests judged anew at a time.
const PAGE: i64 = 200;

/// For ever.
pub async fn run(service: Service, stopping: Stopping) {
    let mut round = 0_u32;
    while !stopping.now() {
        self::round(&service, round.is_multiple_of(SWEEP_ROUNDS)).await;
        round = round.wrapping_add(1);
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = stopping.clone().wait() => {}
        }
    }
}

/// One round of it; with `sweep`, expired rows are deleted too.
pub async fn round(service: &Service, sweep: bool) {
    if let Err(error) = service.refresh_links().await {
        tracing::warn!(%error, "bindings could not be read; the known ones stay in force");
    }
    if let Err(error) = service.refresh_preferences().await {
        tracing::warn!(%error, "preferences could not be read; the known ones stay in force");
    }
    let now = service.clock.now();
    if let Err(error) = service.store.heed_clock(now).await {
        tracing::warn!(%error, "work that a wrong clock has put off could not be looked for; trying again");
    }
    // At the start that is everything that is open. Every decision looks at the policy in force by itself, so nobody waits.
    if service.policy.unjudged().is_some()
        && let Err(error) = reassess(service).await
    {
        tracing::warn!(%error, "open requests could not be judged on the policy in force; trying again");
    }
    if sweep && let Err(error) = service.store.sweep(now, now - KEYS).await {
        tracing::warn!(%error, "expired rows could not be deleted; trying again in an hour");
    }
}

/// Puts a newly read policy in force, and judges what is open on it: who was deactivated loses access now, not at the next
/// start (rule 3). Errors: the open requests could not be read; the policy is in force all the same, and they are judged
/// within [`EVERY`] once the database answers again.
pub async fn reload(service: &Service, policy: Policy) -> crate::store::Result<()> {
    service.policy.set(policy);
    reassess(service).await
}

/// Judges every request that is not over on the policy in force (rules 3, 8 and 13). Called after a reload, and by [`round`]
/// at the start and until all is judged.
pub async fn reassess(service: &Service) -> crate::store::Result<()> {
    let policy = service.policy.unjudged();
    let mut all = true;
    let mut query = Query { live: true, limit: PAGE, ..Query::default() };
    loop {
        let page = service.store.requests(&query).await?;
        let more = page.len() as i64 == PAGE;
        query.before = page.last().map(|request| request.id.clone());
        let judged = page.into_iter().map(|r| service.writer.submit(Intent::Reassess { request: r.id }));
        for error in join_all(judged).await.into_iter().filter_map(Result::err) {
            tracing::warn!(%error, "a request could not be judged on the new policy; it is tried again");
            all = false;
        }
        if !more {
            if let Some(policy) = policy.filter(|_| all) {
                service.policy.judged(policy);
            }
            return Ok(());
        }
    }
}
