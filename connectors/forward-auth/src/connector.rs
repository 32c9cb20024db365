//! The engine's view: granting and revoking need nothing done, because every single request asks again.

use crate::gate::Gate;
use async_trait::async_trait;
use countersign_engine::{
    grant::{Detail, Terms},
    ports::{Connector, ConnectorError, Delivery, Found, Observation, Outcome, Preflight, RevocationPromise},
    time::Timestamp,
};
use std::time::Duration;

#[async_trait]
impl Connector for Gate {
    /// Every request asks, so the next one after the end is refused. What a proxy keeps open as one request (a WebSocket, a
    /// long download) ends when the proxy ends it: README.md says how.
    fn promise(&self) -> RevocationPromise {
        RevocationPromise { lag: Duration::ZERO, cuts_sessions: true }
    }
    async fn grant(&self, terms: &Terms, _until: Timestamp) -> Outcome<Delivery> {
        let hosts = self.hosts_of(&terms.resource);
        let details = hosts.into_iter().map(|value| Detail { label: "host".to_owned(), value }).collect();
        Outcome::Done(Delivery { details, secret: None })
    }
    async fn revoke(&self, _terms: &Terms) -> Outcome<()> {
        Outcome::Done(())
    }
    /// Nothing is kept outside the store, so outside the store there is nothing.
    async fn observe(&self, _terms: &Terms) -> Observation {
        Observation::Absent
    }
    async fn list_ours(&self) -> Result<Vec<Found>, ConnectorError> {
        Ok(Vec::new())
    }
    async fn check(&self) -> Result<Preflight, ConnectorError> {
        let lacking = self.without_hosts.iter();
        let problems =
            lacking.map(|id| format!("{id} names no host; hint: target = {{ hosts = [\"{id}.example.com\"] }}"));
        Ok(Preflight { identity: "the proxy in front of each app asks us".to_owned(), problems: problems.collect() })
    }
}
