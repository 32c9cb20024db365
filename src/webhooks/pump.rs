//! Follows the audit trail for each webhook, and runs what sends.

use super::{
    Subscription, kinds, payload,
    work::{self, AT_ONCE, LEASE},
};
use crate::{
    lifecycle::Stopping,
    metrics::Metrics,
    service::Service,
    store::{AuditQuery, Result, Store, WebhookWant},
};
use chrono::TimeDelta;
use futures_util::future::join_all;
use std::{sync::Arc, time::Duration};
use tokio::task::JoinSet;

/// Entries looked at in one go.
const PAGE: i64 = 500;
/// The longest nap between two looks.
const TICK: Duration = Duration::from_millis(500);
/// After a fault.
const PAUSE: Duration = Duration::from_secs(2);
/// Between two sweeps.
const SWEEP: Duration = Duration::from_secs(3_600);
/// What is delivered or dead is shown this long.
const LOG: TimeDelta = TimeDelta::days(30);
/// An inbound message's answer is remembered this long; older ones are too old to be believed anyway.
const ANSWERS: TimeDelta = TimeDelta::hours(24);
/// Past [`crate::backoff::GIVE_UP`] and a long outage, a delivery that still waits has nobody who would try it.
const FORSAKEN: TimeDelta = TimeDelta::hours(150);

/// All webhooks of a server. Clones share them.
#[derive(Clone)]
pub struct Webhooks {
    pub(super) service: Service,
    pub(super) metrics: Metrics,
    subscriptions: Arc<[Arc<Subscription>]>,
}

impl Webhooks {
    /// From what the policy file and the environment gave.
    pub fn new(service: Service, metrics: Metrics, subscriptions: Vec<Arc<Subscription>>) -> Self {
        Self { service, metrics, subscriptions: subscriptions.into() }
    }

    pub(super) fn store(&self) -> &Arc<dyn Store> {
        &self.service.store
    }

    /// Sets webhooks that are new at the trail's present end. Called before anything can be committed, so that they miss
    /// nothing that happens from now on.
    pub async fn prepare(&self) -> Result<()> {
        for webhook in self.subscriptions.iter() {
            self.store().start_webhook(&webhook.name).await?;
        }
        Ok(())
    }

    /// Notes deliveries for all entries that are new; how many entries were looked at.
    pub async fn pump(&self) -> Result<usize> {
        let mut seen = 0;
        for webhook in self.subscriptions.iter() {
            seen += self.follow(webhook).await?;
        }
        Ok(seen)
    }

    /// Sends what is due; how many deliveries those were.
    pub async fn work(&self) -> Result<usize> {
        let mut count = 0;
        for webhook in self.subscriptions.iter() {
            let due = self.store().claim_webhooks(&webhook.name, self.service.clock.now(), LEASE, AT_ONCE).await?;
            count += due.len();
            for result in join_all(due.into_iter().map(|one| work::deliver(self.clone(), webhook.clone(), one))).await {
                result?;
            }
        }
        Ok(count)
    }

    /// Until the server stops. Each webhook has workers of its own: a receiver that hangs holds up nobody else.
    pub async fn run(self, stopping: Stopping) {
        let mut tasks = JoinSet::new();
        for webhook in self.subscriptions.iter() {
            tasks.spawn(self.clone().serve(webhook.clone(), stopping.clone()));
        }
        tasks.spawn(self.clone().sweep(stopping));
        while tasks.join_next().await.is_some() {}
    }

    async fn serve(self, webhook: Arc<Subscription>, stopping: Stopping) {
        let mut running: JoinSet<Result<()>> = JoinSet::new();
        while !stopping.now() {
            match self.round(&webhook, &mut running).await {
                Ok(0) => tokio::select! {
                    Some(ended) = running.join_next() => note(&webhook.name, ended),
                    () = self.store().wait(TICK), if (running.len() as i64) < AT_ONCE => {}
                    else => {}
                },
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, webhook = webhook.name, "events could not be read; trying again");
                    tokio::time::sleep(PAUSE).await;
                }
            }
            while let Some(ended) = running.try_join_next() {
                note(&webhook.name, ended);
            }
        }
        while let Some(ended) = running.join_next().await {
            note(&webhook.name, ended);
        }
    }

    /// Follows the trail, and begins as many deliveries as there is room for.
    async fn round(&self, webhook: &Arc<Subscription>, running: &mut JoinSet<Result<()>>) -> Result<usize> {
        let seen = self.follow(webhook).await?;
        let room = AT_ONCE - running.len() as i64;
        if room <= 0 {
            return Ok(0);
        }
        let due = self.store().claim_webhooks(&webhook.name, self.service.clock.now(), LEASE, room).await?;
        let found = seen + due.len();
        due.into_iter().for_each(|one| drop(running.spawn(work::deliver(self.clone(), webhook.clone(), one))));
        Ok(found)
    }

    async fn follow(&self, webhook: &Subscription) -> Result<usize> {
        let cursors = self.store().webhook_cursors().await?;
        let Some(cursor) = cursors.into_iter().find(|cursor| cursor.webhook == webhook.name) else {
            self.store().start_webhook(&webhook.name).await?;
            return Ok(0);
        };
        if cursor.disabled.is_some() {
            return Ok(0);
        }
        let query = AuditQuery { from_seq: cursor.next_seq, limit: PAGE, ..AuditQuery::default() };
        let rows = self.store().audit(&query).await?;
        let Some(last) = rows.last().map(|row| row.seq) else { return Ok(0) };
        let mut wants = Vec::new();
        for row in &rows {
            // An entry that cannot be read is wanted by everybody: that it cannot be told must be seen.
            match payload::entry(row) {
                Ok(entry) if !webhook.wants(&entry) => {}
                read => {
                    let kind = read.map_or("unreadable", |entry| kinds::headline(&entry.events));
                    wants.push(WebhookWant { seq: row.seq, request: row.request.clone(), kind: kind.to_owned() });
                }
            }
        }
        self.store().advance_webhook(&webhook.name, &wants, last + 1, self.service.clock.now()).await?;
        Ok(rows.len())
    }

    async fn sweep(self, stopping: Stopping) {
        while !stopping.now() {
            let now = self.service.clock.now();
            let forsaken = async {
                let why = "nobody tries it any more: its webhook is not in the policy file";
                let forsaken = self.store().forsake_webhooks(now - FORSAKEN, why, now).await?;
                self.store().sweep_webhooks(now - LOG, now - ANSWERS).await.map(|()| forsaken)
            };
            match forsaken.await {
                Ok(0) => {}
                Ok(forsaken) => tracing::error!(forsaken, "deliveries of webhooks that are gone were given up"),
                Err(error) => tracing::warn!(%error, "old deliveries could not be deleted; trying again in an hour"),
            }
            tokio::select! {
                () = tokio::time::sleep(SWEEP) => {}
                () = stopping.clone().wait() => {}
            }
        }
    }
}

fn note(webhook: &str, ended: std::result::Result<Result<()>, tokio::task::JoinError>) {
    match ended {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::warn!(%error, webhook, "a delivery was not finished; it is tried again once its lease has run out")
        }
        Err(error) => {
            tracing::error!(%error, webhook, "a delivery crashed; it is tried again once its lease has run out")
        }
    }
}
