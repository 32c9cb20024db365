//! The organisation changes under open requests and active grants.

use crate::world::World;
use countersign::upkeep;
use countersign_engine::id::ResourceId;
use countersign_kit::{acme, change_person};

/// rule 3, THREATS A10: who is deactivated loses what they asked for and what they have, without a restart.
#[tokio::test]
async fn abuse_a10_the_deactivated_lose_everything_at_once() {
    let w = World::new().await;
    let pending = w.api("dev").request("prod-db", "4h").await.id();
    let active = w.api("dev").request("grafana", "1h").await.id();
    w.api("lisa").approve(&active).await;
    w.settle().await;

    let mut policy = acme();
    change_person(&mut policy, "dev", |dev| dev.active = false);
    upkeep::reload(&w.app.web.service, policy).await.unwrap();
    w.settle().await;

    let seen = w.api("manager").get(&format!("/api/v1/requests/{pending}")).await;
    assert_eq!(seen.state(), "cancelled");
    let seen = w.api("manager").get(&format!("/api/v1/requests/{active}")).await;
    assert_eq!((seen.state(), seen.grant()), ("approved", "ended"));
    assert_eq!(w.api("dev").get("/api/v1/requests").await.code(), "deactivated", "and may do nothing");
}

/// rule 8: a resource that is gone takes its requests and grants with it.
#[tokio::test]
async fn a_resource_that_is_gone() {
    let w = World::new().await;
    let active = w.api("dev").request("grafana", "1h").await.id();
    w.api("lisa").approve(&active).await;
    w.settle().await;
    let mut policy = acme();
    policy.resources.remove(&ResourceId::new("grafana"));
    upkeep::reload(&w.app.web.service, policy).await.unwrap();
    w.settle().await;
    assert_eq!(w.api("dev").get(&format!("/api/v1/requests/{active}")).await.grant(), "ended");
}
