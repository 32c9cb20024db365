//! One job: one grant or one revocation, from claim to report.

use super::{CALL, Grants};
use crate::{
    backoff,
    store::{Job, Result, StoreError},
    writer::Intent,
};
use chrono::TimeDelta;
use countersign_engine::{
    decide::Report,
    effect::Effect,
    grant::{Grant, GrantState, Terms},
    ports::{Connector, Delivery, Observation, Outcome},
    request::Request,
};
use std::future::Future;

/// How much later than our own end a target may end access by itself. It is the second belt: the first is our revocation.
const BELT: TimeDelta = TimeDelta::seconds(60);

/// When a job looks again for a place at a connector whose places are all taken.
const BUSY: TimeDelta = TimeDelta::seconds(1);

pub(super) struct Drive<'a> {
    pub grants: &'a Grants,
    pub job: &'a Job,
}

impl Drive<'_> {
    pub async fn run(self) -> Result<()> {
        let Some(request) = self.grants.store.request(self.job.request.as_str()).await? else {
            return self.grants.store.bury(self.job, "its request does not exist").await;
        };
        let (report, grant): (fn(String) -> Report, &Grant) = match (&self.job.effect, &request.grant) {
            (Effect::Grant, Some(grant @ Grant { state: GrantState::Granting { .. }, .. })) => {
                (Report::NotGranted, grant)
            }
            (Effect::Revoke, Some(grant @ Grant { state: GrantState::Revoking { .. }, .. })) => {
                (Report::NotRevoked, grant)
            }
            // A grant job that was tried before may have left access behind: that is taken back before it is forgotten.
            (Effect::Grant, Some(grant)) if grant.state.is_over() && self.job.attempts > 1 => {
                return match self.grants.connectors.get(&grant.terms.connector).cloned() {
                    Some(connector) => self.take_back(connector.as_ref(), &grant.terms).await,
                    None => self.grants.store.finish(self.job).await,
                };
            }
            // Overtaken: nothing is granted that is no longer wanted, nothing is revoked twice.
            _ => return self.grants.store.finish(self.job).await,
        };
        let terms = &grant.terms;
        let Some(connector) = self.grants.connectors.get(&terms.connector).cloned() else {
            return self.no_connector(terms, report).await;
        };
        let Some(_place) = self.grants.place(&terms.connector, &self.job.effect) else {
            return self.grants.store.retry(self.job, self.grants.clock.now() + BUSY, "the connector is busy").await;
        };
        match self.job.effect {
            Effect::Revoke => self.revoke(connector.as_ref(), terms).await,
            _ => self.grant(connector.as_ref(), terms).await,
        }
    }

    async fn grant(&self, connector: &dyn Connector, terms: &Terms) -> Result<()> {
        match self.give(connector, terms).await {
            Outcome::Done(delivery) => {
                self.keep_secret(&delivery).await?;
                let after = self.report(Report::Granted(delivery.details)).await?;
                match after.grant.as_ref().is_none_or(|g| g.state.is_over()) {
                    true => self.take_back(connector, terms).await,
                    false => self.grants.store.finish(self.job).await,
                }
            }
            Outcome::DefinitelyNot(error) | Outcome::Unknown(error) => self.trouble(error, Report::NotGranted).await,
        }
    }

    /// Asks for access. When nobody knows what became of it, reads back, and asks once more where it is there: granting is
    /// idempotent, and only its answer holds what the person needs.
    async fn give(&self, connector: &dyn Connector, terms: &Terms) -> Outcome<Delivery> {
        let until = self.grants.clock.now() + terms.duration.delta() + BELT;
        match bounded(connector.grant(terms, until)).await {
            Outcome::Unknown(error) => match bounded_observe(connector, terms).await {
                Observation::Present if self.still_wanted().await => bounded(connector.grant(terms, until)).await,
                Observation::Present => Outcome::Unknown(error),
                Observation::Absent => Outcome::DefinitelyNot(error),
                Observation::Unknown(_) => Outcome::Unknown(error),
            },
            known => known,
        }
    }

    /// Ended while the target was at work: what it then gave must not stay (rule 36). Done once it is read back as absent.
    async fn take_back(&self, connector: &dyn Connector, terms: &Terms) -> Result<()> {
        tracing::warn!(request = %self.job.request, "access came after its end; it is taken back");
        let said = bounded(connector.revoke(terms)).await;
        match (bounded_observe(connector, terms).await, said) {
            (Observation::Absent, Outcome::Done(())) => self.grants.store.finish(self.job).await,
            (seen, said) => {
                let error = format!("access that came after its end is not gone yet: {seen:?}, {said:?}");
                tracing::error!(request = %self.job.request, error, "trying again");
                let due = self.grants.clock.now()
                    + backoff::pause(self.job.attempts, TimeDelta::zero(), &self.grants.entropy);
                self.grants.store.retry(self.job, due, &error).await
            }
        }
    }

    async fn revoke(&self, connector: &dyn Connector, terms: &Terms) -> Result<()> {
        let said = bounded(connector.revoke(terms)).await;
        // Not the exit code decides, but what is left at the target (rule 38).
        let error = match (bounded_observe(connector, terms).await, said) {
            (Observation::Absent, Outcome::Done(())) => {
                self.report(Report::Revoked).await?;
                self.grants.store.take_secret(&terms.request).await?;
                return self.grants.store.finish(self.job).await;
            }
            (_, Outcome::DefinitelyNot(error) | Outcome::Unknown(error)) | (Observation::Unknown(error), _) => error,
            (Observation::Present, Outcome::Done(())) => {
                "the target says that it is done, but the access is still there".into()
            }
        };
        self.trouble(error, Report::NotRevoked).await
    }

    /// Is the grant still to be given? It may have been ended while the target was silent, and then somebody waits.
    async fn still_wanted(&self) -> bool {
        let now = self.grants.store.request(self.job.request.as_str()).await;
        let grant = now.ok().flatten().and_then(|request| request.grant);
        grant.is_some_and(|g| matches!(g.state, GrantState::Granting { .. }))
    }

    async fn no_connector(&self, terms: &Terms, report: fn(String) -> Report) -> Result<()> {
        let error = format!(
            "no connector named \"{}\" is configured; hint: see [connectors] in the policy file",
            terms.connector
        );
        self.trouble(error, report).await
    }

    async fn trouble(&self, error: String, report: fn(String) -> Report) -> Result<()> {
        tracing::warn!(request = %self.job.request, effect = ?self.job.effect, attempts = self.job.attempts, error, "the target made trouble");
        let after = self.report(report(error.clone())).await?;
        let now = self.grants.clock.now();
        let since = after.grant.and_then(|g| g.trouble).map_or(now, |trouble| trouble.since);
        let due = now + backoff::pause(self.job.attempts, now - since, &self.grants.entropy);
        self.grants.store.retry(self.job, due, &error).await
    }

    async fn report(&self, report: Report) -> Result<Request> {
        let intent = Intent::Settle { request: self.job.request.clone(), report };
        self.grants.writer.submit(intent).await.map_err(|e| StoreError::Unavailable(e.to_string()))
    }

    async fn keep_secret(&self, delivery: &Delivery) -> Result<()> {
        let Some(secret) = &delivery.secret else { return Ok(()) };
        let request = &self.job.request;
        let sealed =
            self.grants.vault.seal(secret, request.as_str()).map_err(|e| StoreError::Unavailable(e.to_string()))?;
        self.grants.store.put_secret(request, &sealed, self.grants.clock.now()).await
    }
}

async fn bounded<T>(call: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    let late = |_| Outcome::Unknown(format!("no answer within {} s", CALL.as_secs()));
    tokio::time::timeout(CALL, call).await.unwrap_or_else(late)
}

async fn bounded_observe(connector: &dyn Connector, terms: &Terms) -> Observation {
    let late = |_| Observation::Unknown(format!("no answer within {} s", CALL.as_secs()));
    tokio::time::timeout(CALL, connector.observe(terms)).await.unwrap_or_else(late)
}
