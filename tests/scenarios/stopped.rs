//! A replica that is stopped in the middle of a grant, for longer than its lease, and goes on as if nothing had happened.

use crate::world::{Making, World};
use async_trait::async_trait;
use countersign::{grants::Connectors, store::Lane};
use countersign_engine::{
    grant::Terms,
    ports::{Connector, ConnectorError, Delivery, Found, Observation, Outcome, Preflight, RevocationPromise},
    time::{Length, Timestamp},
};
use countersign_kit::{Mood, Target, acme};
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio::sync::Notify;

/// A target whose first caller is stopped just before the call.
#[derive(Clone, Default)]
struct Stopping {
    target: Target,
    stopped: Arc<Notify>,
    goes_on: Arc<Notify>,
    again: Arc<AtomicBool>,
}

#[async_trait]
impl Connector for Stopping {
    fn promise(&self) -> RevocationPromise {
        self.target.promise()
    }
    async fn grant(&self, terms: &Terms, until: Timestamp) -> Outcome<Delivery> {
        if !self.again.swap(true, Ordering::SeqCst) {
            self.stopped.notify_one();
            self.goes_on.notified().await;
        }
        self.target.grant(terms, until).await
    }
    async fn revoke(&self, terms: &Terms) -> Outcome<()> {
        self.target.revoke(terms).await
    }
    async fn observe(&self, terms: &Terms) -> Observation {
        self.target.observe(terms).await
    }
    async fn list_ours(&self) -> Result<Vec<Found>, ConnectorError> {
        self.target.list_ours().await
    }
    async fn check(&self) -> Result<Preflight, ConnectorError> {
        self.target.check().await
    }
}

/// rule 36, THREATS C03 (found by the model checker): a call that comes when all is over, and whose answer is lost, leaves no
/// access behind, though the job is long done by somebody else.
#[tokio::test]
async fn abuse_c03_a_call_that_comes_after_the_end_leaves_nothing() {
    for mood in [Mood::Well, Mood::LosesAnswers] {
        let stopping = Stopping::default();
        let mut policy = acme();
        for grafana in policy.resources.values_mut().filter(|r| r.id.as_str() == "grafana") {
            grafana.connector = "target".into();
        }
        let connectors = Connectors::from([("target".to_owned(), Arc::new(stopping.clone()) as Arc<dyn Connector>)]);
        let w = World::made(Making { policy, connectors, ..Making::default() }).await;
        let id = w.api("dev").request("grafana", "60m").await.id();
        assert_eq!(w.api("lisa").approve(&id).await.state(), "approved");
        let grants = w.app.grants.clone();
        let replica = tokio::spawn(async move { grants.work(Lane::Grant).await });
        stopping.stopped.notified().await;

        assert_eq!(w.api("dev").post(&format!("/api/v1/grants/{id}/end"), json!({})).await.status, 200);
        w.advance(Length::minutes(2)).await;
        let state =
            || async { w.api("dev").get(&format!("/api/v1/requests/{id}")).await.json["grant"]["state"].clone() };
        assert_eq!((state().await, stopping.target.held()), (json!("ended"), 0));

        stopping.target.becomes(mood);
        stopping.goes_on.notify_one();
        assert_eq!(replica.await.unwrap().unwrap(), 1);
        assert_eq!(stopping.target.held(), 0, "{mood:?}");
        stopping.target.becomes(Mood::Well);
        w.advance(Length::minutes(2)).await;
        assert_eq!((state().await, stopping.target.held()), (json!("ended"), 0));
    }
}
