//! The engine's view of a PostgreSQL server.

use crate::{
    failure::Failure,
    grant, preflight, revoke, role, session,
    settings::{Settings, Target},
};
use async_trait::async_trait;
use countersign_engine::{
    grant::Terms,
    id::ResourceId,
    ports::{Connector, ConnectorError, Delivery, Found, Observation, Outcome, Preflight, RevocationPromise, Secret},
    time::Timestamp,
};
use std::{collections::BTreeMap, time::Duration};

/// No call takes longer; one that would is [`Outcome::Unknown`].
const DEADLINE: Duration = Duration::from_secs(20);

/// One PostgreSQL server and the resources on it.
pub struct Postgres {
    pub(crate) settings: Settings,
    pub(crate) password: Secret,
    pub(crate) targets: BTreeMap<ResourceId, Target>,
}

impl Postgres {
    /// Connects to nothing yet: every call opens its own connection, so a server that restarts is no concern of ours.
    pub fn new(settings: Settings, password: Secret, targets: BTreeMap<ResourceId, Target>) -> Self {
        Self { settings, password, targets }
    }

    /// The roles that these terms make their holder a member of.
    pub(crate) fn roles(&self, terms: &Terms) -> Result<&[String], Failure> {
        let Terms { resource, access, connector, .. } = terms;
        let target = self.targets.get(resource).ok_or_else(|| {
            Failure::Untouched(format!(
                "connector {connector} has no roles for {resource}; hint: name them in the policy"
            ))
        })?;
        target.roles.get(access).filter(|roles| !roles.is_empty()).map(Vec::as_slice).ok_or_else(|| {
            Failure::Untouched(format!(
                "{resource} names no role for {access}; hint: add one to its roles in the policy"
            ))
        })
    }
    /// Where the holder connects to.
    pub(crate) fn database_of(&self, terms: &Terms) -> &str {
        let target = self.targets.get(&terms.resource);
        target.and_then(|target| target.database.as_deref()).unwrap_or(&self.settings.database)
    }
    /// How the comment of every role of ours begins.
    pub(crate) fn comment_mark(&self) -> String {
        format!("{}: ", self.settings.mark)
    }
    pub(crate) fn is_ours(&self, comment: &str) -> bool {
        comment.starts_with(&self.comment_mark())
    }

    async fn look(&self, terms: &Terms) -> Result<Observation, Failure> {
        let failed = |e: tokio_postgres::Error| Failure::while_doing("cannot look for sessions", &e);
        let client = session::open(&self.settings, &self.password, &self.settings.database).await?;
        if role::find_surely(&client, &terms.target_name).await?.is_some() {
            return Ok(Observation::Present);
        }
        let orphans = role::orphans(&client, self.database_of(terms)).await.map_err(failed)?;
        Ok(if orphans.is_empty() {
            Observation::Absent
        } else {
            Observation::Unknown("the role is gone, but a session whose role is gone goes on".to_owned())
        })
    }

    async fn ours(&self) -> Result<Vec<Found>, Failure> {
        let failed = |e: tokio_postgres::Error| Failure::while_doing("cannot list roles", &e);
        let client = session::open(&self.settings, &self.password, &self.settings.database).await?;
        let sql = "SELECT rolname::text, coalesce(shobj_description(oid, 'pg_authid'), '') FROM pg_roles \
                   WHERE starts_with(rolname::text, 'cs_') ORDER BY 1";
        let rows = client.query(sql, &[]).await.map_err(failed)?;
        let ours = rows.iter().filter(|row| self.is_ours(row.get(1)));
        Ok(ours.map(|row| Found { target_name: row.get(0) }).collect())
    }
}

#[async_trait]
impl Connector for Postgres {
    fn promise(&self) -> RevocationPromise {
        RevocationPromise { lag: Duration::ZERO, cuts_sessions: true }
    }
    async fn grant(&self, terms: &Terms, until: Timestamp) -> Outcome<Delivery> {
        outcome(grant::grant(self, terms, until)).await
    }
    async fn revoke(&self, terms: &Terms) -> Outcome<()> {
        outcome(revoke::revoke(self, terms)).await
    }
    async fn observe(&self, terms: &Terms) -> Observation {
        in_time(self.look(terms)).await.unwrap_or_else(|failure| Observation::Unknown(failure.into_message()))
    }
    async fn list_ours(&self) -> Result<Vec<Found>, ConnectorError> {
        in_time(self.ours()).await.map_err(|failure| ConnectorError(failure.into_message()))
    }
    async fn check(&self) -> Result<Preflight, ConnectorError> {
        in_time(preflight::check(self)).await.map_err(|failure| ConnectorError(failure.into_message()))
    }
}

async fn outcome<T>(work: impl Future<Output = Result<T, Failure>>) -> Outcome<T> {
    match in_time(work).await {
        Ok(done) => Outcome::Done(done),
        Err(failure) => failure.into(),
    }
}

async fn in_time<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let silent = |_| Failure::Unsure(format!("the server did not finish within {} s", DEADLINE.as_secs()));
    tokio::time::timeout(DEADLINE, work).await.map_err(silent)?
}
