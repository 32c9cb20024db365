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
    errand::{self, Errand},
    grant::Terms,
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
        let (terms, report): (&Terms, fn(String) -> Report) = match Errand::of(&self.job.effect, request.grant.as_ref())
        {
            Errand::Give(terms) => (terms, Report::NotGranted),
            Errand::TakeAway(terms) => (terms, Report::NotRevoked),
            Errand::TakeBack(terms) => {
                return match self.grants.connectors.get(&terms.connector).cloned() {
                    Some(connector) => self.take_back(connector.as_ref(), terms).await,
                    None => self.grants.store.finish(self.job).await,
                };
            }
            Errand::Nothing => return self.grants.store.finish(self.job).await,
        };
        let Some(connector) = self.grants.connectors.get(&terms.connector).cloned() else {
            return self.no_connector(terms, report).await;
        };
        let Some(_place) = self.grants.place(&terms.connector, &self.job.effect).await else {
            return self.grants.store.retry(self.job, self.grants.clock.now() + BUSY, "the connector is busy").await;
        };
        match self.job.effect {
            Effect::Revoke => self.revoke(connector.as_ref(), terms).await,
            _ => self.grant(connector.as_ref(), terms).await,
        }
    }

    async fn grant(&self, connector: &dyn Connector, terms: &Terms) -> Result<()> {
        let outcome = self.give(connector, terms).await;
        if let Outcome::Done(delivery) = &outcome {
            self.keep_secret(delivery).await?;
        }
        let report = errand::given(outcome);
        let after = self.report(report.clone()).await?;
        match report {
            _ if errand::is_too_late(after.grant.as_ref()) => self.take_back(connector, terms).await,
            Report::NotGranted(error) => self.try_again(after, error).await,
            _ => self.grants.store.finish(self.job).await,
        }
    }

    /// Asks for access. When nobody knows what became of it, reads back.
    async fn give(&self, connector: &dyn Connector, terms: &Terms) -> Outcome<Delivery> {
        let until = self.grants.clock.now() + terms.duration.delta() + BELT;
        match bounded(connector.grant(terms, until)).await {
            Outcome::Unknown(error) => {
                let seen = bounded_observe(connector, terms).await;
                match errand::read_back(error, seen, self.is_still_wanted().await) {
                    Some(outcome) => outcome,
                    None => bounded(connector.grant(terms, until)).await,
                }
            }
            known => known,
        }
    }

    /// Ended while the target was at work: what it then gave must not stay (rule 36). Done once it is read back as absent; until
    /// then the job is raised anew, because who was stopped for longer than the lease has lost it.
    async fn take_back(&self, connector: &dyn Connector, terms: &Terms) -> Result<()> {
        tracing::warn!(request = %self.job.request, "access may have come after its end; it is taken back");
        let said = bounded(connector.revoke(terms)).await;
        if let Report::NotRevoked(why) = errand::taken_away(said, bounded_observe(connector, terms).await) {
            let error = format!("access that came after its end is not gone yet: {why}");
            tracing::error!(request = %self.job.request, error, "trying again");
            let pause = backoff::pause(self.job.attempts, TimeDelta::zero(), &self.grants.entropy);
            self.grants.store.raise(&self.job.request, &Effect::Grant, self.grants.clock.now() + pause).await?;
        }
        self.grants.store.finish(self.job).await
    }

    async fn revoke(&self, connector: &dyn Connector, terms: &Terms) -> Result<()> {
        let said = bounded(connector.revoke(terms)).await;
        match errand::taken_away(said, bounded_observe(connector, terms).await) {
            report @ Report::NotRevoked(_) => self.trouble(report).await,
            gone => {
                self.report(gone).await?;
                self.grants.store.take_secret(&terms.request).await?;
                self.grants.store.finish(self.job).await
            }
        }
    }

    async fn is_still_wanted(&self) -> bool {
        let now = self.grants.store.request(self.job.request.as_str()).await;
        errand::is_wanted(now.ok().flatten().and_then(|request| request.grant).as_ref())
    }

    async fn no_connector(&self, terms: &Terms, report: fn(String) -> Report) -> Result<()> {
        let error = format!(
            "no connector named \"{}\" is configured; hint: see [connectors] in the policy file",
            terms.connector
        );
        self.trouble(report(error)).await
    }

    /// Reports what is not so yet, and has it tried again.
    async fn trouble(&self, report: Report) -> Result<()> {
        let (Report::NotGranted(error) | Report::NotRevoked(error)) = report.clone() else { return Ok(()) };
        let after = self.report(report).await?;
        self.try_again(after, error).await
    }

    async fn try_again(&self, after: Request, error: String) -> Result<()> {
        tracing::warn!(request = %self.job.request, effect = ?self.job.effect, attempts = self.job.attempts, error, "the target made trouble");
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
