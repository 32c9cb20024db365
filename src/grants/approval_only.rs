//! Resources whose access people give by hand: Countersign decides, tells and keeps the trail.

use async_trait::async_trait;
use countersign_engine::{
    grant::Terms,
    ports::{Connector, ConnectorError, Delivery, Found, Observation, Outcome, Preflight, RevocationPromise},
    time::Timestamp,
};
use std::time::Duration;

/// Touches no target.
pub struct ApprovalOnly;

#[async_trait]
impl Connector for ApprovalOnly {
    fn promise(&self) -> RevocationPromise {
        RevocationPromise { lag: Duration::ZERO, cuts_sessions: false }
    }
    async fn grant(&self, _terms: &Terms, _until: Timestamp) -> Outcome<Delivery> {
        Outcome::Done(Delivery::default())
    }
    async fn revoke(&self, _terms: &Terms) -> Outcome<()> {
        Outcome::Done(())
    }
    async fn observe(&self, _terms: &Terms) -> Observation {
        Observation::Absent
    }
    async fn list_ours(&self) -> Result<Vec<Found>, ConnectorError> {
        Ok(Vec::new())
    }
    async fn check(&self) -> Result<Preflight, ConnectorError> {
        Ok(Preflight { identity: "nobody: people do the rest by hand".into(), problems: Vec::new() })
    }
}
